"""Every wire format that is read, with a small invented answer in it: the rows of the table reader × breakage."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from tests.sources import (
    test_ashe,
    test_els,
    test_fingertips,
    test_gbd,
    test_hmrc,
    test_jsonstat,
    test_mapped,
    test_neighbourhoods,
    test_nomis,
    test_nomis_exports,
    test_ons_api,
    test_ons_tables,
    test_open_geography,
    test_sparql,
    test_statxplore,
)
from tests.sources.steady import figures
from tests.sources.test_tables import open_document

from goodwork.sources.open_geography import join_pages, read_code_history, read_page
from goodwork.sources.reading import READER, ROW_COLUMNS, Reading
from goodwork.sources.tables import read_table


@dataclass(frozen=True, eq=False)
class Format:
    """One wire format: the ``reader`` that is registered for it (empty where it is none), an answer, and what it tells.

    ``whole`` says how the format itself shows that rows are missing at its end; empty where it cannot: there only the
    length that the provider announces does. ``headers``: it has a row of heads whose columns may be moved. ``idle`` are
    heads that are not needed, ``loose`` further breakages that may give other figures: each is a column that is known
    by its place or its cells alone.
    """

    name: str
    reader: str
    content: bytes
    read: Callable[[bytes], Reading]
    whole: str = ""
    headers: bool = False
    idle: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    real: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name

    @cached_property
    def figures(self) -> pd.DataFrame:
        """What the whole answer says."""
        return figures(self.read(self.content))

    @cached_property
    def records(self) -> int:
        """How many records the whole answer has."""
        return self.read(self.content).records

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What the reading of the whole answer has to say."""
        return self.read(self.content).notes

    @cached_property
    def allowed(self) -> set[str]:
        """The breakages after which other figures may be read."""
        return {*self.loose, *(f"{how}: {head}" for head in self.idle for how in ("renamed", "dropped", "doubled"))}


@dataclass(frozen=True, eq=False)
class Named:
    """A reader by the name it is registered under, with the name of the file and the options a source would declare."""

    reader: str
    file: str
    options: dict[str, Any]

    def __call__(self, content: bytes) -> Reading:
        return READER[self.reader](content, self.file, **self.options)


def by_name(reader: str, file: str, **options: Any) -> Named:
    return Named(reader, file, options)


def as_reading(table: pd.DataFrame, facts: dict[str, str] | None = None) -> Reading:
    """Any table of text as a reading, so that it can be compared like the others."""
    said = table.astype("str").apply(lambda row: " | ".join(row), axis=1).tolist()
    rows = pd.DataFrame({"series": said}, columns=list(ROW_COLUMNS)).fillna("").assign(value=1.0, status="")
    return Reading(rows, len(rows), {}, facts or {})


def page(content: bytes) -> Reading:
    found = read_page(content, "lad.json")
    if not found.more:  # the whole answer
        found = join_pages([found], "lad.json")
    return as_reading(found.table, {"more": str(found.more)})


def history(content: bytes) -> Reading:
    found = read_code_history(content, "chd.zip")
    return as_reading(
        pd.DataFrame({"told": [part.to_csv() for part in (found.history, found.changes, found.equivalents)]})
    )


def own_table(suffix: str) -> Callable[[bytes], Reading]:
    def read(content: bytes) -> Reading:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"own{suffix}"
            path.write_bytes(content)
            return as_reading(read_table(path).frame)

    return read


def _parquet() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return test_mapped.parquet(Path(folder))


def _ods() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return open_document(Path(folder) / "t.ods", test_mapped.ROWS).read_bytes()


ZIP, CLOSED = "the directory of the zip and its checksums", "the closing bracket"
MAPPED = {"mapping": test_mapped.MAPPING}
SDMX = {"mapping": {"format": "sdmx-csv", "series": "employment"}}
CUBE = {"mapping": {"format": "jsonstat", "area": "areacd", "period": "period"}}
GBD_IDS = [head for head in test_gbd.IDS.split(b"\n", 1)[0].decode().split(",") if head.endswith("_id")]
V4_HEADS = test_ons_api.V4.split(b"\n", 1)[0].decode().split(",")

