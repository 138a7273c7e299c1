"""Correlations between indicators, domains and the index over areas (handbook step 4), and what is read off them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import stats

from goodwork.errors import MethodError, NotFound
from goodwork.index.build import Index
from goodwork.index.ranking import rank
from goodwork.index.weighting import components, correlation
from goodwork.model.area import nearest
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["pearson", "spearman", "kendall"]
SEED, RANDOM_SETS = 2021, 500


@dataclass(frozen=True, eq=False)
class Correlations:
    """Coefficients ``r``, numbers of areas ``n`` and two-sided ``p`` between ``rows`` and ``columns``, all ``(rows,
    columns)``; NaN where fewer than three areas have both or one does not vary among them."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    kind: Kind
    r: Values
    n: Values
    p: Values

    @property
    def table(self) -> pd.DataFrame:
        """One row per pair, each pair once, nothing with itself."""
        import pandas as pd

        seen: set[frozenset[str]] = set()
        rows = []
        for i, row in enumerate(self.rows):
            for j, column in enumerate(self.columns):
                if row != column and frozenset((row, column)) not in seen:
                    seen.add(frozenset((row, column)))
                    rows.append((row, column, self.r[i, j], int(self.n[i, j]), self.p[i, j]))
        return pd.DataFrame(rows, columns=["one", "other", "r", "n", "p"])


def correlations(values: Values, names: tuple[str, ...], kind: Kind = "pearson") -> Correlations:
    """Correlations of all columns with each other, each pair over the areas that have both (pairwise complete).

    ``values`` is ``(areas, columns)`` in any units, NaN for a gap. Spearman's ranks (ties averaged) are taken among the
    areas of the pair, as R does; p is two-sided, from Student's t for Pearson and Spearman and from scipy for Kendall's
    tau-b. Raises ``MethodError`` for a name of a kind that is not known. Handbook step 4, section 1.4.

    >>> found = correlations(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 5.0], [4.0, np.nan]]), ("a", "b"), "spearman")
    >>> float(found.r[0, 1]), int(found.n[0, 1])
    (1.0, 3)
    """
    here = ~np.isnan(values)
    n = here.T.astype(float) @ here
    if kind == "pearson":
        r = correlation(values)
    elif kind == "spearman":
        r = _spearman(values)
    elif kind == "kendall":
        r, p = _kendall(values)
        return Correlations(names, names, kind, r, n, p)
    else:
        raise MethodError(f"correlation {kind!r} is not known", remedy="choose pearson, spearman or kendall")
    r = np.where(n < 3, np.nan, r)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = np.asarray(2 * stats.t.sf(np.abs(r) * np.sqrt((n - 2) / (1 - r**2)), n - 2))
    return Correlations(names, names, kind, r, n, np.where(np.isnan(r), np.nan, p))


def across_levels(
    index: Index, rows: int, columns: int, kind: Kind = "pearson", period: str | None = None
) -> Correlations:
    """Correlations of the scores at one level with those at another (or the same) in a period, the last by default.

    Level 1 are the indicators (normalised, the better end high), level 2 the nodes right above them, and so on. Raises
    ``NotFound`` for a level or a period that is not there. Handbook step 4.
    """
    nodes = {level: [n for n in index.nodes if index.framework.level(n) == level] for level in (rows, columns)}
    for level, names in nodes.items():
        if not names:
            raise NotFound("level", str(level), [str(index.framework.level(index.nodes[0]))])
    place = {node: i for i, node in enumerate(index.nodes)}
    scores = index.scores[period_of(index, period)]
    wanted = [place[node] for node in (*nodes[rows], *nodes[columns])]
    found = correlations(scores[:, wanted], tuple(index.nodes[i] for i in wanted), kind)
    cut = len(nodes[rows])
    return Correlations(
        tuple(nodes[rows]), tuple(nodes[columns]), kind,
        found.r[:cut, cut:], found.n[:cut, cut:], found.p[:cut, cut:],
    )  # fmt: skip


def period_of(index: Index, period: str | None) -> int:
    """The position of a period, the last one by default; ``NotFound`` when the index does not have it."""
    if period is None:
        return len(index.periods) - 1
    if str(period) not in index.periods:
        raise NotFound("period", str(period), nearest(str(period), index.periods) or list(index.periods[-5:]))
    return index.periods.index(str(period))


def _spearman(values: Values) -> Values:
    """Pearson correlations of average ranks, taken among the areas that both columns of a pair have."""
    size = values.shape[-1]
    one, other = np.triu_indices(size)
    pairs = np.stack([values[:, one], values[:, other]], axis=-1).swapaxes(0, 1)
    pairs = np.where(np.isnan(pairs).any(axis=-1, keepdims=True), np.nan, pairs)
    # Twice the average rank, up to a constant: places from below less places from above.
    ranks = rank(-pairs) - rank(pairs)
    r = np.full((size, size), np.nan)
    r[one, other] = r[other, one] = correlation(ranks)[..., 0, 1]
    return r


def _kendall(values: Values) -> tuple[Values, Values]:
    size = values.shape[-1]
    r, p = np.full((2, size, size), np.nan)
    for i in range(size):
        for j in range(i + 1):
            both = ~(np.isnan(values[:, i]) | np.isnan(values[:, j]))
            x, y = values[both, i], values[both, j]
            if len(x) > 2 and np.ptp(x) > 0 and np.ptp(y) > 0:
                found = stats.kendalltau(x, y)
                r[i, j] = r[j, i] = found.statistic
                p[i, j] = p[j, i] = found.pvalue
    return r, p


