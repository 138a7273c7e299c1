"""Where the rows of each resource come from: the edition's tables, in the words of the interface."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from goodwork.errors import NotFound
from goodwork.model.area import Area, nearest
from goodwork.model.framework import INDEX
from goodwork.store.editions import MANIFEST
from goodwork.web.api import query
from goodwork.web.api.kinds import of_kinds
from goodwork.web.api.query import EVERY, OfAreas, OfFramework, OfNodes, OfOne
from goodwork.web.api.tables import Tables, parsed, shown

if TYPE_CHECKING:
    import pandas as pd

#: How codes that still stand lead elsewhere: none of them is retired.
STANDING = ("shared", "district of")


def editions(tables: Tables) -> pd.DataFrame:
    """The edition that is served."""
    import pandas as pd

    m = tables.monitor
    geography = f"{m.geography.level}, {m.geography.vintage}".strip(", ")
    row = {"name": m.edition.name, "latest": True, "latest_period": m.period(), "frameworks": list(m.frameworks)}
    return pd.DataFrame([{**row, "geography": geography, "checksum": checksum(tables)}])


def checksum(tables: Tables) -> str:
    """SHA-256 of the edition's manifest, which holds those of its tables."""
    return hashlib.sha256((tables.monitor.edition.path / MANIFEST).read_bytes()).hexdigest()


def areas(tables: Tables, asked: query.Places) -> pd.DataFrame:
    """Areas of every level."""
    monitor, codes = tables.monitor, tables.codes(asked.area, every_level=True)
    geography = monitor.geography
    codes = of_kinds(geography, asked, codes)
    found = geography.members(asked.area_set) if asked.area_set else geography.areas
    levels = sorted({area.level for area in geography.areas})
    if asked.level and asked.level not in levels:
        raise NotFound("level of areas", asked.level, nearest(asked.level, levels) or levels)
    return _areas(tables, [
        area for area in found
        if (codes is None or area.code in codes) and asked.level in ("", area.level)
    ])  # fmt: skip


def one_area(tables: Tables, asked: query.Paged, area: Area) -> pd.DataFrame:
    """One area."""
    return _areas(tables, [area])


def _areas(tables: Tables, found: Sequence[Area]) -> pd.DataFrame:
    import pandas as pd

    geography = tables.monitor.geography
    former: dict[str, list[str]] = {}
    for code, heirs in geography.retired.items():
        for heir in (one for one in heirs if one.relation not in STANDING):
            former.setdefault(heir.successor, []).append(code)
    return pd.DataFrame([
        {
            "area": area.code, "name": area.name, "level": area.level, "parents": list(area.parents.values()),
            "parent_names": [tables.names.get(code, code) for code in area.parents.values()],
            "aliases": list(area.aliases), "former": sorted(set(former.get(area.code, []))),
            "area_sets": [one.name for one in geography.sets if one.holds(area)],
        }
        for area in found
    ])  # fmt: skip


def indicators(tables: Tables, asked: query.OfIndicators) -> pd.DataFrame:
    """What each number is."""
    rows = tables.rows("indicators", {"id": tables.indicators(asked.indicator)}).rename(columns={"id": "indicator"})
    return rows.assign(breaks=[text.split("; ") if text else [] for text in rows["breaks"]])


def frameworks(tables: Tables, asked: OfFramework) -> pd.DataFrame:
    """Every node of every framework."""
    import pandas as pd

    monitor, rows = tables.monitor, []
    for name in [monitor.framework(asked.framework).name] if asked.framework else list(monitor.frameworks):
        one = monitor.framework(name)
        declared: dict[str, Any] = {d.name: d for d in one.domains} | {m.indicator: m for m in one.members}
        default = monitor.area_set(None, name).name
        sets = [default, *(s.name for s in monitor.area_sets(name) if s.name != default)]
        for node in one.nodes:
            own = declared.get(node)
            row = {
                "framework": name, "title": one.title, "node": node, "measure": one.node_title(node, monitor.catalogue),
                "parent": "" if node == INDEX else one.parent(node), "level": one.level(node),
                "better": f"{getattr(own, 'direction', 'higher')} is better", "why": own.why if own else one.question,
                "weight": own.weight if own else None, "area_sets": sets, "periods": list(monitor.periods(name)),
                "base_period": one.base_period,
            }  # fmt: skip
            steps = ("normalisation", "weighting", "aggregation")
            rows.append({**row, **{step: one.method.choice(step, node, one.level(node)).label for step in steps}})
    return pd.DataFrame(rows)


