"""Who asks an edition's questions: processes beside this one, and this one when it has nothing else to do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from goodwork.analysis.tiers import MOST_AREAS
from goodwork.pipeline.answer_tables import Rows, answer_tables, rows_of_answer
from goodwork.pipeline.answers import QUESTIONS, answered
from goodwork.pipeline.asked import Asked
from goodwork.pipeline.executors import cores, processes
from goodwork.pipeline.material import Material
from goodwork.plugins import Tell, untold

if TYPE_CHECKING:
    import pandas as pd

#: Areas of all sets together below which the questions take less time than a new process needs to begin.
FEW = 150
#: Processes beside this one, at most: each holds the figures once more.
MOST = 4
#: Questions that take longest, in order: of each set of areas the short ones come last, so that the process that works
#: from the first set on and this one, which works from the last set back, meet among short ones and end together.
LONGEST = ("communities", "health", "conditions", "trends", "compacts", "shock", "disparity")


class Asker:
    """Asks the first framework over each of its area sets, in the latest period; what a set of areas is asked about is
    put together once."""

    def __init__(self, material: Material) -> None:
        self.material, self.framework = material, material.frameworks[0]
        self.area_sets = self.framework.area_sets or ("all",)
        self._asked: dict[str, Asked] = {}

    def rows(self, question: str, area_set: str) -> Rows:
        """The answer to one question over one set of areas."""
        if area_set not in self._asked:
            self._asked[area_set] = Asked.of(self.material, self.framework, area_set)
        return rows_of_answer(answered(question, self._asked[area_set]))


class Asking:
    """Every question over every set of areas, one after the other by each of ``number`` processes of an ``executor``
    that have begun with ``begin``, from the first set on; all is left for this process where there are none."""

    def __init__(self, material: Material, executor: Executor | None = None, number: int = 1) -> None:
        self._asker = Asker(material)
        self._work = [(question, area_set) for area_set in self._asker.area_sets for question in QUESTIONS]
        sets = self._asker.area_sets
        by_length = sorted(range(len(self._work)), key=lambda at: _length(self._work[at][0]))
        self._left = deque(sorted(by_length, key=lambda at: sets.index(self._work[at][1])))
        self._found: dict[int, Rows] = {}
        self._hands = ThreadPoolExecutor(max(number, 1))
        self._busy = [self._hands.submit(self._beside, executor) for _ in range(number) if executor is not None]

    def _beside(self, executor: Executor) -> None:
        """Have a process take one question after the other; what it had when it was lost stays unfound."""
        with suppress(BrokenExecutor):
            while (at := self._next(deque.popleft)) is not None:
                self._found[at] = executor.submit(_rows, *self._work[at]).result()

    def tables(self, tell: Tell = untold) -> dict[str, pd.DataFrame]:
        """The tables of all answers. This process takes questions, too, from the last set back, until none is left, and
        then those that were lost with a process. The tables are the same whoever finds them."""
        while (at := self._next(deque.pop)) is not None:
            self._here(at, tell)
        for busy in self._busy:
            tell("the last questions", len(self._found) / len(self._work))
            busy.result()
        for lost in sorted(set(range(len(self._work))) - self._found.keys()):
            self._here(lost, tell)
        return answer_tables(self._found[at] for at in range(len(self._work)))

    def _next(self, end: Callable[[deque[int]], int]) -> int | None:
        try:
            return end(self._left)
        except IndexError:
            return None

    def _here(self, at: int, tell: Tell) -> None:
        question, area_set = self._work[at]
        title = self._asker.material.geography.set_named(area_set).title
        tell(f"{question}: {title}", len(self._found) / len(self._work))
        self._found[at] = self._asker.rows(question, area_set)

    def stop(self) -> None:
        """Take no further question."""
        self._left.clear()
        self._hands.shutdown()


@contextmanager
def asking(material: Material, number: int | None = None) -> Iterator[Asking]:
    """The questions of an edition under way in so many processes beside this one: by default one for each core but
    that of this process, and none where there are few areas."""
    if number is None:
        sizes = [len(material.geography.members(name)) for name in Asker(material).area_sets]
        number = min(cores() - 1, MOST) if sum(n for n in sizes if n <= MOST_AREAS) >= FEW else 0
    with processes(number, begin, material) as executor:
        questions = Asking(material, executor, number)
        try:
            yield questions
        finally:
            questions.stop()


def _length(question: str) -> int:
    """Where a question stands among those that take long; the others after them."""
    return LONGEST.index(question) if question in LONGEST else len(LONGEST)


_here: list[Asker] = []


def begin(material: Material) -> None:
    """What a process does before it is asked."""
    _here[:] = [Asker(material)]


def _rows(question: str, area_set: str) -> Rows:
    return _here[0].rows(question, area_set)
