"""One way to look a method up: name → function, then entry points, then a plain callable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from goodwork.errors import MethodError

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True)
class Facts:
    """What the reference of methods says of one: formula, literature, what happens to gaps, what it was checked
    against."""

    formula: str = ""
    source: str = ""
    gaps: str = ""
    oracle: str = ""


class Registry(Generic[F]):
    """Methods of one step by name; other packages add theirs under the entry point group ``goodwork.<step>``.

    >>> greetings = Registry("greeting")
    >>> @greetings.register("hello")
    ... def hello(): return "hello"
    >>> greetings["hello"]()
    'hello'
    >>> greetings["helo"]
    Traceback (most recent call last):
        ...
    goodwork.errors.MethodError: unknown greeting method 'helo'
    What to do: did you mean hello?
    """

    def __init__(self, step: str) -> None:
        self.step = step
        self.facts: dict[str, Facts] = {}
        self._methods: dict[str, F] = {}
        self._entry_points_read = False

    def register(
        self, name: str, *, formula: str = "", source: str = "", gaps: str = "", oracle: str = ""
    ) -> Callable[[F], F]:
        """Decorate a function to make it available under ``name``, with the facts the reference of methods prints."""

        def keep(function: F) -> F:
            self._methods[name] = function
            self.facts[name] = Facts(formula, source, gaps, oracle)
            return function

        return keep

    def __getitem__(self, name: str | F) -> F:
        if not isinstance(name, str):
            return name
        if name not in self._methods:
            self._read_entry_points()
        if name not in self._methods:
            nearest = get_close_matches(name, self._methods, n=3, cutoff=0.4) or sorted(self._methods)
            raise MethodError(
                f"unknown {self.step} method {name!r}", remedy=f"did you mean {', '.join(nearest)}?", nearest=nearest
            )
        return self._methods[name]

    def __contains__(self, name: object) -> bool:
        self._read_entry_points()
        return name in self._methods

    def __iter__(self) -> Iterator[str]:
        self._read_entry_points()
        return iter(sorted(self._methods))

    def _read_entry_points(self) -> None:
        if self._entry_points_read:
            return
        self._entry_points_read = True
        for point in entry_points(group=f"goodwork.{self.step}"):
            self._methods.setdefault(point.name, point.load())


#: How long work tells of its progress: what it is at, and the share that is done, 0 to 1.
Tell = Callable[[str, float], None]


def untold(text: str, done: float) -> None:
    """Tell nobody."""
