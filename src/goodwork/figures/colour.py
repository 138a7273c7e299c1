"""Colours of classes: one sequential ramp, light to dark for low to high, with outlines that stand out from it.

The ramp is ColorBrewer's YlGnBu (Cynthia Brewer and Mark Harrower, colorbrewer2.org), listed there as safe for
colour-blind readers and in print: lightness falls step by step, so the order is seen even without hue. "Better" is
never told by colour.
"""

from __future__ import annotations

RAMPS: dict[int, tuple[str, ...]] = {
    5: ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494"),
    6: ("#ffffcc", "#c7e9b4", "#7fcdbb", "#41b6c4", "#2c7fb8", "#253494"),
    7: ("#ffffcc", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#0c2c84"),
}
#: Colours told apart by nearly all readers (Okabe & Ito 2008, *Color Universal Design*), the strongest first.
OKABE_ITO = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
#: The communities A to D, always the same; a letter stands beside the colour.
COMMUNITIES = ("#d55e00", "#e69f00", "#56b4e9", "#0072b2")
#: Further communities, if there are more than four.
FURTHER = ("#009e73", "#cc79a7", "#f0e442", "#999999")
#: From far below to far above (ColorBrewer's PuOr, safe for colour-blind readers).
DIVERGING = ("#b35806", "#f1a340", "#fee0b6", "#f7f7f7", "#d8daeb", "#998ec3", "#542788")
DARK, LIGHT = "#16202b", "#ffffff"
HATCH_GROUND, HATCH_LINE = "#ffffff", "#5b6673"


def ramp(classes: int) -> tuple[str, ...]:
    """As many colours as there are classes, from light to dark; few classes are spread over the whole ramp.

    >>> ramp(5)[0], ramp(2), ramp(1)
    ('#ffffcc', ('#ffffcc', '#253494'), ('#41b6c4',))
    """
    if classes in RAMPS:
        return RAMPS[classes]
    if classes > max(RAMPS):
        raise ValueError(f"{classes} classes cannot be told apart by colour; the most is {max(RAMPS)}")
    base = RAMPS[5]
    if classes <= 1:
        return (base[2],) * classes
    return tuple(base[round(k * 4 / (classes - 1))] for k in range(classes))


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, as WCAG 2.2 defines it."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21.

    >>> round(contrast("#ffffff", "#000000"))
    21
    """
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def edge(fill: str) -> str:
    """The outline that stands out from a fill: dark round light areas, white round dark ones; 3 : 1 at least.

    >>> edge("#ffffcc"), edge("#253494")
    ('#16202b', '#ffffff')
    """
    return DARK if contrast(fill, DARK) >= 4.5 else LIGHT


def ink(fill: str) -> str:
    """Black or white, whichever is easier to read on a fill."""
    return max(("#000000", "#ffffff"), key=lambda colour: contrast(fill, colour))
