"""The ``goodwork`` command."""

from goodwork.cli import doubt, vintages  # their commands join the others
from goodwork.cli.app import main

__all__ = ["doubt", "main", "vintages"]
