"""Compile our own edition of the figures: from snapshots of the publishers' files, or from tidy official statistics.

The snapshots are what an edition is made from (``rebuild``); the tidy table remains as a check of them. Selected,
renamed to our own ids, filled only by declared rule, checked, each figure with its interval, marker, basis and origin;
and a manifest of what was taken, what was left out and why. Facts are carried over; files are not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodwork.errors import DataError, Fault, SourceChanged, raise_faults
from goodwork.geography.tables import to_tables
from goodwork.model import declarations
from goodwork.model.area import Area, AreaSet, Geography, Successor
from goodwork.model.indicator import Catalogue
from goodwork.model.observation import COLUMNS
from goodwork.model.origin import Origin
from goodwork.pipeline.filing import refiled
from goodwork.pipeline.intervals import mend_intervals
from goodwork.pipeline.material import shipped_declarations
from goodwork.pipeline.rebuild import holds_snapshots, rebuild_figures
from goodwork.plugins import Tell, untold
from goodwork.sources.observations import check_observations
from goodwork.store.shipped import write_shipped
from goodwork.store.tables import checksum

if TYPE_CHECKING:
    import pandas as pd

LEVEL = "upper tier"
VINTAGE = "April 2023"
COUNTRIES = {"E92000001": "England", "W92000004": "Wales", "S92000003": "Scotland"}
GREAT_BRITAIN = "K03000001"
INPUTS = {
    "observations": {"area_code", "period", "year", "indicator", "value", "lower", "upper", "status", "source"},
    "areas": {"code", "name", "region_code", "country_code", "level"},
    "sources": {"source_id", "source"},
    "code_changes": {"old_code", "old_name", "new_code", "type", "from_year"},
    "lookup_any_lad_to_utla2023": {"code_any_year", "name", "utla_2023"},
}


@dataclass
class Account:
    """What became of every input row: used, or left out for a reason; the two add up. ``taken`` counts figures by
    indicator (a row can serve two indicators, one of them as a filling)."""

    rows: int = 0
    used: int = 0
    taken: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    def leave(self, reason: str, rows: int) -> None:
        """Count rows left out for a reason."""
        if rows:
            self.left_out[reason] = self.left_out.get(reason, 0) + int(rows)

    def check(self) -> None:
        """Raise when a row was lost or counted twice."""
        total = self.used + sum(self.left_out.values())
        if total != self.rows:
            raise DataError(
                f"{self.rows} rows came in and {total} are accounted for", remedy="report this: it is a bug"
            )


def compile_figures(source: Path, out: Path, tell: Tell = untold) -> dict[str, Any]:
    """Compile our edition of the figures from a folder into ``out``, and return its manifest.

    The folder holds snapshots (see ``rebuild_figures``), or the tidy observations read here.
    Raises ``SourceChanged`` when a file or column is missing and ``DataError`` with every fault found by the checks
    (units, ranges, duplicates, unknown codes, impossible intervals); nothing is written then.
    """
    if holds_snapshots(source):
        return rebuild_figures(source, out, tell)
    tell("reading", 0.0)
    inputs = _read_inputs(source)
    catalogue, _, sets, origins = shipped_declarations()
    tell("areas", 0.3)
    geography = _geography(inputs, sets)
    tell("selecting", 0.4)
    account = Account(rows=len(inputs["observations"]))
    table = _select(inputs, catalogue, geography, origins, account)
    account.check()
    tell("checking", 0.7)
    raise_faults(
        check_observations(table, catalogue, geography, "observations.csv", table["row"]),
        "the observations break the contract",
    )
    table, mended = mend_intervals(table, catalogue, {o.id: o.interval_floor for o in origins})
    table = table[list(COLUMNS)].sort_values(["indicator", "area", "period"], kind="stable").reset_index(drop=True)
    areas, successors = to_tables(geography)
    manifest = {
        "what": "Figures compiled by goodwork from official statistics; each with its origin and licence",
        "level": LEVEL,
        "vintage": VINTAGE,
        "figures": len(table),
        "input": {
            "rows": account.rows,
            "used": account.used,
            "sha256": {f"{name}.csv": checksum(source / f"{name}.csv") for name in INPUTS},
        },
        "taken": dict(sorted(account.taken.items())),
        "left_out": dict(sorted(account.left_out.items())),
        "markers": {str(k) or "none": int(v) for k, v in table["status"].value_counts().sort_index().items()},
        "basis": {str(k): int(v) for k, v in table["basis"].value_counts().sort_index().items()},
        "intervals": mended,
        "missing": {i.id: i.missing for i in catalogue.indicator if not i.series},
    }
    tell("writing", 0.8)
    return write_shipped(out, {"observations": table, "areas": areas, "successors": successors}, manifest)


def _read_inputs(source: Path) -> dict[str, pd.DataFrame]:
    """The input files as tables of text and numbers; all that is wrong with them is told at once."""
    import pandas as pd

    faults, inputs = [], {}
    for name, columns in INPUTS.items():
        path = source / f"{name}.csv"
        if not path.is_file():
            faults.append(Fault("the file is missing", file=path.name, remedy=f"put it into {source}"))
            continue
        numbers = dict.fromkeys(("value", "lower", "upper"), float) if name == "observations" else {}
        try:
            kinds: dict[str, Any] = dict.fromkeys(columns - set(numbers), str) | numbers
            inputs[name] = pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values={c: [""] for c in numbers})
        except (ValueError, UnicodeDecodeError) as error:
            faults.append(Fault(f"cannot be read: {error}", file=path.name, remedy="see that it is UTF-8 CSV"))
            continue
        if missing := sorted(columns - set(inputs[name].columns)):
            faults.append(Fault(f"no column {', '.join(missing)}", file=path.name, remedy="give it these columns"))
        elif inputs[name].empty:
            faults.append(Fault("the file has a header and no rows", file=path.name, remedy="fetch it again"))
    if faults:
        raise SourceChanged(f"{source} does not hold the tidy observations expected", faults=faults)
    return inputs


def _geography(inputs: dict[str, pd.DataFrame], sets: tuple[AreaSet, ...]) -> Geography:
    """Upper-tier areas of Great Britain, their regions and countries, and every code that leads to one of them."""
    from goodwork.model.area import Aliases

    aliases = Aliases.from_toml(declarations.text("names.toml"), "names.toml")
    rows = inputs["areas"]
    upper = rows[(rows["level"] == "utla") & rows["country_code"].isin(list(COUNTRIES))]
    regions = rows[(rows["level"] == "region") & (rows["country_code"] == "E92000001")]
    areas = [
        Area(
            code=r.code,
            name=r.name,
            level=LEVEL,
            parents={"country": r.country_code, **({"region": r.region_code} if r.country_code == "E92000001" else {})},
            aliases=aliases.of(r.code),
        )
        for r in upper.itertuples(index=False)
    ]
    areas += [
        Area(code=r.code, name=r.name, level="region", parents={"country": "E92000001"})
        for r in regions.itertuples(index=False)
    ]
    areas += [Area(code=code, name=name, level="country") for code, name in COUNTRIES.items()]
    areas.append(Area(code=GREAT_BRITAIN, name="Great Britain", level="country"))
    codes = {area.code for area in areas}
    return Geography(tuple(areas), LEVEL, VINTAGE, tuple(_successors(inputs, codes, aliases.successor)), sets)


def _successors(inputs: dict[str, pd.DataFrame], codes: set[str], declared: tuple[Successor, ...]) -> list[Successor]:
    """Every code of another level or vintage that leads to one of our areas: mergers, re-codes, districts."""
    found = {(s.code, s.successor): s for s in declared if s.successor in codes}
    changes = inputs["code_changes"]
    step = dict(zip(changes["old_code"], changes["new_code"], strict=True))
    later = {new: old for old, new in step.items() if old in codes and new not in codes}
    for row in changes.itertuples(index=False):
        heir = row.new_code
        while heir not in codes and heir in step:
            heir = step[heir]
        if row.old_code not in codes and heir in codes:
            found[row.old_code, heir] = Successor(
                code=row.old_code, name=row.old_name, successor=heir, relation=row.type, year=int(row.from_year)
            )
        if row.new_code in later:
            found[row.new_code, later[row.new_code]] = Successor(
                code=row.new_code, name=row.new_name, successor=later[row.new_code], relation="later code",
                year=int(row.from_year),
            )  # fmt: skip
    for row in inputs["lookup_any_lad_to_utla2023"].itertuples(index=False):
        pair = row.code_any_year, row.utla_2023
        if row.code_any_year not in codes and row.utla_2023 in codes and pair not in found:
            found[pair] = Successor(
                code=row.code_any_year, name=row.name, successor=row.utla_2023, relation="district of", year=0
            )
    return list(found.values())


def _select(
    inputs: dict[str, pd.DataFrame],
    catalogue: Catalogue,
    geography: Geography,
    origins: tuple[Origin, ...],
    account: Account,
) -> pd.DataFrame:
    """The rows we take, under our ids and with our columns; every row left out is counted under its reason."""
    import pandas as pd

    rows = inputs["observations"].reset_index(names="row")
    rows["row"] += 2
    by_text = {text: origin for origin in origins for text in origin.matches}
    text_of = dict(zip(inputs["sources"]["source_id"], inputs["sources"]["source"], strict=True))
    left = declarations.left_out()

    unwanted = ~rows["indicator"].isin([name for i in catalogue.indicator for name in i.series])
    for name, count in rows.loc[unwanted, "indicator"].value_counts().items():
        account.leave(f"series {name}: {left.series.get(str(name), 'not used by the monitor')}", count)
    rows = rows[~unwanted]

    elsewhere = ~rows["area_code"].isin(list(geography.by_code))
    for code, count in rows.loc[elsewhere, "area_code"].str[:3].value_counts().items():
        account.leave(f"area outside the monitor: codes {code}…", count)
    rows = rows[~elsewhere]

    text = rows["source"].map(text_of)
    refused = text.isin(list(left.sources))
    for name, count in text[refused].value_counts().items():
        account.leave(f"source: {left.sources[str(name)]}", count)
    rows, text = rows[~refused], text[~refused]
    unknown = sorted(set(text[~text.isin(list(by_text))].dropna()) | set(rows.loc[text.isna(), "source"]))
    if unknown:
        raise SourceChanged(
            "some sources are not declared in origins.toml",
            faults=[Fault(f"source {name!r}", file="sources.csv", remedy="declare its origin") for name in unknown],
        )
    origin = text.map(lambda t: by_text[t])
    table = pd.DataFrame(
        {
            "series": rows["indicator"],
            "area": rows["area_code"],
            "period": rows["year"].astype(str),
            "span": rows["period"],
            "value": rows["value"],
            "lower": rows["lower"],
            "upper": rows["upper"],
            "status": origin.map(lambda o: str(o.marker)),
            "basis": rows["status"].map({"published": "published", "derived": "derived", "proxy_parent": "inherited"}),
            "source": origin.map(lambda o: o.id),
            "row": rows["row"],
        }
    )
    if (odd := table["basis"].isna()).any():
        raise SourceChanged(
            "some rows have a status that is not known",
            faults=[Fault(f"status {s!r}", file="observations.csv") for s in sorted(set(rows.loc[odd, "status"]))],
        )
    table.loc[table["basis"] == "inherited", "status"] = "e"
    for cells in left.cells:
        gone = (table["source"] == cells.origin) & table["area"].isin(cells.areas)
        account.leave(f"{cells.origin}, {', '.join(cells.areas)}: {cells.reason}", gone.sum())
        table = table[~gone]
    parts = [_filled(table, indicator.series).assign(indicator=indicator.id) for indicator in catalogue.indicator]
    taken = pd.concat(parts, ignore_index=True)
    account.taken = {str(k): int(v) for k, v in taken["indicator"].value_counts().items()}
    account.used = taken["row"].nunique()
    unused = table[~table["row"].isin(taken["row"])]
    for name, count in unused["series"].value_counts().items():
        account.leave(f"series {name}: a series preferred to it has the figure", count)
    return refiled(taken, catalogue, origins)


def _filled(table: pd.DataFrame, series: tuple[str, ...]) -> pd.DataFrame:
    """The figures of the first series, gaps filled from the next ones in declared order.

    A gap in a period that the preferred series covers elsewhere is filled by another measure: marked as estimated. A
    period that it does not cover at all is another part of a chained series: the declared break marks it.
    """
    import pandas as pd

    keys = ["area", "period"]
    taken = table[table["series"] == series[0]] if series else table.iloc[:0]
    for name in series[1:]:
        more = table[table["series"] == name]
        known = pd.MultiIndex.from_frame(more[keys]).isin(pd.MultiIndex.from_frame(taken[keys]))
        more = more[~known].copy()
        more.loc[more["period"].isin(taken["period"]), "status"] = "e"
        taken = pd.concat([taken, more])
    return taken
