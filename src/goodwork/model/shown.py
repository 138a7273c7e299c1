"""How results show themselves in a notebook: a heading, what they say, a table."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def shown(title: str, sentences: Iterable[object], table: pd.DataFrame | None = None) -> str:
    """HTML of a result; gaps in the table are dashes, and its text is never taken for markup.

    >>> shown("York <2019>", ["It scores 104.1 (95 % interval 101.9 to 106.4)."])
    '<h3>York &lt;2019&gt;</h3><p>It scores 104.1 (95 % interval 101.9 to 106.4).</p>'
    """
    said = "".join(f"<p>{escape(str(one))}</p>" for one in sentences)
    rows = "" if table is None else table.to_html(index=False, border=0, na_rep="–", float_format="{:,.1f}".format)
    return f"<h3>{escape(title)}</h3>{said}{rows}"
