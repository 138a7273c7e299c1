"""Interchange with COINr: its pair of tables, iData and iMeta, read as our declarations and figures, and written.

iData has one row per area (``uCode``, ``uName``, ``Time`` where there are periods) and one column per indicator, group
or denominator; iMeta says what each column is, which end is better, what it is divided by and what it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from goodwork.errors import DataError, DeclarationError, Fault, raise_faults
from goodwork.model.area import Area, Geography
from goodwork.model.framework import INDEX, Framework
from goodwork.model.indicator import Catalogue, Indicator
from goodwork.model.method import Method
from goodwork.model.panel import Panel
from goodwork.sources.numbers import parse_numbers
from goodwork.sources.tables import RawTable, read_table

if TYPE_CHECKING:
    import pandas as pd

TYPES = ("Indicator", "Aggregate", "Group", "Denominator")
DIRECTIONS = {"1": "higher", "-1": "lower"}


@dataclass(frozen=True, eq=False)
class CoinrPair:
    """A COINr pair as goodwork's own nouns; groups of areas stand in ``panel.groups``."""

    framework: Framework
    catalogue: Catalogue
    geography: Geography
    panel: Panel


def read_coinr(data: Path, meta: Path, name: str = "coinr", method: Method | None = None) -> CoinrPair:
    """Read an iData and an iMeta file (CSV, XLSX …).

    Weights, directions and denominators are taken over; an aggregate cannot have a direction of its own (−1 on an
    aggregate is a fault: turn its indicators instead). Raises ``DeclarationError`` for a wrong iMeta and ``DataError``
    for an iData that does not fit it; all faults at once.
    """
    rows, columns = _meta(read_table(meta)), read_table(data)
    framework, catalogue = _declarations(rows, meta.name, name, method)
    geography, panel = _figures(columns, rows, framework)
    return CoinrPair(framework, catalogue, geography, panel)


def _meta(table: RawTable) -> list[dict[str, str]]:
    needed = {"iCode", "Type", "Parent", "Level"}
    if missing := sorted(needed - set(table.frame.columns)):
        raise DeclarationError(
            f"{table.name} is not an iMeta table",
            faults=[Fault(f"no column {', '.join(missing)}", file=table.name, remedy="COINr's iMeta has it")],
        )
    rows = [{**dict(row), "row": str(at)} for at, row in table.frame.fillna("").iterrows()]
    faults = [
        Fault(f"type {row['Type']!r}", file=table.name, row=int(row["row"]), column="Type", remedy=", ".join(TYPES))
        for row in rows
        if row["Type"] not in TYPES
    ]
    for row in rows:
        direction = row.get("Direction", "1") or "1"
        if row["Type"] == "Indicator" and _whole(direction) not in DIRECTIONS:
            faults.append(_wrong(f"direction {direction!r}", table.name, row, "1 or -1"))
        if row["Type"] == "Aggregate" and _whole(direction) == "-1":
            faults.append(_wrong("an aggregate with direction -1", table.name, row, "turn its indicators instead"))
    if faults:
        raise DeclarationError(f"{table.name} is wrong in {len(faults)} place(s)", faults=faults)
    return rows


def _wrong(what: str, file: str, row: dict[str, str], remedy: str) -> Fault:
    return Fault(what, file=file, row=int(row["row"]), column="Direction", remedy=remedy)


def _whole(text: str) -> str:
    """``1.0`` and ``1`` are the same direction."""
    return text.strip().removesuffix(".0")


def _declarations(
    rows: list[dict[str, str]], where: str, name: str, method: Method | None
) -> tuple[Framework, Catalogue]:
    of = {kind: [row for row in rows if row["Type"] == kind] for kind in TYPES}
    roots = [row for row in of["Aggregate"] if not row["Parent"]]
    if len(roots) != 1:
        names = ", ".join(row["iCode"] for row in roots) or "none"
        raise DeclarationError(
            f"{where} has not one index",
            faults=[Fault(f"aggregates without a parent: {names}", file=where, remedy="leave exactly one")],
        )
    root = roots[0]["iCode"]

    def parent(row: dict[str, str]) -> str:
        return INDEX if row["Parent"] == root else row["Parent"]

    framework = Framework.from_dict(
        {
            "name": name,
            "title": roots[0].get("iName") or root,
            "domains": [
                {"name": r["iCode"], "title": r.get("iName") or r["iCode"], "parent": parent(r), "weight": _weight(r)}
                for r in of["Aggregate"]
                if r is not roots[0]
            ],
            "members": [
                {
                    "indicator": r["iCode"],
                    "domain": parent(r),
                    "direction": DIRECTIONS[_whole(r.get("Direction", "1") or "1")],
                    "weight": _weight(r),
                    "denominator": r.get("Denominator", ""),
                }
                for r in of["Indicator"]
            ],
            "method": method or Method(),
        },
        where,
    )
    directions = {m.indicator: m.direction for m in framework.members}
    catalogue = Catalogue(
        indicator=tuple(
            Indicator(
                id=r["iCode"],
                name=r.get("iName") or r["iCode"],
                unit=r.get("Unit", ""),
                kind="score",
                direction=directions.get(r["iCode"], "neither"),
            )
            for r in (*of["Indicator"], *of["Denominator"])
        )
    )
    return framework, catalogue


