"""What is asked of the index: names of communities, outcomes it is set against, shocks that areas went through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import Field, model_validator

from goodwork.errors import DeclarationError, Fault
from goodwork.language import tr
from goodwork.model.area import nearest
from goodwork.model.declaration import Declaration
from goodwork.model.framework import Framework
from goodwork.model.indicator import Catalogue, Role

Family = Literal["healthy life", "despair", "mortality", "illness", "well-being"]


class Archetype(Declaration):
    """A name for every group whose centroid fits: above or below the average of all areas, or near it, on some domains
    or members, high being good.

    Names say what a group is like, never where it lies: the rule sees nothing but the figures. ``published`` is what
    others have called a group of this kind; such a name may speak of places, and is told as theirs.
    """

    name: str = Field(min_length=1)
    published: str = ""
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    why: str = ""

    @property
    def nodes(self) -> tuple[str, ...]:
        """Every domain and member that the rule looks at."""
        return (*self.above, *self.below, *self.near)

    @model_validator(mode="after")
    def _can_fit(self) -> Self:
        if not self.nodes:
            raise ValueError(f"{self.name}: the rule looks at nothing")
        if twice := sorted({node for node in self.nodes if self.nodes.count(node) > 1}):
            raise ValueError(f"{self.name}: named twice in one rule: {', '.join(twice)}")
        return self


class Archetypes(Declaration):
    """The archetype file: names of communities of one framework's members, in the order in which they are tried."""

    framework: str
    source: str = ""
    archetype: tuple[Archetype, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [item.name for item in self.archetype]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"archetype declared twice: {', '.join(twice)}")
        return self

    def checked_against(self, framework: Framework, where: str = "archetypes.toml") -> Archetypes:
        """The file itself, or a ``DeclarationError`` naming each domain or member that the framework does not have."""
        known = set(framework.nodes)
        faults = [
            Fault(
                f"{item.name!r}: no domain or member is called {node!r}", file=where, column="archetype",
                remedy=f"did you mean {offers[0]!r}?" if (offers := nearest(node, known)) else "choose one of them",
            )
            for item in self.archetype for node in item.nodes if node not in known
        ]  # fmt: skip
        if faults:
            raise DeclarationError(f"{where} does not fit the framework {framework.name!r}", faults=faults)
        return self


class AskedOutcome(Declaration):
    """An outcome the score is set against: its indicator, the family it is shown with, and why it is asked."""

    indicator: str
    family: Family
    why: str = ""


class Watch(Declaration):
    """An outcome watched for areas where it grows worse faster than their score would lead one to expect, between two
    periods (whose figures must not overlap)."""

    indicator: str
    before: str
    after: str
    why: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.before >= self.after:
            raise ValueError(f"{self.indicator}: {self.before} is not before {self.after}")
        return self


class OutcomesQuestion(Declaration):
    """The outcomes file: what the score is set against, and how.

    ``threshold`` is the R² from which an association counts as close, ``level`` the false-discovery rate, ``tolerance``
    how many years an outcome's period may lie from the score's. ``group`` is the level of areas held fixed,
    ``people`` the indicator that weighs areas, ``conditions`` the framework whose score is held fixed; each may be
    empty: then it is not done.
    """

    title: str
    threshold: float = Field(default=0.25, gt=0, lt=1)
    level: float = Field(default=0.05, gt=0, lt=1)
    tolerance: int = Field(default=1, ge=0)
    group: str = "region"
    people: str = "population"
    conditions: str = "conditions"
    outcome: tuple[AskedOutcome, ...] = Field(min_length=1)
    watch: tuple[Watch, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        ids = [asked.indicator for asked in self.outcome]
        if twice := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"outcome asked twice: {', '.join(twice)}")
        return self

    def checked_against(self, catalogue: Catalogue, where: str = "outcomes.toml") -> OutcomesQuestion:
        """The question itself, or a ``DeclarationError`` naming each indicator that the catalogue does not know, whose
        role is another, or that has no better end."""
        named: list[tuple[str, str, Role | None]] = []
        named += [("outcome.indicator", asked.indicator, "outcome") for asked in self.outcome]
        named += [("watch.indicator", asked.indicator, "outcome") for asked in self.watch]
        named += [("people", self.people, None)] if self.people else []
        _check(named, catalogue, where)
        return self

    def missing(self, catalogue: Catalogue) -> dict[str, str]:
        """Outcomes that are asked and have no figures, with the catalogue's reason."""
        asked = [catalogue[item.indicator] for item in self.outcome]
        return {item.id: item.missing or tr("no series is declared") for item in asked if not item.series}


