"""The reference of methods is what the registries say, and says enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from goodwork.report.methods import STEPS, methods_page

ROOT = Path(__file__).parents[2]


def test_the_page_is_up_to_date() -> None:
    """If this fails: make docs."""
    assert (ROOT / "docs" / "reference" / "methods.md").read_text(encoding="utf-8") == methods_page()


@pytest.mark.parametrize(("step", "registry"), [(step, registry) for step, _, registry in STEPS])
def test_every_method_says_what_it_is(step: str, registry) -> None:
    for name in registry:
        facts = registry.facts[name]
        assert facts.formula, f"{step} {name}"
        assert facts.gaps, f"{step} {name}"
        if name not in ("none",):
            assert facts.source, f"{step} {name}"
            assert facts.oracle, f"{step} {name}"
        assert ">>>" in (registry[name].__doc__ or "") or name == "none", f"{step} {name} has no doctest"


def test_the_reference_of_the_command_is_up_to_date() -> None:
    """If this fails: make docs."""
    from goodwork.cli.reference import command_page

    assert (ROOT / "docs" / "reference" / "command.md").read_text(encoding="utf-8") == command_page()


def test_the_reference_of_python_is_up_to_date_and_tells_every_public_name() -> None:
    import goodwork
    from goodwork.cli.reference_python import python_page

    page = python_page()
    assert (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8") == page
    for name in goodwork.__all__:
        told = page.partition(f"\n## gw.{name}\n")[2].partition("\n## ")[0].strip()
        assert len(told) > 40, name
    assert ">>>" not in page
