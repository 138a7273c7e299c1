"""What surrounds the work of a place: conditions, health, the shock of 2020; and levers to talk about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from goodwork.analysis.audit import FOR_DISCUSSION, Aspect, again
from goodwork.analysis.evidence import Evidence
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.verdicts import verdict
from goodwork.analysis.wording import listing, opened, written
from goodwork.language import tr
from goodwork.model.area import Area
from goodwork.model.levers import Levers

if TYPE_CHECKING:
    import pandas as pd


def conditions(evidence: Evidence, area: Area) -> Aspect:
    """Whether the place does better than its conditions suggest, as the edition found among the areas that have
    them."""
    title = tr("Better than its conditions suggest?")
    words = {"x": tr("Conditions"), "y": tr("Score"), "expected": tr("Expected of like conditions"),
             "low": tr("95 of 100 such areas, from"),
             "high": tr("to"), "residual": tr("Above (below zero: below) expected")}  # fmt: skip
    found, table, where = _kept(evidence, area, "conditions")
    if not found:
        none = say("Whether {area} does better than its conditions suggest cannot be told: they are not measured here "
                   "alike.", area=area.name)  # fmt: skip
        return Aspect("conditions", title, (none.about("none"),), table, words)
    notes = [
        tr("Asked {where}. Conditions go together with the score; that does not make them its cause.").format(
            where=where
        )
    ]
    return Aspect("conditions", title, found, table, words, tuple(notes))


def health(evidence: Evidence, area: Area) -> Aspect:
    """Outcomes of health that grew worse faster than in areas with a like score and a like figure before."""
    title = tr("Health: early warning")
    rows = evidence.asked("health_warnings")
    mine = rows[rows["area"] == area.code].reset_index(drop=True) if len(rows) else rows
    words = {
        "outcome": tr("Outcome"),
        "unit": tr("Unit of change"),
        "shown_ends": tr("From and to"),
        "shown_change": tr("Change"),
        "shown_expected": tr("Change of like areas (95 of 100)"),
        "warned": tr("Warned of"),
    }
    if not len(mine):
        none = say("No outcome of health is measured for {area} in two periods.", area=area.name)
        return Aspect("health", title, (none.about("none"),), mine, words)
    mine = _counted(evidence, mine)
    warned = mine[mine["warned"].astype(bool)]
    said: list[Finding] = []
    for row in warned.to_dict("records"):
        told = say(
            "{outcome:opened}: changed by {change:+.3g}{in_unit}, where areas with a like score and a like figure "
            "before changed by {expected:+.3g} (95 of 100: {low:+.3g} to {high:+.3g}). A reason to look.",
            in_unit=f" {row['unit']}".rstrip(), **{k: row[k] for k in ("outcome", "change", "expected", "low", "high")},
        )  # fmt: skip
        said.append(told.about("warning", str(row["outcome"]), table="table", outcome=row["outcome"]))
    if not said:
        told = say("None of {total} changes looked at is clearly worse than in like areas.", total=len(mine))
        said.append(told.about("no warning", table="table"))
    notes = (
        tr(
            "Asked for {period}. Judged over all areas at once. Small numbers of cases jump by chance; "
            "nothing is said of causes."
        ).format(period=mine["period"].iloc[0]),
    )
    return Aspect("health", title, tuple(said), mine, words, notes)


def _counted(evidence: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Changes of outcomes, each row's figures with the decimals of its indicator."""
    cells = []
    for row in rows.to_dict("records"):
        decimals = evidence.catalogue[str(row["indicator"])].decimals
        ends, change = f",.{decimals}f", f"+,.{decimals}f"
        low, high = (written(row[name], change) for name in ("low", "high"))
        shown = {
            "shown_ends": tr("{low} to {high}").format(
                low=written(row["before"], ends), high=written(row["after"], ends)
            ),
            "shown_change": written(row["change"], change),
            "shown_expected": tr("{value} ({low} to {high})").format(
                value=written(row["expected"], change), low=low, high=high
            ),
        }
        cells.append(shown)
    return rows.assign(**{name: [cell[name] for cell in cells] for name in cells[0]})


