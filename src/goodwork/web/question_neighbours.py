"""One area beside its statistical neighbours: who they are, how near, what they share, who clearly does better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from goodwork.analysis.alongside import CLEAR
from goodwork.analysis.wording import chance, listing
from goodwork.language import tr, trn
from goodwork.model.indicator import Indicator, which_end
from goodwork.monitor import Monitor
from goodwork.report.view import apart, bounds
from goodwork.web.question_tables import Saying

if TYPE_CHECKING:
    import pandas as pd

#: What draws tell of a neighbour's score beside the area's own.
HIGHER, LOWER, ALIKE = tr("clearly higher"), tr("clearly lower"), tr("no clear difference")


@dataclass(frozen=True)
class Neighbour:
    """One neighbour in words."""

    name: str
    url: str
    distance: str
    differ: str
    score: str
    interval: str
    rank: str
    ranks: str
    above: str
    verdict: str


@dataclass(frozen=True)
class Figures:
    """One indicator of an area and its neighbours: its name, which end is better, value and interval of each, who
    clearly does better than the area (the intervals have nothing in common), and who does by the figure alone."""

    name: str
    better: str
    cells: tuple[tuple[str, str], ...]
    clearly: str
    alone: str


@dataclass(frozen=True)
class Beside:
    """An area and its neighbours, with their figures side by side."""

    sentence: str
    own: Neighbour
    neighbours: tuple[Neighbour, ...]
    period: str
    figures: tuple[Figures, ...]


def beside(monitor: Monitor, framework: str, area_set: str, area: str, say: Saying) -> Beside | None:
    """The area beside its neighbours in the latest period; ``None`` where it has none, or is not among the areas."""
    table = monitor.answer("neighbours", area_set, framework)["neighbours"]
    near = table[table["area"] == area]
    if not len(near):
        return None
    period = str(near["period"].iloc[0])
    scores = monitor.scores(period, area_set, framework).set_index("area")
    name = say.place(area)[0]
    found = []
    for row in near.to_dict("records"):
        code = str(row["neighbour"])
        above = monitor.above(code, area, area_set, framework)
        differ = tr("{measure} ({share:.0f} % of the squared distance)").format(
            measure=say.node(str(row["differs_most"])), share=100 * row["share"]
        )
        found.append(_one(code, scores, say, f"{row['distance']:.2f}", differ, above))
    return Beside(
        sentence=_sentence(name, found),
        own=_one(area, scores, say),
        neighbours=tuple(found),
        period=period,
        figures=_figures(monitor, framework, period, {c: say.place(c)[0] for c in (area, *near["neighbour"])}),
    )


def _one(
    code: str, scores: pd.DataFrame, say: Saying, distance: str = "", differ: str = "", above: float = float("nan")
) -> Neighbour:
    name, url = say.place(code)
    score, interval, rank, ranks = tr("not scored"), "", "–", ""
    if code in scores.index:
        row = scores.loc[code]
        known = row["low"] == row["low"]
        score = f"{row['score']:.1f}"
        interval, ranks = tr("no interval"), tr("no interval")
        if known:
            interval = tr("{low:.1f} to {high:.1f}").format(low=row["low"], high=row["high"])
            ranks = tr("{low:.0f} to {high:.0f}").format(low=row["rank_low"], high=row["rank_high"])
        rank = tr("{rank:.0f} of {ranked:.0f}").format(rank=row["rank"], ranked=row["ranked"])
    verdict = ALIKE if above == above else tr("not known")
    if above >= CLEAR:
        verdict = HIGHER
    elif above <= 1 - CLEAR:
        verdict = LOWER
    return Neighbour(name, url, distance, differ, score, interval, rank, ranks, chance(above), verdict)


def _sentence(name: str, near: list[Neighbour]) -> str:
    """Who does better: only what the draws tell apart."""
    better = [one.name for one in near if one.verdict == HIGHER]
    worse = [one.name for one in near if one.verdict == LOWER]
    rest = sum(one.verdict == ALIKE for one in near)
    parts = [
        (better, trn("{areas} clearly scores higher", "{areas} clearly score higher", len(better))),
        (worse, trn("{areas} clearly scores lower", "{areas} clearly score lower", len(worse))),
    ]
    told = "; ".join(words.format(areas=listing(names)) for names, words in parts if names)
    if not told:
        words = tr(
            "Of the {n} areas most like {name}, none clearly scores higher or lower: there is no clear difference."
        )
    elif rest:
        words = tr("Of the {n} areas most like {name}, {told}; for {rest} there is no clear difference.")
    else:
        words = tr("Of the {n} areas most like {name}, {told}; for none there is no clear difference.")
    return words.format(n=len(near), name=name, told=told, rest=rest)


def _figures(monitor: Monitor, framework: str, period: str, areas: dict[str, str]) -> tuple[Figures, ...]:
    """The figures of the indicators of a period, an indicator a row; what has no figure in the period is left out.
    ``areas``: codes and names, first the one that the others are set beside."""
    rows = []
    chosen = monitor.framework(framework)
    for name, better in zip(chosen.indicators, chosen.directions, strict=True):
        indicator = monitor.catalogue[name]
        values = monitor.values(name, period, list(areas)).set_index("area").reindex(list(areas))
        if values["value"].isna().all():
            continue
        found = list(values[["value", "lower", "upper"]].astype(float).itertuples(index=False, name=None))
        cells = tuple(_cell(indicator, *one) for one in found)
        who = _better(dict(zip(areas.values(), found, strict=True)), 1.0 if better == "higher" else -1.0)
        rows.append(Figures(indicator.label, f"{indicator.unit}; {which_end(better)}", cells, *who))
    return tuple(rows)


def _better(figures: dict[str, tuple[float, float, float]], sign: float) -> tuple[str, str]:
    """Who clearly does better than the first area, and who does by the figure alone, best first, in words; ``sign``
    is 1 where a higher figure is better, -1 where a lower one is.

    >>> _better({"York": (480, 426, 534), "Leeds": (600, 560, 640), "Hull": (490, 440, 540)}, 1)
    ('clearly: Leeds', 'Hull')
    >>> _better({"York": (480, 426, 534), "Hull": (470, 440, 540)}, 1)
    ('none clearly', '')
    """
    (own, *interval), *others = figures.values()
    if own != own:
        return tr("not known: no figure"), ""
    names = list(figures)[1:]
    order = sorted((k for k, one in enumerate(others) if sign * (one[0] - own) > 0), key=lambda k: -sign * others[k][0])
    parted = {names[k]: apart((interval[0], interval[1]), others[k][1:]) for k in order}
    sure, alone = (listing([name for name, clear in parted.items() if bool(clear) is yes]) for yes in (True, False))
    none = tr("not known how surely") if None in parted.values() else tr("none clearly")
    return tr("clearly: {areas}").format(areas=sure) if sure else none, alone


def _cell(indicator: Indicator, value: float, lower: float, upper: float) -> tuple[str, str]:
    """A figure and its interval in words."""
    if value != value:
        return tr("no data"), ""
    return indicator.show(value), bounds(indicator, lower, upper) if lower == lower else tr("no interval")
