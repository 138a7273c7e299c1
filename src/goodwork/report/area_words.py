"""What is said of one area, sentence by sentence, each with the numbers it rests on."""

from __future__ import annotations

from goodwork.analysis.alongside import CLEAR
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.profile import Figure, Profile, Standing, ordinal
from goodwork.analysis.verdicts import verdict
from goodwork.language import tr, trn
from goodwork.report.view import View

#: How many times the one interval must be as wide as the other to be called wider.
CLEARLY = 1.25
#: What was varied, in words.
VARIED = {
    "sampling": tr("the surveys’ sampling error"),
    "method": tr("the choices of the method"),
    "both": tr("both together"),
}


def lead(view: View, found: Profile) -> tuple[Finding, ...]:
    """What it comes to: rank and score with their intervals, and from how many areas it cannot be told; or why there is
    no score."""
    name, index = found.area.name, found.index
    if not index.scored:
        reason = found.not_scored or tr("no figure for this measure")
        return (say("{name} has no score and no rank for {period}: {reason}.", name=name, period=found.period,
                    reason=reason),)  # fmt: skip
    sentences = [_ranked(found, index), _scored(found, index)]
    alike = same_places(view, found.area.code)
    if alike:
        sentences.append(
            say(
                "It cannot be told from {alike} of the {others} other areas: it stood above each of them in more than "
                "5 % and fewer than 95 % of the draws of the figures.",
                alike=len(alike),
                others=index.of - 1,
            )
        )
    return tuple(sentences)


def _ranked(found: Profile, index: Standing) -> Finding:
    doubt = (
        say("95 % interval {low:.0f} to {high:.0f}", low=index.rank_low, high=index.rank_high)
        if index.rank_low == index.rank_low
        else say("no interval was computed")
    )
    joint = tr("joint {place}") if index.ties else "{place}"
    words = {
        "name": found.area.name, "place": joint.format(place=ordinal(int(index.rank))), "rank": index.rank,
        "of": index.of, "period": found.period, "doubt": doubt,
    }  # fmt: skip
    if found.area_set.name == "all":
        return say("{name} is {place} of {of} areas in {period} ({doubt}).", **words)
    among = found.area_set.title
    return say("{name} is {place} of {of} areas in {among} in {period} ({doubt}).", among=among, **words)


def _scored(found: Profile, index: Standing) -> Finding:
    anchor = f"; {found.framework.method.anchor}" if found.framework.method.anchor else ""
    doubt = (
        say("95 % interval {low:.1f} to {high:.1f}", low=index.low, high=index.high)
        if index.low == index.low
        else say("no interval was computed")
    )
    return say("Its score is {score:.1f} ({doubt}{anchor}).", score=index.score, doubt=doubt, anchor=anchor)


def same_places(view: View, code: str) -> dict[str, float]:
    """Areas from which one cannot be told, with the share of draws in which it stood above each; none where pairs were
    not counted."""
    return {other: share for other, share in view.above(code).items() if 1 - CLEAR < share < CLEAR}


def tier(view: View, code: str) -> tuple[Finding, ...]:
    """The tier an area is in, and how many are in it with it."""
    if code not in view.index.index or "tier" not in view.index or view.index.loc[code, "tier"] != view.index.loc[
        code, "tier"]:  # fmt: skip
        return ()
    mine, last = float(view.index.loc[code, "tier"]), float(view.index["tier"].max())
    others = int((view.index["tier"] == mine).sum()) - 1
    return (
        say(
            "It is in tier {tier:.0f} of {last:.0f}, with {others} other {areas}: within a tier, places say little.",
            tier=mine, last=last, others=others, areas=trn("area", "areas", others),
        ),
    )  # fmt: skip


def doubts(view: View, found: Profile) -> tuple[Finding, ...]:
    """What the rank could have been under each kind of doubt, and which doubt is the wider."""
    rows = view.doubt
    if not len(rows) or not found.index.scored:
        return ()
    mine = rows[rows["area"] == found.area.code].set_index("vary")
    there = [vary for vary in VARIED if vary in mine.index]
    parts = [
        say("{low:.0f} to {high:.0f} for {why}", low=mine.loc[v, "rank_low"], high=mine.loc[v, "rank_high"],
            why=VARIED[v])
        for v in there
    ]  # fmt: skip
    told = [say("In 95 of 100 draws the rank was {parts:apart}.", parts=parts)] if parts else []
    if {"sampling", "method"} <= set(there):
        wide = {v: float(mine.loc[v, "rank_high"] - mine.loc[v, "rank_low"] + 1) for v in ("sampling", "method")}
        told.append(_wider(wide["sampling"], wide["method"]))
    return tuple(told)


