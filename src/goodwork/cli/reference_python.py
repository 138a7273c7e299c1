"""The names that a person who writes Python meets, as a page made from their own signatures and descriptions."""

from __future__ import annotations

import inspect
import re
from typing import Any

import goodwork
from goodwork.monitor.rooms import Place, Question, Questions

#: Names that an opened edition gives out, beside those of the package.
ROOMS = (Place, Question, Questions)
HEAD = """\
# The names in Python

What `import goodwork as gw` offers, and what an opened edition gives out. Arrays are numpy, tables pandas. In a
notebook results show themselves. Made by `make docs`.
"""
STARS = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}
#: Roles that mark names in descriptions.
_ROLE = re.compile(r":\w+:`~?(?:[\w.]*\.)?(\w+)`")


def python_page() -> str:
    """The reference of the package as Markdown."""
    package = [(f"gw.{name}", getattr(goodwork, name)) for name in goodwork.__all__]
    rooms = [(room.__name__, room) for room in ROOMS]
    found = [("gw.open", goodwork.open), *((n, o) for n, o in package if n != "gw.open"), *rooms]
    listed = [f"| [`{name}`](#{_anchor(name)}) | {_told(one)[0]} |" for name, one in found]
    parts = [HEAD, "\n".join(["| name | is |", "|---|---|", *listed]), *(_part(name, one) for name, one in found)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _part(name: str, one: Any) -> str:
    told = "\n\n".join(_told(one))
    if not inspect.isclass(one):
        return f"## {name}\n\n```python\n{name}{_signature(one)}\n```\n\n{told}"
    rows = [row for key, value in vars(one).items() if not key.startswith("_") and (row := _member(key, value))]
    table = "\n".join(["| | |", "|---|---|", *rows]) if rows else ""
    return f"## {name}\n\n{told}\n\n{table}"


def _member(name: str, value: Any) -> str:
    """A row for what a class has; nothing for what says nothing of itself."""
    if isinstance(value, (classmethod, staticmethod)):
        value = value.__func__
    asked = getattr(value, "fget", None) or getattr(value, "func", None) or value
    if not callable(asked) or not inspect.getdoc(asked):
        return ""
    shown = f"{name}{_signature(asked)}" if asked is value else name
    return f"| `{shown}` | {_told(asked)[0]} |".replace("\n", " ")


def _signature(function: Any) -> str:
    """Parameters by name, with what stands for them when they are left out; types are left to the editor."""
    words = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in ("self", "cls"):
            continue
        left_out = parameter.default is not inspect.Parameter.empty
        name = STARS.get(parameter.kind.name, "") + parameter.name
        words.append(f"{name}={getattr(parameter.default, '__name__', repr(parameter.default))}" if left_out else name)
    return f"({', '.join(words)})"


def _told(one: Any) -> list[str]:
    """The paragraphs of a description, without its examples."""
    text = _ROLE.sub(r"`\1`", inspect.getdoc(one) or "").replace("``", "`").partition(">>>")[0]
    return [" ".join(part.split()) for part in text.strip().split("\n\n")]


def _anchor(name: str) -> str:
    return name.lower().replace(".", "")
