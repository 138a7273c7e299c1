"""The tables of an area's report: figures as words, each with its interval under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goodwork.analysis.finding import say
from goodwork.analysis.profile import Figure, Profile, Standing
from goodwork.analysis.wording import chance, written
from goodwork.language import tr
from goodwork.model.indicator import Indicator
from goodwork.report.view import View, bounds, quality

if TYPE_CHECKING:
    import pandas as pd

#: Between a cell's number and what stands small under it.
UNDER = "\n"
#: Which end of a figure is better, in a word.
BETTER = {"higher": tr("higher"), "lower": tr("lower"), "neither": tr("neither end")}
#: Heads and cells that several tables have.
INTERVAL, HERE, NO_INTERVAL, NO_DATA = tr("95 % interval"), tr("Here"), tr("no interval"), tr("no data")


def score(standing: Standing) -> str:
    """A score with its interval under it."""
    if not standing.scored:
        return tr("not scored")
    return f"{standing.score:.1f}{UNDER}{_range(standing.low, standing.high, 1)}"


def rank(standing: Standing) -> str:
    """A rank with its interval under it."""
    if standing.rank != standing.rank:
        return tr("not ranked")
    tied = "=" if standing.ties else ""
    place = tr("{rank} of {areas}").format(rank=f"{standing.rank:.0f}{tied}", areas=standing.of)
    return f"{place}{UNDER}{_range(standing.rank_low, standing.rank_high, 0)}"


def _range(low: float, high: float, decimals: int) -> str:
    if low != low:
        return NO_INTERVAL
    return tr("{low} to {high}").format(low=f"{low:.{decimals}f}", high=f"{high:.{decimals}f}")


def figure(indicator: Indicator, value: float, lower: float, upper: float) -> str:
    """A figure with its interval under it; words of the unit that the heading says are left out."""
    if value != value:
        return NO_DATA
    ends = bounds(indicator, lower, upper) if lower == lower else NO_INTERVAL
    return f"{short(indicator, value)}{UNDER}{ends}"


def short(indicator: Indicator, value: float) -> str:
    """A figure with £ or %, without further words of its unit."""
    if value != value:
        return NO_DATA
    unit = indicator.unit.removeprefix("£").strip()
    return indicator.show(value) if unit.startswith("%") else indicator.show(value).removesuffix(unit).strip()


def domains(found: Profile) -> pd.DataFrame:
    """Index and domains: score and rank, each with its 95 % interval."""
    import pandas as pd

    rows = [(s.title, *score(s).split(UNDER), *rank(s).split(UNDER)) for s in (found.index, *found.domains) if s.scored]
    return pd.DataFrame(rows, columns=[tr("Measure"), tr("Score"), tr("Score,\n95 % interval"), tr("Rank"),
                                       tr("Rank,\n95 % interval")])  # fmt: skip


def members(view: View, found: Profile, groups: dict[str, tuple[str, list[str]]]) -> pd.DataFrame:
    """Every indicator of the index: the figure here, in nation and region, and the mean of each group; the rank."""
    import pandas as pd

    known, codes = view.monitor.geography.by_code, found.area.parents
    parents = [known[code] for level in ("country", "region") if (code := codes.get(level, "")) in known]
    rows = []
    for cell in found.figures:
        indicator = cell.indicator
        row = {
            tr("Indicator"): f"{indicator.name}{UNDER}{unit_of(cell)}",
            f"{HERE}{UNDER}{INTERVAL}": figure(indicator, cell.value, cell.lower, cell.upper),
        }
        for parent in parents:
            row[parent.name] = short(
                indicator, float(view.figure(parent.code, indicator.id).get("value", float("nan")))
            )
        for name, areas in groups.values():
            there = view.natural[indicator.id].reindex(areas).dropna()
            row[name[:1].upper() + name[1:]] = short(indicator, float(there.mean()) if len(there) else float("nan"))
        row[tr("Rank\n95 % interval")] = rank(cell.standing)
        if view.arithmetic and found.index.scored:
            counted = cell.contribution == cell.contribution
            row[tr("Points in\nthe score")] = written(cell.contribution, "+.1f") if counted else "–"
        rows.append(row)
    return pd.DataFrame(rows)


def compared(table: pd.DataFrame) -> pd.Series:
    """Which rows of ``held`` have a figure of the nation beside them."""
    return table.iloc[:, 5] != NO_DATA


def unit_of(cell: Figure) -> str:
    """Unit, which end is better, the time a figure is of, its marker."""
    when = cell.span or cell.period
    marked = quality(str(cell.status), cell.basis)
    return "; ".join(filter(None, (cell.indicator.unit, cell.better, when, marked)))


def around(view: View, found: Profile, each_side: int = 3) -> pd.DataFrame:
    """The areas next to it in the ranking, as ``figures.league`` draws them."""
    table = view.index.reset_index(drop=True)
    place = int(table.index[table["area"] == found.area.code][0])
    first = max(0, min(place - each_side, len(table) - 2 * each_side - 1))
    return table.iloc[first : first + 2 * each_side + 1].drop(columns=["tier"], errors="ignore")


def neighbours(view: View, found: Profile) -> pd.DataFrame:
    """The areas most like it: how near, on what they differ most, where they stand."""
    import pandas as pd

    rows = view.rows("neighbours", period=view.period)
    near = rows[rows["area"] == found.area.code].sort_values("rank") if len(rows) else rows
    above, lines = view.above(found.area.code), []
    for row in near.to_dict("records"):
        stands, code = view.place(row["neighbour"]), row["neighbour"]
        differs = view.framework.node_title(row["differs_most"], view.monitor.catalogue)
        lines.append(
            {
                tr("Area"): view.names[code],
                tr("Distance"): f"{row['distance']:.2f}",
                tr("Differs most on"): f"{differs}{UNDER}{say('{share:.0%} of the distance', share=row['share'])}",
                tr("Score\n95 % interval"): score(stands),
                tr("Rank\n95 % interval"): rank(stands),
                tr("Chance of\nscoring above"): chance(above.get(code, float("nan"))),
            }
        )
    return pd.DataFrame(lines)


def held(view: View, found: Profile, indicators: list[str]) -> pd.DataFrame:
    """The latest figure here of each of these indicators that has one, beside the nation's of the same time."""
    import pandas as pd

    mine, nation = view.held(found.area.code), found.area.parents.get("country", "")
    mine = mine[mine["value"].notna() & mine["indicator"].isin(indicators)]
    last = mine.sort_values("period", kind="stable").drop_duplicates("indicator", keep="last").set_index("indicator")
    theirs = view.held(nation).set_index(["indicator", "period"])["value"]
    theirs = theirs[~theirs.index.duplicated()]
    country = view.names.get(nation, tr("Nation"))
    rows = []
    for name in indicators:
        if name not in last.index:
            continue
        row, known = last.loc[name], view.monitor.catalogue[name]
        words = "; ".join(filter(None, (str(row["span"] or row["period"]), quality(row["status"], row["basis"]))))
        rows.append(
            {
                tr("Indicator"): known.label,
                tr("Unit"): known.unit,
                tr("Better"): BETTER[known.direction],
                HERE: short(known, row["value"]),
                INTERVAL: bounds(known, row["lower"], row["upper"]) if row["lower"] == row["lower"] else "–",
                country: short(known, float(theirs.get((name, row["period"]), float("nan")))),
                tr("Time and marker"): words,
            }
        )
    return pd.DataFrame(rows)


