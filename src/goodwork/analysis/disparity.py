"""How far areas differ, and whether more inside regions than between them (the report's strip chart, and its sums).

The chart shows every area of every region in natural units. The sums take the variation apart: between regions, and
inside them. *Variance* decides what is said, because it needs no true zero and is the same for a share and its
complement (employed, not employed); Theil's and Gini's measures stand beside it where they mean something.

*Survey error.* Figures with error vary more than what they measure, and nearly all of the excess looks like variation
inside regions. Where standard errors are given it is taken out, and the share has an interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.finite import refuse_infinite
from goodwork.analysis.inequality import (
    Labels,
    Measure,
    coefficient_of_variation,
    group_means,
    permuted_p,
    split,
    theil_l,
)
from goodwork.analysis.wording import listing
from goodwork.errors import Fault, MethodError
from goodwork.language import tr
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

SEED, PERMUTATIONS, DRAWS = 2021, 999, 1000
MEASURES: tuple[Measure, ...] = ("variance", "theil_t", "theil_l", "gini")
DIRECTIONS = ("higher", "lower", "neither")
INSIDE, BETWEEN, UNCLEAR, NOTHING = "inside", "between", "no clear difference", "not defined"


@dataclass(frozen=True, eq=False)
class Disparity:
    """Values by area and region, and the variation taken apart, by period and indicator.

    ``values`` ``(periods, areas, indicators)`` in natural units; ``parts`` by name, each ``(periods, indicators)``:
    for every measure of inequality ``<measure>``, ``<measure>_between``, ``<measure>_within``, ``<measure>_overlap``,
    ``<measure>_p``; ``cv``; ``n``; ``within_share`` of the variance with its 95 % ``within_low`` and ``within_high``
    (NaN without errors) and ``error_share``, the part of the variance that is survey error. ``where`` says where the
    larger part lies; ``refused`` why a measure is not given for an indicator; ``breaks`` periods from which its series
    cannot be compared with before. ``directions`` are higher, lower (is better) or neither (best then means highest).
    """

    periods: tuple[str, ...]
    areas: tuple[str, ...]
    indicators: tuple[str, ...]
    regions: NDArray[np.str_]
    directions: tuple[str, ...]
    values: Values
    parts: Mapping[str, Values]
    where: NDArray[np.str_]
    refused: Mapping[str, str]
    breaks: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row per indicator, period and area that has a figure: region, value, the region's median, and whether the
        area is the best or the worst of its region (all of them where they tie). The data of a strip chart."""
        import pandas as pd

        keys = pd.MultiIndex.from_product([self.periods, self.areas, self.indicators])
        table = keys.set_names(["period", "area", "indicator"]).to_frame(index=False)
        table["region"] = np.tile(np.repeat(self.regions, len(self.indicators)), len(self.periods))
        table["value"] = self.values.ravel()
        table = table[table["value"].notna()]
        sign = table["indicator"].map(self._signs())
        group = table.assign(good=table["value"] * sign).groupby(["indicator", "period", "region"], sort=False)
        table["median"] = group["value"].transform("median")
        table["best"] = table["value"] * sign == group["good"].transform("max")
        table["worst"] = table["value"] * sign == group["good"].transform("min")
        order = ["indicator", "period", "region", "area", "value", "median", "best", "worst"]
        return table[order].sort_values(["indicator", "period", "region", "value"], ignore_index=True)

    @property
    def spreads(self) -> pd.DataFrame:
        """One row per indicator, period and region: n, median, the best and the worst area with their values, ``gap``
        (how much better the best is, natural units), ``ratio`` (larger over smaller, NaN unless both are above zero),
        standard deviation, coefficient of variation and Theil's L inside the region."""
        import pandas as pd

        rows = []
        table = {name: column.to_numpy() for name, column in self.table.items()}
        keys = list(zip(table["indicator"], table["period"], table["region"], strict=True))
        starts = [at for at, key in enumerate(keys) if not at or key != keys[at - 1]]
        for start, end in pairwise([*starts, len(keys)]):
            indicator, period, region = keys[start]
            x = table["value"][start:end]
            best, worst = (int(table[name][start:end].argmax()) for name in ("best", "worst"))
            small, large = sorted((x[best], x[worst]))
            proper, above = (f"{indicator}: {measure}" not in self.refused for measure in ("gini", "theil_l"))
            rows.append(
                {
                    "indicator": indicator,
                    "period": period,
                    "region": region,
                    "n": len(x),
                    "median": table["median"][start],
                    "best": table["area"][start + best],
                    "best_value": x[best],
                    "worst": table["area"][start + worst],
                    "worst_value": x[worst],
                    "gap": abs(x[best] - x[worst]),
                    "ratio": large / small if small > 0 and proper else np.nan,
                    "sd": x.std(),
                    "cv": float(coefficient_of_variation(x)) if proper else np.nan,
                    "theil_l": float(theil_l(x)) if above else np.nan,
                }
            )
        return pd.DataFrame(rows)

    @property
    def split(self) -> pd.DataFrame:
        """One row per indicator and period: every measure with its parts and permutation p, the share inside regions,
        and ``where`` the larger part lies."""
        import pandas as pd

        keys = pd.MultiIndex.from_product([self.periods, self.indicators], names=["period", "indicator"])
        table = keys.to_frame(index=False).assign(**{name: part.ravel() for name, part in self.parts.items()})
        return table.assign(where=self.where.ravel()).sort_values(["indicator", "period"], ignore_index=True)

    @property
    def change(self) -> pd.DataFrame:
        """One row per indicator: the first and last period that can be split, and how the standard deviation, the
        coefficient of variation and the share inside regions have changed, the last with a 95 % interval (NaN
        without errors; errors of two periods taken as independent); ``breaks`` are the breaks of its series between the
        two. Empty for a single period."""
        import pandas as pd

        rows = []
        for at, indicator in enumerate(self.indicators):
            there = np.flatnonzero(np.isfinite(self.parts["within_share"][:, at]))
            if len(there) < 2:
                continue
            first, last = there[0], there[-1]
            row = {"indicator": indicator, "first": self.periods[first], "last": self.periods[last]}
            for name, part in (
                ("sd", np.sqrt(self.parts["variance"])),
                ("cv", self.parts["cv"]),
                ("within_share", self.parts["within_share"]),
            ):
                row |= {f"{name}_first": part[first, at], f"{name}_last": part[last, at]}
                row[f"{name}_change"] = part[last, at] - part[first, at]
            half = float(np.hypot(*(self.parts["within_high"] - self.parts["within_low"])[[first, last], at])) / 2
            row["within_share_change_low"] = row["within_share_change"] - half
            row["within_share_change_high"] = row["within_share_change"] + half
            crossed = [p for p in self.breaks.get(indicator, ()) if self.periods[first] < p <= self.periods[last]]
            rows.append(row | {"breaks": ", ".join(crossed)})
        return pd.DataFrame(rows)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """For the last period: where the larger part of the variation lies, indicator by indicator; then what has
        clearly changed since the first."""
        said, last = [], len(self.periods) - 1
        of = " in {period}" if self.periods[last] else ""
        for at, indicator in enumerate(self.indicators):
            where = str(self.where[last, at])
            if where == NOTHING:
                continue
            share, low, high = (self.parts[f"within_{name}"][last, at] for name in ("share", "low", "high"))
            words = {
                UNCLEAR: "no clear difference between the variation inside regions and between them",
                INSIDE: "more variation inside regions than between them",
                BETWEEN: "more variation between regions than inside them",
            }[where]
            facts = "{within_share:.0%} of the variance lies inside regions"
            if np.isfinite(low):
                facts += ", 95 % interval {within_low:.0%} to {within_high:.0%}, survey error taken out"
            row = {"indicator": indicator, "period": self.periods[last]}
            numbers = {"within_share": share, "within_low": low, "within_high": high}
            told = say(f"{{indicator}}{of}: {words} ({facts}).", **row, **numbers)
            said.append(told.about("share inside regions", indicator, table="split", **row))
        for change in self.change.to_dict("records"):
            if change["within_share_change_low"] > 0 or change["within_share_change_high"] < 0:
                way = "risen" if change["within_share_change"] > 0 else "fallen"
                across = (
                    "; the series breaks in {breaks}, so that it may be the way of measuring"
                    if change["breaks"]
                    else ""
                )
                told = say(
                    f"{{indicator}}: the share inside regions has {way} from {{within_share_first:.0%}} in {{first}} "
                    f"to {{within_share_last:.0%}} in {{last}}{across}.",
                    **{str(key): value for key, value in change.items()},
                )
                indicator = change["indicator"]
                said.append(told.about("change inside regions", indicator, table="change", indicator=indicator))
        return tuple(said)

    def true_of(self, period: str | None = None) -> tuple[str, ...]:
        """The indicators of which it is true that there is more variation inside regions than between them."""
        at = len(self.periods) - 1 if period is None else self.periods.index(period)
        return tuple(name for name, where in zip(self.indicators, self.where[at], strict=True) if where == INSIDE)

    def _signs(self) -> dict[str, int]:
        return {n: -1 if d == "lower" else 1 for n, d in zip(self.indicators, self.directions, strict=True)}


