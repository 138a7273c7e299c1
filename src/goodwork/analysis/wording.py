"""Words for findings: lists of names and numbers as they stand in a sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from goodwork.language import tr, trn

#: Names that stand with an article in a sentence: points of the compass, and parts named by them.
_COMPASS = re.compile(r"(North|South|East|West)( (East|West|Midlands|of [A-Z]\w+))?|Western Isles")


def listing(names: Sequence[str], most: int = 6, last: str = "and") -> str:
    """Names as a sentence lists them, apart by semicolons where a name has a comma; beyond ``most``, how many more
    there are. ``last`` is the word before the last of them.

    >>> listing(["York", "Leeds", "Hull"]), listing(["York", "Leeds", "Hull"], most=1), listing(["A", "B"], last="or")
    ('York, Leeds and Hull', 'York and 2 more', 'A or B')
    >>> listing(["Bristol, City of", "Leeds", "Hull"])
    'Bristol, City of; Leeds and Hull'
    """
    shown = [str(name) for name in names[:most]]
    between = "; " if any("," in str(name) for name in names) else ", "
    if len(names) > most:
        shown.append(tr("{n} more").format(n=len(names) - most))
    if len(shown) < 2:
        return "".join(shown)
    joined = tr("{names} or {last}") if last == "or" else tr("{names} and {last}")
    return joined.format(names=between.join(shown[:-1]), last=shown[-1])


def number(value: float) -> str:
    """A number in three figures, whole from 100 on, with a true minus.

    >>> number(-0.01234), number(4.238), number(999.6), number(1234.5)
    ('−0.0123', '4.24', '1,000', '1,234')
    """
    return figures(value)


def figures(value: float, most: int = 3, sign: bool = False) -> str:
    """A number in so many figures at ``most``, never with an exponent: thousands apart, a true minus, a plus where a
    ``sign`` is asked for. Less than a millionth is written as zero.

    >>> figures(1352.4), figures(0.00001234), figures(-0.5), figures(3.0, sign=True), figures(1e-9)
    ('1,352', '0.0000123', '−0.5', '+3', '0')
    """
    if value != value or math.isinf(value):
        return str(value)
    if abs(value) < 1e-6:
        return "0"
    text = written(value, f"{'+' if sign else ''},.{_decimals(value, most)}f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def together(values: Sequence[float], most: int = 3, sign: bool = False) -> list[str]:
    """A number and the ends of its interval, all with the same decimals: those that the largest of them needs for so
    many figures at ``most``, fewer where all end in zeros, more where an end would look like zero and is not.

    >>> together([89.0, 81.04, 97.61]), together([0.0123, -0.5, 0.52], sign=True), together([3.0, 2.0, 4.0])
    (['89.0', '81.0', '97.6'], ['+0.012', '−0.500', '+0.520'], ['3', '2', '4'])
    >>> together([1.42, 0.003, 2.84])
    ['1.420', '0.003', '2.840']
    """
    largest = max((abs(one) for one in values if math.isfinite(one)), default=0.0)
    decimals = _decimals(largest, most) if largest >= 1e-6 else 0
    decimals = max([decimals, *(_not_zero(end, decimals) for end in values[-2:] if math.isfinite(end))])
    made = [written(one, f"{'+' if sign else ''},.{decimals}f") for one in values]
    while "." in made[0] and all(one.endswith(("0", ".")) for one in made):
        made = [one[:-1] for one in made]
    return [one.rstrip(".") for one in made]


def bound(value: float, sign: bool = False) -> str:
    """An end of an interval in two decimals, or in as many as keep it from looking like zero: on which side of zero it
    lies is what it is read for. A plus where a ``sign`` is asked for.

    >>> bound(0.314), bound(-0.004), bound(0.0), bound(0.00031, sign=True)
    ('0.31', '−0.004', '0.00', '+0.0003')
    """
    return written(value, f"{'+' if sign else ''}.{_not_zero(value, 2)}f")


def _not_zero(value: float, decimals: int) -> int:
    """So many decimals, or as many as it takes to write another figure than zero; a millionth counts as zero."""
    if abs(value) < 1e-6 or round(abs(value), decimals):
        return decimals
    return _decimals(value, 1)


def _decimals(value: float, most: int) -> int:
    """How many decimals make so many figures."""
    return max(most - 1 - int(f"{value:.{most - 1}e}".partition("e")[2]), 0)


def written(value: object, spec: str) -> str:
    """A number by one of Python's formats: with a true minus, no sign on what rounds to zero, and a space before
    the per cent sign.

    >>> written(-0.001, ".2f"), written(0.004, "+.1f"), written(-1.25, "+.2f"), written(0.256, ".0%")
    ('0.00', '0.0', '−1.25', '26 %')
    """
    text = format(value, spec).replace("-", "−").replace("%", " %")
    return text if text.strip("+−0.,% ") else text.lstrip("+−")


def chance(share: float) -> str:
    """A share of draws in words that do not pretend to more than the draws can tell.

    >>> chance(0.854), chance(0.999), chance(float("nan"))
    ('85 %', 'over 99 %', 'not counted')
    """
    if share != share:
        return tr("not counted")
    if share < 0.01:
        return tr("under 1 %")
    return tr("over 99 %") if share > 0.99 else f"{100 * share:.0f} %"


def the(name: str) -> str:
    """The name of a part of a country as it stands in a sentence, with its article if it has one.

    >>> the("North West"), the("East of England"), the("East Lothian"), the("London")
    ('the North West', 'the East of England', 'East Lothian', 'London')
    """
    return f"the {name}" if _COMPASS.fullmatch(name) else name


def amount(place: str, unit: str) -> str:
    """The place of a figure in a template with its unit behind it, and a pound sign before it.

    >>> amount("{pay:.0f}", "£ per week"), amount("{size:number}", "points"), amount("{share:.1f}", "% of all")
    ('£{pay:.0f} per week', '{size:number} points', '{share:.1f} %')
    """
    unit = unit.replace("{", "(").replace("}", ")")
    if unit.startswith("£"):
        return f"£{place}{unit[1:]}".rstrip()
    return f"{place} %" if unit.startswith("%") else f"{place} {unit}".rstrip()


def areas_of(count: int) -> str:
    """How many areas, in the right number.

    >>> areas_of(1), areas_of(12)
    ('1 area', '12 areas')
    """
    return trn("{n} area", "{n} areas", int(count)).format(n=count)


def verb(count: int, one: str, more: str) -> str:
    """The form of a verb that goes with a number: that for ``one``, or that for ``more`` and for none.

    >>> verb(1, "is", "are"), verb(3, "is", "are"), verb(0, "is", "are")
    ('is', 'are', 'are')
    """
    return one if count == 1 else more


def areas_have(count: int) -> str:
    """How many areas have something, in the right number.

    >>> areas_have(0), areas_have(1), areas_have(12)
    ('no area has', '1 area has', '12 areas have')
    """
    if count == 0:
        return tr("no area has")
    return trn("{n} area has", "{n} areas have", int(count)).format(n=count)


def opened(sentence: str) -> str:
    """A sentence that begins with a capital.

    >>> opened("suicides fell.")
    'Suicides fell.'
    """
    return sentence[:1].upper() + sentence[1:]
