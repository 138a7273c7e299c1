"""COINr's uncertainty analysis of the ASEM example replayed: its hundred draws of four choices give its scores, ranks
and statistics of ranks. Treatment, normalisation, weights (two levels, ± 25 %) and aggregation differ between them.

COINr keeps a logarithm that leaves a member further from passing than two winsorised points did (ForPort and CultServ);
``only_if_nearer=False`` does the same, and is not the default."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from tests.golden import asem
from tests.golden.test_steps import SCREENING, with_denominators

from goodwork.analysis.design import Design, factors_of, weight_factor
from goodwork.analysis.replicates import Replicates, Study, replicate
from goodwork.analysis.robustness import robustness
from goodwork.index.ranking import rank
from goodwork.model.framework import INDEX
from goodwork.model.method import Method
from goodwork.model.uncertainty import Alternatives, Uncertainty

METHOD = Method(
    order=("denominate", "impute", "screen", "treat"),
    imputation={"name": "group-mean", "groups": "continent"},
    screening=SCREENING,
    treatment={"name": "two-stage", "points": 5},
    normalisation={"name": "min-max", "low": 0, "high": 100},
    aggregation="arithmetic",
)
UNCERTAINTY = Uncertainty(
    alternatives=(
        Alternatives(
            name="points",
            options=[
                {"treatment": {"name": "two-stage", "points": n, "only_if_nearer": False}} for n in (1, 2, 3, 4, 5)
            ],
        ),
        Alternatives(
            name="normalisation",
            options=[
                {"normalisation": {"name": "min-max", "low": 1, "high": 100}},
                {"normalisation": {"name": "z-score", "mean": 10, "sd": 2, "sample": True}},
            ],
        ),
        Alternatives(name="aggregation", options=[{"aggregation": "arithmetic"}, {"aggregation": "geometric"}]),
    )
)


def design_of_the_reference() -> tuple:
    """Framework, panel and the hundred draws as COINr made them."""
    framework, panel = with_denominators()
    framework = framework.replace(uncertainty=UNCERTAINTY)
    runs = asem.read("uncertainty/ua100_para")
    sets = asem.read("uncertainty/noisy_weight_sets").reset_index()
    table = sets.assign(node=sets["iCode"].map(asem.node)).pivot(index="set", columns="node", values="Weight")
    weights = weight_factor(framework, METHOD, table[list(framework.nodes)].to_numpy())
    factors = (*factors_of(framework, METHOD), weights)
    choices = np.stack([runs[c].to_numpy() - 1 for c in ("winmax", "norm_alt", "agg_alt", "weight_set")], axis=1)
    return framework, panel, Design(factors, choices.astype(np.intp))


@cache
def replayed() -> tuple[tuple[str, ...], Replicates]:
    framework, panel, design = design_of_the_reference()
    study = Study.of(framework, panel, METHOD, design)
    return panel.areas, replicate(study, slice(0, len(design)))


def test_scores() -> None:
    areas, found = replayed()
    golden = asem.read("uncertainty/ua100_scores").loc[list(areas)].drop(columns="Nominal").to_numpy()
    np.testing.assert_allclose(found.scores[:, 0, 0].T, golden, rtol=1e-10)
    assert not found.failed.any()


def test_ranks() -> None:
    areas, found = replayed()
    golden = asem.read("uncertainty/ua100_ranks").loc[list(areas)].drop(columns="Nominal").to_numpy()
    np.testing.assert_array_equal(found.ranks[:, 0, 0].T, golden)


@pytest.mark.parametrize("size", [None, 7, 100])
def test_statistics_of_ranks(size: int | None) -> None:
    framework, panel, design = design_of_the_reference()
    doubt = robustness(framework, panel, method=METHOD, vary="method", design=design, block=size)
    golden = asem.read("uncertainty/ua100_rankstats").loc[list(panel.areas)]
    assert framework.nodes[0] == INDEX
    np.testing.assert_array_equal(doubt.index.ranks[0, :, 0], golden["Nominal"])
    found = {"Mean": doubt.rank_mean[0, :, 0], "Median": doubt.rank_median[0, :, 0]}
    found |= {f"Q{p}": doubt.summary.rank_quantile(p / 100)[0, 0] for p in (5, 95)}
    for name, values in found.items():
        np.testing.assert_allclose(values, golden[name], rtol=1e-9, err_msg=name)


def test_ranks_do_not_depend_on_the_scale_the_scores_are_put_on() -> None:
    """``robustness`` puts every variant on the published scale; the order within a replicate stays the reference's."""
    framework, panel, design = design_of_the_reference()
    doubt = robustness(framework, panel, method=METHOD, vary="method", design=design)
    areas, found = replayed()
    assert areas == panel.areas
    np.testing.assert_allclose(doubt.rank_mean[0, :, 0], rank(found.scores[:, 0, 0], axis=-1).mean(axis=0))
    spread = found.scores[:, 0, 0].std(axis=0)
    assert (doubt.score_sd[0, :, 0] < spread).all()  # scores of the two scales lie far apart; on one they do not
