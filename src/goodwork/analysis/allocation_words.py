"""How a budget is shared, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.verdicts import verdict
from goodwork.analysis.wording import listing
from goodwork.language import tr

if TYPE_CHECKING:
    from goodwork.analysis.allocation import Allocation

#: Areas named as gaining or losing most, and the share of rebuilt indices in which a grant counts as sure.
NAMED, SURE = 5, 0.95
VARIED = {
    "sampling": "the sampling error of the figures",
    "method": "the choices of the method",
    "both": "sampling error and the choices of the method together",
}


def findings(found: Allocation) -> tuple[Finding, ...]:
    """Who gets how much, who gains against a share by people, and how far that can be trusted."""
    told = [_lead(found), _lowest(found), *_against(found), *(_range(found, kind) for kind in found.ranges)]
    return tuple(said.about(f"share {number}", table="table") for number, said in enumerate(told))


def notes(found: Allocation) -> tuple[str, ...]:
    """The formula in words, who is left out, what the ranges hold."""
    told = [
        tr("A sum by a stated rule, to be discussed: it does not say what money would do, nor who should give it."),
        _rule(found),
        *_bounds(found),
        tr("The distance of each grant from a share by people is no gain or loss of money that anyone has now."),
    ]
    if found.without:
        named = [f"{found.titles.get(area, area)} ({verdict(why)})" for area, why in found.without.items()]
        told.append(tr("Left out, and without a grant: {names}.").format(names=listing(named, 12)))
    rebuilt = {
        "sampling": tr("{draws:,} rebuilt indices for the sampling error of the figures."),
        "method": tr("{draws:,} rebuilt indices for the choices of the method."),
        "both": tr("{draws:,} rebuilt indices for sampling error and the choices of the method together."),
    }
    told += [rebuilt[kind].format(draws=draws) for kind, draws in found.draws.items()]
    if forbidden := [f"{rule} ({why})" for rule, why in found.rules.items() if isinstance(why, str)]:
        told.append(tr("Rules that these bounds forbid: {rules}.").format(rules="; ".join(forbidden)))
    return tuple(told)


def _rule(found: Allocation) -> str:
    formula = found.formula
    if formula.by == "population":
        return tr("Shared by people.")
    if formula.by == "equal":
        return tr("Every area gets the same.")
    if formula.by == "tiers":
        ends = [
            tr("up to {share:.0f} % weight {weight:g}").format(share=100 * tier.upto, weight=tier.weight)
            for tier in formula.tiers
        ]
        return tr(
            "Shared by people times the weight of their area's tier, counted from the lowest score: {tiers}."
        ).format(tiers=", ".join(ends))
    node = found.titles.get(formula.of, formula.of)
    counted = {
        0.0: tr("people"), 1.0: tr("people times points of distance"), 2.0: tr("people times squared distance"),
    }.get(formula.power, tr("people times distance to the power {power:g}"))  # fmt: skip
    need = tr("Need is {counted}, for areas whose score ({node}) is below {threshold:g}.")
    if formula.taper:
        need = tr(
            "Need is {counted}, for areas whose score ({node}) is below {threshold:g}, fading out over {taper:g} "
            "points above."
        )
    return need.format(
        counted=counted.format(power=formula.power), node=node, threshold=formula.threshold, taper=formula.taper
    )


def _bounds(found: Allocation) -> list[str]:
    formula = found.formula
    told = []
    if formula.floor:
        told.append(tr("every area gets £{floor:,} at least").format(floor=formula.floor))
    if formula.cap is not None:
        told.append(tr("none more than £{cap:,}").format(cap=formula.cap))
    if formula.minimum:
        told.append(tr("grants below £{minimum:,} are not paid").format(minimum=formula.minimum))
    return [tr("Bounds: {bounds}.").format(bounds="; ".join(told))] if told else []


def _name(found: Allocation, at: int | np.intp) -> str:
    area = found.areas[at]
    return found.titles.get(area, area)


def _lead(found: Allocation) -> Finding:
    pounds = found.pounds
    paid = np.flatnonzero(pounds > 0)
    top, end = paid[pounds[paid].argmax()], paid[pounds[paid].argmin()]
    return say(
        "Of £{budget:,.2f}, shared by {rule} in {period}, {paid} of {total:areas} get something: from £{least:,.2f} "
        "({end}) to £{most:,.2f} ({top}).",
        budget=float(found.grants.sum() / 100), rule=found.formula.by, period=found.period, paid=len(paid),
        total=len(pounds), least=float(pounds[end]), most=float(pounds[top]), end=_name(found, end),
        top=_name(found, top),
    )  # fmt: skip


def _lowest(found: Allocation) -> Finding:
    money = found.pounds[found.lowest].sum() / found.pounds.sum()
    people = found.people[found.lowest].sum() / found.people.sum()
    coefficient = found.summary["concentration"].iloc[0]
    return say(
        "The lowest fifth of areas by score get {money:.0%} of it and have {people:.0%} of the people; concentration "
        "{concentration:+.2f} (below zero: more goes where scores are low).",
        money=float(money), people=float(people), concentration=float(coefficient),
    )  # fmt: skip


def _against(found: Allocation) -> list[Finding]:
    gains = found.pounds - found.by_people
    moved = float(np.abs(gains).sum() / 2)
    if moved < 0.01 * len(gains):
        return [say("That is what shares by people would be.")]
    order = np.argsort(-gains, kind="stable")
    up = [_name(found, a) for a in order[:NAMED] if gains[a] > 0]
    down = [_name(found, a) for a in order[::-1][:NAMED] if gains[a] < 0]
    return [
        say(
            "Against shares by people £{moved:,.0f} ({part:.0%}) moves. The largest gains: {up:list}; the largest "
            "losses: {down:list}.",
            moved=moved, part=moved / float(found.pounds.sum()), up=up, down=down,
        )
    ]  # fmt: skip


def _range(found: Allocation, kind: str) -> Finding:
    low, high = found.ranges[kind]
    paid = np.flatnonzero(found.pounds > 0)
    top = paid[found.pounds[paid].argmax()]
    half = float(np.median((high - low)[paid] / 2 / found.pounds[paid]))
    sure = int((found.paid[kind][paid] >= SURE).sum())
    return say(
        f"{VARIED[kind].capitalize()} would move {{top}}, with the largest grant, between £{{low:,.0f}} and "
        "£{high:,.0f} (95 %), and a typical grant by {half:.0%} either way; {sure} of the {paid} paid get something in "
        "95 % of rebuilt indices.",
        top=_name(found, top), low=float(low[top]), high=float(high[top]), half=half, sure=sure, paid=len(paid),
    )  # fmt: skip
