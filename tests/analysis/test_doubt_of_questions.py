"""Every question asked of figures that are not good enough for it: it says what is wrong, where and what to do, or it
leaves something out and says so. Never a warning of numpy's, an unexplained NaN or a bug's traceback."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.toyland import flat_framework, make_panel

from goodwork.analysis.clusters import communities
from goodwork.analysis.compacts import compacts
from goodwork.analysis.contrasts import contrasts
from goodwork.analysis.convergence import convergence
from goodwork.analysis.disparity import disparity
from goodwork.analysis.dominance import dominance
from goodwork.analysis.early_warning import early_warning
from goodwork.analysis.hotspots import hotspots
from goodwork.analysis.means import means
from goodwork.analysis.mobility import mobility
from goodwork.analysis.neighbours import neighbours
from goodwork.analysis.outcomes import outcomes
from goodwork.analysis.paths import paths
from goodwork.analysis.penalised import penalised
from goodwork.analysis.relation import relation
from goodwork.analysis.resilience import resilience
from goodwork.analysis.shock import shock
from goodwork.analysis.space import moran
from goodwork.analysis.succession import succession
from goodwork.analysis.transitions import quantile_classes, transitions
from goodwork.analysis.trends import trends
from goodwork.analysis.windows import windows
from goodwork.errors import GoodWorkError, MethodError, MissingData, NotFound
from goodwork.index.build import Index, build

PERIODS = ("2018", "2019", "2020", "2021")
YEARS = [2018.0, 2019.0, 2020.0, 2021.0]
AREAS, MEMBERS = 48, 3


@dataclass(frozen=True)
class World:
    """Made-up figures ``(periods, areas, members)`` with scores, an outcome and survey errors ``(periods, areas)``,
    regions and borders: three regions on a ring."""

    figures: np.ndarray
    score: np.ndarray
    outcome: np.ndarray
    errors: np.ndarray
    regions: tuple[str, ...]
    edges: np.ndarray
    periods: tuple[str, ...] = PERIODS

    @property
    def areas(self) -> list[str]:
        return [f"area-{i}" for i in range(self.figures.shape[1])]

    def some(self, areas: int) -> World:
        """The first areas only."""
        first = {name: getattr(self, name)[:, :areas] for name in ("figures", "score", "outcome", "errors")}
        inside = (self.edges < areas).all(axis=1)
        return replace(self, **first, regions=self.regions[:areas], edges=self.edges[inside])

    def put(self, name: str, at: Any, value: float) -> World:
        """The same with a value somewhere."""
        array = getattr(self, name).copy()
        array[at] = value
        return replace(self, **{name: array})


def good() -> World:
    rng = np.random.default_rng(5)
    base = rng.normal(size=(1, AREAS, 1))
    figures = 50 + 5 * base + 2 * rng.normal(size=(len(PERIODS), AREAS, MEMBERS))
    score = figures.mean(axis=-1)
    ring = np.stack([np.arange(AREAS), (np.arange(AREAS) + 1) % AREAS], axis=1)
    regions = tuple(np.repeat(["north", "middle", "south"], AREAS // 3).tolist())
    outcome = 80 + 0.3 * score + rng.normal(size=score.shape)
    return World(figures, score, outcome, np.full(score.shape, 0.8), regions, ring)


def _drawn(w: World, draws: int = 60) -> np.ndarray:
    return w.score + w.errors * np.random.default_rng(1).standard_normal((draws, *w.score.shape))


def _index(w: World) -> Index:
    panel = replace(make_panel(w.figures), periods=w.periods, areas=tuple(w.areas))
    return build(flat_framework(w.figures.shape[-1]), panel)


QUESTIONS: dict[str, Callable[[World], Any]] = {
    "communities": lambda w: communities(w.figures[-1], 3, areas=w.areas, draws=20, numbers=()),
    "communities, number chosen": lambda w: communities(w.figures[-1], areas=w.areas, draws=12, numbers=(2, 3)),
    "communities by k-means": lambda w: communities(w.figures[-1], 3, draws=20, numbers=(), method="k-means"),
    "communities of an index": lambda w: communities(_index(w), 3, draws=20, numbers=()),
    "succession": lambda w: succession(_index(w), 3, draws=12),
    "neighbours": lambda w: neighbours(w.figures[-1], areas=w.areas),
    "neighbours by Mahalanobis": lambda w: neighbours(w.figures[-1], areas=w.areas, distance="mahalanobis"),
    "neighbours in a region": lambda w: neighbours(
        w.figures[-1], areas=w.areas, same={"region": dict(zip(w.areas, w.regions, strict=True))}
    ),
    "compacts": lambda w: compacts(w.figures[-1], (2, 4), areas=w.areas),
    "compacts that hang together": lambda w: compacts(
        w.figures[-1], (2, 4), areas=w.areas, adjacent=[(w.areas[a], w.areas[b]) for a, b in w.edges]
    ),
    "compacts in regions, with change": lambda w: compacts(
        _index(w), (2, 4), within=dict(zip(w.areas, w.regions, strict=True)), since=PERIODS[0]
    ),
    "relation": lambda w: relation(w.score[-1], w.outcome[-1], w.areas, draws=200),
    "dominance": lambda w: dominance(
        w.figures[-1], w.outcome[-1][:, None], (["m0", "m1", "m2"], ["outcome"]), draws=50
    ),
    "penalised": lambda w: penalised(w.figures[-1], w.outcome[-1], ["m0", "m1", "m2"]),
    "outcomes": lambda w: outcomes(
        np.column_stack([w.score[-1], w.figures[-1, :, 0]]),
        w.outcome[-2:].T,
        w.areas,
        names=(["the score", "m0"], ["early", "late"]),
        regions=w.regions,
        edges=w.edges,
        people=np.arange(1.0, len(w.areas) + 1),
        conditions=w.figures[-1, :, 1:2],
        permutations=99,
    ),
    "early warning": lambda w: early_warning(w.outcome[0], w.outcome[-1], w.score[0], w.areas),
    "shock": lambda w: shock(
        np.column_stack([w.outcome[-1], w.figures[-1, :, 0]]),
        w.areas,
        measures=("furlough", "claims"),
        scores=w.score[0][:, None],
        names=["the score"],
        groups=w.regions,
    ),
    "resilience": lambda w: resilience(w.outcome, w.periods, w.score[0], w.areas, before="2018", at="2019"),
    "resilience in per cent": lambda w: resilience(
        w.outcome, w.periods, w.score[0], w.areas, before="2018", at="2019", measure="percent"
    ),
    "means": lambda w: means(w.score[-1], w.regions),
    "disparity": lambda w: disparity(
        w.figures,
        w.regions,
        w.areas,
        ["m0", "m1", "m2"],
        directions=["higher"] * 3,
        periods=w.periods,
        errors=np.repeat(w.errors[..., None], 3, axis=-1),
        permutations=99,
        draws=50,
    ),
    "trends": lambda w: trends(w.score, YEARS, w.areas, draws=_drawn(w)),
    "trends beside others": lambda w: trends(w.score, YEARS, w.areas, errors=w.errors, against="others", number=200),
    "convergence": lambda w: convergence(w.score, YEARS, errors=w.errors, resamples=99),
    "mobility": lambda w: mobility(w.score, w.periods, w.areas, draws=_drawn(w)),
    "paths": lambda w: paths(
        w.score, w.periods, w.areas, figures=w.figures, indicators=["m0", "m1", "m2"], draws=_drawn(w)
    ),
    "transitions": lambda w: transitions(quantile_classes(w.score, 4), list("abcd"), w.periods),
    "windows": lambda w: windows(w.score, w.outcome, YEARS, 2020, resamples=99),
    "Moran's I": lambda w: moran(w.score[-1], w.edges, w.areas, permutations=99),
    "hot spots": lambda w: hotspots(w.score[-1], w.edges, w.areas, permutations=99),
    "contrasts": lambda w: contrasts(w.score[-1], w.errors[-1], w.edges, w.areas),
}

FAULTS: dict[str, Callable[[World], World]] = {
    "no area": lambda w: w.some(0),
    "one area": lambda w: w.some(1),
    "three areas": lambda w: w.some(3),
    "seven areas": lambda w: w.some(7),
    "a member that is the same everywhere": lambda w: w.put("figures", (..., 0), 1.0),
    "everything the same everywhere": lambda w: replace(
        w, figures=np.ones_like(w.figures), score=np.ones_like(w.score), outcome=np.ones_like(w.outcome)
    ),
    "a member without figures": lambda w: w.put("figures", (..., 1), np.nan),
    "a period without figures": lambda w: w.put("figures", 1, np.nan).put("score", 1, np.nan).put("outcome", 1, np.nan),
    "the last period without figures": lambda w: (
        w.put("figures", -1, np.nan).put("score", -1, np.nan).put("outcome", -1, np.nan)
    ),
    "no figures at all": lambda w: replace(
        w, figures=w.figures * np.nan, score=w.score * np.nan, outcome=w.outcome * np.nan
    ),
    "an area without figures": lambda w: (
        w.put("figures", (slice(None), 4), np.nan)
        .put("score", (slice(None), 4), np.nan)
        .put("outcome", (slice(None), 4), np.nan)
    ),
    "the outcome missing for a nation": lambda w: w.put("outcome", (slice(None), slice(0, AREAS // 3)), np.nan),
    "the outcome of two areas only": lambda w: w.put("outcome", (slice(None), slice(2, None)), np.nan),
    "a score of zero errors": lambda w: replace(w, errors=np.zeros_like(w.errors)),
    "no known errors": lambda w: replace(w, errors=w.errors * np.nan),
    "no borders": lambda w: replace(w, edges=np.zeros((0, 2), dtype=int)),
    "an island": lambda w: replace(w, edges=w.edges[(w.edges != 5).all(axis=1)]),
    "a map in two parts": lambda w: replace(w, edges=w.edges[[i for i in range(AREAS) if i not in (9, 30)]]),
    "pairs only": lambda w: replace(w, edges=w.edges[::2]),
    "one region": lambda w: replace(w, regions=("north",) * len(w.regions)),
    "no regions": lambda w: replace(w, regions=("",) * len(w.regions)),
    "a region for each area": lambda w: replace(w, regions=tuple(w.areas)),
    "an infinite figure": lambda w: (
        w.put("figures", (-1, 3, 0), np.inf).put("score", (-1, 3), np.inf).put("outcome", (-1, 3), -np.inf)
    ),
    "an infinite figure at the start": lambda w: w.put("score", (0, 3), np.inf).put("outcome", (0, 3), np.inf),
    "an infinite error": lambda w: w.put("errors", (-1, 3), np.inf),
    "figures of zero": lambda w: replace(w, figures=w.figures * 0, outcome=w.outcome - w.outcome.min(axis=1)[:, None]),
    "figures as good as infinite": lambda w: replace(w, figures=w.figures * 1e80, score=w.score * 1e80),
    "twins": lambda w: replace(
        w, figures=w.figures[:, np.arange(AREAS) // 24 * 24], score=w.score[:, np.arange(AREAS) // 24 * 24]
    ),
    "a member twice": lambda w: replace(w, figures=w.figures[..., [0, 1, 1]]),
}


def sentences(found: Any) -> tuple[str, ...]:
    return tuple(str(said) for name in ("findings", "notes") for said in getattr(found, name, ()))


def tables(found: Any) -> Iterator[pd.DataFrame]:
    names = ("table", "communities", "groups", "associations", "summary", "counts", "matrix", "reach")
    for name in names:
        if isinstance(told := getattr(found, name, None), pd.DataFrame):
            yield told


def numbers(found: Any) -> dict[tuple[int, str], np.ndarray]:
    """Every column of numbers of every table."""
    return {
        (i, str(name)): column.to_numpy(dtype=float)
        for i, table in enumerate(tables(found))
        for name, column in table.items()
        if pd.api.types.is_numeric_dtype(column)
    }


_as_it_should: dict[str, Any] = {}


def as_it_should(question: str) -> Any:
    if question not in _as_it_should:
        _as_it_should[question] = QUESTIONS[question](good())
    return _as_it_should[question]


@pytest.mark.parametrize("question", QUESTIONS)
def test_with_good_figures_nothing_is_wrong(question: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = as_it_should(question)
        assert sentences(found)
        assert not re.search(r"\bnan\b|\binf\b", " ".join(sentences(found)))
        assert numbers(found)


def tried(question: str, world: World) -> tuple[Any, GoodWorkError | None]:
    """The answer, or why there is none."""
    try:
        return QUESTIONS[question](world), None
    except GoodWorkError as refused:
        return None, refused


def concerned() -> Iterator[tuple[str, str]]:
    """Questions and the faults of figures that they look at."""
    behind = {"_drawn": {"score", "errors"}, "_index": {"figures"}}
    whole = good()
    for fault, spoil in FAULTS.items():
        spoilt = spoil(whole)
        changed = {name for name in ("figures", "score", "outcome", "errors", "regions", "edges")
                   if not np.array_equal(getattr(whole, name), getattr(spoilt, name))}  # fmt: skip
        for question, ask in QUESTIONS.items():
            used = set(ask.__code__.co_names)
            if changed & used.union(*(behind.get(name, set()) for name in used)):
                yield question, fault


@pytest.mark.parametrize(("question", "fault"), list(concerned()))
def test_what_is_wrong_is_said(question: str, fault: str) -> None:
    world = FAULTS[fault](good())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found, refused = tried(question, world)
        if refused is not None:
            assert isinstance(refused, MethodError | MissingData | NotFound)
            assert refused.remedy or refused.faults, f"no remedy: {refused}"
            assert refused.remedy or all(one.remedy for one in refused.faults), f"no remedy: {refused}"
            return
        told, columns = " ".join(sentences(found)), numbers(found)
    assert not re.search(r"\bnan\b|\binf\b", told), told
    usual = numbers(as_it_should(question))
    gaps = {
        name: int(np.isnan(column).sum())
        for name, column in columns.items()
        if np.isnan(column).any() and not np.isnan(usual.get(name, np.zeros(1))).any()
    }
    endless = [name for name, column in columns.items() if np.isinf(column).any()]
    assert not endless, f"without end: {endless}"
    if gaps:
        assert told != " ".join(sentences(as_it_should(question))), f"gaps and not a word of them: {gaps}"


CANNOT: dict[str, tuple[Callable[[World], Any], str]] = {
    "more communities than half the areas": (
        lambda w: communities(w.figures[-1], 25, draws=20, numbers=()), "at most 24"
    ),
    "more communities than areas that differ": (
        lambda w: communities(w.figures[-1, np.arange(AREAS) % 5], 6, draws=20, numbers=()), "at most 5"
    ),
    "one community": (lambda w: communities(w.figures[-1], 1, draws=20, numbers=()), "two or more"),
    "a hundred communities and one": (
        lambda w: communities(np.random.default_rng(1).normal(size=(300, 2)), 101, draws=20, numbers=()), "at most 100"
    ),
    "too few draws": (lambda w: communities(w.figures[-1], 3, draws=5, numbers=()), "at least 10"),
    "figures drawn for other areas": (
        lambda w: communities(w.figures[-1], 3, numbers=(), redrawn=np.zeros((20, 5, 3))), "of the points"
    ),
    "communities of a period that is not there": (lambda w: communities(_index(w), 3, period="1999"), "2019"),
    "neighbours in a period that is not there": (lambda w: neighbours(_index(w), period="1999"), "2019"),
    "compacts since a period that is not there": (lambda w: compacts(_index(w), (2, 4), since="1999"), "2019"),
    "succession from a period that is not there": (lambda w: succession(_index(w), 3, base="1999"), "2018"),
    "resilience since a period that is not there": (
        lambda w: resilience(w.outcome, w.periods, w.score[0], w.areas, before="1999", at="2019"), "2018"
    ),
    "no neighbours": (lambda w: neighbours(w.figures[-1], 0), "one or more"),
    "compacts larger than all areas": (lambda w: compacts(w.figures[-1], (60, 70)), "at least 60"),
    "compacts of one": (lambda w: compacts(w.figures[-1], (1, 4)), "from 2 or more"),
    "compacts of too many areas": (
        lambda w: compacts(np.random.default_rng(1).normal(size=(900, 3))), "at most 600"
    ),
    "Ward's tree of too many areas": (
        lambda w: communities(np.random.default_rng(1).normal(size=(5001, 2)), 3, method="ward", numbers=()),
        "graph or k-means",
    ),
    "fewer periods than figures, trends": (lambda w: trends(w.score, YEARS[1:], w.areas, errors=w.errors), "3 periods"),
    "fewer periods than figures, convergence": (lambda w: convergence(w.score, YEARS[1:]), "3 periods"),
    "fewer periods than figures, mobility": (lambda w: mobility(w.score, w.periods[1:], w.areas), "3 periods"),
    "fewer periods than figures, paths": (lambda w: paths(w.score, w.periods[1:], w.areas), "expected (3, 48)"),
    "fewer periods than figures, disparity": (
        lambda w: disparity(w.figures, w.regions, w.areas, ["a", "b", "c"], periods=w.periods[1:]),
        "expected (3, 48, 3)",
    ),
    "fewer periods than figures, windows": (
        lambda w: windows(w.score, w.outcome, YEARS[1:], 2020, resamples=99), "3 periods"
    ),
    "years that go back": (lambda w: trends(w.score, YEARS[::-1], w.areas, errors=w.errors), "do not increase"),
    "borders of areas that are not there": (
        lambda w: moran(w.score[-1], w.edges + 1, w.areas), "positions run from 0 to 47"
    ),
    "borders of areas that are not there, contrasts": (
        lambda w: contrasts(w.score[-1], None, w.edges + 1, w.areas), "positions run from 0 to 47"
    ),
    "names for other areas": (lambda w: hotspots(w.score[-1], w.edges, w.areas[1:]), "one for each area"),
}  # fmt: skip


@pytest.mark.parametrize("what", CANNOT)
def test_what_cannot_be_asked_is_refused_with_a_way_out(what: str) -> None:
    ask, said = CANNOT[what]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(GoodWorkError) as caught:
            ask(good())
    assert said in str(caught.value), str(caught.value)


def test_more_neighbours_than_areas_are_those_there_are() -> None:
    found = neighbours(good().some(4).figures[-1], 9)
    assert found.place.shape == (4, 3)
