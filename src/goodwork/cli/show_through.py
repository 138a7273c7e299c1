"""How answers through time, and those from a person's own file, look in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goodwork.cli.show import banner, interval, out, show_table
from goodwork.cli.show_questions import cell, percent, tell, title_of

if TYPE_CHECKING:
    from goodwork.analysis.chapters import Chapters
    from goodwork.analysis.outcomes import Outcomes
    from goodwork.analysis.succession import Succession
    from goodwork.monitor import Monitor
    from goodwork.pipeline.asked import Asked
    from goodwork.pipeline.windows import Together


def show_succession(monitor: Monitor, asked: Asked, found: Succession) -> None:
    """How many areas are in each community by period, and the share that goes from each to each."""
    banner(monitor)
    sizes = found.table.groupby(["period", "community"]).size().unstack(fill_value=0)
    rows = [(name, kind, *(str(sizes[name][p]) for p in found.periods))
            for name, kind in zip(found.names, found.archetypes, strict=True)]  # fmt: skip
    headers = [
        ("", "l"),
        ("community", "l"),
        *((f"{p}{' |' if p in found.breaks else ''}", "r") for p in found.periods),
    ]
    show_table(headers, rows, title_of(asked))
    if found.breaks:
        out.print("| after a break: not to be compared with the year before", markup=False)
    if found.transitions is not None:
        moves = found.transitions
        lines = [
            (
                name,
                *(
                    "–" if s != s else f"{percent(s)} ({interval(100 * lo, 100 * hi)})"
                    for s, lo, hi in zip(*of, strict=True)
                ),
            )
            for name, *of in zip(found.names, moves.share, moves.low, moves.high, strict=True)
        ]
        heads = [("from", "l"), *((f"to {name} (95 %)", "r") for name in found.names)]
        show_table(heads, lines, "Share of areas one period later, across no break")
    tell(found.findings, found)


def show_chapters(monitor: Monitor, asked: Asked, found: Chapters) -> None:
    """The middle area's score by chapter and period, with its interval."""
    banner(monitor)
    rows = [
        (r["chapter"], r["period"], str(r["areas"]), f"{r['median']:.1f}", interval(r["low"], r["high"], 1))
        for r in found.table.to_dict("records")
    ]
    headers = [("chapter", "l"), ("period", "l"), ("areas", "r"), ("middle score", "r"), ("95 %", "n")]
    show_table(headers, rows, title_of(asked))
    tell(found.findings, found)


def show_together(monitor: Monitor, asked: Asked, found: Together) -> None:
    """Every pair of measures before and after the year, levels and changes."""
    banner(monitor)
    rows = [
        (r["one"], r["other"], r["of"], f"{r['from']:.0f}–{r['to']:.0f}", str(r["n"]), cell(r["r"]),
         interval(r["low"], r["high"], 2))
        for r in found.table.to_dict("records")
    ]  # fmt: skip
    headers = [("", "l"), ("with", "l"), ("of", "l"), ("years", "l"), ("areas", "r"), ("r", "r"), ("95 %", "n")]
    show_table(headers, rows, title_of(asked))
    tell(found.findings, found)


def show_causes(monitor: Monitor, asked: Asked, found: Outcomes) -> None:
    """Causes of a person's own export against the score; none of the export's figures."""
    banner(monitor)
    rows = [
        (r["outcome"], r["observed"], str(r["n"]), cell(r["r"]), interval(r["low"], r["high"], 2),
         f"{100 * r['r2']:.0f} %", "yes" if r["quarter"] else "")
        for r in found.table[found.table["score"] == found.scores[0]].to_dict("records")
    ]  # fmt: skip
    headers = [("cause", "l"), ("year", "l"), ("areas", "r"), ("r", "r"), ("95 %", "n"), ("in common", "r")]
    show_table([*headers, ("a quarter or more", "l")], rows, title_of(asked))
    tell(found.findings, found)
