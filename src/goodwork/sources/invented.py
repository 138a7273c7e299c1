"""An invented country of many small areas: hexagons in authorities in regions, with figures nobody ever counted."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from goodwork.errors import DeclarationError
from goodwork.sources.starter import written_new

if TYPE_CHECKING:
    import pandas as pd

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]

PERIOD = "2023"
#: Small areas of an authority and authorities of a region, about.
IN_AUTHORITY, IN_REGION = 175, 25
FEWEST, MOST = 50, 100_000
FILES = ("README.md", "framework.toml", "indicators.toml", "areas.csv", "places.csv", "data.csv")
#: One figure in so many is held back.
SECRET = 100
_FIRST = ("Marble", "Kite", "Puzzle", "Skittle", "Crayon", "Teapot", "Whistle", "Ribbon", "Button", "Pebble", "Thimble",
          "Feather", "Lantern", "Biscuit", "Paper", "Acorn", "Bramble", "Copper", "Domino", "Echo")  # fmt: skip
_LAST = ("ton", " Haven", " Vale", " Cross", " Green", " Moor", " Bay", "worth", " Heights", "bury", " Shore", "ford")
_COMPASS = ("North", "South", "East", "West")


class Made(NamedTuple):
    """How the figures of an indicator are made: the middle, how far areas lie apart, what good work adds, how many
    people are asked of whom the figure is a share (0: money, with its error as a part of the figure)."""

    middle: float
    apart: float
    good: float
    asked: int


INDICATORS = {
    "in_work": Made(72.0, 3.5, 5.0, 420),
    "looking_for_work": Made(6.0, 1.0, -1.6, 420),
    "weekly_pay": Made(560.0, 35.0, 60.0, 0),
    "low_pay": Made(19.0, 3.0, -4.0, 260),
    "long_hours": Made(12.0, 2.0, -2.0, 300),
    "training": Made(23.0, 3.0, 3.0, 300),
}


@dataclass(frozen=True, eq=False)
class Invented:
    """The tables of an invented country: its areas with their parents, the cell of each small area, its figures."""

    areas: pd.DataFrame
    places: pd.DataFrame
    figures: pd.DataFrame


def invented_country(number: int, seed: int = 1) -> Invented:
    """So many small areas with cells, authorities, regions and figures; the same for the same ``seed``.

    Cells are (column, row) of pointed hexagons, odd rows half a cell east. Shares have the interval of a survey of some
    hundred people; one figure in ``SECRET`` is withheld. Raises ``DeclarationError`` for fewer than ``FEWEST`` or more
    than ``MOST`` areas.

    >>> made = invented_country(350)
    >>> len(made.places), made.areas["level"].value_counts().to_dict(), len(made.figures)
    (350, {'small_area': 350, 'authority': 2, 'region': 1}, 2100)
    """
    if not FEWEST <= number <= MOST:
        raise DeclarationError(
            f"{number:,} small areas cannot be invented", remedy=f"choose {FEWEST} to {MOST:,} of them"
        )
    rng = np.random.default_rng(seed)
    authorities = max(1, round(number / IN_AUTHORITY))
    cells = _island(number, rng)
    across = np.column_stack([cells[:, 0] + 0.5 * (cells[:, 1] % 2), cells[:, 1] * 3**0.5 / 2])
    bent = across + np.column_stack([_waves(across, 3, 8.0, rng), _waves(across, 3, 8.0, rng)]) * 2.5
    authority = _parted(bent, authorities)
    order = np.lexsort((cells[:, 0], cells[:, 1], authority))
    cells, across, authority = cells[order], across[order], authority[order]
    areas = _areas(authority)
    codes = areas.loc[areas["level"] == "small_area", "code"].to_numpy()
    return Invented(areas, _places(codes, cells), _figures(codes, across, authority, rng))


def start_small_areas(directory: Path, number: int, seed: int = 1) -> list[Path]:
    """Write an invented country as a project that can be built: declarations, areas, places and figures; the files.

    Raises what ``invented_country`` and ``written_new`` raise.
    """
    made = invented_country(number, seed)

    def write(aside: Path) -> None:
        starter = files("goodwork") / "starter"
        for name in FILES[:3]:
            here = starter if name == "indicators.toml" else starter / "small_areas"
            text = (here / name).read_text(encoding="utf-8")
            (aside / name).write_text(text.replace("SO MANY", f"{number:,}"), encoding="utf-8")
        for name, table in zip(FILES[3:], (made.areas, made.places, made.figures), strict=True):
            table.to_csv(aside / name, index=False, lineterminator="\n")

    return written_new(Path(directory), FILES, write)


def _island(number: int, rng: np.random.Generator) -> Places:
    """The cells of an island with bays, ``(number, 2)``."""
    reach = int(1.5 * number**0.5) + 4
    row, column = (axis.ravel() for axis in np.mgrid[-reach : reach + 1, -reach : reach + 1])
    x, y = column + 0.5 * (row % 2), row * 3**0.5 / 2
    angle = np.arctan2(y, x)
    coast = sum(
        rng.uniform(0.1, 0.3) / k**0.9 * np.sin(k * angle + rng.uniform(0, 2 * np.pi)) for k in (1, 2, 3, 5, 9, 17)
    )
    far = np.hypot(x * 1.25, y * 0.85) / (1 + coast)
    chosen = np.argsort(far, kind="stable")[:number]
    cells = np.column_stack([column[chosen], row[chosen]])
    least = cells.min(axis=0)
    return np.asarray(cells - [least[0], least[1] - least[1] % 2])


def _waves(points: Numbers, number: int, short: float, rng: np.random.Generator) -> Numbers:
    """A smooth field over points, the sum of some waves; mean about 0, spread about 1."""
    size = float(np.ptp(points, axis=0).max()) or 1.0
    pitch = 2 * np.pi / (size * rng.uniform(1 / short, 1.0, number))
    turn, phase = rng.uniform(0, 2 * np.pi, (2, number))
    way = np.column_stack([np.cos(turn), np.sin(turn)]) * pitch[:, None]
    return np.asarray(np.sin(points @ way.T + phase).sum(axis=1) * (2 / number) ** 0.5)


def _parted(points: Numbers, parts: int) -> Places:
    """Parts of nearly equal size, each cut off across its longer side: the part of each point."""
    of = np.zeros(len(points), dtype=np.intp)
    open_ = [(np.arange(len(points)), 0, parts)]
    while open_:
        here, first, count = open_.pop()
        if count == 1:
            of[here] = first
            continue
        longer = int(np.ptp(points[here], axis=0).argmax())
        sorted_ = here[np.argsort(points[here, longer], kind="stable")]
        left = count // 2
        cut = len(here) * left // count
        open_ += [(sorted_[:cut], first, left), (sorted_[cut:], first + left, count - left)]
    return of


def _areas(authority: Places) -> pd.DataFrame:
    """Regions, authorities and small areas with names, codes and parents."""
    import pandas as pd

    count = int(authority.max()) + 1
    regions = max(1, round(count / IN_REGION))
    region_of = np.arange(count) * regions // count
    plain = [f"{a}{b}" for b in _LAST for a in _FIRST]
    names = [*plain, *(f"{c} {name}" for c in _COMPASS for name in plain)][:count]
    region = np.array([f"TR{k + 1}" for k in range(regions)])
    town = np.array([f"TA{k + 1:03d}" for k in range(count)])
    within = np.arange(len(authority)) - np.searchsorted(authority, authority)  # authorities stand in order
    small = pd.DataFrame({
        "code": np.char.add("TS", np.char.zfill((np.arange(len(authority)) + 1).astype(str), 6)),
        "name": pd.Series(np.array(names)[authority]) + " " + pd.Series(within + 1).astype(str).str.zfill(3),
        "level": "small_area",
        "authority": town[authority],
        "region": region[region_of[authority]],
    })  # fmt: skip
    above = [
        pd.DataFrame({"code": region, "name": [f"Toy region {k + 1}" for k in range(regions)], "level": "region"}),
        pd.DataFrame({"code": town, "name": names, "level": "authority", "region": region[region_of]}),
    ]
    table = pd.concat([*above, small], ignore_index=True)
    return table[["code", "name", "level", "authority", "region"]].fillna("")


def _places(codes: NDArray[np.object_], cells: Places) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"area": codes, "column": cells[:, 0], "row": cells[:, 1]})


def _figures(codes: NDArray[np.object_], across: Numbers, authority: Places, rng: np.random.Generator) -> pd.DataFrame:
    """A row per indicator and small area: value, 95 % interval, marker."""
    import pandas as pd

    n = len(codes)
    town = rng.normal(0, 0.5, int(authority.max()) + 1)[authority]
    good = 0.7 * _waves(across, 6, 5.0, rng) + town + rng.normal(0, 0.5, n)
    parts = []
    for name, made in INDICATORS.items():
        own = 0.6 * _waves(across, 8, 12.0, rng) + rng.normal(0, 0.8, n)
        true = made.middle + made.apart * own + made.good * good
        if made.asked:
            true = np.clip(true, 0.5, 99.5)
            people = np.maximum(rng.poisson(made.asked, n), 50)
            value = 100 * rng.binomial(people, true / 100) / people
            held = np.clip(value, 1.0, 99.0)
            half = 1.96 * np.sqrt(held * (100 - held) / people)
            low, high = np.clip(value - half, 0, 100), np.clip(value + half, 0, 100)
        else:
            error = 0.03 * made.middle
            value = np.maximum(true + rng.normal(0, error, n), 0.4 * made.middle)
            low, high = value - 1.96 * error, value + 1.96 * error
        digits = 1 if made.asked else 0
        part = pd.DataFrame({"indicator": name, "area": codes, "period": PERIOD})
        part[["value", "lower", "upper"]] = np.round(np.column_stack([value, low, high]), digits)
        part["status"] = ""
        secret = rng.random(n) < 1 / SECRET
        part.loc[secret, ["value", "lower", "upper"]] = np.nan
        part.loc[secret, "status"] = "c"
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
