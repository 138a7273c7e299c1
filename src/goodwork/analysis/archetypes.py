"""Groups of areas named and described by rule, from their centroids alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from goodwork.analysis.similarity import Points, listed
from goodwork.model.declaration import Declaration
from goodwork.model.panel import Values

#: Standard deviations from the average of all areas from which a centroid counts as above or below it.
MARGIN = 0.25
#: Members told of in a description.
TOLD = 3


class Archetype(Declaration):
    """A name for every group whose centroid fits: above or below the average, or near it, on some domains or members.

    Names say what a group is like, never where it lies: the rule sees nothing but the figures.
    """

    name: str
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    why: str = ""


def archetype_names(points: Points, centroids: Values, rules: Sequence[Archetype] = ()) -> tuple[str, ...]:
    """A name for each group from its standardised centroid ``(groups, members)``: that of the first rule that fits, or
    one made from the domains on which it stands above or below the average by ``MARGIN``. Names differ.

    >>> from goodwork.analysis.similarity import points_of
    >>> points = points_of(np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 2.0]]), members=["work", "pay"])
    >>> archetype_names(points, np.array([[-1.0, -0.9], [0.0, 0.1], [1.0, -0.5]]))
    ('Low throughout', 'Near the average throughout', 'Higher on work, lower on pay')
    """
    names = []
    for centroid in centroids:
        level = levels(points, centroid)
        fits = (rule.name for rule in rules if _fits(rule, level))
        names.append(next(fits, None) or _made(points, centroid))
    return _told_apart(points, centroids, names)


def levels(points: Points, centroid: Values) -> dict[str, float]:
    """A centroid ``(members,)`` by member and by domain (the mean of its members)."""
    domains = np.array(points.domains)
    found = {name: float(centroid[domains == name].mean()) for name in dict.fromkeys(points.domains)}
    return {**found, **dict(zip(points.members, map(float, centroid), strict=True))}


def _fits(rule: Archetype, level: dict[str, float]) -> bool:
    if not (rule.above or rule.below or rule.near):
        return False
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


def description(points: Points, centroids: Values, natural: Values, group: int, label: str, size: int) -> str:
    """What a group is like, in one or two sentences made from its centroids, standardised and natural ``(groups,
    members)``: what it is lowest and highest on, and its members farthest from the average of all areas."""
    own = centroids[group]
    titles = [points.title(member) for member in points.members]
    order = np.argsort(-np.abs(own), kind="stable")
    overall = np.nanmean(points.natural, axis=0)
    far = [j for j in order[:TOLD] if abs(own[j]) >= MARGIN]
    told = [
        f"{titles[j]} ({number(natural[group, j])} against {number(overall[j])}, {abs(own[j]):.1f} standard deviations "
        f"{'better' if own[j] > 0 else 'worse'})"
        for j in far
    ]
    text = f"{label}, {size} area{'s' if size != 1 else ''}"
    ends = []
    for word, extreme in (("best", centroids.max(axis=0)), ("worst", centroids.min(axis=0))):
        on = [titles[j] for j in range(len(titles)) if own[j] == extreme[j]]
        if on:
            everything = len(on) == len(titles) and len(on) > 1
            ends.append(f"{word} of the {len(centroids)} on {'every member' if everything else listed(on)}")
    text += f": {'; '.join(ends)}." if ends else ": neither best nor worst on any member."
    return f"{text} Farthest from the average of all areas: {listed(told)}." if told else f"{text} Near the average."


def number(value: float) -> str:
    """A figure with three significant digits, whole where it is large.

    >>> number(612.4), number(4.238), number(-0.5)
    ('612', '4.24', '−0.5')
    """
    return (f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}").replace("-", "−")
