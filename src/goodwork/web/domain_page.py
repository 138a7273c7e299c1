"""The page of a domain: what it is made of and why, and where areas stand on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodwork.analysis.finding import say
from goodwork.analysis.verdicts import verdict
from goodwork.figures.figure import Figure
from goodwork.figures.league import league
from goodwork.language import tr
from goodwork.model.indicator import which_end
from goodwork.report.area_figures import caption
from goodwork.report.view import View, rank_bar
from goodwork.web.state import area_path

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("area", "name", "score", "low", "high", "rank", "rank_low", "rank_high", "ties", "ranked", "tier", "reason")


@dataclass(frozen=True)
class Part:
    """A member or a domain inside the domain: which end is better, what it weighs among its siblings, and why."""

    node: str
    title: str
    better: str
    weight: float
    why: str
    missing: str
    url: str


@dataclass(frozen=True, eq=False)
class DomainPage:
    """Everything on the page of a domain; ``table``: all areas of the set, best first, those without a score last,
    each with the reason."""

    view: View
    node: str
    title: str
    why: str
    weight: float
    parts: tuple[Part, ...]
    headline: str
    sentence: str
    table: pd.DataFrame
    figures: dict[str, Figure]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The areas with a score, as the page lists them; ``bar``: start, width and place of the rank, 0 to 100."""
        areas = self.view.monitor.geography.by_code
        found = []
        for row in self.table[self.table["score"].notna()].to_dict("records"):
            low, high, ranked = row["rank_low"], row["rank_high"], row["ranked"]
            sure = low == low
            bar = rank_bar(low, high, row["rank"], ranked) if sure else None
            more = {"url": area_path(areas[row["area"]]), "sure": sure, "bar": bar}
            found.append({str(k): v for k, v in row.items()} | more)
        return found

    @property
    def gaps(self) -> list[tuple[str, str, str]]:
        """The areas without a score: name, address, reason."""
        areas = self.view.monitor.geography.by_code
        rest = self.table[self.table["score"].isna()].to_dict("records")
        return [(row["name"], area_path(areas[row["area"]]), verdict(row["reason"])) for row in rest]

    def as_dict(self) -> dict[str, Any]:
        """The page as plain data; gaps are ``None``."""
        rows = self.table.astype(object)
        return {
            "framework": self.view.name, "area_set": self.view.set_name, "period": self.view.period,
            "domain": self.node, "title": self.title, "why": self.why, "weight": self.weight,
            "members": [{"node": p.node, "title": p.title, "better": p.better, "weight": p.weight, "why": p.why,
                         "missing": p.missing or None} for p in self.parts],
            "headline": self.headline, "sentence": self.sentence,
            "areas": rows.where(rows.notna(), None).to_dict("records"),
        }  # fmt: skip

    def as_table(self) -> pd.DataFrame:
        """Areas with score and rank, best first."""
        return self.table


def domain_page(view: View, node: str) -> DomainPage:
    """The page of a domain of the view's framework."""
    framework, catalogue = view.framework, view.monitor.catalogue
    domain = next(d for d in framework.domains if d.name == node)
    members = {m.indicator: m for m in framework.members}
    parts = []
    for child in framework.children(node):
        member = members.get(child)
        parts.append(Part(
            node=child,
            title=framework.node_title(child, catalogue),
            better=which_end(member.direction) if member else tr("a higher score is better"),
            weight=framework.weight(child),
            why=member.why if member else next(d.why for d in framework.domains if d.name == child),
            missing=catalogue[child].missing if member else "",
            url=f"/indicator/{child}" if member else f"/domain/{child}",
        ))  # fmt: skip
    table = _table(view, node)
    headline, sentence = _told(view, domain.title, table)
    subtitle = tr("{domain}: rank with its 95 % interval").format(domain=domain.title)
    words = caption(view, headline, subtitle, sentence, better=tr("higher is better"))
    return DomainPage(
        view, node, domain.title, domain.why, framework.weight(node), tuple(parts), headline, sentence, table,
        {"league": league(table, words)},
    )  # fmt: skip


def _table(view: View, node: str) -> pd.DataFrame:
    import pandas as pd

    scored = view.standings(node).reset_index(drop=True).assign(reason="")
    reasons = dict(zip(*(view.exclusions[c] for c in ("area", "reason")), strict=True))
    gaps = [{"area": a.code, "name": a.name, "reason": reasons.get(a.code, "no figure for this measure")}
            for a in view.monitor.geography.members(view.set_name) if a.code not in set(scored["area"])]  # fmt: skip
    rest = pd.DataFrame(gaps, columns=["area", "name", "reason"]).sort_values("name", kind="stable")
    whole = pd.concat([scored, rest], ignore_index=True) if len(rest) else scored
    whole = whole.reindex(columns=list(COLUMNS))
    return whole.assign(reason=whole["reason"].fillna("").astype(object))


def _told(view: View, title: str, table: pd.DataFrame) -> tuple[str, str]:
    scored = table[table["score"].notna()]
    if not len(scored):
        none = say("No area has a score for {title} in {period}", title=title, period=view.period)
        return none, tr("There are no figures behind this domain.")
    first, last = scored.iloc[0], scored.iloc[-1]
    if scored["rank_low"].isna().all():
        return (
            say("{first} scores highest for {title}", first=first["name"], title=title),
            tr("No intervals were computed, so nobody knows how sure the order is."),
        )
    could = [str(n) for n in scored.loc[scored["rank_low"] <= 1, "name"] if n != first["name"]]
    facts = {"first": first["name"], "last": last["name"], "title": title, "of": len(scored), "could": could,
             "n": len(could)}  # fmt: skip
    for end, row in (("first", first), ("last", last)):
        facts |= {f"{end}_{key}": float(row[key]) for key in ("rank", "rank_low", "rank_high")}
    sentence = say(
        "{first} has rank {first_rank:.0f} of {of} (95 % interval {first_rank_low:.0f} to {first_rank_high:.0f}); "
        "{last} has rank {last_rank:.0f} (95 % interval {last_rank_low:.0f} to {last_rank_high:.0f}).", **facts,
    )  # fmt: skip
    if not could:
        return say("{first} scores highest for {title}, and no other area could be first", **facts), sentence
    sentence = say("{ranks} Could be first as well: {could:list8}.", ranks=sentence, **facts)
    if len(could) == 1:
        return say("{first} scores highest for {title}, but {n} other area could be first", **facts), sentence
    return say("{first} scores highest for {title}, but {n} other areas could be first", **facts), sentence
