"""Events by neighbourhood and month, added up to districts: every cell accounted for, nothing guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from goodwork.errors import DataError, DeclarationError, SourceChanged
from goodwork.model.source import shipped_sources
from goodwork.sources.neighbourhoods import read_neighbourhoods
from goodwork.sources.reading import Reading

TEXT = b"""areacd,areanm,areanmhc,March 2020,April 2020,May 2020,All months
E02000001,Northby 001,Old Town,1,2,0,3
E02000002,Northby 002,"Mill, Moor",0,4,1,5
W02000003,Southby 001,Quay,0,0,7,7
E02000004,Northby 003,New Town,2,0,0,2
"""
WINDOWS = {"Spring": ("March 2020", "April 2020"), "May": ("May 2020",)}


def read(content: bytes = TEXT) -> Reading:
    return read_neighbourhoods(content, "d.csv", windows=WINDOWS, neighbourhoods=4, total="All months")


def test_districts_are_added_up() -> None:
    found = read()
    assert found.rows[["series", "area_name", "first", "last", "value", "row"]].to_numpy().tolist() == [
        ["Spring", "Northby", "2020-03-01", "2020-04-30", 9.0, "rows 2–5, 3 of them"],
        ["Spring", "Southby", "2020-03-01", "2020-04-30", 0.0, "rows 4–4"],
        ["May", "Northby", "2020-05-01", "2020-05-31", 1.0, "rows 2–5, 3 of them"],
        ["May", "Southby", "2020-05-01", "2020-05-31", 7.0, "rows 4–4"],
    ]
    assert (found.records, found.left_out) == (20, {"columns that are not asked for": 8})
    assert (found.rows["area"] == "").all()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b"Northby 002", b"Northby", "not named after districts"),
        (b"E02000002", b"E02000001", "stand twice"),
        (b"April 2020", b"Apr 2020", "no column 'April 2020'"),
        (b"March 2020", b"Mrch 2020", "no column 'March 2020'"),
        (b"All months", b"Total", "no column 'All months'"),
        (b",5\nW", b",6\nW", "the months add up to 5, the total is 6"),
        (b"E02000004,Northby 003", b"E0200004,Northby 003", "E0200004|3 neighbourhoods"),
        (b"E02000004,Northby 003,New Town,2,0,0,2\n", b"", "3 neighbourhoods in place of 4"),
    ],
)
def test_another_shape_is_refused(old: bytes, new: bytes, what: str) -> None:
    assert old in TEXT
    with pytest.raises(SourceChanged, match=what):
        read(TEXT.replace(old, new))


@pytest.mark.parametrize("cell", [b"", b"x", b"-1", b"1.5", b"inf"])
def test_a_cell_that_is_no_number_of_events_is_told(cell: bytes) -> None:
    with pytest.raises(DataError, match="no number of events") as told:
        read(TEXT.replace(b'Moor",0,', b'Moor",' + cell + b","))
    assert "row 3" in str(told.value)


def test_a_window_the_wrong_way_round_is_no_sum_of_nothing() -> None:
    with pytest.raises(DeclarationError, match="comes before its first"):
        read_neighbourhoods(TEXT, "d.csv", windows={"Spring": ("April 2020", "March 2020")})


@pytest.mark.shared
def test_the_real_table(shared: Path) -> None:
    """348 districts of 2011; York's deaths as they add up by hand in the file."""
    source = shipped_sources()["ons_covid_deaths"]
    content = (shared / source.main.local).read_bytes()
    rows = read_neighbourhoods(content, "d.csv", **source.options).rows
    assert len(rows) == 2 * 348
    lines = [line.split(",") for line in content.decode().splitlines() if ",York 0" in line]
    months = [[int(cell) for cell in line[-15:-1]] for line in lines]
    york = rows[rows["area_name"] == "York"].set_index("last")["value"].to_dict()
    assert york == {"2020-06-30": sum(sum(m[:4]) for m in months), "2021-04-30": sum(map(sum, months))}
