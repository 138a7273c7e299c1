"""The outcomes and shock files: what ships is right, and each fault is named by place."""

from __future__ import annotations

import pytest

from goodwork.errors import DeclarationError
from goodwork.model import declarations
from goodwork.model.framework import Framework
from goodwork.model.indicator import Catalogue
from goodwork.model.questions import Archetypes, OutcomesQuestion, Recovery, Shocks, Watch

CATALOGUE = Catalogue.from_toml(declarations.text("indicators.toml"), "indicators.toml")


def test_every_outcome_of_the_catalogue_is_asked() -> None:
    question = OutcomesQuestion.from_toml(declarations.text("outcomes.toml"), "outcomes.toml")
    assert question.checked_against(CATALOGUE) is question
    asked = {item.indicator for item in question.outcome}
    doubtful = {"drug_misuse_deaths"}  # its figures may not be what their name says
    assert asked == {item.id for item in CATALOGUE.indicator if item.role == "outcome"} - doubtful
    assert set(question.missing(CATALOGUE)) == {i for i in asked if not CATALOGUE[i].series}
    assert "non-commercial" in question.missing(CATALOGUE)["dalys_liver_disease"]
    assert question.threshold == 0.25


def test_every_shock_indicator_of_the_catalogue_is_used() -> None:
    shocks = Shocks.from_toml(declarations.text("shock.toml"), "shock.toml")
    assert shocks.checked_against(CATALOGUE) is shocks
    covid = shocks.shock[0]
    used = {*covid.indicators, *covid.also}
    assert used == {item.id for item in CATALOGUE.indicator if item.role == "shock"}
    assert set(shocks.missing(CATALOGUE)) == {"covid_death_ratio", "all_cause_deaths_2020"}
    assert covid.recovery[0].periods == ("2019", "2020", "2021", "2022", "2023", "2024", "2025")


def test_the_archetypes_name_profiles_and_no_places() -> None:
    declared = Archetypes.from_toml(declarations.text("archetypes.toml"), "archetypes.toml")
    framework = Framework.from_toml(declarations.text("good_work.toml"), "good_work.toml")
    assert declared.checked_against(framework) is declared
    assert declared.framework == framework.name
    published = {item.published for item in declared.archetype}
    assert published == {"Northern Towns", "Regional Urban Centres", "Rural and Coastal Counties", "Good Work Winners"}
    for item in declared.archetype:
        assert not {"north", "town", "urban", "rural", "coast", "count"} & set(item.name.lower().split())
        assert "satisfactory_hours" not in item.nodes, "it has no figures, so that no community could ever fit"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"name": "A"}, "looks at nothing"),
        ({"name": "A", "above": ["pay"], "near": ["pay"]}, "twice in one rule: pay"),
        ({"name": "", "above": ["pay"]}, "name"),
    ],
)
def test_faults_of_an_archetype(rule: dict[str, object], words: str) -> None:
    with pytest.raises(DeclarationError, match=words):
        Archetypes.from_dict({"framework": "good_work", "archetype": [rule]})


def test_archetypes_must_fit_their_framework() -> None:
    framework = Framework.from_toml(declarations.text("good_work.toml"), "good_work.toml")
    rules = [{"name": "A", "above": ["acess"]}, {"name": "B", "below": ["weather"]}]
    with pytest.raises(DeclarationError, match=r"did you mean 'access'(.|\n)*called 'weather'"):
        Archetypes.from_dict({"framework": "good_work", "archetype": rules}).checked_against(framework)
    with pytest.raises(DeclarationError, match="declared twice: A"):
        Archetypes.from_dict({"framework": "x", "archetype": [{"name": "A", "above": ["y"]}] * 2})


def outcomes_file(**changes: object) -> dict[str, object]:
    return {"title": "T", "outcome": [{"indicator": "hle_male", "family": "healthy life"}], **changes}


SHOCK = {
    "name": "covid", "title": "T", "indicators": ["furlough_takeup", "claimant_rise_2020"], "period": "2020",
    "begins": "2020-03", "ends": "2020-12", "before": "2019",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outcome": []}, "outcome"),
        ({"outcome": 2 * [{"indicator": "hle_male", "family": "healthy life"}]}, "asked twice: hle_male"),
        ({"outcome": [{"indicator": "hle_male", "family": "happy"}]}, "family"),
        ({"threshold": 0}, "threshold"),
        ({"watch": [{"indicator": "suicide", "before": "2019", "after": "2016"}]}, "2019 is not before 2016"),
        ({"peple": "population"}, "did you mean 'people'"),
    ],
)
def test_faults_of_the_outcomes_file(changes: dict[str, object], words: str) -> None:
    with pytest.raises(DeclarationError, match=words):
        OutcomesQuestion.from_dict(outcomes_file(**changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"indicators": ["furlough_takeup", "furlough_takeup"]}, "two different"),
        ({"ends": "2020-01"}, "before it begins"),
        ({"before": "2020"}, "not from before"),
        ({"begins": "March"}, "begins"),
        ({"indicators": ["furlough_takeup"]}, "indicators"),
    ],
)
def test_faults_of_the_shock_file(changes: dict[str, object], words: str) -> None:
    with pytest.raises(DeclarationError, match=words):
        Shocks.from_dict({"shock": [SHOCK | changes]})
    with pytest.raises(DeclarationError, match="declared twice: covid"):
        Shocks.from_dict({"shock": [SHOCK, SHOCK]})


def test_what_the_catalogue_does_not_know() -> None:
    asked = outcomes_file(
        outcome=[{"indicator": "hle_mal", "family": "healthy life"}, {"indicator": "median_pay", "family": "illness"}],
        people="peopel",
    )
    with pytest.raises(DeclarationError, match="does not fit") as caught:
        OutcomesQuestion.from_dict(asked).checked_against(CATALOGUE)
    assert [fault.column for fault in caught.value.faults] == ["outcome.indicator", "outcome.indicator", "people"]
    assert "hle_male" in str(caught.value)
    followed = {"indicator": "self_employed", "before": "2019", "at": "2020", "later": ["2021"]}
    with pytest.raises(DeclarationError, match="no better end"):
        Shocks.from_dict({"shock": [SHOCK | {"recovery": [followed]}]}).checked_against(CATALOGUE)


def test_periods_in_order() -> None:
    with pytest.raises(DeclarationError, match="order of time"):
        Recovery.from_dict({"indicator": "claimant_rate", "before": "2019", "at": "2021", "later": ["2020"]})
    assert Watch(indicator="suicide", before="2016", after="2019").why == ""
