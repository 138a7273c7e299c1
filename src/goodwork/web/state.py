"""What a reader has chosen, all of it in the address: framework, area set, period, measure, kind of map, area."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any
from urllib.parse import quote, urlencode

from goodwork.errors import NotFound
from goodwork.language import tr
from goodwork.model.area import Area, nearest, plain_name
from goodwork.model.framework import INDEX
from goodwork.monitor import Monitor
from goodwork.web.look import Look

VIEWS = {"map": tr("true shapes"), "tiles": tr("equal tiles")}
LONGEST = 120
#: The page that shows a look (filters, order, columns, classes), and its twins; other addresses do without.
LOOKED_AT = ("/", "/index.json", "/index.csv", "/figure/map.svg")


@dataclass(frozen=True)
class State:
    """One view of the monitor. ``plain`` is the view without any choice: what equals it is left out of addresses."""

    framework: str
    area_set: str
    period: str
    node: str = INDEX
    view: str = "map"
    area: str = ""
    look: Look = field(default_factory=Look)
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

    @property
    def bare(self) -> State:
        """The view without its look: what is measured, where and when."""
        return replace(self, look=Look(), area="", view="map")

    def url(self, path: str = "/", **changes: Any) -> str:
        """The address of this view, or of it with some choices changed, those of its look among them."""
        looks = {name: changes.pop(name) for name in list(changes) if name in LOOKS}
        new = replace(self, **changes, look=replace(self.look, **looks))
        if new.framework != self.framework:
            new = replace(new, area_set="", period="", node="", area="", look=Look())
        chosen = new.chosen if path in LOOKED_AT else new.what
        return f"{path}?{urlencode(chosen)}" if chosen else path

    @property
    def what(self) -> dict[str, str]:
        """What is measured, where and when, as far as it is not the plain view, as it stands in an address."""
        plain = self.plain or self
        chosen = {n: getattr(self, n) for n in NAMES if getattr(self, n) and getattr(self, n) != getattr(plain, n)}
        if self.framework != plain.framework:
            chosen |= {n: getattr(self, n) for n in ("area_set", "period") if getattr(self, n)}
        return chosen

    @property
    def chosen(self) -> dict[str, str]:
        """``what``, and how it is shown."""
        return self.what | self.look.chosen


NAMES = tuple(f.name for f in fields(State) if f.name not in ("look", "plain"))
LOOKS = tuple(f.name for f in fields(Look))


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


def resolve(monitor: Monitor, reference: str) -> Area:
    """The area that ``code`` or ``code-slug`` in an address means; retired codes and names lead on, as in a search."""
    known = [a for a in monitor.geography.at(monitor.geography.level) if reference.startswith(a.code)]
    exact = [a for a in known if reference == a.code or reference.startswith(f"{a.code}-")]
    if exact:
        return max(exact, key=lambda a: len(a.code))
    bare = reference.split("-")[0]
    return monitor.find(bare if bare.upper() in monitor.geography.retired else reference[:120].replace("-", " "))


def fitting(monitor: Monitor, state: State, area: Area) -> dict[str, Any]:
    """Changes to a view so that its area set holds the area: the framework's default, else the first that does."""
    sets = {s.name: s for s in monitor.area_sets(state.framework)}
    if sets[state.area_set].holds(area):
        return {}
    return {"area_set": next((s.name for s in sets.values() if s.holds(area)), state.area_set)}
