"""Areas as marks of a map: grouped by class; each links and says name, score, rank and both intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from goodwork.analysis.profile import Standing
from goodwork.analysis.verdicts import verdict
from goodwork.figures.classes import NO_DATA
from goodwork.figures.colour import DARK, HATCH_GROUND, HATCH_LINE, LIGHT, edge
from goodwork.figures.markup import tag, text
from goodwork.language import tr

NAN = float("nan")
#: How much of its colour an area shows where its class is not sure, where it is anybody's guess, and where it is not
#: among those asked for.
PALE, FAINT, OUT = 0.5, 0.2, 0.06


def label(row: Mapping[str, Any]) -> str:
    """What hovering over an area says. A rank never stands without its interval.

    >>> label({"name": "York", "score": 104.2, "low": 101.0, "high": 107.3, "rank": 23, "rank_low": 11, "rank_high": 40,
    ...        "ties": 0, "ranked": 205})
    'York: score 104.2 (95 % interval 101.0 to 107.3), 23rd of 205 (95 % interval 11 to 40)'
    >>> label({"name": "Poole", "score": float("nan"), "reason": "no figures"})
    'Poole: not scored (no figures)'

    A figure in its own unit, where the measure has one, stands first (``figure``: "£512 a week").
    """
    score = row["score"]
    if score != score:
        reason = row.get("reason")
        told = tr("{name}: not scored ({reason})") if reason and reason == reason else tr("{name}: not scored")
        return told.format(name=row["name"], reason=verdict(str(reason)))
    bounds = {n: row.get(n, NAN) for n in ("rank", "rank_low", "rank_high")}
    ties, ranked = row.get("ties", 0), row.get("ranked", 0)
    place = Standing("", "", score=score, ties=ties if ties == ties else 0, of=int(ranked), **bounds).place
    low, high = row.get("low", NAN), row.get("high", NAN)
    told = tr("{name}: {first}score {score:.1f} (no interval was computed), {place}")
    if low == low:
        told = tr("{name}: {first}score {score:.1f} (95 % interval {low:.1f} to {high:.1f}), {place}")
    figure = row.get("figure")
    first = f"{figure}; " if figure and figure == figure else ""
    return told.format(name=row["name"], first=first, score=score, low=low, high=high, place=place)


def layers(
    marks: Mapping[str, str],
    classes: Mapping[str, int],
    colours: Sequence[str],
    labels: Mapping[str, str],
    link: Callable[[str], str] | None,
    *,
    name: str,
    stroke: float,
    strength: Mapping[str, float] | None = None,
) -> str:
    """Marks grouped by class, lightest first, so that the white outline of a dark area lies over a dark one of its
    neighbour; without a value first of all, hatched. Links are not tab stops: the table comes first, and a script may
    give the map one tab stop of its own. A mark without a label is drawn and no more; one with a ``strength`` shows so
    much of its colour."""
    shown = strength or {}
    groups = []
    for k, (fill, line) in {
        NO_DATA: (f"url(#{name}-hatch)", HATCH_LINE),
        **{k: (colour, edge(colour)) for k, colour in enumerate(colours)},
    }.items():
        inside = [
            _mark(code, marks[code], labels.get(code), link, shown.get(code))
            for code in sorted(marks) if classes[code] == k
        ]  # fmt: skip
        if inside:
            kind = "none" if k == NO_DATA else f"c{k}"
            content = "".join(inside)
            groups.append(tag("g", content, class_=kind, fill=fill, stroke=line, stroke_width=stroke))
    return "".join(groups)


def _mark(
    code: str, drawn: str, words: str | None, link: Callable[[str], str] | None, strength: float | None = None
) -> str:
    faded: dict[str, Any] = {"class_": "area", "data_area": code}
    if strength is not None:
        faded |= {"class_": f"area {_strength(strength)}", "fill_opacity": f"{strength:g}", "stroke": HATCH_LINE}
    if words is None:
        return drawn if strength is None else tag("g", drawn, fill_opacity=faded["fill_opacity"], stroke=HATCH_LINE)
    content = tag("title", text(words)) + drawn
    if link is None:
        return tag("g", content, **faded)
    return tag("a", content, **faded, href=link(code), tabindex=-1)


def _strength(strength: float) -> str:
    """The class of a mark that does not show all of its colour."""
    return {PALE: "pale", OUT: "out"}.get(strength, "faint")


def hatch(name: str, unit: float) -> str:
    """The pattern of areas without a value: its own texture, never taken for the lowest class."""
    ground = tag("rect", class_="hatch-ground", width=unit, height=unit, fill=HATCH_GROUND)
    line = tag("path", class_="hatch-line", d=f"M0 0V{unit:g}", stroke=HATCH_LINE, stroke_width=unit * 0.45)
    pattern = tag(
        "pattern",
        ground + line,
        id=f"{name}-hatch",
        width=unit,
        height=unit,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return tag("defs", pattern)


def outline(path: str, width: float, kind: str) -> str:
    """A border drawn over the areas, which does not catch the pointer."""
    return tag(
        "path",
        class_=kind,
        d=path,
        fill="none",
        stroke=DARK,
        stroke_width=width,
        stroke_linejoin="round",
        pointer_events="none",
    )


def chosen_outline(path: str, width: float) -> str:
    """The outline of a chosen area: dark with a white halo, so that it is seen on every colour."""
    lines = (("chosen-halo", LIGHT, width * 2.2), ("chosen", DARK, width))
    return "".join(
        tag("path", class_=kind, d=path, fill="none", stroke=colour, stroke_width=wide, stroke_linejoin="round",
            pointer_events="none")
        for kind, colour, wide in lines
    )  # fmt: skip


def beside_outline(path: str, width: float) -> str:
    """The outline of an area that is shown with a chosen one (its neighbours, its community): dark dashes on white."""
    lines = (("chosen-halo", LIGHT, width * 1.6, None), ("beside", DARK, width, f"{width * 2:g} {width * 1.4:g}"))
    return "".join(
        tag("path", class_=kind, d=path, fill="none", stroke=colour, stroke_width=wide, stroke_dasharray=dashes,
            stroke_linejoin="round", pointer_events="none")
        for kind, colour, wide, dashes in lines
    )  # fmt: skip
