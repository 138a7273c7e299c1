"""The declarations that ship with the package, as text; this is the only data the model carries."""

from __future__ import annotations

from importlib.resources import files

from pydantic import Field

from goodwork.model.declaration import Declaration


def text(name: str) -> str:
    """The text of one shipped declaration, e.g. ``good_work.toml``."""
    return (files(__name__) / name).read_text(encoding="utf-8")


class _Series(Declaration):
    name: str
    reason: str


class _Source(Declaration):
    text: str
    reason: str


class _Cells(Declaration):
    origin: str
    areas: tuple[str, ...]
    reason: str


class LeftOut(Declaration):
    """The file that says which input series and sources are not taken, and why."""

    series_: tuple[_Series, ...] = Field(alias="series", default=())
    source_: tuple[_Source, ...] = Field(alias="source", default=())
    cells: tuple[_Cells, ...] = ()

    @property
    def series(self) -> dict[str, str]:
        """Reason by series."""
        return {item.name: item.reason for item in self.series_}

    @property
    def sources(self) -> dict[str, str]:
        """Reason by text of the source."""
        return {item.text: item.reason for item in self.source_}


def left_out() -> LeftOut:
    """What our edition of the figures leaves out, and why."""
    return LeftOut.from_toml(text("left_out.toml"), "left_out.toml")
