"""One request on the wire: over a verified connection; its answer unpacked, measured, bounded in size and time."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from io import BytesIO
from itertools import islice
from typing import Any, NoReturn
from urllib.parse import urlsplit

import httpx

from goodwork.errors import SourceChanged, SourceError, SourceUnavailable
from goodwork.plugins import Tell
from goodwork.sources.courtesy import moment_of, retry_after, used_up
from goodwork.sources.exchange import Answer, Kept, Request, media_type, switched_off
from goodwork.sources.secrecy import is_secret, keep_logs_clean
from goodwork.sources.unpacking import BrokenBody, codings, unpacked
from goodwork.sources.webpages import in_words

TIMEOUT = httpx.Timeout(30.0, connect=15.0)
SKEW = timedelta(minutes=5)
LATER = "try again later; what was kept before is untouched"
#: Hosts that may be asked without encryption: this machine, and the one publisher that offers nothing else.
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PLAIN = LOOPBACK | {"statistics.gov.scot"}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429})
_LASTING = frozenset({501, 505})
_Note = Callable[[str, Mapping[str, Any]], None]


class Trouble(Exception):
    """A failure that may pass: why, and how many seconds the provider asks to be left alone."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.why, self.wait = why, wait


class Redirected(Exception):
    """The answer lies at another address, which has been found fit to be asked."""

    def __init__(self, method: str, address: str) -> None:
        super().__init__()
        self.method, self.address = method, address


