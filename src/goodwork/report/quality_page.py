"""The quality report as a page that needs nothing else (no script, no font, no network), and as CSV files."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from jinja2 import Template

from goodwork.analysis.finding import say
from goodwork.analysis.profile import BASES
from goodwork.analysis.wording import figures, written
from goodwork.language import tr
from goodwork.report.export import csv
from goodwork.report.quality import Quality
from goodwork.report.templating import environment

if TYPE_CHECKING:
    import pandas as pd

SECTIONS = (("indicators", tr("Indicators")), ("completeness", tr("Completeness")), ("markers", tr("Markers")),
            ("widths", tr("Widths")), ("outliers", tr("Far from the others")), ("repeats", tr("Repeated years")),
            ("breaks", tr("Breaks")), ("periods", tr("Periods")), ("small", tr("Small places")),
            ("missing", tr("Without figures")))  # fmt: skip
#: What a figure rests on, and what becomes of a small place, in words.
RESTS = {"published": tr("published"), **BASES}
RULES = {"own": tr("own"), "joined": tr("joined"), "dropped": tr("dropped"), "unsaid": tr("unsaid")}
#: Bounds of the five tints, red to blue: share of areas with a figure, and half-width as a share of the value.
COMPLETE = (0.5, 0.8, 0.95, 1.0)
NARROW = (0.3, 0.2, 0.1, 0.05)


def page(found: Quality) -> str:
    """The quality report as one page of HTML: tables with headings and captions, light and dark, printable.

    Every number stands as text, so colour says nothing by itself. What the figures, names and caveats say is shown as
    text and never as markup. (Handbook step 10.)

    >>> from goodwork.model.area import Area, Geography
    >>> from goodwork.model.indicator import Catalogue, Indicator
    >>> from goodwork.report.quality import quality
    >>> import pandas as pd
    >>> table = pd.DataFrame({"indicator": "pay", "area": ["A"], "period": "2020", "value": [1.0]})
    >>> what = Catalogue(indicator=(Indicator(id="pay", name="Pay <b>", unit="£", kind="money"),))
    >>> "Pay &lt;b&gt;" in page(quality(table, what, Geography((Area(code="A", name="A"),))))
    True
    """
    return _template().render(**shown(found))


def shown(found: Quality) -> dict[str, Any]:
    """What a page of the quality report shows, by name: tables as text, with the tint of each cell that has one."""
    names = dict(zip(found.table["indicator"], found.table["name"], strict=True))
    complete = found.completeness
    countries = sorted(complete["country"].unique())
    totals = complete.groupby(["indicator", "country"])[["figures", "areas"]].sum()
    shares = (totals["figures"] / totals["areas"]).unstack()
    held = found.table[found.table["figures"] > 0]
    marked = found.markers[(found.markers["marker"] != "") | (found.markers["basis"] != "published")]
    order = {indicator: n for n, indicator in enumerate(held["indicator"])}
    return {
        "q": found,
        "sections": SECTIONS,
        "countries": countries,
        "held": [_held(row, shares, countries) for row in held.to_dict("records")],
        "complete": {
            country: _grid(rows.assign(text=_cells(rows)), "share", COMPLETE, names, order)
            for country, rows in complete.groupby("country", sort=True)
        },
        "areas": complete.groupby("country")["areas"].max().to_dict(),
        "markers": [{**row, "basis": RESTS.get(row["basis"], row["basis"])} for row in _named(marked, names)],
        "widths": _grid(
            found.widths[found.widths["relative"].notna()].assign(
                text=lambda t: [_percent(x, 1) for x in t["relative"]]
            ),
            "relative", NARROW, names, order,
        ),
        "outliers": [_far(row, names) for row in found.outliers.to_dict("records")],
        "repeats": [
            {**row, "span": _span(row["first"], row["last"]), "share": _percent(row["share"]) + " %"}
            for row in _named(found.repeats, names)
        ],
        "breaks": _named(found.breaks, names),
        "small": _places(found.small, names),
        "missing": found.table[found.table["figures"] == 0].to_dict("records"),
    }  # fmt: skip


def files(found: Quality) -> dict[str, str]:
    """The page and every table as CSV, by file name."""
    tables = {f"quality-{name}.csv": csv(table) for name, table in found.tables.items()}
    return {"quality.html": page(found), **tables}


@cache
def _template() -> Template:
    return environment("goodwork.report").get_template("quality.html")


def _held(row: dict[Any, Any], shares: pd.DataFrame, countries: list[str]) -> dict[str, Any]:
    """One line of the table of indicators, as text."""
    known = shares.loc[row["indicator"]] if row["indicator"] in shares.index else {}
    width = row["half_width"]
    return {
        **row,
        "countries": {c: f"{_percent(known[c])} %" if c in known and known[c] > 0 else tr("none") for c in countries},
        "span": _span(row["first"], row["last"]),
        "marked": f"{_percent(row['marked'] / row['figures'])} %",
        "with_interval": f"{_percent(row['with_interval'] / row['figures'])} %",
        "half_width": say("taken {share:.3g} %", share=100 * row["assumed_error"])
        if width != width
        else f"{100 * width:.1f} %",
        "outliers": f"{row['outliers']:,}",
        "age": "–" if row["age"] != row["age"] else written(row["age"], ".1f"),
    }


def _grid(
    rows: pd.DataFrame, tint: str, bounds: tuple[float, ...], names: dict[str, str], order: dict[str, int]
) -> dict[str, Any]:
    """A table of indicators by periods, the latest first: text and tint of each cell."""
    periods = sorted(rows["period"].unique(), reverse=True)
    texts = rows.pivot(index="indicator", columns="period", values="text").reindex(columns=periods)
    numbers = rows.pivot(index="indicator", columns="period", values=tint).reindex(columns=periods)
    up = bounds[0] < bounds[-1]
    table = []
    for indicator in sorted(texts.index, key=lambda i: order.get(i, len(order))):
        line = zip(numbers.loc[indicator], texts.loc[indicator], strict=True)
        cells = [("", "") if n != n else (f"s{sum(n >= b if up else n <= b for b in bounds)}", t) for n, t in line]
        table.append((names.get(indicator, indicator), cells))
    return {"periods": periods, "rows": table}


def _cells(rows: pd.DataFrame) -> list[str]:
    """Per cent of areas with a figure, and how many figures are withheld."""
    pairs = zip(rows["share"], rows["withheld"], strict=True)
    return [_percent(share) + (f" w{withheld}" if withheld else "") for share, withheld in pairs]


def _far(row: dict[Any, Any], names: dict[str, str]) -> dict[str, Any]:
    return {
        "indicator": names.get(row["indicator"], row["indicator"]), "area": row["name"], "figures": row["figures"],
        "between": _span(row["first"], row["last"]), "furthest": row["furthest"],
        **{k: figures(row[k], 4) if abs(row[k]) < 1000 else written(row[k], ",.0f") for k in ("value", "median")},
        "z": written(row["z"], ".1f"),
    }  # fmt: skip


def _named(table: pd.DataFrame, names: dict[str, str]) -> list[dict[Any, Any]]:
    rows: list[dict[Any, Any]] = table.to_dict("records")
    return [{**row, "name": names.get(row["indicator"], row["indicator"])} for row in rows]


def _places(table: pd.DataFrame, names: dict[str, str]) -> list[dict[str, Any]]:
    """A line for each small place and reason: the rule, and the indicators under it."""
    by = table.groupby(["area", "name", "rule", "neighbour", "why"], sort=False)["indicator"]
    return [
        {"name": name, "rule": RULES[rule], "neighbour": neighbour, "why": why,
         "indicators": "; ".join(names.get(i, i) for i in ids)}
        for (_, name, rule, neighbour, why), ids in by
    ]  # fmt: skip


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first}–{last}"


def _percent(share: float, decimals: int = 0) -> str:
    """A share in per cent; nearly all is never shown as all, nor hardly any as none.

    >>> _percent(0.999), _percent(0.001), _percent(1.0)
    ('>99', '<1', '100')
    """
    text = f"{100 * share:.{decimals}f}"
    if decimals == 0 and np.isfinite(share):
        return ">99" if text == "100" and share < 1 else "<1" if text == "0" and share > 0 else text
    return text
