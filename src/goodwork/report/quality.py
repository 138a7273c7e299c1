"""How good the figures of an edition are: complete, marked, sure, plausible, comparable, fresh, and what kind of
statistic each is."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.analysis.finding import say
from goodwork.geography.counties import counties
from goodwork.language import tr
from goodwork.model.area import Geography
from goodwork.model.indicator import Catalogue, Indicator
from goodwork.model.observation import Status

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.monitor import Monitor

#: Robust z beyond which a figure is named; share of areas from which a repeated year is named, and fewest areas for it.
FAR, REPEATED, FEWEST = 5.0, 0.5, 5
#: The robust z is a distance from the median in units of the median absolute deviation, scaled as a standard deviation.
MAD_SCALE = 1.482602218505602
WHOLE = tr("all areas")
UNSAID = tr("not stated")
#: Words of a caveat that tell what kind of statistic a number is.
DESIGNATIONS = (
    (r"statistics? in development|experimental statistics?", tr("official statistics in development")),
    (r"accredited|national statistics?\b(?! (office|institute|agency))", tr("accredited official statistics")),
    (r"management information", tr("management information")),
    (r"not (an )?official statistics?", tr("not official statistics")),
    (r"official statistics?", tr("official statistics")),
)


@dataclass(frozen=True, eq=False)
class Quality:
    """The quality of one set of figures, as tables; ``table`` has one line for each indicator.

    ``completeness``: by indicator, period and country, areas with a figure, with a marker instead of one, and without.
    ``markers``: figures by indicator, marker and basis. ``widths``: by indicator and period, half the 95 % interval as
    a share of the value (median, and nine tenths are below ``wide``). ``outliers``: by indicator and area, figures that
    lie further than five robust standard deviations from the median area of their period. ``repeats``: neighbouring
    periods in which most areas have the same figure. ``breaks``: as declared. ``small``: what becomes of places too
    small for most statistics, by place and declared rule, and how many figures they have.
    """

    name: str
    title: str
    invented: bool
    date: date | None
    table: pd.DataFrame
    completeness: pd.DataFrame
    markers: pd.DataFrame
    widths: pd.DataFrame
    outliers: pd.DataFrame
    repeats: pd.DataFrame
    breaks: pd.DataFrame
    small: pd.DataFrame
    dated: str = ""

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name."""
        names = ("completeness", "markers", "widths", "outliers", "repeats", "breaks", "small")
        return {"indicators": self.table, **{name: getattr(self, name) for name in names}}

    @cached_property
    def findings(self) -> tuple[str, ...]:
        """What stands out, in sentences."""
        held = self.table[self.table["figures"] > 0]
        whole = self.completeness[["areas", "figures", "withheld"]].sum()
        sure = int(held["with_interval"].sum())
        said = self.markers.loc[self.markers["marker"] != "", "figures"].sum()
        count = int(held["figures"].sum())
        return (
            say(
                "{n:,} figures of {indicators} indicators; {lacking} declared indicators have none.",
                n=count, indicators=len(held), lacking=len(self.table) - len(held),
            ),
            say(
                "In the periods in which an indicator has any figure, {share} of the areas have one. Figures withheld, "
                "which is not the same as missing: {withheld:,}.",
                share=_part(whole["figures"], whole["areas"]), withheld=int(whole["withheld"]),
            ),
            say("{share} of the figures carry a marker.", share=_part(said, count)),
            say(
                "{share} of the figures have a published or derived interval; for the others a relative error is "
                "assumed, which the catalogue declares.", share=_part(sure, count),
            ),
            say(
                "{n:,} figures of {areas} areas lie far from the others of their period.",
                n=int(self.outliers["figures"].sum()), areas=self.outliers["area"].nunique(),
            ),
            say("Runs of years that repeat each other in most areas, probably carried forward: {n}.",
                n=len(self.repeats))
            if len(self.repeats) else tr("No year repeats its neighbour in most areas."),
            *self._ages,
        )  # fmt: skip

    @property
    def _ages(self) -> tuple[str, ...]:
        if self.date is None or self.table["age"].isna().all():
            return (tr("The edition carries no date, so the age of its figures is not stated."),)
        late = self.table[self.table["age"] < 0]
        known = self.table.loc[self.table["age"] >= 0, "age"]
        day = f"{self.date.isoformat()}, {self.dated}," if self.dated else self.date.isoformat()
        aged = say(
            "On {day} the last figures of the indicators were between {least:.1f} and {most:.1f} years old, "
            "{middle:.1f} at the middle.",
            day=day, least=known.min(), most=known.max(), middle=known.median(),
        )  # fmt: skip
        if not len(late):
            return (aged,)
        filed = tr("The last period ends after that day: {names}. See under which year it is filed.")
        return aged, filed.format(names=", ".join(late["name"]))

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data; gaps are ``None``."""
        rows = {
            name: table.astype(object).where(table.notna(), None).to_dict("records")
            for name, table in self.tables.items()
        }
        about = {"edition": self.name, "title": self.title, "invented": self.invented}
        return {**about, "date": self.date and self.date.isoformat(), "findings": list(self.findings), **rows}


def quality_of(monitor: Monitor, at: date | None = None) -> Quality:
    """The quality of the figures of an opened edition; their age on the day ``at``, else on the edition's own date: its
    newest release."""
    stated = str((monitor.manifest.get("figures") or {}).get("date") or "")
    own = date.fromisoformat(stated) if at is None and re.fullmatch(r"\d{4}-\d\d-\d\d", stated) else None
    found = quality(
        monitor.table("values"), monitor.catalogue, monitor.geography, at=at or own, name=monitor.edition.name,
        title=monitor.title, invented=monitor.invented,
    )  # fmt: skip
    return replace(found, dated=tr("the newest release among its sources") if own else "")


def quality(
    figures: pd.DataFrame,
    catalogue: Catalogue,
    geography: Geography,
    *,
    at: date | None = None,
    name: str = "",
    title: str = "",
    invented: bool = False,
) -> Quality:
    """The quality of a table of figures, beside what the catalogue declares.

    Areas are those of the geography's own level; regions and countries are left aside, except in the count of markers.
    Completeness counts only periods for which an indicator has any figure. A figure whose marker withholds it counts as
    withheld, not as missing. Outliers are looked for within indicator and period; where most areas have the same value
    there is no measure of spread, and none is named. Two neighbouring years repeat each other when more than half of
    the areas (five at least) have the same figure other than zero in both. (Handbook step 2; the dimensions are those
    of the *European Statistical System handbook for quality reports*, Eurostat, 2020.)

    >>> import pandas as pd
    >>> from goodwork.model.area import Area
    >>> table = pd.DataFrame({"indicator": "pay", "area": ["A", "B"], "period": "2020", "value": [1.0, float("nan")],
    ...                       "status": ["", "c"]})
    >>> what = Catalogue(indicator=(Indicator(id="pay", name="Pay", unit="£", kind="money"),))
    >>> found = quality(table, what, Geography((Area(code="A", name="A"), Area(code="B", name="B"))))
    >>> found.completeness[["figures", "withheld", "missing"]].to_numpy().tolist()
    [[1, 1, 0]]
    """
    figures = _whole(figures)
    level = geography.level
    country = {a.code: _country(a.parents, geography) for a in geography.areas if a.level == level}
    local = figures[figures["area"].isin(list(country))]
    names = geography.names
    complete = _completeness(local, country)
    markers = figures.groupby(["indicator", "status", "basis"]).size().rename("figures").reset_index()
    markers = markers.rename(columns={"status": "marker"})
    markers["meaning"] = [_words(m) for m in markers["marker"]]
    widths = _widths(local)
    outliers, repeats = _outliers(local, names), _repeats(local)
    breaks = _breaks(catalogue)
    table = _indicators(figures, local, catalogue, complete, widths, outliers, repeats, at)
    small = _small(figures, catalogue, names)
    return Quality(name, title, invented, at, table, complete, markers, widths, outliers, repeats, breaks, small)


def designation(indicator: Indicator) -> str:
    """What kind of statistic a number is: as declared, else as its caveat says, else ``not stated``.

    >>> designation(Indicator(id="u", name="U", unit="%", kind="share", caveat="Official statistics in development."))
    'official statistics in development'
    """
    if indicator.designation:
        return indicator.designation
    return next((words for rule, words in DESIGNATIONS if re.search(rule, indicator.caveat, re.IGNORECASE)), UNSAID)


def age(last: str, indicator: Indicator, at: date | None) -> float:
    """Years from the end of an indicator's last period to a day; NaN where either is not known.

    >>> rate = Indicator(id="u", name="U", unit="%", kind="share", period_type="financial year")
    >>> age("2019", rate, date(2021, 3, 31))
    1.0
    """
    if at is None or indicator.months is None or not re.fullmatch(r"\d{4}", last):
        return float("nan")
    first, length = indicator.months
    years, month = divmod(first + length - 1, 12)
    end = date(int(last) + years, month + 1, monthrange(int(last) + years, month + 1)[1])
    return round((at - end).days / 365.25, 1)


def _whole(figures: pd.DataFrame) -> pd.DataFrame:
    """The columns that are looked at; those that are not there say nothing."""
    filled: dict[str, Any] = {"lower": np.nan, "upper": np.nan, "status": "", "basis": ""}
    figures = figures.assign(**{c: v for c, v in filled.items() if c not in figures})
    figures = figures.assign(**{c: figures[c].astype(object).fillna("") for c in ("status", "basis")})
    return figures.assign(period=figures["period"].astype(str)).sort_values(["indicator", "area", "period"])


def _country(parents: dict[str, str], geography: Geography) -> str:
    code = parents.get("country", "")
    return geography.by_code[code].name if code in geography.by_code else code or WHOLE


def _words(marker: str) -> str:
    return Status(marker).words if marker in Status._value2member_map_ else tr("unknown marker")


def _completeness(local: pd.DataFrame, country: dict[str, str]) -> pd.DataFrame:
    """Areas with a figure, with a marker instead, and without, by indicator, period and country."""
    import pandas as pd

    withheld = local["value"].isna() & local["status"].isin([s.value for s in Status if s.withholds])
    rows = local.assign(country=local["area"].map(country), figures=local["value"].notna(), withheld=withheld)
    held = rows.groupby(["indicator", "period", "country"])[["figures", "withheld"]].sum().astype(int)
    known = rows.loc[rows["figures"] | rows["withheld"], ["indicator", "period"]].drop_duplicates()
    areas = pd.Series(country).value_counts().rename_axis("country").rename("areas").reset_index()
    table = known.merge(areas, how="cross").merge(held.reset_index(), how="left", on=["indicator", "period", "country"])
    table[["figures", "withheld"]] = table[["figures", "withheld"]].fillna(0).astype(int)
    table["missing"] = table["areas"] - table["figures"] - table["withheld"]
    table["share"] = table["figures"] / table["areas"]
    return table.sort_values(["indicator", "period", "country"]).reset_index(drop=True)


def _widths(local: pd.DataFrame) -> pd.DataFrame:
    """Half the interval as a share of the value, by indicator and period."""
    half = (local["upper"] - local["lower"]) / 2
    relative = (half / local["value"].abs()).where(local["value"] != 0)
    by = local.assign(half=half, relative=relative).groupby(["indicator", "period"])
    table = by.agg(figures=("value", "count"), with_interval=("half", "count"), half_width=("half", "median"),
                   relative=("relative", "median"))  # fmt: skip
    table["wide"] = by["relative"].quantile(0.9)
    return table.reset_index()


def _outliers(local: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Areas far from the others of their period, by indicator: how often, when, and the furthest figure."""
    keys = [local["indicator"], local["period"]]
    middle = local.groupby(["indicator", "period"])["value"].transform("median")
    away = (local["value"] - middle).abs()
    spread = MAD_SCALE * away.groupby(keys).transform("median")
    z = (local["value"] - middle) / spread.where(spread > 0)
    far = local.assign(median=middle, z=z, size=z.abs())[z.abs() > FAR]
    far = far.sort_values(["indicator", "area", "size"], ascending=[True, True, False])
    table = far.groupby(["indicator", "area"], sort=True).agg(
        figures=("value", "size"), first=("period", "min"), last=("period", "max"), furthest=("period", "first"),
        value=("value", "first"), median=("median", "first"), z=("z", "first"),
    ).reset_index()  # fmt: skip
    table.insert(2, "name", [names.get(a, a) for a in table["area"]])
    order = table["z"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].sort_values("indicator", kind="stable").reset_index(drop=True)


