"""The sheets of an OpenDocument spreadsheet as large as they unfold: rows, columns and blanks may be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers import expat


class OpenDocument:
    """Counts, piece by piece, the cells of the largest sheet and the characters of all.

    ``cells`` is the rectangle from the first to the last cell that holds something, each as often as it is repeated;
    ``text`` the characters in them; ``damaged`` whether the document is not regular XML.

    >>> document = OpenDocument()
    >>> document.feed(b'<t><table-row number-rows-repeated="9"><table-cell value-type="float"><p>12</p></table-cell>')
    >>> document.feed(b'<table-cell number-columns-repeated="99"/></table-row></t>')
    >>> document.cells, document.text, document.damaged
    (9, 18, False)
    """

    def __init__(self) -> None:
        self.cells = self.text = 0
        self.damaged = False
        self._box: tuple[int, int, int, int] | None = None
        self._row, self._rows, self._column, self._columns = 0, 1, 0, 0
        self._length, self._filled = 0, False
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._words

    def feed(self, piece: bytes) -> None:
        """Count one more piece of the document."""
        try:
            if not self.damaged:
                self._parser.Parse(piece, False)
        except (expat.ExpatError, LookupError, ValueError):  # the last two over an encoding that cannot be read
            self.damaged = True

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local in ("table-cell", "covered-table-cell"):
            self._columns = _times(attributes, "number-columns-repeated")
            self._filled = any(name.rpartition(":")[2] in ("value-type", "formula") for name in attributes)
            self._length = 0
        elif local == "table-row":
            self._row += self._rows
            self._rows, self._column = _times(attributes, "number-rows-repeated"), 0
        elif local == "p":
            self._filled = True
        elif local == "s":
            self._length += _times(attributes, "c")
        elif local == "table":
            self._box, self._row, self._rows = None, 0, 1

    def _words(self, text: str) -> None:
        self._length += len(text)

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2] not in ("table-cell", "covered-table-cell"):
            return
        if self._filled:
            self.text += self._length * self._rows * self._columns
            here = self._row, self._row + self._rows, self._column, self._column + self._columns
            top, bottom, left, right = self._box or here
            box = min(top, here[0]), max(bottom, here[1]), min(left, here[2]), max(right, here[3])
            if box != self._box:
                self._box = box
                self.cells = max(self.cells, (box[1] - box[0]) * (box[3] - box[2]))
        self._column += self._columns
        self._filled = False


def _times(attributes: Mapping[str, str], local: str) -> int:
    """How often something is repeated; once where it does not say."""
    said = next((text.strip() for name, text in attributes.items() if name.rpartition(":")[2] == local), "1")
    return int(said) if said.isdecimal() and len(said) < 20 else 1
