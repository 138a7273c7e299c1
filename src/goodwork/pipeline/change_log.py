"""What a new edition changes against the one it replaces, and whether somebody should look before it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodwork.errors import GoodWorkError
from goodwork.pipeline.findings import listed, many
from goodwork.pipeline.revisions import PLACE, Revisions, revisions
from goodwork.pipeline.vintages import Vintage
from goodwork.store.editions import Edition

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class ChangeLog:
    """What a new edition changes, in sentences, and the reasons to ask before it replaces the former one.

    ``revisions`` is ``None`` where the former edition could not be compared; ``sentences`` then say why.
    """

    sentences: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    revisions: Revisions | None = None

    @property
    def asks(self) -> bool:
        """Whether a person should say yes: trends turned, ranks moved beyond their intervals, or something was lost."""
        return bool(self.reasons)

    def as_dict(self, before: str, after: str) -> dict[str, Any]:
        """What is kept of it beside the new edition, as plain data: the sentences and reasons, the counts and the table
        by indicator, every trend that turned round, what is declared otherwise, and ranks that moved too far."""
        whole = {"before": before, "after": after, "findings": list(self.sentences), "reasons": list(self.reasons)}
        if self.revisions is None:
            return {**whole, "compared": False}
        found = self.revisions.as_dict()
        kept = ("counts", "trends_turned", "trends_compared", "table", "drift")
        trends = [
            {**row, "name": self.revisions.label(row["indicator"]), "place": self.revisions.place(row["area"])}
            for row in found["trends"]
        ]
        moves = [{**row, "place": self.revisions.place(row["area"])} for row in found["moves"] if row["exceeds"]]
        return {**whole, "compared": True, **{name: found[name] for name in kept}, "trends": trends, "moves": moves}


def change_log(old: Edition, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> ChangeLog:
    """What a new edition, given by its tables and manifest, changes against the edition it would replace.

    A former edition that is damaged, or whose tables are not known any more, is told and not compared: it must not
    keep a good edition from being published. Another monitor in the same store is a reason to ask. (Handbook step 8:
    ranks are compared with the intervals that sampling error gives them.)

    >>> import pandas as pd
    >>> from tempfile import TemporaryDirectory
    >>> from goodwork.store.editions import write_edition
    >>> table = pd.DataFrame({"indicator": "pay", "area": ["A", "B"], "period": "2020", "value": [1.0, 2.0]})
    >>> with TemporaryDirectory() as store:
    ...     old = write_edition(store, "toy", {"values": table}, {"name": "toy"})
    ...     log = change_log(old, {"values": table.head(1)}, {"name": "toy"})
    >>> log.asks, log.reasons
    (True, ('no figures any more for 1 area: B',))
    """
    if (was := old.manifest.get("name")) != (now := manifest.get("name")):
        text = f"The store holds another monitor ({was}); this one ({now}) would take its place."
        return ChangeLog((text,), (text,))
    try:
        found = revisions(Vintage.of(old), Vintage.built(tables, manifest))
    except (GoodWorkError, KeyError) as error:
        return ChangeLog((f"The former edition {old.name} could not be compared: {error}",))
    return ChangeLog(found.findings, tuple(_reasons(found)), found)


def _reasons(found: Revisions) -> list[str]:
    """Why somebody should look at the changes before they are published."""
    reasons = []
    lost = found.periods[(found.periods["change"] == "lost") & found.periods["with_indicator"]]["indicator"].unique()
    if len(lost):
        names = listed([found.label(i) for i in lost])
        reasons.append(f"no figures any more for {many(len(lost), 'indicator')}: {names}")
    areas = found.areas[(found.areas["change"] == "lost") & found.areas["whole"]]["area"].unique()
    if len(areas):
        reasons.append(f"no figures any more for {many(len(areas), 'area')}: {listed([found.place(a) for a in areas])}")
    if number := int(found.trends["turned"].sum()):
        reasons.append(f"{many(number, 'trend')} turned round")
    if number := int(found.ranked["exceeds"].sum()):
        reasons.append(f"{many(number, 'rank')} of the index moved further than the 95 % interval")
    gone = found.ranked[found.ranked["no_longer"] > 0]
    whole = gone[gone["compared"] == 0]
    if len(whole):
        reasons.append(f"no ranks any more: {listed([' '.join(row) for row in whole[PLACE].astype(str).to_numpy()])}")
    keys = gone.loc[gone["compared"] > 0, PLACE]
    rows = found.moves[found.moves["change"] == "no longer ranked"].merge(keys, on=PLACE)
    if len(rows):
        names = listed([found.place(a) for a in rows["area"].unique()])
        reasons.append(f"no longer ranked, {many(rows['area'].nunique(), 'area')}: {names}")
    return reasons
