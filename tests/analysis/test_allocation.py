"""A budget shared among areas: by hand, in the bounds, beside other rules, and under doubt."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from goodwork.analysis.allocation import RULES, allocate, concentration, needs
from goodwork.analysis.finding import told
from goodwork.errors import DeclarationError, MethodError
from goodwork.model.allocation import Formula, Tier

AREAS = ("a", "b", "c", "d", "e")
SCORES = np.array([90.0, 95.0, 98.0, 100.0, 115.0])
PEOPLE = np.array([1000.0, 2000.0, 500.0, 4000.0, 2500.0])


def shared(formula: Formula, **more: object):
    return allocate(formula, AREAS, SCORES, PEOPLE, period="2023", **more)


def test_need_is_distance_times_people() -> None:
    found = shared(Formula(budget="2100"))
    assert found.need.tolist() == [10_000, 10_000, 1_000, 0, 0]
    assert found.pounds.tolist() == [1000, 1000, 100, 0, 0]
    assert found.table["gains"].sum() == pytest.approx(0)


def test_power_counts_heads_distance_or_more() -> None:
    for power, wants in ((0, [1000, 2000, 500, 0, 0]), (2, [100_000, 50_000, 2_000, 0, 0])):
        assert needs(Formula(budget="1", power=power), "need", SCORES, PEOPLE).tolist() == wants


def test_a_taper_has_no_cliff() -> None:
    formula = Formula(budget="1", power=0, taper=5)
    scores = np.linspace(94, 106, 2401)
    found = needs(formula, "need", scores, np.ones(2401))
    assert np.abs(np.diff(found)).max() < 0.0011
    assert found[scores <= 100].min() == pytest.approx(1)
    assert found[scores >= 105].max() == pytest.approx(0)
    cliff = needs(formula.replace(taper=0), "need", scores, np.ones(2401))
    assert np.abs(np.diff(cliff)).max() == 1


def test_tiers_are_counted_from_the_lowest_and_ties_share_one() -> None:
    formula = Formula(budget="1", tiers=(Tier(upto=0.2, weight=3), Tier(upto=0.6, weight=1)))
    assert needs(formula, "tiers", SCORES, PEOPLE).tolist() == [3000, 2000, 500, 0, 0]
    tied = np.array([90.0, 90.0, 98.0, 100.0, 115.0])
    assert needs(formula, "tiers", tied, PEOPLE).tolist() == [3000, 6000, 500, 0, 0]


def test_floor_cap_and_minimum_by_hand() -> None:
    found = shared(Formula(budget="2100", floor="50", cap="900"))
    assert found.pounds.tolist() == [900, 900, 200, 50, 50]
    smallest = shared(Formula(budget="2100", minimum="150"))
    assert smallest.pounds.tolist() == [1050, 1050, 0, 0, 0]


def test_the_odd_penny_goes_to_the_largest_remainder() -> None:
    found = allocate(Formula(budget="0.10", by="equal"), AREAS[:3], SCORES[:3], PEOPLE[:3])
    assert sorted(found.grants.tolist()) == [3, 3, 4]
    assert found.grants.sum() == 10


def test_every_rule_is_compared_within_the_same_bounds() -> None:
    found = shared(Formula(budget="2000", cap="700"))
    assert set(found.rules) == set(RULES)
    by_rule = found.summary.set_index("rule")
    assert "no more than £700.00" in by_rule.loc["tiers", "why_not"], "the lowest fifth is one area here"
    assert np.isnan(found.compared["tiers"]).all()
    for rule in ("need", "population", "equal"):
        assert found.compared[rule].sum() == pytest.approx(2000)
    assert any("bounds forbid: tiers" in note for note in found.notes)


def test_concentration_by_hand_and_its_limits() -> None:
    people = np.array([1.0, 1.0, 1.0, 1.0])
    scores = np.array([1.0, 2.0, 3.0, 4.0])
    assert concentration(people, people, scores) == pytest.approx(0)
    assert concentration(np.array([4.0, 0, 0, 0]), people, scores) == pytest.approx(-0.75)
    assert concentration(np.array([0.0, 0, 0, 4]), people, scores) == pytest.approx(0.75)
    tied = concentration(np.array([4.0, 0, 0, 0]), people, np.array([1.0, 1.0, 3.0, 4.0]))
    swapped = concentration(np.array([0.0, 4, 0, 0]), people, np.array([1.0, 1.0, 3.0, 4.0]))
    assert tied == pytest.approx(swapped), "areas with one score are taken together"


def test_ranges_are_the_formula_applied_to_every_rebuilt_index() -> None:
    rng = np.random.default_rng(5)
    drawn = SCORES + rng.normal(0, 3, (150, 5))
    drawn = drawn[(drawn < 100).sum(axis=1) > 1]  # else the cap leaves money over
    formula = Formula(budget="3000", floor="10", cap="1500")
    found = shared(formula, replicates={"sampling": drawn})
    each = np.array([allocate(formula, AREAS, one, PEOPLE).pounds for one in drawn])
    low, high = found.ranges["sampling"]
    assert low == pytest.approx(np.quantile(each, 0.025, axis=0), abs=0.01)
    assert high == pytest.approx(np.quantile(each, 0.975, axis=0), abs=0.01)
    assert found.paid["sampling"].tolist() == [1.0] * 5
    assert (found.table["low_sampling"] <= found.table["high_sampling"]).all()


def test_areas_without_a_score_or_people_are_named_and_get_nothing() -> None:
    scores, people = SCORES.copy(), PEOPLE.copy()
    scores[0], people[1] = np.nan, np.nan
    found = allocate(Formula(budget="100"), AREAS, scores, people, titles={"a": "Ayr"})
    assert set(found.without) == {"a", "b"}
    assert found.areas == ("c", "d", "e")
    assert any("Ayr (it has no score)" in note for note in found.notes)
    with pytest.raises(MethodError, match="no area here"):
        allocate(Formula(budget="100"), AREAS, np.full(5, np.nan), PEOPLE)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ({"budget": "10", "floor": "3"}, ["a floor of £3.00 for 5 areas is more than the budget, £10.00"]),
        ({"budget": "1000", "cap": "100"}, ["no more than £300.00 of £1,000.00 can be spent"]),
        ({"budget": "1000", "minimum": "2000"}, ["minimum grant, £2,000.00, is more than the budget"]),
        ({"budget": "10", "threshold": 50, "floor": "3"}, ["no area is in need", "a floor of £3.00"]),
        ({"budget": "900", "minimum": "300", "cap": "320"}, ["minimum and cap together leave money over"]),
        ({"budget": "1000", "minimum": "450", "cap": "480"}, ["minimum and cap together leave money over"]),
    ],
)
def test_bounds_that_cannot_hold_are_all_told(formula: dict[str, object], said: list[str]) -> None:
    with pytest.raises(MethodError) as caught:
        shared(Formula.from_dict(formula))
    whats = [fault.what for fault in caught.value.faults]
    assert len(whats) == len(said), whats
    for wanted in said:
        assert any(wanted in what for what in whats)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"budget": "-5"}, "greater than 0"),
        ({"budget": "1.005"}, "decimal"),
        ({"budget": "10", "floor": "3", "cap": "2"}, "the floor, 3, is above the cap, 2"),
        ({"budget": "10", "minimum": "3", "cap": "2"}, "the minimum grant, 3, is above the cap"),
        ({"budget": "10", "floor": "1", "minimum": "2"}, "less than 2 is not paid"),
        ({"budget": "10", "tiers": [{"upto": 0.5}, {"upto": 0.2}]}, "further than the one before"),
        ({"budget": "10", "tiers": [{"upto": 0.5, "weight": 0}]}, "no tier has a weight"),
        ({"budget": "10", "by": "whim"}, "need"),
        ({"budget": "10", "thresholt": 90}, "threshold"),
    ],
)
def test_a_formula_that_cannot_be(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        Formula.from_dict(wrong, "allocation.toml")
    assert says in str(caught.value)


def test_a_formula_is_data() -> None:
    text = 'budget = "1000000"\nby = "tiers"\n[[tiers]]\nupto = 0.1\nweight = 2\n[[tiers]]\nupto = 0.3\n'
    found = Formula.from_toml(text, "allocation.toml")
    assert found.budget == Decimal(1_000_000)
    assert found.tiers[1].weight == 1


def test_every_number_in_a_sentence_is_the_tables() -> None:
    drawn = SCORES + np.random.default_rng(5).normal(0, 3, (200, 5))
    found = shared(Formula(budget="2100"), replicates={"sampling": drawn})
    for said in found.findings:
        assert told(said.template, said.plain) == said
    assert "3 of 5 areas get something: from £100.00 (c) to £1,000.00" in found.findings[0]
    lowest = found.table[found.table["score"] == 90.0]["grant"].sum() / found.table["grant"].sum()
    assert f"{100 * lowest:.0f} % of it" in found.findings[1]
    moved = found.table["gains"].abs().sum() / 2
    assert f"£{moved:,.0f}" in found.findings[2]
