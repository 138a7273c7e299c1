"""Errors as pages for readers: a heading in their words, what was asked, and what to do instead."""

from __future__ import annotations

from dataclasses import dataclass

from goodwork.analysis.wording import opened
from goodwork.errors import DataError, DeclarationError, GoodWorkError, MethodError, NotFound, StoreError
from goodwork.language import tr

#: What a reader has before them, by the class of the error; the first that fits.
HEADINGS: tuple[tuple[type[GoodWorkError], str], ...] = (
    (NotFound, tr("There is no such {kind} here")),
    (DeclarationError, tr("This cannot be shown as it was asked for")),
    (MethodError, tr("This cannot be worked out from these figures")),
    (DataError, tr("The figures do not allow this")),
    (StoreError, tr("The data cannot be read at the moment")),
)


@dataclass(frozen=True)
class Told:
    """An error as a page tells it: heading, what is wrong, single points, and what to do."""

    heading: str
    what: str
    points: tuple[str, ...]
    remedy: str


def told(error: GoodWorkError) -> Told:
    """An error in readers' words: files, columns and schemas are nothing to them.

    >>> told(NotFound("area", "Yrok")).heading
    'There is no such area here'
    >>> from goodwork.errors import Fault
    >>> told(DeclarationError("the formula is wrong", faults=[Fault("it must be above 0", column="budget")])).points
    ('budget: it must be above 0',)
    """
    heading = next((words for kind, words in HEADINGS if isinstance(error, kind)), tr("Something is wrong"))
    points = tuple(
        (f"{fault.column}: " if fault.column else "") + fault.what
        + (f" ({fault.remedy})" if fault.remedy and "schema" not in fault.remedy else "")
        for fault in error.faults[:25]
    )  # fmt: skip
    what, remedy, kind = error.what, error.remedy or "", tr(str(error.facts.get("kind", "page")))
    if isinstance(error, NotFound):
        what = tr("no {kind} called {asked!r}").format(kind=kind, asked=error.facts["asked"])
        if error.nearest:
            remedy = tr("did you mean {names}?").format(names=", ".join(error.nearest))
    return Told(heading.format(kind=kind), opened(what), points, remedy)
