"""Two to six areas beside each other: scores and ranks with intervals, who stands above whom, figure by figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np

from goodwork.analysis.alongside import CLEAR
from goodwork.analysis.finding import say
from goodwork.analysis.profile import Figure as Cell
from goodwork.analysis.profile import Profile, Standing
from goodwork.analysis.wording import listing, written
from goodwork.errors import DeclarationError
from goodwork.figures.contributions import waterfall
from goodwork.figures.figure import Figure
from goodwork.figures.league import league
from goodwork.language import tr, trn
from goodwork.model.area import Area
from goodwork.monitor import Monitor
from goodwork.report.area_figures import caption
from goodwork.report.area_words import same_places
from goodwork.report.view import View, apart, bounds, quality
from goodwork.web.area_page import figures_of
from goodwork.web.area_steps import when

if TYPE_CHECKING:
    import pandas as pd

LEAST, MOST, LONGEST = 2, 6, 600


@dataclass(frozen=True)
class Row:
    """One indicator over the areas: ``cells`` are figure, interval, period, marker and whether it is the best;
    ``clear`` says whether the best one's interval lies apart from all others; ``sources`` are line (publisher, title,
    release, licence) and address of each source."""

    node: str
    name: str
    unit: str
    better: str
    cells: tuple[tuple[str, str, str, str, bool], ...]
    clear: str
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Areas beside each other in one view; ``chances[i][j]``: how likely area i stands above area j (NaN: not
    known)."""

    framework: str
    area_set: str
    period: str
    profiles: tuple[Profile, ...]
    headline: str
    sentence: str
    chances: tuple[tuple[float, ...], ...]
    rows: tuple[Row, ...]

    @property
    def areas(self) -> tuple[Area, ...]:
        """The areas, in the order asked for."""
        return tuple(found.area for found in self.profiles)

    @property
    def codes(self) -> str:
        """The areas as they stand in an address."""
        return ",".join(area.code for area in self.areas)

    @property
    def query(self) -> str:
        """What asks for this comparison and no other."""
        view = {"framework": self.framework, "area_set": self.area_set, "period": self.period}
        return "?" + urlencode({"areas": self.codes, **view})

    @property
    def nodes(self) -> tuple[tuple[Standing, ...], ...]:
        """The index and every domain: a row of standings each."""
        domains = zip(*(found.domains for found in self.profiles), strict=True)
        return (tuple(found.index for found in self.profiles), *domains)

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain data; gaps are ``None``."""
        return {
            "framework": self.framework, "area_set": self.area_set, "period": self.period,
            "headline": self.headline, "sentence": self.sentence,
            "areas": [found.as_dict() for found in self.profiles],
            "above": [
                {"area": a.code, "other": b.code, "above": None if share != share else share}
                for a, row in zip(self.areas, self.chances, strict=True)
                for b, share in zip(self.areas, row, strict=True) if a is not b
            ],
        }  # fmt: skip

    def as_table(self) -> pd.DataFrame:
        """Every standing and figure of every area, a row each."""
        import pandas as pd

        return pd.concat([figures_of(found) for found in self.profiles], ignore_index=True)


@dataclass(frozen=True, eq=False)
class ComparePage(Comparison):
    """Everything on the page: ``chances`` are shares of draws; ``tiers`` say which tier each area is in, which of the
    others here it is tied with, and with how many in all."""

    view: View
    tiers: tuple[tuple[str, str, str], ...]
    figures: dict[str, Figure]

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain data; gaps are ``None``."""
        tiers = [
            {"area": a.code, "tier": tier, "tied_with": here, "tied_in_all": all_ or None}
            for a, (tier, here, all_) in zip(self.areas, self.tiers, strict=True)
        ]
        return {**super().as_dict(), "tiers": tiers}


