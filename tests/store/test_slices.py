"""Parts of tables read from their files: what whole reading gives, cut; and files that were changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from goodwork.errors import ChecksumMismatch
from goodwork.store.editions import write_edition
from goodwork.store.slices import Slices


@pytest.fixture
def slices(tmp_path: Path) -> Slices:
    table = pd.DataFrame({"area": ["B", "A", "C"], "node": ["x", "x", "y"], "note": ["", "it's", ""],
                          "score": [1.0, np.nan, 3.0]})  # fmt: skip
    return Slices(write_edition(tmp_path, "some", {"scores": table}, {"name": "some"}))


def test_rows_and_columns_that_are_asked_for(slices: Slices) -> None:
    found = slices.read("scores", ["area", "score", "not there"], {"node": "x"}, order="area")
    assert found["area"].tolist() == ["A", "B"]
    assert np.isnan(found["score"][0])
    assert list(found) == ["area", "score"]
    assert slices.read("scores", ["area"], {"area": ["C", "B"], "node": "y"})["area"].tolist() == ["C"]
    assert slices.read("scores", ["area"], {"area": []}).empty
    assert slices.read("scores", ["area", "note"], {"note": "it's"}).to_numpy().tolist() == [["A", "it's"]]
    assert slices.read("scores", ["note"], {"area": "B"})["note"].tolist() == [""]
    assert slices.different("scores", ["node"])["node"].tolist() == ["x", "y"]


def test_a_file_that_was_changed_is_not_read(slices: Slices) -> None:
    file = slices.edition.path / "scores.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(ChecksumMismatch, match=r"scores\.parquet"):
        slices.read("scores", ["area"])
