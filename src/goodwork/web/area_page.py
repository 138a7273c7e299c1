"""The page of one area: where it stands and how sure that is, on what, beside whom, and from score to cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodwork.analysis.alongside import CLEAR
from goodwork.analysis.finding import say
from goodwork.analysis.moved import Moved
from goodwork.analysis.profile import Figure as Cell
from goodwork.analysis.profile import Profile, Standing
from goodwork.analysis.verdicts import verdict
from goodwork.figures.figure import Figure
from goodwork.language import tr, trn
from goodwork.model.area import Area
from goodwork.model.framework import INDEX
from goodwork.report import area_figures
from goodwork.report.area_moved import parted, steps_of, way
from goodwork.report.area_tables import why
from goodwork.report.area_words import matters_more
from goodwork.report.questions import PAGES
from goodwork.report.view import View, quality, rank_bar, said
from goodwork.web.area_steps import Step, steps_down
from goodwork.web.like_areas import LikeAreas, like_areas
from goodwork.web.state import area_path
from goodwork.web.whereabouts import in_words

if TYPE_CHECKING:
    import pandas as pd

#: What was varied, in words.
VARIED = {
    "sampling": tr("the surveys’ sampling error alone"),
    "method": tr("the choices of the method alone"),
    "both": tr("both together"),
}


@dataclass(frozen=True)
class Doubt:
    """How far the rank depends on one kind of doubt; ``bar`` are start, width and place of the rank, 0 to 100."""

    vary: str
    title: str
    low: int
    high: int
    median: float
    bar: tuple[float, float, float]


@dataclass(frozen=True)
class Alike:
    """An area that cannot be told from this one; ``above``: the share of draws in which this one stood above it."""

    code: str
    name: str
    url: str
    place: str
    above: float


@dataclass(frozen=True, eq=False)
class AreaPage:
    """Everything on the page of an area; the page, JSON and CSV are made from it."""

    view: View
    profile: Profile
    headline: str
    standfirst: str
    lies: str
    tier: str
    tied: tuple[str, ...]
    alike: tuple[Alike, ...]
    doubts: tuple[Doubt, ...]
    verdict: str
    steps: tuple[Step, ...]
    like: LikeAreas
    trend: str
    way: Moved | None
    parted: str
    findings: tuple[tuple[str, str], ...]
    missing: tuple[tuple[str, str], ...]
    rest: tuple[tuple[str, str, str, str, str], ...]
    figures: dict[str, Figure]

    @property
    def area(self) -> Area:
        """The area itself."""
        return self.profile.area

    @property
    def strengths(self) -> tuple[Step, ...]:
        """Indicators in the better half, best first."""
        return self._ordered(self.profile.strengths)

    @property
    def weaknesses(self) -> tuple[Step, ...]:
        """Indicators in the worse half, worst first."""
        return self._ordered(self.profile.weaknesses)

    @property
    def addresses(self) -> dict[str, tuple[str, str]]:
        """Where each question has its page, and what that is called."""
        return {question.name: (question.path, question.title) for question in PAGES}

    def _ordered(self, cells: tuple[Cell, ...]) -> tuple[Step, ...]:
        of = {step.node: step for step in self.steps}
        return tuple(of[cell.indicator.id] for cell in cells)

    @property
    def tree(self) -> tuple[tuple[Standing, float | None, tuple[Step, ...]], ...]:
        """Domains with their weight here and their indicators; indicators right under the index stand last."""
        shares, framework = self.view.shares(self.area.code), self.view.framework
        found = []
        for domain in (*self.profile.domains, Standing("", "")):
            inside = tuple(s for s in self.steps if framework.parent(s.node) == (domain.node or INDEX))
            if domain.node or inside:
                found.append((domain, shares.get(domain.node), inside))
        return tuple(found)

    def as_dict(self) -> dict[str, Any]:
        """The page as plain data; gaps are ``None``."""
        return {
            **self.profile.as_dict(),
            "headline": self.headline,
            "standfirst": self.standfirst,
            "lies": self.lies or None,
            "tier": self.tier or None,
            "tied_with": list(self.tied),
            "cannot_be_told_from": [{"area": a.code, "name": a.name, "place": a.place, "above": a.above}
                                    for a in self.alike],
            "doubt": [{"vary": d.vary, "rank_low": d.low, "rank_high": d.high, "rank_median": d.median}
                      for d in self.doubts],
            "weights": self.view.shares(self.area.code),
            **self.like.as_dict(),
            "trend": self.trend or None,
            "moved": self._way(),
            "findings": [{"question": question, "sentence": sentence} for question, sentence in self.findings],
            "missing": [{"indicator": name, "reason": reason} for name, reason in self.missing],
            "beyond_the_index": [dict(zip(("indicator", "name", "figure", "when", "better"), one, strict=True))
                                 for one in self.rest],
        }  # fmt: skip

    def _way(self) -> dict[str, Any] | None:
        """Why it moved, as plain data; a part that is not known is ``None``."""
        if self.way is None:
            return None
        parts = {key: None if value != value else value for key, value in self.way.parts.items()}
        ends = {"first": self.way.first.period, "last": self.way.last.period, "places_gained": self.way.gained}
        return {**ends, "parts": parts, "sentences": [str(s) for s in self.way.sentences], "breaks": self.parted}

    def as_table(self) -> pd.DataFrame:
        """The page as one table: a row for the index, each domain and each indicator."""
        return figures_of(self.profile)


def figures_of(found: Profile) -> pd.DataFrame:
    """Where an area stands and every figure of it: a row for the index, each domain and each indicator."""
    import pandas as pd

    groups = [found.index, *found.domains]
    rows: list[dict[str, Any]] = [
        {"kind": "index" if k == 0 else "domain", **_standing(s)} for k, s in enumerate(groups)
    ]
    for cell in found.figures:
        known = cell.value == cell.value
        rows.append({
            "kind": "indicator", **_standing(cell.standing), "value": cell.value, "lower": cell.lower,
            "upper": cell.upper, "unit": cell.indicator.unit, "better": cell.direction, "period": cell.period,
            "span": cell.span, "status": str(cell.status), "basis": cell.basis, "nation": cell.nation,
            "national": cell.national, "normalised": cell.normalised, "contribution": cell.contribution,
            "source": cell.origin.line if cell.origin else "", "missing": "" if known else why(found, cell),
        })  # fmt: skip
    table = pd.DataFrame(rows)
    table.insert(0, "area", found.area.code)
    table.insert(1, "name", found.area.name)
    return table


def area_page(view: View, area: Area) -> AreaPage:
    """The page of an area in a view; raises ``NotFound`` where the view's set of areas does not hold it."""
    found = view.profile(area)
    around = like_areas(view, found)
    steps = steps_down(view, found, [n.area.code for n in around.neighbours])
    drawn = {
        "spine": area_figures.beside(view, found, around.groups),
        "domains": area_figures.by_domain(view, found),
        "contributions": area_figures.made_of(view, found),
        "score": area_figures.through_time(view, found),
        "rank": area_figures.places(view, found),
        "moved": None if (moved := way(view, found)) is None else steps_of(view, moved),
    }
    if all(cell.value != cell.value for cell in found.figures):
        drawn["spine"] = None
    doubts, tier, alike = _doubts(view, area.code), _tier(view, area.code), _alike(view, found)
    return AreaPage(
        view=view,
        profile=found,
        headline=around.first[0].headline if around.first else _headline(found),
        standfirst=_standfirst(found, tier, len(alike)),
        lies=in_words(view, area.code),
        tier=tier,
        tied=_tied(view, found),
        alike=alike,
        doubts=doubts,
        verdict=_verdict(found, doubts),
        steps=steps,
        like=around,
        trend=_trend(view, area),
        way=moved,
        parted=parted(view, "" if moved is None else moved.last.period) or "",
        findings=_findings(view, area.code),
        missing=tuple((s.cell.indicator.name, why(found, s.cell)) for s in steps if s.cell.value != s.cell.value),
        rest=_rest(view, area),
        figures={name: figure for name, figure in drawn.items() if figure is not None},
    )


