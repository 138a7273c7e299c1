"""Why an area moved: parts add up exactly, each is what it says, gaps and breaks stop it, sentences keep numbers."""

from __future__ import annotations

import numpy as np
import pytest

from goodwork.analysis.finding import told
from goodwork.analysis.moved import PARTS, Moved, Place, moved, unbroken

NAN = float("nan")


def place(period: str, rank: float, half: float = 3, of: int = 31) -> Place:
    return Place(period, rank, rank - half, rank + half, of)


def rank(score: float, others: np.ndarray) -> float:
    return 1.0 + sum(other > score for other in others)


@pytest.mark.parametrize("seed", range(8))
def test_parts_add_up_exactly_whatever_happened(seed: int) -> None:
    rng = np.random.default_rng(seed)
    others = rng.normal(size=(2, 30))
    others[rng.integers(0, 2, 4), rng.integers(0, 30, 4)] = NAN
    own = rng.normal(), rng.normal()
    first, last = place("2017", float(rng.integers(1, 31))), place("2019", float(rng.integers(1, 31)))
    found = moved("York", first, last, own, others)
    assert found is not None
    assert sum(found.parts.values()) == found.gained == first.rank - last.rank


def test_each_part_alone_is_what_it_says() -> None:
    others = np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]])

    def of(own: tuple[float, float], there: np.ndarray, ranks: tuple[float, float]) -> dict[str, float]:
        found = moved("York", place("2017", ranks[0]), place("2019", ranks[1]), own, there)
        assert found is not None
        return {key: value for key, value in found.parts.items() if value}

    assert of((2.5, 3.5), others, (3, 2)) == {"own": 1.0}
    worse = others + np.array([[0], [2]])
    assert of((2.5, 2.5), worse, (3, 5)) == {"others": -2.0}
    gone = np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, NAN]])
    assert of((2.5, 2.5), gone, (3, 2)) == {"members": 1.0}
    assert of((2.5, 2.5), others, (3, 4)) == {"method": -1.0}
    both = np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 2.6, 3.0, 4.0]])
    mine = ((rank(2.5, both[0]) - rank(3.5, both[0])) + (rank(2.5, both[1]) - rank(3.5, both[1]))) / 2
    assert of((2.5, 3.5), both, (3, 2)) == {"own": mine, "others": 1 - mine}
    assert mine == 1.5


def test_a_new_boundary_is_not_known_and_never_zero() -> None:
    found = moved("Dorset", place("2017", 5), place("2019", 4), (1.0, 1.0), np.zeros((2, 3)), boundary=True)
    assert found is not None
    assert np.isnan(found.boundary)
    assert found.sentences[-1].startswith("Boundary change: not known.")
    assert "boundary" not in found.sentences[1]
    assert sum(v for v in found.parts.values() if v == v) == found.gained


@pytest.mark.parametrize(("own", "ranks"), [((NAN, 1.0), (2, 1)), ((1.0, 2.0), (NAN, 1))])
def test_without_a_score_or_a_rank_nothing_is_told(own: tuple[float, float], ranks: tuple[float, float]) -> None:
    assert moved("York", place("2017", ranks[0]), place("2019", ranks[1]), own, np.zeros((2, 3))) is None


@pytest.mark.parametrize(
    ("periods", "breaks", "run"),
    [
        (["2017", "2018", "2019", "2020", "2021"], ["2020", "2021"], ("2017", "2018", "2019")),
        (["2018", "2019", "2020", "2021"], ["2020"], ("2020", "2021")),
        (["2019", "2018"], [], ("2018", "2019")),
        (["2020", "2021"], ["2021"], ()),
        (["2019", "2021"], ["2019"], ("2019", "2021")),
        ([], ["2020"], ()),
    ],
)
def test_the_last_run_that_no_break_cuts(periods: list[str], breaks: list[str], run: tuple[str, ...]) -> None:
    assert unbroken(periods, breaks) == run


def test_words_say_which_way_how_far_and_how_surely() -> None:
    def of(one: Place, other: Place) -> Moved:
        return Moved("York", one, other, one.rank - other.rank, 0, 0, 0, 0, 0)

    clear = of(place("2017", 20), place("2019", 9))
    assert clear.title == "York rose 11 places from 2017 to 2019"
    assert of(place("2017", 9), place("2019", 10)).title.startswith("York fell 1 place from 2017 to 2019, not clearly")
    assert of(place("2017", 9), place("2019", 9)).title == "York kept its place from 2017 to 2019"
    unknown = of(Place("2017", 9, NAN, NAN, 31), place("2019", 3))
    assert unknown.title.endswith("how surely is not known")
    assert "9th of 31 in 2017 (no interval was computed)" in unknown.sentences[0]
    for sentence in (*clear.sentences, *unknown.sentences, clear.title):
        assert told(sentence.template, sentence.plain) == sentence
    assert "own change +11.0" in clear.sentences[1]
    assert set(PARTS) == set(clear.parts)
