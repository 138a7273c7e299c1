"""The weights lab: an index under a reader's own weights and methods, how far its ranks hang on them, and who moves.

The page computes the same in the browser from ``figures``; both follow the one recipe written here: figures prepared
and turned so that more is better, brought to one scale, put together node by node, ranked; then once more for every
draw of plausible weights. The draws follow from a counter alone, so that page and server take the same ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np

from goodwork.errors import DeclarationError, MethodError
from goodwork.index.arguments import Context
from goodwork.index.build import Index, aggregate_nodes, build, reference_values
from goodwork.index.imputation import ON_NORMALISED
from goodwork.index.ranking import rank
from goodwork.language import tr
from goodwork.model.framework import INDEX, Framework
from goodwork.model.method import Display, Method
from goodwork.model.panel import Panel, Values
from goodwork.monitor import Monitor
from goodwork.web.api.build import with_weights

if TYPE_CHECKING:
    import pandas as pd

#: What a reader can choose from; the first of each is the usual one. Scales lie above zero, as some means need.
NORMALISATION: dict[str, tuple[str, dict[str, Any]]] = {
    "z-score": (tr("standard deviations (z-score)"), {"name": "z-score", "mean": 100.0, "sd": 10.0}),
    "min-max": (tr("between worst and best (min-max, 50 to 100)"), {"name": "min-max", "low": 50.0, "high": 100.0}),
    "rank": (tr("places only (rank)"), {"name": "rank"}),
}
AGGREGATION: dict[str, tuple[str, dict[str, Any]]] = {
    "arithmetic": (tr("a strength makes up for a weakness (arithmetic mean)"), {"name": "arithmetic"}),
    "geometric": (tr("in part (geometric mean)"), {"name": "geometric"}),
    "harmonic": (tr("less (harmonic mean)"), {"name": "harmonic"}),
    "mean-min": (tr("half of it (mean and weakest)"), {"name": "mean-min", "alpha": 0.5}),
    "minimum": (tr("not at all (the weakest part)"), {"name": "minimum"}),
}
SPREAD = {"near": tr("up to {within} more or less than yours"), "any": tr("any weights at all")}
DRAWS, SEED, LEVEL, WITHIN = 400, 2021, 0.95, 0.25
#: Scores nearer to each other than this share a rank, here and in the page.
SAME = 9
MOST_WEIGHT, LONGEST = 1000.0, 40


@dataclass(frozen=True)
class Weighting:
    """What is asked of the lab: view, methods, how far weights are varied, two areas, and the weights that are not
    those of the framework."""

    framework: str
    area_set: str
    period: str
    normalisation: str = "z-score"
    aggregation: str = "arithmetic"
    spread: str = "near"
    one: str = ""
    other: str = ""
    weights: tuple[tuple[str, float], ...] = ()
    plain: tuple[str, str, str] = field(default=("", "", ""), compare=False, repr=False)

    @classmethod
    def read(cls, monitor: Monitor, query: Mapping[str, str]) -> Weighting:
        """What an address asks; weights stand as ``w.<node>``. Raises ``NotFound`` for a name that is not there and
        ``DeclarationError`` for a weight that is no number of 0 or more, or siblings that all weigh nothing."""
        asked = {k: query.get(k, "")[:120].strip() for k in ("framework", "area_set", "period", "one", "other")}
        framework = monitor.framework(asked["framework"] or None)
        chosen = {
            name: _one(name, query.get(name, "")[:LONGEST], known)
            for name, known in (("normalisation", NORMALISATION), ("aggregation", AGGREGATION), ("spread", SPREAD))
        }
        given = {k[2:]: _weight(k[2:], v) for k, v in query.items() if k.startswith("w.") and v.strip()}
        with_weights(framework, given)  # raises for a node that is not there, and for weights that are all zero
        own = {name: w for name, w in given.items() if w != framework.weight(name)}
        usual = monitor.framework()
        return cls(
            framework=framework.name,
            area_set=monitor.area_set(asked["area_set"] or None, framework.name).name,
            period=monitor.period(asked["period"] or None, framework.name),
            one=monitor.find(asked["one"]).code if asked["one"] else "",
            other=monitor.find(asked["other"]).code if asked["other"] else "",
            weights=tuple((node, own[node]) for node in framework.nodes if node in own),
            plain=(usual.name, monitor.area_set(None, framework.name).name, monitor.period(None, framework.name)),
            **chosen,
        )

    def url(self, path: str = "/weights", **changes: Any) -> str:
        """The address of this choice, or of it with something changed; what is usual is left out."""
        new = replace(self, **changes)
        found = {
            name: getattr(new, name)
            for name, usual in zip(("framework", "area_set", "period"), self.plain, strict=True)
            if getattr(new, name) != usual
        }
        found |= {k: getattr(new, k) for k, usual in _USUAL.items() if getattr(new, k) != usual}
        found |= {k: getattr(new, k) for k in ("one", "other") if getattr(new, k)}
        found |= {f"w.{node}": f"{weight:g}" for node, weight in new.weights}
        return f"{path}?{urlencode(found)}" if found else path


_USUAL = {"normalisation": "z-score", "aggregation": "arithmetic", "spread": "near"}


@dataclass(frozen=True, eq=False)
class Lab:
    """The result: ``rank`` under these weights, ``least`` to ``most`` the range of ranks over 95 % of plausible weights
    (all ``(areas,)``), beside the ``published`` league table with its sampling intervals. Areas that the edition does
    not score are left out."""

    asked: Weighting
    framework: Framework
    index: Index
    areas: tuple[str, ...]
    score: Values
    rank: Values
    drawn: Values
    published: pd.DataFrame
    within: float

    @cached_property
    def least(self) -> Values:
        """The better end of the range of ranks."""
        return self._at((1 - LEVEL) / 2)

    @cached_property
    def most(self) -> Values:
        """The worse end."""
        return self._at((1 + LEVEL) / 2)

    def _at(self, share: float) -> Values:
        """The smallest rank that a share of the draws does not exceed, as the page finds it."""
        place = max(ceil(share * len(self.drawn) - 1e-9) - 1, 0)
        return np.asarray(np.sort(self.drawn, axis=0)[place])

    def above(self, one: str, other: str) -> float:
        """The share of plausible weightings in which one area stands above another; equal scores count half."""
        a, b = (self.drawn[:, self.areas.index(code)] for code in (one, other))
        return float(np.mean((a < b) + 0.5 * (a == b)))

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row for each area, best first: own rank with its range over plausible weights, the published rank with its
        sampling interval, own score, places moved, and whether it left the interval of its published rank."""
        import pandas as pd

        table = pd.DataFrame({"area": self.areas, "score": self.score, "rank": self.rank, "least": self.least,
                              "most": self.most})  # fmt: skip
        before = self.published.reindex(columns=["area", "name", "rank", "rank_low", "rank_high"])
        table = table.merge(before.rename(columns={"rank": "published"}), on="area")
        table["moved"] = table["published"] - table["rank"]
        table["left"] = (table["rank"] < table["rank_low"]) | (table["rank"] > table["rank_high"])
        return table.sort_values(["rank", "name"], kind="stable", ignore_index=True)

    @property
    def facts(self) -> dict[str, Any]:
        """What the sentence about the result is made of."""
        table = self.table
        far = table.loc[table["moved"].abs().idxmax()]
        return {
            "first": table["name"].iloc[0], "n": len(table), "moved": int((table["moved"] != 0).sum()),
            "left": int(table["left"].sum()), "far": far["name"], "from": int(far["published"]), "to": int(far["rank"]),
        }  # fmt: skip


