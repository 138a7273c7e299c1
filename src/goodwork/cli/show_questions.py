"""How answers about places look in the terminal: a table, sentences, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.analysis.wording import written
from goodwork.cli.show import banner, interval, out, plain, show_json, show_table

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.analysis.clusters import Clusters
    from goodwork.analysis.compacts import Compacts
    from goodwork.analysis.disparity import Disparity
    from goodwork.analysis.neighbours import Neighbours
    from goodwork.monitor import Monitor
    from goodwork.pipeline.asked import Asked
    from goodwork.pipeline.questions import Answer, Lie, Through

#: Columns of tables that hold an area.
PLACES = ("area", "neighbour", "higher", "lower", "best", "worst", "improved", "hinge")
ALWAYS = "About areas, not people; what goes together need not be cause and effect."


def as_json(asked: Asked, answer: Answer, findings: Sequence[str] = (), **tables: pd.DataFrame) -> None:
    """Findings, notes and tables as JSON; areas are codes, with their names in a column of their own."""
    found: dict[str, Any] = {"period": asked.period, "area_set": asked.area_set, "framework": asked.framework.name}
    found |= {"findings": [*findings, *answer.findings], "notes": _notes(answer)}
    show_json(found | {name: _records(asked, table) for name, table in tables.items()})


def show_communities(monitor: Monitor, asked: Asked, found: Clusters) -> None:
    """Each community's size, mean score and mean figures; who is in it; how sure."""
    banner(monitor)
    catalogue, members = asked.material.catalogue, found.points.members
    sizes = np.bincount(found.labels, minlength=len(found.names))
    rows = [
        (
            name, found.archetypes[g], str(sizes[g]), f"{_score(asked, found, g):.1f}",
            *(catalogue[member].show(found.natural[g, j]) for j, member in enumerate(members)),
        )
        for g, name in enumerate(found.names)
    ]  # fmt: skip
    headers = [("", "l"), ("community", "l"), ("areas", "r"), ("score", "r")]
    show_table(headers + [(asked.title(member), "r") for member in members], rows, title_of(asked))
    for g, name in enumerate(found.names):
        here = np.flatnonzero(found.labels == g)
        named = [found.points.title(found.points.areas[a]) + ("?" if found.borderline[a] else "") for a in here]
        _say([f"{name}: {_listed(sorted(named))}."], lead="\n")
    _say(["? stands on the border to another community."])
    if len(found.numbers):
        rows = [tuple(cell(value) for value in row) for row in found.numbers.itertuples(index=False)]
        show_table([(str(column), "r") for column in found.numbers.columns], rows, "Numbers of communities")
    tell(found.findings, found)


def show_neighbours(monitor: Monitor, asked: Asked, found: Neighbours, place: str) -> None:
    """One area's neighbours with their figures beside its own."""
    banner(monitor)
    catalogue, members, at = asked.material.catalogue, found.points.members, found.points.position(place)
    rows = [("", asked.name_of(place), "", *_figures(catalogue, members, found.points.natural[at]))]
    for rank, other in enumerate(found.place[at]):
        if other >= 0:
            name = found.points.title(found.points.areas[other])
            figures = _figures(catalogue, members, found.points.natural[other])
            rows.append((str(rank + 1), name, f"{found.distance[at, rank]:.2f}", *figures))
    headers = [("", "r"), ("area", "l"), ("distance", "r")]
    show_table(headers + [(asked.title(member), "r") for member in members], rows, title_of(asked))
    tell([*found.sentences(place), *found.findings], found)


def show_compacts(monitor: Monitor, asked: Asked, found: Compacts) -> None:
    """Each compact's areas and the weak points they share."""
    banner(monitor)
    title = found.points.title
    rows = [
        (
            str(r["compact"]), _listed([title(area) for area in r["areas"].split(", ")]),
            _listed([title(name) for name in r["shared"].split(", ") if name]) or "–", title(r["differ_on"]),
            *((_improved(title(r["improved"]), r) if r["improved"] else "–",) if found.since else ()),
        )
        for r in found.groups.to_dict("records")
    ]  # fmt: skip
    headers = [("", "r"), ("areas", "l"), ("weak points in common", "l"), ("differ most on", "l")]
    headers += [(f"greatest change since {found.since}, standard deviations (95 %)", "l")] if found.since else []
    show_table(headers, rows, title_of(asked))
    tell(found.findings, found)


def _improved(name: str, row: dict[str, Any]) -> str:
    """The area with the greatest change, and the interval of that."""
    told = "" if row["change_low"] != row["change_low"] else f", {interval(row['change_low'], row['change_high'], 2)}"
    return f"{name} ({signed(row['change'], 2)}{told})"


