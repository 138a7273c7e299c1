"""Divisions of areas: every method gives so many groups, other people's formulas agree, none is left empty."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score
from tests.toyland import planted

from goodwork.analysis.partitions import PARTITION, _fill_empty, k_means, k_medoids, ward


@pytest.mark.parametrize("method", sorted(PARTITION))
def test_every_method_makes_so_many_groups_of_a_continuum(method: str) -> None:
    rng = np.random.default_rng(3)
    points, drawn = rng.standard_normal((1, 60, 3)), rng.random((1, 12, 60)) < 0.7
    for k in (2, 5, 9):
        labels = PARTITION[method](points, drawn, k, rng)[0]
        assert ((labels >= 0) == drawn[0]).all()
        for row in labels:
            assert set(row[row >= 0]) == set(range(k))


def test_against_scikit_learn() -> None:
    rng = np.random.default_rng(5)
    points = planted(4, 15, apart=2.0)
    everyone = np.ones((1, 1, 60), dtype=bool)
    ours = k_means(points[None], everyone, 4, rng)[0, 0]
    cost = sum(((points[ours == g] - points[ours == g].mean(axis=0)) ** 2).sum() for g in range(4))
    assert cost <= KMeans(4, n_init=10, random_state=0).fit(points).inertia_ * 1.01
    tree = ward(points[None], everyone, 4, rng)[0, 0]
    assert adjusted_rand_score(tree, AgglomerativeClustering(4).fit_predict(points)) == 1.0


def test_medoids_are_the_best_of_all_in_heaps() -> None:
    points = planted(3, 6, apart=6.0)
    labels = k_medoids(points[None], np.ones((1, 1, 18), dtype=bool), 3, np.random.default_rng(1))[0, 0]
    apart = np.linalg.norm(points[:, None] - points, axis=-1)
    best = min(apart[:, list(centres)].min(axis=1).sum() for centres in combinations(range(18), 3))
    ours = sum(apart[np.ix_(labels == g, labels == g)].sum(axis=0).min() for g in range(3))
    assert ours == pytest.approx(best)


def test_no_group_of_k_means_is_left_empty() -> None:
    labels, far = np.array([[[0, 0, 0, 2, -1]]]), np.array([[[1.0, 3.0, 2.0, 9.0, 99.0]]])
    _fill_empty(labels, far, 3)
    assert labels.tolist() == [[[0, 1, 0, 2, -1]]]
