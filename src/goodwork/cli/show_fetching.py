"""How sources and lineage look in the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from goodwork.analysis.wording import figures, number
from goodwork.cli.show import out, show_json, show_table

if TYPE_CHECKING:
    from goodwork.pipeline.differences import Differences
    from goodwork.pipeline.fetch import Fetched, Standing
    from goodwork.pipeline.lineage import Lineage

SHOWN_LEAVES = 12
WORDS = {
    "new": "new", "unchanged": "unchanged", "older": "older", "failed": "FAILED", "by hand": "by hand",
    "not there": "not there",
}  # fmt: skip


def show_fetched(results: Sequence[Fetched], target: Path, as_json: bool) -> None:
    """A line for every source, then what is left to do."""
    if as_json:
        show_json([_plain(result) for result in results])
        return
    rows = [(r.source, WORDS[r.outcome], f"{r.bytes / 1024:,.0f}" if r.bytes else "", r.release) for r in results]
    show_table([("source", "l"), ("result", "l"), ("KiB", "r"), ("released", "l")], rows)
    counts = Counter(str(result.outcome) for result in results)
    out.print("\n" + ", ".join(f"{counts[word]} {WORDS[word]}" for word in WORDS if counts[word]) + ".")
    for result in results:
        if result.outcome in ("by hand", "not there") and result.why:
            out.print(f"  {result.source}: {escape(result.why)}", soft_wrap=True)
        for note in result.notes:
            out.print(f"  {result.source}: {escape(note)}", soft_wrap=True)
    out.print(f"Kept in {target}\nNow: goodwork compile {target} --out FOLDER", soft_wrap=True)


def _plain(result: Fetched) -> dict[str, object]:
    return {
        "source": result.source,
        "outcome": result.outcome,
        "bytes": result.bytes,
        "release": result.release,
        "why": result.why,
        "notes": list(result.notes),
        "error": result.error.as_dict() if result.error else None,
    }


def show_standing(standings: Sequence[Standing], target: Path, as_json: bool) -> None:
    """Every source with its age and its next release."""
    if as_json:
        show_json([asdict(one) for one in standings])
        return
    headers = [("source", "l"), ("released", "l"), ("fetched", "l"), ("days", "r"), ("next due", "l")]
    rows = [
        (
            one.source,
            one.release,
            one.retrieved or "never",
            "" if one.age_days is None else f"{one.age_days}",
            f"{one.next_due or ('' if one.retrieved else 'now')}{' (due)' if one.is_due and one.next_due else ''}",
        )
        for one in standings
    ]
    show_table(headers, rows)
    due = [one.source for one in standings if one.is_due]
    out.print(f"\n{len(due)} of {len(standings)} sources are due. Snapshots are in {target}", soft_wrap=True)
    for one in standings:
        if one.by_hand:
            out.print(f"  {one.source} is had by hand. {escape(one.by_hand)}", soft_wrap=True)
    untried: dict[str, list[str]] = {}
    for one in standings:
        if one.told_by:
            untried.setdefault(one.told_by, []).append(one.source)
    if untried:
        out.print("These addresses have not been seen to answer. Who told of them:")
    for told_by, names in untried.items():
        out.print(f"  {', '.join(names)}: {escape(told_by)}", soft_wrap=True)


def show_lineage(found: Lineage, as_json: bool) -> None:
    """The way back from a figure, step by step."""
    if as_json:
        show_json(found.as_dict())
        return
    span = "" if found.span == found.period else f" ({found.span})"
    value = "no figure" if found.value != found.value else figures(found.value, 6)
    within = "" if found.lower != found.lower else f", 95 % interval {number(found.lower)} to {number(found.upper)}"
    out.print(f"[bold]{escape(found.name)}[/], {escape(found.area_name)}, {found.period}{span}: "
              f"{value} {escape(found.unit)}{within}", soft_wrap=True)  # fmt: skip
    marker = f", marked {found.status}" if found.status else ""
    out.print(f"  {found.basis}{marker}; {escape(found.origin_line or found.origin)}", soft_wrap=True)
    if found.series:
        out.print(f"  series {found.series}", soft_wrap=True)
    for step in found.steps:
        out.print(f"  {escape(step)}", soft_wrap=True)
    if found.leaves:
        rows = [(f.series, f.area, f.period, f.row) for f in found.leaves[:SHOWN_LEAVES]]
        headers = [("series", "l"), ("area", "l"), ("year", "l"), ("place in the file", "l")]
        show_table(headers, rows)
        if len(found.leaves) > SHOWN_LEAVES:
            out.print(f"… and {len(found.leaves) - SHOWN_LEAVES} more (--json gives all)")
    for sha256 in dict.fromkeys(leaf.sha256 for leaf in found.leaves):
        leaf = next(one for one in found.leaves if one.sha256 == sha256)
        whence = f"fetched from {leaf.url}" if leaf.url else "had as a file"
        out.print(f"  {leaf.file}: {whence}, kept {leaf.retrieved_at}, sha256 {sha256}", soft_wrap=True)


def show_differences(found: Differences, as_json: bool) -> None:
    """Counts over all indicators, then every reason."""
    if as_json:
        show_json(found.reasons)
        return
    total = found.table.sum()
    out.print(", ".join(f"{int(total[name]):,} {name}" for name in found.table.columns) + ".", soft_wrap=True)
    out.print(f"{len(found.intervals):,} equal figures have another interval.")
    headers = [("indicator", "l"), ("outcome", "l"), ("figures", "r"), ("why", "l")]
    rows = [(r.indicator, r.outcome, f"{r.figures:,}", r.why) for r in found.reasons.itertuples(index=False)]
    show_table(headers, rows)


def show_compiled(manifest: Mapping[str, Any], target: Path, as_json: bool) -> None:
    """What was taken, what was left out, and what was carried over, from where and why."""
    if as_json:
        show_json(manifest)
        return
    out.print(
        f"{manifest['figures']:,} figures of {manifest['input']['rows']:,} rows compiled into {target}", soft_wrap=True
    )
    show_table([("taken as", "l"), ("rows", "r")], [(k, f"{v:,}") for k, v in manifest["taken"].items()])
    show_table([("left out", "l"), ("rows", "r")], [(k, f"{v:,}") for k, v in manifest["left_out"].items()])
    if (carried := manifest.get("carried")) and carried["figures"]:
        _show_carried(carried, manifest)


def _show_carried(carried: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
    rows: list[tuple[str, ...]] = []
    reasons: dict[str, list[str]] = {}
    for origin, count in carried["by_origin"].items():
        series = [one for one in carried["series"] if one["origin"] == origin]
        names = [one["indicator"] for one in series]
        years = dict.fromkeys((min(one["first"] for one in series), max(one["last"] for one in series)))
        what = ", ".join(names) if len(names) < 4 else f"{len(names)} indicators"
        rows.append((origin, what, "–".join(years), f"{count:,}"))
        reasons.setdefault(carried["why"][origin] or "nobody has declared why", []).append(origin)
    show_table([("carried over, by origin", "l"), ("indicators", "l"), ("years", "l"), ("rows", "r")], rows)
    out.print("\nWhy no source gives them:")
    for why, origins in reasons.items():
        out.print(f"  {', '.join(origins)}: {escape(why)}", soft_wrap=True)
    absent = [name for name in manifest.get("absent", ()) if name in carried["by_origin"]]
    out.print(
        f"\n{carried['figures']:,} of {manifest['figures']:,} figures are carried over from the figures compiled "
        f"before (sha256 {carried['from'][:12]}…): no file that is kept gives them; each keeps its origin.",
        soft_wrap=True,
    )
    if absent:
        count = sum(carried["by_origin"][name] for name in absent)
        out.print(
            f"{count:,} of them have a source that is declared and not kept. Now: goodwork fetch {' '.join(absent)}",
            soft_wrap=True,
        )
