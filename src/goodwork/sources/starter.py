"""The small invented project a newcomer starts from."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

from goodwork.errors import Fault, StoreError

FILES = ("README.md", "framework.toml", "indicators.toml", "areas.csv", "data.csv")


def start_project(directory: Path) -> list[Path]:
    """Write the starter project (Toyland, an invented country) into a new or empty directory; the files written.

    Raises what ``written_new`` raises.
    """

    def write(aside: Path) -> None:
        for name in FILES:
            (aside / name).write_bytes((files("goodwork") / "starter" / name).read_bytes())

    return written_new(Path(directory), FILES, write)


def written_new(directory: Path, names: Sequence[str], write: Callable[[Path], None]) -> list[Path]:
    """The files by their ``names`` that ``write`` makes in the folder it is given, in a new or empty directory.

    All or nothing: the files are written aside and moved into place, and taken away again if one cannot be. Raises
    ``StoreError`` when the directory holds anything, is a file, or cannot be written.
    """
    created = not directory.exists()
    if not created and not directory.is_dir():
        raise _refused(directory, "this is a file, not a folder", "choose another name")
    moved: list[Path] = []
    try:
        if not created and any(directory.iterdir()):
            raise _refused(directory, "the folder is not empty", "choose a new folder: nothing is ever overwritten")
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".starting-", dir=directory) as aside:
            write(Path(aside))
            for name in names:
                moved.append((Path(aside) / name).rename(directory / name))
    except OSError as error:
        for path in moved:
            path.unlink(missing_ok=True)
        if created and directory.is_dir():
            directory.rmdir()
        raise _refused(directory, f"it could not be written: {error}", "check the name and the permissions") from None
    return moved


def _refused(directory: Path, what: str, remedy: str) -> StoreError:
    return StoreError(
        f"no project was started in {directory}", faults=[Fault(what, file=str(directory), remedy=remedy)]
    )
