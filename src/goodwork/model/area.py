"""Places: an area, and the geography it belongs to."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from goodwork.errors import DeclarationError, Fault, NotFound
from goodwork.model.declaration import Declaration

#: Areas that are offered where several fit what was asked.
OFFERED = 12


class Area(Declaration):
    """A place with a code, a name, a level, its parents by level, and the years its code is valid.

    ``aliases`` are other names people use: short, Welsh, Gaelic, former.
    """

    code: str
    name: str
    level: str = "area"
    parents: dict[str, str] = {}
    aliases: tuple[str, ...] = ()
    valid_from: int | None = None
    valid_to: int | None = None


class Successor(Declaration):
    """An area that is no more and what took its place; ``code`` is empty where it ended before today's codes began."""

    code: str
    name: str
    successor: str
    relation: str
    year: int


class AreaSet(Declaration):
    """A named set of areas, by rule: level, parents wanted and not wanted, codes left out.

    ``within`` and ``outside`` map a level of parent (``country``) to codes.
    """

    name: str
    title: str
    level: str
    within: dict[str, tuple[str, ...]] = {}
    outside: dict[str, tuple[str, ...]] = {}
    without: tuple[str, ...] = ()
    why: str = ""

    def holds(self, area: Area) -> bool:
        """Whether the area belongs to the set."""
        return (
            area.level == self.level
            and area.code not in self.without
            and all(area.parents.get(level) in codes for level, codes in self.within.items())
            and not any(area.parents.get(level) in codes for level, codes in self.outside.items())
        )


class AreaSets(Declaration):
    """The file that declares area sets."""

    set: tuple[AreaSet, ...]


@lru_cache(1 << 13)
def plain_name(name: str) -> str:
    """A name reduced to what people type: no case, accents, punctuation, "&" or civic titles.

    >>> plain_name("Kingston upon Hull, City of"), plain_name("Telford & Wrekin"), plain_name("Ynys Môn")
    ('kingston upon hull', 'telford and wrekin', 'ynys mon')
    """
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold().replace("&", " and ")
    text = re.sub(r"[^a-z0-9]+", " ", text)
    text = re.sub(r"\b(city|county|borough|royal borough|london borough) of\b", " ", text)
    return re.sub(r"\s+", " ", re.sub(r"\b(council|city council|county council)\b", " ", text)).strip()


