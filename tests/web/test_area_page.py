"""The page of an area: page, drawings, JSON and CSV say the same, every number has its interval, gaps are told."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import numpy as np
import pytest
from fastapi.testclient import TestClient

from goodwork.analysis.alongside import CLEAR
from goodwork.monitor import Monitor
from goodwork.report.area_moved import way
from goodwork.report.view import View
from goodwork.web.area_page import AreaPage, area_page

NAMES = ("York", "Blackpool", "Glasgow City", "Cardiff")
SETTINGS = [("good_work", "gb", "2021"), ("good_work", "wales", "2019"), ("conditions", "england", "2020")]


@pytest.fixture(scope="module")
def view(monitor: Monitor) -> View:
    return View(monitor, "good_work", "gb", "2021")


@pytest.fixture(scope="module")
def york(view: View) -> AreaPage:
    return area_page(view, view.monitor.find("York"))


def words(text: str) -> str:
    """A page as a reader sees it."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)).replace("\xa0", " "))


@pytest.mark.parametrize("name", NAMES)
def test_page_json_and_csv_hold_the_same_numbers(client: TestClient, monitor: Monitor, name: str) -> None:
    code = monitor.find(name).code
    text = words(client.get(client.get(f"/area/{code}").headers["location"]).text)
    data = client.get(f"/area/{code}.json").json()
    rows = {r["node"]: r for r in csv.DictReader(io.StringIO(client.get(f"/area/{code}.csv").text))}
    assert data["edition"] == monitor.edition.name
    for one in (data["index"], *data["domains"], *(i["standing"] for i in data["indicators"])):
        for key in ("score", "low", "high", "rank", "rank_low", "rank_high"):
            assert (float(rows[one["node"]][key]) if rows[one["node"]][key] else None) == one[key]
    index = data["index"]
    assert f"95 % interval {index['rank_low']:.0f} to {index['rank_high']:.0f}" in text
    assert f"{index['score']:.1f} (95 % interval {index['low']:.1f} to {index['high']:.1f}" in text
    for one in data["indicators"]:
        row = rows[one["indicator"]]
        assert (float(row["value"]) if row["value"] else None) == one["value"]
        if one["value"] is not None:
            assert monitor.catalogue[one["indicator"]].show(one["value"]) in text
            assert f"{one['better']} is better" in text
    profile = monitor.profile(code)
    assert data["index"]["score"] == profile.index.score


@pytest.mark.parametrize(("framework", "area_set", "period"), SETTINGS)
def test_a_view_finds_what_the_monitor_finds(monitor: Monitor, framework: str, area_set: str, period: str) -> None:
    view = View(monitor, framework, area_set, period)
    for place in monitor.geography.members(area_set)[::30]:
        assert view.profile(place).as_dict() == monitor.profile(place.code, period, area_set, framework).as_dict()
        shown = [f for f in view.profile(place).figures if f.value == f.value]
        assert [view.figure(place.code, f.indicator.id)["value"] for f in shown] == [f.value for f in shown]


@pytest.mark.parametrize("name", NAMES)
def test_contributions_add_up_to_the_distance_from_the_average(view: View, name: str) -> None:
    page = area_page(view, view.monitor.find(name))
    drawn = page.figures["contributions"].table
    away = page.profile.index.score - 100
    assert np.nansum(drawn["value"]) == pytest.approx(away, abs=1e-9)
    shares = view.shares(page.area.code)
    for cell in page.profile.figures:
        if cell.value == cell.value:
            assert shares[cell.indicator.id] * cell.normalised * 10 == pytest.approx(cell.contribution, abs=1e-9)
    assert sum(shares.get(n, 0) for n in view.framework.indicators) == pytest.approx(1)


def test_the_spine_stands_where_the_normalised_figures_stand(york: AreaPage) -> None:
    drawn = york.figures["spine"].table
    for row, cell in zip(drawn.to_dict("records"), york.profile.figures, strict=True):
        if cell.value == cell.value:
            assert row["area"] == pytest.approx(cell.normalised, abs=1e-9)
            assert row["low"] <= row["area"] <= row["high"]
            assert cell.indicator.show(cell.national) == row["nation_words"]
        else:
            assert np.isnan(row["area"])


