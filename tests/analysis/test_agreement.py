"""How far divisions agree and how good they are, by other people's formulas."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, mutual_info_score, silhouette_samples
from sklearn.mixture import GaussianMixture
from tests.toyland import planted

from goodwork.analysis.agreement import adjusted_rand, bic, contingency, matched, silhouette, variation_of_information
from goodwork.analysis.partitions import k_means, ward


def test_against_scikit_learn() -> None:
    rng = np.random.default_rng(5)
    points = planted(4, 15, apart=2.0)
    everyone = np.ones((1, 1, 60), dtype=bool)
    ours = k_means(points[None], everyone, 4, rng)[0, 0]
    tree = ward(points[None], everyone, 4, rng)[0, 0]
    np.testing.assert_allclose(silhouette(points, ours), silhouette_samples(points, ours), atol=1e-12)
    table = contingency(ours, tree[None], 4)
    assert adjusted_rand(table)[0] == pytest.approx(adjusted_rand_score(ours, tree))
    parts = [np.bincount(labels) / 60 for labels in (ours, tree)]
    entropies = sum(-(p * np.log(p)).sum() for p in parts)
    nats, share = variation_of_information(table)
    assert nats[0] == pytest.approx(entropies - 2 * mutual_info_score(ours, tree))
    assert share[0] == pytest.approx(nats[0] / entropies)
    means = np.array([points[ours == g].mean(axis=0) for g in range(4)])
    model = GaussianMixture(4, covariance_type="tied", means_init=means, tol=1e-9, max_iter=2000, random_state=0).fit(
        points
    )
    assert bic(points, ours, 4) == pytest.approx(model.bic(points), rel=1e-3)


def test_matching_renames_groups_to_agree_most() -> None:
    one = np.array([0, 0, 1, 1, 2, 2])
    for names in product(range(3), repeat=3):
        if len(set(names)) == 3:
            assert matched(one, np.array(names)[one][None], 3)[0].tolist() == one.tolist()
