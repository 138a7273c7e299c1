"""What it would take: small cases tried out by brute force, and every change put in and the index built again."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from tests.toyland import flat_catalogue, flat_framework, make_panel

from goodwork.analysis.achieved import achieved
from goodwork.analysis.design import Design
from goodwork.analysis.finding import told
from goodwork.analysis.goal import Goal
from goodwork.analysis.held import Held
from goodwork.analysis.least_change import least_change
from goodwork.analysis.reach import reach
from goodwork.analysis.replicates import Study, blocks
from goodwork.analysis.target import Target, Worth, target
from goodwork.errors import MethodError, MissingData, NotFound
from goodwork.index.build import build
from goodwork.model.framework import Framework
from goodwork.model.method import Choice, Method
from goodwork.model.panel import Panel


def country(areas: int = 12, members: int = 4, periods: int = 2, seed: int = 3) -> Panel:
    rng = np.random.default_rng(seed)
    return make_panel(np.round(rng.normal(50, 6, (periods, areas, members)), 1), half_width=3.0)


def asked(goal: Goal, area: str = "A003", framework: Framework | None = None, **more: object) -> Target:
    panel = more.pop("panel", None) or country()
    framework = framework or flat_framework(len(panel.indicators), 2)
    catalogue = flat_catalogue(len(panel.indicators))
    return target(framework, panel, area, goal, catalogue, draws=200, **more)


def put_in(panel: Panel, found: Target, period: str, area: str) -> Panel:
    """The panel with the change in it."""
    value = panel.value.copy()
    value[panel.periods.index(period), panel.areas.index(area)] = found.new
    return replace(panel, value=value)


@pytest.mark.parametrize("spread", [True, False])
def test_no_change_on_a_grid_does_it_with_less(spread: bool) -> None:
    rng = np.random.default_rng(1)
    steps = np.linspace(0.0, 2.0, 21)
    grid = np.array(list(itertools.product(steps, repeat=3)))
    for _ in range(25):
        gain, cost = rng.uniform(0.2, 2.0, 3), rng.uniform(0.5, 3.0, 3)
        high = rng.uniform(0.3, 2.0, 3)
        needed = float(rng.uniform(0.1, 0.95) * (gain @ high))
        found = least_change(gain, cost, np.zeros(3), high, needed, spread)
        assert found is not None
        assert (found >= -1e-12).all()
        assert (found <= high + 1e-12).all()
        assert gain @ found == pytest.approx(needed)
        fine = grid[(grid @ gain >= needed) & (grid <= high).all(axis=1)]
        price = cost @ found**2 if spread else cost @ np.abs(found)
        dearer = (fine**2 @ cost) if spread else (fine @ cost)
        assert price <= dearer.min() + 1e-9


def test_bounds_that_force_a_change_are_kept() -> None:
    low, high = np.array([0.5, -2.0]), np.array([3.0, -1.0])
    found = least_change(np.array([1.0, 1.0]), np.ones(2), low, high, 1.0)
    assert found is not None
    assert found.tolist() == pytest.approx([2.0, -1.0])
    assert least_change(np.array([1.0, 1.0]), np.ones(2), low, high, 2.5) is None


def test_tangents_lead_to_the_least_change_of_a_smooth_bend() -> None:
    """The product of two figures: by symmetry both move alike; tried out on a fine grid where they do not."""
    steps = np.linspace(0, 3, 301)
    grid = np.array(list(itertools.product(steps, repeat=2)))
    for cost in (np.ones(2), np.array([1.0, 4.0])):

        def margin(x: np.ndarray) -> np.ndarray:
            return np.asarray(np.sqrt((1 + x[..., 0]) * (1 + x[..., 1])) - 1.7)

        found = reach(margin, cost, np.zeros(2), np.full(2, 3.0))
        fine = grid[margin(grid) >= 0]
        assert found.feasible
        assert not found.exact
        assert float(margin(found.change)) == pytest.approx(0, abs=1e-9)
        assert cost @ found.change**2 <= (fine**2 @ cost).min() * 1.02


def test_stairs_and_the_weakest_part_are_climbed_without_a_step_in_vain() -> None:
    stairs = reach(lambda x: np.floor(4 * x).sum(axis=-1) - 6.0, np.ones(2), np.zeros(2), np.full(2, 5.0))
    assert stairs.feasible
    assert np.floor(4 * stairs.change).sum() == 6
    weakest = reach(lambda x: np.minimum(x[..., 0] - 1, x[..., 1] - 2), np.ones(2), np.zeros(2), np.full(2, 5.0))
    assert weakest.change == pytest.approx([1.0, 2.0])


@pytest.mark.parametrize("goal", [Goal.rank(3), Goal.score(104.0), Goal.median(("A001", "A005", "A009"), "three")])
def test_the_change_put_in_gives_the_score_promised_on_the_published_yardstick(goal: Goal) -> None:
    """The index built on another day's figures by the yardstick of the published ones: a base period."""
    panel = country(periods=1)
    found = asked(goal, panel=panel)
    assert found.feasible
    assert found.exact
    changed = put_in(panel, found, "2000", "A003")
    both = Panel(
        ("2000", "2001"), panel.areas, panel.indicators,
        **{name: np.concatenate([getattr(panel, name), getattr(changed, name)])
           for name in ("value", "lower", "upper", "status", "basis", "observed")},
    )  # fmt: skip
    framework = flat_framework(4, 2)
    index = build(framework, both, framework.method.replace(scope="base period", base_period="2000"))
    assert index.displayed[1, 3, 0] == pytest.approx(found.after, abs=1e-9)
    assert index.displayed[0, 3, 0] == pytest.approx(found.before, abs=1e-9)
    if goal.kind == "rank":
        assert index.ranks[1, 3, 0] == 3 == found.rank_after
    assert found.after >= found.threshold
    assert found.after == pytest.approx(found.threshold, abs=1e-5), "no more than is needed"


