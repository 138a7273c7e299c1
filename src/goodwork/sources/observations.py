"""A person's own data file as observations: long or wide, with every fault told at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from goodwork.errors import Fault, MissingData, raise_faults
from goodwork.model.area import Area, Geography, plain_name
from goodwork.model.indicator import Catalogue
from goodwork.model.observation import COLUMNS
from goodwork.sources.checks import FIGURES, KEY, check_observations, fault_class
from goodwork.sources.columns import Layout, lay_out, plain_header
from goodwork.sources.numbers import DecimalMark, parse_numbers, read_markers, weigh
from goodwork.sources.precision import PRECISION, with_intervals
from goodwork.sources.tables import RawTable, read_table

__all__ = ["Observations", "check_observations", "fault_class", "observations_in", "read_observations"]

ALL = "all"


@dataclass(frozen=True, eq=False)
class Observations:
    """Tidy observations, the areas they are about, and what had to be decided to read them.

    ``table`` has the columns of ``model.observation.COLUMNS``, one row per indicator, area and period in that order; a
    missing figure is NaN with the marker that stands instead of it. A cell without figure and marker has no row.
    """

    table: pd.DataFrame
    geography: Geography
    notes: tuple[str, ...]


def read_observations(
    path: Path,
    catalogue: Catalogue,
    geography: Geography | None = None,
    *,
    sheet: str | None = None,
    decimal: DecimalMark | None = None,
) -> Observations:
    """The observations in a file, checked against a catalogue and, when given, a geography.

    Long form has the columns indicator, area, value and, if there are any, period, area_name, lower, upper, status,
    span, basis, source; wide form has one column per indicator (its id or its name; bounds and marker under
    ``<id>_lower``, ``<id>_upper``, ``<id>_status``). Without bounds a standard error (``error``), a coefficient of
    variation in per cent (``cv``) or, for shares, a sample size (``sample``) gives the 95 % interval. Case, spaces and
    underscores in the header do not matter. Without a geography the areas are those of the file. ``decimal`` says what
    sets off decimals where the file leaves it open. Raises ``UnknownArea``, ``DuplicateObservation``, ``UnitMismatch``,
    ``MissingData`` or ``DataError``, once, with every fault.
    """
    return observations_in(read_table(path, sheet), catalogue, geography, decimal)


def observations_in(
    raw: RawTable, catalogue: Catalogue, geography: Geography | None = None, decimal: DecimalMark | None = None
) -> Observations:
    """The observations in a table of text; see :func:`read_observations`."""
    layout = lay_out(raw, catalogue, names_may_be_codes=geography is None)
    tidy = _tidy(raw, layout, catalogue)
    table, faults, notes = _parsed(tidy, layout, raw.name, decimal)
    table, imprecise = with_intervals(table, catalogue)
    for at, role, fault in imprecise:
        column = layout.header(role, str(table["indicator"].iloc[at]))
        faults.append(Fault(fault.what, raw.name, int(tidy["row"].iloc[at]), column, fault.remedy))
    faults += check_observations(table, catalogue, geography, raw.name, tidy["row"], layout.headers)
    if faults:
        faults.sort(key=lambda fault: fault.row or 0)
        raise_faults(faults, f"{raw.name} breaks the contract", fault_class(faults))
    notes = [*raw.notes, *layout.notes, *notes, *_name_notes(tidy, geography)]

    empty = table["value"].isna() & (table["status"] == "") & table["lower"].isna()
    if empty.all():
        raise MissingData(
            f"{raw.name} holds no figures",
            faults=[Fault("every value is empty", file=raw.name, row=raw.first_row, remedy="add figures")],
        )
    if empty.any():
        notes.append(f"{raw.name}: {int(empty.sum())} empty cells hold no figure")
    kept = table[~empty]
    once = kept.drop_duplicates([*KEY, *FIGURES, "status"])
    if len(once) < len(kept):
        notes.append(f"{raw.name}: {len(kept) - len(once)} rows that repeat another were left out")
    table = once.sort_values(KEY, kind="stable", ignore_index=True)[list(COLUMNS)]
    return Observations(table, geography or _inferred(tidy), tuple(notes))


def _tidy(raw: RawTable, layout: Layout, catalogue: Catalogue) -> pd.DataFrame:
    """One row per figure, still text: a wide table is stacked, a long one has its indicators looked up."""
    frame = raw.frame
    blank = pd.Series("", index=frame.index, dtype="str")

    def column(role: str, indicator: str = "") -> pd.Series:
        header = layout.headers.get(f"{role}:{indicator}" if indicator else role)
        return blank if header is None else frame[header]

    shared = {role: column(role) for role in ("area", "area_name", "period", "span", "basis", "source")}
    if "period" not in layout.headers:
        shared["period"] = pd.Series(ALL, index=frame.index, dtype="str")
    blocks = []
    for indicator in layout.indicators or ("",):
        figures = {role: column(role, indicator) for role in (*FIGURES, *PRECISION, "status")}
        blocks.append(pd.DataFrame({**shared, **figures, "indicator": indicator, "row": frame.index}))
    tidy = pd.concat(blocks, ignore_index=True)
    if layout.sole:
        tidy["indicator"] = layout.sole
    elif not layout.indicators:
        named = {plain_header(name): i.id for i in catalogue.indicator for name in (i.short, i.name) if name}
        known = named | {plain_header(i.id): i.id for i in catalogue.indicator}
        texts = frame[layout.headers["indicator"]].reset_index(drop=True)
        tidy["indicator"] = texts.map({text: known.get(plain_header(text), text) for text in texts.unique()})
    return tidy


def _parsed(
    tidy: pd.DataFrame, layout: Layout, name: str, decimal: DecimalMark | None
) -> tuple[pd.DataFrame, list[Fault], list[str]]:
    """The table with figures as numbers and markers as statuses, the cells that are neither, and notes."""
    faults: list[Fault] = []
    evidence = weigh(tidy[role] for role in FIGURES)
    mark = decimal or (None if evidence.points and evidence.commas else evidence.mark)
    table = tidy.drop(columns="row")
    marks = np.full(len(tidy), "", dtype="<U4")
    for role in (*FIGURES, *PRECISION):
        read = parse_numbers(tidy[role], mark)
        table[role] = read.value
        marks = read.status if role == "value" else marks
        for wrong, what, remedy in (
            (
                read.bad,
                "text in a number column: {!r}",
                "write a number, a marker such as [x] or [c], or leave it empty",
            ),
            (
                read.unclear,
                "{!r} may have a decimal comma or a thousands separator",
                "say which: decimal=',' or decimal='.'",
            ),
        ):
            for at in np.flatnonzero(wrong):
                header = layout.header(role, str(tidy["indicator"].iloc[at]))
                row = int(tidy["row"].iloc[at])
                faults.append(Fault(what.format(tidy[role].iloc[at]), name, row, header, remedy))
    own, known = read_markers(tidy["status"])
    stated = np.where(known, own, tidy["status"].to_numpy(dtype=object))
    clash = (stated != "") & (marks != "") & (marks != "x") & (stated != marks)
    for at in np.flatnonzero(clash & known):
        faults.append(
            Fault(
                f"marker {str(marks[at])!r} beside the figure, but {stated[at]!r} in the column of markers",
                file=name,
                row=int(tidy["row"].iloc[at]),
                column=layout.header("status", str(tidy["indicator"].iloc[at])),
                remedy="keep one of the two",
            )
        )
    table["status"] = pd.Series(np.where(stated != "", stated, marks), dtype="str")
    for role, default in (("span", table["period"]), ("basis", "published"), ("source", name)):
        table[role] = table[role].where(table[role] != "", default)
    notes = []
    if decimal is None and evidence.soft and not evidence.points and not evidence.commas:
        notes.append(f"{name}: figures such as 1.234 were read with a decimal point; if not, say decimal=','")
    return table, faults, notes


def _inferred(tidy: pd.DataFrame) -> Geography:
    """The areas of the file, in order of appearance, named where it names them."""
    named = tidy[tidy["area_name"] != ""].drop_duplicates("area").set_index("area")["area_name"].to_dict()
    return Geography(tuple(Area(code=code, name=named.get(code, code)) for code in tidy["area"].unique()))


def _name_notes(tidy: pd.DataFrame, geography: Geography | None) -> list[str]:
    """A note for each area that the file names otherwise than the geography, or with two names."""
    pairs = tidy.loc[tidy["area_name"] != "", ["area", "area_name", "row"]].drop_duplicates(["area", "area_name"])
    if geography is None:
        other = pairs[pairs.duplicated("area")]
        return [f"row {r.row}: {r.area} has a second name {r.area_name!r}" for r in other.itertuples()]
    notes = []
    for pair in pairs.itertuples():
        area = geography.by_code[str(pair.area)]
        if plain_name(str(pair.area_name)) not in {plain_name(n) for n in (area.name, *area.aliases)}:
            notes.append(f"row {pair.row}: {pair.area} is {area.name!r}; the file calls it {pair.area_name!r}")
    return notes
