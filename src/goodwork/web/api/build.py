"""An index of one's own: other weights or methods over the edition's figures, bounded in size."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.errors import DeclarationError, MethodError, NotFound
from goodwork.index.build import Index, build
from goodwork.model.area import nearest
from goodwork.model.framework import Framework
from goodwork.model.panel import Panel
from goodwork.web.api.query import Own, read_weights
from goodwork.web.api.tables import Tables

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.analysis.robustness import Robustness

#: Figures handled for one answer: areas × members × redraws.
MOST_FIGURES = 5_000_000
CERTAIN = (
    "Built for this request; not the edition's own scores. These scores and ranks have no interval: ask for draws (at "
    "most 1,000) to see how far sampling error moves them."
)
DRAWN = (
    "Built for this request; not the edition's own scores. "
    "Intervals show sampling error of the surveys only, from {:,} redraws."
)
_ONE_AT_A_TIME = threading.Lock()


def with_weights(framework: Framework, weights: dict[str, float]) -> Framework:
    """The framework with some weights in place of its own. Raises ``NotFound`` for a node that is not there and
    ``DeclarationError`` where all siblings weigh nothing."""
    known = framework.nodes[1:]
    for name in weights:
        if name not in known:
            raise NotFound("domain or indicator", name, nearest(name, known) or list(known))
    return framework.replace(
        domains=tuple(d.replace(weight=weights.get(d.name, d.weight)) for d in framework.domains),
        members=tuple(m.replace(weight=weights.get(m.indicator, m.weight)) for m in framework.members),
    )


def note(asked: Own) -> str:
    """What has to be known of the ranks of an index of one's own."""
    return DRAWN.format(asked.draws) if asked.draws else CERTAIN


def built(tables: Tables, asked: Own) -> pd.DataFrame:
    """Scores and ranks of one period under own weights and methods, with intervals where redraws are asked for.

    Raises ``DeclarationError`` above the bound of figures and ``MethodError`` for a method that cannot be applied.
    """
    monitor = tables.monitor
    framework = with_weights(monitor.framework(asked.framework or None), read_weights(asked.weights))
    area_set, period = monitor.area_set(asked.area_set or None, framework.name).name, asked.period or None
    when, nodes = monitor.period(period, framework.name), tables.nodes(framework, asked.node)
    steps = ("normalisation", "weighting", "aggregation")
    method = framework.method.varied({step: getattr(asked, step) for step in steps if getattr(asked, step)})
    panel = Panel.of(framework, monitor.table("values"), list(monitor.geography.members(area_set)))
    if method.scope == "each period":
        panel = panel.select(periods=[when])
    size = len(panel.areas) * len(panel.indicators) * len(panel.periods) * max(asked.draws, 1)
    if size > MOST_FIGURES:
        raise DeclarationError(
            f"{size:,} figures would have to be handled; at most {MOST_FIGURES:,} are",
            remedy="ask for fewer draws or a smaller set of areas; or build it on a machine of your own",
        )
    with _ONE_AT_A_TIME, np.errstate(all="ignore"):
        doubt = None
        if asked.draws:
            from goodwork.analysis.robustness import robustness  # its libraries are large, and few ask for draws

            found = robustness(framework, panel, monitor.catalogue, method, draws=asked.draws, nodes=nodes, pairs=())
            doubt, index = found, found.index
        else:
            index = build(framework, panel, method)
        table = _table(index, doubt, nodes, when)
    facts = {"framework": framework.name, "area_set": area_set, "scope": method.scope}
    return tables.named(table.assign(**facts), framework).sort_values("rank", kind="stable")


def _table(index: Index, doubt: Robustness | None, nodes: Any, period: str) -> pd.DataFrame:
    """The rows of one period at some nodes, only those that have a score."""
    display, keys = index.method.display, ["period", "area", "node"]
    table = index.table.rename(columns={"score": "raw_score", "displayed": "score"})
    table = table[(table["period"] == period) & table["node"].isin(list(nodes)) & np.isfinite(table["score"])]
    if table.empty:
        raise MethodError("no area has a score under this method", remedy="choose other methods or weights")
    if doubt is not None:
        spread = doubt.table[[*keys, "score_low", "score_high", "rank_low", "rank_high", "top", "bottom"]]
        table = table.merge(spread, on=keys, how="left")
        for end in ("low", "high"):
            table[end] = display.centre + display.spread * table[f"score_{end}"]
    return table
