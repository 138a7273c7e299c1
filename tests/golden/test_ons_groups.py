"""Our communities and neighbours beside groups and lists that the Office for National Statistics publishes.

ONS, *Explore Local Statistics*, economic model of clusters and of similar areas, Open Government Licence v3.0: letters
of the 98 unitary authorities and metropolitan districts outside London, and the lists of a few of them. ONS groups
districts by other, and more, figures: to be alike in part is all that can be expected.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from goodwork.analysis.agreement import adjusted_rand, contingency
from goodwork.analysis.neighbours import overlap
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.communities import communities_of
from goodwork.pipeline.material import shipped_material
from goodwork.pipeline.questions import neighbours_of

#: Cluster → the last two digits of codes, of unitary authorities (E06) and metropolitan districts (E08).
CLUSTERS = {
    ("E06", "A"): ("11 13 19 49 51 52 54 57 59 63 64 65 66"),
    ("E06", "B"): ("07 14 17 22 23 24 25 33 34 35 37 43 50 55 56 58 60"),
    ("E06", "C"): ("36 38 39 40 41 42"),
    ("E06", "D"): ("01 02 03 04 05 06 08 09 10 12 15 16 18 20 21 26 27 30 31 32 44 45 46 47 61 62"),
    ("E08", "B"): ("09 29"),
    ("E08", "D"): (
        "01 02 03 04 05 06 07 08 10 11 12 13 14 15 16 17 18 19 21 22 23 24 25 26 27 28 30 31 32 33 34 35 36 37"
    ),
}
#: Most similar areas of Middlesbrough, Blackpool, York, Leicester and Nottingham, the most similar first.
SIMILAR = {
    "E06000002": (
        "E08000025 E06000032 E08000012 S12000049 E08000001 E08000026 E08000017 S12000042 E08000032 E06000018 "
        "E06000009 E08000031 E08000030 E08000006 E06000016 E08000005 E08000003 W06000022 S12000039 E07000174"
    ),
    "E06000009": (
        "E06000018 E08000032 E08000012 E07000138 E06000021 S12000049 E06000016 E08000019 W06000011 S12000042 "
        "E06000027 E08000031 W06000022 E08000025 E06000032 E07000136 E08000026 E08000021 E06000026 E08000001"
    ),
    "E06000014": (
        "E07000226 E06000043 E07000234 E07000071 E06000050 E06000022 E10000032 E10000014 E07000041 S12000030 "
        "E06000058 E08000007 E08000029 E07000197 E07000096 W06000014 E06000054 E07000086 E07000245 E06000062"
    ),
    "E06000016": (
        "E08000032 E08000025 E08000031 E06000018 E08000001 E08000028 E06000008 E08000030 E06000021 E06000009 "
        "E08000012 E08000026 E06000032 S12000049 E08000005 E07000117 E06000010 E08000003 E06000002 E07000136"
    ),
    "E06000018": (
        "E06000009 E06000016 E08000025 E08000012 E08000032 E08000003 S12000049 E08000001 E06000008 E06000021 "
        "E08000031 E06000032 S12000042 E07000138 E06000002 E08000006 E08000026 E08000028 E07000136 E08000030"
    ),
}


@cache
def asked() -> Asked:
    material = shipped_material()
    return Asked.of(material, material.frameworks[0], "england-119", "2019")


def test_communities_are_like_the_published_clusters_in_part() -> None:
    theirs = {f"{kind}0000{n}": letter for (kind, letter), codes in CLUSTERS.items() for n in codes.split()}
    assert len(theirs) == 98
    found = communities_of(asked(), 4, draws=20)
    here = [i for i, area in enumerate(found.points.areas) if area in theirs]
    one = found.labels[here]
    other = np.array(["ABCD".index(theirs[found.points.areas[i]]) for i in here])
    index = float(adjusted_rand(contingency(one, other[None], 4))[0])
    assert 0.25 < index < 0.4
    shuffled = np.random.default_rng(1).permuted(np.tile(other, (200, 1)), axis=1)
    assert adjusted_rand(contingency(one, shuffled, 4)).max() < 0.1
    assert set(other[one == 0]) <= {0, 3}, "no area of our lowest community is in a cluster of high pay"


def test_neighbours_overlap_the_published_lists_more_than_chance_does() -> None:
    table = overlap(neighbours_of(asked(), 20), {area: text.split() for area, text in SIMILAR.items()})
    assert table["area"].tolist() == list(SIMILAR)
    assert table["shared"].sum() > 2 * table["chance"].sum()
    own = table.set_index("area")
    assert own.loc["E06000016", "shared"] >= 6
    assert own.loc["E06000014", "shared"] <= 2, "York is like other places by work than by what ONS looks at"
