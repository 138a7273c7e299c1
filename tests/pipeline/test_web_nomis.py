"""The four tables of the survey from Nomis's interface, played from this machine: its pages, its lists of codes, its
words for what is withheld. What comes from there must say what the spreadsheets say that its web page exports."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from tests.pipeline.test_web_addresses import DECLARED, fetched, in_order
from tests.recorded.asking import patient
from tests.recorded.server import Asked, Provider, Reply

from goodwork.errors import SourceChanged
from goodwork.geography.tables import from_tables
from goodwork.model.source import Source
from goodwork.pipeline.assemble import assemble
from goodwork.pipeline.fetch import fetch
from goodwork.pipeline.reading import Taken, read_source, take
from goodwork.sources.nomis_query import ADDRESS
from goodwork.store.shipped import read_shipped
from goodwork.store.snapshots import Snapshots


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as found:
        yield found


def as_nomis(rows: pd.DataFrame, codes: dict[str, str]) -> list[list[Any]]:
    """The records that Nomis's interface gives for the rows of a spreadsheet: a value and its half-width each."""
    records: list[list[Any]] = []
    for row in rows.itertuples():
        known, half = row.value == row.value, (row.upper - row.lower) / 2
        said = ["", "Normal Value"] if known else [row.note, row.note]
        start = [row.span, row.area_name, codes[row.area_name], row.series]
        records.append([*start, 20100, "Value", row.value if known else "", said[1]])
        sure = half == half
        records.append([*start, 20701, "Confidence", half if sure else "", "Normal Value" if sure else row.note])
    return records


HEAD = ["DATE_NAME", "GEOGRAPHY_NAME", "GEOGRAPHY_CODE", "CELL_NAME", "MEASURES", "MEASURES_NAME", "OBS_VALUE",
        "OBS_STATUS_NAME", "RECORD_OFFSET", "RECORD_COUNT"]  # fmt: skip


def nomis(records: list[list[Any]], limit: int) -> Callable[[Asked], Reply]:
    def answer(asked: Asked) -> Reply:
        query = {name.lower(): values[0] for name, values in parse_qs(urlsplit(asked.address).query).items()}
        assert query["geography"] == "2092957699,TYPE432"
        start = int(query.get("recordoffset", 0))
        out = io.StringIO(newline="")
        csv.writer(out).writerows(
            [HEAD, *([*one, n, len(records)] for n, one in enumerate(records[start : start + limit], start))]
        )
        return Reply(out.getvalue().encode(), headers={"Content-Type": "text/csv"})

    return answer


def code_list(labels: Mapping[Any, str]) -> bytes:
    codes = [{"value": code, "description": {"value": label, "lang": "en"}} for code, label in labels.items()]
    return json.dumps({"structure": {"codelists": {"codelist": [{"code": codes}]}}}).encode()


def exported(shared: Path, source: Source) -> tuple[pd.DataFrame, Taken]:
    """A table of the survey as it was exported: the records that we take, and what is taken of them."""
    reading = read_source(source, {source.main.name: (shared / source.main.local).read_bytes()})
    rows = reading.rows[reading.rows["series"].isin(source.labels)]
    names = DECLARED.names[source.area_names]
    ours = rows["area_type"].isin(names.types)
    return rows[ours], take(source, reading, names)


@pytest.fixture(scope="module")
def survey(shared: Path) -> tuple[pd.DataFrame, Taken]:
    return exported(shared, DECLARED["nomis_aps_activity"])


@pytest.mark.shared
def test_the_survey_from_its_interface_is_that_of_its_spreadsheet(
    provider: Provider, tmp_path: Path, survey: tuple[pd.DataFrame, Taken]
) -> None:
    rows, there = survey
    source = DECLARED["nomis_aps_activity"]
    cells = {str(402720769 + n): label for n, label in enumerate(["T01:1 (All : All )", *source.labels])}
    dates = {"2017-12": "Jan 2017-Dec 2017", "2018-09": "Oct 2017-Sep 2018"}
    dates |= {f"{year}-12": f"Jan {year}-Dec {year}" for year in range(2018, 2023)}
    dates |= {"2023-03": "Apr 2022-Mar 2023"}
    provider.serve(f"{ADDRESS}/NM_17_1/cell.def.sdmx.json", code_list(cells))
    provider.serve(f"{ADDRESS}/NM_17_1/time.def.sdmx.json", code_list(dates))
    records = as_nomis(rows, DECLARED.names[source.area_names].codes)
    provider.serve(source.main.url.partition("?")[0], nomis(records, 6_000))
    here, _ = fetched(provider, tmp_path, source.id)
    asked = parse_qs(urlsplit(provider.asked[2].address).query)
    assert asked["cell"] == [",".join(list(cells)[1:])]
    assert asked["date"] == ["2018-12,2019-12,2020-12,2021-12,2022-12"]
    assert len(provider.asked) == 2 + -(-len(records) // 6_000)
    assert here.records == len(records)
    pd.testing.assert_frame_equal(in_order(here), in_order(there), check_dtype=False)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["occupation", "qualifications", "industry"])
