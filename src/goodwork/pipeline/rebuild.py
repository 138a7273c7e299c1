"""Compile our edition of the figures from kept snapshots of the publishers' own files.

What no source gives any more (a withdrawn index, a file of another time) is carried over from the figures compiled
before, each with its own origin, and counted apart: nothing that is carried stands in for what was fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodwork.errors import raise_faults
from goodwork.geography.tables import from_tables
from goodwork.model import declarations
from goodwork.model.indicator import Catalogue
from goodwork.model.observation import COLUMNS
from goodwork.model.origin import Origin
from goodwork.model.source import Sources, shipped_sources
from goodwork.pipeline.assemble import Assembled, assemble
from goodwork.pipeline.filing import refiled
from goodwork.pipeline.intervals import mend_intervals
from goodwork.pipeline.material import shipped_declarations
from goodwork.plugins import Tell, untold
from goodwork.sources.observations import check_observations
from goodwork.store.shipped import read_shipped, shipped_folder, write_shipped
from goodwork.store.snapshots import RETRIEVALS, Snapshots
from goodwork.store.tables import checksum, disk_errors, write_bytes, write_parquet

if TYPE_CHECKING:
    import pandas as pd

CELL = ["area", "period"]


def holds_snapshots(folder: Path) -> bool:
    """Whether a folder is one of snapshots."""
    return (folder / RETRIEVALS).is_file()


def rebuild_figures(
    folder: Path,
    out: Path,
    tell: Tell = untold,
    *,
    sources: Sources | None = None,
    carried: Path | None = None,
    day: date | None = None,
) -> dict[str, Any]:
    """Compile the figures from a folder of snapshots into ``out``, with their lineage, and return the manifest.

    ``carried`` is a folder of compiled figures from which comes what no source gives (those of the package if left
    out); ``day`` takes the snapshots as they stood then. The manifest says, by source, which bytes were read, and what
    became of every record. Raises ``MissingData`` when nothing is kept, ``SourceChanged`` when a file is not in the
    shape that is known, ``DataError`` with every fault the checks find; nothing is written then.
    """
    tell("reading", 0.0)
    declared = sources or shipped_sources()
    catalogue, _, sets, origins = shipped_declarations()
    carried = carried or shipped_folder()
    before = read_shipped(carried)
    areas, successors = before.tables["areas"], before.tables["successors"]
    vintage, level = str(before.manifest["vintage"]), str(before.manifest["level"])
    geography = from_tables(areas, successors, sets=sets, level=level, vintage=vintage)
    series_of = {i.id: i.series[0] for i in catalogue.indicator if len(i.series) == 1}
    old = refiled(before.tables["observations"], catalogue, origins)
    beside = old[old["indicator"].isin(list(series_of))].assign(series=lambda rows: rows["indicator"].map(series_of))
    found = assemble(
        Snapshots(folder), declared, geography, beside=beside, day=day, tell=lambda text, part: tell(text, 0.7 * part)
    )
    tell("selecting", 0.7)
    series, left_out = _without_cells(found.series)
    table, kept = select(series, catalogue, origins, old, _earlier_stay(declared))
    tell("checking", 0.8)
    faults = check_observations(table, catalogue, geography, "snapshots", table.index.to_series())
    raise_faults([replace(fault, row=None) for fault in faults], "the figures break the contract")
    table, mended = mend_intervals(table, catalogue, {o.id: o.interval_floor for o in origins})
    table = table[list(COLUMNS)].sort_values(["indicator", "area", "period"], kind="stable").reset_index(drop=True)
    tell("writing", 0.9)
    manifest = {
        "what": "Figures compiled by goodwork from official statistics; each with its origin and licence",
        "level": level,
        "vintage": vintage,
        **_dated(found),
        "figures": len(table),
        "input": _input(found),
        "sources": _sources(found),
        "absent": list(found.absent),
        "carried": {
            "figures": len(kept),
            "from": checksum(carried / before.manifest["files"]["observations"]["file"]),
            "by_origin": {str(k): int(v) for k, v in kept["source"].value_counts().sort_index().items()},
            "why": {str(name): declared.why_carried(str(name)) for name in sorted(kept["source"].unique())},
            "series": _carried_series(kept),
        },
        "taken": {str(k): int(v) for k, v in table["indicator"].value_counts().sort_index().items()},
        "left_out": _left_out(found, left_out),
        "markers": {str(k) or "none": int(v) for k, v in table["status"].value_counts().sort_index().items()},
        "basis": {str(k): int(v) for k, v in table["basis"].value_counts().sort_index().items()},
        "intervals": mended,
        "missing": {i.id: i.missing for i in catalogue.indicator if not i.series},
        "lineage": _write_lineage(out, found.lineage),
    }
    return write_shipped(out, {"observations": table, "areas": areas, "successors": successors}, manifest)


def _earlier_stay(sources: Sources) -> frozenset[str]:
    """The origins of sources whose releases hold the latest years only."""
    return frozenset(
        name for one in sources.by_id.values() if one.earlier_stay for name in (one.id, *one.made_of.values())
    )


def select(
    series: pd.DataFrame,
    catalogue: Catalogue,
    origins: tuple[Origin, ...],
    old: pd.DataFrame,
    earlier_stay: frozenset[str] = frozenset(),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The figures of every indicator, and which of them were carried over from ``old`` figures.

    An indicator takes its first series; then, of what was compiled before, the figures of origins that no source gives
    any more, and of origins in ``earlier_stay`` those of years that the release at hand does not hold; then its other
    series in declared order. Where the preferred series covers the period elsewhere, a figure of another measure is
    marked as estimated. A withheld figure keeps its marker where nothing else is known.
    """
    import pandas as pd

    given = set(series["source"])
    marker = {origin.id: str(origin.marker) for origin in origins}
    rows = series.assign(carried=False)
    rows["status"] = rows["status"].where(rows["status"] != "", rows["source"].map(marker).fillna(""))
    of_release = pd.MultiIndex.from_frame(series[["source", "period"]].drop_duplicates())
    other_year = ~pd.MultiIndex.from_frame(old[["source", "period"]]).isin(of_release)
    gone = ~old["source"].isin(list(given)) | (old["source"].isin(list(earlier_stay)) & other_year)
    over = old[gone].assign(carried=True)
    by_series, none = dict(iter(rows.groupby("series", sort=False))), rows.iloc[:0]
    by_indicator = dict(iter(over.groupby("indicator", sort=False)))
    parts = []
    for indicator in catalogue.indicator:
        if not indicator.series:
            continue
        mine = [by_series.get(name, none) for name in indicator.series]
        ranked = [mine[0], by_indicator.get(indicator.id, over.iloc[:0]), *mine[1:]]
        parts.append(_first_known(ranked).assign(indicator=indicator.id))
    table = pd.concat(parts, ignore_index=True)
    return table, table[table["carried"]]


