"""The sampling error of figures: how wide it is, and figures drawn anew from it (handbook step 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from goodwork.errors import MethodError
from goodwork.model.indicator import Catalogue
from goodwork.model.method import Sampling
from goodwork.model.panel import Panel, Values

Z95 = 1.959963984540054
#: Draws that share one seed, unless so many have more errors than ``MOST_ERRORS``. Blocks of draws are made of whole
#: packets, so that their size changes nothing.
PACKET = 8
#: Errors that are drawn at once, about: what the processor's own memory and its allocator bear well.
MOST_ERRORS = 2_000_000


@dataclass(frozen=True, eq=False)
class SamplingError:
    """Where the figures lie and how far they may be off, each on the scale on which its error is normal.

    ``centre`` and ``spread`` are ``(periods, areas, members)``, NaN for a gap; ``scales`` names each member's scale;
    ``mixing`` ``(members, members)`` makes independent errors go together as the surveys' correlations say (the
    identity where they do not). ``single`` draws are held with seven digits.
    """

    centre: Values
    spread: Values
    scales: tuple[str, ...]
    mixing: Values
    seed: int
    single: bool = False

    @classmethod
    def of(cls, panel: Panel, catalogue: Catalogue, sampling: Sampling) -> SamplingError:
        """The sampling error of every figure of a panel, from its published interval or the declared assumption."""
        centre, spread = sampling_errors(panel, catalogue, sampling)
        scales = tuple(catalogue[name].scale for name in panel.indicators)
        surveys = [catalogue[name].survey for name in panel.indicators]
        mixing = error_mixing(surveys, sampling)
        return cls(centre, spread, scales, mixing, sampling.seed, sampling.precision == "single")

    @property
    def packet(self) -> int:
        """How many draws share one seed: fewer where one draw alone has very many errors."""
        return int(np.clip(MOST_ERRORS // max(self.centre.size, 1), 1, PACKET))

    def noise(self, places: NDArray[np.intp]) -> Values:
        """Errors in units of their spread: draws number ``places`` of an endless series fixed by the seed, each normal
        with variance one, those of a survey together as declared; ``(draws, members, periods, areas)``."""
        periods, areas, members = self.centre.shape
        noise, size = np.empty((len(places), members, periods, areas)), self.packet
        packets, of = np.unique(places // size, return_inverse=True)
        for number, packet in enumerate(packets):
            rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(int(packet),)))
            here = np.flatnonzero(of == number)
            if np.array_equal(places[here] % size, np.arange(size)) and here[-1] - here[0] == size - 1:
                rng.standard_normal(out=noise[here[0] : here[0] + size])
            else:
                noise[here] = rng.standard_normal((size, members, periods, areas))[places[here] % size]
        if not np.array_equal(self.mixing, np.eye(members)):
            noise = np.einsum("jk,dkpa->djpa", self.mixing, noise)
        return noise.astype(np.float32) if self.single else noise

    def drawn(self, noise: Values, shift: int = 0) -> Values:
        """Figures with errors ``(draws, members, periods, areas)``, in natural units: ``(draws, periods, areas,
        members)``. ``shift`` takes the figures of the period so many later (0: the period's own) with the errors of
        this one; at the ends the last there is."""
        at = shifted(noise.shape[-2], shift)
        figures = np.empty_like(noise)
        for m, scale in enumerate(self.scales):
            np.multiply(noise[:, m], self.spread[at, :, m], out=figures[:, m])
            figures[:, m] += self.centre[at, :, m]
            figures[:, m] = from_scale(figures[:, m], scale)
        return np.moveaxis(figures, 1, -1)


def shifted(periods: int, shift: int) -> NDArray[np.intp]:
    """Positions of the periods so many later, held at the ends."""
    return np.clip(np.arange(periods) + shift, 0, periods - 1)


def sampling_errors(panel: Panel, catalogue: Catalogue, sampling: Sampling) -> tuple[Values, Values]:
    """Centre and standard error of every figure on its own scale, ``(periods, areas, members)``; NaN for a gap.

    A published 95 % interval is taken for 2 × 1.96 standard errors; where there is none the catalogue's declared
    relative error stands in, never zero. Estimated and inherited figures are widened by the declared factors. Standard
    errors are carried to the logit scale for shares and the log scale for money and rates by the delta method.
    """
    centre, spread = np.full(panel.value.shape, np.nan), np.full(panel.value.shape, np.nan)
    for m, name in enumerate(panel.indicators):
        indicator = catalogue[name]
        value, lower, upper = (array[..., m] for array in (panel.value, panel.lower, panel.upper))
        usual = np.nanmean(np.abs(value)) if np.isfinite(value).any() else 0.0
        assumed = indicator.assumed_error * np.maximum(np.abs(value), 0.1 * usual)
        missing = np.isnan(lower) | np.isnan(upper)
        error = np.where(missing, assumed, (upper - lower) / (2 * Z95))
        centre[..., m] = to_scale(value, indicator.scale)
        spread[..., m] = error * slope(value, indicator.scale)
    factor = np.where(panel.status == "e", sampling.estimated_factor, 1.0)
    factor = np.where(panel.basis == "inherited", np.maximum(factor, sampling.inherited_factor), factor)
    return centre, spread * factor


def error_mixing(surveys: Sequence[str], sampling: Sampling) -> Values:
    """The lower triangular matrix that gives independent errors the surveys' correlations ``(members, members)``.

    Errors of two indicators of one survey have its declared correlation, on the scales on which they are normal; others
    are independent. Raises ``MethodError`` for a survey that no indicator is of, and for a correlation that so many
    indicators cannot have with each other.

    >>> error_mixing(["aps", "aps", ""], Sampling(correlation={"aps": 0.6})).round(2).tolist()
    [[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0]]
    """
    names = np.array(surveys)
    if unknown := sorted(set(sampling.correlation) - set(surveys)):
        known = ", ".join(sorted(set(surveys) - {""})) or "none declared"
        raise MethodError(
            f"correlation of errors is given for the survey {', '.join(unknown)}, which no indicator is of",
            remedy=f"surveys of the indicators: {known}",
        )
    correlation = np.eye(len(names))
    for survey, value in sampling.correlation.items():
        together = np.outer(names == survey, names == survey) & ~np.eye(len(names), dtype=bool)
        correlation[together] = value
    try:
        return np.asarray(np.linalg.cholesky(correlation))
    except np.linalg.LinAlgError:
        raise MethodError(
            "errors of these indicators cannot all have the declared correlations with each other",
            remedy="with k indicators of a survey the correlation must be above −1/(k − 1) and below 1",
        ) from None


def to_scale(values: Values, scale: str) -> Values:
    """Values on the scale their sampling error is normal on; bounds that touch the edge are held just inside."""
    if scale == "logit":
        return np.asarray(logit(np.clip(values / 100, 1e-4, 1 - 1e-4)))
    return np.asarray(np.log(np.maximum(values, 1e-9))) if scale == "log" else values


def slope(values: Values, scale: str) -> Values:
    """How much the scale stretches a small error at each value (delta method)."""
    if scale == "logit":
        part = np.clip(values / 100, 1e-3, 1 - 1e-3)
        return np.asarray(0.01 / (part * (1 - part)))
    return np.asarray(1 / np.maximum(values, 1e-9)) if scale == "log" else np.ones_like(values)


def from_scale(values: Values, scale: str) -> Values:
    """The way back from ``to_scale``.

    >>> from_scale(to_scale(np.array([3.0]), "logit"), "logit").round(12)
    array([3.])
    """
    if scale == "logit":
        return np.asarray(100 * expit(values))
    return np.asarray(np.exp(values)) if scale == "log" else values
