"""Words for findings: lists of names and numbers as they stand in a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence


def listing(names: Sequence[str], most: int = 6) -> str:
    """Names as a sentence lists them, apart by semicolons where a name has a comma; beyond ``most``, how many more
    there are.

    >>> listing(["York", "Leeds", "Hull"]), listing(["York", "Leeds", "Hull"], most=1)
    ('York, Leeds and Hull', 'York and 2 more')
    >>> listing(["Bristol, City of", "Leeds", "Hull"])
    'Bristol, City of; Leeds and Hull'
    """
    shown = [str(name) for name in names[:most]]
    between = "; " if any("," in str(name) for name in names) else ", "
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return " and ".join([between.join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def number(value: float) -> str:
    """A number in three figures, whole from 100 on, with a true minus.

    >>> number(-0.01234), number(4.238), number(999.6), number(1234.5)
    ('−0.0123', '4.24', '1,000', '1,234')
    """
    return f"{value:,.0f}".replace("-", "−") if abs(value) >= 100 else figures(value)


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
    size = int(f"{value:.{most - 1}e}".partition("e")[2])
    text = f"{value:{'+' if sign else ''},.{max(most - 1 - size, 0)}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def areas_of(count: int) -> str:
    """How many areas, in the right number.

    >>> areas_of(1), areas_of(12)
    ('1 area', '12 areas')
    """
    return f"{count} area{'' if count == 1 else 's'}"


def opened(sentence: str) -> str:
    """A sentence that begins with a capital.

    >>> opened("suicides fell.")
    'Suicides fell.'
    """
    return sentence[:1].upper() + sentence[1:]
