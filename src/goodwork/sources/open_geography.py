"""The Open Geography portal: pages of features, lookups between areas, and the history of area codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from goodwork.errors import Fault, SourceChanged
from goodwork.sources.answers import changed, read_json, unavailable
from goodwork.sources.archives import read_members
from goodwork.sources.grids import plain, read_sheets, table_under

#: The most features the service sends at a time, with and without shapes.
PAGE_WITH_SHAPES = 2_000
PAGE_OF_TABLE = 32_000
_OBJECT_ID = re.compile(r"(object_?id|fid)", re.IGNORECASE)
_HISTORY_FILES = {
    "changehistory": ("GEOGCD", "GEOGNM", "SI_ID", "SI_TITLE", "OPER_DATE", "TERM_DATE", "ENTITYCD", "STATUS"),
    "changes": ("GEOGCD", "GEOGNM", "GEOGCD_P", "GEOGNM_P", "OPER_DATE", "ENTITYCD", "YEAR"),
    "equivalents": ("GEOGCD", "GEOGNM"),
}


@dataclass(frozen=True, eq=False)
class Page:
    """One answer of a feature service: attributes by feature, their shapes (GeoJSON or Esri, None for a table), and
    whether the service says that there are more."""

    table: pd.DataFrame
    shapes: tuple[Any, ...]
    more: bool


def query(offset: int = 0, shapes: bool = True, size: int | None = None, where: str = "1=1") -> dict[str, str]:
    """The parameters that ask a feature service for one page, in longitude and latitude, in a fixed order.

    >>> query(2000)["resultOffset"], query(shapes=False)["resultType"]
    ('2000', 'standard')
    """
    most = PAGE_WITH_SHAPES if shapes else PAGE_OF_TABLE
    parameters = {
        "where": where,
        "outFields": "*",
        "outSR": "4326",
        "f": "geojson" if shapes else "json",
        "resultOffset": str(offset),
        "resultRecordCount": str(min(size or most, most)),
        "orderByFields": "",
    }
    if not shapes:
        parameters |= {"returnGeometry": "false", "resultType": "standard"}
    return {key: text for key, text in parameters.items() if text}


def next_offset(offset: int, page: Page, name: str = "the answer") -> int | None:
    """Where the next page begins; None when this was the last.

    A page without features that still announces more would never end: ``SourceChanged``.

    >>> next_offset(0, Page(pd.DataFrame({"A": [1, 2]}), (), True)), next_offset(2, Page(pd.DataFrame(), (), False))
    (2, None)
    """
    if not page.more:
        return None
    if page.table.empty:
        raise changed(name, "the page is empty but announces more", "ask with a smaller page")
    return offset + len(page.table)


def read_page(content: bytes, name: str) -> Page:
    """One page as GeoJSON or Esri JSON.

    The service sends its errors with status 200: they raise ``SourceUnavailable`` when it is overloaded or wants a
    token, and ``SourceChanged`` when there is no such service or field (names change with every vintage).

    >>> page = read_page(b'''{"type": "FeatureCollection", "properties": {"exceededTransferLimit": true}, "features":
    ... [{"type": "Feature", "properties": {"LAD24CD": "E06000014"}, "geometry": null}]}''', "lad.geojson")
    >>> page.table["LAD24CD"].tolist(), page.more
    (['E06000014'], True)
    """
    data = read_json(name, content)
    if not isinstance(data, dict):
        raise changed(name, "this is not a page of features", "check the address")
    if "error" in data:
        _raise_error(name, data["error"])
    features = data.get("features")
    key = "properties" if data.get("type") == "FeatureCollection" else "attributes"
    if not isinstance(features, list) or not all(
        isinstance(f, dict) and isinstance(f.get(key), dict) for f in features
    ):
        raise changed(name, "this is not a page of features", "check the address")
    said = [data, data.get("properties") if isinstance(data.get("properties"), dict) else {}]
    flags = [part.get("exceededTransferLimit", False) for part in said if isinstance(part, dict)]
    if not all(isinstance(flag, bool) for flag in flags):
        raise changed(name, "exceededTransferLimit is neither true nor false", "look at the file")
    heads = [tuple(feature[key]) for feature in features]
    if any(set(head) != set(heads[0]) for head in heads):
        raise changed(name, "features have different fields", "look at the file")
    table = pd.DataFrame([feature[key] for feature in features], dtype=object)
    if not features and isinstance(data.get("fields"), list):
        table = pd.DataFrame(columns=[str(f.get("name")) for f in data["fields"] if isinstance(f, dict)], dtype=object)
    shapes = tuple(feature.get("geometry") for feature in features)
    return Page(table, shapes if any(shape is not None for shape in shapes) else (), any(flags))


def read_count(content: bytes, name: str) -> int:
    """How many features a service holds, from an answer to ``returnCountOnly=true``.

    >>> read_count(b'{"count": 331}', "count.json")
    331
    """
    data = read_json(name, content)
    if isinstance(data, dict) and "error" in data:
        _raise_error(name, data["error"])
    count = data.get("count") if isinstance(data, dict) else None
    if type(count) is not int or count < 0:
        raise changed(name, "there is no count", "check the query")
    return count


def join_pages(pages: Iterable[Page], name: str, expected: int | None = None) -> Page:
    """All pages as one; ``SourceChanged`` when a page is missing at the end, a feature comes twice, the fields differ,
    there are no features or not the ``expected`` number.

    >>> one = Page(pd.DataFrame({"FID": [1], "A": ["x"]}), (), True)
    >>> two = Page(pd.DataFrame({"FID": [2], "A": ["y"]}), (), False)
    >>> join_pages([one, two], "a", expected=2).table["A"].tolist()
    ['x', 'y']
    """
    found = list(pages)
    if not found or found[-1].more or not all(page.more for page in found[:-1]):
        raise changed(name, "pages are missing, or follow the last one", "fetch all pages again")
    filled = [page for page in found if len(page.table)]
    if any(set(page.table.columns) != set(filled[0].table.columns) for page in filled):
        raise changed(name, "the pages have different fields", "fetch all pages again")
    if not filled:
        raise changed(name, "there are no features", "check what was asked for")
    table = pd.concat([page.table for page in filled], ignore_index=True)
    shapes = tuple(shape for page in filled for shape in page.shapes)
    if shapes and len(shapes) != len(table):
        raise changed(name, "some features have no shape", "fetch all pages again")
    for column in table.columns:
        if _OBJECT_ID.fullmatch(str(column)) and table[column].duplicated().any():
            raise changed(name, "a feature stands on two pages", "fetch all pages again", column=str(column))
    if expected is not None and expected != len(table):
        raise changed(name, f"{len(table)} features came, {expected} are announced", "fetch all pages again")
    return Page(table, shapes, False)


def read_lookup(page: Page, name: str, columns: Mapping[str, str]) -> pd.DataFrame:
    """A lookup between areas as a table of text: field of the service → our name for it, each pair once.

    Raises ``SourceChanged`` for a field that is not there, for an empty cell, and when one row says two things of the
    first column.

    >>> page = Page(pd.DataFrame({"LAD24CD": ["E06000014"], "RGN24CD": ["E12000003"]}), (), False)
    >>> read_lookup(page, "lu", {"LAD24CD": "area", "RGN24CD": "region"}).to_numpy().tolist()
    [['E06000014', 'E12000003']]
    """
    by_plain = {plain(str(column)): column for column in page.table.columns}
    absent = [field for field in columns if plain(field) not in by_plain]
    if absent:
        faults = [Fault(f"there is no field {f!r}", file=name, remedy=f"it has {', '.join(by_plain)}") for f in absent]
        raise SourceChanged(f"{name} has other fields", faults=faults)
    table = page.table[[by_plain[plain(field)] for field in columns]].set_axis(list(columns.values()), axis=1)
    empty = table.isna() | (table.astype("str").apply(lambda column: column.str.strip()) == "")
    if empty.any(axis=None):
        raise changed(name, f"{int(empty.any(axis=1).sum())} rows have an empty cell", "look at the file")
    table = table.astype("str").apply(lambda column: column.str.strip()).drop_duplicates(ignore_index=True)
    first = next(iter(columns.values()))
    if table[first].duplicated().any():
        twice = ", ".join(sorted(set(table[first][table[first].duplicated()]))[:5])
        raise changed(name, f"{twice} are looked up to more than one area", "look at the file", column=first)
    return table


@dataclass(frozen=True, eq=False)
class CodeHistory:
    """The Code History Database: one table of text each; dates are ISO dates, or empty.

    ``history`` has a row per life of a code (``OPER_DATE`` to ``TERM_DATE``), ``changes`` a row per predecessor
    (``GEOGCD_P``) of a code, ``equivalents`` the codes of other schemes.
    """

    history: pd.DataFrame
    changes: pd.DataFrame
    equivalents: pd.DataFrame


def read_code_history(content: bytes, name: str) -> CodeHistory:
    """The Code History Database from its zip: ``ChangeHistory.csv``, ``Changes.csv`` and ``Equivalents.csv``.

    The files are Latin-1, their dates ``dd/mm/yyyy hh:mm:ss``. Raises ``SourceError`` for an archive that is damaged
    or too large, ``SourceChanged`` for a missing file, a missing column, a row that is cut or a date that is none.

    >>> read_code_history(b"PK, but no archive", "chd.zip")
    Traceback (most recent call last):
        ...
    goodwork.errors.SourceError: chd.zip could not be unpacked
      · chd.zip: it is not a zip archive, or it is damaged — fetch it again, or unpack the one file that is needed
    """
    members = {title.rsplit("/", 1)[-1].lower(): (title, body) for title, body in read_members(name, content).items()}
    tables = {}
    for stem, needed in _HISTORY_FILES.items():
        if f"{stem}.csv" not in members:
            raise changed(name, f"there is no {stem}.csv in it", f"it holds {', '.join(sorted(members))}")
        title, body = members[f"{stem}.csv"]
        tables[stem] = _history_table(f"{name}/{title}", body, needed)
    return CodeHistory(tables["changehistory"], tables["changes"], tables["equivalents"])


def _history_table(name: str, body: bytes, needed: tuple[str, ...]) -> pd.DataFrame:
    text = body.decode("latin-1").removeprefix("\xef\xbb\xbf")
    table = table_under(read_sheets(name, text.encode())[0], needed)
    frame = table.frame()
    frame.columns = pd.Index([label.strip().upper() for label in table.labels])
    for column in [c for c in frame.columns if c.endswith("_DATE")]:
        frame[column] = _iso(name, frame[column])
    return frame.reset_index(drop=True)


def _iso(name: str, texts: pd.Series) -> pd.Series:
    """Dates ``dd/mm/yyyy hh:mm:ss`` as ISO dates; an empty cell stays empty."""
    days = pd.to_datetime(texts.where(texts != "").str.slice(0, 10), format="%d/%m/%Y", errors="coerce")
    shape = texts.str.fullmatch(r"[0-9]{2}/[0-9]{2}/[0-9]{4}( [0-9]{2}:[0-9]{2}(:[0-9]{2})?)?")
    wrong = (texts != "") & (days.isna() | ~shape)
    if wrong.any():
        raise changed(name, f"{texts[wrong].iloc[0]!r} is not a date", "look at the file", column=str(texts.name))
    return days.dt.strftime("%Y-%m-%d").fillna("").astype("str")


def _raise_error(name: str, error: Any) -> None:
    code = error.get("code") if isinstance(error, dict) else None
    said = str(error.get("message") if isinstance(error, dict) else error)
    if code in (400, 404):
        remedy = "list the services: names change with every vintage"
        raise changed(name, f"the service answers with error {code}: {said[:80]!r}", remedy)
    raise unavailable(name, f"error {code}", said)
