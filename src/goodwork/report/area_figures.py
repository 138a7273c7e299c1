"""The charts of an area: beside others on every indicator, what its score is made of, its way through time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.analysis.finding import say
from goodwork.analysis.profile import Profile, ordinal
from goodwork.figures.contributions import waterfall
from goodwork.figures.figure import Caption, Figure
from goodwork.figures.series import series
from goodwork.figures.spine import Beside, spine
from goodwork.language import tr, trn
from goodwork.model.indicator import which_end
from goodwork.report.view import BASE, View, apart

if TYPE_CHECKING:
    import pandas as pd

NOTE = tr("Intervals show sampling error of the surveys only; other methods would move areas too.")


def caption(
    view: View,
    title: str,
    subtitle: str,
    sentence: str,
    *,
    unit: str = "",
    better: str = "",
    note: str = NOTE,
    when: str = "",
) -> Caption:
    """What is said about a chart of a view: the finding, what is drawn, the sentence, edition and publishers."""
    named = (name.strip() for i in view.framework.indicators for name in view.monitor.catalogue[i].publisher.split(";"))
    publishers = "; ".join(dict.fromkeys(filter(None, named))) or tr("own")
    made_up = tr("Invented data.") + " " if view.monitor.invented else ""
    source = tr("{title}, edition {edition}. Figures: {publishers}.").format(
        title=view.monitor.title, edition=view.monitor.edition.name, publishers=publishers
    )
    return Caption(
        title,
        f"{made_up}{view.framework.title}, {view.area_set.title}, {when or view.period}. {subtitle}",
        sentence,
        better,
        unit,
        made_up + source,
        note,
    )


def beside(view: View, found: Profile, groups: dict[str, tuple[str, list[str]]]) -> Figure:
    """A spine chart of an area beside its nation and region as published, and beside the mean of ``groups``: kind →
    (name, codes)."""
    import pandas as pd

    area, natural = found.area, view.natural
    known = view.monitor.geography.by_code
    parents = {kind: code for kind, level in (("nation", "country"), ("region", "region"))
               if (code := area.parents.get(level, "")) in known}  # fmt: skip
    others = [Beside(kind, known[code].name) for kind, code in parents.items()]
    others += [Beside(kind, name) for kind, (name, _) in groups.items()]
    means = {kind: _means(natural, codes) for kind, (_, codes) in groups.items()}
    rows = []
    for k, member in enumerate(view.framework.members):
        indicator, sign = view.monitor.catalogue[member.indicator], 1.0 if member.direction == "higher" else -1.0
        mean, sd, spread = view.spreads[member.indicator]

        def standard(value: float, mean: float = mean, sd: float = sd, sign: float = sign) -> float:
            return sign * (value - mean) / sd if sd else 0.0 * value

        own = view.figure(area.code, member.indicator)
        value, lower, upper = (float(own.get(n, np.nan)) for n in ("value", "lower", "upper"))
        ends = sorted([standard(lower), standard(upper)]) if lower == lower else [np.nan, np.nan]
        row: dict[str, object] = {
            "indicator": indicator.label, "better": which_end(member.direction), "area": standard(value),
            "words": indicator.show(value), "low": ends[0], "high": ends[1],
        }  # fmt: skip
        row |= dict(zip(("least", "p10", "p90", "most"), spread, strict=True))
        for kind, code in parents.items():
            theirs = float(view.figure(code, member.indicator).get("value", np.nan))
            row |= {kind: standard(theirs), f"{kind}_words": indicator.show(theirs)}
        for kind, of_group in means.items():
            theirs = float(of_group[k])
            row |= {kind: standard(theirs), f"{kind}_words": indicator.show(theirs)}
        rows.append(row)
    table = pd.DataFrame(rows)
    return spine(table, _beside_caption(view, found, table), area.name, others)


def _beside_caption(view: View, found: Profile, table: pd.DataFrame) -> Caption:
    ordered = table[table["area"].notna()].sort_values("area", kind="stable")
    if len(ordered) < 2:
        title = say(
            "{area} beside others on {n} of {all} indicators", area=found.area.name, n=len(ordered), all=len(table)
        )
    else:
        best, worst = ordered.iloc[-1], ordered.iloc[0]
        title = say(
            "{area} stands best on {best} and worst on {worst}",
            area=found.area.name, best=best["indicator"], worst=worst["indicator"],
        )  # fmt: skip
    words = "; ".join(f"{r['indicator']} {r['words']}, {r['better']}" for r in table.to_dict("records"))
    wider = tr("Nation and region as their publishers give them; other groups are plain means of their areas.")
    return caption(
        view, title, tr("Standard deviations from the average of the areas compared; right is better"),
        f"{found.area.name}: {words}.", note=f"{NOTE} {wider}",
    )  # fmt: skip


def made_of(view: View, found: Profile) -> Figure | None:
    """The contributions of an area's members as steps from the average to its score; ``None`` where it has no score, or
    where the method of the view does not add up."""
    import pandas as pd

    if not found.index.scored or not view.arithmetic:
        return None
    centre, name = view.framework.method.display.centre, found.area.name
    table = pd.DataFrame(
        [{"part": f.indicator.label, "value": f.contribution, "indicator": f.indicator.id} for f in found.figures]
    )
    parts = table[table["value"].notna()].sort_values("value", kind="stable")
    away = found.index.score - centre
    most, least = parts.iloc[-1], parts.iloc[0]
    title: str = say("{area} is {points:.1f} points above the average", area=name, points=away)
    if away < 0:
        title = say("{area} is {points:.1f} points below the average", area=name, points=-away)
    raised = [say("{part} adds {points:.1f}", part=r["part"], points=r["value"]) for r in (most,) if r["value"] > 0]
    raised += [say("{part} takes away {points:.1f}", part=r["part"], points=-r["value"])
               for r in (least,) if r["value"] < 0]  # fmt: skip
    title += f": {', '.join(raised)}" if raised else ""
    steps = [say("{part} {points:+.1f}", part=r["part"], points=r["value"])
             for r in parts.iloc[::-1].to_dict("records")]  # fmt: skip
    without = [str(p) for p in table.loc[table["value"].isna(), "part"]]
    told: str = say("From {centre:g} to {score:.1f}: {steps:apart}.", centre=centre, score=found.index.score,
                    steps=steps)  # fmt: skip
    told += " " + say("Without a figure: {names:list}.", names=without) if without else ""
    note = tr("The steps add up exactly. No interval was computed.")
    if found.index.low == found.index.low:
        note = say(
            "The steps add up exactly. An indicator without a figure hands its weight to those beside it. "
            "Interval of the score: {low:.1f} to {high:.1f} (95 %, sampling error).",
            low=found.index.low, high=found.index.high,
        )  # fmt: skip
    words = caption(
        view, title, tr("Points that each indicator adds or takes away; they add up to the score"), told,
        unit=tr("Score"), better=which_end("higher"), note=note,
    )  # fmt: skip
    return waterfall(
        table, words, (tr("average of the areas compared"), centre), (name, found.index.score), name="contributions"
    )


def by_domain(view: View, found: Profile) -> Figure | None:
    """What each domain adds to the score of an area or takes away: the contributions of its indicators together;
    ``None`` where ``made_of`` draws none, or there is but one domain."""
    import pandas as pd

    parts: dict[str, float] = {}
    for f in found.figures:
        if f.contribution == f.contribution:
            parts[f.domain] = parts.get(f.domain, 0.0) + f.contribution
    if not found.index.scored or not view.arithmetic or len(parts) < 2:
        return None
    centre, score = view.framework.method.display.centre, found.index.score
    table = pd.DataFrame({"part": list(parts), "value": list(parts.values())}).sort_values("value", kind="stable")
    steps = [say("{part} {value:+.1f}", part=part, value=value) for part, value in parts.items()]
    most = max(parts, key=lambda part: abs(parts[part]))
    if parts[most] >= 0:
        title = say("{domain} adds most: {points:.1f} points", domain=most, points=parts[most])
    else:
        title = say("{domain} takes away most: {points:.1f} points", domain=most, points=-parts[most])
    told = say("From {centre:.0f} to {score:.1f}: {steps:apart}.", centre=centre, score=score, steps=steps)
    words = caption(
        view, title, tr("Points that each domain adds or takes away; they add up to the score"), told,
        unit=tr("Score"), better=which_end("higher"),
        note=tr("The contributions of the indicators of each domain together; they add up exactly."),
    )  # fmt: skip
    start = (tr("average of the areas compared"), centre)
    return waterfall(table, words, start, (found.area.name, score), name="domains")


def through_time(view: View, found: Profile) -> Figure | None:
    """The score of an area in every period with its interval, on one scale where the edition holds one, beside the
    median of its region and of all areas; ``None`` where it was never scored."""
    import pandas as pd

    scores = view.through
    mine = scores[scores["area"] == found.area.code].sort_values("period")
    if not len(mine):
        return None
    ends = {n: mine.get(n, np.nan) for n in ("low", "high")}
    lines = [pd.DataFrame({"line": found.area.name, "period": mine["period"], "value": mine["displayed"], **ends})]
    middle = scores.groupby("period")["displayed"].median()
    place = view.monitor.geography.by_code.get(found.area.parents.get("region", ""))
    near = [a.code for a in view.monitor.geography.members(view.set_name) if place and place.code in a.parents.values()]
    if place and 2 < len(near) < scores["area"].nunique():
        inside = scores[scores["area"].isin(near)].groupby("period")["displayed"].median()
        lines.append(_line(tr("median of {place}").format(place=place.name), inside))
    lines.append(_line(tr("median of all areas"), middle))
    first, last = mine.iloc[0], mine.iloc[-1]
    title: str = say("{area}: {score:.1f} in {period}", area=found.area.name, score=first["displayed"],
                     period=first["period"])  # fmt: skip
    if len(mine) > 1:
        title = say("{area}: {then:.1f} in {first}, {now:.1f} in {last}", area=found.area.name,
                    then=first["displayed"], first=first["period"], now=last["displayed"],
                    last=last["period"])  # fmt: skip
    scale, note = tr("Score, within each period"), NOTE
    if view.one_scale == BASE:
        title = tr("{finding}, on one scale").format(finding=title)
        scale = say("Score, one scale for all periods, {base} = average {centre:g}", base=view.framework.base_period,
                    centre=view.framework.method.display.centre)  # fmt: skip
        note = tr("The scale of one period alone gives other scores than this one.") + " " + NOTE
    title = _broken(title, view, first["period"], last["period"])
    told = [
        say("{period}: {score:.1f} (95 % interval {low:.1f} to {high:.1f})", period=r["period"], score=r["displayed"],
            low=r["low"], high=r["high"])
        if r.get("low", np.nan) == r.get("low")
        else say("{period}: {score:.1f}", period=r["period"], score=r["displayed"])
        for r in mine.to_dict("records")
    ]  # fmt: skip
    words = caption(view, title, scale, f"{'; '.join(told)}.", unit=tr("Score"), note=note, when=_span(mine))
    table = pd.concat(lines, ignore_index=True)
    return series(table, words, breaks=view.breaks(), better=which_end("higher"), name="through")


def places(view: View, found: Profile) -> Figure | None:
    """The rank of an area in every period with its interval, 1 at the top; ``None`` where it was never ranked."""
    import pandas as pd

    mine = view.ranked[view.ranked["area"] == found.area.code].sort_values("period")
    if not len(mine):
        return None
    ends = {n: mine.get(f"rank_{n}", np.nan) for n in ("low", "high")}
    table = pd.DataFrame({"line": found.area.name, "period": mine["period"], "value": mine["rank"], **ends})
    first, last = (table.iloc[k] for k in (0, -1))
    ranked = _between(int(mine["ranked"].min()), int(mine["ranked"].max()))
    parted = apart(*((float(row["low"]), float(row["high"])) for row in (first, last)))
    title = tr("{area} was {place}").format(area=found.area.name, place=_then(first))
    if len(table) > 1:
        both = {
            True: tr("{finding} and {place}; the intervals do not overlap"),
            False: tr("{finding} and {place}; the intervals overlap"),
            None: tr("{finding} and {place}"),
        }[parted]
        title = both.format(finding=title, place=_then(last))
        title = _broken(title, view, first["period"], last["period"])
    told = "; ".join(f"{r['period']}: {_sure(ordinal(int(r['value'])), r)}" for r in table.to_dict("records"))
    subtitle = tr("Rank among {ranked} areas, 1 is best").format(ranked=ranked)
    words = caption(view, title, subtitle, f"{told}.", unit=tr("Rank"), when=_span(table))
    return series(
        table, words, breaks=view.breaks(), show="{:.0f}".format, better=tr("1 is best, at the top"), flipped=True,
        name="places",
    )  # fmt: skip


def _broken(finding: str, view: View, first: str, last: str) -> str:
    """A finding, and where breaks lie between its first and its last figure, that they do: it is not a free
    comparison."""
    count = sum(first < period <= last for period in view.breaks())
    words = trn("{finding}; a break lies between", "{finding}; {n} breaks lie between", count)
    return words.format(finding=finding, n=count) if count else finding


def _span(rows: pd.DataFrame) -> str:
    return _between(rows["period"].iloc[0], rows["period"].iloc[-1])


def _between(first: object, last: object) -> str:
    return str(first) if first == last else tr("{low} to {high}").format(low=first, high=last)


def _then(row: pd.Series) -> str:
    return _sure(tr("{place} in {period}").format(place=ordinal(int(row["value"])), period=row["period"]), row)


def _sure(place: str, row: Mapping[Any, Any] | pd.Series) -> str:
    """A rank in words, never without its interval."""
    low, high = row["low"], row["high"]
    if low != low:
        return say("{place} (no interval was computed)", place=place)
    return say("{place} (95 % interval {low:.0f} to {high:.0f})", place=place, low=low, high=high)


def _line(name: str, values: pd.Series) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {"line": name, "period": values.index, "value": values.to_numpy(), "low": np.nan, "high": np.nan}
    )


def _means(natural: pd.DataFrame, codes: list[str]) -> np.ndarray:
    """The mean of each member over some areas, of what is known, ``(members,)``; NaN where nothing is."""
    at = natural.index.get_indexer(codes)
    values = natural.to_numpy(dtype=float)[at[at >= 0]]
    there = np.isfinite(values).sum(axis=0)
    mean: np.ndarray = np.divide(np.nansum(values, axis=0), there, out=np.full(len(there), np.nan), where=there > 0)
    return mean
