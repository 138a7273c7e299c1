"""The declarations that ship with the package, as text; this is the only data the model carries."""

from __future__ import annotations

from importlib.resources import files


def text(name: str) -> str:
    """The text of one shipped declaration, e.g. ``good_work.toml``."""
    return (files(__name__) / name).read_text(encoding="utf-8")
