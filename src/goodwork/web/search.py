"""From what a person writes to an area: name, code, former name, postcode; and what must be said on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from goodwork.analysis.wording import listing
from goodwork.errors import GoodWorkError, NotFound
from goodwork.language import tr, trn
from goodwork.model.area import Area, Geography, Successor, plain_name
from goodwork.monitor import Monitor
from goodwork.web.postcodes import Postcodes, is_beginning, is_postcode
from goodwork.web.state import area_path

LONGEST = 120
#: What became of a former area, in words that stand between its name and that of what took its place.
BECAME = {
    "district of": tr("lies in {heir}"),
    "merger": tr("became part of {heir} in {year}"),
    "split": tr("was parted in {year}; {heir} is one of its successors"),
    "new_code": tr("got a new code in {year} and is now {heir}"),
    "later code": tr("got a new code in {year} and is now {heir}"),
    "shared": tr("has had no council of its own since {year}; {heir} is one of its areas"),
}
FOLLOWED = tr("was followed by {heir} in {year}")
#: The same of all that took its place together, where a reader has to choose.
PARTED = {
    "split": tr("{name} was parted in {year} into {heirs}."),
    "shared": tr("{name} has had no council of its own since {year}: it is shared by {heirs}."),
}


@dataclass(frozen=True)
class Found:
    """The area meant, and what must be said where it is not called what was asked for (empty where it is)."""

    area: Area
    notice: str = ""


@dataclass(frozen=True)
class Choice:
    """Several areas that fit what was asked, or one that only begins so; in a sentence why, and a note on each whose
    own name does not show it."""

    asked: str
    told: str
    areas: tuple[Area, ...]
    notes: tuple[str, ...] = ()


def search(monitor: Monitor, asked: str, postcodes: Postcodes | None = None) -> Found | Choice:
    """The area meant by a name, a code, a former name or a postcode, despite small typos; or those to choose from.

    Raises ``NotFound`` with the nearest names where nothing fits, and says what to install where postcodes are not
    there.
    """
    text = asked[:LONGEST].strip()
    if not text:
        raise NotFound("area", "", remedy=tr("write the name or the code of an area in the search box"))
    geography = monitor.geography
    if is_postcode(text) and text.upper() not in geography.by_code:
        return _at_postcode(monitor, text, postcodes)
    fits = geography.fitting(text, {a.code for a in geography.at(geography.level)})
    if len(fits) > 1:
        areas = tuple(geography.by_code[code] for code in fits)
        return Choice(text, _why(geography, text, fits), areas, tuple(_note(geography, text, area) for area in areas))
    try:
        area = monitor.find(text)
    except NotFound as error:
        if begun := _begun(geography, text):
            beginning = trn(
                "No area is called “{text}”; this name begins so.", "No area is called “{text}”; these names begin so.",
                len(begun),
            )  # fmt: skip
            return Choice(text, beginning.format(text=text), begun)
        if postcodes is None or not is_beginning(text):
            raise error
        whole = tr("it looks like the beginning of a postcode: write the whole of it, as in YO1 7HH")
        raise NotFound("area", text, remedy=whole) from None
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
        return tr("{other} is another name of {area}.").format(other=other, area=area.name)
    was = next((s for s in _former(geography, asked) if s.successor == area.code), None)
    if was is not None and plain_name(was.name) == plain_name(area.name):
        words = tr("{code} is the code that {area} had until {year}.")
        return words.format(code=was.code, area=area.name, year=was.year)
    if was is not None:
        told = BECAME.get(was.relation, FOLLOWED).format(heir=area.name, year=was.year)
        return tr("{former} {told}. Showing {area}.").format(former=was.name, told=told, area=area.name)
    return tr("You asked for “{asked}”; showing {area}.").format(asked=asked, area=area.name)


def notice_of(monitor: Monitor, asked: str, area: Area) -> str:
    """The notice where a search for ``asked`` leads to the area; empty where it does not, whatever an address says."""
    if not asked.strip() or is_postcode(asked):
        return ""
    try:
        found = search(monitor, asked)
    except NotFound:
        return ""
    if isinstance(found, Choice):
        return notice(monitor.geography, asked, area) if area in found.areas else ""
    return found.notice if found.area == area else ""


def suggestions(monitor: Monitor) -> dict[str, Any]:
    """Every area with its code, other names and parents, and former areas with what took their place: what the search
    box needs to suggest names by itself."""
    geography = monitor.geography
    areas = geography.at(geography.level)
    known, level = {a.code for a in areas}, geography.by_code
    former = [
        {"name": s.name or s.code, "code": s.code, "to": s.successor,
         "said": BECAME.get(s.relation, FOLLOWED).format(heir=level[s.successor].name, year=s.year)}
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


def _why(geography: Geography, asked: str, fits: tuple[str, ...]) -> str:
    """Why an asked name leads to several areas: one was parted among them, or its words stand in all their names."""
    was = [s for s in _former(geography, asked) if s.successor in fits]
    if {s.successor for s in was} == set(fits):
        heirs = [geography.by_code[code].name for code in fits]
        template = PARTED.get(was[0].relation, PARTED["split"])
        return template.format(name=was[0].name, year=was[0].year, heirs=listing(heirs, 12))
    return tr("“{asked}” stands in the names, present or former, of several areas.").format(asked=asked)


def _note(geography: Geography, asked: str, area: Area) -> str:
    """Which former area or district with the asked words in its name leads to an area that has them not."""
    words = f" {plain_name(asked)} "
    if any(words in f" {plain_name(name)} " for name in (area.name, *area.aliases)):
        return ""
    was = (s for s in geography.successors if s.successor == area.code)
    held = next((s for s in was if words in f" {plain_name(s.name)} " and words.strip() != plain_name(s.name)), None)
    if held is None:
        return ""
    return f"{held.name} {BECAME.get(held.relation, BECAME['merger']).format(heir=area.name, year=held.year)}"


def _begun(geography: Geography, asked: str) -> tuple[Area, ...]:
    """Areas whose name, or another of whose names, begins with what was asked."""
    wanted = plain_name(asked)
    areas = geography.at(geography.level)
    fits = (a for a in areas if any(plain_name(name).startswith(wanted) for name in (a.name, *a.aliases)))
    return tuple(fits) if wanted else ()


def _at_postcode(monitor: Monitor, text: str, postcodes: Postcodes | None) -> Found:
    if postcodes is None:
        raise GoodWorkError(
            tr("{text} looks like a postcode, and this server cannot look postcodes up").format(text=text.upper()),
            remedy=tr(
                "write the name of the area instead; whoever runs the server can add postcodes with: {command}"
            ).format(command="pip install 'goodwork[postcodes]'"),
        )
    spelled, codes = postcodes.find(text)
    for code in codes:
        try:
            area = monitor.find(code)
        except NotFound:
            continue
        return Found(area, tr("The postcode {postcode} lies in {area}.").format(postcode=spelled, area=area.name))
    remedy = tr("check it, or write the name of the area; some are too new to be known")
    raise NotFound("postcode", spelled, remedy=remedy)
