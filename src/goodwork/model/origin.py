"""Where a number came from."""

from __future__ import annotations

from typing import Literal

from goodwork.model.declaration import Declaration
from goodwork.model.observation import Status


class Origin(Declaration):
    """Provenance of one source: who published it, what it is called, when, under which licence, and how it was used.

    ``derivation`` is empty when the figure stands as published and otherwise says what was computed from what.
    ``marker`` qualifies every figure from it (``e`` where the derivation approximates). ``interval_floor`` names a
    share of the same survey whose published interval tells how many people were interviewed: no interval from this
    origin may be narrower than that number allows. ``matches`` are the
    descriptions under which source tables name it. ``years`` is ``end`` where the one year it prints for a year that
    touches two is the one it ends in, with ``evidence`` of that.
    """

    id: str
    publisher: str
    title: str
    release: str
    licence: str
    url: str = ""
    derivation: str = ""
    marker: Status = Status.NORMAL
    interval_floor: str = ""
    matches: tuple[str, ...] = ()
    years: Literal["", "end"] = ""
    evidence: str = ""

    @property
    def line(self) -> str:
        """The source line that stands under a figure.

        >>> Origin(id="S1", publisher="ONS", title="ASHE", release="2025", licence="OGL v3.0").line
        'ONS, ASHE, 2025, OGL v3.0'
        """
        return ", ".join(part for part in (self.publisher, self.title, self.release, self.licence) if part)


class Origins(Declaration):
    """The file that declares origins."""

    origin: tuple[Origin, ...]
