"""Secrets stay secret: keys, signatures, tokens and passwords are taken out of every text before anyone sees it."""

from __future__ import annotations

import logging
import re
from urllib.parse import unquote_plus

#: Parameters and headers whose value nobody may see.
SECRET = frozenset(
    {"uid", "signature", "key", "apikey", "api_key", "x_api_key", "subscription_key", "token", "access_token"}
    | {"auth_token", "auth", "authorization", "proxy_authorization", "password", "passwd", "pwd", "secret"}
    | {"client_secret", "cookie", "set_cookie"}
)
HIDDEN = "***"

_ADDRESS = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
_NAMES = "|".join(sorted((name.replace("_", "[-_]?") for name in SECRET), key=len, reverse=True))
_PAIR = re.compile(
    rf"(?:(?<![A-Za-z0-9_-])|(?<=%3F)|(?<=%26))({_NAMES})(=|%3D)(?!\*\*\*)[^\s&\"'<>;,)\]}}]+", re.IGNORECASE
)
_FIELD = re.compile(
    r"(?<![A-Za-z0-9_-])((?:x[-_])?api[-_]?key|(?:proxy-)?authorization|(?:set-)?cookie|password|secret)"
    r"(['\"]?\s*[:,]\s*b?['\"]?)(?:(?:Bearer|Basic|Token)\s+)?(?!\*\*\*)[^\s\"'<>;,)\]}]+",
    re.IGNORECASE,
)


def is_secret(name: str) -> bool:
    """Whether a parameter or header of this name carries a secret.

    >>> is_secret("UID"), is_secret("X-API-Key"), is_secret("keyword")
    (True, True, False)
    """
    return unquote_plus(name).strip().lower().replace("-", "_") in SECRET


def redact(text: str) -> str:
    """The same text with every key, signature, token and password in it replaced by ``***``.

    >>> redact("GET https://www.nomisweb.co.uk/api/v01/x.csv?time=latest&UID=0xabc: failed")
    'GET https://www.nomisweb.co.uk/api/v01/x.csv?time=latest&UID=***: failed'
    >>> redact("sent with APIKey: 65794a30")
    'sent with APIKey: ***'
    """
    text = _ADDRESS.sub(lambda found: _redact_address(found[0]), text)
    text = _PAIR.sub(rf"\1\2{HIDDEN}", text)
    return _FIELD.sub(rf"\1\2{HIDDEN}", text)


def _redact_address(address: str) -> str:
    head, mark, query = address.partition("?")
    scheme, _, rest = head.partition("://")
    place, slash, path = rest.partition("/")
    place = f"{HIDDEN}@{place.rpartition('@')[2]}" if "@" in place else place
    parts = []
    for part in re.split(r"([&;#])", query):
        name, equals, value = part.partition("=")
        ending = value[len(value.rstrip(":,.)]}")) :]  # what belongs to the sentence around the address
        parts.append(f"{name}={HIDDEN}{ending}" if equals and is_secret(name) else part)
    return f"{scheme}://{place}{slash}{path}{mark}{''.join(parts)}"


class Redacting(logging.Filter):
    """Takes secrets out of what the HTTP library logs: it logs whole addresses.

    >>> record = logging.LogRecord("httpx", 20, "", 0, "GET %s", ("https://example.org/?key=1234",), None)
    >>> Redacting().filter(record), record.getMessage()
    (True, 'GET https://example.org/?key=***')
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without secrets."""
        record.msg, record.args = redact(record.getMessage()), None
        return True


def keep_logs_clean() -> None:
    """Put the filter on every logger of the HTTP library, once.

    >>> keep_logs_clean()
    """
    for name in ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks"))):
        logger = logging.getLogger(name)
        if not any(isinstance(kept, Redacting) for kept in logger.filters):
            logger.addFilter(Redacting())
