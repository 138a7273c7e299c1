"""How plans look in the terminal: a table, sentences, and what they leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.analysis.wording import number, written
from goodwork.cli.show import banner, out, plain, show_json, show_table
from goodwork.cli.show_questions import ALWAYS, percent

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import pandas as pd

    from goodwork.analysis.allocation import Allocation
    from goodwork.analysis.charters import Reach
    from goodwork.analysis.disruption import Disruption
    from goodwork.analysis.planning import Planning
    from goodwork.analysis.routine_work import RoutineWork
    from goodwork.analysis.sector_moves import SectorMoves
    from goodwork.analysis.target import Target
    from goodwork.analysis.tracking import Tracking
    from goodwork.monitor import Monitor

#: Lines of an allocation that are shown unless more are asked for.
LINES = 20


def as_json(planning: Planning, found: Any, **more: Any) -> None:
    """Findings, notes, numbers and tables as JSON; areas are codes, names stand beside them."""
    data: dict[str, Any] = {
        "period": planning.period, "area_set": planning.area_set, "framework": planning.framework.name,
        "findings": list(found.findings), "notes": [*found.notes, ALWAYS],
    }  # fmt: skip
    for name, value in more.items():
        data[name] = records(value) if hasattr(value, "to_dict") else plain(value)
    show_json(data)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain data; what is endless or missing is null."""
    clean = table.replace([np.inf, -np.inf], np.nan)
    return [{str(key): plain(value) for key, value in row.items()} for row in clean.to_dict("records")]


def show_target(monitor: Monitor, planning: Planning, found: Target) -> None:
    """Each part now and after, its bound, and what it comes to; then the sentences."""
    banner(monitor)
    rows = []
    for r in found.table.to_dict("records"):
        one = planning.catalogue[r["member"]]
        moved = np.nan_to_num(r["effort"]) != 0
        end = r["high"] if r["better"] == "higher" else r["low"]
        count = "" if not moved or r["count"] != r["count"] else f"{r['count']:+,.0f} {r['counted']}"
        rows.append(
            (
                r["title"], f"{r['better']} is better", one.show(r["before"]),
                one.show(r["after"]) if moved else "as it is",
                f"{r['effort']:.2f}" if moved else "", f"{r['gain']:+.1f}" if moved else "",
                one.show(end) if np.isfinite(end) else "–", count.replace("-", "−"),
            )
        )  # fmt: skip
    headers = [("", "l"), ("better", "l"), ("now", "r"), ("needed", "r"), ("spreads", "r"), ("points", "r")]
    show_table(
        [*headers, ("bound", "r"), ("comes to", "l")], rows, f"{_title(planning)} · {_name(planning, found.area)}"
    )
    tell(found.findings, found.notes)


def show_allocation(monitor: Monitor, planning: Planning, found: Allocation, top: int | None) -> None:
    """Each area's grant with its range, then the rules side by side; then the sentences."""
    banner(monitor)
    table = found.table
    shown = table[table["grant"] > 0].head(top or LINES)
    kind = "both" if "both" in found.ranges else next(iter(found.ranges), "")
    rows = [
        (
            r["name"], f"{r['score']:.1f}", f"{r['people']:,.0f}", f"£{r['grant']:,.2f}", percent(r["share"]),
            f"£{r['per_head']:,.2f}", _pounds(r["gains"]),
            interval_of(r.get(f"low_{kind}"), r.get(f"high_{kind}")), percent(r.get(f"paid_{kind}", float("nan"))),
        )
        for r in shown.to_dict("records")
    ]  # fmt: skip
    headers = [("area", "l"), ("score", "r"), ("people", "r"), ("grant", "r"), ("share", "r"), ("a head", "r")]
    headers += [("against people", "r"), ("95 % of rebuilt indices", "n"), ("paid in", "r")]
    show_table(headers, rows, _title(planning))
    if len(shown) < (rest := int((table["grant"] > 0).sum())):
        out.print(f"… and {rest - len(shown)} more areas")
    lines = [
        (r["rule"], r["why_not"], *[""] * 6) if r["why_not"] else (
            r["rule"], f"{r['areas']:.0f}", f"£{r['smallest']:,.0f}", f"£{r['largest']:,.0f}",
            percent(r["lowest_fifth"]), f"{r['gini']:.2f}", _signed(r["concentration"]), f"£{r['moved']:,.0f}",
        )
        for r in found.summary.to_dict("records")
    ]  # fmt: skip
    headers = [("rule", "l"), ("areas", "r"), ("smallest", "r"), ("largest", "r"), ("to lowest fifth", "r")]
    headers += [("Gini a head", "r"), ("concentration", "r"), ("moves", "r")]
    show_table(headers, lines, "Other rules within the same bounds")
    tell(found.findings, found.notes)


def show_tracking(monitor: Monitor, planning: Planning, found: Tracking) -> None:
    """Each target beside its last figure and where its trend leads; then the sentences."""
    banner(monitor)
    rows = [
        (
            r["name"], r["title"], f"{r['goal']:g}", r["by"], f"{number(r['value'])} ({r['last']})",
            number(r["expected"]) if r["expected"] == r["expected"] else "–", percent(r["chance"]), r["verdict"],
        )
        for r in found.table.to_dict("records")
    ]  # fmt: skip
    headers = [("place", "l"), ("target", "l"), ("goal", "r"), ("by", "r"), ("last", "r"), ("trend leads to", "r")]
    show_table([*headers, ("chance", "r"), ("", "l")], rows, found.title or "Targets")
    tell(found.findings, found.notes)


