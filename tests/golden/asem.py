"""The ASEM sustainable connectivity example (51 countries, 49 indicators, 4 levels) as a framework and panels.

Numbers computed with COINr 1.1.14 (MIT licence); see ``../shared/data/golden/asem/README.md``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from goodwork.model.framework import INDEX, Domain, Framework, Member
from goodwork.model.method import Screening
from goodwork.model.panel import Panel, Values

GOLDEN = Path(__file__).parents[2].parent / "shared" / "data" / "golden" / "asem"
#: Everybody is scored, whatever is missing: COINr screens in a step of its own.
EVERYBODY = Screening(minimum_share=0.0, every_domain=False)


@cache
def read(name: str) -> pd.DataFrame:
    """A golden table by its name (``aggregate/amean``), indexed by its first column."""
    path = GOLDEN / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return pd.read_csv(path, index_col=0)


def node(code: str) -> str:
    """COINr's code of an aggregate as a node of the framework; indicators keep theirs."""
    return INDEX if code == "Index" else code.lower() if code in set(_meta("Aggregate")["iCode"]) else code


def framework(*, oriented: bool = False, weights: pd.DataFrame | None = None) -> Framework:
    """The tree of ASEM_iMeta. ``oriented``: for figures that have been normalised, so that higher is better in all;
    ``weights``: another table of weights (iCode, Weight)."""
    stated = None if weights is None else weights["Weight"]

    def weight(code: str, own: float) -> float:
        return float(own if stated is None else stated[code])

    return Framework(
        name="asem",
        title="Sustainable connectivity",
        domains=tuple(
            Domain(name=node(row.iCode), title=row.iName, parent=node(row.Parent), weight=weight(row.iCode, row.Weight))
            for row in _meta("Aggregate").itertuples()
            if row.iCode != "Index"
        ),
        members=tuple(
            Member(
                indicator=row.iCode,
                domain=node(row.Parent),
                direction="higher" if oriented or row.Direction > 0 else "lower",
                weight=weight(row.iCode, row.Weight),
            )
            for row in _meta("Indicator").itertuples()
        ),
    )


def panel(name: str) -> Panel:
    """The indicators of a golden table as a panel of one period."""
    table = read(name)
    indicators = tuple(code for code in _meta("Indicator")["iCode"] if code in table.columns)
    values = table[list(indicators)].to_numpy(dtype=float)[None]
    none, empty = np.full(values.shape, np.nan), np.full(values.shape, "", dtype="<U4")
    return Panel(("2018",), tuple(table.index), indicators, values, none, none, empty, empty, empty)


def columns(table: pd.DataFrame, fw: Framework, nodes: tuple[str, ...]) -> Values:
    """Columns of a golden table in the order of a framework's nodes, (areas, nodes)."""
    return table.rename(columns=node)[list(nodes)].to_numpy(dtype=float)


def already_normalised(values: Values, reference: Values) -> Values:
    """For panels that hold normalised figures."""
    return values


def _meta(kind: str) -> pd.DataFrame:
    meta = read("inputs/ASEM_iMeta").reset_index()
    return meta[meta["Type"] == kind]
