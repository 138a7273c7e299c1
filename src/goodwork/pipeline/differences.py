"""Two compilations of the same figures side by side: equal within rounding, different, only in one of them, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from goodwork.geography.counties import counties
from goodwork.pipeline.material import shipped_declarations

if TYPE_CHECKING:
    import pandas as pd

KEY = ["indicator", "area", "period"]
#: Half a unit of the fifth decimal: the tidy table is rounded there.
ROUNDING = 5.01e-6
#: What a difference is called; in this order in every report.
OUTCOMES = ("equal", "different", "only here", "only there", "withheld here")


@dataclass(frozen=True, eq=False)
class Differences:
    """``cells`` has a row for every figure that is not equal (``outcome``, ``why``, both values and origins);
    ``table`` counts by indicator and outcome; ``reasons`` by indicator, outcome and reason; ``intervals`` are the
    equal figures whose bounds are further apart than rounding."""

    cells: pd.DataFrame
    table: pd.DataFrame
    reasons: pd.DataFrame
    intervals: pd.DataFrame

    @property
    def markdown(self) -> str:
        """The counts by indicator and the reasons, as two tables."""
        head = "| indicator | " + " | ".join(self.table.columns) + " |\n|---|" + "--:|" * len(self.table.columns)
        rows = [f"| {name} | " + " | ".join(f"{int(n):,}" for n in row) + " |" for name, row in zip(
            self.table.index, self.table.to_numpy(), strict=True)]  # fmt: skip
        told = [
            f"| {r.indicator} | {r.outcome} | {r.figures:,} | {r.largest:.3g} | {r.why} |"
            if r.largest == r.largest
            else f"| {r.indicator} | {r.outcome} | {r.figures:,} | | {r.why} |"
            for r in self.reasons.itertuples(index=False)
        ]
        why = "| indicator | outcome | figures | largest | why |\n|---|---|--:|--:|---|"
        return "\n".join([head, *rows, "", why, *told, ""])


def differences(here: pd.DataFrame, there: pd.DataFrame) -> Differences:
    """Compare two tables of observations (``model.observation.COLUMNS``), figure by figure.

    Values are equal when they are no further apart than the rounding of the fifth decimal. A figure that stands only as
    a marker counts as none. Every difference has a reason, from where both figures came from.

    >>> import pandas as pd
    >>> row = dict(indicator="pay", area="A", period="2019", span="2019", value=1.0, lower=0.5, upper=1.5, status="",
    ...            basis="published", source="s")
    >>> one = pd.DataFrame([row, {**row, "area": "B"}]); other = pd.DataFrame([row, {**row, "area": "C"}])
    >>> differences(one, other).table.loc["pay"].to_dict()
    {'equal': 1, 'different': 0, 'only here': 1, 'only there': 1, 'withheld here': 0}
    """
    import pandas as pd

    both = here.merge(there, on=KEY, how="outer", suffixes=("", "_there"), indicator="in")
    mine, theirs = both["value"].notna(), both["value_there"].notna()
    apart = (both["value"] - both["value_there"]).abs()
    near = apart <= ROUNDING + 1e-9 * both["value_there"].abs()
    marked = ~mine & (both["in"] != "right_only")
    both["outcome"] = np.select(
        [mine & theirs & near, mine & theirs, mine, marked, theirs],
        ["equal", "different", "only here", "withheld here", "only there"],
        default="withheld here",
    )
    both["apart"] = apart
    edges = pd.concat([(both[b] - both[f"{b}_there"]).abs() for b in ("lower", "upper")], axis=1).max(axis=1)
    wide = both[(both["outcome"] == "equal") & (edges > 2 * ROUNDING + 1e-9 * both["value"].abs())]
    cells = both[both["outcome"] != "equal"].copy()
    cells["why"] = _why(cells, there)
    counts = both.groupby(["indicator", "outcome"]).size().unstack(fill_value=0)
    table = counts.reindex(columns=list(OUTCOMES), fill_value=0)
    table.columns.name = None
    reasons = cells.groupby(["indicator", "outcome", "why"], as_index=False, sort=True).agg(
        figures=("area", "size"), largest=("apart", "max")
    )
    return Differences(cells.drop(columns="in").reset_index(drop=True), table, reasons, wide.drop(columns="in"))


def _why(cells: pd.DataFrame, there: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """The reason of every difference, the first that fits."""
    span = there.groupby("indicator")["period"].agg(["min", "max"])
    known = cells["indicator"].map(span["min"]), cells["indicator"].map(span["max"])
    levels = set(zip(there["indicator"], there["area"].str[:3], strict=True))
    new_level = np.array([(i, a[:3]) not in levels for i, a in zip(cells["indicator"], cells["area"], strict=True)])
    copies = {(name, one.code) for one in counties().joint if one.rule == "none" for name in _owners(one.series)}
    copied = np.array([cell in copies for cell in zip(cells["indicator"], cells["area"], strict=True)], dtype=bool)
    outcome = cells["outcome"]
    wider = cells["area"].str[:1].isin(["K"]) | cells["area"].str[:3].isin(["E92", "E12", "W92", "S92"])
    rules = [
        (
            (outcome == "different") & wider,
            "here the publisher's own figure of the country; there a sum of districts with withheld ones as none",
        ),
        (
            (outcome == "different") & (cells["basis"] == "inherited"),
            "here the former county's figure; there an average",
        ),
        (
            (outcome == "different") & (cells["basis"] == "published"),
            "here the publisher's figure of the same place under its former code; there an average of districts",
        ),
        (outcome == "different", "worked out in another way"),
        (
            outcome == "withheld here",
            "the publisher withholds or does not have it: kept with its marker, without a figure",
        ),
        (
            (outcome == "only here") & (cells["basis"] == "inherited"),
            "figure of the former county or of two areas together, inherited by declared rule and marked",
        ),
        (
            (outcome == "only here") & ((cells["period"] < known[0]) | (cells["period"] > known[1])),
            "years that the source has and the tidy table has not",
        ),
        ((outcome == "only here") & new_level, "areas of a kind that the tidy table has not"),
        ((outcome == "only here") & wider, "the publisher's own figure of a country or region"),
        (outcome == "only here", "the source has it, some under the code of a former area that is the same place"),
        (
            (outcome == "only there") & copied,
            "a copy of the figure that covers a larger neighbour too: here by declared rule the neighbour's alone",
        ),
        (
            outcome == "only there",
            "there a withheld count was taken as none; here a sum of which a part is withheld is none",
        ),
    ]
    return np.select([np.asarray(rule) for rule, _ in rules], [words for _, words in rules], default="")


def _owners(series: Iterable[str]) -> list[str]:
    """The indicators that are taken from some series."""
    return [i.id for i in shipped_declarations()[0].indicator if set(i.series) & set(series)]
