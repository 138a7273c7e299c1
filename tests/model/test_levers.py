"""Registers of levers, the Charter, groups and counts: what they hold, and that every fault is told at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from goodwork.errors import DeclarationError, NotFound
from goodwork.model.area import plain_name
from goodwork.model.charter import Charter, shipped_charter
from goodwork.model.counts import shipped_counts
from goodwork.model.groups import Groups, combined_authorities
from goodwork.model.indicator import Principle
from goodwork.model.levers import Levers, shipped_levers
from goodwork.monitor import Monitor
from goodwork.sources.folder import read_levers

ONE = """
framework = "good_work"
{extends}
[[lever]]
name = "{name}"
title = "Tea"
what = "Tea for all."
domains = {domains}
principles = {principles}
hold = ["employer"]
evidence = "None."
strength = "{strength}"
measure = ["cups"]
"""


def register(
    name: str = "tea",
    domains: str = '["pay"]',
    principles: str = '["dignity"]',
    strength: str = "thin",
    extends: str = "",
) -> str:
    return ONE.format(name=name, domains=domains, principles=principles, strength=strength, extends=extends)


def test_every_lever_of_the_shipped_register_serves_what_there_is_and_says_what_it_rests_on(monitor: Monitor) -> None:
    levers = shipped_levers().checked_against(monitor.framework())
    assert len(levers.lever) >= 13
    for one in levers.lever:
        assert one.references or one.strength == "thin"
        assert one.measure
    served = {domain for one in levers.lever for domain in one.domains}
    assert served == set(monitor.framework().groups[1:])
    assert {p for one in levers.lever for p in one.principles} == set(get_args(Principle))


def test_unknown_domains_and_principles_are_all_told(monitor: Monitor) -> None:
    text = register(domains='["pay", "acess", "moon"]', principles='["dignety"]')
    with pytest.raises(DeclarationError) as refused:
        Levers.from_toml(text, "mine.toml").checked_against(monitor.framework(), "mine.toml")
    told = str(refused.value)
    assert len(refused.value.faults) == 3
    assert all(word in told for word in ("acess", "moon", "dignety", "did you mean 'access'", "did you mean 'dignity'"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (register(strength="strong"), "strong evidence without a reference"),
        (register(strength="great"), "strength"),
        (register() + register().partition("\n\n")[2], "declared twice: tea"),
        (register(domains="[]"), "domains"),
        (register() + 'colour = "red"\n', "colour"),
        ("framework = ", "not valid TOML"),
    ],
)
def test_a_wrong_register_is_refused(text: str, says: str) -> None:
    with pytest.raises(DeclarationError, match=says):
        Levers.from_toml(text, "mine.toml")


def test_a_register_extends_the_shipped_one_or_stands_instead_of_it(tmp_path: Path) -> None:
    file = tmp_path / "levers.toml"
    file.write_text(register(), encoding="utf-8")
    assert [one.name for one in read_levers(file).lever] == ["tea"]
    file.write_text(register(name="planning", extends="extends = true"), encoding="utf-8")
    joined = read_levers(tmp_path)
    assert [one.name for one in joined.lever] == [one.name for one in shipped_levers().lever]
    assert next(one.title for one in joined.lever if one.name == "planning") == "Tea"
    with pytest.raises(DeclarationError):
        read_levers(tmp_path / "none.toml")


def test_levers_with_stronger_evidence_stand_first() -> None:
    strengths = [one.strength for one in shipped_levers().serving(["access"])]
    assert strengths == sorted(strengths, key=["strong", "mixed", "thin"].index)
    assert shipped_levers().serving([]) == ()


def test_each_principle_stands_once_in_the_charter() -> None:
    charter = shipped_charter()
    assert {one.principle for one in charter.promise} == set(get_args(Principle))
    with pytest.raises(DeclarationError, match="learning stands 0 times"):
        Charter.from_dict({"source": "x", "promise": [one.model_dump() for one in charter.promise[:-1]]})


def test_combined_authorities_are_made_of_areas_none_of_them_in_two(monitor: Monitor) -> None:
    groups = combined_authorities().checked_against(monitor.geography, "combined_authorities.toml")
    counts = Counter(code for group in groups.group for code in group.members)
    assert max(counts.values()) == 1
    places = {plain_name(area.name) for area in monitor.geography.areas}
    for group in groups.group:
        assert plain_name(group.name) not in places  # an area or region of that name would be meant
        assert all(code.startswith("E") for code in group.members)
    assert len(groups.named("greater MANCHESTER").members) == 10
    assert groups.named("nowhere") is None
    wrong = Groups.from_dict({"kind": "x", "group": [{"name": "X", "members": ["E0", "E1"], "source": "me"}]})
    with pytest.raises(DeclarationError) as refused:
        wrong.checked_against(monitor.geography, "mine.toml")
    assert len(refused.value.faults) == 2


def test_counts_name_indicators_of_the_catalogue(monitor: Monitor) -> None:
    counts = shipped_counts().checked_against(monitor.catalogue, "counts.toml")
    assert counts.within(monitor.catalogue) == counts
    assert "median" in counts.reason("median_pay")
    assert counts.reason("unheard of") == "no denominator is held"
    with pytest.raises(DeclarationError, match="no indicator called"):
        counts.checked_against(monitor.catalogue.replace(indicator=monitor.catalogue.indicator[:5]), "counts.toml")


@pytest.mark.parametrize("asked", ["Atlantis", "community Z", "compact 999", "", "Greater Manchestr"])
def test_a_place_or_group_that_is_not_there_is_told_with_the_nearest(monitor: Monitor, asked: str) -> None:
    with pytest.raises(NotFound) as missing:
        monitor.audit(asked)
    if asked == "Greater Manchestr":
        assert missing.value.nearest[0] == "Greater Manchester"
