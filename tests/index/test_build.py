"""The index: worked by hand once, and every way in which it cannot be built."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests import toyland

from goodwork.errors import DataError, MethodError, MissingData
from goodwork.index.build import build, check_method
from goodwork.model.framework import Framework, Member
from goodwork.model.method import Method


def small(values: list[list[float]], periods: tuple[str, ...] = ("2020",)) -> tuple[Framework, object]:
    array = np.array([values], dtype=float) if np.ndim(values) == 2 else np.array(values, dtype=float)
    fw = Framework(
        name="small",
        title="Small",
        members=tuple(
            Member(indicator=f"m{i}", direction="lower" if i == 1 else "higher") for i in range(array.shape[-1])
        ),
    )
    return fw, replace(toyland.make_panel(array), periods=periods)


def test_worked_by_hand() -> None:
    """Two members, the second lower-is-better: (1,4), (2,5), (3,3). z = ∓1.2247 …, worked on paper."""
    fw, panel = small([[1, 4], [2, 5], [3, 3]])
    index = build(fw, panel)
    a = np.sqrt(1.5)
    np.testing.assert_allclose(index.stages["normalised"][0], [[-a, 0], [0, -a], [a, a]], atol=1e-12)
    np.testing.assert_allclose(index.scores[0, :, 0], [-a / 2, -a / 2, a], atol=1e-12)
    np.testing.assert_array_equal(index.ranks[0, :, 0], [2, 2, 1])
    np.testing.assert_array_equal(index.ties[0, :, 0], [1, 1, 0])
    np.testing.assert_allclose(index.displayed[0, :, 0], 100 + 10 * np.array([-a / 2, -a / 2, a]))


def test_every_stage_is_kept_and_values_are_untouched() -> None:
    index = build(toyland.framework(), toyland.panel())
    steps = ["values", "denominated", "screened", "treated", "imputed", "oriented", "normalised"]
    assert list(index.stages) == steps
    np.testing.assert_array_equal(index.stages["values"], toyland.panel().value)


def test_a_gap_is_reweighted_not_filled() -> None:
    nan = float("nan")
    fw, panel = small([[1, 4], [2, nan], [3, 3], [4, 1]])
    index = build(fw, panel, Method(screening={"minimum_share": 0.5, "every_domain": False}))
    z = (2 - 2.5) / np.std([1, 2, 3, 4])
    np.testing.assert_allclose(index.scores[0, 1, 0], z)
    assert np.isnan(index.stages["normalised"][0, 1, 1])


def test_an_area_below_the_bar_is_listed_with_the_reason_and_does_not_count_in_the_average() -> None:
    nan = float("nan")
    fw, panel = small([[1, 4], [1000, nan], [3, 3], [2, 1]])
    index = build(fw, panel)
    assert np.isnan(index.scores[0, 1]).all()
    assert index.excluded["reason"].tolist() == [
        "no figure in m1; 50 % of the indicators have a figure; 65 % are needed"
    ]
    np.testing.assert_allclose(np.nanmean(index.stages["normalised"][0, :, 0]), 0, atol=1e-12)


def test_base_period_makes_scores_comparable_over_time() -> None:
    values = [[[1, 4], [2, 5], [3, 3]], [[2, 4], [3, 5], [4, 3]]]
    fw, panel = small(values, ("2020", "2021"))
    fixed = build(fw, panel, Method(scope="base period", base_period="2020"))
    assert (fixed.scores[1, :, 0] > fixed.scores[0, :, 0]).all()
    yearly = build(fw, panel)
    np.testing.assert_allclose(yearly.scores[1], yearly.scores[0])
    pooled = build(fw, panel, Method(scope="pooled"))
    np.testing.assert_allclose(np.nanmean(pooled.stages["normalised"], axis=(0, 1)), 0, atol=1e-12)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([[1, 2]], "only 1 area(s) can be scored in 2020"),
        ([[1, 2], [2, 3]], "only 2 area(s) can be scored in 2020"),
        ([[1, 4], [2, 4], [3, 4]], "m1 is the same in all 3 area(s) in 2020"),
        ([[1], [2], [3]], "the framework has one indicator"),
        ([[1, np.inf], [2, 3], [3, 5]], "m1 is infinite for"),
    ],
)
def test_what_cannot_be_built_says_why(values: list[list[float]], words: str) -> None:
    fw, panel = small(values)
    with pytest.raises(MethodError) as caught:
        build(fw, panel)
    assert any(words in str(fault) for fault in caught.value.faults)
    assert all(fault.remedy for fault in caught.value.faults)


def test_several_faults_are_told_at_once() -> None:
    fw, panel = small([[1, 4], [1, 4], [1, 4]])
    with pytest.raises(MethodError) as caught:
        build(fw, panel)
    assert len(caught.value.faults) == 2


def test_all_missing() -> None:
    fw, panel = small(np.full((3, 2), np.nan).tolist())
    with pytest.raises(MissingData, match="every value is missing"):
        build(fw, panel)


def test_nobody_with_enough_figures() -> None:
    nan = float("nan")
    fw, panel = small([[1, nan], [2, nan], [nan, 3]])
    with pytest.raises(MissingData, match="no area has enough figures"):
        build(fw, panel)
    assert issubclass(MissingData, DataError)


def test_a_base_period_that_is_not_there() -> None:
    fw, panel = small([[1, 4], [2, 5], [3, 3]])
    with pytest.raises(MethodError, match="base period '1999'"):
        build(fw, panel, Method(scope="base period", base_period="1999"))


def test_a_member_without_figures_in_the_base_period() -> None:
    nan = float("nan")
    fw, panel = small([[[1, nan, 1], [2, nan, 2], [3, nan, 5]], [[1, 1, 1], [2, 2, 3], [3, 3, 1]]], ("2020", "2021"))
    with pytest.raises(MethodError) as caught:
        build(fw, panel, Method(scope="base period", base_period="2020"))
    assert "m1 has no figure in the base period" in str(caught.value)


@pytest.mark.parametrize("step", ["normalisation", "weighting", "aggregation"])
def test_an_unknown_method_offers_the_nearest(step: str) -> None:
    with pytest.raises(MethodError) as caught:
        check_method(Method(**{step: "zscore"}))
    assert caught.value.remedy.startswith("did you mean")


def test_a_misspelt_parameter_is_refused() -> None:
    with pytest.raises(MethodError, match="no parameter 'sampel'"):
        check_method(Method(normalisation={"name": "z-score", "sampel": True}))
    with pytest.raises(MethodError) as caught:
        check_method(Method(aggregation={"name": "arithmetic", "p": 2}))
    assert caught.value.remedy == "it takes none"


def test_contributions_need_an_arithmetic_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    from goodwork.index.aggregation import AGGREGATION

    monkeypatch.setitem(AGGREGATION._methods, "lowest", lambda scores, weights: np.nanmin(scores, axis=-1))
    fw, panel = small([[1, 4], [2, 5], [3, 3]])
    index = build(fw, panel, Method(aggregation="lowest"))
    np.testing.assert_allclose(index.scores[0, :, 0], np.min(index.stages["normalised"][0], axis=-1))
    with pytest.raises(MethodError, match="arithmetic"):
        _ = index.contributions
