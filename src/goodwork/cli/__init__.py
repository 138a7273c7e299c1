"""The ``goodwork`` command."""

# their commands join the others
from goodwork.cli import action, audit, doubt, fetching, questions, report, site, vintages
from goodwork.cli.app import main

__all__ = ["action", "audit", "doubt", "fetching", "main", "questions", "report", "site", "vintages"]
