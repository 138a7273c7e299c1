"""Write the JSON Schema of every declaration, from the types: ``python -m goodwork.cli.schema [FOLDER]``."""

from __future__ import annotations

import json
import sys
from importlib.resources import as_file, files
from pathlib import Path

from goodwork.geography.changes import CodeChanges
from goodwork.geography.counties import Counties
from goodwork.model.allocation import Formula
from goodwork.model.area import Aliases, AreaSets
from goodwork.model.charter import Charter
from goodwork.model.corrections import Corrections
from goodwork.model.counts import Counts
from goodwork.model.declaration import Declaration
from goodwork.model.declarations import LeftOut
from goodwork.model.former import FormerPlaces
from goodwork.model.framework import Framework
from goodwork.model.groups import Groups
from goodwork.model.indicator import Catalogue
from goodwork.model.levers import Levers
from goodwork.model.occupations import Occupations
from goodwork.model.origin import Origins
from goodwork.model.pledges import Charters
from goodwork.model.prices import Prices
from goodwork.model.printed import Printed
from goodwork.model.questions import Archetypes, OutcomesQuestion, Shocks
from goodwork.model.source import Sources
from goodwork.model.targets import Targets
from goodwork.store.tables import write_bytes

DECLARATIONS: dict[str, type[Declaration]] = {
    "indicators": Catalogue,
    "framework": Framework,
    "area_sets": AreaSets,
    "origins": Origins,
    "names": Aliases,
    "left_out": LeftOut,
    "code_changes": CodeChanges,
    "counties": Counties,
    "former_places": FormerPlaces,
    "outcomes": OutcomesQuestion,
    "shock": Shocks,
    "sources": Sources,
    "archetypes": Archetypes,
    "prices": Prices,
    "printed": Printed,
    "charter": Charter,
    "counts": Counts,
    "groups": Groups,
    "levers": Levers,
    "allocation": Formula,
    "targets": Targets,
    "charters": Charters,
    "occupations": Occupations,
    "corrections": Corrections,
}


def schemas() -> dict[str, str]:
    """The schema of each kind of declaration file, as text."""
    return {
        f"{name}.schema.json": json.dumps(kind.model_json_schema(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        for name, kind in DECLARATIONS.items()
    }


def schema_folder() -> Path:
    """Where the generated schemas stand in the package."""
    with as_file(files("goodwork.model.declarations") / "schema") as folder:
        return folder


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else schema_folder()
    for file, text in schemas().items():
        write_bytes(target / file, text.encode())
