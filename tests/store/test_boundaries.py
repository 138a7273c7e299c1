"""Outlines and tiles read back, and every way a file can be broken refused with a sentence."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodwork.errors import StoreError
from goodwork.store.boundaries import Boundaries, equal_area, read_boundaries, read_tiles

# Two unit squares side by side: A | B, sharing arc 0; B has a hole.
SQUARES = {
    "type": "Topology",
    "attribution": "nobody",
    "transform": {"scale": [1, 1], "translate": [0, 0]},
    "arcs": [
        [[10, 0], [0, 10]],
        [[10, 10], [-10, 0], [0, -10], [10, 0]],
        [[10, 0], [10, 0], [0, 10], [-10, 0]],
        [[14, 4], [2, 0], [0, 2], [-2, 0], [0, -2]],
    ],
    "objects": {
        "pair": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "properties": {"code": "A"}, "arcs": [[0, 1]]},
                {"type": "MultiPolygon", "properties": {"code": "B"}, "arcs": [[[2, -1], [3]]]},
            ],
        }
    },
}


def written(folder, document):
    path = folder / "some.topojson"
    path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    return path


def changed(path, value):
    """A copy of SQUARES with one member replaced."""
    document = json.loads(json.dumps(SQUARES))
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return document


def turn(ring):
    x, y = np.asarray(ring).T
    return float(x[:-1] @ y[1:] - x[1:] @ y[:-1]) / 2


@pytest.fixture
def pair(tmp_path) -> Boundaries:
    return read_boundaries(written(tmp_path, SQUARES))


def test_rings_are_joined_closed_and_wound(pair):
    rings = pair.rings("pair")
    assert pair.objects == ("pair",)
    assert pair.codes("pair") == ("A", "B")
    assert [turn(ring) for ring in rings["B"][0]] == [100, -4]
    assert turn(rings["A"][0][0]) == 100
    assert all((ring[0] == ring[-1]).all() for area in rings.values() for polygon in area for ring in polygon)


def test_adjacent_comes_from_shared_arcs(pair):
    assert pair.adjacent("pair") == {"A": ("B",), "B": ("A",)}


def test_geojson_is_wound_as_rfc_7946_asks_and_carries_properties(pair):
    collection = pair.geojson("pair", {"A": {"score": 1.5}})
    first, second = collection["features"]
    assert first["properties"] == {"code": "A", "score": 1.5}
    assert second["properties"] == {"code": "B"}
    assert turn(first["geometry"]["coordinates"][0]) > 0
    assert turn(second["geometry"]["coordinates"][1]) < 0
    assert collection["attribution"] == "nobody"
    json.dumps(collection, allow_nan=False)


def test_an_unknown_object_is_named_with_those_there_are(pair):
    with pytest.raises(StoreError, match="pair"):
        pair.rings("parishes")


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (b"", "not usable"),
        (json.dumps(SQUARES).encode()[:200], "not usable"),
        (b"\xff\xfe\x00", "not usable"),
        (b"[" * 200_000, "nested"),
        (b"[]", "not an object"),
        (json.dumps(SQUARES).replace("[10, 0]", "[NaN, 0]").encode(), "NaN is not a number"),
        (json.dumps(SQUARES).replace("[10, 0]", "[1e999, 0]").encode(), "bad position"),
        (json.dumps(SQUARES).replace("[10, 0]", "[-Infinity, 0]").encode(), "not a number"),
        (changed(["type"], "FeatureCollection"), "not a Topology"),
        (changed(["arcs"], {}), "arcs"),
        (changed(["arcs", 0], []), "arc 0"),
        (changed(["arcs", 0], [[10, 0]]), "single point"),
        (changed(["arcs", 0], [[10, 0], [0]]), "bad position"),
        (changed(["arcs", 0], [[10, 0], ["0", 10]]), "bad position"),
        (changed(["arcs", 0], [[10, 0], [True, 10]]), "bad position"),
        (changed(["arcs", 0], [[10, 0], [0, 9]]), "not closed"),
        (changed(["arcs", 0], [[10, 0], [0, 1000]]), "leaves the Earth"),
        (changed(["transform"], {"scale": [1, 1]}), "translate"),
        (changed(["transform", "scale"], [1, None]), "scale"),
        (changed(["objects"], []), "objects"),
        (changed(["objects", "pair"], {"type": "Polygon", "arcs": [[0, 1]]}), "GeometryCollection"),
        (changed(["objects", "pair", "geometries", 0, "type"], "LineString"), "LineString"),
        (changed(["objects", "pair", "geometries", 0, "properties"], {}), "code"),
        (changed(["objects", "pair", "geometries", 0, "properties", "code"], "B"), "twice"),
        (changed(["objects", "pair", "geometries", 0, "arcs"], []), "empty polygon"),
        (changed(["objects", "pair", "geometries", 1, "arcs"], []), "no polygon"),
        (changed(["objects", "pair", "geometries", 0, "arcs"], [[]]), "empty ring"),
        (changed(["objects", "pair", "geometries", 0, "arcs"], [[4]]), "not there"),
        (changed(["objects", "pair", "geometries", 0, "arcs"], [[-5]]), "not there"),
        (changed(["objects", "pair", "geometries", 0, "arcs"], [[0.0, 1]]), "not there"),
        (changed(["objects", "pair", "geometries", 0, "arcs"], [["0"]]), "not there"),
        (changed(["objects", "pair", "geometries", 0, "arcs"], [[0, -1]]), "fewer than 4"),
        (changed(["objects", "pair", "geometries", 0, "arcs"], [[3] * 600_000]), "unfolds"),
        (changed(["objects", "pair", "geometries", 0], 7), "not an object"),
        (changed(["attribution"], 7), "attribution"),
    ],
)
def test_a_broken_file_is_refused_with_a_sentence(tmp_path, document, says):
    with pytest.raises(StoreError, match=says) as caught:
        read_boundaries(written(tmp_path, document))
    assert "some.topojson" in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_change_of_a_byte_is_read_or_refused_never_a_crash(tmp_path_factory, data):
    raw = bytearray(json.dumps(SQUARES).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = written(tmp_path_factory.mktemp("fuzz"), bytes(raw))
    try:
        found = read_boundaries(path)
    except StoreError:
        return
    for name in found.objects:
        found.geojson(name)
        found.adjacent(name)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(StoreError, match="cannot be read"):
        read_boundaries(tmp_path / "none.topojson")


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"lattice": "spiral", "tiles": {}, "attribution": ""}, "spiral"),
        ({"lattice": "odd-r", "tiles": {"A": [0, 0], "B": [0, 0]}, "attribution": ""}, "share a tile"),
        ({"lattice": "odd-r", "tiles": {"A": [0, 0.5]}, "attribution": ""}, "column"),
        ({"lattice": "odd-r", "tiles": {"A": [0, -1]}, "attribution": ""}, "column"),
        ({"lattice": "odd-r", "attribution": ""}, "tiles"),
    ],
)
def test_broken_tiles_are_refused(tmp_path, document, says):
    with pytest.raises(StoreError, match=says):
        read_tiles(written(tmp_path, document))


# the shipped files


def test_shipped_levels_and_counts():
    shipped = read_boundaries()
    assert {name: len(shipped.codes(name)) for name in shipped.objects} == {
        "country": 4,
        "region": 9,
        "upper_tier_2018": 152,
        "upper_tier_2023": 207,
    }
    assert read_boundaries() is shipped


def test_neighbours_on_the_ground():
    near = read_boundaries().adjacent("upper_tier_2023")
    assert near["E09000001"] == ("E09000007", "E09000012", "E09000019", "E09000028", "E09000030", "E09000033")
    assert near["E06000014"] == ("E06000011", "E06000065")  # York: East Riding, North Yorkshire
    assert near["E06000053"] == ()
    assert all(a in near[b] for a in near for b in near[a])
    countries = read_boundaries().adjacent("country")
    assert countries == {
        "E92000001": ("S92000003", "W92000004"),
        "N92000002": (),
        "S92000003": ("E92000001",),
        "W92000004": ("E92000001",),
    }


def test_the_projection_is_lamberts():
    """Against PROJ's own, on the same sphere; and areas are true."""
    from pyproj import Transformer

    middle = "+proj=laea +lat_0=54.5 +lon_0=-2.5 +R=6371007 +units=m +no_defs"
    step = Transformer.from_crs("+proj=longlat +R=6371007 +no_defs", middle, always_xy=True).transform
    points = np.column_stack(
        [np.random.default_rng(1).uniform(-8, 2, 200), np.random.default_rng(2).uniform(49, 61, 200)]
    )
    np.testing.assert_allclose(equal_area(points), np.column_stack(step(*points.T)), atol=1e-3)


def test_pages_can_draw_tiles_from_their_centres():
    places, centres = read_tiles().places, read_tiles().centres()
    assert list(places) == list(centres)
    for one, other in pairwise(sorted(centres.values())):
        assert np.hypot(one[0] - other[0], one[1] - other[1]) > 0.999
    assert centres["S12000027"][1] < centres["E06000014"][1] < centres["E06000052"][1]  # Shetland, York, Cornwall
