"""Who did how much? The Shapley value of members that stand in a tree, for any score (step 8, back to the details).

Members pass one by one from one side to the other; a member's part is what its passing does to the score, on average
over every order that keeps the members of a domain together. That is the Shapley value (1953) with the tree's domains
as unions (Owen 1977). Parts add up exactly; those of a domain's members to the Shapley value of the domain.
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb

import numpy as np
from numpy.typing import NDArray

from goodwork.model.framework import INDEX, Framework
from goodwork.model.panel import Values

#: Up to so many mixtures of the two sides are all computed; beyond, this many random orders and their reverses are.
MOST, ORDERS = 1 << 16, 256
#: Numbers worked on at once.
CELLS = 1 << 20


def parts_between(
    framework: Framework,
    score: Callable[[Values], Values],
    before: Values,
    after: Values,
    node: str = INDEX,
    seed: int = 2021,
) -> tuple[Values, Values]:
    """What each member does to ``score(after) − score(before)``: its Owen value along the framework's tree.

    ``before`` and ``after`` are ``(..., members)``; ``score`` takes mixtures ``(k, ..., members)`` of the two and gives
    ``(k, any shape)``. Returns parts and their standard errors ``(any shape, members)``; parts sum to the difference
    and are zero for a member that is the same on both sides (and for all not under ``node``), NaN where a mixture has
    no score. Every mixture is computed where there are up to 65,536 (16 siblings, or five domains of nine); beyond,
    256 random orders that keep siblings together, each with its reverse, and the error is that of their mean. Shapley
    (1953); Owen (1977); antithetic orders: Mitchell et al. (2022), *JMLR* 23.

    >>> from goodwork.model.framework import Member
    >>> pair = Framework(name="two", title="Two", members=(
    ...     Member(indicator="a", direction="higher"), Member(indicator="b", direction="lower")))
    >>> parts_between(pair, lambda x: x.prod(axis=-1), np.array([1.0, 1.0]), np.array([3.0, 2.0]))[0]
    array([3., 2.])
    """

    def weighed(mixtures: NDArray[np.bool_], weights: Values) -> Values:
        step, found = max(1, CELLS // before.size), np.zeros(())
        for block in range(0, len(mixtures), step):
            inside = mixtures[block : block + step].reshape(-1, *(1,) * (before.ndim - 1), before.shape[-1])
            scores = score(np.where(inside, after, before))
            found = found + np.tensordot(scores, weights[block : block + step], axes=(0, 0))
        return found

    if _mixtures_of(framework, node) <= MOST:
        parts = weighed(*_every_mixture(framework, node))
        return parts, np.zeros_like(parts)
    rng = np.random.default_rng(seed)
    first = weighed(*_some_mixtures(framework, node, rng))
    total = square = np.zeros_like(first)
    for _ in range(ORDERS - 1):
        apart = weighed(*_some_mixtures(framework, node, rng)) - first
        total, square = total + apart, square + apart**2
    mean = total / ORDERS
    return first + mean, np.sqrt(np.maximum(square / ORDERS - mean**2, 0.0) / (ORDERS - 1))


def _mixtures_of(framework: Framework, node: str, outer: int = 1) -> int:
    """How many mixtures :func:`_every_mixture` makes."""
    children = framework.children(node)
    groups = [child for child in children if child not in framework.indicators]
    own = outer << len(children) if len(groups) < len(children) else 0
    return own + sum(_mixtures_of(framework, group, outer << (len(children) - 1)) for group in groups)


def _every_mixture(framework: Framework, node: str) -> tuple[NDArray[np.bool_], Values]:
    """Sets of members taken from the other side (mixtures, members), and the weight of their scores in each part.

    A member of a domain joins some of its siblings while each other domain is wholly on one side: ``outer`` are these
    surroundings, with the chance of each.
    """
    names = framework.indicators
    found: list[tuple[NDArray[np.bool_], Values]] = []
    waiting = [(node, np.zeros((1, len(names)), dtype=bool), np.ones(1))]
    for group, outer, chance in waiting:
        children = framework.children(group)
        n = len(children)
        subsets = (np.arange(1 << n)[:, None] >> np.arange(n)) & 1 == 1
        size = subsets.sum(axis=1)
        before_it = np.array([1 / (n * comb(n - 1, k)) for k in range(n)])  # chance that just these k come first
        filled = subsets @ np.stack([under(framework, child) for child in children])
        mixtures = outer[:, None] | filled
        weights = np.zeros(mixtures.shape)
        for child, joined in zip(children, subsets.T, strict=True):
            if child in names:
                factor = np.where(joined, before_it[size - 1], -before_it[np.minimum(size, n - 1)])
                weights[..., names.index(child)] = chance[:, None] * factor
            else:
                around = mixtures[:, ~joined].reshape(-1, len(names))
                waiting.append((child, around, (chance[:, None] * before_it[size[~joined]]).ravel()))
        if weights.any():
            found.append((mixtures.reshape(-1, len(names)), weights.reshape(-1, len(names))))
    return np.concatenate([m for m, _ in found]), np.concatenate([w for _, w in found])


def _some_mixtures(framework: Framework, node: str, rng: np.random.Generator) -> tuple[NDArray[np.bool_], Values]:
    """As :func:`_every_mixture`, along one random order that keeps siblings together, and its reverse."""

    def order(group: str) -> list[str]:
        children = rng.permutation(framework.children(group)).tolist()
        return [m for c in children for m in ([c] if c in framework.indicators else order(c))]

    names = order(node)
    columns = [framework.indicators.index(name) for name in names]
    steps = np.arange(len(names) + 1)[:, None]
    found = []
    for place in (np.arange(len(names)), np.arange(len(names))[::-1]):
        mixtures, weights = (np.zeros((len(steps), len(framework.indicators)), dtype=t) for t in (bool, float))
        mixtures[:, columns] = place < steps
        weights[:, columns] = ((place + 1 == steps) * 1.0 - (place == steps)) / 2
        found.append((mixtures, weights))
    return np.concatenate([m for m, _ in found]), np.concatenate([w for _, w in found])


def under(framework: Framework, node: str) -> NDArray[np.bool_]:
    """Which members a node stands for, ``(members,)``: itself, for a member.

    >>> from goodwork.model.framework import Domain, Member
    >>> tree = Framework(name="tree", title="Tree", domains=(Domain(name="pay", title="Pay"),), members=(
    ...     Member(indicator="a", direction="higher", domain="pay"), Member(indicator="b", direction="higher")))
    >>> under(tree, "pay")
    array([ True, False])
    """

    def belongs(name: str) -> bool:
        return name == node or (name != INDEX and belongs(framework.parent(name)))

    return np.array([belongs(member) for member in framework.indicators])
