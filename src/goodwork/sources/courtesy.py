"""Courtesy towards providers: how often one may ask, how long to wait after a refusal."""

from __future__ import annotations

import random
import re
from collections import defaultdict, deque
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: At most so many requests in so many seconds, each pair.
Limits = tuple[tuple[int, float], ...]

_ONS: Limits = ((120, 10.0), (200, 60.0))

#: Published limits by host; a provider that is not listed publishes none and is asked gently.
LIMITS: Mapping[str, Limits] = {
    "api.beta.ons.gov.uk": _ONS,
    "www.ons.gov.uk": _ONS,
    "ws-data.nisra.gov.uk": ((60, 1.0),),
    "stat-xplore.dwp.gov.uk": ((2, 1.0), (1000, 3600.0)),
    "127.0.0.1": (),
    "localhost": (),
}
GENTLE: Limits = ((2, 1.0), (60, 60.0))

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
#: Seconds until an allowance is taken to be renewed whose provider does not say when: the ones we know last an hour.
HOUR = 3600.0
_REMAINING = re.compile(r"x-ratelimit-remaining(-[a-z]+)?")


class Courtesy:
    """Remembers when each host was asked, and says how long to wait before it may be asked again.

    Times are seconds of any clock that only goes forward.

    >>> courtesy = Courtesy({"example.org": ((2, 10.0),)})
    >>> courtesy.asked("example.org", 0.0)
    >>> courtesy.asked("example.org", 4.0)
    >>> courtesy.wait("example.org", 5.0)
    5.0
    """

    def __init__(self, limits: Mapping[str, Limits] = LIMITS) -> None:
        self._limits = limits
        self._asked: dict[str, deque[float]] = defaultdict(deque)
        self._not_before: dict[str, float] = {}

    def wait(self, host: str, now: float) -> float:
        """Seconds until the host may be asked; 0 when it may be asked at once."""
        asked = self._asked[host]
        times = [self._not_before.get(host, now)]
        times += [asked[-count] + span for count, span in self._limits.get(host, GENTLE) if len(asked) >= count]
        return max(0.0, max(times) - now)

    def asked(self, host: str, now: float) -> None:
        """Note that the host is being asked now."""
        most = max((count for count, _ in self._limits.get(host, GENTLE)), default=0)
        asked = self._asked[host]
        asked.append(now)
        while len(asked) > most:
            asked.popleft()

    def leave_alone(self, host: str, until: float) -> None:
        """Do not ask the host again before this time."""
        self._not_before[host] = max(until, self._not_before.get(host, until))


def jittered(attempt: int, chance: random.Random) -> float:
    """Seconds to wait after the ``attempt``-th failure (from 0): anything up to 1, 2, 4 … 30 ("full jitter").

    Waits that are drawn, not fixed, keep many clients from coming back all at once.

    Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.

    >>> 0 <= jittered(2, random.Random(1)) <= 4
    True
    """
    return chance.uniform(0.0, min(LONGEST_WAIT, FIRST_WAIT * 2.0**attempt))


def retry_after(value: str, answered_at: datetime) -> float | None:
    """The seconds a ``Retry-After`` header asks for, given as seconds or as a date; ``None`` when it says neither.

    A date is counted from ``answered_at``, the provider's own clock where it tells it.

    >>> retry_after("120", datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    >>> retry_after("Thu, 01 Jan 2026 00:01:00 GMT", datetime(2026, 1, 1, tzinfo=UTC))
    60.0
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    moment = moment_of(value)
    return None if moment is None else max(0.0, (moment - answered_at).total_seconds())


def used_up(headers: Mapping[str, str], answered_at: datetime) -> float | None:
    """The seconds until a provider that counts requests may be asked again; ``None`` while some are left.

    Read from ``X-RateLimit-Remaining`` and ``X-RateLimit-Reset``, or both with the same ending (Stat-Xplore's
    ``-Table`` and ``-Schema``): the moment of renewal in seconds or thousandths of them since 1970, or the seconds
    until then. Of several allowances that are used up the last one renewed counts; an hour where nobody says when.

    Source: DWP, Stat-Xplore Open Data API, rate limits; its clients statxplorer and STATcubeR.

    >>> reset = {"X-RateLimit-Reset-Table": "1767225660000"}
    >>> used_up({"X-RateLimit-Remaining-Table": "0", **reset}, datetime(2026, 1, 1, tzinfo=UTC))
    60.0
    >>> used_up({"X-RateLimit-Remaining-Table": "1", **reset}, datetime(2026, 1, 1, tzinfo=UTC))
    """
    plain = {name.lower(): value.strip() for name, value in headers.items()}
    spent = [found[1] or "" for name in plain if (found := _REMAINING.fullmatch(name)) and plain[name] == "0"]
    return max((_until(plain.get(f"x-ratelimit-reset{kind}", ""), answered_at) for kind in spent), default=None)


def _until(reset: str, answered_at: datetime) -> float:
    if not (reset.isascii() and reset.isdigit()):
        return HOUR
    number = float(reset[:15])
    if number < 1e9:
        return number
    moment = number / 1000 if number >= 1e11 else number
    return max(0.0, moment - answered_at.timestamp())


def moment_of(value: str) -> datetime | None:
    """The moment in an HTTP date, in UTC; ``None`` when it is none.

    >>> moment_of("Thu, 01 Jan 2026 00:01:00 GMT").isoformat()
    '2026-01-01T00:01:00+00:00'
    """
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
