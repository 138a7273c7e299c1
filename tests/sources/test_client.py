"""The HTTP client against a provider that goes wrong in every way it knows."""

from __future__ import annotations

import gzip
import inspect
import logging
import subprocess
import time
import traceback
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.recorded import server as faults
from tests.recorded.asking import CSV, HOME, NOON, Time, patient
from tests.recorded.server import Asked, Provider, Reply

from goodwork.errors import ChecksumMismatch, SourceChanged, SourceError, SourceUnavailable
from goodwork.sources.client import MAX_REDIRECTS, Client
from goodwork.sources.exchange import Answer, Request
from goodwork.sources.wire import PLAIN
from goodwork.store.snapshots import Retrieval, Snapshots


def test_a_file_comes_as_it_was_sent(provider: Provider) -> None:
    provider.serve(HOME, CSV, {"Content-Type": "text/csv; charset=utf-8", "ETag": '"7"', "Last-Modified": "then"})
    told: list[tuple[str, float]] = []
    with patient(provider, tell=lambda text, share: told.append((text, share))) as client:
        answer = client.get(Request(HOME, {"date": "latest"}, promised="csv"))
    assert answer.content == CSV
    assert (answer.status, answer.etag, answer.last_modified) == (200, '"7"', "then")
    assert (answer.content_type, answer.charset, answer.notes) == ("text/csv", "utf-8", ())
    assert answer.retrieved_at.tzinfo is UTC
    assert told[-1][1] == 1.0
    assert set(answer.facts) >= {"url", "retrieved_at", "etag", "last_modified", "media_type", "fingerprint"}
    [asked] = provider.asked
    assert asked.address == f"{HOME}?date=latest"
    assert asked.headers["user-agent"].startswith("goodwork/")
    assert asked.headers["user-agent"].isascii()
    assert "@" not in asked.headers["user-agent"]