def sources(view: View, found: Profile, shown: list[str]) -> pd.DataFrame:
    """Where the figures come from: each source once, with the indicators it serves here."""
    import pandas as pd

    mine = view.held(found.area.code)
    mine = mine[mine["indicator"].isin(shown) & mine["value"].notna()]
    last = mine.sort_values("period", kind="stable").drop_duplicates("indicator", keep="last")
    order = {name: k for k, name in enumerate(shown)}
    rows = []
    for source, group in last.groupby("source", sort=False):
        if (origin := view.monitor.origins.get(str(source))) is not None:
            names = sorted(group["indicator"], key=lambda name: order[name])
            labels = ", ".join(view.monitor.catalogue[name].label for name in names)
            rows.append((order[names[0]], labels, origin.line))
    return pd.DataFrame([row[1:] for row in sorted(rows)], columns=[tr("figures"), tr("source")])


def missing(found: Profile) -> pd.DataFrame:
    """Indicators of the index without a figure here, with the reason as far as it is known."""
    import pandas as pd

    rows = [(cell.indicator.name, why(found, cell)) for cell in found.missing]
    return pd.DataFrame(rows, columns=[tr("Indicator"), tr("Why there is no figure")])


def why(found: Profile, cell: Figure) -> str:
    """Why there is no figure, as far as it is known."""
    if cell.indicator.missing:
        return cell.indicator.missing
    if cell.status.withholds:
        return f"{cell.status.words} ({cell.period})"
    return tr("no figure is held for {area} in {period}").format(area=found.area.name, period=found.period)
