"""What ``goodwork check`` does: read each file as what it is, and tell every fault of all of them at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from goodwork.errors import DataError, DeclarationError, Fault, GoodWorkError
from goodwork.index.build import check_method
from goodwork.model.framework import Framework
from goodwork.model.indicator import Catalogue
from goodwork.pipeline.material import shipped_declarations
from goodwork.sources.folder import read_areas, read_catalogue, read_framework
from goodwork.sources.observations import read_observations


def check_files(files: list[Path], areas: Path | None = None) -> list[dict[str, Any]]:
    """What each file holds. Raises the error of the only faulty file, or one error with the faults of all of them.

    A data file is checked against the catalogue among the files, else one beside it, else the shipped one.
    """
    results: list[dict[str, Any]] = []
    faulty: list[tuple[Path, GoodWorkError]] = []
    catalogue: Catalogue | None = None
    order = sorted(files, key=lambda path: 0 if _kind(path) == "catalogue" else 1 if _kind(path) == "framework" else 2)
    for path in order:
        notes: tuple[str, ...] = ()
        try:
            kind = _kind(path)
            if kind == "catalogue":
                catalogue = read_catalogue(path)
                what = f"a catalogue of {len(catalogue.indicator)} indicators"
            elif kind == "framework":
                what = _framework(read_framework(path), catalogue or _beside(path), path)
            else:
                places = areas or path.parent / "areas.csv"
                read = read_observations(
                    path, catalogue or _beside(path), read_areas(places) if places.exists() else None
                )
                table = read.table
                what = (
                    f"{len(table)} figures: {table['indicator'].nunique()} indicators, "
                    f"{table['area'].nunique()} areas, "
                    f"periods {', '.join(sorted(table['period'].unique()))}"
                )
                notes = read.notes
            results.append({"file": path.name, "what": what, "notes": list(notes)})
        except GoodWorkError as error:
            faulty.append((path, error))
    if len(faulty) == 1:
        raise faulty[0][1]
    if faulty:
        faults = [f for path, error in faulty for f in (error.faults or (Fault(error.what, file=path.name),))]
        worst = DataError if any(isinstance(e, DataError) for _, e in faulty) else DeclarationError
        raise worst(f"{len(faulty)} files are wrong", faults=faults)
    return results


def _kind(path: Path) -> str:
    """What a file declares, by its ending and its keys."""
    if path.suffix != ".toml":
        return "data"
    try:
        keys = tomllib.loads(path.read_text(encoding="utf-8")).keys()
    except (OSError, ValueError):
        return "framework"
    return "catalogue" if "indicator" in keys else "framework"


def _beside(path: Path) -> Catalogue:
    """The catalogue in the same folder, else the shipped one."""
    here = path.parent / "indicators.toml"
    return read_catalogue(here) if here.exists() else shipped_declarations()[0]


def _framework(framework: Framework, catalogue: Catalogue, path: Path) -> str:
    framework.checked_against(catalogue, path.name)
    check_method(framework.method)
    return f"a framework of {len(framework.groups) - 1} domains and {len(framework.members)} members"
