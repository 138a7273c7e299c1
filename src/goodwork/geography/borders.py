"""Borders between areas: cut where three meet, thinned once, so that both neighbours keep the very same line.

Lines are arrays of complex numbers or of points in British National Grid metres. Reference: Visvalingam & Whyatt
(1993), Line generalisation by repeated elimination of points, Cartographic Journal 30.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from goodwork.errors import DataError

Array = NDArray[Any]
Polygons = dict[str, list[list[list[int]]]]  # code → polygons → rings → arcs (~i is arc i walked backwards)
# One transformation whatever grid files a machine has (EPSG:1314, good to 5 m), so that bytes do not depend on it.
NATIONAL_GRID = (
    "+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy "
    "+towgs84=446.448,-125.157,542.06,0.15,0.247,0.842,-20.489 +units=m +no_defs"
)
STEP = 0.00001  # degrees: one unit of the quantised file, 1.1 m north–south


def cut(pieces: Mapping[str, BaseGeometry], junctions: set[complex], arcs: dict[bytes, int]) -> Polygons:
    """Rings written as arcs, borders between two junctions; new arcs are numbered in order of appearance."""
    polygons: Polygons = {}
    for code in sorted(pieces):
        polygons[code] = [
            [_ring(shapely.get_coordinates(ring)[:-1] @ (1, 1j), junctions, arcs) for ring in shapely.get_rings(part)]
            for part in shapely.get_parts(shapely.orient_polygons(pieces[code]))
        ]
    return polygons


def _ring(points: Array, junctions: set[complex], arcs: dict[bytes, int]) -> list[int]:
    marks = [k for k, point in enumerate(points) if point in junctions]
    if not marks:
        marks = [int(np.lexsort((points.imag, points.real))[0])]
    points = np.roll(points, -marks[0])
    stops = [k - marks[0] for k in marks] + [len(points)]
    points = np.append(points, points[0])
    refs = []
    for start, stop in pairwise(stops):
        arc = points[start : stop + 1]
        forward, backward = arc.tobytes(), arc[::-1].tobytes()
        if forward in arcs or backward not in arcs:
            refs.append(arcs.setdefault(forward, len(arcs)))
        else:
            refs.append(~arcs[backward])
    return refs


def junctions_of(pieces: Sequence[BaseGeometry]) -> set[complex]:
    """Points where three or more borders meet: the ends of arcs. Shapes: coverage pieces → set of x + iy in metres."""
    edges = []
    for ring in shapely.get_rings(shapely.get_parts(np.asarray(pieces))):
        points = shapely.get_coordinates(ring) @ (1, 1j)
        edges.append(np.sort(np.column_stack([points[:-1], points[1:]]), axis=1))
    point, degree = np.unique(np.unique(np.concatenate(edges), axis=0), return_counts=True)
    return set(point[degree != 2].tolist())


def thin(points: Array, tolerance: Array) -> Array:
    """Which points of a line stay when triangles below tolerance² go, smallest first; the ends stay. Shapes: (n,),
    (n,) metres.

    >>> thin(np.array([0, 1 + 0.1j, 2, 3 + 5j, 4]), np.ones(5)).tolist()
    [0, 2, 3, 4]
    """
    keep = np.arange(len(points))
    limit = tolerance**2
    while len(keep) > 2:
        before, here, after = points[keep[:-2]], points[keep[1:-1]], points[keep[2:]]
        area = np.abs(((here - before).conjugate() * (after - before)).imag) / 2
        padded = np.concatenate([[np.inf], area, [np.inf]])
        goes = (area < limit[keep[1:-1]]) & (area < padded[:-2]) & (area <= padded[2:])
        if not goes.any():
            break
        keep = np.delete(keep, 1 + np.flatnonzero(goes))
    return keep


def settle(arcs: Sequence[Array], tolerance: Sequence[Array], parts: Sequence[list[list[int]]]) -> list[Array]:
    """Arcs thinned and quantised so that no two lines touch but at their ends and no islet is swallowed by a thinned
    coast.

    Shapes: arcs of x + iy in metres → arcs (n, 2) in STEPs of longitude and latitude. ``parts``: polygons as rings of
    arcs.
    """
    flat, limit = np.concatenate(arcs), np.concatenate(tolerance)
    start = np.concatenate([[0], np.cumsum([len(arc) for arc in arcs])])
    lonlat = Transformer.from_crs(NATIONAL_GRID, 4326, always_xy=True).transform(flat.real, flat.imag)
    grid, ground = (
        np.round(np.column_stack(lonlat) / STEP).astype(int),
        cKDTree(np.column_stack([flat.real, flat.imag])),
    )
    for _ in range(25):
        kept = [start[k] + thin(arc, limit[start[k] : start[k + 1]]) for k, arc in enumerate(arcs)]
        kept = [
            keep[np.append(True, np.diff(grid[keep], axis=0).any(axis=1))] if len(keep) > 2 else keep for keep in kept
        ]
        one, two = (np.concatenate([keep[way] for keep in kept]) for way in (slice(None, -1), slice(1, None)))
        if len(segments := _clashes(grid[one], grid[two])):
            for k in segments:
                limit[one[k] : two[k] + 1] /= 2
            continue
        thinned = [grid[keep] for keep in kept]
        swallowed = _swallowed(np.array([polygon_of(part, thinned) for part in parts], dtype=object))
        if not len(swallowed):
            return thinned
        for k in swallowed:
            place = np.concatenate([flat[kept[max(ref, ~ref)]] for ref in parts[k][0]])
            near = ground.query_ball_point(np.column_stack([place.real, place.imag]), 3000)
            limit[np.unique(np.concatenate(near).astype(int))] /= 2
    raise DataError("borders could not be simplified without touching", remedy="ask for more detail")


def _clashes(one: Array, two: Array) -> Array:
    """Which segments touch another elsewhere than at a common end, or run along it. Shapes: (n, 2), (n, 2) →
    indices."""
    lines = shapely.linestrings(np.stack([one, two], axis=1))
    left, right = shapely.STRtree(lines).query(lines, predicate="intersects")
    left, right = left[left < right], right[left < right]
    meet = np.zeros(len(left), dtype=bool)
    for mine in (one, two):
        for theirs in (one, two):
            meet |= (mine[left] == theirs[right]).all(axis=1)
    clash = ~meet
    clash[meet] = shapely.relate_pattern(lines[left[meet]], lines[right[meet]], "T********")
    return np.unique(np.concatenate([left[clash], right[clash]]))


def _swallowed(polygons: Array) -> Array:
    """Which polygons lie on another, larger one."""
    left, right = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    size = shapely.area(polygons)
    pair = (left != right) & (size[left] <= size[right])
    left, right = left[pair], right[pair]
    return np.unique(left[shapely.relate_pattern(polygons[left], polygons[right], "2********")])


def polygon_of(rings: list[list[int]], arcs: Sequence[Array]) -> BaseGeometry:
    """The polygon that references to arcs draw: first ring outside, the others holes (``~i`` walks arc i backwards)."""
    drawn = [np.concatenate([arcs[ref] if ref >= 0 else arcs[~ref][::-1] for ref in ring]) for ring in rings]
    return shapely.polygons(drawn[0], [shapely.linearrings(hole) for hole in drawn[1:]] or None)
