"""An audit of whatever a person asks for: one place or a group, by name or as a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from goodwork.analysis.audit import Audit
from goodwork.analysis.audit_group import audit_of_group
from goodwork.analysis.audit_place import audit_of_place
from goodwork.analysis.chosen import chosen, listed
from goodwork.analysis.evidence import Evidence
from goodwork.analysis.profile import Profile
from goodwork.model.area import Area
from goodwork.model.charter import Charter, shipped_charter
from goodwork.model.groups import Groups, combined_authorities
from goodwork.model.levers import Levers, shipped_levers


def audited(
    evidence: Evidence,
    asked: str | Sequence[str],
    profile: Callable[[str], Profile],
    levers: Levers | None = None,
    invented: bool = False,
) -> Audit:
    """The audit of an area, of a group by its name, or of several areas by theirs (see ``chosen``); ``profile`` gives
    what the edition says of one area, by code. Without ``levers`` the shipped register is used; one of another
    framework than this is left aside."""
    charter, shipped, together = _declared()
    register = shipped if levers is None else levers
    fitting = register if register.framework == evidence.framework.name else None
    groups = (together,)
    found = chosen(evidence, asked, groups) if isinstance(asked, str) else listed(evidence, asked)
    if isinstance(found, Area):
        return audit_of_place(evidence, profile(found.code), charter, fitting, invented)
    return audit_of_group(evidence, found, charter, fitting, invented)


@cache
def _declared() -> tuple[Charter, Levers, Groups]:
    """What every audit reads from declarations, read once."""
    return shipped_charter(), shipped_levers(), combined_authorities()
