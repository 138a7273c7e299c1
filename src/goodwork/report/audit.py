"""The Good Jobs Audit as sections of a report: every aspect with its sentences, its table in words, and a drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.audit import Aspect, Audit
from goodwork.analysis.audit_standing import BELOW, NOTHING
from goodwork.analysis.audited import audited
from goodwork.analysis.evidence import Evidence
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.gaps import NOTHING as NO_FIGURE
from goodwork.analysis.profile import Profile
from goodwork.analysis.verdicts import verdict
from goodwork.figures.figure import Figure
from goodwork.figures.heat import heat
from goodwork.language import tr
from goodwork.model.levers import Levers
from goodwork.monitor import Monitor
from goodwork.report import area_figures
from goodwork.report.section import Section
from goodwork.report.view import View, view_of

if TYPE_CHECKING:
    import pandas as pd

#: Rows of tables that are shown where another aspect shows them all: aspect → verdict.
ONLY = {"people": BELOW, "coverage": NOTHING}
#: Aspects whose table says nothing where nothing is known.
EMPTY = ("position", "strengths", "gaps")
#: Columns of tables that are too wide to be printed whole: aspect → those that are.
SHORT = {"levers": ("title", "strength", "hold", "evidence", "references", "measure")}
#: Cells of a column that says nothing of any row.
NOWHERE = (tr("no data"), verdict(NO_FIGURE), "–", "")
#: A heat map has no more rows than these.
MOST = 60


def audit(
    monitor: Monitor,
    asked: str | Sequence[str] = "nation",
    period: str | int | None = None,
    area_set: str | None = None,
    framework: str | None = None,
    levers: Levers | None = None,
) -> tuple[Audit, tuple[Section, ...]]:
    """The audit of an area or a group (see ``Monitor.audit``), and the sections it makes, in order. Raises ``NotFound``
    for what is not there."""
    evidence = monitor.evidence(period, area_set, framework)
    view = view_of(monitor, evidence.framework.name, evidence.area_set.name, evidence.period)
    profile = cache(lambda code: view.profile(evidence.geography.by_code[code]))
    found = audited(evidence, asked, profile, levers, monitor.invented)
    drawn = _of_area(evidence, view, profile(found.members[0])) if found.kind == "area" else _of_group(
        evidence, view, found)  # fmt: skip
    return found, tuple(
        Section(one.title, one.findings, _table(found, one), drawn.get(one.name, _none)(), one.notes)
        for one in found.aspects
    )


def lead(found: Audit) -> Finding:
    """The sentence an audit begins with: of an area, where it is ahead and behind its nation (or else where it stands);
    of a group, how many people live in its areas of weak access."""
    name, key = ("strengths", ("indicators", "nation")) if found.kind == "area" else ("people", ())
    said = found[name].findings
    fitting = [one for one in said if not key or one.key == key] if len(found[name].table) else []
    standing = found["position"].findings[0] if found.kind == "area" else said[0]
    return fitting[0] if fitting else standing


def _table(found: Audit, aspect: Aspect) -> pd.DataFrame | None:
    columns = {name: aspect.columns[name] for name in SHORT.get(aspect.name, aspect.columns)}
    rows = replace(aspect, columns=columns)
    if found.kind != "area" and aspect.name in ONLY and "verdict" in aspect.table:
        kept = aspect.table[aspect.table["verdict"] == ONLY[aspect.name]].reset_index(drop=True)
        rows = replace(aspect, table=kept)
        if aspect.name == "coverage":
            rows = replace(rows, columns={"name": tr("Area"), "reason": tr("Why it is not scored")})
    if aspect.name in EMPTY and (aspect.table["verdict"].isin([NOTHING, NO_FIGURE])).all():
        return None
    shown = rows.shown()
    if found.kind != "area" and len(shown):
        shown = shown.loc[:, ~shown.isin(NOWHERE).all()]
    return shown if len(shown) and len(shown.columns) else None


def _none() -> None:
    return None


def _of_area(evidence: Evidence, view: View, profile: Profile) -> dict[str, Callable[[], Figure | None]]:
    """The drawings of an audit of an area, by aspect."""
    code = profile.area.code
    if all(cell.value != cell.value for cell in profile.figures):
        return {}
    letter, community = evidence.community_of(code)
    near = evidence.neighbours_of(code)
    groups = {"community": (tr("mean of community {letter}").format(letter=letter), list(community))
              } if community else {}  # fmt: skip
    groups |= {"neighbours": (tr("mean of {n} neighbours").format(n=len(near)), list(near))} if near else {}
    return {
        "position": lambda: area_figures.places(view, profile),
        "strengths": lambda: area_figures.beside(view, profile, groups),
        "direction": lambda: area_figures.through_time(view, profile),
    }


def _of_group(evidence: Evidence, view: View, found: Audit) -> dict[str, Callable[[], Figure | None]]:
    return {"priorities": lambda: _heat(evidence, view, found)}


def _heat(evidence: Evidence, view: View, found: Audit) -> Figure | None:
    """The areas of a group by indicator, the lowest tier first; ``None`` where there are too many to be read."""
    import pandas as pd

    rows = found["priorities"].table
    rows = rows[rows["verdict"] != NOTHING]
    if not 2 <= len(rows) <= MOST or not evidence.members:
        return None
    normalised = evidence.here("normalised")
    wide = normalised.pivot(index="area", columns="indicator", values="normalised")
    cells = []
    for row in rows.to_dict("records"):
        for name in evidence.members:
            known = row["area"] in wide.index and name in wide.columns
            place, at = evidence.now.place[row["area"]], evidence.now.indicators.index(name)
            cells.append({
                "area": row["area"], "name": row["name"], "indicator": evidence.names[name],
                "standardised": float(wide.loc[row["area"], name]) if known else np.nan,
                "value": evidence.now.value[place, at],
                "group": say("Tier {tier:.0f}", tier=row["tier"]) if row["tier"] == row["tier"] else tr("No tier"),
            })  # fmt: skip
    titles = {evidence.names[name]: evidence.catalogue[name] for name in evidence.members}
    words = area_figures.caption(
        view, say("{group}: {n} areas, tier by tier", group=found.subject, n=len(rows)),
        tr("Distance from the average of all areas compared"),
        "; ".join(map(str, found["priorities"].findings)), better=tr("above is better"),
    )  # fmt: skip
    return heat(
        pd.DataFrame(cells), words, list(titles), say=lambda name, value: titles[name].show(value), name="areas"
    )
