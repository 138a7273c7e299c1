"""What a community is like, told from its centroid alone."""

from __future__ import annotations

import numpy as np

from goodwork.analysis.archetypes import MARGIN
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.similarity import Points
from goodwork.model.panel import Values

#: Members told of in a portrait.
TOLD = 3


def portrait(
    points: Points, centroids: Values, natural: Values, group: int, name: tuple[str, str], size: int
) -> Finding:
    """What a group is like, in one or two sentences made from its centroids, standardised and natural ``(groups,
    members)``: what it is lowest and highest on, and its members farthest from the average of all areas. ``name`` is
    its letter and its archetype, ``size`` how many areas it has.

    >>> from goodwork.analysis.similarity import points_of
    >>> points = points_of(np.array([[1.0], [2.0], [3.0]]), members=["Pay"])
    >>> portrait(points, np.array([[-1.2], [1.2]]), np.array([[1.0], [3.0]]), 0, ("A", "Low throughout"), 1)[:62]
    'Community A, “Low throughout”, 1 area: worst of the 2 on Pay. '
    """
    own, titles = centroids[group], [points.title(member) for member in points.members]
    ends = []
    for word, extreme in (("best", centroids.max(axis=0)), ("worst", centroids.min(axis=0))):
        on = [titles[j] for j in range(len(titles)) if own[j] == extreme[j]]
        if on:
            everything = len(on) == len(titles) and len(on) > 1
            where = "every member" if everything else "{members:list12}"
            ends.append(say(f"{word} of the {{groups}} on {where}", groups=len(centroids), members=on))
    overall = np.nanmean(points.natural, axis=0)
    far = [j for j in np.argsort(-np.abs(own), kind="stable")[:TOLD] if abs(own[j]) >= MARGIN]
    members = [
        say(
            f"{{member}} ({points.place(points.members[j], 'natural')} against "
            f"{points.place(points.members[j], 'average')}, {{size:.1f}} standard deviations "
            f"{'better' if own[j] > 0 else 'worse'})",
            member=titles[j], natural=natural[group, j], average=overall[j], size=abs(own[j]), standardised=own[j],
        )
        for j in far
    ]  # fmt: skip
    text = "Community {community}, “{archetype}”, {areas:areas}"
    text += ": {ends:apart}." if ends else ": neither best nor worst on any member."
    text += " Farthest from the average of all areas: {members:list}." if members else " Near the average."
    return say(text, community=name[0], archetype=name[1], areas=size, ends=ends, members=members)
