"""Weights from people's judgement (handbook step 6): points that experts hand out, and pairwise comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from goodwork.errors import MethodError
from goodwork.index.weighting import WEIGHTING, to_one
from goodwork.model.panel import Values

#: Mean consistency index of random comparisons of 1, 2, 3 … things (Saaty 1980, table 1.3).
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)


@dataclass(frozen=True, eq=False)
class Allocation:
    """Weights that experts' points give: ``weights`` ``(children,)``, their standard deviation over experts ``spread``
    (NaN for one expert), and the number of ``experts`` who gave points."""

    weights: Values
    spread: Values
    experts: int


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Weights that pairwise comparisons give, and how consistent these are: the greatest ``eigenvalue``, the
    consistency ``index`` and the consistency ``ratio`` (index ÷ that of random comparisons; 0.1 is the usual limit)."""

    weights: Values
    eigenvalue: float
    index: float
    ratio: float


def budget_allocation(points: Any) -> Allocation:
    """Experts spread points over the children; every expert has the same say, however many points were handed out.

    ``points`` is ``(experts, children)``; a gap counts as no points, and an expert without any is left out. Raises
    ``MethodError`` for negative points, or when nobody gave any. Handbook step 6, budget allocation (section 1.6).

    >>> found = budget_allocation([[60, 40], [1, 1]])
    >>> found.weights, found.spread.round(3), found.experts
    (array([0.55, 0.45]), array([0.071, 0.071]), 2)
    """
    given = np.nan_to_num(_array(points, "points", "one row of points per expert"))
    given = given[given.any(axis=-1)]
    if not len(given):
        raise MethodError("no expert gave points to any of the children", remedy="give points")
    weights = to_one(given, "points")
    experts = len(weights)
    spread = weights.std(axis=0, ddof=1) if experts > 1 else np.full(weights.shape[-1], np.nan)
    return Allocation(weights.mean(axis=0), spread, experts)


def analytic_hierarchy(matrix: Any, limit: float = 0.1, allow_inconsistent: bool = False) -> Hierarchy:
    """Weights are the principal eigenvector of "how many times as important is this as that".

    ``matrix`` is ``(children, children)``, positive; a gap is the reciprocal of its counterpart, and the diagonal is 1.
    Raises ``MethodError`` for a pair that nobody compared, comparisons that contradict their counterpart, and for a
    consistency ratio above ``limit`` unless ``allow_inconsistent``. Saaty (1980), *The Analytic Hierarchy Process*;
    handbook step 6, section 1.6.

    >>> nan = float("nan")
    >>> found = analytic_hierarchy([[1, 2, 6], [nan, 1, 3], [nan, nan, 1]])
    >>> found.weights.round(3), abs(round(found.ratio, 6))
    (array([0.6, 0.3, 0.1]), 0.0)
    """
    compared = _array(matrix, "matrix", "one row and one column per child")
    size = len(compared)
    if compared.shape != (size, size):
        raise MethodError(f"matrix has the shape {compared.shape}", remedy="give one row and one column per child")
    if not size <= len(RANDOM_INDEX):
        raise MethodError(f"{size} children are too many to compare in pairs", remedy="compare within domains")
    compared = np.where(np.eye(size, dtype=bool) & np.isnan(compared), 1.0, compared)
    if (compared <= 0).any():
        raise MethodError("comparisons must be above zero", remedy="write 1/3, not −3, for three times less important")
    compared = np.where(np.isnan(compared), 1 / compared.T, compared)
    if np.isnan(compared).any():
        raise MethodError("some pairs of children are not compared", remedy="compare each pair once")
    if not np.allclose(compared * compared.T, 1.0, rtol=0.02):
        raise MethodError("a comparison contradicts its counterpart", remedy="leave one of the two out")
    values, vectors = np.linalg.eig(compared)
    first = int(np.argmax(values.real))
    greatest = float(values[first].real)
    index = (greatest - size) / (size - 1) if size > 1 else 0.0
    ratio = index / RANDOM_INDEX[size - 1] if size > 2 else 0.0
    if ratio > limit and not allow_inconsistent:
        raise MethodError(
            f"the comparisons contradict each other: consistency ratio {ratio:.2f}, limit {limit:.2f}",
            remedy="ask again, raise the limit, or set allow_inconsistent",
            ratio=ratio,
        )
    return Hierarchy(to_one(np.abs(vectors[:, first].real), "comparisons"), greatest, index, ratio)


