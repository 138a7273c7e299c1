"""Names of very many areas searched at once: whole names and codes, beginnings, words, parts, small typos."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from goodwork.model.area import plain_name, similarity

LONGEST = 120
#: Names alike in letters that are looked at one by one, and how alike one must be to be offered.
LOOKED_AT, ALIKE = 40, 0.7
#: How alike a name must be, and how much more so than the next, to be taken for what was meant.
MEANT, AHEAD = 0.85, 0.04


class Finder:
    """Codes and names, in their order, ready to be searched; former names are not known here."""

    def __init__(self, codes: Sequence[str], names: Sequence[str]) -> None:
        self._own = tuple(codes)
        self.codes = {code.upper(): k for k, code in enumerate(codes)}
        self.plain = [plain_name(name) for name in names]
        self._text = "\n".join(["", *self.plain, ""])
        starts = np.cumsum([1, *(len(name) + 1 for name in self.plain)])
        self._starts = starts[:-1]
        letters: dict[str, list[int]] = {}
        for k, name in enumerate(self.plain):
            for three in _threes(name):
                letters.setdefault(three, []).append(k)
        self._letters = {three: np.array(found, dtype=np.int32) for three, found in letters.items()}

    def code(self, at: int) -> str:
        """The code of an area."""
        return self._own[at]

    def search(self, asked: str, most: int = 8) -> list[int]:
        """The places of areas that fit what was written, the best first.

        >>> Finder(["A1", "A2", "A3"], ["York 001", "York 002", "New York 001"]).search("york 00")
        [0, 1, 2]
        >>> Finder(["A1", "A2"], ["York 001", "Selby 001"]).search("Yrok 001")
        [0]
        """
        wanted, code = plain_name(asked[:LONGEST]), asked[:LONGEST].strip().upper()
        found = [self.codes[code]] if code in self.codes else []
        if not wanted:
            return found
        for pattern in (f"\n{wanted}\n", f"\n{wanted}", f" {wanted}", wanted):
            if len(found) < most:
                found += [k for k in self._holding(pattern, most) if k not in found]
        return found[:most] or [k for _, k in self._like(wanted)[:most]]

    def meant(self, asked: str) -> tuple[int | None, list[int]]:
        """The area that is meant, if only one can be; and those to offer where it is not."""
        found = self.search(asked, 12)
        wanted, code = plain_name(asked[:LONGEST]), asked[:LONGEST].strip().upper()
        if code in self.codes:
            return self.codes[code], found
        whole = [k for k in found if self.plain[k] == wanted]
        worded = [k for k in found if f" {wanted} " in f" {self.plain[k]} "]
        if len(whole) == 1 or (not whole and len(worded) == len(found) == 1):
            return (whole or worded)[0], found
        if not whole and wanted and not self._holding(wanted, 1):
            like = self._like(wanted)
            if like and like[0][0] >= MEANT and (len(like) == 1 or like[0][0] - like[1][0] >= AHEAD):
                return like[0][1], found
        return None, found

    def holding(self, asked: str) -> NDArray[np.intp]:
        """Every area whose name has a word that begins so, in their order."""
        wanted = plain_name(asked[:LONGEST])
        places = [m.start() + 1 for m in re.finditer(f"[\n ]{re.escape(wanted)}", self._text)] if wanted else []
        return np.unique(self._rows(places))

    def _holding(self, pattern: str, most: int) -> list[int]:
        """The first so many areas in whose line of text the pattern stands."""
        found: list[int] = []
        at = self._text.find(pattern)
        while at >= 0 and len(found) < most:
            k = int(self._rows([at + pattern.startswith("\n")])[0])
            if k not in found:
                found.append(k)
            at = self._text.find(pattern, at + 1)
        return found

    def _rows(self, places: Sequence[int]) -> NDArray[np.intp]:
        return np.searchsorted(self._starts, np.array(places, dtype=np.intp), side="right") - 1

    def _like(self, wanted: str) -> list[tuple[float, int]]:
        """Areas with many threes of letters in common, the most alike first."""
        lists = [self._letters[three] for three in _threes(wanted) if three in self._letters]
        if not lists:
            return []
        shared = np.bincount(np.concatenate(lists), minlength=len(self.plain))
        first = np.argsort(-shared, kind="stable")[:LOOKED_AT]
        scored = [(_alike(wanted, self.plain[k]), int(k)) for k in first if shared[k]]
        return sorted((one for one in scored if one[0] >= ALIKE), key=lambda one: (-one[0], one[1]))


def _alike(wanted: str, name: str) -> float:
    """How alike what was written and a name are, or the beginning of the name, which counts a little less."""
    return max(similarity(wanted, name), 0.97 * similarity(wanted, name[: len(wanted) + 1]))


def _threes(name: str) -> set[str]:
    """Every three letters in a row, and each pair at either end of a word.

    >>> sorted(_threes("ab"))
    [' ab', 'ab ']
    """
    text = f" {name} "
    return {text[k : k + 3] for k in range(len(text) - 2)}
