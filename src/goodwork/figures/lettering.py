"""Text in drawings: how wide it will be, where lines break, how labels keep clear of each other.

The browser chooses the font, so widths are taken for a wide sans serif: real text is seldom wider.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from goodwork.figures.markup import tag, text
from goodwork.figures.theme import ROLES, paint

#: Sizes in drawing units, which are pixels where a drawing is shown at its own size.
SMALL, NORMAL = 12.0, 13.0
_NARROW, _WIDE = set("fijlrtI.,:;'|!()[] ·-"), set("mwMW%@—")


@lru_cache(maxsize=20_000)  # the same words are tried in many places, and the same letters in all
def width(words: str, size: float = NORMAL, weight: int | None = None) -> float:
    """How much room text takes, in drawing units; bold text takes more.

    >>> width("York", 10) < width("Yorkshire", 10) < width("Yorkshire", 13)
    True
    """
    ems = sum(map(_em, words))
    return ems * size * (1.13 if weight and weight >= 600 else 1.0)


@lru_cache(maxsize=2_000)
def _em(c: str) -> float:
    """The width of a letter in a wide sans serif (DejaVu Sans), as a share of the size of type."""
    if c in _NARROW or c in _WIDE:
        return 0.36 if c in _NARROW else 0.95
    return 0.7 if c.isupper() else 0.64 if c.isdigit() else 0.62


def broken(words: str, room: float, size: float = NORMAL, weight: int | None = None) -> list[str]:
    """Text in lines that fit; a word that is wider than the room stands alone.

    >>> broken("Bath and North East Somerset", 100, 13)
    ['Bath and North', 'East Somerset']
    """
    lines: list[str] = []
    for word in words.split():
        if lines and width(f"{lines[-1]} {word}", size, weight) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def write(
    words: str,
    x: float,
    y: float,
    size: float = NORMAL,
    role: str = "ink",
    *,
    anchor: str | None = None,
    weight: int | None = None,
    halo: bool = False,
    kind: str = "",
) -> str:
    """One line of text; ``kind`` is a further class; with a ``halo`` of paper where it may lie on marks."""
    around: dict[str, Any] = {}
    classes = " ".join(c for c in (kind, role, f"f-{role}") if c)
    if halo:
        around = {k: v for k, v in paint(stroke="paper", width=3).items() if k != "class_"}
        around |= {"paint_order": "stroke", "stroke_linejoin": "round"}
        classes += " s-paper"
    return tag(
        "text", text(words), class_=classes, x=x, y=y, font_size=size, font_weight=weight, fill=ROLES[role][0],
        text_anchor=anchor, **around,
    )  # fmt: skip


def block(
    words: str, x: float, y: float, room: float, size: float = NORMAL, role: str = "ink", **more: Any
) -> tuple[str, float]:
    """Text in as many lines as it needs, and the height they take."""
    lines = broken(words, room, size, more.get("weight"))
    step = size * 1.25
    return "".join(write(line, x, y + k * step, size, role, **more) for k, line in enumerate(lines)), len(lines) * step


def headed(head: str, under: str, y: float, room: float, kinds: tuple[str, str], *, halo: bool) -> tuple[str, float]:
    """What a row is called, in bold, with quiet words under it if there are any; and the height both take. ``kinds``
    are the classes of the two."""
    drawn, tall = block(head, 0, y, room, NORMAL, weight=600, kind=kinds[0], halo=halo)
    if not under:
        return drawn, tall
    more, extra = block(under, 0, y + tall, room, SMALL, "quiet", kind=kinds[1], halo=halo)
    return drawn + more, tall + extra


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near as can be to those wanted, in the same order, at least a gap apart and inside the ends as long as
    there is room.

    >>> spread([10.0, 11.0, 50.0], 10, 0, 100)
    [5.5, 15.5, 50.0]
    """
    if not wanted:
        return []
    order = np.argsort(np.asarray(wanted, dtype=float), kind="stable")
    gap = min(gap, (high - low) / max(len(wanted) - 1, 1))
    groups: list[list[float]] = []  # sum of wanted places of the first of a run, length
    for k in order:
        groups.append([float(wanted[k]), 1.0])
        while len(groups) > 1 and _first(groups[-2], gap) + groups[-2][1] * gap > _first(groups[-1], gap):
            total, count = groups.pop()
            groups[-1][0] += total - count * groups[-1][1] * gap
            groups[-1][1] += count
    placed: list[float] = []
    for group in groups:
        start = min(max(_first(group, gap), low), high - (group[1] - 1) * gap)
        placed += [start + i * gap for i in range(int(group[1]))]
    for k in range(1, len(placed)):
        placed[k] = max(placed[k], placed[k - 1] + gap)
    over = placed[-1] - high
    for k in range(len(placed) - 1, -1, -1):
        if over <= 0:
            break
        limit = high - (len(placed) - 1 - k) * gap
        placed[k] = min(placed[k], limit)
    found = [0.0] * len(wanted)
    for place, k in zip(placed, order, strict=True):
        found[int(k)] = place
    return found


def _first(group: list[float], gap: float) -> float:
    """Where the first of a run stands; ``group`` holds the sum of the places wanted for it, and its length."""
    return group[0] / group[1]


Box = tuple[float, float, float, float]


def free(box: Box, others: Sequence[Box]) -> bool:
    """Whether a box (left, top, right, bottom) touches none of the others."""
    return not any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in others)


def placed(
    names: Sequence[str],
    points: Sequence[tuple[float, float, float]],
    within: Box,
    marks: Sequence[tuple[float, float]],
    size: float = SMALL,
) -> list[tuple[float, float, str] | None]:
    """Where names go beside their points (x, y, and how far the mark reaches): right, left, above or below, inside the
    frame and clear of other names and of all ``marks``, or, where that cannot be, over marks other than those named;
    ``None`` for a name without room."""
    hard: list[Box] = [(x - r, y - r, x + r, y + r) for x, y, r in points]
    soft: list[Box] = [(x - 4, y - 4, x + 4, y + 4) for x, y in marks]
    found: list[tuple[float, float, str] | None] = []
    for name, (x, y, r) in zip(names, points, strict=True):
        wide, tall = width(name, size), size
        tries = [
            (x + r + 3, y + tall * 0.35, "start"), (x - r - 3, y + tall * 0.35, "end"), (x, y - r - 4, "middle"),
            (x, y + tall + r + 2, "middle"), (x + r + 2, y - r - 2, "start"), (x - r - 2, y - r - 2, "end"),
            (x + r + 2, y + tall + r, "start"), (x - r - 2, y + tall + r, "end"),
        ]  # fmt: skip
        spots = []
        for at, base, anchor in tries:
            left = at if anchor == "start" else at - wide if anchor == "end" else at - wide / 2
            box = (left, base - tall * 0.85, left + wide, base + tall * 0.25)
            inside = within[0] <= box[0] and box[2] <= within[2] and within[1] <= box[1] and box[3] <= within[3]
            if inside and free(box, hard):
                spots.append((free(box, soft), at, base, anchor, box))
        best = next((spot for spot in spots if spot[0]), spots[0] if spots else None)
        if best:
            hard.append(best[4])
        found.append(best[1:4] if best else None)
    return found
