"""Scores at every node against COINr 1.1.14's, for 51 countries and four levels, through ``build``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.golden import asem

from goodwork.errors import MethodError
from goodwork.index.build import Index, build
from goodwork.index.outranking import outranking
from goodwork.model.method import Method


def aggregated(figures: str = "normalise/minmax_1_100", *, uneven: bool = False, **method: Any) -> Index:
    """An index of figures that have been normalised."""
    weights = asem.read("inputs/weights_uneven") if uneven else None
    fw = asem.framework(oriented=True, weights=weights)
    made = Method(normalisation=asem.already_normalised, screening=asem.EVERYBODY, **method)
    return build(fw, asem.panel(figures), made)


@pytest.mark.parametrize(
    ("golden", "method"),
    [
        ("amean", {}),
        ("a_amean_unevenw", {"uneven": True}),
        ("gmean", {"aggregation": "geometric"}),
        ("hmean", {"aggregation": "harmonic"}),
        ("genmean_p2", {"aggregation": {"name": "generalised-mean", "p": 2}}),
        ("copeland_all", {"aggregation": "copeland"}),
        (
            "mixed_amean_gmean_copeland",
            {
                "at": {
                    "level 2": {"aggregation": "arithmetic"},
                    "level 3": {"aggregation": "geometric"},
                    "level 4": {"aggregation": "copeland"},
                }
            },
        ),
        ("NA_a_amean", {"figures": "inputs/norm_1_100_punched"}),
        ("NA_amean_thresh0.7", {"figures": "inputs/norm_1_100_punched", "minimum_share": 0.7}),
    ],
)
def test_scores_at_every_node(golden: str, method: dict[str, Any]) -> None:
    index = aggregated(**method)
    groups = index.framework.groups
    expected = asem.columns(asem.read(f"aggregate/{golden}"), index.framework, groups)
    np.testing.assert_allclose(index.scores[0, :, : len(groups)], expected, rtol=1e-10, atol=1e-11)
    if golden == "copeland_all":
        np.testing.assert_array_equal(index.scores[0, :, : len(groups)], expected)


def test_the_outranking_matrix() -> None:
    expected = asem.read("aggregate/outrank_matrix_Physical")
    fw = asem.framework(oriented=True, weights=asem.read("inputs/weights_uneven"))
    children = fw.children("physical")
    scores = asem.panel("normalise/minmax_1_100").select(indicators=children).value[0]
    found = outranking(scores, np.array([fw.weight(child) for child in children]))
    np.testing.assert_allclose(found, expected.to_numpy(), rtol=1e-10, atol=1e-12)
    dominant = int((found > 1 - 1e-12).sum())
    assert (dominant, dominant / (51 * 50 / 2)) == (92, pytest.approx(0.072156862745098041))


def test_a_geometric_mean_of_scores_that_are_not_positive_names_the_figure() -> None:
    with pytest.raises(MethodError) as caught:
        aggregated("normalise/minmax_0_100", aggregation="geometric")
    assert "found 0: " in caught.value.what
    assert " in 2018 (under " in caught.value.what
