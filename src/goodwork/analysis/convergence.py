"""Whether areas come closer together: sigma and beta convergence, and polarisation (Barro & Sala-i-Martin 1992).

*Two cautions.* Areas that happen to be measured too low in the first period seem to rise afterwards, and those measured
too high to fall: a negative slope of change on level comes from error alone (regression to the mean; Friedman 1992,
Quah 1993). And a year with a smaller survey spreads areas further. Both are taken out where errors are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.inequality import mean_difference
from goodwork.analysis.wording import areas_have, areas_of
from goodwork.errors import Fault, MethodError
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

SEED, RESAMPLES = 2021, 1999
#: Resampled figures held at once.
CELLS = 4_000_000
#: Measures of spread by period: unit of the score, but the middle, which is a share.
SPREADS = ("sd", "sd_true", "decile_gap", "fifths_gap", "polarisation", "middle")
#: A change with its interval, as it stands in a sentence.
INTERVAL = "{value:+.3g}, 95 % interval {low:+.3g} to {high:+.3g}"
CLOSER, APART, UNCLEAR = "closer together", "further apart", "no clear difference"


@dataclass(frozen=True, eq=False)
class Convergence:
    """Spread by period, and the slope of change on level; ``low`` and ``high`` are 95 % over resampled areas.

    ``spread`` ``(periods, measures)`` for ``SPREADS``: standard deviation; the same without survey error (NaN where no
    errors are given); difference of the 9th and 1st decile, of the means of the best and worst fifth; polarisation
    (Wolfson's, absolute: gap between the means of the upper and lower half less the mean difference of two areas);
    ``middle``, the share of areas within half a standard deviation of the first period around the median. ``change``
    and its interval ``(measures,)`` are last less first. ``beta`` is the change a year for one point more at the start,
    ``beta_true`` the same without the pull of survey error (NaN without errors).
    """

    name: str
    years: Values
    n: int
    spread: Values
    low: Values
    high: Values
    change: Values
    change_low: Values
    change_high: Values
    beta: float
    beta_low: float
    beta_high: float
    beta_true: float
    beta_true_low: float
    beta_true_high: float
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per year and measure: value and interval."""
        import pandas as pd

        keys = pd.MultiIndex.from_product([self.years, SPREADS], names=["year", "measure"]).to_frame(index=False)
        return keys.assign(value=self.spread.ravel(), low=self.low.ravel(), high=self.high.ravel())

    @property
    def changes(self) -> pd.DataFrame:
        """One row per measure and for each slope: what it is between first and last period, with its interval."""
        import pandas as pd

        rows = list(zip(SPREADS, self.change, self.change_low, self.change_high, strict=True))
        rows.append(("beta", self.beta, self.beta_low, self.beta_high))
        rows.append(("beta_true", self.beta_true, self.beta_true_low, self.beta_true_high))
        return pd.DataFrame(rows, columns=["measure", "value", "low", "high"])

    @property
    def sigma(self) -> str:
        """Closer together, further apart or no clear difference, by the standard deviation, without error if known."""
        at = SPREADS.index("sd_true" if np.isfinite(self.change[SPREADS.index("sd_true")]) else "sd")
        if self.change_high[at] < 0:
            return CLOSER
        return APART if self.change_low[at] > 0 else UNCLEAR

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Sigma, beta and polarisation, a sentence each."""
        ends = {"name": self.name, "first": int(self.years[0]), "last": int(self.years[-1])}
        true = np.isfinite(self.change[SPREADS.index("sd_true")])
        at = SPREADS.index("sd_true" if true else "sd")
        words = {
            UNCLEAR: "There is no clear difference in how far areas lie apart in {name}",
            CLOSER: f"Areas have come {CLOSER} in {{name}}",
            APART: f"Areas have moved {APART} in {{name}}",
        }[self.sigma]
        error = ", survey error taken out," if true else ""
        spread = f"standard deviation{error} {{start:.3g}} in {{first}}, {{end:.3g}} in {{last}}; change {INTERVAL}"
        told = say(
            f"{words} ({spread}).", **ends, start=self.spread[0, at], end=self.spread[-1, at], **self._changed(at)
        )
        said = [told.about("spread", table="changes", measure=SPREADS[at]), self._beta()]
        at = SPREADS.index("polarisation")
        words = f"There is no clear change in how far areas fall into two camps (polarisation: {INTERVAL})."
        if self.change_low[at] > 0 or self.change_high[at] < 0:
            way = "more" if self.change[at] > 0 else "less"
            words = (
                f"Areas fall {way} into two camps in {{last}} than in {{first}} (polarisation changed by {INTERVAL})."
            )
        told = say(words, **ends, **self._changed(at))
        said.append(told.about("polarisation", table="changes", measure=SPREADS[at]))
        return tuple(said)

    def _changed(self, at: int) -> dict[str, float]:
        """The change of a measure, as its row in the table of changes has it."""
        return {"value": self.change[at], "low": self.change_low[at], "high": self.change_high[at]}

    def _beta(self) -> Finding:
        true = np.isfinite([self.beta_true, self.beta_true_low, self.beta_true_high]).all()
        names = ("beta_true", "beta_true_low", "beta_true_high") if true else ("beta", "beta_low", "beta_high")
        slope, low, high = (float(getattr(self, name)) for name in names)
        facts = "slope of yearly change on level {value:.3g}, 95 % interval {low:.3g} to {high:.3g}"
        words = f"There is no clear link between where areas began and how they changed ({facts})."
        if not low <= 0 <= high:
            way = "higher" if high < 0 else "lower"
            doubt = ", survey error taken out" if true else "; survey error alone would make this slope negative"
            words = f"Areas that began {way} rose less, or fell more ({facts}{doubt})."
        return say(words, value=slope, low=low, high=high).about("catching up", table="changes", measure=names[0])


def convergence(
    values: Values,
    years: Sequence[float] | Values,
    *,
    errors: Values | None = None,
    name: str = "the score",
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Convergence:
    """Whether areas come closer together over the periods, and whether those behind catch up.

    ``values`` ``(periods, areas)`` on a scale that stays fixed, NaN for a gap; only areas with a figure in every period
    count, so that spread does not move with who is counted. ``errors`` standard errors of the same shape, independent
    over periods. Intervals resample areas, all periods of an area together. Raises ``MethodError`` for fewer than ten
    such areas, two periods, or arrays that do not match. Handbook step 10; Barro & Sala-i-Martin (1992); Friedman
    (1992); Foster & Wolfson (2010) on polarisation.

    >>> start = np.arange(20.0)
    >>> found = convergence(np.stack([start, 5 + 0.5 * start]), [2019, 2021])
    >>> found.sigma, round(found.beta, 3)
    ('closer together', -0.25)
    """
    values, years = np.asarray(values, dtype=float), np.asarray(years, dtype=float)
    errors = None if errors is None else np.asarray(errors, dtype=float)
    _check(values, years, errors)
    refuse_infinite(values=values, errors=errors)
    figures = np.isfinite(values) if errors is None else np.isfinite(values) & np.isfinite(errors)
    here = np.asarray(figures.all(axis=0))
    n = int(here.sum())
    if n < 10:
        raise MethodError(
            f"{areas_have(n)} a figure in every period, and ten are needed", remedy="take fewer periods, or more areas"
        )
    if np.ptp(values[0, here]) == 0:
        raise MethodError(f"all areas have the same figure in {years[0]:.0f}", remedy="choose a measure that varies")
    rng, parts = np.random.default_rng(seed), []
    kept, error = values[:, here], None if errors is None else errors[:, here]
    unit, span = float(kept[0].std()), float(years[-1] - years[0])
    block = max(1, CELLS // kept.size)
    for start in range(0, resamples, block):
        rows = rng.integers(0, n, (min(block, resamples - start), n))
        if not start:
            rows = np.concatenate([np.arange(n)[None], rows])  # the areas themselves come first
        x = np.moveaxis(kept[:, rows], 0, 1)  # (resamples, periods, areas)
        e = None if error is None else np.moveaxis(error[:, rows], 0, 1)
        parts.append((_spreads(x, e, unit), *_betas(x, e, span)))
    spread, beta, beta_true = (np.concatenate(part) for part in zip(*parts, strict=True))
    change = spread[:, -1] - spread[:, 0]
    notes = [
        tr("{areas} with a figure in every period; {left} left out.").format(areas=areas_of(n), left=len(here) - n)
    ]
    if errors is None:
        notes.append(
            tr(
                "No survey error is known: a negative slope is then what error alone would make (regression "
                "to the mean), and a smaller survey looks like areas moving apart."
            )
        )
    low, high = _ends(spread[1:])
    change_low, change_high = _ends(change[1:])
    beta_low, beta_high = _ends(beta[1:])
    true_low, true_high = _ends(beta_true[1:])
    return Convergence(
        name, years, n, spread[0], low, high, change[0], change_low, change_high,
        float(beta[0]), float(beta_low), float(beta_high), float(beta_true[0]), float(true_low), float(true_high),
        notes=tuple(notes),
    )  # fmt: skip


def _spreads(x: Values, e: Values | None, unit: float) -> Values:
    """``(resamples, periods, measures)`` from values ``(resamples, periods, areas)``."""
    n = x.shape[-1]
    ordered = np.sort(x, axis=-1)
    sd = x.std(axis=-1, ddof=1)
    true = np.full(sd.shape, np.nan) if e is None else np.sqrt(np.maximum(sd**2 - (e**2).mean(axis=-1), 0.0))
    low, high = np.quantile(ordered, [0.1, 0.9], axis=-1)
    fifth, half = max(1, round(n / 5)), n // 2
    fifths = ordered[..., -fifth:].mean(axis=-1) - ordered[..., :fifth].mean(axis=-1)
    halves = ordered[..., n - half :].mean(axis=-1) - ordered[..., :half].mean(axis=-1)
    middle = np.abs(ordered - np.median(ordered, axis=-1, keepdims=True)) <= unit / 2
    camps = halves - mean_difference(ordered, np.full(n, 1 / n))
    return np.stack([sd, true, high - low, fifths, camps, middle.mean(axis=-1)], axis=-1)


def _betas(x: Values, e: Values | None, span: float) -> tuple[Values, Values]:
    """Slope of yearly change on level, as figures have it and without the pull of their errors; ``(resamples,)``."""
    first = x[:, 0] - x[:, 0].mean(axis=-1, keepdims=True)
    change = (x[:, -1] - x[:, 0]) / span
    together, alone = (first * change).mean(axis=-1), (first**2).mean(axis=-1)
    slope = np.divide(together, alone, out=np.full(alone.shape, np.nan), where=alone > 0)
    if e is None:
        return slope, np.full(slope.shape, np.nan)
    noise = (e[:, 0] ** 2).mean(axis=-1) * (1 - 1 / x.shape[-1])
    left = alone - noise
    return slope, np.divide(together + noise / span, left, out=np.full(left.shape, np.nan), where=left > 0)


def _ends(drawn: Values) -> Values:
    """95 % over the first axis; NaN where one is not known."""
    return np.asarray(np.percentile(drawn, [2.5, 97.5], axis=0))


def _check(values: Values, years: Values, errors: Values | None) -> None:
    faults = []
    if values.ndim != 2 or len(values) != len(years):
        faults.append(Fault(f"values of shape {values.shape} for {len(years)} periods"))
    if len(years) < 2 or not (np.diff(years) > 0).all():
        faults.append(Fault("years that do not increase, or fewer than two"))
    if errors is not None and (errors.shape != values.shape or (errors < 0).any()):
        faults.append(Fault("errors that are negative or of another shape than the values"))
    if faults:
        raise MethodError("convergence cannot be worked out", faults=faults)
