"""The change table says what the publishers say, and where it does not, which of them is wrong is written down here."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest

from goodwork.errors import DeclarationError
from goodwork.geography.changes import CodeChange, CodeChanges, code_changes, vintage_day

TABLE = code_changes()
APRIL = [date(year, 4, 1) for year in (2009, 2012, 2013, 2015, 2018, 2019, 2020, 2021, 2023, 2025)]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def direct(code: str) -> set[str]:
    """The codes of the day on which a code ended that took over a part of it."""
    return {one.new for one in TABLE.change if code in one.sources}


# ---- the table against what is published ---------------------------------------------------------------------------


def test_every_row_of_the_tidy_change_file(shared: Path) -> None:
    years = {}
    for row in rows(shared / "observations" / "code_changes.csv"):
        assert direct(row["old_code"]) == {row["new_code"]}, row
        assert TABLE.names[row["old_code"]] == row["old_name"]
        assert TABLE.names[row["new_code"]] == row["new_name"]
        if TABLE.ends[row["old_code"]].year != int(row["from_year"]):
            years[row["old_code"]] = (int(row["from_year"]), TABLE.ends[row["old_code"]].year)
    # The order between St Albans and Welwyn Hatfield is of 2012, and ONS dates both codes so; the file says 2013.
    assert years == {"E07000100": (2013, 2012), "E07000104": (2013, 2012)}


def test_every_row_of_the_ons_change_file(shared: Path) -> None:
    joined, relabelled, ended = set(), set(), set()
    for row in rows(shared / "samples" / "gss_changes_2018_2025_ons.csv"):
        old, new, year = row["oldcd"], row["newcd"], int(row["start"])
        if row["type"] == "new_geo" and new.startswith("E47"):
            joined.add((old, new))  # a place joins a combined authority: nothing ends, no code follows another
            assert TABLE.valid(old, date(year, 12, 31))
            assert TABLE.begins[new].year == year
        elif row["type"] == "termination":
            ended.add(old)
            assert TABLE.ends[old].year == year
            assert direct(old)
        else:
            if row["type"] == "new_geo":
                relabelled.add((old, new))
            assert direct(old) == {new}, row
            assert TABLE.ends[old].year == TABLE.begins[new].year == year, row
            assert (len(TABLE.predecessors(new, date(year - 1, 12, 31))) == 1) == (row["type"] != "merger")
    assert len(joined) == 23
    # Two Scottish re-codes are filed there as if they were new combined authorities.
    assert relabelled == {("S12000044", "S12000050"), ("S12000046", "S12000049")}
    # Counties are ended there without a successor; here they have one.
    assert ended == {"E10000002", "E10000006", "E10000009", "E10000021", "E10000023", "E10000027"}


def test_first_and_last_years_of_the_boundary_file(shared: Path) -> None:
    topology = json.loads((shared / "boundaries" / "uk_2014_2025.topojson").read_text(encoding="utf-8"))
    drawn = {
        (name, shape["properties"]["areacd"]): shape["properties"]
        for name in ("ltla", "utla", "cty", "cauth")
        for shape in topology["objects"][name]["geometries"]
    }
    for (name, code), shape in drawn.items():
        if "start" in shape:
            assert TABLE.begins[code].year == shape["start"], (name, code)
        if "end" in shape:
            assert TABLE.ends[code].year == shape["end"] + 1, (name, code)
    without = {
        code: name
        for (name, code), shape in drawn.items()
        if ("start" not in shape and TABLE.begins.get(code, date.min).year > 2014)
        or ("end" not in shape and TABLE.ends.get(code, date.max).year <= 2025)
    }
    # Northern Ireland's districts are drawn as if they had been there in 2014; Glasgow and North Lanarkshire are drawn
    # under the codes that ended in 2019, and their codes of today stand among the combined authorities.
    assert {code for code in without if not code.startswith("N09")} == {"S12000044", "S12000046"}
    assert sum(code.startswith("N09") for code in without) == 11
    assert {code for name, code in drawn if name == "cauth" and code.startswith("S12")} == {"S12000049", "S12000050"}


def test_every_note_of_an_ended_code_in_the_published_series(shared: Path) -> None:
    differences = set()
    seen = set()
    for path in sorted((shared / "els").glob("*/*.csv")):
        for code, year, heirs in set(
            re.findall(
                r"^([A-Z]\d{8}),.*Obsolete code since (\d{4}) \(replaced by ([^)]*)\)", _text(path), re.MULTILINE
            )
        ):
            if code[:3] not in {"E06", "E07", "E08", "E10", "E11", "E47", "S12", "W06"}:
                continue
            seen.add(code)
            told = set(re.findall(r"[A-Z]\d{8}", heirs))
            if told != direct(code) or TABLE.ends[code].year != int(year):
                differences.add((code, int(year), *sorted(told)))
    assert len(seen) == 63
    assert differences == {
        # Every district of Northamptonshire is said to have gone to both of its unitary authorities.
        *((f"E07000{n}", 2021, "E06000061", "E06000062") for n in range(150, 157)),
        # The county of Dorset lost Christchurch to Bournemouth, Christchurch and Poole.
        ("E10000009", 2019, "E06000059"),
        # Both combined authorities began in 2018 and ended in 2024.
        ("E47000010", 2018, "E47000014"),
        ("E47000011", 2018, "E47000014"),
        # Perth and Kinross did not become North Lanarkshire.
        ("S12000024", 2018, "S12000050"),
    }


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def test_a_code_of_any_year_leads_to_the_area_of_2023(shared: Path) -> None:
    from goodwork.geography.counties import counties

    for row in rows(shared / "observations" / "lookup_any_lad_to_utla2023.csv"):
        on = date(2023, 4, 1)
        if TABLE.valid(row["code_any_year"], on) or TABLE.ends.get(row["code_any_year"], date.max) <= on:
            today = TABLE.successors(row["code_any_year"], on)
        else:
            today = TABLE.predecessors(row["code_any_year"], on)
        if row["utla_2023"]:
            assert row["utla_2023"] in {counties().upper_tier(code) for code in today}, row


# ---- the graph -----------------------------------------------------------------------------------------------------


def test_reorganisations_of_every_year_are_there() -> None:
    assert {day for day in APRIL if day.year not in (2018,)} <= set(TABLE.vintages)
    assert TABLE.ends["S12000015"] == date(2018, 2, 2)
    unitaries = {"E06000047", "E06000048", "E06000049", "E06000050", "E06000051", "E06000052", "E06000053", "E06000054",
                 "E06000055", "E06000056"}  # fmt: skip
    assert {code for code, day in TABLE.begins.items() if day == date(2009, 4, 1)} == unitaries | {
        "W06000023",
        "W06000024",
    }


def test_successors_follow_the_chain_only_as_far_as_asked() -> None:
    assert TABLE.successors("E07000157") == ("E06000057",)
    assert TABLE.successors("E07000157", date(2012, 1, 1)) == ("E06000048",)
    assert TABLE.successors("E07000157", date(2008, 1, 1)) == ("E07000157",)
    assert TABLE.successors("E10000006") == ("E06000063", "E06000064")
    assert TABLE.successors("E12000001") == ("E12000001",)
    assert TABLE.successors("E06000063", date(2022, 1, 1)) == ()


def test_predecessors_name_districts_and_county() -> None:
    assert TABLE.predecessors("E06000066", date(2018, 1, 1)) == (
        "E07000187", "E07000188", "E07000189", "E07000190", "E07000191", "E10000027",
    )  # fmt: skip
    assert TABLE.predecessors("E08000038", date(2023, 4, 1)) == ("E08000016",)
    assert TABLE.predecessors("E08000016", date(2025, 4, 1)) == ()
    assert TABLE.predecessors("E06000014") == ("E06000014",)
    assert TABLE.predecessors("E47000018", date(2020, 1, 1)) == ()


def test_names_are_no_keys() -> None:
    twice = TABLE.namesakes()
    assert twice["Dorset"] == (("E06000059",), ("E10000009",))
    assert len(twice["North East"]) == 3
    assert "Northumberland" not in twice, "county, unitary authority and its re-code are one place"


def test_a_code_is_valid_from_its_first_day_to_the_day_before_its_heir_begins() -> None:
    for code, day in TABLE.ends.items():
        assert TABLE.valid(code, date.fromordinal(day.toordinal() - 1))
        assert not TABLE.valid(code, day)
    for code, day in TABLE.begins.items():
        assert TABLE.valid(code, day)
        assert not TABLE.valid(code, date.fromordinal(day.toordinal() - 1))


# ---- what is refused -----------------------------------------------------------------------------------------------


def table(*changes: tuple[str, str, str, str]) -> CodeChanges:
    """Changes as (day, new, old, part), codes separated by blanks."""
    names = {code: code for _, *codes in changes for text in codes for code in text.split()}
    listed = [
        {"from": date.fromisoformat(day), "new": new, "old": old.split(), "part": part.split(), "order": "law"}
        for day, new, old, part in changes
    ]
    return CodeChanges.from_dict({"orders": {"law": "A law"}, "names": names, "change": listed})


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ([("2019-04-01", "B", "A", ""), ("2020-04-01", "A", "B", "")], "A: ends on 2019-04-01, before or when"),
        ([("2019-04-01", "B", "A", ""), ("2019-04-01", "A", "C", "")], "A: ends on 2019-04-01, before or when"),
        ([("2019-04-01", "B", "B", "")], "B: ends and begins on the same day"),
        ([("2019-04-01", "B", "A", ""), ("2020-04-01", "C", "A", "")], "A: ends on several days"),
        ([("2019-04-01", "C", "A", ""), ("2020-04-01", "C", "B", "")], "C: begins on several days"),
        ([("2019-04-01", "B", "A", ""), ("2019-04-01", "C", "A", "")], "A: goes wholly to B, C"),
        ([("2019-04-01", "B", "A", ""), ("2019-04-01", "C", "D", "A")], "A: goes both wholly and in part"),
        ([("2019-04-01", "B", "", "A")], "A: only a part is accounted for"),
        ([("2019-04-01", "B", "A A", "")], "B: a code is listed twice"),
        ([("2019-04-01", "B", "", "")], "B: made of nothing"),
    ],
)  # fmt: skip
def test_a_table_that_could_lose_or_double_a_figure_is_refused(changes: list[tuple[str, ...]], fault: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        table(*changes)
    assert fault in str(caught.value)


def test_a_nameless_code_and_an_unknown_order_are_refused() -> None:
    with pytest.raises(DeclarationError, match=r"order 'law' is not in the list[\s\S]*A: has no name"):
        CodeChanges.from_dict({"change": [{"from": date(2019, 4, 1), "new": "B", "old": ["A"], "order": "law"}]})


def test_kinds_of_change() -> None:
    def kind(old: tuple[str, ...], part: tuple[str, ...]) -> str:
        return CodeChange(begins=date(2019, 4, 1), new="N", old=old, part=part, order="law").kind

    assert [kind(("A",), ()), kind(("A", "B"), ()), kind((), ("A",)), kind(("A",), ("B",)), kind((), ("A", "B"))] == [
        "recode", "merger", "split", "redrawn", "redrawn",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["2023-13", "Maytember 2020", "soon", "2023-02-30", ""])
def test_what_is_no_vintage_is_refused(text: str) -> None:
    with pytest.raises(DeclarationError, match="not a vintage"):
        vintage_day(text)
