"""Reading a stream of bytes to its end in search of patterns, packed members in it too.

Memory stays bounded whatever is read: pieces of 4 MiB, each behind the end of the one before.
"""

import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from appliance.adapters.residue.patterns import Pattern
from appliance.domain.residue import Form

PIECE_BYTES = 4 * 1024 * 1024
OVERLAP_BYTES = 8192
UNPACKED_LIMIT_BYTES = 1024 * 1024 * 1024
DEPTH = 2
"""A packed member in a packed member is opened, not one in that."""
_STEP_BYTES = 64 * 1024
Key = tuple[Pattern, tuple[str, ...]]


class Unpacker(Protocol):
    """One of the standard library's decompressors, which bound what they give at once."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


class _Zlib:
    """zlib's own object keeps apart what it has not used; here it is given back by itself."""

    def __init__(self, window_bits: int) -> None:
        self._inner = zlib.decompressobj(window_bits)

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail


@dataclass(frozen=True)
class _Packing:
    name: str
    magic: bytes
    unpacker: Callable[[], Unpacker]


_PACKINGS = (
    _Packing("gzip", rb"\x1f\x8b\x08", lambda: _Zlib(31)),
    _Packing("zlib", rb"\x78[\x01\x5e\x9c\xda]", lambda: _Zlib(15)),
    _Packing("bzip2", rb"BZh[1-9]1AY&SY", bz2.BZ2Decompressor),
    _Packing("xz", rb"\xfd7zXZ\x00", lzma.LZMADecompressor),
)
_MAGICS = re.compile(b"|".join(b"(%s)" % each.magic for each in _PACKINGS), re.DOTALL)
_CLOSED = {b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4", b"PK\x03\x04": "zip"}


class Looking:
    """What one stream came to. `cannot` says why it could not be read whole; None where it was."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.patterns = patterns
        self.found: set[Key] = set()
        self.size_bytes = 0
        self.cannot: str | None = None


def look_into(stream: BinaryIO, patterns: Sequence[Pattern]) -> Looking:
    """Every pattern that is in `stream`. Raises OSError when reading fails."""
    looking = Looking(patterns)
    reader = _Reader(looking, ())
    while piece := stream.read(PIECE_BYTES):
        if not looking.size_bytes and (packing := _CLOSED.get(piece[:4])):
            looking.cannot = f"packed with {packing}, which this program does not open"
        looking.size_bytes += len(piece)
        reader.feed(piece)
    return looking


class _Reader:
    """Takes bytes as they come, and opens what is packed in them."""

    def __init__(self, looking: Looking, packing: tuple[str, ...]) -> None:
        self._looking = looking
        self._packing = packing
        self._members: list[_Member] = []
        self._tail = b""

    def feed(self, fresh: bytes) -> None:
        if not self._members and not self._tail.strip(b"\0") and fresh.count(0) == len(fresh):
            return  # memory that nobody has written to
        for member in self._members:
            member.feed(fresh)
        piece = self._tail + fresh
        self._search(piece)
        if len(self._packing) < DEPTH:
            self._open_members(piece, len(self._tail))
        self._members = [member for member in self._members if not member.is_over]
        self._tail = piece[-OVERLAP_BYTES:]

    def _search(self, piece: bytes) -> None:
        folded, lineless = piece.lower(), piece.translate(None, b"\r\n")
        for pattern in self._looking.patterns:
            key = (pattern, self._packing)
            if key in self._looking.found:
                continue
            place = folded if pattern.is_folded else piece
            if pattern.form is Form.BASE64:
                place = lineless
            if pattern.needle in place:
                self._looking.found.add(key)

    def _open_members(self, piece: bytes, old_bytes: int) -> None:
        """Those whose first bytes were not all there the last time."""
        for match in _MAGICS.finditer(piece):
            if match.end() > old_bytes:
                kind = _PACKINGS[(match.lastindex or 1) - 1]
                inner = _Reader(self._looking, (*self._packing, kind.name))
                member = _Member(kind.unpacker(), inner, self._looking)
                member.feed(piece[match.start() :])
                self._members.append(member)


class _Member:
    """Something packed, unpacked as far as it goes; bytes that merely look packed end at once."""

    def __init__(self, unpacker: Unpacker, inner: _Reader, looking: Looking) -> None:
        self._unpacker = unpacker
        self._inner = inner
        self._looking = looking
        self._size_bytes = 0
        self.is_over = False

    def feed(self, data: bytes) -> None:
        for start in range(0, len(data), _STEP_BYTES):
            for part in self._unpacked(data[start : start + _STEP_BYTES]):
                self._size_bytes += len(part)
                self._inner.feed(part)
            if self._size_bytes > UNPACKED_LIMIT_BYTES:
                self._looking.cannot = "packed so tightly that it was not read to its end"
                self.is_over = True
            if self.is_over:
                return

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        try:
            part = self._unpacker.decompress(data, PIECE_BYTES)
            while part:
                yield part
                more = not (self._unpacker.eof or self._unpacker.needs_input)
                part = self._unpacker.decompress(b"", PIECE_BYTES) if more else b""
            self.is_over = self._unpacker.eof
        except (zlib.error, OSError, lzma.LZMAError, EOFError):
            self.is_over = True
