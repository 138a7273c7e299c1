"""Figures as they were known at one time: an edition, a folder of compiled figures, or a plain table, read alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodwork.errors import DataError, DuplicateObservation, Fault, StoreError, raise_faults
from goodwork.model.framework import INDEX
from goodwork.store.editions import Edition, open_edition
from goodwork.store.shipped import TABLES as COMPILED
from goodwork.store.shipped import Shipped, read_shipped

if TYPE_CHECKING:
    import pandas as pd

KEYS = ["indicator", "area", "period"]
#: What may qualify a figure, with what stands for "nothing said".
QUALIFIERS: dict[str, Any] = {"lower": float("nan"), "upper": float("nan"), "status": "", "basis": "", "source": "",
                              "span": ""}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Vintage:
    """Figures as known at one time, with what is declared about them.

    ``figures`` has one row for each indicator, area and period. ``declared`` maps indicators and frameworks to what
    was declared of them: empty where nothing is known (a folder of compiled figures holds no catalogue). ``ranks``
    holds the ranks of the index, ``columns`` the columns of every table; both are ``None`` but for editions.
    """

    name: str
    figures: pd.DataFrame
    declared: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    ranks: pd.DataFrame | None = None
    columns: Mapping[str, tuple[str, ...]] | None = None

    @classmethod
    def of(cls, what: Vintage | Edition | Shipped | pd.DataFrame | Path | str, name: str = "") -> Vintage:
        """A vintage from an edition, a store (its current edition), a folder of compiled figures, or a table.

        Raises ``StoreError`` where a path holds none of them, ``DataError`` for a table without the needed columns and
        ``DuplicateObservation`` for one that gives a figure twice. (Step 2 of the handbook: data selection.)

        >>> import pandas as pd
        >>> table = pd.DataFrame({"indicator": ["pay"], "area": ["A"], "period": [2020], "value": [1.0]})
        >>> Vintage.of(table, "mine").figures.loc[0, "period"]
        '2020'
        """
        if isinstance(what, Vintage):
            return what
        if isinstance(what, str | Path):
            what = _opened(Path(what))
        if isinstance(what, Edition):
            wanted = [t for t in ("values", "areas", "ranks") if t in what.manifest["tables"] or t == "values"]
            columns = {table: entry.get("columns", ()) for table, entry in what.manifest["tables"].items()}
            return cls.built({table: what.table(table) for table in wanted}, what.manifest, name or what.name, columns)
        if isinstance(what, Shipped):
            places = what.tables["areas"]
            return cls(name or "compiled figures", _checked(what.tables["observations"]), names=_names(places))
        return cls(name or "table", _checked(what))

    @classmethod
    def built(
        cls,
        tables: Mapping[str, pd.DataFrame],
        manifest: Mapping[str, Any],
        name: str = "the new edition",
        columns: Mapping[str, Any] | None = None,
    ) -> Vintage:
        """A vintage from the tables and the manifest of an edition, published or about to be."""
        columns = columns or {table: tuple(rows.columns) for table, rows in tables.items()}
        ranks = tables.get("ranks")
        return cls(
            name,
            _checked(tables["values"]),
            declared=_declared(manifest.get("declarations", {})),
            names=_names(tables["areas"]) if "areas" in tables else {},
            ranks=None if ranks is None else ranks[ranks["node"] == INDEX].reset_index(drop=True),
            columns={table: tuple(held) for table, held in columns.items()},
        )

    def label(self, indicator: str) -> str:
        """The name of an indicator, its id where it is not declared."""
        said = self.declared.get(f"indicator {indicator}", {})
        return str(said.get("short") or said.get("name") or indicator)


def _opened(path: Path) -> Edition | Shipped:
    if not path.exists():
        raise StoreError(f"there is nothing at {path}", remedy="name an edition, a store or a compiled folder")
    if (path / "manifest.json").is_file() and any(path.glob(f"{COMPILED[0]}-*.parquet")):
        return read_shipped(path)
    return open_edition(path)


def _checked(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that are compared, in order; keys as text; nothing twice."""
    if missing := sorted({*KEYS, "value"} - set(table.columns)):
        raise DataError(f"the figures have no column {', '.join(missing)}", remedy="give the table these columns")
    held = [name for name in QUALIFIERS if name in table.columns]
    table = table[[*KEYS, "value", *held]].reset_index(drop=True)
    kinds: dict[str, Any] = dict.fromkeys(KEYS, str)
    kinds |= {name: float for name in ("value", "lower", "upper") if name in table}
    texts = [name for name in held if QUALIFIERS[name] == ""]
    table = table.astype(kinds).assign(**{name: table[name].astype(object).fillna("").astype(str) for name in texts})
    twice = table[table.duplicated(KEYS)].head(100)
    raise_faults(
        [Fault(f"{' '.join(row)} is given twice", remedy="keep one") for row in twice[KEYS].to_numpy()],
        "figures are given more than once",
        DuplicateObservation,
    )
    return table


def _names(areas: pd.DataFrame) -> dict[str, str]:
    return dict(zip(areas["area"], areas["name"], strict=True))


def _declared(declarations: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What is declared, flat: one mapping of place to text for each indicator and framework."""
    found = {f"indicator {i['id']}": _flat(i) for i in declarations.get("catalogue", {}).get("indicator", ())}
    return found | {f"framework {f['name']}": _flat(f) for f in declarations.get("frameworks", ())}


def _flat(value: Any, place: str = "") -> dict[str, Any]:
    """A nested declaration as places and plain values; parts of a list go by their name where they have one."""
    if isinstance(value, Mapping):
        parts = list(value.items())
    elif isinstance(value, list | tuple) and any(isinstance(part, Mapping) for part in value):
        parts = [(next((str(v[k]) for k in ("name", "indicator", "period") if k in v), str(n)), v)
                 for n, v in enumerate(value, 1)]  # fmt: skip
    else:
        plain = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        return {} if plain is None or plain == "" else {place: plain}
    return {k: v for key, part in parts for k, v in _flat(part, f"{place}.{key}".lstrip(".")).items()}
