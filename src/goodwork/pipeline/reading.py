"""One source read whole: its files to the reader it declares, its labels checked, its series under our names."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.errors import Fault, SourceChanged
from goodwork.model.area import nearest
from goodwork.model.source import AreaNames, Gaps, Source
from goodwork.sources.archives import pick_member
from goodwork.sources.readers import READER, Reading

if TYPE_CHECKING:
    import pandas as pd

#: The column of a reading that tells areas of different types apart where there are no codes.
AREA_TYPE = "area_type"


@dataclass(frozen=True, eq=False)
class Taken:
    """The figures of one source under our names: a row per series, area (the publisher's code) and period.

    ``table`` has the columns ``series, area, period, span, value, lower, upper, numerator, denominator, status, source,
    row``; ``records`` of the file are the rows used and those in ``left_out``, by reason.
    """

    table: pd.DataFrame
    records: int
    left_out: Mapping[str, int]
    facts: Mapping[str, str]
    notes: tuple[str, ...]


def read_source(source: Source, contents: Mapping[str, bytes]) -> Reading:
    """The reading of a source's file of figures, given the bytes of its files by name, as they came.

    Raises what the reader raises, and ``SourceChanged`` when a series that we take is no longer in the file.
    """
    main = source.main
    reader = READER[source.reader]
    known = inspect.signature(reader).parameters
    beside = {f.option: contents[f.name] for f in source.files if f.option in known and f.name in contents}
    name = main.local.rsplit("/", 1)[-1] or main.name
    content = contents[main.name]
    if main.member:
        content = pick_member(name, content, main.member)
    reading = reader(content, name, **source.options, **beside)
    present = list(reading.rows["series"].unique())
    if gone := [label for label in source.labels if label not in present]:
        raise SourceChanged(
            f"{name} no longer holds every series that is taken from it",
            faults=[Fault(f"there is no series {label!r}", file=name, remedy=_offer(label, present)) for label in gone],
            remedy="see what the publisher calls it now, then correct the label in sources.toml",
        )
    return reading


def _offer(label: str, present: list[str]) -> str:
    """The labels that may be meant: the nearest, or else the first ones."""
    return "there are: " + ", ".join(map(repr, nearest(label, present) or present[:5]))


def take(source: Source, reading: Reading, names: AreaNames | None = None) -> Taken:
    """The series of a source that we take, in our units and filed under our periods.

    Raises ``SourceChanged`` for a name of an area that the declared list does not hold.
    """
    import pandas as pd

    rows, left_out = reading.rows, dict(reading.left_out)
    if beside := reading.records - len(rows) - sum(left_out.values()):
        left_out["parts and half-widths, used within another figure"] = beside

    def leave(reason: str, gone: pd.Series) -> None:
        if count := int(gone.sum()):
            left_out[reason] = left_out.get(reason, 0) + count

    wanted = rows["series"].isin(source.labels)
    leave("series that the monitor does not use", ~wanted)
    rows = rows[wanted]
    if names is not None and (rows["area"] == "").all():  # where the publisher gives codes, its names are not needed
        if names.types:
            ours = rows[AREA_TYPE].isin(names.types)
            leave("areas of a type that the monitor does not use", ~ours)
            rows = rows[ours]
        rows = rows.assign(area=_codes(source, rows["area_name"], names))
    else:
        coded = rows["area"] != ""
        leave("figures of areas without a code", ~coded)
        rows = rows[coded]
    parts = []
    for one in source.series:
        mine = rows[rows["series"] == one.label]
        year = mine["first" if one.filed == "first" else "last"].str[:4]
        part = pd.DataFrame(
            {
                "series": one.series,
                "area": mine["area"],
                "period": year,
                "span": [printed(a, b) for a, b in zip(mine["first"], mine["last"], strict=True)],
                **{name: mine[name] * one.factor for name in ("value", "lower", "upper")},
                "numerator": np.nan,
                "denominator": np.nan,
                "weight": np.nan,
                "status": mine["status"],
                "source": source.id,
                "row": mine["row"],
            }
        )
        for column, label in (("numerator", one.counted), ("weight", one.weighted)):
            if label:
                beside = rows[rows["series"] == label].set_index(["area", "first", "last"])["value"]
                part[column] = beside.reindex(pd.MultiIndex.from_frame(mine[["area", "first", "last"]])).to_numpy()
        if one.counted:
            with np.errstate(divide="ignore", invalid="ignore"):
                part["denominator"] = one.per * part["numerator"] / part["value"]
        elif {"numerator", "denominator"} <= set(mine.columns):
            part["numerator"], part["denominator"] = mine["numerator"], mine["denominator"]
        parts.append(_filled(part, one.gaps))
    leave(
        "numerators and numbers of people, used beside their rates",
        ~rows["series"].isin([o.label for o in source.series]),
    )
    table = pd.concat(parts, ignore_index=True)
    twice = table.duplicated(["series", "area", "period"], keep=False)
    if twice.any():
        shown = table[twice].drop_duplicates(["series", "area", "period"]).head(25)
        raise SourceChanged(
            f"{source.id}: several figures fall under the same year",
            faults=[Fault(f"{r.series}, {r.area}, {r.period}", file=source.id) for r in shown.itertuples(index=False)],
            remedy="declare whether periods are filed under their first or their last year",
        )
    return Taken(table, reading.records, left_out, reading.facts, reading.notes)


def printed(first: str, last: str) -> str:
    """A period as people write it: a day, a year, a financial or academic year, several years.

    >>> [printed(a, b) for a, b in (("2019-01-01", "2019-12-31"), ("2019-04-01", "2020-03-31"),
    ...                             ("2016-01-01", "2018-12-31"), ("2025-04-30", "2025-04-30"))]
    ['2019', '2019/20', '2016-2018', '2025-04-30']
    """
    if first == last:
        return first
    if first[4:] == "-01-01" and last[4:] == "-12-31":
        return first[:4] if first[:4] == last[:4] else f"{first[:4]}-{last[:4]}"
    if int(last[:4]) == int(first[:4]) + 1:
        return f"{first[:4]}/{last[2:4]}"
    return f"{first} to {last}"


def _codes(source: Source, names: pd.Series, declared: AreaNames) -> pd.Series:
    codes = names.map(declared.codes)
    if codes.isna().any():
        unknown = sorted(set(names[codes.isna()]))
        raise SourceChanged(
            f"{source.id} names areas that the list {source.area_names} does not hold",
            faults=[Fault(f"area {name!r}", file=source.id, remedy="declare its code") for name in unknown],
        )
    return codes


def _filled(part: pd.DataFrame, gaps: Gaps) -> pd.DataFrame:
    """Counts with what is declared to stand in for withheld ones; their markers stay with them."""
    if gaps == Gaps():
        return part
    half = (part["upper"] - part["lower"]) / 2
    empty = part["value"].isna()
    for chosen, value, width in (
        (empty & (part["status"] == "low"), gaps.low, gaps.low_half_width),
        (empty & (part["status"] == "c"), gaps.withheld, gaps.half_width),
        (~empty & half.isna(), None, gaps.half_width),
    ):
        if value is not None:
            part.loc[chosen, "value"] = value
        if width is not None and part.loc[chosen, "value"].notna().all():
            half[chosen] = width
    settled = part["value"].notna() & half.notna()
    part.loc[settled, "lower"] = (part["value"] - half)[settled]
    part.loc[settled, "upper"] = (part["value"] + half)[settled]
    part.loc[settled & part["status"].isin(["c", "x"]), "status"] = "u"
    return part
