"""The page of an indicator: what the number is, where it comes from, its latest figures and its way through time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np

from goodwork.analysis.finding import say
from goodwork.analysis.wording import listing
from goodwork.errors import NotFound
from goodwork.figures.classes import RULES, Rule
from goodwork.figures.colouring import by_value
from goodwork.figures.figure import Caption, Figure
from goodwork.figures.histogram import histogram
from goodwork.figures.series import series
from goodwork.figures.strip import strip
from goodwork.figures.tilemap import tilemap
from goodwork.language import tr, trn
from goodwork.model.area import nearest
from goodwork.model.indicator import Indicator, which_end
from goodwork.monitor import Monitor
from goodwork.report.view import bounds, quality, said
from goodwork.store.boundaries import read_tiles
from goodwork.web.state import area_path
from goodwork.web.words import edition_of, mid_sentence

if TYPE_CHECKING:
    import pandas as pd

NOTE = tr("Figures of samples: where intervals overlap, the order of two areas is uncertain.")


@dataclass(frozen=True, eq=False)
class IndicatorPage:
    """Everything on the page of an indicator; ``table``: its figures in the period, best first where an end is better;
    ``wider``: those of nations and regions; ``uses``: framework, domain, direction, weight, why."""

    monitor: Monitor
    indicator: Indicator
    period: str
    classes: str
    periods: tuple[str, ...]
    headline: str
    sentence: str
    table: pd.DataFrame
    wider: pd.DataFrame
    lacking: tuple[tuple[str, str, str], ...]
    uses: tuple[tuple[str, str, str, str], ...]
    sources: tuple[tuple[str, str, str, str], ...]
    figures: dict[str, Figure]

    def rows(self, wider: bool = False) -> list[dict[str, Any]]:
        """The figures as the page lists them."""
        areas, show = self.monitor.geography.by_code, self.indicator.show
        unit = self.indicator.unit.removeprefix("£").strip()  # the head of the column says it once
        found = []
        for row in (self.wider if wider else self.table).to_dict("records"):
            sure = row["lower"] == row["lower"]
            found.append({
                "name": row["name"], "url": "" if wider else area_path(areas[row["area"]]), "region": row["region"],
                "value": show(row["value"]).removesuffix(unit).strip(), "quality": quality(row["status"], row["basis"]),
                "interval": bounds(self.indicator, row["lower"], row["upper"]) if sure else tr("no interval known"),
                "span": row["span"] or row["period"],
            })  # fmt: skip
        return found

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules by which the map can be cut into classes; empty where there is no map."""
        return tuple(RULES.values()) if "map" in self.figures else ()

    @property
    def query(self) -> str:
        """What is asked beyond the usual, as it stands in an address."""
        asked = {"period": self.period if self.periods and self.period != self.periods[-1] else "",
                 "classes": "" if self.classes == "quantiles" else self.classes}  # fmt: skip
        return f"?{urlencode(chosen)}" if (chosen := {k: v for k, v in asked.items() if v}) else ""

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What there is to know about the number, as terms and words."""
        known = self.indicator
        money = tr("Money of each year itself: a rise may be no more than the rise of prices.") if known.prices else ""
        published = "; ".join(filter(None, (known.publisher, known.dataset)))
        designation = f"{known.designation} ({known.stated})" if known.stated else known.designation
        facts = (
            (tr("Unit"), known.unit), (tr("Which end is better"), known.better),
            (tr("A period covers"), known.covers), (tr("Publisher and data set"), published),
            (tr("Release"), known.release),
            (tr("Designation"), designation or tr("not known")), (tr("Licence"), known.licence), (tr("Prices"), money),
            (tr("Principles of the Good Work Charter"), ", ".join(known.principles)),
            (tr("Missing"), known.missing),
        )  # fmt: skip
        return tuple((term, words) for term, words in facts if words)

    def as_dict(self) -> dict[str, Any]:
        """The page as plain data; gaps are ``None``."""
        rows = self.as_table().astype(object)
        return {
            "indicator": self.indicator.model_dump(mode="json"), "period": self.period or None,
            "periods": list(self.periods), "headline": self.headline, "sentence": self.sentence,
            "used_in": [{"framework": f, "domain": d, "better": b, "why": w} for f, d, b, w in self.uses],
            "areas": rows.where(rows.notna(), None).to_dict("records"),
            "without": [{"area": code, "name": name} for code, name, _ in self.lacking],
        }  # fmt: skip

    def as_table(self) -> pd.DataFrame:
        """The figures of areas, then those of regions and nations."""
        import pandas as pd

        columns = ["area", "name", "region", "period", "span", "value", "lower", "upper", "status", "basis", "source"]
        return (
            pd.concat([self.table, self.wider], ignore_index=True)[columns] if len(self.wider) else self.table[columns]
        )


def indicator_page(monitor: Monitor, name: str, period: str = "", classes: str = "") -> IndicatorPage:
    """The page of an indicator in a period, the latest if none is named, its map in classes by a rule; raises
    ``NotFound`` for any that is not there."""
    known = monitor.catalogue[name]
    if classes and classes not in RULES:
        raise NotFound("rule for classes", classes, nearest(classes, RULES) or list(RULES))
    whole = monitor.values(name)
    periods = tuple(sorted(whole.loc[whole["value"].notna(), "period"].unique()))
    if period and period not in periods:
        raise NotFound("period with figures", period, list(periods[-6:]))
    chosen = period or (periods[-1] if periods else "")
    areas = monitor.geography.at(monitor.geography.level)
    regions = {a.code: _region(monitor, a.code) for a in areas}
    here = whole[(whole["period"] == chosen) & whole["value"].notna()]
    here = here.assign(region=here["area"].map(regions).fillna(""))
    table = here[here["area"].isin(regions)]
    order = {"higher": (False, True), "lower": (True, True)}.get(known.direction, (False, True))
    table = table.sort_values(["value", "name"], ascending=list(order), kind="stable", ignore_index=True)
    wider = here[~here["area"].isin(regions)].sort_values("area", kind="stable", ignore_index=True)
    measured = set(table["area"])
    missing = [a for a in areas if a.code not in measured]
    headline, sentence = _told(known, chosen, table)
    page = IndicatorPage(
        monitor=monitor,
        indicator=known,
        period=chosen,
        classes=classes or "quantiles",
        periods=periods,
        headline=headline,
        sentence=sentence,
        table=table,
        wider=wider,
        lacking=tuple((a.code, a.name, area_path(a)) for a in missing),
        uses=tuple(_uses(monitor, name)),
        sources=tuple(_sources(monitor, whole)),
        figures={},
    )
    if len(table):
        page.figures.update(_drawn(page, whole[whole["area"].isin(regions)], regions))
    return page


def _region(monitor: Monitor, code: str) -> str:
    """The region an area lies in; its nation, or whatever it has as a parent, where there are no regions."""
    known = monitor.geography.by_code
    parents = known[code].parents
    found = parents.get("region") or next(iter(parents.values()), "")
    return known[found].name if found in known else tr("all areas")


def _told(known: Indicator, period: str, table: pd.DataFrame) -> tuple[str, str]:
    if not len(table):
        return say("{name}: no figures", name=known.name), known.missing or tr("No figures are held for any area.")
    ordered = table.sort_values("value", kind="stable")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    middle = float(table["value"].median())
    facts = {
        "name": known.name, "topic": mid_sentence(known.name), "period": period, "areas": len(table),
        "middle": known.show(middle), "median": middle, "better": known.better,
        "lowest": low["name"], "highest": high["name"], "from_": known.show(low["value"]),
        "to": known.show(high["value"]), "least": float(low["value"]), "most": float(high["value"]),
        "low": _words(known, low), "high": _words(known, high), "sure": int(table["lower"].notna().sum()),
    }  # fmt: skip
    return say("{name}: from {from_} in {lowest} to {to} in {highest}", **facts), say(
        "In {period} half of {areas} areas have {topic} below {middle}, half above. Lowest: {lowest}, {low}. "
        "Highest: {highest}, {high}. {better:opened}. {sure} of the figures have an interval.", **facts
    )  # fmt: skip


def _words(known: Indicator, row: pd.Series) -> str:
    return said(known, row["value"], row["lower"], row["upper"])


def _uses(monitor: Monitor, name: str) -> list[tuple[str, str, str, str]]:
    found = []
    for framework in monitor.frameworks.values():
        for member in framework.members:
            if member.indicator == name:
                domain = framework.node_title(member.domain, monitor.catalogue)
                found.append((framework.title, domain, which_end(member.direction), member.why))
    return found


def _sources(monitor: Monitor, whole: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """Where its figures come from: source line, address, what was computed, how many figures."""
    found = []
    for name, count in whole["source"].value_counts().items():
        if (origin := monitor.origins.get(str(name))) is not None:
            url = origin.url if origin.url.startswith("https://") else ""
            figures = trn("{n:,} figure", "{n:,} figures", int(count)).format(n=count)
            found.append((origin.line, url, origin.derivation, figures))
    return found


def _drawn(page: IndicatorPage, through: pd.DataFrame, regions: dict[str, str]) -> dict[str, Figure]:
    """The drawings of the latest figures, and of median and quartiles through time."""
    import pandas as pd

    known, table, every_period = page.indicator, page.table, through["value"].dropna().to_numpy(dtype=float)
    gone = pd.DataFrame({"area": [c for c, *_ in page.lacking], "name": [n for _, n, _ in page.lacking]})
    none = [tr("{area}: no data").format(area=name) for name in gone["name"]]
    gone = gone.assign(value=np.nan, region=gone["area"].map(regions), said=none)
    here = table.assign(said=[f"{r['name']}: {_words(known, r)}" for r in table.to_dict("records")])
    every = pd.concat([here, gone], ignore_index=True) if len(gone) else here
    words = _caption(page, page.headline, known.name)
    drawn: dict[str, Figure] = {}
    cells = dict(read_tiles().places)
    if any(area in cells for area in every["area"]):
        look = by_value(every, words, "map", known.decimals, rule=page.classes, over=every_period)
        drawn["map"] = tilemap(cells, every, words, colouring=look)
    drawn["strip"] = strip(every, words, known.show, better=known.direction)
    nations = {str(r["name"]): float(r["value"]) for r in page.wider.to_dict("records") if r["region"] == ""}
    country = {n: v for n, v in nations.items() if n in ("England", "Great Britain")}
    how_many = tr("{indicator}: how many areas have which figure").format(indicator=known.name)
    drawn["histogram"] = histogram(
        every, _caption(page, how_many, tr("Areas by figure")), known.show,
        marked={tr("median"): float(table["value"].median()), **dict(list(country.items())[:1])},
    )  # fmt: skip
    if (moved := _through(page, through)) is not None:
        drawn["through"] = moved
    return drawn


def _through(page: IndicatorPage, whole: pd.DataFrame) -> Figure | None:
    import pandas as pd

    groups = whole[whole["value"].notna()].groupby("period")["value"]
    if len(groups) < 2:
        return None
    known, counts = page.indicator, groups.size()
    lines = {tr("median of areas"): 0.5, tr("upper quartile"): 0.75, tr("lower quartile"): 0.25}
    parts = [groups.quantile(share).reset_index().assign(line=line) for line, share in lines.items()]
    table = pd.concat(parts, ignore_index=True)[["line", "period", "value"]]
    first, last = table.iloc[0], table.iloc[len(counts) - 1]
    cuts = {b.period: tr("From {period}: {what}").format(period=b.period, what=b.what) for b in known.breaks}
    crossed = [p for p in cuts if first["period"] < p <= last["period"]]
    title = tr("The median area had {before} in {first}, {after} in {last}").format(
        before=known.show(first["value"]), first=first["period"], after=known.show(last["value"]), last=last["period"]
    )
    breaks = trn("a break lies between", "{n} breaks lie between", len(crossed)).format(n=len(crossed))
    doubts = [breaks] if crossed else []
    doubts += [tr("it is money of each year itself, not in real terms")] if known.prices else []
    if doubts:
        unfree = tr("{finding}; {doubts}, so the two cannot be compared freely")
        title = unfree.format(finding=title, doubts=listing(doubts))
    note = tr("From {least} to {most} areas have a figure in a period.").format(least=counts.min(), most=counts.max())
    subtitle = tr("{indicator}: median and quartiles of areas").format(indicator=known.name)
    words = _caption(page, title, subtitle, note=note, period="")
    return series(table, words, breaks=cuts, show=known.show, better=known.better, name="through")


def _caption(page: IndicatorPage, title: str, subtitle: str, note: str = NOTE, period: str | None = None) -> Caption:
    known, monitor = page.indicator, page.monitor
    when = page.period
    if period is not None:
        when = tr("{first} to {last}").format(first=page.periods[0], last=page.periods[-1])
    made_up = tr("Invented data.") + " " if monitor.invented else ""
    published = ", ".join(filter(None, (known.publisher or tr("own"), known.dataset)))
    source = f"{made_up}{edition_of(monitor)}. " + tr("Figures: {published}.").format(published=published)
    unit = known.unit
    return Caption(title, f"{made_up}{subtitle}, {unit}, {when}", page.sentence, known.better, unit, source, note)
