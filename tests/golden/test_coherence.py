"""Correlations, Cronbach's alpha and principal components of the ASEM example, as COINr 1.1.14 computed them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from goodwork.analysis.correlation import Kind, alpha, correlations, principal_components


@pytest.fixture(scope="module")
def golden(shared: Path) -> Path:
    return shared / "golden" / "asem"


@pytest.fixture(scope="module")
def meta(golden: Path) -> pd.DataFrame:
    return pd.read_csv(golden / "inputs" / "ASEM_iMeta.csv", index_col="iCode")


def stage(golden: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(golden / "steps" / f"build_{name}.csv", index_col="uCode")


def beneath(meta: pd.DataFrame, aggregate: str, level: int) -> list[str]:
    """Codes at a level that stand somewhere beneath an aggregate."""

    def stands(code: str) -> bool:
        above = meta["Parent"].get(code)
        return above == aggregate or (isinstance(above, str) and stands(above))

    return [code for code in meta.index[meta["Level"] == level] if stands(code)]


@pytest.mark.parametrize("kind", ["pearson", "spearman"])
def test_correlations_of_the_raw_figures(golden: Path, kind: Kind) -> None:
    theirs = pd.read_csv(golden / "coherence" / f"matrix_Raw_{kind}.csv", index_col="iCode")
    names = list(theirs.index)
    values = stage(golden, "Raw")[names].to_numpy(dtype=float)
    assert np.isnan(values).any(), "the example should have gaps"
    found = correlations(values, tuple(names), kind)
    np.testing.assert_allclose(found.r, theirs[names].to_numpy(), rtol=0, atol=1e-12)


def test_cronbachs_alpha(golden: Path, meta: pd.DataFrame) -> None:
    theirs = pd.read_csv(golden / "coherence" / "cronbach.csv")
    assert len(theirs) == 21
    ours = [
        alpha(stage(golden, row.dset)[beneath(meta, row.iCodes, row.Level)].to_numpy(dtype=float))
        for row in theirs.itertuples()
    ]
    np.testing.assert_allclose(ours, theirs["alpha"], rtol=0, atol=1e-12)


def test_principal_components_up_to_sign(golden: Path) -> None:
    rotation = pd.read_csv(golden / "coherence" / "level1_Physical_rotation.csv", index_col="element")
    spread = pd.read_csv(golden / "coherence" / "level1_Physical_sdev.csv")
    found = principal_components(stage(golden, "Aggregated")[list(rotation.index)].to_numpy(dtype=float))
    np.testing.assert_allclose(np.sqrt(found.eigenvalues), spread["sdev"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.eigenvalues / len(rotation), spread["prop_var"], rtol=0, atol=1e-12)
    signs = np.sign((found.vectors * rotation.to_numpy()).sum(axis=0))
    np.testing.assert_allclose(found.vectors * signs, rotation.to_numpy(), rtol=0, atol=1e-12)
