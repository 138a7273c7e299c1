"""Intervals: right on average, repeatable, the same however the work is cut; failures counted and reasoned."""

from __future__ import annotations

import itertools
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from tests import toyland

from goodwork.analysis import replicates
from goodwork.analysis.design import Design, factors_of
from goodwork.analysis.robustness import MEASURES, Robustness, robustness
from goodwork.analysis.sensitivity import one_at_a_time, sensitivity
from goodwork.errors import MethodError, NotFound
from goodwork.index.build import build
from goodwork.index.ranking import rank
from goodwork.model.framework import INDEX
from goodwork.model.method import Method, Sampling
from goodwork.model.uncertainty import Uncertainty

UNCERTAINTY = {
    "alternatives": [
        {"name": "normalisation", "options": [{"normalisation": "z-score"}, {"normalisation": "percentile-rank"}]},
        {"name": "aggregation", "options": [{"aggregation": "arithmetic"}, {"aggregation": "median"}]},
    ],
    "weights": {"within": 0.3, "sets": 50},
    "drop": {"of": "indicators", "chance": 0.5},
    "period": {"periods": [0, -1]},
}


def framework(**changes):
    return toyland.framework().replace(uncertainty=Uncertainty.from_dict({**UNCERTAINTY, **changes}))


def uncertain(vary="sampling", draws=400, seed=1, **given) -> Robustness:
    method = given.pop("method", Method())
    return robustness(
        given.pop("framework", framework()), toyland.panel(), toyland.catalogue(), method,
        vary=vary, draws=draws, seed=seed, **given,
    )  # fmt: skip


def same(one: Robustness, other: Robustness) -> bool:
    names = (*MEASURES, "rise", "since_first")
    return all(getattr(one, n).tobytes() == getattr(other, n).tobytes() for n in names) and (
        one.summary.pairs.tobytes() == other.summary.pairs.tobytes()
    )


@pytest.mark.parametrize("vary", ["sampling", "method", "both"])
def test_neither_blocks_nor_threads_change_a_byte(vary: str) -> None:
    here = uncertain(vary, draws=700)
    assert same(here, uncertain(vary, draws=700, block=16))
    assert same(here, uncertain(vary, draws=700, block=333))
    with ThreadPoolExecutor(3) as executor:
        assert same(here, uncertain(vary, draws=700, block=64, executor=executor))


