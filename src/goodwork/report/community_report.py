"""The report of a community or a compact: what its areas share, which they are, where they lie, how they differ."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from goodwork.analysis.finding import Finding, say
from goodwork.errors import NotFound
from goodwork.figures.colour import FURTHER
from goodwork.figures.colouring import Category, by_category
from goodwork.figures.figure import Figure
from goodwork.figures.profile import communities_as
from goodwork.figures.tilemap import tilemap
from goodwork.language import tr
from goodwork.model.indicator import which_end
from goodwork.monitor import Monitor
from goodwork.report import area_figures
from goodwork.report.answers import QUESTIONS, drawn
from goodwork.report.area_tables import rank, score, short
from goodwork.report.document import Chapter, Document, Fact, dated, file_name
from goodwork.report.section import Section
from goodwork.report.told import notes, setting, told
from goodwork.report.view import View
from goodwork.store.boundaries import read_boundaries, read_tiles

if TYPE_CHECKING:
    import pandas as pd


def community_report(
    monitor: Monitor, letter: str, period: str | None = None, area_set: str | None = None, framework: str | None = None
) -> Document:
    """The report of a community by its letter; raises ``NotFound`` with the letters there are."""
    view = setting(monitor, period, area_set, framework)
    rows = view.rows("communities", period=view.period)
    known = sorted({str(name) for name in rows["community"] if name}) if len(rows) else []
    wanted = letter.strip().upper().removeprefix("COMMUNITY").strip()
    if wanted not in known:
        raise NotFound("community", letter, known, remedy="communities were not worked out for these areas and period")
    mine = rows[rows["community"] == wanted]
    profiles = view.rows("communities_profiles", period=view.period)
    same = profiles[profiles["community"] == wanted].iloc[0]
    colour = communities_as([wanted])[0].colour
    borderline = int(mine["borderline"].sum())
    facts = (
        Fact(tr("Areas"), str(len(mine)), tr("of {all}").format(all=len(rows))),
        Fact(tr("Mean score"), f"{same['score']:.1f}", tr("each area counts once")),
        Fact(tr("On a border"), str(borderline), tr("in fewer than 80 % of the draws")),
    )
    about = tuple(found for found in told(view, "communities") if found.key[-1] == wanted.lower())
    extra = {
        tr("In it\nshare of draws"): mine.set_index("area")["stability"].map(lambda share: f"{100 * share:.0f} %"),
        tr("Else\nmostly in"): mine.set_index("area")["second"],
    }
    told_of = (*notes(view, "communities"), QUESTIONS["communities"].caution)
    title = tr("Community {letter}").format(letter=wanted) + (f": {same['archetype']}" if same["archetype"] else "")
    profile = tuple(figure for figure in drawn(view, "communities") if not figure.legend)
    name, codes = ("community", wanted), list(mine["area"])
    kind = tr("Community report")
    return _report(view, title, kind, name, codes, about, facts, extra, colour, wanted, profile, told_of)


def compact_report(
    monitor: Monitor, number: str, period: str | None = None, area_set: str | None = None, framework: str | None = None
) -> Document:
    """The report of a compact by its number; raises ``NotFound`` with the numbers there are."""
    view = setting(monitor, period, area_set, framework)
    rows = view.rows("compacts", period=view.period)
    known = [str(int(name)) for name in rows["compact"]] if len(rows) else []
    wanted = number.strip().lower().removeprefix("compact").strip()
    if wanted not in known:
        raise NotFound("compact", number, known, remedy="compacts were not worked out for these areas and period")
    row = rows[rows["compact"] == int(wanted)].iloc[0]
    codes = str(row["areas"]).split(", ")
    shared = [
        view.framework.node_title(name, view.monitor.catalogue) for name in str(row["shared"]).split(", ") if name
    ]
    facts = (
        Fact(tr("Areas"), str(len(codes))),
        Fact(tr("Weak points in common"), str(len(shared)), ", ".join(shared)),
        Fact(tr("Spread within"), f"{row['spread']:.2f}", tr("lower is more alike")),
    )
    about = tuple(found for found in told(view, "compacts") if found.key[-1] == wanted)
    told_of = (*notes(view, "compacts"), QUESTIONS["compacts"].caution)
    title, kind = tr("Compact {number}").format(number=wanted), tr("Compact report")
    name, colour = ("compact", wanted), FURTHER[0]
    return _report(view, title, kind, name, codes, about, facts, {}, colour, wanted, (), told_of)


def _report(
    view: View, title: str, kind: str, name: tuple[str, str], codes: list[str], about: tuple[Finding, ...],
    facts: tuple[Fact, ...], extra: dict[str, pd.Series], colour: str, letter: str, figures: tuple[Figure, ...],
    notes: tuple[str, ...],
) -> Document:  # fmt: skip
    """A report of any group of areas."""
    lie = Section("", _by_region(view, codes), None, _where(view, title, codes, colour, letter))
    chapters = (
        Chapter(tr("Where they lie"), (lie,)),
        Chapter(tr("Its areas"), (Section("", (), areas(view, codes, extra)),)),
        Chapter(tr("What they are like"), (*(Section("", (), None, figure) for figure in figures),
                                       Section(tr("Every indicator"), (), members(view, codes)))),
        Chapter(tr("How far to trust this"), (Section("", (), None, None, notes),)),
    )  # fmt: skip
    stand = view.index[view.index["area"].isin(codes)].reset_index(drop=True)
    return Document(
        name=file_name(*name, view.name, view.set_name, view.period),
        kind=kind,
        title=title,
        lead=about or _lead(view, stand),
        chapters=chapters,
        about=view.where,
        source=area_figures.caption(view, "", "", "").source,
        facts=facts,
        dated=dated(view.monitor),
        invented=view.monitor.invented,
        data={tr("scores"): stand},
    )


def _lead(view: View, stand: pd.DataFrame) -> tuple[Finding, ...]:
    return (say("{n:areas}, mean score {score:.1f}.", n=len(stand), score=float(stand["score"].mean())),)


def _by_region(view: View, codes: list[str]) -> tuple[Finding, ...]:
    """How many areas of the group each region or country has, and which, the most first."""
    known = view.monitor.geography.by_code
    found: dict[str, list[str]] = {}
    for code in codes:
        parents = known[code].parents
        place = parents.get("region", parents.get("country", ""))
        found.setdefault(known[place].name if place in known else tr("Elsewhere"), []).append(view.names[code])
    order = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple(say("{region}, {n}: {names:list40}.", region=region, n=len(names), names=sorted(names))
                 for region, names in order)  # fmt: skip


def areas(view: View, codes: list[str], extra: dict[str, pd.Series]) -> pd.DataFrame:
    """The areas of a group in order of rank: score and rank with their intervals, and what more is said of each."""
    import pandas as pd

    ranked = [code for code in view.index["area"] if code in set(codes)]
    ordered = [*ranked, *sorted((c for c in codes if c not in set(ranked)), key=lambda c: view.names[c])]
    known = view.monitor.geography.by_code
    rows = []
    for code in ordered:
        stands, region = view.place(code), known[code].parents.get("region", known[code].parents.get("country", ""))
        row = {tr("Area"): f"{view.names[code]}\n{known[region].name if region in known else ''}",
               tr("Score\n95 % interval"): score(stands), tr("Rank\n95 % interval"): rank(stands)}  # fmt: skip
        row |= {title: str(column.get(code, "") or "–") for title, column in extra.items()}
        rows.append(row)
    return pd.DataFrame(rows)


def members(view: View, codes: list[str]) -> pd.DataFrame:
    """Every indicator: the mean of the group and of all areas, and the two ends inside the group."""
    import pandas as pd

    rows, heads = [], (tr("Mean here"), tr("Mean of all"), tr("Best here"), tr("Worst here"))
    for member in view.framework.members:
        indicator = view.monitor.catalogue[member.indicator]
        everyone = view.natural[member.indicator].dropna()
        here = everyone.reindex([c for c in codes if c in everyone.index]).dropna()
        best = member.direction == "higher"
        row = {tr("Indicator"): f"{indicator.name}\n{indicator.unit}; {which_end(member.direction)}"}
        if not len(here):
            rows.append(row | dict(zip(heads, (tr("no data"), tr("no data"), "–", "–"), strict=True)))
            continue
        ends = (here.idxmax(), here.idxmin()) if best else (here.idxmin(), here.idxmax())
        means = (short(indicator, float(values.mean())) for values in (here, everyone))
        places = (f"{short(indicator, float(here[code]))}\n{view.names[str(code)]}" for code in ends)
        row |= dict(zip(heads, (*means, *places), strict=True))
        rows.append(row)
    return pd.DataFrame(rows)


def _where(view: View, title: str, codes: list[str], colour: str, letter: str) -> Figure | None:
    """The areas of the group among all others, as tiles; none where no tiles are held."""
    import pandas as pd

    cells = read_tiles().places
    table = pd.DataFrame([{"area": a.code, "name": a.name, "category": "in" if a.code in set(codes) else "out"}
                          for a in view.monitor.geography.members(view.set_name)])  # fmt: skip
    if not any(code in cells for code in table["area"]):
        return None
    kinds = (Category("in", colour, letter, title), Category("out", "#f0f0f0", "", tr("other areas")))
    listed = ", ".join(sorted(view.names[code] for code in codes))
    told_of = tr("{group}: {n} areas: {names}.").format(group=title, n=len(codes), names=listed)
    among = tr("{group} among all areas").format(group=title)
    words = area_figures.caption(view, among, tr("Every area one tile"), told_of, note="")
    found = tilemap(cells, table, words, colouring=by_category(table, words, "where", kinds), name="where")
    return replace(found, source=f"{found.source} {read_boundaries().attribution}")
