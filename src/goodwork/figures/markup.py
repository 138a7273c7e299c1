"""SVG as text: escaping, attributes, numbers; the only place where text becomes markup."""

from __future__ import annotations

import re
from functools import cache
from html import escape

#: Characters XML 1.0 does not allow, whatever the escaping.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: These, and what has a meaning in markup: most texts hold none.
_SPECIAL = re.compile(f"[&<>\"'{_FORBIDDEN.pattern[1:]}")


def text(value: object) -> str:
    """Text that may stand between tags or in quotes.

    >>> text('Tyne & "Wear" <b>\\x00')
    'Tyne &amp; &quot;Wear&quot; &lt;b&gt;'
    """
    raw = str(value)
    return escape(_FORBIDDEN.sub("", raw), quote=True) if _SPECIAL.search(raw) else raw


def tag(name: str, content: str | None = None, **attributes: object) -> str:
    """An element; ``class_`` is written ``class``, underscores become hyphens, ``None`` leaves an attribute out.

    >>> tag("rect", class_="c0", x=1.5, stroke_width=2, fill=None)
    '<rect class="c0" x="1.5" stroke-width="2"/>'
    >>> tag("title", text("A & B"))
    '<title>A &amp; B</title>'
    """
    written = "".join(
        f' {_name(key)}="{text(number(value) if isinstance(value, float) else value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}/>" if content is None else f"<{name}{written}>{content}</{name}>"


@cache
def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def number(value: float, decimals: int = 1) -> str:
    """A number as short as its place in a drawing needs.

    >>> number(3.0), number(2.25), number(-0.04)
    ('3', '2.2', '0')
    """
    short = f"{value:.{decimals}f}".rstrip("0").rstrip(".") if decimals else f"{value:.0f}"
    return "0" if short in ("-0", "") else short


def svg(content: str, *, width: float, height: float, title: str, description: str, name: str, role: str) -> str:
    """A whole drawing with its title and description, which assistive technology reads first.

    ``role`` is ``img`` for a picture and ``group`` for a drawing with links in it.
    """
    head = tag("title", text(title), id=f"{name}-title") + tag("desc", text(description), id=f"{name}-desc")
    return tag(
        "svg",
        head + content,
        xmlns="http://www.w3.org/2000/svg",
        class_=name,
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role=role,
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc",
    )
