"""The tracker of employers' charters, as a page: tiers, reach by sector and size, gaps; or how a file of them looks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from goodwork.analysis.charters import GAP, Reach, reach
from goodwork.figures.bars import bars
from goodwork.figures.figure import Caption, Figure
from goodwork.language import tr
from goodwork.model.plans import Plans, example, example_plans
from goodwork.model.pledges import Employment, Member
from goodwork.monitor import Monitor
from goodwork.web.twins import records

if TYPE_CHECKING:
    import pandas as pd

#: The example's files, and what each column of its tables means.
EXAMPLES = ("members.csv", "charters.toml", "employment.csv")
COLUMNS: dict[str, tuple[type[Member] | type[Employment], dict[str, str]]] = {
    "members.csv": (Member, {
        "employer": tr("name of the employer"), "charter": tr("name of the charter or pledge"),
        "tier": tr("the step it has taken"), "sector": tr("sector of its work, in the words of employment.csv"),
        "size": tr("band of size"), "employees": tr("how many it employs in the place; empty: unknown, never none"),
        "since": tr("year of signing"),
    }),
    "employment.csv": (Employment, {
        "sector": tr("sector"), "size": tr("band of size"), "employees": tr("employees of all employers there"),
    }),
}  # fmt: skip
TABLES = ("tiers", "sectors", "sizes", "characteristics")


@dataclass(frozen=True, eq=False)
class ChartersPage:
    """Everything on the page. ``example``: nobody has given a file, and what is shown is invented."""

    found: Reach
    example: bool
    figures: dict[str, Figure] = field(default_factory=dict)

    @property
    def invented(self) -> bool:
        """Whether what is shown is made up."""
        return bool(self.found.charters and self.found.charters.invented)

    @property
    def headline(self) -> str:
        """The finding in a line."""
        finding = str(self.found.findings[0]).rstrip(".")
        return tr("Invented example: {finding}").format(finding=finding) if self.invented else finding

    @property
    def tiers(self) -> list[tuple[str, ...]]:
        """Every tier as it is read: charter, tier, members, employees, what it asks."""
        return [
            (r["charter"], r["tier"], f"{r['members']}", _employees(r["employees"], r["members"] - r["known"]),
             r["asks"] or tr("not declared"))
            for r in records(self.found.table)
        ]  # fmt: skip

    def reached(self, by: str) -> list[tuple[str, ...]]:
        """Every sector, or band of size, as it is read: name, members, employees, all employees, share, gap."""
        table = self.found.sectors if by == "sector" else self.found.sizes
        return [
            (r[by], f"{r['members']}", _employees(r["employees"], r["unknown"]),
             tr("not known") if r["all"] is None else f"{r['all']:,.0f}", _share(r), tr("gap") if r["gap"] else "–")
            for r in records(table)
        ]  # fmt: skip

    @property
    def asked(self) -> list[tuple[str, ...]]:
        """Every characteristic: how many members and employees are promised it."""
        return [(r["characteristic"], f"{r['members']}", f"{r['employees']:,.0f}") for r in records(self.found.asked)]

    def as_dict(self) -> dict[str, Any]:
        """All of the page as plain data."""
        return {
            "headline": self.headline, "example": self.example, "findings": list(self.found.findings),
            "notes": list(self.found.notes), **{name: records(self.as_table(name)) for name in TABLES},
        }  # fmt: skip

    def as_table(self, name: str = "") -> pd.DataFrame:
        """Sectors, or another table by name."""
        found = self.found
        tables = {"tiers": found.table, "sizes": found.sizes, "characteristics": found.asked}
        return tables.get(name, found.sectors)


def charters_page(monitor: Monitor, plans: Plans) -> ChartersPage:
    """The charters of the plans; the invented example where these have no member."""
    known = plans if plans.members else example_plans()
    page = ChartersPage(reach(known.members, known.employment, known.charters), not plans.members)
    if known.employment:
        page.figures["sectors"] = _sectors(monitor, page)
    return page


def samples() -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """The files of the example: name, text, and for a table its columns, whether they are needed, what they mean."""
    found = []
    for name in EXAMPLES:
        kind, words = COLUMNS.get(name, (None, {}))
        fields = kind.model_fields if kind else {}
        columns = [(c, tr("needed") if fields[c].is_required() else tr("if known"), words[c]) for c in fields]
        found.append((name, example(name), columns))
    return found


def _sectors(monitor: Monitor, page: ChartersPage) -> Figure:
    """The share of each sector's employees who work for a member."""
    rows = page.found.sectors
    drawn = rows.assign(
        label=rows["sector"], value=100 * rows["share"],
        words=[_share(r) + (f" · {tr('gap')}" if r["gap"] else "") for r in records(rows)], mark=100 * GAP,
    )  # fmt: skip
    source = tr("Invented for practice: no such place, no such employers.") if page.invented else (
        tr("Members, charters and employment as given to this server; not part of the edition.")
    )  # fmt: skip
    sentence = " ".join([*([tr("Invented example.")] if page.invented else []), *map(str, page.found.findings)])
    words = Caption(
        page.headline, tr("Share of a sector's employees who work for an employer that has signed, in per cent"),
        sentence, tr("longer is a larger reach"), tr("share of employees"), source,
        tr("A signature is a promise; nothing here says whether it is kept."),
    )  # fmt: skip
    found = bars(drawn[["label", "words", "value", "mark"]], words, measures=tr("Per cent"),
                 marks=tr("a gap below {share:.0f} %").format(share=100 * GAP), name="sectors")  # fmt: skip
    return replace(found, table=rows)


def _employees(known: float, unknown: int) -> str:
    """How many employees, and that some members do not say."""
    words = tr("{known:,.0f} + {unknown} unknown") if unknown else "{known:,.0f}"
    return words.format(known=known, unknown=unknown)


def _share(row: dict[str, Any]) -> str:
    if row["share"] is None:
        return "–"
    return (tr("at least {share:.0f} %") if row["unknown"] else "{share:.0f} %").format(share=100 * row["share"])
