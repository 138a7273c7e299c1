"""Zip archives from providers, opened only when they are safe to open."""

from __future__ import annotations

import io
import zipfile
import zlib

from goodwork.errors import Fault, SourceError

#: What the reader of zip archives raises over damaged ones, by where the damage lies: directory, compression, method,
#: length, offset, field, encryption. ``zipfile`` promises ``BadZipFile`` only for the first.
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError)
MAX_MEMBERS = 200
MAX_UNPACKED = 256 * 2**20
MAX_RATIO = 200


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
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
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
                with archive.open(item) as member:
                    found[item.filename] = member.read(item.file_size + 1)
                if len(found[item.filename]) != item.file_size:
                    raise _unreadable(name, f"{item.filename} is not of the size that is announced")
            return found
    except BROKEN:
        raise _unreadable(name, "it is not a zip archive, or it is damaged") from None


def _unreadable(name: str, what: str) -> SourceError:
    fault = Fault(what, file=name, remedy="fetch it again, or unpack the one file that is needed")
    return SourceError(f"{name} could not be unpacked", faults=[fault])
