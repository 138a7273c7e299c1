"""Sets of places that hold the truth as often as they say, against other people's formulas and by brute force."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy.stats import norm, studentized_range, t

from goodwork.analysis import tiers as module
from goodwork.analysis.tiers import describe, interval_ranks, simultaneous_ranks, tiers, told_apart
from goodwork.errors import MethodError
from goodwork.model.panel import Values

NAN = float("nan")
TRUTHS = {
    "far apart": np.linspace(0, 12, 13),
    "near ties": np.array([0, 0.01, 0.02, 0.03, 1, 1.01, 1.02, 1.5, 3, 3.001, 3.002, 6, 9.0]),
    "ties": np.array([0, 0, 0, 1, 1, 1, 1, 2.5, 2.5, 5, 5, 5, 9.0]),
    "all equal": np.zeros(13),
}
ERRORS = np.array([0.2, 1.5, 0.4, 0.9, 0.3, 0.8, 2.0, 0.5, 1.1, 0.7, 0.25, 0.6, 1.3])


def true_places(truth: Values) -> tuple[Values, Values]:
    """The places that areas share when they are truly equal: one more than the better, to all less the worse."""
    better = (truth[None, :] > truth[:, None]).sum(axis=1)
    worse = (truth[None, :] < truth[:, None]).sum(axis=1)
    return 1.0 + better, len(truth) - 1.0 * worse


def simulated(truth: Values, repeats: int, draws: int, seed: int = 7) -> tuple[Values, Values]:
    """Scores published with normal errors, and draws around what was published."""
    rng = np.random.default_rng(seed)
    published = truth + ERRORS * rng.standard_normal((repeats, len(truth)))
    noise = rng.standard_normal((draws, repeats, len(truth)), dtype=np.float32)
    return published, published + ERRORS * noise


@pytest.mark.parametrize("name", TRUTHS)
def test_sets_hold_the_truth_as_often_as_they_say(name: str) -> None:
    """Joint sets hold all true places, sets alone those of each area, within two points of nominal or more."""
    truth = TRUTHS[name]
    low, high = true_places(truth)
    published, draws = simulated(truth, 800, 300)
    for level in (0.95, 0.90):
        sets = simultaneous_ranks(published, draws, level)
        joint = ((sets.low <= low) & (sets.high >= high)).all(axis=-1).mean()
        alone = ((sets.low_alone <= low) & (sets.high_alone >= high)).mean(axis=0)
        assert joint >= level - 0.02
        assert alone.min() >= level - 0.02
        if name == "all equal":  # every pair can go wrong: the sets are no wider than they must be
            assert joint <= level + 0.02
            assert alone.max() <= level + 0.025


def test_sets_alone_do_not_hold_all_places_at_once() -> None:
    """The reason for the joint sets: right for each area is not right for the table."""
    published, draws = simulated(TRUTHS["all equal"], 400, 200)
    sets = simultaneous_ranks(published, draws)
    assert ((sets.low_alone == 1) & (sets.high_alone == 13)).all(axis=-1).mean() < 0.85


def test_pairs_are_right_as_often_as_they_say() -> None:
    published, draws = simulated(TRUTHS["all equal"], 400, 200)
    wrong = told_apart(published, draws, over="one pair")[:, *np.triu_indices(13, 1)] != 0
    assert wrong.mean() == pytest.approx(0.05, abs=0.015)
    assert wrong.any(axis=-1).mean() > 0.5, "many pairs looked at one by one: some are wrong nearly always"


def test_intervals_of_klein_hold_the_truth() -> None:
    for truth in TRUTHS.values():
        published, _ = simulated(truth, 1200, 2)
        low, high = interval_ranks(published, ERRORS)
        true_low, true_high = true_places(truth)
        assert ((low <= true_low) & (high >= true_high)).all(axis=-1).mean() >= 0.93


def test_the_critical_value_is_that_of_tukey() -> None:
    """Independent errors of one size: the studentised range, whose table somebody else computed."""
    draws = np.random.default_rng(3).standard_normal((20_000, 10))
    for level in (0.90, 0.95):
        sets = simultaneous_ranks(np.zeros(10), draws, level)
        assert sets.critical == pytest.approx(studentized_range.ppf(level, 10, np.inf) / np.sqrt(2), rel=0.01)


@pytest.mark.parametrize("areas", [2, 3, 8, 11])
def test_as_if_every_pair_were_looked_at_by_itself(areas: int) -> None:
    """The method spelt out with correlated errors of unequal size, no sharing of work, double precision."""
    rng = np.random.default_rng(areas)
    published = rng.normal(0, 2, areas)
    draws = published + 3 + rng.standard_normal((199, areas)) @ rng.normal(0, 0.7, (areas, areas))
    errors = draws - draws.mean(axis=0)
    gaps = errors[:, :, None] - errors[:, None, :]
    size = gaps.std(axis=0, ddof=1) + np.eye(areas)
    others = [np.delete(gaps, at, axis=0) for at in range(199)]
    away = np.array([gap - rest.mean(axis=0) for gap, rest in zip(gaps, others, strict=True)])
    studentised = away / np.array([rest.std(axis=0, ddof=1) + np.eye(areas) for rest in others]) / np.sqrt(199 / 198)
    greatest = np.sort(np.abs(studentised).max(axis=2), axis=0)
    joint = np.sort(np.abs(studentised).max(axis=(1, 2)))[180 - 1]
    alone = greatest[180 - 1]
    ratio = (published[:, None] - published) / size
    sets = simultaneous_ranks(published, draws, 0.9)
    assert sets.critical == pytest.approx(joint, rel=1e-5)
    np.testing.assert_array_equal(sets.low, 1 + (ratio < -joint).sum(axis=1))
    np.testing.assert_array_equal(sets.high, areas - (ratio > joint).sum(axis=1))
    np.testing.assert_array_equal(sets.low_alone, 1 + (ratio < -alone[:, None]).sum(axis=1))
    np.testing.assert_array_equal(sets.high_alone, areas - (ratio > alone[:, None]).sum(axis=1))
    np.testing.assert_array_equal(sets.apart, np.sign(ratio) * (np.abs(ratio) > joint))
    pairs = told_apart(published, draws, 0.9, over="one pair")
    np.testing.assert_array_equal(pairs, np.sign(ratio) * (np.abs(ratio) > t.ppf(0.95, 198)))
    rows = told_apart(published, draws, 0.9, over="one area")
    np.testing.assert_array_equal(rows, np.sign(ratio) * (np.abs(ratio) > alone[:, None]))


def test_a_pair_at_the_border_of_students_t() -> None:
    """Twenty draws of ±1: a standard error of the root of 20/19; 19 degrees of freedom."""
    draws = np.stack([np.tile([1.0, -1.0], 10), np.zeros(20)], axis=1)
    border = t.ppf(0.975, 19) * np.sqrt(20 / 19)
    for part, apart in ((0.999, 0), (1.001, 1)):
        assert told_apart(np.array([border * part, 0.0]), draws, over="one pair")[0, 1] == apart


def test_errors_that_go_together_cancel() -> None:
    """Two areas whose errors are always the same differ surely, however large the errors."""
    noise = np.random.default_rng(1).normal(0, 100, (200, 1))
    draws = np.array([1.0, 1.1, 50.0]) + noise * np.array([1.0, 1.0, -1.0])
    apart = told_apart(np.array([1.0, 1.1, 50.0]), draws)
    np.testing.assert_array_equal(apart, [[0, -1, 0], [1, 0, 0], [0, 0, 0]])


def test_leading_cells_blocks_and_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    published = rng.normal(0, 1, (2, 3, 10))
    published[0, 1, 4] = NAN
    published[1, 2] = NAN
    draws = published + rng.normal(0, 0.4, (60, 2, 3, 10))
    whole = simultaneous_ranks(published, draws)
    with ThreadPoolExecutor(3) as executor:
        threads = simultaneous_ranks(published, draws, executor=executor)
    monkeypatch.setattr(module, "CELLS", 200)
    blocks = simultaneous_ranks(published, draws)
    for name in ("low", "high", "low_alone", "high_alone", "critical", "apart", "tier", "share_apart"):
        for other in (threads, blocks):
            assert getattr(whole, name).tobytes() == getattr(other, name).tobytes(), name
        one = getattr(simultaneous_ranks(published[0, 1], draws[:, 0, 1]), name)
        np.testing.assert_array_equal(getattr(whole, name)[0, 1], one)
    assert np.isnan(whole.low[1, 2]).all()
    assert np.isnan(whole.critical[1, 2])
    assert np.isnan(whole.share_apart[1, 2])


def test_a_bias_of_the_draws_does_no_harm() -> None:
    rng = np.random.default_rng(4)
    published = rng.normal(0, 1, 9)
    noise = np.round(rng.normal(0, 0.3, (100, 9)) * 2**20) / 2**20
    plain, biased = (simultaneous_ranks(published, noise + bias) for bias in (np.zeros(9), np.arange(9.0) * 16))
    for name in ("low", "high", "low_alone", "high_alone"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(biased, name))


def test_one_area_has_the_first_place() -> None:
    sets = simultaneous_ranks(np.array([NAN, 3.0]), np.full((20, 2), 3.0))
    np.testing.assert_array_equal([sets.low, sets.high, sets.tier], [[NAN, 1], [NAN, 1], [NAN, 1]])
    assert simultaneous_ranks(np.empty((0, 4)), np.empty((20, 0, 4))).tier.shape == (0, 4)


def test_share_of_pairs_told_apart() -> None:
    draws = np.random.default_rng(5).normal(0, 0.01, (100, 4)) * np.array([1, 1, 1, NAN])
    assert simultaneous_ranks(np.array([1.0, 1.0, 2.0, NAN]), draws).share_apart == pytest.approx(2 / 3)


def test_tiers_by_hand() -> None:
    """Five areas; the third is the first surely below the first, the fifth not below the third: two tiers. The fourth
    is surely below the second as well, which does not matter."""
    apart = np.zeros((5, 5), dtype=np.int8)
    for better, worse in ((0, 2), (0, 4), (1, 3)):
        apart[better, worse], apart[worse, better] = 1, -1
    np.testing.assert_array_equal(tiers(np.array([1.0, 2, 3, 4, 5]), apart), [1, 1, 2, 2, 2])


def test_tied_areas_head_a_tier_together() -> None:
    """The first two share a place; the third is surely below only the second of them: that is enough."""
    apart = np.zeros((4, 4), dtype=np.int8)
    apart[1, 2], apart[2, 1] = 1, -1
    np.testing.assert_array_equal(tiers(np.array([1.0, 1, 3, NAN]), apart), [1, 1, 2, NAN])
    apart[2, 3], apart[3, 2] = 1, -1
    np.testing.assert_array_equal(tiers(np.array([1.0, 1, 3, 3]), apart), [1, 1, 2, 2])


def test_the_sentence_counts() -> None:
    text = describe(np.array([1.0, 1, 2, 3, 3, 3, NAN]), 0.9)
    assert text.startswith("6 areas form 3 tiers (of 2, 1 and 3): each begins with the first area")
    assert "at 90 % confidence in all pairs at once" in text
    assert describe(np.array([1.0, 1.0])).startswith("All 2 areas form one tier")


def test_intervals_of_klein_by_hand() -> None:
    """Two of three: z for 0.95 to the power of a third is 2.388 (two-sided); intervals that touch do not separate."""
    z = norm.ppf((1 + 0.95 ** (1 / 3)) / 2)
    assert z == pytest.approx(2.388, abs=5e-4)
    low, high = interval_ranks(np.array([0.0, 1.9 * z, 2.1 * z, NAN]), np.array([1.0, 1, 1, NAN]))
    np.testing.assert_array_equal(low, [2, 1, 1, NAN])
    np.testing.assert_array_equal(high, [3, 3, 2, NAN])
    np.testing.assert_array_equal(interval_ranks(np.array([1.0, 2, 2]), np.zeros(3)), [[3, 1, 1], [3, 2, 2]])


def test_what_cannot_be_compared_is_refused() -> None:
    published, draws = np.arange(4.0), np.random.default_rng(6).normal(size=(30, 4))
    gap = draws.copy()
    gap[3, 1] = NAN
    cases = [
        ((np.zeros(5001), np.zeros((1, 5001))), "interval_ranks"),
        ((published, draws.T), "put draws first"),
        ((published, gap), "1 scored areas are not finite in every draw"),
        ((np.array([1.0, np.inf, 2, 3]), draws), "1 scored areas are not finite"),
        ((published, draws[:18]), "18 draws are too few for 95 %"),
        ((published, draws, 95.0), "a confidence of 95"),
    ]
    for arguments, words in cases:
        for function in (simultaneous_ranks, told_apart):
            with pytest.raises(MethodError, match=words):
                function(*arguments)
    simultaneous_ranks(published, draws[:19])
    with pytest.raises(MethodError, match="2 scored areas lack a finite score or error") as refused:
        interval_ranks(published, np.array([1.0, NAN, -1, 2]), 1.5)
    assert len(refused.value.faults) == 2
