"""Audits and plans as rows: what it would take, shares of a budget, targets followed, charters, work in transition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.datastructures import QueryParams

from goodwork.errors import DeclarationError, Fault, NotFound
from goodwork.model.area import Area, nearest
from goodwork.web import allocation_page, charters_page, target_page, track_page, transition_page
from goodwork.web.api.query import EVERY, Audited, Goal, Paged, Routine, Shared, Tracked
from goodwork.web.api.tables import Tables
from goodwork.web.target_page import Asked

if TYPE_CHECKING:
    import pandas as pd


def audits(tables: Tables, asked: Audited) -> pd.DataFrame:
    """The sentences of an audit, those of one aspect if it is named; raises ``NotFound`` with the nearest names."""
    import pandas as pd

    monitor = tables.monitor
    found = monitor.audit(asked.of, asked.period or None, asked.area_set or None, asked.framework or None)
    known = [aspect.name for aspect in found.aspects]
    if asked.aspect and asked.aspect not in known:
        raise NotFound("aspect of an audit", asked.aspect, nearest(asked.aspect, known) or known)
    view = {"framework": found.framework, "area_set": found.area_set, "period": found.period}
    return pd.DataFrame([
        {**view, "subject": found.subject, "aspect": one.name, "title": one.title, "id": said.id, "sentence": str(said),
         "numbers": said.plain, "notes": list(one.notes)}
        for one in found.aspects if asked.aspect in ("", one.name) for said in one.findings
    ])  # fmt: skip


def targets(tables: Tables, asked: Goal, area: Area) -> pd.DataFrame:
    """The least change by which an area reaches a goal, a part a row."""
    names = ("framework", "area_set", "period", "goal", "value", "realism", "chance", "trend")
    query = {name: str(getattr(asked, name)) for name in names} | {"area": area.code}
    query |= {name: "1" for name in ("few", "anew") if getattr(asked, name)}
    query |= _parts(asked.costs, "costs", ("cost",)) | _parts(asked.bounds, "bounds", ("low", "high"))
    page = target_page.target_page(tables.monitor, Asked.read(tables.monitor, query))
    found, numbers = page.found, page.found.numbers
    told = {"goal": found.goal.words, "feasible": found.feasible, "exact": found.exact, "chance": found.chance,
            "score_before": found.before, "score_after": found.after, "rank_before": found.rank_before,
            "rank_before_low": numbers["rank_low"], "rank_before_high": numbers["rank_high"],
            "rank_after": found.rank_after, "rank_after_low": numbers["rank_after_low"],
            "rank_after_high": numbers["rank_after_high"], "ranked": found.ranked}  # fmt: skip
    rows = page.as_table().rename(columns={"title": "member_name"})
    return tables.named(rows.assign(**_view(page.asked), area=area.code, **told))


def _parts(text: str, parameter: str, ends: tuple[str, ...]) -> dict[str, str]:
    """``member:number`` or ``member:low:high`` pairs as the page's address has them."""
    found: dict[str, str] = {}
    faults = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, *numbers = (piece.strip() for piece in part.split(":"))
        if len(numbers) != len(ends):
            remedy = f"write member:{':'.join(ends)}"
            faults.append(Fault(f"{part[:60]!r} cannot be read", column=parameter, remedy=remedy))
        found |= {f"{end}.{name}": number for end, number in zip(ends, numbers, strict=False)}
    if faults:
        raise DeclarationError("this cannot be asked", faults=faults)
    return found


def allocations(tables: Tables, asked: Shared) -> pd.DataFrame:
    """Grants by a formula with their ranges, and by the other rules within the same bounds."""
    query = {name: str(value) for name, value in asked.model_dump().items() if name not in Paged.model_fields}
    page = allocation_page.allocation_page(tables.monitor, allocation_page.Asked.read(tables.monitor, query))
    rules = page.found.compared.drop(columns=["name"]).set_index("area").add_prefix("rule_")
    return page.found.table.join(rules, on="area").assign(**_view(page.asked))


def tracking(tables: Tables, asked: Tracked) -> pd.DataFrame:
    """Targets of the query, or those brought to the server; no rows where there is none."""
    import pandas as pd

    pairs = [("target", text) for text in asked.target]
    pairs += [(name, getattr(asked, name)) for name in ("framework", "area_set", "period")]
    wanted = track_page.Asked.read(tables.monitor, QueryParams(pairs), tables.plans.targets)
    page = track_page.track_page(tables.monitor, wanted)
    if page is None:
        return pd.DataFrame()
    words = {"title": "measure", "value": "figure", "low": "figure_low", "high": "figure_high"}
    return page.as_table().rename(columns=words).assign(**_view(wanted), invented=page.invented)


def charters(tables: Tables, asked: Paged) -> pd.DataFrame:
    """Tiers, sectors, sizes and characteristics of the charters brought, or of an invented example."""
    import pandas as pd

    page = charters_page.charters_page(tables.monitor, tables.plans)
    found = page.found
    tiers = found.table.rename(columns={"tier": "name"})
    tiers = tiers.assign(kind="tier", unknown=tiers["members"] - tiers["known"],
                         asks=[text.split(", ") if text else [] for text in tiers["asks"]])  # fmt: skip
    others = (("sector", found.sectors), ("size", found.sizes), ("characteristic", found.asked))
    rows = [tiers, *(table.rename(columns={kind: "name"}).assign(kind=kind) for kind, table in others)]
    return pd.concat([part for part in rows if len(part)], ignore_index=True).assign(invented=page.invented)


def transition(tables: Tables, asked: Routine) -> pd.DataFrame:
    """Routine work of areas by period."""
    monitor = tables.monitor
    wanted = transition_page.Asked.read(monitor, {"framework": asked.framework, "area_set": asked.area_set})
    found = transition_page.transition_page(monitor, tables.plans, wanted).found
    rows = found.table[found.table["least"].notna()]
    if asked.period and EVERY not in asked.period:
        for period in set(asked.period) - set(found.periods):
            raise NotFound("period with figures", period, nearest(period, found.periods) or list(found.periods))
        rows = rows[rows["period"].isin(asked.period)]
    if (codes := tables.codes(asked.area)) is not None:
        rows = rows[rows["area"].isin(codes)]
    names = [group.name for group in found.occupations.group]
    shares = [dict(zip(names, cells, strict=True)) for cells in rows[names].round(6).to_numpy().tolist()]
    view = {"framework": wanted.framework, "area_set": wanted.area_set}
    return rows.assign(shares=shares, **view).reset_index(drop=True)


def _view(asked: Any) -> dict[str, str]:
    return {name: getattr(asked, name) for name in ("framework", "area_set", "period")}
