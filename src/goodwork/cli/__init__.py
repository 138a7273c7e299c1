"""The ``goodwork`` command."""

from goodwork.cli import doubt, fetching, questions, vintages  # their commands join the others
from goodwork.cli.app import main

__all__ = ["doubt", "fetching", "main", "questions", "vintages"]
