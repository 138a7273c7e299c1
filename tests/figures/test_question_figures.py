"""The figures of the questions, drawn from the shipped figures: numbers in their words, names in their rows, room."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.figures.reading import clashes, marks, said, words

from goodwork.analysis.clusters import Clusters
from goodwork.cli import plots
from goodwork.cli.options import Where
from goodwork.figures.colour import COMMUNITIES
from goodwork.figures.figure import Figure
from goodwork.figures.questions import Setting, of_communities
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.communities import communities_of
from goodwork.pipeline.links import Related, conditions_of, health_of, shock_of
from goodwork.pipeline.questions import compacts_of, disparity_of, neighbours_of, space_of, trends_of

YORK, LONGEST = "E06000014", "E06000058"


@pytest.fixture(scope="module")
def where(edition_store: Path) -> Where:
    return Where(area_set="england-119", store=edition_store)


@pytest.fixture(scope="module")
def asked(where: Where) -> Asked:
    return Asked.of(where.material, where.monitor.framework(), "england-119", "2019")


@pytest.fixture(scope="module")
def setting(where: Where, asked: Asked) -> Setting:
    return plots.setting(where, asked)


@pytest.fixture(scope="module")
def communities(asked: Asked) -> Clusters:
    return communities_of(asked, 4, 20)


@pytest.fixture(scope="module")
def related(asked: Asked) -> Related:
    return conditions_of(asked)


def complete(figure: Figure) -> None:
    """Title, period, areas, source and note are there; no word is cut or covered in either layout."""
    assert figure.title
    assert "England" in figure.subtitle
    assert "Edition good-work" in figure.source
    assert figure.note
    assert figure.sentence.endswith(".")
    for text in filter(None, (figure.drawing, figure.narrow)):
        assert clashes(text) == []


def test_the_map_of_communities_holds_every_area_in_its_colour_with_its_letter(
    communities: Clusters, setting: Setting
) -> None:
    figure = of_communities(communities, setting, plots.tiles())
    complete(figure)
    of = dict(zip(communities.points.areas, communities.table["community"], strict=True))
    colours = dict(zip("ABCD", COMMUNITIES, strict=True))
    seen = {}
    for group in re.findall(r'<g class="c\d" fill="(#\w+)".*?>((?:<g class="area".*?</g>)+)</g>', figure.drawing):
        for area, body in re.findall(r'data-area="(\w+)">(.*?)</g>', group[1]):
            assert group[0] == colours[of[area]]
            assert f">{of[area]}</text>" in body, "the letter stands beside the colour"
            seen[area] = body
    assert set(seen) == set(of)
    borderline = int(communities.borderline.sum())
    assert figure.title.startswith(f"{len(of)} areas in 4 communities, {borderline or 'none'} of them")
    assert sum("on the border to" in body for body in seen.values()) == borderline
    sizes = [int(n) for n in re.findall(r"(\d+) areas?<", figure.legend)]
    assert sum(sizes) == len(figure.table)


def test_the_profile_of_communities_writes_natural_units(communities: Clusters, setting: Setting) -> None:
    figure = of_communities(communities, setting, {}, drawn_as="profile")
    complete(figure)
    assert len(figure.table) == 4 * len(communities.points.members)
    pay = figure.table[figure.table["indicator"] == "Median pay"]
    assert pay["words"].str.fullmatch(r"£\d+ per week").all()
    assert len([m for m in marks(figure.drawing, "dot") if m.get("data-area")]) == len(figure.table) + 4


@pytest.mark.parametrize("area", [YORK, LONGEST])
def test_a_spine_sets_an_area_beside_its_neighbours(where: Where, asked: Asked, area: str) -> None:
    found = neighbours_of(asked)
    figure = plots.neighbours(where, asked, found, area)
    complete(figure)
    at, near = found.points.position(area), found.place[found.points.position(area)]
    table = figure.table
    assert table["area"].to_numpy(float) == pytest.approx(found.points.scaled[at])
    assert table["neighbours"].to_numpy(float) == pytest.approx(np.nanmean(found.points.scaled[near], axis=0))
    assert ((table["low"] < table["area"]) & (table["area"] < table["high"])).all()
    pay = found.points.members.index("median_pay")
    shown = asked.material.catalogue["median_pay"].show(float(found.points.natural[at, pay]))
    assert table["words"].iloc[pay] == shown
    assert any(shown in w.text for w in words(figure.narrow))
    for other in found.of(area):
        assert asked.names[asked.panel.areas.index(other)] in figure.title


def test_compacts_disparity_and_space_say_what_was_found(where: Where, asked: Asked) -> None:
    compacts = compacts_of(asked)
    figure = plots.compacts(where, asked, compacts)
    complete(figure)
    assert figure.title.startswith(f"{int((compacts.labels >= 0).sum())} of 119 areas fall into {len(compacts.groups)}")
    assert len(marks(figure.drawing, "cell")) + len(marks(figure.drawing, "gap")) == len(figure.table)
    disparity = disparity_of(asked)
    figure = plots.disparity(where, asked, disparity)
    complete(figure)
    larger = (figure.table["where"] == "clearly more inside").sum()
    assert figure.title.endswith(f"on {larger} of {len(figure.table)} indicators")
    space = space_of(asked, 50)
    figure = plots.space(where, asked, space)
    complete(figure)
    high = len(space.hotspots.named("high-high"))
    assert f"high among high neighbours: {high} areas" in figure.legend
    assert len(re.findall(r'data-area="', figure.drawing)) == 119


def test_trends_of_one_area_and_of_all(where: Where, asked: Asked) -> None:
    found = trends_of(asked, draws=60)
    figure = plots.trends(where, asked, found, "York")
    complete(figure)
    mine = found.paths.table.set_index("area").loc["York"]
    drawn = figure.table[figure.table["line"] == "York"]
    assert drawn[["value", "low", "high"]].to_numpy() == pytest.approx(
        mine[["score", "low", "high"]].to_numpy(), nan_ok=True
    )
    cut = [p for p in found.paths.periods[1:] if found.paths.breaking(p)]
    assert len(marks(figure.drawing, "break")) == len(cut) > 0
    last = mine[mine["score"].notna()].iloc[-1]
    assert (
        f"the score was {last['score']:.1f} (95 % interval {last['low']:.1f} to {last['high']:.1f})" in figure.sentence
    )
    movers = plots.trends(where, asked, found, None)
    complete(movers)
    assert {m.get("data-area") for m in marks(movers.drawing, "to")} == set(
        movers.table[movers.table["chosen"]]["area"]
    )


def test_conditions_name_who_lies_outside_and_say_r_with_its_interval(
    where: Where, asked: Asked, related: Related
) -> None:
    figure = plots.conditions(where, asked, related, "York")
    complete(figure)
    assert figure.subtitle.endswith(str(related.relation.pearson))
    table = related.relation.table
    outside = set(table[(table["y"] < table["low"]) | (table["y"] > table["high"])]["area"])
    named = {w.text for w in words(figure.drawing)} & set(asked.names)
    assert named <= outside | {"York"}
    assert "York" in named
    assert len({said(m) for m in marks(figure.drawing, "dot")} - {""}) == len(table)


def test_outcomes_are_hollow_where_not_clear(where: Where, asked: Asked) -> None:
    found = health_of(asked)
    figure = plots.health(where, asked, found)
    complete(figure)
    links = [link for link in found.outcomes.links if link.score == found.outcomes.scores[0]]
    clear = [link for link in links if link.q <= found.outcomes.level and link.pooled.clear]
    assert figure.title == f"The score goes clearly with {len(clear)} of {len(links)} outcomes"
    overall = figure.table[figure.table["way"] == "all areas"]
    assert overall["r"].to_numpy() == pytest.approx([link.pooled.r for link in links])
    hollow = [m for m in marks(figure.drawing, "hollow") if "no clear association" in said(m)]
    assert len(hollow) == int((~figure.table["clear"] & figure.table["r"].notna()).sum())


def test_a_shock_counts_its_quadrants(where: Where, asked: Asked) -> None:
    found = shock_of(asked)
    figure = plots.shock(where, asked, found, "York")
    complete(figure)
    counts = figure.table["kind"].value_counts()
    for kind, count in counts.items():
        assert f"{kind}: {count}" in {w.text for w in words(figure.drawing)}
    assert f"{counts['double blow']} of {counts.sum()} areas were hit twice" in figure.title
    x, y = found.shock.mean
    double = figure.table[(figure.table["x"] > x) & (figure.table["y"] > y)]
    assert set(double["kind"]) == {"double blow"}
    assert np.isfinite(figure.table[["x", "y"]].to_numpy()).all()


def test_an_invented_monitor_says_so(setting: Setting) -> None:
    from dataclasses import replace

    caption: Callable[..., object] = replace(setting, invented=True).caption
    made = caption("Finding", "more", "A sentence.", ["a note " * 40, "another " * 80])
    assert made.subtitle.startswith("Invented data. ")
    assert made.source.startswith("Invented data. ")
    assert "another" not in made.note, "a note that is too long stays with the answer"
