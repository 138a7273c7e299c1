"""The steps before normalisation against COINr 1.1.14's, for 51 countries and 49 indicators, kernels and ``build``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.golden import asem

from goodwork.index.build import Index, build
from goodwork.index.imputation import IMPUTATION
from goodwork.index.screening import screen
from goodwork.index.treatment import TREATMENT, excess_kurtosis, skewness
from goodwork.model.framework import INDEX, Framework
from goodwork.model.method import Method, Screening
from goodwork.model.panel import Panel, Values
from goodwork.sources.coinr import read_coinr

SCREENING = Screening(minimum_share=0.9, every_domain=False)


def values(name: str) -> Values:
    return asem.panel(f"steps/{name}").value[0]


def groups() -> np.ndarray:
    """Europe or Asia, for each country in the order of the golden tables."""
    data = asem.read("inputs/ASEM_iData").set_index("uCode")
    return data.loc[list(asem.panel("steps/build_Raw").areas), "EurAsia_group"].to_numpy(dtype=str)


def with_denominators() -> tuple[Framework, Panel]:
    """The framework with COINr's denominators, and the raw figures with those of the denominators and the groups."""
    meta = asem.read("inputs/ASEM_iMeta").reset_index().set_index("iCode")
    raw, framework = asem.panel("steps/build_Raw"), asem.framework()
    below = {name: "" if pd.isna(d) else str(d) for name, d in meta["Denominator"].items()}
    members = [{**m.model_dump(), "denominator": below[m.indicator]} for m in framework.members]
    needed = sorted(set(filter(None, (m["denominator"] for m in members))))
    further = asem.read("inputs/ASEM_iData").set_index("uCode").loc[list(raw.areas), needed].to_numpy(dtype=float)
    blank = np.full((1, *further.shape), np.nan)
    text = np.full(blank.shape, "", dtype=raw.status.dtype)
    more = {
        name: np.concatenate(
            [getattr(raw, name), {"value": further[None], "lower": blank, "upper": blank}.get(name, text)], -1
        )
        for name in ("value", "lower", "upper", "status", "basis", "observed")
    }
    panel = replace(raw, indicators=(*raw.indicators, *needed), groups={"continent": groups()}, **more)
    return framework.replace(members=members), panel


@pytest.fixture(scope="module")
def index() -> Index:
    """COINr's example: denominate, impute by group, screen, treat, min-max."""
    framework, panel = with_denominators()
    method = Method(
        order=("denominate", "impute", "screen", "treat"),
        imputation={"name": "group-mean", "groups": "continent"},
        screening=SCREENING,
        treatment="two-stage",
        normalisation={"name": "min-max", "low": 0, "high": 100},
    )
    return build(framework, panel, method)


@pytest.mark.parametrize(
    ("stage", "golden"),
    [
        ("values", "build_Raw"),
        ("denominated", "build_Denominated"),
        ("imputed", "build_Imputed"),
        ("screened", "build_Screened"),
        ("treated", "build_Treated"),
        ("normalised", "build_Normalised"),
    ],
)
def test_every_stage_of_the_example(index: Index, stage: str, golden: str) -> None:
    np.testing.assert_allclose(index.stages[stage][0], values(golden), rtol=1e-10, atol=1e-11)


def test_scores_of_the_example(index: Index) -> None:
    expected = asem.columns(asem.read("steps/build_Aggregated"), index.framework, index.nodes)
    np.testing.assert_allclose(index.scores[0], expected, rtol=1e-10, atol=1e-11)


def test_group_mean() -> None:
    found = IMPUTATION["group-mean"](values("build_Denominated")[None], groups=groups())[0]
    np.testing.assert_allclose(found, values("build_Imputed"), rtol=1e-10)


def test_screening() -> None:
    """COINr counts availability on the imputed figures and screens on the share missing alone."""
    summary = asem.read("steps/screen_summary")
    figures = values("build_Imputed")
    screened = screen(figures, [range(figures.shape[-1])], SCREENING)
    np.testing.assert_allclose(screened.coverage, summary["Dat_Avail"], rtol=1e-12)
    np.testing.assert_allclose(screened.nonzero, summary["Non_Zero"], rtol=1e-12)
    np.testing.assert_array_equal(screened.included, summary["Included"])
    np.testing.assert_array_equal(np.isnan(figures).sum(axis=-1), summary["N_missing"])
    np.testing.assert_array_equal((figures == 0).sum(axis=-1), summary["N_zero"])


def test_two_stage_treatment_to_the_last_digit() -> None:
    np.testing.assert_array_equal(TREATMENT["two-stage"](values("build_Screened")).values, values("build_Treated"))


def test_the_log_of_the_treatment() -> None:
    log = TREATMENT["two-stage"](values("build_Screened")).log
    details = asem.read("steps/treat_details")
    np.testing.assert_array_equal(log["points"], details["winsorise.nwin"].fillna(0))
    np.testing.assert_array_equal(log["passes"], True)
    assert set(log["transform"]) == {"none"}
    for heading, theirs in {
        "skew": "check_SkewKurt0.Skew",
        "kurtosis": "check_SkewKurt0.Kurt",
        "skew_winsorised": "check_SkewKurt1.Skew",
        "kurtosis_winsorised": "check_SkewKurt1.Kurt",
    }.items():
        np.testing.assert_allclose(log[heading], details[theirs].to_numpy(dtype=float), rtol=1e-10)


def test_skewness_and_kurtosis_of_the_raw_figures() -> None:
    expected, raw = asem.read("steps/skew_kurt_raw"), values("build_Raw")
    assert list(expected.index) == list(asem.panel("steps/build_Raw").indicators)
    np.testing.assert_allclose(skewness(raw), expected["skew_raw"], rtol=1e-10)
    np.testing.assert_allclose(excess_kurtosis(raw), expected["kurt_raw"], rtol=1e-10)
    passes = TREATMENT["log"](raw, force=False).log["transform"] == "none"
    np.testing.assert_array_equal(passes, expected["pass_raw"])


def test_the_nodes_above_each_indicator() -> None:
    """The package's own reader of a COINr pair gives each indicator the ancestors that COINr's lineage table lists."""
    expected = asem.read("steps/meta_lineage")
    inputs = asem.GOLDEN / "inputs"
    framework = read_coinr(inputs / "ASEM_iData.csv", inputs / "ASEM_iMeta.csv").framework

    def above(node: str) -> list[str]:
        return [] if node == INDEX else [parent := framework.parent(node), *above(parent)]

    found = {member: [node.lower() for node in above(member)] for member in framework.indicators}
    assert found == {str(row[0]): [code.lower() for code in row[1:]] for row in expected.itertuples()}