def _first_known(ranked: list[pd.DataFrame]) -> pd.DataFrame:
    """Of every area and period the first figure that is known; failing one, the first marker."""
    import pandas as pd

    filled = [ranked[0], ranked[1]]
    preferred = set(ranked[0].loc[ranked[0]["value"].notna(), "period"])
    for other in ranked[2:]:
        filled.append(other.assign(status=other["status"].where(~other["period"].isin(list(preferred)), "e")))
        preferred |= set(other.loc[other["value"].notna(), "period"])
    whole = pd.concat(filled, ignore_index=True)
    whole["order"] = whole["value"].isna()
    whole = whole.sort_values("order", kind="stable").drop_duplicates(CELL)
    withheld = whole["value"].isna()
    whole.loc[withheld & ~whole["status"].isin(["c", "x", "z", "w"]), "status"] = "x"
    return whole.drop(columns="order")


def _without_cells(series: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The figures without those that are declared not to be what they seem."""
    left: dict[str, int] = {}
    for cells in declarations.left_out().cells:
        gone = (series["source"] == cells.origin) & series["area"].isin(cells.areas)
        if gone.any():
            left[f"{cells.origin}, {', '.join(cells.areas)}: {cells.reason}"] = int(gone.sum())
        series = series[~gone]
    return series, left


def _dated(found: Assembled) -> dict[str, str]:
    """The date of the figures: the newest release among the sources they were compiled from, as the publishers state
    it. It follows from the bytes, so that the same bytes give the same edition. None where no source states one."""
    stated = (shot.release for files in found.snapshots.values() for shot in files.values())
    days = [day for day in stated if re.fullmatch(r"\d{4}-\d\d-\d\d", day)]
    return {"date": max(days)} if days else {}


def _input(found: Assembled) -> dict[str, Any]:
    return {
        "rows": sum(entry["records"] for entry in found.account.values()),
        "used": sum(entry["used"] for entry in found.account.values()),
        "sha256": {f"{s}/{shot.name}": shot.sha256 for s, files in found.snapshots.items() for shot in files.values()},
    }


def _sources(found: Assembled) -> dict[str, Any]:
    """By source: the bytes that were read, and what became of every record."""
    return {
        source: {
            "files": {
                shot.name: {
                    "sha256": shot.sha256,
                    "bytes": shot.bytes,
                    "url": shot.url,
                    "retrieved_at": shot.retrieved_at.isoformat(timespec="seconds"),
                    "release": shot.release,
                    "licence": shot.licence,
                }
                for shot in found.snapshots[source].values()
            },
            "records": entry["records"],
            "used": entry["used"],
            "left_out": dict(sorted(entry["left_out"].items())),
        }
        for source, entry in found.account.items()
    }


def _carried_series(kept: pd.DataFrame) -> list[dict[str, Any]]:
    """What is carried over, by origin and indicator: how many figures, from which year to which."""
    by = kept.groupby(["source", "indicator"], sort=True)["period"].agg(["size", "min", "max"])
    return [
        {"origin": str(origin), "indicator": str(name), "figures": int(size), "first": str(first), "last": str(last)}
        for (origin, name), size, first, last in by.itertuples()
    ]


def _left_out(found: Assembled, cells: Mapping[str, int]) -> dict[str, int]:
    """Records left out, by reason, over all sources; and figures left out of the edition."""
    total: dict[str, int] = {}
    for entry in found.account.values():
        for reason, count in entry["left_out"].items():
            total[reason] = total.get(reason, 0) + count
    return dict(sorted(total.items())) | dict(sorted(cells.items()))


def _write_lineage(out: Path, lineage: pd.DataFrame) -> dict[str, Any]:
    """Write the lineage beside the figures, under a name that follows from its content."""
    with disk_errors(out):
        out.mkdir(parents=True, exist_ok=True)
        aside = out / ".lineage.parquet.aside"
        try:
            write_parquet(lineage.sort_values(["series", "period", "area", "part"], kind="stable"), aside)
            digest = checksum(aside)
            file = f"lineage-{digest[:8]}.parquet"
            write_bytes(out / file, aside.read_bytes())
        finally:
            aside.unlink(missing_ok=True)
        for old in out.glob("lineage-*.parquet"):
            if old.name != file:
                old.unlink()
    return {"file": file, "sha256": digest, "rows": len(lineage), "bytes": (out / file).stat().st_size}
