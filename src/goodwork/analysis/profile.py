"""One place: where it stands, on what, how sure that is, and what lies behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodwork.analysis.finding import say
from goodwork.analysis.verdicts import verdict
from goodwork.language import tr
from goodwork.model.area import Area, AreaSet, Geography
from goodwork.model.framework import INDEX, Framework
from goodwork.model.indicator import Catalogue, Indicator, which_end
from goodwork.model.observation import Status
from goodwork.model.origin import Origin
from goodwork.model.shown import shown

if TYPE_CHECKING:
    import pandas as pd

NAN = float("nan")
#: How a figure that nobody published came to be, as readers are told.
BASES = {"derived": tr("derived"), "inherited": tr("inherited")}


@dataclass(frozen=True)
class Standing:
    """Score (on the scale of display) and rank of one node, each with its 95 % interval; ``of`` areas are ranked."""

    node: str
    title: str
    score: float = NAN
    low: float = NAN
    high: float = NAN
    rank: float = NAN
    rank_low: float = NAN
    rank_high: float = NAN
    ties: float = 0.0
    of: int = 0
    top: float = NAN
    bottom: float = NAN

    @property
    def scored(self) -> bool:
        """Whether there is a score."""
        return self.score == self.score

    @property
    def relative(self) -> float:
        """Place among the areas ranked, from 0 (best) to 1 (worst); shared places count in the middle; NaN without."""
        return (self.rank - 1 + self.ties / 2) / max(self.of - 1, 1)

    @property
    def half(self) -> int:
        """+1 in the better half, −1 in the worse, 0 in the middle or where there is no rank."""
        return int(self.relative < 0.5) - int(self.relative > 0.5)

    @property
    def place(self) -> str:
        """The rank in words, never without its interval.

        >>> Standing("index", "Index", score=101.0, rank=23, rank_low=11, rank_high=40, of=119).place
        '23rd of 119 (95 % interval 11 to 40)'
        """
        if self.rank != self.rank:
            return tr("not ranked")
        place = tr("joint {place} of {total}") if self.ties else tr("{place} of {total}")
        place = place.format(place=ordinal(int(self.rank)), total=self.of)
        if self.rank_low != self.rank_low:
            return tr("{place} (no interval was computed)").format(place=place)
        told = tr("{place} (95 % interval {low} to {high})")
        return told.format(place=place, low=int(self.rank_low), high=int(self.rank_high))


@dataclass(frozen=True)
class Figure:
    """One raw figure of an area, with all a reader needs to judge it, and its standing among the areas compared."""

    indicator: Indicator
    direction: str
    domain: str
    value: float
    lower: float
    upper: float
    status: Status
    basis: str
    period: str
    span: str
    nation: str
    national: float
    national_period: str
    normalised: float
    contribution: float
    standing: Standing
    origin: Origin | None

    @property
    def shown(self) -> str:
        """The value with its unit."""
        return self.indicator.show(self.value)

    @property
    def better(self) -> str:
        """Which end is better, in words."""
        return which_end(self.direction)

    @property
    def quality(self) -> str:
        """Marker and basis in words; empty for a plain published figure."""
        words = [] if self.status is Status.NORMAL else [self.status.words]
        words += [] if self.basis in ("published", "") else [BASES.get(self.basis, self.basis)]
        return ", ".join(words)


@dataclass(frozen=True)
class Profile:
    """Everything the edition says of one area in one period among one set of areas."""

    area: Area
    parents: tuple[str, ...]
    area_set: AreaSet
    framework: Framework
    period: str
    index: Standing
    domains: tuple[Standing, ...]
    figures: tuple[Figure, ...]
    not_scored: str
    invented: bool = False

    @property
    def strengths(self) -> tuple[Figure, ...]:
        """Members on which the area stands in the better half of the areas compared, best place first."""
        return tuple(sorted((f for f in self.figures if f.standing.half > 0), key=lambda f: f.standing.relative))

    @property
    def weaknesses(self) -> tuple[Figure, ...]:
        """Members on which it stands in the worse half, worst place first."""
        return tuple(sorted((f for f in self.figures if f.standing.half < 0), key=lambda f: -f.standing.relative))

    @property
    def missing(self) -> tuple[Figure, ...]:
        """Members that have no figure here."""
        return tuple(f for f in self.figures if f.value != f.value)

    @property
    def sentence(self) -> str:
        """Where the area stands, in one sentence made from the figures."""
        facts = {"area": self.area.name, "period": self.period, "among": self.area_set.title}
        if not self.index.scored:
            return say("{area} is not scored in {period}: {reason}.", **facts, reason=verdict(self.not_scored))
        anchor = "; {anchor}" if self.framework.method.anchor else ""
        known = self.index.low == self.index.low
        doubt = "95 % interval {low:.1f} to {high:.1f}" if known else "no interval was computed"
        among = " in {among}" if self.area_set.name != "all" else ""
        return say(
            f"In {{period}} {{area}} scores {{score:.1f}} ({doubt}{anchor}), {{place}}{among}.", **facts,
            score=self.index.score, low=self.index.low, high=self.index.high, place=self.index.place,
            rank=self.index.rank, anchor=self.framework.method.anchor,
        )  # fmt: skip

    def _repr_html_(self) -> str:
        """How a notebook shows it: where it stands, and every figure with its interval and place."""
        import pandas as pd

        rows = [
            (f.indicator.label, f.shown, _interval(f), f.better,
             f.period, f.standing.place)
            for f in self.figures
        ]  # fmt: skip
        columns = [tr("Indicator"), tr("Figure"), tr("95 % interval"), tr("Which end"), tr("Period"), tr("Place")]
        title = f"{self.area.name}: {self.framework.title}"
        return shown(title, [self.sentence], pd.DataFrame(rows, columns=columns), invented=self.invented)

    def as_dict(self) -> dict[str, Any]:
        """The profile as plain data; gaps are ``None``."""
        return {
            "area": self.area.model_dump(mode="json"),
            "parents": list(self.parents),
            "area_set": self.area_set.name,
            "framework": self.framework.name,
            "period": self.period,
            "sentence": self.sentence,
            "not_scored": self.not_scored or None,
            "index": _plain(self.index),
            "domains": [_plain(d) for d in self.domains],
            "strengths": [f.indicator.id for f in self.strengths],
            "weaknesses": [f.indicator.id for f in self.weaknesses],
            "indicators": [_plain_figure(f) for f in self.figures],
        }


def profile(
    area: Area,
    *,
    framework: Framework,
    catalogue: Catalogue,
    origins: Mapping[str, Origin],
    geography: Geography,
    area_set: AreaSet,
    period: str,
    tables: Mapping[str, pd.DataFrame],
    values: pd.DataFrame,
    invented: bool = False,
) -> Profile:
    """Gather what an edition's tables say of one area; ``tables`` are already cut to one framework, area set, period.

    Nothing is computed here but look-ups: scores, ranks and intervals stand as the edition holds them.
    """
    reason = ""
    excluded = tables["exclusions"]
    if len(here := excluded[excluded["area"] == area.code]):
        reason = str(here["reason"].iloc[0])
    by_node = {
        name: {row["node"]: row for row in _records(tables[name], area.code)}
        for name in ("scores", "ranks")
        if name in tables
    }

    def standing(node: str) -> Standing:
        facts: dict[str, Any] = {}
        if node in by_node["scores"]:
            row = by_node["scores"][node]
            facts |= {"score": row["displayed"], "low": row.get("low", NAN), "high": row.get("high", NAN)}
        if node in by_node.get("ranks", {}):
            row = by_node["ranks"][node]
            facts |= {n: row.get(n, NAN) for n in ("rank", "rank_low", "rank_high", "top", "bottom")}
            facts |= {"ties": row["ties"], "of": int(row["ranked"])}
        return Standing(node, framework.node_title(node, catalogue), **facts)

    nation = area.parents.get("country", "")
    rows = values[values["area"].isin([area.code, nation]) & values["indicator"].isin(framework.indicators)]
    of: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for found in rows.to_dict("records"):
        of.setdefault((found["area"], found["indicator"]), []).append({str(k): v for k, v in found.items()})
    cells = {
        name: {row["indicator"]: float(row[column]) for row in _records(tables.get(name), area.code)}
        for name, column in (("normalised", "normalised"), ("contributions", "contribution"))
    }
    figures = []
    for member in framework.members:
        own = _figure_row(of.get((area.code, member.indicator), []), period, framework)
        theirs = _figure_row(of.get((nation, member.indicator), []), period, framework)
        figures.append(
            Figure(
                indicator=catalogue[member.indicator],
                direction=member.direction,
                domain=framework.node_title(framework.top_domain(member.indicator), catalogue),
                value=own.get("value", NAN),
                lower=own.get("lower", NAN),
                upper=own.get("upper", NAN),
                status=Status(own.get("status", "")),
                basis=own.get("basis", ""),
                period=own.get("period", ""),
                span=own.get("span", ""),
                nation=geography.by_code[nation].name if nation in geography.by_code else "",
                national=theirs.get("value", NAN),
                national_period=theirs.get("period", ""),
                normalised=cells["normalised"].get(member.indicator, NAN),
                contribution=cells["contributions"].get(member.indicator, NAN),
                standing=standing(member.indicator),
                origin=origins.get(own.get("source", "")),
            )
        )
    return Profile(
        area=area,
        parents=tuple(geography.by_code[c].name for c in area.parents.values() if c in geography.by_code),
        area_set=area_set,
        framework=framework,
        period=period,
        index=standing(INDEX),
        domains=tuple(standing(node) for node in framework.groups if node != INDEX),
        figures=tuple(figures),
        not_scored=reason,
        invented=invented,
    )


def _interval(figure: Figure) -> str:
    """The 95 % interval of a figure, in its unit; a dash where an end is not known."""
    if figure.lower != figure.lower or figure.upper != figure.upper:
        return "–"
    low, high = figure.indicator.show(figure.lower), figure.indicator.show(figure.upper)
    return tr("{low} to {high}").format(low=low, high=high)


def _figure_row(rows: list[dict[str, Any]], period: str, framework: Framework) -> dict[str, Any]:
    """The row that serves a period under the framework's rule of alignment; empty when there is none."""
    exact = [row for row in rows if row["period"] == period]
    if exact or framework.alignment.rule != "nearest" or not rows:
        return exact[0] if exact else {}

    def away(row: dict[str, Any]) -> int:
        return abs(int(row["period"][:4]) - int(period[:4]))

    near = min(sorted(rows, key=lambda row: str(row["period"])), key=away)
    return near if away(near) <= framework.alignment.tolerance else {}


