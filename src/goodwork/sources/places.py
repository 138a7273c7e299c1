"""Where areas stand on a map of hexagons: a person's table of cells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from goodwork.errors import DataError, DeclarationError, Fault, SourceError
from goodwork.model.area import Geography
from goodwork.sources.columns import plain_header
from goodwork.sources.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

PLACES = "places.csv"
COLUMNS = ("area", "column", "row")
#: Columns and rows lie no further from 0 than this: every cell of a map is held in memory.
FARTHEST = 2_000


def read_places(path: Path, geography: Geography) -> pd.DataFrame:
    """The cell of each area: columns ``area``, ``column``, ``row``, whole numbers; odd rows stand half a cell east.

    An area may be without a cell; it then stands in tables only. Raises ``DeclarationError`` naming the row of every
    fault: a column that is missing, an area that is not in the geography, a cell that is no whole
    number or further off than ``FARTHEST``, an area or a cell that is listed twice.
    """
    import pandas as pd

    try:
        raw = read_table(path)
    except (SourceError, DataError) as error:
        raise DeclarationError(error.what, faults=error.faults, remedy=error.remedy) from None
    headers = {plain_header(header): header for header in raw.frame.columns}
    if lacking := [name for name in COLUMNS if name not in headers]:
        faults = [Fault(f"there is no column {name!r}", raw.name, 1, name, "add it") for name in lacking]
        raise DeclarationError(f"{raw.name} is wrong in {len(faults)} place(s)", faults=faults)
    table = raw.frame[[headers[name] for name in COLUMNS]].set_axis(list(COLUMNS), axis=1)
    cells = table[["column", "row"]].apply(pd.to_numeric, errors="coerce")
    checks = (
        ("area", ~table["area"].isin(list(geography.by_code)), "is not in the list of areas", "correct the code"),
        ("area", table["area"].duplicated(), "is listed twice", "keep one"),
        ("column", ~(cells["column"] % 1 == 0), "is not a whole number", "number the columns from the west"),
        ("row", ~(cells["row"] % 1 == 0), "is not a whole number", "number the rows from the north"),
        *(
            (name, cells[name].abs() > FARTHEST, "is too far off", f"number from 0; {FARTHEST:,} is the most")
            for name in COLUMNS[1:]
        ),
        ("column", cells.notna().all(axis=1) & cells.duplicated(), "is in a cell that is taken", "one area a cell"),
    )
    faults = [
        Fault(f"{table.at[row, column]!r} {what}", raw.name, int(row), column, remedy)
        for column, wrong, what, remedy in checks
        for row in table.index[wrong]
    ]
    if faults:
        faults.sort(key=lambda fault: fault.row or 0)
        raise DeclarationError(f"{raw.name} is wrong in {len(faults)} place(s)", faults=faults)
    return table.assign(**cells.astype(int)).sort_values("area", kind="stable").reset_index(drop=True)
