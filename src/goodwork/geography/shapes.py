"""Outlines of areas: districts dissolved into areas and simplified once, so that neighbours keep the very same border.

Two packages of the Python registry carry UK districts. Measured in British National Grid:

===========================  ==========================================  =====================================
..                           covidatx 0.1.7, December 2019               geoviews 1.15.1, 2016
===========================  ==========================================  =====================================
detail (points a district)   1,270: coast and borders good to 20 m       46: a London borough has 8 to 24
validity                     all valid; one border overlaps by 224 m²    one district of the 399 is invalid
gaps inside Great Britain    none                                        2 pinholes
City of London               60 points, 2.89 km²                         8 points, IoU 0.69 with the other
Isles of Scilly              16.4 km², every island                      5.6 km², IoU 0.29 with the other
codes                        as published                                one empty code; Northern Ireland pre-2015
===========================  ==========================================  =====================================

So covidatx gives every line but two. It cannot give the county areas of 2013–18, because Bournemouth, Poole and Christchurch had
merged by 2019: their two inner borders, and nothing else, come from geoviews. One topology then serves every vintage.

Steps: borders are noded on a 1 m grid and re-assembled into faces (no overlaps, no slivers); faces are dissolved into *atoms*, the
largest pieces no level divides; small free-standing islets go; atoms' borders are cut where three meet into *arcs*; each arc is
thinned (Visvalingam's triangle areas) with a finer tolerance beside smaller areas; wherever thinning or rounding made lines touch,
it is redone more finely; every level is then written as references to the same arcs.

    python -m goodwork.geography.shapes --lookup ANY_YEAR.csv --lookup-2018 LTLA19.csv --out boundaries.topojson --tiles tiles.json

Reference: Visvalingam & Whyatt (1993), Line generalisation by repeated elimination of points, Cartographic Journal 30.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from goodwork.errors import DataError, Fault, StoreError, raise_faults
from goodwork.geography.tiles import layout_quality, tile_layout

DISTRICTS_2019 = ("covidatx", "geo_data/Local_Authority_Districts.shp", "lad19cd")
DISTRICTS_2016 = ("geoviews", "examples/assets/boundaries/boundaries.shp", "code")
LEVELS = ("country", "region", "upper_tier_2018", "upper_tier_2023")
DIVIDED = {"E06000058": ("E06000028", "E06000029", "E07000048")}  # merged in 2019 → as they were
UNTIL_2018 = {"E06000028": "E06000028", "E06000029": "E06000029", "E07000048": "E10000009", "E06000059": "E10000009"}
NAMES = {
    "North East": "E12000001", "North West": "E12000002", "Yorkshire and The Humber": "E12000003",
    "East Midlands": "E12000004", "West Midlands": "E12000005", "East of England": "E12000006", "London": "E12000007",
    "South East": "E12000008", "South West": "E12000009",
    "England": "E92000001", "Northern Ireland": "N92000002", "Scotland": "S92000003", "Wales": "W92000004",
}  # fmt: skip
# One transformation whatever grid files a machine has (EPSG:1314, good to 5 m), so that bytes do not depend on it.
NATIONAL_GRID = (
    "+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy "
    "+towgs84=446.448,-125.157,542.06,0.15,0.247,0.842,-20.489 +units=m +no_defs"
)
STEP = 0.00005  # degrees: one unit of the quantised file, 5.6 m north–south
ATTRIBUTION = (
    "Contains OS data © Crown copyright and database right 2016, 2020. Contains National Statistics data © Crown copyright and "
    "database right 2016, 2020. Source: Office for National Statistics licensed under the Open Government Licence v3.0."
)
DERIVATION = (
    "Districts of December 2019 (as packaged in covidatx 0.1.7), with the borders of 2016 between Bournemouth, Poole and "
    "Christchurch (as packaged in geoviews 1.15.1), dissolved, small islets dropped, simplified and quantised by "
    "goodwork.geography.shapes."
)

Polygons = dict[str, list[list[list[int]]]]  # code → polygons → rings → arcs (~i is arc i walked backwards)


def planar(districts: Mapping[str, BaseGeometry], earlier: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Districts as a faultless coverage in whole metres: every patch of ground in one district, every border drawn once.

    ``earlier`` holds parts of a district of DIVIDED; only the borders between them are used. Where two districts overlap, the
    first in code order keeps the ground.
    """
    codes = sorted(districts)
    whole = shapely.make_valid(np.array([districts[code] for code in codes]))
    lines = list(shapely.boundary(whole))
    for merged, parts in DIVIDED.items():
        known = [earlier[part] for part in parts if part in earlier]
        for k, one in enumerate(known):
            for other in known[:k]:
                border = shapely.line_merge(shapely.intersection(one.boundary, other.boundary))
                lines += [_extended(line) for line in shapely.get_parts(border) if merged in districts and line.length > 0]
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(lines, grid_size=1.0))))
    face, owner = shapely.STRtree(whole).query(shapely.point_on_surface(faces), predicate="within")
    first = np.full(len(faces), len(codes))
    np.minimum.at(first, face, owner)
    members: dict[str, list[BaseGeometry]] = {}
    for polygon, index in zip(faces, first, strict=True):
        code = codes[index] if index < len(codes) else None
        if code in DIVIDED and earlier:
            centre = polygon.representative_point()
            code = min((part for part in DIVIDED[code] if part in earlier), key=lambda part: earlier[part].distance(centre))
        if code is not None:
            members.setdefault(code, []).append(polygon)
    return {code: shapely.coverage_union_all(members[code]) for code in sorted(members)}


