"""What an edition says about a question, as sections of a report: drawings, findings, notes and tables."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from goodwork.analysis.finding import say
from goodwork.figures.figure import Figure
from goodwork.language import tr
from goodwork.report.question_tables import Cell, Saying, Shown, shown
from goodwork.report.questions import PAGES, Question
from goodwork.report.section import Section
from goodwork.report.told import notes, told
from goodwork.report.view import View

if TYPE_CHECKING:
    import pandas as pd

#: A report prints the first findings of an answer and the first rows of a long table; the spreadsheet has them all.
LISTED, PRINTED = 20, 24
#: Notes beside an answer.
NOTED = 6
QUESTIONS = {question.name: question for question in PAGES}


def sections_of(
    view: View, name: str, tables: tuple[str, ...] = (), listed: int = LISTED, printed: int = PRINTED
) -> tuple[Section, ...]:
    """The answer to a question: its drawings and findings (as many as are to be ``listed``), then those of its
    ``tables`` that are named. Where it was not answered for the areas of the view, that of the first other set of areas
    for which it was, saying so."""
    question = QUESTIONS[name]
    here = answered_in(view, name)
    if here is None:
        unasked = say("{question}: not asked in this edition.", question=question.title)
        return (Section("", (), None, None, notes(view, name) or (unasked,)),)
    drawings = drawn(here, name)
    elsewhere = (
        (
            say(
                "Asked of {areas}, for there is no answer for {all}.",
                areas=here.area_set.title,
                all=view.area_set.title,
            ),
        )
        if here.set_name != view.set_name
        else ()
    )
    found = told(here, name)
    said, left = (*elsewhere, *found[:listed]), len(found[listed:])
    more = (say("{n} more findings stand in the spreadsheet.", n=left),) if left and listed else ()
    asides = notes(here, name)
    rest = len(asides[NOTED:])
    further = (say("{n} more notes stand in the spreadsheet.", n=rest),) if rest else ()
    aside = (*more, question.caution, *asides[:NOTED], *further)
    first = Section("", said, None, drawings[0] if drawings else None, aside)
    pictures = tuple(Section("", (), None, figure) for figure in drawings[1:])
    measured = Section(tr("How it is measured"), (), None, None, (question.measured,))
    return (first, *pictures, *sheets(here, question, tables, printed), measured)


def answered_in(view: View, name: str) -> View | None:
    """The view itself where the question was answered in it, else the first other set of areas; none at all perhaps."""
    others = [s.name for s in view.monitor.area_sets(view.name) if s.name != view.set_name]
    for set_name in (view.set_name, *others):
        here = view if set_name == view.set_name else replace(view, set_name=set_name)
        rows = here.rows("findings", period=view.period)
        if len(rows) and ((rows["question"] == name) & (rows["kind"] == "finding")).any():
            return here
    return None


def drawn(view: View, name: str) -> tuple[Figure, ...]:
    """The figures of an answer, as the edition holds them."""
    import pandas as pd

    if "figures" not in view.monitor.manifest["tables"]:
        return ()
    rows = view.monitor.figures(name, view.set_name, view.name)
    rows = rows[rows["period"] == view.period] if "period" in rows else rows
    words = ("name", "title", "subtitle", "svg", "sentence", "source", "note", "drawing", "legend", "narrow")
    return tuple(
        Figure(**{n: str(row[n]) for n in words}, table=pd.read_csv(io.StringIO(str(row["table"]))))
        for row in rows.to_dict("records")
    )


def sheets(view: View, question: Question, names: tuple[str, ...], printed: int) -> tuple[Section, ...]:
    """Tables of an answer in words, at most so many rows of each, which is then said."""
    tables = view.monitor.answer(question.name, view.set_name, view.name)
    say_it = Saying(view.monitor, view.name)
    found = []
    for sheet in question.sheets:
        if sheet.table in names and sheet.table in tables:
            one = shown(sheet, tables, say_it)
            whole = in_words(one)
            table, more = cut(whole, printed)
            aside = (one.note,) if one.note else ()
            found.append(Section(sheet.title, (), table, None, (*aside, *more)))
    return tuple(found)


def cut(table: pd.DataFrame, printed: int = PRINTED) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The first rows of a long table and a note of how many are left; a table hardly longer stays whole.

    >>> import pandas as pd
    >>> [len(part) for part in cut(pd.DataFrame({"a": range(40)}))], cut(pd.DataFrame({"a": range(40)}))[1]
    ([24, 1], ('16 more rows stand in the spreadsheet.',))
    """
    if len(table) <= printed + 6:
        return table, ()
    return table.head(printed), (say("{n} more rows stand in the spreadsheet.", n=len(table) - printed),)


def in_words(sheet: Shown) -> pd.DataFrame:
    """A shown table as words, an interval under its number."""
    import pandas as pd

    heads: dict[str, None] = {}
    for column in sheet.columns:
        head, number = column.head + (f",\n{column.under}" if column.under else ""), 2
        while head in heads:
            head, number = f"{column.head} {number}", number + 1
        heads[head] = None
    return pd.DataFrame([[_words(cell) for cell in row] for row in sheet.rows], columns=list(heads))


def _words(cell: Cell) -> str:
    words = ", ".join(word for word, _ in cell.words)
    return f"{words}\n{cell.interval}" if cell.interval else words


def data_of(view: View, names: tuple[str, ...]) -> dict[str, Any]:
    """Every finding of the answers, and every table of them with every digit, for the spreadsheet."""
    import pandas as pd

    said: list[pd.DataFrame] = []
    found: dict[str, pd.DataFrame] = {}
    for name in names:
        if (here := answered_in(view, name)) is not None:
            rows = here.rows("findings", period=view.period)
            said.append(rows.loc[rows["question"] == name, ["question", "kind", "area", "sentence"]])
            for title, table in view.monitor.answer(name, here.set_name, here.name).items():
                drop = [c for c in ("framework", "area_set", "scope") if c in table]
                found[title.replace("_", " ")] = table.drop(columns=drop)
    return {"findings": pd.concat(said, ignore_index=True), **found} if said else found
