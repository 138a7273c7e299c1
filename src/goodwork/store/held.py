"""A table held small: each column as its different values and which of them a row has, long texts packed."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pandas as pd

#: Letters from which a text is held packed.
LONG = 2_000


@dataclass(frozen=True, eq=False)
class Column:
    """One column: its different ``words`` and which of them each row has, or, without words, the ``rows`` as they are.
    ``packed``: which of the words are bytes to be unpacked."""

    kind: Any
    rows: NDArray[Any]
    words: NDArray[Any] | None = None
    packed: bool = False

    @classmethod
    def of(cls, cells: pd.Series) -> Column:
        """A column of a table, by whichever way is smaller; every bit of a number is kept."""
        import pandas as pd

        if cells.dtype.kind in "OUT":
            codes, found = pd.factorize(cells, use_na_sentinel=False)
            words = np.empty(len(found), dtype=object)
            words[:] = [_packed(word) for word in found]
            packed = any(isinstance(word, bytes) for word in words)
            return cls(cells.dtype, codes.astype(np.min_scalar_type(len(words))), words, packed)
        values = cells.to_numpy()
        if values.dtype.itemsize == 8 and values.dtype.kind in "if":
            bits, which = np.unique(values.view(np.int64), return_inverse=True)
            small = which.astype(np.min_scalar_type(len(bits)))
            if small.nbytes + bits.nbytes < values.nbytes:
                return cls(cells.dtype, small, bits.view(values.dtype))
        return cls(cells.dtype, values.copy())

    def take(self, places: Any) -> NDArray[Any]:
        """The cells at some places."""
        chosen = self.rows[places]
        if self.words is None:
            return np.asarray(chosen)
        if not self.packed:
            return np.asarray(self.words[chosen])
        known = {k: _unpacked(self.words[k]) for k in np.unique(chosen).tolist()}
        cells = np.empty(len(chosen), dtype=object)
        cells[:] = [known[k] for k in chosen.tolist()]
        return cells

    def among(self, wanted: Sequence[Any]) -> NDArray[np.bool_]:
        """Which rows hold one of some values."""
        if self.words is None:
            return np.isin(self.rows, list(wanted))
        asked = set(wanted)
        codes = [k for k, word in enumerate(self.words.tolist()) if word in asked]
        return np.isin(self.rows, codes)


@dataclass(frozen=True, eq=False)
class Held:
    """A whole table; its rows come back as they were read.

    >>> import pandas as pd
    >>> held = Held.of(pd.DataFrame({"area": ["York", "Hull", "York"], "score": [1.5, 2.5, 1.5]}))
    >>> held.among({"area": ["York"]})["score"].tolist(), held.places(["area"])[("Hull",)].tolist()
    ([1.5, 1.5], [1])
    """

    columns: Mapping[str, Column]
    rows: int

    @classmethod
    def of(cls, table: pd.DataFrame) -> Held:
        """A table as it was read: numbers, truth values and texts."""
        return cls({str(name): Column.of(table[name]) for name in table.columns}, len(table))

    @property
    def packed(self) -> bool:
        """Whether it holds long texts."""
        return any(column.packed for column in self.columns.values())

    def take(self, places: ArrayLike | slice = slice(None)) -> pd.DataFrame:
        """The rows at some places, all of them if none are named, each with its place as index."""
        import pandas as pd

        at = places if isinstance(places, slice) else np.asarray(places, dtype=np.intp)
        index = pd.RangeIndex(self.rows)[at] if isinstance(at, slice) else pd.Index(at)
        cells = {n: pd.Series(c.take(at), index=index, dtype=c.kind) for n, c in self.columns.items()}
        return pd.DataFrame(cells, index=index)

    def among(self, where: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
        """The rows whose columns hold one of the values wanted of each."""
        keep = np.ones(self.rows, dtype=bool)
        for name, wanted in where.items():
            keep &= self.columns[name].among(wanted)
        return self.take(np.flatnonzero(keep))

    def places(self, columns: Sequence[str]) -> dict[tuple[Any, ...], NDArray[np.intp]]:
        """Where the rows with the same values in some columns of texts stand, by these values."""
        found: dict[tuple[Any, ...], NDArray[np.intp]] = {(): np.arange(self.rows)}
        for name in columns:
            column, deeper = self.columns[name], {}
            assert column.words is not None  # columns of texts have words
            for key, rows in found.items():
                mine = column.rows[rows]
                for code in np.unique(mine).tolist():
                    deeper[(*key, column.words[code])] = rows[mine == code]
            found = deeper
        return found


def _packed(word: Any) -> Any:
    return zlib.compress(word.encode()) if isinstance(word, str) and len(word) > LONG else word


def _unpacked(word: Any) -> Any:
    return zlib.decompress(word).decode() if isinstance(word, bytes) else word
