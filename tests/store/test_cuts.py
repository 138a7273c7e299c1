"""Rows are the same whether cut from a table that is held or read alone from its file; they are read no wider."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from goodwork.store import editions
from goodwork.store.cuts import Cuts
from goodwork.store.editions import write_edition

TABLE = pd.DataFrame(
    {"view": ["a", "b", "a", "b's"] * 3, "node": list("xxyyzzxxyyzz"), "score": [float(n) for n in range(12)]}
)


@pytest.mark.parametrize("where", [{"view": "a"}, {"view": "b's", "node": "y"}, {"view": "none"}, {"node": "x"}])
def test_a_part_read_alone_is_the_part_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: dict[str, str]
) -> None:
    edition = write_edition(tmp_path, "few", {"scores": TABLE}, {"title": "few"})
    held = Cuts(edition, ["view"]).rows("scores", where)
    monkeypatch.setattr(editions, "LARGE_ROWS", 5)
    apart = Cuts(edition, ["view"])
    read = apart.rows("scores", where)
    wanted = TABLE
    for column, value in where.items():
        wanted = wanted[wanted[column] == value]
    for found in (held, read):
        assert found.reset_index(drop=True).to_dict("list") == wanted.reset_index(drop=True).to_dict("list")
    assert ("scores" in apart.whole) == ("view" not in where)
