"""Sentences made from a league table: what can be said, and how far it can be trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from goodwork.analysis.profile import ordinal

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.monitor import Monitor


#: What stands beside what it would take and who would get what.
CAUTION = "A sum by stated rules, for discussion: it says what figures would give, not what anyone could or should do."


@dataclass(frozen=True)
class Finding:
    """A headline and the sentences under it."""

    headline: str
    sentence: str


def finding(table: pd.DataFrame, measure: str, period: str, place: str, single: bool = False) -> Finding:
    """What a league table shows, never more than its intervals allow.

    ``table``: rows of ``Monitor.scores``, best first. An area "could be first" when its 95 % interval of ranks reaches
    the first place. Of a ``single`` indicator a high score may be a low figure, so it is said to do best.
    """
    topic = mid_sentence(measure)
    place = mid_sentence(place) if place.startswith("All ") else place
    if not len(table):
        return Finding(
            f"No area has a score for {topic} in {period}",
            "There are no figures behind this measure. What is missing, and why, is listed below.",
        )
    stands = "does best on" if single else "scores highest for"
    first, last = table.iloc[0], table.iloc[-1]
    ranked = int(first["ranked"])
    if "rank_low" not in table or table["rank_low"].isna().all():
        return Finding(
            f"{first['name']} {stands} {topic} in {period}",
            f"{last['name']} is last of {ranked} in {place}. No intervals were computed, so nobody knows how sure the "
            "order is.",
        )
    could = int((table["rank_low"] <= 1).sum()) - 1
    others = {0: "no other area could be first", 1: "one other area could be first"}.get(
        could, f"{could} other areas could be first"
    )
    joint = "and" if could == 0 else "but"
    headline = f"{first['name']} {stands} {topic}, {joint} {others}"
    bottom = max(int((table["rank_high"] >= ranked).sum()) - 1, 0)
    width = int((table["rank_high"] - table["rank_low"]).median())
    also = {0: "no other area's interval reaches", 1: "one other area's interval also reaches"}.get(
        bottom, f"the intervals of {bottom} others also reach"
    )
    return Finding(
        headline,
        f"In {period} {first['name']} is {ordinal(1)} of {ranked} in {place} (95 % interval {_places(first)}). "
        f"{last['name']} is {ordinal(int(last['rank']))} (95 % interval {_places(last)}); {also} last place. "
        f"For half of all areas the interval is {width} places wide or more, so read a rank as a range.",
    )


def chance(share: float) -> str:
    """A share of draws in words that do not pretend to more than the draws can tell.

    >>> chance(0.854), chance(0.999), chance(float("nan"))
    ('85 %', 'over 99 %', 'not counted')
    """
    if share != share:
        return "not counted"
    if share < 0.01:
        return "under 1 %"
    return "over 99 %" if share > 0.99 else f"{100 * share:.0f} %"


def mid_sentence(title: str) -> str:
    """A title as it stands within a sentence; one that holds names or punctuation is left alone.

    >>> mid_sentence("Access to good work"), mid_sentence("Toyland (invented)"), mid_sentence("GVA per job")
    ('access to good work', 'Toyland (invented)', 'GVA per job')
    """
    return title[:1].lower() + title[1:] if re.fullmatch("[A-Z][a-z]+( [a-z-]+)*", title) else title


def tight(words: str) -> str:
    """Words in which a number is not parted from its per cent sign at the end of a line.

    >>> tight("a 95 % interval").encode()
    b'a 95\\xc2\\xa0% interval'
    """
    return words.replace(" %", "\N{NO-BREAK SPACE}%")


def file_name(address: str) -> str:
    """What a file is called once it is saved: the parts of its address, with what was chosen.

    >>> file_name("/area/E06000014/spine.svg?area_set=england&period=2019"), file_name("/figure/map.svg")
    ('area-E06000014-spine-england-2019.svg', 'figure-map.svg')
    """
    parts = urlsplit(address)
    stem, dot, ending = unquote(parts.path).strip("/").rpartition(".")
    chosen = [value for _, value in parse_qsl(parts.query)]
    return re.sub(r"[^\w.-]+", "-", "-".join([stem, *chosen]))[:120] + dot + ending


def _places(row: pd.Series) -> str:
    return f"{int(row['rank_low'])} to {int(row['rank_high'])}"


def rights(monitor: Monitor) -> tuple[str, str]:
    """What has to be shown wherever the figures of an edition are, and their licences."""
    licences = sorted({o.licence for o in monitor.origins.values() if o.licence})
    said = f"{monitor.title}, edition {monitor.edition.name}."
    if any("OGL" in licence for licence in licences):
        said += " Contains public sector information licensed under the Open Government Licence v3.0."
    if monitor.origins:
        said += " Not the Institute for the Future of Work's own monitor."
    return said, "; ".join(licences) or "as the figures' publishers say"
