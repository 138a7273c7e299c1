"""What changed between two vintages of the figures: new, lost and revised figures, markers, intervals, definitions, and
which trends turned round and which ranks of the index moved further than their intervals say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodwork.pipeline.turned import turned
from goodwork.pipeline.vintages import KEYS, QUALIFIERS, Vintage
from goodwork.store.editions import Edition
from goodwork.store.shipped import Shipped

if TYPE_CHECKING:
    import pandas as pd

#: Kinds of change of one figure, with the words for it; those in pairs turn into each other when time is turned round.
CHANGES = {
    "new": "new",
    "lost": "lost",
    "given": "now given after being withheld or missing",
    "withheld": "now withheld or missing",
    "revised": "revised",
    "interval": "another interval",
    "status": "another marker",
    "basis": "another basis (published, derived, inherited)",
    "source": "another source",
    "span": "another time span",
}
#: Those by which a trend can change.
OF_VALUE = ("new", "lost", "given", "withheld", "revised")
PLACE = ["framework", "area_set", "scope", "period"]
RANKED = [*PLACE, "compared", "moved", "exceeds", "median", "largest", "newly", "no_longer"]
MOVES = [*PLACE, "area", "rank_before", "rank_low_before", "rank_high_before", "rank_after", "rank_low_after",
         "rank_high_after", "move", "exceeds", "change"]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Revisions:
    """What changed from one vintage of the figures to another.

    ``cells`` holds every figure that changed, before and after, with a column of yes or no for each kind of change and
    the absolute and relative size of a revision (relative to the value before; NaN where that is zero). ``periods`` and
    ``areas`` hold what an indicator, or the whole, gained or lost; ``drift`` what is declared otherwise: columns,
    units, definitions, methods. ``moves`` holds the areas whose rank in the index differs: ``exceeds`` where one
    edition's 95 % interval does not hold the rank in the other; ``ranked`` counts them by framework, area set, scope
    and period. ``trends`` holds the trends of indicators with a changed figure, before and after: ``turned`` where a
    rise became a fall or a fall a rise.
    """

    before: Vintage
    after: Vintage
    cells: pd.DataFrame
    periods: pd.DataFrame
    areas: pd.DataFrame
    drift: pd.DataFrame
    moves: pd.DataFrame
    ranked: pd.DataFrame
    trends: pd.DataFrame

    @property
    def empty(self) -> bool:
        """Whether nothing changed at all."""
        return not any(map(len, (self.cells, self.periods, self.areas, self.drift, self.moves)))

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many figures changed, by kind of change."""
        return {kind: int(self.cells[kind].sum()) for kind in CHANGES}

    @cached_property
    def table(self) -> pd.DataFrame:
        """By indicator: figures before and after, figures changed by kind, and the size of revisions (median, largest;
        absolute, and relative to the value before). Indicators without a change are left out."""
        by = self.cells.groupby("indicator", sort=True)
        table = by[list(CHANGES)].sum().astype(int)
        for side in ("after", "before"):
            held = getattr(self, side).figures["indicator"].value_counts()
            table.insert(0, f"figures_{side}", held.reindex(table.index, fill_value=0).astype(int))
        for size in ("absolute", "relative"):
            table[[f"{size}_median", f"{size}_largest"]] = by[size].agg(["median", "max"]).to_numpy(dtype=float)
        table.insert(0, "name", [self.label(i) for i in table.index])
        return table.reset_index()

    def label(self, indicator: str) -> str:
        """The name of an indicator, as it is declared last."""
        after = self.after.label(indicator)
        return after if after != indicator else self.before.label(indicator)

    def place(self, area: str) -> str:
        """The name of an area, its code where it has none."""
        return self.after.names.get(area) or self.before.names.get(area) or area

    @cached_property
    def findings(self) -> tuple[str, ...]:
        """What changed, in sentences: the whole first, then what was gained and lost, revised, declared, moved."""
        from goodwork.pipeline.findings import findings

        return findings(self)

    @property
    def markdown(self) -> str:
        """The findings and the table by indicator as a page."""
        from goodwork.pipeline.findings import markdown

        return markdown(self)

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain data; gaps are ``None``."""
        return {
            "before": self.before.name,
            "after": self.after.name,
            "empty": self.empty,
            "counts": self.counts,
            "findings": list(self.findings),
            "trends_turned": int(self.trends["turned"].sum()),
            "trends_compared": len(self.trends),
            "trends": _plain(self.trends[self.trends["turned"]]),
            **{name: _plain(getattr(self, name)) for name in ("table", "periods", "areas", "drift", "moves", "ranked")},
        }


def revisions(
    before: Vintage | Edition | Shipped | pd.DataFrame | Path | str,
    after: Vintage | Edition | Shipped | pd.DataFrame | Path | str,
    *,
    tolerance: float = 1e-9,
) -> Revisions:
    """What changed from one vintage of the figures to another: editions, stores, compiled folders or plain tables.

    Two values are equal when they differ by no more than ``tolerance`` of the larger: the last bits are no revision. A
    figure that is withheld (NaN with a marker) is not a lost one; columns that only one side has are told once, not for
    each figure. Comparing a vintage with itself gives nothing; turning the two round turns every count round.

    Raises ``DataError`` for tables that lack a needed column or give a figure twice, ``StoreError`` for paths without
    figures. Handbook step 2 (data selection) and 8 (sensitivity to the data); after the revision triangles of
    McKenzie & Gamba, *Interpreting the results of revision analyses* (OECD, 2008).

    >>> import pandas as pd
    >>> old = pd.DataFrame({"indicator": "pay", "area": ["A", "B"], "period": "2020", "value": [10.0, 12.0]})
    >>> new = old.assign(value=[10.0, 15.0])
    >>> revisions(old, new).findings[-1]
    'pay: 1 of 2 figures revised, by 3 at the middle and 3 at most (B 2020: 12 → 15).'
    """
    old, new = Vintage.of(before), Vintage.of(after)
    cells = _cells(old, new, tolerance)
    trends = turned(old, new, cells[cells[list(OF_VALUE)].any(axis=1)])
    return Revisions(old, new, cells, _periods(old, new), _areas(old, new), _drift(old, new), *_moves(old, new), trends)


def _cells(old: Vintage, new: Vintage, tolerance: float) -> pd.DataFrame:
    """Every figure that changed, before and after, with what about it changed."""
    both = old.figures.merge(new.figures, on=KEYS, how="outer", suffixes=("_before", "_after"), indicator="side")
    kept = (both["side"] == "both").to_numpy()

    def pair(name: str) -> tuple[Any, Any]:
        return both[f"{name}_before"].to_numpy(), both[f"{name}_after"].to_numpy()

    def unlike(*names: str) -> NDArray[np.bool_]:
        changed = np.zeros(len(both), dtype=bool)
        for name in names:
            if name in old.figures and name in new.figures:
                was, now = pair(name)
                changed |= was != now if QUALIFIERS[name] == "" else ~_same(was, now, tolerance)
        return np.asarray(kept & changed)

    was, now = pair("value")
    both["new"], both["lost"] = both["side"] == "right_only", both["side"] == "left_only"
    both["given"], both["withheld"] = kept & np.isnan(was) & ~np.isnan(now), kept & ~np.isnan(was) & np.isnan(now)
    both["revised"] = kept & ~np.isnan(was) & ~np.isnan(now) & ~_same(was, now, tolerance)
    both["interval"] = unlike("lower", "upper")
    for name in ("status", "basis", "source", "span"):
        both[name] = unlike(name)
    with np.errstate(divide="ignore", invalid="ignore"):
        both["absolute"] = np.where(both["revised"], np.abs(now - was), np.nan)
        both["relative"] = np.where(was == 0, np.nan, both["absolute"] / np.abs(was))
    return both[both[list(CHANGES)].any(axis=1)].drop(columns="side").reset_index(drop=True)


def _same(was: Any, now: Any, tolerance: float) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        close = np.abs(was - now) <= tolerance * np.maximum(np.abs(was), np.abs(now))
    return np.asarray((np.isnan(was) & np.isnan(now)) | close | (was == now))


def _held(vintage: Vintage, column: str) -> pd.DataFrame:
    return vintage.figures.groupby(["indicator", column]).size().rename("figures").reset_index()


def _periods(old: Vintage, new: Vintage) -> pd.DataFrame:
    """Periods that an indicator gained or lost, with how many figures; ``new`` and ``lost`` indicators bring all."""
    return _gained(old, new, "period")


def _areas(old: Vintage, new: Vintage) -> pd.DataFrame:
    """Areas that an indicator gained or lost; ``whole`` where no figure of any indicator was, or is, left."""
    table = _gained(old, new, "area")
    other = {"new": set(old.figures["area"]), "lost": set(new.figures["area"])}
    table["whole"] = [area not in other[change] for area, change in zip(table["area"], table["change"], strict=True)]
    return table


def _gained(old: Vintage, new: Vintage, column: str) -> pd.DataFrame:
    was, now = _held(old, column), _held(new, column)
    both = was.merge(now, on=["indicator", column], how="outer", suffixes=("_before", "_after"), indicator="side")
    both = both[both["side"] != "both"]
    both["change"] = np.where(both["side"] == "right_only", "new", "lost")
    both["figures"] = both["figures_after"].fillna(both["figures_before"]).astype(int)
    other = {"new": set(was["indicator"]), "lost": set(now["indicator"])}
    known = [indicator in other[change] for indicator, change in zip(both["indicator"], both["change"], strict=True)]
    both["with_indicator"] = ~np.array(known, dtype=bool)
    return both[["change", "indicator", column, "figures", "with_indicator"]].reset_index(drop=True)


def _drift(old: Vintage, new: Vintage) -> pd.DataFrame:
    """What is declared otherwise: columns of the figures and tables, indicators, frameworks."""
    import pandas as pd

    rows: list[tuple[str, str, str, str]] = []
    tables = {"figures": (tuple(old.figures.columns), tuple(new.figures.columns))}
    if old.columns is not None and new.columns is not None:
        for table in sorted({*old.columns, *new.columns}):
            tables[f"table {table}"] = (old.columns.get(table, ()), new.columns.get(table, ()))
    for what, (was, now) in tables.items():
        if set(was) != set(now):
            rows.append((what, "columns", ", ".join(c for c in was if c not in now), ", ".join(
                c for c in now if c not in was)))  # fmt: skip
    if old.declared and new.declared:
        for what in sorted({*old.declared, *new.declared}):
            declared_before, declared_after = old.declared.get(what), new.declared.get(what)
            if declared_before is None or declared_after is None:
                rows.append((what, "declared", _yes(declared_before), _yes(declared_after)))
                continue
            for field in sorted({*declared_before, *declared_after}):
                sides = str(declared_before.get(field, "")), str(declared_after.get(field, ""))
                if sides[0] != sides[1]:
                    rows.append((what, field, *sides))
    return pd.DataFrame(rows, columns=["what", "field", "before", "after"])


def _yes(declared: object) -> str:
    return "no" if declared is None else "yes"


def _moves(old: Vintage, new: Vintage) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Areas whose rank in the index differs, and the counts of them by framework, area set, scope and period.

    A rank at the edge can lie outside its own interval; both intervals are then widened by as much.
    """
    import pandas as pd

    if old.ranks is None or new.ranks is None:
        return pd.DataFrame(columns=MOVES), pd.DataFrame(columns=RANKED)
    bounds = ["rank", "rank_low", "rank_high"]
    keys = [*PLACE, "area"]
    columns = dict.fromkeys(bounds, float)
    was, now = (side.reindex(columns=[*keys, *bounds]).astype(columns) for side in (old.ranks, new.ranks))
    both = was.merge(now, on=keys, how="outer", suffixes=("_before", "_after"), indicator="side")
    was, now = both["rank_before"], both["rank_after"]
    sides = [(both["rank_low_before"], both["rank_high_before"], was, now),
             (both["rank_low_after"], both["rank_high_after"], now, was)]  # fmt: skip
    slack = np.fmax.reduce([np.fmax(low - own, own - high) for low, high, own, _ in sides]).clip(0)
    out = [(other < low - slack) | (other > high + slack) for low, high, _, other in sides]
    both["move"] = now - was
    both["exceeds"] = out[0] | out[1]
    words = {"left_only": "no longer ranked", "right_only": "newly ranked", "both": "moved"}
    both["change"] = both["side"].astype(str).map(words)
    size = both["move"].abs()
    ranked = (
        both.assign(
            compared=both["side"] == "both",
            moved=size > 0,
            size=size,
            newly=both["side"] == "right_only",
            no_longer=both["side"] == "left_only",
        )
        .groupby(PLACE, sort=True)
        .agg(compared=("compared", "sum"), moved=("moved", "sum"), exceeds=("exceeds", "sum"),
             median=("size", "median"), largest=("size", "max"), newly=("newly", "sum"), no_longer=("no_longer", "sum"))
        .reset_index()
    )  # fmt: skip
    return both.loc[(both["side"] != "both") | (size > 0), MOVES].reset_index(drop=True), ranked


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain data; NaN becomes ``None``."""
    rows: list[dict[str, Any]] = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{k: v.item() if hasattr(v, "item") else v for k, v in row.items()} for row in rows]
