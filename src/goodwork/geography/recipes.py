"""How areas of one vintage are made from areas of another: recipes, day by day.

A recipe says which codes, in whole or in part, make up one code. An area may have several: of its districts, of its
county. Going to a later vintage the changes are followed forward; going to an earlier one they are read backward, and
what was a merger becomes a division.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from goodwork.errors import DataError, Fault, raise_faults
from goodwork.geography.changes import CodeChanges
from goodwork.geography.counties import Counties

#: Better recipes first: the same place, whole places joined, wholes and pieces, a piece of one place.
RANKS = {"recode": 0, "merger": 1, "redrawn": 2, "split": 3}
Shares = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Recipe:
    """One way to make ``new``: ``whole`` codes and ``part`` codes, in order."""

    new: str
    whole: tuple[str, ...] = ()
    part: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """``recode``, ``merger``, ``redrawn`` or ``split``, as for a change."""
        if not self.part:
            return "recode" if len(self.whole) == 1 else "merger"
        return "redrawn" if len(self.part) + len(self.whole) > 1 else "split"

    @property
    def rank(self) -> int:
        """0 for the best kind of recipe."""
        return RANKS[self.kind]


@dataclass(frozen=True)
class Step:
    """The recipes of one day, applied together; ``consumed`` codes are gone afterwards.

    ``series`` limits the step to some series (joint figures).
    """

    recipes: tuple[Recipe, ...]
    consumed: frozenset[str]
    series: tuple[str, ...] = ()


def steps(changes: CodeChanges, to: date, counties: Counties | None = None) -> tuple[Step, ...]:
    """Every step from figures of any vintage to one vintage, in the order in which they are to be taken.

    First joint figures (when ``counties`` are given), then the changes up to the day, forward, then those after it,
    backward, and last, districts into counties.

    >>> from goodwork.geography.changes import code_changes
    >>> [(recipe.new, recipe.kind) for step in steps(code_changes(), date(2023, 4, 1)) for recipe in step.recipes
    ...  if "E08000038" in recipe.whole or "S12000015" in recipe.whole]
    [('S12000047', 'recode'), ('E08000016', 'recode')]
    """
    days = sorted({one.begins for one in changes.change})
    found = list(_joint(counties)) if counties else []
    found += [_forward(changes, day) for day in days if day <= to]
    found += [_backward(changes, day) for day in reversed(days) if day > to]
    if counties:
        found += _upward(changes, counties, to)
    return tuple(found)


def _joint(counties: Counties) -> Iterator[Step]:
    for joint in sorted(counties.joint, key=lambda joint: not joint.series):
        recipes = tuple(Recipe(heir, part=(joint.code,)) for heir in joint.heirs)
        yield Step(recipes, frozenset({joint.code}), joint.series)


def _forward(changes: CodeChanges, day: date) -> Step:
    ours = [one for one in changes.change if one.begins == day]
    recipes = tuple(Recipe(one.new, one.old, one.part) for one in ours)
    return Step(recipes, frozenset(code for one in ours for code in one.sources))


def _backward(changes: CodeChanges, day: date) -> Step:
    """Each old code is made of the new codes that took it over: whole where they hold nothing else."""
    made: dict[str, dict[str, bool]] = {}
    ours = [one for one in changes.change if one.begins == day]
    for one in ours:
        for code in one.sources:
            made.setdefault(code, {})[one.new] = len(one.sources) == 1
    recipes = tuple(
        Recipe(old, tuple(c for c, whole in new.items() if whole), tuple(c for c, whole in new.items() if not whole))
        for old, new in made.items()
    )
    return Step(recipes, frozenset(one.new for one in ours))


def _upward(changes: CodeChanges, counties: Counties, to: date) -> Iterable[Step]:
    districts = {county: counties.districts(county, to, changes) for county in counties.county}
    recipes = tuple(Recipe(county, whole=codes) for county, codes in districts.items() if codes)
    return [Step(recipes, frozenset(code for recipe in recipes for code in recipe.whole))]


def check_shares(shares: Shares, changes: CodeChanges, counties: Counties | None = None) -> None:
    """Raise ``DataError`` with every share that no recipe of any vintage uses, is not between 0 and 1, or leaves
    something over.

    The shares of one code in the places it goes to add up to 1 (to 1e-9), or are not given at all.
    """
    faults = []
    known: set[tuple[str, str]] = set()
    for step in [*steps(changes, date.max, counties), *steps(changes, date.min)] if shares else []:
        heirs: dict[str, set[str]] = {}
        for recipe in step.recipes:
            for code in recipe.part:
                heirs.setdefault(code, set()).add(recipe.new)
        known |= {(code, new) for code, all_new in heirs.items() for new in all_new}
        for code, all_new in heirs.items():
            given = [shares[code, new] for new in all_new if (code, new) in shares]
            if given and (len(given) < len(all_new) or not abs(sum(given) - 1) <= 1e-9):
                faults.append(
                    Fault(f"the shares of {code} in {', '.join(sorted(all_new))} do not add up to 1", remedy="give all")
                )
    faults += [Fault(f"{old} does not go to {new} in part") for old, new in shares if (old, new) not in known]
    faults += [
        Fault(f"the share of {old} in {new} is {share}", remedy="give a number from 0 to 1")
        for (old, new), share in shares.items()
        if not 0 <= share <= 1
    ]
    raise_faults(faults, "the shares are wrong", DataError)
