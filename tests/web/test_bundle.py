"""Everything of an edition as one ZIP: tables unchanged, dictionary, availability, parents, and its size said truly."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from html import unescape

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from goodwork.errors import NotFound
from goodwork.monitor import Monitor
from goodwork.web.bundle import Bundle, bytes_said
from goodwork.web.publish.places import is_file


@pytest.fixture(scope="module")
def whole(client: TestClient, monitor: Monitor) -> zipfile.ZipFile:
    """The ZIP as a reader gets it."""
    answer = client.get(f"/data/{monitor.edition.name}.zip")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert f"{monitor.edition.name}.zip" in answer.headers["content-disposition"]
    found = zipfile.ZipFile(io.BytesIO(answer.content))
    assert found.testzip() is None
    return found


def text(whole: zipfile.ZipFile, monitor: Monitor, name: str) -> str:
    return whole.read(f"{monitor.edition.name}/{name}").decode()


def table(whole: zipfile.ZipFile, monitor: Monitor, name: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text(whole, monitor, name)), keep_default_na=False)


def test_it_holds_every_table_unchanged(whole: zipfile.ZipFile, monitor: Monitor) -> None:
    for name, entry in monitor.manifest["tables"].items():
        held = (monitor.edition.path / entry["file"]).read_bytes()
        assert whole.read(f"{monitor.edition.name}/tables/{name}.parquet") == held


def test_every_column_of_every_table_has_a_meaning(whole: zipfile.ZipFile, monitor: Monitor) -> None:
    words = table(whole, monitor, "dictionary.csv")
    assert (words["means"] != "").all(), words[words["means"] == ""]
    assert (words["holds"] != "").all(), words[words["holds"] == ""]["table"].unique()
    declared = {(name, c) for name, entry in monitor.manifest["tables"].items() for c in entry["columns"]}
    assert set(zip(words["table"], words["column"], strict=True)) == declared
    assert set(words["type"]) <= {"text", "number", "whole number", "true or false"}


def test_availability_counts_the_areas_that_have_a_figure(whole: zipfile.ZipFile, monitor: Monitor) -> None:
    found = table(whole, monitor, "availability.csv").set_index(["indicator", "period", "level"])
    values = monitor.table("values")
    level = {area.code: area.level for area in monitor.geography.areas}
    mine = values[(values["indicator"] == "unemployment") & (values["period"] == "2018") & values["value"].notna()]
    for name in (monitor.geography.level, "region"):
        row = found.loc["unemployment", 2018, name]
        assert row["areas"] == mine["area"].map(level).eq(name).sum() > 0
        assert int(row["of"]) == len(monitor.geography.at(name))
        assert row["name"] == monitor.catalogue["unemployment"].name


def test_areas_stand_with_their_parents(whole: zipfile.ZipFile, monitor: Monitor) -> None:
    found = table(whole, monitor, "areas.csv")
    york = found[found["area"] == "E06000014"].set_index("parent_level")
    assert york.loc["region", "parent_name"] == "Yorkshire and The Humber"
    assert york.loc["country", "parent"] == "E92000001"
    assert set(found["area"]) == set(monitor.geography.by_code)


def test_the_unpacked_size_is_said_and_true(whole: zipfile.ZipFile, client: TestClient, monitor: Monitor) -> None:
    said = bytes_said(sum(entry.file_size for entry in whole.infolist()))
    assert f"{said} when unpacked" in text(whole, monitor, "README.txt")
    assert f"{said} when unpacked" in unescape(client.get("/data").text)
    assert f"{len(whole.infolist())} files" in text(whole, monitor, "README.txt")


def test_the_readme_says_units_directions_and_licences(whole: zipfile.ZipFile, monitor: Monitor) -> None:
    readme = text(whole, monitor, "README.txt")
    for row in monitor.indicators().itertuples():
        assert f"{row.id}: {row.name}; {row.unit}; {row.better}" in readme
    for origin in monitor.origins.values():
        assert origin.licence in readme
    first = next(csv.reader(io.StringIO(text(whole, monitor, "indicators.csv"))))
    assert {"unit", "better", "licence", "publisher"} <= set(first)


def test_it_is_sent_piece_by_piece_and_is_the_same_every_time(monitor: Monitor) -> None:
    bundle = Bundle(monitor)
    assert bundle.texts
    tracemalloc.start()
    sizes = [len(part) for part in bundle.parts()]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(sizes) > 4 * peak
    assert b"".join(bundle.parts()) == b"".join(Bundle(monitor).parts())
    with pytest.raises(NotFound) as error:
        bundle.asked("good-work-1066")
    assert error.value.nearest == (monitor.edition.name,)
    assert is_file(f"/data/{bundle.name}"), "a published copy holds it"