class Wire:
    """Sends one request and takes its answer; every failure becomes a ``Trouble``, ``Redirected`` or ``SourceError``.

    Keeps no cookies, reads no proxies for this machine's own addresses, and has no way to leave a certificate
    unverified. No two requests may be sent to the same host at once.
    """

    def __init__(
        self, transport: httpx.BaseTransport | None, clock: Callable[[], float], now: Callable[[], datetime], tell: Tell
    ) -> None:
        keep_logs_clean()
        self._http = httpx.Client(
            transport=transport,
            mounts={"all://127.0.0.1": None, "all://localhost": None},  # through no proxy
            headers={"User-Agent": user_agent(), "Accept-Encoding": ", ".join(codings())},
            timeout=TIMEOUT,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
        self._clock, self._now, self._tell = clock, now, tell
        self._sockets: dict[str, socket.socket] = {}

    def close(self) -> None:
        """Let go of every connection."""
        self._http.close()

    def send(self, method: str, address: str, request: Request, kept: Kept | None, deadline: float) -> Answer:
        """The answer to ``request`` at ``address`` (its own, or one it was redirected to), before ``deadline``.

        Secret headers go to the request's own host only. With ``kept`` the provider may answer 304, without content.
        """
        host = host_of(address)
        home = host == host_of(request.whole)
        headers = {name: value for name, value in request.headers.items() if home or not is_secret(name)}
        if kept:
            headers |= {"If-None-Match": kept.etag} if kept.etag else {"If-Modified-Since": kept.last_modified}
        with self._watch(host, request, deadline) as note:
            sent = self._http.build_request(
                method, address, headers=headers, content=request.body or None, extensions={"trace": note}
            )
            response = self._http.send(sent, stream=True)
            try:
                if response.status_code in _REDIRECTS:
                    raise _redirected(method, address, response, request)
                self._check_status(response, request, kept)
                content = b"" if response.status_code == 304 else self._body(response, request, deadline)
            finally:
                response.close()
        return self._answer(response, request, content)

    def _answer(self, response: httpx.Response, request: Request, content: bytes) -> Answer:
        headers, now = response.headers, self._now()
        kind, charset = media_type(headers.get("content-type", ""))
        notes = switched_off(headers.multi_items())
        told = moment_of(headers.get("date", ""))
        if told and abs(told - now) > SKEW:
            notes += (f"this machine's clock says {now:%Y-%m-%d %H:%M} UTC, the provider's {told:%Y-%m-%d %H:%M} UTC",)
        if "content-length" not in headers and "transfer-encoding" not in headers and response.status_code == 200:
            notes += ("the provider did not say how long its answer is: a cut would not be seen",)
        return Answer(
            content,
            request.address,
            response.status_code,
            now,
            etag=headers.get("etag", ""),
            last_modified=headers.get("last-modified", ""),
            content_type=kind,
            charset=charset,
            notes=tuple(request.hide(note) for note in notes),
            pause=used_up(headers, told or now) or 0.0,
        )

    def _check_status(self, response: httpx.Response, request: Request, kept: Kept | None) -> None:
        """Raise for every status that is no answer: ``Trouble`` for those that may pass."""
        status = response.status_code
        if status in (200, 201, 202, 203, 204) or (status == 304 and kept):
            return
        said = request.hide(_opening_words(response))
        why = f"{status} {response.reason_phrase}".strip() + (f": {said}" if said else "")
        if status in _PASSING or (status >= 500 and status not in _LASTING):
            told = moment_of(response.headers.get("date", "")) or self._now()
            asked = retry_after(response.headers.get("retry-after", ""), told)
            raise Trouble(why, used_up(response.headers, told) if asked is None else asked)
        facts: dict[str, Any] = {"url": request.address, "status": status}
        if status in (401, 403, 407, 451):
            remedy = "see that the key is right and that this machine may ask; a block may pass after an hour"
            raise SourceUnavailable(f"{request.address} refused to answer ({why})", remedy=remedy, **facts)
        remedy = "see whether the provider has moved or renamed it, then correct the declaration of the source"
        raise SourceChanged(f"{request.address} is not answered any more ({why})", remedy=remedy, **facts)

    def _body(self, response: httpx.Response, request: Request, deadline: float) -> bytes:
        """The whole body, unpacked; no more than ``max_bytes`` of it is ever held."""
        length = response.headers.get("content-length", "")
        stated = int(length) if length.isascii() and length.isdigit() else None
        came = 0

        def counted() -> Iterator[bytes]:
            nonlocal came
            for chunk in _packed(response):
                came += len(chunk)
                if self._clock() > deadline:
                    _too_slow(request)
                self._tell(f"{host_of(request.whole)}: {came / 1e6:.1f} MB", came / stated if stated else 0.0)
                yield chunk

        if stated is not None and stated > request.max_bytes:
            _too_large(request)
        body = BytesIO()
        for piece in unpacked(counted(), response.headers.get("content-encoding", "")):
            if body.tell() + len(piece) > request.max_bytes:
                _too_large(request)
            body.write(piece)
        if stated is not None and came != stated:
            raise Trouble(f"{came:,} bytes came where {stated:,} were announced")
        return body.getvalue()

    @contextmanager
    def _watch(self, host: str, request: Request, deadline: float) -> Iterator[_Note]:
        """Break an exchange off when its time is up, even while the provider drips byte after byte, and call every
        failure of the network by a name a person knows. What it gives is to be told of each connection opened."""
        expired = threading.Event()

        def note(event: str, info: Mapping[str, Any]) -> None:
            if event.endswith(("connect_tcp.complete", "start_tls.complete")) and info.get("return_value") is not None:
                self._sockets[host] = info["return_value"].get_extra_info("socket")

        def cut() -> None:
            expired.set()
            if connection := self._sockets.get(host):
                with suppress(OSError):  # not its own shutdown: under TLS that one may not be called while it reads
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)

        timer = threading.Timer(max(0.0, deadline - self._clock()), cut)
        timer.daemon = True
        timer.start()
        try:
            yield note
        except (httpx.TransportError, BrokenBody) as error:
            if expired.is_set():
                _too_slow(request)
            raise _in_plain_words(error, request) from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise _not_to_be_asked(request, request.hide(str(error))) from None
        finally:
            timer.cancel()


def user_agent() -> str:
    """How the client calls itself: its name and version, plain ASCII, nothing about the person or the machine.

    >>> user_agent().startswith("goodwork/")
    True
    """
    return f"goodwork/{version('goodwork')} (open index of good work; reads official statistics)"


