"""How an audit looks in the terminal: aspect by aspect, sentences first, then the table, then how far to trust it."""

from __future__ import annotations

from goodwork.analysis.audit import Audit
from goodwork.cli.show import banner, out, show_json, show_table
from goodwork.monitor import Monitor

#: Tables with more rows than these are for ``--json``; their sentences say what is in them.
MOST = 30
#: Aspects whose table stands in full; of others the sentences say enough for a terminal.
TABLED = ("position", "direction", "drivers", "priorities", "weak", "spread", "charter", "levers")
#: Columns too wide for a terminal.
WIDE = ("what", "evidence", "references", "measure", "principles", "unseen")


def show_audit(monitor: Monitor, found: Audit, as_json: bool, brief: bool) -> None:
    """Print an audit, or all of it as JSON."""
    if as_json:
        show_json({"monitor": monitor.title, "edition": monitor.edition.name, **found.as_dict()})
        return
    banner(monitor)
    areas = monitor.area_set(found.area_set, found.framework).title
    out.print(f"[bold]Good Jobs Audit: {found.subject}[/bold]  ({areas}, {found.period})", highlight=False)
    for aspect in found.aspects:
        out.print(f"\n[bold]{aspect.title}[/bold]", highlight=False)
        for said in aspect.findings:
            out.print(f"• {said}", highlight=False, markup=False)
        if not brief and aspect.name in TABLED and 0 < len(aspect.table) <= MOST:
            kept = {name: words for name, words in aspect.columns.items() if name in aspect.table and name not in WIDE}
            rows = aspect.shown()[list(kept.values())]
            show_table([(words, "l") for words in rows.columns], [tuple(row) for row in rows.itertuples(index=False)])
        for note in aspect.notes:
            out.print(note, style="dim", highlight=False, markup=False)
