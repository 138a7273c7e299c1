"""Every wire format × every way an answer breaks: an equal result or a typed error, and no row lost in silence."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from tests.recorded.breakages import breakages, byte_cuts, header_breakages
from tests.recorded.formats import FORMATS, Format
from tests.sources.steady import figures, some_cuts

from goodwork.errors import GoodWorkError
from goodwork.sources.readers import READER
from goodwork.sources.reading import ROW_COLUMNS, Reading

#: Cut at more places than this only costs time: a zip is read the same way everywhere.
EVERY_BYTE = 2_500
LABELS = [label for label, _ in breakages(b"a,b\n1,2\n")]
every = pytest.mark.parametrize("format_", FORMATS, ids=str)
headed = pytest.mark.parametrize("format_", [one for one in FORMATS if one.headers], ids=str)


def found(format_: Format, content: bytes) -> Reading | None:
    """The reading of a broken answer; nothing where it is refused with a typed error."""
    try:
        return format_.read(content)
    except GoodWorkError as error:
        assert str(error)  # noqa: PT017
        return None


def assert_accounted(reading: Reading) -> None:
    """No record is lost (several may make one figure), and no figure stands beside a marker that withholds it."""
    rows = reading.rows
    assert tuple(rows.columns[: len(ROW_COLUMNS)]) == ROW_COLUMNS
    assert 0 < len(rows) <= reading.records - sum(reading.left_out.values())
    assert rows.loc[rows["status"].isin(["c", "x", "z", "w"]), "value"].isna().all()
    assert (rows.loc[rows["value"].isna(), "status"] != "").all()


def is_equal(format_: Format, reading: Reading) -> bool:
    return figures(reading).equals(format_.figures)


def test_every_reader_has_its_row() -> None:
    assert {one.reader for one in FORMATS} - {""} == set(READER)
    assert len({one.name for one in FORMATS}) == len(FORMATS) >= 12


@every
def test_the_answer_is_read_whole(format_: Format) -> None:
    assert_accounted(format_.read(format_.content))
    assert format_.read(format_.content).records >= 1


@every
@pytest.mark.parametrize("label", LABELS)
def test_broken(format_: Format, label: str) -> None:
    reading = found(format_, dict(breakages(format_.content))[label])
    if reading is not None:
        assert_accounted(reading)
        assert is_equal(format_, reading)


@headed
def test_columns_moved_dropped_doubled_and_renamed(format_: Format) -> None:
    for label, broken in header_breakages(format_.content):
        reading = found(format_, broken)
        if reading is None:
            assert label not in format_.allowed or not label.startswith("same"), label
            continue
        assert_accounted(reading)
        said = label.startswith("dropped: ") and len(reading.notes) > len(format_.notes)
        assert is_equal(format_, reading) or said or label in format_.allowed, label
        assert reading.records >= format_.records or label in format_.allowed, label


@every
def test_every_cut(format_: Format) -> None:
    """A text with no end of its own, cut at a row's end, reads as fewer rows, each of them right; no other cut does."""
    content = format_.content
    cuts = byte_cuts(content, len(content)) if len(content) <= EVERY_BYTE else some_cuts(content, 400)
    whole = format_.figures
    for label, cut in cuts:
        reading = found(format_, cut)
        if reading is None or figures(reading).equals(whole):
            continue
        assert not format_.whole, f"{label}: fewer figures, though {format_.whole} should tell"
        assert cut.endswith((b"\n", b"\r")) or content[len(cut) :].startswith((b"\n", b"\r")), label
        assert_accounted(reading)
        shared = figures(reading).merge(whole, how="left", indicator=True)
        assert (shared["_merge"] == "both").all(), label


@pytest.mark.parametrize(
    "format_", [one for one in FORMATS if b"," in one.content and one.content[-1:] == b"\n"], ids=str
)
def test_a_lost_row_is_told_or_cannot_be_known(format_: Format) -> None:
    """A row taken out of the middle shows where the format counts its rows; elsewhere the account has one less."""
    rows = list(csv.reader(io.StringIO(format_.content.decode("utf-8-sig"), newline="")))
    for gone in range(1, len(rows)):
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(rows[:gone] + rows[gone + 1 :])
        reading = found(format_, out.getvalue().encode())
        if reading is not None:
            assert not format_.whole
            assert reading.records < format_.records


@pytest.mark.parametrize(
    ("format_", "file"), [(one, file) for one in FORMATS for file in one.real], ids=lambda part: str(part)
)
def test_real_answers_cut_and_broken(shared: Path, format_: Format, file: str) -> None:
    content = (shared / file).read_bytes()
    reading = format_.read(content)
    assert_accounted(reading)
    whole = figures(reading)
    places = 8 if len(content) > 100_000 else 30
    for label, cut in some_cuts(content, places):
        read = found(format_, cut)
        if read is not None and not figures(read).equals(whole):
            assert not format_.whole, label
            assert cut.endswith((b"\n", b"\r")) or content[len(cut) :].startswith((b"\n", b"\r")), label
    for label in ("page after the figures", "empty", "UTF-16 without mark", "JSON error"):
        read = found(format_, dict(breakages(content))[label])
        assert read is None or figures(read).equals(whole), label
