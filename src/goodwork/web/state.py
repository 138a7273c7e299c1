"""What a reader has chosen, all of it in the address: framework, area set, period, measure, kind of map, area."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any
from urllib.parse import quote, urlencode

from goodwork.errors import NotFound
from goodwork.model.area import Area, nearest, plain_name
from goodwork.model.framework import INDEX
from goodwork.monitor import Monitor

VIEWS = {"map": "true shapes", "tiles": "equal tiles"}
LONGEST = 120


@dataclass(frozen=True)
class State:
    """One view of the monitor. ``plain`` is the view without any choice: what equals it is left out of addresses."""

    framework: str
    area_set: str
    period: str
    node: str = INDEX
    view: str = "map"
    area: str = ""
    plain: State | None = field(default=None, compare=False, repr=False)

    @classmethod
    def read(cls, monitor: Monitor, query: Mapping[str, str]) -> State:
        """The view a query asks for; raises ``NotFound`` with the nearest names for anything that is not there."""
        asked = {key: query.get(key, "")[:LONGEST].strip() for key in NAMES}
        framework = monitor.framework(asked["framework"] or None)
        if (node := asked["node"] or INDEX) not in framework.nodes:
            raise NotFound("measure", node, nearest(node, framework.nodes) or list(framework.groups))
        if (view := asked["view"] or "map") not in VIEWS:
            raise NotFound("kind of map", view, list(VIEWS))
        return cls(
            framework=framework.name,
            area_set=monitor.area_set(asked["area_set"] or None, framework.name).name,
            period=monitor.period(asked["period"] or None, framework.name),
            node=node,
            view=view,
            area=monitor.find(asked["area"]).code if asked["area"] else "",
            plain=plain_state(monitor),
        )

    def url(self, path: str = "/", **changes: Any) -> str:
        """The address of this view, or of it with some choices changed."""
        new = replace(self, **changes)
        if new.framework != self.framework:
            new = replace(new, area_set="", period="", node="", area="")
        plain = self.plain or self
        chosen = {n: getattr(new, n) for n in NAMES if getattr(new, n) and getattr(new, n) != getattr(plain, n)}
        if new.framework != plain.framework:
            chosen |= {n: getattr(new, n) for n in ("area_set", "period") if getattr(new, n)}
        return f"{path}?{urlencode(chosen)}" if chosen else path


NAMES = tuple(f.name for f in fields(State) if f.name != "plain")


def plain_state(monitor: Monitor) -> State:
    """The view somebody gets who has chosen nothing."""
    return State(monitor.framework().name, monitor.area_set().name, monitor.period())


def area_path(area: Area) -> str:
    """The address of an area's page.

    >>> area_path(Area(code="E06000014", name="York")), area_path(Area(code="X/1", name="Æ"))
    ('/area/E06000014-york', '/area/X%2F1-ae')
    """
    return f"/area/{quote(area.code, safe='')}-{slug(area)}"


def slug(area: Area) -> str:
    """An area's name as it stands in an address."""
    return re.sub(r"\s+", "-", plain_name(area.name.replace("Æ", "Ae"))) or "area"