def test_without_a_transport_it_asks_the_real_network(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    provider.serve("/data.csv", CSV)
    with Client() as client:
        assert client.get(Request(f"{provider.url}/data.csv?x=1")).content == CSV


PASSING = {
    "502": faults.broken(502),
    "500": faults.answered(500, b"OutOfMemory"),
    "429": faults.busy(),
    "429 for three seconds": faults.busy("3"),
    "503 until a date": faults.answered(503, b"", Retry_After="Thu, 01 Jan 1970 00:00:00 GMT"),
    "reset": faults.reset,
    "cut": faults.cut(100),
    "cut before the first byte": faults.cut(0),
    "longer than announced": faults.wrong_length(50),
    "packed, and cut": faults.answered(200, gzip.compress(CSV)[:-20], Content_Encoding="gzip"),
    "packed, and damaged": faults.answered(200, b"\x1f\x8b\x08" + bytes(40), Content_Encoding="gzip"),
    "redirected to nonsense": faults.redirected("https://[::"),
    "said to be packed": faults.answered(200, CSV, Content_Encoding="gzip"),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_what_passes_is_tried_again(provider: Provider, fault: faults.Fault) -> None:
    provider.serve(HOME, CSV, faults=[fault, fault])
    with patient(provider) as client:
        assert client.get(Request(HOME, promised="csv")).content == CSV
    assert len(provider.asked) == 3


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_what_does_not_pass_is_told(provider: Provider, fault: faults.Fault) -> None:
    provider.serve(HOME, CSV, faults=[fault] * 9)
    with patient(provider) as client, pytest.raises(SourceUnavailable, match=r"in 3 tries|left alone until") as caught:
        client.get(Request(HOME, promised="csv"))
    assert len(provider.asked) == 3
    assert HOME in caught.value.what
    assert caught.value.remedy


LASTING = {
    "not there": (faults.answered(404, b"NotFound"), SourceChanged, "NotFound"),
    "too much": (faults.answered(400, b"Too much data requested"), SourceChanged, "Too much data requested"),
    "never": (faults.answered(501, b""), SourceChanged, "501"),
    "a part": (faults.answered(206, b"area"), SourceChanged, "206"),
    "unchanged, though not asked": (faults.answered(304), SourceChanged, "304"),
    "no key": (faults.answered(403, b'{"error": "no key"}'), SourceUnavailable, "no key"),
    "web page": (faults.web_page("Query not known"), SourceUnavailable, "web page instead of csv: Query not known"),
    "to http": (faults.redirected("http://www.nomisweb.co.uk/x"), SourceChanged, "not followed"),
    "to this machine": (faults.redirected("https://127.0.0.1/x"), SourceChanged, "not followed"),
    "to a file": (faults.redirected("file:///etc/passwd"), SourceChanged, "not followed"),
    "to nowhere": (faults.answered(302), SourceChanged, "nowhere"),
}


@pytest.mark.parametrize(("fault", "kind", "words"), LASTING.values(), ids=LASTING.keys())
def test_what_lasts_is_told_at_once(
    provider: Provider, fault: faults.Fault, kind: type[SourceError], words: str
) -> None:
    provider.serve(HOME, CSV, faults=[fault] * 9)
    with patient(provider) as client, pytest.raises(kind, match=words) as caught:
        client.get(Request(HOME, promised="csv"))
    assert len(provider.asked) == 1
    assert caught.value.remedy


def test_a_terminal_cannot_be_played_by_an_error_text(provider: Provider) -> None:
    provider.serve(HOME, b"no \x1b[2Jsuch\r\nthing" + b"!" * 9000, status=404)
    with patient(provider) as client, pytest.raises(SourceChanged, match=r"no \[2Jsuch thing!") as caught:
        client.get(Request(HOME))
    assert "\x1b" not in str(caught.value)
    assert len(caught.value.what) < 500


def test_redirects_are_followed_a_few_times(provider: Provider) -> None:
    provider.serve(HOME, b"", faults=[faults.redirected("/moved.csv", 301)])
    provider.serve("https://www.nomisweb.co.uk/moved.csv", b"", faults=[faults.redirected("https://www.ons.gov.uk/x")])
    provider.serve("https://www.ons.gov.uk/x", CSV)
    with patient(provider) as client:
        assert client.get(Request(HOME)).content == CSV
        provider.serve(HOME, b"", faults=[faults.redirected(HOME)] * 50)
        with pytest.raises(SourceChanged, match="without end"):
            client.get(Request(HOME))
    assert len(provider.asked) == 3 + MAX_REDIRECTS + 1


def test_a_key_stays_with_its_host(provider: Provider) -> None:
    provider.serve(
        "https://stat-xplore.dwp.gov.uk/table", b"", faults=[faults.redirected("https://elsewhere.uk/", 307)]
    )
    provider.serve("https://elsewhere.uk/", b"{}")
    with patient(provider) as client:
        client.post(Request("https://stat-xplore.dwp.gov.uk/table", headers={"APIKey": "geheim-1"}, body=b"{}"))
    assert [asked.headers.get("apikey") for asked in provider.asked] == ["geheim-1", None]
    assert [(asked.method, asked.body) for asked in provider.asked] == [("POST", b"{}")] * 2


def test_after_303_the_answer_is_fetched(provider: Provider) -> None:
    provider.serve(HOME, b"", faults=[faults.redirected("/answer", 303)])
    provider.serve("https://www.nomisweb.co.uk/answer", CSV)
    with patient(provider) as client:
        assert client.post(Request(HOME, body=b"query=x")).content == CSV
    assert [asked.method for asked in provider.asked] == ["POST", "GET"]


@pytest.mark.parametrize(
    "address", ["http://www.ons.gov.uk/x", "ftp://x.uk/", "www.ons.gov.uk", "", "https://", "http://[", "https:///x"]
)
def test_only_https_is_asked(address: str) -> None:
    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    with Time().client(never) as client, pytest.raises(SourceError, match="may not be asked"):
        client.get(Request(address))


def test_the_one_publisher_without_https_may_be_asked_without(provider: Provider) -> None:
    assert {"127.0.0.1", "localhost", "::1", "statistics.gov.scot"} == PLAIN
    provider.serve("http://statistics.gov.scot/sparql", CSV)
    with patient(provider) as client:
        assert client.post(Request("http://statistics.gov.scot/sparql", body=b"query=")).content == CSV


@pytest.mark.parametrize("headers_too", [False, True], ids=["body", "headers"])
def test_a_provider_that_drips_is_left(provider: Provider, headers_too: bool) -> None:
    provider.serve(HOME, CSV, faults=[faults.dripping(0.05, headers_too)] * 9)
    begun = time.monotonic()
    with Client(provider.transport(), time_cap=0.6) as client, pytest.raises(SourceUnavailable, match="time was up"):
        client.get(Request(HOME))
    assert time.monotonic() - begun < 10
    assert len(provider.asked) == 1


def test_a_provider_that_drips_on_a_kept_connection_is_left(provider: Provider) -> None:
    provider.serve(HOME, CSV)
    provider.serve(f"{HOME}?2", CSV, faults=[faults.dripping(0.05, True)] * 9)
    begun = time.monotonic()
    with Client(provider.transport(), time_cap=0.6, limits={"www.nomisweb.co.uk": ()}) as client:
        client.get(Request(HOME))
        with pytest.raises(SourceUnavailable, match="time was up"):
            client.get(Request(f"{HOME}?2"))
    assert time.monotonic() - begun < 10


def test_a_silent_provider_is_left(provider: Provider) -> None:
    provider.serve(HOME, CSV, faults=[faults.silent()] * 9)
    begun = time.monotonic()
    with Client(provider.transport(), time_cap=0.5) as client, pytest.raises(SourceUnavailable):
        client.get(Request(HOME))
    assert time.monotonic() - begun < 10


def test_a_bomb_is_refused_before_it_bursts(provider: Provider) -> None:
    provider.serve(HOME, CSV, faults=[faults.bomb(400 * 2**20)])
    tracemalloc.start()
    with patient(provider) as client, pytest.raises(SourceChanged, match=r"more than 8\.0 MiB"):
        client.get(Request(HOME, max_bytes=8 * 2**20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 * 2**20
    assert len(provider.asked) == 1


@pytest.mark.parametrize("measured", [True, False])
def test_a_file_that_is_too_large_is_refused(provider: Provider, measured: bool) -> None:
    provider.serve(HOME, CSV, faults=[] if measured else [faults.unmeasured()])
    with patient(provider) as client:
        with pytest.raises(SourceChanged, match="more than"):
            client.get(Request(HOME, max_bytes=len(CSV) - 1))
        assert client.get(Request(HOME, max_bytes=len(CSV))).content == CSV


def test_an_unmeasured_answer_is_said_to_be_one(provider: Provider) -> None:
    """HTTP itself cannot tell a cut here; the note says so, and the reader must look."""
    provider.serve(HOME, CSV, faults=[faults.unmeasured(100)])
    with patient(provider) as client:
        answer = client.get(Request(HOME))
        assert answer.content == CSV[:100]
        assert "a cut would not be seen" in answer.notes[0]
        assert client.get(Request(HOME)).notes == ()


def test_a_length_that_is_too_short_cuts_the_answer_by_the_rules_of_http(provider: Provider) -> None:
    """What lies beyond the announced length belongs to no answer: only the reader can miss it (a line without end)."""
    provider.serve(HOME, CSV, faults=[faults.wrong_length(-7)])
    with patient(provider) as client:
        assert client.get(Request(HOME)).content == CSV[:-7]
        assert client.get(Request(HOME)).content == CSV


def test_the_length_is_checked_against_what_came() -> None:
    class Short(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield CSV[:100]

    moments = Time()
    with (
        moments.client(
            lambda request: httpx.Response(200, headers={"Content-Length": "120"}, stream=Short())
        ) as client,
        pytest.raises(SourceUnavailable, match="100 bytes came where 120 were announced"),
    ):
        client.get(Request(HOME))


def test_a_declared_charset_is_told_and_the_bytes_are_not_touched(provider: Provider) -> None:
    latin = "area\nYnys Môn\n".encode("latin-1")
    wrong = [faults.declared("text/csv; charset=utf-8"), faults.declared("TEXT/CSV; Charset='klingon'")]
    provider.serve(HOME, latin, {"Content-Type": "text/csv;charset=ISO-8859-1"}, faults=wrong)
    with patient(provider) as client:
        answers = [client.get(Request(HOME)) for _ in range(3)]
    assert [answer.content for answer in answers] == [latin] * 3
    assert [answer.charset for answer in answers] == ["utf-8", "", "iso-8859-1"]
    assert {answer.content_type for answer in answers} == {"text/csv"}


PAGES = [b"<!DOCTYPE html>", b"\xef\xbb\xbf\n<HTML lang=en>", "<!doctype html>".encode("utf-16"),
         b"<?xml version='1.0'?>\n<!-- x -->\n<html>", b"  <head><title>x"]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_web_page_is_known_whatever_it_is_called(provider: Provider, page: bytes) -> None:
    provider.serve(HOME, page, {"Content-Type": "text/csv"})
    with patient(provider) as client:
        with pytest.raises(SourceUnavailable, match="web page instead of json"):
            client.get(Request(HOME, promised="json"))
        assert client.get(Request(HOME)).content == page


def test_figures_called_a_web_page_are_figures(provider: Provider) -> None:
    provider.serve(HOME, CSV, {"Content-Type": "text/html"})
    with patient(provider) as client:
        assert client.get(Request(HOME, promised="csv")).content == CSV


@dataclass
class Shelf:
    """The least a cache can be."""

    answers: dict[str, Any]
    broken: bool = False

    def find(self, fingerprint: str) -> Any:
        return self.answers.get(fingerprint)

    def read(self, kept: Any) -> bytes:
        if self.broken:
            raise ChecksumMismatch("the bytes are not those that came")
        return kept.content

    def keep(self, answer: Answer) -> None:
        @dataclass
        class Kept:
            content: bytes
            url: str
            retrieved_at: datetime
            etag: str
            last_modified: str
            media_type: str

        facts = {name: value for name, value in answer.facts.items() if name not in ("fingerprint", "notes")}
        self.answers[answer.fingerprint] = Kept(answer.content, **facts)


@pytest.mark.parametrize("mark", [{"ETag": '"7"'}, {"Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}])
def test_a_file_that_did_not_change_is_not_sent_again(provider: Provider, mark: dict[str, str]) -> None:
    provider.serve(HOME, CSV, {"Content-Type": "text/csv", **mark})
    shelf = Shelf({})
    with patient(provider, cache=shelf) as client:
        first = client.get(Request(HOME))
        shelf.keep(first)
        again = client.get(Request(HOME, {"uid": "0xsecret"}, promised="csv"))
        assert (again.status, again.from_cache, again.content) == (304, True, CSV)
        assert (again.etag, again.content_type) == (first.etag, "text/csv")
        assert again.fingerprint == first.fingerprint
        provider.serve(HOME, b"area,value\n", {"ETag": '"8"'})
        newer = client.get(Request(HOME))
        assert (newer.status, newer.from_cache, newer.content) == (200, False, b"area,value\n")
        shelf.broken = True
        provider.serve(HOME, CSV, mark)
        mended = client.get(Request(HOME))
        assert mended.content == CSV
        assert "fetched anew" in mended.notes[0]


def test_offline_there_is_what_was_kept_and_nothing_else(provider: Provider) -> None:
    provider.serve(HOME, CSV, {"Content-Type": "text/csv"})
    shelf = Shelf({})
    with patient(provider) as client:
        shelf.keep(client.get(Request(HOME, {"uid": "0xsecret", "date": "latest"})))
    with Client(provider.transport(), offline=True, cache=shelf) as client:
        answer = client.get(Request(HOME, {"date": "latest"}))
        assert (answer.content, answer.from_cache, answer.content_type) == (CSV, True, "text/csv")
        for other in (Request(HOME, {"date": "prevyear", "uid": "0xsecret"}), Request(HOME, headers={"Accept": "x"})):
            with pytest.raises(SourceUnavailable, match="offline") as caught:
                client.get(other)
            assert "0xsecret" not in str(caught.value)
            assert "without --offline" in caught.value.remedy
        with pytest.raises(SourceUnavailable, match="offline"):
            client.post(Request(HOME, {"date": "latest"}))
    assert len(provider.asked) == 1
    with Client(offline=True) as client, pytest.raises(SourceUnavailable, match="offline"):
        client.get(Request(HOME))


def test_snapshots_are_a_cache(provider: Provider, tmp_path: Path) -> None:
    """The bytes are kept once, confirmed by the provider, and there offline, whoever's key was used."""
    store = Snapshots(tmp_path)
    provider.serve(HOME, CSV, {"ETag": '"7"', "Content-Type": "text/csv"})
    with patient(provider, cache=store) as client:
        for _ in range(2):
            answer = client.get(Request(HOME, {"uid": "0xsecret"}))
            store.keep(answer.content, Retrieval(source="nomis", name="data.csv", licence="OGL", **answer.facts))
    with Client(offline=True, cache=Snapshots(tmp_path)) as client:
        offline = client.get(Request(HOME))
    assert (offline.content, offline.etag, offline.content_type) == (CSV, '"7"', "text/csv")
    assert [asked.headers.get("if-none-match") for asked in provider.asked] == [None, '"7"']
    assert len(store.all("nomis")) == 2
    assert len({snapshot.file for snapshot in store.all()}) == 1
    assert b"0xsecret" not in (tmp_path / "retrievals.jsonl").read_bytes()


SECRETS = {
    "uid in the address": Request(f"{HOME}?uid=0xgeheim17&x=1"),
    "uid as parameter": Request(HOME, {"UID": "0xgeheim17"}),
    "percent-encoded name": Request(f"{HOME}?%75id=0xgeheim17"),
    "signature": Request(HOME, {"signature": "NPK-0xgeheim17:a/b+c="}),
    "key": Request(HOME, {"api_key": "0xgeheim17", "key": "0xgeheim17", "token": "0xgeheim17"}),
    "password": Request("https://somebody:0xgeheim17@www.nomisweb.co.uk/api/v01/data.csv"),
    "header": Request(HOME, headers={"APIKey": "0xgeheim17"}),
    "authorization": Request(HOME, headers={"Authorization": "Bearer 0xgeheim17"}),
    "header that cannot be sent": Request(HOME, headers={"APIKey": "0xgeheim17\n"}),
}


@pytest.mark.parametrize("request_", SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize("kind", ["works", "404", "502", "429", "redirect", "page", "reset", "offline", "large"])
def test_no_secret_is_ever_told(
    provider: Provider, request_: Request, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in messages, logs, progress, tracebacks, printed forms or origins, even if the provider says it back."""
    secret = request_.params.get("signature", "0xgeheim17")
    echo = f"<html><title>you sent {secret}, uid={secret}, or {quote(secret, safe='')}</title>".encode()
    fault = {
        "404": faults.answered(404, echo),
        "502": faults.answered(502, echo),
        "429": faults.answered(429, echo, Retry_After="9999"),
        "redirect": faults.redirected("http://x.uk/?uid=0xgeheim17&back=https%3A%2F%2Fy.uk%2F%3Fkey%3D0xgeheim17%26a"),
        "page": faults.answered(200, echo),
        "reset": faults.reset,
    }.get(kind)
    link = {"Link": "<https://x.uk/?uid=0xgeheim17>; rel=successor-version", "ETag": "1"}
    provider.serve(HOME, CSV, link, faults=[fault] * 9 if fault else [])
    told: list[str] = []
    caplog.set_level(logging.DEBUG)
    seen = [repr(request_), request_.address, request_.fingerprint()]
    options: dict[str, Any] = {"offline": True} if kind == "offline" else {}
    with patient(provider, tell=lambda text, _: told.append(text), **options) as client:
        try:
            answer = client.get(Request(request_.url, request_.params, request_.headers, promised="csv",
                                        max_bytes=10 if kind == "large" else 10**6))  # fmt: skip
            seen += [repr(answer), repr(answer.facts)]
        except SourceError as error:
            seen += [str(error), repr(error), repr(error.as_dict()), "".join(traceback.format_exception(error))]
        else:
            assert kind == "works"
    logged = [record.getMessage() for record in caplog.records if record.name != "goodwork"]
    assert logged or kind == "offline" or "\n" in request_.headers.get("APIKey", "")
    assert [text for text in (*seen, *told, *logged) if "geheim" in text.lower()] == []


def test_the_end_of_an_address_is_told(provider: Provider) -> None:
    soon = {"Deprecation": "@1767225600", "Sunset": "Wed, 30 Jun 2027 00:00:00 GMT",
            "Link": '<https://www.ons.gov.uk/new>; rel="successor-version"'}  # fmt: skip
    provider.serve(HOME, CSV, soon)
    with patient(provider) as client:
        assert client.get(Request(HOME)).notes == (
            "the provider has deprecated this address since 2026-01-01",
            "the provider switches this address off: Wed, 30 Jun 2027 00:00:00 GMT",
            "successor-version of this address: https://www.ons.gov.uk/new",
        )


def test_a_clock_that_is_wrong_is_told(provider: Provider) -> None:
    provider.serve(HOME, CSV)
    with patient(provider, now=lambda: NOON) as client:
        assert "this machine's clock says 2026-01-02 12:00 UTC" in client.get(Request(HOME)).notes[0]


def test_pages_are_read_until_the_last(provider: Provider) -> None:
    def page(asked: Asked) -> Reply:
        return Reply(b"0123456789"[int(asked.address.partition("offset=")[2]) :][:3])

    provider.serve(HOME, page)

    def following(answer: Answer) -> Request | None:
        offset = int(answer.url_redacted.partition("offset=")[2]) + 3
        return Request(HOME, {"offset": str(offset)}) if len(answer.content) == 3 else None

    with patient(provider) as client:
        pages = list(client.pages(Request(HOME, {"offset": "0"}), following))
        assert b"".join(answer.content for answer in pages) == b"0123456789"
        circle = Request(HOME, {"offset": "0"})
        with pytest.raises(SourceChanged, match="round in a circle"):
            list(client.pages(circle, lambda answer: circle))


def test_cookies_are_not_kept(provider: Provider) -> None:
    provider.serve(HOME, CSV, {"Set-Cookie": "visitor=17; Path=/"})
    with patient(provider) as client:
        client.get(Request(HOME))
        client.get(Request(HOME))
    assert all("cookie" not in asked.headers for asked in provider.asked)


# --- certificates -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("certificate") / "own.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
               "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
               "-keyout", file, "-out", file.with_suffix(".crt")]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("openssl is not here")
    file.write_bytes(file.read_bytes() + file.with_suffix(".crt").read_bytes())
    return file


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Provider(certificate) as provider:
        provider.serve("/data.csv", CSV)
        with Client() as client, pytest.raises(SourceUnavailable, match="does not prove to be the provider's"):
            client.get(Request(f"{provider.url}/data.csv"))
        assert provider.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
        with Client() as client:
            assert client.get(Request(f"{provider.url}/data.csv")).content == CSV


def test_dripping_over_tls_is_left_too(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    with Provider(certificate) as provider:
        provider.serve("/data.csv", CSV, faults=[faults.dripping(0.05, True)] * 5)
        begun = time.monotonic()
        with Client(time_cap=0.6) as client, pytest.raises(SourceUnavailable, match="time was up"):
            client.get(Request(f"{provider.url}/data.csv"))
        assert time.monotonic() - begun < 10


def test_there_is_no_way_to_leave_a_certificate_unverified() -> None:
    names = set(inspect.signature(Client.__init__).parameters) | set(inspect.signature(Request).parameters)
    assert not [name for name in names if "verify" in name or "ssl" in name or "insecure" in name or "cert" in name]
