"""``goodwork revisions`` and ``goodwork quality`` as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from goodwork import errors
from goodwork.cli import vintages  # noqa: F401
from goodwork.cli.app import app
from goodwork.pipeline import own_material, publish
from goodwork.sources.starter import start_project
from goodwork.store.editions import Edition
from goodwork.store.shipped import read_shipped, shipped_folder, write_shipped


def ask(*words: object) -> str:
    return CliRunner().invoke(
        app, list(map(str, words)), env={"COLUMNS": "200"}, catch_exceptions=False
    ).output  # fmt: skip


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Edition, Edition]:
    """Two editions of the starter project in one store; the second has one figure less and one revised."""
    folder = tmp_path_factory.mktemp("two")
    start_project(folder / "mine")
    data, store = folder / "mine/data.csv", folder / "store"
    first = publish(own_material(folder / "mine/framework.toml", data), store, draws=20)
    table = pd.read_csv(data, dtype=str, keep_default_na=False)
    table.loc[3, "value"] = str(float(table.loc[3, "value"]) + 1)
    table.drop(index=10).to_csv(data, index=False)
    return first, publish(own_material(folder / "mine/framework.toml", data), store, draws=20)


def test_revisions_of_two_editions(two: tuple[Edition, Edition], tmp_path: Path) -> None:
    before, after = two
    said = ask("revisions", before.path, after.path, "--out", tmp_path / "changes.md")
    assert "1 lost, 1 revised" in said
    assert "figures revised, by 1 at the middle" in said
    assert (tmp_path / "changes.md").read_text(encoding="utf-8").startswith(f"# What changed: {before.name}")
    ask("revisions", before.path, after.path, "--out", tmp_path / "cells.csv", "--json")
    assert len(pd.read_csv(tmp_path / "cells.csv")) == 2


def test_a_store_stands_for_its_current_edition(two: tuple[Edition, Edition]) -> None:
    before, after = two
    found = json.loads(ask("revisions", before.path, after.path.parent, "--json"))
    assert found["after"] == after.name
    assert found["counts"]["lost"] == found["counts"]["revised"] == 1
    same = json.loads(ask("revisions", after.path, after.path.parent, "--json"))
    assert same["empty"]
    assert "Nothing changed" in ask("revisions", after.path, after.path.parent)


def test_compiled_folders(tmp_path: Path) -> None:
    shipped = read_shipped()
    tables = dict(shipped.tables)
    tables["observations"] = tables["observations"][tables["observations"]["indicator"] != "neet"]
    write_shipped(tmp_path / "less", tables, {"level": "upper tier", "vintage": "x"})
    said = ask("revisions", shipped_folder(), tmp_path / "less")
    assert "Lost indicators (1): neet" in said


def test_a_folder_without_figures_is_refused(two: tuple[Edition, Edition], tmp_path: Path) -> None:
    with pytest.raises(errors.EditionNotFound):
        ask("revisions", two[0].path, tmp_path)


def test_quality_writes_page_and_tables(two: tuple[Edition, Edition], tmp_path: Path) -> None:
    said = ask("quality", "--store", two[0].path, "--out", tmp_path / "report", "--at", "2025-01-01")
    assert "INVENTED FIGURES" in said
    assert "On 2025-01-01 the last figures" in said
    written = {path.name for path in (tmp_path / "report").iterdir()}
    assert {"quality.html", "quality-indicators.csv", "quality-completeness.csv", "quality-repeats.csv"} <= written
    assert "Invented figures" in (tmp_path / "report/quality.html").read_text(encoding="utf-8")
    found = json.loads(ask("quality", "--store", two[0].path, "--json"))
    assert found["date"] is None
    assert {row["indicator"] for row in found["indicators"]} >= {"weekly_pay", "training"}
    assert sum(row["withheld"] for row in found["completeness"]) == 1, "the confidential figure of Toyland"
