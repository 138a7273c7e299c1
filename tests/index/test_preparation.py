"""Steps that methods share are done once, and shared work gives what separate work gives."""

from __future__ import annotations

import numpy as np
import pytest
from tests import toyland

from goodwork.index.arguments import Context
from goodwork.index.preparation import Prepared, prepare
from goodwork.model.method import Method

METHODS = [
    Method(order=order, treatment=treatment, imputation=imputation, screening={"minimum_share": share})
    for order in (("denominate", "screen", "treat", "impute"), ("denominate", "treat", "impute", "screen"))
    for share in (0.65, 1.0)
    for treatment in ("none", {"name": "winsorise", "points": 2, "skew": 0.5, "kurtosis": 0.5})
    for imputation in ("none", "mean")
]


def prepared(method: Method, known: dict[str, object] | None = None) -> Prepared:
    panel, framework = toyland.panel(), toyland.framework()
    return prepare(Context.of(framework, panel), panel.values_of(framework.indicators), method, known=known)


@pytest.mark.parametrize("turn", [1, -1])
def test_methods_that_begin_alike_may_share_their_steps(turn: int) -> None:
    known: dict[str, object] = {}
    for method in [*METHODS, *METHODS][::turn]:
        alone, shared = prepared(method), prepared(method, known)
        assert list(shared.stages) == list(alone.stages)
        for name, stage in alone.stages.items():
            np.testing.assert_array_equal(shared.stages[name], stage, err_msg=f"{name} of {method}")
        for step, put_in in alone.inputs.items():
            np.testing.assert_array_equal(shared.inputs[step], put_in, err_msg=f"into {step} of {method}")
        np.testing.assert_array_equal(shared.values, alone.values)
        np.testing.assert_array_equal(shared.screened.included, alone.screened.included)
        assert shared.log.keys() == alone.log.keys()


def test_what_is_shared_is_not_done_again() -> None:
    known: dict[str, object] = {}
    first, second = prepared(METHODS[0], known), prepared(METHODS[1], known)
    for name in ("denominated", "screened", "treated"):
        assert second.stages[name] is first.stages[name]
    assert not np.array_equal(first.values, second.values, equal_nan=True)


@pytest.mark.parametrize("scope", ["each period", "pooled"])
def test_each_member_is_treated_by_its_own_choice(scope: str) -> None:
    names = toyland.framework().indicators
    own = {"weekly_pay": "log", "low_pay": "none", "training": "log"}
    general = Method(treatment={"name": "winsorise", "points": 2, "skew": 0.5, "kurtosis": 0.5}, scope=scope)
    mixed = prepared(general.replace(at={name: {"treatment": choice} for name, choice in own.items()}))
    for column, name in enumerate(names):
        alone = prepared(general.replace(treatment=own[name]) if name in own else general)
        np.testing.assert_array_equal(mixed.stages["treated"][..., column], alone.stages["treated"][..., column])
    assert mixed.stages["treated"].shape == mixed.stages["values"].shape
