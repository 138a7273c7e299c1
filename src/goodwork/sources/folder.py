"""A person's declarations: from bytes on disk to the nouns of the model."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TypeVar

from goodwork.errors import DataError, DeclarationError, Fault, SourceError
from goodwork.model.area import Area, Geography
from goodwork.model.declaration import Declaration
from goodwork.model.framework import Framework
from goodwork.model.indicator import Catalogue
from goodwork.model.levers import Levers
from goodwork.model.prices import Prices
from goodwork.sources.columns import plain_header
from goodwork.sources.tables import RawTable, read_bytes, read_table

FRAMEWORK, CATALOGUE, AREAS, DATA = "framework.toml", "indicators.toml", "areas.csv", "data.csv"
PRICES, LEVERS = "prices.toml", "levers.toml"

D = TypeVar("D", bound=Declaration)


def read_framework(path: Path) -> Framework:
    """The framework in a TOML file, or in ``framework.toml`` of a folder.

    Raises ``DeclarationError`` naming the file and the place for anything that is wrong with it.
    """
    return _read_toml(Framework, path, FRAMEWORK)


def read_catalogue(path: Path) -> Catalogue:
    """The catalogue in a TOML file, or in ``indicators.toml`` of a folder.

    Raises ``DeclarationError`` naming the file and the place for anything that is wrong with it.
    """
    return _read_toml(Catalogue, path, CATALOGUE)


def read_prices(path: Path) -> Prices:
    """The price index in a TOML file, or in ``prices.toml`` of a folder.

    Raises ``DeclarationError`` naming the file and the place for anything that is wrong with it.
    """
    return _read_toml(Prices, path, PRICES)


def read_levers(path: Path) -> Levers:
    """The register of levers in a TOML file, or ``levers.toml`` in a folder, joined to ours if it extends that.

    Raises ``DeclarationError`` naming the file and the place for anything that is wrong with it.
    """
    return _read_toml(Levers, path, LEVERS).whole


def read_areas(path: Path) -> Geography:
    """The geography in a table of areas, or in ``areas.csv`` of a folder.

    Columns: code and name, needed; level; aliases, separated by ``;``. Any other column holds the code of the parent at
    the level that heads it. The level of the geography is the one that most areas have. Raises ``DeclarationError``
    naming the row and the column of every fault.
    """
    path = _in_folder(path, AREAS)
    try:
        raw = read_table(path)
    except (SourceError, DataError) as error:
        raise DeclarationError(error.what, faults=error.faults, remedy=error.remedy) from None
    columns = {plain_header(header): header for header in raw.frame.columns}
    faults = _area_faults(raw, columns)
    if faults:
        raise DeclarationError(f"{raw.name} is wrong in {len(faults)} place(s)", faults=faults)
    parents = [header for plain, header in columns.items() if plain not in _OWN]
    level, aliases = columns.get("level"), columns.get("aliases")
    areas = [
        Area(
            code=row[columns["code"]],
            name=row[columns["name"]],
            level=row.get(level, "") or "area",
            aliases=tuple(a.strip() for a in row.get(aliases, "").split(";") if a.strip()),
            parents={parent: row[parent] for parent in parents if row[parent]},
        )
        for row in raw.frame.to_dict("records")
    ]
    return Geography(tuple(areas), level=Counter(area.level for area in areas).most_common(1)[0][0])


_OWN = ("code", "name", "level", "aliases")


def _area_faults(raw: RawTable, columns: dict[str, str]) -> list[Fault]:
    faults = [
        Fault(f"there is no column {name!r}", file=raw.name, row=1, column=name, remedy=f"add a column {name!r}")
        for name in ("code", "name")
        if name not in columns
    ]
    if faults:
        return faults
    for role in ("code", "name"):
        cells = raw.frame[columns[role]]
        faults += [
            Fault(f"the {role} is empty", raw.name, int(row), columns[role], f"give the {role} of the area")
            for row in cells.index[cells == ""]
        ]
    codes = raw.frame[columns["code"]]
    repeated = codes[codes.duplicated() & (codes != "")]
    faults += [
        Fault(
            f"area code {code!r} is listed twice, here and in row {codes.index[codes == code][0]}",
            raw.name,
            int(row),
            columns["code"],
            "keep one of the two",
        )
        for row, code in repeated.items()
    ]
    return sorted(faults, key=lambda fault: fault.row or 0)


def _read_toml(kind: type[D], path: Path, usual: str) -> D:
    path = _in_folder(path, usual)
    try:
        content = read_bytes(path)
    except SourceError as error:
        raise DeclarationError(error.what, faults=error.faults, remedy=error.remedy) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise DeclarationError(
            f"{path.name} is not UTF-8 text",
            faults=[Fault("this line is not UTF-8", file=path.name, row=row, remedy="save the file as UTF-8")],
        ) from None
    return kind.from_toml(text.replace("\r\n", "\n"), path.name)


def _in_folder(path: Path, usual: str) -> Path:
    path = Path(path)
    return path / usual if path.is_dir() else path
