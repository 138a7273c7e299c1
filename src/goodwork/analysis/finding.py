"""Sentences that keep the numbers they were made from.

A finding is a text like any other: it can be printed, listed and put into JSON. But it also knows its template and the
named values that were put into it, so that every number in it can be looked up, and the sentence be written again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from string import Formatter
from typing import Any

import numpy as np

from goodwork.analysis.wording import areas_of, bound, figures, listing, number, opened, together, written
from goodwork.language import tr

#: The name under which a finding inside another one keeps its template.
SAYS = "says"
#: A format of so many figures; Python's own would write large and small numbers with an exponent.
_FIGURES = re.compile(r"(\+?),?\.(\d+)g")
#: Both ends of an interval in figures, and the number before them that it is about; names and words may stand between.
_INTERVAL = re.compile(
    r"(?:\{(?P<value>\w+):(?P<own>number|\+?,?\.\d+g)\}(?P<between>(?:[^{}.;]|\{\w+\})*?))?"
    r"(?<![Ff]rom )\{(?P<low>\w+):(?P<spec>number|\+?,?\.\d+g)\} to \{(?P<high>\w+):(?P=spec)\}"
)


class Finding(str):
    """A sentence, or a part of one, with the named ``numbers`` it was made from by a ``template``.

    ``key`` says which finding of an analysis it is; ``table`` and ``row`` where its numbers stand: the table of the
    result, by name, and the values that pick its rows. Numbers called like a column are that column's in the one row
    picked; ``count`` is how many rows are picked, ``total`` how many there are.
    """

    template: str
    numbers: Mapping[str, Any]
    key: tuple[str, ...]
    table: str
    row: Mapping[str, Any]

    def __new__(cls, template: str, numbers: Mapping[str, Any]) -> Finding:
        """The sentence that the template makes of the numbers."""
        made = super().__new__(cls, told(template, numbers))
        made.template, made.numbers = template, numbers
        made.key, made.table, made.row = (), "", {}
        return made

    def __reduce__(self) -> tuple[Callable[..., Finding], tuple[Any, ...]]:
        """What makes it again where another process needs it."""
        return _again, (self.template, self.numbers, self.key, self.table, self.row)

    def about(self, *key: str, table: str = "", **row: Any) -> Finding:
        """The same sentence with its key, and with the place of its numbers.

        >>> found = say("{n} areas lie high.", n=3).about("high", "The West", table="table", kind="high")
        >>> found.id, found.row
        ('high.the_west', {'kind': 'high'})
        """
        made = str.__new__(Finding, str(self))
        made.template, made.numbers = self.template, self.numbers
        made.key, made.table, made.row = key, table, row
        return made

    @property
    def id(self) -> str:
        """The key in small letters and digits; parts of it are held together by a full stop."""
        return ".".join(slug(part) for part in self.key if part)

    @property
    def plain(self) -> dict[str, Any]:
        """The named values as plain data, findings inside this one with their own; NaN becomes ``None``."""
        return {name: _plain(value) for name, value in self.numbers.items()}


def say(template: str, /, **numbers: Any) -> Finding:
    """A sentence from a template with a place for every named value.

    Beside the usual formats a place may ask for ``number`` (three figures, whole from 100 on), ``bound`` (an end of an
    interval: two decimals, never a false zero), ``areas`` ("3 areas"), ``opened`` (begins with a capital), ``list`` or
    ``list12`` (names, the first so many) and ``apart`` (parts, with semicolons); numbers below zero have a true minus,
    those of one interval the same decimals.

    >>> found = say("{n:areas} of {total} stand out: {names:list2}.", n=3, total=9, names=["Ayr", "Deal", "Hull"])
    >>> found
    '3 areas of 9 stand out: Ayr, Deal and 1 more.'
    >>> found.numbers["total"]
    9
    """
    return Finding(template, numbers)


def told(template: str, numbers: Mapping[str, Any]) -> str:
    """What a template makes of named values, or of the same values as plain data.

    >>> inner = say("r = {r:.2f}", r=-0.5)
    >>> told("As {found}.", say("As {found}.", found=inner).plain)
    'As r = −0.50.'
    """
    return _Wording().vformat(_INTERVAL.sub(partial(_levelled, numbers), tr(template)), (), numbers)


def slug(text: str) -> str:
    """A text in small letters, digits and underscores.

    >>> slug("Healthy life, men")
    'healthy_life_men'
    """
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_only.lower()).strip("_")


def _again(
    template: str, numbers: Mapping[str, Any], key: tuple[str, ...], table: str, row: Mapping[str, Any]
) -> Finding:
    return Finding(template, numbers).about(*key, table=table, **row)


def _levelled(numbers: Mapping[str, Any], found: re.Match[str]) -> str:
    """The part of a template that holds an interval, its numbers written with the same decimals."""
    shape = _FIGURES.fullmatch(found["spec"])
    names = [found[part] for part in ("value", "low", "high") if found[part]]
    values = [float(_spoken(numbers[name])) for name in names]
    *value, low, high = together(values, int(shape[2]) if shape else 3, bool(shape and shape[1]))
    return f"{''.join(value)}{found['between'] or ''}{low} to {high}"


class _Wording(Formatter):
    """Python's formats, and those of sentences."""

    def format_field(self, value: Any, format_spec: str) -> str:
        value = _spoken(value)
        if format_spec == "apart":
            return "; ".join(value)
        if format_spec.startswith("list"):
            return listing(value, int(format_spec[4:] or 6))
        ways: dict[str, Callable[[Any], str]] = {
            "number": number, "areas": areas_of, "opened": opened, "bound": bound, "+bound": partial(bound, sign=True)
        }  # fmt: skip
        if format_spec in ways:
            return str(ways[format_spec](value))
        if shape := _FIGURES.fullmatch(format_spec):
            return figures(float(value), int(shape[2]), sign=bool(shape[1]))
        return format(value, format_spec) if isinstance(value, str) else written(value, format_spec)


def _spoken(value: Any) -> Any:
    """A value as a format takes it; plain data of a finding become its sentence again."""
    if isinstance(value, Mapping):
        return told(value[SAYS], value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Sequence):
        return [_spoken(one) for one in value]
    return float("nan") if value is None else value


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, Finding):
        return {SAYS: value.template, **value.plain}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, Sequence | np.ndarray):
        return [_plain(one) for one in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    return None if value is None or not np.isfinite(value) else float(value)