def _show_split(asked: Asked, found: Disparity, split: pd.DataFrame) -> None:
    """Where variation lies, by every measure, and how that has changed."""
    rows = [
        (
            r["indicator"], f"{r['n']:.0f}", percent(r["within_share"]), share(r["within_low"], r["within_high"]),
            percent(r["error_share"]), chance(r["variance_p"]), r["where"],
        )
        for r in split.to_dict("records")
    ]  # fmt: skip
    headers = [("indicator", "l"), ("areas", "r"), ("inside regions", "r"), ("95 %", "r"), ("survey error", "r")]
    show_table([*headers, ("p of regions", "r"), ("more variation", "l")], rows, title_of(asked))
    lines = [
        (
            r["indicator"], cell(r["gini"], 3), chance(r["gini_p"]), cell(r["theil_l"], 4),
            _part(r["theil_l_within"], r["theil_l"]), chance(r["theil_l_p"]), cell(r["theil_t"], 4),
            _part(r["theil_t_within"], r["theil_t"]), cell(r["cv"]),
        )
        for r in split.to_dict("records")
    ]  # fmt: skip
    headers = [("indicator", "l"), ("Gini", "r"), ("p", "r"), ("Theil-L", "r"), ("inside", "r"), ("p", "r")]
    headers += [("Theil-T", "r"), ("inside", "r"), ("sd / mean", "r")]
    show_table(headers, lines, "How unequal areas are, survey error included")
    changes = [
        (
            r["indicator"], f"{r['first']} to {r['last']}", f"{percent(r['within_share_first'])} to "
            f"{percent(r['within_share_last'])}", signed(100 * r["within_share_change"], 0),
            interval(100 * r["within_share_change_low"], 100 * r["within_share_change_high"]),
            signed(r["cv_change"], 3), r["breaks"] or "–",
        )
        for r in found.change.to_dict("records")
    ]  # fmt: skip
    headers = [("indicator", "l"), ("periods", "l"), ("inside regions", "r"), ("points", "r"), ("95 %", "n")]
    show_table([*headers, ("sd / mean", "r"), ("series breaks in", "l")], changes, "Change")


def show_disparity(monitor: Monitor, asked: Asked, found: Disparity) -> None:
    """Where the variation of each indicator lies, then each region's median, best and worst area."""
    banner(monitor)
    known = {asked.title(name): asked.material.catalogue[name] for name in asked.framework.indicators}
    split = found.split[found.split["period"] == asked.period]
    if np.isfinite(split["within_share"]).any():
        _show_split(asked, found, split)
    spreads = found.spreads[found.spreads["period"] == asked.period]
    lines = [
        (
            r["indicator"], r["region"] or "–", str(r["n"]), known[r["indicator"]].show(r["median"]),
            f"{r['best']} {known[r['indicator']].show(r['best_value'])}",
            f"{r['worst']} {known[r['indicator']].show(r['worst_value'])}", cell(r["ratio"]),
        )
        for r in spreads.to_dict("records")
    ]  # fmt: skip
    headers = [
        ("indicator", "l"),
        ("region", "l"),
        ("areas", "r"),
        ("median", "r"),
        ("best", "l"),
        ("worst", "l"),
        ("ratio", "r"),
    ]
    show_table(headers, lines, "Region by region")
    tell(found.findings, found)


def show_trends(monitor: Monitor, asked: Asked, found: Through, place: str | None, top: int) -> None:
    """One area's path, or the steepest rises and falls."""
    banner(monitor)
    if place is not None:
        table = found.paths.table
        rows = [
            (
                r["period"], f"{r['score']:.1f}", interval(r["low"], r["high"], 1), cell(r["rank"], 0),
                interval(r["rank_low"], r["rank_high"]), r["breaks"] or "",
            )
            for r in table[table["area"] == place].to_dict("records")
        ]  # fmt: skip
        headers = [
            ("year", "l"),
            ("score", "r"),
            ("95 %", "n"),
            ("rank", "r"),
            ("95 %", "n"),
            ("series that break", "l"),
        ]
        show_table(headers, rows, f"{place} · {asked.framework.title}")
    slopes = found.trends.table.dropna(subset="slope")
    lines = [
        (r["area"], signed(r["slope"], 2), interval(r["low"], r["high"], 2), f"{r['q']:.2f}", r["verdict"])
        for r in (slopes[slopes["area"] == place] if place else ends(slopes, top)).to_dict("records")
    ]
    span = f"{found.periods[0]} to {found.periods[-1]}"
    if place is None:
        wide = found.paths.reach.pivot(index="indicator", columns="period", values="coverage")
        shares = [(name, *map(percent, r)) for name, r in zip(wide.index, wide.to_numpy(), strict=True)]
        show_table([("areas with a figure", "l"), *((str(p), "r") for p in wide.columns)], shares)
    headers = [("area", "l"), ("points a year", "r"), ("95 %", "n"), ("q", "r"), ("beside the others", "l")]
    show_table(headers, lines, f"{asked.framework.title} · {set_of(asked)} · {span}")
    tell(found.findings, found)