def test_its_other_tables_from_the_interface_are_those_of_their_spreadsheets(
    provider: Provider, tmp_path: Path, shared: Path, name: str
) -> None:
    """Every series of a year, of every district: labels, codes, intervals and words for withheld figures."""
    source, year = DECLARED[f"nomis_aps_{name}"], "2021"
    rows, there = exported(shared, source)
    provider.serve(f"{ADDRESS}/NM_17_1/cell.def.sdmx.json", code_list(dict(enumerate(source.labels))))
    provider.serve(f"{ADDRESS}/NM_17_1/time.def.sdmx.json", code_list({f"{year}-12": f"Jan {year}-Dec {year}"}))
    records = as_nomis(rows[rows["span"] == f"Jan {year}-Dec {year}"], DECLARED.names[source.area_names].codes)
    provider.serve(source.main.url.partition("?")[0], nomis(records, 25_000))
    here, _ = fetched(provider, tmp_path, source.id)
    asked = parse_qs(urlsplit(provider.asked[-1].address).query)
    assert asked["cell"] == [",".join(map(str, range(len(source.labels))))]
    assert f"{year}-12" in asked["date"][0].split(",")
    wanted = in_order(there)
    wanted = wanted[wanted["period"] == year].reset_index(drop=True)
    assert len(wanted) == 364 * len(source.labels)
    pd.testing.assert_frame_equal(in_order(here), wanted, check_dtype=False)


@pytest.mark.shared
def test_the_survey_from_its_interface_is_compiled_and_accounted_for(
    provider: Provider, tmp_path: Path, survey: tuple[pd.DataFrame, Taken]
) -> None:
    """Two records, a value and its half-width, make one figure: none is lost from the account."""
    rows, _ = survey
    declared = DECLARED.replace(source=(DECLARED["nomis_aps_activity"].replace(provider=""),))
    (source,) = declared.source
    records = as_nomis(rows[rows["span"] == "Jan 2019-Dec 2019"], DECLARED.names[source.area_names].codes)
    provider.serve(f"{ADDRESS}/NM_17_1/cell.def.sdmx.json", code_list(dict(enumerate(source.labels))))
    provider.serve(f"{ADDRESS}/NM_17_1/time.def.sdmx.json", code_list({"2019-12": "Jan 2019-Dec 2019"}))
    provider.serve(source.main.url.partition("?")[0], nomis(records, 25_000))
    _, snapshots = fetched(provider, tmp_path, source.id)
    shipped = read_shipped()
    level, vintage = str(shipped.manifest["level"]), str(shipped.manifest["vintage"])
    places = from_tables(shipped.tables["areas"], shipped.tables["successors"], level=level, vintage=vintage)
    found = assemble(snapshots, declared, places)
    account = found.account[source.id]
    assert account["records"] == len(records)
    assert account["left_out"]["parts and half-widths, used within another figure"] == len(records) // 2
    published = shipped.tables["observations"].query("indicator == 'unemployment_survey' and period == '2019'")
    made = found.series.query("series == 'unemployment_rate_aps'").set_index("area")["value"]
    known = published[published["source"] == "nomis_aps_activity"].set_index("area")["value"].dropna()
    assert len(known) > 150
    pd.testing.assert_series_equal(made.reindex(known.index).round(5), known.round(5), check_names=False)


def test_all_tables_of_the_survey_ask_by_label_for_the_same_places() -> None:
    for table in ("activity", "occupation", "qualifications", "industry"):
        file = DECLARED[f"nomis_aps_{table}"].main
        assert file.by_label == {"cell": DECLARED[f"nomis_aps_{table}"].labels}
        asked = parse_qs(urlsplit(file.url).query)
        assert (asked["geography"], asked["measures"]) == (["2092957699,TYPE432"], ["20100,20701"])
        assert ("date" in asked) != ("date" in file.by_pattern)


def test_dates_that_are_gone_are_told(provider: Provider, tmp_path: Path) -> None:
    source = DECLARED["nomis_aps_activity"]
    cells = {str(n): label for n, label in enumerate(source.labels)}
    provider.serve(f"{ADDRESS}/NM_17_1/cell.def.sdmx.json", code_list(cells))
    provider.serve(f"{ADDRESS}/NM_17_1/time.def.sdmx.json", code_list({"2031-12": "2031"}))
    with patient(provider) as client:
        (result,) = fetch(Snapshots(tmp_path), DECLARED, [source.id], client=client)
    assert (result.outcome, type(result.error)) == ("failed", SourceChanged)
    assert "the last ones are '2031'" in str(result.error)
