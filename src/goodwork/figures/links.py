"""The figure of each question about links: conditions, health and well-being, shocks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from goodwork.analysis.association import adjusted
from goodwork.analysis.shock import DOUBLE, FIRST, NEITHER, SECOND
from goodwork.analysis.wording import opened
from goodwork.figures.associations import associations
from goodwork.figures.figure import Figure
from goodwork.figures.quadrants import quadrants
from goodwork.figures.questions import Setting, said
from goodwork.figures.rows import rows_of
from goodwork.figures.scatter import line_of, scatter
from goodwork.language import tr

if TYPE_CHECKING:
    from goodwork.analysis.outcomes import Outcomes
    from goodwork.analysis.relation import Relation
    from goodwork.analysis.shock import Shock
    from goodwork.analysis.windows import Windows

#: Areas named in a picture of a shock.
NAMED = 8


def of_relation(found: Relation, setting: Setting, regions: Mapping[str, str], chosen: Collection[str] = ()) -> Figure:
    """One score against another, areas by region, the clearly better and worse named. ``regions`` by area's name."""
    table = found.table.assign(name=found.table["area"], group=found.table["area"].map(regions))
    table["named"] = table["better"] | table["worse"] | (table["y"] < table["low"]) | (table["y"] > table["high"])
    one, other = found.names
    title = str(found.pearson.sentence(one, other)).split(":")[0].rstrip(".")
    caption = setting.caption(title, tr("Both scores: higher is better"), said(found.findings), found.notes)
    return scatter(
        table, caption, (tr("{name} (score; higher is better)").format(name=opened(one)),
         tr("{name} (higher is better)").format(name=opened(other))),
        line=line_of(found.x, found.line), association=str(found.pearson), chosen=chosen, name="conditions",
    )  # fmt: skip


def of_outcomes(found: Outcomes, setting: Setting, better: Mapping[str, str]) -> Figure:
    """The index against every outcome: over all areas, inside regions, and among areas with like conditions where that
    was looked at; each way is clear after allowing for so many outcomes. ``better`` says of an outcome which end is
    better."""
    import pandas as pd

    table = found.table[found.table["score"] == found.scores[0]]
    keys = {tr("all areas"): "", tr("areas of one region"): "region", tr("areas with like conditions"): "conditions"}
    ways = {
        way: (name or "r", *(f"{name}_{end}" if name else end for end in ("low", "high", "n")))
        for way, name in keys.items()
    }
    tested = dict(zip(keys, ("q", "region_q", "conditions_q"), strict=True))
    table = table.assign(conditions_q=adjusted(table["conditions_p"]))
    kept = [way for way, named in ways.items() if table[named[0]].notna().any()]
    rows = []
    for row in rows_of(table):
        for way in kept:
            r, low, high, n = ways[way]
            sure = (row[low] > 0 or row[high] < 0) and row[tested[way]] <= found.level
            note = ", ".join(x for x in (row["observed"], better.get(row["outcome"], "")) if x)
            rows.append({"outcome": opened(row["outcome"]), "way": way, "r": row[r], "low": row[low], "high": row[high],
                         "n": row[n], "clear": bool(sure), "note": note})  # fmt: skip
    clear = sum(row["clear"] for row in rows if row["way"] == kept[0])
    caption = setting.caption(
        tr("{score} goes clearly with {clear} of {total} outcomes").format(
            score=opened(found.scores[0]), clear=clear, total=len(table)
        ),
        tr("Correlation with the score, 95 % intervals"),
        said(found.findings[:4]),
        found.notes,
    )
    return associations(pd.DataFrame(rows), caption, kept, name="health")


def of_shock(found: Shock, setting: Setting, what: str, period: str, chosen: Collection[str] = ()) -> Figure:
    """Areas by the two measures of a shock; above both means is a double blow. The hardest hit are named."""
    one, other = found.measures
    kinds = kinds_of(found)
    table = found.table.rename(columns={one: "x", other: "y", "quadrant": "kind"}).assign(name=found.table["area"])
    table["kind"] = table["kind"].map(lambda kind: kinds.get(kind, kind))
    double = int((found.quadrant == DOUBLE).sum())
    n = int((found.quadrant != "").sum())
    title = tr("{what}: {double} of {n} areas were hit twice, above the mean in both measures")
    caption = setting.caption(
        title.format(what=what, double=double, n=n), opened(tr("{one} and {other}").format(one=one, other=other)),
        said(found.findings[:2]), found.notes, period=period,
    )  # fmt: skip
    units = [f" ({unit.strip()})" if unit else "" for unit in found.units]
    titles = [
        tr("{measure}; higher is worse").format(measure=opened(m) + unit)
        for m, unit in zip(found.measures, units, strict=True)
    ]
    named = {*table.head(NAMED)["area"], *chosen}
    return quadrants(
        table, caption, (titles[0], titles[1]), (float(found.mean[0]), float(found.mean[1])),
        (kinds[DOUBLE], kinds[FIRST], kinds[SECOND], kinds[NEITHER]), named=named, name="shock",
    )  # fmt: skip


def kinds_of(found: Shock) -> dict[str, str]:
    """What each kind of area is called: one above the mean in a single measure by the name of that measure."""
    one, other = (tr("{measure} only").format(measure=opened(measure)) for measure in found.measures)
    return {DOUBLE: tr("double blow"), FIRST: one, SECOND: other, NEITHER: tr("neither")}


def of_windows(pairs: Sequence[Windows], setting: Setting, year: int, notes: Sequence[str]) -> Figure:
    """What goes together over areas before a year and from it on, in levels and in changes: a row for each pair of
    measures, with the years it rests on."""
    import pandas as pd

    named = {
        ("before", "levels"): tr("levels before {year}"), ("after", "levels"): tr("levels from {year} on"),
        ("before", "changes"): tr("changes before {year}"), ("after", "changes"): tr("changes from {year} on"),
    }  # fmt: skip
    ways = {key: way.format(year=year) for key, way in named.items()}
    rows = []
    for pair in pairs:
        spans = "; ".join(tr("{low} to {high}").format(low=f"{a:.0f}", high=f"{b:.0f}") for a, b in pair.spans)
        name = opened(tr("{one} and {other}").format(one=pair.names[0], other=pair.names[1]))
        for row in rows_of(pair.table):
            figures = {key: row[key] for key in ("r", "low", "high", "n")}
            rows.append({"outcome": name, "way": ways[row["window"], row["of"]], **figures, "note": spans})
    changed = [pair for pair in pairs if pair.difference_low[0] > 0 or pair.difference_high[0] < 0]
    years = [end for pair in pairs for span in pair.spans for end in span]
    caption = setting.caption(
        tr("In levels, {n} of {total} pairs of measures go together clearly differently from {year} on").format(
            n=len(changed), total=len(pairs), year=year
        ),
        tr("Correlation over areas, 95 % intervals"),
        said([pair.findings[0] for pair in changed[:4]]),
        notes,
        period=tr("{low} to {high}").format(low=f"{min(years):.0f}", high=f"{max(years):.0f}"),
    )
    return associations(pd.DataFrame(rows), caption, list(ways.values()), name="together")
