"""What readers meet can be translated: its texts stand as literals where a translator's tools find them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2.ext import GETTEXT_FUNCTIONS, babel_extract

SOURCE = Path(__file__).parents[2] / "src" / "goodwork"
#: How many of the first arguments of a call are texts to be translated.
TEXTS = {"tr": 1, "marked": 1, "trn": 2}
CALLED = re.compile(r"\b(trn?|marked|say)\(")
#: Where texts are looked up that stand elsewhere: in a call of ``say``, in a template, in the error that is told,
#: in what the browser says by itself.
LOOKED_UP = ("analysis/finding.py", "report/templating.py", "web/faults.py", "web/lab_routes.py")
#: What may stand behind a per cent sign in a text that is formatted with it: another one, or the name of a value.
PER_CENT = re.compile(r"%(?!%|\(\w+\)s)")


@cache
def calls() -> tuple[tuple[str, str, ast.Call], ...]:
    """Every call of ``tr``, ``trn`` and ``say`` in the package: its place, the name, the call."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if CALLED.search(source):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and CALLED.match(f"{node.func.id}("):
                    found.append((f"{path.relative_to(SOURCE).as_posix()}:{node.lineno}", node.func.id, node))
    return tuple(found)


def is_text(node: ast.expr) -> bool:
    """Whether an argument is a literal, which a tool can read without running anything."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_what_is_translated_is_a_literal() -> None:
    wrong = []
    for where, name, call in calls():
        texts = call.args[: TEXTS.get(name, 0)]
        whole = len(texts) == TEXTS.get(name, 0) and all(map(is_text, texts))
        if not whole and not where.startswith(LOOKED_UP):
            wrong.append(where)
    assert not wrong, "\n".join(wrong)


def test_a_sentence_is_looked_up_once() -> None:
    """``say`` looks its template up: one that was translated before would not be found, or be found by chance."""
    looked_up = {*TEXTS, "_"}
    wrong = [
        where
        for where, name, call in calls()
        if name == "say" and call.args
        for inner in ast.walk(call.args[0])
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id in looked_up
    ]
    assert not wrong, "\n".join(wrong)


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a template with their lines, as a translator's tools find them."""
    how = {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "silent": "false"}
    with path.open("rb") as file:
        for line, _, found, _ in babel_extract(file, GETTEXT_FUNCTIONS, [], how):
            for text in (found,) if isinstance(found, str) else found or ():
                if text is not None:
                    yield line, text


def test_a_per_cent_sign_in_a_template_is_written_twice() -> None:
    """Texts of templates are formatted with per cent signs: a single one would raise when the page is asked for."""
    wrong = [
        f"{path.relative_to(SOURCE)}:{line} {text[:90]}"
        for path in sorted(SOURCE.rglob("templates/**/*.html"))
        for line, text in texts_of(path)
        if PER_CENT.search(text.replace("%%", ""))
    ]
    assert not wrong, "\n".join(wrong)
