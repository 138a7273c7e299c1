"""Speed of the questions: all nine, over every area set of the shipped edition and all its periods, figures included.

Wall time of a process that has the figures in hand, with one more beside it, as a build asks them; the CPU seconds of
both stand beside it, the start of the second one among them, and say what two cores that do nothing else could do at
best. How many other processes wanted a core when it was over is told, too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from line import Line, show

CODE = """
import json, os, resource, time
from clock import peak
from goodwork.pipeline import shipped_material
from goodwork.pipeline.asking import asking
material = shipped_material().sampled(1000, None)
own, begun = time.process_time(), time.perf_counter()
with asking(material, 1) as questions:
    tables = questions.tables()
    wall = time.perf_counter() - begun
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({
    "wall": wall, "here": time.process_time() - own, "beside": used.ru_utime + used.ru_stime, "peak": peak(),
    "more": used.ru_maxrss / 1024, "tables": len(tables), "rows": sum(map(len, tables.values())),
    "busy": os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"),
}))
"""


def asked() -> Line:
    """Every question of the edition by two processes."""
    said = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True, cwd=Path(__file__).parent
    )
    found = json.loads(said.stdout)
    note = (
        f"CPU {found['here']:.1f} s here and {found['beside']:.1f} s beside, "
        f"{(found['here'] + found['beside']) / 2:.1f} s each; {found['tables']} tables of {found['rows']:,} rows; "
        f"peak {found['peak']:,.0f} and {found['more']:,.0f} MiB; {found['busy']:.1f} processes at work on average, "
        "these two among them"
    )
    return Line("all questions of the edition (wall, two processes)", found["wall"], 15.0, "15 s", "≤ 15 s", note)


def lines(full: bool = False) -> Iterator[Line]:
    """The one line."""
    yield asked()


if __name__ == "__main__":
    for line in lines():
        show(line)
