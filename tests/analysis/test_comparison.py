"""Variants beside each other: shifts by hand, reasons that add up, members that are really removed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from tests import toyland

from goodwork.analysis.comparison import compare, drop_one, substitute, without
from goodwork.errors import MethodError, MissingData, NotFound
from goodwork.index.build import Index, build
from goodwork.model.framework import Framework, Member
from goodwork.model.method import Method

NAN = float("nan")


@pytest.fixture(scope="module")
def whole() -> Index:
    return build(toyland.framework(), toyland.panel())


@pytest.fixture(scope="module")
def equal() -> Index:
    return build(toyland.framework(), toyland.panel(), Method(weighting="equal"))


def test_an_index_beside_itself_does_not_move(whole: Index) -> None:
    found = compare(whole, whole)
    assert (found.table["places"] == 0).all()
    assert found.summary["spearman"].tolist() == pytest.approx([1, 1, 1])
    assert (found.summary[["mean_rank_shift", "greatest_rank_shift"]] == 0).all(axis=None)
    assert (found.table["why"] == "").all()


def test_shifts_and_agreement(whole: Index, equal: Index) -> None:
    found = compare(whole, equal, ("stated", "equal"))
    np.testing.assert_array_equal(found.places, whole.ranks[..., 0] - equal.ranks[..., 0])
    for at in range(3):
        row = found.summary.iloc[at]
        before, after = whole.scores[at, :, 0], equal.scores[at, :, 0]
        assert row["spearman"] == pytest.approx(stats.spearmanr(before, after).statistic)
        assert row["kendall"] == pytest.approx(stats.kendalltau(before, after).statistic)
        assert row["mean_rank_shift"] == pytest.approx(np.abs(found.places[at]).mean())
        first = found.table[found.table["period"] == found.periods[at]].iloc[0]
        assert abs(first["places"]) == row["greatest_rank_shift"]


def test_reasons_add_up_to_the_change_of_score(whole: Index, equal: Index) -> None:
    found = compare(whole, equal)
    np.testing.assert_allclose(found.reasons.sum(axis=-1), found.score_after - found.score_before, atol=1e-12)
    row = found.table[found.table["shift"].abs() > 0.01].iloc[0]
    why = found.why(row["area"], row["period"])
    assert why["change"].sum() == pytest.approx(row["shift"])
    assert why["change"].abs().is_monotonic_decreasing
    towards = why[np.sign(why["change"]) == np.sign(row["shift"])]
    assert row["why"] == towards["member"].iloc[0]
    assert set(why["member"].iloc[:2]) == {"weekly_pay", "low_pay"}, "only the weight of low pay differs"
    with pytest.raises(NotFound, match="area"):
        found.why("X")
    with pytest.raises(NotFound, match="period"):
        found.why("T01", "1999")


def test_periods_and_areas_are_aligned() -> None:
    panel = toyland.panel()
    whole = build(toyland.framework(), panel, Method())
    part = build(toyland.framework(), panel.select(periods=("2023", "2022"), areas=panel.areas[:1:-1]), Method())
    found = compare(whole, part)
    assert found.periods == ("2022", "2023")
    assert found.areas == panel.areas[2:]
    np.testing.assert_array_equal(found.score_before, whole.scores[1:, 2:, 0])
    np.testing.assert_array_equal(found.score_after, part.scores[::-1, ::-1, 0])
    elsewhere = replace(panel, periods=("1", "2", "3"))
    with pytest.raises(MissingData, match="share no period"):
        compare(whole, build(toyland.framework(), elsewhere, Method()))


def test_an_area_that_only_one_scores_moves_nobody() -> None:
    values = np.array([[[9.0, 9], [5, 5], [4, 3], [1, 2], [0, 1]]])
    framework = toyland.flat_framework(2)
    gap = values.copy()
    gap[0, 0] = NAN
    found = compare(build(framework, toyland.make_panel(values)), build(framework, toyland.make_panel(gap)))
    assert np.isnan(found.places[0, 0])
    assert found.rank_before[0, 1:].tolist() == [1, 2, 3, 4]
    assert (found.table["places"] == 0).all()
    assert found.summary["areas"].tolist() == [4]


def test_without_arithmetic_means_there_are_no_reasons(whole: Index) -> None:
    def lowest(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return np.nanmin(scores, axis=-1)

    found = compare(whole, build(toyland.framework(), toyland.panel(), Method(aggregation=lowest)))
    assert found.reasons is None
    assert (found.table["why"] == "").all()
    with pytest.raises(MethodError, match="arithmetic"):
        found.why("T01")


def test_a_dropped_member_is_really_gone(whole: Index) -> None:
    found = drop_one(toyland.framework(), toyland.panel())
    assert tuple(found.comparisons) == toyland.framework().indicators
    assert not found.refused
    smaller, method = without(toyland.framework(), "training")
    assert "training" not in smaller.indicators
    alone = build(smaller, toyland.panel(), method)
    np.testing.assert_array_equal(found.comparisons["training"].score_after, alone.scores[..., 0])
    reasons = found.comparisons["training"].reasons[..., toyland.framework().indicators.index("training")]
    np.testing.assert_allclose(reasons, -np.nan_to_num(whole.contributions[..., -1]))
    assert len(found.table) == 6 * 3


def test_a_member_that_keeps_an_area_out_lets_it_in_when_dropped() -> None:
    values = np.array([[[1.0, 2, NAN], [2, 1, 3], [4, 3, 2], [3, 4, 1]]])
    framework = toyland.flat_framework(3)
    strict = Method(screening={"minimum_share": 1.0})
    whole, (smaller, method) = build(framework, toyland.make_panel(values), strict), without(framework, "m2", strict)
    assert np.isnan(whole.scores[0, 0, 0])
    assert not np.isnan(build(smaller, toyland.make_panel(values), method).scores[0, 0, 0])


def test_domains_can_be_dropped_with_all_beneath_them() -> None:
    found = drop_one(toyland.framework(), toyland.panel(), what="domains")
    assert set(found.comparisons) == set(toyland.framework().groups[1:])
    with pytest.raises(MethodError, match="members or domains"):
        drop_one(toyland.framework(), toyland.panel(), what="areas")


def test_what_cannot_be_removed_is_listed_with_the_reason() -> None:
    values = np.random.default_rng(1).normal(size=(1, 8, 3))
    two = toyland.flat_framework(3, 2)  # d0: m0, m2; d1: m1
    found = drop_one(two, toyland.make_panel(values))
    assert set(found.comparisons) == {"m0", "m2"}
    assert found.refused == {"m1": "'m1' is all there is in 'd1'"}
    assert found.table.set_index("removed").loc["m1", "refused"] == "'m1' is all there is in 'd1'"
    with pytest.raises(MethodError, match="remove 'd1' instead"):
        without(two, "m1")
    pair = drop_one(toyland.flat_framework(2), toyland.make_panel(values[..., :2]))
    assert set(pair.refused) == {"m0", "m1"}
    assert not pair.comparisons
    assert pair.table["refused"].str.contains("fewer than two members").all()
    only = toyland.flat_framework(3, 1)
    assert "d0" in drop_one(only, toyland.make_panel(values), what="domains").refused
    with pytest.raises(NotFound):
        without(two, "index")
    with pytest.raises(NotFound):
        without(two, "nothing")


def test_siblings_without_weight_cannot_stand_alone() -> None:
    members = [Member(indicator=f"m{i}", direction="higher", weight=float(i == 0)) for i in range(3)]
    framework = Framework(name="three", title="Three", members=members)
    with pytest.raises(MethodError, match="there is no index") as caught:
        without(framework, "m0")
    assert "all zero" in str(caught.value)


def test_choices_for_what_is_gone_go_with_it() -> None:
    own = {"training": {"normalisation": {"name": "z-score", "sd": 2.0}}, "pay": {"weighting": "equal"}}
    smaller, method = without(toyland.framework(), "training", Method(at=own))
    assert set(method.at) == {"pay"}
    build(smaller, toyland.panel(), method)
    _, other = without(toyland.framework(), "pay", Method(at=own))
    assert set(other.at) == {"training"}


def test_another_indicator_in_a_members_place() -> None:
    rng = np.random.default_rng(4)
    panel = toyland.make_panel(rng.normal(size=(2, 9, 4)))
    framework = toyland.flat_framework(3)
    own = Method(at={"m1": {"normalisation": {"name": "z-score", "sd": 2.0}}})
    found = substitute(framework, panel, "m1", "m3", own)
    members = [{**m.model_dump(), "indicator": "m3"} if m.indicator == "m1" else m for m in framework.members]
    renamed = Method(at={"m3": {"normalisation": {"name": "z-score", "sd": 2.0}}})
    there = build(framework.replace(members=members), panel, renamed)
    np.testing.assert_array_equal(found.score_after, there.scores[..., 0])
    assert found.labels == ("m1", "m3")
    assert found.members == ("m0", "m1", "m2", "m3")
    np.testing.assert_allclose(found.reasons.sum(axis=-1), found.score_after - found.score_before, atol=1e-12)
    turned = substitute(framework, panel, "m1", "m3", own, direction="lower")
    assert not np.allclose(turned.score_after, found.score_after)
    for old, new, error in (("x", "m3", NotFound), ("m1", "x", NotFound), ("m1", "m2", MethodError)):
        with pytest.raises(error):
            substitute(framework, panel, old, new)
