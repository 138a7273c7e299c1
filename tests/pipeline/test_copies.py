"""Which copy of a file stands: that of the newest day, wherever it came from and whenever it was fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.pipeline.test_web_addresses import DECLARED, furlough
from tests.recorded.asking import patient
from tests.recorded.server import Provider

from goodwork.model.source import Source, Sources
from goodwork.pipeline.fetch import as_at, fetch, latest, standing, takes_its_place
from goodwork.store.snapshots import Retrieval, Snapshots

HEAD = "areacd,areanm,geography,indicator,period,observation,measure,unit,lci_95,uci_95,status,notes\n"
HOST = "https://data.example.org"
TOY = f"""
[[source]]
id = "jobs"
reader = "els-csv"
title = "Jobs"
series = [{{ label = "Jobs", series = "jobs_share" }}]
files = [
  {{ name = "jobs.csv", url = "{HOST}/jobs.csv", local = "jobs.csv" }},
  {{ name = "jobs.json", url = "{HOST}/jobs.json", local = "jobs.json", option = "metadata" }},
]
"""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as found:
        yield found


def copy(release: str, had: int, url: str = "") -> Retrieval:
    return Retrieval(
        source="s", name="f", retrieved_at=datetime(2026, 1, had, tzinfo=UTC), release=release, url=url and HOST
    )


STANDS = {
    "a newer release": (copy("2025-01-01", 1), copy("2025-02-01", 2), True),
    "an older one, from the web too": (copy("2025-02-01", 1, "web"), copy("2025-01-01", 2, "web"), False),
    "an older one from a folder": (copy("2025-02-01", 1, "web"), copy("2025-01-01", 2), False),
    "an older one from the web": (copy("2025-02-01", 1), copy("2025-01-01", 2, "web"), False),
    "the same from the web": (copy("2025-01-01", 1), copy("2025-01-01", 2, "web"), True),
    "the same from a folder": (copy("2025-01-01", 1, "web"), copy("2025-01-01", 2), False),
    "the same, from folders": (copy("2025-01-01", 1), copy("2025-01-01", 2), True),
    "fetched later, no release stated": (copy("", 1, "web"), copy("", 2, "web"), True),
    "an export of before the day of the web": (copy("", 1, "web"), copy("2025-02-01", 2), False),
    "the web after an export": (copy("2025-02-01", 1), copy("", 2, "web"), True),
    "a folder that states nothing: a person named it": (copy("", 1, "web"), copy("", 2), True),
    "after a folder that states nothing": (copy("", 1), copy("2025-01-01", 2), True),
}


@pytest.mark.parametrize(("former", "later", "stands"), STANDS.values(), ids=STANDS.keys())
def test_which_of_two_copies_stands(former: Retrieval, later: Retrieval, stands: bool) -> None:
    assert takes_its_place(former, later) is stands


def toy(value: float, day: str) -> tuple[bytes, bytes]:
    figures = f"{HEAD}E06000014,York,District,Jobs,2019-01-01/P1Y,{value},Percentage,%,,,,\n"
    return figures.encode(), json.dumps({"ess-beta-metadata": {"sourceDate": day}}).encode()


def test_an_older_copy_is_kept_and_does_not_take_the_place_of_a_newer(provider: Provider, tmp_path: Path) -> None:
    sources, snapshots, folder = Sources.from_toml(TOY), Snapshots(tmp_path / "kept"), tmp_path / "folder"
    folder.mkdir()
    new, old = toy(75.0, "16/10/2025"), toy(71.0, "16/04/2024")
    for name, content in zip(("jobs.csv", "jobs.json"), new, strict=True):
        provider.serve(f"{HOST}/{name}", content, {"ETag": f'"{name}"'})
    for name, content in zip(("jobs.csv", "jobs.json"), old, strict=True):
        (folder / name).write_bytes(content)
    assert fetch(snapshots, sources, folder=folder)[0].outcome == "new"
    with patient(provider, cache=snapshots) as client:
        assert fetch(snapshots, sources, client=client)[0].outcome == "new"
    for _ in range(2):
        (again,) = fetch(snapshots, sources, folder=folder)
        assert again.outcome == "older"
        assert "of 2024-04-16, older than what is kept, of 2025-10-16, which stands" in again.notes
    assert len(snapshots.all("jobs")) == 4
    kept = latest(snapshots, sources["jobs"])
    assert kept is not None
    assert [snapshots.read(kept[name]) for name in ("jobs.csv", "jobs.json")] == list(new)
    assert (as_at(kept["jobs.csv"]), standing(snapshots, sources)[0].release) == ("2025-10-16", "2025-10-16")
    assert latest(snapshots, sources["jobs"], date(2000, 1, 1)) is None


def test_an_older_copy_that_comes_first_from_the_web_is_kept(provider: Provider, tmp_path: Path) -> None:
    sources, snapshots = Sources.from_toml(TOY), Snapshots(tmp_path / "kept")
    for value, day, outcome in (
        (75.0, "16/10/2025", "new"),
        (71.0, "16/04/2024", "older"),
        (76.0, "17/10/2025", "new"),
    ):
        for name, content in zip(("jobs.csv", "jobs.json"), toy(value, day), strict=True):
            provider.serve(f"{HOST}/{name}", content)
        with patient(provider, cache=snapshots) as client:
            assert fetch(snapshots, sources, client=client)[0].outcome == outcome
    kept = latest(snapshots, sources["jobs"])
    assert kept is not None
    assert snapshots.read(kept["jobs.csv"]) == toy(76.0, "")[0]
    assert len(snapshots.all("jobs", "jobs.csv")) == 3


def untried(snapshots: Snapshots, source: Source) -> str:
    (one,) = (one for one in standing(snapshots, DECLARED) if one.source == source.id)
    return one.told_by


@pytest.mark.shared
def test_from_the_web_after_a_folder_and_back(provider: Provider, tmp_path: Path, shared: Path) -> None:
    """It states no release: the last stands, whatever its name; offline it is read again; whence it came is known."""
    source = DECLARED["hmrc_furlough"]
    snapshots = Snapshots(tmp_path)
    assert fetch(snapshots, DECLARED, [source.id], folder=shared)[0].outcome == "new"
    assert untried(snapshots, source) == source.told_by
    provider.serve(source.main.url, furlough(shared))
    with patient(provider, cache=snapshots) as client:
        for outcome in ("new", "unchanged"):
            assert fetch(snapshots, DECLARED, [source.id], client=client)[0].outcome == outcome
    assert untried(snapshots, source) == ""
    assert fetch(snapshots, DECLARED, [source.id], offline=True)[0].outcome == "unchanged"
    kept = latest(snapshots, source)
    assert kept is not None
    assert {name: shot.name for name, shot in kept.items()} == {source.main.name: "hmrc_cjrs_august_2020.xlsx"}
    assert len({shot.sha256 for shot in snapshots.all(source.id)}) == 2
    assert fetch(snapshots, DECLARED, [source.id], folder=shared)[0].outcome == "new"
    kept = latest(snapshots, source)
    assert kept is not None
    assert kept[source.main.name].name == source.main.name