def _weight(row: dict[str, str]) -> float:
    return float(row.get("Weight", "") or 1)


def _figures(data: RawTable, rows: list[dict[str, str]], framework: Framework) -> tuple[Geography, Panel]:
    frame = data.frame
    numeric = [row["iCode"] for row in rows if row["Type"] in ("Indicator", "Denominator")]
    grouped = [row["iCode"] for row in rows if row["Type"] == "Group" and row["iCode"] in frame]
    faults = [
        Fault(f"no column {name}", file=data.name, remedy="iMeta declares it: add it")
        for name in ["uCode", *numeric]
        if name not in frame
    ]
    raise_faults(faults, f"{data.name} does not fit its iMeta", DataError)
    table = frame.fillna("")
    periods = list(dict.fromkeys(sorted(table["Time"]))) if "Time" in table else ["all"]
    when = table["Time"] if "Time" in table else table["uCode"].map(lambda _: "all")
    areas = sorted(table["uCode"].unique())
    if (twice := when.str.cat(table["uCode"], sep=" ").duplicated()).any():
        faults = [Fault("the area stands twice", file=data.name, row=int(at)) for at in table.index[twice]]
    at = (when.map(periods.index).to_numpy(), table["uCode"].map(areas.index).to_numpy())
    value = np.full((len(periods), len(areas), len(numeric)), np.nan)
    for place, name in enumerate(numeric):
        parsed = parse_numbers(table[name], ".")
        faults += [
            Fault(f"text in a number column: {table[name].loc[row]!r}", file=data.name, row=int(row), column=name)
            for row in table.index[parsed.bad]
        ]
        value[(*at, np.full(len(table), place))] = parsed.value
    raise_faults(faults, f"{data.name} does not fit its iMeta", DataError)
    blank = np.full(value.shape, "", dtype="<U16")
    named = dict(zip(table["uCode"], table.get("uName", table["uCode"]), strict=True))
    first = table.drop_duplicates("uCode").set_index("uCode")
    panel = Panel(
        tuple(periods), tuple(areas), tuple(numeric), value, np.full(value.shape, np.nan),
        np.full(value.shape, np.nan), blank, blank, blank,
        groups={name: first.loc[areas, name].to_numpy(dtype=str) for name in grouped},
    )  # fmt: skip
    geography = Geography(tuple(Area(code=code, name=named[code]) for code in areas))
    return geography, panel


def to_coinr(
    framework: Framework, catalogue: Catalogue, panel: Panel, names: dict[str, str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The pair of tables COINr reads: iData and iMeta. Gaps are empty; groups and denominators keep their columns."""
    import pandas as pd

    wanted = (*framework.indicators, *framework.denominators)
    cut = panel.select(indicators=wanted)
    n_periods, n_areas, _ = cut.value.shape
    codes = np.tile(cut.areas, n_periods)
    data = pd.DataFrame({"uName": [(names or {}).get(c, c) for c in codes], "uCode": codes})
    if n_periods > 1 or cut.periods != ("all",):
        data["Time"] = np.repeat(cut.periods, n_areas)
    for group, labels in panel.groups.items():
        data[group] = np.tile(labels, n_periods)
    for place, name in enumerate(wanted):
        data[name] = cut.value[..., place].ravel()
    top = framework.level(INDEX)
    rows = [
        {
            "Level": framework.level(node) if node != INDEX else top,
            "iCode": "Index" if node == INDEX else node,
            "iName": framework.node_title(node, catalogue),
            "Direction": -1 if node in framework.indicators and _lower(framework, node) else 1,
            "Weight": 1.0 if node == INDEX else framework.weight(node),
            "Unit": catalogue[node].unit if node in catalogue else "Score",
            "Denominator": next((m.denominator for m in framework.members if m.indicator == node), ""),
            "Parent": "" if node == INDEX else "Index" if framework.parent(node) == INDEX else framework.parent(node),
            "Type": "Indicator" if node in framework.indicators else "Aggregate",
        }
        for node in (*framework.indicators, *reversed(framework.groups))
    ]
    rows += [{"iCode": name, "iName": name, "Type": "Group"} for name in panel.groups]
    rows += [
        {"iCode": name, "iName": catalogue[name].name, "Unit": catalogue[name].unit, "Type": "Denominator"}
        for name in framework.denominators
    ]
    return data, pd.DataFrame(rows)


def _lower(framework: Framework, indicator: str) -> bool:
    return framework.directions[framework.indicators.index(indicator)] == "lower"
