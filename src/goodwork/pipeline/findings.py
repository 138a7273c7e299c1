"""Revisions told in sentences, and as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from goodwork.analysis.wording import figures
from goodwork.pipeline.revisions import CHANGES, PLACE, Revisions

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 6  # names in one sentence
LINES = 12  # sentences of one kind
SIDES = {"new": ("New", "new", "after"), "lost": ("Lost", "lost", "before")}


def findings(found: Revisions) -> tuple[str, ...]:
    """What changed, in sentences: the whole first, then what was gained and lost, revised, declared, moved."""
    if found.empty:
        return (f"Nothing changed: {len(found.after.figures):,} figures, the same in both.",)
    counts = found.counts
    parts = [f"{number:,} {CHANGES[kind]}" for kind, number in counts.items() if number]
    return (
        f"{many(len(found.before.figures), 'figure')} before, {len(found.after.figures):,} after"
        + (f": {', '.join(parts)}." if parts else "; none of them changed."),
        *_gained(found),
        *_revised(found),
        *_turned(found),
        *_drift(found),
        *_moves(found),
    )


def markdown(found: Revisions) -> str:
    """The findings and the table by indicator as a page."""
    lines = [f"# What changed: {found.before.name} → {found.after.name}", ""]
    lines += [f"* {_cell(sentence)}" for sentence in found.findings]
    kinds = [kind for kind in CHANGES if found.counts[kind]]
    if len(found.table):
        head = ["indicator", "figures before", "after", *kinds, "median", "largest", "median, relative", "largest"]
        lines += ["", "## By indicator", "", _row(head), "|---|" + "---:|" * (len(head) - 1)]
        for row in found.table.to_dict("records"):
            sizes = [size(row["absolute_median"]), size(row["absolute_largest"]), share(row["relative_median"]),
                     share(row["relative_largest"])]  # fmt: skip
            numbers = [f"{row[name]:,}" for name in ("figures_before", "figures_after", *kinds)]
            lines.append(_row([row["name"], *numbers, *sizes]))
        lines += ["", *(f"* *{kind}*: {CHANGES[kind]}" for kind in kinds if kind != CHANGES[kind]), ""]
        lines.append("Sizes are of revisions of values: in the indicator's unit, and relative to the value before.")
    if len(found.drift):
        lines += ["", "## Declared otherwise", "", _row(["what", "field", "before", "after"]), "|---|---|---|---|"]
        lines += [_row(row) for row in found.drift[["what", "field", "before", "after"]].to_numpy()]
    if found.moves["exceeds"].any():
        head = ["area", "framework", "area set", "scale", "period", "rank before", "interval", "rank after", "interval"]
        lines += ["", "## Ranks that moved further than their 95 % interval", "", _row(head), "|---" * len(head) + "|"]
        lines += [
            _row([found.place(r["area"]), *(r[k] for k in PLACE), f"{r['rank_before']:.0f}", _bounds(r, "before"),
                  f"{r['rank_after']:.0f}", _bounds(r, "after")])
            for r in _furthest(found.moves).to_dict("records")
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _gained(found: Revisions) -> Iterator[str]:
    """New and lost indicators, periods, areas."""
    periods, areas = found.periods, found.areas
    for change, (Title, verb, side) in SIDES.items():
        vintage = getattr(found, side)
        whole = periods[(periods["change"] == change) & periods["with_indicator"]]
        if len(whole):
            names = whole.groupby("indicator")["figures"].sum()
            told = [f"{vintage.label(i)} ({many(n, 'figure')})" for i, n in names.items()]
            yield f"{Title} indicators ({len(names)}): {listed(told)}."
        some = periods[(periods["change"] == change) & ~periods["with_indicator"]]
        if len(some):
            told = [f"{found.label(i)} {spell(p['period'])} ({many(p['figures'].sum(), 'figure')})"
                    for i, p in some.groupby("indicator")]  # fmt: skip
            yield f"{Title} periods ({len(some)}): {listed(told)}."
        gone = areas.loc[(areas["change"] == change) & areas["whole"], "area"].unique()
        if len(gone):
            yield f"{Title} areas ({len(gone)}): {listed([found.place(a) for a in gone])}."
        part = areas[(areas["change"] == change) & ~areas["whole"] & ~areas["with_indicator"]]
        for indicator, rows in list(part.groupby("indicator"))[:LINES]:
            where = listed([found.place(a) for a in rows["area"]])
            yield f"{found.label(str(indicator))}: {many(len(rows), f'{verb} area')}: {where}."
        yield from _single(found, change)


def _single(found: Revisions, change: str) -> Iterator[str]:
    """Figures gained or lost one by one, in areas and periods that stay."""
    cells = found.cells[found.cells[change]]
    for column, table in (("period", found.periods), ("area", found.areas)):
        gone = table.loc[table["change"] == change, ["indicator", column]]
        both = cells.merge(gone, on=["indicator", column], how="left", indicator="whole")
        cells = both[both["whole"] == "left_only"].drop(columns="whole")
    if len(cells):
        told = [f"{found.label(str(i))} ({n:,})" for i, n in cells["indicator"].value_counts().items()]
        first = cells.iloc[0]
        yield (
            f"{SIDES[change][0]} single figures ({len(cells):,}): {listed(told)}; "
            f"such as {found.label(first['indicator'])}, {found.place(first['area'])} {first['period']}."
        )


def _revised(found: Revisions) -> Iterator[str]:
    """Revisions of values and other changes of one figure, by indicator, the most revised first."""
    table = found.table
    revised = table[table["revised"] > 0].sort_values("revised", ascending=False, kind="stable")
    for row in revised.head(LINES).to_dict("records"):
        cells = found.cells[found.cells["indicator"] == row["indicator"]]
        at = cells.loc[cells["absolute"].idxmax()]
        where = f"{found.place(at['area'])} {at['period']}: {size(at['value_before'])} → {size(at['value_after'])}"
        yield (
            f"{row['name']}: {row['revised']:,} of {row['figures_before']:,} figures revised, by "
            f"{size(row['absolute_median'])} at the middle and {size(row['absolute_largest'])} at most ({where})."
        )
    if len(revised) > LINES:
        yield f"{len(revised) - LINES} more indicators have revised figures: see the table."
    for kind in ("given", "withheld", "interval", "status", "basis", "source", "span"):
        rows = found.cells[found.cells[kind]]
        if len(rows):
            told = [f"{found.label(str(i))} ({n:,})" for i, n in rows["indicator"].value_counts().items()]
            also = f"; {_markers(rows)}" if kind in ("status", "basis") else ""
            one, more = ("is", "are") if kind in ("given", "withheld") else ("has", "have")
            verb = one if len(rows) == 1 else more
            yield f"{many(len(rows), 'figure')} {verb} {CHANGES[kind]}: {listed(told)}{also}."


def _turned(found: Revisions) -> Iterator[str]:
    """How many trends the changed figures turned round, and of which indicators; none is a finding too."""
    trends = found.trends
    if not len(trends):
        return
    rows, whole = trends[trends["turned"]], f"{len(trends):,} trends of indicators with changed figures"
    if not len(rows):
        yield f"None of the {whole} turned round."
        return
    told = [f"{found.label(str(i))} ({n:,})" for i, n in rows["indicator"].value_counts().items()]
    far = (rows["slope_after"] - rows["slope_before"]).abs()
    first = rows.loc[far.idxmax()]
    rise = "rising, is falling" if first["slope_after"] < 0 else "falling, is rising"
    where = f"{found.label(first['indicator'])}, {found.place(first['area'])}, {first['first']} to {first['last']}"
    yield f"{len(rows):,} of the {whole} turned round: {listed(told)}; such as {where}, which was {rise}."


def _markers(rows: pd.DataFrame) -> str:
    name = "status" if rows["status"].any() else "basis"
    pairs = rows.groupby([f"{name}_before", f"{name}_after"]).size().sort_values(ascending=False)
    return listed([f"{a or 'none'} → {b or 'none'} {n:,}" for (a, b), n in pairs.items()])


def _drift(found: Revisions) -> Iterator[str]:
    """Columns, indicators and frameworks that are declared otherwise."""
    for what, rows in list(found.drift.groupby("what", sort=False)):
        kind, _, name = str(what).partition(" ")
        title = {"indicator": found.label(name)}.get(kind, str(what))
        told = []
        for r in rows.to_dict("records"):
            if r["field"] == "declared":
                told.append("now declared" if r["after"] == "yes" else "no longer declared")
            elif r["field"] == "columns":
                sides = (("no longer", r["before"]), ("now", r["after"]))
                told += [f"{when} has the columns {columns}" for when, columns in sides if columns]
            else:
                told.append(f"{r['field']} was {short(r['before'])}, is {short(r['after'])}")
        yield f"{title[:1].upper()}{title[1:]}: {listed(told)}."


def _moves(found: Revisions) -> Iterator[str]:
    """How far ranks of the index moved, and which further than their intervals."""
    ranked = found.ranked
    if not len(ranked):
        return
    for row in ranked[ranked["compared"] == 0].to_dict("records"):
        title = " ".join(str(row[k]) for k in PLACE)
        yield f"Ranks of {title} are there {'after' if row['newly'] else 'before'} only."
    both = ranked[ranked["compared"] > 0]
    moved, exceeding = int(both["moved"].sum()), int(both["exceeds"].sum())
    if moved:
        largest = found.moves.loc[found.moves["move"].abs().idxmax()].to_dict()
        yield (
            f"{moved:,} of {int(both['compared'].sum()):,} ranks of the index moved, the furthest by "
            f"{abs(largest['move']):.0f}: {_told(found, largest)}."
        )
    elif len(both):
        yield "No rank of the index moved."
    if exceeding:
        rows = _furthest(found.moves).to_dict("records")
        yield f"{exceeding:,} moved further than their 95 % interval: {listed([_told(found, r) for r in rows])}."
    elif moved:
        unknown = found.moves["rank_low_before"].isna().all() and found.moves["rank_low_after"].isna().all()
        yield ("No intervals were computed, so it is not known which moves matter." if unknown
               else "None moved further than its 95 % interval.")  # fmt: skip
    for change, column in (("newly ranked", "newly"), ("no longer ranked", "no_longer")):
        if both[column].sum():
            keys = both.loc[both[column] > 0, PLACE]
            rows = found.moves[found.moves["change"] == change].merge(keys, on=PLACE)
            names = [f"{found.place(a)} ({spell(r['period'].unique())})" for a, r in rows.groupby("area")]
            yield f"{change.capitalize()} ({len(names)}): {listed(names)}."


def _furthest(moves: pd.DataFrame) -> pd.DataFrame:
    """Moves beyond the interval, the furthest first."""
    rows = moves[moves["exceeds"]]
    return rows.loc[rows["move"].abs().sort_values(ascending=False, kind="stable").index]


def _told(found: Revisions, row: dict[str, object]) -> str:
    """One move in words."""
    return (f"{found.place(str(row['area']))} {row['rank_before']:.0f} → {row['rank_after']:.0f} "
            f"(interval {_bounds(row, 'before')}; {', '.join(str(row[k]) for k in PLACE)})")  # fmt: skip


def _bounds(row: dict[str, object], side: str) -> str:
    low, high = row[f"rank_low_{side}"], row[f"rank_high_{side}"]
    return "none" if low != low else f"{low:.0f} to {high:.0f}"


def listed(texts: list[str], shown: int = SHOWN) -> str:
    """The first few, and how many more."""
    more = len(texts) - shown
    return "; ".join(texts[:shown]) + (f"; and {more} more" if more > 0 else "")


def many(number: int, noun: str) -> str:
    """A number and its noun.

    >>> many(1, "area"), many(2000, "area")
    ('1 area', '2,000 areas')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def spell(periods: Iterable[object]) -> str:
    """Periods in a row told by first and last.

    >>> spell(["2019", "2020", "2021"]), spell(["2019"]), spell(["2015", "2019"])
    ('2019–2021', '2019', '2015, 2019')
    """
    texts = sorted({str(p) for p in periods})
    years = [int(t) for t in texts if t.isdigit()]
    if len(texts) > 1 and len(years) == len(texts) and years[-1] - years[0] == len(years) - 1:
        return f"{texts[0]}–{texts[-1]}"
    return ", ".join(texts)


def size(value: float) -> str:
    """A number with three figures that matter."""
    return "–" if value != value else figures(value)


def share(value: float) -> str:
    """A share as a percentage."""
    return "–" if value != value else f"{figures(100 * value)} %"


def short(text: str, most: int = 60) -> str:
    """A text cut to what a sentence can bear."""
    return "nothing" if not text else text if len(text) <= most else f"{text[:most].rstrip()}…"


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(_cell(c) for c in cells) + " |"
