"""Skills and jobs by sector, and an index of disruption by area, from tables that a person supplies."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from goodwork.errors import DataError, Fault, raise_faults
from goodwork.model.panel import Values
from goodwork.sources.tables import read_table

#: Sector → skill → level, in the order of the table.
Skills = dict[str, dict[str, float]]


def read_skills(path: Path) -> Skills:
    """How much of each skill each sector asks for, from a table sector, skill, level.

    Every sector must name every skill. Raises ``DataError`` with every row that is wrong.
    """
    found: Skills = {}
    faults: list[Fault] = []
    rows = _rows(path, ("sector", "skill", "level"))
    for number, (sector, skill, level) in rows:
        if skill in found.setdefault(sector, {}):
            faults.append(Fault(f"{sector} and {skill} stand twice", path.name, number, "skill", "keep one row"))
        if (value := _number(level)) is None:
            faults.append(Fault(f"{level!r} is no number", path.name, number, "level", "write a number from 0"))
        found[sector][skill] = np.nan if value is None else value
    every = list(dict.fromkeys(skill for of in found.values() for skill in of))
    faults += [
        Fault(f"{sector} has no level of {skill}", path.name, remedy="add the row; 0 if it is not asked for")
        for sector, of in found.items() for skill in every if skill not in of
    ]  # fmt: skip
    raise_faults(faults, f"{path.name} cannot be taken", DataError)
    return found


def read_values(path: Path, key: str, value: str) -> dict[str, float]:
    """A number for each of something, from a table of two columns; ``DataError`` with every row that is wrong."""
    found: dict[str, float] = {}
    faults: list[Fault] = []
    for number, (name, text) in _rows(path, (key, value)):
        if name in found:
            faults.append(Fault(f"{name} stands twice", path.name, number, key, "keep one row"))
        if (read := _number(text)) is None and text != "":
            faults.append(Fault(f"{text!r} is no number", path.name, number, value, "write a number"))
        found[name] = np.nan if read is None else read
    raise_faults(faults, f"{path.name} cannot be taken", DataError)
    return found


def levels(skills: Skills) -> tuple[Values, tuple[str, ...], tuple[str, ...]]:
    """Levels as an array ``(sectors, skills)``, with both names."""
    sectors, names = tuple(skills), tuple(next(iter(skills.values())))
    return np.array([[skills[s][k] for k in names] for s in sectors]), sectors, names


def _rows(path: Path, columns: tuple[str, ...]) -> list[tuple[int, tuple[str, ...]]]:
    raw = read_table(path)
    frame = raw.frame.rename(columns=lambda name: str(name).strip().lower())
    lacking = [
        Fault("this column is missing", path.name, None, name, "add it") for name in columns if name not in frame
    ]
    raise_faults(lacking, f"{path.name} cannot be taken", DataError)
    return [(int(str(number)), tuple(str(row[c]) for c in columns)) for number, row in frame.iterrows()]


def _number(text: str) -> float | None:
    try:
        found = float(text.replace(",", ""))
    except ValueError:
        return None
    return found if np.isfinite(found) else None
