"""Every provider × every fault of the network, on real sockets: fetched whole, or told and nothing half-kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.recorded import server
from tests.recorded.asking import patient
from tests.recorded.formats import FORMATS, Format, Named
from tests.recorded.server import Fault, Provider, answered

from goodwork.errors import GoodWorkError
from goodwork.model.source import Sources
from goodwork.pipeline import fetch as fetching
from goodwork.pipeline.fetch import Fetched, fetch
from goodwork.sources.client import Client, Request
from goodwork.store.snapshots import Snapshots

HOST = "https://data.example.org/"
#: The first format of each reader.
PROVIDERS = list({one.reader: one for one in reversed(FORMATS) if isinstance(one.read, Named)}.values())[::-1]


def declared(one: Format) -> Sources:
    """The format as somebody would declare a source of it."""
    assert isinstance(one.read, Named)
    label = str(one.read(one.content).rows["series"].iloc[0])
    source = {
        "id": "one", "title": one.name, "reader": one.reader, "options": one.read.options, "licence": "OGL v3.0",
        "files": [{"name": one.read.file, "url": HOST + one.read.file}], "series": [{"label": label, "series": "s"}],
    }  # fmt: skip
    return Sources.from_dict({"source": [source]})


def at_a_row_end(handler: Any, reply: server.Reply) -> None:
    """Cut where the format itself may not show it: after the last row but one."""
    at = reply.content.rstrip(b"\r\n").rfind(b"\n") + 1
    server.cut(at if at > 0 else len(reply.content) // 2)(handler, reply)


def in_the_middle(handler: Any, reply: server.Reply) -> None:
    server.cut(len(reply.content) // 2)(handler, reply)


def packed_and_cut(handler: Any, reply: server.Reply) -> None:
    whole = server.packed(reply)
    handler.send(replace(whole, content=whole.content[:-9]))


#: Faults after which the same question is asked again and answered.
PASSING: dict[str, Fault] = {
    "429": server.busy("1"),
    "429 until a date": server.busy("Fri, 02 Jan 2026 12:00:05 GMT"),
    "502": server.broken(502),
    "504": server.broken(504),
    "reset": server.reset,
    "cut": in_the_middle,
    "cut at a row's end": at_a_row_end,
    "shorter than announced": server.wrong_length(3),
    "packed and cut": packed_and_cut,
    "redirected": server.redirected(HOST + "moved"),
}
#: Faults that stay.
LASTING: dict[str, Fault] = {
    "page with status 200": server.web_page(),
    "empty with status 200": answered(200),
    "words with status 200": answered(200, b"Response too large"),
    "gone": server.broken(404),
    "refused": answered(403, b"Forbidden"),
    "502 without end": server.broken(502),
    "cut at a row's end every time": at_a_row_end,
    "longer than announced": server.wrong_length(-3),
    "redirected to http": server.redirected("http://data.example.org/x"),
    "redirected in a circle": server.redirected(HOST + "circle"),
    "gzip bomb": server.bomb(2**23),
    "slow loris": server.dripping(0.05),
    "slow loris in the headers": server.dripping(0.05, headers_too=True),
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider() as found:
        yield found


def ask(provider: Provider, snapshots: Snapshots, one: Format, client: Client | None = None) -> Fetched:
    with client or patient(provider, cache=snapshots) as asked:
        (result,) = fetch(snapshots, declared(one), client=asked)
    return result


@pytest.mark.parametrize("one", PROVIDERS, ids=str)
def test_what_passes_is_asked_again(provider: Provider, tmp_path: Path, one: Format) -> None:
    assert isinstance(one.read, Named)
    provider.serve(HOST + "moved", one.content)
    snapshots = Snapshots(tmp_path)
    for name, fault in PASSING.items():
        asked = len(provider.asked)
        provider.serve(HOST + one.read.file, one.content, faults=[fault])
        result = ask(provider, snapshots, one)
        assert (result.outcome in ("new", "unchanged"), result.why) == (True, ""), name
        assert snapshots.read(snapshots.latest("one")) == one.content
        assert len(provider.asked) - asked == 2, name


@pytest.mark.parametrize("one", PROVIDERS, ids=str)
def test_what_stays_is_told_and_what_was_kept_stays(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one: Format
) -> None:
    assert isinstance(one.read, Named)
    monkeypatch.setattr(fetching, "Request", partial(Request, max_bytes=2**20))
    snapshots = Snapshots(tmp_path)
    provider.serve(HOST + "circle", one.content, faults=[server.redirected(HOST + one.read.file)] * 99)
    provider.serve(HOST + one.read.file, one.content)
    assert ask(provider, snapshots, one).outcome == "new"
    before = {path: path.stat().st_size for path in tmp_path.rglob("*")}
    for name, fault in LASTING.items():
        provider.serve(HOST + one.read.file, one.content, faults=[fault] * 9)
        slow = Client(provider.transport(), cache=snapshots, tries=1, time_cap=0.1) if "loris" in name else None
        result = ask(provider, snapshots, one, slow)
        assert result.outcome == "failed", name
        assert isinstance(result.error, GoodWorkError), name
        assert snapshots.read(snapshots.latest("one")) == one.content
        assert {path: path.stat().st_size for path in tmp_path.rglob("*")} == before, name
    provider.serve(HOST + one.read.file, one.content)
    assert ask(provider, snapshots, one).outcome == "unchanged"


@pytest.mark.parametrize("one", PROVIDERS, ids=str)
def test_a_wrong_declaration_of_the_charset_changes_nothing(provider: Provider, tmp_path: Path, one: Format) -> None:
    assert isinstance(one.read, Named)
    provider.serve(HOST + one.read.file, one.content, faults=[server.declared("text/csv; charset=utf-16")])
    assert ask(provider, Snapshots(tmp_path), one).outcome == "new"


@pytest.mark.parametrize("one", [one for one in PROVIDERS if not one.whole], ids=str)
def test_where_no_length_is_announced_a_note_says_so(provider: Provider, tmp_path: Path, one: Format) -> None:
    assert isinstance(one.read, Named)
    provider.serve(HOST + one.read.file, one.content, faults=[server.unmeasured()])
    result = ask(provider, Snapshots(tmp_path), one)
    assert result.outcome == "new"
    assert any("a cut would not be seen" in note for note in result.notes)


@pytest.mark.parametrize("one", [one for one in PROVIDERS if not one.whole], ids=str)
def test_fewer_records_than_before_are_told(provider: Provider, tmp_path: Path, one: Format) -> None:
    assert isinstance(one.read, Named)
    snapshots = Snapshots(tmp_path)
    lines = one.content.splitlines(keepends=True)
    for content, outcome, told in ((one.content, "new", False), (b"".join(lines[:-1]), "new", True)):
        provider.serve(HOST + one.read.file, content)
        result = ask(provider, snapshots, one)
        if result.outcome == "failed":  # the last row was needed for the declared series
            return
        assert (result.outcome, any("fewer than before" in note for note in result.notes)) == (outcome, told)
