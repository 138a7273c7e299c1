"""From what a person writes to an area: name, code, former name, postcode; and what must be said on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from goodwork.errors import GoodWorkError, NotFound
from goodwork.model.area import Area, Geography, Successor, plain_name
from goodwork.monitor import Monitor
from goodwork.web.postcodes import Postcodes, is_postcode
from goodwork.web.state import area_path

LONGEST = 120
#: What became of a former area, in words that stand between its name and that of what took its place.
BECAME = {
    "district of": "was a district of {heir}",
    "merger": "became part of {heir} in {year}",
    "split": "was parted in {year}; {heir} is one of its successors",
    "new_code": "got a new code in {year} and is now {heir}",
    "later code": "got a new code in {year} and is now {heir}",
}


@dataclass(frozen=True)
class Found:
    """The area meant, and what must be said where it is not called what was asked for (empty where it is)."""

    area: Area
    notice: str = ""


def search(monitor: Monitor, asked: str, postcodes: Postcodes | None = None) -> Found:
    """The area meant by a name, a code, a former name or a postcode, despite small typos.

    Raises ``NotFound`` with the nearest names where nothing or several areas fit, and says what to install where
    postcodes are not there.
    """
    text = asked[:LONGEST].strip()
    if not text:
        raise NotFound("area", "", remedy="write the name or the code of an area in the search box")
    geography = monitor.geography
    if is_postcode(text) and text.upper() not in geography.by_code:
        return _at_postcode(monitor, text, postcodes)
    among = {a.code: a for a in geography.at(geography.level)}
    names = {plain_name(n) for a in among.values() for n in (a.name, *a.aliases)}
    heirs = [among[s.successor] for s in _former(geography, text) if s.successor in among]
    if len({a.code for a in heirs}) > 1 and plain_name(text) not in names and text.upper() not in among:
        offers = list(dict.fromkeys(f"{a.name} ({a.code})" for a in heirs))
        raise NotFound("area", text, offers, remedy="its area was parted: choose one of its successors")
    area = monitor.find(text)
    return Found(area, notice(geography, text, area))


def notice(geography: Geography, asked: str, area: Area) -> str:
    """What to say where an area is shown that is not called what was asked for; empty where it is.

    >>> york = Area(code="E06000014", name="York", aliases=("Ebrauc",))
    >>> notice(Geography((york,)), "Yrok", york)
    'You asked for “Yrok”; showing York.'
    >>> notice(Geography((york,)), "ebrauc", york), notice(Geography((york,)), "e06000014", york)
    ('Ebrauc is another name of York.', '')
    """
    asked = asked[:LONGEST].strip()
    wanted = plain_name(asked)
    if not asked or asked.upper() == area.code or wanted == plain_name(area.name):
        return ""
    if other := next((n for n in area.aliases if plain_name(n) == wanted), ""):
        return f"{other} is another name of {area.name}."
    was = next((s for s in _former(geography, asked) if s.successor == area.code), None)
    if was is not None and plain_name(was.name) == plain_name(area.name):
        return f"{was.code} is the code that {area.name} had until {was.year}."
    if was is not None:
        told = BECAME.get(was.relation, "was followed by {heir} in {year}").format(heir=area.name, year=was.year)
        return f"{was.name} {told}. Showing {area.name}."
    return f"You asked for “{asked}”; showing {area.name}."


def notice_of(monitor: Monitor, asked: str, area: Area) -> str:
    """The notice where a search for ``asked`` leads to the area; empty where it does not, whatever an address says."""
    if not asked.strip() or is_postcode(asked):
        return ""
    try:
        found = search(monitor, asked)
    except NotFound:  # it was parted: the area may be one of several that followed
        heirs = {s.successor for s in _former(monitor.geography, asked)}
        return notice(monitor.geography, asked, area) if area.code in heirs else ""
    return found.notice if found.area == area else ""


def suggestions(monitor: Monitor) -> dict[str, Any]:
    """Every area with its code, other names and parents, and former areas with what took their place: what the search
    box needs to suggest names by itself."""
    geography = monitor.geography
    areas = geography.at(geography.level)
    known, level = {a.code for a in areas}, geography.by_code
    former = [
        {"name": s.name, "code": s.code, "to": s.successor,
         "said": BECAME.get(s.relation, "was followed by {heir} in {year}").format(
             heir=level[s.successor].name, year=s.year)}
        for s in geography.successors
        if s.successor in known and plain_name(s.name) != plain_name(level[s.successor].name)
    ]  # fmt: skip
    return {
        "edition": monitor.edition.name,
        "invented": monitor.invented,
        "areas": [
            {"code": a.code, "name": a.name, "other": list(a.aliases), "url": area_path(a),
             "in": ", ".join(level[c].name for c in list(a.parents.values())[::-1] if c in level)}
            for a in areas
        ],
        "former": former,
    }  # fmt: skip


def _former(geography: Geography, asked: str) -> list[Successor]:
    """What took the place of the area that once had this code or name."""
    wanted, code = plain_name(asked), asked.strip().upper()
    return [s for s in geography.successors if s.code == code or plain_name(s.name) == wanted]


def _at_postcode(monitor: Monitor, text: str, postcodes: Postcodes | None) -> Found:
    if postcodes is None:
        raise GoodWorkError(
            f"{text.upper()} looks like a postcode, and this server cannot look postcodes up",
            remedy="write the name of the area instead; whoever runs the server can add postcodes with: "
            "pip install 'goodwork[postcodes]'",
        )
    spelled, codes = postcodes.find(text)
    for code in codes:
        try:
            area = monitor.find(code)
        except NotFound:
            continue
        return Found(area, f"The postcode {spelled} lies in {area.name}.")
    raise NotFound("postcode", spelled, remedy="check it, or write the name of the area; some are too new to be known")
