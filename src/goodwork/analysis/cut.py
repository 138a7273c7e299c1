"""One period of an index as a weighted sum over a cut through its tree: what can be asked of the weights (step 8)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.correlation import period_of
from goodwork.errors import MethodError, MissingData, NotFound
from goodwork.index.aggregation import arithmetic
from goodwork.index.build import Index
from goodwork.index.ranking import rank
from goodwork.model.area import nearest
from goodwork.model.framework import INDEX
from goodwork.model.panel import Values


@dataclass(frozen=True, eq=False)
class Cut:
    """One period of an index where every score is a weighted mean over the nodes of a cut through the tree.

    The cut holds the nodes of at most ``level`` whose parent is above it, less those that no area has; ``scores`` is
    ``(areas, nodes)``, NaN for a gap and for areas that are not scored, ``weights`` ``(nodes,)`` those in use, in the
    whole: they sum to one. An area's score is its mean by these weights if it has a score in every node.
    """

    index: Index
    at: int
    level: int
    nodes: tuple[str, ...]
    scores: Values
    weights: Values

    @classmethod
    def of(cls, index: Index, period: str | None = None, level: int | None = None) -> Cut:
        """The cut at a level (by default right beneath the index) in a period (by default the last).

        Raises ``MethodError`` for a level that is not there, a node above the cut that is not an arithmetic mean and
        weights that are not the same for all areas, ``MissingData`` where no area is scored. Handbook steps 6 and 7.

        >>> from goodwork import Panel, build
        >>> from goodwork.model.framework import Framework, Member
        >>> import pandas as pd
        >>> table = pd.DataFrame({"area": ["A", "B", "C"] * 2, "indicator": ["pay"] * 3 + ["hours"] * 3,
        ...                       "period": "2023", "value": [1.0, 2, 3, 3, 1, 2]})
        >>> jobs = Framework(name="jobs", title="Jobs", members=(
        ...     Member(indicator="pay", direction="higher", weight=3), Member(indicator="hours", direction="lower")))
        >>> Cut.of(build(jobs, Panel.from_table(table, indicators=jobs.indicators))).weights
        array([0.75, 0.25])
        """
        framework, at = index.framework, period_of(index, period)
        level = framework.level(INDEX) - 1 if level is None else level
        if not 1 <= level < framework.level(INDEX):
            raise MethodError(
                f"there are no weights at level {level}", remedy=f"choose 1 to {framework.level(INDEX) - 1}"
            )
        above = [node for node in framework.groups if framework.level(node) > level]
        for node in above:
            if (choice := index.method.choice("aggregation", node, framework.level(node))).name != "arithmetic":
                raise MethodError(
                    f"{node} is put together by {choice.label}, under which scores are not linear in the weights",
                    remedy=f"use the arithmetic mean at {node}, or weights above it (a higher level)",
                )
        scored = ~np.isnan(index.scores[at, :, 0])
        if not scored.any():
            raise MissingData(f"no area is scored in {index.periods[at]}", remedy="choose another period")
        weight = _weights(index, at, above)
        nodes = tuple(node for node in index.nodes if node in weight and node not in above)
        columns = [index.nodes.index(node) for node in nodes]
        scores = np.where(scored[:, None], index.scores[at][:, columns], np.nan)
        return cls(index, at, level, nodes, scores, np.array([weight[node] for node in nodes]))

    @cached_property
    def here(self) -> NDArray[np.bool_]:
        """Which area has a score in which node, ``(areas, nodes)``."""
        return ~np.isnan(self.scores)

    @cached_property
    def total(self) -> Values:
        """Scores of the whole, ``(areas,)``."""
        return np.asarray(self.index.scores[self.at, :, 0])

    @cached_property
    def ranks(self) -> Values:
        """Ranks in the whole, ``(areas,)``."""
        return np.asarray(self.index.ranks[self.at, :, 0])

    @cached_property
    def scored(self) -> NDArray[np.bool_]:
        """Which areas have a score, ``(areas,)``."""
        return ~np.isnan(self.total)

    @cached_property
    def linear(self) -> NDArray[np.bool_]:
        """Whether an area has all or nothing of each child of the index: its weights are then shared out once only."""
        tops = [self.index.framework.top_domain(node) for node in self.nodes]
        of_top = np.array([[top == other for other in tops] for top in dict.fromkeys(tops)])
        partly = (self.here @ of_top.T) & (~self.here @ of_top.T)
        return np.asarray(~partly.any(axis=-1))

    def place(self, area: str) -> int:
        """The position of an area that is scored; ``NotFound`` or ``MissingData`` otherwise."""
        if area not in self.index.areas:
            raise NotFound("area", area, nearest(area, self.index.areas))
        place = self.index.areas.index(area)
        if not self.scored[place]:
            raise MissingData(
                f"{area} is not scored in {self.index.periods[self.at]}", remedy="index.excluded gives the reason"
            )
        return place

    def same_gaps(self, a: int) -> NDArray[np.bool_]:
        """The scored areas that have the very nodes that area ``a`` has."""
        return np.asarray((self.here == self.here[a]).all(axis=-1) & self.scored)

    def difference(self, a: int, others: NDArray[np.intp] | list[int]) -> Values:
        """How far area ``a`` is ahead of others in each node, ``(others, nodes)``; 0 where neither has it."""
        return np.asarray(np.nan_to_num(self.scores[a] - self.scores[others]))

    def rank_of(self, a: int, weights: Values) -> int:
        """The rank of an area under other weights, gaps re-shared node by node; who is not scored stays so."""
        framework = self.index.framework
        scores = {node: self.index.scores[self.at, :, i] for i, node in enumerate(self.index.nodes)}
        weight = dict.fromkeys(self.index.nodes, 0.0) | dict(zip(self.nodes, map(float, weights), strict=True))
        for node in reversed(framework.groups):
            if framework.level(node) > self.level:
                children = framework.children(node)
                own = np.array([weight[child] for child in children])
                new = arithmetic(np.stack([scores[child] for child in children], axis=-1), own)
                scores[node] = np.where(np.isnan(scores[node]), np.nan, new)
                weight[node] = float(own.sum())
        return int(rank(scores[INDEX][:, None])[a, 0])


def _weights(index: Index, at: int, above: list[str]) -> dict[str, float]:
    """Weights in the whole of all nodes beneath those ``above`` that some area has, read off the areas without gaps."""
    place = {node: i for i, node in enumerate(index.nodes)}
    scored = ~np.isnan(index.scores[at, :, 0])
    weight = {INDEX: 1.0}
    for node in above:
        if node not in weight:
            continue
        scores = index.scores[at][scored]
        children = [c for c in index.framework.children(node) if not np.isnan(scores[:, place[c]]).all()]
        columns = [place[child] for child in children]
        full = ~np.isnan(scores[:, columns]).any(axis=-1)
        within = index.shares[at][scored][full]
        with np.errstate(invalid="ignore", divide="ignore"):
            parts = np.nan_to_num(within[:, columns] / within[:, [place[node]]])
        if not full.any():
            raise MethodError(
                f"no area has everything under {node}, so that its weights cannot be read off",
                remedy="fill gaps (imputation), or ask at a higher level",
            )
        if np.ptp(parts, axis=0).max() > 1e-9:
            raise MethodError(
                f"each area has weights of its own under {node}", remedy="use a weighting that is the same for all"
            )
        weight |= {child: weight[node] * float(part) for child, part in zip(children, parts[0], strict=True)}
    return weight