def covariances(values: Values) -> Values:
    """Sample covariances ``(columns, columns)`` over the areas that have both; NaN for fewer than two."""
    here = ~np.isnan(values)
    count = np.maximum(here.sum(axis=0), 1)
    x = np.where(here, values - np.where(here, values, 0.0).sum(axis=0) / count, 0.0)
    there = here.astype(float)
    n, total = there.T @ there, x.T @ there
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(n > 1, (x.T @ x - total * total.T / n) / (n - 1), np.nan))


def alpha(values: Values, standardised: bool = False) -> float:
    """Cronbach's alpha: how far the columns measure one thing, by how much they vary together.

    ``values`` is ``(areas, columns)``, oriented so that the better end is high; covariances are pairwise complete, or
    correlations when ``standardised``. Below zero where columns work against each other; NaN for fewer than two columns
    or where nothing varies. Handbook step 4, section 1.4; Cronbach (1951).

    >>> round(alpha(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 3.0]])), 3)
    0.667
    """
    matrix = correlation(values) if standardised else covariances(values)
    size, total = len(matrix), float(matrix.sum())
    if size < 2 or not total > 0:
        return float("nan")
    return size / (size - 1) * (1 - float(np.trace(matrix)) / total)


@dataclass(frozen=True, eq=False)
class Components:
    """Principal components of the standardised columns: ``eigenvalues`` ``(components,)``, ``vectors`` ``(columns,
    components)``, the 95 % point of eigenvalues of as many random columns ``random``, and how many lie above it
    (``kept``, Horn's parallel analysis)."""

    eigenvalues: Values
    vectors: Values
    random: Values
    kept: int


def principal_components(values: Values, seed: int = SEED, sets: int = RANDOM_SETS) -> Components:
    """What the columns have in common, and how much of it is more than chance would give.

    ``values`` is ``(areas, columns)``; correlations are pairwise complete. Parallel analysis compares each eigenvalue
    with the 95 % point over ``sets`` random normal columns of the same shape, drawn with ``seed``; components are kept
    up to the first that fails. Handbook step 4; Horn (1965), Psychometrika 30; Glorfeld (1995).

    >>> x = np.arange(20.0)
    >>> principal_components(np.stack([x, x**2, x**3], axis=-1)).kept
    1
    """
    eigenvalues, vectors = components(correlation(values))
    noise = np.random.default_rng(seed).standard_normal((sets, *values.shape))
    random = np.percentile(components(correlation(noise))[0], 95, axis=0)
    above = eigenvalues > random
    return Components(eigenvalues, vectors, random, int(above.size if above.all() else np.argmin(above)))


@dataclass(frozen=True)
class Sphericity:
    """Whether a factor analysis has something to find: Kaiser, Meyer and Olkin's measure ``kmo`` (``members`` one by
    one), and Bartlett's test that nothing is correlated (``chi2`` on ``df``, ``p``). NaN under collinearity."""

    kmo: float
    members: tuple[float, ...]
    chi2: float
    df: int
    p: float


def sphericity(values: Values) -> Sphericity:
    """Kaiser–Meyer–Olkin measure and Bartlett's test of the columns ``(areas, columns)``.

    KMO is the share of squared correlations in squared correlations and partial ones (above 0.6 is usual); correlations
    are pairwise complete and Bartlett's n is the smallest number of areas that any pair has in common. Handbook step 4,
    section 1.4; Kaiser & Rice (1974); Bartlett (1951).

    >>> found = sphericity(np.array([[1.0, 2, 1], [2, 1, 3], [3, 4, 2], [4, 3, 5], [5, 6, 4]]))
    >>> round(found.kmo, 3), found.df
    (0.332, 3)
    """
    r, size = correlation(values), values.shape[-1]
    df, nan = size * (size - 1) // 2, float("nan")
    if size < 2 or np.isnan(r).any() or np.linalg.eigvalsh(r)[0] < 1e-10:
        return Sphericity(nan, (nan,) * size, nan, df, nan)
    inverse = np.linalg.inv(r)
    scale = np.sqrt(np.diag(inverse))
    partial, off = (inverse / np.outer(scale, scale)) ** 2, ~np.eye(size, dtype=bool)
    own, rest = (r**2 * off).sum(axis=0), (partial * off).sum(axis=0)
    here = (~np.isnan(values)).astype(float)
    chi2 = -((here.T @ here).min() - 1 - (2 * size + 5) / 6) * float(np.linalg.slogdet(r)[1])
    return Sphericity(
        float(own.sum() / (own + rest).sum()), tuple((own / (own + rest)).tolist()), float(chi2), df,
        float(stats.chi2.sf(chi2, df)),
    )  # fmt: skip


def discrimination(values: Values) -> float:
    """The share of pairs of areas that a member tells apart (Ferguson's delta with as many classes as areas).

    ``values`` is ``(areas,)``; gaps are left out. 1 where all differ, 0 where all are the same, NaN for fewer than two.
    Unlike the coefficient of variation it does not depend on the unit. Ferguson (1949), *Psychometrika* 14.

    >>> discrimination(np.array([1.0, 1.0, 2.0, np.nan]))
    0.6666666666666666
    """
    present = values[~np.isnan(values)]
    size = len(present)
    counts = np.unique(present, return_counts=True)[1]
    return float((size**2 - (counts**2).sum()) / (size**2 - size)) if size > 1 else float("nan")