def test_rebuilt_says_what_the_index_gives_when_the_yardstick_moves_too() -> None:
    panel = country(periods=1)
    found = asked(Goal.score(104.0), panel=panel)
    index = build(flat_framework(4, 2), put_in(panel, found, "2000", "A003"))
    assert found.rebuilt == pytest.approx(index.displayed[0, 3, 0])
    assert found.rank_rebuilt == index.ranks[0, 3, 0]
    assert abs(found.rebuilt - found.after) > 1e-3, "with twelve areas the yardstick moves"


def test_a_goal_may_have_to_hold_in_the_index_built_anew() -> None:
    lost = 0
    for area in country().areas[:5]:
        for place in (2, 5):
            plain, anew = asked(Goal.rank(place), area=area), asked(Goal.rank(place), area=area, anew=True)
            lost += plain.rank_rebuilt > place
            assert anew.rank_rebuilt <= place
            assert anew.after >= plain.after - 1e-9
            assert anew.rebuilt < plain.rebuilt + 3, "and not by much more than is needed"
    unreachable = asked(Goal.score(400.0), anew=True)
    assert not unreachable.feasible, "no area can lie further from an average that it is part of"
    assert lost > 1, "with twelve areas the yardstick moves enough to lose places"


def test_a_rank_is_reached_and_not_missed_by_a_hair() -> None:
    for place in range(1, 13):
        found = asked(Goal.rank(place), area="A007")
        if found.already:
            assert found.rank_before <= place
        else:
            assert found.rank_after == place


def test_by_brute_force_no_smaller_step_reaches_the_rank() -> None:
    panel = country(areas=6, members=2, periods=1)
    found = asked(Goal.rank(2), panel=panel, area="A004")
    framework = flat_framework(2, 2)
    index = build(framework, panel)
    spread = panel.value[0].std(axis=0)
    rivals = np.delete(index.scores[0, :, 0], 4)
    wanted = np.sort(rivals)[-2]
    steps = np.array(list(itertools.product(np.linspace(0, 5, 501), repeat=2)))
    scores = index.scores[0, 4, 0] + steps.mean(axis=1)  # half a point of score for a spread of each
    enough = steps[scores >= wanted]
    assert spread.shape == (2,)
    assert (found.effort**2).sum() <= (enough**2).sum(axis=1).min() + 1e-9


@pytest.mark.parametrize("name", ["geometric", "harmonic", "minimum", "mean-min"])
def test_other_means_reach_the_goal_too(name: str) -> None:
    method = Method(normalisation=Choice(name="min-max", parameters={"low": 10, "high": 100}), aggregation=name)
    panel = country(periods=1)
    framework = flat_framework(4, 2).replace(method=method)
    before = build(framework, panel).displayed[0, :, 0]
    goal = Goal.score(float(np.sort(before)[-2]))
    found = asked(goal, panel=panel, framework=framework)
    assert found.feasible
    assert not found.exact
    assert found.after >= goal.number
    assert found.after == pytest.approx(goal.number, abs=1e-4)
    assert any("not linear" in note for note in found.notes)


