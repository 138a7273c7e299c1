"""Communities through time: letters follow profiles, moves are counted, those across a break told apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.toyland import flat_framework, make_panel, planted, truth

from goodwork.analysis.clusters import communities
from goodwork.analysis.succession import succession
from goodwork.errors import MethodError
from goodwork.index.build import build


def _as_declared(values: np.ndarray) -> np.ndarray:
    """Every third member of the flat framework counts low as better."""
    return values * np.array([1.0, 1.0, -1.0])


def test_letters_are_matched_over_periods_and_moves_are_counted() -> None:
    first = planted(3, 10)
    second = first[:, ::-1] + 2.0
    second[0] = second[15]
    second[0] += 0.1
    index = build(flat_framework(3), make_panel(_as_declared(np.stack([first, second]))))
    found = succession(index, 3, draws=30)
    assert found.labels[0].tolist() == truth(3, 10).tolist()
    assert found.labels[1].tolist() == [1, *truth(3, 10)[1:]]
    assert found.transitions is not None
    assert found.transitions.counts.tolist() == [[9, 1, 0], [0, 10, 0], [0, 0, 10]]
    assert "97 % of areas stay" in found.findings[0]
    assert "1 moved to a higher and 0 to a lower one" in found.findings[0]
    assert any("In a surely higher community in 2001 than in 2000: A000 (A to B)" in text for text in found.findings)
    assert found.base == "2001"
    assert found.shift[1].max() == 0
    assert found.moved.to_numpy().tolist() == [["A000", "2000", "2001", "A", "B", True, False]]
    assert "A holds 10 areas in 2000 and 9 areas in 2001" in " ".join(found.findings)
    assert found.fixed.tolist() == found.labels.tolist(), "profiles stayed what they are"
    border = replace(found, fixed=np.zeros_like(found.fixed))
    assert "No area is in a surely higher community in 2001 than in 2000." in border.findings, "only borders moved"
    with pytest.raises(MethodError, match="base period 1999"):
        succession(index, 3, base="1999")


def test_moves_across_a_break_are_told_apart() -> None:
    """Three years, a break before the last: one area moves within the stretch, one across the break."""
    first = planted(3, 10)
    second, third = first.copy(), first.copy()
    second[0], third[0] = first[15] + 0.1, first[15] + 0.1
    third[29] = first[15] - 0.1
    index = build(flat_framework(3), make_panel(_as_declared(np.stack([first, second, third]))))
    found = succession(index, 3, draws=30, breaks={"2002": ["pay (asked by telephone)"], "1990": ["long ago"]})
    assert found.transitions is not None
    assert found.transitions.counts.tolist() == [[9, 1, 0], [0, 10, 0], [0, 0, 10]]
    assert found.moved["across_break"].tolist() == [False, True]
    told, notes = " ".join(found.findings), " ".join(found.notes)
    assert "1 moved to a higher" in told
    assert "1 more move lies across a break, into 2002" in told
    assert "in 2001 than in 2000: A000" in told, "who is elsewhere is told inside the stretch without a break"
    assert "A029" not in told
    assert "Break in 2002: pay (asked by telephone)." in notes
    assert "1990" not in notes
    alone = succession(index, 3, draws=30, breaks={"2001": ["x"], "2002": ["y"]})
    assert alone.transitions is None
    assert "No area is scored in two periods without a break between" in alone.findings[0]


def test_letters_follow_profiles_when_their_order_by_score_turns() -> None:
    """Rich in jobs or rich in pay: in the base period the first scores higher, in the other the second."""
    noise = 0.2 * np.random.default_rng(1).standard_normal((20, 2))
    heaps = np.repeat([[5.0, 0.0], [0.0, 5.0]], 10, axis=0) + noise
    before, after = heaps + np.array([[0.0, 0.0]]), heaps.copy()
    before[:10] -= 1.0
    after[:10] += 1.0
    found = succession(build(flat_framework(2), make_panel(np.stack([before, after]))), 2, draws=30, method="k-means")
    assert found.each["2000"].labels.tolist() != found.each["2001"].labels.tolist(), "the order has turned"
    assert found.labels[0].tolist() == found.labels[1].tolist() == truth(2, 10)[::-1].tolist()
    assert found.transitions is not None
    assert found.transitions.counts.tolist() == [[10, 0], [0, 10]]
    assert found.shift[0].max() < 1.0


def test_only_what_changed_is_told() -> None:
    """Nobody moves into the first of two breaks, one area into the second; nobody at all: sizes are no news."""
    first = planted(3, 10)
    last = first.copy()
    last[29] = first[15] - 0.1
    index = build(flat_framework(3), make_panel(_as_declared(np.stack([first, first, last]))))
    found = succession(index, 3, draws=30, breaks={"2001": ["x"], "2002": ["y"]})
    assert "1 move lies across a break, into 2002: what" in " ".join(found.findings)
    still = succession(index, 3, draws=30, periods=["2000", "2001"])
    assert not any("Communities change" in text for text in still.findings)


def test_known_communities_of_another_number_are_found_again() -> None:
    first = planted(3, 10)
    index = build(flat_framework(3), make_panel(_as_declared(np.stack([first, first]))))
    known = {"2000": communities(index, 2, period="2000", draws=30, numbers=())}
    assert succession(index, 3, draws=30, known=known).labels.tolist() == [truth(3, 10).tolist()] * 2
