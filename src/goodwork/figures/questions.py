"""The figure of each question about places: who is alike, who acts together, who differs, who moves, how places lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.verdicts import verdict
from goodwork.analysis.wording import areas_of, listing, written
from goodwork.errors import MethodError
from goodwork.figures.colouring import Category, by_category
from goodwork.figures.figure import Caption, Figure
from goodwork.figures.heat import heat
from goodwork.figures.moves import moves
from goodwork.figures.profile import communities_as, profile
from goodwork.figures.series import series
from goodwork.figures.shares import shares
from goodwork.figures.slopes import slopes
from goodwork.figures.spine import Beside, spine
from goodwork.figures.tilemap import tilemap
from goodwork.language import tr

if TYPE_CHECKING:
    from goodwork.analysis.clusters import Clusters
    from goodwork.analysis.compacts import Compacts
    from goodwork.analysis.disparity import Disparity
    from goodwork.analysis.hotspots import Hotspots
    from goodwork.analysis.neighbours import Neighbours
    from goodwork.analysis.paths import Paths
    from goodwork.analysis.succession import Succession
    from goodwork.analysis.trends import Trends
    from goodwork.model.panel import Values

#: A note under a figure is no longer than this; the whole stands with the answer.
ENOUGH = 420
#: What local Moran's statistic makes of an area: value, colour, letters, meaning.
LOCAL = (
    Category("high-high", "#b35806", "HH", tr("high among high neighbours")),
    Category("high-low", "#f1a340", "HL", tr("high among low neighbours")),
    Category("not clear", "#f0f0f0", "", tr("no clear pattern")),
    Category("low-high", "#998ec3", "LH", tr("low among high neighbours")),
    Category("low-low", "#542788", "LL", tr("low among low neighbours")),
)


@dataclass(frozen=True, eq=False)
class Setting:
    """What a question was asked about, in words, and how its numbers are written.

    ``names`` of areas by code; ``show`` writes a figure of a member with its unit, ``better`` says of a member which
    end is better; ``source`` where the figures come from.
    """

    framework: str
    areas: str
    period: str
    source: str
    names: Mapping[str, str]
    show: Callable[[str, float], str]
    better: Callable[[str], str]
    invented: bool = False

    def caption(
        self,
        title: str,
        subtitle: str,
        sentence: str,
        notes: Sequence[str],
        unit: str = "",
        better: str = "",
        period: str | None = None,
    ) -> Caption:
        """A caption with what is asked about in its subtitle, and as many notes as a figure has room for."""
        kept: list[str] = []
        for note in notes:
            if not kept or len(" ".join([*kept, note])) <= ENOUGH:
                kept.append(note)
        where = f"{self.framework}, {self.areas}, {self.period if period is None else period}"
        made_up = tr("Invented data.") + " " if self.invented else ""
        return Caption(
            title,
            f"{made_up}{where}. {subtitle}".rstrip(),
            sentence,
            better,
            unit,
            made_up + self.source,
            " ".join(kept),
        )


def said(findings: Sequence[object]) -> str:
    """Sentences as one text."""
    return " ".join(str(finding) for finding in findings)


def of_communities(
    found: Clusters, setting: Setting, cells: Mapping[str, tuple[int, int]], *, drawn_as: str = "map"
) -> Figure:
    """Communities as a tile map with letters; as a profile where no tiles are known, or if asked for."""
    import pandas as pd

    groups = communities_as(found.names, found.archetypes)
    on_edge = int(found.borderline.sum())
    title = tr("{areas} in {n} communities, none of them on the border to another")
    if on_edge:
        title = tr("{areas} in {n} communities, {on_edge} of them on the border to another")
    title = title.format(areas=areas_of(len(found.labels)), n=len(found.names), on_edge=on_edge)
    told = said(found.findings[: len(groups)])
    if drawn_as == "map" and any(area in cells for area in found.points.areas):
        caption = setting.caption(
            title, tr("Communities: areas with the same profile of work"), told, found.notes[-2:],
            unit=tr("Community A has the lowest mean score, the last the highest"), better="",
        )  # fmt: skip
        table = found.table.assign(
            name=[setting.names[a] for a in found.points.areas], category=found.table["community"]
        )
        inside = tr("community {community}, {archetype}; there in {share:.0f} % of the draws")
        border = tr(
            "community {community}, {archetype}; there in {share:.0f} % of the draws, on the border to {second}"
        )
        table["said"] = [
            (border if r.borderline else inside).format(
                community=r.community, archetype=r.archetype, share=100 * r.stability, second=r.second
            )
            for r in table.itertuples()
        ]
        left = [a for a in setting.names if a in cells and a not in set(table["area"])]
        rest = pd.DataFrame({"area": left, "name": [setting.names[a] for a in left], "category": "", "said": None,
                             "reason": [found.points.left_out.get(a, tr("not scored")) for a in left]})  # fmt: skip
        table = pd.concat([table, rest], ignore_index=True) if left else table
        look = by_category(table, caption, "communities", groups)
        return tilemap(cells, table, caption, colouring=look, name="communities")
    rows = [
        {"indicator": found.points.title(m), "better": setting.better(m), "community": n,
         "standardised": float(found.centroids[g, j]), "words": setting.show(m, float(found.natural[g, j]))}
        for j, m in enumerate(found.points.members) for g, n in enumerate(found.names)
    ]  # fmt: skip
    caption = setting.caption(title, tr("Mean of each community by indicator"), told, found.notes[-2:])
    return profile(pd.DataFrame(rows), caption, groups)


def of_succession(found: Succession, setting: Setting) -> Figure:
    """How areas moved from community to community between periods that no break parts; raises ``MethodError`` where
    there are no such periods."""
    if found.transitions is None:
        raise MethodError("no two periods are without a break between them: no move can be drawn")
    counts = found.transitions.counts
    stayed, total = int(counts.trace()), int(counts.sum())
    caption = setting.caption(
        tr("In {stayed} of {total} steps from one period to the next an area stayed in its community").format(
            stayed=stayed, total=total
        ),
        tr("Share of each community’s areas by community a period later, 95 % interval, number of areas"),
        said(found.findings[:3]), [*found.transitions.notes, *found.notes],
        period=tr("{low} to {high}").format(low=found.transitions.periods[0], high=found.transitions.periods[-1]),
    )  # fmt: skip
    return moves(found.transitions.table, caption)


def of_neighbours(
    found: Neighbours,
    setting: Setting,
    area: str,
    labels: Mapping[str, Mapping[str, str]],
    errors: Values | None = None,
) -> Figure:
    """A spine chart of one area beside its neighbours, region and nation. ``labels`` give each area's ``region`` and
    ``nation`` by code; ``errors`` ``(areas, members)`` are standard errors in natural units."""
    import pandas as pd

    points, at = found.points, found.points.position(area)
    mean = {
        kind: [i for i, a in enumerate(points.areas) if of.get(a) and of.get(a) == of.get(area)]
        for kind, of in labels.items()
    }
    near = [points.areas.index(a) for a in found.of(area)]
    others = [
        Beside(kind, tr("mean of {place}").format(place=labels[kind][area]))
        for kind in ("nation", "region")
        if len(mean.get(kind, ())) > 1
    ]
    if near:
        others.append(Beside("neighbours", tr("mean of {n} neighbours").format(n=len(near))))
        mean["neighbours"] = near
    rows = []
    for j, member in enumerate(points.members):
        z, x = points.scaled[:, j], points.natural[:, j]
        ends = np.nanpercentile(z, [0, 10, 90, 100])
        half = np.nan if errors is None else 1.96 * errors[at, j] / np.nanstd(x)
        row: dict[str, object] = {
            "indicator": points.title(member),
            "better": setting.better(member),
            "words": setting.show(member, x[at]),
        }
        row |= {"area": z[at], "low": z[at] - half, "high": z[at] + half}
        row |= dict(zip(("least", "p10", "p90", "most"), ends, strict=True))
        for other in others:
            row[other.kind] = _mean(z[mean[other.kind]])
            row[f"{other.kind}_words"] = setting.show(member, _mean(x[mean[other.kind]]))
        rows.append(row)
    told = [str(sentence) for sentence in found.sentences(area)]
    caption = setting.caption(
        told[0].rstrip("."), tr("Each indicator in standard deviations, right is better"), " ".join(told), found.notes
    )
    return spine(pd.DataFrame(rows), caption, points.title(area), others)


def of_compacts(found: Compacts, setting: Setting) -> Figure:
    """Members by area, compact by compact: where the weak points lie that a group has in common."""
    import pandas as pd

    points = found.points
    count = int(found.labels.max()) + 1
    shared = [listing([points.title(m) for m, s in zip(points.members, row, strict=True) if s]) for row in found.shared]
    rows = [
        {"area": points.areas[a], "name": setting.names[points.areas[a]], "indicator": points.title(member),
         "standardised": points.scaled[a, j], "value": points.natural[a, j],
         "group": (tr("Compact {n}: weak in {shared}") if shared[g] else tr("Compact {n}: weak in nothing in common"))
         .format(n=g + 1, shared=shared[g])}
        for g in range(count) for a in np.flatnonzero(found.labels == g) for j, member in enumerate(points.members)
    ]  # fmt: skip
    columns = ["area", "name", "indicator", "standardised", "value", "group"]
    held = int((found.labels >= 0).sum())
    title = tr("{held} of {areas} fall into {n} groups with weak points in common").format(
        held=held, areas=areas_of(len(found.labels)), n=count
    )
    caption = setting.caption(
        title, tr("Distance from the average by indicator"), said(found.findings[:3]), found.notes[1:]
    )
    ids = {points.title(m): m for m in points.members}
    table = pd.DataFrame(rows, columns=columns)
    return heat(table, caption, [points.title(m) for m in points.members], say=lambda i, v: setting.show(ids[i], v))


def of_disparity(found: Disparity, setting: Setting) -> Figure:
    """The share of each indicator's variance inside regions, the largest first."""
    split = found.split[found.split["period"] == found.periods[-1]]
    table = split[["indicator", "within_share", "within_low", "within_high", "error_share", "where"]].rename(
        columns={"within_share": "share", "within_low": "low", "within_high": "high", "error_share": "error"}
    )
    clearly = {"inside": tr("clearly more inside"), "between": tr("clearly more between")}
    table["where"] = table["where"].map(lambda w: clearly.get(w) or verdict(w))
    table = table.sort_values("share", ascending=False, kind="stable", na_position="last", ignore_index=True)
    inside = found.true_of()
    defined = int(table["share"].notna().sum())
    title = tr("Areas of one region differ more than regions do on {n} of {total} indicators")
    title = title.format(n=len(inside), total=defined)
    subtitle = tr("Share of the variance between areas, survey error taken out where it is known")
    caption = setting.caption(title, subtitle,
                              said(found.findings[:defined]), found.notes, period=found.periods[-1])  # fmt: skip
    return shares(table, caption)