def disparity(
    values: Values,
    regions: Sequence[str] | NDArray[np.str_],
    areas: Sequence[str],
    indicators: Sequence[str],
    *,
    directions: Sequence[str] | None = None,
    errors: Values | None = None,
    periods: Sequence[str] = ("",),
    weights: Values | None = None,
    no_true_zero: Sequence[str] = (),
    breaks: Mapping[str, Sequence[str]] | None = None,
    permutations: int = PERMUTATIONS,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Disparity:
    """Variation of every indicator inside and between regions.

    ``values`` ``(areas, indicators)`` or ``(periods, areas, indicators)`` in natural units, NaN for a gap (left out of
    its indicator and period); ``regions`` ``(areas,)`` labels, an empty one leaves the area out of the split;
    ``errors`` standard errors, same shape (NaN counts as none known, and leaves the indicator without an interval);
    ``weights`` ``(areas,)`` such as people, or every area counts equally. Indicators with a figure that is not above
    zero, or named in ``no_true_zero`` (scores, balances), have no Theil, Gini, ratio or coefficient of variation, and
    ``refused`` says why; the split of variance they have. ``breaks`` by indicator mark changes across them. p is from
    groups put together at random. Raises ``MethodError`` for arrays that do not match. Handbook step 10; Shorrocks
    (1984); Rey (2004).

    >>> found = disparity(np.array([[1.0], [9.0], [2.0], [8.5]]), ["n", "n", "s", "s"], list("abcd"), ["pay"])
    >>> found.findings
    ('pay: more variation inside regions than between them (100 % of the variance lies inside regions).',)
    """
    values = np.asarray(values, dtype=float)
    values = values[None] if values.ndim == 2 else values
    errors = None if errors is None else np.asarray(errors, dtype=float).reshape(values.shape)
    labels = np.asarray(regions, dtype=str)
    directions = tuple(directions) if directions is not None else ("neither",) * len(indicators)
    _check(values, labels, areas, indicators, directions, periods, weights)
    refuse_infinite(values=values, errors=errors, weights=weights)
    shape = (len(periods), len(indicators))
    names = [f"{m}{part}" for m in MEASURES for part in ("", "_between", "_within", "_overlap", "_p")]
    names += ["cv", "n", "within_share", "within_low", "within_high", "error_share"]
    parts = {name: np.full(shape, np.nan) for name in names}
    where = np.full(shape, NOTHING, dtype="<U20")
    refused = _refused(values, indicators, no_true_zero)
    for at in np.ndindex(shape):
        x = values[at[0], :, at[1]]
        here = np.isfinite(x) & (labels != "")
        groups = np.unique(labels[here], return_inverse=True)[1]
        parts["n"][at] = here.sum()
        if len(groups) < 3 or not 0 < groups.max() < len(groups) - 1 or np.ptp(x[here]) == 0:
            continue
        w = None if weights is None else np.asarray(weights, dtype=float)[here]
        for measure in MEASURES:
            if f"{indicators[at[1]]}: {measure}" not in refused:
                found = split(x[here], groups, measure, w)
                for part in ("between", "within", "overlap"):
                    parts[f"{measure}_{part}"][at] = getattr(found, part)
                parts[measure][at] = found.total
                parts[f"{measure}_p"][at] = permuted_p(x[here], groups, measure, w, permutations, seed)
        if f"{indicators[at[1]]}: gini" not in refused:
            parts["cv"][at] = coefficient_of_variation(x[here], w)
        error = None if errors is None else errors[at[0], here, at[1]]
        told = _inside(x[here], groups, w, error, draws, seed)
        for name, number in zip(("within_share", "within_low", "within_high", "error_share"), told, strict=True):
            parts[name][at] = number
        where[at] = _verdict(*told[:3])
    return Disparity(
        tuple(map(str, periods)), tuple(areas), tuple(indicators), labels, directions, values, parts, where, refused,
        {name: tuple(found) for name, found in (breaks or {}).items()},
        _notes(parts, errors is not None, weights is not None, labels, areas, refused),
    )  # fmt: skip


def _inside(
    x: Values, groups: Labels, weights: Values | None, error: Values | None, draws: int, seed: int
) -> tuple[float, float, float, float]:
    """Share of the variance inside groups, its 95 % interval, and the share of the variance that is survey error.

    What error adds is known: Σ sᵢeᵢ² − Σ sᵢ²eᵢ² to the whole, of which Σ_g Σ sᵢ²eᵢ²/s_g − Σ sᵢ²eᵢ² lies between. A
    draw has the error of the figures once more, so twice as much is taken out of it. Half, where nothing is left.
    """
    nan, whole = float("nan"), split(x, groups, "variance", weights)
    if error is None or not np.isfinite(error).all():
        return float(whole.share_within), nan, nan, nan
    share = np.full(len(x), 1 / len(x)) if weights is None else weights / weights.sum()
    part = group_means(x, groups, share)[1]
    square = share**2 * error**2
    in_mean = float(square.sum())
    in_groups = float((np.bincount(groups, square) / part).sum())
    added = float((share * error**2).sum())

    def shares(found_between: Values, found_within: Values, times: int) -> Values:
        between = np.maximum(found_between - times * (in_groups - in_mean), 0.0)
        within = np.maximum(found_within - times * (added - in_groups), 0.0)
        rest = within + between
        return np.asarray(np.divide(within, rest, out=np.full(rest.shape, 0.5), where=rest > 0))

    noise = np.random.default_rng(seed).standard_normal((draws, len(x)))
    drawn = split(x + error * noise, groups, "variance", weights)
    low, high = np.percentile(shares(drawn.between, drawn.within, 2), [2.5, 97.5])
    best = float(shares(np.asarray(whole.between), np.asarray(whole.within), 1))
    return best, float(low), float(high), (added - in_mean) / float(whole.total)


def _verdict(share: float, low: float, high: float) -> str:
    if not np.isfinite(share):
        return NOTHING
    if np.isfinite(low):
        return INSIDE if low > 0.5 else BETWEEN if high < 0.5 else UNCLEAR
    return INSIDE if share > 0.5 else BETWEEN if share < 0.5 else UNCLEAR


def _refused(values: Values, indicators: Sequence[str], no_true_zero: Sequence[str]) -> dict[str, str]:
    """Indicator and measure → why it is not given."""
    found = {}
    for at, name in enumerate(indicators):
        if name in no_true_zero:
            reason = tr("its zero is a convention, so that ratios mean nothing")
        elif (values[..., at] < 0).any():
            reason = tr("it has figures below zero")
        elif (values[..., at] == 0).any():
            found[f"{name}: theil_l"] = tr("it has figures of zero, whose logarithm is not defined")
            continue
        else:
            continue
        found |= {f"{name}: {measure}": reason for measure in MEASURES[1:]}
    return found


def _check(
    values: Values,
    labels: NDArray[np.str_],
    areas: Sequence[str],
    indicators: Sequence[str],
    directions: Sequence[str],
    periods: Sequence[str],
    weights: Values | None,
) -> None:
    expected = (len(periods), len(areas), len(indicators))
    faults = []
    if values.shape != expected:
        faults.append(Fault(f"values of shape {values.shape}, expected {expected} (periods, areas, indicators)"))
    if labels.shape != (len(areas),):
        faults.append(Fault(f"{labels.shape} regions for {len(areas)} areas", remedy="give one label for each area"))
    if len(directions) != len(indicators) or set(directions) - set(DIRECTIONS):
        faults.append(
            Fault(f"directions {tuple(directions)} for {len(indicators)} indicators", remedy="higher or lower")
        )
    if weights is not None and (np.shape(weights) != (len(areas),) or not (np.asarray(weights) > 0).all()):
        faults.append(Fault("weights that are not one above zero for each area"))
    if faults:
        raise MethodError("disparity cannot be worked out", faults=faults)


def _notes(
    parts: Mapping[str, Values],
    errors: bool,
    weights: bool,
    labels: NDArray[np.str_],
    areas: Sequence[str],
    refused: Mapping[str, str],
) -> tuple[str, ...]:
    said = [
        tr("Areas count by their weights.")
        if weights
        else tr("Every area counts the same, however many people it has.")
    ]
    if not errors:
        said.append(tr("No survey error is known: part of what looks like variation inside regions may be error."))
    elif (np.isnan(parts["within_low"]) & np.isfinite(parts["within_share"])).any():
        said.append(tr("Where no interval stands, some figures have no known error, and none was taken out."))
    if len(set(labels.tolist()) - {""}) < 2:
        said.append(tr("These areas do not lie in several regions, so nothing is said of regions."))
    if without := [name for name, label in zip(areas, labels, strict=True) if label == ""]:
        said.append(tr("In no region, and left out of the split: {names}.").format(names=listing(without, 12)))
    reasons: dict[str, list[str]] = {}
    for key, why in refused.items():
        reasons.setdefault(
            tr("{indicator}, because {reason}").format(indicator=key.partition(": ")[0], reason=why), []
        ).append(key.partition(": ")[2])
    said += [
        tr("No {measures} of {who}.").format(measures=listing(measures, 12), who=who)
        for who, measures in reasons.items()
    ]
    return tuple(said)
