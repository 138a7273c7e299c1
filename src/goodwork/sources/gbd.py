"""Exports of the Global Burden of Disease results tool: a person's own file, whose terms forbid redistribution."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from goodwork.errors import Fault, SourceChanged
from goodwork.sources.answers import changed
from goodwork.sources.archives import read_members
from goodwork.sources.grids import plain, read_sheets, table_under
from goodwork.sources.reading import READER, Reading
from goodwork.sources.tidy import joined, tidy

#: What every export says, as ``x_name`` or, in exports of names only, as ``x``.
SAID = ("measure", "location", "sex", "age", "cause", "metric")
NO_AREA = "locations that are not in the declared crosswalk"
TERMS = "IHME non-commercial user agreement: the figures may be analysed here but not redistributed."


def may_publish(facts: Mapping[str, str]) -> bool:
    """Whether the terms of a file allow its figures to be published; they do unless its facts say otherwise.

    >>> may_publish({"redistribution": "no"}), may_publish({"licence": "OGL v3"})
    (False, True)
    """
    return facts.get("redistribution") != "no"


@READER.register(
    "gbd",
    formula="one row per location, year, measure, cause, sex, age and metric; areas by a declared crosswalk of names",
    source="Institute for Health Metrics and Evaluation, GBD results tool (user's own export)",
    gaps="locations outside the crosswalk are left out and counted",
)
def read_gbd(
    content: bytes,
    name: str,
    *,
    areas: Mapping[str, str],
    open_end: bool = False,
) -> Reading:
    r"""The figures and their 95 % uncertainty intervals in an export (CSV, or a zip of CSVs).

    The file has no area codes: ``areas`` is the crosswalk from IHME's names, as printed, to codes; nothing is matched
    by likeness. Columns are found by their heads, so it does not matter that ``upper`` stands before ``lower``, that
    newer exports begin with ``population_group``, or that an export has names only. ``facts["redistribution"]`` is
    ``"no"``: see ``may_publish``. Raises ``SourceChanged`` when a column is missing, when two locations share a name
    or when the crosswalk names a location that is not in the file.

    >>> head = b"measure,location,sex,age,cause,metric,year,val,upper,lower\n"
    >>> text = head + b"DALYs,York,Both,All ages,All causes,Rate,2019,5,6,4\n"
    >>> reading = read_gbd(text, "gbd.csv", areas={"York": "E06000014"})
    >>> reading.rows[["area", "value", "lower", "upper"]].to_numpy().tolist(), may_publish(reading.facts)
    ([['E06000014', 5.0, 4.0, 6.0]], False)
    """
    parts = [_part(title, body, open_end) for title, body in _files(name, content).items()]
    frame = pd.concat(parts, ignore_index=True)
    ids = frame.groupby("location")["location id"].nunique()
    faults = [
        Fault(f"{location!r} is the name of {count} locations", file=name, remedy="export with one of them")
        for location, count in ids[ids > 1].items()
        if location in areas
    ]
    present = set(frame["location"])
    faults += [
        Fault(f"no location is called {location!r}", file=name, remedy="correct the crosswalk")
        for location in areas
        if location not in present
    ]
    if faults:
        raise SourceChanged(f"{name} does not fit the declared crosswalk", faults=faults)
    used = frame[frame["location"].isin(list(areas))]
    said = [column for column in (*SAID, "population_group") if column != "location" and column in used]
    columns = {
        "series": pd.Series(joined(used[column] for column in said), index=used.index, dtype="str"),
        "area": used["location"].map(dict(areas)),
        "area_name": used["location"],
        "span": used["year"],
        "value": used["val"],
        "lower": used["lower"],
        "upper": used["upper"],
        "row": used["row"],
    }
    return tidy(
        name,
        {role: column.tolist() for role, column in columns.items()},
        records=len(frame),
        left_out={NO_AREA: len(frame) - len(used)},
        facts={"redistribution": "no", "licence": TERMS},
    )


def locations(content: bytes, name: str) -> tuple[str, ...]:
    r"""The names of the locations in an export, as printed, in order.

    >>> head = b"measure,location,sex,age,cause,metric,year,val,upper,lower\n"
    >>> locations(head + b"DALYs,York,Both,All ages,All causes,Rate,2019,5,6,4\n", "gbd.csv")
    ('York',)
    """
    parts = [_part(title, body, False)["location"] for title, body in _files(name, content).items()]
    return tuple(dict.fromkeys(str(place) for place in pd.concat(parts)))


def _files(name: str, content: bytes) -> dict[str, bytes]:
    if not content.startswith(b"PK\x03\x04"):
        return {name: content}
    members = {t: body for t, body in read_members(name, content).items() if t.lower().endswith(".csv")}
    if not members:
        raise changed(name, "the zip holds no CSV file", "export again as CSV")
    return members


def _part(name: str, content: bytes, open_end: bool) -> pd.DataFrame:
    sheet = read_sheets(name, content, open_end=open_end)[0]
    heads = {plain(cell) for cell in sheet.cells[0]}
    columns = {text: f"{text}_name" if f"{text}_name" in heads else text for text in (*SAID, "population_group")}
    needed = [columns[text] for text in SAID] + ["year", "val", "upper", "lower"]
    table = table_under(sheet, needed)
    labels = [plain(label) for label in table.labels]
    frame = table.frame().set_axis(range(len(labels)), axis=1)
    found = {text: frame[labels.index(head)] for text, head in columns.items() if head in labels}
    found |= {text: frame[labels.index(text)] for text in ("year", "val", "upper", "lower")}
    found["location id"] = frame[labels.index("location_id")] if "location_id" in labels else found["location"]
    found["row"] = pd.Series(sheet.places(table.rows, 0), index=frame.index, dtype="str")
    return pd.DataFrame(found)
