"""The gallery: every kind of figure once, drawn from an edition, with its sentence and the table behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from goodwork.analysis.finding import say
from goodwork.figures.chapters import side_by_side
from goodwork.figures.choropleth import choropleth
from goodwork.figures.figure import Caption, Figure
from goodwork.figures.histogram import histogram
from goodwork.figures.league import league
from goodwork.figures.lorenz import lorenz
from goodwork.figures.moves import moves
from goodwork.figures.strip import strip
from goodwork.language import tr
from goodwork.model.indicator import which_end
from goodwork.monitor import Monitor
from goodwork.report import area_figures
from goodwork.report.answers import QUESTIONS, answered_in, drawn
from goodwork.report.area_report import company
from goodwork.report.bulletin import tiles
from goodwork.report.document import Chapter, Document, dated, file_name
from goodwork.report.section import Section
from goodwork.report.told import setting
from goodwork.report.view import View
from goodwork.store.boundaries import read_boundaries

#: Rows and columns of the table behind a drawing that the gallery shows.
SHOWN, COLUMNS = 6, 8
#: The outlines that the tile map's areas have.
OUTLINES = "upper_tier_2023"


def gallery(
    monitor: Monitor, period: str | None = None, area_set: str | None = None, framework: str | None = None
) -> Document:
    """Every kind of figure that can be drawn from an edition, by what it is about."""
    view = setting(monitor, period, area_set, framework)
    parts: tuple[tuple[str, Callable[[View], Iterator[Figure | None]]], ...] = (
        (tr("All areas"), _all), (tr("One area"), _one), (tr("One indicator"), _indicator), (tr("Through time"), _time),
        (tr("Answers to questions"), _answers),
    )  # fmt: skip
    found = {title: tuple(_section(one) for one in make(view) if one is not None) for title, make in parts}
    count = sum(map(len, found.values()))
    return Document(
        name=file_name("gallery", view.name, view.set_name, view.period),
        kind=tr("Gallery"),
        title=tr("Every figure"),
        lead=(
            say("{n} drawings, each with the sentence that stands for it and the first rows of its table.", n=count),
        ),
        chapters=tuple(Chapter(title, sections) for title, sections in found.items() if sections),
        about=view.where,
        source=area_figures.caption(view, "", "", "").source,
        dated=dated(monitor),
        invented=monitor.invented,
        offers=True,
    )


def _section(one: Figure) -> Section:
    words = (say("{words}", words=one.sentence),) if one.sentence else ()
    rows, columns = one.table.shape
    note = say("{n} of {rows:,} rows, {some} of {columns} columns of its table.", n=min(rows, SHOWN), rows=rows,
               some=min(columns, COLUMNS), columns=columns)  # fmt: skip
    return Section(
        one.name.replace("_", " ").capitalize(), words, one.table.iloc[:SHOWN, :COLUMNS], one, (note,)
    )  # fmt: skip


def _words(view: View, title: str, subtitle: str, sentence: str, **more: str) -> Caption:
    return area_figures.caption(view, title, subtitle, sentence, **more)


def _all(view: View) -> Iterator[Figure | None]:
    if not len(view.index):
        return
    yield tiles(view)
    shapes = read_boundaries()
    table = view.index.reset_index(drop=True)
    ends = {"first": table["name"].iloc[0], "last": table["name"].iloc[-1]}
    words = _words(
        view, tr("{first} scores highest, {last} lowest").format(**ends), tr("Score of each area"),
        tr("{first} scores highest, {last} lowest, of {n} areas.").format(n=len(table), **ends),
        better=tr("a higher score is better"),
    )  # fmt: skip
    if set(table["area"]) & set(shapes.codes(OUTLINES)):
        yield replace(choropleth(shapes.projected(OUTLINES), table, words, name="map"), source=shapes.attribution)
    yield league(table.head(20), replace(words, better=which_end("higher")), name="league")


def _one(view: View) -> Iterator[Figure | None]:
    """Of the area in the middle of the ranking."""
    if not len(view.index):
        return
    found = view.profile(view.monitor.geography.by_code[view.index["area"].iloc[len(view.index) // 2]])
    yield area_figures.beside(view, found, company(view, found.area.code))
    yield area_figures.made_of(view, found)
    yield area_figures.through_time(view, found)
    yield area_figures.places(view, found)


def _indicator(view: View) -> Iterator[Figure | None]:
    """Of the first member that has figures."""
    member = next((m for m in view.framework.members if view.natural[m.indicator].notna().sum() > 2), None)
    if member is None:
        return
    known, areas = view.monitor.catalogue[member.indicator], view.monitor.geography.by_code
    table = view.natural[member.indicator].rename("value").rename_axis("area").reset_index()
    table["name"] = table["area"].map(view.names)
    places = [areas[code].parents.get("region", areas[code].parents.get("country", "")) for code in table["area"]]
    table["region"] = [view.names.get(place, tr("All areas")) for place in places]
    middle = float(table["value"].median())
    sentence = tr("{indicator}: half of {n} areas have {figure} or more.").format(
        indicator=known.name, n=int(table["value"].notna().sum()), figure=known.show(middle)
    )
    title, count, shares = (
        words.format(indicator=known.name)
        for words in (tr("{indicator}, area by area"), tr("{indicator}: how many areas"), tr("{indicator}: shares"))
    )
    words = _words(view, title, tr("Areas by region, the median marked"), sentence, unit=known.unit)
    yield strip(table, words, known.show, better=known.direction)
    yield histogram(table, replace(words, title=count), known.show, marked={tr("median"): middle})
    if (table["value"].dropna() >= 0).all():
        yield lorenz({view.period: table["value"].to_numpy(dtype=float)}, replace(words, title=shares))


def _time(view: View) -> Iterator[Figure | None]:
    chapters, moved = (view.rows(name) for name in ("trends_chapters", "communities_transitions"))
    if len(chapters):
        table = chapters.rename(columns={"chapter": "line", "median": "value"})
        words = _words(
            view, tr("Parts of the country side by side"), tr("Score of the middle area"), tr("Medians with intervals.")
        )
        yield side_by_side(table[["line", "period", "value", "low", "high"]], words, breaks=view.breaks())
    if len(moved):
        words = _words(
            view, tr("From community to community"), tr("Share of each community a period later"),
            tr("Shares of moves."),
        )  # fmt: skip
        yield moves(moved[["from", "to", "share", "low", "high", "count"]].reset_index(drop=True), words)


def _answers(view: View) -> Iterator[Figure | None]:
    for name in QUESTIONS:
        if (here := answered_in(view, name)) is not None:
            yield from drawn(here, name)
