"""Changes of scale that keep the order of areas and make a member less skewed (handbook step 3), alone or where
winsorising is not enough. The result is no longer in natural units."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from goodwork.errors import MethodError
from goodwork.index import treatment as t
from goodwork.index.treatment import HANDBOOK, KURTOSIS, OFFSET, POINTS, SKEW, STAY, TREATMENT, Treated, fitted
from goodwork.model.panel import Values

#: Exponents are sought as far as the greatest power stays near e to this; each halving gives one more binary digit.
REACH, HALVINGS = 60.0, 64


@TREATMENT.register(
    "two-stage",
    formula="if |G1| ≥ 2 and G2 ≥ 3.5: winsorise up to 5 points; if still so: log(x − min + a), a = 0.01 (max − min), "
    "or −log(max − x + a) for negative skew",
    source=f"{HANDBOOK}; Becker et al. (2022), COINr",
    gaps=STAY,
    oracle="COINr 1.1.14 (asem/steps/build_Treated.csv, treat_details.csv); the logarithm worked by hand",
)
def two_stage(
    values: Values,
    *,
    points: ArrayLike = POINTS,
    skew: ArrayLike = SKEW,
    kurtosis: ArrayLike = KURTOSIS,
    offset: ArrayLike = OFFSET,
    only_if_nearer: bool = True,
    force: bool = False,
    reference: Values | None = None,
) -> Treated:
    """Draw in a few outliers, and only where that is not enough take logarithms of the figures as they were.

    ``values`` ``(..., areas, members)`` in natural units; a member fails when ``|G1| ≥ skew`` and ``G2 ≥ kurtosis``. Up
    to ``points`` of its figures are winsorised; if it still fails, the untreated figures are logged (reflected where
    skewness is negative), and the logarithm is kept if it brings the member nearer to passing (COINr keeps it in any
    case: ``only_if_nearer=False``). ``force`` winsorises all ``points`` even where the test is passed. The log tells
    both stages (``points_tried`` counts those of the first, ``points`` those that stand). Gaps stay gaps. Raises
    ``MethodError`` for parameters below zero. OECD/JRC (2008) step 3; Becker et al. (2022), *Journal of Open Source
    Software* 7(78).

    >>> done = two_stage(np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [99.0]]))
    >>> done.values.ravel(), done.log["points"]
    (array([1., 2., 3., 4., 5., 5.]), array([1]))
    """
    base = fitted(values, reference)
    before = t.moments(base)
    most, g1, g2, share = (np.broadcast_to(p, before[0].shape) for p in t.checked(points, skew, kurtosis, offset))
    failing = (t.distance(before, g1, g2) >= 1) | force
    nothing = np.full(failing.shape, np.nan)
    log = t.told_of(before, before, 0, "none", g1, g2) | {"points_tried": np.zeros(failing.shape, dtype=int)}
    log |= {f"{what}_{stage}": nothing for stage in ("winsorised", "logged") for what in ("skew", "kurtosis")}
    members = np.nonzero(failing.reshape(-1, failing.shape[-1]).any(axis=0))[0]
    if not members.size:
        return Treated(values, log)
    most, g1, g2, share = (p[..., members] for p in (most, g1, g2, share))
    own = values[..., members]
    fit = own if reference is None else base[..., members]
    drawn = _in_two_stages(own, fit, (before[0][..., members], before[1][..., members]), most, g1, g2, share, force,
                           only_if_nearer)  # fmt: skip
    treated = values.copy(order="K")
    treated[..., members] = drawn.values
    for heading, told in drawn.log.items():
        log[heading] = log[heading].astype(np.result_type(log[heading], told))
        log[heading][..., members] = told
    return Treated(treated, log)


def _in_two_stages(
    values: Values,
    base: Values,
    before: t.Shape,
    most: Values,
    g1: Values,
    g2: Values,
    share: Values,
    force: bool,
    only_if_nearer: bool,
) -> Treated:
    """Both stages for members of which each fails the test somewhere, or is forced."""
    failing = (t.distance(before, g1, g2) >= 1) | force
    low, high, tried, first = t.winsor_bounds(base, before, most, g1, g2, force)
    treated, after = np.clip(values, low, high), first
    still = t.distance(first, g1, g2) >= 1
    kept, turned, second = np.zeros(still.shape, dtype=bool), np.array("none"), before
    if still.any():
        logged, turned = _logged(base, base, before[0], share[..., None, :], True)
        second = t.moments(logged)
        kept = still & ((t.distance(second, g1, g2) < t.distance(first, g1, g2)) | (not only_if_nearer))
        new = logged if values is base else _logged(values, base, before[0], share[..., None, :], True)[0]
        treated = np.where(kept[..., None, :], new, treated)
        after = np.where(kept, second[0], first[0]), np.where(kept, second[1], first[1])
    log = t.told_of(before, after, np.where(kept, 0, tried), np.where(kept, turned, "none"), g1, g2)
    log |= {"points_tried": tried, **t.shape_of(first, "_winsorised", failing)}
    return Treated(treated, log | t.shape_of(second, "_logged", still))


@TREATMENT.register(
    "log",
    formula="log(x − min + a), a = offset · (max − min); −log(max − x + a) for negative skew",
    source=f"{HANDBOOK}; COINr's log_CT_plus",
    gaps=STAY,
    oracle="worked by hand from COINr's definition",
)
def log(
    values: Values,
    *,
    offset: ArrayLike = OFFSET,
    reflect: bool = True,
    force: bool = True,
    reference: Values | None = None,
) -> Treated:
    """Logarithms, counted from the end where the figures crowd, so that the long tail is drawn in.

    ``values`` ``(..., areas, members)``; ``offset`` is a share of the range. Without ``reflect`` the logarithm is
    counted from the minimum whatever the skew; without ``force`` only members that fail the test are transformed.
    Figures beyond the reference's range lie on the tangent. Gaps stay gaps; a member that does not vary stays as it is.
    Raises ``MethodError`` for an ``offset`` of zero or less. OECD/JRC (2008) step 3.

    >>> log(np.array([[0.0], [1.0], [10.0], [100.0]])).values.ravel().round(3)
    array([0.   , 0.693, 2.398, 4.615])
    """
    base, share = fitted(values, reference), t.positive(offset)
    g1 = t.skewness(base)
    after, name = _logged(base, base, g1, share, reflect)
    new = after if reference is None else _logged(values, base, g1, share, reflect)[0]
    return _transformed(values, base, new, after, name, force)


def _logged(
    values: Values, base: Values, skew: Values, offset: Values, reflect: bool
) -> tuple[Values, NDArray[np.str_]]:
    """Log of the distance from the crowded end of the reference; and which end, ``(..., members)``."""
    low, high = t.extremes(base)
    turned = (skew[..., None, :] < 0) & reflect
    away = np.where(turned, high - values, values - low)
    a = offset * (high - low)
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = np.where(away >= 0, np.log(np.maximum(away, 0) + a), np.log(a) + away / a)
    new = np.where(high > low, np.where(turned, -curve, curve), values)
    return new, np.where(turned[..., 0, :], "reflected log", "log")


@TREATMENT.register(
    "box-cox",
    formula="(((x + s) / g)^λ − 1) / λ, g the geometric mean of x + s, λ of maximum likelihood",
    source="Box & Cox (1964), JRSS B 26(2)",
    gaps=STAY,
    oracle="scipy.stats.boxcox",
)
def box_cox(
    values: Values, *, offset: ArrayLike = OFFSET, force: bool = True, reference: Values | None = None
) -> Treated:
    """The power of each member that makes it most like a normal distribution.

    ``values`` ``(..., areas, members)``; where a figure is not positive all are first shifted by ``s``, so that the
    least is ``offset`` of the range. λ and the shift are in the log. Without ``force`` only members that fail the test
    are transformed. Figures below half the reference's least count as that half. Gaps stay gaps; a member that does not
    vary stays as it is. Raises ``MethodError`` for an ``offset`` of zero or less. OECD/JRC (2008) step 3; Box & Cox
    (1964); Kouider & Chen (1995): the likelihood has one peak.

    >>> box_cox(np.exp(np.array([[-1.0], [0.0], [1.0]]))).values.ravel().round(6) + 0.0
    array([-1.,  0.,  1.])
    """
    base = fitted(values, reference)
    low, high = t.extremes(base)
    varies = high > low
    shift = np.where(varies & (low <= 0), t.positive(offset) * (high - low) - low, 0.0)

    def logs(x: Values) -> Values:
        return np.asarray(np.log(np.where(varies, np.maximum(x + shift, (low + shift) / 2), x * 0 + 1)))

    y = logs(base)
    count = np.maximum((~np.isnan(y)).sum(axis=-2, keepdims=True), 1)
    # Over their geometric mean the likelihood is that of the spread of the powers alone, and no digits are lost.
    middle = np.nansum(y, axis=-2, keepdims=True) / count
    power = _peak(y - middle, _power, False)
    after, new = (np.where(varies, _power(logs(x) - middle, power)[0], x) for x in (base, values))
    done = _transformed(values, base, new, after, "Box-Cox", force)
    return Treated(done.values, {**done.log, "lambda": power[..., 0, :], "shift": shift[..., 0, :]})


@TREATMENT.register(
    "yeo-johnson",
    formula="((1 + z)^λ − 1) / λ for z ≥ 0, −((1 − z)^(2 − λ) − 1) / (2 − λ) for z < 0, λ of maximum likelihood, "
    "z = (x − c) / s as in asinh",
    source="Yeo & Johnson (2000), Biometrika 87(4); Raymaekers & Rousseeuw (2021), Machine Learning 113",
    gaps=STAY,
    oracle="scipy.stats.yeojohnson",
)
def yeo_johnson(
    values: Values,
    *,
    centre: ArrayLike | None = None,
    scale: ArrayLike | None = None,
    force: bool = True,
    reference: Values | None = None,
) -> Treated:
    """The Yeo–Johnson power of each member, for figures of either sign, that makes it most like a normal distribution.

    ``values`` ``(..., areas, members)``; ``centre``, ``scale`` and ``force`` as in ``asinh`` (0 and 1 give the plain
    curve, which depends on the unit). λ is in the log. Gaps stay gaps; a member that does not vary stays as it is.
    Raises ``MethodError`` for a ``scale`` of zero or less. OECD/JRC (2008) step 3; Yeo & Johnson (2000); Marchand et
    al. (2022): the likelihood has one peak.

    >>> yeo_johnson(np.array([[-2.0], [-1.0], [0.0], [1.0], [2.0]]), centre=0, scale=1).values.ravel().round(6) + 0.0
    array([-2., -1.,  0.,  1.,  2.])
    """
    base = fitted(values, reference)
    middle, width = _measure(base, centre, scale)
    low, high = t.extremes(base)
    y, logs = (np.sign(z) * np.log1p(np.abs(z)) for z in ((base - middle) / width, (values - middle) / width))
    power = _peak(y, _two_sided, True)
    after, new = (np.where(high > low, _two_sided(z, power)[0], x) for z, x in ((y, base), (logs, values)))
    done = _transformed(values, base, new, after, "Yeo-Johnson", force)
    return Treated(done.values, {**done.log, "lambda": power[..., 0, :]})


@TREATMENT.register(
    "asinh",
    formula="asinh((x − c) / s), c the median, s the median absolute deviation × 1.4826",
    source="Johnson (1949), Biometrika 36; Burbidge, Magee & Robb (1988), JASA 83(401)",
    gaps=STAY,
    oracle="numpy.arcsinh with scipy.stats.median_abs_deviation",
)
def asinh(
    values: Values,
    *,
    centre: ArrayLike | None = None,
    scale: ArrayLike | None = None,
    force: bool = True,
    reference: Values | None = None,
) -> Treated:
    """Nearly linear in the middle and logarithmic in both tails, for figures of either sign.

    ``values`` ``(..., areas, members)``; ``centre`` and ``scale`` are in natural units, by default the member's median
    and its median absolute deviation (its standard deviation where that is zero), so that units do not matter. Without
    ``force`` only members that fail the test are transformed. Gaps stay gaps. Raises ``MethodError`` for a ``scale`` of
    zero or less. OECD/JRC (2008) step 3; Burbidge, Magee & Robb (1988).

    >>> asinh(np.array([[-1.0], [0.0], [1.0]]), centre=0, scale=1).values.ravel().round(4)
    array([-0.8814,  0.    ,  0.8814])
    """
    base = fitted(values, reference)
    middle, width = _measure(base, centre, scale)
    new, after = np.arcsinh((values - middle) / width), np.arcsinh((base - middle) / width)
    return _transformed(values, base, new, after, "asinh", force)


@TREATMENT.register(
    "logit",
    formula="log(x / (whole − x))",
    source="Berkson (1944), JASA 39(227); Warton & Hui (2011), Ecology 92(1)",
    gaps=STAY,
    oracle="scipy.special.logit",
)
def logit(values: Values, *, whole: ArrayLike = 100.0, reference: Values | None = None) -> Treated:
    """Shares as log odds, so that a point counts for more near nothing and near everything.

    ``values`` ``(..., areas, members)`` from 0 to ``whole``. A share of nothing or everything has no odds: it is put
    at half the distance of the figure that is next to an edge (at half a per cent of the whole where none is). Gaps
    stay gaps. Raises ``MethodError`` for a figure below 0 or above ``whole``. OECD/JRC (2008) step 3; Warton & Hui
    (2011).

    >>> logit(np.array([[0.0], [20.0], [50.0]])).values.ravel().round(4)
    array([-2.1972, -1.3863,  0.    ])
    """
    top, base = t.positive(whole), fitted(values, reference)
    outside = ((values < 0) | (values > top)).reshape(-1, values.shape[-1]).any(axis=0)
    if outside.any():
        raise MethodError(
            f"the logit needs shares: {int(outside.sum())} member(s) have figures below 0 or above {np.max(top):g}",
            remedy="choose another treatment for them, or correct the figures or the whole",
            members=np.nonzero(outside)[0].tolist(),
        )
    nearest = np.minimum(base, top - base)
    inside = np.where(nearest > 0, nearest, np.inf).min(axis=-2, keepdims=True, initial=np.inf)
    edge = np.where(np.isfinite(inside), inside, 0.01 * top) / 2

    def odds(x: Values) -> Values:
        held = np.clip(x, edge, top - edge)
        return np.asarray(np.log(held) - np.log(top - held))

    return Treated(odds(values), t.told(base, odds(base), (nearest < edge).sum(axis=-2), "logit"))


def _measure(base: Values, centre: ArrayLike | None, scale: ArrayLike | None) -> tuple[Values, Values]:
    """Where a curve for either sign has its middle, and its unit."""
    middle = t.quantile(base, 0.5) if centre is None else np.asarray(centre, dtype=float)
    return middle, t.spread(base) if scale is None else t.positive(scale)


def _transformed(values: Values, base: Values, new: Values, after: Values, name: ArrayLike, force: bool) -> Treated:
    """Members in their new scale: all of them, or without ``force`` those that fail the test."""
    chosen = (t.distance(t.moments(base)) >= 1) | force
    column = chosen[..., None, :]
    log = t.told(base, np.where(column, after, base), 0, np.where(chosen, name, "none"))
    return Treated(np.where(column, new, values), log)


def _power(logs: Values, power: Values) -> tuple[Values, Values]:
    """``(e^(λy) − 1) / λ`` and how fast it changes with λ; sound at λ = 0."""
    bent = power * logs
    small = np.abs(bent) < 1e-4
    safe = np.where(np.abs(power) < 1e-300, 1.0, power)
    value = np.where(small, logs * (1 + bent / 2 + bent**2 / 6), np.expm1(bent) / safe)
    return value, np.where(small, logs**2 * (0.5 + bent / 3), (logs * np.exp(bent) - value) / safe)


def _two_sided(logs: Values, power: Values) -> tuple[Values, Values]:
    """Yeo and Johnson's curve over ``sign(x) · log(1 + |x|)``, and how fast it changes with λ."""
    up, up_slope = _power(np.maximum(logs, 0.0), power)
    down, down_slope = _power(np.maximum(-logs, 0.0), 2 - power)
    return np.where(logs > 0, up, -down), np.where(logs > 0, up_slope, down_slope)


