"""Every stage of an index as a workbook, number for number; the same bytes each time."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
from tests import toyland

from goodwork.index.build import build
from goodwork.model.method import Method
from goodwork.report.workbook import stages_workbook, xlsx


def test_every_stage_is_there_number_for_number() -> None:
    method = Method(treatment={"name": "winsorise", "highest": 1})
    index = build(toyland.framework(), toyland.panel(), method)
    content = stages_workbook(index, toyland.catalogue(), {"T01": "=not a formula"})
    sheets = pd.read_excel(io.BytesIO(content), sheet_name=None, engine="calamine")
    assert list(sheets) == ["cover", *index.stages, "scores", "ranks", "treatment", "not_scored", "indicators"]
    for stage, array in index.stages.items():
        table = sheets[stage]
        flat = array.reshape(-1, array.shape[-1])
        np.testing.assert_allclose(table[list(index.framework.indicators)].to_numpy(dtype=float), flat)
        assert table["name"].iloc[0] == "=not a formula"
    np.testing.assert_allclose(sheets["scores"]["index"].to_numpy(dtype=float), index.scores[..., 0].ravel())
    assert len(sheets["treatment"]) == len(index.framework.indicators) * len(index.periods)


def test_the_same_tables_give_the_same_bytes() -> None:
    table = pd.DataFrame({"a": [1.0, float("nan")], "b": ["x", "=1+1"]})
    assert xlsx(["t"], {"s": table}) == xlsx(["t"], {"s": table})