def test_ranks_as_a_scale_are_climbed_in_steps() -> None:
    framework = flat_framework(4, 2).replace(method=Method(normalisation="rank"))
    found = asked(Goal.rank(2), framework=framework)
    assert found.feasible
    assert found.rank_after <= 2


def test_what_cannot_be_reached_says_how_far_it_can_go() -> None:
    panel = country(periods=1)
    tight = {f"m{m}": (v - 1, v + 1) for m, v in enumerate(panel.value[0, 3])}
    found = asked(Goal.score(130.0), panel=panel, bounds=tight)
    assert not found.feasible
    assert found.at_limit.all()
    index = build(flat_framework(4, 2), put_in(panel, found, "2000", "A003"))
    assert found.rank_rebuilt == index.ranks[0, 3, 0]
    assert "cannot reach a score of 130.0" in found.findings[0]
    framework = flat_framework(4, 2)
    held = Held.of(framework, panel, framework.method, "A003", "2000")
    every = panel.value[0, 3] + np.array(list(itertools.product((-1.0, 0.0, 1.0), repeat=4)))
    assert found.after == pytest.approx(held.scores(every)[:, 3].max()), "and nothing within bounds goes further"


def test_costs_shift_the_effort_and_costs_of_nothing_are_refused() -> None:
    plain, dear = asked(Goal.score(104.0)), asked(Goal.score(104.0), costs={"m0": 100.0})
    assert dear.effort[0] < 0.05 * plain.effort[0]
    assert dear.after == pytest.approx(plain.after)
    few = asked(Goal.score(104.0), spread=False)
    assert (few.effort > 0).sum() < (plain.effort > 0).sum()
    with pytest.raises(MethodError) as caught:
        asked(Goal.rank(99), costs={"m0": 0.0, "pay": 1.0}, bounds={"m1": (60.0, 40.0)}, chance=1.0)
    said = [fault.what for fault in caught.value.faults]
    assert len(said) == 5, said
    assert any("there is no rank 99 among 12 areas" in what for what in said)


def test_gaps_stay_and_areas_without_a_score_are_refused() -> None:
    panel = country(periods=1)
    value = panel.value.copy()
    value[0, 3, 1] = np.nan
    value[0, 5] = np.nan
    gappy = replace(panel, value=value)
    found = asked(Goal.score(104.0), panel=gappy)
    assert np.isnan(found.new[1])
    assert np.isnan(found.effort[1])
    assert any("Without a figure" in note for note in found.notes)
    with pytest.raises(MissingData, match="not scored"):
        asked(Goal.rank(1), panel=gappy, area="A005")
    with pytest.raises(NotFound):
        asked(Goal.rank(1), panel=gappy, area="Atlantis")
    with pytest.raises(MethodError, match="cannot be worked out"):
        asked(Goal.median(("A005", "A003"), "nobody else"), panel=gappy)


def test_no_worse_than_before_is_measured_on_one_yardstick() -> None:
    panel = country(periods=3)
    framework = flat_framework(4, 2)
    index = build(framework, panel, framework.method.replace(scope="base period", base_period="2002"))
    for a, area in enumerate(panel.areas):
        found = asked(Goal.no_worse("2000"), panel=panel, area=area, framework=framework)
        assert found.threshold == pytest.approx(index.displayed[0, a, 0])
        assert found.already == (index.displayed[2, a, 0] >= index.displayed[0, a, 0])
        assert found.after >= found.threshold or found.already
    with pytest.raises(MethodError):
        asked(Goal.no_worse("2002"), panel=panel)


def test_others_that_move_on_have_to_be_caught_up_with() -> None:
    still = asked(Goal.rank(4))
    moving = asked(Goal.rank(4), moving=np.full(12, 2.0), moving_words="They move.")
    assert moving.threshold == pytest.approx(still.threshold + 2.0)
    assert "They move." in moving.notes


