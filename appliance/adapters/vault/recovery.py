"""Sealing under a recovery passphrase: what opens a backup when the box itself is lost.

scrypt (RFC 7914; N = 2^17, r = 8, p = 1, which takes 128 MiB for a moment) turns the passphrase into
a key; AES-256-GCM seals pieces of 1 MiB, each bound to its place and to whether it is the last.
"""

import os
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from appliance.domain.errors import BackupUnreadable

MAGIC = b"QUIETROOM BACKUP 1\n"
PIECE_BYTES = 1 << 20
_SALT_BYTES = 16
_NONCE_BYTES = 12
_TAG_BYTES = 16
_PLACE = struct.Struct(">Q?")


def seal(passphrase: str, plain: bytes, purpose: str) -> bytes:
    """`plain` sealed under a passphrase for one purpose; a salt of its own each time."""
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    return salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, plain, purpose.encode())


def unseal(passphrase: str, sealed: bytes, purpose: str) -> bytes:
    """Raises BackupUnreadable for another passphrase, another purpose or altered bytes."""
    salt, nonce = sealed[:_SALT_BYTES], sealed[_SALT_BYTES : _SALT_BYTES + _NONCE_BYTES]
    body = sealed[_SALT_BYTES + _NONCE_BYTES :]
    return _opened(AESGCM(_key(passphrase, salt)), nonce, body, purpose.encode())


def write_sealed(file: BinaryIO, passphrase: str, data: Iterable[bytes]) -> None:
    """Everything in `data`, sealed piece by piece."""
    salt = os.urandom(_SALT_BYTES)
    cipher = AESGCM(_key(passphrase, salt))
    file.write(MAGIC + salt)
    waiting = b""
    position = 0
    for part in data:
        waiting += part
        while len(waiting) > PIECE_BYTES:
            _write_piece(file, cipher, position, False, waiting[:PIECE_BYTES])
            waiting = waiting[PIECE_BYTES:]
            position += 1
    _write_piece(file, cipher, position, True, waiting)


def read_sealed(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """The same again. Raises BackupUnreadable, also where the end is missing or was moved."""
    if file.read(len(MAGIC)) != MAGIC:
        raise BackupUnreadable
    cipher = AESGCM(_key(passphrase, file.read(_SALT_BYTES)))
    whole_bytes = _NONCE_BYTES + PIECE_BYTES + _TAG_BYTES
    position = 0
    piece = file.read(whole_bytes)
    while True:
        following = file.read(whole_bytes)
        place = _PLACE.pack(position, not following)
        yield _opened(cipher, piece[:_NONCE_BYTES], piece[_NONCE_BYTES:], place)
        if not following:
            return
        piece = following
        position += 1


def _write_piece(
    file: BinaryIO, cipher: AESGCM, position: int, is_last: bool, plain: bytes
) -> None:
    nonce = os.urandom(_NONCE_BYTES)
    file.write(nonce + cipher.encrypt(nonce, plain, _PLACE.pack(position, is_last)))


def _key(passphrase: str, salt: bytes) -> bytes:
    if len(salt) != _SALT_BYTES:
        raise BackupUnreadable
    return Scrypt(salt=salt, length=32, n=2**17, r=8, p=1).derive(passphrase.encode())


def _opened(cipher: AESGCM, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, sealed, bound)
    except (InvalidTag, ValueError):
        raise BackupUnreadable from None