def host_of(address: str) -> str:
    """The host in an address, in lower case; empty when there is none.

    >>> host_of("https://WWW.ons.gov.uk:443/data")
    'www.ons.gov.uk'
    """
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def check_request(request: Request) -> None:
    """Refuse, as ``SourceError``, what may not be sent.

    That is an address that is neither https nor plain http to a host with nothing better, and a header that is more
    than one line of plain text (a key read from a file with the line break at its end).

    >>> check_request(Request("https://www.ons.gov.uk/data.csv"))
    """
    if not _may_be_asked(request.whole):
        raise _not_to_be_asked(request, "only https addresses are")
    for name, value in request.headers.items():
        if not (value.isascii() and value.isprintable()):
            raise _not_to_be_asked(request, f"the header {name} is not one line of plain text")


def _may_be_asked(address: str) -> bool:
    scheme, host = address.partition("://")[0].lower(), host_of(address)
    return bool(host) and (scheme == "https" or (scheme == "http" and host in PLAIN))


def _redirected(method: str, address: str, response: httpx.Response, request: Request) -> Exception:
    """Where a redirect leads; never from https to http, nor from another host to this machine."""
    location = response.headers.get("location", "")
    target = ""
    with suppress(httpx.InvalidURL, ValueError):
        target = str(httpx.URL(address).join(location)) if location else ""
    lower = address.lower().startswith("https:") and not target.startswith("https:")
    inward = host_of(target) in LOOPBACK and host_of(address) not in LOOPBACK
    if lower or inward or not _may_be_asked(target):
        return SourceChanged(
            f"{request.address} is redirected to {request.hide(target) or 'nowhere'}, which is not followed",
            remedy="open the address in a browser and declare the https address it leads to",
            url=request.address,
        )
    return Redirected("GET" if response.status_code == 303 else method, target)


def _in_plain_words(error: Exception, request: Request) -> Exception:
    """What went wrong on the network; a certificate that does not hold is not tried again."""
    chain: BaseException | None = error
    while chain is not None:
        if isinstance(chain, ssl.SSLCertVerificationError):
            return SourceUnavailable(
                f"{request.address} does not prove to be the provider's: {chain.verify_message}",
                remedy="check this machine's clock; behind a company's proxy, name its certificates in SSL_CERT_FILE",
                url=request.address,
            )
        if isinstance(chain, socket.gaierror):
            return Trouble("the name of the host is not known; is there a connection?")
        chain = chain.__cause__ or chain.__context__
    detail = request.hide(str(error))
    if isinstance(error, BrokenBody):
        return Trouble(detail)
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return _not_to_be_asked(request, detail)
    words: list[tuple[type[Exception], str]] = [
        (httpx.ConnectTimeout, "no connection in time"),
        (httpx.TimeoutException, "the provider fell silent"),
        (httpx.ConnectError, "no connection"),
        (httpx.TransportError, "the connection broke"),
    ]
    known = next(text for kind, text in words if isinstance(error, kind))
    return Trouble(f"{known} ({detail})" if detail else known)


def _not_to_be_asked(request: Request, why: str) -> SourceError:
    return SourceError(
        f"{request.address or 'an empty address'} may not be asked: {why}",
        remedy="correct the declaration of the source",
        url=request.address,
    )


def _packed(response: httpx.Response) -> Iterator[bytes]:
    """The bytes of a body as they come, still packed."""
    assert isinstance(response.stream, httpx.SyncByteStream)
    yield from response.stream


def _opening_words(response: httpx.Response) -> str:
    """The first words of a refusal, read no further than needed."""
    with suppress(httpx.HTTPError, BrokenBody):
        return in_words(b"".join(islice(unpacked(_packed(response), response.headers.get("content-encoding", "")), 4)))
    return ""


def _too_slow(request: Request) -> NoReturn:
    raise SourceUnavailable(
        f"{request.address} had not answered in full when its time was up", remedy=LATER, url=request.address
    )


def _too_large(request: Request) -> NoReturn:
    raise SourceChanged(
        f"{request.address} answers with more than {request.max_bytes / 2**20:,.1f} MiB",
        remedy="ask for less at a time, or raise the limit of this source if that much is expected",
        url=request.address,
    )
