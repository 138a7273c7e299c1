"""Does the index hang together? Correlations, alpha, components, influence, gaps, and a page of health (step 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.correlation import alpha, correlations, discrimination, principal_components, sphericity
from goodwork.analysis.influence import Influence, influence
from goodwork.index.build import Index
from goodwork.index.weighting import correlation, shares
from goodwork.language import tr
from goodwork.model.framework import INDEX
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

#: What counts as worth a look; the usual marks of the handbook (step 4) and of Cronbach, Kaiser and Ferguson.
COLLINEAR, SILENT, ALPHA, KMO, ITEM_REST, DISCRIMINATING, MISSING = 0.9, 0.3, 0.7, 0.6, 0.2, 0.9, 0.2
#: How many times its stated weight a member may count, or the other way round.
OUT_OF_STEP = 2.0
#: So many names stand in a sentence; the tables have them all.
SHOWN = 6


@dataclass(frozen=True, eq=False)
class Coherence:
    """What goes together in one period. Scores have the better end high, so a negative correlation is a conflict.

    ``members`` has one row per member, ``pairs`` one per pair of nodes of one level, ``groups`` one per domain and the
    index, ``components`` one per principal component of a group, ``patterns`` one per set of members that areas lack.
    """

    period: str
    members: pd.DataFrame
    pairs: pd.DataFrame
    groups: pd.DataFrame
    components: pd.DataFrame
    patterns: pd.DataFrame
    influence: Influence

    @property
    def table(self) -> pd.DataFrame:
        """One row per member: correlations with domain, rest of the domain and index, redundancy, KMO, discrimination,
        missing share, stated and effective weight, flags."""
        return self.members

    @cached_property
    def health(self) -> pd.DataFrame:
        """One row per check: ``check``, ``verdict`` (good, look, or unknown where it cannot be computed), ``found``
        (how many) and a plain ``sentence``."""
        import pandas as pd

        m, p, g = self.members, self.pairs[self.pairs["level"] == 1], self.groups
        pairs = [tr("{names} and {last}").format(names=a, last=b) for a, b in zip(p["one"], p["other"], strict=True)]
        named = {
            "collinear": [t for t, f in zip(pairs, p["flag"], strict=True) if f.startswith("collinear")],
            "conflict": [t for t, f in zip(pairs, p["flag"], strict=True) if f.endswith("within a domain")],
            "silent": _names(m, m["r_index"] < SILENT),
            "odd": _names(m, m["item_rest"] < ITEM_REST),
            "redundant": _names(m, m["predicted"] > COLLINEAR**2),
            "flat": _names(m, (m["discrimination"] < DISCRIMINATING) | (m["discrimination"].isna() & (m["n"] > 0))),
            "gappy": _names(m, m["missing"] > MISSING),
            "alpha": _names(g, g["alpha"] < ALPHA),
            "kmo": _names(g, (g["kmo"] < KMO) & (g["children"] > 2)),
            "dimensions": _names(g, g["kept"] > 1),
            "weights": _names(m, (m["part"] > OUT_OF_STEP * m["stated"]) | (m["part"] * OUT_OF_STEP < m["stated"])),
        }
        known = {
            "alpha": g["alpha"].notna().any(),
            "kmo": bool((g["kmo"].notna() & (g["children"] > 2)).any()),
            "dimensions": bool((g["children"] > 1).any()),
            "odd": m["item_rest"].notna().any(),
            "weights": m["part"].notna().any(),
            "redundant": m["predicted"].notna().any(),
        }
        rows = []
        for key, (title, fine, look) in CHECKS.items():
            found = named[key]
            verdict = "unknown" if not known.get(key, True) else "look" if found else "good"
            sentence = {"unknown": tr("This cannot be computed here."), "good": fine, "look": look}[verdict]
            rows.append((title, verdict, len(found), sentence.format(names=_listed(found), **LIMITS)))
        return pd.DataFrame(rows, columns=["check", "verdict", "found", "sentence"])


#: The limits of the checks, as their sentences name them.
LIMITS = {
    "collinear": COLLINEAR, "silent": SILENT, "item_rest": ITEM_REST, "alpha": ALPHA, "kmo": KMO,
    "discriminating": 100 * DISCRIMINATING, "out_of_step": OUT_OF_STEP, "missing": 100 * MISSING,
}  # fmt: skip
#: key → what is checked, the sentence when all is well, the sentence when it is not.
CHECKS = {
    "collinear": (
        "collinear pairs",
        tr("No two members say nearly the same (|r| above {collinear})."),
        tr("These pairs say nearly the same (|r| above {collinear}), so their subject counts twice: {names}."),
    ),
    "redundant": (
        "redundant members",
        tr("No member can be told from all others together."),
        tr("These members can nearly be told from the others together, and add little: {names}."),
    ),
    "conflict": (
        "conflicts within domains",
        tr("Within every domain the members point the same way."),
        tr("These pairs of one domain point in opposite directions and cancel out: {names}."),
    ),
    "silent": (
        "silent members",
        tr("Every member goes along with the index (r at least {silent})."),
        tr("These members hardly show in the index (r below {silent}): {names}."),
    ),
    "odd": (
        "members that fit their domain",
        tr("Every member goes along with the rest of its domain."),
        tr("These members do not go along with the rest of their domain (r below {item_rest}): {names}."),
    ),
    "alpha": (
        "internal consistency",
        tr("In every group the parts measure one thing (Cronbach's alpha at least {alpha})."),
        tr("In these groups the parts measure different things (Cronbach's alpha below {alpha}): {names}."),
    ),
    "dimensions": (
        "dimensions",
        tr("No group has more than one dimension beyond chance."),
        tr("These groups have more than one dimension beyond chance, which a mean hides: {names}."),
    ),
    "kmo": (
        "common ground",
        tr("Correlations are shared well enough for a factor analysis (KMO at least {kmo})."),
        tr("In these groups correlations are not shared, and factor weights mean little (KMO below {kmo}): {names}."),
    ),
    "flat": (
        "members that vary",
        tr("Every member tells nearly all areas apart."),
        tr(
            "These members are the same in many areas (fewer than {discriminating:.0f} % of pairs told apart): {names}."
        ),
    ),
    "weights": (
        "effective weights",
        tr("Every member counts about as much as it is said to."),
        tr("These members count more than {out_of_step:.0f} times, or less than half, what they are said to: {names}."),
    ),
    "gappy": (
        "missing figures",
        tr("No member lacks more than {missing:.0f} % of its figures."),
        tr("These members lack more than {missing:.0f} % of their figures: {names}."),
    ),
}


def coherence(index: Index, period: str | None = None, seed: int = 2021) -> Coherence:
    """How the parts of an index go together over the scored areas of a period (the last by default).

    All on normalised, oriented scores; correlations are pairwise complete, gaps are left out and never filled. Numbers
    that cannot be computed (one member in a domain, fewer than three areas, collinear members) are NaN and the check
    says so. ``seed`` is that of parallel analysis. Raises ``NotFound`` for a period that is not there. Handbook step 4;
    Cronbach (1951); Kaiser & Rice (1974); Horn (1965); Ferguson (1949) for discrimination.
    """
    effective = influence(index, period)
    at = index.periods.index(effective.period)
    scored = index.screened.included[at]
    place = {node: i for i, node in enumerate(index.nodes)}
    scores = index.scores[at, scored]
    return Coherence(
        effective.period,
        _members(index, at, scores, place, effective),
        _pairs(index, scores, place),
        *_groups(index, scores, place, seed),
        _patterns(index.framework.indicators, index.stages["values"][at, scored]),
        effective,
    )


def _members(index: Index, at: int, scores: Values, place: dict[str, int], effective: Influence) -> pd.DataFrame:
    import pandas as pd

    framework = index.framework
    first = len(framework.groups)
    own = scores[:, first:]
    values = index.stages["values"][at, index.screened.included[at]]
    r = correlations(scores, index.nodes)
    total = correlation(own)
    solvable = not np.isnan(total).any() and np.linalg.eigvalsh(total)[0] > 1e-10
    predicted = 1 - 1 / np.diag(np.linalg.inv(total)) if solvable else np.full(own.shape[-1], np.nan)
    shared = sphericity(own).members
    rows = []
    for column, member in enumerate(framework.indicators):
        node, parent = place[member], framework.parent(member)
        others = [name for name in framework.children(parent) if name != member]
        rest = _mean(scores[:, [place[name] for name in others]], [framework.weight(name) for name in others])
        present = values[~np.isnan(values[:, column]), column]
        centre, spread = (present.mean(), present.std(ddof=1)) if len(present) > 1 else (np.nan, np.nan)
        rows.append(
            {
                "member": member,
                "domain": parent,
                "n": len(present),
                "missing": 1 - len(present) / max(len(values), 1),
                "variation": spread / abs(centre) if centre else np.nan,
                "discrimination": discrimination(present),
                "r_domain": r.r[node, place[parent]],
                "item_rest": correlations(np.stack([scores[:, node], rest], axis=1), ("own", "rest")).r[0, 1],
                "r_index": r.r[node, place[INDEX]],
                "p_index": r.p[node, place[INDEX]],
                "predicted": predicted[column],
                "kmo": shared[column],
            }
        )
    table = pd.DataFrame(rows)
    for name in ("stated", "used", "part"):
        table[name] = getattr(effective, name)[first - 1 :]
    return table


def _mean(scores: Values, weights: Sequence[float]) -> Values:
    """Weighted mean of what is there, ``(areas,)``; NaN where there is nothing."""
    held = shares(scores, np.array(weights, dtype=float))
    return np.asarray((held * np.nan_to_num(scores)).sum(axis=-1) if weights else np.full(len(scores), np.nan))


def _pairs(index: Index, scores: Values, place: dict[str, int]) -> pd.DataFrame:
    """Pairs within each level; across levels a member's correlations stand in its own row."""
    import pandas as pd

    framework = index.framework
    tables = []
    for level in range(1, framework.level(INDEX)):
        names = tuple(node for node in index.nodes if framework.level(node) == level)
        table = correlations(scores[:, [place[name] for name in names]], names).table
        together = [
            framework.parent(a) == framework.parent(b) for a, b in zip(table["one"], table["other"], strict=True)
        ]
        table.insert(0, "level", level)
        table["together"] = np.array(together, dtype=bool)
        tables.append(table)
    pairs = pd.concat(tables, ignore_index=True)
    pairs["flag"] = np.select(
        [pairs["r"].abs() > COLLINEAR, (pairs["r"] < 0) & pairs["together"], pairs["r"] < 0],
        ["collinear", "negative within a domain", "negative"],
        default="",
    )
    both = (pairs["r"] < -COLLINEAR) & pairs["together"]
    pairs.loc[both, "flag"] = "collinear, negative within a domain"
    return pairs


