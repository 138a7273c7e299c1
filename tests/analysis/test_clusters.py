"""Communities: planted groups are found, other people's formulas agree, doubt is told, sentences are true."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score, mutual_info_score, silhouette_samples
from sklearn.mixture import GaussianMixture
from tests.toyland import flat_framework, make_panel

from goodwork.analysis.agreement import adjusted_rand, bic, contingency, matched, silhouette, variation_of_information
from goodwork.analysis.archetypes import archetype_names, published_names
from goodwork.analysis.clusters import SURE, communities
from goodwork.analysis.graphs import (
    beside,
    candidates,
    connected_graph,
    from_zero,
    group_counts,
    louvain,
    merged_to,
    modularity,
)
from goodwork.analysis.partitions import PARTITION, _fill_empty, k_means, k_medoids, ward
from goodwork.analysis.similarity import points_of
from goodwork.analysis.succession import succession
from goodwork.errors import MethodError, NotFound
from goodwork.index.build import build
from goodwork.model.questions import Archetype
from goodwork.pipeline.material import panel_of, shipped_material

ONE = np.zeros(1)


def planted(groups: int = 3, each: int = 20, apart: float = 8.0, members: int = 3, seed: int = 1) -> np.ndarray:
    """Areas in round heaps on a rising line, so that the first heap is the lowest."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((groups * each, members)) + apart * np.repeat(np.arange(groups), each)[:, None]


def truth(groups: int, each: int = 20) -> np.ndarray:
    return np.repeat(np.arange(groups), each)


def every_partition(size: int) -> np.ndarray:
    """All divisions of a few nodes, each once."""
    rows = [[0]]
    for _ in range(size - 1):
        rows = [[*row, g] for row in rows for g in range(max(row) + 2)]
    return np.array(rows)


@pytest.mark.parametrize("seed", range(4))
def test_louvain_finds_the_best_of_all_divisions(seed: int) -> None:
    """Nine nodes have 21,147 divisions: the best of ten runs is as good as the best of all, or nearly."""
    rng = np.random.default_rng(seed)
    table = np.triu(rng.random((9, 9)) * (rng.random((9, 9)) < 0.45), 1)
    table += table.T
    table[np.arange(8), np.arange(1, 9)] += 0.1
    table[np.arange(1, 9), np.arange(8)] += 0.1
    table /= table.sum()
    every = every_partition(9)
    degree = table.sum(axis=1)
    pull = table - 1.2 * np.outer(degree, degree)
    best = max(float((pull * (row[:, None] == row)).sum()) for row in every)
    graph, of = beside(csr_array(table), np.zeros(9, dtype=int), 10)
    resolution = np.full(10, 1.2)
    labels = louvain(graph, of, resolution, np.random.default_rng(seed))
    found = modularity(graph, of, labels, resolution)
    assert best - 0.001 <= found.max() <= best + 1e-12
    assert found.min() > best - 0.1
    own = [float((pull * (row[:, None] == row)).sum()) for row in labels.reshape(10, 9)]
    np.testing.assert_allclose(found, own, atol=1e-12)


def test_merging_joins_the_pair_that_loses_least() -> None:
    table = np.kron(np.eye(4), np.ones((3, 3)))
    table[2, 3] = table[3, 2] = 2.0
    np.fill_diagonal(table, 0)
    labels = np.repeat([0, 1, 2, 3], 3)
    merged = merged_to(csr_array(table / table.sum()), np.zeros(12, dtype=int), labels, 3, np.ones(1))
    assert merged.tolist() == np.repeat([0, 0, 1, 2], 3).tolist()


def test_labels_are_numbered_from_zero_in_every_draw() -> None:
    assert from_zero(np.array([7, 3, 7, 3, 9, 9]), np.array([0, 0, 0, 1, 1, 1])).tolist() == [0, 1, 0, 0, 1, 1]