def of_paths(found: Paths, trend: Trends, setting: Setting, area: str, beside: Mapping[str, Values]) -> Figure:
    """One area's score through time with its interval, beside others (name → ``(periods,)``)."""
    import pandas as pd

    mine = found.table[found.table["area"] == area]
    rows = [{"line": area, "period": r["period"], "value": r["score"], "low": r["low"], "high": r["high"]}
            for r in mine.to_dict("records")]  # fmt: skip
    rows += [{"line": line, "period": p, "value": float(v)} for line, values in beside.items()
             for p, v in zip(found.periods, values, strict=True)]  # fmt: skip
    broke = tr("From {period}: {changed} changed, so scores cannot be compared freely with before")
    cuts = {p: broke.format(period=p, changed=", ".join(found.breaking(p)))
            for p in found.periods[1:] if found.breaking(p)}  # fmt: skip
    own = trend.table.set_index("area").loc[area]
    facts, title = tr("too few periods"), tr("{area}: {verdict}, {first:.0f} to {last:.0f}")
    if own["slope"] == own["slope"]:
        slope, low, high = (written(own[name], "+.2f") for name in ("slope", "low", "high"))
        facts = tr("{slope} points a year, 95 % interval {low} to {high}").format(slope=slope, low=low, high=high)
    if trend.against == "others":
        title = tr("{area}: {verdict} beside the other areas, {first:.0f} to {last:.0f}")
    title = title.format(area=area, verdict=verdict(own["verdict"]), first=trend.years.min(), last=trend.years.max())
    last = mine[mine["score"].notna()].tail(1)
    now = ""
    if len(last):
        row = last.iloc[0]
        now = tr("In {period} the score was {score:.1f}.")
        if row["low"] == row["low"]:
            now = tr("In {period} the score was {score:.1f} (95 % interval {low:.1f} to {high:.1f}).")
        now = " " + now.format(period=row["period"], score=row["score"], low=row["low"], high=row["high"])
    caption = setting.caption(
        title, tr("Score on one scale for all periods"), f"{title} ({facts}).{now}", found.notes, unit=tr("Score"),
        better=tr("higher is better"),
        period=tr("{low} to {high}").format(low=found.periods[0], high=found.periods[-1]),
    )  # fmt: skip
    return series(pd.DataFrame(rows), caption, breaks=cuts, better=tr("higher is better"))


