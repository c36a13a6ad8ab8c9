"""What a slot's block holds: a secret as it is, or sealed under a key that the root's provider keeps.

Layout of a sealed block: magic, provider, number of the key, generation, nonce, the secret under
AES-256-GCM, SHA-256 of it all. The associated data binds it to its file, provider, key and
generation. The digest tells a block torn by a crash from one that this machine cannot open.
"""

import hashlib
import os
import struct
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SLOT_BYTES = 4096
SECRET_BYTES = 32
FILE = "file"
"""The provider of a secret that lies in its slot as it is."""
_NONCE_BYTES = 12
_DIGEST_BYTES = 32
_PLAIN_MAGIC = b"QRSLOT01"
_PLAIN = struct.Struct(">8sQ32s32s")
_SEALED_MAGIC = b"QRSLOT02"
_SEALED = struct.Struct(">8s16sQQ12s48s32s")


@dataclass(frozen=True, kw_only=True)
class Written:
    """A whole block as it is read; `number` says which of its provider's keys sealed it."""

    provider: str
    number: int
    generation: int
    body: bytes = field(repr=False)


class Sealing(Protocol):
    """One way of putting a secret into a block. `role` is the name of the file it is for."""

    @property
    def provider(self) -> str: ...

    def close(self, role: str, generation: int, secret: bytes) -> bytes:
        """A block of 4096 bytes."""
        ...

    def open(self, role: str, written: Written) -> bytes | None:
        """The secret (32 bytes); None where this is not what the block was closed with."""
        ...


class _InTheOpen:
    """The secret lies in the block as it is."""

    provider = FILE

    def close(self, _role: str, generation: int, secret: bytes) -> bytes:
        digest = _plain_digest(generation, secret)
        return _PLAIN.pack(_PLAIN_MAGIC, generation, secret, digest).ljust(SLOT_BYTES, b"\0")

    def open(self, _role: str, written: Written) -> bytes | None:
        return written.body if written.provider == FILE else None


IN_THE_OPEN = _InTheOpen()


@dataclass(frozen=True, kw_only=True)
class UnderKey:
    """The secret is sealed under `key` (32 bytes), which the provider knows by `number`."""

    provider: str
    number: int
    key: bytes = field(repr=False)

    def close(self, role: str, generation: int, secret: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self.key).encrypt(nonce, secret, self._binding(role, generation))
        head = (_SEALED_MAGIC, self.provider.encode(), self.number, generation, nonce, sealed)
        packed = _SEALED.pack(*head, bytes(_DIGEST_BYTES))[:-_DIGEST_BYTES]
        return (packed + hashlib.sha256(packed).digest()).ljust(SLOT_BYTES, b"\0")

    def open(self, role: str, written: Written) -> bytes | None:
        if (written.provider, written.number) != (self.provider, self.number):
            return None
        nonce, sealed = written.body[:_NONCE_BYTES], written.body[_NONCE_BYTES:]
        try:
            binding = self._binding(role, written.generation)
            return AESGCM(self.key).decrypt(nonce, sealed, binding)
        except InvalidTag:
            return None

    def _binding(self, role: str, generation: int) -> bytes:
        return f"quietroom slot|{role}|{self.provider}|{self.number}|{generation}".encode()


def parse(block: bytes) -> Written | None:
    """What a block says it holds; None where it is empty or torn."""
    if block.startswith(_PLAIN_MAGIC) and len(block) >= _PLAIN.size:
        _, generation, secret, digest = _PLAIN.unpack_from(block)
        if _plain_digest(generation, secret) == digest:
            return Written(provider=FILE, number=0, generation=generation, body=secret)
    if block.startswith(_SEALED_MAGIC) and len(block) >= _SEALED.size:
        _, provider, number, generation, nonce, sealed, digest = _SEALED.unpack_from(block)
        if hashlib.sha256(block[: _SEALED.size - _DIGEST_BYTES]).digest() == digest:
            name = provider.rstrip(b"\0").decode("ascii", "replace")
            return Written(provider=name, number=number, generation=generation, body=nonce + sealed)
    return None


def _plain_digest(generation: int, secret: bytes) -> bytes:
    return hashlib.sha256(_PLAIN_MAGIC + generation.to_bytes(8, "big") + secret).digest()
