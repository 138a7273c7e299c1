"""From snapshots to figures: read, mapped to our series, put on the areas of the edition, and worked out from parts.

Nothing is lost on the way: every record of every file is used or left out for a reason, and every figure keeps the
place in the file that it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.errors import DataError, DeclarationError, MissingData, SourceError
from goodwork.geography.changes import code_changes, vintage_day
from goodwork.geography.combining import How
from goodwork.geography.counties import counties
from goodwork.geography.harmonise import COUNT, MEDIAN, Kind, harmonise
from goodwork.geography.recipes import steps
from goodwork.model.area import Geography
from goodwork.model.source import Derivation, Source, Sources
from goodwork.pipeline.derivations import complement, entropy, share
from goodwork.pipeline.fetch import latest
from goodwork.pipeline.reading import Taken, read_source, take
from goodwork.plugins import Tell, untold
from goodwork.sources.gbd import may_publish
from goodwork.store.snapshots import Snapshot, Snapshots

if TYPE_CHECKING:
    import pandas as pd

KEY = ["area", "period"]
NO_FIGURE = (How.PART_MISSING.name, How.NO_SHARES.name, How.NO_WEIGHTS.name)
#: What makes a derived figure no better than its worst part, gravest first.
GRAVEST = ("f", "e", "b", "u", "p", "r", "low")


@dataclass(frozen=True, eq=False)
class Assembled:
    """The figures of every source on the areas of one vintage.

    ``series`` has a row per figure: ``series, area, period, span, value, lower, upper, status, basis, source`` (the id
    of its origin), ``how`` (a name of ``How``) and ``parts``. ``lineage`` has a row for every published figure behind
    them: ``series, area, period, part`` (the publisher's code), ``source, row``. ``account`` says, by source, how many
    records came, were used, and were left out, by reason. ``snapshots`` are those read, by source and file.
    """

    series: pd.DataFrame
    lineage: pd.DataFrame
    account: Mapping[str, Mapping[str, Any]]
    snapshots: Mapping[str, Mapping[str, Snapshot]]
    absent: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


def assemble(
    snapshots: Snapshots,
    sources: Sources,
    geography: Geography,
    *,
    beside: pd.DataFrame | None = None,
    day: Any = None,
    tell: Tell = untold,
) -> Assembled:
    """The figures of every source that is kept, as it was last fetched (or stood at the end of a ``day``).

    ``beside`` are series from elsewhere that derivations may use (population), with the columns ``series, area, period,
    value``. Raises ``MissingData`` when nothing is kept, ``SourceError`` for figures whose terms forbid that they are
    passed on, ``SourceChanged`` and others when a file cannot be read.
    """
    import pandas as pd

    account: dict[str, dict[str, Any]] = {}
    used: dict[str, dict[str, Snapshot]] = {}
    taken, absent, notes = [], [], []
    everything = list(sources.by_id.values())
    for number, source in enumerate(everything):
        tell(source.title, 0.7 * number / len(everything))
        kept = latest(snapshots, source, day)
        if kept is None:
            absent.append(source.id)
            continue
        reading = read_source(source, {name: snapshots.read(s) for name, s in kept.items()})
        if not may_publish(reading.facts):
            terms = reading.facts.get("licence", "its terms forbid it")
            raise SourceError(
                f"the figures of {source.id} may not be passed on: {terms}",
                remedy="leave the source out; use the file in a monitor of your own that you do not publish",
            )
        one = take(source, reading, sources.names.get(source.area_names))
        taken.append(_within(one, geography))
        account[source.id] = {"records": one.records, "left_out": dict(taken[-1].left_out)}
        used[source.id] = kept
        notes += list(one.notes)
    if not taken:
        raise MissingData("no snapshot of any source is kept", remedy="fetch first: goodwork fetch")
    tell("areas", 0.7)
    rows = pd.concat([one.table for one in taken], ignore_index=True)
    series, fate = _on_areas(rows, sources, geography)
    _finish_account(account, rows, fate)
    tell("derivations", 0.9)
    lineage = _lineage(series, rows)
    series = series[[*_COLUMNS]]
    whole = pd.concat([series, *derived(series, sources.derived, geography, beside)], ignore_index=True)
    return Assembled(whole, lineage, account, used, tuple(absent), tuple(dict.fromkeys(notes)))


_COLUMNS = ("series", "area", "period", "span", "value", "lower", "upper", "status", "basis", "source", "how", "parts")


def _within(one: Taken, geography: Geography) -> Taken:
    """The rows of areas from which one of ours can be made; the others are counted by the beginning of their codes."""
    day = vintage_day(geography.vintage)
    reach = {code for step in steps(code_changes(), day, counties()) for code in step.consumed} | set(geography.by_code)
    near = one.table["area"].isin(reach)
    far = one.table.loc[~near, "area"].str[:3].value_counts()
    left_out = {**one.left_out, **{f"area outside the monitor: codes {code}…": int(n) for code, n in far.items()}}
    return Taken(one.table[near], one.records, left_out, one.facts, one.notes)


def _on_areas(rows: pd.DataFrame, sources: Sources, geography: Geography) -> tuple[pd.DataFrame, pd.Series]:
    """The figures on the areas of the edition, and the fate of every row."""
    found = harmonise(
        rows.rename(columns={"series": "indicator"}),
        geography.vintage,
        kinds_of(sources.by_id.values()),
        changes=code_changes(),
        counties=counties(),
    )
    table = found.table.rename(columns={"indicator": "series"})
    table = table[table["area"].isin(list(geography.by_code)) & ~table["how"].isin(NO_FIGURE)].copy()
    table["source"] = _origins(table, sources)
    return table, found.fate


def kinds_of(sources: Iterable[Source]) -> dict[str, Kind]:
    """What sort of number each series is; ``DeclarationError`` when two sources disagree.

    >>> from goodwork.model.source import shipped_sources
    >>> kinds_of(shipped_sources().by_id.values())["apprenticeship_starts_england"]
    Kind(sort='rate', per=100000.0)
    """
    found: dict[str, Kind] = {}
    for source in sources:
        for one in source.series:
            kind = {"count": COUNT, "median": MEDIAN}.get(one.sort, Kind("rate", one.per))
            if found.setdefault(one.series, kind) != kind:
                raise DeclarationError(
                    f"{one.series} is declared as two sorts of number", remedy="correct sources.toml"
                )
    return found


def _origins(table: pd.DataFrame, sources: Sources) -> Any:
    """The origin of every figure: that of its source, or the one declared for figures made of such parts."""
    origin = table["source"].to_numpy(dtype=object).copy()
    made = ~table["how"].isin([How.AS_PUBLISHED.name, How.RECODED.name]).to_numpy()
    for source in sources.by_id.values():
        mine = made & (table["source"] == source.id).to_numpy()
        for parts, name in source.made_of.items():
            origin[mine if parts == "*" else mine & (table["parts"] == parts).to_numpy()] = name
    return origin


def _finish_account(account: dict[str, dict[str, Any]], rows: pd.DataFrame, fate: pd.Series) -> None:
    """Count what became of the rows of every source; raise when a record was lost or counted twice."""
    lost = fate.str.startswith(("left out", "none"))
    for source, mine in rows.groupby("source", sort=False):
        entry = account[str(source)]
        for reason, count in fate[mine.index][lost[mine.index]].value_counts().items():
            entry["left_out"][str(reason)] = int(count)
    for source, entry in account.items():
        entry["used"] = int((~lost[rows["source"] == source]).sum())
        told = entry["used"] + sum(entry["left_out"].values())
        if told != entry["records"]:
            raise DataError(
                f"{source}: {entry['records']} records came and {told} are accounted for", remedy="report this: a bug"
            )


def _lineage(series: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The published figures behind every figure: the part's code and its place in the file."""
    import pandas as pd

    asked = series[["series", *KEY, "parts"]].copy()
    asked["part"] = asked["parts"].where(asked["parts"] != "", asked["area"]).str.split("+")
    asked = asked.explode("part", ignore_index=True)[["series", *KEY, "part"]]
    known = rows[["series", *KEY, "source", "row"]].rename(columns={"area": "part"})
    found = asked.merge(known, on=["series", "period", "part"], how="left")
    if found["row"].isna().any():
        lost = found[found["row"].isna()].iloc[0]
        raise DataError(f"{lost.series}, {lost.area}, {lost.period}: nobody knows where it came from", remedy="report")
    return pd.DataFrame(found[["series", "area", "period", "part", "source", "row"]])


def derived(
    series: pd.DataFrame, declared: Iterable[Derivation], geography: Geography, beside: pd.DataFrame | None = None
) -> list[pd.DataFrame]:
    """The tables of every derived series whose parts are there.

    ``beside`` are series from elsewhere (population): ``series, area, period, value``; a derivation may be made over
    them, never of them alone.
    """
    import pandas as pd

    pool = series if beside is None else pd.concat([series, _bare(beside, series)], ignore_index=True)
    made, fetched = [], set(series["series"])
    for one in declared:
        names = (*one.of, *one.over)
        parts = pool[pool["series"].isin(list(names))]
        if set(names) <= set(parts["series"]) and set(one.of) <= fetched:
            parts = pd.concat([parts, *(_summed(parts, level, one, geography) for level in one.summed)])
            table = _derive(parts, one)
            made.append(table)
            fetched.add(one.series)
            pool = pd.concat([pool, table], ignore_index=True)
    return made


def _bare(beside: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    new = beside[~beside["series"].isin(series["series"].unique())]
    words = {"status": "", "basis": "published", "source": "", "how": "", "parts": ""}
    return new.assign(**{name: word for name, word in words.items() if name not in new}).reindex(columns=list(_COLUMNS))


def _summed(parts: pd.DataFrame, level: str, one: Derivation, geography: Geography) -> pd.DataFrame:
    """Counts of the areas added up for their parents of a level that the publisher does not give; a missing part makes
    the whole missing. Half-widths add in quadrature."""
    import pandas as pd

    members = {a.code: a.parents[level] for a in geography.at(geography.level) if level in a.parents}
    ours = {code: parent for code, parent in members.items() if code not in one.sum_without}
    rows = parts[parts["area"].isin(list(ours))]
    needed = pd.Series(ours).value_counts()
    rows = rows.assign(area=rows["area"].map(ours), half=((rows["upper"] - rows["lower"]) / 2) ** 2)
    by = rows.groupby(["series", "area", "period"], sort=True)
    table = by.agg(
        value=("value", "sum"), known=("value", "count"), half=("half", "sum"), widths=("half", "count"),
        span=("span", "first"),
    ).reset_index()  # fmt: skip
    whole = table["area"].map(needed)
    table["half"] = table["half"].where(table["widths"] == whole)
    table = table[table["known"] == whole]
    table["lower"] = table["value"] - np.sqrt(table["half"])
    table["upper"] = table["value"] + np.sqrt(table["half"])
    given = pd.MultiIndex.from_frame(parts[["series", *KEY]])
    table = table[~pd.MultiIndex.from_frame(table[["series", *KEY]]).isin(given)]
    return table.assign(status="", basis="derived", source="", how=How.SUMMED.name, parts="").reindex(
        columns=list(parts.columns)
    )


def _derive(parts: pd.DataFrame, one: Derivation) -> pd.DataFrame:
    """One derived series: a row per area and period of which every part has a row."""
    import pandas as pd

    if one.how == "difference":
        return _difference(parts, one)
    if one.how == "per head":
        return _per_head(parts, one)
    numbers = parts.set_index([*KEY, "series"])[["lower", "value", "upper"]].unstack("series")
    wide = {name: numbers[name] for name in ("value", "lower", "upper")}
    first = parts[parts["series"] == one.of[0]].set_index(KEY)
    index = first.index
    if one.how == "complement":
        low, mid, high = (wide[name][one.of[0]].reindex(index).to_numpy() for name in ("lower", "value", "upper"))
        value, lower, upper = complement(mid, low, high, one.per)
    else:
        of, low, high = (wide[name].reindex(index=index, columns=list(one.of)).to_numpy() for name in wide)
        if one.how == "entropy":
            told = (of > 0).sum(axis=1) > 1  # of one group alone the others are withheld, not empty
            value, half = np.where(told, entropy(of), np.nan), np.full(len(index), np.nan)
        else:
            over = wide["value"].reindex(index=index, columns=list(one.over)).to_numpy()
            value, half = share(of, over, (high - low) / 2, one.per)
        if not one.interval:
            half = np.full(len(index), np.nan)
        lower, upper = value - half, value + half
    table = pd.DataFrame({"value": value, "lower": lower, "upper": upper}, index=index).reset_index()
    table = table.assign(
        series=one.series, span=first["span"].to_numpy(), status=first["status"].to_numpy(), basis="derived",
        source=one.origin, how="DERIVED", parts="",
    )  # fmt: skip
    return _settled(table, of_one=one.how == "complement")


def _settled(table: pd.DataFrame, of_one: bool) -> pd.DataFrame:
    """Rows with a figure, and, of a series with a single part, those whose part is withheld; markers of counts say
    nothing of the share made of them."""
    if not of_one:
        return table[table["value"].notna()].assign(status="").reindex(columns=list(_COLUMNS))
    return table.reindex(columns=list(_COLUMNS))


def _difference(parts: pd.DataFrame, one: Derivation) -> pd.DataFrame:
    before, after = (
        parts[(parts["period"] == p) & (parts["series"] == one.of[0])].set_index("area") for p in one.periods
    )
    table = after.assign(value=after["value"] - before["value"].reindex(after.index), lower=np.nan, upper=np.nan)
    table = table[table["value"].notna()].reset_index()
    return table.assign(
        series=one.series, span=one.span or " to ".join(one.periods), basis="derived", source=one.origin, how="DERIVED",
        parts="",
    ).reindex(columns=list(_COLUMNS))  # fmt: skip


def _per_head(parts: pd.DataFrame, one: Derivation) -> pd.DataFrame:
    """Events for people: of an area and period of which, and of every year before it that is added up, all parts are
    known. Shares among ``over`` (per cent) are taken of the people first; the gravest marker of any part stays."""
    import pandas as pd

    cells = parts.set_index(["area", "period", "series"])
    half = ((cells["upper"] - cells["lower"]) / 2).unstack("series")
    value = cells["value"].unstack("series")
    graver = {marker: rank for rank, marker in enumerate(GRAVEST)}
    marker = cells["status"].map(graver).fillna(len(graver)).unstack("series")
    columns = {
        "events": value[list(one.of)].sum(axis=1, skipna=False),
        "half": np.sqrt((half[list(one.of)] ** 2).sum(axis=1, skipna=False)),
        "people": value[one.over[0]] * (value[list(one.over[1:])] / 100).prod(axis=1, skipna=False),
        "marker": marker[[*one.of, *one.over]].min(axis=1),
    }
    years = sorted(value.index.get_level_values("period").unique())
    if one.years > 1 or one.people_before:
        years = [str(year) for year in range(int(years[0]), int(years[-1]) + 1)]
    areas = sorted(value.index.get_level_values("area").unique())
    grid = {name: column.unstack("period").reindex(index=areas, columns=years) for name, column in columns.items()}
    grid["people"] = grid["people"].shift(one.people_before, axis=1)
    # (areas, periods, years added up): the period itself and those before it
    ran = {
        name: np.stack([wide.shift(back, axis=1).to_numpy(float) for back in range(one.years)], axis=-1)
        for name, wide in grid.items()
    }
    number, width = share(ran["events"], ran["people"], ran["half"], one.per)
    if not one.interval:
        width = np.full_like(number, np.nan)
    worst = np.nan_to_num(ran["marker"], nan=len(graver)).min(axis=-1).astype(int)
    table = pd.DataFrame(
        {
            "area": np.repeat(areas, len(years)), "period": np.tile(years, len(areas)), "value": number.ravel(),
            "lower": (number - width).ravel(), "upper": (number + width).ravel(),
            "status": np.array([*GRAVEST, ""], dtype=object)[worst.ravel()],
        }
    )  # fmt: skip
    spans = parts[parts["series"] == one.of[0]].set_index(KEY)["span"]
    table["span"] = spans.reindex(pd.MultiIndex.from_frame(table[KEY])).to_numpy()
    if one.years > 1:
        table["span"] = [f"{int(p) - one.years + 1}-{p}" for p in table["period"]]
    if one.span:
        table["span"] = one.span
    held = table["value"].notna() & pd.MultiIndex.from_frame(table[KEY]).isin(spans.index)
    return table[held].assign(
        series=one.series, basis="derived", source=one.origin, how="DERIVED", parts=""
    ).reindex(columns=list(_COLUMNS))  # fmt: skip
