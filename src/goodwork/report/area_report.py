"""The report of an area, on four pages: what can be seen and how surely, where it stands, strengths, weaknesses and
gaps, its way through time, who is like it, what surrounds its work, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goodwork.analysis.audit_gaps import gap_table, in_people, strengths
from goodwork.analysis.evidence import Evidence
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.profile import Profile
from goodwork.figures.league import league
from goodwork.language import tr
from goodwork.model.area import Area
from goodwork.model.indicator import which_end
from goodwork.monitor import Monitor
from goodwork.report import area_figures, area_tables, area_words
from goodwork.report.document import Chapter, Document, Fact, dated, file_name
from goodwork.report.section import Section
from goodwork.report.told import setting, told
from goodwork.report.view import View, view_of

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.figures.figure import Figure

#: Under every table of figures.
MARKED = tr("A figure without a marker is as published. “No data” is not zero: nothing is filled in.")
#: Against whom an area is told to be ahead or behind; against whom gaps are told in people.
AGAINST, IN_PEOPLE = ("nation", "community", "neighbours"), ("nation", "community")
#: How many gaps are told in people; four pages hold no more.
GAPS = 5


def area_report(
    monitor: Monitor, area: str, period: str | None = None, area_set: str | None = None, framework: str | None = None
) -> Document:
    """The report of the area a person means by a name or code; raises ``NotFound`` with the nearest names."""
    return report_of(setting(monitor, period, area_set, framework), monitor.find(area))


def report_of(view: View, area: Area) -> Document:
    """The report of an area in a view, which can be asked for many areas without reading the edition again."""
    found = view.profile(area)
    groups = company(view, area.code)
    around = _around(view, found)
    chapters = (
        Chapter(tr("What can be seen, and how surely"), _seen(view, found)),
        Chapter(tr("Where {area} stands").format(area=area.name), _standing(view, found)),
        Chapter(tr("Strengths, weaknesses and gaps"), _members(view, found, groups)),
        Chapter(tr("Through time"), _through(view, found)),
        Chapter(tr("Who is like {area}").format(area=area.name), _alike(view, found)),
        Chapter(tr("Conditions, health and the shock of 2020"), around),
        Chapter(tr("Sources"), _sources(view, found)),
    )
    return Document(
        name=file_name("area", area.code, area.name),
        kind=tr("Area report"),
        title=area.name,
        lead=area_words.lead(view, found),
        chapters=tuple(c for c in chapters if c.sections),
        about=view.where,
        source=area_figures.caption(view, "", "", "").source,
        facts=_facts(view, found),
        dated=dated(view.monitor),
        invented=view.monitor.invented,
        data=_data(view, found),
    )


def company(view: View, code: str) -> dict[str, tuple[str, list[str]]]:
    """The groups an area is set beside: its community and its neighbours, kind → (name, codes)."""
    groups: dict[str, tuple[str, list[str]]] = {}
    clusters, near = (view.rows(name, period=view.period) for name in ("communities", "neighbours"))
    if len(clusters) and len(mine := clusters[clusters["area"] == code]):
        letter = mine["community"].iloc[0]
        mean = tr("mean of community {letter}").format(letter=letter)
        groups["community"] = (mean, list(clusters[clusters["community"] == letter]["area"]))
    if len(near) and len(mine := near[near["area"] == code]):
        mean = tr("mean of {n} neighbours").format(n=len(mine))
        groups["neighbours"] = (mean, list(mine.sort_values("rank")["neighbour"]))
    return groups


def _facts(view: View, found: Profile) -> tuple[Fact, ...]:
    index = found.index
    if not index.scored:
        return ()
    low, high = index.low == index.low, index.rank_low == index.rank_low
    facts = [
        Fact(tr("Score"), f"{index.score:.1f}",
             say("95 % interval {low:.1f} to {high:.1f}", low=index.low, high=index.high)
             if low else tr("no interval")),
        Fact(tr("Rank of {areas}").format(areas=index.of), f"{index.rank:.0f}{'=' if index.ties else ''}",
             say("95 % interval {low:.0f} to {high:.0f}", low=index.rank_low, high=index.rank_high)
             if high else tr("no interval")),
        Fact(tr("Indicators"), say("{n} of {all}", n=len(found.figures) - len(found.missing), all=len(found.figures)),
             tr("have a figure")),
    ]  # fmt: skip
    clusters = view.rows("communities", period=view.period)
    mine = clusters[clusters["area"] == found.area.code] if len(clusters) else clusters
    if len(mine):
        row = mine.iloc[0]
        steady = say("in {share:.0%} of the draws", share=float(row["stability"]))
        facts.append(Fact(tr("Community"), str(row["community"]), steady))
    return tuple(facts)


def _seen(view: View, found: Profile) -> tuple[Section, ...]:
    """Coverage and doubt."""
    there, missing = len(found.figures) - len(found.missing), area_tables.missing(found)
    seen = [say("{n} of the {all} indicators of the index have a figure for {name} in {period}.", n=there,
                all=len(found.figures), name=found.area.name, period=found.period)]  # fmt: skip
    notes = tuple(filter(None, (found.framework.description, MARKED)))
    if not found.index.scored:
        others, ever = [s for s in found.domains if s.scored], len(view.ranked[view.ranked["area"] == found.area.code])
        seen.append(say(
            "{n} of {all} domains have a score for {period}; {ever} of {periods} periods have a score and a rank.",
            n=len(others), all=len(found.domains), period=found.period, ever=ever,
            periods=len(view.monitor.periods(view.name)),
        ))  # fmt: skip
    elif len(missing) < 3:
        reasons = zip(missing.iloc[:, 0], missing.iloc[:, 1], strict=True)
        seen += [say("{what}: {why}", what=what, why=f"{why.rstrip('.')}.") for what, why in reasons]
    sure = (*area_words.tier(view, found.area.code), *area_words.doubts(view, found))
    if there and (found.index.scored and len(missing) < 3):
        return (Section("", (*seen, *sure), None, None, notes),)
    return (Section("", (*seen, *sure), missing if len(missing) else None, None, notes),)


def _standing(view: View, found: Profile) -> tuple[Section, ...]:
    if not found.index.scored:
        scored = any(s.scored for s in found.domains)
        return (Section("", (), area_tables.domains(found)),) if scored else ()
    code = found.area.code
    rows = area_tables.around(view, found, 2)
    first, last = rows.iloc[0], rows.iloc[-1]
    words = say(
        "The {n} areas from {first} ({top:.0f}) to {last} ({bottom:.0f}): most of their intervals overlap.",
        n=len(rows), first=first["name"], top=first["rank"], last=last["name"], bottom=last["rank"],
    )  # fmt: skip
    drawn = league(
        rows,
        area_figures.caption(view, tr("The places next to {area}").format(area=found.area.name),
                             tr("Rank with its 95 % interval"), str(words), better=which_end("higher")),
        chosen=[code], name="around",
    )  # fmt: skip
    return Section("", area_words.points(found), area_tables.domains(found)), Section("", (), None, drawn)


def _members(view: View, found: Profile, groups: dict[str, tuple[str, list[str]]]) -> tuple[Section, ...]:
    if all(cell.value != cell.value for cell in found.figures):
        return ()
    evidence: Evidence = view.monitor.evidence(view.period, view.set_name, view.name)
    table = gap_table(evidence, found.area)
    stands, people = strengths(evidence, found.area, table), in_people(evidence, found.area, table)
    said = [one for one in stands.findings if one.key[0] == "indicators" and one.key[1] in AGAINST]
    close = [one for one in people.findings if one.key[0] in ("people", "none behind") and one.key[-1] not in ("best",)]
    close = [one for one in close if one.key[0] != "people" or one.key[1] in IN_PEOPLE]
    left = (say("{n} more stand in the audit of the place.", n=len(close) - GAPS),) if len(close) > GAPS else ()
    spine: Figure = area_figures.beside(view, found, groups)
    return (
        Section("", tuple(said), None, spine),
        Section(tr("The figures"), (), area_tables.members(view, found, groups)),
        *([Section(tr("What would close the gaps"), tuple(close[:GAPS]), None, None, (*people.notes[:1], *left))]
          if close else []),
    )  # fmt: skip


def _through(view: View, found: Profile) -> tuple[Section, ...]:
    score, rank = area_figures.through_time(view, found), area_figures.places(view, found)
    words = area_words.trend(view, found)
    drawn = [Section("", (), None, figure) for figure in (score, rank) if figure is not None]
    return (*([Section("", words)] if words else []), *drawn)


def _alike(view: View, found: Profile) -> tuple[Section, ...]:
    near = area_tables.neighbours(view, found)
    sections = []
    words = area_words.community(view, found) + told(view, "compacts", found.area.code)
    if len(near):
        sections.append(Section("", told(view, "neighbours", found.area.code) + words, near, None, (
            tr("Neighbours are the areas with the most like figures, wherever they lie: a fairer first comparison than "
               "the whole table. Distance in standard deviations over the indicators."),)))  # fmt: skip
    elif words:
        sections.append(Section("", words))
    return tuple(sections)


def _around(view: View, found: Profile) -> tuple[Section, ...]:
    """What surrounds the work of a place; figures that have none of the nation's beside them stand in the
    spreadsheet."""
    import pandas as pd

    said: list[Finding] = []
    tables, aside = [], list[str]()
    for _, question, names in _topics(view):
        table = area_tables.held(view, found, names)
        said += _answers(view, question, found.area.code)
        if len(table):
            compared = area_tables.compared(table)
            aside += list(table.loc[~compared].iloc[:, 0])
            tables.append(table[compared])
    notes = [tr("About areas, not people; association, not cause.")] if said or tables else []
    if aside:
        words = tr("In the spreadsheet, as none of the nation stands beside them: {indicators}.")
        notes.append(words.format(indicators=", ".join(aside)))
    shown = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    return (Section("", tuple(said), shown if len(shown) else None, None, tuple(notes)),) if notes else ()


def _topics(view: View) -> tuple[tuple[str, str, list[str]], ...]:
    """What lies around the index: the title, the question that speaks of it, its indicators."""
    catalogue, frameworks = view.monitor.catalogue, view.monitor.frameworks
    kept = set(view.framework.indicators)
    conditions = frameworks["conditions"].indicators if "conditions" in frameworks else ()
    role = {r: [i.id for i in catalogue.indicator if i.role == r and i.id not in kept] for r in ("outcome", "shock")}
    return (
        (tr("Conditions"), "conditions", [n for n in conditions if n not in kept]),
        (tr("Health"), "health", role["outcome"]),
        (tr("Shock"), "shock", role["shock"]),
    )


def _answers(view: View, question: str, code: str) -> tuple[Finding, ...]:
    """What an answer says of the area, in this set of areas or, where that has none, in the one it was asked of."""
    if found := told(view, question, code):
        return found
    for other in view.monitor.area_sets(view.name):
        if other.name != view.set_name and (found := told(view_of(view.monitor, view.name, other.name, view.period),
                                                          question, code)):  # fmt: skip
            return found
    return ()


def _sources(view: View, found: Profile) -> tuple[Section, ...]:
    rows = area_tables.sources(view, found, list(view.framework.indicators))
    notes = tuple(f"{figures}: {source}." for figures, source in rows.itertuples(index=False))
    others = tr("The source of every other figure stands in the spreadsheet.")
    return (Section("", (), None, None, (*notes, others)),)


def _data(view: View, found: Profile) -> dict[str, pd.DataFrame]:
    """Every figure and standing in full precision, for the spreadsheet."""
    import pandas as pd

    standings = [found.index, *found.domains, *(f.standing for f in found.figures)]
    names = ("title", "score", "low", "high", "rank", "rank_low", "rank_high", "ties", "of")
    scores = pd.DataFrame([{n: getattr(s, n) for n in names} for s in standings])
    columns = {"title": tr("measure"), "score": tr("score"), "low": tr("score, lower"), "high": tr("score, upper"),
               "rank": tr("rank"), "rank_low": tr("rank, lower"), "rank_high": tr("rank, upper"), "ties": tr("ties"),
               "of": tr("areas ranked")}  # fmt: skip
    rows = [
        {tr("indicator"): f.indicator.name, tr("unit"): f.indicator.unit,
         tr("better"): area_tables.BETTER[f.direction], tr("period"): f.period, tr("covers"): f.span,
         tr("value"): f.value, tr("lower"): f.lower, tr("upper"): f.upper, tr("marker"): str(f.status),
         tr("basis"): f.basis, tr("nation"): f.nation, tr("national value"): f.national,
         tr("normalised"): f.normalised, tr("contribution"): f.contribution,
         tr("source"): f.origin.line if f.origin else ""}
        for f in found.figures
    ]  # fmt: skip
    topics = [(title, names) for title, _, names in _topics(view)]
    held = [area_tables.held(view, found, names).assign(**{tr("about"): title}) for title, names in topics]
    shown = [*view.framework.indicators, *(name for _, names in topics for name in names)]
    kept = [table for table in held if len(table)]
    return {
        tr("standings"): scores.rename(columns=columns), tr("figures"): pd.DataFrame(rows),
        **({tr("around"): pd.concat(kept, ignore_index=True)} if kept else {}),
        tr("sources"): area_tables.sources(view, found, shown),
    }  # fmt: skip
