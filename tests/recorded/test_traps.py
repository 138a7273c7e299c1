"""The table of traps says the truth: every test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "explanation" / "hostile-input.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)`((?:,? `\w+`)*)")


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_trap_names_a_test_that_is_there() -> None:
    rows = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    traps = [row for row in rows if not row.startswith(("| trap", "|--"))]
    assert len(traps) > 60
    for row in traps:
        named = NAMED.findall(row)
        assert named, row
        for file, tests in named:
            told = re.findall(r"`(\w+)`", tests)
            assert told, row
            assert set(told) <= names_in(ROOT / file), row
