"""What can be wrong with a zip archive, for all that open one: sources, and the store."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib

#: What ``zipfile`` raises over archives with changed bytes; it promises only the first. Caught around its calls alone.
BROKEN = (
    zipfile.BadZipFile,  # a directory or header that makes no sense, a checksum that does not hold
    zlib.error,  # a deflated part that is damaged
    lzma.LZMAError,  # one packed by LZMA,
    OSError,  # one packed by bzip2
    EOFError,  # a part that ends too early
    struct.error,  # a field that is cut short
    ValueError,  # an offset before the beginning of the file, a name that is not UTF-8
    RuntimeError,  # a part said to be locked, and, as NotImplementedError, a method or version that is not known
)
