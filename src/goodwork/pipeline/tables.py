"""The tables of an edition, every one in a fixed order of rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from goodwork.analysis.robustness import Robustness
from goodwork.analysis.tiers import RankSets
from goodwork.geography.tables import to_tables
from goodwork.model.framework import INDEX
from goodwork.pipeline.material import Material
from goodwork.pipeline.variants import Variant

if TYPE_CHECKING:
    import pandas as pd

KEYS = ["period", "area", "node"]
#: Bounds of ranks and shares of draws that stand beside every rank.
PLACES = ("rank_low", "rank_high", "rank_low_90", "rank_high_90", "rank_low_50", "rank_high_50", "top", "bottom",
          "above_median")  # fmt: skip


def edition_tables(
    material: Material, built: Iterable[Variant]
) -> tuple[dict[str, pd.DataFrame], list[dict[str, Any]]]:
    """The tables of an edition, every one in a fixed order of rows, and how much each index holds.

    Indices are taken one after the other and not kept, so that memory does not grow with their number.
    """
    import pandas as pd

    areas, successors = to_tables(material.geography)
    parts: dict[str, list[pd.DataFrame]] = {}
    held = []
    for variant in built:
        held.append(_counts(variant))
        for name, part in _variant_tables(variant).items():
            parts.setdefault(name, []).append(_labelled(variant, part))
    keys = ["indicator", "area", "period"]
    observations = material.observations.sort_values(keys, kind="stable").reset_index(drop=True)
    tables = {
        "values": observations,
        "areas": areas,
        "successors": successors,
        "indicators": _indicator_table(material),
        "origins": pd.DataFrame(
            [o.model_dump(exclude={"matches"}) for o in material.origins],
            columns=["id", "publisher", "title", "release", "licence", "url", "derivation", "marker"],
        ),
        **{name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()},
        **({} if material.places is None else {"places": material.places}),
    }
    return tables, held


def _variant_tables(variant: Variant) -> dict[str, pd.DataFrame]:
    """What one index adds to each table of the edition."""
    index, display = variant.index, variant.framework.method.display
    table = index.table
    doubt = variant.doubt.get("sampling")
    scores = table[[*KEYS, "score", "displayed"]].copy()
    ranks = table[[*KEYS, "rank", "ties", "ranked"]].copy()
    if doubt is not None:
        spread = table[KEYS].merge(doubt.table, on=KEYS, how="left")
        for name in ("low", "high", "low_90", "high_90", "low_50", "high_50"):
            scores[name] = display.centre + display.spread * spread[f"score_{name}"]
        scores["sd"] = display.spread * spread["score_sd"]
        if len(index.periods) > 1:
            scores[["rise", "since_first"]] = spread[["rise", "since_first"]]
        ranks[list(PLACES)] = spread[list(PLACES)]
        ranks = ranks.merge(_sets(doubt, variant.sets), on=KEYS, how="left")
    members = index.framework.indicators
    long = table.loc[table["node"].isin(members), KEYS].rename(columns={"node": "indicator"})
    long = long.reset_index(drop=True)
    tables = {"scores": _where(scores, "score")}
    if doubt is not None or variant.framework.method.sampling.draws == 0:
        tables["ranks"] = _where(ranks, "rank")
    tables["normalised"] = _where(long.assign(normalised=index.stages["normalised"].ravel()), "normalised")
    if index.additive:
        parts = long.assign(contribution=(display.spread * index.contributions).ravel())
        tables["contributions"] = _where(parts, "contribution")
    if len(variant.doubt) > 1:
        tables["robustness"] = _robustness(variant)
    if doubt is not None and doubt.summary.pair_nodes:
        tables["pairs"] = _pairs(doubt)
    if variant.sensitivity is not None:
        tables["sensitivity"] = variant.sensitivity.table.assign(
            period=variant.sensitivity.period, node=variant.sensitivity.node
        )
    tables["exclusions"] = index.excluded
    return tables


def _where(table: pd.DataFrame, number: str) -> pd.DataFrame:
    """The rows that have the number."""
    return table[np.isfinite(table[number])].reset_index(drop=True)


def _sets(doubt: Robustness, sets: RankSets | None) -> pd.DataFrame:
    """Tiers, and the places that hold for all areas at once, of the index and its domains; none where there are more
    areas than can be compared two by two."""
    import pandas as pd

    groups = [node for node in doubt.nodes if node in doubt.index.framework.groups]
    axes = [doubt.index.periods, groups, doubt.index.areas]
    keys = pd.MultiIndex.from_product(axes, names=["period", "node", "area"])
    if sets is None:
        return keys.to_frame(index=False).assign(set_low=np.nan, set_high=np.nan, tier=np.nan)
    columns = {"set_low": sets.low, "set_high": sets.high, "tier": sets.tier}
    return keys.to_frame(index=False).assign(**{name: values.ravel() for name, values in columns.items()})


def _robustness(variant: Variant) -> pd.DataFrame:
    """Ranks of the index and its domains by what was varied: sampling error, the method, both."""
    import pandas as pd

    parts = []
    for vary, doubt in variant.doubt.items():
        table = doubt.table
        table = table.loc[table["node"].isin(variant.framework.groups), [*KEYS, "rank_mean", "rank_median", *PLACES]]
        parts.append(table.assign(vary=vary, failed=doubt.failed))
    return _where(pd.concat(parts, ignore_index=True), "rank_median")


def _pairs(doubt: Robustness) -> pd.DataFrame:
    """How likely each area is to stand above each other one at the index, in the last period."""
    import pandas as pd

    areas, p = doubt.index.areas, len(doubt.index.periods) - 1
    scored = np.flatnonzero(np.isfinite(doubt.rank_low[p, :, doubt.nodes.index(INDEX)]))
    first, second = (m.ravel() for m in np.meshgrid(scored, scored, indexing="ij"))
    unlike = first != second
    first, second = first[unlike], second[unlike]
    wins = doubt.summary.pairs[p, doubt.summary.pair_nodes.index(doubt.nodes.index(INDEX))]
    names = np.array(areas)
    above = wins[first, second] / max(doubt.draws - doubt.failed, 1)
    return pd.DataFrame(
        {"period": doubt.index.periods[p], "area": names[first], "other": names[second], "above": above}
    )


def _labelled(variant: Variant, table: pd.DataFrame) -> pd.DataFrame:
    """The table with the framework, area set and scope it belongs to in front."""
    table = table.copy()
    for place, (column, value) in enumerate(
        (("framework", variant.framework.name), ("area_set", variant.area_set), ("scope", variant.scope))
    ):
        table.insert(place, column, value)
    return table


def _indicator_table(material: Material) -> pd.DataFrame:
    import pandas as pd

    held = material.observations.groupby("indicator").agg(
        figures=("value", "size"), first=("period", "min"), last=("period", "max"), areas=("area", "nunique")
    )
    table = pd.DataFrame([_indicator_row(i) for i in material.catalogue.indicator])
    table = table.merge(held, how="left", left_on="id", right_index=True)
    counts = ["figures", "areas"]
    table[counts] = table[counts].fillna(0).astype(int)
    table[["first", "last"]] = table[["first", "last"]].fillna("")
    return table


def _indicator_row(indicator: Any) -> dict[str, Any]:
    row: dict[str, Any] = indicator.model_dump(
        include={"id", "name", "unit", "kind", "direction", "role", "publisher", "dataset", "release", "licence", "url",
                 "period_type", "definition", "caveat", "missing", "designation", "stated", "prices"}
    )  # fmt: skip
    return {**row, "better": indicator.better, "covers": indicator.covers,
            "principles": "; ".join(indicator.principles),
            "breaks": "; ".join(f"{b.period}: {b.what}" for b in indicator.breaks)}  # fmt: skip


def _counts(v: Variant) -> dict[str, Any]:
    """How many areas an index scores, per period, and from how many draws its intervals are."""
    return {
        "framework": v.framework.name,
        "area_set": v.area_set,
        "scope": v.scope,
        "areas": len(v.index.areas),
        "periods": list(v.index.periods),
        "scored": {p: int(n) for p, n in zip(v.index.periods, v.index.screened.included.sum(axis=-1), strict=True)},
        "draws": v.doubt["sampling"].draws if "sampling" in v.doubt else 0,
        "failed": {vary: doubt.failed for vary, doubt in v.doubt.items()},
    }