def test_the_chance_is_that_of_redraws_of_the_changed_figures() -> None:
    panel = country(areas=20, periods=1)
    framework, catalogue = flat_framework(4, 2), flat_catalogue(4)
    found = target(framework, panel, "A003", Goal.rank(5), catalogue, draws=4000)
    changed = put_in(panel, found, "2000", "A003")
    move = found.new - found.figures
    changed.lower[0, 3] += move
    changed.upper[0, 3] += move
    index = build(framework, changed)
    design = Design.drawn((), 4000, 7, errors=True)
    study = Study.of(framework, changed, framework.method, design, catalogue, published=index.scores, nodes=("index",))
    ranks = np.concatenate([part.ranks[:, 0, 0, 3] for part in blocks(study)])
    assert found.chance == pytest.approx((ranks <= 5).mean(), abs=0.05)
    sure = target(framework, panel, "A003", Goal.rank(5), catalogue, draws=4000, chance=0.9)
    assert sure.chance == pytest.approx(0.9, abs=0.002)
    assert sure.after == pytest.approx(found.sure, abs=1e-5)


def test_the_chance_of_things_as_they_are_is_the_share_of_redraws() -> None:
    panel = country(areas=20, periods=1)
    framework, catalogue = flat_framework(4, 2), flat_catalogue(4)
    index = build(framework, panel)
    ninth = panel.areas[int(np.flatnonzero(index.ranks[0, :, 0] == 9)[0])]
    found = target(framework, panel, ninth, Goal.rank(9), catalogue, draws=500)
    design = Design.drawn((), 500, framework.method.sampling.seed, errors=True)
    study = Study.of(framework, panel, framework.method, design, catalogue, published=index.scores, nodes=("index",))
    ranks = np.concatenate([part.ranks[:, 0, 0, panel.areas.index(ninth)] for part in blocks(study)])
    assert found.already
    assert found.chance == (ranks <= 9).mean() < 1
    assert found.interval_before == (np.floor(np.quantile(ranks, 0.025)), np.ceil(np.quantile(ranks, 0.975)))


def test_nobody_has_done_more_than_what_was_achieved() -> None:
    panel = country(areas=8, members=3, periods=6)
    directions = flat_framework(3).directions
    found = achieved(panel.value, panel.periods, panel.areas, panel.indicators, directions, years=2)
    for m, direction in enumerate(directions):
        sign = -1 if direction == "lower" else 1
        every = [sign * (panel.value[u, a, m] - panel.value[t, a, m])
                 for t in range(6) for u in range(t + 1, min(t + 3, 6)) for a in range(8)]  # fmt: skip
        assert found.most[m] == pytest.approx(max(every))
        t, u, a = (
            panel.periods.index(found.since[m]),
            panel.periods.index(found.until[m]),
            panel.areas.index(found.area[m]),
        )
        assert sign * (panel.value[u, a, m] - panel.value[t, a, m]) == pytest.approx(found.most[m])
        assert found.before[m] == panel.value[t, a, m]
    apart = achieved(panel.value, panel.periods, panel.areas, panel.indicators, directions,
                     segment=np.arange(6)[:, None] * np.ones((1, 3), dtype=int))  # fmt: skip
    assert np.isnan(apart.most).all(), "a break in every year leaves nothing to compare"


def test_what_others_achieved_bounds_the_change_and_a_bound_of_ones_own_stands_before_it() -> None:
    panel = country(periods=3)
    most = achieved(panel.value, panel.periods, panel.areas, panel.indicators, flat_framework(4).directions)
    found = asked(Goal.score(170.0), panel=panel, most=most)
    assert not found.feasible
    assert np.abs(found.new - found.figures) == pytest.approx(most.most)
    wider = asked(Goal.score(500.0), panel=panel, most=most, bounds={"m0": (None, 200.0)})
    assert wider.new[0] == pytest.approx(200.0)


def test_every_number_in_a_sentence_is_the_tables() -> None:
    worth = {"m0": Worth(1000.0, "people with so many points")}
    found = asked(Goal.score(106.0), worth=worth)
    for said in found.findings:
        assert told(said.template, said.plain) == said
    row = found.table.set_index("member").loc["m0"]
    count = float(row["change"]) * 1000
    assert row["count"] == pytest.approx(count)
    assert any(f"{float(f'{count:.3g}'):,.0f} more people with so many points" in said for said in found.findings)
    assert f"{found.after:.1f}" in found.findings[1]
    assert f"{found.interval_after[0]:.0f} to {found.interval_after[1]:.0f}" in found.findings[1]
