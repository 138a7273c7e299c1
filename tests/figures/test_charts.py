"""What holds for every chart: well-formed, named, escaped, themed, the same bytes twice, gaps said, words apart."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from tests.figures.reading import SVG, clashes, marks

from goodwork.figures.associations import associations
from goodwork.figures.contributions import waterfall
from goodwork.figures.figure import NARROW, WIDE, Caption, Figure
from goodwork.figures.heat import heat
from goodwork.figures.histogram import histogram
from goodwork.figures.league import league
from goodwork.figures.lorenz import lorenz
from goodwork.figures.moves import moves
from goodwork.figures.profile import communities_as, profile
from goodwork.figures.quadrants import quadrants
from goodwork.figures.scatter import scatter
from goodwork.figures.series import series
from goodwork.figures.shares import shares
from goodwork.figures.slopes import slopes
from goodwork.figures.spine import Beside, spine
from goodwork.figures.strip import strip
from goodwork.figures.theme import ROLES, stylesheet

NAN = float("nan")
LONG = "Bournemouth, Christchurch and Poole"
HOSTILE = 'Tyne & <b>"Wear"</b>\x00'
TITLE = "Finding <one> about many areas, of which some stand clearly higher and others clearly lower than the rest"
CAPTION = Caption(TITLE, "Unit, period, areas", "A sentence.", "higher is better", "%", "A source", "A doubt " * 30)
NAMES = [LONG, HOSTILE, "York", "Ely", "Hull", "Leeds"]
#: What counts as drawn data: none of it may be there when every figure is missing.
DATA = ("dot", "interval", "bar", "cell", "point", "line", "step", "inside", "curve", "fit", "median")
KINDS = ("both", "first", "second", "neither")


def areas(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"area": list("ABCDEF"), "name": NAMES, **columns})


def v(missing: bool, *values: float) -> list[float]:
    return [NAN] * len(values) if missing else list(values)


def draw_league(gone: bool) -> Figure:
    ranks = v(gone, 1, 1, 3, 4, 5, NAN)
    return league(areas(score=v(gone, 9, 9, -3, -4, -5, NAN), rank=ranks, rank_low=v(gone, 1, 1, 2, 3, NAN, NAN),
                        rank_high=v(gone, 2, 2, 5, 5, NAN, NAN), tier=v(gone, 1, 1, 2, 2, 2, NAN), reason="no figures",
                        low=NAN, high=NAN, ties=0, ranked=5), CAPTION, chosen=["C"])  # fmt: skip


def draw_strip(gone: bool) -> Figure:
    table = areas(region=["North"] * 4 + ["Yorkshire and The Humber"] * 2, value=v(gone, -5, -5, 2, NAN, 3, 3))
    return strip(table, CAPTION, chosen=["C"], better="lower")


def draw_scatter(gone: bool) -> Figure:
    table = areas(
        x=v(gone, 1, 2, 3, 4, 5, NAN), y=v(gone, 2, 1, 4, 3, 60, 1), named=True, group=["N", "N", "S", "S", "", "W"]
    )
    return scatter(
        table, CAPTION, ("x, %", "y, %"), chosen=["C"], association="r = 0.5 (95 % interval 0 to 1; 5 areas)"
    )


def draw_series(gone: bool) -> Figure:
    years = ["2017", "2018", "2019", "2020"]
    rows = {"line": [LONG] * 4 + ["England"] * 4, "period": years * 2, "value": v(gone, 1, NAN, 3, 4, 2, 2, 2, 2)}
    ends = {"low": v(gone, 0, NAN, 2, 3, *[NAN] * 4), "high": v(gone, 2, NAN, 4, 5, *[NAN] * 4)}
    return series(pd.DataFrame(rows | ends), CAPTION, breaks={"2020": "a new questionnaire"})


def draw_slopes(gone: bool) -> Figure:
    table = areas(rank_from=v(gone, 1, 1, 3, 4, 5, 6), rank_to=v(gone, 6, 5, 3, 2, 1, NAN), from_low=v(gone, *[1] * 6),
                  from_high=v(gone, *[6] * 6), to_low=v(gone, *[1] * 5, NAN),
                  to_high=v(gone, *[6] * 5, NAN))  # fmt: skip
    return slopes(table, CAPTION, ("2017", "2019"), chosen=["A", "B", "F"])


def draw_spine(gone: bool) -> Figure:
    table = pd.DataFrame({"indicator": ["Jobs of a long name, and more", HOSTILE], "better": "lower is better",
                          "words": ["4 %", "no data"], "area": v(gone, -2, NAN), "low": v(gone, -3, NAN),
                          "high": v(gone, -1, NAN), "least": v(gone, -4, -4), "p10": v(gone, -1, -1),
                          "p90": v(gone, 1, 1), "most": v(gone, 3, 3), "nation": v(gone, 0, 0),
                          "nation_words": ["5 %", "6 %"]})  # fmt: skip
    return spine(table, CAPTION, LONG, [Beside("nation", "England")])


def draw_profile(gone: bool) -> Figure:
    table = pd.DataFrame({"indicator": ["Jobs", "Jobs", HOSTILE, HOSTILE], "better": "higher is better", "words": "4 %",
                          "community": list("ABAB"), "standardised": v(gone, -1, -0.99, 1, NAN)})  # fmt: skip
    return profile(table, CAPTION, communities_as("AB", ["Low throughout", HOSTILE]))


def draw_heat(gone: bool) -> Figure:
    table = areas(
        indicator=["Jobs", "Jobs", "Jobs", HOSTILE, HOSTILE, HOSTILE], standardised=v(gone, -2, 0, 0.7, 3, NAN, 0)
    )
    return heat(table, CAPTION, ["Jobs", HOSTILE])


def draw_histogram(gone: bool) -> Figure:
    return histogram(areas(value=v(gone, 1, 2, 2, 3, 9, NAN)), CAPTION, marked={LONG: NAN if gone else 2.0})


def draw_moves(gone: bool) -> Figure:
    table = pd.DataFrame({"from": ["low", "low", LONG, LONG], "to": ["low", LONG] * 2,
                          "share": v(gone, 0.75, 0.25, NAN, NAN), "low": v(gone, 0.5, 0.1, NAN, NAN),
                          "high": v(gone, 0.9, 0.5, NAN, NAN), "count": [3, 1, 0, 0]})  # fmt: skip
    return moves(table, CAPTION)


def draw_quadrants(gone: bool) -> Figure:
    table = areas(x=v(gone, 1, 2, 3, 4, 5, NAN), y=v(gone, 2, 1, 4, 3, 6, 1), kind=[*KINDS, "both", ""])
    return quadrants(table, CAPTION, ("x", "y"), (3.0, 3.0), KINDS, named=["A", "E"])


def draw_lorenz(gone: bool) -> Figure:
    return lorenz({LONG: np.array(v(gone, 1, 2, NAN, 5)), "2019": np.array(v(gone, 1, 1, 1, 1))}, CAPTION)


def draw_associations(gone: bool) -> Figure:
    table = pd.DataFrame({"outcome": ["Healthy life", "Healthy life", HOSTILE, HOSTILE], "way": ["all", "region"] * 2,
                          "r": v(gone, 0.5, 0.1, -0.9, NAN), "low": v(gone, 0.2, -0.2, -1, NAN),
                          "high": v(gone, 0.7, 0.4, -0.8, NAN), "n": 50, "note": "2019"})  # fmt: skip
    return associations(table, CAPTION, ["all", "region"])


def draw_shares(gone: bool) -> Figure:
    table = pd.DataFrame({"indicator": ["Jobs", LONG, HOSTILE], "share": v(gone, 0.7, 0.2, NAN),
                          "low": v(gone, 0.6, NAN, NAN), "high": v(gone, 0.8, NAN, NAN),
                          "where": ["", "between", ""]})  # fmt: skip
    return shares(table, CAPTION)


def draw_waterfall(gone: bool) -> Figure:
    values = v(gone, 1.5, -0.5, NAN)
    end = 100.0 if gone else 101.0
    return waterfall(
        pd.DataFrame({"part": ["Jobs", LONG, HOSTILE], "value": values}), CAPTION, ("Before", 100.0), ("After", end)
    )


ALL: dict[str, Callable[[bool], Figure]] = {k[5:]: f for k, f in list(globals().items()) if k.startswith("draw_")}


@pytest.fixture(params=sorted(ALL))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_both_layouts_and_the_sheet_are_named_pictures_without_styles_or_scripts(kind: str) -> None:
    figure = ALL[kind](False)
    for text, wide in ((figure.drawing, WIDE), (figure.narrow, NARROW), (figure.svg, WIDE + 48)):
        root = ET.fromstring(text)
        assert root.get("role") == "img"
        assert root.findtext(f"{SVG}title") == CAPTION.title
        assert root.findtext(f"{SVG}desc")
        assert float((root.get("viewBox") or "").split()[2]) <= wide + 0.1
        assert not re.search(r"style=|<script|<b>|\x00", text)
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)
    for words in ("Finding &lt;one&gt;", "Unit, period, areas", "A source", "A doubt"):
        assert words in figure.svg
    both = re.findall(r'\bid="([^"]+)"', figure.drawing + figure.narrow)
    assert len(both) == len(set(both)), "both layouts may stand in one page"


def test_the_same_data_give_the_same_bytes(kind: str) -> None:
    assert ALL[kind](False).svg == ALL[kind](False).svg


def test_what_is_missing_is_said_and_never_drawn(kind: str) -> None:
    figure = ALL[kind](True)
    for text in (figure.drawing, figure.narrow):
        for data in DATA:
            assert not marks(text, data), f"{kind} draws a {data} for nothing"
        assert re.search(r"[Nn]o data|[Nn]o area|no rank|not known|not defined|no curve|no figure", text), kind
        assert "nan" not in re.sub(r"[Nn]ation", "", text).casefold().replace("finance", "")


def test_words_keep_clear_of_each_other_and_of_the_edge(kind: str) -> None:
    figure = ALL[kind](False)
    assert clashes(figure.drawing) == []
    assert clashes(figure.narrow) == []
    assert clashes(figure.svg) == []


def test_no_word_is_too_small_to_read(kind: str) -> None:
    figure = ALL[kind](False)
    for text in (figure.drawing, figure.narrow):
        assert min(float(size) for size in re.findall(r'font-size="([\d.]+)"', text)) >= 11


def test_every_colour_of_a_role_can_be_changed_by_a_page(kind: str) -> None:
    rules = stylesheet()
    light = {role: colours[0] for role, colours in ROLES.items()}
    for element in ET.fromstring(ALL[kind](False).drawing).iter():
        for name in (element.get("class") or "").split():
            if name[:2] in ("f-", "s-"):
                assert f".{name}{{" in rules
                assert element.get("fill" if name[0] == "f" else "stroke") == light[name[2:]]
    assert "forced-colors" in rules
    assert "print" in rules


def test_the_checks_of_words_can_fail() -> None:
    text = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 20">{}</svg>'
    one = '<text x="5" y="15" font-size="12">{}</text>'
    assert clashes(text.format(one.format("short") + one.format("other"))) == ["short | other"]
    assert clashes(text.format(one.format("much too long for so small a drawing"))) != []
