"""The reference of methods, generated from the registries: every method with formula, source, gaps and oracle."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from goodwork.index.aggregation import AGGREGATION
from goodwork.index.arguments import GIVEN
from goodwork.index.imputation import IMPUTATION, ON_NORMALISED
from goodwork.index.normalisation import NORMALISATION
from goodwork.index.treatment import TREATMENT
from goodwork.index.weighting import WEIGHTING
from goodwork.plugins import Registry

STEPS: tuple[tuple[str, str, Registry[Any]], ...] = (
    ("treatment", "Outliers (handbook step 3)", TREATMENT),
    ("imputation", "Gaps (handbook step 3)", IMPUTATION),
    ("normalisation", "One scale (handbook step 5)", NORMALISATION),
    ("weighting", "How much each counts (handbook step 6)", WEIGHTING),
    ("aggregation", "Putting together (handbook step 7)", AGGREGATION),
)


def methods_page() -> str:
    """The page ``docs/reference/methods.md``."""
    lines = [
        "# Methods",
        "",
        "Made by `make docs` from the methods themselves; do not edit by hand. A method is chosen by name in a",
        "framework file or in Python, for all nodes or for one level or node (`at`); in Python any function of the",
        "right shape may stand in for a name. Other packages add theirs under the entry point group `goodwork.<step>`.",
        "",
    ]
    for step, title, registry in STEPS:
        lines += [
            f"## {title}",
            "",
            f'`{step} = "name"` or `{step} = {{ name = "name", parameter = value }}`',
            "",
            "| name | what it does | parameters | formula | gaps | source | checked against |",
            "|---|---|---|---|---|---|---|",
        ]
        for name in registry:
            function, facts = registry[name], registry.facts.get(name)
            what = _first_sentence(function)
            when = " (on the normalised scale)" if step == "imputation" and name in ON_NORMALISED else ""
            said = (facts.formula, facts.gaps, facts.source, facts.oracle) if facts else ("", "", "", "")
            cells = [f"`{name}`", what + when, _parameters(function), *said]
            lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
        lines.append("")
    return "\n".join(lines)


def _first_sentence(function: Callable[..., Any]) -> str:
    return " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())


def _parameters(function: Callable[..., Any]) -> str:
    said = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.name not in GIVEN:
            default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
            said.append(f"`{parameter.name}{default}`")
    return ", ".join(said) or "none"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ") or "–"
