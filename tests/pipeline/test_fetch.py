"""Fetching: what came is kept whole or not at all, one source's trouble is its own, and the next run goes on."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.recorded.server import Provider, broken, cut, web_page

from goodwork.errors import DeclarationError, NotFound, SourceChanged, SourceError, SourceUnavailable
from goodwork.model.source import Sources, shipped_sources
from goodwork.pipeline.fetch import fetch, raise_all, standing
from goodwork.sources.client import Client
from goodwork.store.snapshots import Retrieval, Snapshots

HEAD = "areacd,areanm,geography,indicator,period,observation,measure,unit,lci_95,uci_95,status,notes\n"
HOST = "https://data.example.org"
DECLARED = f"""
[provider.els]
reader = "els-csv"
publisher = "Office of Toyland"
licence = "OGL v3.0"
files = [
  {{ name = "{{key}}.csv", url = "{HOST}/{{key}}.csv", local = "els/{{key}}/{{key}}.csv" }},
  {{ name = "{{key}}.json", url = "{HOST}/{{key}}.json", local = "els/{{key}}/{{key}}.json", option = "metadata" }},
]

[[source]]
id = "jobs"
provider = "els"
key = "jobs"
title = "Jobs"
due = [1, 7]
series = [{{ label = "Jobs", series = "jobs" }}]

[[source]]
id = "pay"
provider = "els"
key = "pay"
title = "Pay"
due = [10]
series = [{{ label = "Pay", series = "pay", sort = "median" }}]

