"""Early warnings: who grows worse faster than like areas; small places are not warned of for chance alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from goodwork.analysis.early_warning import early_warning
from goodwork.errors import MethodError
from goodwork.model.panel import Values

N = 100
AREAS = [f"area {i}" for i in range(N)]


def case(seed: int = 5) -> tuple[Values, Values, Values]:
    rng = np.random.default_rng(seed)
    score, before = rng.normal(size=N), rng.normal(20, 3, N)
    return before, before + 2 - 0.5 * score + rng.normal(size=N), score


def test_against_statsmodels() -> None:
    api = pytest.importorskip("statsmodels.api")
    before, after, score = case()
    people = np.random.default_rng(1).uniform(1, 9, N)
    found = early_warning(before, after, score, AREAS, people=people)
    fit = api.WLS(after - before, api.add_constant(np.column_stack([score, before])), people).fit()
    assert found.fit.fitted == pytest.approx(fit.fittedvalues)
    assert found.p == pytest.approx(stats.t.sf(found.fit.apart, N - 4))
    assert found.q == pytest.approx(stats.false_discovery_control(found.p))


@pytest.mark.parametrize(("better", "sign"), [("lower", 1.0), ("higher", -1.0)])
def test_the_worse_side_is_warned_of(better: str, sign: float) -> None:
    before, after, score = case()
    after = before + sign * (after - before)
    after[8] += 8 * sign
    after[9] -= 8 * sign
    found = early_warning(before, after, score, AREAS, outcome="deaths", better=better)
    assert np.flatnonzero(found.warned).tolist() == [8]
    assert found.table["area"].iloc[0] == "area 8"
    assert found.table["area"].iloc[-1] == "area 9"
    way = "rose" if sign > 0 else "fell"
    assert found.findings[0].startswith(f"Where the figure for deaths {way} clearly faster than in like areas, of 100:")


def test_falling_less_than_others_is_no_warning() -> None:
    before, after, score = case()
    after -= 12
    after[8] += 9
    found = early_warning(before, after, score, AREAS)
    assert found.q[8] <= 0.05
    assert found.change[8] < 0
    assert not found.warned[8]


def test_chance_alone_warns_seldom() -> None:
    found = [early_warning(*case(seed), AREAS, outcome="suicides") for seed in range(100)]
    assert np.mean([one.warned.any() for one in found]) <= 0.11
    quiet = next(one for one in found if not one.warned.any())
    assert quiet.findings[0].startswith("No area of 100 stands clearly apart")


def test_people_keep_small_places_from_false_alarm() -> None:
    """Rates that scatter by population alone: unweighted, small places are warned of more often."""
    rng = np.random.default_rng(3)
    people = np.where(np.arange(N) < 8, 0.02, 1.0)
    alarms = np.zeros(2)
    for _ in range(60):
        before, score = rng.normal(20, 3, N), rng.normal(size=N)
        after = before + 1 + rng.normal(size=N) / np.sqrt(people)
        alarms += [early_warning(before, after, score, AREAS, people=w).warned.any() for w in (None, people)]
    assert alarms[1] <= 7
    assert alarms[0] > 3 * alarms[1]


def test_gaps_are_named_and_bad_ends_refused() -> None:
    before, after, score = case()
    after[2] = np.nan
    found = early_warning(before, after, score, AREAS)
    assert found.notes[-1] == "Left out, because a figure is missing: area 2."
    with pytest.raises(MethodError, match="no worse end"):
        early_warning(before, after, score, AREAS, better="neither")
