"""Workbooks and zips made to do harm are refused before anything is unfolded: in two seconds and 256 MiB."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from goodwork.errors import SourceError
from goodwork.sources.archives import read_members
from goodwork.sources.grids import read_sheets
from goodwork.sources.repeats import OpenDocument
from goodwork.sources.safety import look_over

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
FIRST = '<row r="1"><c r="A1"><v>1</v></c></row>'
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
CELL = '<table:table-cell office:value-type="float" office:value="1"{}><text:p>1</text:p></table:table-cell>'
NONE = '<table:table-cell table:number-columns-repeated="{}"/>'
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10)) + "]>"
)


def packed(parts: dict[str, str | bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for title, content in parts.items():
            archive.writestr(zipfile.ZipInfo(title), content, zipfile.ZIP_STORED if title == "mimetype" else how)
    return buffer.getvalue()


def xlsx(rows: str, before: str = "", strings: str = "", at: str = "worksheets/sheet1.xml", prefix: str = "") -> bytes:
    """The least an XLSX can be, its one sheet wherever it is said to be."""
    space = MAIN if not prefix else MAIN.replace("xmlns", f"xmlns:{prefix[:-1]}")
    sheet = f"{before}<{prefix}worksheet {space}><{prefix}sheetData>{rows}</{prefix}sheetData></{prefix}worksheet>"
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{OFFICE}/worksheet" Target="{at}"/><Relationship Id="r2" Type="{OFFICE}/sharedStrings" '
            'Target="sharedStrings.xml"/></Relationships>',
            f"xl/{at}": sheet,
            "xl/sharedStrings.xml": strings or f"<sst {MAIN}/>",
        }
    )


def ods(rows: str, before: str = "") -> bytes:
    """The least an ODS can be."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": f"{before}<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="D">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


def repeated(cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


def bombs() -> Iterator[tuple[str, bytes]]:
    prefixed = (FIRST + FAR).replace("</", "</x:").replace("<r", "<x:r").replace("<c", "<x:c").replace("<v", "<x:v")
    shared = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 9_000))
    yield "a far cell", xlsx(FIRST + FAR)
    yield "a far cell in other quotation marks", xlsx(FIRST + FAR.replace('"', "'"))
    yield "a far cell under a prefix", xlsx(prefixed, prefix="x:")
    yield "a far cell in another folder", xlsx(FIRST + FAR, at="else/where.xml")
    yield "a far cell behind a false reference", xlsx(FIRST + FAR.replace("<c r", """<c x=' r="A1"' r"""))
    yield "a far cell not said to be far", xlsx(f"<row>{'<c><v>1</v></c>' * 16_384}</row>{FAR.replace('XFD', 'A')}")
    yield "a tall sheet of two cells", xlsx(FIRST + FAR.replace("XFD", "AU"))
    wide = f"<row>{'<c/>' * 16_000}</row>"
    yield "cells and rows that are not numbered", xlsx(wide + "<row><c><v>1</v></c></row>" * 400)
    yield "one text for all cells", xlsx(shared, strings=f"<sst {MAIN}><si><t>{'a' * 32_000}</t></si></sst>")
    yield "entities in a sheet", xlsx(FIRST.replace("<v>1</v>", "<is><t>&l9;</t></is>"), LAUGHS)
    yield "entities in the texts", xlsx(shared[:99], strings=f"{LAUGHS}<sst {MAIN}><si><t>&l9;</t></si></sst>")
    yield "zeros", packed({"xl/worksheets/sheet1.xml": b"0" * 50_000_000})
    yield "blanks, packed less than can be told", packed({"a.xml": b" " * 70_000_000, "pad": os.urandom(400_000)})
    yield "a zip in a zip", packed({"inner.xlsx": packed({"a": b"0" * 50_000_000})})
    yield "binary workbook", packed({"xl/workbook.bin": b"0"})
    yield (
        "ODS, a cell repeated in both directions",
        ods(repeated(CELL.format(' table:number-columns-repeated="16384"'), 2**20)),
    )
    yield "ODS, rows repeated", ods(repeated(CELL.format(' table:number-columns-repeated="40"'), 2**20))
    yield (
        "ODS, a far cell",
        ods(
            repeated(CELL.format(""))
            + repeated(NONE.format(9), 2**20)
            + repeated(NONE.format(16_000) + CELL.format(""))
        ),
    )
    yield "ODS, a text repeated", ods(repeated(CELL.format("").replace("<text:p>1", f"<text:p>{'a' * 99_999}"), 9_999))
    yield (
        "ODS, blanks repeated",
        ods(repeated(CELL.format("").replace("<text:p>1", '<text:p>a<text:s text:c="2000000000"/>'))),
    )
    yield "ODS, entities", ods(repeated(CELL.format("").replace("<text:p>1", "<text:p>&l9;")), LAUGHS)
    yield "ODS, broken off", ods(repeated(CELL.format("").replace("</text:p>", "")))


