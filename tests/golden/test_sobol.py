"""Sobol indices of the Ishigami function as COINr 1.1.14 estimated them from a sample of 50."""

from __future__ import annotations

import numpy as np
from tests.golden import asem

from goodwork.analysis.sobol import sobol_indices

#: Printed beside the indices in the README of the golden numbers.
VARIANCE = 17.11989041123249


def test_the_sample_has_our_layout() -> None:
    """COINr's rows are A, B, then one block per factor with that column from B: those of ``saltelli_sample``."""
    rows = asem.read("uncertainty/ishigami50_sample").reset_index()[["V1", "V2", "V3"]].to_numpy().reshape(5, 50, 3)
    a, b = rows[:2]
    for factor in range(3):
        np.testing.assert_array_equal(rows[2 + factor], np.where(np.arange(3) == factor, b, a))


def test_first_order_and_total_indices() -> None:
    """COINr leaves outputs as they are and divides by the variance with n − 1."""
    outputs = asem.read("uncertainty/ishigami50_sample")["y"].to_numpy()
    theirs = asem.read("uncertainty/ishigami50_indices")
    ours = sobol_indices(outputs, tuple(theirs.index), resamples=0, centred=False, ddof=1)
    np.testing.assert_allclose(ours.first, theirs["Si"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.total, theirs["STi"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.variance, VARIANCE, rtol=1e-12)
