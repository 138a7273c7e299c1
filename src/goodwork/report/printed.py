"""Our edition beside the facts printed in the Good Work Monitor of January 2021.

A comparison, not a target: the published data have been revised since, the method note is not public, and nothing here
is tuned to agree. What was printed is declared in ``printed.toml``; everything under "ours" is read from the edition,
or asked anew of its figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from goodwork.model.printed import printed_report
from goodwork.report.printed_communities import community_rows, region_rows
from goodwork.report.printed_fact import AREAS, PERIOD, Answers, Row, regions_of
from goodwork.report.printed_league import condition_rows, league_rows, value_rows
from goodwork.report.printed_links import link_rows, shock_rows

if TYPE_CHECKING:
    from goodwork.monitor import Monitor


def comparison(monitor: Monitor, answers: Answers | None = None) -> list[Row]:
    """Every fact that our edition can answer, in the order of the report; those it cannot are listed as such. Facts on
    communities and regions are there if their ``answers`` for the report's year and areas are given."""
    league = monitor.scores(PERIOD, AREAS)
    regions = regions_of(monitor)
    return [
        *league_rows(monitor, league, regions),
        *value_rows(monitor),
        *(region_rows(monitor, answers, regions) if answers else ()),
        *(community_rows(monitor, answers, regions) if answers else ()),
        *condition_rows(monitor, regions),
        *link_rows(monitor, league),
        *shock_rows(monitor, league),
    ]


def markdown(rows: list[Row]) -> str:
    """The comparison as a page of the documentation."""
    printed = printed_report()
    lines = [
        "# Beside the printed report",
        "",
        "Made by `goodwork compare-report --out docs/explanation/printed-report.md`; do not edit by hand. Our edition",
        f"({PERIOD}, {AREAS}) beside facts printed in the {printed.by}'s *{printed.title}*",
        f"({printed.date}). It is a comparison, never tuned to: data have been revised, and the report's method note",
        "is not public.",
        "",
        "| fact | printed | ours | difference | likely reason |",
        "|---|---|---|---|---|",
        *(f"| {r.fact} | {r.printed} | {r.ours} | {r.difference} | {r.reason} |" for r in rows),
        "",
    ]
    return "\n".join(lines)
