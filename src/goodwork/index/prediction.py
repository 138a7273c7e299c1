"""Gaps filled by what the other members say of an area: neighbours, regressions, a joint normal distribution."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import MethodError
from goodwork.index.imputation import ALONE, HANDBOOK, IMPUTATION, LITTLE, Seed, filled, mean_of
from goodwork.index.weighting import correlation
from goodwork.model.panel import Values

ROUNDS, STILL = 500, 1e-9


@IMPUTATION.register(
    "nearest-neighbours",
    formula="mean of the k areas nearest in the members both have",
    source="Troyanskaya et al. (2001), Bioinformatics 17(6)",
    gaps="filled; from the mean of all where no area shares a member",
    oracle="scikit-learn's KNNImputer",
)
def nearest_neighbours(
    values: Values, *, neighbours: int = 5, weights: str = "uniform", standardise: bool = True
) -> Values:
    """What the areas most alike report, on average.

    ``values`` ``(..., periods, areas, members)``; distance is Euclidean over the members both areas have, scaled up to
    all of them, in standard deviations unless ``standardise`` is off. ``weights``: ``"uniform"``, or ``"distance"`` for
    one over the distance. Areas equally far share the last places evenly. Raises ``MethodError`` for other ``weights``
    or fewer than one neighbour. OECD/JRC (2008) step 3; Troyanskaya et al. (2001).

    >>> nearest_neighbours(np.array([[[1.0, 1.0], [1.1, np.nan], [9.0, 5.0]]]), neighbours=1)[0, 1]
    array([1.1, 1. ])
    """
    if neighbours < 1 or weights not in ("uniform", "distance"):
        raise MethodError("the neighbours cannot be averaged so", remedy="one or more; 'uniform' or 'distance'")
    x = _standard(values)[0] if standardise else values
    known, done = np.where(np.isnan(values), 0.0, values), values.copy()
    members, rows = x.shape[-1], _rows_with_gaps(x)
    lacking = x[..., rows, :]
    total = np.zeros((*x.shape[:-2], rows.size, x.shape[-2]))
    shared = np.zeros(total.shape)
    for m in range(members):
        apart = (lacking[..., :, None, m] - x[..., None, :, m]) ** 2
        shared += ~np.isnan(apart)
        total += np.where(np.isnan(apart), 0.0, apart)
    distance = np.where(shared > 0, np.sqrt(total * members / np.maximum(shared, 1)), np.inf)
    place = min(neighbours, x.shape[-2]) - 1
    for m in range(members):
        far = np.where(np.isnan(x[..., None, :, m]), np.inf, distance)
        last = np.partition(far, place, axis=-1)[..., place, None]
        nearer, level = far < last, (far == last) & np.isfinite(far)
        left = neighbours - nearer.sum(axis=-1, keepdims=True)
        weight = nearer + level * np.minimum(left / np.maximum(level.sum(axis=-1, keepdims=True), 1), 1.0)
        if weights == "distance":
            same = (far == 0).any(axis=-1, keepdims=True)
            weight = np.where(same, weight * (far == 0), weight / np.where(far > 0, far, 1.0))
        sums = weight.sum(axis=-1)
        near = (weight @ known[..., m, None])[..., 0] / np.where(sums > 0, sums, np.nan)
        done[..., rows, m] = filled(done[..., rows, m], near)
    return filled(done, mean_of(values))


@IMPUTATION.register(
    "regression",
    formula="least squares on the most correlated members the area has",
    source=f"{HANDBOOK}; {LITTLE}, ch. 4",
    gaps="filled where the area has a correlated member, else they stay",
    oracle="numpy.linalg.lstsq, gap by gap",
)
def regression(values: Values, *, predictors: int = 3) -> Values:
    """What the area's figures in the most correlated members lead one to expect.

    ``values`` ``(..., periods, areas, members)``. For each member the ``predictors`` others with the greatest |r|
    (pairwise complete) are taken; an area that lacks some is predicted from the first of them that it has without a
    break, else from the best single one. It narrows the spread. Fits need two areas more than predictors. Raises
    ``MethodError`` for fewer than one. OECD/JRC (2008) step 3.

    >>> regression(np.array([[[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, np.nan]]]))[0, 3].round(6)
    array([4., 8.])
    """
    if predictors < 1:
        raise MethodError("a regression needs a predictor", remedy="give predictors = 1 or more")
    z, centre, spread = _standard(values)
    strength = np.nan_to_num(np.abs(correlation(z)))
    members, done = z.shape[-1], z.copy()
    for m in range(members):
        strength[..., m, m] = -1.0
        order = np.argsort(-strength[..., m, :], axis=-1, kind="stable")[..., : members - 1]
        useful = np.take_along_axis(strength[..., m, :], order, axis=-1) > 0
        others = np.where(useful[..., None, :], np.take_along_axis(z, order[..., None, :], axis=-1), np.nan)
        several = [slice(0, n) for n in range(min(predictors, members - 1), 0, -1)]
        for chosen in [*several, *(slice(k, k + 1) for k in range(1, members - 1))]:
            if not np.isnan(done[..., m]).any():
                break
            done[..., m] = filled(done[..., m], _least_squares(z[..., m], others[..., chosen], 0.0))
    return filled(values, done * spread + centre)


@IMPUTATION.register(
    "iterative",
    formula="each member regressed on all others (ridge), gaps filled with what is expected, round after round",
    source="van Buuren & Groothuis-Oudshoorn (2011), Journal of Statistical Software 45(3)",
    gaps=ALONE,
    oracle="scikit-learn's IterativeImputer with Ridge",
)
def iterative(values: Values, *, ridge: float = 0.01, rounds: int = 20) -> Values:
    """Chained equations without chance: every member in turn is predicted from all the others, gaps filled, and again.

    ``values`` ``(..., periods, areas, members)``; ``ridge`` is the penalty per area on standardised members. Starts
    from the means and goes ``rounds`` times through the members in their order. Raises ``MethodError`` for a ``ridge``
    below zero. OECD/JRC (2008) step 3; van Buuren & Groothuis-Oudshoorn (2011).

    >>> iterative(np.array([[[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, np.nan]]]), ridge=0)[0, 3].round(6)
    array([4., 8.])
    """
    _check_ridge(ridge)
    z, centre, spread = _standard(values)
    gaps, done, columns = np.isnan(z), np.where(np.isnan(z), 0.0, z), np.arange(z.shape[-1])
    for _ in range(rounds):
        for m in columns[gaps.reshape(-1, columns.size).any(axis=0)]:
            expected = _least_squares(z[..., m], done[..., columns != m], ridge)
            done[..., m] = np.where(gaps[..., m], np.nan_to_num(expected), done[..., m])
    return filled(values, np.where(gaps.all(axis=-2, keepdims=True), np.nan, done * spread + centre))


@IMPUTATION.register(
    "em",
    formula="expected value given the area's figures, under the multivariate normal distribution of maximum likelihood",
    source="Dempster, Laird & Rubin (1977), JRSS B 39(1); Honaker, King & Blackwell (2011) on the ridge",
    gaps=ALONE,
    oracle="a second EM, area by area; closed form of a monotone pattern (Anderson 1957)",
)
def em(values: Values, *, ridge: float = 0.01, rounds: int = ROUNDS) -> Values:
    """What is to be expected of the area, given the figures it has and how all members vary together.

    ``values`` ``(..., periods, areas, members)``, areas being independent draws from one normal distribution, whose
    means and covariances are found by expectation–maximisation (until they are still, at most ``rounds`` times).
    ``ridge`` adds that share of the areas as areas with uncorrelated members, so that few areas and many members give
    an answer; 0 is plain maximum likelihood. Without chance; narrows the spread. Raises ``MethodError`` for a ``ridge``
    below zero. OECD/JRC (2008) step 3; Dempster, Laird & Rubin (1977).

    >>> em(np.array([[[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, np.nan]]]), ridge=0)[0, 3].round(4)
    array([4., 8.])
    """
    return _predicted(values, None, ridge, rounds)


@IMPUTATION.register(
    "multiple",
    formula="a draw from the normal distribution given the area's figures, its means and covariances drawn too",
    source="Rubin (1987), Multiple Imputation for Nonresponse in Surveys; Rubin (1981), the Bayesian bootstrap",
    gaps=ALONE,
    oracle="mean and variance over draws against em's distribution",
)
def multiple(values: Values, *, seed: Seed = None, ridge: float = 0.01, rounds: int = ROUNDS) -> Values:
    """Not what is expected but what may well be: each draw fills the gaps differently, as uncertainly as they are.

    ``values`` ``(draws, ..., periods, areas, members)``. With a ``seed`` every place of the leading axes gets means and
    covariances of its own (EM over areas weighted at random) and noise of its own, so that the doubt about gaps reaches
    the intervals of robustness. Without one, as in ``build``, which knows no chance, it is ``em``. Raises
    ``MethodError`` for a ``ridge`` below zero. OECD/JRC (2008) step 3; Rubin (1987).

    >>> gap = np.array([[[1.0, 2.0], [2.0, 4.5], [3.0, 5.5], [4.0, np.nan]]])
    >>> draws = multiple(np.stack([gap] * 500), seed=1)[:, 0, 3, 1]
    >>> bool(abs(draws.mean() - em(gap)[0, 3, 1]) < 1), bool(draws.std() > 0.2)
    (True, True)
    """
    return _predicted(values, None if seed is None else np.random.default_rng(seed), ridge, rounds)


def _standard(values: Values) -> tuple[Values, Values, Values]:
    """Values in standard deviations from the mean over areas; the mean (0 where none) and the SD (1 where none)."""
    centre = np.nan_to_num(mean_of(values))
    sd = np.sqrt(np.nan_to_num(mean_of((values - centre) ** 2)))
    spread = np.where(sd > 1e-12 * np.abs(centre), sd, 1.0)
    return (values - centre) / spread, centre, spread


def _rows_with_gaps(values: Values) -> NDArray[np.intp]:
    """The places of the areas that lack something anywhere: the only ones there is work to do for."""
    return np.nonzero(np.isnan(values).any(axis=-1).reshape(-1, values.shape[-2]).any(axis=0))[0]


def _least_squares(y: Values, x: Values, ridge: float) -> Values:
    """``y`` ``(..., areas)`` as expected from ``x`` ``(..., areas, predictors)``, fitted where both are there.

    NaN where a predictor is missing, and throughout where a plain fit has fewer than two areas to spare.
    """
    usable = np.asarray(~np.isnan(x).any(axis=-1))
    fit = np.asarray(usable & ~np.isnan(y), dtype=float)[..., None]
    n = fit.sum(axis=-2, keepdims=True)
    x0, y0 = np.where(usable[..., None], x, 0.0), np.nan_to_num(y)[..., None]
    x_mean, y_mean = ((fit * a).sum(axis=-2, keepdims=True) / np.maximum(n, 1) for a in (x0, y0))
    off = fit * (x0 - x_mean)
    turned = np.swapaxes(off, -2, -1)
    slope = np.linalg.solve(turned @ off + (ridge * n + 1e-10) * np.eye(x.shape[-1]), turned @ (fit * (y0 - y_mean)))
    expected = (y_mean + (x0 - x_mean) @ slope)[..., 0]
    enough = np.asarray(n)[..., 0] >= (1 if ridge else x.shape[-1] + 2)
    return np.where(usable & enough, expected, np.nan)


def _predicted(values: Values, rng: np.random.Generator | None, ridge: float, rounds: int) -> Values:
    """Gaps filled from the normal distribution: with what is expected, or drawn where there is a ``rng``."""
    _check_ridge(ridge)
    z, centre, spread = _standard(values)
    areas, members = z.shape[-2:]
    flat = z.reshape(-1, areas, members)
    here = ~np.isnan(flat)
    chance = np.ones(flat.shape[:-1]) if rng is None else rng.standard_exponential(flat.shape[:-1])
    mean, covariance = _normal(flat, here.any(axis=-1) * chance, ridge, rounds)
    rows = _rows_with_gaps(flat)
    expected, doubt = _given(flat[:, rows], mean, covariance)
    if rng is not None:
        # Noise of every cell is drawn, so that that of one does not depend on which others are missing.
        noise = rng.standard_normal(flat.shape)[:, rows, :, None]
        known = here[:, rows].astype(float)
        root = np.linalg.cholesky(doubt + (known + 1e-12)[..., None] * np.eye(members))
        expected = np.where(here[:, rows], expected, expected + (root @ (noise * (1 - known[..., None])))[..., 0])
    done = flat.copy()
    done[:, rows] = expected
    instead = done.reshape(z.shape) * spread + centre
    return filled(values, np.where(np.isnan(values).all(axis=-2, keepdims=True), np.nan, instead))


def _normal(z: Values, weights: Values, ridge: float, rounds: int) -> tuple[Values, Values]:
    """Means ``(n, 1, members)`` and covariances ``(n, members, members)`` of ``z`` ``(n, areas, members)`` by EM."""
    n, _, members = z.shape
    one = np.eye(members)
    mean, covariance = np.zeros((n, 1, members)), np.broadcast_to(one, (n, members, members)).copy()
    rows = _rows_with_gaps(z)
    filled, moving = np.nan_to_num(z), np.nonzero(weights.sum(axis=-1) > 0)[0]
    for _ in range(rounds):
        if not moving.size:
            break
        part, weight = filled[moving], weights[moving][..., None]
        total = weight.sum(axis=-2, keepdims=True)
        part[:, rows], doubt = _given(z[moving][:, rows], mean[moving], covariance[moving])
        new_mean = (weight * part).sum(axis=-2, keepdims=True) / total
        off = part - new_mean
        square = np.swapaxes(weight * off, -2, -1) @ off + (weight[:, rows, :, None] * doubt).sum(axis=1)
        new = (square / total + ridge * one) / (1 + ridge)
        step = np.maximum(
            np.abs(new - covariance[moving]).max(axis=(1, 2)), np.abs(new_mean - mean[moving]).max(axis=(1, 2))
        )
        mean[moving], covariance[moving] = new_mean, new
        moving = moving[step > STILL]
    return mean, covariance


def _given(z: Values, mean: Values, covariance: Values) -> tuple[Values, Values]:
    """Expected values ``(n, areas, members)``, and covariances of what is missing, given what is there."""
    here = (~np.isnan(z)).astype(float)
    seen, unseen = here[..., :, None] * here[..., None, :], (1 - here)[..., :, None] * (1 - here)[..., None, :]
    every = covariance[:, None]
    block = every * seen + (1 - here + 1e-10)[..., None] * np.eye(z.shape[-1])
    slope = every @ (np.linalg.inv(block) * seen)
    off = np.where(here > 0, z - mean, 0.0)
    expected = mean + (slope @ off[..., None])[..., 0]
    return np.where(here > 0, z, expected), (every - slope @ every) * unseen


def _check_ridge(ridge: float) -> None:
    if not ridge >= 0:
        raise MethodError(f"a ridge of {ridge} is below zero", remedy="give 0 or more")