def _repeats(local: pd.DataFrame) -> pd.DataFrame:
    """Runs of neighbouring periods in which most areas have the same figure."""
    import pandas as pd

    known = local[local["value"].notna()]
    periods = known[["indicator", "period"]].drop_duplicates().sort_values(["indicator", "period"])
    periods["before"] = periods.groupby("indicator")["period"].shift()
    before = known[["indicator", "area", "period", "value"]].rename(columns={"period": "before"})
    both = known.merge(periods.dropna(), on=["indicator", "period"])
    both = both.merge(before, on=["indicator", "area", "before"], suffixes=("", "_before"))
    same = (both["value"] == both["value_before"]) & (both["value"] != 0)
    pairs = both.assign(same=same).groupby(["indicator", "before", "period"])["same"].agg(["sum", "size"]).reset_index()
    pairs["share"] = pairs["sum"] / pairs["size"]
    pairs = pairs[(pairs["share"] > REPEATED) & (pairs["size"] >= FEWEST)]
    follows = (pairs["indicator"] == pairs["indicator"].shift()) & (pairs["before"] == pairs["period"].shift())
    run = (~follows).cumsum()
    table = pairs.groupby(run).agg(
        indicator=("indicator", "first"), first=("before", "first"), last=("period", "last"),
        areas=("size", "min"), share=("share", "min"),
    )  # fmt: skip
    return pd.DataFrame(table.reset_index(drop=True))


