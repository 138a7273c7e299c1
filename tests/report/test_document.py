"""What a document is made of, and how its tables become words."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd

from goodwork.analysis.finding import say
from goodwork.figures.figure import Figure
from goodwork.report.cells import LETTERS, grid
from goodwork.report.document import Chapter, Document, blocks
from goodwork.report.section import Section
from goodwork.report.sheets import Sheet, accessible
from goodwork.report.spreadsheet import sheets

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 5" width="10" height="5"><path d="M0 0H9"/></svg>'
PICTURE = Figure(
    "one", "Title", "Sub", DRAWING, pd.DataFrame({"a": [1]}), "Said.", "Source.", "Note.", DRAWING, "", DRAWING
)


def test_only_drawings_without_words_stand_side_by_side() -> None:
    drawn, titled = Section("", (), None, PICTURE), Section("Title", (), None, PICTURE)
    told = Section("", (say("Said."),), None, PICTURE)
    assert [len(block) for block in blocks((drawn, drawn, drawn))] == [2, 1]
    assert [len(block) for block in blocks((drawn, titled, told, drawn))] == [1, 1, 1, 1]


def test_every_sentence_says_where_it_stands() -> None:
    section = Section("Inside", (say("{n} found.", n=2),), None, None, ("Beware.",))
    document = Document("d", "Kind", "Title", (say("First."),), (Chapter("One", (section,)),), "about", "source")
    assert list(document.sentences()) == [
        ("", "", "finding", "First."), ("One", "Inside", "finding", "2 found."), ("One", "Inside", "note", "Beware."),
    ]  # fmt: skip


def test_gaps_are_dashes_and_never_nought() -> None:
    cells = grid(pd.DataFrame({"area": ["a", "b", "c"], "x": [0.0, np.nan, -1234.5], "y": [None, "", "no data"]}))
    assert cells.rows == (("a", "0", "–"), ("b", "–", "–"), ("c", "−1,234", "no data"))


def test_numbers_of_a_column_have_the_same_decimals() -> None:
    cells = grid(pd.DataFrame({"area": ["a", "b"], "x": [1.25, 20.0], "whole": [3.0, 4.0], "small": [-0.004, 0.02]}))
    assert [row[1:] for row in cells.rows] == [("1.2", "3", "−0.004"), ("20.0", "4", "0.020")]


def test_a_column_of_numbers_with_intervals_stands_to_the_right() -> None:
    table = pd.DataFrame({"area": ["1", "2"], "score": ["9.1\n8 to 10", "no data"], "range": ["−2 to +3", "–"],
                          "rank": ["4= of 200", "12 of 200"], "words": ["about 5", "7"]})  # fmt: skip
    assert grid(table).numeric == (False, True, True, True, False)


def test_wide_columns_share_the_page_and_none_is_narrower_than_its_longest_word() -> None:
    table = pd.DataFrame(
        {"who": ["Blaenau Gwent"], "what": ["words " * 40], "long": ["incomprehensibilities and " * 3]}
    )
    cells = grid(table)
    assert sum(cells.widths) <= LETTERS
    assert cells.widths[2] > len("incomprehensibilities")
    assert grid(pd.DataFrame({"a": ["short"], "b": ["too"]})).widths == ()


def test_rows_of_many_words_are_told_not_tabled() -> None:
    assert grid(pd.DataFrame({"a": ["x"], "b": ["word " * 60]})).wordy
    assert not grid(pd.DataFrame({"a": ["x"], "b": ["word " * 10]})).wordy
    assert grid(pd.DataFrame({f"column-{k}": ["incomprehensible"] for k in range(9)})).wordy


def test_no_sheet_has_a_name_that_excel_keeps_for_itself() -> None:
    table = pd.DataFrame({"a": [1.0]})
    document = Document("d", "Kind", "Title", (), (Chapter("History", (Section("", (), table),)),), "about", "source")
    assert list(sheets(document)) == ["History 2"]
    book = pd.ExcelFile(
        io.BytesIO(accessible("Title", (), (), [Sheet("History", "History", (), table)])), engine="calamine"
    )
    assert book.sheet_names == ["Cover", "Contents", "Notes", "History 2"]
