"""Areas by where they lie and what they are: the filters by region, nation and type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from goodwork.errors import NotFound
from goodwork.model.area import Area, Geography, nearest, plain_name
from goodwork.web.api.query import Kinds
from goodwork.web.look import TYPES

#: The level of the parents that a filter is about.
LEVELS = {"region": "region", "nation": "country"}


def of_kinds(geography: Geography, asked: Kinds, codes: Sequence[str] | None) -> list[str] | None:
    """The codes that are left of some (``None``: every area) under all the filters; ``None`` where none is set.

    An area passes a filter that names one of its parents at that level, or its type; all filters must let it pass.
    Raises ``NotFound`` with the nearest names.
    """
    if not (asked.region or asked.nation or asked.type):
        return None if codes is None else list(codes)
    level = geography.level
    found: Iterable[Area] = geography.areas if codes is None else (geography.by_code[code] for code in codes)
    for kind, above in LEVELS.items():
        if wanted := getattr(asked, kind):
            known = {code: geography.by_code[code].name for code in _parents(geography, above)}
            chosen = {_one(kind, name, known) for name in wanted}
            found = [area for area in found if area.parents.get(above) in chosen]
    if asked.type:
        here = {area.code[:3] for area in geography.at(level)}
        chosen = {_one("type of area", name, {k: title for k, title in TYPES.items() if k in here})
                  for name in asked.type}  # fmt: skip
        found = [area for area in found if area.level == level and area.code[:3] in chosen]
    return [area.code for area in found]


def _parents(geography: Geography, level: str) -> list[str]:
    """Codes of the parents of the areas that are scored, at one level."""
    found = {area.parents.get(level, "") for area in geography.at(geography.level)}
    return sorted(code for code in found if code in geography.by_code)


def _one(kind: str, asked: str, known: Mapping[str, str]) -> str:
    """The code that a code or a name means."""
    plain = {plain_name(title): code for code, title in known.items()}
    if asked.strip().upper() in known:
        return asked.strip().upper()
    if (wanted := plain_name(asked)) in plain:
        return plain[wanted]
    offers = [f"{title} ({code})" for code, title in known.items()]
    near = nearest(asked, known.values())
    raise NotFound(kind, asked, [f"{title} ({code})" for code, title in known.items() if title in near] or offers[:12])
