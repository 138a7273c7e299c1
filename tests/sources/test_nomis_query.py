"""What is asked of Nomis: pages that make one answer, codes that mean what was meant, keys that stay secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodwork.errors import DeclarationError, SourceChanged
from goodwork.sources.nomis_query import (
    check_labels,
    code_labels,
    geography_number,
    geography_type,
    joined,
    next_offset,
    nomis_url,
)

WHOLE = "\n".join(
    ["DATE_NAME,GEOGRAPHY_CODE,VARIABLE_NAME,OBS_VALUE,RECORD_OFFSET,RECORD_COUNT"]
    + [f"2019,T{i:08},Rate,{i / 2},{i},8" for i in range(8)]
    + [""]
).encode()


def pages(size: int) -> list[bytes]:
    header, *lines = WHOLE.splitlines(keepends=True)
    return [header + b"".join(lines[i : i + size]) for i in range(0, len(lines), size)]


@given(st.integers(1, 9), st.randoms())
@settings(max_examples=25)
def test_pages_in_any_order_are_one_answer(size: int, chance: Any) -> None:
    those = pages(size)
    offsets = [next_offset(page, "page") for page in those]
    assert offsets == [min(size * (i + 1), 8) for i in range(len(those) - 1)] + [None]
    chance.shuffle(those)
    assert joined(those, "rates.csv") == WHOLE
    for gone in range(len(those)):
        with pytest.raises(SourceChanged):
            joined(those[:gone] + those[gone + 1 :], "rates.csv")
    with pytest.raises(SourceChanged, match="twice"):
        joined([*those, those[0]], "rates.csv")


def test_pages_of_two_releases_are_not_joined() -> None:
    first, second = pages(4)
    with pytest.raises(SourceChanged, match="changed between"):
        joined([first, second.replace(b",8\n", b",9\n")], "rates.csv")
    with pytest.raises(SourceChanged, match="different columns"):
        joined([first, second.replace(b"VARIABLE_NAME", b"ITEM_NAME")], "rates.csv")


def codelist(**labels: str) -> bytes:
    codes = [{"value": int(code[1:]), "description": {"value": label}} for code, label in labels.items()]
    return json.dumps({"structure": {"codelists": {"codelist": [{"code": codes}]}}}).encode()


def test_codes_are_checked_by_their_labels() -> None:
    known = codelist(c45="Employment rate - aged 16-64 ", c84="Unemployment rate")
    assert code_labels(known, "codes")["84"] == "Unemployment rate"
    check_labels(known, {"45": "employment rate -  aged 16-64"})
    with pytest.raises(SourceChanged) as caught:
        check_labels(known, {"45": "Employment rate", "84": "Unemployment rate", "18": "Active"})
    assert "45 is called 'Employment rate - aged 16-64', not 'Employment rate'" in str(caught.value)
    assert "no code 18 (Active)" in str(caught.value)
    for broken in (b"{}", b'{"structure": {"codelists": null}}', known[:-9]):
        with pytest.raises(SourceChanged):
            code_labels(broken, "codes")


def test_the_key_is_only_in_the_address() -> None:
    query = nomis_url("NM_17_5", geography="TYPE424", select="OBS_VALUE", UID="0xsecret", signature="NPK-secret")
    assert "UID=0xsecret" in query.url
    assert "signature=NPK-secret" in query.url
    for shown in (repr(query), str(query), query.shown, f"{query}", repr(query.page(25_000))):
        assert "secret" not in shown
    assert "select=OBS_VALUE,RECORD_OFFSET,RECORD_COUNT" in query.shown
    assert query.page(5).page(25_000).url.count("RecordOffset=25000") == 1
    assert (query.limit, nomis_url("NM_1_1").limit) == (1_000_000, 25_000)


@pytest.mark.parametrize(
    ("dataset", "params"), [("17_5", {}), ("NM_17_5", {"date": "latest", "TIME": "2019"}), ("NM_17_5", {"form": "kml"})]
)
def test_wrong_questions_are_refused(dataset: str, params: dict[str, str]) -> None:
    with pytest.raises(DeclarationError):
        nomis_url(dataset, **params)


@given(st.integers(1, 900), st.integers(0, 2**22 - 1))
def test_numbers_of_areas_hold_their_type(kind: int, place: int) -> None:
    assert geography_type(geography_number(kind, place)) == (kind, place)


@pytest.mark.parametrize(
    ("number", "kind"), [(1946157057, 464), (1820327937, 434), (1816133633, 433), (1811939329, 432), (1774190593, 423)]
)
def test_known_numbers_of_areas(number: int, kind: int) -> None:
    assert geography_type(number) == (kind, 1)


def test_a_recorded_page_says_where_the_next_begins(shared: Path) -> None:
    full = (shared / "samples" / "nomis_full34cols.csv").read_bytes()
    assert next_offset(full, "population") == 11