def lab(monitor: Monitor, asked: Weighting) -> Lab:
    """The index under the weights and methods asked for, and its ranks over plausible weights around them.

    Raises ``MethodError`` for a method that cannot be applied to these figures.
    """
    framework, panel, method = _setting(monitor, asked)
    own = with_weights(framework, dict(asked.weights))
    with np.errstate(all="ignore"):
        index = build(own, panel, method)
        at = panel.periods.index(asked.period)
        context = Context.of(own, panel)
        normalised = index.stages["normalised"][at : at + 1]
        stated = draws(own, asked.spread, varied_within(framework))[:, None, :]
        scores = aggregate_nodes(context, method, normalised[None], stated, [INDEX])[:, 0, :, 0]
    score = index.scores[at, :, 0]
    here = np.isfinite(score)
    areas = tuple(a for a, known in zip(panel.areas, here, strict=True) if known)
    if not areas:
        what = tr("no area has a score under these weights")
        raise MethodError(what, remedy=tr("give more weight to what has figures"))
    published = monitor.scores(asked.period, asked.area_set, asked.framework)
    ranked = rank(np.round(score[here], SAME)[:, None])[:, 0]
    drawn = rank(np.round(scores[:, here], SAME)[..., None])[..., 0]
    return Lab(asked, own, index, areas, score[here], ranked, drawn, published, varied_within(framework))


def draws(framework: Framework, spread: str, within: float, count: int = DRAWS, seed: int = SEED) -> Values:
    """Plausible weights ``(draws, nodes)``: each up to ``within`` of itself more or less (``near``), or all of a node's
    from a flat Dirichlet distribution (``any``). A weight of zero stays zero."""
    own = np.array([1.0, *(framework.weight(node) for node in framework.nodes[1:])])
    u = uniform(count * len(own), seed).reshape(count, len(own))
    drawn = own * (1 - within + 2 * within * u) if spread == "near" else -np.log(u) * (own > 0)
    return np.asarray(drawn)


