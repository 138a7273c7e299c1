"""What is good, and how much it counts."""

from __future__ import annotations

from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from goodwork.errors import DeclarationError, Fault, NotFound
from goodwork.model.area import nearest
from goodwork.model.declaration import Declaration
from goodwork.model.indicator import Catalogue, Direction
from goodwork.model.method import Method
from goodwork.model.uncertainty import Uncertainty

INDEX = "index"


class Member(Declaration):
    """An indicator in its place: domain, which end is better, weight among its siblings, and why.

    With a ``denominator`` (another indicator) the value used is ``factor × value / denominator``.
    """

    indicator: str
    domain: str = INDEX
    direction: Direction
    weight: float = Field(default=1.0, ge=0)
    why: str = ""
    denominator: str = ""
    factor: float = Field(default=1.0, gt=0)


class Domain(Declaration):
    """A part of the index that has members or further domains."""

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_.]*$")
    title: str
    parent: str = INDEX
    weight: float = Field(default=1.0, ge=0)
    why: str = ""


class Alignment(Declaration):
    """Which figure serves a period: the one of that period, or the nearest within some years (marked as such)."""

    rule: Literal["exact", "nearest"] = "exact"
    tolerance: int = Field(default=0, ge=0)


class Framework(Declaration):
    """A tree of domains and members under one index, with directions, weights and reasons.

    Raises ``DeclarationError`` for a cycle, an empty domain, an unknown parent, a name used twice, a negative weight,
    or siblings whose weights are all zero. Handbook step 1.

    >>> pair = Framework(name="two", title="Two", members=(
    ...     Member(indicator="a", direction="higher"), Member(indicator="b", direction="lower")))
    >>> pair.children("index"), pair.nodes
    (('a', 'b'), ('index', 'a', 'b'))
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    question: str = ""
    description: str = ""
    area_sets: tuple[str, ...] = ()
    default_area_set: str = ""
    periods: tuple[str, ...] = ()
    base_period: str = ""
    alignment: Alignment = Alignment()
    domains: tuple[Domain, ...] = ()
    members: tuple[Member, ...] = Field(min_length=1)
    method: Method = Method()
    uncertainty: Uncertainty = Uncertainty()

    @model_validator(mode="after")
    def _can_be_varied(self) -> Self:
        for alternatives in self.uncertainty.alternatives:
            for option in alternatives.options:
                try:
                    self.method.varied(option)
                except DeclarationError as error:
                    raise ValueError(f"alternatives {alternatives.name!r}: {error}") from None
        return self

    @model_validator(mode="after")
    def _is_a_tree(self) -> Self:
        problems = [*self._name_problems(), *self._parent_problems()]
        if not problems:
            problems = [*self._cycle_problems(), *self._weight_problems()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _name_problems(self) -> list[str]:
        names = [d.name for d in self.domains] + [m.indicator for m in self.members]
        return [f"{n!r} is declared twice" for n in sorted({n for n in names if names.count(n) > 1})] + [
            f"{INDEX!r} is the name of the whole and cannot be a domain or member" for n in names if n == INDEX
        ]

    def _parent_problems(self) -> list[str]:
        known = {INDEX, *(d.name for d in self.domains)}
        wrong = [(d.name, d.parent) for d in self.domains if d.parent not in known]
        wrong += [(m.indicator, m.domain) for m in self.members if m.domain not in known]
        parents = {d.parent for d in self.domains} | {m.domain for m in self.members}
        return [f"{child!r} belongs to {parent!r}, which is not declared" for child, parent in wrong] + [
            f"domain {d.name!r} is empty: give it a member or remove it" for d in self.domains if d.name not in parents
        ]

    def _cycle_problems(self) -> list[str]:
        above = {d.name: d.parent for d in self.domains}
        problems = []
        for start in above:
            seen, at = [start], above[start]
            while at != INDEX and at not in seen:
                seen.append(at)
                at = above[at]
            if at == start:
                problems.append(f"domains form a cycle: {' → '.join([*seen, start])}")
        return problems

    def _weight_problems(self) -> list[str]:
        return [
            f"the weights under {node!r} are all zero"
            for node in (INDEX, *(d.name for d in self.domains))
            if not any(self.weight(child) for child in self.children(node))
        ]

    def children(self, node: str) -> tuple[str, ...]:
        """Names of the domains and indicators directly under a node, in declared order."""
        return self._children.get(node, ())

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for domain in self.domains:
            found[domain.parent] = (*found.get(domain.parent, ()), domain.name)
        for member in self.members:
            found[member.domain] = (*found.get(member.domain, ()), member.indicator)
        return found

    def weight(self, node: str) -> float:
        """Stated weight of a domain or indicator among its siblings."""
        return self._weights[node]

    @cached_property
    def _weights(self) -> dict[str, float]:
        return {d.name: d.weight for d in self.domains} | {m.indicator: m.weight for m in self.members}

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Ids of the members, in declared order: the last axis of every array."""
        return tuple(m.indicator for m in self.members)

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Every node of the tree: the index, domains from the top down, then indicators."""
        order = [INDEX]
        for node in order:
            order.extend(c for c in self.children(node) if c not in self.indicators)
        return (*order, *self.indicators)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The index and its domains, from the top down."""
        return self.nodes[: len(self.nodes) - len(self.members)]

    @cached_property
    def directions(self) -> tuple[Direction, ...]:
        """Which end is better, for each member."""
        return tuple(m.direction for m in self.members)

    @cached_property
    def denominators(self) -> tuple[str, ...]:
        """Indicators that others are divided by: needed in the panel beside the members."""
        return tuple(sorted({m.denominator for m in self.members if m.denominator}))

    def level(self, node: str) -> int:
        """1 for an indicator, and one more than its highest child for a domain or the index."""
        return self._levels[node]

    @cached_property
    def _levels(self) -> dict[str, int]:
        found = dict.fromkeys(self.indicators, 1)
        for node in reversed(self.groups):
            found[node] = 1 + max(found[child] for child in self.children(node))
        return found

    def member_count(self, node: str) -> int:
        """How many indicators a node stands for: 1 for an indicator."""
        return 1 if node in self.indicators else sum(map(self.member_count, self.children(node)))

    def parent(self, node: str) -> str:
        """The node above; the index has none and returns itself."""
        return self._parents.get(node, INDEX)

    @cached_property
    def _parents(self) -> dict[str, str]:
        return {d.name: d.parent for d in self.domains} | {m.indicator: m.domain for m in self.members}

    def top_domain(self, node: str) -> str:
        """The domain directly under the index that a node belongs to (the node itself if it stands there)."""
        while (above := self.parent(node)) != INDEX:
            node = above
        return node

    def node_title(self, node: str, catalogue: Catalogue | None = None) -> str:
        """What a reader calls a node."""
        if node == INDEX:
            return self.title
        for domain in self.domains:
            if domain.name == node:
                return domain.title
        if catalogue is not None and node in catalogue:
            return catalogue[node].label
        if node in self.indicators:
            return node
        raise NotFound("domain or indicator", node, nearest(node, self.nodes))

    def checked_against(self, catalogue: Catalogue, where: str = "framework") -> Framework:
        """The framework itself, or a ``DeclarationError`` naming each member that the catalogue does not know or
        whose direction it contradicts."""
        faults = []
        for member in self.members:
            if member.indicator not in catalogue:
                offers = nearest(member.indicator, catalogue.by_id)
                faults.append(
                    Fault(
                        f"indicator {member.indicator!r} is not in the catalogue",
                        file=where,
                        column="members.indicator",
                        remedy=f"did you mean {offers[0]!r}?" if offers else "declare it in the catalogue",
                    )
                )
            elif catalogue[member.indicator].direction not in ("neither", member.direction):
                faults.append(
                    Fault(
                        f"{member.indicator!r} counts {member.direction!r} as better; the catalogue says the opposite",
                        file=where,
                        column="members.direction",
                        remedy="make them agree",
                    )
                )
        if faults:
            raise DeclarationError(f"{where} does not fit the catalogue", faults=faults)
        return self
