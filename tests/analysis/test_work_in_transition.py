"""Routine work within bounds, moves between sectors, an index of disruption, and the reach of charters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import cosine

import goodwork
from goodwork.analysis.charters import reach
from goodwork.analysis.disruption import disruption_beside
from goodwork.analysis.finding import told
from goodwork.analysis.routine_work import exposure, routine_work
from goodwork.analysis.sector_moves import sector_moves
from goodwork.errors import DataError, DeclarationError, MethodError
from goodwork.model.occupations import Occupations, shipped_occupations
from goodwork.model.pledges import Charters
from goodwork.monitor import Monitor
from goodwork.sources.charters import read_employment, read_members
from goodwork.sources.declared import read_declared
from goodwork.sources.moves import read_skills, read_values

EXAMPLES = Path(goodwork.__file__).parent / "starter" / "plans"


def test_bounds_hold_every_score_a_group_may_have() -> None:
    rng = np.random.default_rng(4)
    shares = rng.dirichlet(np.ones(4), 50) * 100
    low, high = np.array([0.0, 0.1, 0.2, 1.0]), np.array([0.0, 0.1, 0.9, 1.0])
    least, most = exposure(shares, low, high)
    for _ in range(20):
        truth = shares @ rng.uniform(low, high)
        assert (least <= truth + 1e-9).all()
        assert (truth <= most + 1e-9).all()


def test_routine_work_of_the_shipped_figures_is_the_published_share_at_least(monitor: Monitor) -> None:
    found = routine_work(monitor.planning(), shipped_occupations())
    table = found.table.set_index(["area", "period"])
    held = monitor.values("routine_occupations", "2019").set_index("area")["value"]
    york = table.loc[("E06000014", "2019")]
    assert york["least"] == pytest.approx(held["E06000014"])
    groups = [group.name for group in found.occupations.group]
    assert york[groups].sum() == pytest.approx(100)
    assert (table["least"].dropna() <= table["most"].dropna() + 1e-9).all()
    assert any("Breaks in 2020, 2021" in note for note in found.notes)
    for said in (*found.of("E06000014"), *found.findings):
        assert told(said.template, said.plain) == said


def test_scores_of_ones_own_and_what_is_wrong_with_them(monitor: Monitor) -> None:
    text = """
title = "mine"
source = "me"
[[group]]
name = "a"
title = "A"
of = "routine_occupations"
low = 0.9
high = 0.9
why = "because"
[[group]]
name = "b"
title = "B"
low = 0.5
high = 0.5
why = "because"
"""
    found = routine_work(monitor.planning(), Occupations.from_toml(text))
    shares = found.shares[-1]
    assert np.allclose(found.low[-1], 0.9 * shares[:, 0] + 0.5 * (100 - shares[:, 0]), equal_nan=True)
    assert np.allclose(found.low, found.high, equal_nan=True)
    with pytest.raises(DeclarationError, match="nowhere"):
        routine_work(monitor.planning(), Occupations.from_toml(text.replace("routine_occupations", "nowhere")))
    with pytest.raises(DeclarationError, match="above high"):
        Occupations.from_toml(text.replace("low = 0.9", "low = 0.95"))


def test_distances_of_skills_are_those_of_scipy() -> None:
    levels = np.random.default_rng(3).uniform(0, 5, (4, 6))
    found = sector_moves(levels, list("abcd"), list("uvwxyz"), np.ones(4))
    for i in range(4):
        for j in range(4):
            if i != j:
                assert found.distance[i, j] == pytest.approx(cosine(levels[i], levels[j]))
                lacking = np.maximum(levels[j] - levels[i], 0)
                assert found.learn[i, j] == pytest.approx(lacking.sum() / levels[i].sum())
    with pytest.raises(MethodError) as caught:
        sector_moves(np.array([[-1.0, np.nan], [0.0, 0.0]]), ["a", "b"], ["x", "y"], np.ones(2))
    assert len(caught.value.faults) == 3


def test_disruption_stands_beside_the_score(monitor: Monitor) -> None:
    planning = monitor.planning()
    scores = planning.index.displayed[planning.at, :, 0]
    values = {a.name: -float(s) for a, s in zip(planning.areas, scores, strict=True) if s == s}
    found = disruption_beside(planning, values, "mine.csv")
    assert "r = −1.00" in found.findings[0]
    assert found.table["exposed"].sum() == 100, "half of 201 lie above one median and below the other"
    with pytest.raises(DataError) as caught:
        disruption_beside(planning, {**values, "Narnia": 1.0, "Mordor": 2.0}, "mine.csv")
    assert len(caught.value.faults) == 2
    with pytest.raises(MethodError):
        disruption_beside(planning, {"York": 1.0}, "mine.csv")


def test_the_example_of_charters_is_marked_and_adds_up() -> None:
    terms = read_declared(Charters, EXAMPLES / "charters.toml")
    members = read_members(EXAMPLES / "members.csv", terms)
    found = reach(members, read_employment(EXAMPLES / "employment.csv"), terms)
    assert found.notes[0].startswith("INVENTED")
    assert all("(invented)" in member.employer for member in members)
    sectors = found.sectors.set_index("sector")
    assert sectors.loc["Care", "employees"] == 90, "who signed two charters is counted once"
    assert sectors.loc["Care", "share"] == pytest.approx(90 / 2600)
    assert not sectors.loc["Finance", "gap"], "not to know how many is no gap"
    assert "at least 8 %" in found.findings[1]
    promised = found.asked.set_index("characteristic")["employees"]
    assert promised["real living wage"] == 620 + 140 + 90
    for said in found.findings:
        assert told(said.template, said.plain) == said


def test_every_fault_of_a_table_is_told(tmp_path: Path) -> None:
    terms = read_declared(Charters, EXAMPLES / "charters.toml")
    file = tmp_path / "members.csv"
    file.write_text(
        "employer,charter,tier,sector,employees\nA,No such charter,x,Care,5\n"
        "B,Toyland procurement pledge,gold,Care,5\nB,Toyland procurement pledge,signed,Care,many\n"
        "C,Toyland procurement pledge,signed,,5\nD,Toyland procurement pledge,signed,Care,-2\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as caught:
        read_members(file, terms)
    assert {(fault.row, fault.column) for fault in caught.value.faults} == {
        (2, "charter"), (3, "tier"), (4, "employees"), (5, "sector"), (6, "employees"),
    }  # fmt: skip
    skills = tmp_path / "skills.csv"
    skills.write_text("sector,skill,level\na,x,1\na,x,2\nb,y,lots\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_skills(skills)
    assert len(caught.value.faults) == 4
    jobs = tmp_path / "jobs.csv"
    jobs.write_text("sector,jobs\na,1\na,2\nb,\n", encoding="utf-8")
    with pytest.raises(DataError, match="stands twice"):
        read_values(jobs, "sector", "jobs")
    with pytest.raises(DataError, match="missing"):
        read_values(skills, "sector", "jobs")


def test_tiers_that_fall_are_refused() -> None:
    text = """
[[charter]]
name = "x"
[[charter.tiers]]
name = "one"
asks = ["a", "b"]
[[charter.tiers]]
name = "two"
asks = ["a"]
"""
    with pytest.raises(DeclarationError, match="no longer asks for b"):
        Charters.from_toml(text, "charters.toml")
