"""Names of groups by declared rules, from their centroids alone."""

from __future__ import annotations

import numpy as np
from tests.toyland import planted

from goodwork.analysis.archetypes import archetype_names, published_names
from goodwork.analysis.similarity import points_of
from goodwork.model.questions import Archetype


def test_archetypes_by_declared_rules() -> None:
    points = points_of(planted(2, 5, members=2), members=["jobs", "pay"])
    centroids = np.array([[1.0, -1.0], [0.1, 0.0], [1.2, -0.4], [-1.0, 0.0]])
    rules = [
        Archetype(name="Busy and poor", published="Ports", above=("jobs",), below=("pay",)),
        Archetype(name="Typical", near=("jobs",)),
    ]
    assert archetype_names(points, centroids, rules) == (
        "Busy and poor (worse on pay)", "Typical", "Busy and poor (better on pay)", "Lower on jobs",
    )  # fmt: skip
    assert published_names(points, centroids, rules) == ("Ports", "", "Ports", "")
    assert archetype_names(points, centroids, rules[:1])[1] == "Near the average throughout"
