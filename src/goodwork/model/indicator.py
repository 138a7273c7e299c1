"""What a number is."""

from __future__ import annotations

from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from goodwork.errors import NotFound
from goodwork.language import tr
from goodwork.model.area import nearest
from goodwork.model.declaration import Declaration

Direction = Literal["higher", "lower"]
Kind = Literal["share", "rate", "money", "years", "score", "ratio", "count", "points"]
PeriodType = Literal[
    "calendar year", "financial year", "academic year", "three years", "survey date", "mid-year", "window"
]
Designation = Literal[
    "",
    "accredited official statistics",
    "official statistics",
    "official statistics in development",
    "management information",
    "not official statistics",
]
Filed = Literal["", "begins", "ends"]
Role = Literal["good work", "alternative", "condition", "outcome", "shock", "context"]
Principle = Literal[
    "access",
    "fair pay",
    "fair conditions",
    "equality",
    "dignity",
    "autonomy",
    "wellbeing",
    "support",
    "participation",
    "learning",
]

#: The range a value of each kind must lie in.
LIMITS: dict[str, tuple[float, float]] = {
    "share": (0.0, 100.0),
    "rate": (0.0, float("inf")),
    "money": (0.0, float("inf")),
    "years": (0.0, 120.0),
    "score": (float("-inf"), float("inf")),
    "ratio": (0.0, float("inf")),
    "count": (0.0, float("inf")),
    "points": (-100.0, 100.0),
}

#: The scale on which the sampling error of each kind is taken to be normal.
SCALES: dict[str, Literal["logit", "log", "linear"]] = {
    "share": "logit",
    "rate": "log",
    "money": "log",
    "years": "linear",
    "score": "linear",
    "ratio": "log",
    "count": "log",
    "points": "linear",
}


#: What a period of each type covers: the first month, counted from January of the year it begins in, how many months,
#: and the words for it. The day of a survey is taken as mid-year; a window has months of its own.
COVERS: dict[str, tuple[int, int, str]] = {
    "calendar year": (0, 12, tr("a calendar year")),
    "financial year": (3, 12, tr("a financial year, April to March")),
    "academic year": (8, 12, tr("an academic year, September to August")),
    "three years": (0, 36, tr("three calendar years together")),
    "survey date": (5, 1, tr("the day of a survey")),
    "mid-year": (5, 1, tr("the middle of the year")),
}


def which_end(direction: str) -> str:
    """Which end of a figure is better, in words: of ``higher``, ``lower`` or ``neither``.

    >>> which_end("lower")
    'lower is better'
    """
    return {
        "higher": tr("higher is better"), "lower": tr("lower is better"), "neither": tr("neither end is better")
    }[direction]  # fmt: skip


class Break(Declaration):
    """A period from which a series cannot be compared with what came before, and why."""

    period: str
    what: str


