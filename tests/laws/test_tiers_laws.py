"""Laws of rank sets and tiers, tried on random scores with gaps and ties and errors of any size."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from goodwork.analysis.tiers import interval_ranks, simultaneous_ranks, tiers, told_apart
from goodwork.index.ranking import rank, rank_with_ties
from goodwork.model.panel import Values

ENDS = ("low", "high", "low_alone", "high_alone")


class Case(NamedTuple):
    """Published scores ``(areas,)`` with gaps and ties, and errors ``(draws, areas)``; some areas have none."""

    published: Values
    errors: Values
    level: float


@st.composite
def cases(draw: st.DrawFn) -> Case:
    areas = draw(st.integers(1, 8))
    value = st.one_of(st.just(float("nan")), st.integers(0, 12).map(float))
    published = np.array(draw(st.lists(value, min_size=areas, max_size=areas)))
    sizes = np.array(draw(st.lists(st.sampled_from([0, 0.1, 0.5, 1, 3]), min_size=areas, max_size=areas)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    together = draw(st.sampled_from([0.0, 0.9]))
    noise = rng.standard_normal((40, areas)) * (1 - together) + together * rng.standard_normal((40, 1))
    return Case(published, np.round(noise * sizes * 2**16) / 2**16, draw(st.sampled_from([0.8, 0.9, 0.95])))


def sets(case: Case, factor: float = 1.0, level: float | None = None):
    return simultaneous_ranks(case.published, case.published + factor * case.errors, level or case.level)


@given(cases())
def test_the_published_rank_lies_within_and_ties_share_places(case: Case) -> None:
    found = sets(case)
    scored = ~np.isnan(case.published)
    ranks, ties = (array[scored] for array in rank_with_ties(case.published, -1))
    np.testing.assert_array_equal(found.rank, rank(case.published, -1))
    for low, high in ((found.low, found.high), (found.low_alone, found.high_alone)):
        assert (low[scored] <= ranks).all()
        assert (high[scored] >= ranks + ties).all()
        assert (low[scored] >= 1).all()
        assert (high[scored] <= scored.sum()).all()


@given(cases())
def test_joint_sets_hold_the_sets_alone(case: Case) -> None:
    found = sets(case)
    scored = ~np.isnan(case.published)
    assert (found.low[scored] <= found.low_alone[scored]).all()
    assert (found.high[scored] >= found.high_alone[scored]).all()
    if scored.sum() == 2:  # one pair is all pairs
        np.testing.assert_array_equal(found.low, found.low_alone)


@given(cases())
def test_without_errors_the_sets_are_the_shared_places(case: Case) -> None:
    found = sets(case, 0.0)
    ranks, ties = rank_with_ties(case.published, -1)
    for low, high in (
        (found.low, found.high),
        (found.low_alone, found.high_alone),
        interval_ranks(case.published, np.zeros(len(case.published))),
    ):
        np.testing.assert_array_equal(low, ranks)
        np.testing.assert_array_equal(high, ranks + ties)
    different = np.unique(ranks[~np.isnan(ranks)])  # every place that is taken is a tier
    np.testing.assert_array_equal(found.tier, np.where(np.isnan(ranks), np.nan, 1 + np.searchsorted(different, ranks)))


@given(cases(), st.sampled_from([2.0, 8.0]))
def test_larger_errors_never_narrow(case: Case, factor: float) -> None:
    narrow, wide = sets(case), sets(case, factor)
    assert not (wide.low > narrow.low).any()
    assert not (wide.high < narrow.high).any()
    assert not (wide.low_alone > narrow.low_alone).any()
    assert not (wide.high_alone < narrow.high_alone).any()
    assert not ((wide.apart != 0) & (wide.apart != narrow.apart)).any()


@given(cases())
def test_more_confidence_never_narrows(case: Case) -> None:
    narrow, wide = sets(case, level=0.8), sets(case, level=0.95)
    assert not (wide.low > narrow.low).any()
    assert not (wide.high < narrow.high).any()


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_areas_does_not_matter(case: Case, random) -> None:
    order = list(range(len(case.published)))
    random.shuffle(order)
    found, turned = sets(case), sets(Case(case.published[order], case.errors[:, order], case.level))
    for name in (*ENDS, "tier"):
        np.testing.assert_array_equal(getattr(turned, name), getattr(found, name)[order])
    np.testing.assert_array_equal(turned.apart, found.apart[np.ix_(order, order)])
    np.testing.assert_array_equal(turned.critical, found.critical)


@given(cases())
def test_areas_without_a_score_have_nothing_and_change_nothing(case: Case) -> None:
    found, gap = sets(case), np.isnan(case.published)
    assume(not gap.all())
    rest = sets(Case(case.published[~gap], case.errors[:, ~gap], case.level))
    for name in (*ENDS, "tier", "rank"):
        assert np.isnan(getattr(found, name)[gap]).all()
        np.testing.assert_array_equal(getattr(found, name)[~gap], getattr(rest, name))
    assert not found.apart[gap].any()
    assert not found.apart[:, gap].any()


@given(cases(), st.integers(0, 7), st.sampled_from([0.5, 3.0]))
def test_a_better_score_never_worsens_the_places(case: Case, area: int, more: float) -> None:
    area %= len(case.published)
    better = case.published.copy()
    better[area] += more
    before, after = sets(case), sets(Case(better, case.errors, case.level))
    for name in ENDS:
        assert not getattr(after, name)[area] > getattr(before, name)[area]


@given(cases(), st.sampled_from([0.25, 16.0]))
def test_the_unit_of_scores_does_not_matter(case: Case, factor: float) -> None:
    found = sets(case)
    scaled = sets(Case(case.published * factor, case.errors * factor, case.level))
    for name in ENDS:
        np.testing.assert_array_equal(getattr(scaled, name), getattr(found, name))


@given(cases())
def test_what_tiers_promise(case: Case) -> None:
    """Whole numbers from 1 without a gap; in the order of ranks; equal scores together; nobody surely below a head of
    the own tier; some head of the next tier surely below some head of this one."""
    published = case.published + case.errors
    apart = told_apart(case.published, published, case.level)
    np.testing.assert_array_equal(apart, -apart.T)
    ranks = rank(case.published, -1)
    tier = tiers(ranks, apart)
    scored = np.flatnonzero(~np.isnan(ranks))
    np.testing.assert_array_equal(np.isnan(tier), np.isnan(ranks))
    assert sorted(set(tier[scored])) == list(range(1, len(set(tier[scored])) + 1))
    in_order = tier[scored[np.argsort(ranks[scored], kind="stable")]]
    assert (np.diff(in_order) >= 0).all()
    heads = []
    for number in range(1, int(tier[scored].max(initial=0)) + 1):
        members = np.flatnonzero(tier == number)
        head = members[ranks[members] == ranks[members].min()]
        assert not (apart[np.ix_(head, members)] > 0).any()
        heads.append(head)
    for first, second in pairwise(heads):
        assert (apart[np.ix_(first, second)] > 0).any()
    for place in set(ranks[scored]):
        assert len(set(tier[ranks == place])) == 1
