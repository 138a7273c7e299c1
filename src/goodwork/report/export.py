"""An edition's answers as files other programs open: CSV, Parquet, XLSX, GeoJSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodwork.errors import DeclarationError, MissingData
from goodwork.language import tr
from goodwork.report.workbook import xlsx
from goodwork.store.boundaries import read_boundaries
from goodwork.store.tables import disk_errors, write_bytes, write_parquet

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.monitor import Monitor

FORMATS = ("csv", "parquet", "xlsx", "geojson")
SHAPES = "upper_tier_2023"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def format_of(path: Path, asked: str | None) -> str:
    """The format asked for, or the one a file's ending says."""
    chosen = asked or path.suffix.lstrip(".").lower()
    if chosen not in FORMATS:
        raise DeclarationError(
            f"cannot tell what to write to {path.name}", remedy=f"add --format {'|'.join(FORMATS)}, or such an ending"
        )
    return chosen


def export_edition(
    monitor: Monitor,
    out: Path,
    form: str,
    period: str | None = None,
    area_set: str | None = None,
    framework: str | None = None,
) -> list[Path]:
    """Write the answers of one period, area set and framework; returns the files written.

    CSV and Parquet give a folder with one file per table; XLSX one workbook with a cover; GeoJSON the scores with the
    areas' shapes. A gap is an empty cell. Every file is written aside and moved into place.
    """
    if form == "geojson":
        write_bytes(out, geojson(monitor, period, area_set, framework).encode())
        return [out]
    tables = answers(monitor, period, area_set, framework)
    if form == "xlsx":
        write_bytes(out, workbook(monitor, tables))
        return [out]
    written = []
    for name, table in tables.items():
        path = out / f"{name}.{form}"
        if form == "csv":
            write_bytes(path, csv(table).encode())
        else:
            with disk_errors(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                aside = path.with_name(f".{path.name}.aside")
                write_parquet(table, aside)
                aside.replace(path)
        written.append(path)
    return written


def answers(
    monitor: Monitor, period: str | None = None, area_set: str | None = None, framework: str | None = None
) -> dict[str, pd.DataFrame]:
    """The tables of an export: scores and ranks at every node, who is not scored, figures, indicators, sources."""
    import pandas as pd

    chosen = monitor.framework(framework)
    when, areas = monitor.period(period, framework), monitor.area_set(area_set, framework)
    parts = []
    for node in chosen.nodes:
        part = monitor.scores(when, areas.name, framework, node)
        parts.append(part.assign(node=node, measure=chosen.node_title(node, monitor.catalogue)))
    scores = pd.concat(parts, ignore_index=True)
    scores.insert(0, "period", when)
    scores.insert(1, "area_set", areas.name)
    codes = [a.code for a in monitor.geography.members(areas.name)]
    values = monitor.table("values")
    values = values[values["indicator"].isin(chosen.indicators) & values["area"].isin(codes)]
    facts = monitor.indicators().set_index("id")[["name", "unit", "better"]]
    values = values.merge(facts.rename(columns={"name": "indicator_name"}), left_on="indicator", right_index=True)
    names = monitor.geography.names
    values = values.assign(name=values["area"].map(names))
    return {
        "scores": scores,
        "not_scored": monitor.not_scored(when, areas.name, framework),
        "figures": values.reset_index(drop=True),
        "indicators": monitor.indicators(),
        "sources": monitor.table("origins"),
    }


def csv(table: pd.DataFrame) -> str:
    """A table as CSV that a spreadsheet opens safely: text like a formula is quoted, numbers stay numbers."""
    text: str = unlike_formulas(table).to_csv(index=False, lineterminator="\n")
    return text


def unlike_formulas(table: pd.DataFrame) -> pd.DataFrame:
    """The table with text like a formula quoted; numbers stay numbers."""
    words = [name for name in table.columns if table[name].dtype == "str" or table[name].dtype == object]
    risky = [name for name in words if any(_not_a_formula(cell) is not cell for cell in set(table[name].tolist()))]
    safe = table.copy() if risky else table
    for name in risky:
        safe[name] = safe[name].map(_not_a_formula)
    return safe


def _not_a_formula(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def workbook(monitor: Monitor, tables: dict[str, pd.DataFrame]) -> bytes:
    """The answers as a workbook with a cover."""
    cover = [
        monitor.title + (" — " + tr("INVENTED FIGURES") if monitor.invented else ""),
        tr("Edition {edition}").format(edition=monitor.edition.name),
        tr("Scores: higher is better. Rank 1 is best; rank_low to rank_high is its 95 % interval."),
        tr("An empty cell is a gap, never zero. status: GSS markers (e estimated, u low reliability, p provisional "
           "…)."),
    ]  # fmt: skip
    if monitor.origins:
        cover += [
            tr("This is an independent implementation, not the Institute for the Future of Work's own monitor."),
            tr("Contains public sector information licensed under the Open Government Licence v3.0: see sheet "
               "sources."),
        ]  # fmt: skip
    return xlsx(cover, tables)


def geojson(
    monitor: Monitor, period: str | None = None, area_set: str | None = None, framework: str | None = None
) -> str:
    """The areas' shapes with score, rank and their intervals; areas not scored are there with the reason."""
    table = monitor.scores(period, area_set, framework)
    columns = [c for c in ("score", "low", "high", "rank", "rank_low", "rank_high", "ranked") if c in table]
    facts: dict[str, dict[str, Any]] = {}
    for row in table.to_dict("records"):
        facts[row["area"]] = {"name": row["name"], **{c: None if row[c] != row[c] else float(row[c]) for c in columns}}
    for row in monitor.not_scored(period, area_set, framework).to_dict("records"):
        facts[row["area"]] = {"name": row["name"], "not_scored": row["reason"]}
    boundaries = read_boundaries()
    if not set(facts) & set(boundaries.codes(SHAPES)):
        raise MissingData("there are no shapes for the areas of this monitor", remedy="export as csv or xlsx instead")
    collection = boundaries.geojson(SHAPES, facts)
    collection["features"] = [f for f in collection["features"] if f["properties"].get("name")]
    collection["attribution"] = boundaries.attribution
    return json.dumps(collection, ensure_ascii=False, allow_nan=False)
