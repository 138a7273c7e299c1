"""Outlines on paper: rings in metres become paths in whole drawing units, so that shared borders stay shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.float64]
Shapes = Mapping[str, Sequence[Sequence[Ring]]]


@dataclass(frozen=True)
class Frame:
    """Where metres lie on paper: west and north edge in metres, units per metre, size, place on the sheet."""

    west: float
    north: float
    scale: float
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0

    def points(self, ring: Ring) -> NDArray[np.int64]:
        """Points in whole drawing units, y downwards. Shapes: (n, 2) → (n, 2)."""
        x = (ring[:, 0] - self.west) * self.scale + self.x
        y = (self.north - ring[:, 1]) * self.scale + self.y
        return np.column_stack([np.rint(x), np.rint(y)]).astype(np.int64)


def frame(shapes: Shapes, *, width: float, height: float, margin: float = 6.0, x: float = 0.0, y: float = 0.0) -> Frame:
    """The frame that shows all shapes as large as fits into a width and height; its own size is trimmed to them."""
    bounds = [ring for polygons in shapes.values() for polygon in polygons for ring in polygon[:1]]
    corners = np.concatenate(bounds)
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    scale = min((width - 2 * margin) / max(east - west, 1.0), (height - 2 * margin) / max(north - south, 1.0))
    return Frame(
        west=float(west) - margin / scale,
        north=float(north) + margin / scale,
        scale=float(scale),
        width=float(np.ceil((east - west) * scale + 2 * margin)),
        height=float(np.ceil((north - south) * scale + 2 * margin)),
        x=x,
        y=y,
    )


def path(polygons: Iterable[Sequence[Ring]], on: Frame) -> str:
    """Polygons as one SVG path of relative steps; rings smaller than a drawing unit go, but never the last one.

    >>> square = np.array([[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]], dtype=float)
    >>> path([[square]], Frame(west=0, north=10, scale=1, width=10, height=10))
    'M0 10h10v-10h-10z'
    """
    rings = [on.points(ring) for polygon in polygons for ring in polygon]
    drawn = [text for ring in rings if (text := _ring(ring.tobytes()))]
    if not drawn and rings:
        x, y = max(rings, key=len)[0]
        return f"M{x} {y}h1v1h-1z"
    return "".join(drawn)


@lru_cache(1 << 12)
def _ring(corners: bytes) -> str:
    """A ring in steps; the same outline is drawn on many pages, in other colours."""
    points = np.frombuffer(corners, dtype=np.int64).reshape(-1, 2)
    if (points[0] == points[-1]).all():
        points = points[:-1]
    points = points[np.any(points != np.roll(points, 1, axis=0), axis=1)]
    before, after = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
    points = points[(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]) != 0] if len(points) > 2 else points
    if len(points) < 3:
        return ""
    steps = np.diff(points, axis=0).tolist()
    return f"M{points[0, 0]} {points[0, 1]}" + "".join(_step(x, y) for x, y in steps) + "z"


def _step(x: int, y: int) -> str:
    if y == 0:
        return f"h{x}"
    if x == 0:
        return f"v{y}"
    return f"l{x}{'' if y < 0 else ' '}{y}"
