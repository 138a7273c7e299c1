"""What the readers of publishers' files share."""

from __future__ import annotations

import pandas as pd
import pytest

from goodwork.errors import DuplicateObservation, SourceChanged, SourceUnavailable
from goodwork.sources.published import accounted, numbers, once, read_cells, refuse_page
from goodwork.sources.reading import ROW_COLUMNS

ROLES = {"area": ("Area Code", "areacd"), "value": ("Value",), "note": ("Notes",)}


def test_columns_are_found_by_any_of_their_names_in_any_order() -> None:
    cells = read_cells("a.csv", b"value;AREA_CODE;notes\n 1 ;T1;x\n\n2;T2;\n", ROLES, ("area", "value"))
    assert cells.frame.to_dict("list") == {"area": ["T1", "T2"], "value": ["1", "2"], "note": ["x", ""]}
    assert list(cells.frame.index) == [2, 4]
    assert cells.headers == {"area": "AREA_CODE", "value": "value", "note": "notes"}


def test_a_new_column_is_noted_and_a_renamed_one_refused() -> None:
    new = read_cells("a.csv", b"areacd,value,notes,size\nT1,1,,9\n", ROLES, ("area",))
    assert new.notes == ("a.csv: column 'size' is not known and was not read",)
    gone = read_cells("a.csv", b"areacd,value\nT1,1\n", ROLES, ("area",))
    assert gone.notes == ("a.csv: there is no column for note",)
    assert gone.text("note").tolist() == [""]
    with pytest.raises(SourceChanged, match=r"no column 'Notes'; not known: 'remarks'"):
        read_cells("a.csv", b"areacd,value,remarks\nT1,1,x\n", ROLES, ("area",))
    with pytest.raises(SourceChanged, match="no column 'Area Code'"):
        read_cells("a.csv", b"value,notes\n1,x\n", ROLES, ("area",))


def test_a_column_twice_has_to_agree_unless_it_holds_notes() -> None:
    cells = read_cells("a.csv", b"areacd,value,value,notes,notes\nT1,1,,a,b\nT2,,2,c,\n", ROLES, ())
    assert cells.frame["value"].tolist() == ["1", "2"]
    assert cells.frame["note"].tolist() == ["a; b", "c"]
    with pytest.raises(SourceChanged, match="row 2, column 'value': '1' and '2'"):
        read_cells("a.csv", b"areacd,value,value,notes\nT1,1,2,\n", ROLES, ())


@pytest.mark.parametrize(
    "content", [b"", b" \r\n", b"\xef\xbb\xbf", b"\0\0", b" <html>", b"\xef\xbb\xbf\n<!DOCTYPE html>"]
)
def test_pages_and_nothing_are_refused(content: bytes) -> None:
    with pytest.raises(SourceUnavailable):
        refuse_page("a.csv", content)


def test_figures_that_are_none() -> None:
    value, status, bad = numbers(
        pd.Series(["0", "", "[c]", "1,234.5", "0.30000000000000004", "nan", "inf", "x5", "1e400"])
    )
    assert pd.Series(value).fillna(-1).tolist() == [0, -1, -1, 1234.5, 0.3, -1, -1, -1, -1]
    assert status.tolist() == ["", "", "c", "", "", "x", "", "", ""]
    assert bad.tolist() == [False] * 6 + [True] * 3


def rows(**columns: list[object]) -> pd.DataFrame:
    length = len(next(iter(columns.values())))
    return pd.DataFrame({column: [""] * length for column in ROW_COLUMNS} | columns)


def test_a_county_and_a_district_may_share_a_name() -> None:
    found, repeats = once("a", rows(area_name=["Dor", "Dor", "Dor"], area_type=["c", "d", "d"], value=[1.0, 2.0, 2.0]))
    assert (found["value"].tolist(), repeats) == ([1.0, 2.0], 1)
    with pytest.raises(DuplicateObservation):
        once("a", rows(area_name=["Dor", "Dor"], value=[1.0, 2.0]))


def test_every_record_is_accounted_for() -> None:
    table = rows(area=["T1"])
    assert accounted(table, 3, 1, {"note": 2, "other": 0}, {}, (), "a").left_out == {"note": 2}
    with pytest.raises(SourceChanged, match="of 3 records 1 were used and 1 left out"):
        accounted(table, 3, 1, {"note": 1}, {}, (), "a")
