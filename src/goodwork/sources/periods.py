"""The period a figure is about, from whatever the publisher printed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

#: The month in which a year that is written over two calendar years (``2019/20``) begins.
YearKind = Literal["financial", "academic"]
_BEGINS: dict[str, int] = {"financial": 4, "academic": 9}

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"((?:18|19|20|21)[0-9]{2})"
_DAY = rf"{_YEAR}-([0-9]{{2}})-([0-9]{{2}})(?:[t ]00:00:00(?:\.0+)?z?)?"
_TO = r"\s*(?:-|to)\s*"


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day of a period, and what was printed for it."""

    first: date
    last: date
    text: str = ""

    @property
    def months(self) -> int:
        """How many months it covers, to the nearest; 0 for a single day.

        >>> read_span("2022-01-01/P3Y").months, read_span("2025-04-30").months
        (36, 0)
        """
        if self.first == self.last:
            return 0
        after = self.last + timedelta(days=1)
        whole = (after.year - self.first.year) * 12 + after.month - self.first.month
        return whole + round((after.day - self.first.day) / 30.44)


def read_span(text: str, *, year: YearKind = "financial", hyphen: Literal["years", "month"] | None = None) -> Span:
    """The days a printed period covers.

    Read are ISO dates and intervals, years, ranges of years, quarters, months and ranges of months, and years that are
    written over two calendar years. ``2019/20`` begins on 1 April; on 1 September when the text says academic or
    ``year`` does. ``2010-12`` may be December 2010 or the years 2010 to 2012: raises ``ValueError`` unless ``hyphen``
    says which (``2011-13`` and ``2010 - 12`` can only be years, ``2005-01`` only a month). ``2019-20`` may be one
    financial year or two calendar years: the same. Raises ``ValueError`` with the text for anything else.

    >>> span = read_span("Jul 2016-Jun 2017")
    >>> span.first.isoformat(), span.last.isoformat(), span.months
    ('2016-07-01', '2017-06-30', 12)
    """
    plain = re.sub(r"\s+", " ", str(text).strip().lower().replace("–", "-").replace("—", "-"))
    kinds: tuple[YearKind, ...] = ("academic", "financial")
    for kind in kinds:
        plain, named = re.subn(rf"\s*\(?\b{kind}(?: year)?\b\)?:?\s*", "", plain)
        if named:
            year, plain = kind, re.sub(rf"^{_YEAR} ?- ?([0-9]+)$", r"\1/\2", plain)
            if "/" not in plain:
                raise ValueError(f"{text!r} is not a period: write the {kind} year over two years, as 2019/20")
    for pattern, read in _GRAMMAR:
        if found := pattern.fullmatch(plain):
            try:
                first, last = read(found, _BEGINS[year], hyphen)
            except (ValueError, OverflowError) as error:
                raise ValueError(f"{text!r} is not a period: {error}") from None
            if last < first:
                raise ValueError(f"{text!r} is not a period: it ends before it begins")
            return Span(first, last, str(text).strip())
    raise ValueError(f"{text!r} is not a period that can be read")


