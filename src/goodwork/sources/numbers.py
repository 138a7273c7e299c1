"""Figures as people and publishers write them: separators, signs, units and markers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from goodwork.model.observation import Status

DecimalMark = Literal[".", ","]

_MINUS = "−‐‑–﹣－-"
_SPACES = " \u00a0\u2009\u202f'’"
_FIGURE = (
    rf"^(?P<sign>[+{_MINUS}]?)\s*[£€$]?\s*(?P<minus>[{_MINUS}]?)"
    rf"(?P<core>[0-9](?:[0-9.,{_SPACES}]*[0-9])?[.,]?|[.,][0-9]+)(?P<power>[eE][+-]?[0-9]+)?"
    r"\s*(?:%|[£€$])?\s*(?P<mark>.*)$"
)
_ENDLESS = re.compile(rf"^([+{_MINUS}]?)\s*(?:inf|infinity|∞)$", re.IGNORECASE)

#: A figure whose comma may set off thousands or decimals.
_EITHER = r"^[1-9][0-9]{0,2},[0-9]{3}$"

#: Markers that may stand alone in the place of a figure; the others only qualify one.
_STANDS_ALONE = {s for s in Status if s.withholds} | {Status.UNRELIABLE, Status.LOW}


@dataclass(frozen=True, eq=False)
class ParsedNumbers:
    """The figures of one column, one per cell.

    ``value`` is NaN for an empty cell, a marker in place of a figure, and wherever ``bad`` (text that is no figure) or
    ``unclear`` (``1,234`` where nothing says whether the comma is a decimal comma) is true; never zero for missing.
    ``status`` is the marker found beside or instead of the figure, as a value of ``Status``. ``decimal`` is the mark
    that was used.
    """

    value: NDArray[np.float64]
    status: NDArray[np.str_]
    bad: NDArray[np.bool_]
    unclear: NDArray[np.bool_]
    decimal: DecimalMark


def parse_numbers(series: pd.Series, decimal: DecimalMark | None = None) -> ParsedNumbers:
    """Text read as figures; ``decimal`` says which mark sets off decimals, None leaves it to the evidence.

    >>> read = parse_numbers(pd.Series(["£1,234.5", "12.3 [u]", "−4 %", "[c]", "", "lots"]))
    >>> read.value.tolist(), read.status.tolist()
    ([1234.5, 12.3, -4.0, nan, nan, nan], ['', 'u', '', 'c', '', ''])
    >>> read.bad.tolist()
    [False, False, False, False, False, True]
    """
    codes, texts = pd.factorize(series.astype("str").fillna("").str.strip(), use_na_sentinel=False)
    unique = pd.Series(texts, dtype="str")
    parts = unique.str.extract(_FIGURE).astype("str").fillna("")
    is_figure = (parts["core"] != "").to_numpy()
    figures = _ungrouped(parts["core"])
    decided = decimal or _weigh_figures(figures).mark
    mark: DecimalMark = decided or "."
    unclear = figures.str.contains(_EITHER, regex=True).to_numpy(dtype=bool) & (decided is None)

    value = _float(parts["core"], parts["power"], mark)
    negative = parts["sign"].isin(list(_MINUS)) ^ parts["minus"].isin(list(_MINUS))
    value = np.where(negative, -value, value)
    endless = unique.str.extract(_ENDLESS.pattern, flags=re.IGNORECASE)[0]
    is_endless = endless.notna().to_numpy()
    value[is_endless] = np.where(endless[is_endless].isin(list(_MINUS)), -np.inf, np.inf)

    marker_text = np.where(is_figure, parts["mark"].to_numpy(dtype=object), unique.to_numpy(dtype=object))
    status, known = read_markers(pd.Series(marker_text), alone=~is_figure)
    status[is_endless] = ""
    doubled = ((parts["sign"] != "") & (parts["minus"] != "")).to_numpy()
    bad = doubled | ~is_endless & (~known | (is_figure & np.isnan(value)))
    value[bad | unclear] = np.nan
    status[bad] = ""
    return ParsedNumbers(_without_noise(value)[codes], status[codes], bad[codes], (unclear & ~bad)[codes], mark)


def read_markers(
    texts: pd.Series, alone: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.str_], NDArray[np.bool_]]:
    """Markers as values of ``Status``, and which of them are known.

    Where ``alone`` is true the marker stands in the place of a figure, so one that only qualifies a figure (``p``) is
    not known there.
    """
    status = np.full(len(texts), "", dtype="<U4")
    known = np.ones(len(texts), dtype=bool)
    for text in texts.unique():
        here = (texts == text).to_numpy(dtype=bool)
        if not text:
            continue
        try:
            found = Status.NOT_AVAILABLE if text.lower() == "#n/a" else Status.from_text(text)
        except ValueError:
            known[here] = False
            continue
        status[here] = found.value
        if alone is not None and found not in _STANDS_ALONE:
            known[here & alone] = False
    return status, known


@dataclass(frozen=True)
class Evidence:
    """How many cells can only have a decimal point, only a decimal comma, or a comma that may be either.

    ``soft`` counts cells such as ``1.234``, taken as a decimal point for want of evidence.
    """

    points: int
    commas: int
    either: int
    soft: int = 0

    @property
    def mark(self) -> DecimalMark | None:
        """The mark most of the evidence speaks for; None when there are commas and nothing says what they mean."""
        if self.points == self.commas == 0:
            return None if self.either else "."
        return "." if self.points >= self.commas else ","


def weigh(columns: Iterable[pd.Series]) -> Evidence:
    """What the figures of some columns say about the decimal mark.

    ``1,234,567`` and ``12.5`` can only be read with a decimal point, ``12,5`` and ``1.234,5`` only with a decimal
    comma; ``1,234`` with either. ``1.234`` alone is taken as a decimal point unless a comma elsewhere needs deciding.

    >>> weigh([pd.Series(["1,234", "12,5"])]).mark, weigh([pd.Series(["1,234", "5,678"])]).mark
    (',', None)
    """
    points = commas = either = soft = 0
    for column in columns:
        texts = pd.Series(column.unique(), dtype="str").str.strip()
        found = _weigh_figures(_ungrouped(texts.str.extract(_FIGURE)["core"].dropna()))
        points, commas = points + found.points, commas + found.commas
        either, soft = either + found.either, soft + found.soft
    return Evidence(points, commas, either, soft)


def _weigh_figures(figures: pd.Series) -> Evidence:
    comma = figures.str.contains(_only(",", "."), regex=True)
    point = figures.str.contains(_only(".", ","), regex=True)
    either = figures.str.contains(_EITHER, regex=True)
    soft = figures.str.contains(_EITHER.replace(",[0-9]", r"\.[0-9]"), regex=True)
    return Evidence(int((point & ~comma).sum()), int((comma & ~point).sum()), int(either.sum()), int(soft.sum()))


def _only(mark: str, other: str) -> str:
    """The pattern of figures in which ``mark`` can only set off decimals (or ``other`` only thousands)."""
    m, o = re.escape(mark), re.escape(other)
    return rf"^[0-9]*{m}(?![0-9]{{3}}(?:[^0-9]|$))|^[0-9]{{4,}}{m}|^0[0-9]*{m}|^{m}|{o}.*[{m}{o}]"


def _ungrouped(figures: pd.Series) -> pd.Series:
    return figures.str.replace(rf"[{_SPACES}]", "", regex=True)


def _float(core: pd.Series, power: pd.Series, mark: DecimalMark) -> NDArray[np.float64]:
    """Figures without sign; NaN where separators do not stand at every third digit."""
    thousands = "," if mark == "." else "."
    point = re.escape(mark)
    shape = "|".join([r"[0-9]+"] + [rf"[0-9]{{1,3}}(?:{re.escape(s)}[0-9]{{3}})+" for s in (thousands, *_SPACES)])
    regular = core.str.fullmatch(rf"(?:{shape})(?:{point}[0-9]*)?|{point}[0-9]+")
    plain = core.str.replace(rf"[{re.escape(thousands)}{_SPACES}]", "", regex=True).str.replace(mark, ".", regex=False)
    values: NDArray[np.float64] = (plain + power).where(regular, "nan").to_numpy(dtype=object).astype(np.float64)
    return values


def _without_noise(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """``73.60000000000001`` as ``73.6``: a figure within a few ulps of one of twelve digits is that one."""
    size = np.abs(value)
    with np.errstate(all="ignore"):
        scale = 10.0 ** (11 - np.floor(np.log10(size)))
        short = np.round(value * scale) / scale
        noisy = (scale >= 1) & (scale <= 1e22) & (np.abs(short - value) <= 8 * np.spacing(size))
    return np.where(noisy, short, value)