@WEIGHTING.register(
    "budget",
    formula="mean over experts of pᵢ / Σ p",
    source="OECD/JRC (2008) section 1.6",
    gaps="weights are shared out over what is there",
    oracle="worked by hand",
)
def budget(scores: Values, stated: Values, *, points: Any = None) -> Values:
    """Each child counts by the share of points it got from experts (budget allocation).

    ``points`` is ``(experts, children)`` (in a file: a table per expert, child → points). Scores play no part. Raises
    ``MethodError`` without points for every child, and as :func:`budget_allocation` does.

    >>> budget(np.zeros((3, 2)), np.ones(2), points=[[60, 40], [1, 1]])
    array([0.55, 0.45])
    """
    return _for_children(budget_allocation(_given(points, "points", "budget")).weights, stated, "points")


@WEIGHTING.register(
    "ahp",
    formula="A w = λ w, λ the greatest eigenvalue of the pairwise comparisons A",
    source="Saaty (1980); OECD/JRC (2008) section 1.6",
    gaps="weights are shared out over what is there; a comparison left out is the reciprocal of its counterpart",
    oracle="Saaty's school example: power iteration",
)
def ahp(
    scores: Values, stated: Values, *, matrix: Any = None, limit: float = 0.1, allow_inconsistent: bool = False
) -> Values:
    """Each child counts by how it fares in pairwise comparisons with its siblings (analytic hierarchy process).

    ``matrix`` is ``(children, children)`` (in a file: a table per child, child → how many times as important). Scores
    play no part. Raises ``MethodError`` as :func:`analytic_hierarchy` does.

    >>> ahp(np.zeros((3, 2)), np.ones(2), matrix=[[1, 3], [1 / 3, 1]])
    array([0.75, 0.25])
    """
    found = analytic_hierarchy(_given(matrix, "matrix", "ahp"), limit, allow_inconsistent)
    return _for_children(found.weights, stated, "matrix")


def by_child(key: str, value: Mapping[str, Any], children: Sequence[str]) -> Values:
    """A table by child as an array in the children's order; so a table of tables, ``points`` by expert, ``matrix`` by
    child.

    Cells that are not written are NaN; rows of a ``matrix`` are those of the children, in their order. ``build`` calls
    it before the kernel.

    >>> by_child("importance", {"a": 1, "b": 2}, ["b", "a"])
    array([2., 1.])
    >>> by_child("points", {"ann": {"a": 1, "b": 2}, "bob": {"b": 5}}, ["b", "a"])
    array([[ 2.,  1.],
           [ 5., nan]])
    """
    if not any(isinstance(row, Mapping) for row in value.values()):
        return np.array([value.get(child, np.nan) for child in children], dtype=float)
    rows = [value.get(child, {}) for child in children] if key == "matrix" else list(value.values())
    return np.array([[row.get(child, np.nan) for child in children] for row in rows], dtype=float)


def _array(value: Any, key: str, remedy: str) -> Values:
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise MethodError(f"{key} is not a table of numbers", remedy=f"give {remedy}") from None
    if array.ndim != 2 or np.isinf(array).any():
        raise MethodError(f"{key} is not a table of finite numbers", remedy=f"give {remedy}")
    return array


def _given(value: Any, key: str, method: str) -> Any:
    if value is None:
        raise MethodError(f"weighting method {method!r} needs {key}", remedy=f"write {key} at the node it is for")
    return value


def _for_children(weights: Values, stated: Values, key: str) -> Values:
    if weights.size != stated.shape[-1]:
        raise MethodError(
            f"{key} speak of {weights.size} children, the node has {stated.shape[-1]}",
            remedy="write them at their node",
        )
    return weights
