"""Roles of colour: what is ink, grid, bar or mark in a drawing, in light and dark.

Every coloured piece carries its light colour as an attribute, so that a drawing stands alone, and a class for fill
(``f-…``) and stroke (``s-…``), so that a page with ``stylesheet()`` shows it in its own light, dark, print and forced
colours. No style attribute is written: a strict policy forbids them.
"""

from __future__ import annotations

from typing import Any


def _mixed(share: int) -> str:
    """A paler ink in the colours that a reader forces upon pages; their own grey is meant for what is switched off."""
    return f"color-mix(in srgb,CanvasText {share}%,Canvas)"


#: Role → colour on light paper, on dark paper, and in forced colours.
ROLES: dict[str, tuple[str, str, str]] = {
    "ink": ("#1b2530", "#e9edf1", "CanvasText"),
    "quiet": ("#4a5663", "#b3bdc7", "CanvasText"),
    "paper": ("#ffffff", "#12181f", "Canvas"),
    "grid": ("#dde3e8", "#2c3742", _mixed(20)),
    "edge": ("#6b7783", "#8a97a4", "CanvasText"),
    "wash": ("#f1f4f7", "#1b242d", "Canvas"),
    "faint": ("#c3ccd5", "#45525f", _mixed(35)),
    "bar": ("#a3bfda", "#41698f", _mixed(35)),
    "mark": ("#1d4f91", "#93c0f5", "CanvasText"),
    "lit": ("#b3261e", "#ff8a7a", "Highlight"),
    "above": ("#2c7fb8", "#58a8de", "CanvasText"),
    "below": ("#c2661c", "#ee9f57", _mixed(60)),
}


def paint(
    fill: str | None = None, stroke: str | None = None, width: float | None = None, kind: str = ""
) -> dict[str, Any]:
    """Attributes of a mark by role; ``kind`` is a class that says what the mark is. ``none`` paints nothing.

    >>> paint("bar", kind="interval")
    {'class_': 'interval f-bar', 'fill': '#a3bfda'}
    """
    found: dict[str, Any] = {}
    classes = [kind] if kind else []
    for name, role in (("fill", fill), ("stroke", stroke)):
        if role in ROLES:
            classes.append(f"{name[0]}-{role}")
            found[name] = ROLES[role][0]
        elif role is not None:
            found[name] = role
    if width is not None:
        found["stroke_width"] = width
    return ({"class_": " ".join(classes)} if classes else {}) | found


def stylesheet() -> str:
    """The CSS by which a page shows drawings in its own colours: custom properties by role, set for light, dark, print
    and forced colours.

    >>> "--fig-ink:#e9edf1" in stylesheet(), ".f-ink{fill:var(--fig-ink)}" in stylesheet()
    (True, True)
    """

    def properties(k: int) -> str:
        return ":root{" + ";".join(f"--fig-{role}:{colours[k]}" for role, colours in ROLES.items()) + "}"

    rules = "".join(f".f-{r}{{fill:var(--fig-{r})}}.s-{r}{{stroke:var(--fig-{r})}}" for r in ROLES)
    return (
        f"{properties(0)}\n@media (prefers-color-scheme: dark){{{properties(1)}}}\n@media print{{{properties(0)}}}\n"
        f"@media (forced-colors: active){{{properties(2)}}}\n{rules}\n"
    )
