"""Sources whose addresses are known from documentation alone, played from this machine: the page that links to the
newest file, the zip it lies in, the pages of Nomis. What comes from there must say what the file from a folder says.

The files are those kept from the publishers, in the form in which the web gives them. That the addresses answer is not
shown here.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
import xlsxwriter
from tests.recorded.asking import patient
from tests.recorded.server import Asked, Provider, Reply

from goodwork.errors import DeclarationError, SourceChanged, SourceUnavailable
from goodwork.geography.tables import from_tables
from goodwork.model.source import Source, Sources, shipped_sources
from goodwork.pipeline.assemble import assemble
from goodwork.pipeline.fetch import fetch, latest, standing
from goodwork.pipeline.reading import Taken, read_source, take
from goodwork.sources.archives import pick_member
from goodwork.sources.nomis_query import ADDRESS
from goodwork.sources.webpages import newest_link
from goodwork.store.shipped import read_shipped
from goodwork.store.snapshots import Snapshots

DECLARED = shipped_sources()
PAGE = "https://stats.example.org/births"
LINK = r"/births(?P<year>20\d\d)\.xlsx$"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as found:
        yield found


def page(*links: str) -> bytes:
    items = "".join(f'<li><a class="download" href="{link}">xlsx</a></li>' for link in links)
    return f"<!DOCTYPE html><html><body><a href='/'>Home</a><a>no link</a><ul>{items}</ul></body></html>".encode()


# The page that links to the file -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("links", "found"),
    [
        (["/b/births2023.xlsx", "/b/births2024.xlsx", "/b/births2019.xlsx"], "/b/births2024.xlsx"),
        (["/file?uri=/b/births2024.xlsx"], "/file?uri=/b/births2024.xlsx"),
        (["/file?uri=%2fb%2fbirths2024.xlsx"], "/file?uri=%2fb%2fbirths2024.xlsx"),
        (["/new/births2024.xlsx", "/old/births2024.xlsx"], "/new/births2024.xlsx"),
        (["http://stats.example.org/births2025.xlsx", "/births2024.xlsx"], "/births2024.xlsx"),
        (["javascript:births2025.xlsx", "https://[/births2025.xlsx", "/births2024.xlsx"], "/births2024.xlsx"),
        (["/x?a=1&amp;b=/births2024.xlsx"], "/x?a=1&b=/births2024.xlsx"),
    ],
)
def test_the_newest_file_is_found(links: list[str], found: str) -> None:
    assert newest_link(page(*links), PAGE, LINK) == f"https://stats.example.org{found}"


def test_a_page_without_the_file_says_which_files_it_has() -> None:
    with pytest.raises(SourceChanged, match=r"deaths2024\.xlsx"):
        newest_link(page("/b/deaths2024.xlsx", "/about"), PAGE, LINK)
    with pytest.raises(SourceUnavailable, match="no web page"):
        newest_link(b"area,value\n", PAGE, LINK)


def test_a_declaration_of_a_page_is_whole() -> None:
    source = '[[source]]\nid = "b"\ntitle = "B"\nseries = []\nfiles = [{ name = "b.xlsx", %s }]\n'
    for wrong in (
        'page = "https://x"',
        'link = "a"',
        'page = "https://x", link = "("',
        'url = "u", page = "p", link = "l"',
    ):
        with pytest.raises(DeclarationError):
            Sources.from_toml(source % wrong)


# The zip the file lies in --------------------------------------------------------------------------------------------


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_the_one_member_is_picked() -> None:
    both = zipped(**{"Work Table 7.1a 2024.xls": b"a", "Work Table 7.1b 2024.xls": b"b"})
    assert pick_member("t.zip", both, r"Table 7\.1a") == b"a"
    with pytest.raises(SourceChanged, match=r"holds 2 files"):
        pick_member("t.zip", both, r"Table 7")
    with pytest.raises(SourceChanged, match=r"Table 7\.1b"):
        pick_member("t.zip", both, r"Table 8")
    book = zipped(**{"[Content_Types].xml": b"", "xl/workbook.xml": b""})
    assert pick_member("t.xlsx", book, "Table 7") == book


# The shipped sources -------------------------------------------------------------------------------------------------


def taken(source: Source, content: bytes) -> Taken:
    reading = read_source(source, {source.main.name: content})
    return take(source, reading, DECLARED.names.get(source.area_names))


def fetched(provider: Provider, folder: Path, source: str) -> tuple[Taken, Snapshots]:
    """What is taken from a source once it has been fetched from the web."""
    snapshots = Snapshots(folder)
    with patient(provider, cache=snapshots) as client:
        (result,) = fetch(snapshots, DECLARED, [source], client=client)
        assert (result.outcome, result.why) == ("new", "")
    kept = latest(snapshots, DECLARED[source])
    assert kept is not None
    (shot,) = kept.values()
    assert shot.name == DECLARED[source].main.names[-1]
    assert shot.url.startswith("https://")
    return taken(DECLARED[source], snapshots.read(shot)), snapshots


def in_order(one: Taken, *without: str) -> pd.DataFrame:
    table = one.table.drop(columns=["row", *without]).sort_values(["series", "area", "period"])
    return table.reset_index(drop=True)


def as_workbook(title: str, rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_numbers": True}) as book:
        book.add_worksheet("Contents").write(0, 0, "Contents")
        sheet = book.add_worksheet(title)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def table(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding=encoding))))


def births(shared: Path) -> bytes:
    return (shared / "other" / "ons_business_demography_2024.xlsx").read_bytes()


def living_wage(shared: Path) -> bytes:
    book = (shared / "other" / "ons_ashe_lwf_7_1a_2022_provisional.xls").read_bytes()
    return zipped(**{"PROV - Work Geography LWF Table 7 LWF.1a   lwfmgx 2022.xls": book,
                     "PROV - Work Geography LWF Table 7 LWF.1b   lwfmgx 2022 CV.xls": b""})  # fmt: skip


def drug_poisoning(shared: Path) -> bytes:
    """Table 1 of the workbook: names of regions, counties and districts in columns of their own."""
    head, *rows = table(shared / "other" / "ons_drug_poisoning_registrations.csv", "latin-1")
    place = {"E12": 0, "E92": 0, "K04": 0, "W92": 0, "E10": 1}
    cells = [["Table 1: Deaths related to drug poisoning, registered between 1993 and 2020"], [], [],
             ["Area Codes", "Area Names", "", "", *head[2:]]]  # fmt: skip
    for code, name, *values in rows:
        names = ["", "", ""]
        names[place.get(code[:3], 2)] = name
        cells.append([code, *names, *values])
    return as_workbook("Table 1", cells)


def furlough(shared: Path) -> bytes:
    rows = table(shared / "other" / "hmrc_cjrs_to_2020_07_31.csv")
    at = [rows[0].index(head) for head in ("LAD19CD", "Name", "Furlough count", "Furlough rate")]
    heads = ["County and district / unitary authority Codes", "County and district / unitary authority",
             "Employments furloughed", "Take-up rate"]  # fmt: skip
    above = [["Table 5: Employments furloughed by local authority, claims to 31 July 2020"], []]
    return as_workbook("5. Local Authority", [*above, heads, *([row[i] for i in at] for row in rows[1:])])


BIRTHS = "/file?uri=/businessindustryandtrade/x/current/businessdemographyexceltables{year}.xlsx"
WAGE = "/file?uri=/employmentandlabourmarket/x/2022provisional/livingwagebyworkgeography{year}provisional.zip"
DRUGS = "/file?uri=/peoplepopulationandcommunity/x/current/{year}localauthorities.xlsx"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("source", "link", "made", "file"),
    [
        ("ons_business_births", BIRTHS, births, "ons_business_demography_2024.xlsx"),
        ("ashe_living_wage", WAGE, living_wage, "ons_ashe_lwf_7_1a_2022_provisional.xls"),
        ("ons_drug_poisoning", DRUGS, drug_poisoning, "ons_drug_poisoning_registrations.csv"),
    ],
)
def test_the_newest_file_of_a_page(
    provider: Provider, tmp_path: Path, shared: Path, source: str, link: str, made: Callable[[Path], bytes], file: str
) -> None:
    address = DECLARED[source].main.page
    links = [link.format(year=year) for year in (2019, 2024, 2022)]
    provider.serve(address, page(*links, "/file?uri=/elsewhere/businesscounts2025.xlsx"), {"Content-Type": "text/html"})
    provider.serve(f"https://www.ons.gov.uk{links[1]}", made(shared), {"ETag": '"1"'})
    here, _ = fetched(provider, tmp_path, source)
    assert [urlsplit(asked.address).path for asked in provider.asked] == [urlsplit(address).path, "/file"]
    there = taken(DECLARED[source], (shared / "other" / file).read_bytes())
    pd.testing.assert_frame_equal(in_order(here), in_order(there), check_dtype=False)


def covid_deaths(shared: Path) -> bytes:
    return (shared / "other" / "ons_covid_deaths_msoa.csv").read_bytes()


@pytest.mark.shared
@pytest.mark.parametrize(("name", "made"), [("hmrc_furlough", furlough), ("ons_covid_deaths", covid_deaths)])
def test_a_file_with_an_address_of_its_own(
    provider: Provider, tmp_path: Path, shared: Path, name: str, made: Callable[[Path], bytes]
) -> None:
    source = DECLARED[name]
    provider.serve(source.main.url, made(shared))
    here, _ = fetched(provider, tmp_path, name)
    there = taken(source, (shared / source.main.local).read_bytes())
    pd.testing.assert_frame_equal(in_order(here), in_order(there), check_dtype=False)


# Nomis ---------------------------------------------------------------------------------------------------------------


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


@pytest.fixture(scope="module")
def survey(shared: Path) -> tuple[pd.DataFrame, Taken]:
    """Two tables of the survey as they were exported: the records that we take, and what is taken of them."""
    source = DECLARED["nomis_aps_activity"]
    reading = read_source(source, {source.main.name: (shared / source.main.local).read_bytes()})
    rows = reading.rows[reading.rows["series"].isin(source.labels)]
    names = DECLARED.names[source.area_names]
    ours = rows["area_type"].isin(names.types)
    return rows[ours], take(source, reading, names)


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


# Both ways -----------------------------------------------------------------------------------------------------------


def untried(snapshots: Snapshots, source: Source) -> str:
    (one,) = (one for one in standing(snapshots, DECLARED) if one.source == source.id)
    return one.told_by


@pytest.mark.shared
def test_from_the_web_after_a_folder_and_back(provider: Provider, tmp_path: Path, shared: Path) -> None:
    """The latest stands, whatever its name; offline it is read again; where it came from stays known."""
    source = DECLARED["hmrc_furlough"]
    snapshots = Snapshots(tmp_path)
    assert fetch(snapshots, DECLARED, [source.id], folder=shared)[0].outcome == "new"
    assert untried(snapshots, source) == source.told_by
    provider.serve(source.main.url, furlough(shared))
    with patient(provider, cache=snapshots) as client:
        for outcome in ("new", "unchanged"):
            assert fetch(snapshots, DECLARED, [source.id], client=client)[0].outcome == outcome
    assert untried(snapshots, source) == ""
    assert fetch(snapshots, DECLARED, [source.id], offline=True)[0].outcome == "unchanged"
    kept = latest(snapshots, source)
    assert kept is not None
    assert {name: shot.name for name, shot in kept.items()} == {source.main.name: "hmrc_cjrs_august_2020.xlsx"}
    assert len({shot.sha256 for shot in snapshots.all(source.id)}) == 2
    assert fetch(snapshots, DECLARED, [source.id], folder=shared)[0].outcome == "new"
    kept = latest(snapshots, source)
    assert kept is not None
    assert kept[source.main.name].name == source.main.name


def test_every_source_has_an_address_or_says_why_not(tmp_path: Path) -> None:
    without = {one.source for one in standing(Snapshots(tmp_path), DECLARED) if one.by_hand}
    assert without == {"fingertips_alcohol"}
    assert "no longer offers" in DECLARED["fingertips_alcohol"].by_hand
    for source in DECLARED.by_id.values():
        if source.provider != "els" and source.main.on_the_web:
            assert source.told_by, source.id
