"""Fingertips, whichever way its figures were had: from its interface, or as a table that somebody made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from goodwork.errors import SourceChanged
from goodwork.sources.fingertips import read_fingertips
from goodwork.sources.mapped import read_mapped
from goodwork.sources.reading import READER, Reading


@READER.register(
    "fingertips", source="OHID, Fingertips: its interface (CSV), or a table made of its figures, by a mapping"
)
def read_either(
    content: bytes, name: str, *, series: str, label: str, mapping: Mapping[str, Any] | None = None
) -> Reading:
    r"""Every figure of an answer of Fingertips, one series of it called ``series``; or of a table read by ``mapping``.

    Which of the two it is shows in its first line. ``label`` is the pattern that the wanted series of the answer
    matches in full (``id name · sex · age``: one series and no more). Raises what ``read_fingertips`` and
    ``read_mapped`` raise, and ``SourceChanged`` when no series matches, or several do.

    >>> table = b"code,year,rate\nT01000001,2017,61.6\n"
    >>> by = {"area": "code", "period": "year", "value": "rate", "series": "Deaths"}
    >>> read = read_either(table, "deaths.csv", series="Deaths", label="1 .*", mapping=by)
    >>> read.rows[["series", "value"]].values.tolist()
    [['Deaths', 61.6]]
    """
    if mapping is not None and b"indicator id" not in content.split(b"\n", 1)[0].lower():
        return read_mapped(content, name, mapping=mapping)
    reading = read_fingertips(content, name)
    told = sorted(reading.rows["series"].unique())
    wanted = [one for one in told if re.fullmatch(label, one)]
    if len(wanted) != 1:
        raise SourceChanged(
            f"{name} holds {len(wanted)} series that match {label!r}; there are: {', '.join(map(repr, told[:5]))}",
            remedy="correct the pattern of the label in sources.toml",
        )
    return replace(reading, rows=reading.rows.assign(series=reading.rows["series"].replace({wanted[0]: series})))
