"""The Open Geography portal. No answer was at hand: these are hand-written after ArcGIS's documented pages, and the
code history after the documented files (Latin-1, ``dd/mm/yyyy hh:mm:ss``)."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from tests.recorded.breakages import breakages, byte_cuts
from tests.sources.steady import JSON, assert_no_crash, never_crashes, parts_broken

from goodwork.errors import GoodWorkError, SourceChanged, SourceError, SourceUnavailable
from goodwork.sources.open_geography import (
    CodeHistory,
    Page,
    join_pages,
    next_offset,
    query,
    read_code_history,
    read_count,
    read_lookup,
    read_page,
)

AREAS = [(1, "E06000014", "York"), (2, "E06000010", "Kingston upon Hull, City of"), (3, "W06000001", "Ynys Môn")]
HISTORY = (
    "GEOGCD,GEOGNM,GEOGNMW,SI_ID,SI_TITLE,OPER_DATE,TERM_DATE,PARENTCD,ENTITYCD,STATUS,AREAEHECT\r\n"
    "W06000001,Isle of Anglesey,Ynys Môn,1111/1001,GSS re-coding,01/01/2009 00:00:00,,W92000004,W06,live,74000.1\r\n"
    'E06000028,"Bournemouth","",1111/1001,GSS re-coding,01/01/2009 00:00:00,31/03/2019 23:59:59,,E06,terminated,4\r\n'
)
CHANGES = (
    "GEOGCD,GEOGNM,GEOGNMW,GEOGCD_P,GEOGNM_P,GEOGNMW_P,SI_ID,SI_TITLE,OPER_DATE,ENTITYCD,YEAR\r\n"
    "E06000058,BCP,,E06000028,Bournemouth,,2018/648,The Order,01/04/2019 00:00:00,E06,2019\r\n"
)
EQUIVALENTS = "GEOGCD,GEOGNM,GEOGCDO,GEOGCDD\r\nE06000014,York,00FF,\r\n"


def features(kind: str, some: list[tuple[int, str, str]], **more: Any) -> dict[str, Any]:
    key = "properties" if kind == "geojson" else "attributes"
    shape = {"type": "Point", "coordinates": [-1.08, 53.96]} if kind == "geojson" else None
    rows = [{key: {"FID": fid, "LAD24CD": code, "LAD24NM": name}} for fid, code, name in some]
    if kind == "geojson":
        rows = [{"type": "Feature", "geometry": shape, **row} for row in rows]
        return {"type": "FeatureCollection", "features": rows, **more}
    return {"fields": [{"name": "FID"}, {"name": "LAD24CD"}, {"name": "LAD24NM"}], "features": rows, **more}


def page(content: bytes | dict[str, Any]) -> Page:
    return read_page(content if isinstance(content, bytes) else json.dumps(content).encode(), "lad.json")


def chd(**changes: str | None) -> bytes:
    files = {"ChangeHistory.csv": HISTORY, "Changes.csv": CHANGES, "Equivalents.csv": EQUIVALENTS}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for title, text in files.items():
            if (text := changes.get(title.removesuffix(".csv"), text)) is not None:
                archive.writestr(f"CHD/{title}", text.encode("latin-1"))
    return buffer.getvalue()


def history(content: bytes) -> CodeHistory:
    return read_code_history(content, "chd.zip")


@pytest.mark.parametrize("kind", ["geojson", "json"])
def test_a_service_is_read_page_by_page_until_it_is_whole(kind: str) -> None:
    def service(offset: int) -> Page:
        size = 2
        more = offset + size < len(AREAS)
        flag = {"exceededTransferLimit": more} if kind == "json" else {"properties": {"exceededTransferLimit": more}}
        return page(features(kind, AREAS[offset : offset + size], **(flag if more else {})))

    pages, offset = [], 0
    while offset is not None:
        pages.append(service(offset))
        offset = next_offset(offset, pages[-1])
    whole = join_pages(pages, "lad", expected=read_count(b'{"count": 3}', "count"))
    assert len(pages) == 2
    assert whole.table["LAD24CD"].tolist() == [code for _, code, _ in AREAS]
    assert len(whole.shapes) == (3 if kind == "geojson" else 0)


def test_a_lost_doubled_or_endless_page_is_refused() -> None:
    one = page(features("json", AREAS[:2], exceededTransferLimit=True))
    two = page(features("json", AREAS[2:]))
    for pages in ([one], [two, one], [one, one, two], [one, page(features("json", AREAS[1:]))], []):
        with pytest.raises(SourceChanged):
            join_pages(pages, "lad")
    with pytest.raises(SourceChanged):
        join_pages([one, two], "lad", expected=4)
    with pytest.raises(SourceChanged):
        next_offset(2, page(features("json", [], exceededTransferLimit=True)))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"error":{"code":400,"message":"Invalid URL","details":[]}}', SourceChanged),
        (b'{"error":{"code":404,"message":"Service not found"}}', SourceChanged),
        (b'{"error":{"code":499,"message":"Token Required"}}', SourceUnavailable),
        (b'{"error":{"code":500,"message":"Error performing query operation"}}', SourceUnavailable),
        (b"<html><body>Application Error</body></html>", SourceUnavailable),
        (b"", SourceUnavailable),
        (b'{"features": [{"attributes": {"A": 1}}, {"attributes": {"B": 1}}]}', SourceChanged),
        (b'{"features": [], "exceededTransferLimit": "true"}', SourceChanged),
        (b'{"count": 3}', SourceChanged),
    ],
)
def test_errors_come_with_status_200(content: bytes, kind: type[GoodWorkError]) -> None:
    with pytest.raises(kind):
        page(content)


def test_every_cut_and_every_broken_part_of_a_page() -> None:
    data = features("geojson", AREAS, properties={"exceededTransferLimit": True})
    content = json.dumps(data).encode()
    for label, cut in byte_cuts(content):
        with pytest.raises(GoodWorkError):
            pytest.fail(f"{label} was read: {page(cut).table}")
    whole = page(content)
    for label, broken in breakages(content):
        try:
            found = page(broken)
        except GoodWorkError:
            continue
        assert found.more, label
        pd.testing.assert_frame_equal(found.table, whole.table)
    assert_no_crash(page, content)
    never_crashes(page, parts_broken(data))


@given(JSON)
@settings(max_examples=80)
def test_any_json_is_read_or_refused(data: Any) -> None:
    never_crashes(page, [("any", json.dumps(case).encode()) for case in (data, {"features": data}, {"error": data})])


def test_lookup_names_each_area_once() -> None:
    table = pd.DataFrame({"LAD24CD": ["E06000014 ", "E06000014"], "RGN24CD": ["E12000003"] * 2}, dtype=object)
    found = read_lookup(Page(table, (), False), "lu", {"lad24cd": "area", "RGN24CD": "region"})
    assert found.to_numpy().tolist() == [["E06000014", "E12000003"]]
    with pytest.raises(SourceChanged):
        read_lookup(Page(table, (), False), "lu", {"LAD23CD": "area"})
    table.loc[1, "RGN24CD"] = "E12000001"
    with pytest.raises(SourceChanged):
        read_lookup(Page(table, (), False), "lu", {"LAD24CD": "area", "RGN24CD": "region"})
    table.loc[1, "RGN24CD"] = None
    with pytest.raises(SourceChanged):
        read_lookup(Page(table, (), False), "lu", {"LAD24CD": "area", "RGN24CD": "region"})


def test_query_asks_for_a_page() -> None:
    assert query(4000, shapes=False)["resultOffset"] == "4000"
    assert query()["f"] == "geojson"
    assert query(size=10**6)["resultRecordCount"] == "2000"


def test_code_history_is_latin_1_with_dates() -> None:
    found = history(chd())
    assert found.history["GEOGNMW"].tolist() == ["Ynys Môn", ""]
    assert found.history["OPER_DATE"].tolist() == ["2009-01-01", "2009-01-01"]
    assert found.history["TERM_DATE"].tolist() == ["", "2019-03-31"]
    assert found.changes[["GEOGCD", "GEOGCD_P", "OPER_DATE"]].to_numpy().tolist() == [
        ["E06000058", "E06000028", "2019-04-01"]
    ]
    assert found.equivalents["GEOGCDO"].tolist() == ["00FF"]


@pytest.mark.parametrize(
    "change",
    [
        {"Changes": None},
        {"ChangeHistory": HISTORY.replace("31/03/2019", "31/02/2019")},
        {"ChangeHistory": HISTORY.replace("31/03/2019", "2019-03-31")},
        {"ChangeHistory": HISTORY[:-3]},
        {"ChangeHistory": HISTORY.replace("TERM_DATE", "ENDED")},
        {"Changes": CHANGES.replace(",2019\r\n", "\r\n")},
        {"Equivalents": ""},
    ],
)
def test_damaged_code_history_is_refused(change: dict[str, str | None]) -> None:
    with pytest.raises(SourceError):
        history(chd(**change))


def test_every_cut_of_the_zip_is_refused() -> None:
    content = chd()
    for end in range(len(content)):
        with pytest.raises(GoodWorkError):
            history(content[:end])
    assert_no_crash(history, content)


def test_a_service_without_features_is_no_answer() -> None:
    """Found by random change: an empty list of features that announces no more."""
    empty = read_page(b'{"type": "FeatureCollection", "features": []}', "lad.json")
    assert not empty.more
    with pytest.raises(SourceChanged, match="no features"):
        join_pages([empty], "lad.json")
