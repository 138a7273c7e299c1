"""By which choices an edition was made: the weight of every part, and what could as well have been chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodwork.analysis.finding import Finding, say
from goodwork.analysis.wording import figures as in_figures
from goodwork.analysis.wording import listing, opened
from goodwork.figures.figure import Figure
from goodwork.language import tr
from goodwork.model.framework import INDEX, Framework
from goodwork.monitor import Monitor

if TYPE_CHECKING:
    import pandas as pd

#: Steps and what is varied, as a page names them; data keep the names of the declarations.
NAMES = {
    "scope": tr("scope"), "treatment": tr("treatment"), "imputation": tr("imputation"),
    "normalisation": tr("normalisation"), "weighting": tr("weighting"), "aggregation": tr("aggregation"),
    "score": tr("score"), "weights": tr("weights"), "indicators": tr("indicators"), "domains": tr("domains"),
    "period": tr("period"),
}  # fmt: skip
STEPS = ("treatment", "imputation", "normalisation", "weighting", "aggregation")
TABLES = ("weights", "uncertainty", "choices")


@dataclass(frozen=True, eq=False)
class MethodPage:
    """The declared method of every framework of an edition, as rows."""

    monitor: Monitor

    @property
    def figures(self) -> Mapping[str, Figure]:
        """No drawings."""
        return {}

    @staticmethod
    def named(what: str) -> str:
        """A step, or what is varied, in words."""
        return opened(NAMES.get(what, what))

    def choices(self, framework: Framework) -> list[dict[str, str]]:
        """What was chosen at each step between figures and scores."""
        method = framework.method
        rows = [("scope", str(method.scope))]
        for step in STEPS:
            chosen = getattr(method, step)
            rows.append((step, ", ".join([chosen.name, *(f"{k} {v}" for k, v in chosen.parameters.items())])))
        score = tr("{anchor}; a higher score is better").format(anchor=method.anchor or tr("as computed"))
        rows.append(("score", score))
        return [{"step": step, "choice": choice} for step, choice in rows]

    def weights(self, framework: Framework) -> list[dict[str, Any]]:
        """Every domain and indicator from the top down: its stated weight, its share among its siblings and of the
        whole index, which end is better, and why it counts so. Without figures a share goes to the siblings."""
        return [row for child in framework.children(INDEX) for row in self._below(framework, child, 1.0, 0)]

    def _below(self, framework: Framework, node: str, above: float, depth: int) -> list[dict[str, Any]]:
        parent = framework.parent(node)
        siblings = sum(framework.weight(one) for one in framework.children(parent))
        part = framework.weight(node) / siblings
        member = {m.indicator: m for m in framework.members}.get(node)
        why = member.why if member else next(d.why for d in framework.domains if d.name == node)
        missing = self.monitor.catalogue[node].missing if member else ""
        row = {
            "node": node, "title": framework.node_title(node, self.monitor.catalogue), "depth": depth,
            "kind": "indicator" if member else "domain", "under": parent,
            "better": member.direction if member else "higher", "weight": framework.weight(node), "share": part,
            "of_index": above * part, "why": why, "missing": missing,
        }  # fmt: skip
        below = [self._below(framework, one, above * part, depth + 1) for one in framework.children(node)]
        return [row, *(one for rows in below for one in rows)]

    def uncertain(self, framework: Framework) -> list[dict[str, Any]]:
        """What the framework declares as uncertain: each option with its probability (``None`` where a range is drawn
        from), and why."""
        declared = framework.uncertainty
        rows: list[tuple[str, str, float | None, str]] = [
            (one.name, _option(option), chance, one.why)
            for one in declared.alternatives
            for option, chance in zip(one.options, one.chances, strict=True)
        ]
        if (noise := declared.weights) is not None:
            named = {1: NAMES["indicators"], 2: NAMES["domains"]}
            levels = [named.get(n, tr("level {n}").format(n=n)) for n in noise.levels]
            way = (
                tr("each up to {within} % more or less").format(within=in_figures(100 * noise.within)) if noise.within
                else tr("drawn around those stated, concentration {concentration}").format(
                    concentration=in_figures(noise.concentration))
            )  # fmt: skip
            rows.append(("weights", f"{way} ({listing(levels) if levels else tr('all')})", None, noise.why))
        if (drop := declared.drop) is not None:
            left_out = tr("one of the {parts} left out").format(parts=NAMES[drop.of])
            rows.append((drop.of, left_out, drop.chance, drop.why))
            rows.append((drop.of, tr("all kept"), 1 - drop.chance, drop.why))
        if (shift := declared.period) is not None:
            chances = shift.probabilities or (1 / len(shift.periods),) * len(shift.periods)
            for n, chance in zip(shift.periods, chances, strict=True):
                words = tr("its own") if n == 0 else tr("{n} before") if n < 0 else tr("{n} after")
                rows.append(("period", words.format(n=abs(n)), chance, shift.why))
        names = ("what", "option", "probability", "why")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def spread(self, framework: Framework) -> Finding:
        """How many choices are varied, and how often the index is built again for it."""
        what = list(dict.fromkeys(row["what"] for row in self.uncertain(framework)))
        if not what:
            return say("This framework declares nothing of its method as uncertain.")
        return say(
            "{count} choices could as well have been made otherwise: {what:list}. The index is built {draws:,} times "
            "with options drawn by these probabilities; how far ranks then move is their method doubt.",
            count=len(what), what=what, draws=framework.uncertainty.draws,
        )  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "frameworks": [
                {"framework": one.name, "title": one.title, "choices": self.choices(one), "weights": self.weights(one),
                 "uncertainty": self.uncertain(one), "sentence": self.spread(one)}
                for one in self.monitor.frameworks.values()
            ]
        }  # fmt: skip

    def as_table(self, name: str = "") -> pd.DataFrame:
        """The weights of every framework; or what is uncertain, or the choices of the steps."""
        import pandas as pd

        of = {"": self.weights, "weights": self.weights, "uncertainty": self.uncertain, "choices": self.choices}[name]
        found = [{"framework": one.name, **row} for one in self.monitor.frameworks.values() for row in of(one)]
        return pd.DataFrame(found) if found else pd.DataFrame(columns=["framework", "what", "option"])


def _option(option: Mapping[str, Any]) -> str:
    """A part of a method in words.

    >>> _option({"normalisation": {"name": "min-max", "low": 50, "high": 100}}), _option({"treatment": "none"})
    ('min-max (low 50, high 100)', 'none')
    """
    told = []
    for value in option.values():
        if isinstance(value, Mapping):
            rest = ", ".join(f"{k} {v}" for k, v in value.items() if k != "name")
            told.append(f"{value.get('name', '')} ({rest})" if rest else str(value.get("name", "")))
        else:
            told.append(str(value))
    return "; ".join(told)