def test_series_draw_every_period_with_its_interval_and_no_line_crosses_a_break(york: AreaPage) -> None:
    monitor = york.view.monitor
    series = monitor.series("York")
    base = series[series["scope"] == "base period"].set_index("period")
    drawn = york.figures["score"].table
    own = drawn[drawn["line"] == "York"].set_index("period")
    assert own["value"].to_dict() == base["displayed"].to_dict()
    assert own["low"].to_dict() == base["low"].to_dict()
    assert "2 breaks lie between" in york.figures["score"].title
    ranks = york.figures["rank"].table
    assert ranks["low"].le(ranks["value"]).all()
    assert ranks["value"].iloc[-1] == york.profile.index.rank


def test_sampling_and_method_doubt_are_told_apart(york: AreaPage, client: TestClient) -> None:
    rows = york.view.monitor.robustness()
    mine = rows[rows["area"] == york.area.code].set_index("vary")
    assert {d.vary for d in york.doubts} == {"sampling", "method", "both"}
    text = words(client.get("/area/E06000014-york").text)
    for doubt in york.doubts:
        assert (doubt.low, doubt.high) == tuple(mine.loc[doubt.vary, ["rank_low", "rank_high"]])
        assert f"{doubt.title} {doubt.low} to {doubt.high}" in text
    wide = {d.vary: d.high - d.low + 1 for d in york.doubts}
    assert str(wide["sampling"]) in york.verdict
    assert str(wide["method"]) in york.verdict


def test_who_cannot_be_told_apart_is_counted_again(york: AreaPage) -> None:
    monitor = york.view.monitor
    pairs = monitor.table("pairs")
    mine = pairs[(pairs["area"] == york.area.code) & (pairs["area_set"] == "gb") & (pairs["framework"] == "good_work")]
    unsure = mine[(mine["above"] > 1 - CLEAR) & (mine["above"] < CLEAR)]
    assert {a.code for a in york.alike} == set(unsure["other"])
    assert f"cannot be told from {len(unsure)} of the {york.profile.index.of - 1} other areas" in york.standfirst
    assert all("interval" in a.place for a in york.alike)


def test_neighbours_that_do_better_do_so_by_the_direction(view: View) -> None:
    for name in NAMES:
        page = area_page(view, view.monitor.find(name))
        answer = view.monitor.answer("neighbours")["neighbours"]
        assert [n.area.code for n in page.like.neighbours] == list(
            answer[answer["area"] == page.area.code].sort_values("rank")["neighbour"]
        )
        assert [b.indicator for b in page.like.better] == [f.indicator.id for f in page.profile.weaknesses]
        for weak in page.like.better:
            lower = view.monitor.catalogue[weak.indicator].direction == "lower"
            own = view.figure(page.area.code, weak.indicator)
            codes = {n.area.name: n.area.code for n in page.like.neighbours}
            for other, _, _, clear in weak.others:
                theirs = view.figure(codes[other], weak.indicator)
                assert (theirs["value"] < own["value"]) == lower
                known = np.isfinite([float(f[end]) for f in (own, theirs) for end in ("lower", "upper")]).all()
                apart = theirs["upper"] < own["lower"] if lower else theirs["lower"] > own["upper"]
                assert clear == (apart if known else None)


@pytest.mark.parametrize(("name", "kinds"), [("York", "neighbours nation type"), ("Cardiff", "neighbours nation")])
def test_an_area_is_first_set_beside_areas_like_it(client: TestClient, view: View, name: str, kinds: str) -> None:
    page = area_page(view, view.monitor.find(name))
    text = words(client.get(f"/area/{page.area.code}-{name.lower()}").text)
    assert [one.kind for one in page.like.first] == kinds.split()
    assert page.headline == page.like.first[0].headline
    assert text.index(page.headline) < text.index(f"of {page.profile.index.of} (95 % interval")
    scores, above = view.monitor.scores().set_index("area")["score"], view.above(page.area.code)
    nation = page.area.parents["country"]
    groups = {
        "neighbours": [n.area.code for n in page.like.neighbours],
        "nation": [c for c in scores.index if view.monitor.geography.by_code[c].parents["country"] == nation],
        "type": [c for c in scores.index if c[:3] == page.area.code[:3]],
    }
    for one in page.like.first:
        others = [c for c in groups[one.kind] if c != page.area.code]
        assert one.total == len(others)
        assert one.above == sum(scores[c] < scores[page.area.code] for c in others)
        assert one.clear_above == sum(above[c] >= CLEAR for c in others)
        assert one.clear_below == sum(above[c] <= 1 - CLEAR for c in others)
    assert all(one.sentence in text for one in page.like.first[1:])
    assert ("of its type" in text) == (bool(page.like.one_type) or "type" in kinds)
    assert [o["sentence"] for o in client.get(f"/area/{page.area.code}.json").json()["first_comparisons"]] == [
        str(one.sentence) for one in page.like.first
    ]


