"""Outlines: shared borders stay shared, and the smallest area is still drawn."""

from __future__ import annotations

import numpy as np

from goodwork.figures.outlines import frame, path


def test_neighbours_round_their_common_border_alike() -> None:
    border = np.array([[100.0, 0.0], [103.3, 41.7], [97.2, 77.7], [100.0, 100.0]])
    west = np.vstack([border, [[0, 100], [0, 0]], border[:1]])
    east = np.vstack([border[::-1], [[200, 0], [200, 100]], border[-1:]])
    on = frame({"W": [[west]], "E": [[east]]}, width=517, height=300)
    one, two = ({tuple(p) for p in on.points(ring).tolist()} for ring in (west, east))
    assert {tuple(p) for p in on.points(border).tolist()} <= one & two


def test_an_area_smaller_than_a_drawing_unit_is_a_dot_not_nothing() -> None:
    large = np.array([[0, 0], [1e6, 0], [1e6, 1e6], [0, 0]], dtype=float)
    small = np.array([[0, 0], [10, 0], [10, 10], [0, 0]], dtype=float)
    on = frame({"L": [[large]]}, width=100, height=100)
    assert path([[small]], on).endswith("h1v1h-1z")


def test_a_frame_holds_its_shapes() -> None:
    ring = np.array([[5e5, 1e5], [6e5, 1e5], [6e5, 9e5], [5e5, 1e5]])
    on = frame({"A": [[ring]]}, width=1000, height=1500)
    points = on.points(ring)
    assert points.min() >= 0
    assert points[:, 0].max() <= on.width <= 1000
    assert points[:, 1].max() <= on.height <= 1500