def show_transition(
    monitor: Monitor,
    planning: Planning,
    found: RoutineWork,
    place: str | None,
    moves: SectorMoves | None,
    beside: Disruption | None,
    json: bool,
) -> None:
    """Routine work of one area by year, or of the areas with most of it; moves between sectors; disruption."""
    table = found.table
    mine = table[table["area"] == place] if place else table[table["period"] == table["period"].max()]
    findings = [*(found.of(place) if place else ()), *found.findings, *(beside.findings if beside else ())]
    if json:
        data = {
            "period": planning.period, "area_set": planning.area_set, "findings": findings,
            "notes": [*found.notes, ALWAYS], "routine": records(mine),
            "moves": records(moves.table) if moves else None, "disruption": records(beside.table) if beside else None,
        }  # fmt: skip
        show_json(data)
        return
    banner(monitor)
    shown = mine if place else mine.sort_values("least", ascending=False).head(LINES)
    groups = found.occupations.group
    rows = [
        (r["period"], r["name"], *(_percent(r[g.name]) for g in groups), _ranged(r, "least"), _ranged(r, "most"))
        for r in shown.to_dict("records")
    ]
    headers = [("year", "l"), ("area", "l"), *((g.title, "r") for g in groups), ("at least", "r"), ("at most", "r")]
    show_table(headers, rows, f"{found.occupations.title} (% of people in work; 95 % intervals in brackets)")
    if moves is not None:
        lines = [
            (r["origin"], r["destination"], f"{r['distance']:.2f}", percent(r["learn"]), r["skill"] or "–",
             "–" if r["jobs"] != r["jobs"] else f"{r['jobs']:,.0f}")
            for r in moves.table.groupby("origin", sort=False).head(3).to_dict("records")
        ]  # fmt: skip
        headers = [
            ("from", "l"),
            ("to", "l"),
            ("distance", "r"),
            ("to learn", "r"),
            ("most of all", "l"),
            ("jobs", "r"),
        ]
        show_table(headers, lines, "Nearest sectors by skills")
    tell(findings, found.notes)


def show_reach(found: Reach, json: bool) -> None:
    """Members by tier, and the share of local employment by sector."""
    if json:
        data = {"findings": list(found.findings), "notes": list(found.notes), "tiers": records(found.table)}
        tables = {"sectors": found.sectors, "sizes": found.sizes, "characteristics": found.asked}
        show_json(data | {name: records(table) for name, table in tables.items()})
        return
    if found.charters and found.charters.invented:
        out.print("[bold]INVENTED FIGURES, for practice only.[/]")
    rows = [(r["charter"], r["tier"], str(r["members"]), f"{r['employees']:,.0f}", r["asks"])
            for r in found.table.to_dict("records")]  # fmt: skip
    show_table([("charter", "l"), ("tier", "l"), ("members", "r"), ("employees", "r"), ("asks", "l")], rows, "Tiers")
    lines = []
    for r in found.sectors.to_dict("records"):
        silent = f" + {r['unknown']} unknown" if r["unknown"] else ""
        share = ("at least " if silent else "") + percent(r["share"])
        every = "–" if r["all"] != r["all"] else f"{r['all']:,.0f}"
        own = f"{r['employees']:,.0f}{silent}"
        lines.append((r["sector"], str(r["members"]), own, every, share, "gap" if r["gap"] else ""))
    headers = [("sector", "l"), ("members", "r"), ("their employees", "r"), ("all employees", "r"), ("share", "r")]
    show_table([*headers, ("", "l")], lines, "Sectors")
    tell(found.findings, found.notes)


def as_csv(monitor: Monitor, found: Allocation) -> bytes:
    """Every area's line, and its grant under other rules; invented figures say so in the first column."""
    rules = found.compared.drop(columns=["name"]).add_prefix("by_").rename(columns={"by_area": "area"})
    table = found.table.merge(rules, on="area")
    if monitor.invented:
        table.insert(0, "note", "invented figures, for practice only")
    return str(table.to_csv(index=False)).encode()


def tell(findings: Sequence[str], notes: Sequence[str]) -> None:
    """Sentences, then what they leave out."""
    out.print()
    for sentence in findings:
        out.print(f"• {sentence}", markup=False)
    out.print()
    for note in [*notes, ALWAYS]:
        out.print(note, markup=False, style="dim")


def _ranged(row: Mapping[Hashable, Any], name: str) -> str:
    """A share with its interval on the line below, held together."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return _percent(row[name]) + (
        f"\n({low:.1f} to {high:.1f})".replace(" ", "\N{NO-BREAK SPACE}") if low == low else ""
    )


def _percent(value: float) -> str:
    return "–" if value != value else f"{value:.1f}"


def interval_of(low: float | None, high: float | None) -> str:
    """A range of pounds; a dash where there is none."""
    return "–" if low is None or high is None or low != low else f"£{low:,.0f} to £{high:,.0f}"


def _pounds(value: float) -> str:
    return f"{'+' if value >= 0 else '−'}£{abs(value):,.0f}"


def _signed(value: float) -> str:
    return written(value, "+.2f")


def _title(planning: Planning) -> str:
    areas = planning.geography.set_named(planning.area_set).title
    return f"{planning.framework.title} · {areas} · {planning.period}"


def _name(planning: Planning, area: str) -> str:
    return planning.names.get(area, area)
