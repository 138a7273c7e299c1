"""Verdicts and kinds as a reader meets them: tables hold them in English, so that data are the same in every
language; what shows a table looks them up here."""

from __future__ import annotations

from goodwork.language import tr

#: Verdicts and kinds that tables of answers hold, in the language of the reader.
VERDICTS = {
    # trends
    "improving": tr("improving"),
    "falling back": tr("falling back"),
    "no clear trend": tr("no clear trend"),
    "rises": tr("rises"),
    "falls": tr("falls"),
    "not defined": tr("not defined"),
    # where areas differ
    "inside": tr("inside"),
    "between": tr("between"),
    "no clear difference": tr("no clear difference"),
    # beside others, or beside a benchmark
    "ahead": tr("ahead"),
    "behind": tr("behind"),
    "surely above": tr("surely above"),
    "surely below": tr("surely below"),
    "cannot tell": tr("cannot tell"),
    "no score": tr("no score"),
    "no figure": tr("no figure"),
    "no figure for this measure": tr("no figure for this measure"),
    "not scored here": tr("not scored here"),
    "weak": tr("weak"),
    "worse and worsening": tr("worse and worsening"),
    "worse and losing ground": tr("worse and losing ground"),
    # patterns in space
    "not clear": tr("not clear"),
    "high-high": tr("high-high"),
    "high-low": tr("high-low"),
    "low-high": tr("low-high"),
    "low-low": tr("low-low"),
    "hot": tr("hot"),
    "cold": tr("cold"),
    # a shock
    "double blow": tr("double blow"),
    "first only": tr("first only"),
    "second only": tr("second only"),
    "neither": tr("neither"),
    # targets
    "on track": tr("on track"),
    "off track": tr("off track"),
    "met": tr("met"),
    "not met": tr("not met"),
    # why an area is left out
    "no weak point": tr("no weak point"),
    "no figures": tr("no figures"),
    "not scored": tr("not scored"),
    "no group of a size asked": tr("no group of a size asked"),
    "no group of a size asked under these limits": tr("no group of a size asked under these limits"),
    "it is the same everywhere": tr("it is the same everywhere"),
    "it lacks some members": tr("it lacks some members"),
    "it has no score": tr("it has no score"),
    "no number of residents is known": tr("no number of residents is known"),
    # levers, who holds them, and the principles they serve
    "strong": tr("strong"),
    "mixed": tr("mixed"),
    "thin": tr("thin"),
    "employer": tr("employer"),
    "council": tr("council"),
    "combined authority": tr("combined authority"),
    "government": tr("government"),
    "access": tr("access"),
    "fair pay": tr("fair pay"),
    "fair conditions": tr("fair conditions"),
    "equality": tr("equality"),
    "dignity": tr("dignity"),
    "autonomy": tr("autonomy"),
    "wellbeing": tr("wellbeing"),
    "support": tr("support"),
    "participation": tr("participation"),
    "learning": tr("learning"),
    # what bounds a change
    "the range of the indicator": tr("the range of the indicator"),
    "the most that others achieved": tr("the most that others achieved"),
    "as asked": tr("as asked"),
}


def verdict(word: str) -> str:
    """A verdict of a table as it stands in a sentence or beside a figure; one that is not known as it is.

    >>> verdict("no clear trend"), verdict("as you like it")
    ('no clear trend', 'as you like it')
    """
    return VERDICTS.get(word, word)
