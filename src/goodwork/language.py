"""The language of what people read on pages, in reports and on figures: English, or that of a catalogue (gettext).

English stands in the code. ``tr`` marks a fixed text (``marked`` one that is said elsewhere), ``say`` a sentence with
numbers, ``{% trans %}`` a part of a template; ``make words`` collects them in ``locale/goodwork.pot``, from which
a translator makes a catalogue. A process speaks one language: ``GOODWORK_LANGUAGE`` names it, ``GOODWORK_LOCALE`` a
folder of further catalogues. What a catalogue lacks is said in English.
"""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

from goodwork.errors import GoodWorkError

#: The language of the code, and the name of a catalogue file.
ENGLISH, DOMAIN = "en-GB", "goodwork"
#: Catalogues that ship.
SHIPPED = Path(__file__).parent / "locale"


def language() -> str:
    """The language of this process, as a page names it.

    >>> language()
    'en-GB'
    """
    return os.environ.get("GOODWORK_LANGUAGE", "").strip() or ENGLISH


def tr(text: str, /) -> str:
    """A text in the language of this process; as it is where there is no translation of it.

    >>> tr("Rank range")
    'Rank range'
    """
    return spoken().gettext(text) if text else text


def marked(text: str, /) -> str:
    """The text as it is: one that is looked up later, where it is said, and is marked here to be collected.

    >>> marked("{one} stands above {other}")
    '{one} stands above {other}'
    """
    return text


def trn(one: str, more: str, n: int, /) -> str:
    """A text for one thing or for more of them, in the language of this process, which has its own rules for that.

    >>> trn("area", "areas", 1), trn("area", "areas", 3)
    ('area', 'areas')
    """
    return spoken().ngettext(one, more, n)


def speak(by: gettext.NullTranslations | None) -> None:
    """Speak by another catalogue from now on, by that of the process again with ``None``: for who listens to what is
    said, to collect it. Fixed texts that a module holds were said when it was read."""
    _BY[:] = [] if by is None else [by]


def spoken() -> gettext.NullTranslations:
    """The catalogue that is spoken by."""
    return _BY[0] if _BY else _catalogue()


_BY: list[gettext.NullTranslations] = []


@cache
def _catalogue() -> gettext.NullTranslations:
    """The catalogue of the language of this process, read once. Raises ``GoodWorkError`` where there is none."""
    name = language()
    if name == ENGLISH:
        return gettext.NullTranslations()
    for folder in (os.environ.get("GOODWORK_LOCALE"), SHIPPED):
        if folder and gettext.find(DOMAIN, folder, [name]):
            return gettext.translation(DOMAIN, folder, [name])
    raise GoodWorkError(
        f"there is no catalogue for GOODWORK_LANGUAGE={name}",
        remedy=f"put {name}/LC_MESSAGES/{DOMAIN}.mo into the folder GOODWORK_LOCALE names, or leave it out for English",
    )