def test_the_size_of_a_batch_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variant of the method has far more replicates than go through the kernels together."""
    here = uncertain("method", draws=120)
    monkeypatch.setattr(replicates, "BATCH_CELLS", 1)
    assert same(here, uncertain("method", draws=120))


def test_processes_change_nothing() -> None:
    with ProcessPoolExecutor(2) as executor:
        assert same(uncertain("both"), uncertain("both", block=64, executor=executor))


def test_seeds_change_draws_and_nothing_else() -> None:
    assert not same(uncertain(), uncertain(seed=2))
    np.testing.assert_allclose(uncertain(draws=3000).score_sd, uncertain(draws=3000, seed=9).score_sd, rtol=0.1)


def test_the_scale_of_scores_is_that_of_the_published_figures() -> None:
    """Noise must not pull scores towards the average: the middle of the draws is the published score."""
    doubt = uncertain(draws=2000)
    middle = doubt.score_mean[..., 0]
    slope = np.polyfit(doubt.index.scores[..., 0].ravel(), middle.ravel(), 1)[0]
    assert slope == pytest.approx(1, abs=0.05)


def test_numbers_are_those_of_the_replicates_themselves() -> None:
    """Streaming changes nothing: moments, places and quantiles against numpy on all replicates held at once."""
    fw, panel, method = framework(), toyland.panel(), Method(sampling=Sampling(draws=2000, seed=3))
    doubt = robustness(fw, panel, toyland.catalogue(), method, draws=2000, block=128)
    from goodwork.analysis.replicates import Study, replicate

    design = Design.drawn((), 2000, 3, errors=True)
    held = replicate(Study.of(fw, panel, method, design, toyland.catalogue()), slice(0, 2000))
    scores = np.swapaxes(held.scores, -2, -1)
    ranks = rank(scores)
    scored = np.isfinite(doubt.index.scores)
    for found, numbers in (
        (doubt.score_mean, scores.mean(axis=0)),
        (doubt.score_sd, scores.std(axis=0)),
        (doubt.rank_mean, ranks.mean(axis=0)),
        (doubt.rank_median, np.median(ranks, axis=0)),
        (doubt.rank_low, np.quantile(ranks, 0.025, axis=0, method="inverted_cdf")),
        (doubt.top, (ranks <= 10).mean(axis=0)),
        (doubt.above_median, (ranks <= scored.sum(axis=1, keepdims=True) // 2).mean(axis=0)),
        (doubt.rise[1:], (scores[:, 1:] > scores[:, :-1]).mean(axis=0)),
        (doubt.since_first[2], (scores[:, 2] > scores[:, 0]).mean(axis=0)),
    ):
        here = scored[-len(found) :] if found.shape != scored.shape and found.ndim == 3 else scored
        here = scored[2] if found.ndim == 2 else here
        np.testing.assert_allclose(found[here], numbers[here], atol=1.01 if found is doubt.rank_low else 1e-9)
    sd = doubt.score_sd
    for found, q in ((doubt.score_low, 0.025), (doubt.score_high_90, 0.95), (doubt.score_low_50, 0.25)):
        off = np.abs(found - np.quantile(scores, q, axis=0))
        assert (off[scored] < 0.1 * sd[scored] + 1e-12).all()
    above = (scores[:, 1, 0, 0] > scores[:, 1, 3, 0]).mean()
    assert doubt.above(doubt.index.areas[0], doubt.index.areas[3])[1] == pytest.approx(above, abs=1e-12)


def test_intervals_nest_and_stay_empty_without_a_score() -> None:
    doubt = uncertain("both", draws=1000)
    scored = np.isfinite(doubt.index.scores)
    for what, better, worse in (("score", "low", "high"), ("rank", "low", "high")):
        bounds = [getattr(doubt, f"{what}_{end}{level}") for level in ("", "_90", "_50") for end in (better,)]
        bounds += [getattr(doubt, f"{what}_{worse}{level}") for level in ("_50", "_90", "")]
        for smaller, larger in itertools.pairwise(bounds):
            assert (smaller[scored] <= larger[scored] + 1e-12).all()
    assert np.isnan(doubt.rank_low[~scored]).all()
    assert np.isnan(doubt.rise[0]).all()


def test_every_place_is_taken_in_every_draw() -> None:
    """Shares of draws in the first ten places add up to ten places."""
    doubt = uncertain()
    scored = np.isfinite(doubt.top[..., 0]).sum(axis=-1)
    np.testing.assert_allclose(np.nansum(doubt.top[..., 0], axis=-1), np.minimum(scored, 10), atol=1e-9)
    np.testing.assert_allclose(np.nansum(doubt.bottom[..., 0], axis=-1), np.minimum(scored, 10), atol=1e-9)


def test_a_method_that_is_not_varied_gives_the_published_ranks() -> None:
    only = {"alternatives": [{"name": "same", "options": [{"aggregation": "arithmetic"}]}], "weights": None,
            "drop": None, "period": None}  # fmt: skip
    doubt = uncertain("method", draws=20, framework=framework(**only))
    np.testing.assert_array_equal(doubt.rank_low, doubt.index.ranks)
    np.testing.assert_array_equal(doubt.rank_high, doubt.index.ranks)
    assert np.nanmax(doubt.score_sd) == 0
    assert np.nanmax(np.abs(doubt.score_high - doubt.score_low)) == 0


def test_both_is_wider_than_each_alone() -> None:
    widths = {v: np.nanmean(d.rank_high - d.rank_low) for v in ("sampling", "method", "both")
              for d in [uncertain(v, draws=800)]}  # fmt: skip
    assert widths["both"] > max(widths["sampling"], widths["method"])


def test_leaving_a_member_out_is_the_index_without_it() -> None:
    fw = framework(alternatives=[], weights=None, period=None, drop={"of": "indicators", "chance": 1.0})
    factor = factors_of(fw, Method())[0]
    panel = toyland.panel()
    gone = fw.indicators[1]
    design = Design((factor,), np.full((1, 1), 1 + fw.indicators.index(gone), dtype=np.intp))
    doubt = robustness(fw, panel, None, Method(), vary="method", design=design)
    without = fw.replace(members=[m for m in fw.members if m.indicator != gone], uncertainty=Uncertainty())
    expected = build(without, panel, Method(screening={"minimum_share": 0.0, "every_domain": False}))
    np.testing.assert_allclose(doubt.score_mean[..., 0], expected.scores[..., 0], rtol=1e-12)


def test_the_neighbouring_period_stands_in() -> None:
    fw = framework(alternatives=[], weights=None, drop=None, period={"periods": [-1]})
    doubt = uncertain("method", draws=3, framework=fw)
    np.testing.assert_allclose(doubt.rank_low[1:, :, 0], doubt.index.ranks[:-1, :, 0])
    np.testing.assert_allclose(doubt.rank_low[0, :, 0], doubt.index.ranks[0, :, 0])
    with pytest.raises(MethodError, match="only one period"):
        robustness(fw, toyland.panel().select(periods=["2023"]), None, Method(), vary="method", draws=3)


def test_a_replicate_that_fails_is_counted_with_its_reason() -> None:
    fw = framework(
        weights=None, drop=None, period=None,
        alternatives=[{"name": "mean", "options": [{"aggregation": "arithmetic"}, {"aggregation": "geometric"}]}],
    )  # fmt: skip
    doubt = uncertain("method", draws=200, framework=fw)  # z-scores are below zero: every geometric mean fails
    assert 60 < doubt.failed < 140
    assert dict(doubt.reasons) == {"the geometric mean needs scores above zero": doubt.failed}
    assert doubt.failures["replicates"].sum() == doubt.failed
    np.testing.assert_array_equal(doubt.rank_low, doubt.index.ranks)


def test_only_the_draws_that_fail_are_left_out() -> None:
    """A geometric mean over min-max from 1: draws below the lowest figure fail, the others do not."""
    method = Method(normalisation={"name": "min-max", "low": 30, "high": 100}, aggregation="geometric")
    doubt = uncertain(draws=300, method=method)
    assert 0 < doubt.failed < 300
    all_fail = method.replace(normalisation={"name": "min-max", "low": 0.01, "high": 100})
    with pytest.raises(MethodError, match="every replicate failed"):
        uncertain(draws=50, method=all_fail.replace(screening={"minimum_share": 0.5}))
    assert doubt.summary.n == 300 - doubt.failed
    assert same(doubt, uncertain(draws=300, method=method, block=24))


def test_nothing_declared_cannot_be_varied() -> None:
    with pytest.raises(MethodError, match="declares nothing"):
        uncertain("method", framework=toyland.framework().replace(uncertainty=Uncertainty()))


def test_probabilities_of_an_area() -> None:
    doubt = uncertain(draws=1000)
    a, b = doubt.index.areas[:2]
    np.testing.assert_allclose(doubt.probability(a, 1, 12), 1.0)
    np.testing.assert_allclose(doubt.probability(a, 1, 4) + doubt.probability(a, 5, 12), 1.0)
    chances = doubt.above(a, b) + doubt.above(b, a)
    assert (chances <= 1 + 1e-12).all()
    assert (chances > 0.99).all()  # a tie has no chance under continuous errors
    with pytest.raises(NotFound):
        doubt.above(a, "nowhere")
    with pytest.raises(MethodError, match="not counted"):
        doubt.above(a, b, doubt.nodes[1])


def test_tiers_and_joint_places_hold_the_published_rank() -> None:
    sets = uncertain(draws=1000).sets
    scored = np.isfinite(sets.rank)
    assert (sets.low[scored] <= sets.rank[scored]).all()
    assert (sets.rank[scored] <= sets.high[scored]).all()
    assert np.nanmin(sets.tier) == 1


def test_the_table_lies_beside_that_of_the_index() -> None:
    doubt = uncertain(draws=50)
    table, published = doubt.table, doubt.index.table
    assert (table[["period", "area", "node"]] == published[["period", "area", "node"]]).all(axis=None)
    few = uncertain(draws=50, nodes=[INDEX])
    assert set(few.table["node"]) == {INDEX}
    np.testing.assert_array_equal(few.rank_low[..., 0], doubt.rank_low[..., 0])


def test_multiple_imputation_reaches_the_intervals() -> None:
    fw, panel = (
        toyland.flat_framework(3),
        toyland.make_panel(np.random.default_rng(1).normal(50, 10, (1, 12, 3)), half_width=0.01),
    )
    panel.value[0, 0, 0] = panel.lower[0, 0, 0] = panel.upper[0, 0, 0] = np.nan
    everybody = {"minimum_share": 0.0, "every_domain": False}
    filled = Method(imputation={"name": "multiple"}, order=("impute", "screen"), screening=everybody)
    doubt = robustness(fw, panel, toyland.flat_catalogue(3), filled, draws=200)
    assert doubt.score_sd[0, 0, 0] > 20 * np.median(doubt.score_sd[0, 1:, 0])
    assert same(doubt, robustness(fw, panel, toyland.flat_catalogue(3), filled, draws=200, block=40))


def test_sensitivity_finds_the_choice_that_matters() -> None:
    fw = framework(
        weights=None, drop=None, period=None,
        alternatives=[
            {"name": "treatment",
             "options": [{"treatment": "none"}, {"treatment": {"name": "winsorise", "points": 0}}]},
            {"name": "mean", "options": [{"aggregation": "arithmetic"}, {"aggregation": "minimum"}]},
        ],
    )  # fmt: skip
    area = toyland.panel().areas[2]
    found = sensitivity(fw, toyland.panel(), None, Method(), n=64, areas=[area], resamples=50)
    total = found.table.set_index(["output", "factor"])["total"]
    assert total["mean absolute rank shift", "mean"] == pytest.approx(1, abs=0.05)
    assert total["mean absolute rank shift", "treatment"] == pytest.approx(0, abs=1e-12)
    assert "mean matters most" in found.findings[0]
    assert found.failed == 0
    with pytest.raises(NotFound):
        sensitivity(fw, toyland.panel(), None, Method(), areas=["T99"])


def test_sampling_error_can_be_one_of_the_choices() -> None:
    found = sensitivity(framework(period=None), toyland.panel(), toyland.catalogue(), Method(), n=64, errors=True)
    assert [f.name for f in found.factors][-1] == "sampling error"
    assert found.table["total"].notna().any()


def test_one_at_a_time_tells_what_every_option_does() -> None:
    fw = framework(weights=None, period=None, drop={"of": "domains", "chance": 0.5})
    table = one_at_a_time(fw, toyland.panel(), Method())
    own = table[(table["factor"] == "normalisation") & table["option"].str.contains("z-score")].iloc[0]
    assert (own["mean_shift"], own["area"], own["spearman"]) == (0, "", pytest.approx(1))
    nothing = table[table["option"] == "nothing"].iloc[0]
    assert nothing["greatest_shift"] == 0
    assert (table[table["factor"] == "left out"]["mean_shift"].iloc[1:] > 0).all()


def test_one_at_a_time_says_what_cannot_be_computed() -> None:
    fw = framework(weights=None, drop=None, period=None,
                   alternatives=[{"name": "mean", "options": [{"aggregation": "geometric"}]}])  # fmt: skip
    row = one_at_a_time(fw, toyland.panel(), Method()).iloc[0]
    assert np.isnan(row["mean_shift"])
    assert "needs scores above zero" in row["reason"]


def test_draws_with_seven_digits_give_the_same_places() -> None:
    single = Method(sampling=Sampling(precision="single"))
    double, brief = (uncertain(method=method, draws=600) for method in (Method(), single))
    assert not np.array_equal(double.score_mean, brief.score_mean, equal_nan=True)
    np.testing.assert_allclose(brief.score_mean, double.score_mean, atol=1e-5)
    for name in ("rank_low", "rank_high", "rank_median", "top"):
        np.testing.assert_array_equal(getattr(brief, name), getattr(double, name))
