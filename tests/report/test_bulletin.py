"""The bulletin, the reports of communities and compacts, and the audit as a document."""

from __future__ import annotations

import re
from base64 import b64decode

import pytest

from goodwork.errors import NotFound
from goodwork.monitor import Monitor
from goodwork.report.answers import QUESTIONS, answered_in
from goodwork.report.audit_report import audit_report
from goodwork.report.bulletin import CHAPTERS, LISTED, bulletin
from goodwork.report.community_report import community_report, compact_report
from goodwork.report.document import Document
from goodwork.report.gallery import gallery
from goodwork.report.html import to_html
from goodwork.report.view import View


def test_it_has_the_chapters_of_the_report(nation: Document) -> None:
    titles = [chapter.title for chapter in nation.chapters]
    assert titles[0] == "Results"
    assert titles[-3:] == ["How it is made", "Data, and what is missing", "Every area"]
    assert set(titles) >= {title for title, _, _ in CHAPTERS}


def test_both_ends_and_every_area_are_those_of_the_league_table(nation: Document, monitor: Monitor) -> None:
    table = monitor.scores()
    tables = {section.title: section.table for section in nation.sections}
    first, last, everyone = tables["The first 10"], tables["The last 10"], nation.chapters[-1].sections[0].table
    assert first is not None
    assert last is not None
    assert everyone is not None
    assert list(first["Area"]) == list(table["name"].head(10))
    assert list(last["Area"]) == list(table["name"].tail(10))
    assert list(everyone["Area"]) == list(table["name"])
    could = int((table["rank_low"] <= 1).sum())
    assert any(found.numbers.get("could") == could for found in nation.lead)


def test_every_finding_is_said_or_stands_in_the_spreadsheet(nation: Document, monitor: Monitor, view: View) -> None:
    said = {words for *_, words in nation.sentences()}
    for _, name, _ in CHAPTERS:
        here = answered_in(view, name)
        if here is None:
            continue
        rows = monitor.findings(name, area_set=here.set_name, kind="finding")
        whole = list(rows.loc[rows["area"].fillna("") == "", "sentence"])
        assert set(whole[: LISTED.get(name, 30)]) <= said, name
        assert set(whole) <= set(nation.data["findings"]["sentence"])


def test_a_question_that_was_not_answered_says_why_or_where_it_was(nation: Document, view: View) -> None:
    for chapter in nation.chapters:
        if chapter.title in {title for title, _, _ in CHAPTERS}:
            assert any(s.findings or s.notes for s in chapter.sections), chapter.title
    assert set(QUESTIONS) >= {name for _, name, _ in CHAPTERS}


def test_a_monitor_without_answers_still_has_a_bulletin(own: Monitor) -> None:
    found = bulletin(own)
    assert len(found.chapters) == 4 + len(CHAPTERS)
    assert own.scores()["name"].iloc[0] in to_html(found)


def test_a_community_has_its_areas_and_no_other(monitor: Monitor) -> None:
    rows = monitor.answer("communities")["communities"]
    mine = rows[rows["community"] == "A"]
    found = community_report(monitor, "community a")
    table = next(s.table for s in found.sections if s.table is not None and "Area" in s.table)
    names = {a.code: a.name for a in monitor.geography.areas}
    assert {cell.split("\n")[0] for cell in table["Area"]} == {names[code] for code in mine["area"]}
    assert found.facts[0].value == str(len(mine))
    where = next(figure.table for figure in found.figures if figure.name == "where")
    assert set(where.loc[where["category"] == "in", "area"]) == set(mine["area"])
    assert list(found.lead) == [
        words
        for words in monitor.findings("communities", kind="finding")["sentence"]
        if words.startswith("Community A")
    ]


def test_a_compact_has_its_areas(monitor: Monitor) -> None:
    row = monitor.answer("compacts")["compacts"].iloc[0]
    found = compact_report(monitor, f"{row['compact']}")
    table = next(s.table for s in found.sections if s.table is not None and "Area" in s.table)
    assert len(table) == row["size"]


def test_groups_that_are_not_there_offer_those_that_are(monitor: Monitor) -> None:
    with pytest.raises(NotFound, match="did you mean A, B, C, D"):
        community_report(monitor, "Q")
    with pytest.raises(NotFound, match="did you mean 1, 2"):
        compact_report(monitor, "999")
    with pytest.raises(NotFound, match="not worked out"):
        community_report(monitor, "A", period=monitor.periods()[0])


@pytest.mark.parametrize("asked", ["York", "Greater Manchester", "Isles of Scilly"])
def test_an_audit_says_every_sentence_of_the_audit(monitor: Monitor, asked: str) -> None:
    document = audit_report(monitor, asked)
    said = {words for *_, words in document.sentences()}
    assert set(map(str, monitor.audit(asked).findings)) <= said
    assert asked in document.title
    assert to_html(document)


def test_the_gallery_has_every_figure_with_its_sentence_and_table(monitor: Monitor) -> None:
    found = gallery(monitor)
    page = to_html(found)
    links = re.findall(r'<a href="data:[^,]+base64,([^"]+)" download="([^"]+)"', page)
    taken = {file: held for held, file in links[:2]}
    assert page.count("<details>") == len(found.figures) == page.count("download=") / 2
    one = found.figures[0]
    assert b64decode(taken[f"{one.name}.svg"]).decode() == one.svg
    assert b64decode(taken[f"{one.name}.csv"]).decode() == one.table.to_csv(index=False)
    assert {figure.name for figure in found.figures} >= {
        "tiles", "map", "league", "spine", "contributions", "through", "places", "strip", "histogram", "lorenz",
        "communities", "profile", "heat", "health", "shock", "shares", "slopes", "space",
    }  # fmt: skip
    for section in found.sections:
        assert section.figure is not None
        assert section.findings
        assert section.table is not None
        assert len(section.table)
