"""What commands take in common: which index of which edition is asked about, and how the answer is printed."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from goodwork.errors import DeclarationError, Fault

if TYPE_CHECKING:
    from goodwork.model.area import AreaSet
    from goodwork.monitor import Monitor
    from goodwork.pipeline.material import Material

DrawsOption = Annotated[int | None, typer.Option(min=0, help="Redraws of the figures; as declared if left out.")]
SeedOption = Annotated[int | None, typer.Option(min=0, help="Another seed gives other draws.")]
SchedulerOption = Annotated[
    str | None, typer.Option(help="Address of a Dask scheduler, such as tcp://host:8786; threads here if left out.")
]
StoreOption = Annotated[
    Path | None,
    typer.Option("--store", help="Folder of editions; left out: GOODWORK_HOME or your data folder."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
PeriodOption = Annotated[str | None, typer.Option("--period", help="Year; the latest if left out.")]
SetOption = Annotated[str | None, typer.Option("--area-set", help="Areas compared: gb, england-119, wales …")]
FrameworkOption = Annotated[str | None, typer.Option("--framework", help="good_work, conditions …")]
AreaArgument = Annotated[str, typer.Argument(help="Name or code; case, accents and small typos do not matter.")]


@dataclass(frozen=True)
class Where:
    """Which index of which edition a question is about, as the options say it; ``json``: the answer is JSON."""

    period: PeriodOption = None
    area_set: SetOption = None
    framework: FrameworkOption = None
    store: StoreOption = None
    json: JsonOption = False

    @cached_property
    def monitor(self) -> Monitor:
        """The edition asked for, opened."""
        return open_monitor(self.store)

    @property
    def when(self) -> str:
        """The period that is meant."""
        return self.monitor.period(self.period, self.framework)

    @property
    def areas(self) -> AreaSet:
        """The set of areas that is meant."""
        return self.monitor.area_set(self.area_set, self.framework)

    @property
    def material(self) -> Material:
        """What the edition was made from, so that its questions can be put again with other settings."""
        from goodwork.pipeline.material import Material

        m = self.monitor
        frameworks = tuple(m.frameworks.values())
        return Material(
            m.edition.name, m.title, frameworks, m.catalogue, m.geography, m.table("values"),
            invented=m.invented, prices=m.prices,
        )  # fmt: skip


def about_an_index(*without: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of ``Where`` (except some), as its argument ``where``."""
    options = {field.name: field.default for field in fields(Where) if field.name not in without}
    kinds = get_type_hints(Where, include_extras=True)

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        hints = get_type_hints(function, include_extras=True)
        own = [p for p in inspect.signature(function).parameters.values() if p.name != "where"]

        @wraps(function)
        def command(**given: Any) -> None:
            function(where=Where(**{name: given.pop(name) for name in options}), **given)

        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters = [p.replace(annotation=hints[p.name]) for p in own]
        parameters += [
            inspect.Parameter(name, kind, default=default, annotation=kinds[name]) for name, default in options.items()
        ]
        # Typer reads options from a signature; PEP 362 lets a function carry one of its own, typeshed does not know it.
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {p.name: p.annotation for p in parameters}
        return command

    return decorate


def open_monitor(store: Path | None) -> Monitor:
    """The edition asked for; without one, that of the shipped figures, built first if it is not there yet."""
    from goodwork.monitor import Monitor
    from goodwork.pipeline import shipped_store

    if store is not None:
        return Monitor.open(store)
    return Monitor.open(shipped_store())


def numbers(given: Iterable[str], option: str) -> dict[str, float]:
    """``name=number`` pairs; all that cannot be read are told at once."""
    found, faults = {}, []
    for text in given:
        name, _, number = text.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            faults.append(Fault(f"{text!r} is no indicator with a number", column=f"--{option}", remedy="write pay=2"))
    if faults:
        raise DeclarationError(f"--{option} cannot be read", faults=faults)
    return found
