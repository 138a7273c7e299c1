"""Sharing a budget, as a page: the formula in the address, shares with their ranges, rules beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np

from goodwork.analysis.allocation import Allocation
from goodwork.analysis.planning import Planning
from goodwork.analysis.wording import written
from goodwork.errors import DeclarationError, Fault
from goodwork.figures.bars import bars
from goodwork.figures.figure import Caption, Figure
from goodwork.figures.lorenz import lorenz
from goodwork.language import tr
from goodwork.model.allocation import Formula
from goodwork.monitor import Monitor
from goodwork.web.state import area_path
from goodwork.web.target_page import usual, where
from goodwork.web.words import edition_of

if TYPE_CHECKING:
    import pandas as pd

RULES = {
    "need": tr("need"), "population": tr("people"), "equal": tr("equal shares"), "tiers": tr("tiers of the ranking")
}  # fmt: skip
#: What of a formula can be set on the page.
FIELDS = ("budget", "by", "of", "threshold", "taper", "power", "floor", "cap", "minimum", "tiers")
NUMBERS = ("threshold", "taper", "power")
LONGEST, DRAWS, SHOWN, USUAL = 60, 500, 20, "1000000"


@dataclass(frozen=True)
class Asked:
    """What an address asks for."""

    framework: str
    area_set: str
    period: str
    among: str
    given: tuple[tuple[str, str], ...]
    formula: Formula
    usual: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @classmethod
    def read(cls, monitor: Monitor, query: Mapping[str, str]) -> Asked:
        """The question in a query; raises ``NotFound`` for names that are not there, ``DeclarationError`` with all
        that cannot be read."""
        given = {name: str(query.get(name, ""))[:LONGEST].strip() for name in FIELDS}
        values: dict[str, Any] = {name: text or None for name, text in given.items()}
        faults, none, wrong = [], tr("{text!r} is no number"), tr("the formula is wrong")
        for name in NUMBERS:
            try:
                values[name] = float(given[name]) if given[name] else None
            except ValueError:
                faults.append(Fault(none.format(text=given[name]), column=name, remedy=tr("write a number")))
                values[name] = None
        values["tiers"] = _tiers(given["tiers"], faults)
        try:
            formula = Formula.asked({"budget": USUAL} | {k: v for k, v in values.items() if v is not None})
        except DeclarationError as error:
            raise DeclarationError(wrong, faults=[*faults, *error.faults]) from None
        if faults:
            raise DeclarationError(wrong, faults=faults)
        framework = monitor.framework(query.get("framework") or None).name
        return cls(
            framework, monitor.area_set(query.get("area_set") or None, framework).name,
            monitor.period(query.get("period") or None, framework), str(query.get("among", ""))[:LONGEST] or "all",
            tuple((name, text) for name, text in given.items() if text), formula, usual(monitor),
        )  # fmt: skip

    def url(self, ending: str = "", **more: str) -> str:
        """The address of this question."""
        query = dict(self.given) | where((self.framework, self.area_set, self.period), self.usual)
        query |= ({"among": self.among} if self.among != "all" else {}) | more
        return f"/allocation{ending}{f'?{urlencode(query)}' if query else ''}"


@dataclass(frozen=True, eq=False)
class AllocationPage:
    """Everything on the page."""

    asked: Asked
    planning: Planning
    found: Allocation
    figures: dict[str, Figure] = field(default_factory=dict)

    @property
    def headline(self) -> str:
        """The finding in a line."""
        top = self.found.table.iloc[0]
        budget = float(self.found.formula.budget)
        most = {"budget": pounds(budget), "name": top["name"], "grant": pounds(top["grant"])}
        if self._kind:
            told = tr("Of {budget}, {name} would get the most: {grant} (95 % range {range})")
            return told.format(**most, range=self._range(top))
        told = tr("Of {budget}, {name} would get the most: {grant} ({share:.1f} %)")
        return told.format(**most, share=100 * top["share"])

    @property
    def _kind(self) -> str:
        """The widest doubt that is known of the shares."""
        return "both" if "both" in self.found.ranges else next(iter(self.found.ranges), "")

    def _range(self, row: Mapping[Any, Any]) -> str:
        low, high = (pounds(row[f"{end}_{self._kind}"]) for end in ("low", "high"))
        return tr("{low} to {high}").format(low=low, high=high)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The table as it is read: address, name, score, people, grant, share, a head, against people, range, paid."""
        kind, lines = self._kind, list[tuple[str, ...]]()
        for r in self.found.table.to_dict("records"):
            sure = f"low_{kind}" in r
            lines.append(
                (
                    area_path(self.planning.geography.by_code[r["area"]]), r["name"], f"{r['score']:.1f}",
                    f"{r['people']:,.0f}", f"£{r['grant']:,.2f}", f"{100 * r['share']:.1f} %", f"£{r['per_head']:,.2f}",
                    signed(r["gains"]), self._range(r) if sure else "–",
                    f"{100 * r[f'paid_{kind}']:.0f} %" if sure else "–",
                )
            )  # fmt: skip
        return lines

    @property
    def rules(self) -> list[tuple[str, ...]]:
        """Every rule within the same bounds."""
        return [
            (RULES[r["rule"]], r["why_not"], *[""] * 6) if r["why_not"] else (
                RULES[r["rule"]], "", f"{r['areas']:.0f}", pounds(r["smallest"]), pounds(r["largest"]),
                f"{100 * r['lowest_fifth']:.0f} %", written(r["concentration"], "+.2f"),
                pounds(r["moved"]),
            )
            for r in self.found.summary.to_dict("records")
        ]  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """All of the page as plain data; gaps are ``None``."""
        return {
            "period": self.found.period, "framework": self.asked.framework, "area_set": self.asked.area_set,
            "among": self.asked.among, "formula": self.found.formula.model_dump(mode="json"),
            "headline": self.headline, "findings": list(self.found.findings), "notes": list(self.found.notes),
            "areas": _records(self.found.table), "rules": _records(self.found.summary),
            "compared": _records(self.found.compared), "without": dict(self.found.without),
        }  # fmt: skip

    def as_table(self, name: str = "") -> pd.DataFrame:
        """One row per area with its grant, range, and grant under other rules."""
        rules = self.found.compared.drop(columns=["name"]).add_prefix("by_").rename(columns={"by_area": "area"})
        return self.found.table.merge(rules, on="area", suffixes=("", "_rule"))


