"""The rooms of an opened edition: one place with all that can be asked of it, and the questions asked of all places.

In a notebook they complete themselves (``m.area("York").profile()``, ``m.questions.communities``) and show what they
hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from goodwork.errors import NotFound
from goodwork.model.area import Area, nearest
from goodwork.model.shown import shown

if TYPE_CHECKING:
    import pandas as pd

    from goodwork.analysis.audit import Audit
    from goodwork.analysis.profile import Profile
    from goodwork.analysis.target import Target
    from goodwork.monitor import Monitor


class Place:
    """One area of an edition. It is asked what :class:`~goodwork.monitor.Monitor` is asked with its name; ``period``,
    ``area_set`` and ``framework`` may be left out there and here."""

    def __init__(self, monitor: Monitor, area: Area) -> None:
        self._monitor, self.area = monitor, area

    def __repr__(self) -> str:
        return f"<Place {self.name} ({self.code})>"

    def _repr_html_(self) -> str:
        """How a notebook shows it: the profile of the latest period."""
        return self.profile()._repr_html_()

    @property
    def name(self) -> str:
        """The name of the area."""
        return self.area.name

    @property
    def code(self) -> str:
        """The code of the area."""
        return self.area.code

    def profile(
        self, period: str | int | None = None, area_set: str | None = None, framework: str | None = None
    ) -> Profile:
        """Where it stands, on what, how sure that is, and every figure behind it."""
        return self._monitor.profile(self.code, period, area_set, framework)

    def audit(
        self, period: str | int | None = None, area_set: str | None = None, framework: str | None = None
    ) -> Audit:
        """What holds it back, who is like it and did better, what it would take."""
        return self._monitor.audit(self.code, period, area_set, framework)

    def target(self, **goal: Any) -> Target:
        """What it would take to reach one goal: ``rank=10``, ``score=105``, ``median="community"``."""
        return self._monitor.target(self.code, **goal)

    def series(self, area_set: str | None = None, framework: str | None = None) -> pd.DataFrame:
        """Its scores over time, within each period with intervals, and on one scale."""
        return self._monitor.series(self.code, area_set, framework)

    def figures(self) -> pd.DataFrame:
        """Every figure held for it: indicator, period, value, interval, marker, basis, source."""
        return self._monitor.figures_of(self.code).reset_index(drop=True)

    def findings(self, question: str | None = None) -> pd.DataFrame:
        """What was found of it in the latest period, a sentence a row with the numbers it rests on."""
        return self._monitor.findings(question, self.code)

    def neighbours(self, area_set: str | None = None, framework: str | None = None) -> pd.DataFrame:
        """The areas most like it in their figures, nearest first, and what sets them apart."""
        rows = self._monitor.answer("neighbours", area_set, framework).get("neighbours")
        if rows is None:
            raise NotFound("answer", "neighbours", remedy="the edition was built without it, or for too few areas")
        return rows[rows["area"] == self.code].reset_index(drop=True)

    def above(self, other: str, area_set: str | None = None, framework: str | None = None) -> float:
        """How likely it is to stand above another area in the latest period."""
        return self._monitor.above(self.code, other, area_set, framework)


class Question:
    """One question asked of all areas of a set in the latest period."""

    def __init__(self, monitor: Monitor, name: str) -> None:
        self._monitor, self.name = monitor, name

    def __repr__(self) -> str:
        return f"<Question {self.name}>"

    def _repr_html_(self) -> str:
        """How a notebook shows it: what was found of the whole, and every drawing."""
        drawn = "".join(f"<figure>{svg}</figure>" for svg in self.figures()["svg"])
        told = self.findings()
        said = told[(told["kind"] == "finding") & (told["area"] == "")]["sentence"]
        return shown(self.name.capitalize(), said, invented=self._monitor.invented) + drawn

    def findings(self, area_set: str | None = None, framework: str | None = None) -> pd.DataFrame:
        """What was found, a sentence a row with the numbers it rests on; notes and reasons are told as such."""
        return self._monitor.findings(self.name, None, area_set, framework)

    def tables(self, area_set: str | None = None, framework: str | None = None) -> dict[str, pd.DataFrame]:
        """The tables of the answer, by name."""
        return self._monitor.answer(self.name, area_set, framework)

    def figures(self, area_set: str | None = None, framework: str | None = None) -> pd.DataFrame:
        """The drawings of the answer, a row each, with the table behind each."""
        return self._monitor.figures(self.name, area_set, framework)


class Questions:
    """The questions of an edition, each by its name: ``m.questions.communities.tables()``."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor

    def __dir__(self) -> list[str]:
        return sorted(self._monitor.table("findings")["question"].unique())

    def __repr__(self) -> str:
        return f"<Questions {', '.join(dir(self))}>"

    def __getattr__(self, name: str) -> Question:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in (known := dir(self)):
            raise AttributeError(str(NotFound("question", name, nearest(name, known) or known)))
        return Question(self._monitor, name)


class Rooms:
    """What an opened edition leads to, and how a notebook shows it."""

    def area(self, area: str) -> Place:
        """One area by code or name, with all that can be asked of it; raises ``NotFound`` with the nearest names."""
        monitor = cast("Monitor", self)
        return Place(monitor, monitor.find(area))

    @property
    def questions(self) -> Questions:
        """The questions asked of all areas, each by its name."""
        return Questions(cast("Monitor", self))

    def _repr_html_(self) -> str:
        """How a notebook shows it: what it is, and the ten best of the latest period, each rank with its interval."""
        monitor = cast("Monitor", self)
        columns = ["rank", "rank_low", "rank_high", "name", "score", "low", "high"]
        table = monitor.scores()
        shows = [name for name in columns if name in table]
        said = f"Edition {monitor.edition.name}; {len(table):,} areas scored in {monitor.period()}."
        return shown(monitor.title, [said], table[shows].head(10), invented=monitor.invented)
