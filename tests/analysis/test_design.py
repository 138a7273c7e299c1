"""Plans: every option as often as declared, and a refusal where a choice cannot be varied as asked."""

from __future__ import annotations

import numpy as np
import pytest
from tests import toyland

from goodwork.analysis.design import Design, factors_of, noisy_weights, sampling_factor, variants_of
from goodwork.errors import DeclarationError, MethodError
from goodwork.model.framework import INDEX, Domain, Framework, Member
from goodwork.model.method import Method
from goodwork.model.uncertainty import Uncertainty

MEANS = {"name": "mean", "options": [{"aggregation": "arithmetic"}, {"aggregation": "median"}],
         "probabilities": [0.8, 0.2]}  # fmt: skip


def framework(**uncertainty) -> Framework:
    return toyland.framework().replace(uncertainty=Uncertainty.from_dict(uncertainty))


def test_nothing_declared_is_nothing_varied() -> None:
    assert factors_of(toyland.framework().replace(uncertainty=Uncertainty()), Method()) == ()
    assert not Uncertainty()


def test_options_come_as_often_as_declared() -> None:
    fw = framework(alternatives=[MEANS], drop={"of": "domains", "chance": 0.6})
    design = Design.drawn(factors_of(fw, fw.method), 20_000, 1, errors=False)
    np.testing.assert_allclose(np.bincount(design.choices[:, 0]) / 20_000, [0.8, 0.2], atol=0.01)
    np.testing.assert_allclose(np.bincount(design.choices[:, 1]) / 20_000, [0.4, 0.2, 0.2, 0.2], atol=0.01)
    assert abs(np.corrcoef(design.choices.T)[0, 1]) < 0.03


def test_an_option_of_probability_zero_never_comes() -> None:
    fw = framework(alternatives=[{**MEANS, "probabilities": [1.0, 0.0]}])
    factor = factors_of(fw, fw.method)[0]
    assert set(factor.chosen(np.linspace(0, 1, 101, endpoint=False))) == {0}


def test_variants_are_methods_with_parts_in_place() -> None:
    fw = framework(alternatives=[MEANS], period={"periods": [0, -1]})
    design = Design.drawn(factors_of(fw, fw.method), 100, 1, errors=False)
    variants, which = variants_of(design, fw.method)
    assert {(v.method.aggregation.name, v.shift) for v in variants} == {
        (mean, shift) for mean in ("arithmetic", "median") for shift in (0, -1)
    }
    first = variants[which[0]]
    assert first.shift == (0, -1)[design.choices[0, 1]]


@pytest.mark.parametrize("noise", [{"within": 0.25}, {"concentration": 200.0}])
def test_weights_are_drawn_around_the_stated_ones(noise: dict) -> None:
    fw = framework(weights={**noise, "sets": 4000})
    sets = noisy_weights(fw, fw.method, fw.uncertainty.weights)
    for node in fw.groups:
        children = [fw.nodes.index(child) for child in fw.children(node)]
        stated = np.array([fw.weight(child) for child in fw.children(node)])
        share = sets[:, children] / sets[:, children].sum(axis=1, keepdims=True)
        np.testing.assert_allclose(share.mean(axis=0), stated / stated.sum(), atol=0.015)
        assert share.std(axis=0).min() > 0.01
        if "within" in noise:
            assert (np.abs(sets[:, children] / stated - 1) <= 0.25).all()


def test_only_the_levels_asked_are_drawn() -> None:
    fw = framework(weights={"within": 0.5, "levels": [2], "sets": 10})
    sets = noisy_weights(fw, fw.method, fw.uncertainty.weights)
    level = np.array([fw.level(node) for node in fw.nodes])
    assert (np.ptp(sets[:, level == 2], axis=0) > 0).all()
    assert (np.ptp(sets[:, level != 2], axis=0) == 0).all()


def test_a_part_of_a_design_keeps_its_numbers() -> None:
    fw = framework(alternatives=[MEANS])
    design = Design.drawn(factors_of(fw, fw.method), 100, 1, errors=True)
    part = design[40:60]
    assert (len(part), part.first) == (20, 40)
    np.testing.assert_array_equal(part.choices, design.choices[40:60])


def test_sampling_error_can_be_one_factor_among_others() -> None:
    factor = sampling_factor(10)
    assert factor.parts[factor.chosen(np.array([0.0, 0.55, 0.999]))].tolist() == [0, 5, 9]


@pytest.mark.parametrize(
    ("uncertainty", "method", "said"),
    [
        ({"weights": {"within": 0.2}}, {"weighting": "equal"}, "stated weights cannot be varied"),
        ({"weights": {"within": 0.2, "levels": [7]}}, {}, "no such nodes"),
    ],
)
def test_what_cannot_be_varied_as_asked_is_refused(uncertainty: dict, method: dict, said: str) -> None:
    with pytest.raises(MethodError, match=said):
        factors_of(framework(**uncertainty), Method(**method))


def test_the_only_domain_cannot_be_left_out() -> None:
    fw = Framework(
        name="one", title="One", domains=(Domain(name="d", title="D"),),
        members=(Member(indicator="a", domain="d", direction="higher"),
                 Member(indicator="b", domain="d", direction="higher")),
        uncertainty=Uncertainty.from_dict({"drop": {"of": "domains"}}),
    )  # fmt: skip
    assert fw.children(INDEX) == ("d",)
    with pytest.raises(MethodError, match="only one"):
        factors_of(fw, fw.method)


@pytest.mark.parametrize(
    ("uncertainty", "said"),
    [
        ({"alternatives": [{**MEANS, "probabilities": [0.5]}]}, "2 options and 1 probabilities"),
        ({"alternatives": [{**MEANS, "probabilities": [0.9, 0.9]}]}, "add up to 1"),
        ({"alternatives": [MEANS, MEANS]}, "names of their own"),
        ({"weights": {"within": 0.2, "concentration": 10}}, "give one"),
        ({"period": {"periods": [0, 1], "probabilities": [1]}}, "2 options"),
    ],
)
def test_impossible_declarations_are_refused(uncertainty: dict, said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        Uncertainty.from_dict(uncertainty)


def test_an_option_that_is_no_part_of_a_method_is_refused_with_the_framework() -> None:
    wrong = {"alternatives": [{"name": "mean", "options": [{"agregation": "median"}]}]}
    with pytest.raises(DeclarationError, match="agregation"):
        framework(**wrong)