def _small(figures: pd.DataFrame, catalogue: Catalogue, names: dict[str, str]) -> pd.DataFrame:
    """A line for every small place and indicator that a rule is declared for: the rule, who has a joined figure, why,
    and how many figures the place has."""
    import pandas as pd

    owner = {series: i for i in catalogue.indicator for series in i.series}
    held = figures[figures["value"].notna()].groupby(["indicator", "area"]).size().to_dict()
    rows: dict[tuple[str, str], tuple[str, ...]] = {}
    for (area, series), one in counties().small_rules().items():
        if area in names and series in owner:
            place = (names[area], one.rule, names.get(one.neighbour or "", ""), one.why)
            rows.setdefault((owner[series].id, area), place)
    table = pd.DataFrame(
        [(i, a, *rest, held.get((i, a), 0)) for (i, a), rest in rows.items()],
        columns=["indicator", "area", "name", "rule", "neighbour", "why", "figures"],
    )
    return table.sort_values(["area", "rule", "indicator"], kind="stable").reset_index(drop=True)


def _breaks(catalogue: Catalogue) -> pd.DataFrame:
    import pandas as pd

    rows = [(i.id, b.period, b.what) for i in catalogue.indicator for b in i.breaks]
    return pd.DataFrame(rows, columns=["indicator", "period", "what"])


