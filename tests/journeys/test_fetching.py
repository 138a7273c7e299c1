"""From the publishers' files to a league table: fetch, compile, build, scores, and back to the row of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import goodwork.cli.fetching
from goodwork.cli.app import app
from goodwork.errors import NotFound, SourceError, StoreError
from goodwork.pipeline.compile import compile_figures
from goodwork.pipeline.differences import Differences, differences
from goodwork.pipeline.lineage import lineage
from goodwork.store.shipped import read_shipped
from goodwork.store.snapshots import Snapshots

pytestmark = pytest.mark.shared
assert goodwork.cli.fetching.app is app


#: Sources whose files are on the web and not in the folder.
WEB_ONLY = ["els_gdp_per_head", "els_level3_nvq", "els_population", "els_population_density", "els_population_16_64"]


def run(*words: object) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def fetched(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fetched")
    told = json.loads(run("fetch", "--from", shared, "--snapshots", folder, "--json"))
    assert len(told) == 33
    assert {one["outcome"] for one in told if one["source"] not in WEB_ONLY} == {"new"}
    assert [one["source"] for one in told if one["outcome"] == "not there"] == WEB_ONLY
    return folder


@pytest.fixture(scope="module")
def figures(fetched: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("figures")
    run("compile", fetched, "--out", folder, "--json")
    return folder


@pytest.fixture(scope="module")
def against_tidy(figures: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Differences:
    tidy = tmp_path_factory.mktemp("tidy")
    compile_figures(shared / "observations", tidy)
    return differences(read_shipped(figures).tables["observations"], read_shipped(tidy).tables["observations"])


def test_snapshots_are_the_files_as_they_are(fetched: Path, shared: Path) -> None:
    snapshots = Snapshots(fetched)
    kept = snapshots.latest("els_modelled_unemployment", "modelled-unemployment.csv")
    assert snapshots.read(kept) == (shared / "els/modelled-unemployment/modelled-unemployment.csv").read_bytes()
    assert (kept.release, kept.licence) == ("2024-04-16", "OGL v3.0")


def test_sources_say_what_is_due(fetched: Path) -> None:
    told = {one["source"]: one for one in json.loads(run("sources", "--snapshots", fetched, "--json"))}
    assert len(told) == 33
    assert told["els_median_pay"]["release"] == "2025-10-23"
    assert told["els_employment"]["designation"] == "official statistics in development"
    assert not told["hmrc_furlough"]["is_due"]
    assert "next due" in run("sources", "--snapshots", fetched)


def test_every_record_is_accounted_for(figures: Path) -> None:
    manifest = read_shipped(figures).manifest
    for source, entry in manifest["sources"].items():
        assert entry["used"] + sum(entry["left_out"].values()) == entry["records"], source
    assert manifest["input"]["rows"] == 523_043
    assert manifest["absent"] == WEB_ONLY
    assert sum(manifest["taken"].values()) == manifest["figures"]


def test_the_tidy_table_agrees(against_tidy: Differences) -> None:
    """Of 150,140 figures of the tidy table 150,080 are the same; the others have a reason."""
    total = against_tidy.table.sum()
    assert total["equal"] == 150_080
    assert (total["different"], total["only there"]) == (29, 31)
    assert total["only here"] > 2_000
    assert (against_tidy.cells["why"] != "").all()
    assert set(against_tidy.cells.loc[against_tidy.cells["outcome"] == "only there", "indicator"]) == {
        "furlough_takeup", "self_employed",
    }  # fmt: skip
    withheld = against_tidy.cells[against_tidy.cells["outcome"] == "withheld here"]
    assert withheld["value_there"].isna().all()


def test_a_compilation_ends_with_what_is_carried_and_why(
    figures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = read_shipped(figures).manifest
    monkeypatch.setattr("goodwork.pipeline.compile.compile_figures", lambda *given: manifest)
    told = " ".join(run("compile", tmp_path, "--out", tmp_path / "out").split())
    assert "68,336 of 152,766 figures are carried over from the figures compiled before" in told
    assert "iod_2019, iod_2025: Indices of Deprivation" in told
    assert told.endswith("Now: goodwork fetch " + " ".join(sorted(WEB_ONLY[:2]) + WEB_ONLY[2:]))
    assert "31,486 of them have a source that is declared and not kept" in told


def test_differences_are_written_on_request(figures: Path, tmp_path: Path) -> None:
    for name in ("differences.csv", "differences.md"):
        run("differences", figures, "--out", tmp_path / name)
    cells = pd.read_csv(tmp_path / "differences.csv")
    assert {"indicator", "area", "period", "value", "value_there", "outcome", "why"} <= set(cells.columns)
    assert (tmp_path / "differences.md").read_text(encoding="utf-8").startswith("| indicator | equal |")


def test_intervals_agree_but_for_the_declared_ones(against_tidy: Differences) -> None:
    """Where a count is too small to be shown its interval is what the sign says, 0 to 500; the tidy table took less."""
    counts = {"managers_prof_associate", "managers_professionals", "routine_occupations", "self_employed",
              "unemployment_survey"}  # fmt: skip
    assert set(against_tidy.intervals["indicator"]) <= counts
    assert len(against_tidy.intervals) < 300


def test_what_was_carried_is_no_more_than_no_source_gives(figures: Path) -> None:
    carried = read_shipped(figures).manifest["carried"]
    from goodwork.model.source import shipped_sources

    declared = shipped_sources()
    made = {name for source in declared.by_id.values() for name in (source.id, *source.made_of.values())}
    made |= {one.origin for one in declared.derived}
    counties = {"els_median_pay_cumbria", "els_median_pay_northamptonshire"}
    assert set(carried["by_origin"]) & made == counties | set(WEB_ONLY)
    assert all(carried["why"][name] for name in carried["by_origin"])
    assert carried["figures"] == sum(carried["by_origin"].values())


@pytest.mark.parametrize(
    ("area", "indicator", "period", "files", "leaves"),
    [
        ("York", "unemployment", "2019", {"modelled-unemployment.csv"}, 1),
        ("York", "participation", "2018", {"employment-rate.csv"}, 1),
        ("York", "managers_professionals", "2019", {"aps_t09a_occupation_2017_2021.xlsx"}, 25),
        ("Kent", "furlough_takeup", "2020", {"hmrc_cjrs_to_2020_07_31.csv"}, 12),
        ("York", "drug_poisoning_deaths", "2019", {"ons_drug_poisoning_registrations.csv"}, 3),
        ("York", "claimant_rise_2020", "2020", {"claimant-count.csv"}, 2),
        ("North Yorkshire", "covid_deaths_first_wave", "2020", {"ons_covid_deaths_msoa.csv"}, 7),
        ("York", "attainment8", "2019", set(), 0),
    ],
)
def test_a_figure_is_walked_back(
    figures: Path, fetched: Path, area: str, indicator: str, period: str, files: set[str], leaves: int
) -> None:
    found = lineage(area, indicator, period, figures=figures)
    assert {leaf.file for leaf in found.leaves} == files
    assert len(found.leaves) == leaves
    assert found.carried == (leaves == 0)
    known = {snapshot.sha256 for snapshot in Snapshots(fetched).all()}
    assert {leaf.sha256 for leaf in found.leaves} <= known


def test_the_row_holds_the_figure(figures: Path, fetched: Path) -> None:
    found = lineage("York", "unemployment", "2019", figures=figures)
    (leaf,) = found.leaves
    snapshots = Snapshots(fetched)
    lines = snapshots.read(snapshots.latest(leaf.source, leaf.file)).decode("utf-8-sig").splitlines()
    line = lines[int(leaf.row.removeprefix("row ")) - 1]
    assert line.startswith("E06000014,York,")
    assert ",2019-01-01/P1Y,2.8," in line
    text = run("lineage", "York", "unemployment", "2019", "--figures", figures)
    assert leaf.sha256 in text
    assert "row " in text
    plain: dict[str, Any] = json.loads(run("lineage", "York", "unemployment", "2019", "--figures", figures, "--json"))
    assert plain["leaves"][0]["row"] == leaf.row


def test_lineage_of_what_is_not_there(figures: Path, shared: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="period"):
        lineage("York", "unemployment", "1066", figures=figures)
    with pytest.raises(NotFound, match="indicator"):
        lineage("York", "unemploiment", "2019", figures=figures)
    compile_figures(shared / "observations", tmp_path)
    with pytest.raises(StoreError, match="no lineage"):
        lineage("York", "unemployment", "2019", figures=tmp_path)


def test_build_and_scores(figures: Path, tmp_path: Path) -> None:
    run("build", "--figures", figures, "--store", tmp_path, "--draws", 0)
    table = pd.DataFrame(json.loads(run("scores", "--store", tmp_path, "--json")))
    assert len(table) > 190
    assert table["score"].notna().all()


def test_a_folder_without_the_files(tmp_path: Path, shared: Path) -> None:
    told = json.loads(run("fetch", "--from", shared / "golden", "--snapshots", tmp_path, "--json"))
    assert {one["outcome"] for one in told} == {"not there"}
    with pytest.raises(SourceError):
        CliRunner().invoke(
            app, ["fetch", "els_gcse", "--offline", "--snapshots", str(tmp_path)], catch_exceptions=False
        )
