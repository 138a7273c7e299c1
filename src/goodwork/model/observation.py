"""One figure as somebody published it, and the marker that qualifies it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from goodwork.language import tr


class Status(StrEnum):
    """Quality markers, after the United Kingdom's Government Statistical Service shorthand.

    ``SHOWN`` markers qualify a value; ``x``, ``c``, ``z`` and ``w`` stand *instead of* one: a suppressed figure is not
    a missing figure, and neither is zero.

    >>> Status.from_text("[c]"), Status.from_text(".."), Status.from_text(""), Status.CONFIDENTIAL.withholds
    (<Status.CONFIDENTIAL: 'c'>, <Status.NOT_AVAILABLE: 'x'>, <Status.NORMAL: ''>, True)
    """

    NORMAL = ""
    BREAK = "b"
    CONFIDENTIAL = "c"
    ESTIMATED = "e"
    FORECAST = "f"
    LOW = "low"
    PROVISIONAL = "p"
    REVISED = "r"
    UNRELIABLE = "u"
    NONE_RECORDED = "w"
    NOT_AVAILABLE = "x"
    NOT_APPLICABLE = "z"

    @property
    def withholds(self) -> bool:
        """Whether this marker stands instead of a value."""
        return self in {Status.CONFIDENTIAL, Status.NOT_AVAILABLE, Status.NOT_APPLICABLE, Status.NONE_RECORDED}

    @property
    def words(self) -> str:
        """The marker in words."""
        return _WORDS[self]

    @classmethod
    def from_text(cls, text: str) -> Status:
        """Read a marker in any of the spellings publishers use; raises ``ValueError`` when it is none."""
        bare = text.strip().strip("[]()").strip().lower()
        if bare in cls._value2member_map_:
            return cls(bare)
        if bare in _SPELLINGS:
            return _SPELLINGS[bare]
        raise ValueError(f"unknown marker {text!r}")


_WORDS = {
    Status.NORMAL: tr("as published"),
    Status.BREAK: tr("break in the series"),
    Status.CONFIDENTIAL: tr("confidential: withheld so that nobody can be recognised"),
    Status.ESTIMATED: tr("estimated"),
    Status.FORECAST: tr("forecast"),
    Status.LOW: tr("low: rounds to zero but is not zero"),
    Status.PROVISIONAL: tr("provisional"),
    Status.REVISED: tr("revised"),
    Status.UNRELIABLE: tr("low reliability"),
    Status.NONE_RECORDED: tr("none recorded in the survey"),
    Status.NOT_AVAILABLE: tr("not available"),
    Status.NOT_APPLICABLE: tr("not applicable"),
}

_SPELLINGS = {
    ":": Status.NOT_AVAILABLE,
    "..": Status.NOT_AVAILABLE,
    "...": Status.NOT_AVAILABLE,
    "-": Status.NOT_AVAILABLE,
    "–": Status.NOT_AVAILABLE,
    "": Status.NORMAL,
    "na": Status.NOT_AVAILABLE,
    "n/a": Status.NOT_AVAILABLE,
    "nan": Status.NOT_AVAILABLE,
    "null": Status.NOT_AVAILABLE,
    "none": Status.NOT_AVAILABLE,
    "#": Status.NOT_AVAILABLE,
    "!": Status.CONFIDENTIAL,
    "*": Status.UNRELIABLE,
    "~": Status.LOW,
    "normal value": Status.NORMAL,
    "a": Status.NORMAL,
    "q": Status.CONFIDENTIAL,
}


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure: what, where, when, how much, how sure, how good, from whom.

    ``period`` is the period the monitor files it under, ``span`` what the publisher printed (a three-year average
    ``2016-2018`` is filed under 2018). ``basis`` says whether the figure is ``published``, ``derived`` by arithmetic
    from published figures, or ``inherited`` from a former area that contained this one.
    """

    indicator: str
    area: str
    period: str
    value: float
    lower: float = float("nan")
    upper: float = float("nan")
    status: Status = Status.NORMAL
    basis: str = "published"
    source: str = ""
    span: str = ""


COLUMNS = ("indicator", "area", "period", "span", "value", "lower", "upper", "status", "basis", "source")