def shock(evidence: Evidence, area: Area) -> Aspect:
    """How hard the shock of 2020 hit the place, by the two measures of it."""
    title = tr("Exposure to the shock of 2020")
    found, table, where = _kept(evidence, area, "shock")
    words = {
        "combined": tr("Both measures together, in standard deviations"),
        "place": tr("Place, 1 being hit hardest"),
        "quadrant": tr("Above the mean in"),
    }
    words |= {c: evidence.names.get(c, evidence.catalogue[c].label) for c in table.columns if c in evidence.catalogue}
    if not found:
        none = say("No measure of the shock of 2020 is held for {area}.", area=area.name)
        return Aspect("shock", title, (none.about("none"),), table, words)
    return Aspect("shock", title, found, table, words, (tr("Asked {where}.").format(where=where),))


def suggested(evidence: Evidence, levers: Levers | None, weak: Sequence[str], who: str) -> Aspect:
    """The levers that serve the domains of weak points: for discussion, with how far the evidence goes."""
    import pandas as pd

    title = tr("Levers to talk about")
    words = {
        "title": tr("Lever"),
        "what": tr("What it is"),
        "serves": tr("Weak domains it serves"),
        "principles": tr("Principles"),
        "hold": tr("Who holds it"),
        "strength": tr("Evidence"),
        "evidence": tr("What is known"),
        "references": tr("Literature"),
        "measure": tr("What to measure"),
    }
    empty = pd.DataFrame(columns=["lever", *words])
    domains = list(dict.fromkeys(evidence.framework.top_domain(name) for name in weak))
    if levers is None:
        none = say("No register of levers is declared for {framework}.", framework=evidence.framework.title)
        return Aspect("levers", title, (none.about("none"),), empty, words)
    if not domains:
        none = say("{area} has no domain with a clear weak point, so that no lever is put forward.",
                   area=opened(who))  # fmt: skip
        return Aspect("levers", title, (none.about("none"),), empty, words, (FOR_DISCUSSION,))
    rows = [
        {
            "lever": one.name, "title": one.title, "what": one.what,
            "serves": listing([evidence.names[d] for d in one.domains if d in domains]),
            "principles": listing([verdict(p) for p in one.principles], 12),
            "hold": listing([verdict(h) for h in one.hold]), "strength": one.strength,
            "evidence": one.evidence, "references": one.literature,
            "measure": "; ".join(one.measure),
        }
        for one in levers.serving(domains)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["lever", *words])
    counts = {strength: int((table["strength"] == strength).sum()) for strength in ("strong", "mixed", "thin")}
    lead = say(
        "Weak points lie in {domains:list}. {total} levers of the register serve them; the evidence is strong for "
        "{strong}, mixed for {mixed} and thin for {thin}.",
        domains=[evidence.names[d] for d in domains], total=len(table), **counts,
    ).about("register", table="table")  # fmt: skip
    return Aspect("levers", title, (lead,), table, words, (FOR_DISCUSSION,))


def _kept(evidence: Evidence, area: Area, question: str) -> tuple[tuple[Finding, ...], pd.DataFrame, str]:
    """What the edition's registry says of an area in answer to a question, the rows of the table behind it, and of
    which areas that was asked: these, or else the widest of the other sets that were."""
    own = evidence.area_set.name
    findings = evidence.rows(
        "findings", {"framework": evidence.framework.name, "question": question, "area": area.code}
    )
    sets = list(findings["area_set"].unique()) if len(findings) else []
    sizes = {name: len(evidence.geography.members(name)) for name in sets}
    order = sorted(sets, key=lambda name: (name != own, -sizes[name]))
    table = evidence.rows(question, {"framework": evidence.framework.name, "area": area.code})
    if not order:
        return (), table.iloc[:0], ""
    here = findings[findings["area_set"] == order[0]]
    table = table[table["area_set"] == order[0]].reset_index(drop=True)
    said = tuple(
        again(row["template"], json.loads(row["numbers"]), f"{question}.area", {"area": area.code})
        for row in here.to_dict("records")
    )
    return (
        said,
        table,
        tr("among {areas}, {period}").format(
            areas=evidence.geography.set_named(order[0]).title, period=here["period"].iloc[0]
        ),
    )
