"""The shapes: topology kept, faults repaired, the shipped file as true as its size allows."""

from __future__ import annotations

import csv
import json
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from goodwork.errors import DataError, StoreError
from goodwork.store.boundaries import equal_area, read_boundaries

shapely = pytest.importorskip("shapely", reason="building shapes needs the extra 'shapes'")
from goodwork.geography import shapes  # noqa: E402

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is absent")
needs_packages = pytest.mark.skipif(
    not (find_spec("covidatx") and find_spec("geoviews")), reason="covidatx and geoviews are not installed"
)


def drawn(name):
    """Polygons of a shipped object in metres."""
    return {
        code: shapely.multipolygons(
            [shapely.polygons(p[0], [shapely.linearrings(h) for h in p[1:]] or None) for p in area]
        )
        for code, area in read_boundaries().projected(name).items()
    }


def squares(side=10_000.0, wiggle=300.0):
    """Four districts in a square, their common borders wavy, the last with an islet and a skerry."""
    t = np.linspace(0, 1, 60)
    wave = wiggle * np.sin(t * 23)
    down = np.column_stack([side + wave, 2 * side * t])
    across = np.column_stack([2 * side * t, side + wave])
    sea = shapely.box(0, 0, 2 * side, 2 * side)
    faces = shapely.get_parts(
        shapely.polygonize(
            shapely.get_parts(shapely.union_all([sea.exterior, *map(shapely.linestrings, (down, across))]))
        )
    )
    named = {}
    for face in faces:
        x, y = face.representative_point().coords[0]
        named[f"D{int(x > side) + 2 * int(y > side)}"] = face
    islet = shapely.box(3 * side, 0, 3.4 * side, 4000)
    skerry = shapely.box(3.6 * side, 0, 3.6 * side + 300, 300)
    named["D1"] = shapely.multipolygons([named["D1"], islet, skerry])
    corner = np.array([400_000, 300_000])
    return {code: shapely.transform(named[code], lambda xy: xy + corner) for code in sorted(named)}


LOOKUP = {
    "country": dict.fromkeys(["D0", "D1", "D2", "D3"], "C"),
    "region": {"D0": "R1", "D1": "R1", "D2": "R2", "D3": "R2"},
    "upper_tier_2018": {"D0": "A", "D1": "B", "D2": "A"},
    "upper_tier_2023": {"D0": "A", "D1": "B", "D2": "C", "D3": "D"},
}


@pytest.fixture
def built(tmp_path):
    path = tmp_path / "toy.topojson"
    path.write_bytes(shapes.encoded(shapes.topology(shapes.planar(squares(), {}), LOOKUP)))
    return read_boundaries(path)


def test_neighbours_share_arcs_and_only_neighbours(built):
    assert built.adjacent("upper_tier_2023") == {"A": ("B", "C"), "B": ("A", "D"), "C": ("A", "D"), "D": ("B", "C")}
    assert built.adjacent("region") == {"R1": ("R2",), "R2": ("R1",)}


def test_a_region_is_the_union_of_its_areas_to_the_last_digit(built):
    def edges(name, codes):
        found = {}
        for code in codes:
            for polygon in built.rings(name)[code]:
                for ring in polygon:
                    for a, b in zip(ring.tolist(), ring.tolist()[1:], strict=False):
                        key = frozenset((tuple(a), tuple(b)))
                        found[key] = found.get(key, 0) + 1
        return {edge for edge, times in found.items() if times == 1}

    assert edges("region", ["R1"]) == edges("upper_tier_2023", ["A", "B"])


def test_skerries_go_and_islets_stay(built):
    assert [len(area) for area in built.rings("upper_tier_2023").values()] == [1, 2, 1, 1]


def test_an_area_that_is_only_small_islands_keeps_them():
    toy = squares() | {"D4": shapely.multipolygons([shapely.box(0, 0, 900, 900), shapely.box(2000, 0, 2900, 900)])}
    lookup = LOOKUP | {level: LOOKUP[level] | {"D4": "Z"} for level in ("country", "upper_tier_2023")}
    layer = shapes.topology(shapes.planar(toy, {}), lookup)["objects"]["upper_tier_2023"]
    assert len(layer["geometries"][-1]["arcs"]) == 2


def test_overlaps_slivers_and_invalid_rings_are_repaired():
    toy = squares()
    toy["D0"] = toy["D0"].buffer(40, join_style="mitre")  # overlaps its neighbours
    toy["D3"] = toy["D3"].buffer(-0.4)  # leaves a sliver
    bow = [(450_000, 300_000), (460_000, 310_000), (460_000, 300_000), (450_000, 310_000)]
    toy["D5"] = shapely.polygons(bow)  # crosses itself
    clean = shapes.planar(toy, {})
    pieces = np.array(list(clean.values()))
    assert shapely.is_valid(pieces).all()
    assert shapely.coverage_is_valid(pieces)
    assert clean["D5"].area == pytest.approx(5e7, rel=1e-3)


def test_a_merged_district_is_divided_along_the_earlier_border():
    whole = shapely.box(400_000, 100_000, 430_000, 110_000)
    earlier = {
        "E06000028": shapely.box(410_000, 100_500, 420_000, 109_500),
        "E06000029": shapely.box(400_000, 100_500, 410_000, 109_500),
        "E07000048": shapely.box(420_000, 100_500, 430_000, 109_500),
    }
    clean = shapes.planar({"E06000058": whole}, earlier)
    assert {code: round(part.area / 1e6) for code, part in clean.items()} == dict.fromkeys(earlier, 100)


