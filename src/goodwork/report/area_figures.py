"""The charts of an area: beside others on every indicator, what its score is made of, its way through time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.analysis.finding import say
from goodwork.analysis.profile import Profile, ordinal
from goodwork.analysis.wording import listing, written
from goodwork.figures.contributions import waterfall
from goodwork.figures.figure import Caption, Figure
from goodwork.figures.series import series
from goodwork.figures.spine import Beside, spine
from goodwork.report.view import BASE, View, apart

if TYPE_CHECKING:
    import pandas as pd

NOTE = "Intervals show sampling error of the surveys only; other methods would move areas too."


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
    publishers = "; ".join(dict.fromkeys(filter(None, named))) or "own"
    made_up = "Invented data. " if view.monitor.invented else ""
    source = f"{made_up}{view.monitor.title}, edition {view.monitor.edition.name}. Figures: {publishers}."
    return Caption(
        title,
        f"{made_up}{view.framework.title}, {view.area_set.title}, {when or view.period}. {subtitle}",
        sentence,
        better,
        unit,
        source,
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
            "indicator": indicator.label, "better": f"{member.direction} is better", "area": standard(value),
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
        title = f"{found.area.name} beside others on {len(ordered)} of {len(table)} indicators"
    else:
        best, worst = ordered.iloc[-1], ordered.iloc[0]
        title = f"{found.area.name} stands best on {best['indicator']} and worst on {worst['indicator']}"
    words = "; ".join(f"{r['indicator']} {r['words']}, {r['better']}" for r in table.to_dict("records"))
    return caption(
        view, title, "Standard deviations from the average of the areas compared; right is better",
        f"{found.area.name}: {words}.",
        note=f"{NOTE} Nation and region as their publishers give them; other groups are plain means of their areas.",
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
    title = f"{name} is {abs(away):.1f} points {'above' if away >= 0 else 'below'} the average"
    raised = [f"{r['part']} adds {r['value']:.1f}" for r in (most,) if r["value"] > 0]
    raised += [f"{r['part']} takes away {-r['value']:.1f}" for r in (least,) if r["value"] < 0]
    title += f": {', '.join(raised)}" if raised else ""
    steps = [f"{r['part']} {written(r['value'], '+.1f')}" for r in parts.iloc[::-1].to_dict("records")]
    without = [str(p) for p in table.loc[table["value"].isna(), "part"]]
    told = f"From {centre:g} to {found.index.score:.1f}: {'; '.join(steps)}."
    told += f" Without a figure: {listing(without)}." if without else ""
    words = caption(
        view, title, "Points that each indicator adds or takes away; they add up to the score", told, unit="Score",
        better="higher is better",
        note="The steps add up exactly. An indicator without a figure hands its weight to those beside it. "
        f"Interval of the score: {found.index.low:.1f} to {found.index.high:.1f} (95 %, sampling error)."
        if found.index.low == found.index.low else "The steps add up exactly. No interval was computed.",
    )  # fmt: skip
    return waterfall(
        table, words, ("average of the areas compared", centre), (name, found.index.score), name="contributions"
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
    way = "adds" if parts[most] >= 0 else "takes away"
    title = say(f"{{domain}} {way} most: {{points:.1f}} points", domain=most, points=abs(parts[most]))
    told = say("From {centre:.0f} to {score:.1f}: {steps:apart}.", centre=centre, score=score, steps=steps)
    words = caption(
        view, title, "Points that each domain adds or takes away; they add up to the score", told, unit="Score",
        better="higher is better",
        note="The contributions of the indicators of each domain together; they add up exactly.",
    )  # fmt: skip
    return waterfall(table, words, ("average of the areas compared", centre), (found.area.name, score), name="domains")


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
        lines.append(_line(f"median of {place.name}", inside))
    lines.append(_line("median of all areas", middle))
    first, last = mine.iloc[0], mine.iloc[-1]
    title = f"{found.area.name}: {first['displayed']:.1f} in {first['period']}"
    title += f", {last['displayed']:.1f} in {last['period']}" if len(mine) > 1 else ""
    title += ", on one scale" if view.one_scale == BASE else ""
    title += _broken(view, first["period"], last["period"])
    told = "; ".join(
        f"{r['period']}: {r['displayed']:.1f}"
        + (f" (95 % interval {r['low']:.1f} to {r['high']:.1f})" if r.get("low", np.nan) == r.get("low") else "")
        for r in mine.to_dict("records")
    )
    scale = (
        f"one scale for all periods, {view.framework.base_period} = average {view.framework.method.display.centre:g}"
        if view.one_scale == BASE else "within each period"
    )  # fmt: skip
    note = "The scale of one period alone gives other scores than this one. " if view.one_scale == BASE else ""
    words = caption(view, title, f"Score, {scale}", f"{told}.", unit="Score", note=note + NOTE, when=_span(mine))
    table = pd.concat(lines, ignore_index=True)
    return series(table, words, breaks=view.breaks(), better="higher is better", name="through")


def places(view: View, found: Profile) -> Figure | None:
    """The rank of an area in every period with its interval, 1 at the top; ``None`` where it was never ranked."""
    import pandas as pd

    mine = view.ranked[view.ranked["area"] == found.area.code].sort_values("period")
    if not len(mine):
        return None
    ends = {n: mine.get(f"rank_{n}", np.nan) for n in ("low", "high")}
    table = pd.DataFrame({"line": found.area.name, "period": mine["period"], "value": mine["rank"], **ends})
    first, last = (table.iloc[k] for k in (0, -1))
    ranked = f"{int(mine['ranked'].min())} to {int(mine['ranked'].max())}" if mine["ranked"].nunique() > 1 else str(
        int(mine["ranked"].max()))  # fmt: skip
    parted = apart(*((float(row["low"]), float(row["high"])) for row in (first, last)))
    clear = {True: "; the intervals do not overlap", False: "; the intervals overlap", None: ""}[parted]
    title = f"{found.area.name} was {ordinal(int(first['value']))} in {first['period']}{_range(first)}"
    if len(table) > 1:
        title += f" and {ordinal(int(last['value']))} in {last['period']}{_range(last)}"
        title += clear
        title += _broken(view, first["period"], last["period"])
    told = "; ".join(f"{r['period']}: {ordinal(int(r['value']))}{_range(r)}" for r in table.to_dict("records"))
    words = caption(view, title, f"Rank among {ranked} areas, 1 is best", f"{told}.", unit="Rank", when=_span(table))
    return series(
        table, words, breaks=view.breaks(), show="{:.0f}".format, better="1 is best, at the top", flipped=True,
        name="places",
    )  # fmt: skip


def _broken(view: View, first: str, last: str) -> str:
    """That the first and the last figure cannot be compared freely, where a break lies between."""
    count = sum(first < period <= last for period in view.breaks())
    return f"; {'a break lies' if count == 1 else f'{count} breaks lie'} between" if count else ""


def _span(rows: pd.DataFrame) -> str:
    first, last = rows["period"].iloc[0], rows["period"].iloc[-1]
    return str(first) if first == last else f"{first} to {last}"


def _range(row: Mapping[Any, Any] | pd.Series) -> str:
    low, high = row["low"], row["high"]
    return f" (95 % interval {low:.0f} to {high:.0f})" if low == low else " (no interval was computed)"


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