def show_space(monitor: Monitor, asked: Asked, found: Lie, top: int) -> None:
    """Moran's I of the score and of every indicator, then the steepest borders."""
    banner(monitor)
    rows = [
        (one.name, cell(one.i), interval(one.random_low, one.random_high, 2), chance(one.p), str(one.n))
        for one in (found.moran, *found.members)
    ]
    headers = [("", "l"), ("Moran's I", "r"), ("chance gives", "n"), ("p", "r"), ("areas", "r")]
    show_table(headers, rows, title_of(asked))
    lines = [
        (
            r["higher"],
            r["lower"],
            f"{r['difference']:.1f}",
            interval(r["low"], r["high"], 1),
            "yes" if r["clear"] else "no",
        )
        for r in found.contrasts.table.head(top).to_dict("records")
    ]
    headers = [("higher", "l"), ("lower", "l"), ("points", "r"), ("95 %", "n"), ("clear", "l")]
    show_table(headers, lines, "Steepest borders")
    tell(found.findings, found)


def title_of(asked: Asked) -> str:
    """Framework, set of areas and period, as a table is headed."""
    return f"{asked.framework.title} · {set_of(asked)} · {asked.period}"


def set_of(asked: Asked) -> str:
    """The set of areas, as readers call it."""
    return asked.material.geography.set_named(asked.area_set).title


def _score(asked: Asked, found: Clusters, group: int) -> float:
    """Mean displayed score of a community."""
    place = {code: i for i, code in enumerate(asked.panel.areas)}
    here = [place[found.points.areas[a]] for a in np.flatnonzero(found.labels == group)]
    return float(np.nanmean(asked.scores()[here, 0]))


def _figures(catalogue: Any, members: Sequence[str], values: Any) -> list[str]:
    return [catalogue[member].show(value) for member, value in zip(members, values, strict=True)]


def _listed(names: Sequence[str]) -> str:
    return ("; " if any("," in name for name in names) else ", ").join(names)


def ends(table: pd.DataFrame, top: int) -> pd.DataFrame:
    """The first and last lines of a table."""
    import pandas as pd

    return table if len(table) <= 2 * top else pd.concat([table.head(top), table.tail(top)])


def cell(value: Any, decimals: int = 2) -> str:
    """A number with so many decimals, or anything else as it is; a dash where there is none."""
    if isinstance(value, float | np.floating):
        return "–" if value != value else written(float(value), f".{decimals}f")
    return str(value)


def signed(value: float, decimals: int) -> str:
    """A change with its sign; a dash where there is none."""
    return "–" if value != value else written(value, f"+.{decimals}f")


def _part(part: float, whole: float) -> str:
    """What share a part is of a whole; a dash where there is no whole."""
    return percent(part / whole) if whole else "–"


def chance(p: float) -> str:
    """A p as a reader expects it: never nothing."""
    return "–" if p != p else f"{p:.3f}" if p >= 0.001 else "< 0.001"


def percent(share: float) -> str:
    """A share as text; a dash where there is none."""
    return "–" if share != share else f"{100 * share:.0f} %"


def share(low: float, high: float) -> str:
    """An interval of shares; a dash where there is none."""
    return "–" if low != low else f"{percent(low)} to {percent(high)}"


def _notes(answer: Answer) -> list[str]:
    notes = list(answer.notes)
    return notes if any("not people" in note for note in notes) else [*notes, ALWAYS]


def tell(findings: Iterable[str], answer: Answer) -> None:
    """Sentences, then what they leave out."""
    out.print()
    _say([f"• {sentence}" for sentence in findings])
    out.print()
    _say(_notes(answer), style="dim")


def _say(lines: Iterable[str], lead: str = "", style: str | None = None) -> None:
    for line in lines:
        out.print(lead + line, markup=False, style=style)


def _records(asked: Asked, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain data; a column of areas holds codes, and one beside it names."""
    names = dict(zip(asked.panel.areas, asked.names, strict=True))
    codes = {name: code for code, name in names.items()}
    for column in PLACES:
        if column in table and table[column].isin([*names, *codes]).any():
            code = table[column].map(lambda place: codes.get(place, place))
            table = table.assign(**{column: code, f"{column}_name": code.map(lambda place: names.get(place, place))})
    return [{str(key): plain(value) for key, value in row.items()} for row in table.to_dict("records")]
