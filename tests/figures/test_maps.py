"""Both maps: the same bytes every time, every area named with its intervals, gaps hatched, text escaped."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pandas as pd
import pytest

from goodwork.figures.choropleth import Inset, choropleth
from goodwork.figures.colouring import Category, by_category
from goodwork.figures.figure import Caption, Figure
from goodwork.figures.outlines import Shapes
from goodwork.figures.tilemap import tilemap

SVG = "{http://www.w3.org/2000/svg}"
Draw = Callable[..., Figure]


@pytest.fixture(params=["choropleth", "inset", "tiles"])
def draw(
    request: pytest.FixtureRequest,
    shapes: Shapes,
    cells: dict[str, tuple[int, int]],
    table: pd.DataFrame,
    caption: Caption,
) -> Draw:
    def drawn(table: pd.DataFrame = table, **more: object) -> Figure:
        if request.param == "tiles":
            return tilemap(cells, table, caption, **more)
        inset = Inset("Middle", frozenset({"A06", "A07"})) if request.param == "inset" else None
        return choropleth(shapes, table, caption, inset=inset, borders=[shapes], **more)

    return drawn


def marks(figure: Figure) -> dict[str, ET.Element]:
    return {e.attrib["data-area"]: e for e in ET.fromstring(figure.drawing).iter() if "data-area" in e.attrib}


def test_the_same_data_give_the_same_bytes(draw: Draw, table: pd.DataFrame) -> None:
    first = draw()
    assert draw() == first or draw().svg == first.svg
    assert draw(table=table.sample(frac=1, random_state=3)).drawing == first.drawing


def test_every_area_with_a_shape_is_drawn_once_and_every_area_stands_in_the_table(draw: Draw) -> None:
    figure = draw()
    assert len(re.findall("data-area=", figure.drawing)) == 11
    assert set(marks(figure)) == {f"A{k:02}" for k in range(11)}
    assert set(figure.table["area"]) == {*marks(figure), "A99"}


def test_no_label_says_a_rank_without_its_interval(draw: Draw) -> None:
    titles = [mark.findtext(f"{SVG}title") or "" for mark in marks(draw()).values()]
    assert "Place 1: score 109.0 (95 % interval 104.0 to 114.0), 2nd of 11 (95 % interval 1 to 5)" in titles
    for title in titles:
        if re.search(r"\d(st|nd|rd|th) of", title):
            assert re.search(r"of \d+ \(95 % interval \d+ to \d+\)$", title), title


def test_an_area_without_a_score_is_hatched_and_says_why(draw: Draw) -> None:
    root = ET.fromstring(draw().drawing)
    (group,) = [g for g in root.iter(f"{SVG}g") if g.get("class") == "none" and any("data-area" in e.attrib for e in g)]
    assert group.get("fill") == "url(#map-hatch)"
    assert [e.get("data-area") for e in group if e.get("data-area")] == ["A10"]
    assert "Gap: not scored (no figures)" in ET.tostring(group, "unicode")
    assert root.find(f".//{SVG}pattern[@id='map-hatch']") is not None


def test_text_is_escaped_and_the_drawing_is_well_formed(draw: Draw) -> None:
    figure = draw(link=lambda code: f'/?area="{code}&')
    for text in (figure.svg, figure.drawing, figure.legend):
        ET.fromstring(text)
        assert "<script" not in text
        assert "\x00" not in text


def test_links_are_no_tab_stops_and_a_drawing_without_links_is_a_picture(draw: Draw) -> None:
    linked = draw(link=lambda code: f"/area/{code}")
    assert {m.get("tabindex") for m in marks(linked).values()} == {"-1"}
    assert ET.fromstring(linked.drawing).get("role") == "group"
    assert ET.fromstring(draw().drawing).get("role") == "img"
    assert "<a " not in draw().drawing


def test_no_style_attribute_which_the_policy_would_forbid(draw: Draw) -> None:
    assert "style=" not in draw(link=lambda code: code, chosen=["A02"]).svg


def test_a_chosen_area_is_outlined(draw: Draw) -> None:
    assert 'class="chosen"' in draw(chosen=["A02"]).drawing
    assert 'class="chosen"' not in draw(chosen=["A99"]).drawing


def test_nothing_to_draw_and_nothing_known_still_make_a_figure(draw: Draw, table: pd.DataFrame) -> None:
    ET.fromstring(draw(table=table[table["area"] == "A99"]).svg)
    unknown = draw(table=table.assign(score=float("nan")))
    assert "No data or not scored: 12 areas" in unknown.legend


def test_a_notebook_shows_drawing_and_sentence(draw: Draw) -> None:
    html = draw()._repr_html_()
    assert html.startswith("<figure><svg")
    assert "Place 0 is 1st &lt;of 11&gt;." in html


def test_a_sheet_carries_title_legend_note_and_source(draw: Draw) -> None:
    svg = draw().svg
    for words in ("Place 0 &amp; others", "Score, 2021", "Higher is better", "Sampling error only", "Nobody"):
        assert words in svg


def test_an_area_that_says_nothing_of_itself_is_named_by_its_kind_or_the_reason(
    table: pd.DataFrame, caption: Caption
) -> None:
    codes = list(table["area"])
    told = table.assign(category="a", said=float("nan"), reason="not asked").astype({"said": object})
    told.loc[0, ["category", "said"]] = ["b", "of its own"]
    told.loc[1, "category"] = "none"
    found = by_category(
        told, caption, "kinds", [Category("a", "#112233", "A", "kind a"), Category("b", "#112233", "B", "b")]
    )
    said = [found.labels[code].rpartition(": ")[2] for code in codes]
    assert said == ["of its own", "not asked", *["kind a"] * (len(codes) - 2)]
