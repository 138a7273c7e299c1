"""What the columns of an edition's tables mean, and which figures there are: what a bundle of data must not lack."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from goodwork.language import tr
from goodwork.model.area import Geography
from goodwork.monitor import Monitor
from goodwork.store.cuts import Cuts
from goodwork.store.slices import Slices
from goodwork.web.api import rows

if TYPE_CHECKING:
    import pandas as pd

FILE = "columns.toml"
#: Figures that are counted at once.
AT_ONCE = 1_000_000
#: What the end of a column's name says of it.
ENDS = {
    "_low_90": tr("lower end of its 90 % interval"), "_high_90": tr("upper end of its 90 % interval"),
    "_low_50": tr("lower end of its 50 % interval"), "_high_50": tr("upper end of its 50 % interval"),
    "_low": tr("lower end of the 95 % interval of {name}"), "_high": tr("upper end of the 95 % interval of {name}"),
    "_p": tr("chance of such a {name}, or one further out, if there were nothing in it"),
    "_q": tr("p of {name}, with all looked at together held to a false-discovery rate"),
    "_n": tr("areas behind {name}"),
}  # fmt: skip
PLAIN = {
    "low": tr("lower end of the 95 % interval of the number before it"), "n": tr("areas or periods it rests on"),
    "high": tr("upper end of the 95 % interval of the number before it"),
    "p": tr("chance of a number so far out, or further, if there were nothing in it"),
    "q": tr("p, with all looked at together held to a false-discovery rate"),
}  # fmt: skip
TYPES = {"VARCHAR": tr("text"), "BIGINT": tr("whole number"), "INTEGER": tr("whole number"), "DOUBLE": tr("number"),
         "FLOAT": tr("number"), "BOOLEAN": tr("true or false")}  # fmt: skip


@cache
def declared() -> Mapping[str, Mapping[str, str]]:
    """Meanings of tables and columns, as declared."""
    return tomllib.loads((files("goodwork.web") / FILE).read_text(encoding="utf-8"))


@cache
def _told() -> dict[str, str]:
    """Meanings of columns as the interface for programs gives them; the first resource that has one tells."""
    found: dict[str, str] = {}
    for kind in vars(rows).values():
        if isinstance(kind, type) and issubclass(kind, rows.Row):
            for name, field in kind.model_fields.items():
                found.setdefault(name, field.description or "")
    return found


def meaning(table: str, column: str) -> str:
    """What a column of a table means; empty where nobody has said.

    >>> meaning("ranks", "rank"), meaning("health", "rho_p")
    ('place, 1 is best', 'chance of one so far from zero without a link')
    """
    own = declared()["columns"]
    known = own.get(f"{table}.{column}") or own.get(column) or PLAIN.get(column) or _told().get(column)
    if known:
        return known
    end = next((end for end in ENDS if column.endswith(end)), "")
    return ENDS[end].format(name=column.removesuffix(end)) if end else ""


def dictionary(monitor: Monitor, slices: Slices | Cuts) -> pd.DataFrame:
    """Every column of every table: what the table holds, the column's type, and what it means."""
    import pandas as pd

    found = []
    for table, entry in monitor.manifest["tables"].items():
        types = slices.types(table)
        for column in entry["columns"]:
            kind = re.sub(r"\(.*", "", types[column])
            found.append((table, declared()["tables"].get(table, ""), column, TYPES.get(kind, kind.lower()),
                          meaning(table, column)))  # fmt: skip
    return pd.DataFrame(found, columns=["table", "holds", "column", "type", "means"])


def availability(monitor: Monitor, slices: Slices | Cuts) -> pd.DataFrame:
    """For every indicator, period and level of areas that has a figure: areas with one, and all of that level."""
    import pandas as pd

    level = {area.code: area.level for area in monitor.geography.areas}
    names: list[str | list[str]] = [one.id for one in monitor.catalogue.indicator]
    if monitor.manifest["tables"]["values"]["rows"] <= AT_ONCE:
        names = [[str(name) for name in names]]
    counted = []
    for some in names:  # one by one where they are too many to be held together
        table = slices.read("values", ["indicator", "area", "period", "value"], {"indicator": some})
        table = table[table["value"].notna()].assign(level=table["area"].map(level).fillna("other"))
        groups = table.groupby(["indicator", "period", "level"], sort=True)["area"]
        counted.append(groups.nunique().rename("areas").reset_index())
    found = pd.concat(counted, ignore_index=True)
    counts = {name: len(monitor.geography.at(name)) for name in set(level.values())}
    found.insert(1, "name", found["indicator"].map({one.id: one.name for one in monitor.catalogue.indicator}))
    return found.assign(of=found["level"].map(counts).astype("Int64"))


def parents(geography: Geography) -> pd.DataFrame:
    """Every area with the areas it lies in, a row for each; areas that lie in none have one row without."""
    import pandas as pd

    known, found = geography.by_code, []
    for area in sorted(geography.areas, key=lambda one: (one.level, one.code)):
        own = (area.code, area.name, area.level, "; ".join(area.aliases))
        above = list(area.parents.items()) or [("", "")]
        found += [(*own, level, code, known[code].name if code in known else "") for level, code in above]
    columns = ["area", "name", "level", "other_names", "parent_level", "parent", "parent_name"]
    return pd.DataFrame(found, columns=columns)
