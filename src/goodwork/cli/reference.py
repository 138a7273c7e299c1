"""The generated pages of the documentation: ``python -m goodwork.cli.reference DOCS``."""

from __future__ import annotations

import inspect
import sys
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import typer

from goodwork.cli.app import EXIT_CODES, app
from goodwork.cli.reference_python import python_page
from goodwork.errors import GoodWorkError
from goodwork.report.methods import methods_page
from goodwork.store.tables import write_bytes

SHARED = """\
## What most commands share

* `--store DIR`: the folder of editions to read or write. Left out, commands that read use the edition of the figures
  that ship with the package and build it first if it is not there (a minute or two: ten thousand draws; fewer with the
  environment variable `GOODWORK_DRAWS`). It is kept in your data folder; the variable `GOODWORK_HOME` moves it.
* `--period`, `--area-set`, `--framework`: left out, the latest period, the framework's default set of areas and the
  edition's first framework are meant.
* `--json`: JSON on standard output; an error is then JSON on standard error.
* Areas are found by name or code. Case, accents and small typos do not matter; a former code or name leads to its only
  successor; if several areas fit, they are listed and none is chosen.
"""
ENDING = """\
A wrong option is also 2. Errors in this table come without a traceback and say what is wrong, where, and what to do. A
traceback means a fault of the program.
"""


def command_page() -> str:
    """The reference of the command as Markdown, made from the commands' own signatures."""
    commands = {_name(one): one.callback for one in app.registered_commands}
    lines = [
        "# The command",
        "",
        "Every command, argument and option; `-h` and `--help` explain each in the terminal. Made by `make docs`.",
        "",
        "| command | does |",
        "|---|---|",
        *(
            f"| [`goodwork {name}`](#goodwork-{name}) | {_paragraphs(one.__doc__)[0]} |"
            for name, one in commands.items()
        ),
        "",
        SHARED,
    ]
    for name, one in commands.items():
        arguments, options = _parameters(one)
        usage = " ".join(["goodwork", name, "[OPTIONS]", *arguments])
        lines += [
            f"## goodwork {name}",
            "",
            *(f"{part}\n" for part in _paragraphs(one.__doc__)),
            "```",
            usage,
            "```",
            "",
        ]
        rows = [*arguments.values(), *options]
        lines += ["| | takes | |", "|---|---|---|", *rows, ""] if rows else []
    codes = sorted(EXIT_CODES.items(), key=lambda item: item[1])
    lines += ["## Exit codes", "", "| code | meaning |", "|---|---|", "| 0 | done |"]
    lines += [f"| {code} | {_title(kind)} (`{kind.__name__}`) |" for kind, code in codes]
    lines += ["| 130 | stopped with Ctrl+C |", "", ENDING]
    return "\n".join(lines)


def _title(kind: Any) -> str:
    return "Anything else that a person can put right" if kind is GoodWorkError else str(kind.title)


def _name(one: Any) -> str:
    return str(one.name or one.callback.__name__.replace("_", "-"))


def _parameters(function: Any) -> tuple[dict[str, str], list[str]]:
    """Rows of a command's arguments, by how they stand in the usage line, and of its options."""
    hints = get_type_hints(function, include_extras=True)
    arguments, options = {}, []
    for name, parameter in inspect.signature(function).parameters.items():
        kind, *told = get_args(hints[name])
        info = told[0]
        needed = parameter.default is inspect.Parameter.empty
        words = [info.help or ""]
        if isinstance(info, typer.models.ArgumentInfo):
            many = "..." if get_origin(kind) is list or "list" in str(kind) else ""
            shown = name.upper() + many if needed else f"[{name.upper()}{many}]"
            words += ["Required."] if needed else []
            arguments[shown] = f"| `{name.upper()}` | {_takes(kind)} | {' '.join(words)} |"
            continue
        flag = kind is bool
        if not flag and not needed and parameter.default is not None:
            words.append(f"Default: `{getattr(parameter.default, 'value', parameter.default)}`.")
        declared = [text for text in info.param_decls or () if text.startswith("-")]
        shown = ", ".join(declared) or "--" + name.replace("_", "-")
        options.append(f"| `{shown}` | {'' if flag else _takes(kind)} | {' '.join(words)} |")
    return arguments, options


def _takes(kind: Any) -> str:
    """What a parameter takes, in a word; the choices where there are some."""
    inner = [part for part in get_args(kind) if part is not type(None)] or [kind]
    one = inner[0]
    if isinstance(one, type) and issubclass(one, Enum):
        return ", ".join(str(choice.value) for choice in one)
    return {int: "number", float: "number", Path: "path"}.get(one, "text")


def _paragraphs(text: str | None) -> list[str]:
    return [" ".join(part.split()) for part in (text or "").strip().split("\n\n")]


if __name__ == "__main__":
    folder = Path(sys.argv[1]) / "reference"
    write_bytes(folder / "methods.md", methods_page().encode())
    write_bytes(folder / "command.md", command_page().encode())
    write_bytes(folder / "python.md", python_page().encode())