def uniform(count: int, seed: int) -> Values:
    """Numbers above 0 and below 1, the same in every language: mulberry32 (Tommy Ettinger, 2017) over a counter.

    >>> uniform(2, 1).round(6).tolist()
    [0.627074, 0.002736]
    """
    with np.errstate(over="ignore"):
        a = np.uint32(seed) + np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
        t = (a ^ (a >> np.uint32(15))) * (a | np.uint32(1))
        t = (t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))) ^ t
        t = t ^ (t >> np.uint32(14))
    return np.asarray((t.astype(np.float64) + 0.5) / 2.0**32)


def figures(monitor: Monitor, asked: Weighting) -> dict[str, Any]:
    """What the page needs to do the same: oriented figures of the scored areas, the tree, the published ranks.

    ``values`` (and ``reference``, where statistics are taken over others) are a list for each member, ``None`` for a
    gap."""
    framework, panel, method = _setting(monitor, asked)
    plain = build(framework, panel, method)
    at = panel.periods.index(asked.period)
    here = np.isfinite(plain.scores[at, :, 0])
    oriented = plain.stages["oriented"]
    others = method.scope != "each period"
    reference = reference_values(oriented, method, panel.periods)[0] if others else None
    published = monitor.scores(asked.period, asked.area_set, asked.framework).set_index("area")
    codes = [a for a, known in zip(panel.areas, here, strict=True) if known]
    names = monitor.geography.by_code
    return {
        "edition": monitor.edition.name, "framework": framework.name, "area_set": asked.area_set,
        "period": asked.period, "invented": monitor.invented,
        "areas": [{"code": c, "name": names[c].name} for c in codes],
        "nodes": [
            {"name": n, "parent": "" if n == INDEX else framework.parent(n), "weight": 1.0 if n == INDEX else
             framework.weight(n), "needed": method.share_needed(n, framework.level(n)) if n in framework.groups else 0}
            for n in framework.nodes
        ],
        "members": list(framework.indicators),
        "values": _plain(oriented[at, here].T),
        "reference": None if reference is None else _plain(reference.T),
        "published": [
            [None if v != v else float(v) for v in published.loc[c].reindex(["rank", "rank_low", "rank_high"])]
            for c in codes
        ],
        "draws": DRAWS, "seed": SEED, "level": LEVEL, "within": varied_within(framework), "same": SAME,
    }  # fmt: skip


def _setting(monitor: Monitor, asked: Weighting) -> tuple[Framework, Panel, Method]:
    """Framework, panel and method of the lab: the framework's own up to normalisation, then the reader's."""
    framework = monitor.framework(asked.framework)
    if framework.method.imputation.name in ON_NORMALISED:
        raise MethodError(
            tr("the lab cannot be used with imputation {name!r}").format(name=framework.method.imputation.label),
            remedy=tr("use goodwork build or the interface for programs"),
        )
    method = framework.method.varied({
        "normalisation": NORMALISATION[asked.normalisation][1], "aggregation": AGGREGATION[asked.aggregation][1],
        "weighting": "stated", "display": Display(centre=0.0, spread=1.0),
    }).replace(at={})  # fmt: skip
    panel = Panel.of(framework, monitor.table("values"), list(monitor.geography.members(asked.area_set)))
    if method.scope == "each period":
        panel = panel.select(periods=[asked.period])
    return framework, panel, method


def varied_within(framework: Framework) -> float:
    """How far weights may plausibly differ, as the framework declares it; else by a quarter."""
    declared = framework.uncertainty.weights
    return declared.within if declared is not None and declared.within else WITHIN


def _plain(rows: Values) -> list[list[float | None]]:
    return [[None if v != v else float(v) for v in row] for row in rows]


def _one(name: str, asked: str, known: Mapping[str, Any]) -> str:
    if asked and asked not in known:
        what = tr("{name} {asked!r} is not known here").format(name=name, asked=asked)
        raise DeclarationError(what, remedy=tr("choose one of {names}").format(names=", ".join(known)))
    return asked or _USUAL[name]


def _weight(node: str, text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = float("nan")
    if not 0 <= weight <= MOST_WEIGHT:
        raise DeclarationError(
            tr("the weight of {node!r} is {text!r}").format(node=node[:60], text=text[:LONGEST]),
            remedy=tr("give a number from 0 to {most:g}").format(most=MOST_WEIGHT),
        )
    return weight
