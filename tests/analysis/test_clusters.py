"""Communities: planted groups are found, doubt is told, sentences are true."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tests.toyland import planted, truth

from goodwork.analysis.clusters import SURE, communities
from goodwork.analysis.graphs import group_counts
from goodwork.analysis.partitions import PARTITION
from goodwork.errors import MethodError, NotFound
from goodwork.index.build import build
from goodwork.model.questions import Archetype
from goodwork.pipeline.material import panel_of, shipped_material


@pytest.mark.parametrize("method", sorted(PARTITION))
def test_every_method_finds_planted_groups(method: str) -> None:
    found = communities(planted(), 3, method=method, draws=30, numbers=())
    assert found.labels.tolist() == truth(3).tolist()
    assert found.stability.min() == 1.0
    assert found.variation == 0.0
    assert "Every area is with its community" in found.findings[-1]


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
