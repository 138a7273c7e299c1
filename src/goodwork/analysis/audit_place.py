"""The Good Jobs Audit of one place: what holds it back, who did better, and what it would take."""

from __future__ import annotations

from goodwork.analysis.audit import Aspect, Audit
from goodwork.analysis.audit_around import conditions, health, shock, suggested
from goodwork.analysis.audit_change import direction, drivers, improvers, travel_table
from goodwork.analysis.audit_gaps import gap_table, in_people, strengths, weak_points
from goodwork.analysis.audit_standing import coverage, position
from goodwork.analysis.charter_gaps import charter_gaps
from goodwork.analysis.evidence import Evidence
from goodwork.analysis.profile import Profile
from goodwork.model.charter import Charter
from goodwork.model.levers import Levers


def audit_of_place(
    evidence: Evidence, profile: Profile, charter: Charter, levers: Levers | None = None, invented: bool = False
) -> Audit:
    """Everything the audit says of one area, doubt first: what can be seen, where it stands, strengths and weaknesses,
    gaps in natural units and in people, direction, drivers, conditions, health, shock, who did better, levers.

    A weak point is an indicator on which the area is clearly behind its nation, region, community or neighbours. Every
    sentence knows the numbers it was made from and the rows of its aspect's table. Good Jobs Audit: Institute for the
    Future of Work (2021); the form is ours.
    """
    area = profile.area
    table = gap_table(evidence, area)
    weak, near = weak_points(table), evidence.neighbours_of(area.code)
    held = any(cell.value == cell.value for cell in profile.figures)
    moves = travel_table(evidence, area, near) if held else None
    aspects: list[Aspect] = [
        coverage(evidence, profile), position(evidence, profile), strengths(evidence, area, table),
        in_people(evidence, area, table),
    ]  # fmt: skip
    if moves is not None:
        aspects += [direction(evidence, area, moves, weak), drivers(evidence, area)]
    aspects += [conditions(evidence, area), health(evidence, area), shock(evidence, area)]
    if moves is not None:
        aspects.append(improvers(evidence, area, moves, weak, near))
    aspects.append(charter_gaps(evidence, charter, (area.code,), area.name))
    aspects.append(suggested(evidence, levers, weak, area.name))
    return Audit(
        "area", area.name, (area.code,), evidence.framework.name, evidence.area_set.name, evidence.period,
        tuple(aspects),
        invented,
    )  # fmt: skip
