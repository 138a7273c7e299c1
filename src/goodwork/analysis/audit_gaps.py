"""Where a place is ahead and behind, and how far: against its nation, region, community and neighbours."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.analysis.audit import Aspect, distance, figure
from goodwork.analysis.evidence import Evidence
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.gaps import AHEAD, BEHIND, NOTHING, UNCLEAR, Benchmark, gaps
from goodwork.analysis.wording import areas_of, the, written
from goodwork.language import tr
from goodwork.model.area import Area

if TYPE_CHECKING:
    import pandas as pd

#: Against what gaps are told in people; the community first, as its areas are alike.
TOLD = ("community", "nation", "best")
COLUMNS = {
    "title": tr("Domain or indicator"),
    "title_against": tr("Against"),
    "shown_value": tr("Here"),
    "shown_benchmark": tr("There"),
    "shown_gap": tr("Behind by (below zero: ahead), with 95 % interval"),
    "verdict": tr("Verdict"),
    "who_name": tr("Which area"),
    "shown_people": tr("People or pounds that the gap comes to, with 95 % interval"),
}


def benchmarks(evidence: Evidence, area: Area, scores: bool = False) -> tuple[Benchmark, ...]:
    """What an area is held against. Nation and region are their published figures; of ``scores``, which are published
    for areas only, the median of the other areas there."""
    found: list[Benchmark] = []
    for name, level in (("nation", "country"), ("region", "region")):
        code = area.parents.get(level, "")
        if code not in evidence.geography.by_code:
            continue
        title = the(evidence.geography.by_code[code].name)
        inside = tuple(a.code for a in evidence.areas if a.parents.get(level) == code and a.code != area.code)
        if scores:
            found.append(Benchmark(name, tr("the median area of {title}").format(title=title), inside))
        else:
            found.append(Benchmark(name, title, (code,), "figure"))
    letter, community = evidence.community_of(area.code)
    if community:
        found.append(
            Benchmark(
                "community", tr("the median of the other areas of community {letter}").format(letter=letter), community
            )
        )
        found.append(Benchmark("best", tr("the best of community {letter}").format(letter=letter), community, "best"))
    if near := evidence.neighbours_of(area.code):
        title = tr("the median of the {areas} most like it").format(areas=areas_of(len(near)))
        found.append(Benchmark("neighbours", title, near))
    return tuple(found)


def gap_table(evidence: Evidence, area: Area) -> pd.DataFrame:
    """Every domain and indicator of an area against every benchmark; see ``gaps``."""
    import pandas as pd

    domains = dict.fromkeys(evidence.framework.groups, 1)
    members = {name: evidence.signs[name] for name in evidence.members}
    plain, above = benchmarks(evidence, area), benchmarks(evidence, area, scores=True)
    parts = []
    if area.code in evidence.scored.place and above:
        parts.append(gaps(evidence.scored, area.code, above, domains, evidence.counts, evidence.catalogue))
    if area.code in evidence.now.place and members and plain:
        parts.append(gaps(evidence.now, area.code, plain, members, evidence.counts, evidence.catalogue))
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=["indicator", "against", "verdict", "gap", "low", "high", "people", "title"])
    table = pd.concat(parts, ignore_index=True)
    titles = {True: {b.name: b.title for b in plain}, False: {b.name: b.title for b in above}}
    table["member"] = table["indicator"].isin(list(members))
    table["title"] = table["indicator"].map(evidence.names)
    table["title_against"] = [titles[m][a] for m, a in zip(table["member"], table["against"], strict=True)]
    table["who_name"] = table["who"].map(evidence.names).where(table["against"] == "best", "").fillna("")
    return _shown(evidence, table)


def strengths(evidence: Evidence, area: Area, table: pd.DataFrame) -> Aspect:
    """Who is ahead and behind on what, for every benchmark; what cannot be told is said."""
    said: list[Finding] = []
    known = [row for row in table.to_dict("records") if row["verdict"] != NOTHING]
    for name in dict.fromkeys(row["against"] for row in known):
        for member, kind in ((False, "domains"), (True, "indicators")):
            rows = [row for row in known if row["against"] == name and row["member"] == member]
            if rows:
                said.append(_standing(area.name, rows, name, kind))
    if not known:
        none = say("{area} has no figure that could be held against others.", area=area.name)
        return Aspect("strengths", tr("Strengths and weaknesses"), (none.about("none"),), table, COLUMNS)
    notes = [
        tr(
            "Ahead and behind are said where the 95 % interval of the difference does not hold zero, "
            "sampling error of both sides counted; each comparison by itself, so that of twenty such "
            "verdicts about one may be chance."
        ),
        tr("Nation and region: their published figures for indicators, the median of their other areas for scores."),
    ]
    held = {name: {row["against"] for row in known if row["indicator"] == name} for name in
            sorted({row["indicator"] for row in known})}  # fmt: skip
    if lost := [name for name, against in held.items() if len(against) < len({row["against"] for row in known})]:
        notes.append(
            tr("No published figure of the region or nation for {names}.").format(
                names=", ".join(evidence.names[i] for i in lost)
            )
        )
    return Aspect("strengths", tr("Strengths and weaknesses"), tuple(said), table, COLUMNS, tuple(notes))


def in_people(evidence: Evidence, area: Area, table: pd.DataFrame) -> Aspect:
    """What would close the gaps: in natural units, and in people or pounds where a denominator is held."""
    rows = table[table["member"] & table["against"].isin(TOLD)] if len(table) else table
    said: list[Finding] = []
    known = [row for row in rows.to_dict("records") if row["verdict"] != NOTHING]
    for name in TOLD:
        for row in known:
            if row["against"] == name and row["verdict"] == BEHIND:
                said += _closing(evidence, row)
        unclear = [row for row in known if row["against"] == name and row["verdict"] == UNCLEAR]
        if unclear and name != "best":
            told = say(
                "Against {against} one cannot tell a gap from survey error on {titles:list}.",
                against=unclear[0]["title_against"], titles=[row["title"] for row in unclear], count=len(unclear),
            )  # fmt: skip
            said.append(told.about("cannot tell", name, table="table", against=name, verdict=UNCLEAR, member=True))
    if not known:
        said.append(say("No gap of {area} can be worked out: figures are missing.", area=area.name).about("none"))
    elif not any(row["verdict"] == BEHIND and row["against"] != "best" for row in known):
        others = list(dict.fromkeys(row["title_against"] for row in known if row["against"] != "best"))
        told = say("{area} is clearly behind on no indicator against {others:list}.", area=area.name, others=others)
        said.append(told.about("none behind"))
    if not known:
        return Aspect("gaps", tr("What would close the gaps"), tuple(said), rows, COLUMNS)
    counted = [n for n in evidence.members if n in evidence.counts.by_indicator]
    without = [n for n in evidence.members if n not in evidence.counts.by_indicator]
    notes = [
        tr(
            "What closing a gap would take in numbers, other things equal; it says nothing of how, or of "
            "whether it can be done. Who moves in or out, and jobs that go with them, are left aside."
        ),
        tr(
            "The best of a community is best among figures with survey error: the true gap to it is smaller on average."
        ),
    ]
    notes += [
        tr("{indicator}: in people: cannot be said, {reason}.").format(
            indicator=evidence.names[n], reason=evidence.counts.reason(n)
        )
        for n in without
    ]
    notes += [
        f"{evidence.names[n]}: {note}" for n in counted if (note := evidence.counts.by_indicator[n].note)
    ]  # fmt: skip
    return Aspect("gaps", tr("What would close the gaps"), tuple(said), rows, COLUMNS, tuple(notes))


def weak_points(table: pd.DataFrame) -> list[str]:
    """Indicators on which an area is clearly behind its nation, its community or its neighbours, in their order."""
    if not len(table):
        return []
    rows = table[["indicator", "against", "verdict", "member"]].itertuples(index=False)
    return list(dict.fromkeys(r.indicator for r in rows if r.member and r.verdict == BEHIND and r.against != "best"))


def _standing(area: str, rows: Sequence[Mapping[Hashable, Any]], name: str, kind: str) -> Finding:
    """One sentence: ahead, behind, and what one cannot tell, against one benchmark."""
    parts: list[str] = []
    numbers: dict[str, object] = {"area": area, "against": rows[0]["title_against"]}
    for verdict, words in ((AHEAD, "clearly ahead on {ahead:list12}"), (BEHIND, "clearly behind on {behind:list12}")):
        titles = [row["title"] for row in rows if row["verdict"] == verdict]
        if titles:
            parts.append(words)
            numbers["ahead" if verdict == AHEAD else "behind"] = titles
    unclear = [row["title"] for row in rows if row["verdict"] == UNCLEAR]
    numbers |= {"unclear": unclear} if unclear else {}
    lead = "Against {against} {area} is " + " and ".join(parts) if parts else ""
    rest = "one cannot tell on {unclear:list12}" if unclear else ""
    text = "; ".join(filter(None, (lead, rest))) if lead else f"Against {{against}} {rest}"
    told = say(f"{text}.", **numbers)
    return told.about(kind, name, table="table", against=name, member=kind == "indicators")


def _closing(evidence: Evidence, row: dict[str, object]) -> list[Finding]:
    """What would close one gap: a sentence in natural units, and one in people where that can be said."""
    indicator = evidence.catalogue[str(row["indicator"])]
    facts = {k: row[k] for k in ("value", "benchmark", "gap", "low", "high", "title")}
    who = " ({who_name})" if row["who_name"] and row["against"] == "best" else ""
    text = (
        f"{{title}}: {figure(indicator, 'value')} here, {figure(indicator, 'benchmark')} for {{against}}{who}; "
        f"behind by {distance(indicator, 'gap')} (95 % interval {{low:,.{indicator.decimals}f}} to "
        f"{{high:,.{indicator.decimals}f}})."
    )
    place = {"indicator": row["indicator"], "against": row["against"]}
    more = {"who_name": row["who_name"]} if who else {}
    key = str(row["against"])
    said = [
        say(text, against=row["title_against"], **facts, **more).about("gap", key, indicator.id, table="table", **place)
    ]
    count = evidence.counts.by_indicator.get(indicator.id)
    if count is None or not np.isfinite(float(str(row["people"]))):
        return said
    way = "more" if evidence.signs[indicator.id] > 0 else "fewer"
    number = "£{people:,.0f} " if count.pounds else f"{{people:,.0f}} {way} "
    pounds = "£" if count.pounds else ""
    text = (
        f"{number}{{what}} would close the gap to {{against}} (95 % interval {pounds}{{people_low:,.0f}} to "
        f"{pounds}{{people_high:,.0f}})."
    )
    people = {k: row[k] for k in ("people", "people_low", "people_high")}
    told = say(text, what=count.what, against=row["title_against"], **people)
    return [*said, told.about("people", key, indicator.id, table="table", **place)]


def _shown(evidence: Evidence, table: pd.DataFrame) -> pd.DataFrame:
    """The table with its figures as readers expect them, beside every digit."""

    def told(row: dict[str, object], name: str) -> str:
        value = float(str(row[name]))
        if not np.isfinite(value):
            return tr("no figure")
        if row["member"]:
            return evidence.catalogue[str(row["indicator"])].show(value)
        return written(value, ".1f")

    def gap(row: dict[str, object]) -> str:
        ends = [float(str(row[name])) for name in ("gap", "low", "high")]
        if not np.isfinite(ends[0]):
            return "–"
        places = evidence.catalogue[str(row["indicator"])].decimals if row["member"] else 1
        text = [written(end, f",.{places}f") for end in ends]
        return (
            tr("{value} ({low} to {high})").format(value=text[0], low=text[1], high=text[2])
            if np.isfinite(ends[1])
            else tr("{value} (no interval)").format(value=text[0])
        )

    def people(row: dict[str, object]) -> str:
        ends = [float(str(row[f"people{end}"])) for end in ("", "_low", "_high")]
        if not np.isfinite(ends[0]):
            return tr("cannot be said") if row["member"] else ""
        pounds = "£" if evidence.counts.by_indicator[str(row["indicator"])].pounds else ""
        text = [pounds + written(end, ",.0f") for end in ends]
        return tr("{value} ({low} to {high})").format(value=text[0], low=text[1], high=text[2])

    rows: Sequence[dict[str, object]] = table.to_dict("records")
    return table.assign(
        shown_value=[told(row, "value") for row in rows],
        shown_benchmark=[told(row, "benchmark") for row in rows],
        shown_gap=[gap(row) for row in rows],
        shown_people=[people(row) for row in rows],
    )
