"""What can be seen of a place at all, and where it stands: coverage, doubt, score, rank and tier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.analysis.audit import Aspect
from goodwork.analysis.evidence import Evidence
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.profile import Figure as Cell
from goodwork.analysis.profile import Profile
from goodwork.analysis.wording import verb
from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd

#: A share of draws from which on something is called sure.
SURE = 0.975
#: How what is counted is written.
STANDING = {"of": ".0f", "tier": ".0f"}
ABOVE, BELOW, UNCLEAR, NOTHING = "surely above", "surely below", "cannot tell", "no score"


def coverage(evidence: Evidence, profile: Profile) -> Aspect:
    """How many figures there are, how old and how sure they are, what is missing and why."""
    import pandas as pd

    rows = [
        {
            "indicator": cell.indicator.id, "title": cell.indicator.label, "there": cell.value == cell.value,
            "period": cell.period, "span": cell.span, "marker": cell.quality,
            "source": cell.origin.line if cell.origin else "", "reason": "" if cell.value == cell.value else why(cell),
        }
        for cell in profile.figures
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    there = table[table["there"]]
    marked = there[there["marker"] != ""]
    missing = table[~table["there"]]
    name = profile.area.name
    said = [
        say(
            f"{{count}} of {{total}} indicators {verb(len(there), 'has', 'have')} a figure for {{area}} in {{period}}.",
            count=len(there), total=len(table), area=name, period=evidence.period,
        ).about("figures", table="table", there=True),
    ]  # fmt: skip
    if len(missing):
        gone = [say("{title} ({reason})", title=r["title"], reason=r["reason"]) for r in missing.to_dict("records")]
        lead = say("Without a figure, and so not in the score: {gone:apart}.", count=len(missing), gone=gone)
        said.append(lead.about("missing", table="table", there=False))
    if len(marked):
        listed = [say("{title}: {marker}", **r) for r in marked[["title", "marker"]].to_dict("records")]
        marks = f"{{count}} of these figures {verb(len(marked), 'is', 'are')} not as published: {{listed:apart}}."
        told = say(marks, count=len(marked), listed=listed)
        said.append(told.about("marked", table="table", indicator=list(marked["indicator"])))
    rest = [one.id for one in evidence.catalogue.indicator if one.id not in evidence.framework.indicators]
    own = evidence.held((profile.area.code,))
    told = say("Of {total} other indicators known, {count} have a figure for {area} in some year.", total=len(rest),
               count=int(own.loc[own["indicator"].isin(rest), "indicator"].nunique()), area=name)  # fmt: skip
    said.append(told.about("others"))
    index = profile.index
    if index.scored and np.isfinite(index.rank_low):
        told = say(
            "The figures leave its place open by {places:.0f} places: from {rank_low:.0f} to {rank_high:.0f} of {of}.",
            places=index.rank_high - index.rank_low + 1, rank_low=index.rank_low, rank_high=index.rank_high,
            of=index.of,
        )  # fmt: skip
        said.append(told.about("doubt"))
    elif not index.scored:
        told = say("{area} is not scored in {period}: {reason}.", area=name, period=evidence.period,
                   reason=profile.not_scored or tr("its figures are too few"))  # fmt: skip
        said.append(told.about("not scored"))
    words = {"title": tr("Indicator"), "period": tr("Year"), "span": tr("Period covered"), "marker": tr("Marker"),
             "reason": tr("Why there is none")}  # fmt: skip
    notes = (tr("A gap is never filled: a missing figure is neither zero nor average."),)
    return Aspect("coverage", tr("What can be seen"), tuple(said), table, words, notes)


def position(evidence: Evidence, profile: Profile) -> Aspect:
    """Score, place and tier of the index and of every domain, each with its interval."""
    table = _standings(evidence, profile)
    said: list[Finding] = []
    index = table.iloc[0].to_dict()
    if index["verdict"] == NOTHING:
        told = say("{area} has no score in {period}.", area=profile.area.name, period=evidence.period)
        return Aspect("position", tr("Where it stands"), (told.about("none"),), table, _words(), (), STANDING)
    facts = {k: index[k] for k in ("score", "low", "high", "rank", "rank_low", "rank_high", "of")}
    known = np.isfinite(index["rank_low"])
    text = "In {period} {area} scores {score:.1f}"
    text += " (95 % interval {low:.1f} to {high:.1f}), " if known else " (no interval was computed), "
    text += "place {rank:.0f} of {of}"
    text += " (95 % interval {rank_low:.0f} to {rank_high:.0f})." if known else "."
    told = say(text, area=profile.area.name, period=evidence.period, **facts)
    said.append(told.about("index", table="table", node=index["node"]))
    if np.isfinite(index["tier"]):
        tiers = evidence.ranked["tier"]
        others = int((tiers == index["tier"]).sum()) - 1
        told = say(
            "That is tier {tier:.0f} of {tiers:.0f}, with {others} other areas: inside a tier order says little.",
            tier=index["tier"], tiers=tiers.max(), others=others,
        )  # fmt: skip
        said.append(told.about("tier", table="table", node=index["node"]))
    for verdict, words in ((ABOVE, "surely above"), (BELOW, "surely below"), (UNCLEAR, "cannot be told from")):
        rows = table.iloc[1:]
        rows = rows[(rows["verdict"] == verdict) & ~rows["member"]]
        if len(rows):
            lead = f"In {{domains:list}} it {'is ' if verdict != UNCLEAR else ''}{words} the area in the middle."
            told = say(lead, domains=list(rows["title"]), count=len(rows))
            said.append(told.about("domains", verdict, table="table", node=list(rows["node"])))
    return Aspect("position", tr("Where it stands"), tuple(said), table, _words(), (
        tr(
            "Intervals hold sampling error of the surveys only. Surely: in 97.5 of 100 redraws of the "
            "figures or more."
        ),
    ), STANDING)  # fmt: skip


def why(cell: Cell) -> str:
    """Why there is no figure, as far as it is known."""
    if cell.indicator.missing:
        return cell.indicator.missing.rstrip(".")
    return f"{cell.status.words}" if cell.status.withholds else tr("no figure is held")


def verdict_of(share: float, scored: bool = True) -> str:
    """What a share of redraws above the middle says of an area; without redraws one cannot tell.

    >>> verdict_of(0.99), verdict_of(0.4), verdict_of(float("nan")), verdict_of(float("nan"), scored=False)
    ('surely above', 'cannot tell', 'cannot tell', 'no score')
    """
    if not scored:
        return NOTHING
    return ABOVE if share >= SURE else BELOW if share <= 1 - SURE else UNCLEAR


def _standings(evidence: Evidence, profile: Profile) -> pd.DataFrame:
    import pandas as pd

    ranks = evidence.here("ranks")
    mine = ranks[ranks["area"] == profile.area.code].set_index("node") if len(ranks) else ranks
    rows: list[dict[str, Any]] = []
    for one in (profile.index, *profile.domains, *(cell.standing for cell in profile.figures)):
        held = mine.loc[one.node] if len(mine) and one.node in mine.index else {}
        above = float(held["above_median"]) if "above_median" in held else float("nan")
        tier = float(held["tier"]) if "tier" in held else float("nan")
        rows.append({
            "node": one.node, "title": one.title, "member": one.node in evidence.framework.indicators,
            "score": one.score, "low": one.low, "high": one.high, "rank": one.rank, "rank_low": one.rank_low,
            "rank_high": one.rank_high, "of": one.of, "tier": tier, "above_median": above,
            "verdict": verdict_of(above, one.scored),
        })  # fmt: skip
    return shown_standings(pd.DataFrame(rows))


def shown_standings(table: pd.DataFrame) -> pd.DataFrame:
    """The table with ``shown_score`` and ``shown_place``: each with its 95 % interval, as readers see them."""

    def told(row: dict[Any, Any], name: str, low: str, high: str, places: int) -> str:
        if row[name] != row[name]:
            return "–"
        value, ends = f"{row[name]:.{places}f}", [f"{row[end]:.{places}f}" for end in (low, high)]
        return (
            tr("{value} ({low} to {high})").format(value=value, low=ends[0], high=ends[1])
            if row[low] == row[low]
            else tr("{value} (no interval)").format(value=value)
        )

    rows = table.to_dict("records")
    return table.assign(
        shown_score=[told(row, "score", "low", "high", 1) for row in rows],
        shown_place=[told(row, "rank", "rank_low", "rank_high", 0) for row in rows],
    )


def _words() -> dict[str, str]:
    return {
        "title": tr("Index, domain or indicator"), "shown_score": tr("Score (95 % interval)"),
        "shown_place": tr("Place, 1 is best (95 % interval)"), "tier": tr("Tier (1 is best)"),
        "verdict": tr("Against the area in the middle"),
    }  # fmt: skip
