"""From the tables of an edition to the rows of a resource: filtered, named, in the words of the interface."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import DeclarationError, NotFound
from goodwork.model.area import nearest
from goodwork.model.framework import INDEX, Framework
from goodwork.model.plans import Plans
from goodwork.monitor import Monitor
from goodwork.store.slices import Slices
from goodwork.web.api.kinds import of_kinds
from goodwork.web.api.query import EVERY, OfAreas, OfNodes, Through, View

if TYPE_CHECKING:
    import pandas as pd

#: Areas that may be given by name and not by code: a name is looked for among all.
MOST_GUESSES = 25


class Tables:
    """An edition's tables, and plans brought beside it. Of a large table the rows asked for are read
    from its file; of others the columns that are filtered by are kept as small numbers."""

    def __init__(self, monitor: Monitor, plans: Plans | None = None) -> None:
        self.monitor, self.plans = monitor, plans or Plans()
        self._codes: dict[tuple[str, str], tuple[NDArray[np.intp], list[Any]]] = {}
        self.names = monitor.geography.names

    @cached_property
    def slices(self) -> Slices:
        """Where the rows of large tables come from."""
        return Slices(self.monitor.edition)

    def rows(self, name: str, where: Mapping[str, Sequence[Any] | None]) -> pd.DataFrame:
        """The rows of a table whose columns hold one of what is wanted (``None``: anything); none where the edition
        has no such table."""
        import pandas as pd

        if name not in self.monitor.manifest["tables"]:
            return pd.DataFrame()
        asked = {column: list(values) for column, values in where.items() if values is not None}
        if name in self.monitor.cuts.held:
            return self.monitor.cuts.among(name, asked).reset_index(drop=True)
        if self.monitor.edition.is_large(name):
            return self.slices.read(name, self.monitor.manifest["tables"][name]["columns"], asked)
        table = self.monitor.table(name)
        keep = np.ones(len(table), dtype=bool)
        for column, wanted in where.items():
            if wanted is not None:
                codes, known = self._of(name, column)
                keep &= np.isin(codes, [known.index(value) for value in wanted if value in known])
        return table[keep].reset_index(drop=True)

    def _of(self, name: str, column: str) -> tuple[NDArray[np.intp], list[Any]]:
        import pandas as pd

        if (name, column) not in self._codes:
            codes, known = pd.factorize(self.monitor.table(name)[column])
            self._codes[name, column] = codes.astype(np.int32), list(known)
        return self._codes[name, column]

    def view(self, asked: View) -> dict[str, Sequence[Any] | None]:
        """Framework, area set and periods of a query, as a filter."""
        framework = self.monitor.framework(asked.framework or None)
        known = self.monitor.periods(framework.name)
        periods = [self.monitor.period(p, framework.name) for p in asked.period if p != EVERY] or [known[-1]]
        return {
            "framework": [framework.name],
            "area_set": [self.monitor.area_set(asked.area_set or None, framework.name).name],
            "period": known if EVERY in asked.period else periods,
        }

    def of_nodes(self, asked: OfNodes) -> dict[str, Sequence[Any] | None]:
        """The filter of a query for areas at nodes."""
        framework = self.monitor.framework(asked.framework or None)
        scope = asked.scope or framework.method.scope
        return {**self.of_areas(asked), "node": self.nodes(framework, asked.node), "scope": [scope]}

    def of_areas(self, asked: OfAreas) -> dict[str, Sequence[Any] | None]:
        """The filter of a query for areas."""
        return {**self.view(asked), "area": of_kinds(self.monitor.geography, asked, self.codes(asked.area))}

    @staticmethod
    def nodes(framework: Framework, asked: Sequence[str]) -> Sequence[str]:
        """The nodes asked for; the index if none are named."""
        for node in asked:
            if node != EVERY and node not in framework.nodes:
                offers = nearest(node, framework.nodes) or list(framework.groups)
                raise NotFound("domain or indicator", node, offers)
        return framework.nodes if EVERY in asked else list(asked) or [INDEX]

    def codes(self, asked: Sequence[str], every_level: bool = False) -> list[str] | None:
        """Codes of areas given by code or name; ``None`` for none."""
        geography = self.monitor.geography
        guesses = [name for name in asked if name not in geography.by_code]
        if len(guesses) > MOST_GUESSES:
            raise DeclarationError(f"{len(guesses)} areas are given by name", remedy=f"use codes above {MOST_GUESSES}")
        find: Callable[[str], Any] = geography.find if every_level else self.monitor.find
        return [find(name).code for name in asked] or None

    def indicators(self, asked: Iterable[str]) -> list[str] | None:
        """Ids of indicators; ``None`` for none."""
        return [self.monitor.catalogue[name].id for name in asked] or None

    def named(self, rows: pd.DataFrame, framework: Framework | None = None) -> pd.DataFrame:
        """Rows with the names of areas, nodes and neighbours beside their codes."""
        found = rows.copy()
        for column, beside in (("area", "name"), ("neighbour", "neighbour_name")):
            if column in found:
                found[beside] = found[column].map(self.names)
        if "node" in found and framework is not None:
            titles = {node: framework.node_title(node, self.monitor.catalogue) for node in framework.nodes}
            found["measure"] = found["node"].map(titles)
        return found

    def through(self, area: str, asked: Through) -> pd.DataFrame:
        """One area's scores through the periods, with the breaks of the members behind them."""
        framework = self.monitor.framework(asked.framework or None)
        where = {
            "framework": [framework.name],
            "area_set": [self.monitor.area_set(asked.area_set or None, framework.name).name],
            "area": [area],
            "node": self.nodes(framework, asked.node),
            "scope": None if asked.scope == EVERY else [asked.scope or framework.method.scope],
        }
        rows = shown(self.named(self.rows("scores", where), framework))
        if len(rows):
            rows["breaks"] = [
                self._breaks(framework, node, period) for node, period in zip(rows["node"], rows["period"], strict=True)
            ]
        return rows

    def _breaks(self, framework: Framework, node: str, period: str) -> list[str]:
        below = [node] if node in framework.indicators else [
            member for member in framework.indicators if node in _above(framework, member)
        ]  # fmt: skip
        known = [(self.monitor.catalogue[member], member) for member in below]
        return [f"{one.name}: {b.what}" for one, _ in known for b in one.breaks if b.period == period]


def _above(framework: Framework, member: str) -> list[str]:
    """The nodes over a member, from the nearest to the index."""
    found = [framework.parent(member)]
    while found[-1] != INDEX:
        found.append(framework.parent(found[-1]))
    return found


def shown(rows: pd.DataFrame) -> pd.DataFrame:
    """Scores under the names they have outside: as shown, and before they are put on the scale of display."""
    return rows.rename(columns={"score": "raw_score", "displayed": "score"})


def parsed(text: str) -> Any:
    """What JSON in a cell says; nothing for an empty one."""
    return json.loads(text) if text else None
