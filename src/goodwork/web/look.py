"""How the map and the league table are shown: filters, order, columns, classes, doubt, chosen areas; all in addresses.

Filters take rows away and areas' colours; they never change a rank, which stays the one among all areas of the set.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from goodwork.errors import NotFound
from goodwork.figures.classes import RULES
from goodwork.language import tr
from goodwork.model.area import Area, nearest
from goodwork.model.framework import INDEX
from goodwork.monitor import Monitor

if TYPE_CHECKING:
    import pandas as pd

LONGEST, MOST = 120, 6
#: What the first letters of an official code say of the kind of authority.
TYPES = {
    "E06": tr("Unitary authorities (England)"),
    "E08": tr("Metropolitan districts"),
    "E09": tr("London boroughs"),
    "E10": tr("Counties (England)"),
    "S12": tr("Scottish council areas"),
    "W06": tr("Welsh unitary authorities"),
}
BESIDE = {"neighbours": tr("its statistical neighbours"), "community": tr("its community")}
#: Columns of the league table beside rank and area; domains of the framework come on top.
COLUMNS = {
    "value": tr("Figure"),
    "score": tr("Score"),
    "range": tr("Rank range"),
    "top": tr("In top ten"),
    "tier": tr("Tier"),
    "region": tr("Region"),
}
SHOWN = ("value", "score", "range", "top")
ORDERS = {
    "rank": tr("rank"), "name": tr("name"), "score": tr("score"), "region": tr("region"),
    "width": tr("width of the rank interval"),
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """One way of showing a view. Empty means: everything, in the usual way."""

    classes: str = ""
    unsure: str = ""
    nation: str = ""
    region: str = ""
    type: str = ""
    community: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    beside: str = ""

    @classmethod
    def read(cls, monitor: Monitor, framework: str, area_set: str, query: Any) -> Look:
        """The look that a query asks for; what is the usual way is left empty. Raises ``NotFound`` with the nearest
        names for anything that is not there."""

        def one(name: str, known: Collection[str], kind: str, usual: str = "") -> str:
            asked = str(query.get(name, ""))[:LONGEST].strip()
            if asked and asked not in known:
                raise NotFound(kind, asked, nearest(asked, known) or list(known)[:8])
            return "" if asked == usual else asked

        def many(name: str) -> list[str]:
            given = query.getlist(name) if hasattr(query, "getlist") else [query.get(name, "")]
            parts = (part.strip() for text in given[:40] for part in str(text)[:800].split(","))
            return [part[:LONGEST] for part in parts if part]

        letters = set(communities(monitor, framework, area_set).values()) if query.get("community") else set()
        members, known = monitor.geography.members(area_set), columns(monitor, framework)
        chosen = [name for name in known if name in many("columns")]
        if wrong := [name for name in many("columns") if name not in known]:
            raise NotFound("column", wrong[0], nearest(wrong[0], known) or list(known))
        places = dict.fromkeys(monitor.find(name).code for name in many("areas")[: 2 * MOST])
        orders = [sign + name for name in ORDERS for sign in ("", "-")]
        return cls(
            classes=one("classes", RULES, "rule for classes", "quantiles"),
            unsure=one("unsure", ("yes",), "answer"),
            nation=one("nation", parents(members, "country"), "nation"),
            region=one("region", parents(members, "region"), "region"),
            type=one("type", types(members), "type of area"),
            community=one("community", letters, "community"),
            sort=one("sort", orders, "order", "rank"),
            columns=() if {*chosen, "value"} == set(SHOWN) else tuple(chosen),
            areas=tuple(places)[:MOST],
            beside=one("beside", BESIDE, "outline"),
        )

    @property
    def chosen(self) -> dict[str, str]:
        """What is not the usual way, as it stands in an address."""
        pairs = ((f.name, getattr(self, f.name)) for f in fields(self))
        return {name: ",".join(value) if isinstance(value, tuple) else value for name, value in pairs if value}

    @property
    def filtered(self) -> bool:
        """Whether some areas are left out of the table."""
        return bool(self.nation or self.region or self.type or self.community)

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns of the league table beside rank and area."""
        return self.columns or SHOWN

    def keeps(self, area: Area, community: Mapping[str, str]) -> bool:
        """Whether an area is among those asked for."""
        asked = (
            (self.nation, area.parents.get("country")), (self.region, area.parents.get("region")),
            (self.type, area.code[:3]), (self.community, community.get(area.code)),
        )  # fmt: skip
        return all(not wanted or wanted == own for wanted, own in asked)


def kept(monitor: Monitor, look: Look, framework: str, area_set: str) -> frozenset[str]:
    """The areas of a set that the filters leave."""
    letters = communities(monitor, framework, area_set) if look.community else {}
    return frozenset(a.code for a in monitor.geography.members(area_set) if look.keeps(a, letters))


def ordered(monitor: Monitor, look: Look, table: pd.DataFrame) -> pd.DataFrame:
    """A league table in the order asked for, areas without a score last; rank is the order within equal ones."""
    key, back = look.sort.removeprefix("-") or "rank", look.sort.startswith("-")
    if key == "rank" and not back:
        return table
    areas = monitor.geography.by_code
    if key == "region":
        column = table["area"].map(lambda code: _name(areas, areas[code].parents.get("region", "")))
    elif key == "width":
        column = table["rank_high"] - table["rank_low"] if "rank_low" in table else table["rank"] * 0
    elif key == "name":
        column = table["name"].str.casefold()
    else:
        column = table[key]
    sorted_ = table.assign(_key=column, _none=table["score"].isna())
    up = [True, not back, True, True]
    return sorted_.sort_values(["_none", "_key", "rank", "name"], ascending=up, kind="stable", ignore_index=True).drop(
        columns=["_key", "_none"]
    )


def columns(monitor: Monitor, framework: str) -> dict[str, str]:
    """Columns that can be chosen, with their titles: the domains of the framework stand last."""
    declared = monitor.framework(framework)
    return COLUMNS | {node: declared.node_title(node) for node in declared.groups if node != INDEX}


def communities(monitor: Monitor, framework: str, area_set: str) -> dict[str, str]:
    """The community of each area where that was answered; they are those of the latest period."""
    if "communities" not in monitor.manifest["tables"]:
        return {}
    table = monitor.answer("communities", area_set, framework).get("communities")
    return {} if table is None else dict(zip(table["area"], table["community"], strict=True))


def parents(members: Collection[Area], level: str) -> list[str]:
    """The codes of the parents of some areas at a level; none where all have the same one."""
    found = sorted({code for a in members if (code := a.parents.get(level))})
    return found if len(found) > 1 else []


def types(members: Collection[Area]) -> list[str]:
    """The types of authority among some areas; none where all are of one type."""
    found = sorted({a.code[:3] for a in members} & set(TYPES))
    return found if len(found) > 1 else []


def _name(areas: Mapping[str, Area], code: str) -> str:
    return areas[code].name if code in areas else ""
