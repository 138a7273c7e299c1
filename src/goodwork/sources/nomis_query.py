"""What is asked of Nomis, page by page, and the checks that its codes mean what was meant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from goodwork.errors import DeclarationError, Fault, SourceChanged
from goodwork.sources.delimited import decode
from goodwork.sources.published import cut_short, read_cells, refuse_page, spaced

ADDRESS = "https://www.nomisweb.co.uk/api/v01/dataset"

#: Records of one answer: what goes beyond is cut off without a word.
GUEST_LIMIT = 25_000
KEY_LIMIT = 1_000_000

_SECRETS = ("uid", "signature")
_COUNTED = ("RECORD_OFFSET", "RECORD_COUNT")
_TYPE_BITS = 22


@dataclass(frozen=True)
class NomisQuery:
    """One question to Nomis. Only ``url`` holds the key; everything that is shown or printed has it hidden."""

    dataset: str
    params: tuple[tuple[str, str], ...]
    form: str = "csv"
    secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def url(self) -> str:
        """The address with the key: for the client alone."""
        return self._address((*self.params, *self.secrets))

    @property
    def shown(self) -> str:
        """The address as it may be printed and kept."""
        return self._address((*self.params, *((name, "HIDDEN") for name, _ in self.secrets)))

    @property
    def limit(self) -> int:
        """How many records one answer can hold."""
        return KEY_LIMIT if self.secrets else GUEST_LIMIT

    def page(self, offset: int) -> NomisQuery:
        """The same question from a record on."""
        others = tuple(pair for pair in self.params if pair[0].lower() != "recordoffset")
        return replace(self, params=(*others, ("RecordOffset", str(offset))))

    def asking(self, dimension: str, codes: Sequence[str]) -> NomisQuery:
        """The same question about these codes of a dimension."""
        others = tuple(pair for pair in self.params if pair[0].lower() != dimension.lower())
        return replace(self, params=(*others, (dimension, ",".join(codes))))

    def _address(self, pairs: Iterable[tuple[str, str]]) -> str:
        asked = "&".join(f"{name}={quote(value, safe=',.|;*-')}" for name, value in pairs)
        return f"{ADDRESS}/{self.dataset}.data.{self.form}" + (f"?{asked}" if asked else "")

    def __str__(self) -> str:
        return self.shown


def nomis_url(dataset: str, *, form: str = "csv", **params: Any) -> NomisQuery:
    """A question to Nomis: its data set, and for each dimension one code or several.

    ``select`` always asks for the number of records too, so that a cut answer shows. ``uid`` and ``signature`` are
    kept apart and never printed. Raises ``DeclarationError`` for a data set that is not called like ``NM_17_5``, a form
    other than csv or json, or ``date`` together with ``time``.

    >>> print(nomis_url("NM_17_5", geography=["E06000014", "E06000010"], variable=45, uid="0xsecret"))
    https://www.nomisweb.co.uk/api/v01/dataset/NM_17_5.data.csv?geography=E06000014,E06000010&variable=45&uid=HIDDEN
    """
    faults = []
    if not re.fullmatch(r"NM_\d+_\d+", dataset):
        faults.append(Fault(f"{dataset!r} is not the name of a Nomis data set", remedy="write it like NM_17_5"))
    if form not in ("csv", "json"):
        faults.append(Fault(f"the form {form!r} is not read", remedy="ask for csv or json"))
    if {"date", "time"} <= {name.lower() for name in params}:
        faults.append(Fault("date and time are both given", remedy="keep one"))
    if faults:
        raise DeclarationError("the question to Nomis is wrong", faults=faults)
    pairs = [(name, _listed(value)) for name, value in params.items() if value is not None]
    pairs = [(name, _with_counts(value) if name.lower() == "select" else value) for name, value in pairs]
    secrets = tuple(pair for pair in pairs if pair[0].lower() in _SECRETS)
    return NomisQuery(dataset, tuple(pair for pair in pairs if pair not in secrets), form, secrets)


def _listed(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)


def _with_counts(select: str) -> str:
    columns = select.split(",")
    return ",".join([*columns, *(name for name in _COUNTED if name not in map(str.upper, columns))])


def next_offset(content: bytes, name: str) -> int | None:
    """From which record the next page begins; None when this page is the last.

    Raises ``SourceChanged`` when the page holds no ``RECORD_COUNT``.

    >>> next_offset(b"OBS_VALUE,RECORD_OFFSET,RECORD_COUNT\\n1.5,0,3\\n2.5,1,3\\n", "page 1")
    2
    """
    offsets, count = _page(content, name)
    after = max(offsets) + 1
    return after if after < count else None


def joined(pages: Sequence[bytes], name: str) -> bytes:
    """The pages of one answer as one, once no record is missing and none stands twice.

    Raises ``SourceChanged`` when pages differ in their header or in ``RECORD_COUNT``, overlap or leave a gap.
    """
    if not pages:
        raise cut_short(name, "there are no pages")
    read = [_page(page, name) for page in pages]
    counts = sorted({count for _, count in read})
    if len(counts) > 1:
        raise SourceChanged(f"{name} changed between its pages: {counts} records", remedy="fetch all pages again")
    offsets = [offset for page, _ in read for offset in page]
    twice, absent = len(offsets) - len(set(offsets)), counts[0] - len(set(offsets))
    if twice or absent or set(offsets) != set(range(counts[0])):
        raise cut_short(name, f"of {counts[0]} records {absent} are missing and {twice} stand twice")
    texts = [decode(name, page)[0].replace("\r\n", "\n").strip("\n") for _, page in _in_order(read, pages)]
    headers = {text.split("\n", 1)[0] for text in texts}
    if len(headers) > 1:
        raise SourceChanged(f"the pages of {name} have different columns", remedy="fetch all pages again")
    return ("\n".join([*headers, *(text.split("\n", 1)[1] for text in texts)]) + "\n").encode()


def _in_order(read: Sequence[tuple[list[int], int]], pages: Sequence[bytes]) -> list[tuple[int, bytes]]:
    return sorted(
        ((min(offsets), page) for (offsets, _), page in zip(read, pages, strict=True)), key=lambda pair: pair[0]
    )


def _page(content: bytes, name: str) -> tuple[list[int], int]:
    """The offsets of a page and the number of all records."""
    roles = {"offset": ("RECORD_OFFSET",), "count": ("RECORD_COUNT",)}
    cells = read_cells(name, content, roles, ("offset", "count"), open_end=True)
    try:
        offsets = [int(text) for text in cells.frame["offset"]]
        counts = {int(text) for text in cells.frame["count"]}
    except ValueError:
        raise SourceChanged(f"{name}: RECORD_OFFSET or RECORD_COUNT is no number", remedy="fetch it again") from None
    if len(counts) > 1:
        raise cut_short(name, f"its records disagree about their number: {sorted(counts)}")
    return offsets, counts.pop()


def code_labels(content: bytes, name: str) -> dict[str, str]:
    """Code → label of a code list as Nomis gives it (SDMX 2.0 as JSON).

    Raises ``SourceUnavailable`` for a page in its place, ``SourceChanged`` for another shape or a list of nothing.
    """
    refuse_page(name, content)
    try:
        lists = json.loads(content.decode("utf-8-sig"))["structure"]["codelists"]["codelist"]
        return {str(code["value"]): str(code["description"]["value"]) for code in lists[0]["code"]}
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise SourceChanged(f"{name} is not a code list, or it is empty", remedy="check the dimension") from None


def check_labels(content: bytes, expected: Mapping[str, str], name: str = "the code list") -> None:
    """Check that codes mean what they were taken to mean; ``SourceChanged`` with both labels where they do not.

    Blanks and capitals do not matter.

    >>> codes = b'{"structure": {"codelists": {"codelist": [{"code": [{"value":45,"description":{"value":"Pay "}}]}]}}}'
    >>> check_labels(codes, {"45": "Employment rate"})
    Traceback (most recent call last):
        ...
    goodwork.errors.SourceChanged: the code list has changed
      · 45 is called 'Pay', not 'Employment rate'
    What to do: look for the code that is meant, and change the declaration
    """
    labels = code_labels(content, name)
    faults = [
        Fault(
            f"{code} is called {spaced(labels[code])!r}, not {label!r}"
            if code in labels
            else f"no code {code} ({label})"
        )
        for code, label in expected.items()
        if code not in labels or spaced(labels[code]).casefold() != spaced(label).casefold()
    ]
    if faults:
        raise SourceChanged(
            f"{name} has changed", faults=faults, remedy="look for the code that is meant, and change the declaration"
        )


def geography_type(number: int) -> tuple[int, int]:
    """The type of area that is coded in Nomis's number of an area, and its place in that type.

    >>> geography_type(1778384897), geography_type(2092957697)
    ((424, 1), (499, 1))
    """
    if number < 1 << _TYPE_BITS:
        raise ValueError(f"{number} is not Nomis's number of an area")
    return number >> _TYPE_BITS, number & ((1 << _TYPE_BITS) - 1)


def geography_number(kind: int, place: int) -> int:
    """Nomis's number of an area: the inverse of ``geography_type``.

    >>> geography_number(480, 1)
    2013265921
    """
    if kind < 1 or not 0 <= place < 1 << _TYPE_BITS:
        raise ValueError(f"there is no area {place} of type {kind}")
    return (kind << _TYPE_BITS) + place
