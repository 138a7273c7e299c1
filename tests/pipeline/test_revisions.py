"""What changed between two vintages: each kind of change seen, told, mirrored; and when a person is asked."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodwork.errors import ChecksumMismatch, DataError, DuplicateObservation, EditionNotFound, StoreError
from goodwork.model.observation import COLUMNS
from goodwork.pipeline import own_material, publish
from goodwork.pipeline.change_log import change_log
from goodwork.pipeline.revisions import CHANGES, Revisions, revisions
from goodwork.pipeline.vintages import Vintage
from goodwork.sources.starter import start_project
from goodwork.store.editions import Edition, open_edition, write_edition
from goodwork.store.shipped import read_shipped, shipped_folder

MIRROR = {"new": "lost", "lost": "new", "given": "withheld", "withheld": "given"}
RANKS = {"framework": "toy", "area_set": "all", "scope": "each period", "node": "index"}


def figures(*rows: tuple[str, str, str, float, float, float, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["indicator", "area", "period", "value", "lower", "upper", "status"])
    return table.assign(basis="published", source="S", span=table["period"])


OLD = figures(
    ("pay", "A", "2020", 10.0, 9.0, 11.0, ""),
    ("pay", "B", "2020", 20.0, 19.0, 21.0, ""),
    ("pay", "C", "2020", 30.0, 29.0, 31.0, "p"),
    ("pay", "A", "2019", 5.0, 4.0, 6.0, ""),
    ("jobs", "A", "2020", 0.0, np.nan, np.nan, ""),
    ("jobs", "B", "2020", np.nan, np.nan, np.nan, "c"),
    ("gone", "A", "2020", 1.0, np.nan, np.nan, ""),
    ("jobs", "D", "2020", 2.0, np.nan, np.nan, ""),
)
NEW = figures(
    ("pay", "A", "2020", 10.0, 9.0, 11.0, ""),
    ("pay", "B", "2020", 25.0, 19.0, 21.0, ""),
    ("pay", "C", "2020", 30.0, 28.0, 31.0, ""),
    ("pay", "A", "2021", 12.0, 4.0, 6.0, ""),
    ("jobs", "A", "2020", 4.0, np.nan, np.nan, ""),
    ("jobs", "B", "2020", 7.0, np.nan, np.nan, ""),
)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """An edition of the starter project, with few draws."""
    folder = tmp_path_factory.mktemp("toy")
    start_project(folder / "mine")
    return publish(own_material(folder / "mine/framework.toml", folder / "mine/data.csv"), folder / "store", draws=50)


def tables_of(edition: Edition) -> dict[str, pd.DataFrame]:
    return dict(_tables(edition.path))


@cache
def _tables(path: Path) -> dict[str, pd.DataFrame]:
    edition = open_edition(path)
    return {name: edition.table(name) for name in edition.manifest["tables"]}


def mirrored(found: Revisions, back: Revisions) -> None:
    assert back.counts == {MIRROR.get(kind, kind): number for kind, number in found.counts.items()}
    for name, keys in (("periods", ["indicator", "period"]), ("areas", ["indicator", "area"])):
        one, two = getattr(found, name), getattr(back, name)
        turned = two.assign(change=two["change"].map(MIRROR))
        pd.testing.assert_frame_equal(
            one.sort_values(keys).reset_index(drop=True), turned.sort_values(keys).reset_index(drop=True)
        )
    assert found.ranked["exceeds"].sum() == back.ranked["exceeds"].sum()
    assert found.ranked["newly"].sum() == back.ranked["no_longer"].sum()
    assert len(found.drift) == len(back.drift)
    sizes = ["indicator", "absolute_median", "absolute_largest"]
    pd.testing.assert_frame_equal(found.table[sizes], back.table[sizes])


def test_every_kind_of_change_is_counted() -> None:
    found = revisions(OLD, NEW)
    assert found.counts == {
        "new": 1, "lost": 3, "given": 1, "withheld": 0, "revised": 2, "interval": 1, "status": 2, "basis": 0,
        "source": 0, "span": 0,
    }  # fmt: skip
    pay = found.table.set_index("indicator").loc["pay"]
    assert (pay["figures_before"], pay["figures_after"], pay["revised"]) == (4, 4, 1)
    assert (pay["absolute_median"], pay["relative_largest"]) == (5.0, 0.25)
    jobs = found.table.set_index("indicator").loc["jobs"]
    assert jobs["absolute_largest"] == 4.0
    assert np.isnan(jobs["relative_largest"]), "relative to nothing is not known"
    assert set(found.periods[["change", "indicator", "period"]].itertuples(index=False, name=None)) == {
        ("new", "pay", "2021"), ("lost", "pay", "2019"), ("lost", "gone", "2020"),
    }  # fmt: skip
    assert found.areas.loc[found.areas["whole"], ["change", "area"]].to_numpy().tolist() == [["lost", "D"]]
    text = "\n".join(found.findings)
    for part in ("3 lost, 1 now given", "Lost indicators (1): gone (1 figure)", "New periods (1): pay 2021",
                 "Lost areas (1): D", "pay: 1 of 4 figures revised, by 5 at the middle", "(B 2020: 20 → 25)",
                 "p → none 1", "c → none 1"):  # fmt: skip
        assert part in text
    mirrored(found, revisions(NEW, OLD))


def test_withheld_is_not_lost() -> None:
    hidden = OLD.assign(value=OLD["value"].where(OLD["area"] != "B"), status="c")
    found = revisions(OLD, hidden)
    assert found.counts["withheld"] == 1
    assert found.counts["lost"] == 0
    assert "1 figure is now withheld or missing: pay (1)." in found.findings


def test_a_single_figure_that_went_is_named() -> None:
    more = pd.concat([OLD, figures(("pay", "B", "2019", 1.0, 1.0, 1.0, ""))])
    assert "Lost single figures (1): pay (1); such as pay, B 2019." in revisions(more, OLD).findings


def test_the_last_bits_are_no_revision() -> None:
    assert revisions(OLD, OLD.assign(value=OLD["value"] * (1 + 1e-12))).empty
    assert revisions(OLD, OLD.assign(value=OLD["value"] * (1 + 1e-6))).counts["revised"] == 6


def test_a_column_only_one_side_has_is_told_once() -> None:
    found = revisions(OLD, OLD.drop(columns=["lower", "upper"]))
    assert not len(found.cells)
    assert found.findings[-1] == "Figures: no longer has the columns lower, upper."
    assert not found.empty


def test_tables_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(DataError, match="no column value"):
        revisions(OLD, OLD.drop(columns="value"))
    with pytest.raises(DuplicateObservation, match="more than once") as caught:
        revisions(OLD, pd.concat([OLD, OLD.head(1).assign(value=3.0)]))
    assert "pay A 2020 is given twice" in str(caught.value)


def test_empty_tables() -> None:
    nothing = OLD.iloc[:0]
    assert revisions(nothing, nothing).empty
    assert revisions(OLD, nothing).counts["lost"] == len(OLD)


cell = st.tuples(
    st.sampled_from(["pay", "jobs", "rent"]), st.sampled_from("ABCD"), st.sampled_from(["2019", "2020"]),
    st.sampled_from([np.nan, -1.0, 0.0, 1.0, 2.5]), st.sampled_from([np.nan, 0.5]), st.sampled_from([np.nan, 3.0]),
    st.sampled_from(["", "c", "e"]),
)  # fmt: skip
vintages = st.lists(cell, max_size=16, unique_by=lambda row: row[:3]).map(lambda rows: figures(*rows))


@given(vintages, vintages)
@settings(max_examples=12)
def test_law_nothing_changes_against_itself_and_time_turned_round_turns_counts_round(
    one: pd.DataFrame, two: pd.DataFrame
) -> None:
    assert revisions(one, one.sample(frac=1, random_state=0)).empty
    found = revisions(one, two)
    mirrored(found, revisions(two, one))
    assert len(two) - len(one) == found.counts["new"] - found.counts["lost"]
    assert set(found.table.columns) >= set(CHANGES)
    json.dumps(found.as_dict(), allow_nan=False)
    assert found.markdown.startswith("# What changed")


def test_the_shipped_figures_against_themselves_and_a_revision_of_them() -> None:
    shipped = read_shipped()
    assert revisions(shipped_folder(), shipped).empty
    table = shipped.tables["observations"]
    later = table[~((table["indicator"] == "median_pay") & (table["period"] == "2025"))].copy()
    gone = int(((table["indicator"] == "median_pay") & (table["period"] == "2025")).sum())
    later.loc[later["indicator"] == "neet", "value"] += 0.1
    found = revisions(shipped, later)
    assert found.counts["lost"] == gone
    assert found.counts["revised"] == int((table["indicator"] == "neet").sum())
    assert found.table.set_index("indicator").loc["neet", "absolute_median"] == pytest.approx(0.1)


def ranked(edition: Edition, **changes: dict[str, float]) -> dict[str, pd.DataFrame]:
    """The tables of an edition with other ranks of the index for some areas, in every period."""
    tables = tables_of(edition)
    ranks = tables["ranks"].copy()
    for area, columns in changes.items():
        rows = (ranks["node"] == "index") & (ranks["area"] == area)
        for name, value in columns.items():
            ranks.loc[rows, name] = value
    return tables | {"ranks": ranks}


def test_an_edition_against_itself_asks_nothing(toy: Edition) -> None:
    assert revisions(toy, toy.path.parent).empty
    log = change_log(toy, tables_of(toy), toy.manifest)
    assert not log.asks
    assert log.sentences == (f"Nothing changed: {len(toy.table('values'))} figures, the same in both.",)


def test_a_rank_outside_either_interval_asks(toy: Edition) -> None:
    area = toy.table("ranks").query("node == 'index'")["area"].iloc[0]
    within = ranked(toy, **{area: {"rank_low": 1.0, "rank_high": 12.0}})
    wide = Vintage.built(within, toy.manifest)
    log = change_log(toy, ranked(toy, **{area: {"rank": 40.0, "rank_low": 39.0, "rank_high": 41.0}}), toy.manifest)
    assert log.asks
    assert "moved further than the 95 % interval" in log.reasons[0]
    assert log.revisions is not None
    moves = log.revisions.moves
    assert (moves["area"] == area).all()
    assert moves["exceeds"].all()
    mirrored(revisions(wide, log.revisions.after), revisions(log.revisions.after, wide))
    assert "## Ranks that moved further" in log.revisions.markdown


def test_one_interval_that_does_not_hold_the_other_rank_is_enough(toy: Edition) -> None:
    area = toy.table("ranks")["area"].iloc[0]
    wide = {"rank": 5.0, "rank_low": 1.0, "rank_high": 12.0}
    narrow = {"rank": 9.0, "rank_low": 8.0, "rank_high": 10.0}
    one, two = (Vintage.built(ranked(toy, **{area: columns}), toy.manifest) for columns in (wide, narrow))
    assert revisions(one, two).moves["exceeds"].all()
    assert revisions(two, one).moves["exceeds"].all()


@pytest.mark.parametrize(
    ("before", "after", "asks"),
    [((12, 7, 10), (11, 7, 10), False), ((1, 3, 6), (2, 3, 6), False), ((12, 7, 10), (4, 3, 5), True)],
)
def test_a_rank_outside_its_own_interval_widens_it(
    toy: Edition, before: tuple[float, ...], after: tuple[float, ...], asks: bool
) -> None:
    area = toy.table("ranks")["area"].iloc[0]
    names = ("rank", "rank_low", "rank_high")
    one, two = (
        Vintage.built(ranked(toy, **{area: dict(zip(names, place, strict=True))}), toy.manifest)
        for place in (before, after)
    )
    for found in (revisions(one, two), revisions(two, one)):
        assert len(found.moves)
        assert (found.moves["exceeds"] == asks).all()


def test_a_move_inside_both_intervals_does_not_ask(toy: Edition) -> None:
    codes = sorted(toy.table("ranks")["area"].unique())
    wide = {"rank_low": 1.0, "rank_high": 12.0}
    one = Vintage.built(ranked(toy, **{codes[0]: {"rank": 3.0, **wide}}), toy.manifest)
    two = Vintage.built(ranked(toy, **{codes[0]: {"rank": 9.0, **wide}}), toy.manifest)
    found = revisions(one, two)
    assert len(found.moves)
    assert not found.moves["exceeds"].any()
    assert "None moved further than its 95 % interval." in found.findings


def test_lost_areas_indicators_and_ranks_ask(toy: Edition) -> None:
    tables = tables_of(toy)
    values, ranks = tables["values"], tables["ranks"]
    area, indicator = values["area"].iloc[0], values["indicator"].iloc[0]
    less = tables | {
        "values": values[(values["area"] != area) & (values["indicator"] != indicator)],
        "ranks": ranks[ranks["area"] != area],
    }
    reasons = " · ".join(change_log(toy, less, toy.manifest).reasons)
    assert "no figures any more for 1 indicator" in reasons
    assert "no figures any more for 1 area" in reasons
    assert "no longer ranked, 1 area" in reasons
    other = change_log(toy, tables | {"ranks": ranks.assign(area_set="other")}, toy.manifest)
    assert any(reason.startswith("no ranks any more") for reason in other.reasons)


def test_without_intervals_it_is_said_that_moves_cannot_be_judged(toy: Edition) -> None:
    tables = tables_of(toy)
    ranks = tables["ranks"].drop(columns=["rank_low", "rank_high"])
    moved = ranks.assign(rank=ranks["rank"] + 1)
    old, new = (Vintage.built(tables | {"ranks": r}, toy.manifest) for r in (ranks, moved))
    found = revisions(old, new)
    assert not found.moves["exceeds"].any()
    assert "No intervals were computed, so it is not known which moves matter." in found.findings


def test_what_is_declared_otherwise_is_told_once(toy: Edition) -> None:
    manifest = json.loads(json.dumps(toy.manifest))
    indicator = manifest["declarations"]["catalogue"]["indicator"][0]
    indicator["unit"], indicator["decimals"] = "pence", 3
    manifest["declarations"]["frameworks"][0]["method"]["aggregation"]["name"] = "geometric"
    found = revisions(toy, Vintage.built(tables_of(toy), manifest))
    assert found.drift["field"].tolist() == ["method.aggregation.name", "decimals", "unit"]
    assert any("is pence" in sentence for sentence in found.findings)
    assert not change_log(toy, tables_of(toy), manifest).asks


def test_another_monitor_asks_and_a_damaged_one_is_told(toy: Edition, tmp_path: Path) -> None:
    log = change_log(toy, tables_of(toy), {**toy.manifest, "name": "other"})
    assert log.asks
    assert "another monitor" in log.sentences[0]
    old = write_edition(tmp_path, "toy", {"values": OLD}, {"name": "toy"})
    (old.path / "values.parquet").write_bytes(b"broken")
    log = change_log(old, {"values": NEW}, {"name": "toy"})
    assert not log.asks
    assert "could not be compared" in log.sentences[0]
    with pytest.raises(ChecksumMismatch):
        revisions(tmp_path, OLD)


def test_an_edition_with_other_tables_is_still_compared(tmp_path: Path) -> None:
    old = write_edition(tmp_path / "a", "toy", {"values": OLD}, {"name": "toy"})
    ranks = pd.DataFrame([{**RANKS, "period": "2020", "area": "A", "rank": 1.0}])
    log = change_log(old, {"values": OLD, "ranks": ranks}, {"name": "toy"})
    assert not log.asks
    assert any(sentence.startswith("Table ranks: now has the columns") for sentence in log.sentences)


def test_paths_without_figures(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing at"):
        revisions(tmp_path / "nowhere", OLD)
    with pytest.raises(EditionNotFound):
        revisions(tmp_path, OLD)


def test_names_and_labels_are_read(toy: Edition) -> None:
    vintage = Vintage.of(toy)
    assert set(vintage.figures.columns) <= set(COLUMNS)
    assert vintage.label("weekly_pay") != "weekly_pay"
    assert vintage.label("unknown") == "unknown"
    found = revisions(toy, Vintage.built({**tables_of(toy), "values": toy.table("values").iloc[1:]}, toy.manifest))
    assert any(found.place(toy.table("values")["area"].iloc[0]) in sentence for sentence in found.findings)
