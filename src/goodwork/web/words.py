"""Sentences made from a league table: what can be said, and how far it can be trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from goodwork.analysis.finding import say
from goodwork.analysis.profile import ordinal
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.monitor import Monitor


#: What stands beside what it would take and who would get what.
CAUTION = tr(
    "A sum by stated rules, for discussion: it says what figures would give, not what anyone could or should do."
)


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
            say("No area has a score for {topic} in {period}", topic=topic, period=period),
            tr("There are no figures behind this measure. What is missing, and why, is listed below."),
        )
    first, last = table.iloc[0], table.iloc[-1]
    facts = {"first": first["name"], "last": last["name"], "of": int(first["ranked"]), "place": place,
             "period": period, "topic": topic}  # fmt: skip
    if "rank_low" not in table or table["rank_low"].isna().all():
        return Finding(
            say("{first} does best on {topic} in {period}", **facts) if single
            else say("{first} scores highest for {topic} in {period}", **facts),
            say("{last} is last of {of} in {place}. No intervals were computed, so nobody knows how sure the order is.",
                **facts),
        )  # fmt: skip
    could = int((table["rank_low"] <= 1).sum()) - 1
    others = (
        say("and no other area could be first") if could == 0
        else say("but one other area could be first") if could == 1
        else say("but {could} other areas could be first", could=could)
    )  # fmt: skip
    bottom = max(int((table["rank_high"] >= facts["of"]).sum()) - 1, 0)
    also = (
        say("no other area's interval reaches last place") if bottom == 0
        else say("one other area's interval also reaches last place") if bottom == 1
        else say("the intervals of {bottom} others also reach last place", bottom=bottom)
    )  # fmt: skip
    rank = int(last["rank"])
    sentence = say(
        "In {period} {first} is 1st of {of} in {place} (95 % interval {first_low} to {first_high}). {last} is {nth} "
        "(95 % interval {last_low} to {last_high}); {also}. For half of all areas the interval is {width} places wide "
        "or more, so read a rank as a range.",
        **facts, nth=ordinal(rank), rank=rank, bottom=bottom, also=also,
        width=int((table["rank_high"] - table["rank_low"]).median()),
        **{f"{end}_{side}": int(row[f"rank_{side}"])
           for end, row in (("first", first), ("last", last)) for side in ("low", "high")},
    )  # fmt: skip
    facts |= {"could": could, "others": others}
    if single:
        return Finding(say("{first} does best on {topic}, {others}", **facts), sentence)
    return Finding(say("{first} scores highest for {topic}, {others}", **facts), sentence)


def mid_sentence(title: str) -> str:
    """A title as it stands within a sentence; one that holds names or punctuation is left alone.

    >>> mid_sentence("Access to good work"), mid_sentence("Toyland (invented)"), mid_sentence("GVA per job")
    ('access to good work', 'Toyland (invented)', 'GVA per job')
    """
    return title[:1].lower() + title[1:] if re.fullmatch("[A-Z][a-z]+( [a-z-]+)*", title) else title


def edition_of(monitor: Monitor) -> str:
    """The monitor and its edition, as a source names them."""
    return tr("{title}, edition {edition}").format(title=monitor.title, edition=monitor.edition.name)


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


def rights(monitor: Monitor) -> tuple[str, str]:
    """What has to be shown wherever the figures of an edition are, and their licences."""
    licences = sorted({o.licence for o in monitor.origins.values() if o.licence})
    said = f"{edition_of(monitor)}."
    if any("OGL" in licence for licence in licences):
        said += " " + tr("Contains public sector information licensed under the Open Government Licence v3.0.")
    if monitor.origins:
        said += " " + tr("Not the Institute for the Future of Work's own monitor.")
    return said, "; ".join(licences) or tr("as the figures' publishers say")
