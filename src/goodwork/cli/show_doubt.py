"""How answers about doubt look in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from goodwork.cli.show import banner, interval, out, show_table
from goodwork.model.framework import INDEX

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.analysis.explanation import Explanation
    from goodwork.analysis.flips import WeightChange
    from goodwork.analysis.robustness import Robustness
    from goodwork.analysis.sensitivity import Sensitivity
    from goodwork.model.area import AreaSet
    from goodwork.monitor import Monitor

WHAT = {"sampling": "sampling error", "method": "choices of method", "both": "both"}


def show_robustness(
    monitor: Monitor,
    found: Mapping[str, Robustness],
    period: str,
    area_set: AreaSet,
    top: int | None,
    spent: Mapping[str, float],
) -> None:
    """Every area's rank with its interval by what was varied, its tier, and what the work cost."""
    banner(monitor)
    first = next(iter(found.values()))
    index, p = first.index, first.index.periods.index(period)
    node = first.nodes.index(INDEX)
    names = monitor.geography.names
    ranks = index.ranks[p, :, 0]
    order = [int(a) for a in np.argsort(ranks, kind="stable") if np.isfinite(ranks[a])][:top]
    headers = [("rank", "r"), ("area", "l"), *((f"95 %: {WHAT[kind]}", "r") for kind in found)]
    headers += [("top ten", "r"), ("tier", "r")]
    tier = first.sets.tier[p, node]
    rows = [
        (
            f"{ranks[a]:.0f}",
            names.get(index.areas[a], index.areas[a]),
            *(interval(one.rank_low[p, a, node], one.rank_high[p, a, node]) for one in found.values()),
            f"{100 * first.top[p, a, node]:.0f} %",
            f"{tier[a]:.0f}",
        )
        for a in order
    ]
    show_table(headers, rows, f"{index.framework.title} · {area_set.title} · {period}")
    widths = {kind: np.nanmedian(one.rank_high[p, :, node] - one.rank_low[p, :, node]) for kind, one in found.items()}
    said = "; ".join(f"{WHAT[kind]} {width:.0f} places" for kind, width in widths.items())
    out.print(f"\nHalf of the intervals are at least so wide: {said}.")
    out.print(
        f"Areas of one tier cannot be told apart from the first of it by sampling error ("
        f"{100 * first.sets.level:.0f} % for all pairs at once); "
        f"{100 * first.sets.share_apart[p, node]:.0f} % of all pairs can."
    )
    for kind, one in found.items():
        draws = f"{one.draws:,} replicates, seed {one.seed}"
        failed = "; ".join(f"{n:,} of them failed: {reason}" for reason, n in one.reasons.items())
        out.print(f"{WHAT[kind].capitalize()}: {draws}{'; ' + failed if failed else ''}.")
    out.print(
        f"Took {spent['seconds']:.1f} s ({spent['cpu_seconds']:.1f} s of processor), "
        f"at most {spent['peak_mib']:,.0f} MiB of memory."
    )


def show_sensitivity(monitor: Monitor, found: Sensitivity, options: pd.DataFrame) -> None:
    """Sobol indices of every choice, then every option by itself."""
    banner(monitor)
    names = monitor.geography.names

    def named(text: str) -> str:
        for code, name in names.items():
            text = text.replace(code, name)
        return text

    rows = [
        (
            named(r["output"]),
            r["factor"],
            f"{r['first']:.2f} ({interval(r['first_low'], r['first_high'], 2)})",
            f"{r['total']:.2f} ({interval(r['total_low'], r['total_high'], 2)})",
        )
        for r in found.table.to_dict("records")
        if r["total"] == r["total"]
    ]
    headers = [("of the variance of", "l"), ("choice", "l"), ("alone (95 %)", "n"), ("with others (95 %)", "n")]
    show_table(headers, rows, f"{found.index.framework.title} · {found.period}")
    for sentence in found.findings:
        out.print(named(sentence))
    out.print(f"{found.runs:,} builds{f'; {found.failed:,} failed' if found.failed else ''}.\n")
    options = options[(options["factor"] != "weights") | (options["mean_shift"] == _widest(options))]
    lines = [
        (
            r["factor"],
            r["option"],
            "–" if r["mean_shift"] != r["mean_shift"] else f"{r['mean_shift']:.1f}",
            named(f"{r['area']} ({r['places']:+.0f})") if r["area"] else r["reason"] or "nobody",
            "–" if r["top_kept"] != r["top_kept"] else f"{r['top_kept']:.0f}",
        )
        for r in options.to_dict("records")
    ]
    headers = [("choice", "l"), ("option", "l"), ("mean shift", "r"), ("moves most", "l"), ("of first ten stay", "r")]
    show_table(headers, lines, "Each option by itself; of the sets of weights the one that moves most")


def _widest(options: pd.DataFrame) -> float:
    return float(options.loc[options["factor"] == "weights", "mean_shift"].max())


def show_explanation(monitor: Monitor, found: Explanation) -> None:
    """What lifts and what lowers a score, by indicator."""
    banner(monitor)
    for sentence in found.findings:
        out.print(sentence)
    rows = [
        (found.titles.get(r["domain"], r["domain"]), found.titles.get(r["indicator"], r["indicator"]),
         "–" if r["coverage"] == "neither" else f"{r['displayed']:+.1f}", r["coverage"])
        for r in found.table.to_dict("records")
    ]  # fmt: skip
    out.print()
    show_table([("domain", "l"), ("indicator", "l"), ("points", "r"), ("figures on", "l")], rows)
    out.print("The points add up to the distance; they say how the score is made, not what caused it.")


def show_flip(found: WeightChange, titles: Mapping[str, str]) -> None:
    """Weights before and after."""
    if not found.feasible:
        return
    rows = [
        (titles.get(r["node"], r["title"]), f"{r['before']:.1f}", f"{r['after']:.1f}", f"{r['change']:+.1f}")
        for r in found.table.to_dict("records")
    ]
    show_table([("part", "l"), ("weight", "r"), ("then", "r"), ("change", "r")], rows)
