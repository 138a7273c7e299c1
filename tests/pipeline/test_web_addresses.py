"""Sources whose addresses are known from documentation alone, played from this machine: the page that links to the
newest file, the zip it lies in, the pages of Nomis. What comes from there must say what the file from a folder says.

The files are those kept from the publishers, in the form in which the web gives them. That the addresses answer is not
shown here.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest
import xlsxwriter
from tests.recorded.asking import patient
from tests.recorded.server import Provider
from tests.sources.test_fingertips import answer as fingertips
from tests.sources.test_fingertips import record

from goodwork.errors import DeclarationError, SourceChanged, SourceUnavailable
from goodwork.geography.tables import from_tables
from goodwork.model.source import Source, Sources, shipped_sources
from goodwork.pipeline.assemble import assemble
from goodwork.pipeline.fetch import fetch, latest, standing
from goodwork.pipeline.reading import Taken, read_source, take
from goodwork.sources.archives import pick_member
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


# Fingertips, and one file that is three sources -----------------------------------------------------------------------


@pytest.mark.shared
def test_an_indicator_of_fingertips_is_that_of_the_folder(provider: Provider, tmp_path: Path, shared: Path) -> None:
    """The folder holds districts and unitary authorities, the address counties and unitary authorities."""
    source = DECLARED["fingertips_alcohol"]
    there = taken(source, (shared / source.main.local).read_bytes())
    known = there.table[~there.table["area"].str[:3].isin(["E07", "E47"])]
    about = {"Indicator_ID": "91382", "Indicator_Name": "Alcohol-related mortality", "Lower_CI_95.0_limit": "",
             "Upper_CI_95.0_limit": "", "Denominator": ""}  # fmt: skip
    cells = [(one.area, one.period, f"{one.value}") for one in known.itertuples()] + [("E10000003", "2017", "44.5")]
    rows = [
        record(**about, Area_Code=area, Sex=sex, Time_period=year, Value=value if sex == "Persons" else "9.9")
        for area, year, value in cells
        for sex in ("Male", "Persons")
    ]
    provider.serve(source.main.url, fingertips(*rows), {"Content-Type": "text/csv"})
    here, _ = fetched(provider, tmp_path, source.id)
    assert here.left_out == {"series that the monitor does not use": len(cells)}
    county = here.table["area"] == "E10000003"
    assert here.table.loc[county, "value"].tolist() == [44.5]
    wanted = known.drop(columns="row").sort_values(["series", "area", "period"]).reset_index(drop=True)
    mine = in_order(here)
    pd.testing.assert_frame_equal(mine[mine["area"] != "E10000003"].reset_index(drop=True), wanted, check_dtype=False)


def test_people_come_from_one_file_which_is_sent_once(provider: Provider, tmp_path: Path) -> None:
    """A file made of the figures that ship, as the publisher's description has it, gives those figures again."""
    shipped = read_shipped()
    names = {"population": "els_population", "population_density": "els_population_density",
             "share_16_64": "els_population_16_64"}  # fmt: skip
    table = shipped.tables["observations"].query("period in ('2019', '2024')")
    table = table[table["indicator"].isin(list(names)) & table["area"].str[:3].isin(["E06", "E10", "W06", "E12"])]
    labels = {name: DECLARED[source].labels[0] for name, source in names.items()}
    told = [f"{one.area},A,x,{labels[one.indicator]},{one.period}-01-01/P1Y,{one.value!r},M,U,,,,"
            for one in table.itertuples()]  # fmt: skip
    head = "areacd,areanm,geography,indicator,period,observation,measure,unit,lci_95,uci_95,status,notes"
    other = "E06000001,A,x,Median age,2019-01-01/P1Y,41,M,U,,,,"
    main, beside = DECLARED["els_population"].files
    provider.serve(main.url, "\n".join([head, other, *told, ""]).encode(), {"ETag": '"1"'})
    provider.serve(beside.url, b'{"ess-beta-metadata": {"sourceDate": "30/07/2025"}}', {"ETag": '"2"'})
    snapshots = Snapshots(tmp_path)
    with patient(provider, cache=snapshots) as client:
        results = fetch(snapshots, DECLARED, list(names.values()), client=client)
    assert [(one.outcome, one.release) for one in results] == [("new", "2025-07-30")] * 3
    assert ["if-none-match" in asked.headers for asked in provider.asked] == [False] * 2 + [True] * 4
    level, vintage = str(shipped.manifest["level"]), str(shipped.manifest["vintage"])
    places = from_tables(shipped.tables["areas"], shipped.tables["successors"], level=level, vintage=vintage)
    made = assemble(snapshots, DECLARED, places).series.set_index(["source", "area", "period"])["value"]
    known = table.set_index(["source", "area", "period"])["value"]
    assert made.to_dict() == known.to_dict()


# All of them ---------------------------------------------------------------------------------------------------------


def test_every_source_has_an_address_and_says_who_told_it(tmp_path: Path) -> None:
    assert not [one.source for one in standing(Snapshots(tmp_path), DECLARED) if one.by_hand]
    for source in DECLARED.by_id.values():
        assert source.main.on_the_web, source.id
        assert source.told_by or source.provider == "els", source.id