class Indicator(Declaration):
    """What one number is: name, unit, definition, who publishes it, its period, its breaks, its licence.

    ``series`` names the columns of the source tables it is taken from, in order of preference; an indicator with no
    series is declared and missing, and ``missing`` says why. ``limits`` narrows the range its kind allows.
    ``assumed_error`` is the relative standard error taken where the publisher gives no interval: never silently zero.
    ``designation`` is what kind of statistic the publisher calls it, empty where that is not known; ``stated``, where
    that is said. ``survey`` names the survey that the figures come from: errors of indicators of one survey may go
    together. ``prices`` is ``current`` for money of the year itself. A period that touches several calendar years is
    ``filed`` under the one it begins or ends in: three years under the last, others under the first, unless said.
    """

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_.]*$")
    name: str
    short: str = ""
    definition: str = ""
    unit: str
    kind: Kind
    decimals: int = Field(default=1, ge=0, le=6)
    direction: Direction | Literal["neither"] = "neither"
    role: Role = "context"
    publisher: str = ""
    dataset: str = ""
    release: str = ""
    licence: str = ""
    url: str = ""
    period_type: PeriodType = "calendar year"
    breaks: tuple[Break, ...] = ()
    principles: tuple[Principle, ...] = ()
    series: tuple[str, ...] = ()
    missing: str = ""
    caveat: str = ""
    limits: tuple[float, float] | None = None
    assumed_error: float = Field(default=0.05, ge=0, le=1)
    survey: str = ""
    designation: Designation = ""
    stated: str = ""
    prices: Literal["", "current"] = ""
    filed: Filed = ""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.series and self.missing:
            raise ValueError(f"{self.id} has series and a reason why it is missing: keep one")
        if self.prices and self.kind != "money":
            raise ValueError(f"{self.id} is in {self.prices} prices and no money: its kind is {self.kind}")
        if self.filed and not self.filed_under:
            raise ValueError(f"{self.id}: {self.period_type} lies in one year: it cannot be filed under another")
        return self

    @property
    def filed_under(self) -> Filed:
        """Whether a period is filed under the year it begins or ends in; empty where it lies in one year.

        >>> Indicator(id="x", name="X", unit="%", kind="share", period_type="three years").filed_under
        'ends'
        """
        if self.period_type not in ("financial year", "academic year", "three years"):
            return ""
        return self.filed or ("ends" if self.period_type == "three years" else "begins")

    @property
    def months(self) -> tuple[int, int] | None:
        """The months a period covers: the first, counted from January of the year it is filed under, and how many;
        ``None`` for a window, which has months of its own.

        >>> Indicator(id="x", name="X", unit="%", kind="share", period_type="three years").months
        (-24, 36)
        """
        if self.period_type not in COVERS:
            return None
        first, length, _ = COVERS[self.period_type]
        return first - 12 * ((first + length - 1) // 12 if self.filed_under == "ends" else 0), length

    @property
    def covers(self) -> str:
        """What one period of it covers, and under which year it is filed, in words.

        >>> Indicator(id="x", name="X", unit="%", kind="share", period_type="academic year").covers
        'an academic year, September to August; filed under the year it begins in'
        """
        if self.period_type not in COVERS:
            return tr("a window of its own, filed under its year")
        words = COVERS[self.period_type][2]
        filed = {
            "begins": tr("{words}; filed under the year it begins in"),
            "ends": tr("{words}; filed under the year it ends in"),
        }
        return filed.get(self.filed_under, "{words}").format(words=words)

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short or self.name

    @property
    def range(self) -> tuple[float, float]:
        """Smallest and largest value that can be true."""
        return self.limits or LIMITS[self.kind]

    @property
    def scale(self) -> Literal["logit", "log", "linear"]:
        """The scale on which its sampling error is taken to be normal."""
        return SCALES[self.kind]

    @property
    def better(self) -> str:
        """Which end is better, in words."""
        return which_end(self.direction)

    @property
    def short_unit(self) -> str:
        """The unit as it stands after a figure: of a share only its sign.

        >>> Indicator(id="u", name="U", unit="% of adults", kind="share").short_unit
        '%'
        """
        return "%" if self.unit.startswith("%") else self.unit

    @property
    def unit_of_change(self) -> str:
        """What a change of it, or a difference of two of its figures, is counted in: of a share, percentage points.

        >>> Indicator(id="u", name="U", unit="% of adults", kind="share").unit_of_change
        'percentage points'
        """
        return tr("percentage points") if self.unit.startswith("%") else self.unit

    def show(self, value: float) -> str:
        """A value with its unit, as a reader expects it.

        >>> Indicator(id="pay", name="Pay", unit="£ per week", kind="money", decimals=0).show(1406.2)
        '£1,406 per week'
        >>> Indicator(id="u", name="U", unit="% of adults", kind="share").show(3.04)
        '3.0 %'
        """
        if value != value:
            return tr("no data")
        text = f"{value:z,.{self.decimals}f}".replace("-", "−")
        if self.unit.startswith("£"):
            return f"£{text}{self.unit[1:]}".rstrip()
        if self.unit.startswith("%"):
            return f"{text} %"
        return f"{text} {self.unit}".rstrip()


class Catalogue(Declaration):
    """Every indicator that is known, by id."""

    indicator: tuple[Indicator, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        ids = [item.id for item in self.indicator]
        if twice := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"indicator declared twice: {', '.join(twice)}")
        return self

    @cached_property
    def by_id(self) -> dict[str, Indicator]:
        """Indicators by id."""
        return {item.id: item for item in self.indicator}

    @property
    def in_current_prices(self) -> tuple[str, ...]:
        """The indicators that are money of the year itself, and so not comparable over time before prices are taken
        out."""
        return tuple(item.id for item in self.indicator if item.prices == "current")

    def __contains__(self, indicator: str) -> bool:
        return indicator in self.by_id

    def __getitem__(self, indicator: str) -> Indicator:
        """An indicator by id; raises ``NotFound`` with the nearest ids."""
        if indicator not in self.by_id:
            raise NotFound("indicator", indicator, nearest(indicator, self.by_id))
        return self.by_id[indicator]
