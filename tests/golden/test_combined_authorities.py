"""Combined authorities as declared, beside the outlines of them that the Office for National Statistics publishes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from goodwork.model.groups import combined_authorities

#: Two districts have other codes since 2025, without a change of anything else that counts here.
NEWER = {"E08000038": "E08000016", "E08000039": "E08000019"}


class Shapes:
    """Outlines of a TopoJSON file: whether points lie inside an area, and points that do."""

    def __init__(self, content: dict[str, Any]) -> None:
        scale, start = (np.array(content["transform"][name]) for name in ("scale", "translate"))
        self.arcs = [np.cumsum(np.array(arc, dtype=float), axis=0) * scale + start for arc in content["arcs"]]
        self.objects = content["objects"]

    def rings(self, shape: dict[str, Any]) -> list[np.ndarray]:
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        return [
            np.vstack([self.arcs[i] if i >= 0 else self.arcs[~i][::-1] for i in ring])
            for polygon in polygons
            for ring in polygon
        ]

    def inside(self, points: np.ndarray, shape: dict[str, Any]) -> np.ndarray:
        """By how often a ray to the right crosses the outline."""
        crossed = np.zeros(len(points), dtype=int)
        x, y = points[:, :1], points[:, 1:]
        for ring in self.rings(shape):
            (x1, y1), (x2, y2) = ring[:-1].T, ring[1:].T
            spans = (y1 > y) != (y2 > y)
            with np.errstate(divide="ignore", invalid="ignore"):
                at = x1 + (y - y1) / (y2 - y1) * (x2 - x1)
            crossed += (spans & (x < at)).sum(axis=1)
        return crossed % 2 == 1

    def points(self, shape: dict[str, Any]) -> np.ndarray:
        """Some points inside an area."""
        corners = np.vstack(self.rings(shape))
        drawn = np.random.default_rng(1).uniform(corners.min(axis=0), corners.max(axis=0), (200, 2))
        return drawn[self.inside(drawn, shape)]


def test_members_are_those_inside_the_published_outlines(shared: Path) -> None:
    shapes = Shapes(json.loads((shared / "boundaries" / "uk_2014_2025.topojson").read_text()))
    now = [shape for shape in shapes.objects["utla"]["geometries"] if "end" not in shape["properties"]]
    areas = {shape["properties"]["areacd"]: shapes.points(shape) for shape in now if shape.get("arcs")}
    published = {}
    for shape in shapes.objects["cauth"]["geometries"]:
        about = shape["properties"]
        if about["areacd"].startswith("E47") and "end" not in about:
            inside = (
                code for code, points in areas.items() if len(points) and shapes.inside(points, shape).mean() > 0.5
            )
            published[about["areanm"]] = frozenset(NEWER.get(code, code) for code in inside)
    declared = {frozenset(group.members) for group in combined_authorities().group}
    assert len(published) == len(declared) == 15
    assert set(published.values()) == declared
