"""Figures of any vintage of boundaries, on the areas of one vintage.

Counts are added; rates are rebuilt from numerators and denominators, or else weighted by the right population and
marked; a piece of a larger area inherits its rate, marked, and takes a share of its count only where a share is given.
Rates are never averaged plainly, a missing part makes the whole missing, and nothing is matched by name. Every input
row is accounted for.

Handbook step 2 (data selection). Reference: Office for National Statistics, Subnational statistics: geography
aggregation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import DataError, DuplicateObservation, Fault, UnitMismatch, raise_faults
from goodwork.geography.changes import CodeChanges, code_changes, vintage_day
from goodwork.geography.combining import How, Parts, combine
from goodwork.geography.counties import Counties
from goodwork.geography.recipes import Shares, Step, check_shares, steps
from goodwork.model.observation import Status

if TYPE_CHECKING:
    import pandas as pd

NUMBERS = ("value", "lower", "upper", "numerator", "denominator", "weight")
KEYS = ("indicator", "period")
#: When parts disagree on their marker the whole bears the first of these that one of them bears.
GRAVEST = ("f", "e", "b", "u", "p", "r", "low", "")
#: A publisher who withholds a figure of an area is not contradicted by adding up its parts.
KEPT_BACK = ("c", "w")


@dataclass(frozen=True)
class Kind:
    """What sort of number an indicator is, and so how its parts make a whole.

    ``count`` (people, firms: parts add up), ``rate`` (``per`` times numerator over denominator) or ``median`` (medians,
    means of unknown base, coefficients of variation: only approximated).
    """

    sort: Literal["count", "rate", "median"]
    per: float = 100.0


COUNT, PERCENT, MEDIAN = Kind("count"), Kind("rate"), Kind("median")


@dataclass(frozen=True, eq=False)
class Harmonised:
    """The figures on the areas of one vintage, and what became of every row.

    ``table`` has the columns of the input and ``how`` (a name of ``How``), ``parts`` (the codes it was made from,
    joined by ``+``; empty for a figure as published) and ``official`` (false for estimates, approximations and
    inherited figures made here). ``fate`` says for every input row, by its label, what became of it.
    """

    table: pd.DataFrame
    fate: pd.Series
    vintage: date

    @property
    def account(self) -> dict[str, int]:
        """Input rows by what became of them, most frequent first; they add up to the rows that came in."""
        return {str(what): int(n) for what, n in self.fate.value_counts().items()}


def harmonise(
    observations: pd.DataFrame,
    to: str | date,
    kinds: Mapping[str, Kind],
    *,
    changes: CodeChanges | None = None,
    counties: Counties | None = None,
    shares: Shares | None = None,
) -> Harmonised:
    """Put figures of any vintage on the areas of one vintage.

    ``observations`` has a row per figure: ``indicator, period, area, value``; as far as known ``lower, upper, status,
    basis, numerator, denominator, weight`` (the population a rate refers to); and any others, kept where all parts
    agree. ``kinds`` says what sort of number each indicator is. ``counties`` also adds districts up to counties and
    applies the rules for joint figures. ``shares[old, new]`` is the part of an area's count that goes to a new area.

    A figure the publisher gives for the area itself is never replaced, unless it is missing without being withheld.
    Otherwise the best recipe that yields a figure is taken: the same place, whole places, wholes and pieces, a piece.
    Rows already on the vintage, and codes the table does not know (regions, countries), pass unchanged.

    Raises ``DataError`` for a missing column, an indicator without a kind, wrong shares; ``DuplicateObservation`` for
    two figures of one area, indicator and period; ``UnitMismatch`` when a rate is not ``per`` numerator/denominator.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"indicator": "pupils", "period": "2022", "value": [10.0, 5.0, 1.0],
    ...                      "area": ["E07000026", "E07000028", "E07000029"]})
    >>> found = harmonise(rows, "April 2023", {"pupils": COUNT})
    >>> found.table[["area", "value", "how"]].values.tolist(), found.account
    ([['E06000063', 16.0, 'SUMMED']], {'sum of the parts': 3})
    """
    day, table = vintage_day(to), changes or code_changes()
    taken = steps(table, day, counties)
    check_shares(shares or {}, table, counties)
    work = _Work(observations, kinds, shares or {})
    for step in taken:
        work.take(step)
    work.leave_out([code for code in work.codes if not table.valid(code, day)], f"left out: no such area on {day}")
    result, fate = work.finish()
    return Harmonised(result, fate, day)


class _Work:
    """The rows as they stand between two steps. Every row has a number; the first ones are those that came in."""

    def __init__(self, observations: pd.DataFrame, kinds: Mapping[str, Kind], shares: Shares) -> None:
        import pandas as pd

        _check(observations, kinds)
        self.shares, self.labels, self.columns = shares, observations.index, list(observations.columns)
        rows = observations.reset_index(drop=True)
        for name in NUMBERS:
            rows[name] = rows[name].astype(float) if name in rows else np.nan
        for name, default in {"status": "", "basis": "published"}.items():
            rows[name] = rows[name].astype(object).fillna(default) if name in rows else default
        by_indicator = {str(name): kinds[str(name)] for name in rows["indicator"].unique()}
        rows["_per"] = rows["indicator"].map({name: kind.per for name, kind in by_indicator.items()}).astype(float)
        rows["_sort"] = rows["indicator"].map({name: kind.sort for name, kind in by_indicator.items()})
        rows["_key"] = rows.groupby(list(KEYS), sort=False, dropna=False).ngroup()
        rows["how"], rows["parts"], rows["official"] = int(How.AS_PUBLISHED), "", True
        if (twice := rows.duplicated(["_key", "area"], keep=False)).any():
            faults = [
                Fault(f"{r.indicator}, {r.area}, {r.period} is given more than once", remedy="keep one")
                for r in rows[twice].drop_duplicates(["_key", "area"]).itertuples(index=False)
            ]
            raise_faults(faults, "figures are given twice", DuplicateObservation)
        _check_rates(rows)
        self.rows, self.next = rows, len(rows)
        self.born: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
        self.lost: dict[str, list[NDArray[np.intp]]] = {}
        self.way: list[NDArray[np.int64]] = [np.full(len(rows), int(How.AS_PUBLISHED))]
        self.pd = pd

    @property
    def codes(self) -> list[str]:
        return [str(code) for code in self.rows["area"].unique()]

    def leave_out(self, codes: list[str], why: str) -> None:
        """Drop the rows of some codes for a reason."""
        gone = self.rows["area"].isin(codes)
        self.lose(self.rows.index[gone], why)
        self.rows = self.rows[~gone]

    def lose(self, numbers: Any, why: str) -> None:
        """Note why some rows go no further."""
        self.lost.setdefault(why, []).append(np.asarray(numbers, dtype=np.intp))

    def take(self, step: Step) -> None:
        """Make the codes of a step from their parts, best recipe first, and drop the parts."""
        moving = self.rows["area"].isin(step.consumed)
        if step.series:
            moving &= self.rows["indicator"].isin(step.series)
        if not moving.any():
            return
        source, self.rows = self.rows[moving], self.rows[~moving]
        made, links = self._candidates(source, step)
        self.lose(
            source.index[~source.index.isin(links["_parent"])],
            "left out: nobody is to have this figure, by declared rule",
        )
        self.born.append((links["_child"].to_numpy(np.intp), links["_parent"].to_numpy(np.intp)))
        made = self._without_own(made)
        best = made.assign(_empty=made["value"].isna()).sort_values(["_empty", "_rank"], kind="stable")
        spare = best.duplicated(["_key", "area"])
        self.lose(best.index[spare], "left out: a better way to make up the same area")
        self.rows = self.pd.concat([self.rows, best[~spare].drop(columns=["_rank", "_empty"])])

    def _candidates(self, source: pd.DataFrame, step: Step) -> tuple[pd.DataFrame, pd.DataFrame]:
        """One row for each recipe, indicator and period that has any of its parts; and which rows went into which."""
        edges = self.pd.DataFrame(
            [
                (k, recipe.new, recipe.rank, len(recipe.whole) + len(recipe.part), code, factor)
                for k, recipe in enumerate(step.recipes)
                for code, factor in [(code, 1.0) for code in recipe.whole]
                + [(code, self.shares.get((code, recipe.new), np.nan)) for code in recipe.part]
            ],
            columns=["_recipe", "_new", "_rank", "_needed", "area", "_factor"],
        )
        parts = source.reset_index(names="_parent").merge(edges, on="area", sort=False)
        parts["_group"] = parts.groupby(["_key", "_recipe"], sort=False).ngroup()
        parts = parts.sort_values(["_group", "area"], kind="stable", ignore_index=True)
        heads = parts.drop_duplicates("_group", ignore_index=True)
        group = parts["_group"].to_numpy(np.intp)
        whole = combine(
            Parts(
                group=group,
                needed=heads["_needed"].to_numpy(np.intp),
                factor=parts["_factor"].to_numpy(float),
                per=parts["_per"].to_numpy(float),
                count=(parts["_sort"] == "count").to_numpy(bool),
                median=(parts["_sort"] == "median").to_numpy(bool),
                **{name: parts[name].to_numpy(float) for name in NUMBERS},
            )
        )
        made = heads.assign(**{name: getattr(whole, name) for name in NUMBERS})
        by = parts.groupby("_group", sort=True)
        for name in set(self.columns) - {*KEYS, *NUMBERS, "area", "status", "basis"}:
            made[name] = made[name].where((by[name].nunique(dropna=False) == 1).to_numpy())
        made["parts"] = _joined(parts["parts"].where(parts["parts"] != "", parts["area"]), group)
        made["area"] = heads["_new"]
        recoded = whole.how == How.RECODED
        inherited = (whole.how == How.INHERITED) | (parts["basis"] == "inherited").groupby(parts["_group"]).any()
        made["basis"] = np.where(recoded, heads["basis"], np.where(inherited, "inherited", "derived"))
        estimated = whole.estimated | ~by["official"].all().to_numpy()
        made["official"] = ~estimated
        made["status"] = np.where(recoded, heads["status"], np.where(estimated, "e", _gravest(parts, len(heads))))
        nothing = np.isnan(whole.value) & ~recoded
        withheld = parts["status"].isin(["c"]).groupby(parts["_group"]).any().to_numpy()
        made.loc[nothing, "status"] = np.where(withheld, "c", "x")[nothing]
        made["how"] = np.where(recoded & (heads["how"] > How.RECODED), heads["how"], whole.how)
        made.index = self.pd.RangeIndex(self.next, self.next + len(made))
        self.next += len(made)
        self.way.append(made["how"].to_numpy(np.int64))
        links = self.pd.DataFrame({"_parent": parts["_parent"], "_child": made.index.to_numpy()[group]})
        extra = ["_parent", "_recipe", "_new", "_needed", "_factor", "_group"]
        return made.drop(columns=extra), links

    def _without_own(self, made: pd.DataFrame) -> pd.DataFrame:
        """The candidates that do not compete with a figure given for the area itself; empty own rows give way."""
        codes = self.pd.Index(made["area"].unique())
        near = self.rows[self.rows["area"].isin(codes)]
        ours, theirs = (
            frame["_key"].to_numpy() * len(codes) + codes.get_indexer(frame["area"]) for frame in (made, near)
        )
        full = near["value"].notna() | near["status"].isin(KEPT_BACK)
        stands = full.to_numpy() | ~np.isin(theirs, ours[made["value"].notna()])
        beaten = np.isin(ours, theirs[stands])
        self.lose(made.index[beaten], "left out: the publisher gives the area itself")
        self.lose(near.index[~stands], "left out: empty, and its parts are known")
        if not stands.all():
            self.rows = self.rows.drop(index=near.index[~stands])
        return made[~beaten]

    def finish(self) -> tuple[pd.DataFrame, pd.Series]:
        """The table in order of indicator, period and area, and the fate of every row that came in."""
        came, way = len(self.labels), np.concatenate(self.way)
        used = np.zeros(self.next, dtype=bool)
        used[self.rows.index.to_numpy(np.intp)] = True
        final, reasons = way.copy(), ["", *self.lost]
        reason = np.zeros(self.next, dtype=np.intp)
        for k, chunks in enumerate(self.lost.values(), start=1):
            reason[np.concatenate(chunks)] = k
        for child, parent in reversed(self.born):
            np.logical_or.at(used, parent, used[child])
            done = used[child]
            final[parent[done]] = final[child[done]]
            reason[parent[~done]] = np.where(reason[parent[~done]] == 0, reason[child[~done]], reason[parent[~done]])
        words = np.array([how.words for how in How], dtype=object)
        fate = np.where(used[:came], words[final[:came]], np.array(reasons, dtype=object)[reason[:came]])
        if (lost := int((fate == "").sum())) > 0:
            raise DataError(f"{lost} rows are not accounted for", remedy="report this: it is a bug")
        table = self.rows.sort_values([*KEYS, "area"], kind="stable", ignore_index=True)
        table["how"] = np.array([how.name for how in How], dtype=object)[table["how"].to_numpy(np.intp)]
        columns = self.columns + [name for name in ("status", "basis") if name not in self.columns]
        for name in ("status", "basis", "how", "parts"):
            table[name] = table[name].astype(str)
        return table[[*columns, "how", "parts", "official"]], self.pd.Series(fate, index=self.labels, name="fate")


def _joined(names: pd.Series, group: NDArray[np.intp]) -> NDArray[Any]:
    """The names of each group, in order, joined by ``+``; rows are in order of group."""
    texts = names.to_numpy(object)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    size = np.diff(starts, append=len(group))
    joined = np.array(texts[starts], dtype=object)
    for k in range(1, int(size.max(initial=1))):
        longer = size > k
        joined[longer] = joined[longer] + "+" + texts[starts[longer] + k]
    return joined


def _gravest(parts: pd.DataFrame, groups: int) -> NDArray[Any]:
    order = {marker: k for k, marker in enumerate(GRAVEST)}
    rank = parts["status"].map(order).fillna(order[""]).to_numpy(np.intp)
    worst = np.full(groups, order[""])
    np.minimum.at(worst, parts["_group"].to_numpy(np.intp), rank)
    return np.asarray(np.array(GRAVEST, dtype=object)[worst])


def _check(observations: pd.DataFrame, kinds: Mapping[str, Kind]) -> None:
    faults = [
        Fault(f"no column {name!r}", column=name)
        for name in (*KEYS, "area", "value")
        if name not in observations.columns
    ]
    raise_faults(faults, "the figures cannot be put on other areas")
    missing = observations[[*KEYS, "area"]].isna().any(axis=1)
    faults = [Fault("no area, indicator or period", row=int(row)) for row in np.flatnonzero(missing)]
    unknown = sorted(set(observations["indicator"].dropna().astype(str)) - set(kinds))
    faults += [Fault(f"{name}: nobody says whether it is a count, a rate or a median") for name in unknown]
    if "status" in observations:
        known = {str(status) for status in Status}
        odd = sorted({str(text) for text in observations["status"].dropna().unique()} - known)
        faults += [Fault(f"unknown marker {text!r}", column="status") for text in odd]
    raise_faults(faults, "the figures cannot be put on other areas")


def _check_rates(rows: pd.DataFrame) -> None:
    """A rate must be what its numerator and denominator make it: in the middle, within a tenth."""
    ours = rows[(rows["_sort"] == "rate") & (rows["numerator"] > 0) & (rows["denominator"] > 0) & (rows["value"] > 0)]
    per = ours.groupby("indicator")["_per"].first()
    ratio = (ours["_per"] * ours["numerator"] / ours["denominator"] / ours["value"]).groupby(ours["indicator"]).median()
    faults = [
        Fault(
            f"{name} is not {per[name]:g} times numerator by denominator but {per[name] / by:.3g} times",
            remedy="declare what it is per, or correct the numerators",
        )
        for name, by in ratio.items()
        if not 0.9 < by < 1.1
    ]
    raise_faults(faults, "rates do not agree with their numerators", UnitMismatch)
