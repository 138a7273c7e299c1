"""Paths side by side: a mark and an interval for every figure, no line across a break, gaps left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.figures.reading import clashes, marks, middle, said, straight

from goodwork.figures.chapters import side_by_side
from goodwork.figures.figure import Caption

NAN = float("nan")
CAPTION = Caption("A title", "Areas, periods", "A sentence.", "higher is better", "Score", "A source", "A doubt.")
PERIODS = ["2017", "2018", "2019", "2020"]


def table(gone: bool = False) -> pd.DataFrame:
    value = np.array([[100.0, 101, 103, 99], [95.0, NAN, 97, 98]])
    rows = [
        {"line": line, "period": p, "value": NAN if gone else v, "low": v - 2, "high": v + 1}
        for line, values in zip(("London", "Wales & <b>"), value, strict=True)
        for p, v in zip(PERIODS, values, strict=True)
    ]
    return pd.DataFrame(rows)


def test_every_figure_has_its_mark_and_interval() -> None:
    drawing = side_by_side(table(), CAPTION, breaks={"2020": "asked by telephone"}).drawing
    points = [m for m in marks(drawing, "point") if said(m)]
    assert len(points) == 7, "the gap is not drawn"
    assert said(points[0]) == "London, 2017: 100.0 (95 % interval 98.0 to 101.0)"
    shown = [float(said(m).split(": ")[1].split()[0]) for m in points]
    assert straight(shown, [middle(m)[1] for m in points])
    across = [middle(m)[0] for m in points]
    assert len({round(x, 1) for x in across}) == 7, "the lines of a period stand next to one another"
    assert not clashes(drawing)


def test_no_line_crosses_a_break_or_a_gap() -> None:
    free, cut = (side_by_side(table(), CAPTION, breaks=b).drawing for b in ({}, {"2020": "asked by telephone"}))
    assert len(marks(free, "line")) - len(marks(cut, "line")) == 2
    assert len(marks(cut, "line")) == 2 + 2, "two of the key, two of London; Wales has a gap, and then a break"
    assert "asked by telephone" in cut
    assert not marks(free, "break")


def test_nothing_is_said_and_too_many_are_refused() -> None:
    assert "No data in any period." in side_by_side(table(gone=True), CAPTION).drawing
    many = pd.concat([table().assign(line=str(k)) for k in range(7)])
    with pytest.raises(ValueError, match="cannot be told apart"):
        side_by_side(many, CAPTION)
