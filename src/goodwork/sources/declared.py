"""Any declaration that a person wrote, from a file on disk."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from goodwork.errors import DeclarationError, Fault
from goodwork.model.declaration import Declaration
from goodwork.sources.tables import read_bytes

D = TypeVar("D", bound=Declaration)


def read_declared(kind: type[D], path: Path) -> D:
    """A declaration of one kind in a TOML file; ``SourceError`` where the file cannot be read, ``DeclarationError``
    naming the file and every place that is wrong with it."""
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = Fault(f"byte {error.start} is not UTF-8", file=path.name, remedy="save the file as UTF-8")
        raise DeclarationError(f"{path.name} is not text", faults=[fault]) from None
    return kind.from_toml(text, path.name)