def _headline(found: Profile) -> str:
    """Where the area stands among all, where there is nothing nearer to set it beside."""
    if not found.index.scored:
        return say("{area} has no score for {period}", area=found.area.name, period=found.period)
    words = {"area": found.area.name, "place": found.index.place, "among": found.area_set.title}
    if found.area_set.name == "all":
        return say("{area}: {place}", **words)
    return say("{area}: {place} in {among}", **words)


def _standfirst(found: Profile, tier: str, alike: int) -> str:
    """Score, rank among all, tier, and from how many it cannot be told; the reason where there is no score."""
    index = found.index
    if not index.scored:
        return found.sentence
    facts: dict[str, Any] = {
        "period": found.period, "area": found.area.name, "score": index.score, "low": index.low, "high": index.high,
        "place": index.place, "rank": index.rank, "tier": tier, "alike": alike, "others": index.of - 1,
    }  # fmt: skip
    doubt = say("no interval was computed")
    if index.low == index.low:
        doubt = say("95 % interval {low:.1f} to {high:.1f}", low=index.low, high=index.high)
    if anchor := found.framework.method.anchor:
        doubt = say("{doubt}; {anchor}", doubt=doubt, anchor=anchor)
    if found.area_set.name != "all":
        facts["place"] = say("{place} in {among}", place=index.place, among=found.area_set.title)
    facts["lead"] = say("In {period} {area} scores {score:.1f} ({doubt}), {place}.", doubt=doubt, **facts)
    if tier and alike:
        return say("{lead} It is in {tier} and cannot be told from {alike} of the {others} other areas.", **facts)
    if alike:
        return say("{lead} It cannot be told from {alike} of the {others} other areas.", **facts)
    return say("{lead} It is in {tier}.", **facts) if tier else facts["lead"]


