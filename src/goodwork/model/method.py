"""How numbers become a score."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_serializer, model_validator
from pydantic.json_schema import SkipJsonSchema

from goodwork.language import tr
from goodwork.model.declaration import Declaration

Scope = Literal["each period", "pooled", "base period"]
Step = Literal["denominate", "screen", "treat", "impute"]


class Choice(Declaration):
    """A method by name with its parameters: ``"z-score"`` or ``{ name = "min-max", low = 0, high = 100 }``.

    Names are written with hyphens; spaces and underscores are read as such. A parameter may be one value or, where it
    belongs to indicators, a table by indicator. In Python the name may be a function of the right shape; such a method
    cannot be written to a file.

    >>> Method(normalisation={"name": "min-max", "low": 1}).normalisation
    Choice(name='min-max', parameters={'low': 1})
    """

    name: str | SkipJsonSchema[Callable[..., Any]]
    parameters: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        if isinstance(data, str) or callable(data):
            data = {"name": data}
        elif isinstance(data, dict) and "parameters" not in data:
            data = {"name": data.get("name"), "parameters": {k: v for k, v in data.items() if k != "name"}}
        if isinstance(data, dict) and isinstance(data.get("name"), str):
            data = {**data, "name": data["name"].strip().lower().replace(" ", "-").replace("_", "-")}
        return data

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        """In a file: the name alone, or a table of the name and its parameters."""
        table = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
        return {"anyOf": [{"type": "string"}, {**table, "additionalProperties": True}], "title": "Choice"}

    @model_serializer
    def _short(self) -> dict[str, Any]:
        return {"name": self.label, **self.parameters}

    @property
    def label(self) -> str:
        """The name, or the function's name."""
        return self.name if isinstance(self.name, str) else getattr(self.name, "__name__", "a function")


class Screening(Declaration):
    """What an area needs before it is scored: a share of the indicators that have figures at all, a share of them that
    is not zero, and one figure in every domain. Below that it is listed as not scored, with the reason; gaps are never
    filled to let it in. ``keep`` and ``drop`` name areas that are scored or left out whatever their figures."""

    minimum_share: float = Field(default=0.65, ge=0, le=1)
    minimum_nonzero: float = Field(default=0.0, ge=0, le=1)
    every_domain: bool = True
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


class Display(Declaration):
    """The scale scores are shown on: ``centre + spread × score``. 100 is the average of the areas in scope."""

    centre: float = 100.0
    spread: float = Field(default=10.0, gt=0)


class Sampling(Declaration):
    """How sampling error reaches the ranks: number of draws, seed, and the factors that widen the error of figures that
    are estimated or inherited from a former area. ``correlation`` is, by survey, that of the errors of two indicators
    of the survey in one area and period; surveys left out have none. In ``single`` precision the figures of draws are
    held with seven digits, which takes a fifth less time; scores and ranks are computed in double precision always."""

    draws: int = Field(default=10_000, ge=0)
    seed: int = Field(default=2021, ge=0)
    estimated_factor: float = Field(default=1.5, ge=1)
    inherited_factor: float = Field(default=1.5, ge=1)
    correlation: dict[str, Annotated[float, Field(ge=-1, le=1)]] = {}
    precision: Literal["double", "single"] = "double"


class NodeMethod(Declaration):
    """Choices for one node or one level, in place of the general ones; what is left out stays as it is.

    For an indicator: treatment, normalisation. For a domain or the index: weighting, aggregation, and the share of its
    children (by number) that must have a score for it to have one.
    """

    treatment: Choice | None = None
    normalisation: Choice | None = None
    weighting: Choice | None = None
    aggregation: Choice | None = None
    minimum_share: float | None = Field(default=None, ge=0, le=1)


class Method(Declaration):
    """Every choice between values and ranks, handbook steps 3 to 7.

    ``scope`` is the set of values that normalisation refers to: the areas of each period by themselves, all periods
    pooled, or a base period (so that scores can be compared over time). ``order`` is the order of the steps before
    normalisation. ``at`` holds choices for single nodes (by name) or levels (``"level 1"`` are the indicators,
    ``"level 2"`` the nodes right above them, and so on).
    """

    order: tuple[Step, ...] = ("denominate", "screen", "treat", "impute")
    screening: Screening = Screening()
    treatment: Choice = Choice(name="none")
    imputation: Choice = Choice(name="none")
    normalisation: Choice = Choice(name="z-score")
    weighting: Choice = Choice(name="stated")
    aggregation: Choice = Choice(name="arithmetic")
    minimum_share: float = Field(default=0.0, ge=0, le=1)
    at: dict[str, NodeMethod] = {}
    scope: Scope = "each period"
    base_period: str = ""
    display: Display = Display()
    sampling: Sampling = Sampling()

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.scope == "base period" and not self.base_period:
            raise ValueError("scope 'base period' needs base_period")
        if twice := sorted({step for step in self.order if self.order.count(step) > 1}):
            raise ValueError(f"order names {', '.join(twice)} twice")
        return self

    @property
    def anchor(self) -> str:
        """What a score of ``display.centre`` means, in words; empty where the normalisation has no such meaning.

        >>> Method().anchor, Method(scope="base period", base_period="2018").anchor, Method(normalisation="rank").anchor
        ('100 is the average of the areas compared', '100 is the average of 2018', '')
        """
        if self.normalisation.name != "z-score" or self.normalisation.parameters or self.at:
            return ""
        anchor = {
            "pooled": tr("{centre:g} is the average of all periods together"),
            "base period": tr("{centre:g} is the average of {period}"),
        }.get(self.scope, tr("{centre:g} is the average of the areas compared"))
        return anchor.format(centre=self.display.centre, period=self.base_period)

    def choice(self, step: str, node: str, level: int) -> Choice:
        """The choice that holds at a node: its own, else its level's, else the general one.

        A choice that names the same method as the more general one adds to its parameters instead of losing them.

        >>> from goodwork.model.method import Method
        >>> own = {"pay": {"aggregation": {"name": "power", "q": 1}}}
        >>> method = Method(aggregation={"name": "power", "p": 2}, at=own)
        >>> method.choice("aggregation", "pay", 2).parameters
        {'p': 2, 'q': 1}
        """
        found: Choice = getattr(self, step)
        if not self.at:
            return found
        for key in (f"level {level}", node):
            own: Choice | None = getattr(self.at.get(key), step, None)
            if own is not None:
                kept = found.parameters if own.name == found.name else {}
                found = Choice(name=own.name, parameters={**kept, **own.parameters})
        return found

    def varied(self, parts: dict[str, Any]) -> Method:
        """The method with some of its parts in place of its own; choices for nodes are added to those there are.

        >>> Method().varied({"aggregation": "geometric", "at": {"pay": {"weighting": "equal"}}}).aggregation.name
        'geometric'
        """
        at = dict(self.at)
        for key, own in parts.get("at", {}).items():
            given = NodeMethod.from_dict(dict(own), key) if isinstance(own, dict) else own
            kept = at.get(key, NodeMethod())
            at[key] = kept.replace(**{name: getattr(given, name) for name in given.model_fields_set})
        return self.replace(**{**parts, "at": at})

    def share_needed(self, node: str, level: int) -> float:
        """The share of its children that must have a score for a node to have one."""
        needed = self.minimum_share
        if not self.at:
            return needed
        for key in (f"level {level}", node):
            own = self.at.get(key)
            if own is not None and own.minimum_share is not None:
                needed = own.minimum_share
        return needed
