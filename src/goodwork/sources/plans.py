"""A folder of plans: what a person brings to a monitor of their own, each in a file by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from goodwork.errors import DataError, DeclarationError, Fault, GoodWorkError, SourceUnavailable, raise_faults
from goodwork.model.area import nearest
from goodwork.model.occupations import Occupations
from goodwork.model.plans import FILES, Plans
from goodwork.model.pledges import Charters
from goodwork.model.targets import Targets
from goodwork.sources.charters import read_employment, read_members
from goodwork.sources.declared import read_declared
from goodwork.sources.moves import read_skills, read_values


def read_plans(folder: Path) -> Plans:
    """The plans in a folder: any of ``targets.toml``, ``members.csv``, ``charters.toml``, ``employment.csv``,
    ``occupations.toml``, ``disruption.csv``, ``skills.csv``, ``jobs.csv``; other files are left alone.

    Raises ``SourceUnavailable`` where there is no such folder, ``DeclarationError`` where it holds none of them, and
    ``DataError`` with every fault of every file.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise SourceUnavailable(
            f"there is no folder {folder}", remedy="name the folder that holds targets.toml and such"
        )
    there = {path.name for path in folder.iterdir() if path.is_file()}
    if not there & set(FILES):
        close = [f"{name} (did you mean {near[0]}?)" for name in sorted(there) if (near := nearest(name, FILES))]
        told = f"it holds {', '.join(close)}; " if close else ""
        raise DeclarationError(f"no plans are in {folder}", remedy=f"{told}name a file {', '.join(FILES)}")
    faults: list[Fault] = []

    def read(name: str, how: Callable[[Path], Any], without: Any) -> Any:
        if name not in there:
            return without
        try:
            return how(folder / name)
        except GoodWorkError as error:
            faults.extend(error.faults or [Fault(error.what, file=name, remedy=error.remedy)])
            return without

    charters = read("charters.toml", lambda path: read_declared(Charters, path), None)
    found = Plans(
        targets=read("targets.toml", lambda path: read_declared(Targets, path), None),
        charters=charters,
        members=read("members.csv", lambda path: read_members(path, charters), ()),
        employment=read("employment.csv", read_employment, ()),
        occupations=read("occupations.toml", lambda path: read_declared(Occupations, path), None),
        disruption=read("disruption.csv", lambda path: read_values(path, "area", "value"), {}),
        skills=read("skills.csv", read_skills, {}),
        jobs=read("jobs.csv", lambda path: read_values(path, "sector", "jobs"), {}),
    )
    raise_faults(faults, f"the plans in {folder} cannot be taken", DataError)
    return found
