"""The shipped outlines and tiles, read back: TopoJSON decoded and checked, no geometry library needed.

A file may come from anywhere, so nothing in it is believed: every number is finite, every reference in range, every
ring closed, and the size of what a short file can unfold to is limited. Whatever is wrong becomes one StoreError
naming the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from math import dist
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import StoreError

T = TypeVar("T")
Ring = NDArray[np.float64]
Rings = dict[str, list[list[Ring]]]  # code → polygons → rings, the outer first; (n, 2)

BYTES = 20_000_000  # of a file
POINTS = 2_000_000  # of one object, unfolded
LATTICES = ("odd-r",)
RADIUS = 6_371_007.0  # metres: the sphere with the surface of the Earth
CENTRE = (-2.5, 54.5)  # degrees: the middle of Great Britain


def equal_area(points: Ring) -> Ring:
    """Longitude and latitude in degrees, ``(n, 2)``, as metres on Lambert's azimuthal equal-area map about ``CENTRE``.

    Areas keep their true proportions, so a map does not make the north larger. Snyder (1987), equations 24-2 to 24-4.

    >>> equal_area(np.array([[-2.5, 54.5], [-2.5, 55.5]])).round()
    array([[     0.,      0.],
           [     0., 111194.]])
    """
    along, up = np.radians(points - np.array([CENTRE[0], 0.0])).T
    middle = np.radians(CENTRE[1])
    nearness = np.sin(middle) * np.sin(up) + np.cos(middle) * np.cos(up) * np.cos(along)
    scale = RADIUS * np.sqrt(2 / (1 + nearness))
    x = scale * np.cos(up) * np.sin(along)
    y = scale * (np.cos(middle) * np.sin(up) - np.sin(middle) * np.cos(up) * np.cos(along))
    return np.column_stack([x, y])


@dataclass(frozen=True)
class Boundaries:
    """Outlines of the areas of several levels, sharing their borders.

    ``areas``: object → code → polygons → rings → arcs (~i is arc i backwards); ``arcs``: (n, 2) longitude and latitude
    in degrees.
    """

    areas: Mapping[str, Mapping[str, list[list[list[int]]]]]
    arcs: tuple[Ring, ...]
    attribution: str
    derivation: str = ""

    @cached_property
    def objects(self) -> tuple[str, ...]:
        """Names of the objects: the levels and vintages there are outlines for."""
        return tuple(sorted(self.areas))

    def codes(self, name: str) -> tuple[str, ...]:
        """Codes of the areas of an object, sorted; StoreError when there is no such object."""
        return tuple(sorted(self._object(name)))

    def rings(self, name: str) -> Rings:
        """Every area's polygons in degrees: outer ring first, anticlockwise, then holes, clockwise; rings are
        closed."""
        return {
            code: [[_wound(self._joined(ring), outer=not k) for k, ring in enumerate(polygon)] for polygon in area]
            for code, area in sorted(self._object(name).items())
        }

    def projected(self, name: str) -> Rings:
        """The same rings in metres on an equal-area map of Great Britain, for drawing: see ``equal_area``."""
        return {
            code: [[equal_area(ring) for ring in polygon] for polygon in area]
            for code, area in self.rings(name).items()
        }

    def geojson(self, name: str, properties: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Any]:
        """A FeatureCollection (RFC 7946) of an object; ``properties`` by code are added to each feature."""
        features = []
        for code, area in self.rings(name).items():
            parts = [[np.round(ring, 5).tolist() for ring in polygon] for polygon in area]
            shape = {"type": "Polygon", "coordinates": parts[0]}
            features.append(
                {
                    "type": "Feature",
                    "id": code,
                    "properties": {"code": code, **(properties or {}).get(code, {})},
                    "geometry": shape if len(parts) == 1 else {"type": "MultiPolygon", "coordinates": parts},
                }
            )
        return {"type": "FeatureCollection", "attribution": self.attribution, "features": features}

    def adjacent(self, name: str) -> dict[str, tuple[str, ...]]:
        """For every area, the areas that share a stretch of border with it (not merely a point)."""
        users: dict[int, set[str]] = {}
        for code, area in self._object(name).items():
            for arc in _flat(area):
                users.setdefault(max(arc, ~arc), set()).add(code)
        touching: dict[str, set[str]] = {code: set() for code in self._object(name)}
        for codes in users.values():
            for code in codes:
                touching[code] |= codes - {code}
        return {code: tuple(sorted(touching[code])) for code in sorted(touching)}

    def _object(self, name: str) -> Mapping[str, list[list[list[int]]]]:
        if name not in self.areas:
            raise StoreError(f"no outlines called {name!r}", remedy=f"there are {', '.join(self.objects) or 'none'}")
        return self.areas[name]

    def _joined(self, ring: list[int]) -> Ring:
        pieces = [self.arcs[arc] if arc >= 0 else self.arcs[~arc][::-1] for arc in ring]
        return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


@dataclass(frozen=True)
class Tiles:
    """One cell of equal size for every area. ``places``: code → (column, row), rows southwards."""

    lattice: str
    places: Mapping[str, tuple[int, int]]
    attribution: str

    def centres(self) -> dict[str, tuple[float, float]]:
        """Centres in widths of a tile, y downwards as on a page; pointed hexagons, odd rows half a tile to the
        right."""
        return {code: (column + 0.5 * (row % 2), row * 3**0.5 / 2) for code, (column, row) in self.places.items()}


def read_boundaries(path: Path | None = None) -> Boundaries:
    """Read and check a TopoJSON file, by default the shipped one (read once); StoreError when anything is wrong with
    it."""
    return _shipped() if path is None else _checked(path.name, path.read_bytes, _boundaries)


def read_tiles(path: Path | None = None) -> Tiles:
    """Read and check a tile layout, by default the shipped one; StoreError when anything is wrong with it."""
    if path is None:
        return _checked("tiles.json", files("goodwork.shipped").joinpath("tiles.json").read_bytes, _tiles)
    return _checked(path.name, path.read_bytes, _tiles)


@lru_cache(maxsize=1)
def _shipped() -> Boundaries:
    name = "boundaries.topojson"
    return _checked(name, files("goodwork.shipped").joinpath(name).read_bytes, _boundaries)


def _checked(name: str, read: Callable[[], bytes], decode: Callable[[Any], T]) -> T:
    try:
        raw = read()
        _need(len(raw) <= BYTES, f"it is larger than {BYTES:,} bytes")
        return decode(json.loads(raw, parse_constant=_no_number))
    except OSError as error:
        raise StoreError(f"{name} cannot be read: {error.strerror}", file=name) from error
    except RecursionError as error:
        raise StoreError(f"{name} is not usable: it is nested too deeply", file=name) from error
    except (ValueError, OverflowError) as error:  # ours, and json's and numpy's
        raise StoreError(f"{name} is not usable: {error}", file=name) from error


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is not a number")


def _need(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(what)


def _member(holder: Any, name: str, kind: type, where: str) -> Any:
    _need(isinstance(holder, dict), f"{where} is not an object")
    _need(isinstance(holder.get(name), kind), f"{where} has no {name!r} of type {kind.__name__}")
    return holder[name]


def _numbers(value: Any, where: str, columns: int) -> Ring:
    _need(isinstance(value, list) and len(value) > 0, f"{where} is not a list of positions")
    for position in value:
        ok = isinstance(position, list) and len(position) == columns
        _need(ok and all(type(v) in (int, float) and abs(v) < 1e12 for v in position), f"{where} has a bad position")
    return np.array(value, dtype=float)


def _boundaries(document: Any) -> Boundaries:
    _need(_member(document, "type", str, "the file") == "Topology", "it is not a Topology")
    scale, shift = np.ones(2), np.zeros(2)
    if "transform" in document:
        transform = _member(document, "transform", dict, "the file")
        scale, shift = (_numbers([transform.get(key)], f"transform {key}", 2)[0] for key in ("scale", "translate"))
    arcs = []
    for k, arc in enumerate(_member(document, "arcs", list, "the file")):
        points = _numbers(arc, f"arc {k}", 2)
        _need(len(points) > 1, f"arc {k} is a single point")
        places = np.cumsum(points, axis=0) * scale + shift if "transform" in document else points
        _need(bool((np.abs(places) <= (180, 90)).all()), f"arc {k} leaves the Earth")
        arcs.append(places)
    areas = {}
    for name, layer in _member(document, "objects", dict, "the file").items():
        _need(_member(layer, "type", str, name) == "GeometryCollection", f"{name} is not a GeometryCollection")
        areas[name] = dict(_areas(name, _member(layer, "geometries", list, name), arcs))
        _need(len(areas[name]) == len(layer["geometries"]), f"{name} has an area twice")
    said = [document.get(key, "") for key in ("attribution", "derivation")]
    _need(all(isinstance(text, str) for text in said), "attribution or derivation is not text")
    return Boundaries(areas, tuple(arcs), *said)


def _areas(name: str, geometries: list[Any], arcs: list[Ring]) -> Iterator[tuple[str, list[list[list[int]]]]]:
    sizes = [len(arc) for arc in arcs]
    ends = [(tuple(arc[0].tolist()), tuple(arc[-1].tolist())) for arc in arcs]
    points = 0
    for geometry in geometries:
        code = _member(_member(geometry, "properties", dict, f"an area of {name}"), "code", str, f"an area of {name}")
        kind = _member(geometry, "type", str, code)
        _need(kind in ("Polygon", "MultiPolygon"), f"{code} is a {kind}, not a polygon")
        area = _member(geometry, "arcs", list, code)
        area = [area] if kind == "Polygon" else area
        _need(len(area) > 0, f"{code} has no polygon")
        for polygon in area:
            _need(isinstance(polygon, list) and len(polygon) > 0, f"{code} has an empty polygon")
            for ring in polygon:
                _need(isinstance(ring, list) and len(ring) > 0, f"{code} has an empty ring")
                known = all(type(arc) is int and -len(arcs) <= arc < len(arcs) for arc in ring)
                _need(known, f"{code} uses an arc that is not there")
                count = sum(sizes[max(arc, ~arc)] - 1 for arc in ring)
                _need(count >= 3, f"{code} has a ring of fewer than 4 points")
                points += count
                _need(points <= POINTS, f"{name} unfolds to more than {POINTS:,} points")
                walk = [ends[arc] if arc >= 0 else ends[~arc][::-1] for arc in ring]
                joined = (dist(walk[k - 1][1], walk[k][0]) < 1e-9 for k in range(len(walk)))
                _need(all(joined), f"{code} has a ring that is not closed")
        yield code, area


def _tiles(document: Any) -> Tiles:
    lattice = _member(document, "lattice", str, "the file")
    _need(lattice in LATTICES, f"lattice {lattice[:20]!r} is not one of {', '.join(LATTICES)}")
    places = {}
    for code, cell in _member(document, "tiles", dict, "the file").items():
        ok = isinstance(cell, list) and len(cell) == 2 and all(type(v) is int and 0 <= v < 10_000 for v in cell)
        _need(ok, f"{code} has no [column, row]")
        places[code] = (cell[0], cell[1])
    _need(len(set(places.values())) == len(places), "two areas share a tile")
    return Tiles(lattice, places, _member(document, "attribution", str, "the file"))


def _flat(area: list[list[list[int]]]) -> Iterator[int]:
    return (arc for polygon in area for ring in polygon for arc in ring)


def _wound(ring: Ring, outer: bool) -> Ring:
    x, y = (ring - ring[0]).T
    anticlockwise = float(x[:-1] @ y[1:] - x[1:] @ y[:-1]) > 0
    return ring if anticlockwise == outer else ring[::-1]
