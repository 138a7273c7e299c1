"""Targets: the line through the figures against statsmodels, the chance against redraws, and what nobody can tell."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from goodwork.analysis.finding import told
from goodwork.analysis.outlook import outlook
from goodwork.analysis.tracking import track
from goodwork.errors import DeclarationError
from goodwork.model.targets import Targets
from goodwork.monitor import Monitor


def test_the_line_is_that_of_weighted_least_squares() -> None:
    rng = np.random.default_rng(2)
    years, errors = np.arange(2010.0, 2018.0), rng.uniform(0.5, 2.0, 8)
    values = 70 + 0.4 * (years - 2010) + rng.normal(0, 2.5, 8)
    found = outlook(values, errors, years, 75.0, 2022.0)
    other = sm.WLS(values, sm.add_constant(years - 2010), weights=1 / errors**2).fit()
    ahead = other.get_prediction([[1.0, 12.0]])
    assert found.expected == pytest.approx(ahead.predicted_mean[0])
    assert found.slope == pytest.approx(other.params[1])
    assert other.scale > 1, "the figures lie further off the line than their errors explain"
    beyond = (other.scale - 1) / np.mean(1 / errors**2)
    half = (found.high - found.low) / 2 / 2.446912  # Student's t with six degrees of freedom
    assert half**2 == pytest.approx(ahead.se_mean[0] ** 2 + beyond, rel=1e-6)


def test_with_errors_alone_the_chance_is_that_of_redraws() -> None:
    years, errors = np.arange(2015.0, 2020.0), np.full(5, 1.0)
    values = np.array([10.0, 11.0, 12.0, 13.0, 14.0])
    found = outlook(values, errors, years, 16.0, 2022.0)
    drawn = values + np.random.default_rng(1).normal(0, 1, (40_000, 5))
    lines = np.polyfit(years - 2017, drawn.T, 1)
    assert found.chance == pytest.approx((lines[0] * 5 + lines[1] >= 16).mean(), abs=0.01)
    turned = outlook(-values, errors, years, -16.0, 2022.0, higher=False)
    assert turned.chance == pytest.approx(found.chance)


def test_two_figures_are_no_trend_and_a_year_with_a_figure_is_judged_by_it() -> None:
    two = outlook(np.array([1.0, 2.0]), np.ones(2), np.array([2019.0, 2020.0]), 3.0, 2025.0)
    assert two.verdict == "cannot tell"
    assert np.isnan(two.chance)
    there = outlook(np.array([1.0, 2.0, 9.0]), np.full(3, 0.1), np.array([2018.0, 2019.0, 2020.0]), 3.0, 2020.0)
    assert there.verdict == "on track"
    assert there.expected == 9.0


TARGETS = """
[[target]]
place = "Blackpool"
of = "unemployment"
goal = 4.5
by = "2028"
[[target]]
place = "York"
of = "median_pay"
goal = 900
by = "2026"
[[target]]
place = "Hull"
of = "participation"
goal = 60
by = "2022"
[[target]]
place = "York"
goal = 120
by = "2023"
"""


def test_targets_of_an_edition(monitor: Monitor) -> None:
    found = track(monitor.planning(), Targets.from_toml(TARGETS), draws=60)
    blackpool, york, hull, score = found.rows
    assert blackpool.since == "2020", "no trend crosses the break of 2020"
    assert york.verdict == "off track", "nobody's pay doubles in a year"
    assert (york.since, york.outlook.n) == ("2021", 5), "another survey method from 2021 on"
    assert hull.verdict == "met"
    assert hull.value > 60
    assert score.verdict == "cannot tell"
    assert "1 comparable figure since 2021" in score.why
    for said in found.findings:
        assert told(said.template, said.plain) == said
    assert found.table["verdict"].tolist() == [r.verdict for r in found.rows]
    assert any("Money in prices of 2021" in note for note in found.notes)


def test_every_fault_of_a_file_is_told(monitor: Monitor) -> None:
    wrong = """
[[target]]
place = "Narnia"
goal = 5
by = "2030"
[[target]]
place = "York"
of = "luck"
goal = 5
by = "2030"
[[target]]
place = "York"
of = "participation"
goal = 105
by = "2030"
[[target]]
place = "York"
of = "population"
goal = 5
by = "2030"
"""
    with pytest.raises(DeclarationError) as caught:
        track(monitor.planning(), Targets.from_toml(wrong), "mine.toml")
    assert len(caught.value.faults) == 4
    assert {fault.file for fault in caught.value.faults} == {"mine.toml"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[target]]\nplace = "A"\ngoal = 1\nby = "soon"', "pattern"),
        ('[[target]]\nplace = "A"\ngoal = "much"\nby = "2030"', "number"),
        ("", "target"),
        ('[[target]]\nplace = "A"\ngoal = 1\nby = "2030"\n[[target]]\nplace = "a"\ngoal = 2\nby = "2030"', "set twice"),
        ('[[target]]\nplace = "A"\ngoals = 1\nby = "2030"', "goal"),
    ],
)
def test_a_file_that_cannot_be(text: str, says: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        Targets.from_toml(text, "targets.toml")
    assert says in str(caught.value)
