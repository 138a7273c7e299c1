"""All sentences of an edition, read as a person reads them: numbers of things, ends of intervals, units."""

from __future__ import annotations

import re

from goodwork.monitor import Monitor

ENDS = re.compile(r"([−+]?[\d.,]+) to ([−+]?[\d.,]+)")
#: One thing with a plural, a plural left open, and a verb that does not go with its number.
WRONG = re.compile(
    r"(?<![\d.,])1 (areas|members|outcomes|conditions|indicators|moves|communities) |\(s\)"
    r"|(?<![\d.,])1 of (the )?\d+( areas)? (are|lie|were) |\bnan\b|\bNone\b"
)


def test_number_words_are_right_and_clear_things_have_clear_intervals(monitor: Monitor) -> None:
    """What is called clear has an interval that lies, as it is printed, on one side of zero."""
    seen = 0
    for sentence in monitor.table("findings")["sentence"]:
        assert not WRONG.search(sentence), sentence
        if " tend to go with " in sentence or "a clear difference between the two" in sentence:
            ends = ENDS.findall(sentence.rpartition("interval")[2])[0]
            low, high = (float(end.replace("−", "-").replace(",", "")) for end in ends)
            assert low * high > 0, sentence
            seen += 1
    assert seen > 100


def test_warnings_say_of_what_they_are_and_in_which_unit(monitor: Monitor) -> None:
    table = monitor.table("health_warnings")
    known = monitor.catalogue
    for indicator, outcome, unit in table[["indicator", "outcome", "unit"]].drop_duplicates().to_numpy():
        assert known[indicator].label.casefold() in outcome.casefold()
        assert unit == known[indicator].unit_of_change