MEASURED = """
import json, re, sys, time
from pathlib import Path
from goodwork.errors import GoodWorkError
from goodwork.sources.grids import read_sheets
told = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    content, start = path.read_bytes(), time.process_time()
    try:
        read_sheets(path.name, content)
        said = "read"
    except GoodWorkError as error:
        said = type(error).__name__
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
    told[path.name] = [said, time.process_time() - start, peak]
print(json.dumps(told))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in the way of Linux")
def test_bombs_are_refused_in_two_seconds_and_256_mib(tmp_path: Path) -> None:
    names = []
    for name, content in bombs():
        (tmp_path / name).write_bytes(content)
        names.append(name)
    done = subprocess.run([sys.executable, "-c", MEASURED, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert sorted(told) == sorted(names)
    assert {name: said for name, (said, *_) in told.items() if said != "SourceError"} == {}
    assert {name: seconds for name, (_, seconds, _) in told.items() if seconds > 2} == {}
    assert {name: peak for name, (*_, peak) in told.items() if peak > 256} == {}


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        (xlsx(f'<dimension ref="A1:XFD1048576"/>{FIRST}'), [["1"]]),
        (xlsx("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"), [["1", "2"], ["3", ""]]),
        (xlsx(FIRST + "".join(f'<row r="{i}"><c r="XFD{i}" s="1"/></row>' for i in range(2, 999))), [["1"]]),
        (
            ods(repeated(CELL.format("") + NONE.format(16_383)) + repeated(NONE.format(16_384), 1_048_575)),
            [["1"]],
        ),
        (ods(repeated(CELL.format(' table:number-columns-repeated="3"'), 2)), [["1"] * 3] * 2),
    ],
    ids=["claimed dimension", "no references", "formatted and empty", "ODS to its edges", "ODS repeats"],
)
def test_what_only_looks_large_is_read(content: bytes, cells: list[list[str]]) -> None:
    assert read_sheets("a", content)[0].cells == cells


def test_what_is_counted_is_not_too_low() -> None:
    document = OpenDocument()
    for letter in repeated(NONE.format(2) + CELL.format(' table:number-columns-repeated="3"'), 4):
        document.feed(letter.replace("table:", "").replace("text:", "").replace("office:", "").encode())
    assert (document.cells, document.text, document.damaged) == (12, 12, False)


def test_a_zip_with_a_changed_byte_is_refused() -> None:
    content = bytearray(xlsx(FIRST))
    at = content.index(b"xl/worksheets/sheet1.xml") + 40
    content[at] ^= 0xFF
    with pytest.raises(SourceError, match="could not be read"):
        look_over("a.xlsx", bytes(content))


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_with_any_byte_changed_is_whole_or_refused_however_it_is_packed(how: int) -> None:
    text = b"area,value\n" * 9
    content = packed({"a.csv": text}, how)
    for place in range(len(content)):
        for flip in (0x01, 0x80, 0xFF):
            broken = content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :]
            for read in (look_over, read_members):
                try:
                    found = read("a.zip", broken)
                except SourceError:
                    continue
                assert found == [] or list(found.values()) in ([], [text])


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "shift_jis", "idna", "punycode"])
def test_an_open_document_in_an_encoding_that_cannot_be_read_is_refused(encoding: str) -> None:
    content = ods(repeated(CELL.format("")), f'<?xml version="1.0" encoding="{encoding}"?>')
    with pytest.raises(SourceError, match="could not be read"):
        look_over("a.ods", content)
