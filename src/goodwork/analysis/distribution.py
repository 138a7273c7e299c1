"""What each indicator's figures look like before anything is done to them (handbook step 2, before steps 3 and 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.finding import say
from goodwork.errors import MethodError
from goodwork.index.treatment import KURTOSIS, SKEW, excess_kurtosis, extremes, quantile, skewness
from goodwork.model.panel import Panel, Values

if TYPE_CHECKING:
    import pandas as pd

#: Shares of the figures from which a distribution is told to be mostly zero, nearly constant, of few different figures.
ZERO, SAME, FEW = 0.5, 0.8, 0.25
#: A standard deviation smaller than this share of the mean is hardly any.
FLAT = 1e-3
#: Tukey's fences stand this many interquartile ranges beyond the quartiles.
FENCE = 1.5
COUNTS = ("n", "missing", "zeros", "unique", "outliers_low", "outliers_high")

SENTENCES = {
    "no_figures": "has no figures",
    "skewed": "is skewed with heavy tails (skewness {skew:.1f}, excess kurtosis {kurtosis:.1f}): a few areas would "
    "decide its scale, so consider a treatment",
    "mostly_zero": "is zero in {zeros:.0f} of {n:.0f} areas: it says whether there is any rather than how much",
    "nearly_constant": "hardly varies: {most_common:.0%} of the areas have the same figure, and the standard deviation "
    "is {sd:.3g}",
    "few_unique": "takes only {unique:.0f} different figures in {n:.0f} areas: many areas will tie",
}


@dataclass(frozen=True, eq=False)
class Distribution:
    """Statistics of the figures over areas: ``statistics`` by name and ``flags`` by name, ``(periods, indicators)``.

    Statistics: ``n``, ``missing``, ``zeros``, ``unique`` (different figures), ``most_common`` (share of the commonest
    figure), ``mean``, ``median``, ``sd`` (n − 1), ``min``, ``q5``, ``q25``, ``q75``, ``q95``, ``max`` (quantiles of
    type 7), ``skew`` and ``kurtosis`` (G1, G2), ``outliers_low`` and ``outliers_high`` (beyond Tukey's fences).
    """

    periods: tuple[str, ...]
    indicators: tuple[str, ...]
    statistics: Mapping[str, Values]
    flags: Mapping[str, NDArray[np.bool_]]

    @property
    def table(self) -> pd.DataFrame:
        """One row per period and indicator: the statistics, the flags, and in ``sentence`` what the flags mean."""
        import pandas as pd

        keys = pd.MultiIndex.from_product([self.periods, self.indicators], names=["period", "indicator"])
        columns = {name: v.ravel().astype(int) if name in COUNTS else v.ravel() for name, v in self.statistics.items()}
        flags = {name: flag.ravel() for name, flag in self.flags.items()}
        return keys.to_frame(index=False).assign(**columns, **flags, sentence=self.sentences)

    @property
    def sentences(self) -> list[str]:
        """What is remarkable, in words, for each row of ``table``; empty where nothing is."""
        found = []
        for at in np.ndindex(len(self.periods), len(self.indicators)):
            facts = {name: float(array[at]) for name, array in self.statistics.items()}
            told = [str(say(text, **facts)) for name, text in SENTENCES.items() if self.flags[name][at]]
            found.append("; ".join(f"{self.indicators[at[1]]} {text}" for text in told))
        return found


def describe(panel: Panel | Values, names: Sequence[str] | None = None) -> Distribution:
    """Location, spread, shape and oddities of every indicator over areas, period by period.

    ``panel`` is a panel or an array ``(areas, indicators)`` or ``(periods, areas, indicators)`` in natural units;
    ``names`` select a panel's indicators, or name an array's columns. Gaps are counted and left out of everything else;
    what cannot be told (the skewness of two figures) is NaN. Raises ``MethodError`` where names and columns do not
    match, ``NotFound`` for an indicator the panel does not have. OECD/JRC (2008) steps 2 and 3; Tukey (1977) on fences;
    Joanes & Gill (1998) on skewness and kurtosis.

    >>> found = describe(np.array([[1.0], [2.0], [2.0], [np.nan]]), ["jobs"])
    >>> found.table[["n", "missing", "unique", "mean", "median"]].round(3).values.tolist()
    [[3.0, 1.0, 2.0, 1.667, 2.0]]
    """
    if isinstance(panel, Panel):
        panel = panel.select(indicators=names)
        values, periods, indicators = panel.value, panel.periods, panel.indicators
    else:
        values = np.asarray(panel, dtype=float)
        values = values[None] if values.ndim == 2 else values
        periods = tuple(str(i) for i in range(len(values))) if len(values) > 1 else ("",)
        indicators = tuple(names or (f"column {i}" for i in range(values.shape[-1])))
        if values.ndim != 3 or len(indicators) != values.shape[-1]:
            raise MethodError(
                f"{len(indicators)} names for values of shape {values.shape}", remedy="give a name for each column"
            )
    statistics = _statistics(values)
    return Distribution(periods, indicators, statistics, _flags(statistics))


def _statistics(values: Values) -> dict[str, Values]:
    here = ~np.isnan(values)
    n = here.sum(axis=-2).astype(float)
    unique, most = _repeats(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(here, values, 0.0).sum(axis=-2) / n
        off = np.where(here, values - mean[..., None, :], 0.0)
        sd = np.where(n > 1, np.sqrt((off**2).sum(axis=-2) / (n - 1)), np.nan)
        most_common = most / n
    low, high = extremes(values)
    q5, q25, median, q75, q95 = (quantile(values, share) for share in (0.05, 0.25, 0.5, 0.75, 0.95))
    fence = FENCE * (q75 - q25)
    below, above = (values < q25 - fence).sum(axis=-2), (values > q75 + fence).sum(axis=-2)
    ends = {"min": low, "q5": q5, "q25": q25, "q75": q75, "q95": q95, "max": high}
    return {
        "n": n,
        "missing": values.shape[-2] - n,
        "zeros": (values == 0).sum(axis=-2).astype(float),
        "unique": unique,
        "most_common": most_common,
        "mean": mean,
        "median": median[..., 0, :],
        "sd": sd,
        **{name: array[..., 0, :] for name, array in ends.items()},
        "skew": skewness(values),
        "kurtosis": excess_kurtosis(values),
        "outliers_low": below.astype(float),
        "outliers_high": above.astype(float),
    }


def _repeats(values: Values) -> tuple[Values, Values]:
    """How many different figures there are, and how often the commonest stands; ``(..., members)``."""
    order = np.sort(values, axis=-2)
    here = ~np.isnan(order)
    new = here.copy()
    new[..., 1:, :] &= order[..., 1:, :] != order[..., :-1, :]
    place = np.arange(values.shape[-2])[:, None]
    start = np.maximum.accumulate(np.where(new, place, 0), axis=-2)
    run = np.where(here, place - start + 1, 0)
    return new.sum(axis=-2).astype(float), run.max(axis=-2, initial=0).astype(float)


def _flags(s: Mapping[str, Values]) -> dict[str, NDArray[np.bool_]]:
    """What is remarkable; a distribution without figures is nothing else."""
    some = s["n"] > 0
    with np.errstate(invalid="ignore"):
        return {
            "no_figures": ~some,
            "skewed": (np.abs(s["skew"]) >= SKEW) & (s["kurtosis"] >= KURTOSIS),
            "mostly_zero": some & (s["zeros"] >= ZERO * s["n"]),
            "nearly_constant": some & ((s["most_common"] >= SAME) | (s["sd"] <= FLAT * np.abs(s["mean"]))),
            "few_unique": some & (s["unique"] <= FEW * s["n"]),
        }
