"""Every sentence of an edition's registry of findings can be written again from its numbers, and these stand in tables.

A number is looked up where the finding says: by its name as a column of the one row named, as the number of rows named
(``count``) or of all that were looked at (``total``), or worked out again from the tables by ``AGAIN``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pytest

from goodwork.analysis.finding import SAYS, told
from goodwork.errors import NotFound
from goodwork.monitor import Monitor
from goodwork.pipeline.answers import QUESTIONS

Row = Mapping[str, Any]
PLACE = re.compile(r"{[^{}]*}")
#: Ends of tables that hold an area by code.
AREAS = ("area", "neighbour", "higher", "lower", "best", "worst", "improved")


class Registry:
    """The findings of an edition, each with its numbers and the rows they stand in."""

    def __init__(self, monitor: Monitor) -> None:
        self.monitor = monitor
        self.names = {a.code: a.name for a in monitor.geography.areas}

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Findings only, as plain data."""
        table = self.monitor.table("findings")
        found = table[table["kind"] == "finding"].to_dict("records")
        return [{**r, "numbers": json.loads(r["numbers"]), "rows": json.loads(r["rows"])} for r in found]

    @cached_property
    def tables(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        """Rows of every table of an answer, by name and area set."""
        names = {row["table"] for row in self.rows} | set(self.extra)
        return {
            (name, str(area_set)): rows.to_dict("records")
            for name in names - {""}
            for area_set, rows in self.monitor.table(name).groupby("area_set")
        }

    extra = ("trends_spread", "trends_chapters_spread", "neighbours", "shock_measures")

    @cached_property
    def of_area(self) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
        """The same rows by area, where they have one."""
        found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for (name, area_set), rows in self.tables.items():
            for row in rows:
                found.setdefault((name, area_set, str(row.get("area", ""))), []).append(row)
        return found

    def all(self, finding: Row, table: str | None = None) -> list[dict[str, Any]]:
        """All rows of the finding's table, or of another one, over the same areas."""
        return self.tables.get((table or finding["table"], finding["area_set"]), [])

    def picked(self, finding: Row) -> list[dict[str, Any]]:
        """The rows the finding rests on."""
        wanted = {k: v if isinstance(v, list) else [v] for k, v in finding["rows"].items()}
        rows = self.all(finding)
        if isinstance(finding["rows"].get("area"), str):
            rows = self.of_area.get((finding["table"], finding["area_set"], finding["area"]), [])
        return [row for row in rows if all(row[k] in v for k, v in wanted.items())]

    def area(self, name: str) -> str:
        """The code of an area by its name."""
        return next(code for code, known in self.names.items() if known == name)


@pytest.fixture(scope="module")
def registry(monitor: Monitor) -> Registry:
    """The shipped edition's."""
    return Registry(monitor)


def scalars(numbers: Row, inside: str = "") -> Iterator[tuple[str, float]]:
    """Numbers by name; those of an association called ``found`` by their own names, others with its name in front."""
    for name, value in numbers.items():
        if isinstance(value, dict):
            yield from scalars(value, "" if name == "found" else f"{name}_")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{inside}{name}", value


def looked_at(rows: list[dict[str, Any]]) -> int:
    """How many rows have a q, where there is one."""
    return sum("q" not in row or row["q"] == row["q"] for row in rows)


def clear_links(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [r for r in rows if r["score"] == "index" and r["q"] <= 0.05 and (r["low"] > 0 or r["high"] < 0)]


def index_links(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [r for r in rows if r["score"] == "index"]


def held(finding: Row, rows: list[dict[str, Any]]) -> int:
    """How many associations of the index are still clear when something else is allowed for."""
    clear = clear_links(rows)
    if finding["id"].endswith("inside_regions"):
        return sum(r["region_q"] <= 0.05 and r["region"] * r["r"] > 0 for r in clear)
    name = "conditions" if finding["id"].endswith("like_conditions") else "spaced"
    kept = [r for r in clear if r[f"{name}_low"] > 0 or r[f"{name}_high"] < 0]
    return sum(r[name] * r["r"] > 0 for r in kept)


def median_distance(finding: Row, all_rows: list[dict[str, Any]]) -> float:
    return float(np.median([r["distance"] for r in all_rows if r["rank"] == 1]))


def nearer(finding: Row, rows: list[dict[str, Any]]) -> float:
    first = {r["area"]: r["distance"] for r in rows if r["rank"] == 1}
    return float(np.mean([d < first[finding["area"]] for d in first.values()]))


def groups_apart(finding: Row, rows: list[dict[str, Any]]) -> float:
    mean = {r["group"]: r["mean"] for r in rows}
    return mean[finding["numbers"]["top"]] - mean[finding["numbers"]["bottom"]]


def spread(which: str) -> Callable[[Row, list[dict[str, Any]]], float]:
    def found(finding: Row, rows: list[dict[str, Any]]) -> float:
        year, measure = finding["numbers"][which], finding["rows"]["measure"]
        return next(r["value"] for r in of_chapter(finding, rows) if r["year"] == year and r["measure"] == measure)

    return found


def of_chapter(finding: Row, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the chapter that the finding is about, if it is about one."""
    return [r for r in rows if r.get("chapter") == finding["rows"].get("chapter")]


def moves_to(way: int) -> Callable[[Row, list[dict[str, Any]]], float]:
    """Moves to a higher (1) or lower (−1) community; letters rise with the score."""
    return lambda finding, rows: sum(r["count"] for r in rows if (r["to"] > r["from"]) - (r["to"] < r["from"]) == way)


def stayed(finding: Row, rows: list[dict[str, Any]]) -> float:
    return sum(r["count"] for r in rows if r["to"] == r["from"]) / sum(r["count"] for r in rows)


def then(column: str) -> Callable[[Row, list[dict[str, Any]]], float]:
    """What a chapter's middle area scored at first."""
    return lambda finding, rows: next(
        r[column] for r in of_chapter(finding, rows) if r["period"] == finding["numbers"]["first"]
    )


def in_window(window: str, column: str) -> Callable[[Row, list[dict[str, Any]]], float]:
    """A figure of a pair of measures on one side of the year."""

    def found(finding: Row, rows: list[dict[str, Any]]) -> float:
        wanted = {**finding["rows"], "window": window}
        return next(r[column] for r in rows if all(r[k] == v for k, v in wanted.items()))

    return found


#: What is worked out again: name of a number, by question (or by none) → from which table (or the finding's own), how.
AGAIN: dict[tuple[str, str], tuple[str | None, Callable[[Row, list[dict[str, Any]]], float]]] = {
    ("health", "clear"): (None, lambda f, rows: len(clear_links(rows))),
    ("health", "close"): (None, lambda f, rows: sum(r["quarter"] for r in clear_links(rows))),
    ("health", "hold"): (None, held),
    ("health", "total"): (None, lambda f, rows: len(index_links(rows)) if "score" in f["numbers"] else
                          len([r for r in rows if r["outcome"] == f["numbers"]["outcome"].rstrip(",")])),
    ("health", "threshold"): (None, lambda f, rows: 0.25),
    ("health", "apart"): (None, lambda f, rows: len({r["outcome"] for r in rows if r["q"] <= 0.05})),
    ("health", "looked"): (None, lambda f, rows: len({r["outcome"] for r in rows})),
    ("shock", "clear"): (None, lambda f, rows: len(clear_links(rows))),
    ("shock", "close"): (None, lambda f, rows: sum(r["quarter"] for r in clear_links(rows))),
    ("shock", "hold"): (None, held),
    ("shock", "threshold"): (None, lambda f, rows: 0.25),
    ("shock", "mean_one"): ("shock_measures", lambda f, rows: rows[0]["mean"]),
    ("shock", "mean_other"): ("shock_measures", lambda f, rows: rows[1]["mean"]),
    ("shock", "difference"): (None, groups_apart),
    ("shock", "size"): (None, lambda f, rows: abs(f["numbers"]["mean"])),
    ("shock", "at_level"): (None, lambda f, rows: round(f["numbers"]["back"] * f["numbers"]["n"])),
    ("communities", "areas"): (None, lambda f, rows: next(
        r["areas"] for r in rows if r["community"] == f["rows"]["community"])),
    ("communities", "sure"): (None, lambda f, rows: 0.8),
    ("neighbours", "median"): (None, median_distance),
    ("neighbours", "lonely"): (None, lambda f, rows: sum(
        r["rank"] == 1 and r["distance"] > 2 * median_distance(f, rows) for r in rows)),
    ("neighbours", "beyond"): (None, nearer),
    ("conditions", "total"): (None, lambda f, rows: looked_at(rows) if f["table"] == "conditions" else
                              len({r["predictor"] for r in rows})),
    ("conditions", "kept"): (None, lambda f, rows: sum(
        r["lasso"] != 0 for r in rows if r["target"] == f["rows"]["target"])),
    ("communities", "stayed"): (None, stayed),
    ("communities", "up"): (None, moves_to(1)),
    ("communities", "down"): (None, moves_to(-1)),
    ("trends", "most"): (None, lambda f, rows: 0.9),
    ("trends", "total"): (None, lambda f, rows: looked_at(of_chapter(f, rows))),
    ("trends", "start"): (None, spread("first")),
    ("trends", "end"): (None, spread("last")),
    **{("trends", f"then_{name}"): (None, then(name)) for name in ("median", "low", "high")},
    **{("trends", f"{window}_{name}"): (None, in_window(window, column)) for window in ("before", "after")
       for name, column in {"r": "r", "low": "low", "high": "high", "n": "n", "first": "from", "last": "to"}.items()},
}  # fmt: skip
#: Numbers that are years, and ends of an interval whose middle is worked out again.
ASIDE = {("trends", "first"), ("trends", "last"), ("shock", "difference_low"), ("shock", "difference_high")}
#: Where the two figures stand that a change lies between, by table of changes.
BESIDE = {"trends_change": "trends_spread", "trends_chapters_changes": "trends_chapters_spread"}
#: Columns that go by another name in a sentence, by table.
COLUMN = {"shock_recovery": {"fixed_r": "fixed", "low": "r_low", "high": "r_high"}}


def test_every_question_is_answered_or_says_why_not(registry: Registry, monitor: Monitor) -> None:
    table = monitor.table("findings")
    sets = [area_set.name for area_set in monitor.area_sets()]
    assert set(zip(table["area_set"], table["question"], strict=True)) == {(s, q) for s in sets for q in QUESTIONS}
    silent = table[table["kind"] == "not answered"]
    assert set(silent["question"]) == {"conditions"}
    assert set(silent["area_set"]) == {"gb", "london", "wales", "scotland"}
    assert silent["sentence"].str.startswith("There is no score of conditions for ").all()


def test_ids_name_a_finding_once(monitor: Monitor) -> None:
    table = monitor.table("findings")
    assert not table.duplicated(["framework", "area_set", "scope", "period", "id"]).any()
    assert table["id"].str.fullmatch(r"[a-z]+(\.[a-zA-Z0-9_]+)+").all()


def test_sentences_are_written_again_from_their_numbers(registry: Registry) -> None:
    """A template holds no number of its own but the 95 % of an interval."""
    assert len(registry.rows) > 1000
    for row in registry.rows:
        assert told(row["template"], row["numbers"]) == row["sentence"]
        for template in templates(row["template"], row["numbers"]):
            assert not re.search(r"\d", PLACE.sub("", template).replace("95 %", "")), template


def templates(template: str, numbers: Row) -> Iterator[str]:
    """The template of a sentence, and those of the sentences inside it."""
    yield template
    for value in numbers.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from templates(one[SAYS], one)


def test_numbers_stand_in_the_tables(registry: Registry) -> None:
    """Each number of each sentence is that of a column, a count of rows, or worked out again from the tables."""
    checked = 0
    for finding in registry.rows:
        rows = registry.picked(finding)
        assert rows or not finding["rows"], finding["id"]
        for name, value in scalars(finding["numbers"]):
            if (finding["question"], name) in ASIDE:
                continue
            assert value == pytest.approx(expected(registry, finding, rows, name), rel=1e-9, abs=1e-12), (
                finding["id"],
                name,
            )
            checked += 1
    assert checked > 5000


def expected(registry: Registry, finding: Row, rows: list[dict[str, Any]], name: str) -> float:
    """What the tables say a number is."""
    if again := AGAIN.get((finding["question"], name)):
        beside = BESIDE.get(finding["table"], "") if name in ("start", "end") else ""
        return again[1](finding, registry.all(finding, again[0] or beside or None))
    if name == "count":
        return len(rows)
    if name == "total":
        return looked_at(registry.all(finding))
    column = COLUMN.get(finding["table"], {}).get(name, name)
    if name == "n" and finding["table"] == "shock_recovery" and "found" in finding["numbers"]:
        column = "r_n"
    found = {row[column] for row in rows or registry.all(finding)}
    assert len(found) == 1, (finding["id"], name, found)
    return float(found.pop())


def test_areas_named_are_those_of_the_rows(registry: Registry) -> None:
    named = 0
    for finding in registry.rows:
        numbers, rows = finding["numbers"], registry.picked(finding)
        areas = numbers.get("areas")
        if not isinstance(areas, list) or not rows:
            continue
        if finding["table"] == "compacts":
            inside = {registry.names[code] for code in rows[0]["areas"].split(", ")}
        else:
            column = "neighbour" if finding["table"] == "neighbours" else "area"
            inside = {registry.names[row[column]] for row in rows}
        said = [one if isinstance(one, str) else one["area"] for one in areas]
        assert set(said) == inside, finding["id"]
        named += 1
    assert named > 500


def test_lists_of_areas_with_figures_are_those_of_the_table(registry: Registry) -> None:
    warned = [f for f in registry.rows if f["table"] == "health_warnings" and f["rows"].get("warned")]
    assert warned
    for finding in warned:
        rows = {registry.names[row["area"]]: row for row in registry.picked(finding)}
        for one in finding["numbers"]["areas"]:
            assert one["change"] == rows[one["area"]]["change"]
            assert one["expected"] == rows[one["area"]]["expected"]


def test_portraits_rest_on_the_profiles(registry: Registry) -> None:
    seen = 0
    for finding in (f for f in registry.rows if f["table"] == "communities_profiles" and "ends" in f["numbers"]):
        titles = {registry.monitor.catalogue[row["member"]].label: row for row in registry.picked(finding)}
        for one in finding["numbers"]["members"]:
            row = titles[one["member"]]
            assert one["natural"] == row["natural"]
            assert abs(one["standardised"]) == one["size"] == abs(row["standardised"])
            seen += 1
    assert seen > 40


def test_communities_through_time_rest_on_who_is_where(registry: Registry) -> None:
    """How many areas a community holds in each period, and from where to where areas went."""
    told = [f for f in registry.rows if f["table"] == "communities_through"]
    sizes = next(f for f in told if f["id"] == "communities.sizes")
    for one in sizes["numbers"]["sizes"]:
        assert one["n"] == sum(row["period"] == one["period"] for row in registry.picked(sizes))
    went = [f for f in told if "areas" in f["numbers"]]
    assert went
    for finding in went:
        where = {(r["period"], registry.names[r["area"]]): r for r in registry.all(finding)}
        for one in finding["numbers"]["areas"]:
            first, last = (where[finding["numbers"][end], one["area"]] for end in ("first", "last"))
            assert [first["community"], last["community"]] == [one["was"], one["now"]]
            assert not first["borderline"]
            assert not last["borderline"]
            assert (one["now"] > one["was"]) == finding["id"].endswith("higher")
    latest = {r["area"]: r["community"] for r in registry.all(sizes, "communities")}
    now = [r for r in registry.all(sizes) if r["period"] == sizes["period"] and r["community"]]
    assert {r["area"]: r["community"] for r in now} == latest, "the letters of the latest period are its own"


def test_chapters_are_told_of_the_whole_and_pairs_by_id(registry: Registry, monitor: Monitor) -> None:
    said = " ".join(f["sentence"] for f in registry.rows if f["table"] == "trends_chapters" and f["area_set"] == "gb")
    assert "The middle area of London is clearly above that of Wales in 2019." in said
    assert set(monitor.table("trends_chapters")["area_set"]) == {"gb", "england"}
    pairs = monitor.table("trends_together")
    assert set(pairs["one"]) | set(pairs["other"]) <= set(monitor.framework().indicators)
    assert set(pairs["window"]) == {"before", "after"}


def test_findings_of_a_question_and_of_an_area(monitor: Monitor) -> None:
    found = monitor.findings("neighbours", area="York", area_set="gb", kind="finding")
    assert found["id"].tolist() == [
        "neighbours.most_like.E06000014", "neighbours.nearest.E06000014", "neighbours.differ_most.E06000014",
    ]  # fmt: skip
    assert found["sentence"].iloc[0].startswith("Most like York are ")
    with pytest.raises(NotFound, match="question"):
        monitor.findings("neighbors")
    answer = monitor.answer("communities")
    assert list(answer) == [
        "communities", "communities_moves", "communities_numbers", "communities_profiles", "communities_through",
        "communities_transitions",
    ]  # fmt: skip
    assert answer["communities"]["area"].nunique() == len(answer["communities"]) > 190
    assert monitor.answer("conditions", area_set="gb") == {}
    assert len(monitor.answer("conditions", area_set="england")["conditions"]) > 140


def test_answers_are_about_the_latest_period_and_hold_codes(registry: Registry, monitor: Monitor) -> None:
    known = set(registry.names)
    assert set(monitor.table("findings")["period"]) == {monitor.period()}
    for name in {row["table"] for row in registry.rows} - {""}:
        table = monitor.table(name)
        for column in set(AREAS) & set(table):
            if name != "conditions" or column == "area":  # better and worse are yes or no there
                assert set(table[column].dropna()) - {""} <= known, (name, column)