def _indicators(
    figures: pd.DataFrame,
    local: pd.DataFrame,
    catalogue: Catalogue,
    complete: pd.DataFrame,
    widths: pd.DataFrame,
    outliers: pd.DataFrame,
    repeats: pd.DataFrame,
    at: date | None,
) -> pd.DataFrame:
    """One line for each declared indicator."""
    import pandas as pd

    by = figures[figures["value"].notna()].groupby("indicator")["period"]
    held = pd.DataFrame({"figures": by.size(), "first": by.min(), "last": by.max(), "periods": by.nunique()})
    counts = complete.groupby("indicator")[["areas", "figures", "withheld"]].sum()
    held["complete"] = counts["figures"] / counts["areas"]
    held["withheld"] = counts["withheld"]
    marked = figures[figures["status"] != ""].groupby("indicator").size()
    held["marked"] = marked.reindex(held.index, fill_value=0)
    held["with_interval"] = figures[figures["lower"].notna()].groupby("indicator").size()
    held["half_width"] = _relative(local)
    held["outliers"] = outliers.groupby("indicator")["figures"].sum()
    held["repeated"] = repeats.groupby("indicator").apply(_runs) if len(repeats) else ""
    rows = pd.DataFrame(
        [
            {
                "indicator": i.id, "name": i.label, "unit": i.unit, "designation": designation(i),
                "stated": i.stated, "publisher": i.publisher, "release": i.release, "period_type": i.period_type,
                "covers": i.covers, "prices": i.prices,
                "breaks": ", ".join(b.period for b in i.breaks), "assumed_error": i.assumed_error, "missing": i.missing,
            }
            for i in catalogue.indicator
        ]
    )  # fmt: skip
    table = rows.merge(held, how="left", left_on="indicator", right_index=True)
    whole = ["figures", "periods", "withheld", "marked", "with_interval", "outliers"]
    table[whole] = table[whole].fillna(0).astype(int)
    table[["first", "last", "repeated"]] = table[["first", "last", "repeated"]].fillna("")
    table["age"] = [age(last, catalogue[one], at) for last, one in zip(table["last"], table["indicator"], strict=True)]
    return table


def _relative(local: pd.DataFrame) -> pd.Series[float]:
    half = (local["upper"] - local["lower"]) / 2 / local["value"].abs().where(local["value"] != 0)
    return half.groupby(local["indicator"]).median()


def _runs(rows: pd.DataFrame) -> str:
    pairs: Sequence[tuple[str, str]] = list(zip(rows["first"], rows["last"], strict=True))
    return ", ".join(tr("{low} to {high}").format(low=first, high=last) for first, last in pairs)


def _part(some: float, whole: float) -> str:
    return tr("no part") if not whole else f"{100 * some / whole:.1f} %"