def allocation_page(monitor: Monitor, asked: Asked) -> AllocationPage:
    """The answer to what is asked."""
    planning = monitor.planning(asked.period, asked.area_set, asked.framework)
    found = monitor.allocate(asked.formula, planning, among=asked.among, draws=DRAWS)
    page = AllocationPage(asked, planning, found)
    page.figures["grants"] = _grants(monitor, page)
    page.figures["lorenz"] = _lorenz(monitor, page)
    return page


def _tiers(text: str, faults: list[Fault]) -> list[dict[str, float]] | None:
    """Tiers from "20:2, 40:1", per cent of areas from the lowest and the weight of a person there; faults are added.

    >>> _tiers("20:2, 40:1", [])
    [{'upto': 0.2, 'weight': 2.0}, {'upto': 0.4, 'weight': 1.0}]
    """
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        upto, _, weight = part.partition(":")
        try:
            found.append({"upto": float(upto) / 100, "weight": float(weight or 1)})
        except ValueError:
            what, remedy = tr("{text!r} is no tier").format(text=part), tr("write per cent and weight: 20:2, 40:1")
            faults.append(Fault(what, column="tiers", remedy=remedy))
    return found or None


def pounds(value: float) -> str:
    """Pounds without pence.

    >>> pounds(1234.5)
    '£1,234'
    """
    return f"£{value:,.0f}"


def signed(value: float) -> str:
    """Pounds more or less.

    >>> signed(-1234.5)
    '−£1,234'
    """
    return f"{'+' if value >= 0 else '−'}{pounds(abs(value))}"


def _grants(monitor: Monitor, page: AllocationPage) -> Figure:
    """The largest grants with their range, beside shares by people."""
    found = page.found
    kind = "both" if "both" in found.ranges else next(iter(found.ranges), "")
    table = found.table[found.table["grant"] > 0].head(SHOWN)
    ranged = f"low_{kind}" in table
    drawn = table[["area", "name"]].assign(
        label=table["name"], value=table["grant"], mark=table["by_people"],
        words=[f"{pounds(g)} · {100 * h:.1f} %" for g, h in zip(table["grant"], table["share"], strict=True)],
        low=table[f"low_{kind}"] if ranged else np.nan, high=table[f"high_{kind}"] if ranged else np.nan,
    )  # fmt: skip
    words = _caption(
        monitor, page, page.headline, tr("The {n} largest grants, in pounds").format(n=len(table)),
        tr("Range: the formula applied to rebuilt indices, with sampling error and the choices of the method varied."),
    )  # fmt: skip
    return bars(
        drawn, words, measures=tr("Pounds"), ranges=tr("95 % of rebuilt indices"), marks=tr("a share by people"),
        name="grants",
    )  # fmt: skip


def _lorenz(monitor: Monitor, page: AllocationPage) -> Figure:
    """How unequally each rule shares among areas."""
    rules = {RULES[rule]: found / 100 for rule, found in page.found.rules.items() if not isinstance(found, str)}
    summary = page.found.summary.set_index("rule")
    lead = tr("By this rule the lowest fifth of areas by score get {share:.0f} % of the money")
    lead = lead.format(share=100 * summary["lowest_fifth"].iloc[0])
    words = _caption(
        monitor, page, lead, tr("What share of the money goes to what share of the areas, smallest grants first"),
        tr("An equal sum for each area is the straight line; areas differ in people, so no line is the just one."),
    )  # fmt: skip
    return lorenz(rules, words, name="lorenz")


def _caption(monitor: Monitor, page: AllocationPage, title: str, subtitle: str, note: str) -> Caption:
    source = f"{edition_of(monitor)}; {page.planning.period}."
    return Caption(
        title, subtitle, str(page.found.findings[0]), tr("longer is more money"), tr("grant"),
        source + (f" {tr('Invented data.')}" if monitor.invented else ""), note,
    )  # fmt: skip


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = table.astype(object)
    return list(plain.where(plain.notna(), None).to_dict("records"))
