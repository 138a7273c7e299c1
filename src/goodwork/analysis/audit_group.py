"""The Good Jobs Audit of a nation, region, combined authority, compact, or any group of areas."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.analysis.audit import Aspect, Audit, distance, figure
from goodwork.analysis.audit_around import suggested
from goodwork.analysis.audit_spread import closing, spread
from goodwork.analysis.audit_standing import ABOVE, BELOW, NOTHING, STANDING, SURE, UNCLEAR, shown_standings, verdict_of
from goodwork.analysis.charter_gaps import by_indicator, charter_gaps
from goodwork.analysis.chosen import Chosen
from goodwork.analysis.evidence import Evidence
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.gaps import BEHIND
from goodwork.analysis.group_gaps import group_gaps
from goodwork.analysis.wording import written
from goodwork.language import tr
from goodwork.model.charter import Charter
from goodwork.model.levers import Levers

if TYPE_CHECKING:
    import pandas as pd

#: A weak point is shared where this part of the weak areas of a group have it.
SHARED = 0.5
FORMATS = {**STANDING, "people": ",.0f"}


def audit_of_group(
    evidence: Evidence, group: Chosen, charter: Charter, levers: Levers | None = None, invented: bool = False
) -> Audit:
    """Everything the audit says of a group: what can be seen, where most people live in areas of weak access,
    priorities by tier, shared weak points with gaps in people, what the spread is made of, whether areas come closer,
    gaps by principle of the Charter, levers. Weak access: a score surely below that of the area in the middle of the
    set.
    """
    table = areas_of_group(evidence, group)
    below = _below(evidence, group)
    scored = int((table["verdict"] != NOTHING).sum())
    shared = _shared(table, below)
    aspects = (
        _coverage(evidence, group, table), _people(evidence, group, table), _priorities(evidence, group, table),
        _weak(evidence, group, below, scored), spread(evidence, group), closing(evidence, group),
        charter_gaps(evidence, charter, group.codes, group.called),
        by_indicator(evidence, charter, group.codes, group.called), suggested(evidence, levers, shared, group.called),
    )  # fmt: skip
    return Audit(
        group.kind, group.title, group.codes, evidence.framework.name, evidence.area_set.name, evidence.period, aspects,
        invented,
    )  # fmt: skip


def areas_of_group(evidence: Evidence, group: Chosen) -> pd.DataFrame:
    """A row for each area of a group: people aged 16 to 64, score, place and tier with intervals, and whether it is
    surely below or above the area in the middle of the set; the lowest tier first, in it the area with most people
    first."""
    import pandas as pd

    people, held = evidence.people(), evidence.ranked.set_index("area")
    exclusions = evidence.here("exclusions")
    reasons = dict(zip(exclusions["area"], exclusions["reason"], strict=True)) if len(exclusions) else {}
    rows = []
    for code in group.codes:
        row = held.loc[code].to_dict() if code in held.index else {}
        above = float(row.get("above_median", np.nan))
        rows.append({
            "area": code, "name": evidence.names[code], "people": people.get(code, np.nan),
            **{k: float(row.get(k, np.nan)) for k in ("score", "low", "high", "rank", "rank_low", "rank_high", "tier")},
            "above_median": above, "verdict": verdict_of(above, bool(row)),
            "reason": str(reasons.get(code, "")),
        })  # fmt: skip
    table = shown_standings(pd.DataFrame(rows))
    return table.sort_values(
        ["tier", "people", "name"], ascending=[False, False, True], kind="stable", ignore_index=True
    )


def _coverage(evidence: Evidence, group: Chosen, table: pd.DataFrame) -> Aspect:
    gone = table[table["verdict"] == NOTHING]
    said = [
        say(
            "{scored} of the {total:areas} of {group} are scored in {period}.", scored=len(table) - len(gone),
            total=len(table), group=group.called, period=evidence.period,
        ).about("scored", table="table"),
    ]  # fmt: skip
    if len(gone):
        parts = [say("{name} ({reason})", name=r["name"], reason=r["reason"] or tr("too few figures"))
                 for r in gone.to_dict("records")]  # fmt: skip
        told = say("Not scored: {gone:apart}.", gone=parts, count=len(gone))
        said.append(told.about("not scored", table="table", verdict=NOTHING))
    missing = [n for n in evidence.framework.indicators if n not in evidence.members]
    if missing:
        told = say("No area has a figure on {names:list}.", names=[evidence.names[n] for n in missing])
        said.append(told.about("no figures"))
    notes = tuple(filter(None, (group.note,)))
    return Aspect("coverage", tr("What can be seen"), tuple(said), table, _words(), notes, FORMATS)


def _people(evidence: Evidence, group: Chosen, table: pd.DataFrame) -> Aspect:
    title = tr("Where most people live in areas of weak access to good work")
    known = table[table["people"].notna() & (table["verdict"] != NOTHING)]
    total = float(known["people"].sum())
    if not total:
        none = say(
            "How many people live where in {group} cannot be said: no numbers of residents are held.",
            group=group.called,
        )
        return Aspect("people", title, (none.about("none"),), table, _words(), (), FORMATS)
    weak = known[known["verdict"] == BELOW].sort_values("people", ascending=False, kind="stable")
    said: list[Finding] = []
    number = float(weak["people"].sum())
    facts = {"people": number, "all": total, "share": number / total, "count": len(weak), "areas": len(known)}
    if len(weak):
        told = say(
            "{people:,.0f} people aged 16 to 64, {share:.0%} of those in {group}, live in the {count} of its "
            "{areas:areas} whose score is surely below that of the area in the middle of {among}.", group=group.called,
            among=evidence.area_set.title, **facts,
        )  # fmt: skip
        said.append(told.about("weak", table="table", verdict=BELOW))
        said.append(
            say("Most of them: {areas:list8}.", areas=list(weak["name"])).about("most", table="table", verdict=BELOW)
        )
    else:
        told = say("No area of {group} is surely below the area in the middle of {among}.", group=group.called,
                   among=evidence.area_set.title)  # fmt: skip
        said.append(told.about("none weak", table="table", verdict=BELOW))
    for verdict, words in (
        (UNCLEAR, ("cannot be told from", "cannot be told from")),
        (ABOVE, ("is surely above", "are surely above")),
    ):
        rows = known[known["verdict"] == verdict]
        if len(rows):
            told = say(
                f"{{people:,.0f}} ({{share:.0%}}) live in the {{count:areas}} that {words[len(rows) > 1]} the one "
                f"in the middle.",
                people=float(rows["people"].sum()), share=float(rows["people"].sum()) / total, count=len(rows),
            )  # fmt: skip
            said.append(told.about(verdict, table="table", verdict=verdict))
    sure = f"{100 * SURE:.1f} %"
    notes = [
        tr("Surely: in {sure} of the redraws of the figures or more. People are counted where they live.").format(
            sure=sure
        )
    ]
    if left := list(table.loc[table["people"].isna() | (table["verdict"] == NOTHING), "name"]):
        notes.append(
            tr("Left out, for want of a score or of a number of residents: {names}.").format(names=", ".join(left))
        )
    return Aspect("people", title, tuple(said), table, _words(), tuple(notes), FORMATS)


def _priorities(evidence: Evidence, group: Chosen, table: pd.DataFrame) -> Aspect:
    said: list[Finding] = []
    tiers = evidence.ranked["tier"].max() if "tier" in evidence.ranked else np.nan
    for tier in sorted(table["tier"].dropna().unique(), reverse=True):
        rows = table[table["tier"] == tier]
        word = ", the lowest" if tier == tiers else ", the highest" if tier == 1 else ""
        lead = f"Tier {{tier:.0f}} of {{tiers:.0f}}{word}: {{areas:list15}}."
        told = say(lead, tier=tier, tiers=tiers, areas=list(rows["name"]), count=len(rows))
        said.append(told.about("tier", f"{tier:.0f}", table="table", tier=tier))
    if not said:
        said.append(say("No tiers are known for {group}.", group=group.called).about("none"))
    notes = (
        tr(
            "Inside a tier the areas with most people come first: their places cannot be told apart. A "
            "tier reaches from its head down to the next area that is surely below it."
        ),
    )
    return Aspect("priorities", tr("Priorities, by tier"), tuple(said), table, _words(), notes, FORMATS)


def _weak(evidence: Evidence, group: Chosen, below: dict[str, list[str]], scored: int) -> Aspect:
    nations = Counter(evidence.geography.by_code[code].parents.get("country", "") for code in group.codes)
    nation = next(iter(nations)) if len(nations) == 1 else ""
    everybody = [area.code for area in evidence.areas]
    whole = {c for c in everybody if evidence.geography.by_code[c].parents.get("country", "") == nation} <= set(
        group.codes
    )
    signs = {name: evidence.signs[name] for name in evidence.members}
    table = group_gaps(
        evidence.now, group.codes, everybody, "" if whole else nation, signs, below, evidence.counts, evidence.catalogue
    )
    table["title"] = table["indicator"].map(evidence.names)
    for name in ("gap", "people", "lift"):
        table[f"shown_{name}"] = [_with_interval(evidence, row, name) for row in table.to_dict("records")]
    for name in ("value", "nation"):
        table[f"shown_{name}"] = [evidence.catalogue[r["indicator"]].show(r[name]) for r in table.to_dict("records")]
    said: list[Finding] = []
    for name in evidence.members:
        low = len(below.get(name, ()))
        lead = f"{{title}}: {{count}} of {{scored:areas}} {'is' if low == 1 else 'are'} surely below the area in the "
        told = say(lead + "middle.", title=evidence.names[name], count=low, scored=scored)
        said.append(told.about("weak", name, table="table" if name in set(table["indicator"]) else ""))
    for row in table.to_dict("records"):
        indicator, count = evidence.catalogue[row["indicator"]], evidence.counts.by_indicator[row["indicator"]]
        way, place = ("more" if signs[indicator.id] > 0 else "fewer"), {"indicator": indicator.id}
        if row["verdict"] == BEHIND:
            text = (
                f"{{title}}, all of {{group}} together: {figure(indicator, 'value')}, behind {{nation_name}} "
                f"({figure(indicator, 'nation')}) by {distance(indicator, 'gap')}; {{people:,.0f}} {way} {{what}} "
                f"would close that (95 % interval {{people_low:,.0f}} to {{people_high:,.0f}})."
            )
            keys = ("title", "value", "nation", "gap", "people", "people_low", "people_high")
            facts = {k: row[k] for k in keys} | {"group": group.called, "nation_name": evidence.names[nation]}
            said.append(say(text, what=count.what, **facts).about("gap", indicator.id, table="table", **place))
        if row["weak"]:
            verb = "is" if row["weak"] == 1 else "are"
            text = (
                f"To bring the {{weak:areas}} that {verb} surely below on {{title}} up to the one in the middle takes "
                f"{{lift:,.0f}} {way} {{what}} (95 % interval {{lift_low:,.0f}} to {{lift_high:,.0f}})."
            )
            facts = {k: row[k] for k in ("weak", "title", "lift", "lift_low", "lift_high")}
            said.append(say(text, what=count.what, **facts).about("lift", indicator.id, table="table", **place))
    words = {
        "title": tr("Indicator"),
        "shown_value": tr("Group as one place"),
        "shown_nation": tr("Nation"),
        "shown_gap": tr("Behind by (below zero: ahead)"),
        "verdict": tr("Verdict"),
        "shown_people": tr("In people"),
        "weak": tr("Areas surely below the middle"),
        "shown_lift": tr("People to lift these up to it"),
    }
    notes = [
        tr("The group as one place: figures of its areas, each counting by the people it is a share of."),
        tr("Areas that are weakest by figures with survey error are in truth a little less weak, on average."),
    ]
    without = [n for n in evidence.members if n not in set(table["indicator"])]
    notes += [
        tr("{indicator}: in people: cannot be said, {reason}.").format(
            indicator=evidence.names[n], reason=evidence.counts.reason(n)
        )
        for n in without
    ]
    return Aspect(
        "weak",
        tr("Shared weak points, and what would close the gaps"),
        tuple(said),
        table,
        words,
        tuple(notes),
        {"weak": ",.0f"},
    )


def _below(evidence: Evidence, group: Chosen) -> dict[str, list[str]]:
    """The areas of a group that are surely below the one in the middle of the set, by indicator."""
    ranks = evidence.here("ranks")
    if not len(ranks) or "above_median" not in ranks:
        return {}
    rows = ranks[ranks["area"].isin(group.codes) & (ranks["above_median"] <= 1 - SURE)]
    return {str(name): list(found["area"]) for name, found in rows.groupby("node") if name in evidence.members}


def _with_interval(evidence: Evidence, row: dict[Any, Any], name: str) -> str:
    """A number of a row with its 95 % interval, as a table shows it."""
    ends = ("low", "high") if name == "gap" else (f"{name}_low", f"{name}_high")
    if not np.isfinite(row[name]):
        return "–"
    places = evidence.catalogue[row["indicator"]].decimals if name == "gap" else 0
    value, low, high = (written(row[one], f",.{places}f") for one in (name, *ends))
    return (
        tr("{value} ({low} to {high})").format(value=value, low=low, high=high)
        if np.isfinite(row[ends[0]])
        else tr("{value} (no interval)").format(value=value)
    )


def _shared(table: pd.DataFrame, below: dict[str, list[str]]) -> list[str]:
    """Indicators on which at least half of the areas of weak access are weak too; if there are none, the commonest."""
    weak = set(table.loc[table["verdict"] == BELOW, "area"])
    counts = {name: len(weak & set(codes)) for name, codes in below.items()}
    found = [name for name, count in counts.items() if weak and count >= SHARED * len(weak)]
    return found or [name for name, count in counts.items() if count == max(counts.values()) > 0]


def _words() -> dict[str, str]:
    return {
        "name": tr("Area"),
        "people": tr("People aged 16 to 64"),
        "shown_score": tr("Score (95 % interval)"),
        "shown_place": tr("Place (95 % interval)"),
        "tier": tr("Tier (1 is best)"),
        "verdict": tr("Against the area in the middle"),
    }
