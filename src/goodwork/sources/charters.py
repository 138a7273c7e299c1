"""Members of charters and local employment, from tables that a person keeps."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from goodwork.errors import DataError, Fault, raise_faults
from goodwork.model.declaration import Declaration
from goodwork.model.pledges import Charters, Employment, Member
from goodwork.sources.tables import read_table

R = TypeVar("R", bound=Declaration)
NUMBER = ("employees",)


def read_members(path: Path, charters: Charters | None = None) -> tuple[Member, ...]:
    """The members in a table with the columns employer, charter, tier, sector and, if known, size, employees, since.

    With ``charters`` every charter and tier must be declared there. Raises ``DataError`` with every row and column that
    is wrong, an employer listed twice in a charter among them; ``SourceError`` where the file cannot be read.
    """
    rows, faults = _rows(Member, path)
    tiers = {one.name: [tier.name for tier in one.tiers] for one in charters.charter} if charters else {}
    seen: set[tuple[str, str]] = set()
    for number, one in rows:
        if charters and one.charter not in tiers:
            known = ", ".join(tiers)
            faults.append(Fault(f"no charter called {one.charter!r}", path.name, number, "charter", f"one of {known}"))
        elif charters and one.tier not in tiers[one.charter]:
            remedy = f"one of {', '.join(tiers[one.charter])}"
            faults.append(Fault(f"{one.charter} has no tier {one.tier!r}", path.name, number, "tier", remedy))
        key = (one.employer.casefold(), one.charter)
        if key in seen:
            faults.append(Fault(f"{one.employer} is listed twice", path.name, number, "employer", "keep one row"))
        seen.add(key)
    raise_faults(faults, f"{path.name} cannot be taken", DataError)
    return tuple(one for _, one in rows)


def read_employment(path: Path) -> tuple[Employment, ...]:
    """Local employment in a table with the columns sector, employees and, if known, size; errors as above."""
    rows, faults = _rows(Employment, path)
    raise_faults(faults, f"{path.name} cannot be taken", DataError)
    return tuple(one for _, one in rows)


def _rows(kind: type[R], path: Path) -> tuple[list[tuple[int, R]], list[Fault]]:
    """Every row as a record of one kind with its number, and all that is wrong with the others."""
    raw = read_table(path)
    frame = raw.frame.rename(columns=lambda name: str(name).strip().lower().replace(" ", "_"))
    known = list(kind.model_fields)
    needed = [name for name, f in kind.model_fields.items() if f.is_required()]
    faults = [Fault("this column is missing", path.name, None, name, "add it") for name in needed if name not in frame]
    if faults:
        raise_faults(faults, f"{path.name} cannot be taken", DataError)
    found: list[tuple[int, R]] = []
    for number, row in frame.iterrows():
        cells = {name: row[name].replace(",", "") if name in NUMBER else row[name] for name in known if name in frame}
        try:
            found.append((int(str(number)), kind.model_validate({k: v for k, v in cells.items() if v != ""})))
        except ValidationError as error:
            for item in error.errors():
                column = str(item["loc"][0]) if item["loc"] else None
                faults.append(Fault(str(item["msg"]), path.name, int(str(number)), column, "correct the cell"))
    return found, faults
