"""One area beside its statistical neighbours: who they are, how near, what they share, who clearly does better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from goodwork.analysis.wording import listing
from goodwork.monitor import Monitor
from goodwork.report.view import bounds
from goodwork.web.question_tables import Saying
from goodwork.web.words import CLEAR, chance

if TYPE_CHECKING:
    import pandas as pd


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
class Beside:
    """An area and its neighbours; ``figures`` are rows of an indicator's name, which end is better, and the value with
    its interval of the area and of each neighbour."""

    sentence: str
    own: Neighbour
    neighbours: tuple[Neighbour, ...]
    period: str
    figures: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]


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
        differ = f"{say.node(str(row['differs_most']))} ({100 * row['share']:.0f} % of the squared distance)"
        found.append(_one(code, scores, say, f"{row['distance']:.2f}", differ, above))
    return Beside(
        sentence=_sentence(name, found),
        own=_one(area, scores, say),
        neighbours=tuple(found),
        period=period,
        figures=_figures(monitor, framework, period, [area, *map(str, near["neighbour"])]),
    )


def _one(
    code: str, scores: pd.DataFrame, say: Saying, distance: str = "", differ: str = "", above: float = float("nan")
) -> Neighbour:
    name, url = say.place(code)
    score, interval, rank, ranks = "not scored", "", "–", ""
    if code in scores.index:
        row = scores.loc[code]
        known = row["low"] == row["low"]
        score = f"{row['score']:.1f}"
        interval = f"{row['low']:.1f} to {row['high']:.1f}" if known else "no interval"
        ranks = f"{row['rank_low']:.0f} to {row['rank_high']:.0f}" if known else "no interval"
        rank = f"{row['rank']:.0f} of {row['ranked']:.0f}"
    verdict = "no clear difference" if above == above else "not known"
    if above >= CLEAR:
        verdict = "clearly higher"
    elif above <= 1 - CLEAR:
        verdict = "clearly lower"
    return Neighbour(name, url, distance, differ, score, interval, rank, ranks, chance(above), verdict)


def _sentence(name: str, near: list[Neighbour]) -> str:
    """Who does better: only what the draws tell apart."""
    better = [one.name for one in near if one.verdict == "clearly higher"]
    worse = [one.name for one in near if one.verdict == "clearly lower"]
    of = f"Of the {len(near)} areas most like {name}"
    parts = [f"{listing(better)} clearly {'scores' if len(better) == 1 else 'score'} higher" if better else "",
             f"{listing(worse)} clearly {'scores' if len(worse) == 1 else 'score'} lower" if worse else ""]  # fmt: skip
    told = "; ".join(filter(None, parts))
    rest = sum(one.verdict == "no clear difference" for one in near)
    if not told:
        return f"{of}, none clearly scores higher or lower: there is no clear difference."
    return f"{of}, {told}; for {rest or 'none'} there is no clear difference."


def _figures(
    monitor: Monitor, framework: str, period: str, areas: list[str]
) -> tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]:
    """The figures of the indicators of a period, an indicator a row; what has no figure in the period is left out."""
    rows = []
    chosen = monitor.framework(framework)
    for name, better in zip(chosen.indicators, chosen.directions, strict=True):
        indicator = monitor.catalogue[name]
        values = monitor.values(name, period, areas).set_index("area")
        if not len(values):
            continue
        cells = []
        for code in areas:
            row = values.loc[code] if code in values.index else None
            if row is None or row["value"] != row["value"]:
                cells.append(("no data", ""))
                continue
            known = row["lower"] == row["lower"]
            ends = bounds(indicator, row["lower"], row["upper"]) if known else "no interval"
            cells.append((indicator.show(row["value"]), ends))
        rows.append((indicator.label, f"{indicator.unit}; {better} is better", tuple(cells)))
    return tuple(rows)
