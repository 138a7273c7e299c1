"""Groups of areas named by rule, from their centroids alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from goodwork.analysis.similarity import Points
from goodwork.model.panel import Values
from goodwork.model.questions import Archetype

#: Standard deviations from the average of all areas from which a centroid counts as above or below it.
MARGIN = 0.25


def archetype_names(points: Points, centroids: Values, rules: Sequence[Archetype] = ()) -> tuple[str, ...]:
    """A name for each group from its standardised centroid ``(groups, members)``: that of the first rule that fits, or
    one made from the domains on which it stands above or below the average by ``MARGIN``. Names differ.

    >>> from goodwork.analysis.similarity import points_of
    >>> points = points_of(np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 2.0]]), members=["work", "pay"])
    >>> archetype_names(points, np.array([[-1.0, -0.9], [0.0, 0.1], [1.0, -0.5]]))
    ('Low throughout', 'Near the average throughout', 'Higher on work, lower on pay')
    """
    found = [_rule(points, centroid, rules) for centroid in centroids]
    names = [rule.name if rule else _made(points, own) for rule, own in zip(found, centroids, strict=True)]
    return _told_apart(points, centroids, names)


def published_names(points: Points, centroids: Values, rules: Sequence[Archetype]) -> tuple[str, ...]:
    """What others have called a group with such a centroid ``(groups, members)``, by the first rule that fits; empty
    where none does."""
    found = [_rule(points, centroid, rules) for centroid in centroids]
    return tuple(rule.published if rule else "" for rule in found)


def _rule(points: Points, centroid: Values, rules: Sequence[Archetype]) -> Archetype | None:
    level = levels(points, centroid)
    return next((rule for rule in rules if _fits(rule, level)), None)


def levels(points: Points, centroid: Values) -> dict[str, float]:
    """A centroid ``(members,)`` by member and by domain (the mean of its members)."""
    domains = np.array(points.domains)
    found = {name: float(centroid[domains == name].mean()) for name in dict.fromkeys(points.domains)}
    return {**found, **dict(zip(points.members, map(float, centroid), strict=True))}


def _fits(rule: Archetype, level: dict[str, float]) -> bool:
    return (
        all(level.get(name, 0.0) >= MARGIN for name in rule.above)
        and all(level.get(name, 0.0) <= -MARGIN for name in rule.below)
        and all(abs(level.get(name, np.inf)) < MARGIN for name in rule.near)
    )


def _made(points: Points, centroid: Values) -> str:
    level = levels(points, centroid)
    domains = list(dict.fromkeys(points.domains))
    high = [points.title(name) for name in domains if level[name] >= MARGIN]
    low = [points.title(name) for name in domains if level[name] <= -MARGIN]
    for group, word in ((high, "High"), (low, "Low")):
        if len(group) == len(domains):
            return f"{word} throughout"
    if not high and not low:
        return "Near the average throughout"
    text = ", ".join([*(f"higher on {_inside(name)}" for name in high), *(f"lower on {_inside(name)}" for name in low)])
    return text[0].upper() + text[1:]


def _inside(title: str) -> str:
    """A title as it stands inside a sentence; abbreviations keep their capitals."""
    return title[0].lower() + title[1:] if title[1:2].islower() else title


def _told_apart(points: Points, centroids: Values, names: Sequence[str]) -> tuple[str, ...]:
    """Where several groups have one name, each gets the member on which it differs most from the others of the name."""
    found = list(names)
    for g, name in enumerate(names):
        same = [h for h, other in enumerate(names) if other == name and h != g]
        if same:
            away = centroids[g] - centroids[same].mean(axis=0)
            most = int(np.abs(away).argmax())
            found[g] = f"{name} ({'better' if away[most] > 0 else 'worse'} on {points.title(points.members[most])})"
    return tuple(name if found.count(name) == 1 else f"{name}, {found[:g].count(name) + 1}"
                 for g, name in enumerate(found))  # fmt: skip
