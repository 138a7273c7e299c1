"""The plan of an uncertainty analysis: what is varied, and which variant every replicate takes (handbook step 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import MethodError
from goodwork.model.framework import INDEX, Framework
from goodwork.model.method import Method
from goodwork.model.panel import Values
from goodwork.model.uncertainty import WeightNoise

#: Sampling errors that a sensitivity analysis chooses from, where they are one of its factors.
ERROR_SETS = 1000
Kind = Literal["method", "weights", "drop", "period", "sampling"]


@dataclass(frozen=True, eq=False)
class Factor:
    """One thing that is varied: its name, the options it has in words, and their probabilities.

    ``parts`` holds, by kind, what an option puts in place: parts of a method; stated weights ``(options, nodes)``;
    members that are left out ``(options, members)``; steps in time ``(options,)``; the numbers of draws of error.
    """

    name: str
    kind: Kind
    labels: tuple[str, ...]
    chances: tuple[float, ...]
    parts: Any

    def chosen(self, uniform: Values) -> NDArray[np.intp]:
        """The option each number between 0 and 1 stands for, by the options' probabilities."""
        bounds = np.cumsum(self.chances)[:-1]
        return np.searchsorted(bounds, uniform, side="right").astype(np.intp)


@dataclass(frozen=True, eq=False)
class Design:
    """Which option of every factor each replicate takes: ``choices`` is ``(replicates, factors)``.

    ``errors`` says whether each replicate also draws the figures anew from their sampling error.
    """

    factors: tuple[Factor, ...]
    choices: NDArray[np.intp]
    errors: bool = False
    first: int = 0

    def __len__(self) -> int:
        return len(self.choices)

    def __getitem__(self, part: slice) -> Design:
        """Some replicates in a row, which keep their numbers."""
        start, stop, _ = part.indices(len(self))
        return Design(self.factors, self.choices[start:stop], self.errors, self.first + start)

    def of(self, kind: Kind) -> list[tuple[Factor, NDArray[np.intp]]]:
        """The factors of one kind with the option that each replicate takes."""
        return [(f, self.choices[:, i]) for i, f in enumerate(self.factors) if f.kind == kind]

    @classmethod
    def drawn(cls, factors: Sequence[Factor], draws: int, seed: int, *, errors: bool) -> Design:
        """Options drawn independently with their probabilities."""
        uniform = np.random.default_rng([seed, 1]).random((draws, len(factors)))
        return cls.at(factors, uniform, errors=errors)

    @classmethod
    def at(cls, factors: Sequence[Factor], uniform: Values, *, errors: bool = False) -> Design:
        """The options that numbers between 0 and 1 stand for, ``(replicates, factors)``."""
        columns = [factor.chosen(uniform[:, i]) for i, factor in enumerate(factors)]
        choices = np.stack(columns, axis=1) if columns else np.zeros((len(uniform), 0), dtype=np.intp)
        return cls(tuple(factors), choices, errors)


@dataclass(frozen=True, eq=False)
class Variant:
    """What replicates of one variant of the method share: the method, and how many periods later the figures are."""

    method: Method
    shift: int = 0
    key: tuple[int, ...] = field(default=())


def factors_of(framework: Framework, method: Method) -> tuple[Factor, ...]:
    """Everything the framework declares as uncertain about the method, as factors.

    Raises ``MethodError`` for a choice that cannot be varied as asked: stated weights where the method takes its
    weights from the data, levels that the framework does not have, the only indicator or domain left out.
    """
    declared = framework.uncertainty
    found = [
        Factor(a.name, "method", tuple(map(in_words, a.options)), a.chances, a.options) for a in declared.alternatives
    ]
    if declared.weights:
        sets = noisy_weights(framework, method, declared.weights)
        found.append(weight_factor(framework, method, sets))
    if declared.drop:
        found.append(_drop_factor(framework, declared.drop.of, declared.drop.chance))
    if declared.period:
        steps = declared.period.periods
        words = tuple(f"{abs(s)} {'later' if s > 0 else 'earlier'}" if s else "own period" for s in steps)
        chances = declared.period.probabilities or (1 / len(steps),) * len(steps)
        found.append(Factor("period", "period", words, chances, np.array(steps)))
    return tuple(found)


def sampling_factor(sets: int = ERROR_SETS) -> Factor:
    """Sampling error as one factor among others: which of so many draws of the figures is taken."""
    labels = tuple(f"draw {i + 1}" for i in range(sets))
    return Factor("sampling error", "sampling", labels, (1 / sets,) * sets, np.arange(sets))


