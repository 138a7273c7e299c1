"""Compiling from snapshots: what was fetched, what is carried, what is refused; and the way back. Made-up figures."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from goodwork.errors import ChecksumMismatch, DataError, MissingData
from goodwork.model.source import Sources, shipped_sources
from goodwork.pipeline.compile import compile_figures
from goodwork.pipeline.lineage import lineage
from goodwork.pipeline.rebuild import rebuild_figures
from goodwork.store.shipped import read_shipped
from goodwork.store.snapshots import Retrieval, Snapshots

HEAD = "areacd,areanm,geography,indicator,period,observation,measure,unit,lci_95,uci_95,status,notes\n"
ROOT = Path(__file__).parents[2]
YORK, HULL = "E06000014", "E06000010"


def survey(employed: float) -> bytes:
    cells = [
        (YORK, "Employment rate", employed, employed - 3, employed + 3),
        (YORK, "Economically inactive", 20.0, 17.5, 22.0),
        (HULL, "Employment rate", "", "", ""),
        (HULL, "Economically inactive", 30.0, 27.0, 33.0),
    ]
    rows = "".join(
        f"{code},Somewhere,District,{label},2030-01-01/P1Y,{v},Percentage,%,{lo},{hi},{'' if v else 'x'},\n"
        for code, label, v, lo, hi in cells
    )
    return (HEAD + rows).encode()


@pytest.fixture(scope="module")
def sources() -> Sources:
    whole = shipped_sources()
    ours = [whole["els_employment"].replace(provider="")]
    return whole.replace(source=tuple(ours), derived=tuple(one for one in whole.derived if len(one.of) == 1))


def keep(folder: Path) -> Snapshots:
    kept = Snapshots(folder)
    for day, employed in ((1, 75.0), (2, 76.5)):
        had = datetime(2031, 1, day, tzinfo=UTC)
        kept.keep(
            survey(employed), Retrieval(source="els_employment", name="employment-rate.csv", retrieved_at=had, url="u")
        )
    return kept


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return keep(tmp_path / "snapshots")


@pytest.fixture(scope="module")
def rebuilt(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rebuilt")
    rebuild_figures(keep(folder / "snapshots").path, folder / "out", sources=sources)
    return folder / "out"


def figure(folder: Path, indicator: str, area: str, period: str = "2030") -> pd.Series:
    table = read_shipped(folder).tables["observations"].set_index(["indicator", "area", "period"])
    found: pd.Series = table.loc[(indicator, area, period)]
    return found


def test_fetched_figures_and_carried_ones(rebuilt: Path) -> None:
    out, manifest = rebuilt, read_shipped(rebuilt).manifest
    york = figure(out, "employment", YORK)
    assert (york["value"], york["lower"], york["basis"], york["source"]) == (76.5, 73.5, "published", "els_employment")
    active = figure(out, "participation", YORK)
    assert (active["value"], active["lower"], active["basis"]) == (80.0, 78.0, "derived")
    hull = figure(out, "employment", HULL)
    assert hull["status"] == "x"
    assert pd.isna(hull["value"])
    entry = manifest["sources"]["els_employment"]
    assert (entry["records"], entry["used"], entry["left_out"]) == (4, 4, {})
    before = read_shipped().tables["observations"]
    after = read_shipped(out).tables["observations"]
    assert manifest["carried"]["figures"] == (~before["source"].isin(["els_employment", "els_participation"])).sum()
    pay = [frame[frame["indicator"] == "median_pay"].reset_index(drop=True) for frame in (before, after)]
    pd.testing.assert_frame_equal(*pay)


def test_what_is_carried_is_told_with_its_reason(rebuilt: Path, sources: Sources) -> None:
    carried = read_shipped(rebuilt).manifest["carried"]
    assert sum(one["figures"] for one in carried["series"]) == sum(carried["by_origin"].values()) == carried["figures"]
    assert set(carried["why"]) == set(carried["by_origin"]) == {one["origin"] for one in carried["series"]}
    people = next(one for one in carried["series"] if one["indicator"] == "population")
    assert (people["origin"], people["first"], people["last"]) == ("els_population", "1991", "2024")
    assert carried["why"]["iod_2019"].startswith("Indices of Deprivation")
    assert sources.why_carried("nobody") == ""
    assert shipped_sources().why_carried("ashe_living_wage").startswith("its releases hold the latest years only")


def test_every_figure_that_ships_carried_has_a_reason_and_a_line_in_the_documentation() -> None:
    shipped, declared = read_shipped(), shipped_sources()
    origins = shipped.manifest["carried"]["by_origin"]
    assert [name for name in origins if not declared.why_carried(name)] == []
    assert {name for one in declared.carried for name in one.origins} <= set(origins)
    table = shipped.tables["observations"]
    table = table[table["source"].isin(list(origins))]
    page = (ROOT / "docs/explanation/rebuild-from-sources.md").read_text()
    lines = re.findall(r"^\| (`[^|]+`) \| (\d{4})(?:–(\d{4}))? \| ([\d,]+) \|", page, re.MULTILINE)
    told = {}
    for names, first, last, figures in lines:
        mine = table[table["indicator"].isin(re.findall("`([^`]+)`", names))]
        assert (mine["period"].min(), mine["period"].max(), len(mine)) == (
            first, last or first, int(figures.replace(",", "")),
        ), names  # fmt: skip
        told |= dict.fromkeys(re.findall("`([^`]+)`", names))
    assert set(told) == set(table["indicator"])
    at_hand = sum(count for name, count in origins.items() if name in declared.by_id)
    assert f"{len(table):,} figures. For {at_hand:,} of them a source is declared" in page


def test_years_that_a_release_no_longer_holds(rebuilt: Path, sources: Sources, tmp_path: Path) -> None:
    """They go with the release, unless it is declared to hold the latest years only: then they stay as compiled."""
    later = survey(77.0).replace(b"2030-01-01/P1Y", b"2031-01-01/P1Y")
    had = datetime(2032, 1, 1, tzinfo=UTC)
    kept = Snapshots(tmp_path / "later")
    kept.keep(later, Retrieval(source="els_employment", name="employment-rate.csv", retrieved_at=had))
    rolling = sources.replace(source=tuple(one.replace(earlier_stay=True) for one in sources.source))
    for declared, years in ((sources, {"2031"}), (rolling, {"2030", "2031"})):
        out = tmp_path / f"out {len(years)}"
        rebuild_figures(kept.path, out, sources=declared, carried=rebuilt)
        table = read_shipped(out).tables["observations"]
        mine = table[(table["source"] == "els_employment") & (table["area"] == YORK) & (table["period"] >= "2030")]
        assert set(mine["period"]) == years
        assert mine.loc[mine["period"] == "2031", "value"].tolist() == [77.0]
    assert mine.loc[mine["period"] == "2030", "value"].tolist() == [76.5]
    assert lineage("york", "employment", "2030", figures=out, sources=rolling).carried


def test_compiling_again_changes_nothing(rebuilt: Path, snapshots: Snapshots, sources: Sources, tmp_path: Path) -> None:
    rebuild_figures(snapshots.path, tmp_path / "two", sources=sources, carried=rebuilt)
    one, two = (read_shipped(folder) for folder in (rebuilt, tmp_path / "two"))
    assert one.manifest["files"] == two.manifest["files"]
    assert one.manifest["lineage"] == two.manifest["lineage"]


def test_as_it_stood_on_a_day(snapshots: Snapshots, sources: Sources, tmp_path: Path) -> None:
    rebuild_figures(snapshots.path, tmp_path / "out", sources=sources, day=date(2031, 1, 1))
    assert figure(tmp_path / "out", "employment", YORK)["value"] == 75.0
    with pytest.raises(MissingData):
        rebuild_figures(snapshots.path, tmp_path / "early", sources=sources, day=date(2030, 12, 31))
    assert not (tmp_path / "early").exists()


def test_impossible_figures_are_refused_and_nothing_is_written(
    snapshots: Snapshots, sources: Sources, tmp_path: Path
) -> None:
    had = datetime(2031, 1, 3, tzinfo=UTC)
    snapshots.keep(survey(765.0), Retrieval(source="els_employment", name="employment-rate.csv", retrieved_at=had))
    with pytest.raises(DataError, match="contract"):
        rebuild_figures(snapshots.path, tmp_path / "out", sources=sources)
    assert not (tmp_path / "out").exists()


def test_the_way_back(rebuilt: Path, snapshots: Snapshots, sources: Sources, tmp_path: Path) -> None:
    out = shutil.copytree(rebuilt, tmp_path / "out")
    found = lineage("york", "participation", "2030", figures=out, sources=sources)
    (leaf,) = found.leaves
    assert (found.series, leaf.series, leaf.row) == ("participation_rate", "economic_inactivity_rate", "row 3")
    assert (leaf.sha256, leaf.url) == (snapshots.latest("els_employment").sha256, "u")
    assert found.steps == ("participation_rate: 100 minus the published inactivity rate",)
    pay = lineage("york", "median_pay", "2019", figures=out, sources=sources)
    assert pay.carried
    assert pay.leaves == ()
    entry = read_shipped(out).manifest["lineage"]
    (out / entry["file"]).write_bytes(b"PAR1")
    with pytest.raises(ChecksumMismatch):
        lineage("york", "participation", "2030", figures=out, sources=sources)


def test_compile_knows_snapshots_from_the_tidy_table(snapshots: Snapshots, tmp_path: Path) -> None:
    manifest = compile_figures(snapshots.path, tmp_path / "out")
    assert "els_gcse" in manifest["absent"]
    assert figure(tmp_path / "out", "employment", YORK)["value"] == 76.5