def test_the_graph_is_connected_though_the_heaps_are_far_apart() -> None:
    points = planted(apart=1000.0)
    drawn = np.ones((2, 60), dtype=bool)
    drawn[1, ::3] = False
    graph, of = connected_graph(points, drawn, neighbours=3)
    dense = graph.toarray()
    np.testing.assert_allclose(dense, dense.T)
    np.testing.assert_allclose(np.bincount(of, dense.sum(axis=1)), 1.0)
    assert connected_components(graph[of == 0][:, of == 0])[0] == 1
    assert dense[of == 0][:, of == 1].sum() == 0


def test_candidates_are_the_nearest_others_also_where_areas_coincide() -> None:
    points = np.concatenate([np.zeros((60, 2)), planted(1, 20, members=2) + 5])
    place, distance = candidates(points, 5)
    assert not (place == np.arange(80)[:, None]).any()
    every = np.sort(np.linalg.norm(points[:, None] - points, axis=-1), axis=1)[:, 1:21]
    np.testing.assert_allclose(distance, every, atol=1e-12)


@pytest.mark.parametrize("method", sorted(PARTITION))
def test_every_method_finds_planted_groups(method: str) -> None:
    found = communities(planted(), 3, method=method, draws=30, numbers=())
    assert found.labels.tolist() == truth(3).tolist()
    assert found.stability.min() == 1.0
    assert found.variation == 0.0
    assert "Every area is with its community" in found.findings[-1]


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
    np.testing.assert_allclose(silhouette(points, ours), silhouette_samples(points, ours), atol=1e-12)
    table = contingency(ours, tree[None], 4)
    assert adjusted_rand(table)[0] == pytest.approx(adjusted_rand_score(ours, tree))
    parts = [np.bincount(labels) / 60 for labels in (ours, tree)]
    entropies = sum(-(p * np.log(p)).sum() for p in parts)
    nats, share = variation_of_information(table)
    assert nats[0] == pytest.approx(entropies - 2 * mutual_info_score(ours, tree))
    assert share[0] == pytest.approx(nats[0] / entropies)
    means = np.array([points[ours == g].mean(axis=0) for g in range(4)])
    model = GaussianMixture(4, covariance_type="tied", means_init=means, tol=1e-9, max_iter=2000).fit(points)
    assert bic(points, ours, 4) == pytest.approx(model.bic(points), rel=1e-3)


def test_medoids_are_the_best_of_all_in_heaps() -> None:
    points = planted(3, 6, apart=6.0)
    labels = k_medoids(points[None], np.ones((1, 1, 18), dtype=bool), 3, np.random.default_rng(1))[0, 0]
    apart = np.linalg.norm(points[:, None] - points, axis=-1)
    best = min(apart[:, list(centres)].min(axis=1).sum() for centres in combinations(range(18), 3))
    ours = sum(apart[np.ix_(labels == g, labels == g)].sum(axis=0).min() for g in range(3))
    assert ours == pytest.approx(best)


def test_matching_renames_groups_to_agree_most() -> None:
    one = np.array([0, 0, 1, 1, 2, 2])
    for names in product(range(3), repeat=3):
        if len(set(names)) == 3:
            assert matched(one, np.array(names)[one][None], 3)[0].tolist() == one.tolist()


