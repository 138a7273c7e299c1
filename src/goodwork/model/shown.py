"""How results show themselves in a notebook: a heading, what they say, a table."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from goodwork.language import tr

if TYPE_CHECKING:
    import pandas as pd


def shown(title: str, sentences: Iterable[object], table: pd.DataFrame | None = None, *, invented: bool = False) -> str:
    """HTML of a result; gaps in the table are dashes, and its text is never taken for markup. What is made up says so
    first.

    >>> shown("York <2019>", ["It scores 104.1 (95 % interval 101.9 to 106.4)."])
    '<h3>York &lt;2019&gt;</h3><p>It scores 104.1 (95 % interval 101.9 to 106.4).</p>'
    """
    said = "".join(f"<p>{escape(str(one))}</p>" for one in sentences)
    rows = "" if table is None else table.to_html(index=False, border=0, na_rep="–", float_format=_written)
    mark = f"<p><strong>{escape(tr('All figures are invented.'))}</strong></p>" if invented else ""
    return f"{mark}<h3>{escape(title)}</h3>{said}{rows}"


def _written(number: float) -> str:
    """A number of a table: whole ones without decimals, others with as many as tell them from nothing.

    >>> _written(12.0), _written(-1234.56), _written(0.0123)
    ('12', '−1,234.6', '0.012')
    """
    if number == round(number):
        return f"{number:z,.0f}".replace("-", "−")
    return (f"{number:,.1f}" if abs(number) >= 1 else f"{number:.2g}").replace("-", "−")
