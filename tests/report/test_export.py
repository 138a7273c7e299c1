"""What an export says of itself is true of it."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from goodwork.monitor import Monitor
from goodwork.pipeline import own_material, publish
from goodwork.report.export import answers, workbook
from goodwork.sources.starter import start_project


def cover(monitor: Monitor) -> str:
    content = workbook(monitor, answers(monitor))
    return " ".join(pd.read_excel(io.BytesIO(content), sheet_name="cover", header=None, engine="calamine")[0])


def test_only_public_figures_carry_the_public_licence(tmp_path: Path, monitor: Monitor) -> None:
    start_project(tmp_path / "mine")
    publish(own_material(tmp_path / "mine" / "framework.toml", tmp_path / "mine" / "data.csv"), tmp_path / "editions")
    invented = cover(Monitor.open(tmp_path / "editions"))
    assert "INVENTED" in invented
    assert "Open Government Licence" not in invented
    assert "Open Government Licence" in cover(monitor)
