"""One question to a provider and its answer: plain values that can be printed, since they show nothing secret."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from typing import Any, Protocol
from urllib.parse import quote, quote_plus, unquote_plus, urlencode, urlsplit

from goodwork.sources.secrecy import HIDDEN, is_secret, redact
from goodwork.sources.webpages import in_words

#: The most an answer may hold once unpacked, unless its request says otherwise.
MAX_BYTES = 256 * 2**20


@dataclass(frozen=True, repr=False)
class Request:
    """What is asked of a provider: an address, its parameters, and what the provider promises to send.

    ``promised`` is the format the address is known for (``csv``, ``json`` …): a web page in its place is refused; empty
    means that anything may come. ``max_bytes`` is the most the unpacked answer may hold. The printed form, ``address``
    and ``fingerprint`` hold no secrets.

    >>> Request("https://example.org/data.csv", {"date": "latest", "uid": "0x1234"}, promised="csv")
    Request('https://example.org/data.csv?date=latest&uid=***')
    """

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    promised: str = ""
    max_bytes: int = MAX_BYTES

    def __repr__(self) -> str:
        return f"Request({self.address!r})"

    @property
    def whole(self) -> str:
        """The address with its parameters, secrets included: to be sent, never to be shown."""
        if not self.params:
            return self.url
        return f"{self.url}{'&' if '?' in self.url else '?'}{urlencode(dict(self.params), safe=',:*')}"

    @property
    def address(self) -> str:
        """The address with its parameters, secrets replaced by ``***``."""
        return self.hide(self.whole)

    def fingerprint(self, method: str = "GET") -> str:
        """A name for this question that is the same with anybody's key, and with none.

        >>> with_key = Request("https://example.org/data.csv?uid=0x1234&date=latest")
        >>> with_key.fingerprint() == Request("https://example.org/data.csv", {"date": "latest"}).fingerprint()
        True
        """
        parts = urlsplit(self.whole)
        query = [part for part in parts.query.split("&") if part and not is_secret(part.partition("=")[0])]
        headers = sorted((name.lower(), value) for name, value in self.headers.items() if not is_secret(name))
        place = parts.netloc.rpartition("@")[2].lower()
        told = [method, parts.scheme.lower(), place, parts.path, query, headers]
        return hashlib.sha256(json.dumps(told).encode() + b"\n" + self.body).hexdigest()

    def hide(self, text: str) -> str:
        """A text without the secrets of this request, however they came into it."""
        for secret in sorted(self._secrets(), key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return redact(text)

    def _secrets(self) -> set[str]:
        """Every secret value of this request, plain and percent-encoded, that is long enough to be told from words."""
        _, _, query = self.url.partition("?")
        pairs = [part.partition("=")[::2] for part in query.split("&")]
        values = {unquote_plus(value) for name, value in pairs if is_secret(name)}
        values |= {value for name, value in (*self.params.items(), *self.headers.items()) if is_secret(name)}
        values |= {word for value in tuple(values) for word in value.split()} - {"Bearer", "Basic", "Token"}
        if user := re.match(r"\w+://([^/?#]*)@", self.url):
            values |= {user[1], *user[1].split(":")}
        forms = {form for value in values for form in (value, quote(value, safe=""), quote_plus(value))}
        return {form for form in forms if len(form) >= 4}


@dataclass(frozen=True)
class Answer:
    """What a provider answered: the bytes as they came (unpacked, otherwise unchanged), and what it said of them.

    ``retrieved_at`` is when the provider gave these bytes or confirmed that they still hold (UTC). ``charset`` is what
    the provider declares, empty when it declares none or one that does not exist. ``from_cache``: the bytes are those
    kept from an earlier fetch. ``notes`` say what a person should know (an address that will be switched off, a clock
    that is wrong). ``pause`` is for how many seconds the provider may not be asked again, its allowance being used up.
    """

    content: bytes = field(repr=False)
    url_redacted: str
    status: int
    retrieved_at: datetime
    etag: str = ""
    last_modified: str = ""
    content_type: str = ""
    charset: str = ""
    notes: tuple[str, ...] = ()
    from_cache: bool = False
    fingerprint: str = ""
    pause: float = 0.0

    @property
    def facts(self) -> dict[str, Any]:
        """What is kept beside the bytes, by the names a snapshot has for them."""
        return {
            "url": self.url_redacted,
            "retrieved_at": self.retrieved_at,
            "etag": self.etag,
            "last_modified": self.last_modified,
            "media_type": self.content_type,
            "fingerprint": self.fingerprint,
            "notes": self.notes,
        }


class Kept(Protocol):
    """An answer kept from an earlier fetch, as the client needs to know it (times in UTC; texts may be empty)."""

    @property
    def url(self) -> str: ...
    @property
    def retrieved_at(self) -> datetime: ...
    @property
    def etag(self) -> str: ...
    @property
    def last_modified(self) -> str: ...
    @property
    def media_type(self) -> str: ...


class Cache(Protocol):
    """Where kept answers are found: by the fingerprint of a request."""

    def find(self, fingerprint: str) -> Kept | None:
        """The newest answer kept for this request, if there is one."""

    def read(self, kept: Any) -> bytes:
        """Its bytes, checked; raises ``StoreError`` when they are damaged or lost."""


def media_type(header: str) -> tuple[str, str]:
    """The media type and the charset in a ``Content-Type`` header; a charset that does not exist is left out.

    >>> media_type('Text/CSV; charset="ISO-8859-1"')
    ('text/csv', 'iso-8859-1')
    >>> media_type("application/json; charset=klingon")
    ('application/json', '')
    """
    message = Message()
    message["content-type"] = in_words(header.encode())
    charset = str(message.get_param("charset") or "").strip("\"' ").lower()
    try:
        codecs.lookup(charset)
    except (LookupError, ValueError):
        charset = ""
    return header.partition(";")[0].strip().lower(), charset


def switched_off(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What ``Deprecation``, ``Sunset`` and ``Link`` headers say about the days of an address, in sentences.

    Source: RFC 9745 (Deprecation), RFC 8594 (Sunset).

    >>> for said in switched_off([("Deprecation", "@1767225600"), ("Sunset", "Wed, 30 Jun 2027 00:00:00 GMT")]):
    ...     print(said)
    the provider has deprecated this address since 2026-01-01
    the provider switches this address off: Wed, 30 Jun 2027 00:00:00 GMT
    """
    notes = []
    for name, value in headers:
        name, value = name.lower(), in_words(value.encode())
        if name == "deprecation" and value.lower() not in ("", "false", "?0"):
            since = "" if value.lower() in ("true", "?1") else f" since {_day(value)}"
            notes.append(f"the provider has deprecated this address{since}")
        elif name == "sunset":
            notes.append(f"the provider switches this address off: {value}")
        elif name == "link":
            for target, relation in re.findall(r"<([^>]*)>[^,]*?rel=\"?(deprecation|sunset|successor-version)", value):
                notes.append(f"{relation} of this address: {redact(target)}")
    return tuple(notes)


def _day(value: str) -> str:
    """A structured date (``@1688169599``) as a day; anything else as it stands."""
    found = re.fullmatch(r"@(\d{1,11})", value)
    return datetime.fromtimestamp(int(found[1]), UTC).date().isoformat() if found else value
