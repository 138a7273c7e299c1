"""Sentences keep their numbers: they can be written again, sent, and looked up."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pandas as pd
import pytest

from goodwork.analysis.finding import Finding, say, slug, told


def nested() -> Finding:
    """A sentence with numbers of several kinds, a list, and sentences inside it."""
    inner = say("r = {r:.2f} ({n:areas})", r=np.float64(-0.514), n=np.int64(1))
    parts = [say("{name} ({change:+.1f})", name=name, change=x) for name, x in (("Ayr, East", -1.25), ("Deal", 2.0))]
    template = "{one:opened}: {found}; {parts:list}; {share:.0%} of {total:,}; {gap:number}; {low:number}."
    return say(template, one="work", found=inner, parts=parts, share=0.256, total=12345, gap=float("nan"), low=-1234.5)


def test_a_sentence_is_written_from_its_values() -> None:
    assert nested() == "Work: r = −0.51 (1 area); Ayr, East (−1.2) and Deal (+2.0); 26 % of 12,345; nan; −1,234."


def test_an_interval_has_the_same_decimals_as_what_it_is_about() -> None:
    numbers = {"rise": 89.04, "low": 81.0, "high": 97.61, "start": 0.0123, "name": "Deal"}
    words = "{start:number} in {name}; {rise:number} for {name} (95 % interval {low:number} to {high:number})."
    assert say(words, **numbers) == "0.0123 in Deal; 89.0 for Deal (95 % interval 81.0 to 97.6)."
    assert say("From {start:.3g} to {rise:.3g}.", **numbers) == "From 0.0123 to 89."
    signed = say("{a:+.3g}, {b:+.3g} to {c:+.3g}", a=0.5, b=-1.26, c=2.0)
    assert signed == "+0.50, −1.26 to +2.00"
    assert told(signed.template, signed.plain) == signed


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert say("{a:.2f} {a:+.1f} {b:.0%} {c:+.1f}", a=-0.001, b=-0.001, c=-0.06) == "0.00 0.0 0 % −0.1"


def test_it_is_written_again_from_plain_data() -> None:
    plain = json.loads(json.dumps(nested().plain, allow_nan=False))
    assert plain["found"]["r"] == -0.514
    assert plain["gap"] is None
    assert plain["parts"][0]["change"] == -1.25
    assert told(nested().template, plain) == nested()


def test_it_is_a_text_that_can_be_sent() -> None:
    found = nested().about("some", "The West", table="table", kind="x")
    again = pickle.loads(pickle.dumps(found))
    assert isinstance(again, str)
    assert (again, again.id, again.row, again.table) == (found, "some.the_west", {"kind": "x"}, "table")
    assert json.loads(json.dumps([again])) == [str(found)]
    assert pd.Series([found]).tolist() == [str(nested())]


def test_a_sentence_without_its_values_is_a_fault() -> None:
    with pytest.raises(KeyError, match="total"):
        say("{count} of {total}.", count=3)


def test_slugs() -> None:
    assert slug("Na h-Eileanan Siar") == "na_h_eileanan_siar"
    assert slug("Ynys Môn") == "ynys_mon"
    assert slug("COVID-19 deaths, 14 months") == "covid_19_deaths_14_months"
