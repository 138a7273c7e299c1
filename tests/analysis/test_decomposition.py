"""Explanations of scores, worked by hand, and what they refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests import toyland
from tests.toyland import flat_framework, make_panel

from goodwork.analysis.decomposition import explain_change, explain_difference, explain_score, stands_alone
from goodwork.errors import MethodError, MissingData, NotFound
from goodwork.index.build import Index, build
from goodwork.index.outranking import copeland
from goodwork.model.framework import Domain, Framework, Member
from goodwork.model.method import Method
from goodwork.model.panel import Panel
from goodwork.pipeline import shipped_material

NAN = float("nan")
LENIENT = {"minimum_share": 0.0, "every_domain": False}
AS_IS = {"name": "scaled", "low": 0, "high": 1, "scale": 1}


def indicators(n: int, **weights: float) -> Framework:
    return Framework(
        name="flat",
        title="Flat",
        members=tuple(
            Member(indicator=f"m{i}", direction="higher", weight=weights.get(f"m{i}", 1.0)) for i in range(n)
        ),
    )


def plain(values: list[list[float]], aggregation: object = "arithmetic", **options: object) -> Index:
    """An index of values as they are (no period has a scale of its own); the last period twice as good."""
    first = np.array(values)
    method = Method(normalisation=AS_IS, aggregation=aggregation, screening=LENIENT, **options)
    return build(indicators(first.shape[1]), make_panel(np.stack([first, 2 * first])), method)


@pytest.fixture(scope="module")
def whole() -> Index:
    return build(toyland.framework(), toyland.panel(), Method(scope="pooled"))


def test_a_geometric_difference_by_hand() -> None:
    index = plain([[1.0, 4.0], [4.0, 9.0], [1.0, 1.0]], "geometric")
    # √(1·4) = 2, √(4·9) = 6; the first first: 4 − 2 = 2 and 6 − 4; the second first: 3 − 2 = 1 and 6 − 3.
    found = explain_difference(index, "A001", "A000", "2000")
    np.testing.assert_allclose(found.parts, [[(2 + 3) / 2, (2 + 1) / 2]], rtol=1e-12)
    assert found.scores[0] == pytest.approx(6)
    assert found.references[0] == pytest.approx(2)
    assert not found.errors.any()


def test_a_minimum_is_the_work_of_the_indicator_that_binds() -> None:
    index = plain([[1.0, 5.0], [3.0, 5.0], [2.0, 2.0]], "minimum")
    assert explain_difference(index, "A001", "A000", "2000").parts.tolist() == [[2.0, 0.0]]


def test_the_average_area_has_the_gaps_of_the_area() -> None:
    index = plain([[1.0, 4.0, 3.0], [4.0, 9.0, NAN], [1.0, 2.0, 9.0]])
    found = explain_score(index, period="2000")
    np.testing.assert_allclose(found.parts[0], [(1 - 2) / 3, (4 - 5) / 3, (3 - 6) / 3])
    np.testing.assert_allclose(found.parts[1], [(4 - 2) / 2, (9 - 5) / 2, 0])
    np.testing.assert_allclose(found.references, [13 / 3, 3.5, 13 / 3])
    assert np.isnan(found.normalised[1, 2])
    assert np.isnan(found.compared[1, 2])


def test_a_change_of_coverage_by_hand() -> None:
    values = np.array([[[2.0, 6.0], [1.0, 1.0], [3.0, 2.0]], [[4.0, NAN], [1.0, 1.0], [3.0, 2.0]]])
    method = Method(normalisation=AS_IS, screening=LENIENT)
    found = explain_change(build(indicators(2), make_panel(values), method), "A000")
    # From (2 + 6)/2 = 4 to 4. Value first: (4 + 6)/2 = 5, then 4; gap first: 2, then 4.
    np.testing.assert_allclose(found.parts, [[(1 + 2) / 2, (-1 - 2) / 2]])
    assert found.table["coverage"].tolist() == ["both", "there only"]
    assert "m1 has a figure only for 2000: its part (−15.0)" in found.findings[-1]


def test_copeland_among_the_other_areas_by_hand() -> None:
    index = plain([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]], "copeland")
    found = explain_score(index, ["A000", "A001", "A002"], "2000")
    # The average area (2, 2) in the place of the first ties with the second and loses to the third.
    np.testing.assert_allclose(found.references, [-1, 0, 1])
    np.testing.assert_allclose(found.parts, [[-0.5, -0.5], [0, 0], [0.5, 0.5]])
    pair = explain_difference(index, "A002", "A000", "2000")
    np.testing.assert_allclose(pair.parts, [[2, 2]])


def test_an_unknown_function_is_taken_to_compare_areas() -> None:
    rows = [[1.0, 4.0, 2.0], [4.0, 9.0, 1.0], [1.0, 2.0, 5.0], [2.0, 2.0, 2.0]]
    own, known = plain(rows, copeland), plain(rows, "copeland")
    assert not stands_alone(own)
    assert stands_alone(plain(rows, "geometric"))
    for question in (explain_score, explain_change):
        np.testing.assert_array_equal(question(own).parts, question(known).parts)


@pytest.mark.parametrize("weighting", ["pca", "benefit-of-the-doubt"])
def test_weights_that_are_read_off_the_scores(weighting: str) -> None:
    method = Method(normalisation="min-max", weighting=weighting, scope="pooled")
    index = build(toyland.framework(), toyland.panel(), method)
    normalised = index.stages["normalised"][2]
    level = np.nanmean(normalised, axis=0)
    found = explain_score(index, period="2023")
    share = index.shares[2, :, len(index.framework.groups) :]
    np.testing.assert_allclose(found.parts, np.nan_to_num(share * (normalised - level)), atol=1e-12)
    if weighting == "benefit-of-the-doubt":
        return  # every mixture is a programme per area: right, but slow
    for other in (explain_difference(index, "T01", "T02"), explain_change(index, "T03")):
        np.testing.assert_allclose(other.parts.sum(axis=1), other.scores - other.references, atol=1e-12)


def test_a_domain_left_out_for_want_of_figures_counts_for_nothing() -> None:
    framework = Framework(
        name="two",
        title="Two",
        domains=(Domain(name="x", title="X"), Domain(name="y", title="Y")),
        members=tuple(Member(indicator=f"m{i}", direction="higher", domain="xxyy"[i]) for i in range(4)),
    )
    values = np.array([[[1.0, 5.0, 3.0, 3.0], [2.0, NAN, 4.0, 5.0], [6.0, 1.0, 2.0, 1.0]]])
    for aggregation in ("arithmetic", "geometric", "copeland"):
        method = Method(
            normalisation=AS_IS, aggregation=aggregation, screening=LENIENT, at={"x": {"minimum_share": 0.9}}
        )
        index = build(framework, make_panel(values), method)
        assert np.isnan(index.scores[0, 1, 1])
        for found in (explain_difference(index, "A000", "A001"), explain_score(index)):
            np.testing.assert_allclose(found.parts.sum(axis=1), found.scores - found.references, atol=1e-12)
        assert explain_score(index, "A000", node="x").compared.tolist() == [[3.5, 3.0]], "A001 has no score there"
        score = explain_score(index, "A001")
        assert (score.parts[0, :2] == 0).all()
        assert score.table["coverage"].tolist() == ["both", "neither", "both", "both"]


def test_a_domain_of_no_weight_can_still_be_explained() -> None:
    framework = toyland.framework()
    domains = [{**d.model_dump(), "weight": 0.0 if d is framework.domains[0] else 1.0} for d in framework.domains]
    index = build(framework.replace(domains=domains), toyland.panel(), Method(scope="pooled"))
    name = framework.domains[0].name
    found = explain_score(index, period="2023", node=name)
    np.testing.assert_allclose(found.scores, index.scores[2, :, index.nodes.index(name)])
    np.testing.assert_allclose(found.parts.sum(axis=1), found.scores - found.references, atol=1e-12)
    assert np.abs(found.parts).max() > 0.1
    assert (explain_score(index).parts[:, [m in found.members for m in framework.indicators]] == 0).all()


def test_each_period_for_itself_has_no_change(whole: Index) -> None:
    index = build(toyland.framework(), toyland.panel(), Method())
    with pytest.raises(MethodError, match="base period"):
        explain_change(index, "T01")
    assert len(explain_change(whole).areas) == 12
    assert explain_change(whole, "T01", "2022", "2021").periods == ("2021",)


def test_names_that_are_not_there(whole: Index) -> None:
    with pytest.raises(NotFound, match="area"):
        explain_score(whole, "T99")
    with pytest.raises(NotFound, match="period"):
        explain_change(whole, "T01", "1999", "2023")
    with pytest.raises(NotFound, match="domain"):
        explain_score(whole, "T01", node="weekly_pay")
    with pytest.raises(MethodError, match="average or zero"):
        explain_score(whole, "T01", reference="best")
    with pytest.raises(MethodError, match="paired"):
        explain_difference(whole, ["T01", "T02"], ["T03", "T04", "T05"])


def test_areas_without_a_score_are_told_with_the_reason() -> None:
    values = np.random.default_rng(1).normal(50, 9, (2, 5, 3))
    values[0, 1] = values[1, 2] = NAN
    index = build(flat_framework(3), make_panel(values), Method(scope="pooled"))
    with pytest.raises(MissingData) as raised:
        explain_change(index, ["A001", "A002", "A003"], "2000", "2001")
    assert [fault.what for fault in raised.value.faults] == ["A001 has no score in 2000", "A002 has no score in 2001"]
    assert all(fault.remedy for fault in raised.value.faults)
    assert explain_change(index).areas == ("A000", "A003", "A004")
    assert explain_score(index, period="2000").areas == ("A000", "A002", "A003", "A004")


def test_two_sides_with_nothing_in_common() -> None:
    index = plain([[1.0, NAN], [NAN, 2.0], [3.0, 1.0]])
    with pytest.raises(MissingData, match="in common") as raised:
        explain_difference(index, ["A000", "A002"], "A001")
    assert len(raised.value.faults) == 1


def test_a_mixture_that_has_no_geometric_mean() -> None:
    framework = Framework(
        name="two",
        title="Two",
        domains=(Domain(name="x", title="X"),),
        members=(
            Member(indicator="m0", direction="higher", domain="x"),
            Member(indicator="m1", direction="higher", domain="x"),
            Member(indicator="m2", direction="higher"),
        ),
    )
    values = np.array([[[-1.0, 3.0, 1.0], [3.0, -1.0, 1.0], [2.0, 2.0, 3.0]]])
    method = Method(normalisation=AS_IS, at={"index": {"aggregation": "geometric"}})
    index = build(framework, make_panel(values), method)
    with pytest.raises(MethodError, match=r"mixture.*x of A000 in a mixture") as raised:
        explain_difference(index, "A000", "A001")
    assert "positive scale" in str(raised.value)
    with pytest.raises(MethodError, match="zero"):
        explain_score(index, "A000", reference="zero")


def test_findings_are_plain_sentences(whole: Index) -> None:
    found = explain_difference(whole, "T01", "T10", titles={"T01": "Ashford", "low_pay": "Low pay"})
    assert found.findings[0].startswith("Ashford scores ")
    assert " T10 (" in found.findings[0]
    assert any(s.startswith("Low pay has a figure only for Ashford: its part (") for s in found.findings)
    assert "-" not in " ".join(found.findings)
    both = [*explain_change(whole).findings, *explain_score(whole, node=whole.framework.groups[1]).findings]
    assert f"({whole.framework.domains[0].title})" in both[-2] + both[-3] + both[-4]


def test_tables_agree_with_each_other(whole: Index) -> None:
    found = explain_change(whole)
    assert len(found.table) == 12 * 6
    assert len(found.domains) == 12 * 3
    by_area = found.table.groupby("area")["part"].sum()
    pd.testing.assert_series_equal(by_area, found.totals.set_index("area")["distance"], check_names=False)
    by_area = found.domains.groupby("area")["displayed"].sum()
    pd.testing.assert_series_equal(by_area, found.totals.set_index("area")["displayed"], check_names=False)
    gap = found.table[(found.table["area"] == "T10") & (found.table["indicator"] == "low_pay")]
    assert gap["coverage"].tolist() == ["there only"]
    assert (found.table["displayed"] == 10 * found.table["part"]).all()


@pytest.mark.parametrize("aggregation", ["arithmetic", "geometric", "copeland"])
def test_real_figures(aggregation: str) -> None:
    """Every score and change of the shipped figures is explained without rest, and no mixture is out of reach."""
    material = shipped_material()
    framework = material.frameworks[0]
    areas = [area.code for area in material.geography.at("upper tier")]
    table = material.observations
    panel = Panel.from_table(table, indicators=framework.indicators, areas=areas, periods=["2018", "2019"])
    normalisation = {"name": "z-score", "mean": 100, "sd": 10}
    method = framework.method.replace(normalisation=normalisation, aggregation=aggregation, scope="pooled")
    index = build(framework, panel, method)
    york = "E06000014"
    for found in (
        explain_score(index, york if aggregation == "copeland" else None),
        explain_change(index),
        explain_difference(index, york, "E08000035"),
    ):
        np.testing.assert_allclose(found.parts.sum(axis=1), found.scores - found.references, rtol=1e-10, atol=1e-10)
        assert len(found.findings) >= 2 * len(found.areas)
    assert len(explain_change(index).areas) > (0 if aggregation == "copeland" else 100)
