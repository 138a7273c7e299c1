"""Laws of sensitivity: a change of weights does what it says and no smaller one does; shares of variance add up."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests import toyland

from goodwork.analysis.flips import WeightChange, pairwise_swaps, smallest_swap, smallest_to_top
from goodwork.analysis.sobol import saltelli_sample, sobol_indices
from goodwork.index.build import Index, build
from goodwork.model.framework import INDEX
from goodwork.model.method import Method
from goodwork.model.panel import Panel

#: A busy machine does not break a law.
law = settings(deadline=None, max_examples=50)
seeds = st.integers(0, 2**32 - 1)


@st.composite
def indices(draw: st.DrawFn, areas: tuple[int, int] = (4, 12)) -> tuple[Index, Panel]:
    """Indices of two to four weighted domains without gaps, and their panels."""
    domains = draw(st.integers(2, 4))
    panel = draw(toyland.panels(areas=areas, members=(domains, 6), periods=(1, 2)))
    stds = panel.value.std(axis=1)
    assume((stds > 0.1).all())
    framework = toyland.flat_framework(len(panel.indicators), domains)
    weights = draw(st.lists(st.integers(1, 5), min_size=domains, max_size=domains))
    stated = [{**d.model_dump(), "weight": w} for d, w in zip(framework.domains, weights, strict=True)]
    return build(framework.replace(domains=stated), panel, Method()), panel


def with_weights(index: Index, panel: Panel, change: WeightChange) -> Index:
    """The index built anew with the weights after a change, of domains or of members."""
    framework, after = index.framework, dict(zip(change.nodes, map(float, change.after), strict=True))
    if change.nodes == framework.children(INDEX):
        domains = [{**d.model_dump(), "weight": after[d.name]} for d in framework.domains]
        return build(framework.replace(domains=domains), panel, index.method)
    total = {d.name: sum(after[m] for m in framework.children(d.name)) for d in framework.domains}
    domains = [{**d.model_dump(), "weight": total[d.name]} for d in framework.domains]
    members = [{**m.model_dump(), "weight": after[m.indicator] if total[m.domain] else 1.0} for m in framework.members]
    return build(framework.replace(domains=domains, members=members), panel, index.method)


def parts(index: Index, nodes: tuple[str, ...]) -> np.ndarray:
    """Scores of the last period at some nodes, ``(areas, nodes)``."""
    return index.scores[-1][:, [index.nodes.index(node) for node in nodes]]


def smaller_changes(change: WeightChange, points: float, seed: int) -> np.ndarray:
    """Two thousand random sets of weights, each a little less than ``points`` away."""
    rng = np.random.default_rng(seed)
    n = len(change.nodes)
    others = np.concatenate([rng.dirichlet(np.ones(n), 1000), rng.dirichlet(np.full(n, 0.2), 1000)])
    step = others - change.before
    distance = 50 * np.abs(step).sum(axis=-1, keepdims=True)
    return change.before + step * np.minimum(0.999 * points / np.maximum(distance, 1e-9), 1.0)


@law
@given(indices(), st.data())
def test_after_the_change_the_areas_have_really_swapped(case, data) -> None:
    index, panel = case
    area, rival = data.draw(st.permutations(index.areas))[:2]
    level = data.draw(st.sampled_from([None, 1]))
    change = smallest_swap(index, area, rival, level=level)
    a, b = index.areas.index(area), index.areas.index(rival)
    assert abs(change.before.sum() - 1) < 1e-9
    if not change.feasible:
        assert (parts(index, change.nodes)[a] <= parts(index, change.nodes)[b] + 1e-9).all()
        return
    assert (change.after >= 0).all()
    assert abs(change.after.sum() - 1) < 1e-9
    assert abs(change.points - 50 * np.abs(change.after - change.before).sum()) < 1e-9
    again = with_weights(index, panel, change)
    assert again.scores[-1, a, 0] > again.scores[-1, b, 0]
    assert again.ranks[-1, a, 0] < again.ranks[-1, b, 0]
    assert again.ranks[-1, a, 0] == change.rank_after


@law
@given(indices(), st.data(), seeds)
def test_no_smaller_change_swaps_them(case, data, seed: int) -> None:
    index, _ = case
    area, rival = data.draw(st.permutations(index.areas))[:2]
    change = smallest_swap(index, area, rival, level=data.draw(st.sampled_from([None, 1])))
    scores = parts(index, change.nodes)
    lead = scores[index.areas.index(area)] - scores[index.areas.index(rival)]
    tried = smaller_changes(change, change.points if change.feasible else 100.0, seed)
    if change.points != 0:
        assert (tried @ lead <= 1e-8 * np.abs(lead).max()).all()


@settings(deadline=None, max_examples=25)
@given(indices(areas=(5, 10)), st.integers(1, 3), st.data(), seeds)
def test_the_top_is_reached_and_by_no_smaller_change(case, top: int, data, seed: int) -> None:
    index, panel = case
    area = data.draw(st.sampled_from(index.areas))
    a = index.areas.index(area)
    change = smallest_to_top(index, area, top=top)
    assert change.proven
    if change.feasible:
        assert with_weights(index, panel, change).ranks[-1, a, 0] == change.rank_after <= top
    if change.points != 0:
        tried = smaller_changes(change, change.points - 1e-3 if change.feasible else 100.0, seed)
        scores = tried @ parts(index, change.nodes).T
        distance = scores - scores[:, [a]]
        clear = (np.abs(distance) < 1e-4).sum(axis=-1) == 1  # ahead or behind by more than the solver's tolerance
        ranks = 1 + (distance > 0).sum(axis=-1)[clear]
        assert (ranks > top).all()
        if not change.feasible:
            assert (ranks >= change.best_rank).all()


@law
@given(indices())
def test_neighbours_that_are_apart_need_some_weight_or_a_reason(case) -> None:
    index, _ = case
    pairs = pairwise_swaps(index)
    possible = np.isfinite(pairs.points)
    assert (pairs.points[possible] <= 100).all()
    assert ((pairs.points > 1e-6) | (pairs.gap < 1e-6) | ~possible).all()
    assert (np.array(pairs.reason)[~possible] != "").all()


@law
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=5), st.floats(-100, 100), seeds)
def test_an_additive_function_is_shared_out_completely(slopes, level: float, seed: int) -> None:
    """First order and total agree and sum to one; each is its slope squared, in proportion."""
    squares = np.square(slopes)
    assume(squares.max() > 0.1)
    design = saltelli_sample(len(slopes), 1024, seed)
    found = sobol_indices(level + design @ np.array(slopes), len(slopes), resamples=0)
    np.testing.assert_allclose(found.total, squares / squares.sum(), atol=0.02)
    np.testing.assert_allclose(found.first, found.total, atol=0.04)
    np.testing.assert_allclose(found.first.sum(), 1, atol=0.04)


@law
@given(st.integers(2, 5), st.integers(0, 4), seeds, st.sampled_from(["saltelli", "jansen"]))
def test_an_inert_factor_has_no_part(factors: int, inert: int, seed: int, estimator) -> None:
    inert = inert % factors
    design = saltelli_sample(factors, 128, seed)
    others = np.delete(design, inert, axis=1)
    found = sobol_indices(np.exp(others.sum(axis=1)), factors, resamples=20, estimator=estimator)
    assert found.total[inert] == found.total_high[inert] == 0
    assert (np.delete(found.total, inert) > 0).all()
    if estimator == "saltelli":
        assert found.first[inert] == 0


@law
@given(st.floats(-1e3, 1e3), st.floats(0.1, 1e3), seeds)
def test_the_unit_of_an_output_does_not_matter(shift: float, factor: float, seed: int) -> None:
    design = saltelli_sample(3, 64, seed)
    y = design[:, 0] * design[:, 1] + design[:, 2] ** 2
    here, there = (sobol_indices(output, 3, resamples=30) for output in (y, shift - factor * y))
    for name in ("first", "total", "first_low", "total_high"):
        np.testing.assert_allclose(getattr(there, name), getattr(here, name), atol=1e-7)
    np.testing.assert_allclose(there.variance, factor**2 * here.variance, rtol=1e-7)
