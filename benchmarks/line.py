"""A line of the report of benchmarks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measured figure beside its reference and target."""

    what: str
    ours: float
    reference: float
    of: str
    target: str
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times the reference takes."""
        return self.reference / self.ours


def show(line: Line) -> None:
    """Print one line."""
    figures = f"{line.of} {line.reference:9.2f} s   ours {line.ours:9.4f} s   {line.ratio:10.2f} ×"
    print(
        f"{line.what:50s} {figures}   target {line.target or '–'}" + (f"   ({line.note})" if line.note else ""),
        flush=True,
    )
