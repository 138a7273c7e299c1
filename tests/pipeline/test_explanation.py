"""The chapters of docs/explanation on the nine questions say what the figures say: every number that a chapter prints
is worked out again from the shipped figures, as its command does, and looked for in the text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from goodwork.analysis.association import Association
from goodwork.analysis.wording import written
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.chapters import chapters_of
from goodwork.pipeline.communities import COMPARED, communities_of, successions_of
from goodwork.pipeline.links import conditions_of, health_of, shock_of
from goodwork.pipeline.material import Material, shipped_material
from goodwork.pipeline.questions import compacts_of, disparity_of, neighbours_of, space_of, trends_of
from goodwork.pipeline.windows import windows_of

DOCS = Path(__file__).parents[2] / "docs/explanation"


@cache
def material() -> Material:
    return shipped_material()


@cache
def asked(period: str = "2019") -> Asked:
    return Asked.of(material(), material().frameworks[0], "england-119", period)


@cache
def chapter(name: str) -> str:
    return " ".join((DOCS / f"{name}.md").read_text(encoding="utf-8").split())


def told(name: str, *words: str) -> None:
    """All of these words stand in the chapter; numbers in them have a true minus."""
    missing = [said for said in (w.replace("-0.", "−0.") for w in words) if said not in chapter(name)]
    assert not missing, missing


def ends(found: Association) -> str:
    return f"{found.r:.2f} ({found.low:.2f} to {found.high:.2f})"


def per_cent(share: float) -> str:
    return f"{100 * share:.0f} %"


def shown(member: str, value: float) -> str:
    return material().catalogue[member].show(value)


def test_communities() -> None:
    found = communities_of(asked(), 4, 200, numbers=COMPARED)
    score = asked().scores()[:, 0]
    place = {area: i for i, area in enumerate(asked().panel.areas)}
    for g, name in enumerate(found.names):
        here = [place[area] for area, at in zip(found.points.areas, found.labels, strict=True) if at == g]
        values = [shown(m, found.natural[g, j]).removesuffix(" per week") for j, m in enumerate(found.points.members)]
        cells = [name, found.archetypes[g], str(len(here)), f"{score[here].mean():.1f}", *values]
        told("communities", f"| {' | '.join(cells)} | {found.published[g] or '–'} |")
    numbers = found.numbers.set_index("k")["silhouette"]
    assert found.numbers.loc[found.numbers["variation"].idxmin(), "k"] == 2
    two = communities_of(asked(), 2, 20)
    sizes = np.bincount(two.labels)
    told("communities", f"mean silhouette of {numbers[2]:.2f} against {numbers[4]:.2f} for four",
         f"low throughout ({sizes[0]} areas) and high throughout ({sizes[1]})",
         f"{int(found.borderline.sum())} of the {len(found.labels)} areas stand on a border")  # fmt: skip
    for names, letter in ((("Blackpool", "Birmingham"), "A"), (("Lancashire",), "B"), (("York", "Cheshire East"), "C")):
        for name in names:
            at = asked().names.index(name)
            where = found.points.position(asked().panel.areas[at])
            assert (found.names[found.labels[where]], bool(found.borderline[where])) == (letter, False), name


def test_communities_through_time() -> None:
    found = successions_of(asked(), 4, 200)
    moves, moved = found.transitions, found.moved
    assert moves is not None
    told("communities", f"{per_cent(moves.immobility)} of areas stay in their community",
         f"Of {len(moved)} moves in all, {int(moved['across_break'].sum())} lie across a break and "
         f"{int((~moved['sure']).sum())} are by areas on a border")  # fmt: skip
    for g, name in enumerate(found.names):
        cells = [per_cent(s) for s in moves.share[g]]
        cells[g] += f" ({100 * moves.low[g, g]:.0f} to {100 * moves.high[g, g]:.0f})"
        told("communities", f"| {name} | {' | '.join(cells)} |")
    held = [int((row == 1).sum()) for row in found.labels[:3]]
    told("communities", f"B has {held[0]} areas in 2017, {held[1]} in 2018 and {held[2]} in 2019")


def test_neighbours_and_compacts() -> None:
    found, at = neighbours_of(asked()), "E06000014"
    rows = found.table[found.table["area"] == at]
    near = [(found.points.title(r["neighbour"]), f"{r['distance']:.2f}") for r in rows.to_dict("records")]
    told("communities", ", ".join(f"{name} ({apart})" for name, apart in near[1:4]), f"{near[0][0]} ({near[0][1]} sta",
         f"{near[4][0]} ({near[4][1]}, over the four members it has)",
         f"within {np.median(found.table.loc[found.table['rank'] == 1, 'distance']):.2f}")  # fmt: skip
    groups = compacts_of(asked()).groups
    assert len(groups) == 11
    clear = groups[groups["change_low"] > 0]
    for r in clear.to_dict("records"):
        name = asked().name_of(r["improved"])
        change = f"+{r['change']:.2f}"
        assert name in chapter("communities")
        told("communities", change, f"{r['change_low']:.2f} to {r['change_high']:.2f})")
    told("communities", "a clear rise in two of the eleven groups")
    assert len(clear) == 2


def test_conditions() -> None:
    found, name = conditions_of(asked()), "conditions-health-shock"
    line = found.relation.slope
    told(name, f"r = {ends(found.relation.pearson)}", f"{line.slope:.2f} points more in the score",
         f"({line.low:.2f} to {line.high:.2f})", "**No area stands clearly apart**")  # fmt: skip
    assert not (found.relation.better | found.relation.worse).any()
    table = found.relation.table
    for place in ("Southend-on-Sea", "Central Bedfordshire", "Slough", "Middlesbrough"):
        apart = float(table.loc[table["area"] == place, "residual"].iloc[0])
        told(name, f"{place} ({written(apart, '+.1f')}")
    shares = found.dominance
    assert shares is not None
    for one in found.described:
        first = shares.table[shares.table["target"] == one.target].iloc[0]
        interval = f"({100 * first['low']:.0f} to {100 * first['high']:.0f})"
        told(name, f"{first['predictor']} {per_cent(first['share'])} {interval}")
    told(name, f"R² is {found.described[0].lasso_r2:.2f} for the score")


def test_health() -> None:
    found, name = health_of(asked()), "conditions-health-shock"
    table = found.outcomes.table
    whole = table[table["score"] == "the score"]
    for r in whole.to_dict("records"):
        link = found.outcomes.link(r["outcome"])
        told(name, f"| {ends(link.pooled)} | {r['region']:.2f} | {r['conditions']:.2f} | {per_cent(r['r2'])} |")
    assert (len(whole), int((whole["q"] <= 0.05).sum())) == (16, 13)
    assert int(((whole["q"] <= 0.05) & whole["quarter"]).sum()) == 7
    domains = [found.outcomes.link("healthy life, men", score).pooled.r for score in found.outcomes.scores[1:]]
    told(name, "r = {:.2f}, status and autonomy {:.2f}, pay and conditions {:.2f}".format(*domains))
    assert found.regions is not None
    men = found.regions.ends.set_index("outcome").loc["healthy life, men"]
    told(name, f"{men['highest_mean']:.1f} healthy years on average", f"{men['lowest_mean']:.1f} in those of the North",
         f"{men['difference']:.1f} years apart ({men['low']:.1f} to {men['high']:.1f},",
         f"differ clearly in {int((found.regions.q <= 0.05).sum())} of {len(found.regions.q)} outcomes")  # fmt: skip
    warned = {one.areas[i] for one in found.warnings for i in np.flatnonzero(one.warned)}
    assert warned == {"Southampton", "Hampshire", "Northumberland"}


def test_shock() -> None:
    found, name = shock_of(asked()), "conditions-health-shock"
    blow = found.shock
    count, total = int((blow.quadrant == "double blow").sum()), int((blow.quadrant != "").sum())
    told(name, f"r = {ends(blow.together)}", f"are {count} of {total} areas", f"r = {ends(blow.pooled[0])}",
         "access {:.2f}, status {:.2f}, pay {:.2f}".format(*(p.r for p in blow.pooled[1:])))  # fmt: skip
    counts = blow.counts.set_index("group")
    for letter, words in (("A", "areas in community A {}"), ("D", "in D {}")):
        told(name, f"{counts.loc[letter].sum()} {words.format(counts.loc[letter, 'double blow'])}")
    assert found.also is not None
    told(name, f"r = {ends(found.also.link('COVID-19 deaths, 14 months').pooled)}")
    assert not found.also.link("COVID-19 deaths, first wave").pooled.clear
    claimants, pay = (one.summary.iloc[-1] for one in found.recovery)
    told(name, f"still {claimants['mean']:.1f} points above 2019",
         f"{round(claimants['back'] * claimants['n'])} of {claimants['n']} areas were back",
         f"partial r = {claimants['fixed']:.2f}, {claimants['fixed_low']:.2f} to {claimants['fixed_high']:.2f}",
         f"r = {pay['r']:.2f}, {pay['r_low']:.2f} to {pay['r_high']:.2f}".replace(" to -", " to −"),
         f"rise of {pay['mean']:.0f} %")  # fmt: skip


def test_disparity() -> None:
    split: pd.DataFrame = disparity_of(asked()).split
    for r in split[split["period"] == "2019"].to_dict("records"):
        inside = f"{per_cent(r['within_share'])} | {100 * r['within_low']:.0f} to {100 * r['within_high']:.0f}"
        row = f"| {inside} | {per_cent(r['error_share'])} | {r['where']} |"
        told("space-and-disparity", f"{r['indicator'].lower()} {row}")


def test_space() -> None:
    found = space_of(asked())
    for one in (found.moran, *found.members):
        told("space-and-disparity", f"| {one.name} | {one.i:.2f} | {one.random_low:.2f} to {one.random_high:.2f} | "
             f"{one.n} |")  # fmt: skip
    borders: dict[str, Any] = found.contrasts.table.iloc[0].to_dict()
    told("space-and-disparity", f"across {int(found.contrasts.clear.sum())} of {len(found.contrasts.pairs)} borders",
         f"{borders['higher']} and {borders['lower']} ({borders['difference']:.1f} points, 95 % interval "
         f"{borders['low']:.1f} to {borders['high']:.1f})")  # fmt: skip


def test_trends() -> None:
    name, found, across = "space-and-disparity", trends_of(asked()), trends_of(asked(), across=True)
    sd, ever = (_apart(through.convergence.table) for through in (found, across))
    told(name, f"standard deviation {sd[2017]:.2f} in 2017 and {sd[2019]:.2f} in 2019",
         f"({ever[2021]:.2f} in 2021 against {ever[2017]:.2f} in 2017",
         "No area clearly improves or falls back")  # fmt: skip
    for through in (found, across):
        assert "No area clearly improves" in " ".join(through.findings)
    change = across.convergence.changes.set_index("measure").loc["sd_true"]
    told(name, f"change {change['low']:.2f} to {change['high']:.2f}".replace("-1", "−1"))
    moved = next(s for s in found.mobility.findings if s.id == "places").numbers
    told(
        name,
        f"Areas moved {moved['shift']:.1f} places on average. Survey error alone would make {moved['noise']:.1f}",
    )


def _apart(table: pd.DataFrame) -> dict[int, float]:
    """The standard deviation by year, survey error taken out."""
    rows = table[table["measure"] == "sd_true"]
    return dict(zip(rows["year"].astype(int), rows["value"], strict=True))


def test_countries_side_by_side_and_before_and_after() -> None:
    britain = Asked.of(material(), material().frameworks[0], "gb", "2021")
    table = chapters_of(britain).table
    rows = table[table["period"] == "2019"].set_index("chapter").to_dict("index")
    for place, words in (("Wales", "of Wales scored"), ("Scotland", "of Scotland"), ("England", "of England"),
                         ("London", "of London")):  # fmt: skip
        r = rows[place]
        told("space-and-disparity", f"{words} {r['median']:.1f} ({r['low']:.1f} to {r['high']:.1f})")
    pairs = windows_of(britain).table.set_index(["one", "other", "of", "window"])["r"]
    both = [pairs["unemployment", "participation", kind, window]
            for kind in ("levels", "changes") for window in ("before", "after")]  # fmt: skip
    told("space-and-disparity", f"r = {both[0]:.2f}, 2004 to 2019", f"({both[1]:.2f}, 2020 to 2023)",
         "({:.2f} and {:.2f})".format(*both[2:]).replace("and -0", "and −0"))  # fmt: skip
