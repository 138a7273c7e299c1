"""The ``goodwork`` command."""

from goodwork.cli.app import main

__all__ = ["main"]