def _extended(line: BaseGeometry, by: float = 3000.0) -> BaseGeometry:
    """The line continued straight on at both ends, so that it surely crosses the coarser or finer outline beyond."""
    points = shapely.get_coordinates(line)
    head, tail = points[0] - points[1], points[-1] - points[-2]
    ends = points[0] + head / np.hypot(*head) * by, points[-1] + tail / np.hypot(*tail) * by
    return shapely.linestrings(np.vstack([ends[0], points, ends[1]]))


def atoms(
    districts: Mapping[str, BaseGeometry], lookup: Mapping[str, Mapping[str, str]], islet: float, share: float
) -> dict[tuple[str, ...], BaseGeometry]:
    """The largest pieces of ground that no level divides, without islets: free-standing polygons below ``islet`` km² that are
    also below ``share`` of their piece's largest polygon. Keys: the codes of the areas at LEVELS ("" where there is none).
    """
    groups: dict[tuple[str, ...], list[BaseGeometry]] = {}
    for code, geometry in districts.items():
        groups.setdefault(tuple(lookup[level].get(code, "") for level in LEVELS), []).append(geometry)
    merged = {key: shapely.get_parts(shapely.coverage_union_all(groups[key])) for key in sorted(groups) if any(key)}
    parts = np.concatenate(list(merged.values()))
    left, right = shapely.STRtree(parts).query(parts, predicate="intersects")
    joined = set(shapely.to_wkb(parts[left[left != right]]))
    kept = {}
    for key, polygons in merged.items():
        size = shapely.area(polygons)
        stays = (size >= min(islet * 1e6, share * size.max())) | np.array([p.wkb in joined for p in polygons])
        kept[key] = shapely.multipolygons(polygons[stays])
    return kept


def cut(pieces: Mapping[str, BaseGeometry], junctions: set[complex], arcs: dict[bytes, int]) -> Polygons:
    """Rings written as arcs, borders between two junctions; new arcs are numbered in order of appearance."""
    polygons: Polygons = {}
    for code in sorted(pieces):
        polygons[code] = [
            [_ring(shapely.get_coordinates(ring)[:-1] @ (1, 1j), junctions, arcs) for ring in shapely.get_rings(part)]
            for part in shapely.get_parts(shapely.orient_polygons(pieces[code]))
        ]
    return polygons


def _ring(points: np.ndarray, junctions: set[complex], arcs: dict[bytes, int]) -> list[int]:
    marks = [k for k, point in enumerate(points) if point in junctions]
    if not marks:
        marks = [int(np.lexsort((points.imag, points.real))[0])]
    points = np.roll(points, -marks[0])
    stops = [k - marks[0] for k in marks] + [len(points)]
    points = np.append(points, points[0])
    refs = []
    for start, stop in zip(stops, stops[1:], strict=False):
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
    for ring in shapely.get_rings(np.asarray(pieces)):
        points = shapely.get_coordinates(ring) @ (1, 1j)
        edges.append(np.sort(np.column_stack([points[:-1], points[1:]]), axis=1))
    point, degree = np.unique(np.unique(np.concatenate(edges), axis=0), return_counts=True)
    return set(point[degree != 2].tolist())


def thin(points: np.ndarray, tolerance: np.ndarray) -> np.ndarray:
    """Which points of a line stay when triangles below tolerance² go, smallest first; the ends stay. Shapes: (n,), (n,) metres.

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
