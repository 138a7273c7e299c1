"""An index of technology disruption beside the score: who is exposed to change, and who has little to meet it with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.analysis.association import pearson
from goodwork.analysis.finding import Finding, say
from goodwork.analysis.planning import Planning
from goodwork.analysis.wording import verb
from goodwork.errors import DataError, Fault, GoodWorkError, MethodError
from goodwork.model.panel import Values

if TYPE_CHECKING:
    import pandas as pd

#: Areas that a correlation needs.
NEEDED = 8


@dataclass(frozen=True, eq=False)
class Disruption:
    """A person's own index of disruption, high being more, ``(areas,)`` beside scores; NaN where it has no figure."""

    name: str
    period: str
    areas: tuple[str, ...]
    names: tuple[str, ...]
    value: Values
    score: Values

    @property
    def table(self) -> pd.DataFrame:
        """One row per area with both: index, score, and whether it lies above the median of disruption and below that
        of the score."""
        import pandas as pd

        both = np.isfinite(self.value) & np.isfinite(self.score)
        table = pd.DataFrame({"area": self.areas, "name": self.names, "disruption": self.value, "score": self.score})[
            both
        ]
        high, low = table["disruption"] > table["disruption"].median(), table["score"] < table["score"].median()
        return table.assign(exposed=high & low).reset_index(drop=True)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """How the two go together, and who is exposed with a low score."""
        table = self.table
        found = pearson(table["disruption"].to_numpy(dtype=float), table["score"].to_numpy(dtype=float))
        exposed = table[table["exposed"]].sort_values("score", kind="stable")["name"]
        many = len(exposed)
        lead = ("{count:areas} " if many else "No area ") + verb(max(many, 1), "lies", "lie")
        lead += " above the median of disruption and below that of the score" + (": {names:list}." if many else ".")
        return (
            found.sentence(self.name, f"the score of {self.period}"),
            say(lead, count=many, names=list(exposed)),
        )


def disruption_beside(planning: Planning, values: Mapping[str, float], name: str) -> Disruption:
    """An index by area, named or by code, beside the score of the period; raises ``DataError`` with every area that is
    not known or named twice, ``MethodError`` with too few areas that have both, or an index that does not vary."""
    place = {area.code: k for k, area in enumerate(planning.areas)}
    found, faults = np.full(len(place), np.nan), []
    for asked, value in values.items():
        try:
            at = place[planning.place(asked).code]
        except GoodWorkError as error:
            faults.append(Fault(error.what, file=name, column="area", remedy=error.remedy))
            continue
        if np.isfinite(found[at]):
            faults.append(Fault(f"{asked} is named twice", file=name, column="area", remedy="keep one row"))
        found[at] = value
    if faults:
        raise DataError(f"{name} cannot be taken", faults=faults)
    score = planning.index.displayed[planning.at, :, 0]
    both = np.isfinite(found) & np.isfinite(score)
    if both.sum() < NEEDED or np.ptp(found[both]) == 0:
        raise MethodError(
            f"{int(both.sum())} areas have both {name} and a score, or it does not vary",
            remedy=f"give figures that differ for {NEEDED} areas or more",
        )
    names = tuple(planning.names[code] for code in place)
    return Disruption(name, planning.period, tuple(place), names, found, score)
