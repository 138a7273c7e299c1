"""A map in words: directions are those of the centres, chance is what drawing lots gives, sentences keep numbers."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from goodwork.analysis.adjacency import Adjacency
from goodwork.analysis.finding import told
from goodwork.analysis.whereabouts import COMPASS, centre, lies, together, way


@pytest.mark.parametrize(("k", "point"), list(enumerate(COMPASS)))
def test_every_point_of_the_compass_is_an_eighth_wide(k: int, point: str) -> None:
    for turn in (-21, 0, 21):
        angle = np.radians(45 * k + turn)
        assert way((5.0, 5.0), (5 + np.cos(angle), 5 + np.sin(angle))) == point


def test_a_hole_moves_the_centre_away_and_a_far_island_draws_it() -> None:
    outer = np.array([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], dtype=float)
    hole = np.array([[0, 0], [0, 4], [2, 4], [2, 0], [0, 0]], dtype=float)
    assert centre([[outer]]) == (2.0, 2.0)
    assert centre([[outer, hole]]) == (3.0, 2.0)
    x, y = centre([[outer], [outer / 2 + 10]])
    assert (x, y) == pytest.approx(((2 * 16 + 11 * 4) / 20,) * 2)


def test_an_area_lies_by_those_it_touches_or_by_the_nearest() -> None:
    centres = {"a": (0.0, 0.0), "b": (0.0, -4.0), "c": (4.0, 0.0), "d": (0.3, -9.0), "e": (50.0, 50.0)}
    names = dict(zip("abcde", ("Ayr", "Bute", "Crail", "Deal", "Eday"), strict=True))
    found = lies("a", centres, ["b", "c", "d", "zz"], names)
    assert found == "Ayr lies north of Bute and Deal; west of Crail, touching all 3."
    assert told(found.template, found.plain) == found
    assert lies("e", centres, [], names) == "Eday touches no other area; it lies north-east of Crail, the nearest."
    assert lies("zz", centres, [], names) is None


def test_chance_is_the_mean_over_all_ways_to_choose() -> None:
    edges = [(0, 1), (1, 2), (2, 3), (0, 4), (5, 6)]
    adjacency, size = Adjacency.of(edges, "abcdefghi"), 3
    counts = []
    for chosen in combinations(range(9), size):
        here = np.isin(np.arange(9), chosen)
        counts.append((adjacency.among(here).degree > 0).sum())
    low, high = together(np.array([9.0, 1, 2, 3, 4, 5, 6, 7, 8]), adjacency, size)
    assert low.by_chance == high.by_chance == pytest.approx(np.mean(counts))
    assert (low.touching, high.touching) == (3, 0)
    assert low.sentence.startswith("3 of the 3 areas with the lowest scores touch another of the 3;")
    assert high.sentence.startswith("None of the 3 areas with the highest scores touch")
    assert together(np.arange(8.0), adjacency.among(np.arange(9) < 8), size) == ()
