"""Gaps (handbook step 3): what may stand in for a missing figure. Nothing does unless it is asked for.

Every method leaves the figures that are there as they are. Unless it says otherwise it works within each period, over
areas, and fills an area's gaps even where that area has no figure at all; ``build`` takes out again those that are not
scored. A member without any figure in a period stays missing in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import MethodError
from goodwork.index.layout import lines, table, weighted_sum
from goodwork.index.treatment import quantile
from goodwork.model.panel import Values
from goodwork.plugins import Registry

#: name → function(values, **parameters); ``values`` is (..., periods, areas, members) with NaN for a gap; returns the
#: same shape with some or all gaps filled. Methods in ``ON_NORMALISED`` are applied after normalisation, the others
#: before it, in natural units.
IMPUTATION: Registry[Callable[..., Values]] = Registry("imputation")
ON_NORMALISED: set[str] = {"domain-mean"}

HANDBOOK = "OECD/JRC (2008) step 3"
LITTLE = "Little & Rubin (2019), Statistical Analysis with Missing Data"
ALONE = "filled; a member without any figure in the period stays missing"
Seed = int | np.random.SeedSequence | None


@IMPUTATION.register("none", formula="x", gaps="stay gaps: weights are shared out over what is there")
def none(values: Values) -> Values:
    """Fill nothing (the default): an average put in for a gap lifts those who do not report."""
    return values


@IMPUTATION.register(
    "mean", formula="mean over areas", source=HANDBOOK, gaps=ALONE, oracle="numpy.nanmean; scikit-learn's SimpleImputer"
)
def mean(values: Values) -> Values:
    """The average of the areas that report, in the same period.

    ``values`` ``(..., periods, areas, members)``, any unit. It lifts poor areas that do not report and narrows the
    spread. OECD/JRC (2008) step 3.

    >>> mean(np.array([[[1.0], [np.nan], [3.0]]])).ravel()
    array([1., 2., 3.])
    """
    return filled(values, mean_of(values))


@IMPUTATION.register("median", formula="median over areas", source=HANDBOOK, gaps=ALONE, oracle="numpy.nanmedian")
def median(values: Values) -> Values:
    """The middle one of the areas that report, in the same period.

    ``values`` ``(..., periods, areas, members)``, any unit. OECD/JRC (2008) step 3.

    >>> median(np.array([[[1.0], [np.nan], [2.0], [9.0]]])).ravel()
    array([1., 2., 2., 9.])
    """
    return filled(values, quantile(values, 0.5))


@IMPUTATION.register(
    "group-mean",
    formula="mean over the areas of the same group",
    source=HANDBOOK,
    gaps=ALONE,
    oracle="COINr 1.1.14 (asem/steps/build_Imputed.csv)",
)
def group_mean(values: Values, *, groups: NDArray[np.str_] | None = None) -> Values:
    """The average of the areas of the same group (a region, say) that report, in the same period.

    ``values`` ``(..., periods, areas, members)``; ``groups`` is the name of a grouping or a label for each area. Raises
    ``MethodError`` without groups, and naming a group that has gaps in a member which others report and it does not.
    OECD/JRC (2008) step 3.

    >>> group_mean(np.array([[[1.0], [np.nan], [9.0]]]), groups=np.array(["a", "a", "b"])).ravel()
    array([1., 1., 9.])
    """
    return _by_group(values, groups, _means)


@IMPUTATION.register(
    "group-median",
    formula="median over the areas of the same group",
    source=HANDBOOK,
    gaps=ALONE,
    oracle="numpy.nanmedian, group by group",
)
def group_median(values: Values, *, groups: NDArray[np.str_] | None = None) -> Values:
    """The middle one of the areas of the same group that report, in the same period.

    As ``group-mean``, and with the same errors. OECD/JRC (2008) step 3.

    >>> group_median(np.array([[[1.0], [np.nan], [9.0]]]), groups=np.array(["a", "a", "b"])).ravel()
    array([1., 1., 9.])
    """
    return _by_group(values, groups, _medians)


@IMPUTATION.register(
    "domain-mean",
    formula="mean over the area's other members of the domain, normalised",
    source=f"{HANDBOOK}; COINr's i_mean_ind",
    gaps="filled; an area without any figure in the domain keeps its gaps",
    oracle="numpy.nanmean, domain by domain",
)
def domain_mean(values: Values, *, domains: Sequence[Sequence[int]] = ()) -> Values:
    """What the area scores, on average, on the other members of the same domain.

    ``values`` ``(..., periods, areas, members)`` on the normalised scale; ``domains`` lists the columns of each domain
    and is filled in by ``build``; by default all members are one. Under equal weights and arithmetic means scores are
    those without imputation. OECD/JRC (2008) step 3.

    >>> domain_mean(np.array([[[1.0, np.nan, 5.0]]]), domains=[[0, 1], [2]]).ravel()
    array([1., 1., 5.])
    """
    done = values.copy(order="K")
    for columns in domains or [range(values.shape[-1])]:
        own = values[..., list(columns)]
        here, one_each = ~np.isnan(own), np.ones(len(columns))
        total, count = weighted_sum(one_each, np.where(here, own, 0.0)), weighted_sum(one_each, here)
        done[..., list(columns)] = filled(own, (total / np.where(count > 0, count, np.nan))[..., None])
    return done


@IMPUTATION.register(
    "carry-forward",
    formula="the area's last figure before",
    source=f"{HANDBOOK}; {LITTLE}",
    gaps="filled, as far as there is an earlier figure",
    oracle="pandas.DataFrame.ffill",
)
def carry_forward(values: Values, *, limit: int | None = None) -> Values:
    """The area's own last figure.

    ``values`` ``(..., periods, areas, members)``; with ``limit`` at most so many periods old. Gaps before the first
    figure stay. Raises ``MethodError`` for a ``limit`` below 1. OECD/JRC (2008) step 3.

    >>> carry_forward(np.array([[[1.0]], [[np.nan]], [[3.0]]])).ravel()
    array([1., 1., 3.])
    """
    if limit is not None and limit < 1:
        raise MethodError(f"a limit of {limit} periods carries nothing", remedy="give 1 or more")
    before = _before(values)
    age = np.arange(values.shape[-3])[:, None, None] - before
    carried = np.take_along_axis(values, np.maximum(before, 0), axis=-3)
    return filled(values, np.where((before >= 0) & (age <= (limit or age.size)), carried, np.nan))


@IMPUTATION.register(
    "carry-back",
    formula="the area's first figure after",
    source=f"{HANDBOOK}; {LITTLE}",
    gaps="filled, as far as there is a later figure",
    oracle="pandas.DataFrame.bfill",
)
def carry_back(values: Values, *, limit: int | None = None) -> Values:
    """The area's own next figure; as ``carry-forward`` in the other direction of time.

    >>> carry_back(np.array([[[np.nan]], [[2.0]]])).ravel()
    array([2., 2.])
    """
    return carry_forward(values[..., ::-1, :, :], limit=limit)[..., ::-1, :, :]


@IMPUTATION.register(
    "linear",
    formula="on the straight line, in time, between the area's figures before and after",
    source=HANDBOOK,
    gaps="filled between two figures; before the first and after the last they stay, unless ends = 'constant'",
    oracle="numpy.interp",
)
def linear(values: Values, *, ends: str = "gap", periods: Sequence[str] = ()) -> Values:
    """A straight line in time between the area's own figures.

    ``values`` ``(..., periods, areas, members)``; ``periods`` are their labels, filled in by ``build``: where all begin
    with a year these are the times, else periods are evenly apart. ``ends``: ``"gap"`` leaves what is before the first
    and after the last figure, ``"constant"`` repeats these (so one figure serves throughout). Raises ``MethodError``
    for other ``ends``. OECD/JRC (2008) step 3.

    >>> linear(np.array([[[1.0]], [[np.nan]], [[4.0]]]), periods=["2018", "2019", "2021"]).ravel()
    array([1., 2., 4.])
    """
    if ends not in ("gap", "constant"):
        raise MethodError(f"ends {ends!r} is not known", remedy="choose 'gap' or 'constant'")
    last = values.shape[-3] - 1
    dated = len(periods) == last + 1 and all(str(p)[:4].isdecimal() for p in periods)
    time = np.array([float(str(p)[:4]) for p in periods]) if dated else np.arange(last + 1.0)
    time = time if (np.diff(time) > 0).all() else np.arange(last + 1.0)
    before = _before(values)
    after = last - _before(values[..., ::-1, :, :])[..., ::-1, :, :]
    earlier, later = np.maximum(before, 0), np.minimum(after, last)
    low, high = (np.take_along_axis(values, at, axis=-3) for at in (earlier, later))
    span = np.where(later > earlier, time[later] - time[earlier], 1.0)
    line = low + (high - low) * (time[:, None, None] - time[earlier]) / span
    end = np.where(before >= 0, low, high) if ends == "constant" else np.full(values.shape, np.nan)
    return filled(values, np.where((before >= 0) & (after <= last), line, end))


def filled(values: Values, instead: Values) -> Values:
    """Values, and something else where they are missing."""
    return np.where(np.isnan(values), instead, values)


def mean_of(values: Values) -> Values:
    """Mean over areas of what is there, ``(..., 1, members)``; NaN where nothing is."""
    rows = lines(values)
    here = ~np.isnan(rows)
    count = here.sum(axis=-1)
    total = np.where(here, rows, 0.0).sum(axis=-1)
    return np.asarray(total / np.where(count > 0, count, np.nan))[..., None, :]


def _means(rows: Values, starts: NDArray[np.intp]) -> Values:
    """Mean of what is there in each stretch of the rows, ``(..., members, stretches)``."""
    here = ~np.isnan(rows)
    count = np.add.reduceat(here, starts, axis=-1, dtype=float)
    total = np.add.reduceat(np.where(here, rows, 0.0), starts, axis=-1)
    return np.asarray(total / np.where(count > 0, count, np.nan))


def _medians(rows: Values, starts: NDArray[np.intp]) -> Values:
    """Median of what is there in each stretch of the rows, ``(..., members, stretches)``."""
    stretches = np.split(rows, starts[1:], axis=-1)
    return np.stack([quantile(table(stretch), 0.5)[..., 0, :] for stretch in stretches], axis=-1)


def _by_group(
    values: Values, groups: NDArray[np.str_] | None, middles: Callable[[Values, NDArray[np.intp]], Values]
) -> Values:
    """Gaps filled with the middle of their group; an area that reports something is owed a figure wherever others have
    one. ``middles`` works on lines in which the areas of a group stand together, from each of the starts on."""
    if groups is None:
        raise MethodError("the imputation needs groups of areas", remedy="give groups the name of a grouping")
    gaps = np.isnan(values)
    if not gaps.any():
        return values
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    together = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[together], np.arange(len(names)))
    middle = middles(lines(values)[..., together], starts)
    done = np.where(gaps, table(middle[..., group]), values)
    owed = np.isnan(done)
    if owed.any():
        owed &= ~gaps.all(axis=-1, keepdims=True) | (values.shape[-1] == 1)
        owed &= ~gaps.all(axis=-2, keepdims=True)
    if owed.any():
        *_, area, member = np.nonzero(owed)
        short = names[np.unique(group[area])].tolist()
        raise MethodError(
            f"no area of {', '.join(short)} has a figure for {len(set(member.tolist()))} member(s) with gaps there",
            remedy="choose a coarser grouping, another imputation, or leave the gaps",
            groups=short,
            members=sorted(set(member.tolist())),
        )
    return done


def _before(values: Values) -> NDArray[np.intp]:
    """The place of the period, up to each, that has the area's last figure; −1 where there is none."""
    places = np.arange(values.shape[-3])[:, None, None]
    return np.maximum.accumulate(np.where(np.isnan(values), -1, places), axis=-3)


# These register their methods above; they build on what this file defines.
from goodwork.index import prediction  # noqa: E402, F401