class Recovery(Declaration):
    """A figure followed from before a shock through it to later periods; ``measure``: change in points or per cent."""

    indicator: str
    before: str
    at: str
    later: tuple[str, ...] = Field(min_length=1)
    measure: Literal["points", "percent"] = "points"
    why: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        order = (self.before, self.at, *self.later)
        if list(order) != sorted(set(order)):
            raise ValueError(f"{self.indicator}: periods are not in order of time: {', '.join(order)}")
        return self

    @property
    def periods(self) -> tuple[str, ...]:
        """All periods, in order."""
        return (self.before, self.at, *self.later)


class ShockQuestion(Declaration):
    """A shock: two indicators of how hard it hit, the period their figures are filed under, and the months they cover.

    ``before`` is the period of the score it is set against; ``also`` are further indicators set against that score, one
    by one; ``recovery`` the figures that are followed afterwards.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    indicators: tuple[str, str]
    period: str
    begins: str = Field(pattern=r"^\d{4}-\d{2}$")
    ends: str = Field(pattern=r"^\d{4}-\d{2}$")
    before: str
    also: tuple[str, ...] = ()
    recovery: tuple[Recovery, ...] = ()
    why: str = ""
    caveat: str = ""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.indicators[0] == self.indicators[1]:
            raise ValueError("a shock has two different indicators")
        if self.begins > self.ends:
            raise ValueError(f"the window ends ({self.ends}) before it begins ({self.begins})")
        if self.before >= self.period:
            raise ValueError(f"the score of {self.before} is not from before the shock of {self.period}")
        return self


class Shocks(Declaration):
    """The shock file: every shock, by name."""

    shock: tuple[ShockQuestion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [item.name for item in self.shock]
        if twice := sorted({i for i in names if names.count(i) > 1}):
            raise ValueError(f"shock declared twice: {', '.join(twice)}")
        return self

    def checked_against(self, catalogue: Catalogue, where: str = "shock.toml") -> Shocks:
        """The file itself, or a ``DeclarationError`` naming each indicator that the catalogue does not know, that is
        not one of a shock, or that has no better end."""
        named: list[tuple[str, str, Role | None]] = []
        for item in self.shock:
            named += [("shock.indicators", name, "shock") for name in item.indicators]
            named += [("shock.also", name, "shock") for name in item.also]
            named += [("shock.recovery.indicator", followed.indicator, None) for followed in item.recovery]
        _check(named, catalogue, where)
        return self

    def missing(self, catalogue: Catalogue) -> dict[str, str]:
        """Indicators of shocks that have no figures, with the catalogue's reason."""
        asked = [catalogue[name] for item in self.shock for name in (*item.indicators, *item.also)]
        return {item.id: item.missing or tr("no series is declared") for item in asked if not item.series}


def _check(named: Iterable[tuple[str, str, Role | None]], catalogue: Catalogue, where: str) -> None:
    faults = []
    for column, name, role in named:
        if name not in catalogue:
            offers = nearest(name, catalogue.by_id)
            remedy = f"did you mean {offers[0]!r}?" if offers else "declare it in the catalogue"
            faults.append(
                Fault(f"indicator {name!r} is not in the catalogue", file=where, column=column, remedy=remedy)
            )
        elif role and catalogue[name].role != role:
            what = f"{name!r} has the role {catalogue[name].role!r}, not {role!r}"
            faults.append(Fault(what, file=where, column=column, remedy="choose another indicator"))
        elif column != "people" and catalogue[name].direction == "neither":
            what = f"{name!r} has no better end"
            faults.append(Fault(what, file=where, column=column, remedy="say in the catalogue which end is better"))
    if faults:
        raise DeclarationError(f"{where} does not fit the catalogue", faults=faults)