def _peak(logs: Values, curve: Callable[[Values, Values], tuple[Values, Values]], drifts: bool) -> Values:
    """The λ at which the likelihood of a power stops rising, ``(..., 1, members)``; 1 where nothing varies.

    It falls with ``log var(curve)``, less ``2 (λ − 1) · mean(logs)`` where it ``drifts``; the slope of that rises with
    λ, so halving the interval finds where it is zero.
    """
    here = ~np.isnan(logs)
    y, n = np.where(here, logs, 0.0), np.maximum(here.sum(axis=-2, keepdims=True), 1)
    low, high = t.extremes(logs)
    furthest = np.abs(y).max(axis=-2, keepdims=True, initial=0.0)
    reach = REACH / np.where(furthest > 0, furthest, 1.0)
    drift = y.sum(axis=-2, keepdims=True) / n if drifts else np.zeros(reach.shape)
    left, right = drifts - reach, drifts + reach
    for _ in range(HALVINGS):
        middle = (left + right) / 2
        value, slope = curve(y, middle)
        value = np.where(here, value, 0.0)
        off = np.where(here, value - value.sum(axis=-2, keepdims=True) / n, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            rising = (off * slope).sum(axis=-2, keepdims=True) / (off**2).sum(axis=-2, keepdims=True) > drift
        left, right = np.where(rising, left, middle), np.where(rising, middle, right)
    return np.asarray(np.where(high > low, (left + right) / 2, 1.0))
