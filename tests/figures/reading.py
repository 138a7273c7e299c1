"""A drawing read back: its marks by class, and where its words stand."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

import numpy as np

from goodwork.figures.lettering import width

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Words:
    """A line of text with the box it is expected to fill."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Words) -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 1 and down > 1


def marks(drawing: str, kind: str) -> list[ET.Element]:
    """The elements of a class, in the order drawn."""
    return [e for e in ET.fromstring(drawing).iter() if kind in (e.get("class") or "").split()]


def said(mark: ET.Element) -> str:
    """What hovering over a mark says."""
    return mark.findtext(f"{SVG}title") or ""


def middle(mark: ET.Element) -> tuple[float, float]:
    """Where the middle of a mark stands."""
    if mark.get("cx"):
        return float(mark.get("cx") or 0), float(mark.get("cy") or 0)
    points = np.array([float(n) for n in re.findall(r"-?\d+\.?\d*", mark.get("d") or "")]).reshape(-1, 2)
    low, high = points.min(axis=0), points.max(axis=0)
    return float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2


def straight(values: list[float], places: list[float]) -> bool:
    """Whether places are a straight scale of values, to the rounding of a drawing."""
    x, y = np.asarray(values, dtype=float), np.asarray(places, dtype=float)
    slope, constant = np.polyfit(x, y, 1)
    return bool(np.abs(slope * x + constant - y).max() < 0.2)


def words(drawing: str) -> list[Words]:
    """All upright-set lines of text, each with its box; text turned on its side is left out."""
    found: list[Words] = []

    def walk(element: ET.Element, x: float, y: float) -> None:
        moved = element.get("transform") or ""
        if "rotate" in moved:
            return
        if at := re.match(r"translate\((-?[\d.]+) (-?[\d.]+)\)", moved):
            x, y = x + float(at[1]), y + float(at[2])
        if element.tag == f"{SVG}text" and element.get("aria-hidden") is None:
            size, bold = float(element.get("font-size") or 0), int(element.get("font-weight") or 400)
            wide = width(element.text or "", size, bold) / 1.03
            left = x + float(element.get("x") or 0)
            left -= {"end": wide, "middle": wide / 2}.get(element.get("text-anchor") or "", 0.0)
            base = y + float(element.get("y") or 0)
            found.append(Words(element.text or "", left, base - 0.72 * size, left + wide, base + 0.1 * size))
        for child in element:
            walk(child, x, y)

    walk(ET.fromstring(drawing), 0.0, 0.0)
    return found


def clashes(drawing: str) -> list[str]:
    """Lines of text that touch each other or leave the drawing."""
    wide, tall = (float(n) for n in (ET.fromstring(drawing).get("viewBox") or "").split()[2:])
    lines = words(drawing)
    out = [f"cut: {w.text}" for w in lines if w.left < -1 or w.right > wide + 1 or w.top < -1 or w.bottom > tall + 1]
    both = [(a, b) for k, a in enumerate(lines) for b in lines[k + 1 :] if a.touches(b)]
    return out + [f"{a.text} | {b.text}" for a, b in both]
