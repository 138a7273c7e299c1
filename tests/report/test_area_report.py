"""The report of an area: what it says is what the edition holds."""

from __future__ import annotations

import io
import re

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from goodwork.errors import NotFound
from goodwork.monitor import Monitor
from goodwork.report.area_report import area_report
from goodwork.report.document import Document
from goodwork.report.html import to_html
from goodwork.report.sheets import LONGEST
from goodwork.report.spreadsheet import GAPS, sheets, to_xlsx


def test_rank_and_score_are_those_of_the_league_table(york: Document, monitor: Monitor) -> None:
    row = monitor.scores().set_index("name").loc["York"]
    ranked, scored = york.lead[0].numbers, york.lead[1].numbers
    assert (ranked["rank"], ranked["of"]) == (row["rank"], row["ranked"])
    assert (ranked["doubt"].numbers["low"], ranked["doubt"].numbers["high"]) == (row["rank_low"], row["rank_high"])
    assert (scored["score"], scored["doubt"].numbers["low"]) == (row["score"], row["low"])


def test_it_cannot_be_told_from_as_many_as_the_draws_say(york: Document, monitor: Monitor) -> None:
    pairs = monitor.table("pairs")
    here = pairs[(pairs["area"] == "E06000014") & (pairs["framework"] == "good_work") & (pairs["area_set"] == "gb")]
    told = next(found for found in york.lead if "alike" in found.numbers)
    assert told.numbers["alike"] == int(here["above"].between(0.05, 0.95, inclusive="neither").sum())


def test_every_number_of_every_sentence_can_be_told_again(york: Document, scilly: Document, nation: Document) -> None:
    from goodwork.analysis.finding import told

    for document in (york, scilly, nation):
        for section in document.sections:
            for found in section.findings:
                assert told(found.template, found.plain) == found or found.key, found


def test_what_the_registry_says_of_the_area_is_said(york: Document, monitor: Monitor) -> None:
    said = {words for *_, words in york.sentences()}
    for question in ("neighbours", "shock"):
        assert set(monitor.findings(question, "York", kind="finding")["sentence"]) <= said


def test_every_indicator_stands_in_the_figures_with_its_direction(york: Document, monitor: Monitor) -> None:
    table = next(s.table for s in york.sections if s.title == "The figures")
    assert table is not None
    assert [cell.split("\n")[0] for cell in table["Indicator"]] == [
        monitor.catalogue[name].name for name in monitor.framework().indicators
    ]
    assert all("is better" in cell for cell in table["Indicator"])


def test_an_area_without_figures_is_not_scored_and_nothing_is_made_up(scilly: Document, monitor: Monitor) -> None:
    reason = monitor.not_scored().set_index("name").loc["Isles of Scilly", "reason"]
    assert str(reason) in scilly.lead[0]
    assert not scilly.facts
    assert not scilly.figures
    text = " ".join(words for *_, words in scilly.sentences())
    assert not re.search(r"\bnan\b|None", text)
    missing = scilly.sections[0].table
    assert missing is not None
    assert list(missing["Indicator"]) == [monitor.catalogue[name].name for name in monitor.framework().indicators]


def test_coverage_and_doubt_come_first_and_gaps_are_told_in_people(york: Document, monitor: Monitor) -> None:
    titles = [chapter.title for chapter in york.chapters]
    assert titles[0].startswith("What can be seen")
    first = york.chapters[0].sections[0].findings[0]
    assert (first.numbers["n"], first.numbers["all"]) == (5, 6)
    said = {words for *_, words in york.sentences()}
    audit = monitor.audit("York")
    for name in ("nation", "community", "neighbours"):
        assert {str(one) for one in audit["strengths"].findings if one.key == ("indicators", name)} <= said
    assert {str(one) for one in audit["gaps"].findings if one.key[:2] == ("people", "nation")} <= said


def test_what_the_nation_has_no_figure_beside_stands_in_the_spreadsheet(york: Document) -> None:
    around = next(chapter for chapter in york.chapters if chapter.title.startswith("Conditions")).sections[0]
    assert around.table is not None
    assert (around.table["England"] != "no data").all()
    whole = york.data["around"]
    aside = whole.loc[whole["England"] == "no data", "Indicator"]
    assert len(aside)
    assert len(whole) == len(aside) + len(around.table)
    assert all(name in around.notes[-1] for name in aside)


def test_another_period_says_nothing_of_questions_it_was_not_asked(monitor: Monitor) -> None:
    early = area_report(monitor, "York", period=monitor.periods()[0])
    assert "Who is like York" not in [chapter.title for chapter in early.chapters]
    assert monitor.periods()[0] in early.lead[0]


def test_an_area_that_is_not_there_offers_the_nearest(monitor: Monitor) -> None:
    with pytest.raises(NotFound, match="did you mean"):
        area_report(monitor, "Yrok upon Nowhere")
    with pytest.raises(NotFound, match="area in the set"):
        area_report(monitor, "York", area_set="wales")


def test_an_own_monitor_has_its_report_and_says_it_is_invented(own: Monitor) -> None:
    place = own.scores()["name"].iloc[0]
    found = area_report(own, str(place))
    assert found.invented == own.invented
    assert str(place) in to_html(found)


def test_the_workbook_is_accessible(york: Document) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx(york)))
    names = book.sheet_names
    assert names[:4] == ["cover", "Contents", "Sentences and notes", "Markers"]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= LONGEST for name in names)
    cover = [row[0] for row in book.get_sheet_by_name("cover").to_python()]
    assert cover[0] == "York: Area report"
    assert GAPS in cover
    for name in names[1:]:
        rows = book.get_sheet_by_name(name).to_python()
        assert all(isinstance(head, str) and head for head in rows[0]), name
        assert not book.get_sheet_by_name(name).merged_cell_ranges
    assert {row[0] for row in book.get_sheet_by_name("Contents").to_python()[1:]} == set(names[4:])


def test_the_workbook_holds_the_figures_in_full_precision(york: Document, monitor: Monitor) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx(york)))
    rows = book.get_sheet_by_name("Figures").to_python()
    table = pd.DataFrame(rows[1:], columns=rows[0]).set_index("indicator")
    for cell in monitor.profile("York").figures:
        held = table.loc[cell.indicator.name, "value"]
        assert held == (pytest.approx(cell.value, rel=1e-14) if cell.value == cell.value else "")


def test_the_workbook_has_every_sentence_and_is_the_same_every_time(york: Document) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx(york)))
    said = [row[3] for row in book.get_sheet_by_name("Sentences and notes").to_python()[1:]]
    assert said == [words for *_, words in york.sentences()]
    assert to_xlsx(york) == to_xlsx(york)


def test_sheets_of_like_names_are_told_apart(york: Document) -> None:
    from dataclasses import replace

    table = pd.DataFrame({"a": [1]})
    name = "A very long name of a table, indeed"
    found = sheets(replace(york, chapters=(), data={f"{name} 1": table, f"{name} 2": table}))
    assert len(found) == 2