@dataclass(frozen=True)
class Geography:
    """A set of areas at one level and vintage, with parents, retired codes and named sets.

    >>> places = Geography((Area(code="A1", name="Saint Ives"), Area(code="A2", name="York")))
    >>> places.find("york").code, places.find("a1").name
    ('A2', 'Saint Ives')
    >>> places.find("Yorc").code
    'A2'
    """

    areas: tuple[Area, ...]
    level: str = "area"
    vintage: str = ""
    successors: tuple[Successor, ...] = ()
    sets: tuple[AreaSet, ...] = ()
    attribution: str = ""

    def __post_init__(self) -> None:
        counts = Counter(area.code for area in self.areas)
        faults = [
            Fault(f"area code {code} is listed {n} times", remedy="keep one") for code, n in counts.items() if n > 1
        ]
        if faults:
            raise DeclarationError("the list of areas is wrong", faults=faults)

    @cached_property
    def by_code(self) -> dict[str, Area]:
        """Areas by code."""
        return {area.code: area for area in self.areas}

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of areas by code."""
        return {area.code: area.name for area in self.areas}

    @cached_property
    def retired(self) -> dict[str, tuple[Successor, ...]]:
        """Retired codes and their successors."""
        found: dict[str, tuple[Successor, ...]] = {}
        for item in self.successors:
            if item.code:
                found[item.code] = (*found.get(item.code, ()), item)
        return found

    def at(self, level: str) -> tuple[Area, ...]:
        """The areas of one level, in order of code."""
        if level not in self._found:
            self._found[level] = tuple(sorted((a for a in self.areas if a.level == level), key=lambda a: a.code))
        return self._found[level]

    def set_named(self, name: str) -> AreaSet:
        """An area set by name; raises ``NotFound`` with the nearest names."""
        for item in self.sets:
            if item.name == name:
                return item
        raise NotFound("area set", name, nearest(name, [s.name for s in self.sets]) or [s.name for s in self.sets])

    def members(self, set_name: str) -> tuple[Area, ...]:
        """The areas of a named set, in order of code."""
        chosen = self.set_named(set_name)
        if set_name not in self._held:
            self._held[set_name] = tuple(sorted((a for a in self.areas if chosen.holds(a)), key=lambda a: a.code))
        return self._held[set_name]

    @cached_property
    def _found(self) -> dict[str, tuple[Area, ...]]:
        return {}

    @cached_property
    def _held(self) -> dict[str, tuple[Area, ...]]:
        return {}

    def fitting(self, asked: str, among: Iterable[str] | None = None) -> tuple[str, ...]:
        """Codes of the areas that a code or a name fits, by the first of these rules that any fits: code, former code,
        whole name, former name, whole words of a name. A former area that was parted fits all that followed it.

        >>> places = Geography((Area(code="A1", name="West and Chester"), Area(code="A2", name="Chesterfield")))
        >>> places.fitting("chester"), places.fitting("Ches")
        (('A1',), ())
        """
        allowed = set(self.by_code) if among is None else set(among)
        code, wanted = asked.strip().upper(), plain_name(asked)
        if code in allowed:
            return (code,)
        if code in self.retired:
            return tuple(sorted({s.successor for s in self.retired[code]} & allowed))
        if not wanted:
            return ()
        names, former = self._plain_names(allowed)
        if whole := names.get(wanted) or former.get(wanted):
            return tuple(whole)
        known = [*names.items(), *former.items()]
        return tuple(dict.fromkeys(c for name, codes in known if f" {wanted} " in f" {name} " for c in codes))

    def find(self, asked: str, among: Iterable[str] | None = None) -> Area:
        """The area a person means by a code or a name, despite case, accents, "&" and small typos.

        A retired code or a former name leads to its only successor; words of a name lead to the only area that has
        them, while the beginning of a longer word only leads to an offer. Raises ``NotFound`` with the nearest names
        when nothing fits or when several areas fit equally.
        """
        allowed = set(self.by_code) if among is None else set(among)
        found = list(self.fitting(asked, allowed))
        if len(found) == 1:
            return self.by_code[found[0]]
        if not found and (wanted := plain_name(asked)):
            by_name = {name: codes for known in self._plain_names(allowed)[::-1] for name, codes in known.items()}
            found = sorted({c for name, codes in by_name.items() if name.startswith(wanted) for c in codes})
            if not found:
                scored = sorted(((similarity(wanted, name), name) for name in by_name), reverse=True)
                if (
                    scored
                    and scored[0][0] >= (0.75 if scored[0][1][0] == wanted[0] else 0.85)
                    and (len(scored) == 1 or scored[0][0] - scored[1][0] >= 0.08)
                ):
                    codes = by_name[scored[0][1]]
                    if len(codes) == 1:
                        return self.by_code[codes[0]]
                found = [c for score, name in scored[:5] if score >= 0.5 for c in by_name[name]][:5]
        offers = [f"{self.by_code[c].name} ({c})" for c in dict.fromkeys(found)][:OFFERED]
        raise NotFound("area", asked, offers, remedy="give a name or a code from the list of areas")

    def _plain_names(self, allowed: set[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Names and other names of today's areas, and names of former ones, with the codes they lead to."""
        names: dict[str, list[str]] = {}
        former: dict[str, list[str]] = {}
        for area in self.areas:
            if area.code in allowed:
                for name in dict.fromkeys(plain_name(n) for n in (area.name, *area.aliases)):
                    names.setdefault(name, []).append(area.code)
        for item in self.successors:
            if item.successor in allowed and item.successor not in former.setdefault(plain_name(item.name), []):
                former[plain_name(item.name)].append(item.successor)
        return names, {name: codes for name, codes in former.items() if codes}


def similarity(a: str, b: str) -> float:
    """How alike two plain names are, 0 to 1 (Ratcliff–Obershelp)."""
    return SequenceMatcher(None, a, b).ratio()


def nearest(asked: str, names: Iterable[str], n: int = 3) -> list[str]:
    """The names most like what was asked, best first; none when nothing is alike."""
    scored = sorted(((similarity(asked.casefold(), name.casefold()), name) for name in names), reverse=True)
    return [name for score, name in scored[:n] if score >= 0.5]


class Names(Declaration):
    """Other names of one area."""

    code: str
    names: tuple[str, ...]


class Aliases(Declaration):
    """The file that declares other names of areas, and codes that lead to them beyond the change table."""

    area: tuple[Names, ...] = ()
    successor: tuple[Successor, ...] = ()

    def of(self, code: str) -> tuple[str, ...]:
        """Other names of an area; none if none are declared."""
        return next((item.names for item in self.area if item.code == code), ())
