"""An area beside a group: counted again by hand, surely only where draws say so, gaps left out."""

from __future__ import annotations

import numpy as np
import pytest

from goodwork.analysis.alongside import CLEAR, alike_on, alongside
from goodwork.analysis.finding import told

NAN = float("nan")


def test_what_is_counted_is_counted_again_with_gaps_left_out() -> None:
    rng = np.random.default_rng(5)
    others = np.append(rng.normal(100, 10, 40), [NAN, 101.0])
    surely = np.append(rng.uniform(0, 1, 40), [0.5, 0.5])
    found = alongside("York", "type", "unitary authorities", 101.0, others, surely)
    assert found is not None
    assert (found.total, found.equal) == (41, 1)
    assert found.above == sum(score < 101 for score in others)
    assert found.below == sum(score > 101 for score in others)
    assert found.clear_above == sum(s >= CLEAR for s, o in zip(surely, others, strict=True) if o == o)
    assert found.clear_below == sum(s <= 1 - CLEAR for s, o in zip(surely, others, strict=True) if o == o)
    assert found.mean == pytest.approx(np.nanmean(others))
    assert told(found.sentence.template, found.sentence.plain) == found.sentence
    assert f"lower than {found.below} ({found.clear_below} clearly)" in found.sentence
    assert "1 score the same" in found.sentence


def test_how_surely_is_told_only_where_it_was_counted() -> None:
    scores = np.array([90.0, 110.0, 120.0])
    unknown = alongside("York", "neighbours", "", 100.0, scores, np.array([1.0, NAN, 0.0]))
    alike = alongside("York", "neighbours", "", 100.0, scores, np.array([0.6, 0.4, 0.3]))
    assert unknown is not None
    assert alike is not None
    assert unknown.sentence.endswith("how surely was not counted.")
    assert unknown.as_dict()["clear_above"] is None
    assert "clearly" not in unknown.headline
    assert alike.sentence.count("(0 clearly)") == 2
    assert alike.headline == "York scores lower than 2 of its 3 statistical neighbours, none of them clearly"


@pytest.mark.parametrize(("own", "others"), [(NAN, [1.0]), (1.0, [NAN, NAN]), (1.0, [])])
def test_nothing_is_said_without_scores(own: float, others: list[float]) -> None:
    scores = np.array(others, dtype=float)
    assert alongside("York", "nation", "England", own, scores, np.full(len(scores), 0.5)) is None


def test_the_nearest_members_are_those_that_both_have() -> None:
    own = np.array([0.0, NAN, 1.0, -2.0])
    others = np.array([[0.5, 0.0, 1.1, -2.0], [NAN, 0.0, NAN, 3.0], [NAN, 1.0, NAN, NAN]])
    found = alike_on(own, others, ["a", "b", "c", "d"])
    assert found == [("d", "c"), ("d",), ()]