def comparison(monitor: Monitor, asked: Sequence[str]) -> tuple[Area, ...]:
    """The areas meant by names or codes, apart by commas or semicolons or given one by one; none where none are given.
    Raises ``DeclarationError`` for fewer than two or more than six, ``NotFound`` for a name that is not known."""
    text = ",".join(asked)
    if len(text) > LONGEST:
        raise DeclarationError(
            tr("the names of the areas to compare take {n:,} characters").format(n=len(text)),
            remedy=tr("name {least} to {most} areas").format(least=LEAST, most=MOST),
        )
    names = [part.strip() for part in re.split(r"[,;](?!\s*(?:city|county) of\b)", text, flags=re.I)]
    found = {area.code: area for area in (monitor.find(name) for name in names if name)}
    if found and not LEAST <= len(found) <= MOST:
        what = trn(
            "{n} area cannot be compared: a comparison takes {least} to {most} different ones",
            "{n} areas cannot be compared: a comparison takes {least} to {most} different ones", len(found),
        )  # fmt: skip
        raise DeclarationError(
            what.format(n=len(found), least=LEAST, most=MOST),
            remedy=tr("name them in the address, apart by commas: {address}").format(
                address="/compare?areas=York,Leeds"
            ),
        )
    return tuple(found.values())


def compare_page(view: View, areas: Sequence[Area]) -> ComparePage:
    """The comparison of some areas in a view."""
    profiles = tuple(view.profile(area) for area in areas)
    above = [view.above(area.code) for area in areas]
    chances = tuple(tuple(mine.get(other.code, float("nan")) for other in areas) for mine in above)
    headline, sentence = found_out(view.period, profiles, chances)
    drawn = {"ranks": _ranks(view, profiles, headline, sentence)}
    if len(areas) == LEAST and (steps := _difference(view, profiles)) is not None:
        drawn["difference"] = steps
    return ComparePage(
        view.name, view.set_name, view.period, profiles, headline, sentence, chances,
        tuple(side_by_side(view.period, profiles)), view,
        tuple(_tier(view, found, profiles) for found in profiles), drawn,
    )  # fmt: skip


def found_out(period: str, profiles: Sequence[Profile], chances: Sequence[Sequence[float]]) -> tuple[str, str]:
    """The finding of a comparison, never more than its ``chances`` allow, and the sentences of its areas."""
    names = [found.area.name for found in profiles]
    scored = [k for k, found in enumerate(profiles) if found.index.scored]
    sentence = " ".join(found.sentence for found in profiles)
    if len(scored) < LEAST:
        return say("{names:list} cannot be compared: fewer than two have a score", names=names), sentence
    best = min(scored, key=lambda k: profiles[k].index.rank)
    rest = [k for k in scored if k != best]
    if any(chances[best][k] != chances[best][k] for k in rest):
        return say(
            "{best} scores highest of the {n}; how surely was not counted for {period}",
            best=names[best], n=len(scored), period=period,
        ), sentence  # fmt: skip
    least = min(float(chances[best][k]) for k in rest)
    unsure = [names[k] for k in rest if chances[best][k] < CLEAR]
    if not unsure:
        above = [names[k] for k in rest]
        return say("{best} stands clearly above {above:list}", best=names[best], above=above, least=least), sentence
    if len(scored) == LEAST:
        return say(
            "{best} and {other} cannot be told apart: no clear difference",
            best=names[best], other=unsure[0], least=least,
        ), sentence  # fmt: skip
    return say(
        "{best} scores highest, but cannot be told from {unsure:list}", best=names[best], unsure=unsure, least=least
    ), sentence


def _ranks(view: View, profiles: Sequence[Profile], headline: str, sentence: str) -> Figure:
    import pandas as pd

    codes = [found.area.code for found in profiles]
    table = view.index.reindex([c for c in codes if c in view.index.index]).reset_index(drop=True)
    left = [{"area": f.area.code, "name": f.area.name, "reason": f.not_scored} for f in profiles if not f.index.scored]
    table = pd.concat([table, pd.DataFrame(left)], ignore_index=True) if left else table
    words = caption(
        view, headline, tr("Rank with its 95 % interval"), sentence, unit=tr("Rank"), better=tr("higher is better")
    )
    return league(table, words, name="ranks")


