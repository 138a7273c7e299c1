"""Access to good work, place by place: an open, auditable composite-index engine and monitor."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from goodwork.analysis.robustness import robustness
    from goodwork.analysis.sensitivity import sensitivity
    from goodwork.errors import GoodWorkError
    from goodwork.index.build import Index, build
    from goodwork.model.area import Area, Geography
    from goodwork.model.framework import Domain, Framework, Member
    from goodwork.model.indicator import Catalogue, Indicator
    from goodwork.model.method import Method
    from goodwork.model.panel import Panel
    from goodwork.monitor import Monitor

_HOMES = {
    "Area": "goodwork.model.area",
    "Geography": "goodwork.model.area",
    "Indicator": "goodwork.model.indicator",
    "Catalogue": "goodwork.model.indicator",
    "Framework": "goodwork.model.framework",
    "Domain": "goodwork.model.framework",
    "Member": "goodwork.model.framework",
    "Method": "goodwork.model.method",
    "Panel": "goodwork.model.panel",
    "Index": "goodwork.index.build",
    "build": "goodwork.index.build",
    "Monitor": "goodwork.monitor",
    "robustness": "goodwork.analysis.robustness",
    "sensitivity": "goodwork.analysis.sensitivity",
    "GoodWorkError": "goodwork.errors",
}

__all__ = [
    "Area",
    "Catalogue",
    "Domain",
    "Framework",
    "Geography",
    "GoodWorkError",
    "Index",
    "Indicator",
    "Member",
    "Method",
    "Monitor",
    "Panel",
    "build",
    "open",
    "robustness",
    "sensitivity",
]


def open(path: str | Path | None = None) -> Monitor:
    """Open an edition: a folder, or the one built from the figures that ship with the package (built when needed)."""
    from goodwork.monitor import Monitor

    if path is not None:
        return Monitor.open(path)
    from goodwork.pipeline import shipped_store

    return Monitor.open(shipped_store())


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'goodwork' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
