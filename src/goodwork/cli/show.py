"""How answers look in the terminal: tables with rich, or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from goodwork.analysis.wording import chance, written
from goodwork.cli.tables import Header, tables_of
from goodwork.errors import GoodWorkError
from goodwork.plugins import Tell

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.analysis.profile import Figure, Profile, Standing
    from goodwork.monitor import Monitor
    from goodwork.pipeline.change_log import ChangeLog
    from goodwork.pipeline.publish import Review
    from goodwork.report.printed_fact import Row
    from goodwork.store.editions import Edition

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)


def say(text: str) -> None:
    """One line on standard output, as it is."""
    print(text)


def progress(title: str) -> AbstractContextManager[Tell]:
    """A bar with the step under way on a terminal; nothing where output is not watched."""
    from goodwork.pipeline.watching import watched

    return watched(title, quietly=True)


def show_error(error: GoodWorkError, as_json: bool) -> None:
    """An error a person can mend: what, where, what to do."""
    if as_json:
        print(json.dumps(error.as_dict(), ensure_ascii=False), file=sys.stderr)
        return
    err.print(f"[bold red]{error.title}[/]", end=" · ")
    err.print(str(error), markup=False)


def show_json(data: Any) -> None:
    """Plain data or a table as JSON; gaps are null."""
    if hasattr(data, "to_dict"):
        data = [{k: plain(v) for k, v in row.items()} for row in data.to_dict("records")]
    print(json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False))


def plain(value: Any) -> Any:
    """A cell as JSON knows it: NaN becomes null, numpy numbers become numbers."""
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and value != value else value


def show_table(headers: Iterable[Header], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """A table as wide as the terminal; columns that have no room beside the others stand below."""
    for table in tables_of(headers, rows, title, out.width):
        out.print(table)


def banner(monitor: Monitor) -> None:
    """Say it when the figures are invented."""
    if monitor.invented:
        out.print("[bold]INVENTED FIGURES, for practice only.[/]")


def interval(low: float, high: float, decimals: int = 0) -> str:
    """An interval as text; a dash where there is none."""
    return "–" if low != low else " to ".join(written(end, f".{decimals}f") for end in (low, high))


def show_scores(
    monitor: Monitor,
    table: pd.DataFrame,
    period: str | None,
    area_set: str | None,
    framework: str | None,
    node: str,
    top: int | None = None,
) -> None:
    """The league table with intervals, and who is not scored."""
    banner(monitor)
    chosen, areas = monitor.framework(framework), monitor.area_set(area_set, framework)
    when = monitor.period(period, framework)
    title = f"{chosen.node_title(node, monitor.catalogue)} · {areas.title} · {when}"
    shown = table.head(top) if top else table
    rows = [
        (
            f"{'=' if r['ties'] else ''}{r['rank']:.0f}",
            interval(r.get("rank_low", float("nan")), r.get("rank_high", float("nan"))),
            str(r["name"]),
            str(r["area"]),
            f"{r['score']:.1f}",
            interval(r.get("low", float("nan")), r.get("high", float("nan")), 1),
        )
        for r in shown.to_dict("records")
    ]
    headers = [
        ("rank", "r"),
        ("95 % interval", "r"),
        ("area", "l"),
        ("code", "l"),
        ("score", "r"),
        ("95 % interval", "r"),
    ]
    show_table(headers, rows, title)
    if len(shown) < len(table):
        out.print(f"… and {len(table) - len(shown)} more areas")
    anchor = f"; {chosen.method.anchor}" if chosen.method.anchor else ""
    doubt = "The interval holds the places an area takes in 95 % of redraws of the figures within their sampling error."
    if "rank_low" not in table:
        doubt = "No intervals were computed: how sure these ranks are is not known."
    out.print(f"\n1 is the best rank{anchor}. {doubt}")
    left = monitor.not_scored(period, area_set, framework)
    for r in left.to_dict("records"):
        out.print(f"Not scored: {r['name']} ({r['area']}): {r['reason']}")


def show_profile(monitor: Monitor, profile: Profile, asked: str) -> None:
    """One area in the terminal."""
    banner(monitor)
    if asked.strip().upper() != profile.area.code and asked.strip().casefold() != profile.area.name.casefold():
        out.print(f"“{asked}” is read as {profile.area.name} ({profile.area.code}).")
    place = ", ".join(reversed(profile.parents))
    out.print(f"\n[bold]{profile.area.name}[/] ({profile.area.code}{', ' + place if place else ''})")
    out.print(profile.sentence)
    if profile.index.scored:
        places: list[tuple[str, str, str]] = [
            (s.title, f"{s.score:.1f} ({s.low:.1f}–{s.high:.1f})", short_place(s)) for s in profile.domains if s.scored
        ]
        out.print()
        show_table([("domain", "l"), ("score (95 %)", "n"), ("rank (95 %)", "n")], places)
        for name, found in (("Strengths", profile.strengths), ("Weaknesses", profile.weaknesses)):
            listed = "; ".join(f"{f.indicator.label} ({f.shown}, {short_place(f.standing)})" for f in found[:3])
            out.print(f"{name}: {listed or 'none among these indicators'}")
    out.print()
    nation = next((f.nation for f in profile.figures if f.nation), "")
    headers = [("indicator", "l"), ("value (95 %)", "n"), ("better", "l"), ("rank (95 %)", "n")]
    rows = [_figure_row(f) for f in profile.figures]
    if nation:
        headers.append((nation, "n"))
        rows = [(*row, _national(f)) for row, f in zip(rows, profile.figures, strict=True)]
    show_table(headers, rows)
    notes: dict[str, list[str]] = {}
    for figure in profile.figures:
        span = [] if figure.span in ("", profile.period) else [f"figure of {figure.span}"]
        if note := ", ".join([*span, figure.quality] if figure.quality else span):
            notes.setdefault(note, []).append(figure.indicator.label)
    for note, labels in notes.items():
        out.print(f"{', '.join(labels)}: {note}")
    if profile.index.scored:
        _show_series(monitor, profile)
    for figure in profile.missing:
        why = figure.indicator.missing or "no figure was published for this area and period"
        out.print(f"Missing: {figure.indicator.label}: {why}")
    if profile.missing and profile.index.scored:
        out.print("A missing figure is not filled: the others of its domain carry its weight.")
    sources = list(dict.fromkeys(_source(f) for f in profile.figures if f.origin))
    if sources:
        out.print("\n[bold]Sources[/]")
    for line in sources:
        out.print(f"  {line}")


def _show_series(monitor: Monitor, profile: Profile) -> None:
    """Scores of every period: among the areas of that year, and on one fixed scale so that they can be compared."""
    table = monitor.series(profile.area.code, profile.area_set.name, profile.framework.name)
    if table["period"].nunique() < 2:
        return
    base = profile.framework.base_period
    if profile.framework.method.scope != "each period":
        lines = [
            (
                str(r["period"]),
                f"{r['displayed']:.1f}",
                interval(r.get("low", float("nan")), r.get("high", float("nan")), 1),
            )
            for r in table.to_dict("records")
        ]
        out.print()
        show_table([("period", "l"), ("score", "r"), ("95 % interval", "r")], lines)
        return
    by_scope = {scope: rows.set_index("period") for scope, rows in table.groupby("scope")}
    within, fixed = (by_scope.get(scope) for scope in (profile.framework.method.scope, "base period"))
    if within is None:
        return
    rows = [
        (
            str(period),
            f"{row['displayed']:.1f}",
            interval(row.get("low", float("nan")), row.get("high", float("nan")), 1),
            *_on_fixed_scale(fixed, period),
        )
        for period, row in within.iterrows()
    ]
    headers = [("period", "l"), ("score in its year", "r"), ("95 % interval", "r"), (f"on the scale of {base}", "r"),
               ("chance that it rose", "r")]  # fmt: skip
    out.print()
    show_table(headers, rows)
    out.print(
        f"Follow the scale of {base} over time: the score in its year compares the areas of one year with each other. "
        "The chance is that of a real rise since the period before, given the sampling error of the figures."
    )


def _on_fixed_scale(fixed: pd.DataFrame | None, period: object) -> tuple[str, str]:
    """The score on the fixed scale, and how likely it is to have risen since the period before."""
    if fixed is None or period not in fixed.index:
        return "–", "–"
    row = fixed.loc[period]
    rise = row.get("rise", float("nan"))
    return f"{row['displayed']:.1f}", "–" if rise != rise else f"{100 * rise:.0f} %"


def _figure_row(figure: Figure) -> tuple[str, ...]:
    indicator, standing = figure.indicator, figure.standing
    value = figure.shown
    if figure.lower == figure.lower:
        value += f" ({figure.lower:,.{indicator.decimals}f}–{figure.upper:,.{indicator.decimals}f})"
    return indicator.label, value, figure.direction, short_place(standing)


def _national(figure: Figure) -> str:
    return "–" if figure.national != figure.national else f"{figure.national:,.{figure.indicator.decimals}f}"


def short_place(standing: Standing) -> str:
    """A rank and its 95 % interval in few characters: ``19= of 117 (4–50)``."""
    if standing.rank != standing.rank:
        return "–"
    doubt = (
        "no interval" if standing.rank_low != standing.rank_low else f"{standing.rank_low:.0f}–{standing.rank_high:.0f}"
    )
    return f"{standing.rank:.0f}{'=' if standing.ties else ''} of {standing.of} ({doubt})"


def _source(figure: Figure) -> str:
    origin = figure.origin
    if origin is None:
        return ""
    return f"{figure.indicator.label}: {origin.line}" + (f" ({origin.derivation})" if origin.derivation else "")


def show_comparison(monitor: Monitor, profiles: list[Profile]) -> None:
    """Areas side by side."""
    banner(monitor)
    first = profiles[0]
    headers = [("", "l"), *((p.area.name, "r") for p in profiles), ("better", "l")]
    rows = [["score (95 %)", *(_with_interval(p.index) for p in profiles), "higher"]]
    rows.append(["rank (95 %)", *(short_place(p.index) for p in profiles), ""])
    for place, domain in enumerate(first.domains):
        rows.append([domain.title, *(_with_interval(p.domains[place]) for p in profiles), "higher"])
    for place, figure in enumerate(first.figures):
        rows.append([figure.indicator.label, *(p.figures[place].shown for p in profiles), figure.direction])
    show_table(headers, rows, f"{first.framework.title} · {first.area_set.title} · {first.period}")
    latest = monitor.period(None, first.framework.name)
    for place, one in enumerate(profiles):
        for other in profiles[place + 1 :]:
            above = monitor.above(one.area.code, other.area.code, first.area_set.name, first.framework.name)
            if above == above:
                share = chance(above)
                out.print(f"{one.area.name} stands above {other.area.name} in {share} of redraws ({latest}).")


def _with_interval(standing: Any) -> str:
    return f"{standing.score:.1f} ({standing.low:.1f}–{standing.high:.1f})" if standing.scored else "not scored"


def show_indicators(table: pd.DataFrame) -> None:
    """The catalogue."""
    rows = [
        (
            r["id"],
            r["name"],
            r["unit"],
            r["better"],
            r["role"],
            r["publisher"] or "–",
            f"{r['first']}–{r['last']}" if r["figures"] else "missing",
            f"{r['areas']:,}" if r["figures"] else r["missing"],
        )
        for r in table.to_dict("records")
    ]
    headers = [("id", "l"), ("name", "l"), ("unit", "l"), ("direction", "l"), ("role", "l"), ("publisher", "l"),
               ("periods", "l"), ("areas, or why missing", "l")]  # fmt: skip
    show_table(headers, rows)


def show_built(edition: Edition, notes: Sequence[str], store: Path, as_json: bool, hint: bool) -> None:
    """What was built and where it is."""
    counts = edition.manifest["counts"]
    if as_json:
        show_json({"edition": edition.name, "path": str(edition.path), "counts": counts, "notes": list(notes)})
        return
    out.print(f"Edition [bold]{edition.name}[/] in {store}", soft_wrap=True)
    for entry in counts:
        if entry["draws"]:
            scored = ", ".join(f"{n} in {period}" for period, n in entry["scored"].items())
            where = f"{entry['framework']} · {entry['area_set']} · scale of {entry['scope']}"
            out.print(f"  {where}: {entry['areas']} areas; scored: {scored}")
    for note in notes:
        out.print(f"  Note: {note}")
    if hint:
        out.print(f"Now: goodwork scores --store {store}   or: goodwork serve --store {store}", soft_wrap=True)


def ask_about(yes: bool, quiet: bool, before: Callable[[], None]) -> Review:
    """Tell what a new edition changes; where that calls for it, ask whether it may replace the former one. Without a
    terminal to ask at, it may not, unless ``yes`` was said beforehand. ``before`` takes away what is being drawn, so
    that nothing is written over the question."""

    def review(log: ChangeLog) -> bool:
        before()
        if not quiet:
            for sentence in log.sentences:
                out.print(sentence)
        if yes or not log.asks:
            return True
        for reason in log.reasons:
            err.print(f"[bold]{reason}[/]")
        return sys.stdin.isatty() and typer.confirm("Replace the former edition?", err=True)

    return review


def show_checked(results: list[dict[str, Any]], as_json: bool) -> None:
    """What each file holds."""
    if as_json:
        show_json(results)
        return
    for result in results:
        out.print(f"{result['file']}: {result['what']}")
        for note in result["notes"]:
            out.print(f"  Note: {note}")


def show_address(address: str) -> None:
    """Where the page is."""
    out.print(f"\nThe monitor is at [bold]{address}[/]  (Ctrl+C ends it)")


def show_comparison_with_report(rows: list[Row]) -> None:
    """Ours beside what was printed."""
    headers = [("fact", "l"), ("printed in 2021", "l"), ("ours", "l"), ("difference", "l"), ("likely reason", "l")]
    show_table(headers, [(r.fact, r.printed, r.ours, r.difference, r.reason) for r in rows])
