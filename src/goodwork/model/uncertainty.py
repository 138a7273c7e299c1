"""Which choices between figures and ranks could as well have been made otherwise, and how likely each is."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from goodwork.model.declaration import Declaration


class Alternatives(Declaration):
    """One choice that could have been made otherwise. Each option is a part of a method, put in place of its own.

    ``probabilities`` say how likely each option is; left out, all are equally likely.

    >>> Alternatives(name="mean", options=[{"aggregation": "arithmetic"}, {"aggregation": "geometric"}]).chances
    (0.5, 0.5)
    """

    name: str
    options: tuple[dict[str, Any], ...] = Field(min_length=1)
    probabilities: tuple[float, ...] = ()
    why: str = ""

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        _check_chances(self.name, self.probabilities, len(self.options))
        return self

    @property
    def chances(self) -> tuple[float, ...]:
        """The probability of each option."""
        return self.probabilities or (1 / len(self.options),) * len(self.options)


class WeightNoise(Declaration):
    """Stated weights drawn anew: each up to ``within`` of itself either way, or all of a node's from a Dirichlet
    distribution around them (the larger ``concentration``, the nearer). ``levels`` are those of the nodes whose weights
    are drawn (1 are the indicators); left out, all below the index. ``sets`` weight sets are drawn once and then chosen
    from."""

    within: float = Field(default=0.0, ge=0, le=1)
    concentration: float = Field(default=0.0, ge=0)
    levels: tuple[int, ...] = ()
    sets: int = Field(default=1000, ge=1)
    why: str = ""

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Self:
        if bool(self.within) == bool(self.concentration):
            raise ValueError("weights are drawn either within a share of themselves or with a concentration: give one")
        return self


class Dropped(Declaration):
    """With probability ``chance`` one indicator or one domain, each equally likely, is left out."""

    of: Literal["indicators", "domains"] = "indicators"
    chance: float = Field(default=0.5, gt=0, le=1)
    why: str = ""


class Shifted(Declaration):
    """The figures of a neighbouring period in place of the period's own: 0 is its own, −1 the one before.

    At the ends of the series the nearest period there is serves.
    """

    periods: tuple[int, ...] = Field(default=(0, -1), min_length=1)
    probabilities: tuple[float, ...] = ()
    why: str = ""

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        _check_chances("periods", self.probabilities, len(self.periods))
        return self


class Uncertainty(Declaration):
    """Everything about the method that is varied to see how far ranks depend on it (handbook step 8).

    Nothing is varied unless declared. Choices are independent of each other. ``draws`` replicates are built of the
    method, and of method and sampling error together, unless another number is asked for.
    """

    draws: int = Field(default=2000, ge=1)
    alternatives: tuple[Alternatives, ...] = ()
    weights: WeightNoise | None = None
    drop: Dropped | None = None
    period: Shifted | None = None

    @model_validator(mode="after")
    def _has_names_once(self) -> Self:
        names = [a.name for a in self.alternatives]
        own = {"weights", "drop", "period", "sampling error"}
        if wrong := sorted({n for n in names if names.count(n) > 1 or n in own}):
            raise ValueError(f"alternatives need names of their own: {', '.join(wrong)}")
        return self

    def __bool__(self) -> bool:
        return bool(self.alternatives or self.weights or self.drop or self.period)


def _check_chances(name: str, probabilities: tuple[float, ...], options: int) -> None:
    if not probabilities:
        return
    if len(probabilities) != options:
        raise ValueError(f"{name}: {options} options and {len(probabilities)} probabilities")
    if min(probabilities) < 0 or abs(sum(probabilities) - 1) > 1e-9:
        raise ValueError(f"{name}: probabilities must not be negative and must add up to 1")
