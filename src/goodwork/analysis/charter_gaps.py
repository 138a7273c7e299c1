"""What can be seen of the ten principles of the Good Work Charter: indicators, areas and years with a figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from goodwork.analysis.audit import Aspect
from goodwork.analysis.evidence import Evidence
from goodwork.analysis.finding import say
from goodwork.analysis.wording import verb
from goodwork.language import tr
from goodwork.model.charter import Charter


def charter_gaps(evidence: Evidence, charter: Charter, codes: Sequence[str], who: str) -> Aspect:
    """For every principle: its indicators, how many have a figure for any of some areas, in how many areas, from when
    to when, and what no local figure shows. Indicators serve principles as the catalogue says."""
    import pandas as pd

    held = evidence.spans(codes)
    used = set(evidence.framework.indicators)
    rows: list[dict[str, Any]] = []
    for promise in charter.promise:
        serving = [i for i in evidence.catalogue.indicator if promise.principle in i.principles]
        seen = [i for i in serving if i.id in held.index]
        part = held.loc[[i.id for i in seen]]
        rows.append({
            "principle": promise.principle, "means": promise.means, "indicators": len(serving), "seen": len(seen),
            "titles": ", ".join(i.label for i in seen) or "none", "scored": sum(i.id in used for i in seen),
            "areas": int(part["areas"].max()) if len(part) else 0, "of": len(codes),
            "first": str(part["first"].min()) if len(part) else "",
            "last": str(part["last"].max()) if len(part) else "",
            "unseen": promise.unseen, "who": promise.who,
        })  # fmt: skip
    table = pd.DataFrame(rows)
    table["shown_seen"] = [_seen(row, len(codes)) for row in rows]
    none = list(table.loc[table["seen"] == 0, "principle"])
    unscored = list(table.loc[(table["seen"] > 0) & (table["scored"] == 0), "principle"])
    said = [
        say(
            "Of the {total} principles of the Good Work Charter {seen} can be seen in {area} by at least one figure "
            "of any year.", total=len(table), seen=len(table) - len(none), area=who,
        ).about("seen", table="table"),
    ]  # fmt: skip
    if none:
        told = say("Nothing at all can be seen of {names:list12}: no figure is held.", names=none, seen=0)
        said.append(told.about("unseen", table="table", seen=0))
    if unscored:
        told = say("Figures are held for {names:list12}, but none is part of the score.", names=unscored)
        said.append(told.about("not scored", table="table", principle=unscored))
    words = {"principle": tr("Principle"), "shown_seen": tr("What can be seen"), "titles": tr("Indicators"),
             "unseen": tr("What cannot be seen")}  # fmt: skip
    notes = (
        tr(
            "Principles: {source}; in our words. That a principle has a figure does not mean it is well measured."
        ).format(source=charter.source),
    )
    return Aspect(
        "charter",
        tr("What the Good Work Charter promises, and what can be seen of it"),
        tuple(said),
        table,
        words,
        notes,
    )


def by_indicator(evidence: Evidence, charter: Charter, codes: Sequence[str], who: str) -> Aspect:
    """The same indicator by indicator: under each principle, in how many areas and years there is a figure, and what
    part of all areas and these years that is."""
    import pandas as pd

    found = evidence.held(codes)
    held = found.groupby("indicator").agg(
        areas=("area", "nunique"), first=("period", "min"), last=("period", "max"), years=("period", "nunique"),
        figures=("value", "size"),
    )  # fmt: skip
    rows: list[dict[str, Any]] = []
    for promise in charter.promise:
        for one in evidence.catalogue.indicator:
            if promise.principle in one.principles:
                there = held.loc[one.id].to_dict() if one.id in held.index else {}
                row = {"principle": promise.principle, "indicator": one.id, "title": one.label, "of": len(codes)}
                numbers = {name: int(there.get(name, 0)) for name in ("areas", "years", "figures")}
                span = {name: str(there.get(name, "")) for name in ("first", "last")}
                full = numbers["figures"] / (len(codes) * numbers["years"]) if numbers["years"] else 0.0
                rows.append({**row, **numbers, **span, "full": full})
    table = pd.DataFrame(rows, columns=["principle", "indicator", "title", "of", "areas", "years", "figures", "first",
                                        "last", "full"])  # fmt: skip
    empty = table[table["figures"] == 0]
    if not len(table):
        said = say("No indicator is said to serve a principle of the Good Work Charter.").about("none")
    elif not len(empty):
        said = say("Every indicator that serves a principle has a figure somewhere in {area}.", area=who).about("full")
    else:
        said = say(
            "{gone} of the {total} indicators that serve a principle "
            + verb(empty["indicator"].nunique(), "has", "have")
            + " no figure in {area} in any year: {names:list8}.",
            gone=empty["indicator"].nunique(), total=table["indicator"].nunique(), area=who,
            names=list(dict.fromkeys(empty["title"])),
        ).about("empty", table="table", figures=0)  # fmt: skip
    words = {
        "principle": tr("Principle"),
        "title": tr("Indicator"),
        "areas": tr("Areas with a figure"),
        "years": tr("Years"),
        "first": tr("From"),
        "last": tr("To"),
        "full": tr("Figures of all areas and these years"),
    }
    return Aspect(
        "charter_indicators", tr("Principle by principle, indicator by indicator"), (said,), table, words, (),
        {"areas": ".0f", "years": ".0f", "full": ".0%"},
    )  # fmt: skip


def _seen(row: dict[str, Any], areas: int) -> str:
    """Indicators, years and areas with a figure, in words."""
    if not row["seen"]:
        return tr("nothing")
    years = tr("{low} to {high}").format(low=row["first"], high=row["last"])
    told = tr("{seen} of {total} indicators, {years}")
    if areas != 1:
        told = tr("{seen} of {total} indicators, {years}, in up to {most} of {areas} areas")
    return told.format(
        seen=row["seen"], total=row["indicators"], years=row["first"] if row["first"] == row["last"] else years,
        most=row["areas"], areas=areas,
    )  # fmt: skip