def _records(table: pd.DataFrame | None, area: str) -> list[dict[str, Any]]:
    """The rows of a table that are about an area; none where there is no such table."""
    if table is None:
        return []
    mine, columns = table[table["area"] == area], [str(column) for column in table.columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*(c.tolist() for _, c in mine.items()), strict=True)]


def ordinal(n: int) -> str:
    """A whole number as a place.

    >>> [ordinal(n) for n in (1, 2, 3, 11, 112, 121)]
    ['1st', '2nd', '3rd', '11th', '112th', '121st']
    """
    ends = {1: tr("{n}st"), 2: tr("{n}nd"), 3: tr("{n}rd")} if not 10 <= n % 100 <= 20 else {}
    return ends.get(n % 10, tr("{n}th")).format(n=n)


def _plain(standing: Standing) -> dict[str, Any]:
    names = ("score", "low", "high", "rank", "rank_low", "rank_high", "ties", "of", "top", "bottom")
    return {"node": standing.node, "title": standing.title, **{n: _none(getattr(standing, n)) for n in names}}


def _plain_figure(figure: Figure) -> dict[str, Any]:
    return {
        "indicator": figure.indicator.id,
        "name": figure.indicator.name,
        "domain": figure.domain,
        "unit": figure.indicator.unit,
        "better": figure.direction,
        **{n: _none(getattr(figure, n)) for n in ("value", "lower", "upper", "national", "normalised", "contribution")},
        "nation": figure.nation,
        "status": str(figure.status),
        "basis": figure.basis,
        "period": figure.period,
        "span": figure.span,
        "standing": _plain(figure.standing),
        "source": figure.origin.line if figure.origin else None,
        "derivation": figure.origin.derivation if figure.origin else None,
        "missing": figure.indicator.missing or None,
    }


def _none(value: float) -> float | None:
    """A number, or ``None`` for a gap: JSON has no NaN."""
    return None if value != value else float(value)
