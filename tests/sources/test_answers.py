"""Answers without figures are known for what they are, and quoted without secrets."""

from __future__ import annotations

import pytest

from goodwork.errors import GoodWorkError, SourceChanged, SourceError, SourceUnavailable
from goodwork.sources.answers import read_json, read_text


@pytest.mark.parametrize(
    "body", [b"", b" \n", b"\xef\xbb\xbf", b"<html>", b"\n <!DOCTYPE html>", b"<?xml version='1.0'?>"]
)
def test_pages_and_nothing_are_unavailable(body: bytes) -> None:
    with pytest.raises(SourceUnavailable):
        read_text("a", body)


@pytest.mark.parametrize("body", [b"NotFound", b"RESTful method not found", b"401 uid=0xsecret key=mine"])
def test_words_in_place_of_json_are_quoted_without_secrets(body: bytes) -> None:
    with pytest.raises(SourceUnavailable) as refusal:
        read_json("a", body)
    assert "secret" not in str(refusal.value)
    assert "mine" not in str(refusal.value)
    assert str(body[:3], "ascii") in str(refusal.value)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"a": 1', SourceChanged),
        (b'{"a": 1}{"a": 1}', SourceChanged),
        (b'{"a": 1, "a": 2}', SourceChanged),
        (b'{"a": NaN}', SourceChanged),
        (b'{"a": -Infinity}', SourceChanged),
        (b'{"a": ' + b"9" * 5000 + b"}", SourceChanged),
        (b"[" * 50_000, SourceChanged),
        (b'{"a": "M\xf4n"}', SourceChanged),
        (b'{"a": "\x00"}', SourceError),
    ],
)
def test_json_that_is_not_whole_is_refused(body: bytes, kind: type[GoodWorkError]) -> None:
    with pytest.raises(kind):
        read_json("a", body)


def test_marks_and_encodings_of_unicode_do_not_matter() -> None:
    text = '{"a": "Môn"}'
    for body in (text.encode(), text.encode("utf-8-sig"), text.encode("utf-16"), (text + "\r\n").encode()):
        assert read_json("a", body) == {"a": "Môn"}
