"""The published example from its two input files to its index, by the public API and one method declaration."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from tests.golden.asem import GOLDEN

import goodwork as gw
from goodwork.index.build import Index
from goodwork.sources.coinr import CoinrPair, read_coinr

METHOD = gw.Method(
    order=("denominate", "impute", "screen", "treat"),
    imputation={"name": "group-mean", "groups": "EurAsia_group"},
    screening={"minimum_share": 0.9, "every_domain": False},
    treatment={"name": "two-stage", "points": 5},
    normalisation={"name": "min-max", "low": 0, "high": 100},
)


@cache
def pair() -> CoinrPair:
    if not GOLDEN.is_dir():
        pytest.skip("../shared/data/golden is not here")
    return read_coinr(GOLDEN / "inputs" / "ASEM_iData.csv", GOLDEN / "inputs" / "ASEM_iMeta.csv")


@cache
def index() -> Index:
    return gw.build(pair().framework, pair().panel, METHOD)


def golden(name: str) -> pd.DataFrame:
    """A golden table, its rows in the order of our areas; skips where the golden data are absent."""
    pair()
    table = pd.read_csv(GOLDEN / "steps" / f"{name}.csv", index_col=0)
    return table.loc[list(index().areas)] if set(table.index) == set(index().areas) else table


@pytest.mark.parametrize(
    ("stage", "file"),
    [
        ("denominated", "build_Denominated"),
        ("imputed", "build_Imputed"),
        ("screened", "build_Screened"),
        ("treated", "build_Treated"),
        ("normalised", "build_Normalised"),
    ],
)
def test_every_stage(stage: str, file: str) -> None:
    ours, theirs = index().stages[stage][0], golden(file)[list(index().framework.indicators)].to_numpy(dtype=float)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-10 * np.nanmax(np.abs(theirs)))


def test_scores_of_every_node() -> None:
    theirs = golden("build_Aggregated").rename(columns={"Index": "index"})
    np.testing.assert_allclose(index().scores[0], theirs[list(index().nodes)].to_numpy(dtype=float), rtol=1e-10)


def test_ranks_of_every_node() -> None:
    theirs = golden("results_full_ranks").rename(columns={"Index": "index"})
    if "uCode" in theirs:
        theirs = theirs.set_index("uCode")
    nodes = [node for node in index().nodes if node in theirs]
    ours = index().ranks[0][:, [index().nodes.index(node) for node in nodes]]
    expected = theirs.loc[list(index().areas), nodes].to_numpy(dtype=float)
    # Greece's tolerance for minorities is 5.1, like Bulgaria's and Czechia's. The input file writes 5.1000000000000005
    # for it; the reference takes that for a difference and ranks it two places lower. Our reader knows it for a tie.
    area, node = index().areas.index("GRC"), nodes.index("TolMin")
    assert (ours[area, node], expected[area, node]) == (24, 26)
    expected[area, node] = 24
    np.testing.assert_array_equal(ours, expected)
    assert "index" in nodes


def test_a_hundred_and_fifty_areas() -> None:
    """The timing case: 2 % missing, filled by group means; lower-is-better members; a log where winsorising fails."""
    folder = GOLDEN.parent / "scale"
    if not folder.is_dir():
        pytest.skip("../shared/data/golden is not here")
    data = read_coinr(folder / "scale_iData_150.csv", folder / "scale_iMeta.csv")
    method = METHOD.replace(
        imputation={"name": "group-mean", "groups": "Region"},
        screening={"minimum_share": 0.0, "every_domain": False},
        normalisation={"name": "min-max", "low": 1, "high": 100},
    )
    ours = gw.build(data.framework, data.panel, method)
    theirs = pd.read_csv(folder / "scale_build_Aggregated_150.csv", index_col=0).rename(columns={"Index": "index"})
    columns = [c for c in ours.nodes if c in theirs]
    assert "index" in columns
    found = ours.scores[0][:, [ours.nodes.index(c) for c in columns]]
    np.testing.assert_allclose(found, theirs.loc[list(ours.areas), columns].to_numpy(dtype=float), rtol=1e-10)
