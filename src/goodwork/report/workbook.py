"""Workbooks after the good practice of official statistics: a cover with contents, then one table per sheet from A1."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from goodwork.index.build import Index
from goodwork.language import tr
from goodwork.model.indicator import Catalogue

if TYPE_CHECKING:
    import pandas as pd


def xlsx(cover: Sequence[str], tables: Mapping[str, pd.DataFrame]) -> bytes:
    """A workbook of a cover (first line bold) and tables, one sheet each. Gaps are empty cells, text never a formula;
    the same tables give the same bytes."""
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": cover[0], "created": datetime(2000, 1, 1)})
    bold = book.add_format({"bold": True})
    front = book.add_worksheet(tr("cover"))
    front.set_column(0, 0, 110)
    rows = tr("Sheet {name}: {n} rows")
    listed = [rows.format(name=name, n=len(table)) for name, table in tables.items()]
    for row, line in enumerate([*cover, *listed]):
        front.write_string(row, 0, line, bold if row == 0 else None)
    for name, table in tables.items():
        sheet = book.add_worksheet(name[:31])
        for column, header in enumerate(table.columns):
            sheet.write_string(0, column, str(header), bold)
        for row, record in enumerate(table.itertuples(index=False), start=1):
            for column, cell in enumerate(record):
                if isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif cell is not None and cell == cell:
                    sheet.write_number(row, column, float(cell))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(table), 1), max(len(table.columns) - 1, 0))
    book.close()
    return content.getvalue()


def stages_workbook(index: Index, catalogue: Catalogue, names: Mapping[str, str] | None = None) -> bytes:
    """Every stage of an index as a workbook: one sheet per stage with one row per period and area and one column per
    indicator, then scores, ranks, the log of treatment, and who is not scored."""
    import numpy as np
    import pandas as pd

    n_periods, n_areas = len(index.periods), len(index.areas)
    keys = {
        "period": np.repeat(index.periods, n_areas),
        "area": np.tile(index.areas, n_periods),
        "name": np.tile([(names or {}).get(code, code) for code in index.areas], n_periods),
    }

    def sheet(array: np.ndarray[tuple[int, ...], np.dtype[np.float64]], columns: Sequence[str]) -> pd.DataFrame:
        flat = array.reshape(n_periods * n_areas, len(columns))
        return pd.DataFrame({**keys, **{column: flat[:, i] for i, column in enumerate(columns)}})

    tables = {stage: sheet(array, index.framework.indicators) for stage, array in index.stages.items()}
    tables["scores"] = sheet(index.scores, index.nodes)
    tables["ranks"] = sheet(index.ranks, index.nodes)
    rows = [
        {"indicator": indicator, "period": period, **{k: _cell(v, p) for k, v in log.items()}}
        for indicator, log in index.treatment.items()
        for p, period in enumerate(index.periods)
    ]
    tables["treatment"] = pd.DataFrame(rows or [], columns=list(rows[0]) if rows else ["indicator", "period"])
    tables["not_scored"] = index.excluded
    tables["indicators"] = pd.DataFrame(
        [
            {"indicator": i, "name": catalogue[i].name, "unit": catalogue[i].unit, "better": d,
             "domain": index.framework.node_title(index.framework.parent(i))}
            for i, d in zip(index.framework.indicators, index.framework.directions, strict=True)
        ]
    )  # fmt: skip
    cover = [
        index.framework.title,
        tr("Method: {method}").format(method=index.method.model_dump_json()),
        tr("One sheet per stage, from values to ranks. An empty cell is a gap or an area that is not scored."),
    ]
    return xlsx(cover, tables)


def _cell(array: object, period: int) -> object:
    """One period's entry of a log; text stays text."""
    import numpy as np

    entry = np.atleast_1d(np.asarray(array))
    value = entry[period if len(entry) > period else 0]
    return str(value) if value.dtype.kind in "US" else float(value)