def test_neighbours_say_what_they_share_and_points_are_set_beside_them(york: AreaPage, client: TestClient) -> None:
    held = york.view.monitor.table("normalised")
    held = held[(held["framework"] == "good_work") & (held["area_set"] == "gb") & (held["period"] == "2021")]
    held = held[held["scope"] == york.view.framework.method.scope]
    wide = held.pivot_table(index="area", columns="indicator", values="normalised")
    for one in york.like.neighbours:
        away = (wide.loc[one.area.code] - wide.loc[york.area.code]).abs().nsmallest(2)
        assert one.alike == tuple(york.view.monitor.catalogue[name].label for name in away.index)
    assert "; ".join(york.like.neighbours[0].alike) in words(client.get("/area/E06000014-york").text)
    table = york.figures["spine"].table
    same = [c for c in york.view.natural.index if c.startswith("E06")]
    mean = york.view.natural.loc[same].mean()
    for row, member in zip(table.to_dict("records"), york.view.framework.indicators, strict=True):
        if mean[member] == mean[member]:
            assert row["type_words"] == york.view.monitor.catalogue[member].show(mean[member])
    point = york.strengths[0]
    own, theirs = (
        [york.view.figure(c, point.node).get("value", np.nan) for c in codes]
        for codes in ([york.area.code], [n.area.code for n in york.like.neighbours])
    )
    sign = 1 if point.cell.direction == "higher" else -1
    known = [v for v in theirs if v == v]
    better = sum(sign * (own[0] - v) > 0 for v in known)
    assert point.beside == f"Better than {better} of {len(known)} neighbours by the figure alone"


@pytest.mark.parametrize(("name", "made"), [("Dorset", True), ("Somerset", False), ("York", False)])
def test_an_area_that_was_made_between_two_periods_has_a_boundary_change_nobody_knows(
    monitor: Monitor, name: str, made: bool
) -> None:
    view = View(monitor, "good_work", "gb", "2019")
    found = way(view, view.profile(monitor.find(name)))
    assert found is not None
    assert (found.first.period, found.last.period) == ("2017", "2019")
    assert np.isnan(found.boundary) == made
    assert any("Boundary change: not known" in said for said in found.sentences) == made


def test_findings_and_community_are_those_of_the_edition(york: AreaPage, client: TestClient) -> None:
    monitor = york.view.monitor
    assert [s for _, s in york.findings] == list(monitor.findings(area="York", area_set="gb")["sentence"])
    clusters = monitor.answer("communities")["communities"].set_index("area").loc["E06000014"]
    assert york.like.community is not None
    assert york.like.community.letter == clusters["community"]
    assert client.get("/area/E06000014.json").json()["community"]["stability"] == clusters["stability"]


def test_an_area_without_a_score_says_why_and_shows_what_is_held(client: TestClient, monitor: Monitor) -> None:
    answer = client.get("/area/E06000053-isles-of-scilly")
    text = words(answer.text)
    assert answer.status_code == 200
    assert "Isles of Scilly has no score for 2021" in text
    assert str(monitor.not_scored().set_index("area").loc["E06000053", "reason"]) in text
    assert "Everything else held" in text
    assert 'class="chart"' not in answer.text
    held = monitor.table("values")
    other = ~held["indicator"].isin(monitor.framework().indicators)
    here = held[(held["area"] == "E06000053") & held["value"].notna() & other]["indicator"].nunique()
    assert f"Latest figures of {here} indicators" in text
    assert client.get("/area/E06000053/spine.svg").status_code == 404
    assert client.get("/area/E06000053.json").json()["index"]["score"] is None