def weight_factor(framework: Framework, method: Method, sets: Values) -> Factor:
    """Weight sets ``(sets, nodes)`` as a factor, each equally likely; raises ``MethodError`` where the method does not
    use stated weights."""
    other = {
        f"{choice.label} under {node}"
        for node in framework.groups
        if (choice := method.choice("weighting", node, framework.level(node))).name != "stated"
    }
    if other:
        raise MethodError(
            f"stated weights cannot be varied: the weighting is {', '.join(sorted(other))}",
            remedy='use weighting = "stated" there, or vary the weighting as an alternative',
        )
    n = len(sets)
    return Factor("weights", "weights", tuple(f"set {i + 1}" for i in range(n)), (1 / n,) * n, np.asarray(sets))


def noisy_weights(framework: Framework, method: Method, noise: WeightNoise) -> Values:
    """Sets of stated weights drawn around the declared ones, ``(sets, nodes)`` in the framework's order of nodes.

    Each uniform within a share of itself either way, or those of a node's children together from a Dirichlet
    distribution with their shares as its mean. Saisana, Saltelli & Tarantola (2005); OECD/JRC (2008) step 8.
    """
    rng = np.random.default_rng([method.sampling.seed, 2])
    nodes = framework.nodes
    stated = np.array([1.0, *(framework.weight(node) for node in nodes[1:])])
    level = np.array([framework.level(node) for node in nodes])
    levels = noise.levels or tuple(sorted(set(level[1:].tolist())))
    if unknown := sorted(set(levels) - set(level[1:].tolist())):
        raise MethodError(
            f"weights of level {', '.join(map(str, unknown))} cannot be drawn: the framework has no such nodes",
            remedy=f"levels below the index are {', '.join(map(str, sorted(set(level[1:].tolist()))))}",
        )
    drawn = np.isin(level, levels) & (np.arange(len(nodes)) > 0)
    if noise.within:
        factor = rng.uniform(1 - noise.within, 1 + noise.within, (noise.sets, len(nodes)))
        return np.asarray(np.where(drawn, stated * factor, stated))
    place = {node: i for i, node in enumerate(nodes)}
    of_parent = np.array([sum(framework.weight(c) for c in framework.children(framework.parent(n))) for n in nodes[1:]])
    share = np.concatenate([[1.0], stated[1:] / of_parent])
    gamma = rng.standard_gamma(np.maximum(noise.concentration * share, 1e-12), (noise.sets, len(nodes)))
    for node in framework.groups:
        children = [place[child] for child in framework.children(node)]
        both = [c for c in children if drawn[c]]
        if both:  # drawn weights keep the share of the node they have together
            gamma[:, both] *= stated[both].sum() / np.maximum(gamma[:, both].sum(axis=1, keepdims=True), 1e-300)
    return np.asarray(np.where(drawn, gamma, stated))


def _drop_factor(framework: Framework, of: str, chance: float) -> Factor:
    """One member or domain left out, or none."""
    members = framework.indicators
    names = members if of == "indicators" else framework.children(INDEX)
    if len(names) < 2:
        raise MethodError(f"there is only one of the {of}, so none can be left out", remedy="take drop out")
    tops = np.array([framework.top_domain(m) for m in members])
    without = np.zeros((len(names) + 1, len(members)), dtype=bool)
    for i, name in enumerate(names, start=1):
        without[i] = (np.array(members) == name) if of == "indicators" else (tops == name)
    chances = (1 - chance, *(chance / len(names),) * len(names))
    return Factor("left out", "drop", ("nothing", *names), chances, without)


def variants_of(design: Design, method: Method) -> tuple[list[Variant], NDArray[np.intp]]:
    """The different variants of the method and period that occur in a design, and the one each replicate takes."""
    chosen = [(f, c) for f, c in (*design.of("method"), *design.of("period"))]
    keys = np.stack([c for _, c in chosen], axis=1) if chosen else np.zeros((len(design), 0), dtype=np.intp)
    found, which = np.unique(keys, axis=0, return_inverse=True)
    variants = []
    for key in found:
        varied, shift = method, 0
        for (factor, _), option in zip(chosen, key, strict=True):
            if factor.kind == "period":
                shift += int(factor.parts[option])
            else:
                varied = varied.varied(factor.parts[option])
        variants.append(Variant(varied, shift, tuple(int(k) for k in key)))
    return variants, which.reshape(-1)


def in_words(option: Mapping[str, Any]) -> str:
    """An option of a method as a reader sees it.

    >>> in_words({"normalisation": {"name": "min-max", "low": 1}, "aggregation": "geometric"})
    'normalisation min-max (low 1), aggregation geometric'
    """

    def said(value: Any) -> str:
        if isinstance(value, Mapping):
            rest = ", ".join(f"{k} {said(v)}" for k, v in value.items() if k != "name")
            name = str(value.get("name", ""))
            return f"{name} ({rest})" if name and rest else name or f"({rest})"
        return getattr(value, "label", None) or getattr(value, "__name__", None) or str(value)

    return ", ".join(f"{key.replace('_', ' ')} {said(value)}" for key, value in option.items())
