"""Nomis, whichever way its figures were had: asked for from its interface, or exported from its web page."""

from __future__ import annotations

from goodwork.sources.nomis import Confidence, read_nomis_csv
from goodwork.sources.nomis_exports import read_nomis_export
from goodwork.sources.reading import READER, Reading
from goodwork.sources.workbooks import OLE, ZIP


@READER.register("nomis", source="Nomis, ONS: its interface (CSV) or an export of its web page")
def read_nomis(content: bytes, name: str, *, confidence: Confidence | None = None) -> Reading:
    """Every figure of an answer of Nomis as CSV, or of a spreadsheet that its web page exported, told by its bytes.

    Both give one series for each label, with the same markers; the answer names areas by code, the spreadsheet by name.
    ``confidence`` says what measure 20701 is in the answer. Raises what ``read_nomis_csv`` and ``read_nomis_export``
    raise.

    >>> answer = b"DATE_NAME,GEOGRAPHY_CODE,CELL_NAME,OBS_VALUE\\n2019,T01000001,Jobs,70\\n2019,T01000002,Jobs,71\\n"
    >>> read_nomis(answer, "jobs.csv").rows[["series", "area", "value"]].to_numpy().tolist()
    [['Jobs', 'T01000001', 70.0], ['Jobs', 'T01000002', 71.0]]
    """
    if content.startswith((OLE, ZIP)):
        return read_nomis_export(content, name)
    return read_nomis_csv(content, name, confidence=confidence)
