"""What has been published: the editions of this store, what the last one changed, and what was put right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from goodwork.analysis.finding import Finding, say
from goodwork.figures.figure import Figure
from goodwork.language import tr
from goodwork.model.corrections import Correction, Corrections, shipped_corrections
from goodwork.monitor import Monitor
from goodwork.store.changes import CORRECTIONS, editions_beside, own_corrections, read_changes
from goodwork.store.editions import Edition

if TYPE_CHECKING:
    import pandas as pd

#: Trends and ranks named on the page; the twins hold all.
SHOWN = 20
TABLES = ("releases", "changes", "trends", "ranks", "corrections")


@dataclass(frozen=True)
class Release:
    """One edition of the store: when it was written there, and what it holds and is built from."""

    edition: str
    written: str
    present: bool
    latest_period: str
    figures: int
    indicators: int
    sources: int
    newest_source: str
    software: str

    @classmethod
    def of(cls, written: str, edition: Edition, present: bool) -> Release:
        """An edition as a line of the page, from its manifest alone."""
        manifest, tables = edition.manifest, edition.manifest["tables"]
        declared, code = manifest["declarations"], manifest.get("code") or {}
        return cls(
            edition.name, written[:10], present, str(manifest["latest_period"]), int(tables["values"]["rows"]),
            len(declared["catalogue"]["indicator"]), len(declared["origins"]),
            str((manifest.get("figures") or {}).get("date") or ""),
            f"{code.get('package', '')} {code.get('version', '')}".strip(),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class ReleasesPage:
    """The editions of a store, newest first; ``changes``: what was kept of the present one when it came."""

    releases: tuple[Release, ...]
    changes: Mapping[str, Any] | None
    corrections: tuple[Correction, ...]

    @property
    def present(self) -> Release:
        """The edition that is shown."""
        return next(one for one in self.releases if one.present)

    @property
    def sentence(self) -> Finding:
        """What the present edition holds."""
        one = self.present
        held = {"figures": one.figures, "indicators": one.indicators, "period": one.latest_period}
        if not one.sources:
            return say(
                "The present edition holds {figures:,} figures and markers of {indicators} declared indicators up to "
                "{period}.", **held,
            )  # fmt: skip
        if not one.newest_source:
            return say(
                "The present edition holds {figures:,} figures and markers of {indicators} declared indicators up to "
                "{period}, from {sources} sources.", sources=one.sources, **held,
            )  # fmt: skip
        return say(
            "The present edition holds {figures:,} figures and markers of {indicators} declared indicators up to "
            "{period}, from {sources} sources, the newest released on {day}.",
            sources=one.sources, day=one.newest_source, **held,
        )  # fmt: skip

    @property
    def against(self) -> Finding:
        """Which edition the present one is compared with; or that there is none, or that nothing was kept."""
        earlier = [one.edition for one in self.releases if not one.present]
        if self.changes is not None:
            return say("Against {before}, the edition it replaced.", before=self.changes["before"])
        if not earlier:
            return say("There is no earlier edition in this store, so there is nothing to compare.")
        return say(
            "What this edition changed was not kept when it was built. “goodwork revisions” tells it of any two "
            "editions; the one written before is {before}.", before=earlier[0],
        )  # fmt: skip

    @property
    def turned(self) -> Finding | None:
        """How many trends the present edition turned round; ``None`` where nothing was compared."""
        found = self.changes or {}
        if not found.get("compared"):
            return None
        if not found["trends_turned"]:
            return say("No trend turned round.")
        return say(
            "{turned:,} of {compared:,} trends turned round: a rise became a fall, or a fall a rise.",
            turned=found["trends_turned"], compared=found["trends_compared"],
        )  # fmt: skip

    @property
    def corrected(self) -> Finding:
        """How many corrections there are, and what they turned round."""
        if not self.corrections:
            return say("No correction has been declared.")
        return say(
            "{count} declared; together they revised {revised:,} figures and turned {turned:,} trends round. "
            "{released} of the faults stood in a released edition.",
            count=len(self.corrections), revised=sum(one.revised for one in self.corrections),
            turned=sum(one.turned for one in self.corrections),
            released=sum(one.released for one in self.corrections) or tr("None"),
        )  # fmt: skip

    @property
    def trends(self) -> list[dict[str, Any]]:
        """Every trend that turned round."""
        return list((self.changes or {}).get("trends", ()))

    @property
    def ranks(self) -> list[dict[str, Any]]:
        """Every rank that moved further than its interval."""
        return list((self.changes or {}).get("moves", ()))

    @property
    def figures(self) -> Mapping[str, Figure]:
        """No drawings."""
        return {}

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        said = {"sentence": self.sentence, "against": self.against, "turned": self.turned, "corrected": self.corrected}
        return {
            **said, "releases": [asdict(one) for one in self.releases], "changes": self.changes,
            "corrections": [one.model_dump(mode="json") for one in self.corrections],
        }  # fmt: skip

    def as_table(self, name: str = "") -> pd.DataFrame:
        """The editions; or what changed by indicator, the trends turned, the ranks moved, the corrections."""
        import pandas as pd

        rows: dict[str, list[dict[str, Any]]] = {
            "": [asdict(one) for one in self.releases],
            "changes": list((self.changes or {}).get("table", ())),
            "trends": self.trends,
            "ranks": self.ranks,
            "corrections": [
                {**one.model_dump(mode="json"), "indicators": " ".join(one.indicators)} for one in self.corrections
            ],
        }
        empty = {"trends": ["indicator", "area", "slope_before", "slope_after"], "ranks": ["area", "rank_before"],
                 "changes": ["indicator", "revised"], "corrections": list(Correction.model_fields)}  # fmt: skip
        chosen = rows["" if name == "releases" else name]
        return pd.DataFrame(chosen) if chosen else pd.DataFrame(columns=empty[name])


def releases_page(monitor: Monitor) -> ReleasesPage:
    """What the store of an opened edition holds, and what is told of it.

    Raises ``DeclarationError`` where the store's own ``corrections.toml`` is wrong.
    """
    own = monitor.edition
    found = tuple(Release.of(when, one, one.path == own.path) for when, one in editions_beside(own))
    declared = shipped_corrections().correction if monitor.manifest.get("figures") else ()
    if text := own_corrections(own):
        declared = (*declared, *Corrections.from_toml(text, CORRECTIONS).correction)
    return ReleasesPage(found, read_changes(own), Corrections(correction=declared).newest_first)
