"""The national bulletin: results, communities, disparities, conditions, health, shock, time, method, data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from goodwork.analysis.finding import Finding, say
from goodwork.figures.figure import Figure
from goodwork.figures.tilemap import tilemap
from goodwork.language import tr
from goodwork.model.framework import INDEX
from goodwork.monitor import Monitor
from goodwork.report import area_figures
from goodwork.report.answers import data_of, sections_of
from goodwork.report.area_tables import BETTER, rank, score
from goodwork.report.document import Chapter, Document, dated, file_name
from goodwork.report.section import Section
from goodwork.report.told import setting
from goodwork.report.view import View
from goodwork.store.boundaries import read_boundaries, read_tiles

if TYPE_CHECKING:
    import pandas as pd

#: The chapters about questions, in the order of the report of 2021, with the tables that are printed.
CHAPTERS = (
    (tr("Communities"), "communities", ("communities_profiles",)),
    (tr("Disparity within and between regions"), "disparity", ("disparity",)),
    (tr("Conditions for good work"), "conditions", ("conditions_links", "conditions_shares")),
    (tr("Health and outcomes"), "health", ("health",)),
    (tr("The shock"), "shock", ("shock", "shock_links")),
    (tr("Through time"), "trends", ("trends_chapters",)),
    (tr("How places lie"), "space", ("space",)),
    (tr("Compacts"), "compacts", ("compacts",)),
)
#: Findings that are listed of a question, where not all are: the table of compacts says the same.
LISTED = {"compacts": 0, "trends": 8}
#: How many areas of either end are printed first.
ENDS = 10


def bulletin(
    monitor: Monitor, period: str | None = None, area_set: str | None = None, framework: str | None = None
) -> Document:
    """What an edition says of all its areas, as one document."""
    view = setting(monitor, period, area_set, framework)
    asked = tuple(name for _, name, _ in CHAPTERS)
    chapters = [Chapter(tr("Results"), results(view))]
    chapters += [
        Chapter(title, sections_of(view, name, tables, LISTED.get(name, 30))) for title, name, tables in CHAPTERS
    ]
    chapters += [Chapter(tr("How it is made"), method(view)), Chapter(tr("Data, and what is missing"), data(view)),
                 Chapter(tr("Every area"), (Section("", (), whole(view)),))]  # fmt: skip
    return Document(
        name=file_name("bulletin", view.name, view.set_name, view.period),
        kind=tr("Bulletin"),
        title=f"{view.framework.title}: {view.area_set.title}, {view.period}",
        lead=lead(view),
        chapters=tuple(chapters),
        about=view.where,
        source=area_figures.caption(view, "", "", "").source,
        dated=dated(monitor),
        invented=monitor.invented,
        data={tr("scores"): view.index.reset_index(drop=True), **data_of(view, asked)},
    )


def lead(view: View) -> tuple[Finding, ...]:
    """What the league table shows, never more than its intervals allow."""
    table = view.index
    if not len(table):
        return (say("No area has a score for {period}.", period=view.period),)
    first, last, count = table.iloc[0], table.iloc[-1], len(table)
    found = [
        say("{n} of {all} areas have a score for {period}.", n=count, all=count + len(view.exclusions),
            period=view.period)
    ]  # fmt: skip
    if "rank_low" not in table or table["rank_low"].isna().all():
        return (*found, say(
            "{first} is first and {last} last; no intervals were computed, so nobody knows how sure that is.",
            first=first["name"], last=last["name"],
        ))  # fmt: skip
    could = int((table["rank_low"] <= 1).sum())
    bottom = int((table["rank_high"] >= table["ranked"]).sum())
    wide = float((table["rank_high"] - table["rank_low"]).median())
    found += [
        say("{first} scores highest, {score:.1f} (95 % interval {low:.1f} to {high:.1f}); {could:areas} could be "
            "first.", first=first["name"], score=first["score"], low=first["low"], high=first["high"], could=could),
        say("{last} scores lowest, {score:.1f} (95 % interval {low:.1f} to {high:.1f}); {bottom:areas} could be last.",
            last=last["name"], score=last["score"], low=last["low"], high=last["high"], bottom=bottom),
        say("For half of the areas the interval of the rank is {wide:.0f} places wide or more: read a rank as a range.",
            wide=wide),
    ]  # fmt: skip
    return tuple(found)


def results(view: View) -> tuple[Section, ...]:
    """The map, the tiers, and both ends of the ranking."""
    table = view.index
    drawn = tiles(view)
    sections = [Section("", tiers(table), None, drawn)] if drawn is not None or len(tiers(table)) else []
    if len(table):
        shown = min(ENDS, len(table))
        sections.append(Section(tr("The first {n}").format(n=shown), (), ranking(view, table.head(ENDS))))
        sections.append(Section(tr("The last {n}").format(n=shown), (), ranking(view, table.tail(ENDS))))
    if len(view.exclusions):
        left = zip(view.exclusions["area"].map(view.names), view.exclusions["reason"], strict=True)
        sections.append(Section(tr("Not scored"), (), None, None, tuple(f"{name}: {reason}." for name, reason in left)))
    return tuple(sections)


def tiers(table: pd.DataFrame) -> tuple[Finding, ...]:
    """How many areas stand in each tier."""
    if "tier" not in table or table["tier"].isna().all():
        return ()
    counts = table["tier"].value_counts().sort_index()
    parts = [say("tier {tier:.0f}: {n:areas}", tier=float(t), n=int(n)) for t, n in counts.items()]
    return (say(
        "By tier: {parts:apart}. The head of each tier surely lies below the head of the one before; within a tier, "
        "places say little.", parts=parts,
    ),)  # fmt: skip


def tiles(view: View) -> Figure | None:
    """Every area as a tile in the colour of its score; none where no tiles are held for these areas."""
    import pandas as pd

    cells = read_tiles().places
    left = view.exclusions.assign(name=view.exclusions["area"].map(view.names))
    table = pd.concat([view.index.reset_index(drop=True), left[["area", "name", "reason"]]], ignore_index=True)
    if not len(view.index) or not any(code in cells for code in table["area"]):
        return None
    names = view.index["name"]
    title = tr("{first} scores highest, {last} lowest").format(first=names.iloc[0], last=names.iloc[-1])
    words, better = " ".join(lead(view)), tr("a higher score is better")
    found = area_figures.caption(view, title, tr("Every area one tile"), words, better=better, unit=tr("Score"))
    drawn = tilemap(cells, table, found, name="tiles")
    return replace(drawn, source=f"{drawn.source} {read_boundaries().attribution}")


def ranking(view: View, table: pd.DataFrame) -> pd.DataFrame:
    """Areas in order: rank and score with their intervals, tier and domains."""
    import pandas as pd

    domains = [(node, view.framework.node_title(node)) for node in view.framework.groups if node != INDEX]
    scores = {node: view.standings(node)["score"] for node, _ in domains}
    rows = []
    for code in table["area"]:
        stands = view.place(code)
        row = {tr("Area"): view.names[code], tr("Rank\n95 % interval"): rank(stands),
               tr("Score\n95 % interval"): score(stands)}  # fmt: skip
        if "tier" in view.index:
            row[tr("Tier")] = f"{view.index.loc[code, 'tier']:.0f}"
        row |= {title: f"{scores[node].get(code, float('nan')):.1f}".replace("nan", "–") for node, title in domains}
        rows.append(row)
    return pd.DataFrame(rows)


def whole(view: View) -> pd.DataFrame:
    """Every area in order of rank, a line each."""
    import pandas as pd

    rows, unknown = [], tr("no interval")
    for row in view.index.to_dict("records"):
        known = row.get("low") == row.get("low")
        places = say("{low:.0f} to {high:.0f}", low=row["rank_low"], high=row["rank_high"]) if known else unknown
        scores = say("{low:.1f} to {high:.1f}", low=row["low"], high=row["high"]) if known else unknown
        rows.append(
            {
                tr("Area"): row["name"],
                tr("Rank"): f"{row['rank']:.0f}{'=' if row['ties'] else ''}",
                tr("Rank, 95 % interval"): str(places),
                tr("Score"): f"{row['score']:.1f}",
                tr("Score, 95 % interval"): str(scores),
                **({tr("Tier"): f"{row['tier']:.0f}"} if "tier" in row else {}),
            }
        )
    return pd.DataFrame(rows)


def method(view: View) -> tuple[Section, ...]:
    """What is measured and how it becomes a score; which choices matter most."""
    import pandas as pd

    framework, catalogue = view.framework, view.monitor.catalogue
    members = pd.DataFrame(
        [
            {tr("Indicator"): f"{catalogue[m.indicator].name}\n{catalogue[m.indicator].unit}",
             tr("Domain"): framework.node_title(framework.top_domain(m.indicator), catalogue),
             tr("Better"): BETTER[m.direction], tr("Weight"): m.weight, tr("Why"): m.why}
            for m in framework.members
        ]
    )  # fmt: skip
    chosen = framework.method
    steps = {tr("Treatment"): chosen.treatment, tr("Imputation"): chosen.imputation,
             tr("Normalisation"): chosen.normalisation, tr("Weighting"): chosen.weighting,
             tr("Aggregation"): chosen.aggregation}  # fmt: skip
    screening, sampling = chosen.screening, chosen.sampling
    choices = pd.DataFrame(
        [
            *[(step, one.label, _parameters(one.parameters)) for step, one in steps.items()],
            (tr("Scope"), chosen.scope, chosen.base_period),
            (tr("Screening"), tr("one figure in every domain") if screening.every_domain else tr(
                "by share of indicators"), say("{share:.0%} of the indicators", share=screening.minimum_share)),
            (tr("Sampling error"), say("{n:,} draws declared", n=sampling.draws),
             tr("seed {seed}").format(seed=sampling.seed)),
        ],
        columns=[tr("Step"), tr("Choice"), tr("Setting")],
    )  # fmt: skip
    sections = [
        Section(tr("What is measured"), (), members, None, tuple(filter(None, (framework.description,)))),
        Section(tr("From figures to ranks"), (), choices, None, tuple(filter(None, (chosen.anchor,)))),
    ]
    rows = view.rows("sensitivity", period=view.period)
    if len(rows):
        rows = rows[rows["node"] == INDEX].sort_values("total", ascending=False, kind="stable")
        ends = zip(rows["total_low"], rows["total_high"], strict=True)
        table = pd.DataFrame({
            tr("Choice"): rows["factor"], tr("Measured by"): rows["output"], tr("Alone"): rows["first"],
            tr("With others"): rows["total"],
            tr("With others, 95 % interval"): [str(say("{low:.2f} to {high:.2f}", low=low, high=high))
                                               for low, high in ends],
        })  # fmt: skip
        top = rows.iloc[0]
        words = say(
            "{factor} matters most: {share:.0%} of the variation goes with it, alone or with other choices (95 % "
            "interval {low:.0%} to {high:.0%}).", factor=str(top["factor"]).capitalize(), share=float(top["total"]),
            low=float(top["total_low"]), high=float(top["total_high"]),
        )  # fmt: skip
        sections.append(
            Section(tr("Which choices matter most"), (words,), table, None,
                (tr("Shares of the variance (Sobol indices) over the choices that the framework declares uncertain."),))
        )  # fmt: skip
    return tuple(sections)


def _parameters(given: dict[str, object]) -> str:
    return "; ".join(f"{name} {value}" for name, value in given.items())


def data(view: View) -> tuple[Section, ...]:
    """Sources of the members, what is missing, and the breaks."""
    import pandas as pd

    catalogue = view.monitor.catalogue
    members = [catalogue[name] for name in view.framework.indicators]
    table = pd.DataFrame(
        [(i.label, "; ".join(filter(None, (i.publisher, i.dataset, i.release, i.licence))) or "–", i.designation or "–")
         for i in members], columns=[tr("Indicator"), tr("Source, release and licence"), tr("Kind of statistic")],
    )  # fmt: skip
    missing = pd.DataFrame([(i.name, i.missing) for i in catalogue.indicator if i.missing],
                           columns=[tr("Not here"), tr("Why")])  # fmt: skip
    when = tr("From")
    breaks = pd.DataFrame(
        [(b.period, i.label, b.what) for i in members for b in i.breaks],
        columns=[when, tr("Indicator"), tr("What changed")],
    ).sort_values(when, kind="stable")
    sections = [Section(tr("Sources"), (), table)]
    sections += [Section(tr("Breaks"), (), breaks)] if len(breaks) else []
    sections += [Section(tr("What is missing"), (), missing)] if len(missing) else []
    return tuple(sections)