def read_spans(
    texts: Iterable[str], *, year: YearKind = "financial", hyphen: Literal["years", "month"] | None = None
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """First and last days of a column of periods, as ISO dates, one per text; each different text is read once.

    Raises one ``ValueError`` that names every text (the first five) that is not a period.

    >>> first, last = read_spans(["2019", "2004-01-01/P1Y", "2019"])
    >>> last.tolist()
    ['2019-12-31', '2004-12-31', '2019-12-31']
    """
    column = list(texts)
    known: dict[str, tuple[str, str]] = {}
    wrong: list[str] = []
    for text in dict.fromkeys(column):
        try:
            span = read_span(text, year=year, hyphen=hyphen)
        except ValueError as error:
            wrong.append(str(error))
        else:
            known[text] = (span.first.isoformat(), span.last.isoformat())
    if wrong:
        more = f"; and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise ValueError("; ".join(wrong[:5]) + more)
    pairs = np.array([known[text] for text in column], dtype=object).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


_Days = tuple[date, date]
_Read = Callable[[re.Match[str], int, str | None], _Days]


def _shift(day: date, months: int) -> date:
    """The same day of the month some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _run(year: int, month: int, months: int) -> _Days:
    """The days of a run of whole months."""
    first = date(year, month, 1)
    return first, _shift(first, months) - timedelta(days=1)


def _month(name: str) -> int:
    return _MONTHS.index(name[:3]) + 1


def _full(short: str, near: int) -> int:
    """A year of two digits as the first such year from ``near`` on."""
    return int(short) if len(short) == 4 else near + (int(short) - near) % 100


def _century(short: str) -> int:
    return _full(short, 1970)


def _interval(m: re.Match[str], _begins: int, _hyphen: str | None) -> _Days:
    first = date(int(m[1]), int(m[2]), int(m[3]))
    years, months, weeks, days = (int(part or 0) for part in m.groups()[3:])
    if not (years or months or weeks or days):
        raise ValueError("it has no length")
    return first, _shift(first, 12 * years + months) + timedelta(days=7 * weeks + days - 1)


def _dates(m: re.Match[str], _begins: int, _hyphen: str | None) -> _Days:
    return date(int(m[1]), int(m[2]), int(m[3])), date(int(m[4]), int(m[5]), int(m[6]))


def _one_day(year: str, month: int, day: str) -> _Days:
    return date(int(year), month, int(day)), date(int(year), month, int(day))


def _years(first: int, last: int) -> _Days:
    return date(first, 1, 1), date(last, 12, 31)


def _short_range(m: re.Match[str], _begins: int, hyphen: str | None) -> _Days:
    start, short, spaced = int(m[1]), m[3], " " in m[2] or "to" in m[2]
    last = _full(short, start)
    as_month = 1 <= int(short) <= 12 and not spaced
    as_years = start < last <= start + 30
    if hyphen == "month" and as_month:
        return _run(start, int(short), 1)
    if as_years and (hyphen == "years" or spaced or not (as_month or last == start + 1)):
        return _years(start, last)
    if as_month and not as_years:
        return _run(start, int(short), 1)
    if as_years:
        other = f"a month of {start}" if as_month else "one financial or academic year"
        raise ValueError(f"it may be {other} or the years {start} to {last}")
    raise ValueError("it is neither a month nor a range of years")


def _split_year(m: re.Match[str], begins: int, _hyphen: str | None) -> _Days:
    """``2019/20`` and ``2016/17 - 18/19``."""
    start = int(m[1])
    if _full(m[2], start) != start + 1:
        raise ValueError(f"{m[2]} does not follow {start}")
    if m.lastindex == 2:
        return _run(start, begins, 12)
    last = _full(m[3], start)
    if _full(m[4], last) != last + 1:
        raise ValueError(f"{m[4]} does not follow {m[3]}")
    return _run(start, begins, 12 * (last - start + 1))


def _split_quarter(m: re.Match[str], begins: int, _hyphen: str | None) -> _Days:
    start = int(m[1])
    if _full(m[2], start) != start + 1:
        raise ValueError(f"{m[2]} does not follow {start}")
    first = _shift(date(start, begins, 1), 3 * (int(m[3]) - 1))
    return _run(first.year, first.month, 3)


def _month_range(m: re.Match[str], _begins: int, _hyphen: str | None) -> _Days:
    last_year = int(m[4])
    first_year = int(m[2]) if m[2] else last_year - (_month(m[1]) > _month(m[3]))
    return _run(first_year, _month(m[1]), 1)[0], _run(last_year, _month(m[3]), 1)[1]


def _grammar() -> tuple[tuple[re.Pattern[str], _Read], ...]:
    length = r"p(?:([0-9]+)y)?(?:([0-9]+)m)?(?:([0-9]+)w)?(?:([0-9]+)d)?"
    rules: tuple[tuple[str, _Read], ...] = (
        (rf"{_DAY}/{length}", _interval),
        (rf"{_DAY}/{_DAY}", _dates),
        (_DAY, lambda m, *_: _one_day(m[1], int(m[2]), m[3])),
        (rf"([0-9]{{1,2}})/([0-9]{{1,2}})/{_YEAR}", lambda m, *_: _one_day(m[3], int(m[2]), m[1])),
        (rf"([0-9]{{1,2}}) {_MONTH} {_YEAR}", lambda m, *_: _one_day(m[3], _month(m[2]), m[1])),
        (rf"{_YEAR}(?:\.0)?", lambda m, *_: _years(int(m[1]), int(m[1]))),
        (rf"{_YEAR}0000", lambda m, *_: _years(int(m[1]), int(m[1]))),
        (rf"{_YEAR}{_TO}{_YEAR}", lambda m, *_: _years(int(m[1]), int(m[2]))),
        (rf"{_YEAR}({_TO})([0-9]{{2}})", _short_range),
        (rf"{_YEAR}/([0-9]{{4}}|[0-9]{{2}})", _split_year),
        (rf"{_YEAR}/([0-9]{{4}}|[0-9]{{2}}){_TO}([0-9]{{4}}|[0-9]{{2}})/([0-9]{{4}}|[0-9]{{2}})", _split_year),
        (rf"{_YEAR}/([0-9]{{4}}|[0-9]{{2}}) q([1-4])", _split_quarter),
        (rf"{_YEAR}[ -]?q([1-4])", lambda m, *_: _run(int(m[1]), 3 * int(m[2]) - 2, 3)),
        (rf"q([1-4])[ -]?{_YEAR}", lambda m, *_: _run(int(m[2]), 3 * int(m[1]) - 2, 3)),
        (rf"{_YEAR}[ -]?m(0[1-9]|1[0-2])", lambda m, *_: _run(int(m[1]), int(m[2]), 1)),
        (rf"{_MONTH}[ -]?{_YEAR}", lambda m, *_: _run(int(m[2]), _month(m[1]), 1)),
        (rf"{_YEAR}[ -]?{_MONTH}", lambda m, *_: _run(int(m[1]), _month(m[2]), 1)),
        (rf"{_MONTH}[ -]([0-9]{{2}})", lambda m, *_: _run(_century(m[2]), _month(m[1]), 1)),
        (rf"([0-9]{{2}})-{_MONTH}", lambda m, *_: _run(_century(m[1]), _month(m[2]), 1)),
        (rf"{_MONTH}(?: {_YEAR})?{_TO}{_MONTH} {_YEAR}", _month_range),
    )
    return tuple((re.compile(pattern), read) for pattern, read in rules)


_GRAMMAR = _grammar()
