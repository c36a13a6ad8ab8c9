"""The root key's place on disk: fixed slots that are overwritten in place and synchronised.

Writing a new file and renaming it would leave the old root on the device. A slot is one 4 KiB
block of a file that never grows: magic, generation, secret, SHA-256 of the three.
(Reardon, Basin, Capkun, "SoK: Secure Data Deletion", 2013, on overwriting in place.)
"""

import hashlib
import os
import secrets
import struct
from collections.abc import Mapping
from pathlib import Path

from appliance.domain.errors import Misconfigured

SLOT_BYTES = 4096
SECRET_BYTES = 32
PROVIDER = "file"
PROVIDER_LIMIT = "file: the storage device may retain old blocks"
_MAGIC = b"QRSLOT01"
_LAYOUT = struct.Struct(">8sQ32s32s")


class SlotFile:
    """A file of `count` slots. Each holds one (generation, 32-byte secret) or nothing."""

    def __init__(self, path: Path, count: int) -> None:
        self._path = path
        self._count = count
        if not path.exists():
            _create(path, count)

    def read(self) -> dict[int, bytes]:
        """Secrets by generation. A slot torn by a crash while it was written reads as empty."""
        with self._path.open("rb") as file:
            blocks = [file.read(SLOT_BYTES) for _ in range(self._count)]
        return dict(found for found in map(_parse, blocks) if found)

    def write(self, generation: int, secret: bytes) -> None:
        """Put a secret into a free slot; durable when this returns. Misconfigured if none is free."""
        for index in range(self._count):
            if _parse(self._block(index)) is None:
                self._overwrite(index, _block(generation, secret))
                return
        raise Misconfigured(details={"reason": "the keyring has no free slot"})

    def advance(self, generation: int, secret: bytes) -> None:
        """Put it in the place of the older one of two; whole or not at all after a crash."""
        held = [_parse(self._block(index)) for index in range(self._count)]
        oldest = min(range(self._count), key=lambda index: (held[index] or (0, b""))[0])
        self._overwrite(oldest, _block(generation, secret))

    def destroy_all_but(self, keep: int) -> None:
        """Overwrite every slot that does not hold generation `keep`: random bytes, then zeros.

        Torn slots are overwritten too, for they may hold half a secret.
        """
        for index in range(self._count):
            found = _parse(self._block(index))
            if found is None or found[0] != keep:
                self._overwrite(index, secrets.token_bytes(SLOT_BYTES))
                self._overwrite(index, bytes(SLOT_BYTES))

    def _block(self, index: int) -> bytes:
        with self._path.open("rb") as file:
            file.seek(index * SLOT_BYTES)
            return file.read(SLOT_BYTES)

    def _overwrite(self, index: int, block: bytes) -> None:
        descriptor = os.open(self._path, os.O_WRONLY)
        try:
            os.pwrite(descriptor, block, index * SLOT_BYTES)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _create(path: Path, count: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, bytes(SLOT_BYTES * count))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _block(generation: int, secret: bytes) -> bytes:
    digest = hashlib.sha256(_MAGIC + generation.to_bytes(8, "big") + secret).digest()
    return _LAYOUT.pack(_MAGIC, generation, secret, digest).ljust(SLOT_BYTES, b"\0")


def _parse(block: bytes) -> tuple[int, bytes] | None:
    if len(block) < _LAYOUT.size:
        return None
    magic, generation, secret, digest = _LAYOUT.unpack_from(block)
    if magic != _MAGIC:
        return None
    if hashlib.sha256(_MAGIC + generation.to_bytes(8, "big") + secret).digest() != digest:
        return None
    return generation, secret


def newest(roots: Mapping[int, bytes]) -> int:
    """The highest generation present, 0 where there is none."""
    return max(roots, default=0)