def _groups(index: Index, scores: Values, place: dict[str, int], seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Consistency and components of the children of each domain and of the index, and of all members together."""
    import pandas as pd

    framework = index.framework
    below = {node: framework.children(node) for node in framework.groups}
    if not any(set(children) == set(framework.indicators) for children in below.values()):
        below["all members"] = framework.indicators
    groups, parts = [], []
    for node, children in below.items():
        own = scores[:, [place[child] for child in children]]
        found, shared = principal_components(own, seed), sphericity(own)
        size = len(children)
        off = correlation(own)[np.triu_indices(size, 1)]
        groups.append(
            {
                "group": node,
                "children": size,
                "alpha": alpha(own),
                "alpha_standardised": alpha(own, standardised=True),
                "mean_r": float(np.nanmean(off)) if (~np.isnan(off)).any() else np.nan,
                "kmo": shared.kmo,
                "bartlett_chi2": shared.chi2,
                "bartlett_df": shared.df,
                "bartlett_p": shared.p,
                "first_component": float(found.eigenvalues[0] / size),
                "kept": found.kept if size > 1 else 1,
            }
        )
        for number, (value, chance) in enumerate(zip(found.eigenvalues, found.random, strict=True), start=1):
            loadings = found.vectors[:, number - 1] * np.sqrt(max(value, 0.0))
            kept = number <= found.kept
            parts.append((node, number, value, value / size, chance, kept, dict(zip(children, loadings, strict=True))))
    columns = ["group", "component", "eigenvalue", "share", "random", "kept", "loadings"]
    return pd.DataFrame(groups), pd.DataFrame(parts, columns=columns)


def _patterns(members: tuple[str, ...], values: Values) -> pd.DataFrame:
    """Which members are missing together, and in how many areas; the most frequent first."""
    import pandas as pd

    patterns, counts = np.unique(np.isnan(values), axis=0, return_counts=True)
    lacking = [", ".join(np.array(members)[pattern]) for pattern in patterns]
    table = pd.DataFrame({"missing": lacking, "members": patterns.sum(axis=1), "areas": counts})
    return table.sort_values(["areas", "members"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _names(table: pd.DataFrame, chosen: pd.Series) -> list[str]:
    return [str(name) for name in table.loc[chosen.fillna(False), table.columns[0]]]


def _listed(names: Sequence[str]) -> str:
    """Names as a list in a sentence."""
    shown = ", ".join(names[:SHOWN])
    more = tr("{names} and {n} more").format(names=shown, n=len(names) - SHOWN)
    return more if len(names) > SHOWN else shown
