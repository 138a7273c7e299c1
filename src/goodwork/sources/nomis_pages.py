"""One answer of Nomis, however long: codes found by their labels, then page after page until all records are there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlsplit

from goodwork.errors import DeclarationError, Fault, SourceChanged
from goodwork.sources.client import Client
from goodwork.sources.exchange import Answer, Request
from goodwork.sources.nomis_query import (
    ADDRESS,
    GUEST_LIMIT,
    KEY_LIMIT,
    NomisQuery,
    code_labels,
    joined,
    next_offset,
    nomis_url,
)
from goodwork.sources.published import spaced

#: Dimension of a query → the list that holds its codes: dates are asked for one by one, and listed as times.
_LISTS = {"date": "time"}


@dataclass(frozen=True)
class Asking:
    """What is asked for by its label, by dimension: the labels themselves, or a pattern that they match in full."""

    by_label: Mapping[str, Sequence[str]] = field(default_factory=dict)
    by_pattern: Mapping[str, str] = field(default_factory=dict)


def whole_answer(client: Client, address: str, name: str, asked: Asking | None = None, key: str = "") -> Answer:
    """The answer to a query (an address of a data set as CSV), with all its pages put together and counted.

    ``asked`` gives, by dimension, the labels of what is asked for: their codes are looked up in the code list of the
    day, so that a code that has come to mean something else is never asked for. ``key`` (Nomis's ``uid``) lets one page
    hold 1,000,000 records in place of 25,000; how many there really were is read from each page. An answer of one page
    is as it came; of several, what confirms that the first is unchanged says nothing of the others, and is left out.

    Raises what ``Client.get`` raises; ``DeclarationError`` for an address that is no query to Nomis; ``SourceChanged``
    for a label that is gone or stands for two codes, for pages that do not tell how many records there are, for pages
    of two releases, and for records that are missing or stand twice.
    """
    query = _query(address, key)
    asked = asked or Asking()
    for dimension, labels in asked.by_label.items():
        query = query.asking(dimension, _codes(client, query, dimension, labels, name))
    for dimension, pattern in asked.by_pattern.items():
        query = query.asking(dimension, _matching(client, query, dimension, pattern, name))
    pages: list[Answer] = []
    for answer in client.pages(_request(query), lambda page: _following(query, page, name, len(pages))):
        pages.append(answer)
    first = pages[0]
    if len(pages) == 1:
        next_offset(first.content, name)
        return first
    notes = tuple(dict.fromkeys(note for page in pages for note in page.notes))
    content = joined([page.content for page in pages], name)
    return replace(
        first, content=content, etag="", last_modified="", notes=(*notes, f"put together of {len(pages)} pages")
    )


def _query(address: str, key: str) -> NomisQuery:
    parts = urlsplit(address)
    dataset, dot, form = parts.path.rpartition("/")[2].partition(".data.")
    if not (address.startswith(f"{ADDRESS}/") and dot and form == "csv"):
        fault = Fault(
            f"{address!r} is not a query to Nomis for CSV", remedy=f"write it like {ADDRESS}/NM_17_5.data.csv?…"
        )
        raise DeclarationError("a source that comes in pages of Nomis is declared wrongly", faults=[fault])
    return nomis_url(dataset, **dict(parse_qsl(parts.query)), **({"uid": key} if key else {}))


def _request(query: NomisQuery) -> Request:
    return Request(query.url, promised="csv")


def _following(query: NomisQuery, page: Answer, name: str, before: int) -> Request | None:
    offset = next_offset(page.content, name)
    if offset is not None and before > KEY_LIMIT // GUEST_LIMIT * 10:
        raise SourceChanged(f"{name} comes in more than {before} pages", remedy="ask for less at a time")
    return None if offset is None else _request(query.page(offset))


def _codes(client: Client, query: NomisQuery, dimension: str, labels: Sequence[str], name: str) -> list[str]:
    """The codes of these labels, in the order of the labels; blanks and capitals do not matter."""
    told = f"the list of {dimension} of {name}"
    found: dict[str, list[str]] = {}
    for code, label in _listed(client, query, dimension, told).items():
        found.setdefault(spaced(label).casefold(), []).append(code)
    codes = {label: found.get(spaced(label).casefold(), []) for label in labels}
    faults = [
        Fault(f"{label!r} is the label of {len(those) or 'no'} codes", remedy="see what it is called now")
        for label, those in codes.items()
        if len(those) != 1
    ]
    if faults:
        raise SourceChanged(f"{told} has changed", faults=faults, remedy="correct the declaration of the source")
    return [those[0] for those in codes.values()]


def _matching(client: Client, query: NomisQuery, dimension: str, pattern: str, name: str) -> list[str]:
    """The codes whose labels match a pattern in full, in the order of the list."""
    told = f"the list of {dimension} of {name}"
    listed = _listed(client, query, dimension, told)
    codes = [code for code, label in listed.items() if re.fullmatch(pattern, spaced(label), re.IGNORECASE)]
    if not codes:
        last = list(listed.values())[-3:]
        raise SourceChanged(
            f"{told} has changed",
            faults=[Fault(f"no label matches {pattern!r}; the last ones are {', '.join(map(repr, last))}")],
            remedy="correct the declaration of the source",
        )
    return codes


def _listed(client: Client, query: NomisQuery, dimension: str, told: str) -> dict[str, str]:
    listed = _LISTS.get(dimension, dimension)
    answer = client.get(Request(f"{ADDRESS}/{query.dataset}/{listed}.def.sdmx.json", promised="json"))
    return code_labels(answer.content, told)