def matters_more(sampling: float, method: float) -> str:
    """Which of two widths of a rank's interval is clearly the wider: ``"sampling"`` or ``"method"``; empty where they
    are about alike."""
    if max(sampling, method) < CLEARLY * min(sampling, method):
        return ""
    return "sampling" if sampling > method else "method"


def _wider(sampling: float, method: float) -> Finding:
    wider = matters_more(sampling, method)
    if not wider:
        return say(
            "Sampling error and the choice of method matter about alike: {sampling:.0f} and {method:.0f} places.",
            sampling=sampling, method=method,
        )  # fmt: skip
    if wider == "sampling":
        return say(
            "Sampling error matters more than the choice of method: {sampling:.0f} places against {method:.0f}.",
            sampling=sampling, method=method,
        )  # fmt: skip
    return say(
        "The choice of method matters more than sampling error: {method:.0f} places against {sampling:.0f}.",
        sampling=sampling, method=method,
    )  # fmt: skip


def points(found: Profile) -> tuple[Finding, ...]:
    """On what the area stands in the better and in the worse half, and where that is clear."""
    told = []
    for half, cells in ((tr("better"), found.strengths), (tr("worse"), found.weaknesses)):
        if cells:
            names = [cell.indicator.label for cell in cells]
            sure = [cell.indicator.label for cell in cells if clearly(cell)]
            told.append(
                say(
                    "In the {half} half of the areas compared it stands on {names}; {which}.",
                    half=half,
                    names=names_of(names),
                    which=_which(sure, len(names)),
                )
            )
    return tuple(told)


def names_of(names: list[str]) -> Finding:
    """Names as a sentence lists them."""
    return say("{names:list}", names=names)


def _which(sure: list[str], count: int) -> Finding:
    if not sure:
        return say("on none of them clearly")
    if len(sure) == count:
        return say("clearly so") if count == 1 else say("clearly so on each")
    return say("clearly so on {names:list}", names=sure)


def clearly(cell: Figure) -> bool:
    """Whether the whole interval of the rank lies in one half."""
    middle = (cell.standing.of + 1) / 2
    return cell.standing.rank_high < middle or cell.standing.rank_low > middle


def trend(view: View, found: Profile) -> tuple[Finding, ...]:
    """Whether it improves or falls back beside the other areas, over the longest stretch without a break."""
    rows = view.rows("trends", period=view.period)
    mine = rows[rows["area"] == found.area.code] if len(rows) else rows
    if not len(mine):
        return ()
    row = mine.iloc[0]
    if row["slope"] != row["slope"]:
        return ()
    return (
        say(
            "Beside the other areas: {verdict}, judged over all areas at once ({slope:+.2f} points a year, 95 % "
            "interval {low:+.2f} to {high:+.2f}; {n:.0f} periods without a break).",
            verdict=verdict(row["verdict"]), slope=row["slope"], low=row["low"], high=row["high"], n=row["n"],
        ),
    )  # fmt: skip


def community(view: View, found: Profile) -> tuple[Finding, ...]:
    """The community it is in, how surely, and which other one it is nearest to."""
    rows, profiles = view.rows("communities", period=view.period), view.rows("communities_profiles", period=view.period)
    mine = rows[rows["area"] == found.area.code] if len(rows) else rows
    if not len(mine) or not mine.iloc[0]["community"]:
        return ()
    row = mine.iloc[0]
    same = profiles[profiles["community"] == row["community"]].iloc[0]
    called = f", “{row['archetype']}”" if row["archetype"] else ""
    published = same["published"] if same["published"] == same["published"] else ""
    called += say(" (others have called such a community “{published}”)", published=published) if published else ""
    border = ""
    if row["borderline"]:
        border = say(": on the border to community {second}", second=row["second"])
    elif row["stability"] < 1 and row["second"]:
        border = say("; otherwise mostly in {second}", second=row["second"])
    return (
        say(
            "{name} belongs to community {letter}{called}: {n:areas} with the same profile, mean score {score:.1f}. It "
            "was there in {stability:.0%} of the draws{border}. Community A has the lowest mean score.",
            name=found.area.name, letter=row["community"], called=called, n=int(same["areas"]),
            score=float(same["score"]), stability=float(row["stability"]), border=border,
        ),
    )  # fmt: skip
