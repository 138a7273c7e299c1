"""Choices per level and per node, plug-ins, order of steps, forced screening, denominators; and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests import toyland

from goodwork.analysis.robustness import robustness
from goodwork.errors import DeclarationError, MethodError
from goodwork.index.aggregation import AGGREGATION
from goodwork.index.arguments import Context
from goodwork.index.build import aggregate_nodes, build, check_method
from goodwork.index.normalisation import NORMALISATION
from goodwork.index.weighting import WEIGHTING
from goodwork.model.framework import Framework, Member
from goodwork.model.method import Method

EVERYBODY = {"minimum_share": 0.0, "every_domain": False}


def case(members: int = 4, domains: int = 2, periods: int = 1) -> tuple[Framework, object]:
    values = np.random.default_rng(7).uniform(1, 10, size=(periods, 8, members))
    return toyland.flat_framework(members, domains), toyland.make_panel(values)


def test_another_mean_for_one_node_or_one_level() -> None:
    fw, panel = case()
    scale = {"name": "min-max", "low": 1, "high": 100}
    plain = build(fw, panel, Method(normalisation=scale))
    node = build(fw, panel, Method(normalisation=scale, at={"d0": {"aggregation": "geometric"}}))
    level = build(fw, panel, Method(normalisation=scale, at={"level 2": {"aggregation": "geometric"}}))
    place = {name: i for i, name in enumerate(fw.nodes)}
    columns = [place[child] for child in fw.children("d0")]
    geometric = np.exp(np.log(plain.scores[..., columns]).mean(axis=-1))
    np.testing.assert_allclose(node.scores[..., place["d0"]], geometric)
    np.testing.assert_allclose(node.scores[..., place["d1"]], plain.scores[..., place["d1"]])
    assert (level.scores[..., place["d1"]] <= plain.scores[..., place["d1"]] + 1e-12).all()
    np.testing.assert_allclose(
        level.scores[..., 0], (level.scores[..., place["d0"]] + level.scores[..., place["d1"]]) / 2
    )
    own = Method(normalisation=scale, at={"level 2": {"aggregation": "geometric"}, "d1": {"aggregation": "arithmetic"}})
    np.testing.assert_allclose(build(fw, panel, own).scores, node.scores)
    with pytest.raises(MethodError, match="geometric"):
        _ = node.contributions


@pytest.mark.parametrize("name", ["geometric", "harmonic"])
@pytest.mark.parametrize("weighting", ["stated", "entropy"])
def test_the_same_mean_at_every_level_is_that_mean_of_the_scores_beneath(name: str, weighting: str) -> None:
    fw, panel = case()
    scale = {"name": "min-max", "low": 1, "high": 100}
    own = Method(normalisation=scale, aggregation=name, weighting=weighting)
    found = build(fw, panel, own)
    domains = found.scores[..., [found.nodes.index(child) for child in fw.children("index")]]
    weights = WEIGHTING[weighting](domains, np.ones(2))
    np.testing.assert_allclose(found.scores[..., 0], AGGREGATION[name](domains, weights), rtol=1e-12)
    only = aggregate_nodes(Context.of(fw, panel), own, found.stages["normalised"], nodes=["index"])
    np.testing.assert_array_equal(only[..., 0], found.scores[..., 0])


def test_choices_are_written_in_a_file_too() -> None:
    framework = Framework.from_toml(
        """
        name = "filed"
        title = "Filed"
        members = [
          { indicator = "m0", direction = "higher" }, { indicator = "m1", direction = "higher" },
          { indicator = "m2", direction = "lower" },
        ]
        [method]
        normalisation = "min max"
        treatment = { name = "winsorise", highest = 1 }
        [method.at.m1]
        normalisation = { name = "goalposts", low = 0, high = 20 }
        [method.at."level 2"]
        aggregation = { name = "generalised mean", p = 2 }
        """
    )
    values = np.random.default_rng(7).uniform(1, 10, size=(1, 8, 3))
    index = build(framework, toyland.make_panel(values))
    winsorised = np.minimum(values[0], np.sort(values[0], axis=0)[-2])
    np.testing.assert_allclose(index.stages["treated"][0], winsorised)
    np.testing.assert_allclose(index.stages["normalised"][0, :, 1], winsorised[:, 1] / 20 * 100)
    np.testing.assert_allclose(index.scores[0, :, 0], np.sqrt((index.stages["normalised"][0] ** 2).mean(axis=-1)))


def test_an_indicators_own_settings_do_not_lose_the_general_ones() -> None:
    method = Method(
        treatment={"name": "two-stage", "points": 3, "skew": 1.5},
        at={"m0": {"treatment": {"name": "two-stage", "points": 1}}},
    )
    assert method.choice("treatment", "m0", 1).parameters == {"points": 1, "skew": 1.5}
    assert method.choice("treatment", "m1", 1).parameters == {"points": 3, "skew": 1.5}


def test_a_plain_function_is_a_method_and_so_is_an_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    fw, panel = case()

    def thirds(values: np.ndarray, reference: np.ndarray) -> np.ndarray:
        return values / 3

    index = build(fw, panel, Method(normalisation=thirds))
    np.testing.assert_allclose(index.stages["normalised"], index.stages["oriented"] / 3)
    assert Method(normalisation=thirds).replace(scope="pooled").normalisation.name is thirds

    class Point:
        name = "thirds"

        @staticmethod
        def load() -> object:
            return thirds

    monkeypatch.setattr(
        "goodwork.plugins.entry_points", lambda group: [Point] if group.endswith("normalisation") else []
    )
    monkeypatch.setattr(NORMALISATION, "_entry_points_read", False)
    monkeypatch.setattr(NORMALISATION, "_methods", dict(NORMALISATION._methods))
    np.testing.assert_allclose(build(fw, panel, Method(normalisation="thirds")).scores, index.scores)


def test_a_threshold_of_data_per_node() -> None:
    fw, panel = case(4, 2)
    value = panel.value.copy()
    value[0, 0, 0] = np.nan  # half of d0 is there for the first area
    panel = replace(panel, value=value)
    kept = build(fw, panel, Method(screening=EVERYBODY))
    strict = build(fw, panel, Method(screening=EVERYBODY, at={"d0": {"minimum_share": 0.75}}))
    place = fw.nodes.index("d0")
    assert np.isfinite(kept.scores[0, 0, place])
    assert np.isnan(strict.scores[0, 0, place])
    assert np.isfinite(strict.scores[0, 0, 0])
    np.testing.assert_array_equal(kept.scores[0, 1:], strict.scores[0, 1:])


def test_areas_kept_and_dropped_whatever_their_figures() -> None:
    fw, panel = case()
    value = panel.value.copy()
    value[0, 0, :3] = np.nan
    panel = replace(panel, value=value)
    assert np.isnan(build(fw, panel).scores[0, 0, 0])
    forced = build(fw, panel, Method(screening={"keep": ["A000"], "drop": ["A001"]}))
    assert np.isfinite(forced.scores[0, 0, 0])
    assert forced.excluded["reason"].tolist() == ["left out by the framework's screening"]
    with pytest.raises(MethodError, match="Z999"):
        build(fw, panel, Method(screening={"keep": ["Z999"]}))


def test_too_many_zeros() -> None:
    fw, panel = case()
    value = panel.value.copy()
    value[0, 0, :3] = 0.0
    index = build(fw, replace(panel, value=value), Method(screening={"minimum_nonzero": 0.5}))
    assert index.excluded["reason"].tolist() == ["25 % of its figures are not zero; 50 % are needed"]


@pytest.mark.parametrize("name", ["mean", "median", "em", "iterative", "nearest-neighbours", "regression"])
def test_a_filling_never_lets_an_area_in(name: str) -> None:
    fw, panel = case(4, 2)
    value = panel.value.copy()
    value[0, 0, :3] = np.nan
    value[0, 1, 0] = np.nan
    index = build(fw, replace(panel, value=value), Method(imputation=name))
    assert np.isnan(index.scores[0, 0]).all()
    assert np.isfinite(index.stages["imputed"][0, 1, 0])


def test_denominators() -> None:
    fw = Framework(
        name="per_head",
        title="Per head",
        members=(
            Member(indicator="m0", direction="higher", denominator="m2", factor=1000),
            Member(indicator="m1", direction="higher"),
        ),
    )
    values = np.random.default_rng(7).uniform(1, 10, size=(1, 6, 3))
    values[0, 0, 2] = 0.0
    index = build(fw, toyland.make_panel(values), Method(screening=EVERYBODY))
    expected = 1000 * values[0, :, 0] / np.where(values[0, :, 2] == 0, np.nan, values[0, :, 2])
    np.testing.assert_allclose(index.stages["denominated"][0, :, 0], expected)


@pytest.mark.parametrize("scope", ["each period", "pooled", "base period"])
def test_weights_of_areas_by_the_name_of_an_indicator(scope: str) -> None:
    fw, panel = case(3, 1, periods=2)
    fw = fw.replace(members=fw.members[:2])
    method = Method(
        normalisation={"name": "z-score", "area_weights": "m2"}, scope=scope, base_period="2000", screening=EVERYBODY
    )
    index = build(fw, panel, method)
    z, weights = index.stages["normalised"], panel.value[..., 2:]
    mean = {
        "each period": (z * weights).sum(axis=1) / weights.sum(axis=1),
        "pooled": (z * weights).sum(axis=(0, 1)) / weights.sum(axis=(0, 1)),
        "base period": (z[0] * weights[0]).sum(axis=0) / weights[0].sum(axis=0),
    }[scope]
    np.testing.assert_allclose(mean, 0, atol=1e-12)


def test_order_of_steps_matters_and_is_kept() -> None:
    fw, panel = case()
    value = panel.value.copy()
    value[0, 0, :3] = np.nan
    panel = replace(panel, value=value)
    first = Method(order=("impute", "screen", "treat"), imputation="mean")
    assert list(build(fw, panel, first).stages)[:4] == ["values", "imputed", "screened", "treated"]
    assert np.isfinite(build(fw, panel, first).scores[0, 0, 0])
    with pytest.raises(DeclarationError, match="twice"):
        Method.from_dict({"order": ["treat", "treat"]})


def test_draws_of_what_stands_in_for_a_gap_reach_the_interval() -> None:
    """Where a figure is imputed several times over, its area is less certain than where one number is put in."""
    fw, panel = toyland.framework(), toyland.panel()
    value, lower, upper = panel.value.copy(), panel.lower.copy(), panel.upper.copy()
    for array in (value, lower, upper):
        array[:, 0, 0] = np.nan
    panel = replace(panel, value=value, lower=lower, upper=upper)
    spread = {
        name: robustness(
            fw, panel, toyland.catalogue(), Method(imputation=name, screening=EVERYBODY), draws=200
        ).score_sd[:, 0, 0]
        for name in ("em", "multiple")
    }
    ratio = spread["multiple"] / spread["em"]
    assert (ratio > 1.02).all()
    assert ratio.max() > 1.3


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ({"at": {"nowhere": {"aggregation": "median"}}}, "'nowhere', which the framework does not have"),
        ({"at": {"level 9": {"aggregation": "median"}}}, "'level 9'"),
        ({"at": {"d0": {"aggregation": "meadian"}}}, "unknown aggregation method 'meadian'"),
        ({"at": {"d0": {"aggregation": {"name": "median", "p": 1}}}}, "no parameter 'p'"),
        ({"normalisation": {"name": "goalposts", "low": {"m0": 1}, "high": {"m0": 2}}}, "says nothing of m1, m2, m3"),
        ({"normalisation": {"name": "goalposts", "low": {"m9": 1}, "high": 2}}, "speaks of m9"),
        ({"normalisation": {"name": "goalposts", "low": 5, "high": 2}}, "m0"),
        ({"normalisation": {"name": "goalposts", "low": float("nan"), "high": 2}}, "not a finite number"),
        ({"normalisation": {"name": "z-score", "area_weights": "people"}}, "no indicator 'people'"),
        ({"imputation": {"name": "group-mean", "groups": "region"}}, "there is no grouping 'region'"),
        ({"aggregation": "geometric"}, "m3 of A000 in 2000 (under d1)"),
        ({"aggregation": "harmonic"}, "of A"),
        ({"weighting": {"name": "budget", "points": [[0, 0]]}}, "(weights under"),
        ({"weighting": {"name": "benefit-of-the-doubt", "low": 0.8}, "normalisation": "min-max"}, "bounds"),
    ],
)
def test_what_is_refused_says_why_and_what_to_do(method: dict, words: str) -> None:
    fw, panel = case()
    with pytest.raises(MethodError) as caught:
        build(fw, panel, Method(**method))
    assert words in str(caught.value)
    assert caught.value.remedy or all(f.remedy for f in caught.value.faults)


def test_a_group_that_is_all_missing_is_named() -> None:
    fw, panel = case()
    value = panel.value.copy()
    value[0, :2, 0] = np.nan
    panel = replace(panel, value=value, groups={"side": np.array(["west"] * 2 + ["east"] * 6)})
    with pytest.raises(MethodError, match="west"):
        build(fw, panel, Method(imputation={"name": "group-mean", "groups": "side"}, screening=EVERYBODY))


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_numbers_in_declarations_are_finite(number: str) -> None:
    text = f'name = "x"\ntitle = "X"\nmembers = [{{ indicator = "a", direction = "higher", weight = {number} }}]'
    with pytest.raises(DeclarationError) as caught:
        Framework.from_toml(text)
    assert "members.1.weight" in str(caught.value)


def test_every_method_can_be_checked_by_name() -> None:
    from goodwork.report.methods import STEPS

    for step, _, registry in STEPS:
        for name in registry:
            check_method(Method(**{step: name}))


@pytest.mark.parametrize("name", ["importance", "low"])
def test_a_weighting_may_be_told_one_number_per_child_in_a_table(name: str) -> None:
    """As the documentation of ``optimised`` says; a list in the children's order says the same."""
    weighting = "optimised" if name == "importance" else "benefit-of-the-doubt"
    fw, panel = case(4, 1)
    table = {"m0": 0.4, "m1": 0.3, "m2": 0.1, "m3": 0.2}

    def at(value: object) -> Method:
        return Method(normalisation="min-max", at={"d0": {"weighting": {"name": weighting, name: value}}})

    np.testing.assert_array_equal(build(fw, panel, at(table)).scores, build(fw, panel, at([*table.values()])).scores)
