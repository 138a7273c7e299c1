"""What it would take, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.limits import OTHERS
from goodwork.analysis.verdicts import verdict
from goodwork.language import tr

if TYPE_CHECKING:
    from goodwork.analysis.target import Target
    from goodwork.model.indicator import Indicator

#: Numbers of people below this are said to be few.
FEW = 10


def findings(found: Target) -> tuple[Finding, ...]:
    """What it takes, what it brings, how sure that is, what it comes to in people or pounds, where bounds stop it."""
    told = [_lead(found)]
    if not found.already:
        told.append(_result(found))
    told.append(_chance(found))
    if not found.already:
        told += [*_counts(found), *_stops(found), _rebuilt(found)]
    return tuple(said.about(key, table="table") for said, key in zip(told, _keys(told), strict=True))


def notes(found: Target) -> tuple[str, ...]:
    """What is held still, how effort is counted, what bounds it, how far to trust it."""
    effort = (
        tr(
            "Effort: the sum of squared changes, each in standard deviations over areas and times its "
            "cost, so that every part does something."
        )
        if found.spread
        else tr(
            "Effort: the sum of changes, each in standard deviations over areas and times its cost, so "
            "that the cheapest part does as much as it may."
        )
    )
    told = [
        tr("Sums, not causes: this says which figures would give the score, not how to change them, nor who could."),
        tr(
            "The yardstick (averages, spreads, limits of outliers, who is scored) is that of the "
            "published figures, as in their redraws."
        ),
        found.moving or tr("All other areas keep their figures."),
        effort,
    ]
    told += [
        tr("{indicator} counts {cost:g}.").format(indicator=_title(found, m), cost=found.cost[m])
        for m in range(len(found.members))
        if found.cost[m] != 1
    ]
    if gaps := [_title(found, m) for m in np.flatnonzero(np.isnan(found.figures))]:
        told.append(tr("Without a figure, and so left as they are: {names}.").format(names=", ".join(gaps)))
    if OTHERS in found.limits.why:
        told.append(
            tr(
                "No part may improve by more than one of these areas has within five years, no break "
                "between; the largest of many surveyed changes is partly chance, so that the bound is "
                "generous. Money of several years is compared in the prices of this one, where prices are "
                "known."
            )
        )
    if found.wanted is None:
        told.append(tr("The goal is reached as published: a score that just reaches it is as likely to fall short."))
    if found.anew and found.feasible and not found.already:
        told.append(
            tr("The goal is to hold in the index built anew, too, so that the score aimed at lies a little higher.")
        )
    elif not found.exact and found.feasible:
        told.append(
            tr("The score is not linear in these figures: the change does it, but another might be a little less.")
        )
    return (
        *told,
        tr("{draws:,} redraws of the figures within their sampling error, which stays as large as it is.").format(
            draws=found.draws
        ),
    )


def _keys(told: list[Finding]) -> list[str]:
    return [f"what it takes {number}" if number else "what it takes" for number in range(len(told))]


def _title(found: Target, m: int | np.intp) -> str:
    member = found.members[m]
    return found.titles.get(member, member)


def _name(found: Target) -> str:
    return found.titles.get(found.area, found.area)


def _moves(found: Target) -> list[Finding]:
    """Each part that changes, in its own unit, the one that brings most first."""
    order = np.argsort(-np.nan_to_num(found.gain * found.effort), kind="stable")
    said = []
    for m in order:
        if np.nan_to_num(found.effort[m]) == 0:
            continue
        one = found.catalogue[found.members[m]]
        said.append(
            say(
                f"{{title}} {_format(one, 'after', unit=True)}, now {_format(one, 'before')}",
                title=_title(found, m), after=float(found.new[m]), before=float(found.figures[m]),
            )
        )  # fmt: skip
    return said


def _lead(found: Target) -> Finding:
    sure = "" if found.wanted is None else " in {wanted:.0%} of redraws"
    facts = {"area": _name(found), "goal": found.goal.words, "period": found.period, "wanted": found.wanted}
    if found.already:
        return say(f"{{area}} reaches {{goal}}{sure} in {{period}} as things are.", **facts)
    if not found.feasible:
        lead = f"Within these bounds {{area}} cannot reach {{goal}}{sure} in {{period}}. The furthest it can go"
    else:
        least = "The least change" if found.exact else "A change"
        lead = f"{least} that brings {{area}} to {{goal}}{sure} in {{period}}"
    return say(f"{lead}: {{moves:apart}}.", moves=_moves(found), **facts)


def _result(found: Target) -> Finding:
    return say(
        "Its score would be {after:.1f} and not {before:.1f}, its rank {rank} (95 % {low:.0f} to {high:.0f}) and not "
        "{was} ({was_low:.0f} to {was_high:.0f}) of {ranked}.",
        after=found.after, before=found.before, rank=found.rank_after, was=found.rank_before, ranked=found.ranked,
        low=found.interval_after[0], high=found.interval_after[1],
        was_low=found.interval_before[0], was_high=found.interval_before[1],
    )  # fmt: skip


def _chance(found: Target) -> Finding:
    lead = "As things are" if found.already else "With these figures" if found.feasible else "Even so"
    return say(
        f"{lead} {{goal}} would show in {{chance:.0%}} of redraws of the figures; to show in 90 % the score would have "
        "to be {sure:.1f}.",
        goal=found.goal.words, chance=found.chance, sure=found.sure,
    )  # fmt: skip


def _counts(found: Target) -> list[Finding]:
    said = []
    for m, member in enumerate(found.members):
        count = float(found.new[m] - found.figures[m]) * found.worth[member].each if member in found.worth else 0.0
        if not np.isfinite(count) or abs(count) < FEW:
            continue
        worth = found.worth[member]
        way = "more" if count > 0 else "fewer"
        lead = (
            f"That is about £{{count:,.0f}} {way} {{what}}"
            if worth.pounds
            else f"That is about {{count:,.0f}} {way} {{what}}"
        )
        said.append(say(f"{lead}.", count=float(f"{abs(count):.3g}"), what=worth.what))
    return said


def _stops(found: Target) -> list[Finding]:
    said, most = [], found.limits.most
    for m in np.flatnonzero(found.at_limit):
        one, why, title = found.catalogue[found.members[m]], found.limits.why[m], _title(found, m)
        if why == OTHERS and most is not None:
            said.append(
                say(
                    f"{{title}} goes as far as it may: in proportion, no area of these has improved it by more within "
                    f"five years than {{where}}, from {_format(one, 'before')} in {{since}} to {_format(one, 'after')} "
                    "in {until}.",
                    title=title, where=found.titles.get(most.area[m], most.area[m]), since=most.since[m],
                    until=most.until[m], before=float(most.before[m]), after=float(most.after[m]),
                )
            )  # fmt: skip
        else:
            said.append(say("{title} goes as far as it may: {why}.", title=title, why=verdict(why)))
    return said


def _format(one: Indicator, name: str, unit: bool = False) -> str:
    """The place of a figure in a template: its decimals, pounds before it, and behind it the unit where wanted."""
    if one.unit.startswith("£"):
        return f"£{{{name}:,.{one.decimals}f}}" + (one.unit[1:] if unit else "")
    return f"{{{name}:,.{one.decimals}f}}" + (f" {'%' if one.unit.startswith('%') else one.unit}" if unit else "")


def _rebuilt(found: Target) -> Finding:
    return say(
        "Built anew with the change put in, so that averages and spreads move with it, the index gives {rebuilt:.1f} "
        "and rank {rank}.",
        rebuilt=found.rebuilt, rank=found.rank_rebuilt,
    )  # fmt: skip