def observations(tables: Tables, asked: query.Figures) -> pd.DataFrame:
    """Figures with interval, marker, unit and source."""
    monitor = tables.monitor
    names, codes = tables.indicators(asked.indicator), tables.codes(asked.area, every_level=True)
    if asked.framework:
        members = monitor.framework(asked.framework).indicators
        names = [name for name in members if names is None or name in names]
    if asked.area_set:
        inside = [area.code for area in monitor.geography.members(asked.area_set)]
        codes = [code for code in inside if codes is None or code in codes]
    codes = of_kinds(monitor.geography, asked, codes)
    periods = None if not asked.period or EVERY in asked.period else list(asked.period)
    rows = tables.named(tables.rows("values", {"indicator": names, "area": codes, "period": periods}))
    known = monitor.indicators().set_index("id")
    for column, name in (("name", "indicator_name"), ("unit", "unit"), ("better", "better")):
        rows[name] = rows["indicator"].map(known[column])
    origins = monitor.origins
    rows["derivation"] = rows["source"].map({key: origin.derivation for key, origin in origins.items()})
    return rows.assign(source=rows["source"].map({key: origin.line for key, origin in origins.items()}))


def of_nodes(table: str) -> Callable[[Tables, OfNodes], pd.DataFrame]:
    """The rows of a table of scores or ranks."""

    def make(tables: Tables, asked: OfNodes) -> pd.DataFrame:
        framework = tables.monitor.framework(asked.framework or None)
        return shown(tables.named(tables.rows(table, tables.of_nodes(asked)), framework))

    return make


def of_areas(table: str) -> Callable[[Tables, OfAreas], pd.DataFrame]:
    """The rows of a table of areas, in the framework's own scope."""

    def make(tables: Tables, asked: OfAreas) -> pd.DataFrame:
        scope = tables.monitor.framework(asked.framework or None).method.scope
        return tables.named(tables.rows(table, {**tables.of_areas(asked), "scope": [scope]}))

    return make


def profiles(tables: Tables, asked: OfOne, area: Area) -> pd.DataFrame:
    """All that is known of one area, a row per node: index, domains, indicators with their figures."""
    import pandas as pd

    monitor = tables.monitor
    found = monitor.profile(area.code, asked.period or None, asked.area_set or None, asked.framework or None)
    plain, framework = found.as_dict(), found.framework
    rows = []
    for figure, known in zip(plain["indicators"], found.figures, strict=True):
        own = {key: value for key, value in figure.items() if key not in ("indicator", "name", "standing", "period")}
        own |= {"observed": figure["period"], "better": known.better}
        rows.append({**_standing(figure["standing"]), **own, "missing": figure["missing"] or ""})
    head = [_standing(one) for one in (plain["index"], *plain["domains"])]
    table = pd.DataFrame([{"better": "higher is better", "missing": found.not_scored, **row} for row in head] + rows)
    facts = {
        "framework": framework.name, "area_set": found.area_set.name, "scope": framework.method.scope,
        "period": found.period, "area": area.code,
    }  # fmt: skip
    return tables.named(table.assign(**facts), framework)


def _standing(plain: dict[str, Any]) -> dict[str, Any]:
    renamed = {"of": "ranked"}
    return {renamed.get(key, key): value for key, value in plain.items() if key != "title"}


def neighbours(tables: Tables, asked: OfOne, area: Area) -> pd.DataFrame:
    """The areas most like one area."""
    period = [asked.period] if asked.period else []
    view = query.OfAreas(framework=asked.framework, area_set=asked.area_set, period=period, area=[area.code])
    return of_areas("neighbours")(tables, view).rename(columns={"rank": "order"})


def associations(tables: Tables, asked: query.Links) -> pd.DataFrame:
    """Scores with outcomes of health."""
    monitor = tables.monitor
    framework = monitor.framework(asked.framework or None)
    nodes = tables.nodes(framework, asked.node) if asked.node and EVERY not in asked.node else None
    where = {**tables.view(asked), "outcome": tables.indicators(asked.indicator), "score": nodes}
    rows = tables.named(tables.rows("health", where).rename(columns={"score": "node"}), framework)
    known = monitor.indicators().set_index("id")
    for column, name in (("name", "outcome_name"), ("unit", "unit"), ("better", "better")):
        if "outcome" in rows:
            rows[name] = rows["outcome"].map(known[column])
    return rows


def series(tables: Tables, asked: query.Through, area: Area) -> pd.DataFrame:
    """One area's scores through the periods."""
    return tables.through(area.code, asked)


def findings(tables: Tables, asked: query.Found) -> pd.DataFrame:
    """Sentences with the numbers they rest on."""
    monitor = tables.monitor
    framework = monitor.framework(asked.framework or None)
    where: dict[str, Any] = {
        "framework": [framework.name], "area_set": [monitor.area_set(asked.area_set or None, framework.name).name],
        "area": tables.codes(asked.area), "kind": [asked.kind] if asked.kind else None,
    }  # fmt: skip
    if asked.question:
        known = sorted(tables.rows("findings", {}).get("question", []))
        if asked.question not in known:
            offers = sorted(set(known))
            raise NotFound("question", asked.question, nearest(asked.question, offers) or offers)
        where["question"] = [asked.question]
    rows = tables.rows("findings", where).rename(columns={"rows": "where"})
    return rows.assign(numbers=[parsed(text) for text in rows["numbers"]]) if len(rows) else rows
