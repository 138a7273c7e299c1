"""How answers about the links to other measures look in the terminal: conditions, health, shocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goodwork.analysis.wording import number
from goodwork.cli.show import banner, interval, show_table
from goodwork.cli.show_questions import cell, chance, ends, percent, set_of, share, signed, tell, title_of
from goodwork.figures.links import kinds_of

if TYPE_CHECKING:
    from goodwork.monitor import Monitor
    from goodwork.pipeline.asked import Asked
    from goodwork.pipeline.links import Blow, Health, Related


def show_conditions(monitor: Monitor, asked: Asked, found: Related, place: str | None, top: int) -> None:
    """Who stands highest and lowest against areas with similar conditions, and which conditions go with what."""
    banner(monitor)
    rows = [
        (
            r["area"],
            f"{r['x']:.1f}",
            f"{r['y']:.1f}",
            interval(r["low"], r["high"], 1),
            signed(r["residual"], 1),
            cell(r["q"]),
        )
        for r in ends(found.relation.table, top).to_dict("records")
    ]
    headers = [
        ("area", "l"),
        ("conditions", "r"),
        ("score", "r"),
        ("95 % of like areas", "n"),
        ("apart", "r"),
        ("q", "r"),
    ]
    show_table(headers, rows, title_of(asked))
    if found.dominance is not None:
        table = found.dominance.table
        lines = [
            (r["target"], r["predictor"], f"{100 * r['share']:.0f} %", share(r["low"], r["high"]))
            for r in table.groupby("target", sort=False).head(3).to_dict("records")
        ]
        headers = [("", "l"), ("goes most with", "l"), ("share of variation", "r"), ("95 %", "n")]
        show_table(headers, lines, "Which conditions go with what")
    tell([*([found.relation.of(place)] if place else []), *found.findings], found)


def show_health(monitor: Monitor, asked: Asked, found: Health) -> None:
    """The score against every outcome, in several ways."""
    banner(monitor)
    table = found.outcomes.table
    rows = [
        (
            r["outcome"], r["observed"], str(r["n"]), cell(r["r"]), interval(r["low"], r["high"], 2),
            cell(r["rho"]), cell(r["region"]), cell(r["conditions"]), cell(r["people"]),
            f"{100 * r['r2']:.0f} %", chance(r["q"]),
        )
        for r in table[table["score"] == found.outcomes.scores[0]].to_dict("records")
    ]  # fmt: skip
    headers = [("outcome", "l"), ("year", "l"), ("areas", "r"), ("r", "r"), ("95 %", "n"), ("rank r", "r")]
    headers += [("same region", "r"), ("like conditions", "r"), ("by people", "r"), ("in common", "r"), ("q", "r")]
    show_table(headers, rows, title_of(asked))
    domains = [group for group in found.outcomes.scores[1:] if group in set(table["score"])]
    if domains:
        wide = table.pivot(index="outcome", columns="score", values=["r", "q"]).reindex(table["outcome"].unique())
        lines = [
            (
                outcome,
                *(f"{cell(r['r', one])}{' ?' if r['q', one] > found.outcomes.level else ''}" for one in domains),
            )
            for outcome, r in wide.iterrows()
        ]
        show_table([("outcome", "l"), *((one, "r") for one in domains)], lines, "r with each domain (?: not clear)")
    if found.regions is not None:
        lines = [
            (
                r["outcome"], *(f"{r[end]} {number(r[f'{end}_mean'])}" for end in ("highest", "lowest")),
                f"{number(r['difference'])} ({number(r['low'])} to {number(r['high'])})", chance(r["q"]),
            )
            for r in found.regions.ends.to_dict("records") if r["highest"]
        ]  # fmt: skip
        headers = [("outcome", "l"), ("highest mean", "l"), ("lowest mean", "l"), ("apart (95 %)", "r")]
        show_table([*headers, ("q of regions", "r")], lines, "Means of regions")
    tell(found.findings, found)


def show_shock(monitor: Monitor, asked: Asked, found: Blow, place: str | None, top: int) -> None:
    """The areas hit hardest, how many were hit twice by community, and how far areas have come back."""
    banner(monitor)
    one, other = found.shock.measures
    kinds = kinds_of(found.shock)
    rows = [
        (
            str(r["place"]),
            r["area"],
            f"{r[one]:.1f}",
            f"{r[other]:.1f}",
            signed(r["combined"], 2),
            r.get("group") or "–",
            kinds.get(r["quadrant"], "–"),
        )
        for r in found.shock.table.head(top).to_dict("records")
    ]
    shown = [
        f"{name} ({unit.strip()})" if unit else name for name, unit in zip((one, other), found.shock.units, strict=True)
    ]
    headers = [
        ("", "r"),
        ("area", "l"),
        (shown[0], "r"),
        (shown[1], "r"),
        ("together", "r"),
        ("community", "l"),
        ("", "l"),
    ]
    show_table(headers, rows, f"{found.question.title} · {set_of(asked)}")
    counts = found.shock.counts
    show_table(
        [("community", "l"), *((kinds[str(column)], "r") for column in counts.columns[1:])],
        [tuple(map(str, row)) for row in counts[counts["group"] != ""].itertuples(index=False)],
    )
    links = [
        (r["score"], "both together", str(r["n"]), cell(r["r"]), interval(r["low"], r["high"], 2), "–", "–",
         chance(r["q"]))
        for r in found.shock.associations.to_dict("records")
    ]  # fmt: skip
    if found.also is not None:
        links += [
            (r["score"], r["outcome"], str(r["n"]), cell(r["r"]), interval(r["low"], r["high"], 2),
             cell(r["region"]), interval(r["region_low"], r["region_high"], 2), chance(r["q"]))
            for r in found.also.table.to_dict("records")
        ]  # fmt: skip
    headers = [(f"score of {found.question.before}", "l"), ("with", "l"), ("areas", "r"), ("r", "r"), ("95 %", "n")]
    show_table([*headers, ("same region", "r"), ("95 %", "n"), ("q", "r")], links, "What goes with the score before")
    for followed in found.recovery:
        unit = "%" if followed.measure == "percent" else followed.unit
        lines = [
            (r["period"], str(r["n"]), signed(r["mean"], 1), percent(r["back"]), cell(r["r"]), cell(r["fixed"]))
            for r in followed.summary.to_dict("records")
        ]
        headers = [("year", "l"), ("areas", "r"), (unit, "r"), ("back", "r"), ("r with score", "r")]
        headers.append(("shock held fixed", "r"))
        show_table(headers, lines, f"{followed.figure}, change since {followed.before}")
    tell([*([found.shock.of(place)] if place else []), *found.findings], found)