def test_former_areas_lead_on_and_unknown_ones_offer_the_nearest(client: TestClient) -> None:
    assert client.get("/area/E06000028").headers["location"].startswith("/area/E06000058-")
    lost = client.get("/area/yorkk shire")
    assert lost.status_code in (302, 404)
    assert client.get("/area/zzzz/spine.svg").status_code == 404
    refused = client.get("/area/S12000033-aberdeen-city?framework=conditions")
    assert refused.status_code == 404


@pytest.mark.parametrize("name", ["spine", "contributions", "score", "rank"])
def test_every_figure_stands_alone_with_its_source(client: TestClient, name: str) -> None:
    answer = client.get(f"/area/E06000014-york/{name}.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "edition good-work" in words(answer.text)


def test_from_score_to_cell_every_step_is_there(client: TestClient, york: AreaPage) -> None:
    page = client.get("/area/E06000014-york").text
    for step in york.steps:
        part = words(page.split(f'id="from-{step.node}"')[1].split("</details>")[0])
        if step.cell.value == step.cell.value:
            assert step.cell.origin is not None
            for piece in (
                step.words,
                step.cell.origin.line,
                step.place,
                f"{step.cell.normalised:.3f}".replace("-", "−"),
            ):
                assert piece in part
            assert f'href="/indicator/{step.node}"' in page
    assert "sha256" in page


@pytest.mark.parametrize("query", ["?period=1900", "?area_set=mars", "?framework=x", f"?period={'9' * 1_000}"])
def test_bad_questions_get_their_status(client: TestClient, query: str) -> None:
    assert client.get(f"/area/E06000014-york{query}").status_code == 404


def test_a_flood_is_not_read(client: TestClient) -> None:
    assert client.get(f"/area/E06000014-york?period={'9' * 10_000}").status_code == 414


def test_the_best_rank_is_drawn_at_the_top(york: AreaPage) -> None:
    drawn = york.figures["rank"]
    found = {
        int(rank): float(y)
        for y, rank in re.findall(r'cy="([\d.]+)"[^>]*><title>York, \d{4}: (\d+) \(95 % interval', drawn.drawing)
    }
    assert set(found) == set(drawn.table["value"].astype(int))
    ordered = [found[rank] for rank in sorted(found)]
    assert ordered == sorted(ordered)
    assert len(ordered) >= 4


@pytest.mark.parametrize("name", ["York", "Blackpool", "Cardiff"])
def test_why_it_moved_adds_up_and_is_not_told_across_a_break(client: TestClient, view: View, name: str) -> None:
    page = area_page(view, view.monitor.find(name))
    assert page.way is not None
    ranks = view.ranked[view.ranked["area"] == page.area.code].set_index("period")["rank"]
    assert (page.way.first.period, page.way.last.period) == ("2017", "2019")
    assert page.way.gained == ranks["2017"] - ranks["2019"] == sum(page.way.parts.values())
    table = page.figures["moved"].table
    assert table["value"].tolist() == list(page.way.parts.values())
    assert table["after"].iloc[-1] == -ranks["2019"]
    scores = view.through.pivot(index="area", columns="period", values="score")[["2017", "2019"]].dropna()
    own, others = scores.loc[page.area.code], scores.drop(index=page.area.code)

    def place(mine: str, theirs: str) -> int:
        return 1 + int((others[theirs] > own[mine]).sum())

    alone = place("2017", "2017") - place("2019", "2017"), place("2017", "2019") - place("2019", "2019")
    assert page.way.own == sum(alone) / 2
    text = words(client.get(f"/area/{page.area.code}-{name.lower()}").text)
    assert all(said in text for said in page.way.sentences)
    assert page.parted.startswith("Ranks are not compared across the breaks of 2020 and 2021.")
    assert page.parted in text
    data = client.get(f"/area/{page.area.code}.json").json()["moved"]
    assert sum(data["parts"].values()) == data["places_gained"] == page.way.gained
    assert client.get(f"/area/{page.area.code}/moved.csv").text.count("\n") == len(page.way.parts) + 1
