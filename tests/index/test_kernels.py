"""Normalisation, weighting and aggregation against a second oracle, and screening by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from goodwork.index.aggregation import arithmetic
from goodwork.index.arguments import parameters_of
from goodwork.index.normalisation import orient, z_score
from goodwork.index.screening import reasons, screen
from goodwork.index.weighting import shares
from goodwork.model.method import Screening

NAN = float("nan")


@pytest.mark.parametrize("sample", [False, True])
def test_z_score_equals_scipy(sample: bool) -> None:
    values = np.random.default_rng(3).normal(size=(4, 30, 5))
    values[0, 3, 1] = NAN
    expected = stats.zscore(values, axis=-2, ddof=int(sample), nan_policy="omit")
    np.testing.assert_allclose(z_score(values, values, sample=sample), expected, rtol=1e-12)
    np.testing.assert_allclose(z_score(values, values, sample=sample, mean=100, sd=10), 100 + 10 * expected)


def test_z_score_against_another_reference() -> None:
    reference = np.array([[0.0], [10.0]])
    np.testing.assert_allclose(z_score(np.array([[5.0], [15.0]]), reference), [[0.0], [2.0]])


def test_a_constant_member_has_no_z_score() -> None:
    assert np.isnan(z_score(np.ones((3, 1)), np.ones((3, 1)))).all()


def test_orientation_turns_only_lower_is_better() -> None:
    np.testing.assert_array_equal(orient(np.array([[1.0, NAN]]), ["higher", "lower"]), [[1.0, NAN]])


def test_parameters_are_known() -> None:
    assert parameters_of(z_score) == {"mean", "sd", "sample", "area_weights"}


def test_shares_sum_to_one_or_are_nan() -> None:
    found = shares(np.array([[1.0, NAN], [NAN, NAN]]), np.array([0.2, 0.8]))
    np.testing.assert_array_equal(found, [[1.0, 0.0], [NAN, NAN]])


def test_a_child_of_weight_zero_does_not_make_a_score() -> None:
    assert np.isnan(arithmetic(np.array([[NAN, 5.0]]), np.array([1.0, 0.0])))[0]


def test_screening_by_share_and_by_domain() -> None:
    values = np.array([[1.0, 1, 1], [1, 1, NAN], [1, NAN, 1], [NAN, NAN, 1]])
    domains = [[0, 1], [2]]
    assert screen(values, domains, Screening()).included.tolist() == [True, False, True, False]
    lenient = Screening(every_domain=False)
    assert screen(values, domains, lenient).included.tolist() == [True, True, True, False]
    assert screen(values, domains, Screening(minimum_share=1.0)).included.tolist() == [True, False, False, False]


def test_an_area_exactly_at_the_minimum_is_not_told_it_has_too_few() -> None:
    values = np.array([[1.0, 1, NAN, NAN], [1, 0, NAN, NAN], [1, NAN, NAN, NAN]])
    rule = Screening(minimum_share=0.5, minimum_nonzero=0.5)
    screened = screen(values, [[0, 1], [2, 3]], rule)
    told = [reasons(screened, (area,), ["Pay", "Hours"], rule) for area in range(3)]
    assert told == ["no figure in Hours"] * 2 + [
        "no figure in Hours; 25 % of the indicators have a figure; 50 % are needed"
    ]