def of_movers(found: Paths, trend: Trends, setting: Setting, periods: Sequence[str], most: int = 5) -> Figure:
    """Ranks at both ends of a stretch: the areas that clearly improve or fall back strong, or, where none does, the
    steepest either way, said to be not clear."""
    import pandas as pd

    first, last = (found.periods.index(p) for p in (periods[0], periods[-1]))
    table = pd.DataFrame({"area": found.areas, "name": found.areas})
    for side, at in (("from", first), ("to", last)):
        table[f"rank_{side}"], table[f"{side}_low"], table[f"{side}_high"] = (
            found.rank[at],
            found.rank_low[at],
            found.rank_high[at],
        )
    up, down = trend.improvers, trend.fallers
    clear = bool(up or down)
    if clear:
        chosen = [*up[:most], *down[:most]]
        forms = {
            (True, True): tr("{up} clearly improves and {down} clearly falls back, {first} to {last}"),
            (True, False): tr("{up} clearly improves and {down} clearly fall back, {first} to {last}"),
            (False, True): tr("{up} clearly improve and {down} clearly falls back, {first} to {last}"),
            (False, False): tr("{up} clearly improve and {down} clearly fall back, {first} to {last}"),
        }
        title = forms[len(up) == 1, len(down) == 1]
    else:
        known = trend.table[trend.table["slope"].notna()]["area"]
        chosen = list(dict.fromkeys([*known.head(most // 2), *known.tail(most // 2)]))
        title = tr("No area clearly improves or falls back, {first} to {last}")
    title = title.format(up=areas_of(len(up)), down=len(down), first=periods[0], last=periods[-1])
    subtitle = tr("Ranks among areas. Named: the steepest moves, none of them clear")
    if clear:
        subtitle = tr("Ranks among areas. Named: the steepest of them")
    crossed = [p for p in found.periods[first + 1 : last + 1] if found.breaking(p)]
    cuts = ", ".join(dict.fromkeys(name for p in crossed for name in found.breaking(p)))
    caption = setting.caption(
        title, subtitle, said(trend.findings), [*trend.notes, *found.notes], better=tr("1 is best"),
        period=tr("{one} and {other}").format(one=periods[0], other=periods[-1]),
    )  # fmt: skip
    broke = tr("{indicators} changed").format(indicators=cuts) if cuts else ""
    return slopes(table, caption, (periods[0], periods[-1]), chosen=chosen, breaks=broke)


def of_hotspots(
    found: Hotspots, setting: Setting, cells: Mapping[str, tuple[int, int]], codes: Mapping[str, str]
) -> Figure:
    """Where high and low areas lie together, as a tile map; ``codes`` of areas by name."""
    table = found.table.rename(columns={"area": "name"}).assign(category=found.kind)
    table.insert(0, "area", table["name"].map(codes))
    table["reason"] = tr("no figure, or no neighbour with one")
    meaning = {c.value: c.meaning for c in LOCAL}
    told = tr("{value:.1f}, neighbours {neighbours:.1f}: {meaning} (q {q:.3f})")
    table["said"] = [
        told.format(value=r.value, neighbours=r.neighbours, meaning=meaning[r.kind], q=r.q)
        if r.kind in meaning else None
        for r in table.itertuples()
    ]  # fmt: skip
    high, low = len(found.named("high-high")), len(found.named("low-low"))
    title = tr("No area stands out clearly with its neighbours in {name}")
    if low:
        title = tr("{areas} high among high neighbours, {low} low among low neighbours")
    elif high:
        title = tr("{areas} high among high neighbours, none low among low neighbours")
    title = title.format(areas=areas_of(high), low=low, name=found.name)
    caption = setting.caption(
        title, tr("Local Moran’s I of the score"), said(found.findings), found.notes,
        unit=tr(
            "High is above the average score, low below it; clear at a false-discovery rate of {level:.0f} %"
        ).format(level=100 * found.level),
    )  # fmt: skip
    return tilemap(cells, table, caption, colouring=by_category(table, caption, "space", LOCAL), name="space")


def _mean(values: Values) -> float:
    """The mean of what is known; NaN where nothing is."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")
