"""Work that takes minutes, told on standard error while it is under way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from goodwork.plugins import Tell, untold


@contextmanager
def watched(title: str, quietly: bool = False) -> Iterator[Tell]:
    """A bar with the step under way and the time left on a terminal or in a notebook; elsewhere one line at the start,
    so that nobody waits without knowing for what, or ``quietly`` nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    err = Console(stderr=True, highlight=False)
    if not err.is_terminal and not err.is_jupyter:
        if not quietly:
            err.print(f"{title} …", soft_wrap=True)
        yield untold
        return
    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda text, done: bar.update(task, completed=done, description=f"{title}: {text}")
