"""Exports of the Global Burden of Disease tool. None may be kept here: these are hand-written, with made-up figures,
after the documented columns."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from tests.sources.steady import (
    account_is_whole,
    same,
)

from goodwork.errors import GoodWorkError, SourceChanged, SourceError
from goodwork.sources.gbd import NO_AREA, may_publish, read_gbd

AREAS = {"York": "E06000014", "Kingston upon Hull": "E06000010"}
IDS = (
    b"measure_id,measure_name,location_id,location_name,sex_id,sex_name,age_id,age_name,cause_id,cause_name,metric_id,"
    b"metric_name,year,val,upper,lower\n"
    b'2,DALYs,44700,York,3,Both,22,All ages,294,"All causes",3,Rate,2019,100.5,120.25,90\n'
    b'2,DALYs,44701,Kingston upon Hull,3,Both,22,All ages,294,"All causes",3,Rate,2019,200,220,180\n'
    b'2,DALYs,4749,England,3,Both,22,All ages,294,"All causes",3,Rate,2019,150,151,149\n'
)
NAMES = (
    b"measure,location,sex,age,cause,metric,year,val,upper,lower\n"
    b"DALYs,York,Both,All ages,All causes,Rate,2019,100.5,120.25,90\n"
    b"DALYs,Kingston upon Hull,Both,All ages,All causes,Rate,2019,200,220,180\n"
    b"DALYs,England,Both,All ages,All causes,Rate,2019,150,151,149\n"
)


def read(content: bytes, **options: Any) -> Any:
    return read_gbd(content, "gbd.csv", **{"areas": AREAS, **options})


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for title, content in files.items():
            archive.writestr(title, content)
    return buffer.getvalue()


def test_upper_stands_before_lower_and_areas_come_from_the_crosswalk() -> None:
    reading = read(IDS)
    account_is_whole(reading)
    assert reading.rows[["series", "area", "area_name", "value", "lower", "upper"]].to_numpy().tolist() == [
        ["DALYs · Both · All ages · All causes · Rate", "E06000014", "York", 100.5, 90.0, 120.25],
        ["DALYs · Both · All ages · All causes · Rate", "E06000010", "Kingston upon Hull", 200.0, 180.0, 220.0],
    ]
    assert dict(reading.left_out) == {NO_AREA: 1}


def test_exports_of_names_only_and_zips_read_the_same() -> None:
    assert same(read(NAMES), read(IDS))
    head, *rest = IDS.splitlines(keepends=True)
    halves = {"a.csv": head + rest[0], "b.csv": head + b"".join(rest[1:]), "citation.txt": b"IHME"}
    assert same(read(zipped(**halves)), read(IDS))


def test_a_population_group_is_part_of_the_series() -> None:
    newer = b"".join(
        (b"population_group_id,population_group_name," if i == 0 else b"1,All Population,") + line
        for i, line in enumerate(IDS.splitlines(keepends=True))
    )
    assert read(newer).rows["series"].iloc[0].endswith("Rate · All Population")


def test_the_terms_travel_with_the_figures() -> None:
    facts = read(IDS).facts
    assert facts["redistribution"] == "no"
    assert not may_publish(facts)
    assert may_publish({})


@pytest.mark.parametrize(
    ("content", "options", "kind"),
    [
        (IDS, {"areas": {**AREAS, "Hull": "E06000010"}}, SourceChanged),
        (IDS.replace(b"4749,England", b"4749,York"), {}, SourceChanged),
        (IDS.replace(b"upper", b"high"), {}, SourceChanged),
        (IDS.replace(b"upper,lower", b"lower,upper"), {}, GoodWorkError),
        (zipped(**{"readme.txt": b"nothing"}), {}, SourceChanged),
        (zipped(**{"a.csv": IDS})[:-30], {}, SourceError),
        (zipped(**{"a.csv": b"0" * 10_000_000}), {}, SourceError),
    ],
)
def test_refused(content: bytes, options: dict[str, Any], kind: type[GoodWorkError]) -> None:
    with pytest.raises(kind):
        read(content, **options)