def test_the_same_districts_give_the_same_bytes_in_any_order():
    toy = squares()
    backwards = dict(reversed(toy.items()))
    one, other = (shapes.encoded(shapes.topology(shapes.planar(each, {}), LOOKUP)) for each in (toy, backwards))
    assert one == other


def test_districts_without_a_place_in_the_lookup_are_named():
    lookup = LOOKUP | {"country": {"D0": "C"}, "region": LOOKUP["region"] | {"D9": "R9"}}
    with pytest.raises(DataError, match="D3") as caught:
        shapes.topology(shapes.planar(squares(), {}), lookup)
    assert "R9" in str(caught.value)


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(StoreError, match="not installed"):
        shapes.packaged("no_such_package_here", "x.shp")
    pytest.importorskip("shapefile")
    with pytest.raises(StoreError, match="no districts"):
        shapes.read_districts(tmp_path / "none.shp", "code")


# the shipped file


def test_the_shipped_file_is_small_and_says_whose_it_is():
    raw = files("goodwork.shipped").joinpath("boundaries.topojson").read_bytes()
    assert len(raw) <= 400_000
    assert "Open Government Licence v3.0" in read_boundaries().attribution
    assert raw == shapes.encoded(json.loads(raw))


@pytest.mark.parametrize("name", ["country", "region", "upper_tier_2018", "upper_tier_2023"])
def test_shipped_polygons_are_valid_and_leave_no_gaps(name):
    pieces = np.array(list(drawn(name).values()))
    assert shapely.is_valid(pieces).all()
    degrees = read_boundaries().rings(name)
    flat = [shapely.multipolygons([shapely.polygons(p[0], p[1:] or None) for p in area]) for area in degrees.values()]
    assert shapely.coverage_is_valid(flat)  # projected curves would meet again only to a micrometre
    assert shapely.get_num_interior_rings(shapely.get_parts(shapely.union_all(flat))).sum() == 0


def test_small_areas_are_there_and_london_is_recognisable():
    area = drawn("upper_tier_2023")
    assert {"E09000001", "E06000053"} <= set(area)
    assert area["E09000001"].area / 1e6 == pytest.approx(2.9, rel=0.02)
    assert len(area["E06000053"].geoms) >= 5
    london = [piece for code, piece in area.items() if code.startswith("E09")]
    assert len(london) == 33
    assert min(shapely.get_num_coordinates(london)) >= 30


@pytest.mark.shared
@needs_shared
def test_the_codes_are_those_of_the_lists():
    with (SHARED / "observations" / "areas.csv").open(encoding="utf-8") as lines:
        upper = {row["code"] for row in csv.DictReader(lines) if row["level"] == "utla" and row["code"][0] != "N"}
    earlier = json.loads((SHARED / "boundaries" / "utla18_england.geojson").read_text(encoding="utf-8"))["features"]
    shipped = read_boundaries()
    assert set(shipped.codes("upper_tier_2023")) == upper
    assert set(shipped.codes("upper_tier_2018")) == {feature["properties"]["ucd"] for feature in earlier}


@pytest.mark.shared
@needs_shared
@pytest.mark.parametrize(
    ("name", "file", "field", "least", "usual"),
    [
        ("upper_tier_2023", "utla2023.geojson", "code", 0.88, 0.975),
        ("upper_tier_2018", "utla18_england.geojson", "ucd", 0.80, 0.93),  # a coarse file: a tenth of our points
    ],
)
def test_areas_agree_with_independent_shapes(name, file, field, least, usual):
    features = json.loads((SHARED / "boundaries" / file).read_text(encoding="utf-8"))["features"]
    truth = {
        feature["properties"][field]: shapely.transform(
            shapely.make_valid(shapely.geometry.shape(feature["geometry"])),
            equal_area,
        )
        for feature in features
    }
    ours = drawn(name)
    both = {code: shapely.intersection(ours[code], truth[code]).area for code in ours}
    shared = {code: both[code] / (ours[code].area + truth[code].area - both[code]) for code in ours}
    error = {code: ours[code].area / truth[code].area - 1 for code in ours}
    coarse = {"E06000053", "E09000001"}  # the Isles of Scilly and the City are caricatures in the independent file
    assert min(shared[code] for code in ours if code not in coarse) > least
    assert np.median(list(shared.values())) > usual
    if name == "upper_tier_2023":
        assert max(abs(e) for e in error.values()) < 0.03


@pytest.mark.shared
@needs_shared
@needs_packages
def test_the_shipped_files_can_be_rebuilt_to_the_byte(tmp_path):
    tables = SHARED / "observations"
    shapes.main(
        [
            f"--lookup={tables / 'lookup_any_lad_to_utla2023.csv'}",
            f"--lookup-2018={tables / 'lookup_ltla19_utla19.csv'}",
            f"--out={tmp_path / 'boundaries.topojson'}",
            f"--tiles={tmp_path / 'tiles.json'}",
        ]
    )
    for name in ("boundaries.topojson", "tiles.json"):
        assert (tmp_path / name).read_bytes() == files("goodwork.shipped").joinpath(name).read_bytes()
