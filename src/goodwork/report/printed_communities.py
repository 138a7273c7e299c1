"""The report's communities and its examples of variation inside regions beside ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.wording import listing, the
from goodwork.model.printed import printed_report
from goodwork.report.printed_fact import AREAS, METHOD, NONE, PERIOD, Answers, Row, figures, signed, told

if TYPE_CHECKING:
    from goodwork.analysis.clusters import Clusters
    from goodwork.monitor import Monitor

UNPLACED = "named in the report; its letter is not in what we hold of it"
SHAPE = f"satisfactory hours is not in ours, for there are no open local figures; {METHOD}"
#: Centroids nearer than this to each other, or to the average, in standard deviations, count as alike.
ALIKE = 0.25


def community_rows(monitor: Monitor, answers: Answers, regions: dict[str, str]) -> Iterator[Row]:
    """How many communities there are and what they are like, and where the places belong that the report names."""
    found, printed = answers.communities, printed_report().communities
    steady = found.numbers["favoured_by"].str.contains("variation")
    favoured = int(found.numbers.loc[steady, "k"].iloc[0])
    yield Row(
        "Number of communities",
        str(printed.number),
        f"{len(found.names)} as a choice; the figures alone favour {favoured}",
        "none" if favoured == printed.number else signed(favoured - printed.number) + " if left to the figures",
        f"mean silhouette of ours {np.nanmean(found.silhouettes):.2f}: 1 would be islands, 0 no gaps between them",
    )
    yield from _profiles(monitor, found)
    for name in printed.named:
        yield Row(f"Community of {name}", UNPLACED, _placed(found, monitor.find(name).code), NONE, "not compared")
    inside = monitor.find(printed.region_of)
    region = regions[inside.code]
    here = [found.of(area) for area in found.points.areas if regions[area] == region]
    counts = ", ".join(f"{here.count(letter)} in {letter}" for letter in found.names)
    ours = f"of {len(here)} areas: {counts}; {inside.name} {_placed(found, inside.code)}"
    yield Row(f"Communities of {inside.name}'s region, {the(region)}", UNPLACED, ours, NONE, "not compared")
    yield from _healthy_life(monitor, found)


def _profiles(monitor: Monitor, found: Clusters) -> Iterator[Row]:
    centre, members = found.centroids, found.points.members
    titles, profiles = [monitor.catalogue[member].label for member in members], printed_report().communities.profiles
    for at, end, printed in ((0, np.argmin, profiles.A), (3, np.argmax, profiles.D)):
        there = [title for title, g in zip(titles, end(centre, axis=0), strict=True) if g == at]
        word = "lowest" if at == 0 else "highest"
        size = int((found.labels == at).sum())
        yield Row(
            f"Profile of community {found.names[at]}",
            printed,
            f"{word} of the four on {len(there)} of {len(members)} members: {listing(there)} ({size} areas)",
            "agrees" if len(there) == len(members) else f"{len(there)} of {len(members)}",
            SHAPE,
        )
    like = {member: centre[:, j] for j, member in enumerate(members)}
    routine, pay, work = (like[m] for m in ("routine_occupations", "median_pay", "participation"))
    strong, more = work[2] >= ALIKE, routine[2] <= -ALIKE
    yield Row(
        "Profile of community C",
        profiles.C,
        f"{_means(monitor, found, 2)} (all areas: {_means(monitor, found)})",
        "agrees" if strong and more else "agrees on access; not on routine work" if strong else "differs",
        SHAPE,
    )
    alike = abs(routine[1] - routine[2]) < ALIKE and abs(pay[1] - pay[2]) < ALIKE
    lower = work[1] < work[2] and like["unemployment"][1] < like["unemployment"][2]
    yield Row(
        "Profile of community B beside C",
        profiles.B,
        f"{_means(monitor, found, 1)}",
        " ".join(
            [
                "agrees on participation and unemployment;" if lower else "differs on participation or unemployment;",
                "routine work and pay as in C" if alike else "routine work and pay are not as in C",
            ]
        ),
        SHAPE,
    )


def _means(monitor: Monitor, found: Clusters, community: int | None = None) -> str:
    """Mean figures of a community, or of all areas."""
    figure = np.nanmean(found.points.natural, axis=0) if community is None else found.natural[community]
    wanted = ("unemployment", "participation", "routine_occupations", "median_pay")
    at = [found.points.members.index(member) for member in wanted]
    return told(
        {monitor.catalogue[m].label: monitor.catalogue[m].show(figure[j]) for m, j in zip(wanted, at, strict=True)}
    )


def _placed(found: Clusters, area: str) -> str:
    at = found.points.position(area)
    own, other = found.names[found.labels[at]], found.names[found.second[at]]
    said = f"{own} in {100 * found.stability[at]:.0f} % of the draws"
    return f"{said}, otherwise mostly {other}" if found.borderline[at] else said


def _healthy_life(monitor: Monitor, found: Clusters) -> Iterator[Row]:
    printed = printed_report().communities.years
    low, top = np.isin(found.labels, (0, 1)), found.labels == len(found.names) - 1
    for indicator in ("hle_male", "hle_female"):
        years, period = figures(monitor, indicator, list(found.points.areas))
        gap = float(np.nanmean(years[top]) - np.nanmean(years[low]))
        error = 1.96 * float(
            np.sqrt(sum(np.nanvar(years[g], ddof=1) / np.isfinite(years[g]).sum() for g in (top, low)))
        )
        yield Row(
            f"{monitor.catalogue[indicator].label}: community D less A and B",
            f"about {printed:g} years",
            f"{gap:.1f} years (95 % interval {gap - error:.1f} to {gap + error:.1f}; means of areas, three years to "
            f"{period})",
            signed(round(gap - printed, 1), 1),
            f"the figures were revised, and other areas are in the communities; {SHAPE}",
        )


def region_rows(monitor: Monitor, answers: Answers, regions: dict[str, str]) -> Iterator[Row]:
    """Whether areas differ more inside regions than between them, and the report's examples beside their regions."""
    found, printed = answers.disparity, printed_report().regions
    where = found.where[-1]
    parts = [
        f"{word}: {listing([title for title, at in zip(found.indicators, where, strict=True) if at == kind])}"
        for kind, word in (("inside", "more inside"), ("no clear difference",) * 2, ("between", "more between"))
        if kind in where
    ]
    inside = int((where == "inside").sum())
    yield Row(
        "Variation inside regions and between them",
        printed.said,
        "; ".join(parts),
        "agrees" if inside == len(where) else f"agrees for {inside} of {len(where)} members",
        "survey error, which looks like variation inside regions, is taken out of ours",
    )
    members = [m for m in monitor.framework().indicators if len(monitor.values(m, PERIOD))]
    scored = set(monitor.scores(PERIOD, AREAS)["area"])
    for name in printed.examples:
        area = monitor.find(name)
        region = regions[area.code]
        here = [code for code in scored if regions[code] == region]
        shown = {}
        for member in members:
            own, _ = figures(monitor, member, [area.code])
            middle = float(np.nanmedian(figures(monitor, member, here)[0]))
            what = monitor.catalogue[member]
            shown[what.label] = f"{what.show(float(own[0]))} (region {what.show(middle)})"
        yield Row(
            f"{area.name} in its region, {the(region)}",
            "an example of variation inside a region; no figures in what we hold of the report",
            told(shown),
            NONE,
            f"region: median of {len(here)} areas; survey figures, so that small differences may be chance",
        )
