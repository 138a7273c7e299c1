"""Tables of an edition as a page shows them, with links: see ``report/question_tables.py``."""

from __future__ import annotations

from goodwork.monitor import Monitor
from goodwork.report import question_tables
from goodwork.report.question_tables import Cell, Shown, named, only_chosen, rows_of, shown
from goodwork.web.state import area_path

__all__ = ["Cell", "Saying", "Shown", "named", "only_chosen", "rows_of", "shown"]


class Saying(question_tables.Saying):
    """How the numbers and codes of an edition are written for readers; ``query`` ends the addresses of areas."""

    def __init__(self, monitor: Monitor, framework: str = "", query: str = "") -> None:
        super().__init__(monitor, framework, lambda area: area_path(area) + query)