def _tier(view: View, code: str) -> str:
    if code not in view.index.index or "tier" not in view.index or view.index.loc[code, "tier"] != view.index.loc[
        code, "tier"]:  # fmt: skip
        return ""
    mine = view.index.loc[code, "tier"]
    others = int((view.index["tier"] == mine).sum()) - 1
    words = trn(
        "tier {tier:.0f} of {tiers:.0f}, with {n} other area", "tier {tier:.0f} of {tiers:.0f}, with {n} other areas",
        others,
    )  # fmt: skip
    return words.format(tier=mine, tiers=view.index["tier"].max(), n=others)


def _tied(view: View, found: Profile) -> tuple[str, ...]:
    if not found.index.scored or not found.index.ties:
        return ()
    same = view.index[(view.index["rank"] == found.index.rank) & (view.index["area"] != found.area.code)]
    return tuple(same["name"])


def _alike(view: View, found: Profile) -> tuple[Alike, ...]:
    """Areas that this one stands neither above nor below in 95 of 100 draws, in order of rank; empty where pairs were
    not counted."""
    areas = view.monitor.geography.by_code
    above = {c: share for c, share in view.above(found.area.code).items() if 1 - CLEAR < share < CLEAR}
    ranked = [code for code in view.index.index if code in above]
    return tuple(
        Alike(code, areas[code].name, area_path(areas[code]), view.place(code).place, above[code]) for code in ranked
    )


def _doubts(view: View, code: str) -> tuple[Doubt, ...]:
    rows = view.doubt
    if not len(rows) or code not in view.index.index:
        return ()
    mine = rows[rows["area"] == code].set_index("vary")
    here = view.index.loc[code]
    ranked, found = float(here["ranked"]), []
    for vary, title in VARIED.items():
        if vary in mine.index:
            low, high, middle = (float(mine.loc[vary, n]) for n in ("rank_low", "rank_high", "rank_median"))
            bar = rank_bar(low, high, float(here["rank"]), ranked)
            found.append(Doubt(vary, title, int(low), int(high), middle, bar))
    return tuple(found)


def _verdict(found: Profile, doubts: tuple[Doubt, ...]) -> str:
    """Which doubt is the wider, in a sentence."""
    wide = {d.vary: d.high - d.low + 1 for d in doubts}
    if not {"sampling", "method"} <= set(wide):
        return ""
    sampling, method = wide["sampling"], wide["method"]
    wider = matters_more(sampling, method)
    if not wider:
        return say(
            "Sampling error and the choice of method matter about alike: {sampling} and {method} places.",
            sampling=sampling, method=method,
        )  # fmt: skip
    if wider == "method":
        return say(
            "For {area} the choice of method matters more than sampling error: {method} places against {sampling}.",
            area=found.area.name, sampling=sampling, method=method,
        )  # fmt: skip
    return say(
        "For {area} sampling error matters more than the choice of method: {sampling} places against {method}.",
        area=found.area.name, sampling=sampling, method=method,
    )  # fmt: skip


def _trend(view: View, area: Area) -> str:
    rows = view.rows("trends")
    mine = rows[rows["area"] == area.code] if len(rows) else rows
    if not len(mine):
        return ""
    row = mine.iloc[0]
    if row["slope"] != row["slope"]:
        return f"{area.name}: {verdict(row['verdict'])}."
    return say(
        "Beside the other areas: {verdict}, judged over all areas at once ({slope:+.2f} points a year, 95 % interval "
        "{low:+.2f} to {high:+.2f}; {n:.0f} periods without a break).",
        verdict=verdict(row["verdict"]),
        **{name: row[name] for name in ("slope", "low", "high", "n")},
    )


def _findings(view: View, code: str) -> tuple[tuple[str, str], ...]:
    rows = view.rows("findings")
    mine = rows[rows["area"] == code] if len(rows) else rows
    return tuple(zip(mine["question"], mine["sentence"], strict=True)) if len(mine) else ()


def _rest(view: View, area: Area) -> tuple[tuple[str, str, str, str, str], ...]:
    """The latest figure of every other indicator held for the area: id, name, figure with interval, period and marker,
    direction."""
    mine = view.held(area.code)
    mine = mine[mine["value"].notna()]
    mine = mine[~mine["indicator"].isin(view.framework.indicators)]
    last = mine.sort_values("period", kind="stable").drop_duplicates("indicator", keep="last")
    catalogue = view.monitor.catalogue
    rows = []
    for row in last.to_dict("records"):
        known = catalogue[row["indicator"]]
        words = "; ".join(filter(None, (str(row["span"] or row["period"]), quality(row["status"], row["basis"]))))
        figure = said(known, row["value"], row["lower"], row["upper"])
        rows.append((known.id, known.name, figure, words, known.better))
    return tuple(sorted(rows, key=lambda r: r[1]))


def _standing(standing: Standing) -> dict[str, Any]:
    names = ("score", "low", "high", "rank", "rank_low", "rank_high", "ties", "of", "top", "bottom")
    return {"node": standing.node, "title": standing.title, **{n: getattr(standing, n) for n in names}}
