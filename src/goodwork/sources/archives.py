"""Zip archives from providers, opened only when they are safe to open."""

from __future__ import annotations

import io
import re
import zipfile

from goodwork.errors import Fault, SourceChanged, SourceError
from goodwork.zips import BROKEN

MAX_MEMBERS = 200
MAX_UNPACKED = 256 * 2**20
MAX_RATIO = 200
DAMAGED = "it is not a zip archive, or it is damaged"


def read_members(name: str, content: bytes) -> dict[str, bytes]:
    """The files in a zip archive, by the name they have in it.

    Raises ``SourceError`` when it is damaged, locked, holds more than ``MAX_MEMBERS`` files or one name twice, or would
    unpack to more than ``MAX_UNPACKED`` bytes or ``MAX_RATIO`` times its size. Sizes are checked before and while
    unpacking, whatever the archive says of itself.

    >>> import io, zipfile
    >>> buffer = io.BytesIO()
    >>> with zipfile.ZipFile(buffer, "w") as archive: archive.writestr("a.csv", "area")
    >>> read_members("a.zip", buffer.getvalue())
    {'a.csv': b'area'}
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except BROKEN:
        raise _unreadable(name, DAMAGED) from None
    with archive:
        items = [item for item in archive.infolist() if not item.is_dir()]
        allowed = min(MAX_UNPACKED, MAX_RATIO * len(content))
        if len(items) > MAX_MEMBERS or sum(item.file_size for item in items) > allowed:
            raise _unreadable(name, f"{len(items)} files unpack to more than {allowed:,} bytes")
        if len({item.filename for item in items}) < len(items):
            raise _unreadable(name, "two files in it have the same name")
        if any(item.flag_bits & 1 for item in items):
            raise _unreadable(name, "it is locked with a password")
        found: dict[str, bytes] = {}
        for item in items:
            try:
                with archive.open(item) as member:
                    found[item.filename] = member.read(item.file_size + 1)
            except BROKEN:
                raise _unreadable(name, DAMAGED) from None
            if len(found[item.filename]) != item.file_size:
                raise _unreadable(name, f"{item.filename} is not of the size that is announced")
        return found


def pick_member(name: str, content: bytes, pattern: str) -> bytes:
    r"""The one file of a zip whose name fits a pattern; bytes that are no such zip come back as they are.

    A workbook is a zip too: one that holds no member of that name is the file itself. Raises ``SourceChanged`` when
    several fit, or none in a zip that is no workbook, and what ``read_members`` raises.

    >>> pick_member("a.xls", b"the file itself", r"Table 7.*\.xlsx?")
    b'the file itself'
    """
    if not content.startswith(b"PK\x03\x04"):
        return content
    members = read_members(name, content)
    fitting = [title for title in members if re.search(pattern, title)]
    if len(fitting) == 1:
        return members[fitting[0]]
    if not fitting and ("[Content_Types].xml" in members or "mimetype" in members):
        return content
    raise SourceChanged(
        f"{name} holds {len(fitting) or 'no'} files of the name that is looked for",
        faults=[Fault(f"there is {title!r}", file=name) for title in (fitting or list(members))[:20]],
        remedy="see what the publisher calls the file now, then correct its pattern in sources.toml",
    )


def _unreadable(name: str, what: str) -> SourceError:
    fault = Fault(what, file=name, remedy="fetch it again, or unpack the one file that is needed")
    return SourceError(f"{name} could not be unpacked", faults=[fault])
