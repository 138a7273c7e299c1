"""The score through time by chapter: countries and London side by side, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.wording import listing
from goodwork.errors import MethodError
from goodwork.model.framework import INDEX
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.communities import breaks_in
from goodwork.pipeline.questions import NEEDED, REDRAWS

if TYPE_CHECKING:
    from goodwork.analysis.chapters import Chapters


def chapters_of(
    asked: Asked, sets: Sequence[str] = (), draws: int = REDRAWS, executor: Executor | None = None
) -> Chapters:
    """The score through time for named sets of areas inside the one asked about, on its scale.

    Without ``sets``: every set the framework is scored over whose areas lie among those asked about and are not all of
    them. Sets with fewer than ten scored areas are left out, by name. Raises ``MethodError`` where no set is left or no
    two periods are without a break between them.
    """
    from goodwork.analysis.chapters import FEWEST, Chapters, chapter

    geography, here = asked.material.geography, list(asked.panel.areas)
    stretch = asked.stretch
    if len(stretch) < 2:
        raise MethodError(
            "no two periods are without a break between them", remedy="take a framework with more periods"
        )
    index = asked.moving
    scores = index.displayed[..., index.nodes.index(INDEX)]
    chosen: list[tuple[str, list[int]]] = []
    left = []
    for name in sets or asked.framework.area_sets:
        members = {area.code for area in geography.members(name)}
        at = [i for i, code in enumerate(here) if code in members]
        title = geography.set_named(name).title
        if not members.issubset(here) or len(at) == len(here):
            if sets:
                raise MethodError(f"{title} is not a part of what is asked about", remedy="choose a smaller set")
            continue
        if int(np.isfinite(scores[:, at]).sum(axis=1).min()) < FEWEST:
            left.append(title)
            continue
        chosen.append((name, at))
    if not chosen:
        raise MethodError(
            "there is no chapter with enough areas", remedy=f"a chapter has {FEWEST} scored areas or more"
        )
    drawn = asked.drawn(index, draws, executor)
    found = [
        chapter(
            geography.set_named(name).title, scores[:, at], drawn[:, :, at], index.periods, stretch,
            {here[i]: asked.names[i] for i in at}, NEEDED,
        )
        for name, at in chosen
    ]  # fmt: skip
    crossed = [p for p in index.periods[1:] if breaks_in(asked, p)]
    notes = [f"Scores of all chapters are on one scale, that of {geography.set_named(asked.area_set).title}."]
    notes += [f"Break in {period}: {listing(breaks_in(asked, period))}." for period in crossed]
    notes += [f"Left out, with fewer than {FEWEST} scored areas in some period: {listing(left)}."] if left else []
    notes += asked.priced
    return Chapters(tuple(found), tuple(dict.fromkeys(notes)))
