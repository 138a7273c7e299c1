"""A document as one page of HTML that needs nothing else: no script, no font, no network; light, dark and print."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache, partial
from typing import Any

from jinja2 import Template, TemplateError
from markupsafe import Markup

from goodwork.errors import GoodWorkError
from goodwork.figures.figure import Figure
from goodwork.figures.theme import stylesheet
from goodwork.language import tr
from goodwork.report.cells import grid
from goodwork.report.document import Document, blocks
from goodwork.report.export import csv
from goodwork.report.templating import environment


def to_html(document: Document) -> str:
    """The document as a page; what figures and names say is text and never markup. Raises ``GoodWorkError`` where the
    template cannot be filled."""
    pieces = _Pieces()
    try:
        return _template().render(
            doc=document,
            blocks=blocks,
            grid=grid,
            drawn=pieces.drawn,
            legend=pieces.legend,
            tight=tight,
            offered=partial(offered, invented=document.invented),
            figure_css=Markup(stylesheet()),
        )
    except TemplateError as error:
        raise GoodWorkError(
            f"{document.title} could not be written as HTML: {error}",
            remedy="this is a fault of the template, not of your figures; please report it",
        ) from error


@cache
def _template() -> Template:
    return environment("goodwork.report").get_template("report.html")


class _Pieces:
    """Drawings of one page: their ids, which must be there once only, are numbered."""

    def __init__(self) -> None:
        self.count = 0

    def drawn(self, figure: Figure, beside: bool) -> Any:
        """The drawing, and its narrow form for small screens; the narrow one alone where it stands beside another."""
        wide, small = figure.drawing or figure.svg, figure.narrow
        if beside and small:
            return Markup(self._numbered(small))
        if not small:
            return Markup(f'<div class="drawing map">{self._numbered(wide)}</div>')
        page, phone = self._numbered(wide), self._numbered(small)
        return Markup(f'<div class="drawing wide">{page}</div><div class="drawing narrow">{phone}</div>')

    def legend(self, figure: Figure) -> Any:
        """The legend of a map, which charts have inside."""
        return Markup(self._numbered(figure.legend))

    def _numbered(self, svg: str) -> str:
        self.count += 1
        svg = re.sub(r'\b(id|aria-labelledby|aria-describedby)="([^"]+)"', rf'\1="d{self.count}-\2"', svg)
        return re.sub(r'(url\(#|href="#)', rf"\1d{self.count}-", svg)


def offered(figure: Figure, invented: bool = False) -> list[tuple[str, str, str]]:
    """What can be taken from a drawing: words, name and address of the file; each is held in the page itself."""
    start = f"{'invented-' if invented else ''}{figure.name.replace('_', '-')}"
    files = ((tr("Drawing (SVG)"), "svg", "image/svg+xml", figure.svg),
             (tr("Table (CSV)"), "csv", "text/csv", csv(figure.table)))  # fmt: skip
    return [(words, f"{start}.{ending}", f"data:{kind};base64,{b64encode(text.encode()).decode()}")
            for words, ending, kind, text in files]  # fmt: skip


def tight(words: object) -> str:
    """Words in which a number is not parted from its per cent sign at the end of a line."""
    return re.sub(r"(?<=\d) ?%", "\N{NO-BREAK SPACE}%", str(words))
