"""The floors hold, the public names are the documented ones, the schemas are the types, the README's commands work."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import goodwork
from goodwork.cli.schema import schema_folder, schemas

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "goodwork"


def test_the_floors_hold() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
    assert "Contracts: 3 kept, 0 broken." in result.stdout


def test_there_are_no_exceptions_to_the_floors() -> None:
    assert "ignore_imports" not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_public_names_can_be_had_and_are_documented() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    for name in goodwork.__all__:
        assert getattr(goodwork, name).__doc__
        assert f"`{name}`" in glossary, f"{name} is not in GLOSSARY.md"
    with pytest.raises(AttributeError):
        _ = goodwork.nothing


def test_schemas_are_the_types() -> None:
    """If this fails: make schema."""
    for name, text in schemas().items():
        assert (schema_folder() / name).read_text(encoding="utf-8") == text


def test_declarations_satisfy_their_published_schema() -> None:
    import json
    import tomllib

    import jsonschema

    kinds = {"indicators": "indicators", "good_work": "framework", "conditions": "framework", "area_sets": "area_sets",
             "origins": "origins", "names": "names", "left_out": "left_out",
             "code_changes": "code_changes", "counties": "counties", "former_places": "former_places",
             "outcomes": "outcomes",
             "shock": "shock", "archetypes": "archetypes", "sources": "sources", "derived": "sources",
             "prices": "prices", "charter": "charter", "counts": "counts", "levers": "levers",
             "combined_authorities": "groups", "occupations": "occupations",
             "corrections": "corrections"}  # fmt: skip
    folder = schema_folder().parent
    for file, kind in kinds.items():
        schema = json.loads((schema_folder() / f"{kind}.schema.json").read_text(encoding="utf-8"))
        declared = tomllib.loads((folder / f"{file}.toml").read_text(encoding="utf-8"))
        jsonschema.validate(json.loads(json.dumps(declared, default=str)), schema)  # dates as text


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = "('numpy', 'pandas', 'duckdb', 'scipy', 'pydantic')"
    code = f"import sys, goodwork; print([m for m in {heavy} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom goodwork.cli.app import app\ntry: app(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('numpy', 'pandas', 'duckdb', 'scipy', 'pydantic', 'fastapi') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip().splitlines()[-1] == "[]"


def test_every_command_of_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    help_text = subprocess.run(
        [sys.executable, "-c", "from goodwork.cli import main; main()", "--help"],
        capture_output=True, text=True, check=True, env={"COLUMNS": "120", "PATH": ""},
    ).stdout  # fmt: skip
    commands = set(re.findall(r"goodwork ([a-z][a-z-]+)", text)) - {"is"}
    assert commands
    for command in commands:
        assert command in help_text
    targets = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([a-z]+)", text)):
        assert re.search(rf"^{target}:", targets, re.MULTILINE)


def test_ci_calls_the_test_command_of_the_readme() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_files_stay_readable() -> None:
    long = {str(p.relative_to(ROOT)): n for p in SOURCE.rglob("*.py") if (n := len(p.read_text().splitlines())) > 400}
    assert not long


def public(tree: ast.Module) -> list[ast.FunctionDef | ast.ClassDef]:
    return [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")]


def test_public_functions_say_what_they_do() -> None:
    silent = [
        f"{path.relative_to(SOURCE)}: {node.name}"
        for path in SOURCE.rglob("*.py")
        if "errors.py" not in path.name
        for node in public(ast.parse(path.read_text(encoding="utf-8")))
        if not ast.get_docstring(node)
    ]
    assert not silent


def test_nothing_machine_made_up_slips_in() -> None:
    """No paths of a machine and no registry addresses in what is committed."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    pattern = re.compile(r"(?<![\w.])/(root|home|work)/\w|index-url|files\.pythonhosted")
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".json", ".sh", ".html", ".css", ".js"} and path != Path(__file__):
            assert not pattern.search(path.read_text(encoding="utf-8")), name
