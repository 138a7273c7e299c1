"""How numbers become a score."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_serializer, model_validator

from goodwork.model.declaration import Declaration

Scope = Literal["each period", "pooled", "base period"]


class Choice(Declaration):
    """A method by name with its parameters: ``"z-score"`` or ``{ name = "min-max", low = 0, high = 100 }``.

    >>> Method(normalisation={"name": "min-max", "low": 1}).normalisation
    Choice(name='min-max', parameters={'low': 1})
    """

    name: str
    parameters: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        if isinstance(data, str):
            return {"name": data}
        if isinstance(data, dict) and "parameters" not in data:
            return {"name": data.get("name"), "parameters": {k: v for k, v in data.items() if k != "name"}}
        return data

    @model_serializer
    def _short(self) -> dict[str, Any]:
        return {"name": self.name, **self.parameters}


class Screening(Declaration):
    """What an area needs before it is scored: a share of the indicators that have figures at all, and one in every
    domain. Below that it is listed as not scored, with the reason; gaps are never filled to let it in."""

    minimum_share: float = Field(default=0.65, ge=0, le=1)
    every_domain: bool = True


class Display(Declaration):
    """The scale scores are shown on: ``centre + spread × score``. 100 is the average of the areas in scope."""

    centre: float = 100.0
    spread: float = Field(default=10.0, gt=0)


class Sampling(Declaration):
    """How sampling error reaches the ranks: number of draws, seed, and the factor that widens estimated figures."""

    draws: int = Field(default=1000, ge=0)
    seed: int = Field(default=2021, ge=0)
    estimated_factor: float = Field(default=1.5, ge=1)


class Method(Declaration):
    """Every choice between values and ranks, handbook steps 3 to 7.

    ``scope`` is the set of values that normalisation refers to: the areas of each period by themselves, all periods
    pooled, or a base period (so that scores can be compared over time).
    """

    screening: Screening = Screening()
    normalisation: Choice = Choice(name="z-score")
    weighting: Choice = Choice(name="stated")
    aggregation: Choice = Choice(name="arithmetic")
    scope: Scope = "each period"
    base_period: str = ""
    display: Display = Display()
    sampling: Sampling = Sampling()

    @model_validator(mode="after")
    def _base_is_named(self) -> Self:
        if self.scope == "base period" and not self.base_period:
            raise ValueError("scope 'base period' needs base_period")
        return self