def _difference(view: View, profiles: Sequence[Profile]) -> Figure | None:
    """What the distance between two scores is made of; ``None`` where it does not add up or one has no score."""
    import pandas as pd

    one, other = profiles
    if not (one.index.scored and other.index.scored and view.arithmetic):
        return None
    rows = []
    for mine, theirs in zip(one.figures, other.figures, strict=True):
        parts = np.array([mine.contribution, theirs.contribution])
        gone = [f.area.name for f, known in zip(profiles, np.isfinite(parts), strict=True) if not known]
        label = mine.indicator.label
        if len(gone) == 1:
            label = tr("{indicator} (no figure in {area})").format(indicator=label, area=gone[0])
        value = float("nan") if len(gone) == LEAST else float(np.nan_to_num(parts[0]) - np.nan_to_num(parts[1]))
        rows.append({"part": label, "value": value, "indicator": mine.indicator.id})
    table = pd.DataFrame(rows)
    known = table[table["value"].notna()]
    widest = known.loc[known["value"].abs().idxmax()]
    away = one.index.score - other.index.score
    title = (
        tr("{one} scores {points:.1f} points more than {other}") if away >= 0
        else tr("{one} scores {points:.1f} points less than {other}")
    ).format(one=one.area.name, points=abs(away), other=other.area.name)  # fmt: skip
    if widest["value"] * away > 0:
        title = tr("{finding}; {part} makes the most of it").format(finding=title, part=widest["part"])
    steps = [f"{r['part']} {written(r['value'], '+.1f')}" for r in known.to_dict("records")]
    words = caption(
        view, title, tr("What the difference of the scores is made of, in points"), f"{'; '.join(steps)}.",
        unit=tr("Score"), better=tr("higher is better"),
        note=tr("The steps add up exactly; each has the sampling error of two figures."),
    )  # fmt: skip
    ends = (other.area.name, other.index.score), (one.area.name, one.index.score)
    return waterfall(table, words, *ends, name="difference")


def _tier(view: View, found: Profile, profiles: Sequence[Profile]) -> tuple[str, str, str]:
    """The tier of an area, which of the others here it is tied with, and with how many areas in all: those it cannot
    be told from."""
    code = found.area.code
    tiers = view.index["tier"] if "tier" in view.index else view.index["score"] * float("nan")
    tier = "–"
    if code in tiers and tiers[code] == tiers[code]:
        tier = tr("{tier:.0f} of {tiers:.0f}").format(tier=tiers[code], tiers=tiers.max())
    if not view.above(code):
        return tier, tr("not counted"), ""
    alike = same_places(view, code)
    here = [other.area.name for other in profiles if other.area.code in alike]
    among = tr("{alike} of the {others} other areas").format(alike=len(alike), others=found.index.of - 1)
    return tier, listing(here) or tr("none of these"), among


def side_by_side(period: str, profiles: Sequence[Profile]) -> list[Row]:
    """Figure by figure, which is best and whether clearly so."""
    rows = []
    for cells in zip(*(found.figures for found in profiles), strict=True):
        first = cells[0]
        sign = 1.0 if first.direction == "higher" else -1.0
        known = [c for c in cells if c.value == c.value]
        top = max((sign * c.value for c in known), default=float("nan"))
        best = [c for c in known if sign * c.value == top]
        clear = _clear(best, known) if len(known) >= LEAST else ""
        rows.append(
            Row(
                first.indicator.id, first.indicator.name, first.indicator.unit, first.better,
                tuple(_cell(c, len(best) == 1 and c is best[0], period) for c in cells), clear,
                tuple(dict.fromkeys((c.origin.line, c.origin.url) for c in known if c.origin)),
            )
        )  # fmt: skip
    return rows


def _clear(best: Sequence[Cell], known: Sequence[Cell]) -> str:
    """How far the intervals part the best figure from the others."""
    if len(best) > 1:
        return tr("the best are equal")
    parted = [apart((best[0].lower, best[0].upper), (c.lower, c.upper)) for c in known if c is not best[0]]
    if None in parted:
        return tr("not known: a figure has no interval")
    return tr("the best one’s interval lies apart from all others") if all(parted) else (
        tr("intervals overlap: the order is uncertain"))  # fmt: skip


def _cell(cell: Cell, best: bool, period: str) -> tuple[str, str, str, str, bool]:
    ends = ""
    if cell.value == cell.value:
        sure = cell.lower == cell.lower
        ends = bounds(cell.indicator, cell.lower, cell.upper) if sure else tr("no interval known")
    return cell.shown, ends, when(cell, period) if ends else "", quality(str(cell.status), cell.basis), best
