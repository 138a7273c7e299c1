"""Sentences say what the data say and no more."""

from __future__ import annotations

import pandas as pd

from goodwork.web.words import finding


def league(*intervals: tuple[int, int]) -> pd.DataFrame:
    n = len(intervals)
    return pd.DataFrame(
        [{"name": f"Place {k + 1}", "rank": k + 1.0, "rank_low": float(low), "rank_high": float(high), "ranked": n}
         for k, (low, high) in enumerate(intervals)]
    )  # fmt: skip


def test_those_who_could_be_first_are_counted() -> None:
    said = finding(league((1, 2), (1, 3), (2, 4), (3, 4)), "Access to good work", "2021", "Nowhere")
    assert said.headline == "Place 1 scores highest for access to good work, but one other area could be first"
    assert "Place 1 is 1st of 4 in Nowhere (95 % interval 1 to 2)" in said.sentence
    assert "Place 4 is 4th (95 % interval 3 to 4); one other area's interval also reaches last place" in said.sentence
    assert "1 places" not in said.sentence.split("interval is")[0]


def test_a_high_score_for_a_figure_of_which_less_is_better_is_not_called_high() -> None:
    said = finding(league((1, 1), (2, 2)), "Unemployment", "2021", "Nowhere", single=True)
    assert said.headline == "Place 1 does best on unemployment, and no other area could be first"


def test_a_clear_first_is_said_to_be_clear() -> None:
    said = finding(league((1, 1), (2, 3), (2, 3)), "Pay", "2021", "Nowhere")
    assert said.headline == "Place 1 scores highest for pay, and no other area could be first"


def test_without_figures_or_intervals_nothing_is_claimed() -> None:
    assert finding(league(), "Joy", "2021", "Nowhere").headline == "No area has a score for joy in 2021"
    bare = finding(league((1, 1), (2, 2)).drop(columns=["rank_low", "rank_high"]), "Pay", "2021", "Nowhere")
    assert "No intervals were computed" in bare.sentence