FORMATS = (
    Format(
        "Explore Local Statistics CSV",
        "els-csv",
        test_els.SAMPLE,
        by_name("els-csv", "jobs.csv"),
        headers=True,
        real=("samples/els_pay.csv", "samples/els_employment.csv"),
    ),
    Format(
        "Nomis CSV with its count",
        "nomis-csv",
        test_nomis.WHOLE,
        by_name("nomis-csv", "rates.csv"),
        whole="RECORD_COUNT",
    ),
    Format(
        "Nomis CSV of selected columns",
        "nomis-csv",
        test_nomis.SELECTED + b"\n",
        by_name("nomis-csv", "rates.csv"),
        real=("samples/nomis_select_03f1baae-cefc-3d9e-9436-919cb1234585.csv",),
    ),
    Format(
        "Nomis JSON",
        "nomis-json",
        test_nomis.as_json(),
        by_name("nomis-json", "rates.json"),
        whole=f"{CLOSED}; header.truncated",
    ),
    Format(
        "Nomis spreadsheet",
        "nomis-xlsx",
        test_nomis_exports.workbook(test_nomis_exports.YEARS),
        by_name("nomis-xlsx", "jobs.xlsx"),
        whole=ZIP,
        real=("nomis-exports/aps_t01_activity_2018_2022.xlsx",),
    ),
    Format(
        "Nomis, answer or spreadsheet",
        "nomis",
        test_nomis.WHOLE,
        by_name("nomis", "rates.csv"),
        whole="RECORD_COUNT",
    ),
    Format(
        "Fingertips CSV",
        "fingertips-csv",
        test_fingertips.SAMPLE,
        by_name("fingertips-csv", "health.csv"),
        headers=True,
        idle=(test_fingertips.PARENT,),
        real=("samples/fingertips_26cols.csv",),
    ),
    Format(
        "Fingertips, answer or table",
        "fingertips",
        test_fingertips.SAMPLE,
        by_name("fingertips", "health.csv", series="health", label=".* · Female · All ages"),
        headers=True,
        idle=(test_fingertips.PARENT,),
    ),
    Format(
        "ONS API, observations",
        "ons-api",
        test_ons_api.written(test_ons_api.answer()),
        by_name("ons-api", "o.json"),
        whole=f"{CLOSED}; total_observations",
        real=("samples/ons_beta_observations.json",),
    ),
    Format(
        "ONS API, CSV version 4",
        "ons-csv-v4",
        test_ons_api.V4,
        by_name("ons-csv-v4", "v4.csv"),
        headers=True,
        loose=tuple(f"renamed: {head}" for head in V4_HEADS),
    ),
    Format(
        "ONS table, CSV",
        "ons-table",
        test_ons_tables.TEXT,
        by_name("ons-table", "t.csv", series="deaths"),
        headers=True,
        idle=("code", "name"),
        loose=("dropped: 2020", "dropped: 2019", "same: columns reversed"),
    ),
    Format(
        "events by neighbourhood, CSV",
        "ons-neighbourhoods",
        test_neighbourhoods.TEXT,
        by_name(
            "ons-neighbourhoods", "d.csv", windows=test_neighbourhoods.WINDOWS, neighbourhoods=4, total="All months"
        ),
        whole="the number of neighbourhoods, which is declared",
        headers=True,
        idle=("areacd", "areanmhc"),
    ),
    Format(
        "ASHE table, workbook",
        "ashe",
        test_ashe.book(test_ashe.VALUES),
        by_name("ashe", "ashe.xlsx"),
        whole=ZIP,
    ),
    Format(
        "HMRC furlough, CSV",
        "hmrc-furlough",
        test_hmrc.TEXT,
        by_name("hmrc-furlough", "cjrs.csv", upto="31 July 2020"),
        headers=True,
        idle=("LAD19CD", "Name", "Clinically vulnerable"),
        loose=("same: columns reversed",),
        real=("other/hmrc_cjrs_to_2020_07_31.csv",),
    ),
    Format(
        "HMRC furlough, workbook",
        "hmrc-furlough",
        test_hmrc.book(),
        by_name("hmrc-furlough", "cjrs.xlsx"),
        whole=ZIP,
    ),
    Format(
        "GBD export with ids",
        "gbd",
        test_gbd.IDS,
        by_name("gbd", "gbd.csv", areas=test_gbd.AREAS),
        headers=True,
        idle=tuple(GBD_IDS),
    ),
    Format(
        "GBD export of names",
        "gbd",
        test_gbd.NAMES,
        by_name("gbd", "gbd.csv", areas=test_gbd.AREAS),
        headers=True,
    ),
    Format(
        "GBD export, zip",
        "gbd",
        test_gbd.zipped(**{"a.csv": test_gbd.IDS}),
        by_name("gbd", "gbd.zip", areas=test_gbd.AREAS),
        whole=ZIP,
    ),
    Format(
        "JSON-stat of Explore Local Statistics",
        "jsonstat",
        test_jsonstat.written(test_jsonstat.CUBE),
        by_name("jsonstat", "cube.json", bounds=test_jsonstat.BOUNDS),
        whole=f"{CLOSED}; size",
    ),
    Format(
        "JSON-stat of NISRA",
        "jsonstat",
        test_jsonstat.written(test_jsonstat.CUBE),
        by_name("jsonstat", "cube.json"),
        whole=f"{CLOSED}; size",
        real=("samples/nisra_ccmlgd_jsonstat.json",),
    ),
    Format(
        "Stat-Xplore table",
        "stat-xplore",
        test_statxplore.written(test_statxplore.TABLE),
        by_name("stat-xplore", "uc.json"),
        whole=f"{CLOSED}; the fields",
        real=("samples/statxplore_table_response.json",),
    ),
    Format("statistics.gov.scot CSV", "scot-sparql", test_sparql.TEXT, by_name("scot-sparql", "s.csv"), headers=True),
    Format(
        "statistics.gov.scot CSV, counted",
        "scot-sparql",
        test_sparql.TEXT,
        by_name("scot-sparql", "s.csv", expected=3),
        whole="a count of the same query",
        headers=True,
    ),
    Format(
        "Open Geography, a page",
        "",
        json.dumps(test_open_geography.features("geojson", test_open_geography.AREAS)).encode(),
        page,
        whole=f"{CLOSED}; exceededTransferLimit and the count of the service",
    ),
    Format(
        "Open Geography, figures of a service",
        "feature-service",
        json.dumps(test_open_geography.features("json", test_open_geography.AREAS)).encode(),
        by_name("feature-service", "lad.json", area="LAD24CD", values={"FID": "numbers"}, span="2024"),
        whole=f"{CLOSED}; exceededTransferLimit and the count of the service",
    ),
    Format("Open Geography, code history", "", test_open_geography.chd(), history, whole=ZIP),
    Format("any CSV by a mapping", "mapped", test_mapped.csv(), by_name("mapped", "t.csv", **MAPPED), headers=True),
    Format("any XLSX by a mapping", "mapped", test_mapped.xlsx(), by_name("mapped", "t.xlsx", **MAPPED), whole=ZIP),
    Format("any ODS by a mapping", "mapped", _ods(), by_name("mapped", "t.ods", **MAPPED), whole=ZIP),
    Format(
        "any Parquet by a mapping", "mapped", _parquet(), by_name("mapped", "t.parquet", **MAPPED), whole="its footer"
    ),
    Format(
        "SDMX-CSV",
        "mapped",
        test_mapped.SDMX,
        by_name("mapped", "s.csv", **SDMX),
        headers=True,
        idle=("STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "OBS_STATUS"),
    ),
    Format(
        "JSON-stat by a mapping",
        "mapped",
        test_jsonstat.written(test_jsonstat.CUBE),
        by_name("mapped", "c.json", **CUBE),
        whole=f"{CLOSED}; size",
    ),
    Format("a person's own XLSX", "", test_mapped.xlsx(), own_table(".xlsx"), whole=ZIP),
    Format("a person's own ODS", "", _ods(), own_table(".ods"), whole=ZIP),
    Format("a person's own Parquet", "", _parquet(), own_table(".parquet"), whole="its footer"),
)
