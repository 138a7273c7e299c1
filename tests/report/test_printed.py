"""Our edition beside the printed report: what is told follows from the figures, and nothing printed is made up."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from goodwork.model.panel import Values
from goodwork.model.printed import printed_report
from goodwork.monitor import Monitor
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.communities import communities_of
from goodwork.pipeline.material import Material
from goodwork.pipeline.questions import disparity_of
from goodwork.report.printed import comparison, markdown
from goodwork.report.printed_communities import community_rows, region_rows
from goodwork.report.printed_fact import AREAS, PERIOD, Answers, Row, figures, regions_of
from goodwork.report.printed_links import association


@pytest.fixture(scope="module")
def answers(monitor: Monitor) -> Answers:
    frameworks = tuple(monitor.frameworks.values())
    material = Material("x", monitor.title, frameworks, monitor.catalogue, monitor.geography, monitor.table("values"))
    asked = Asked.of(material, monitor.framework(), AREAS, PERIOD)
    return Answers(communities_of(asked, 4, draws=40, numbers=(2, 3, 4)), disparity_of(asked))


@pytest.fixture(scope="module")
def rows(monitor: Monitor, answers: Answers) -> dict[str, Row]:
    return {row.fact: row for row in comparison(monitor, answers)}


def test_every_chapter_of_the_report_has_its_facts(rows: dict[str, Row], monitor: Monitor) -> None:
    for start in (
        "English areas outside London", "Rank of York", "Blackpool: Furlough", "Variation inside regions",
        "Leicester in its region", "Number of communities", "Profile of community A", "Community of Portsmouth",
        "Communities of Birmingham's region, the West Midlands", "Healthy life, men: community D",
        "Conditions for good work: rank of North Tyneside", "Score of 2018 with Suicides",
        "Blackpool and West Berkshire",
    ):  # fmt: skip
        assert any(fact.startswith(start) for fact in rows), start
    for row in rows.values():
        assert all(row.as_dict().values()), "no cell is empty"
        assert "nan" not in " ".join(row.as_dict().values()).lower().split()
    bare = {row.fact for row in comparison(monitor)}
    assert bare < set(rows), "without answers the rest is there"
    assert "Number of communities" not in bare


def test_no_rank_of_ours_without_its_interval(rows: dict[str, Row]) -> None:
    for row in rows.values():
        if "ank of" in row.fact:
            assert re.search(r"95 % interval \d+ to \d+", row.ours)


def test_communities_are_those_of_the_answers(rows: dict[str, Row], answers: Answers, monitor: Monitor) -> None:
    found = answers.communities
    for name in printed_report().communities.named:
        at = found.points.position(monitor.find(name).code)
        row = rows[f"Community of {name}"]
        assert row.ours.startswith(f"{found.names[found.labels[at]]} in {100 * found.stability[at]:.0f} %")
        assert ("otherwise mostly" in row.ours) == bool(found.borderline[at])
        assert row.difference == "–", "what the report says of it is not known here"
    members = found.centroids.shape[1]
    lowest = int((found.centroids.argmin(axis=0) == 0).sum())
    told = rows["Profile of community A"]
    assert f"lowest of the four on {lowest} of {members}" in told.ours
    assert (told.difference == "agrees") == (lowest == members)
    counts = re.findall(r"(\d+) in ([A-D])", rows["Communities of Birmingham's region, the West Midlands"].ours)
    assert sum(int(n) for n, _ in counts) == 14


def test_a_profile_as_printed_is_seen_to_agree(answers: Answers, monitor: Monitor) -> None:
    """Another world, made as the report describes its own: everything agrees there."""
    found, regions = answers.communities, regions_of(monitor)
    level = {"unemployment": (-2, -0.5, 1, 1.5), "participation": (-2, -0.5, 1, 1.5),
             "managers_professionals": (-2, -0.5, 0, 2), "routine_occupations": (-2, -0.6, -0.5, 2),
             "median_pay": (-2, -0.4, -0.3, 2)}  # fmt: skip
    centre: Values = np.array([level[member] for member in found.points.members]).T
    printed = replace(found, centroids=centre)
    told = {row.fact: row.difference for row in community_rows(monitor, replace(answers, communities=printed), regions)}
    assert told["Profile of community A"] == told["Profile of community D"] == "agrees"
    assert told["Profile of community C"] == "agrees"
    assert (
        told["Profile of community B beside C"]
        == "agrees on participation and unemployment; routine work and pay as in C"
    )
    turned = replace(found, centroids=-centre)
    told = {row.fact: row.difference for row in community_rows(monitor, replace(answers, communities=turned), regions)}
    assert told["Profile of community A"] == f"0 of {len(level)}"
    assert told["Profile of community C"] == "differs"
    assert told["Profile of community B beside C"].startswith("differs on participation")


def test_healthy_life_of_communities_is_their_mean(rows: dict[str, Row], answers: Answers, monitor: Monitor) -> None:
    found = answers.communities
    years = figures(monitor, "hle_male", list(found.points.areas))[0]
    gap = years[found.labels == 3].mean() - years[found.labels < 2].mean()
    row = rows["Healthy life, men: community D less A and B"]
    assert row.ours.startswith(f"{gap:.1f} years (95 % interval ")
    low, high = map(float, re.findall(r"interval ([\d.]+) to ([\d.]+)", row.ours)[0])
    assert low < gap < high


def test_regions_and_their_examples(rows: dict[str, Row], answers: Answers, monitor: Monitor) -> None:
    regions = regions_of(monitor)
    table = monitor.values("unemployment", PERIOD).set_index("area")["value"]
    scored = set(monitor.scores(PERIOD, AREAS)["area"])
    here = [code for code in scored if regions[code] == "East Midlands"]
    row = rows["Nottingham in its region, the East Midlands"]
    assert f"(region {table[here].median():.1f} %)" in row.ours
    assert f"Unemployment {table[monitor.find('Nottingham').code]:.1f} %" in row.ours
    assert "York in its region, Yorkshire and The Humber" in rows
    inside = int((answers.disparity.where[-1] == "inside").sum())
    assert rows["Variation inside regions and between them"].difference == f"agrees for {inside} of 5 members"
    all_in = replace(answers.disparity, where=np.full(answers.disparity.where.shape, "inside"))
    first = next(iter(region_rows(monitor, replace(answers, disparity=all_in), regions)))
    assert first.difference == "agrees"


def test_signs_are_told_only_where_they_are_clear(rows: dict[str, Row], monitor: Monitor) -> None:
    league = monitor.scores(PERIOD, AREAS)
    alcohol, period = association(monitor, league, "alcohol_related_mortality")
    assert period == "2017", "the nearest period with figures"
    assert alcohol.high < 0
    assert rows["Score of 2018 with Alcohol-related deaths, 2017"].difference == "same sign"
    covid = association(monitor, league, "covid_deaths_first_wave")[0]
    assert not covid.clear
    assert rows["Score of 2018 with COVID-19 deaths, first wave, 2020"].difference == "no clear association"
    worst = league.assign(raw_score=-league["raw_score"])
    from goodwork.report.printed_links import link_rows

    turned = {row.fact: row.difference for row in link_rows(monitor, worst)}
    assert turned["Score of 2018 with Healthy life, men, 2018"] == "opposite sign"
    assert np.isnan(figures(monitor, "hle_male", ["E06000014"], "1990")[0]).all(), "no period is near enough"


def test_the_page_holds_every_row(rows: dict[str, Row]) -> None:
    page = markdown(list(rows.values()))
    assert page.count("\n| ") == len(rows) + 1
    assert "never tuned to" in page