@pytest.mark.parametrize("k", [2, 3, 4])
def test_the_number_of_groups_planted_is_favoured_and_chosen(k: int) -> None:
    found = communities(planted(k, 60 // k), method="k-means", draws=50, numbers=range(2, 6))
    row = found.numbers.set_index("k").loc[k]
    assert len(found.names) == k
    assert row["chosen"]
    for criterion in ("variation", "silhouette", "bic"):
        assert criterion in row["favoured_by"], criterion
    assert k == 4 or "gap" in row["favoured_by"], "four in a line: two pairs are enough for the rule of one error"
    assert found.numbers["resolutions"].sum() <= 1


def test_an_area_between_two_groups_is_on_the_border() -> None:
    values = np.concatenate([planted(2, 20, apart=6.0), [[3.0, 3.0, 3.0]]])
    found = communities(values, 2, method="k-means", draws=300, numbers=())
    assert found.borderline[-1]
    assert found.stability[-1] < SURE <= found.stability[:-1].min()
    assert found.shares[-1].sum() == pytest.approx(1)
    assert "1 of 41 areas" in found.findings[-1]
    assert "area 40 (" in found.findings[-1]


def test_figures_drawn_anew() -> None:
    values = planted(2, 10)
    still = communities(values, 2, redrawn=np.repeat(values[None], 12, axis=0), method="ward", numbers=())
    assert still.variation == 0
    assert "figures, from their sampling error" in " ".join(still.notes)
    noise = values + 20 * np.random.default_rng(1).standard_normal((40, *values.shape))
    assert communities(values, 2, redrawn=noise, method="ward", numbers=()).variation > 0.5
    with pytest.raises(MethodError, match="figures drawn are of shape"):
        communities(values, 2, redrawn=noise[:, 1:], numbers=())


def test_seeds_threads_and_blocks() -> None:
    values = np.random.default_rng(2).standard_normal((40, 3))
    one = communities(values, 4, draws=250, numbers=())
    with ThreadPoolExecutor(2) as executor:
        other = communities(values, 4, draws=250, numbers=(), executor=executor)
    assert one.shares.tobytes() == other.shares.tobytes()
    assert one.labels.tobytes() == other.labels.tobytes()
    assert communities(values, 4, draws=250, numbers=(), seed=1).shares.tobytes() != one.shares.tobytes()


def test_gaps_constant_columns_and_missing_members() -> None:
    values = np.column_stack([planted(2, 10), np.full(20, 7.0), np.full(20, np.nan)])
    values[0, 1] = np.nan
    values[13] = np.nan
    found = communities(values, 2, draws=30, numbers=(), members=["a", "b", "c", "same", "none"])
    assert found.points.members == ("a", "b", "c")
    assert found.of("area 0") == "A"
    assert found.table["fitted"].tolist() == [False, *[True] * 18]
    assert np.isnan(found.silhouettes[0])
    assert found.stability[0] == 1.0
    notes = " ".join(found.notes)
    for text in (
        "same (it is the same everywhere)",
        "none (no figures)",
        "area 13 (no figures)",
        "centroid over those",
    ):
        assert text in notes
    with pytest.raises(NotFound, match="no figures"):
        found.of("area 13")


def test_errors_are_told_together() -> None:
    with pytest.raises(MethodError, match=r"1 communities(.|\n)*3 draws"):
        communities(planted(), 1, draws=3)
    with pytest.raises(MethodError, match="40 communities are asked for; 60 areas"):
        communities(planted(), 40)
    with pytest.raises(MethodError, match="2 of them differ"):
        communities(np.repeat([[1.0, 2.0], [3.0, 5.0]], 10, axis=0), 3)
    with pytest.raises(MethodError, match="7 area"):
        communities(planted(1, 7), 2)
    with pytest.raises(MethodError, match="no member varies"):
        communities(np.ones((20, 3)), 2)
    with pytest.raises(MethodError, match="did you mean"):
        communities(planted(), 2, method="kmeans")
    with pytest.raises(MethodError, match="too much for 5,001 areas"):
        communities(np.random.default_rng(1).standard_normal((5001, 2)), 2, method="ward", numbers=())


def test_letters_rise_with_the_score_and_sentences_hold_the_figures() -> None:
    values = planted(3, 10, members=2)[::-1]
    found = communities(values, 3, draws=30, numbers=(), members=["jobs", "pay"], titles={"jobs": "Jobs"})
    assert found.labels.tolist() == truth(3, 10)[::-1].tolist()
    assert found.archetypes[0] == "Low throughout"
    assert found.archetypes[2] == "High throughout"
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    for g, sentence in enumerate(found.findings[:3]):
        inside = found.labels == g
        assert f"Community {'ABC'[g]}" in sentence
        assert "10 areas" in sentence
        told = {name: tuple(map(float, numbers)) for name, *numbers in _told(sentence)}
        for j, name in enumerate(("Jobs", "pay")):
            away = scaled[inside, j].mean()
            np.testing.assert_allclose(found.centroids[g, j], away, atol=1e-8)
            if name in told:
                own, everywhere, size = told[name]
                assert own == pytest.approx(values[inside, j].mean(), rel=0.005)
                assert everywhere == pytest.approx(values[:, j].mean(), rel=0.005)
                assert size == pytest.approx(abs(away), abs=0.051)
                assert f"{'better' if away > 0 else 'worse'})" in sentence
    assert "worst of the 3 on every member" in found.findings[0]
    assert "best of the 3 on every member" in found.findings[2]
    assert "neither best nor worst" in found.findings[1]


def _told(sentence: str) -> list[tuple[str, str, str, str]]:
    pattern = r"(Jobs|pay) \((−?[\d.]+) against (−?[\d.]+), ([\d.]+) standard"
    return [(a, b.replace("−", "-"), c.replace("−", "-"), d) for a, b, c, d in re.findall(pattern, sentence)]


def test_archetypes_by_declared_rules() -> None:
    points = points_of(planted(2, 5, members=2), members=["jobs", "pay"])
    centroids = np.array([[1.0, -1.0], [0.1, 0.0], [1.2, -0.4], [-1.0, 0.0]])
    rules = [
        Archetype(name="Busy and poor", published="Ports", above=("jobs",), below=("pay",)),
        Archetype(name="Typical", near=("jobs",)),
    ]
    assert archetype_names(points, centroids, rules) == (
        "Busy and poor (worse on pay)", "Typical", "Busy and poor (better on pay)", "Lower on jobs",
    )  # fmt: skip
    assert published_names(points, centroids, rules) == ("Ports", "", "Ports", "")
    assert archetype_names(points, centroids, rules[:1])[1] == "Near the average throughout"


def test_published_profiles_are_told_beside_our_own_names() -> None:
    rules = [Archetype(name="Behind", published="Northern Towns", below=("index",))]
    found = communities(planted(3, 10), 3, draws=30, numbers=(), archetypes=rules)
    assert found.published == ("", "", ""), "a name that is no domain or member fits nothing"
    rules = [Archetype(name="Behind", published="Northern Towns", below=("member 0", "member 1"))]
    found = communities(planted(3, 10), 3, draws=30, numbers=(), archetypes=rules)
    assert found.archetypes == ("Behind", "Near the average throughout", "High throughout")
    assert "A fits a profile that has been published (A “Northern Towns”); nothing published fits B or C." in " ".join(
        found.findings
    )
    assert set(found.communities["published"]) == {"Northern Towns", ""}


def test_letters_are_matched_over_periods_and_moves_are_counted() -> None:
    first = planted(3, 10)
    second = first[:, ::-1] + 2.0
    second[0] = second[15]
    second[0] += 0.1
    index = build(flat_framework(3), make_panel(_as_declared(np.stack([first, second]))))
    found = succession(index, 3, draws=30)
    assert found.labels[0].tolist() == truth(3, 10).tolist()
    assert found.labels[1].tolist() == [1, *truth(3, 10)[1:]]
    assert found.transitions is not None
    assert found.transitions.counts.tolist() == [[9, 1, 0], [0, 10, 0], [0, 0, 10]]
    assert "97% of areas stay" in found.findings[0]
    assert "1 moved to a higher and 0 to a lower one" in found.findings[0]
    assert any("In a surely higher community in 2001 than in 2000: A000 (A to B)" in text for text in found.findings)
    assert found.base == "2001"
    assert found.shift[1].max() == 0
    assert found.moved.to_numpy().tolist() == [["A000", "2000", "2001", "A", "B", True, False]]
    assert "A holds 10 areas in 2000 and 9 areas in 2001" in " ".join(found.findings)
    assert found.fixed.tolist() == found.labels.tolist(), "profiles stayed what they are"
    border = replace(found, fixed=np.zeros_like(found.fixed))
    assert "No area is in a surely higher community in 2001 than in 2000." in border.findings, "only borders moved"
    with pytest.raises(MethodError, match="base period 1999"):
        succession(index, 3, base="1999")


def test_moves_across_a_break_are_told_apart() -> None:
    """Three years, a break before the last: one area moves within the stretch, one across the break."""
    first = planted(3, 10)
    second, third = first.copy(), first.copy()
    second[0], third[0] = first[15] + 0.1, first[15] + 0.1
    third[29] = first[15] - 0.1
    index = build(flat_framework(3), make_panel(_as_declared(np.stack([first, second, third]))))
    found = succession(index, 3, draws=30, breaks={"2002": ["pay (asked by telephone)"], "1990": ["long ago"]})
    assert found.transitions is not None
    assert found.transitions.counts.tolist() == [[9, 1, 0], [0, 10, 0], [0, 0, 10]]
    assert found.moved["across_break"].tolist() == [False, True]
    told, notes = " ".join(found.findings), " ".join(found.notes)
    assert "1 moved to a higher" in told
    assert "1 more move lies across a break, into 2002" in told
    assert "in 2001 than in 2000: A000" in told, "who is elsewhere is told inside the stretch without a break"
    assert "A029" not in told
    assert "Break in 2002: pay (asked by telephone)." in notes
    assert "1990" not in notes
    alone = succession(index, 3, draws=30, breaks={"2001": ["x"], "2002": ["y"]})
    assert alone.transitions is None
    assert "No area is scored in two periods without a break between" in alone.findings[0]


def test_letters_follow_profiles_when_their_order_by_score_turns() -> None:
    """Rich in jobs or rich in pay: in the base period the first scores higher, in the other the second."""
    noise = 0.2 * np.random.default_rng(1).standard_normal((20, 2))
    heaps = np.repeat([[5.0, 0.0], [0.0, 5.0]], 10, axis=0) + noise
    before, after = heaps + np.array([[0.0, 0.0]]), heaps.copy()
    before[:10] -= 1.0
    after[:10] += 1.0
    found = succession(build(flat_framework(2), make_panel(np.stack([before, after]))), 2, draws=30, method="k-means")
    assert found.each["2000"].labels.tolist() != found.each["2001"].labels.tolist(), "the order has turned"
    assert found.labels[0].tolist() == found.labels[1].tolist() == truth(2, 10)[::-1].tolist()
    assert found.transitions is not None
    assert found.transitions.counts.tolist() == [[10, 0], [0, 10]]
    assert found.shift[0].max() < 1.0


def test_no_group_of_k_means_is_left_empty() -> None:
    labels, far = np.array([[[0, 0, 0, 2, -1]]]), np.array([[[1.0, 3.0, 2.0, 9.0, 99.0]]])
    _fill_empty(labels, far, 3)
    assert labels.tolist() == [[[0, 1, 0, 2, -1]]]


def _as_declared(values: np.ndarray) -> np.ndarray:
    """Every third member of the flat framework counts low as better."""
    return values * np.array([1.0, 1.0, -1.0])


def test_the_shipped_figures() -> None:
    """119 areas of England outside London, 2019: what does not hang on the method. A held mirror, not a target."""
    material = shipped_material()
    framework = next(f for f in material.frameworks if f.name == "good_work")
    areas = [area.code for area in material.geography.members("england-119")]
    index = build(framework, panel_of(framework, material, areas))
    found = communities(index, 4, period="2019", draws=100, numbers=())
    assert np.bincount(found.labels).min() > 15
    scores = [found.points.score[found.labels == g].mean() for g in range(4)]
    assert scores == sorted(scores)
    for area, letter in (("E06000041", "D"), ("E06000009", "A"), ("E08000025", "A"), ("E06000036", "D")):
        assert found.of(area) == letter
        assert found.stability[found.points.position(area)] > 0.85
    assert (found.centroids.argmin(axis=0) == 0).all(), "A is lowest on everything"
    assert found.of("E06000014") in "CD"
    assert group_counts(found.labels, np.zeros(len(areas), dtype=int))[0] == 4
