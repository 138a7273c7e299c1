"""Why an area moved: its way between two periods out of a view, what is not compared, and the drawing of its steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.moved import PARTS, Moved, Place, moved, unbroken
from goodwork.analysis.profile import Profile
from goodwork.figures.contributions import waterfall
from goodwork.figures.figure import Figure
from goodwork.language import tr
from goodwork.report.area_figures import caption
from goodwork.report.view import BASE, View

RANK = ("rank", "rank_low", "rank_high")


def way(view: View, found: Profile, since: str = "") -> Moved | None:
    """Why the area moved over the last periods that no break parts, up to that of the view, or ``since`` one; ``None``
    where there are no two or a break parts them, where it was not scored in both, or where the edition holds no one
    scale for them."""
    scores, code = view.on_one_scale, found.area.code
    own_scale = view.one_scale == BASE or view.framework.method.scope != "each period"
    run = unbroken([p for p in scores.index if since <= p <= view.period], view.breaks())
    if since and (not run or (run[0], run[-1]) != (since, view.period)):
        return None
    if not run or not own_scale or code not in scores.columns:
        return None
    mine = {row["period"]: row for row in view.ranked[view.ranked["area"] == code].to_dict("records")}
    ends, at = (run[0], run[-1]), scores.columns.get_loc(code)
    if not set(ends) <= set(mine):
        return None
    first, last = (_place(p, mine[p]) for p in ends)
    both = scores.to_numpy(dtype=float)[[scores.index.get_loc(p) for p in ends]]
    before = [one for one in view.monitor.geography.successors if one.successor == code]
    made = not any(one.relation == "new_code" for one in before) and any(
        one.relation in ("merger", "split") and run[0] < str(one.year) <= run[-1] for one in before
    )
    return moved(found.area.name, first, last, (both[0, at], both[1, at]), np.delete(both, at, axis=1), made)


def _place(period: str, row: Mapping[Any, Any]) -> Place:
    rank, low, high = (float(row.get(name, np.nan)) for name in RANK)
    return Place(period, rank, low, high, int(row["ranked"]))


def steps_of(view: View, why: Moved) -> Figure:
    """The parts of a move as steps from one rank to the other, 1 at the right."""
    import pandas as pd

    table = pd.DataFrame({"part": list(PARTS.values()), "value": list(why.parts.values()), "key": list(PARTS)})
    words = caption(
        view, why.title, tr("What its places gained and lost are made of"), " ".join(why.sentences), unit=tr("Rank"),
        better=tr("1 is best"), when=tr("{low} to {high}").format(low=why.first.period, high=why.last.period),
        note=say("The steps add up exactly. Ranks have intervals: {first}, {last}.", first=why.first.words,
                 last=why.last.words),
    )  # fmt: skip
    ends = [(tr("Rank in {period}").format(period=one.period), -one.rank) for one in (why.first, why.last)]
    return waterfall(table, words, ends[0], ends[1], name="moved", ranks=True)


def parted(view: View, until: str, since: str = "") -> Finding | None:
    """Which periods after ``since`` up to that of the view are not compared with those up to ``until``, as something
    broke with them; ``None`` where nothing did."""
    changed = view.changed
    later = [p for p in view.on_one_scale.index[1:] if max(until, since) < p <= view.period and p in changed]
    if not later:
        return None
    why = [say("{period}: {what}", period=p, what=changed[p]) for p in later]
    if len(later) == 1:
        return say(
            "Ranks are not compared across the break of {periods:list}. What changed in {why:apart}.",
            periods=later, why=why,
        )  # fmt: skip
    return say(
        "Ranks are not compared across the breaks of {periods:list}. What changed in {why:apart}.",
        periods=later, why=why,
    )  # fmt: skip
