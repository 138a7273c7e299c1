"""What a share or a rate comes to in people: the figure times the figures that it is a share of."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, prod

from goodwork.analysis.finding import Finding, say
from goodwork.model.counts import Count
from goodwork.model.indicator import Catalogue


def in_people(
    count: Count, figures: Mapping[str, float], known: Catalogue, value: float, lower: float, upper: float
) -> Finding | None:
    """About how many people a figure stands for, to three figures, with the interval of the figure itself.

    ``figures`` are those the figure is a share of, in the same period, by indicator; ``known`` says which of them are
    shares. ``None`` where one of them is missing, or where pounds are counted. The error of what it is a share of is
    not in the interval.

    >>> count = Count(indicator="jobless", what="people out of work", of=("population",))
    >>> from goodwork.model.indicator import Indicator
    >>> known = Catalogue(indicator=(Indicator(id="population", name="Population", unit="people", kind="count"),))
    >>> in_people(count, {"population": 201_851}, known, 2.9, 2.3, float("nan"))
    'about 5,850 people out of work (no interval known)'
    """
    parts = [figures.get(name, float("nan")) * (0.01 if known[name].kind == "share" else 1.0) for name in count.of]
    times = prod(parts) / count.per
    if count.pounds or not isfinite(times * value):
        return None
    people, low, high = (float(f"{times * one:.3g}") for one in (value, lower, upper))
    if not (isfinite(low) and isfinite(high)):
        return say("about {people:,.0f} {what} (no interval known)", people=people, what=count.what)
    return say(
        "about {people:,.0f} {what} (95 % interval {low:,.0f} to {high:,.0f})",
        people=people, what=count.what, low=low, high=high,
    )  # fmt: skip
