"""Where a place is going, what moved its score, and which of the areas most like it did better on its weak points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.analysis.audit import Aspect, figure
from goodwork.analysis.evidence import Evidence
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.gaps import median_of
from goodwork.analysis.sampling import Z95
from goodwork.analysis.travel import NEEDED, travel
from goodwork.analysis.trends import FALLING, IMPROVING, NOTHING, UNCLEAR
from goodwork.language import tr
from goodwork.model.area import Area
from goodwork.model.framework import INDEX

if TYPE_CHECKING:
    import pandas as pd

#: Words for a verdict of its own, and beside the other areas.
GOES = {IMPROVING: "clearly improved", FALLING: "clearly fell back", UNCLEAR: "no clear direction"}
BESIDE = {IMPROVING: "it clearly gained", FALLING: "it clearly lost ground", UNCLEAR: "no clear difference"}


def travel_table(evidence: Evidence, area: Area, near: Sequence[str]) -> pd.DataFrame:
    """Slopes of an area, then of the areas most like it, in every member that has figures; see ``travel``."""
    panel, members = evidence.real, list(evidence.members)
    codes = [area.code, *(code for code in near if code in panel.areas)]
    rows = [panel.areas.index(code) for code in codes]
    columns = [panel.indicators.index(name) for name in members]
    middle = median_of(panel.value[:, : len(evidence.areas)][..., columns])
    return travel(
        panel.value[:, rows][..., columns], evidence.errors[:, rows][..., columns], panel.periods, codes, members,
        [evidence.signs[name] for name in members],
        [{b.period for b in evidence.catalogue[name].breaks} for name in members], middle,
    )  # fmt: skip


def direction(evidence: Evidence, area: Area, table: pd.DataFrame, weak: Sequence[str]) -> Aspect:
    """Which way every indicator goes, by itself and beside the other areas; and which are worse and worsening."""
    mine = table[table["area"] == area.code].assign(title=lambda t: t["indicator"].map(evidence.names))
    mine["weak"] = mine["indicator"].isin(list(weak))
    mine["flag"] = [_flag(row) for row in mine.to_dict("records")]
    mine["shown"] = [_shown(evidence, row) for row in mine.to_dict("records")]
    said = [_told(evidence, row) for row in mine.to_dict("records") if row["verdict"] != NOTHING]
    for flag, lead in (
        ("worse and worsening", "Worse and worsening: {titles:list}."),
        ("worse and losing ground", "Worse and losing ground on the other areas: {titles:list}."),
    ):
        titles = list(mine.loc[mine["flag"] == flag, "title"])
        if titles:
            said.append(say(lead, titles=titles, count=len(titles)).about("flag", flag, table="table", flag=flag))
    if not mine["flag"].ne("").any():
        told = say("No indicator of {area} is both clearly worse than elsewhere and clearly worsening.", area=area.name)
        said.append(told.about("flag", "none", table="table", flag=""))
    short = [evidence.names[row["indicator"]] for row in mine.to_dict("records") if row["verdict"] == NOTHING]
    notes = [
        tr(
            "Each direction is the median slope over the longest run of years that no break cuts, of the "
            "last ten; it needs {needed} figures. What a survey changed is not read as a change of the "
            "place."
        ).format(needed=NEEDED),
        tr(
            "Clearly: false discoveries controlled over the indicators. Beside the other areas: the "
            "median area's way taken off."
        ),
    ]
    notes += (
        [tr("No direction, for want of years without a break: {names}.").format(names=", ".join(short))]
        if short
        else []
    )
    money = [n for n in evidence.members if evidence.catalogue[n].prices == "current"]
    if money and evidence.prices is not None:
        notes.append(
            tr("Money {prices}: {names}.").format(
                prices=evidence.prices.words, names=", ".join(evidence.names[n] for n in money)
            )
        )
    elif money:
        notes.append(tr("Money of the year itself: part of a rise is that of prices."))
    late = sorted({row["last"] for row in mine.to_dict("records") if row["last"] and row["last"] < evidence.period})
    if late:
        notes.append(
            tr(
                "Some runs end before {period} (in {years}): a break follows, and what came after cannot be "
                "set beside what was before."
            ).format(period=evidence.period, years=", ".join(late))
        )
    words = {
        "title": tr("Indicator"),
        "first": tr("From"),
        "last": tr("To"),
        "shown": tr("From, to, and a year (95 % interval)"),
        "verdict": tr("By itself"),
        "beside_verdict": tr("Beside the other areas"),
        "flag": tr("Flag"),
    }
    return Aspect("direction", tr("Which way it goes"), tuple(said), mine, words, tuple(notes))


def drivers(evidence: Evidence, area: Area) -> Aspect:
    """What moved the score between the ends of the longest stretch without a break, indicator by indicator."""
    import pandas as pd

    first, last = stretch_of(evidence)
    parts = evidence.asked("contributions")
    scopes = [s for s in parts["scope"].unique() if s != "each period"] if len(parts) else []
    scores = evidence.asked("scores", node=INDEX)
    title = tr("What moved the score")
    words = {
        "title": tr("Indicator"), "before": tr("Points in the score at first"), "after": tr("Points at last"),
        "change": tr("Change, points"), "average": tr("Change of the average area"), "beside": tr("Change beside it"),
    }  # fmt: skip
    nothing = pd.DataFrame(columns=["indicator", *words])
    scope = scopes[0] if scopes else ""
    ends = scores[(scores["area"] == area.code) & (scores["scope"] == scope)].set_index("period")
    if not scope or first == last or first not in ends.index or last not in ends.index:
        reason = say("it is not scored in both {first} and {last}", first=first, last=last)
        lone = say("there are no two years without a break between them")
        told = say("What moved the score of {area} cannot be told: {reason}.", area=area.name,
                   reason=lone if first == last or not scope else reason)  # fmt: skip
        return Aspect("drivers", title, (told.about("none"),), nothing, words)
    both = parts[(parts["scope"] == scope) & parts["period"].isin([first, last])]
    wide = both.pivot_table(index="area", columns=["period", "indicator"], values="contribution", aggfunc="first")
    order = [n for n in evidence.framework.indicators if (first, n) in wide.columns and (last, n) in wide.columns]
    before, after = (wide[period][order] for period in (first, last))
    whole = before.index[before.notna().any(axis=1) & after.notna().any(axis=1)]
    moved = (after.fillna(0.0) - before.fillna(0.0)).loc[whole]
    table = pd.DataFrame({
        "indicator": order, "title": [evidence.names[n] for n in order],
        "before": before.loc[area.code].to_numpy(dtype=float), "after": after.loc[area.code].to_numpy(dtype=float),
        "change": moved.loc[area.code].to_numpy(dtype=float), "average": moved.mean().to_numpy(dtype=float),
    }).assign(beside=lambda t: t["change"] - t["average"])  # fmt: skip
    half = float(Z95 * np.hypot(ends.loc[first, "sd"], ends.loc[last, "sd"])) if "sd" in ends else float("nan")
    beside, average = float(table["beside"].sum()), float(table["average"].sum())
    text = (
        "From {first} to {last} the score of {area} changed by {change:+.1f} points, that of the average area by "
        "{average:+.1f}: beside it by {beside:+.1f} "
    )
    text += "(95 % interval {low:+.1f} to {high:+.1f})" if np.isfinite(half) else "(no interval was computed)"
    text += ", no more than survey error can make." if abs(beside) <= half else "."
    facts = {"area": area.name, "first": first, "last": last, "change": beside + average, "average": average}
    said = [say(text, **facts, beside=beside, low=beside - half, high=beside + half).about("change", table="table")]
    largest = table.reindex(table["beside"].abs().sort_values(ascending=False).index)
    shown = [say("{title} {beside:+.1f}", title=r["title"], beside=r["beside"]) for r in largest.to_dict("records")]
    told = say("Beside the average area, largest first: {parts:list12}; the parts add up.", parts=shown, total=beside)
    said.append(told.about("parts", table="table", indicator=list(table["indicator"])))
    notes = (
        tr(
            "On one scale for all years ({scope}), over {first} to {last}, the longest stretch without a "
            "break, and beside the average area, so that what moves all of them, rising prices too, is "
            "left out. A part is what the indicator's own figure did to the score, not what caused it to "
            "move."
        ).format(scope=scope, first=first, last=last),
    )
    formats = dict.fromkeys(("before", "after", "change", "average", "beside"), "+.1f")
    return Aspect("drivers", title, tuple(said), table, words, notes, formats)


def improvers(evidence: Evidence, area: Area, table: pd.DataFrame, weak: Sequence[str], near: Sequence[str]) -> Aspect:
    """Which of the areas most like it clearly improved on its weak points, by how much and since when."""
    rows = table[(table["area"] != area.code) & table["indicator"].isin(list(weak))].copy()
    rows["title"] = rows["indicator"].map(evidence.names)
    rows["name"] = rows["area"].map(evidence.names)
    rows["better"] = rows["slope"] * rows["indicator"].map(evidence.signs).astype(float)
    rows = rows.sort_values(["indicator", "better"], ascending=[True, False], kind="stable").reset_index(drop=True)
    rows["shown"] = [_shown(evidence, row) for row in rows.to_dict("records")]
    said: list[Finding] = []
    for name in weak:
        here = rows[rows["indicator"] == name]
        clear = here[here["verdict"] == IMPROVING]
        if len(clear):
            said.append(_best(evidence, clear.iloc[0].to_dict(), len(clear), len(here)))
        elif len(here):
            told = say(
                "{title}: none of the {count:areas} most like it clearly improved from {first} to {last}.",
                title=evidence.names[name], count=len(here), first=min(here["first"]), last=max(here["last"]),
            )  # fmt: skip
            said.append(told.about("none", name, table="table", indicator=name))
    if not said:
        reason = "has no weak point that could be told" if not weak else "has no neighbours with figures over time"
        reason = "has no areas most like it that are known for this year" if not near else reason
        said.append(say("{area} {reason}, so that nobody is looked for who did better on one.", area=area.name,
                        reason=reason).about("nothing"))  # fmt: skip
    words = {"title": tr("Weak point"), "name": tr("Area most like it"), "first": tr("From"), "last": tr("To"),
             "shown": tr("From, to, and a year (95 % interval)"), "verdict": tr("Direction")}  # fmt: skip
    notes = (
        tr(
            "Who improved is a place to ask, not a proof: what they did may not be why. Neighbours are "
            "alike in their figures of today, wherever they lie."
        ),
    )
    return Aspect("improvers", tr("Who did better on its weak points"), tuple(said), rows, words, notes)


def stretch_of(evidence: Evidence) -> tuple[str, str]:
    """First and last of the longest run of scored periods that no break of a member cuts, the last of equals."""
    periods = sorted(p for p in evidence.asked("scores", node=INDEX)["period"].unique() if p <= evidence.period)
    breaks = {b.period for name in evidence.framework.indicators for b in evidence.catalogue[name].breaks}
    runs: list[list[str]] = [[]]
    for period in periods:
        if period in breaks and runs[-1]:
            runs.append([])
        runs[-1].append(period)
    most = max(map(len, runs))
    run = [run for run in runs if len(run) == most][-1]
    return (run[0], run[-1]) if run else ("", "")


def _flag(row: dict[str, Any]) -> str:
    if not row["weak"]:
        return ""
    if row["verdict"] == FALLING:
        return "worse and worsening"
    return "worse and losing ground" if row["beside_verdict"] == FALLING else ""


def _told(evidence: Evidence, row: dict[str, Any]) -> Finding:
    indicator = evidence.marked(row["indicator"])
    slope, low, high = (_slope(indicator.decimals, end) for end in ("slope", "low", "high"))
    text = (
        f"{{title}}: {GOES[row['verdict']]} from {{first}} to {{last}} ({figure(indicator, 'begin', 'end')}; {slope} "
        f"a year, 95 % interval {low} to {high}); beside the median area "
        f"{BESIDE.get(row['beside_verdict'], 'it cannot be said')}."
    )
    facts = {k: row[k] for k in ("title", "first", "last", "begin", "end", "slope", "low", "high")}
    return say(text, **facts).about("direction", row["indicator"], table="table", indicator=row["indicator"])


def _best(evidence: Evidence, row: dict[str, Any], clear: int, total: int) -> Finding:
    indicator = evidence.marked(row["indicator"])
    slope, low, high = (_slope(indicator.decimals, end) for end in ("slope", "low", "high"))
    text = (
        f"{{title}}: {{name}} improved most, from {{first}} to {{last}} ({figure(indicator, 'begin', 'end')}; {slope} "
        f"a year, 95 % interval {low} to {high}); {{clear}} of {{total:areas}} most like it clearly improved."
    )
    facts = {k: row[k] for k in ("title", "name", "first", "last", "begin", "end", "slope", "low", "high")}
    place = {"indicator": row["indicator"], "area": row["area"]}
    return say(text, clear=clear, total=total, **facts).about("improver", row["indicator"], table="table", **place)


def _slope(decimals: int, name: str) -> str:
    """The place for a slope, signed and with one figure more."""
    return f"{{{name}:+,.{decimals + 1}f}}"


def _shown(evidence: Evidence, row: dict[str, Any]) -> str:
    """Both ends and the slope, as a table shows them."""
    if not np.isfinite(row["slope"]):
        return "–"
    indicator = evidence.marked(row["indicator"])
    slope, low, high = (_slope(indicator.decimals, end) for end in ("slope", "low", "high"))
    text = f"{figure(indicator, 'begin', 'end')}; {slope} ({low} to {high})"
    return str(say(text, **{k: row[k] for k in ("begin", "end", "slope", "low", "high")}))