[[source]]
id = "births"
title = "Births"
reader = "els-csv"
files = [{{ name = "births.csv", local = "other/births_*.csv" }}]
by_hand = "Ask for it."
series = [{{ label = "Births", series = "births", sort = "count" }}]
"""


def figures(label: str, value: float = 70.5) -> bytes:
    rows = "".join(
        f"{code},{name},District,{label},2019-01-01/P1Y,{value},Percentage,%,,,,\n"
        for code, name in (("E06000014", "York"), ("E06000010", "Hull"))
    )
    return (HEAD + rows).encode()


def about(day: str = "16/04/2024") -> bytes:
    return json.dumps({"ess-beta-metadata": {"label": "Jobs", "sourceDate": day}}).encode()


@pytest.fixture
def sources() -> Sources:
    return Sources.from_toml(DECLARED, "toy sources")


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "snapshots")


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        for key, label in (("jobs", "Jobs"), ("pay", "Pay")):
            server.serve(f"{HOST}/{key}.csv", figures(label), {"ETag": f'"{key}1"', "Content-Type": "text/csv"})
            server.serve(f"{HOST}/{key}.json", about(), {"ETag": f'"{key}j1"'})
        yield server


def client(provider: Provider, snapshots: Snapshots) -> Client:
    return Client(provider.transport(), cache=snapshots, tries=3, sleep=lambda seconds: None, seed=1, limits={})


def outcomes(results: object) -> dict[str, str]:
    return {result.source: result.outcome for result in results}


def test_new_then_unchanged_without_sending_it_again(
    provider: Provider, snapshots: Snapshots, sources: Sources
) -> None:
    first = fetch(snapshots, sources, client=client(provider, snapshots))
    assert outcomes(first) == {"jobs": "new", "pay": "new", "births": "by hand"}
    assert first[0].release == "2024-04-16"
    again = fetch(snapshots, sources, client=client(provider, snapshots))
    assert outcomes(again) == {"jobs": "unchanged", "pay": "unchanged", "births": "by hand"}
    assert all("if-none-match" in asked.headers for asked in provider.asked[4:])
    kept = snapshots.latest("jobs", "jobs.csv")
    assert snapshots.read(kept) == figures("Jobs")
    assert (kept.licence, kept.release, kept.etag, kept.url) == (
        "OGL v3.0", "2024-04-16", '"jobs1"', f"{HOST}/jobs.csv",
    )  # fmt: skip


@pytest.mark.parametrize("fault", [web_page(), cut(150), broken(404)], ids=["page", "cut", "gone"])
def test_trouble_of_one_source_is_its_own(
    provider: Provider, snapshots: Snapshots, sources: Sources, fault: object
) -> None:
    provider.serve(f"{HOST}/jobs.csv", figures("Jobs"), faults=[fault] * 3)
    results = fetch(snapshots, sources, client=client(provider, snapshots))
    assert outcomes(results) == {"jobs": "failed", "pay": "new", "births": "by hand"}
    assert isinstance(results[0].error, SourceError)
    assert snapshots.sources() == ("pay",)
    with pytest.raises(SourceError, match="1 source could not be fetched") as told:
        raise_all(results)
    assert told.value.faults[0].file == "jobs"
    provider.serve(f"{HOST}/jobs.csv", figures("Jobs"))
    after = fetch(snapshots, sources, client=client(provider, snapshots))
    assert outcomes(after) == {"jobs": "new", "pay": "unchanged", "births": "by hand"}


def test_what_fails_for_the_moment_is_asked_again(provider: Provider, snapshots: Snapshots, sources: Sources) -> None:
    provider.serve(f"{HOST}/jobs.csv", figures("Jobs"), faults=[broken(502), cut(20)])
    assert outcomes(fetch(snapshots, sources, ["jobs"], client=client(provider, snapshots))) == {"jobs": "new"}


def test_a_source_in_another_shape_does_not_take_the_place_of_what_is_kept(
    provider: Provider, snapshots: Snapshots, sources: Sources
) -> None:
    fetch(snapshots, sources, client=client(provider, snapshots))
    provider.serve(f"{HOST}/jobs.csv", figures("Jobs and vacancies"), {"ETag": '"jobs2"'})
    result, *_ = fetch(snapshots, sources, client=client(provider, snapshots))
    assert result.outcome == "failed"
    assert isinstance(result.error, SourceChanged)
    assert "no series 'Jobs'" in str(result.error)
    assert "Jobs and vacancies" in str(result.error)
    assert snapshots.read(snapshots.latest("jobs", "jobs.csv")) == figures("Jobs")


def test_a_source_is_kept_whole_or_not_at_all(provider: Provider, snapshots: Snapshots, sources: Sources) -> None:
    provider.serve(f"{HOST}/jobs.json", about(), faults=[web_page()] * 3)
    assert fetch(snapshots, sources, ["jobs"], client=client(provider, snapshots))[0].outcome == "failed"
    assert snapshots.all("jobs") == ()


def test_interrupted_it_goes_on(provider: Provider, snapshots: Snapshots, sources: Sources) -> None:
    def tell(text: str, done: float) -> None:
        if text == "pay":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(snapshots, sources, client=client(provider, snapshots), tell=tell)
    assert snapshots.sources() == ("jobs",)
    after = fetch(snapshots, sources, client=client(provider, snapshots))
    assert outcomes(after) == {"jobs": "unchanged", "pay": "new", "births": "by hand"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    for key, label in (("jobs", "Jobs"), ("pay", "Pay")):
        (place / "els" / key).mkdir(parents=True)
        (place / "els" / key / f"{key}.csv").write_bytes(figures(label))
        (place / "els" / key / f"{key}.json").write_bytes(about())
    (place / "other").mkdir()
    for year in (2023, 2024):
        (place / "other" / f"births_{year}.csv").write_bytes(figures("Births", year))
    return place


def test_from_a_folder(folder: Path, snapshots: Snapshots, sources: Sources) -> None:
    assert set(outcomes(fetch(snapshots, sources, folder=folder)).values()) == {"new"}
    assert snapshots.read(snapshots.latest("births")) == figures("Births", 2024)  # the latest year of several
    assert set(outcomes(fetch(snapshots, sources, folder=folder)).values()) == {"unchanged"}
    assert len(snapshots.all()) == 5
    assert set(outcomes(fetch(snapshots, sources, offline=True)).values()) == {"unchanged"}


def test_from_a_part_of_the_folder_or_a_zip(folder: Path, tmp_path: Path, sources: Sources) -> None:
    part = fetch(Snapshots(tmp_path / "part"), sources, folder=folder / "els")
    assert outcomes(part) == {"jobs": "new", "pay": "new", "births": "not there"}
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as packed:
        for file in folder.rglob("*.*"):
            packed.write(file, f"download/{file.relative_to(folder)}")
    whole = Snapshots(tmp_path / "zip")
    assert set(outcomes(fetch(whole, sources, folder=tmp_path / "data.zip")).values()) == {"new"}
    assert whole.read(whole.latest("births")) == figures("Births", 2024)


def test_offline_nothing_is_asked(provider: Provider, snapshots: Snapshots, sources: Sources) -> None:
    result, *_ = fetch(snapshots, sources, offline=True, client=client(provider, snapshots))
    assert isinstance(result.error, SourceUnavailable)
    assert provider.asked == []
    fetch(snapshots, sources, ["jobs"], client=client(provider, snapshots))
    told = fetch(snapshots, sources, offline=True)
    assert outcomes(told) == {"jobs": "unchanged", "pay": "not there", "births": "not there"}
    assert outcomes(fetch(snapshots, sources, ["pay"], offline=True)) == {"pay": "failed"}


def test_what_is_not_declared_is_told(snapshots: Snapshots, sources: Sources, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="jbs"):
        fetch(snapshots, sources, ["jbs"])
    with pytest.raises(NotFound, match="nowhere"):
        fetch(snapshots, sources, folder=tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("today", "due", "next_due"),
    [(date(2024, 6, 30), False, "2024-07"), (date(2024, 7, 1), True, "2024-07"), (date(2025, 3, 1), True, "2024-07")],
)
def test_due(snapshots: Snapshots, sources: Sources, today: date, due: bool, next_due: str) -> None:
    had = datetime(2024, 5, 1, tzinfo=UTC)
    facts = Retrieval(source="jobs", name="jobs.csv", retrieved_at=had, release="2024-04-16")
    snapshots.keep(figures("Jobs"), facts)
    jobs, pay, _ = standing(snapshots, sources, today)
    assert (jobs.is_due, jobs.next_due, jobs.age_days) == (due, next_due, (today - had.date()) // timedelta(days=1))
    assert (pay.is_due, pay.retrieved, pay.age_days) == (True, "", None)


def test_shipped_sources_are_whole() -> None:
    """Every source has a reader, an origin and a licence, and a way to be had; every series has a use."""
    from goodwork.pipeline.material import shipped_declarations
    from goodwork.sources.readers import READER

    catalogue, _, _, origins = shipped_declarations()
    declared = shipped_sources()
    known = {origin.id for origin in origins} | {"nomis_aps_industry"}  # counts only: its derived series have origins
    wanted = {name for i in catalogue.indicator for name in i.series}
    fed = {name for one in declared.derived for name in (*one.of, *one.over)}
    for source in declared.by_id.values():
        assert source.reader in READER, source.id
        assert {source.id, *source.made_of.values()} <= known, source.id
        assert source.licence.startswith("OGL"), source.id
        assert source.publisher, source.id
        assert source.calendar, source.id
        assert all(file.on_the_web for file in source.files) or source.by_hand, source.id
        assert {one.series for one in source.series} <= wanted | fed, source.id
    assert {one.origin for one in declared.derived} <= known
    assert {one.series for one in declared.derived} <= wanted


def test_wrong_declarations_are_told() -> None:
    with pytest.raises(DeclarationError, match="no provider 'elsewhere'"):
        Sources.from_toml(DECLARED.replace('provider = "els"', 'provider = "elsewhere"', 1), "toy")
    with pytest.raises(DeclarationError, match="13 is no month"):
        Sources.from_toml(DECLARED.replace("due = [1, 7]", "due = [1, 13]"), "toy")
