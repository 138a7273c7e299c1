"""What places bring to a monitor of their own: targets, charters and who signed them, indices, skills of sectors."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files

from goodwork.model.occupations import Occupations
from goodwork.model.pledges import Charters, Employment, Member
from goodwork.model.targets import Targets

#: The files of a folder of plans, and what each holds.
FILES = {
    "targets.toml": "targets of places",
    "members.csv": "employers that have signed a charter",
    "charters.toml": "what each tier of a charter asks",
    "employment.csv": "local employment by sector",
    "occupations.toml": "groups of occupations and how far their work is routine",
    "disruption.csv": "an index of technology disruption: area, value",
    "skills.csv": "sector, skill, level",
    "jobs.csv": "sector, jobs",
}


@dataclass(frozen=True)
class Plans:
    """What a person brings beside an edition; nothing of it is part of one. ``disruption`` is an index by area (named
    or by code), ``skills`` the level of each skill by sector, ``jobs`` the number of jobs by sector (NaN: unknown)."""

    targets: Targets | None = None
    charters: Charters | None = None
    members: tuple[Member, ...] = ()
    employment: tuple[Employment, ...] = ()
    occupations: Occupations | None = None
    disruption: Mapping[str, float] = field(default_factory=dict)
    skills: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    jobs: Mapping[str, float] = field(default_factory=dict)


def example(name: str) -> str:
    """A file of the example, as text: of Toyland, an invented country, and marked so.

    >>> example("targets.toml").splitlines()[0]
    '# INVENTED, for practice: targets of Toyland, a country that does not exist.'
    """
    return (files("goodwork") / "starter" / "plans" / name).read_text(encoding="utf-8")


def example_plans() -> Plans:
    """The example, all of it invented.

    >>> [one.name for one in example_plans().charters.charter]
    ['Toyland Good Employment Charter', 'Toyland procurement pledge']
    """
    return Plans(
        targets=Targets.from_toml(example("targets.toml"), "targets.toml"),
        charters=Charters.from_toml(example("charters.toml"), "charters.toml"),
        members=tuple(Member.model_validate(row) for row in _rows("members.csv")),
        employment=tuple(Employment.model_validate(row) for row in _rows("employment.csv")),
    )


def _rows(name: str) -> list[dict[str, str]]:
    """The rows of a table of the example, empty cells left out."""
    return [{key: cell for key, cell in row.items() if cell} for row in csv.DictReader(io.StringIO(example(name)))]
