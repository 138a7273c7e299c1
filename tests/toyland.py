"""Toyland, an invented country for tests: the starter project as objects, and random panels around it.

Known features: a confidential figure (training, T12, 2022), a gap (low_pay, T10, 2023), an outlier (weekly_pay, T07,
2023: 1950), an estimate (long_hours, T05, 2021), low reliability (looking_for_work, T12, every period).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

import goodwork
from goodwork.model.area import Geography
from goodwork.model.framework import Domain, Framework, Member
from goodwork.model.indicator import Catalogue, Indicator
from goodwork.model.panel import Panel
from goodwork.sources.folder import read_areas, read_catalogue, read_framework
from goodwork.sources.observations import Observations, read_observations

STARTER = Path(goodwork.__file__).parent / "starter"
PERIODS = ("2021", "2022", "2023")
OUTLIER = ("2023", "T07", "weekly_pay")
SUPPRESSED = ("2022", "T12", "training")
GAP = ("2023", "T10", "low_pay")


@cache
def framework() -> Framework:
    """Three domains of two members each; low pay counts half."""
    return read_framework(STARTER)


@cache
def catalogue() -> Catalogue:
    """Six invented indicators: five shares and one sum of money."""
    return read_catalogue(STARTER)


@cache
def geography() -> Geography:
    """Twelve areas in three regions."""
    return read_areas(STARTER)


@cache
def observations() -> Observations:
    """The starter's data file, read."""
    return read_observations(STARTER / "data.csv", catalogue(), geography())


def panel() -> Panel:
    """Three periods × twelve areas × six indicators, with its gap, its suppressed figure and its outlier."""
    areas = [area.code for area in geography().at("area")]
    return Panel.from_table(observations().table, indicators=framework().indicators, areas=areas, periods=PERIODS)


def flat_framework(members: int, domains: int = 1) -> Framework:
    """A framework of so many members (``m0``, ``m1`` …) dealt to so many domains; every third counts low as better."""
    return Framework(
        name="random",
        title="Random (invented)",
        domains=tuple(Domain(name=f"d{i}", title=f"Domain {i}") for i in range(domains)),
        members=tuple(
            Member(indicator=f"m{i}", domain=f"d{i % domains}", direction="lower" if i % 3 == 2 else "higher")
            for i in range(members)
        ),
    )


def flat_catalogue(members: int) -> Catalogue:
    """The catalogue that goes with :func:`flat_framework`: scores without limits."""
    return Catalogue(
        indicator=tuple(Indicator(id=f"m{i}", name=f"Member {i}", unit="points", kind="score") for i in range(members))
    )


def make_panel(values: np.ndarray, half_width: float = 0.0) -> Panel:
    """A panel around an array ``(periods, areas, members)``; NaN is a gap; bounds stand ``half_width`` to each side."""
    periods, areas, members = values.shape
    texts = np.full(values.shape, "", dtype="<U16")
    bounds = half_width if half_width else np.nan
    return Panel(
        tuple(str(2000 + t) for t in range(periods)),
        tuple(f"A{a:03d}" for a in range(areas)),
        tuple(f"m{m}" for m in range(members)),
        value=values,
        lower=values - bounds,
        upper=values + bounds,
        status=texts,
        basis=np.where(np.isnan(values), "", "published").astype("<U16"),
        observed=np.broadcast_to(np.array([str(2000 + t) for t in range(periods)])[:, None, None], values.shape).astype(
            "<U16"
        ),
    )


@st.composite
def panels(
    draw: st.DrawFn,
    areas: tuple[int, int] = (4, 12),
    members: tuple[int, int] = (2, 6),
    periods: tuple[int, int] = (1, 3),
    gaps: float = 0.0,
) -> Panel:
    """Random panels with figures of one or two decimals; ``gaps`` is the greatest share of cells that are missing."""
    shape = (draw(st.integers(*periods)), draw(st.integers(*areas)), draw(st.integers(*members)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = np.round(rng.normal(50, draw(st.sampled_from([1.0, 5.0, 15.0])), shape), draw(st.integers(1, 2)))
    if gaps:
        values[rng.random(shape) < draw(st.floats(0, gaps))] = np.nan
    return make_panel(values)


def lattice(side: int) -> list[tuple[int, int]]:
    """Pairs of squares of a board that share a side."""
    right = [(r * side + c, r * side + c + 1) for r in range(side) for c in range(side - 1)]
    return right + [(r * side + c, r * side + c + side) for r in range(side - 1) for c in range(side)]


def names(number: int) -> list[str]:
    """Names of so many areas."""
    return [f"area {i}" for i in range(number)]


def planted(groups: int = 3, each: int = 20, apart: float = 8.0, members: int = 3, seed: int = 1) -> np.ndarray:
    """Areas in round heaps on a rising line, so that the first heap is the lowest."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((groups * each, members)) + apart * np.repeat(np.arange(groups), each)[:, None]


def truth(groups: int, each: int = 20) -> np.ndarray:
    return np.repeat(np.arange(groups), each)
