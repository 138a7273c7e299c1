"""How much each child of a node counts (handbook step 6): as stated, by number, or by what the scores say.

``frontier`` and ``judgement`` add the methods that an optimiser or a panel of experts finds.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import MethodError
from goodwork.index.layout import weighted_sum
from goodwork.model.panel import Values
from goodwork.plugins import Registry

#: name → function(scores, stated, **parameters): ``scores`` is (..., areas, children), ``stated`` is (children,);
#: returns (children,), (..., children) or, one set per area, (..., areas, children); non-negative, summing to one.
WEIGHTING: Registry[Callable[..., Values]] = Registry("weighting")

#: Eigenvalues nearer to each other than this are one: no direction in the plane they span is better than another.
SAME = 1e-9
#: Varimax stops when no angle is wider than this, or after so many rounds.
STILL, STEPS = 1e-13, 500


#: Weights that do not hang on the scores.
WRITTEN = frozenset({"stated", "equal", "members"})


@WEIGHTING.register(
    "stated", formula="wᵢ / Σ w", source="OECD/JRC (2008) step 6", gaps="weights are shared out over what is there",
    oracle="COINr 1.1.14 (asem/aggregate/a_amean_unevenw.csv)",
)  # fmt: skip
def stated(scores: Values, stated: Values) -> Values:
    """The weights written in the framework (one each unless it says otherwise), scaled to sum to one.

    >>> stated(np.zeros((3, 2)), np.array([1.0, 3.0]))
    array([0.25, 0.75])
    """
    return to_one(stated, "stated weights")


@WEIGHTING.register(
    "equal", formula="1 / k", source="OECD/JRC (2008) section 1.6", gaps="weights are shared out over what is there",
    oracle="worked by hand",
)  # fmt: skip
def equal(scores: Values, stated: Values) -> Values:
    """The same weight for every child, whatever the framework states (OECD/JRC 2008, section 1.6).

    >>> equal(np.zeros((3, 2)), np.array([1.0, 3.0]))
    array([0.5, 0.5])
    """
    return np.full(stated.shape[-1], 1.0 / stated.shape[-1])


@WEIGHTING.register(
    "members", formula="nᵢ / Σ n, n the number of indicators beneath", source="OECD/JRC (2008) section 1.6",
    gaps="weights are shared out over what is there; a member without figures still counts", oracle="worked by hand",
)  # fmt: skip
def members(scores: Values, stated: Values, *, counts: Values | None = None) -> Values:
    """A domain counts as much as it has indicators, so that every indicator counts the same wherever it stands.

    ``counts`` ``(children,)`` is the number of indicators beneath each child; ``build`` fills it in. Raises
    ``MethodError`` without it. OECD/JRC (2008) section 1.6.

    >>> members(np.zeros((3, 2)), np.ones(2), counts=np.array([1, 3]))
    array([0.25, 0.75])
    """
    if counts is None:
        raise MethodError("the number of members beneath each child is not known", remedy="give counts")
    return to_one(np.asarray(counts, dtype=float), "counts of members")


@WEIGHTING.register(
    "entropy", formula="wᵢ ∝ 1 + Σ p ln p / ln n, p = x / Σ x over areas, x on 0 to 1",
    source="Shannon (1948); Hwang & Yoon (1981), ch. 3", gaps="left out of p and of n, child by child",
    oracle="numpy, area by area",
)  # fmt: skip
def entropy(scores: Values, stated: Values) -> Values:
    """A child counts the more, the more unevenly its scores are spread over areas (the more it tells apart).

    ``scores`` ``(..., areas, children)`` are first brought to 0 to 1 over areas, so that their scale does not matter;
    returns ``(..., children)``. Gaps are left out; a child that does not vary has weight zero, and where none varies
    all count the same. Handbook step 6; Hwang & Yoon (1981), *Multiple Attribute Decision Making*.

    >>> entropy(np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 6.0]]), np.ones(2)).round(3)
    array([0.213, 0.787])
    """
    x = _unit_range(scores)
    total = x.sum(axis=-2, keepdims=True)
    part = np.divide(x, total, out=np.zeros_like(x), where=total > 0)
    logs = np.log(part, out=np.zeros_like(part), where=part > 0)
    count = (~np.isnan(scores)).sum(axis=-2)
    unevenness = 1 + (part * logs).sum(axis=-2) / np.log(np.maximum(count, 2))
    return _or_equal(np.where(total[..., 0, :] > 0, np.maximum(unevenness, 0.0), 0.0))


@WEIGHTING.register(
    "critic", formula="wᵢ ∝ sdᵢ Σⱼ (1 − rᵢⱼ), sd of the scores on 0 to 1",
    source="Diakoulaki, Mavrotas & Papayannakis (1995)", gaps="sd over what is there, r pairwise complete",
    oracle="numpy, child by child",
)  # fmt: skip
def critic(scores: Values, stated: Values) -> Values:
    """A child counts the more, the more it varies and the less the others already say what it says.

    ``scores`` ``(..., areas, children)``; returns ``(..., children)``. A child that does not vary has weight zero;
    where none has anything of its own to say all count the same. Handbook step 6; Diakoulaki et al. (1995), *Computers
    & Operations Research* 22(7).

    >>> critic(np.array([[1.0, 1, 3], [2, 2, 1], [3, 3, 2]]), np.ones(3)).round(2)
    array([0.25, 0.25, 0.5 ])
    """
    here = ~np.isnan(scores)
    x = _unit_range(scores)
    count = np.maximum(here.sum(axis=-2, keepdims=True), 1)
    centred = np.where(here, x - x.sum(axis=-2, keepdims=True) / count, 0.0)
    sd = np.sqrt((centred**2).sum(axis=-2) / count[..., 0, :])
    apart = 1 - np.nan_to_num(correlation(settled(scores)), nan=1.0)
    return _or_equal(sd * np.where(apart > SAME, apart, 0.0).sum(axis=-1))


@WEIGHTING.register(
    "pca", formula="wᵢ ∝ lᵢ² (or |lᵢ|), l the loadings on the first component of the correlation matrix",
    source="OECD/JRC (2008) section 1.6; Hotelling (1933)", gaps="correlations are pairwise complete",
    oracle="numpy.linalg.svd; scikit-learn's PCA",
)  # fmt: skip
def pca(scores: Values, stated: Values, *, loading: str = "squared") -> Values:
    """A child counts as it goes along with what the children have in common: by its loading on the first component.

    ``scores`` ``(..., areas, children)``; returns ``(..., children)``. ``loading`` is ``"squared"`` (the share of the
    component) or ``"absolute"``. Where several directions explain equally much the loading is that on all of them
    together. A child that does not vary has weight zero. Raises ``MethodError`` for another ``loading``. Handbook step
    6, section 1.6, which warns: such weights say what varies together, not what matters.

    >>> pca(np.array([[1.0, 1, 3], [2, 2, 1], [3, 3, 2]]), np.ones(3)).round(3)
    array([0.394, 0.394, 0.211])
    """
    if loading not in ("squared", "absolute"):
        raise MethodError(f"loading {loading!r} is not known", remedy="choose 'squared' or 'absolute'")
    values, vectors = components(r := correlation(settled(scores)))
    first = values >= values[..., :1] - SAME * np.maximum(values[..., :1], 1)
    squares = (vectors**2 * first[..., None, :]).sum(axis=-1)
    varies = ~np.isnan(np.diagonal(r, axis1=-2, axis2=-1))
    squares = np.where(varies & (squares > SAME**2), squares, 0.0)
    return _or_equal(squares if loading == "squared" else np.sqrt(squares))


@WEIGHTING.register(
    "factor", formula="wᵢ ∝ lᵢf² / Σᵢ lᵢf² · Vf / Σ V, f the varimax factor with the child's greatest loading",
    source="Nicoletti, Scarpetta & Boylaud (2000); OECD/JRC (2008) section 1.6",
    gaps="correlations are pairwise complete",
    oracle="varimax by singular value decompositions; factor_analyzer's Rotator",
)  # fmt: skip
def factor(scores: Values, stated: Values, *, smallest: float = 1.0) -> Values:
    """Each child counts by its share of the factor it belongs to, times the share of variance that factor explains.

    ``scores`` ``(..., areas, children)``; returns ``(..., children)``. Principal factors with an eigenvalue above
    ``smallest`` (Kaiser) are kept, at least one, and turned by varimax; a child belongs to the one it loads on most
    (not unique where two explain exactly as much). A child that does not vary has weight zero. Handbook step 6, section
    1.6; Nicoletti, Scarpetta & Boylaud (2000), OECD Economics Department Working Paper 226.

    >>> x = np.array([1.0, -1, 1, -1, 1, -1, 1, -1]); y = np.array([1.0, 1, -1, -1, 1, 1, -1, -1])
    >>> factor(np.stack([x, x, y], axis=-1), np.ones(3), smallest=0.9).round(3)
    array([0.333, 0.333, 0.333])
    """
    values, vectors = components(r := correlation(settled(scores)))
    varies = ~np.isnan(np.diagonal(r, axis1=-2, axis2=-1))
    loadings = vectors * np.sqrt(np.maximum(values, 0.0))[..., None, :]
    floor = np.minimum(smallest + SAME, values[..., :1] - SAME)
    kept = (values > floor).sum(axis=-1)
    flat, number = loadings.reshape(-1, *loadings.shape[-2:]), kept.ravel()
    squares = np.zeros_like(flat)
    for n in np.unique(number):
        squares[number == n, :, :n] = varimax(flat[number == n][..., :n]) ** 2
    squares = squares.reshape(loadings.shape)
    # A factor's share of variance has its sum of squares above, the child's share of the factor below: they cancel.
    return _or_equal(np.where(varies, squares.max(axis=-1), 0.0))


def varimax(loadings: Values) -> Values:
    """Loadings turned so that each child loads on as few factors as it can (Kaiser 1958, without row scaling).

    ``loadings`` is ``(..., children, factors)``; returns the same shape. Two factors at a time are turned by the best
    angle until none moves; chance plays no part. Order and signs of factors carry no meaning.

    >>> np.abs(varimax(np.array([[0.6, 0.6], [0.6, -0.6]])).round(3)).tolist()
    [[0.0, 0.849], [0.849, 0.0]]
    """
    turned = np.array(loadings)
    pairs = [(i, j) for i in range(loadings.shape[-1]) for j in range(i)]
    moving = np.full(loadings.shape[:-2], bool(pairs))
    for _ in range(STEPS):
        if not moving.any():
            break
        widest = np.zeros(moving.shape)
        for i, j in pairs:
            x, y = turned[..., i], turned[..., j]
            u, v = x**2 - y**2, 2 * x * y
            over = 2 * ((u * v).mean(axis=-1) - u.mean(axis=-1) * v.mean(axis=-1))
            under = (u**2 - v**2).mean(axis=-1) - (u.mean(axis=-1) ** 2 - v.mean(axis=-1) ** 2)
            angle = np.where(moving & (np.hypot(over, under) > SAME), np.arctan2(over, under) / 4, 0.0)
            widest = np.maximum(widest, np.abs(angle))
            cos, sin = np.cos(angle)[..., None], np.sin(angle)[..., None]
            turned[..., i], turned[..., j] = x * cos + y * sin, y * cos - x * sin
        moving = moving & (widest > STILL)
    return turned


def shares(scores: Values, weights: Values) -> Values:
    """The weight each child really has in each area: gaps carry none, and the rest share it out in proportion.

    ``scores`` is ``(..., areas, children)``, ``weights`` ``(..., children)`` or one set per area, of the shape of
    ``scores``; returns ``(..., areas, children)`` that sums to one, or NaN where no child has a figure and a weight.

    >>> shares(np.array([[1.0, np.nan, 1.0]]), np.array([0.5, 0.25, 0.25])).round(3)
    array([[0.667, 0.   , 0.333]])
    """
    of_area = per_area(weights, scores)
    return np.asarray(~np.isnan(scores) * of_area / weight_there(of_area, np.isnan(scores))[..., None])


def weight_there(of_area: Values, gaps: NDArray[np.bool_]) -> Values:
    """The weight of the children that are no ``gaps``, ``(..., areas)``; NaN where there is none.

    >>> weight_there(np.array([[0.5, 0.25]]), np.array([[False, True], [True, True]]))
    array([0.5, nan])
    """
    whole = weighted_sum(of_area, ~gaps) if gaps.any() else np.add.accumulate(of_area, axis=-1)[..., -1]
    return whole if np.minimum.reduce(whole, axis=None) > 0 else np.where(whole > 0, whole, np.nan)


def per_area(weights: Values, scores: Values) -> Values:
    """Weights as one set per area, to broadcast against scores: ``(..., children)`` → ``(..., 1, children)``.

    >>> per_area(np.ones(2), np.zeros((3, 2))).shape
    (1, 2)
    """
    return weights if weights.ndim == scores.ndim else weights[..., None, :]


def to_one(weights: Values, what: str) -> Values:
    """Weights scaled to sum to one over the last axis; ``MethodError`` for a negative one, a gap, or all zero.

    >>> to_one(np.array([1.0, 4.0]), "points")
    array([0.2, 0.8])
    """
    total = np.add.reduce(weights, axis=-1, keepdims=True)
    if not (np.minimum.reduce(weights, axis=None) >= 0 and np.maximum.reduce(total, axis=None) < np.inf):
        raise MethodError(f"{what} must be numbers that are not negative", remedy="correct them")
    if np.minimum.reduce(total, axis=None) <= 0:
        raise MethodError(f"{what} are all zero", remedy="give at least one a weight")
    return np.asarray(weights / total)


def correlation(scores: Values) -> Values:
    """Pearson correlations of the children over the areas that have both; NaN where one does not vary among them.

    ``scores`` is ``(..., areas, children)``; returns ``(..., children, children)``.

    >>> correlation(np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0], [9.0, np.nan]]))[0].round(3)
    array([ 1., -1.])
    """
    scores = np.ascontiguousarray(scores)
    here = (~np.isnan(scores)).astype(float)
    # Centred and scaled first: sums of squares over pairs lose no digits then.
    x = np.where(here > 0, scores, 0.0)
    x = here * (x - x.sum(axis=-2, keepdims=True) / np.maximum(here.sum(axis=-2, keepdims=True), 1))
    size = np.abs(x).max(axis=-2, keepdims=True, initial=0.0)
    largest = np.where(here > 0, np.abs(scores), 0.0).max(axis=-2, keepdims=True, initial=0.0)
    x = np.divide(x, size, out=np.zeros_like(x), where=size > 1e-13 * largest)
    turned = np.swapaxes(x, -2, -1)
    count, total = np.swapaxes(here, -2, -1) @ here, turned @ here
    with np.errstate(invalid="ignore", divide="ignore"):
        together = turned @ x - total * np.swapaxes(total, -2, -1) / count
        whole = np.swapaxes(x**2, -2, -1) @ here
        square = whole - total**2 / count
        square = np.where(square > 1e-13 * whole, square, np.nan)
        return np.asarray(np.clip(together / np.sqrt(square * np.swapaxes(square, -2, -1)), -1.0, 1.0))


def components(r: Values) -> tuple[Values, Values]:
    """Eigenvalues, largest first, and eigenvectors (columns) of correlation matrices ``(..., children, children)``.

    Signs are fixed so that the entries of each vector sum to more than zero; an unknown correlation counts as none.

    >>> components(np.array([[1.0, 0.6], [0.6, 1.0]]))[0]
    array([1.6, 0.4])
    """
    values, vectors = np.linalg.eigh(np.nan_to_num(r))
    values, vectors = values[..., ::-1], vectors[..., ::-1]
    return values, vectors * np.where(vectors.sum(axis=-2, keepdims=True) < 0, -1.0, 1.0)


def settled(scores: Values) -> Values:
    """Scores without the last digits, which are rounding: a child that is constant but for them becomes constant.

    ``scores`` is ``(..., areas, children)`` on a common scale; twelve digits of the largest are kept.

    >>> settled(np.array([[1.0, 1e-17], [2.0, -1e-17]])).tolist()
    [[1.0, 0.0], [2.0, 0.0]]
    """
    scores = np.ascontiguousarray(scores)  # sums come out the same to the last digit, whatever lay around
    size = np.where(np.isnan(scores), 0.0, np.abs(scores)).max(axis=(-2, -1), keepdims=True, initial=1e-300)
    return np.asarray(np.round(scores / size, 12) * size + 0.0)


def _unit_range(scores: Values) -> Values:
    """Scores on 0 to 1 over areas; 0 for gaps and for a child that does not vary."""
    scores = settled(scores)
    here = ~np.isnan(scores)
    low = np.where(here, scores, np.inf).min(axis=-2, keepdims=True)
    span = np.where(here, scores, -np.inf).max(axis=-2, keepdims=True) - low
    return np.asarray(np.divide(scores - low, span, out=np.zeros_like(scores), where=here & (span > 0)))


def _or_equal(raw: Values) -> Values:
    """Raw weights scaled to sum to one over the last axis; all the same where there is nothing to go by."""
    total = raw.sum(axis=-1, keepdims=True)
    return np.asarray(np.where(total > SAME, raw, 1.0) / np.where(total > SAME, total, raw.shape[-1]))


# They register their methods above, with what this file defines.
from goodwork.index import frontier, judgement  # noqa: E402, F401
