"""AES-256-GCM: wrapping artefact keys under a root, and sealing chunks under an artefact key.

The associated data binds a wrapped key to its artefact, root and generation, and a chunk to its
artefact and position, so that neither can be moved. (NIST SP 800-38D; 96-bit random nonces.)
"""

import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from appliance.domain.errors import SealBroken

KEY_BYTES = 32
_NONCE_BYTES = 12
_WRAPPED_BYTES = _NONCE_BYTES + KEY_BYTES + 16


def wrap(root: bytes, name: str, generation: int, artefact_id: str, key: bytes) -> bytes:
    """The key sealed under `root` (60 bytes)."""
    return _encrypt(root, key, _wrap_binding(name, generation, artefact_id))


def unwrap(root: bytes, name: str, generation: int, artefact_id: str, wrapped: bytes) -> bytes:
    """The key. Raises SealBroken when the wrapped key does not belong here."""
    return _decrypt(root, wrapped, _wrap_binding(name, generation, artefact_id))


def rewrap(
    old: bytes, new: bytes, name: str, generations: tuple[int, int], keys: list[tuple[str, bytes]]
) -> list[tuple[str, bytes]]:
    """Keys (artefact id, wrapped) moved from root `old` to `new`. Raises SealBroken."""
    out, back = AESGCM(old), AESGCM(new)
    left, entered = (_wrap_binding(name, generation, "") for generation in generations)
    moved = []
    nonces = os.urandom(_NONCE_BYTES * len(keys))
    for number, (artefact_id, wrapped) in enumerate(keys):
        whose = artefact_id.encode()
        try:
            key = out.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], left + whose)
        except (InvalidTag, ValueError):
            raise SealBroken from None
        nonce = nonces[number * _NONCE_BYTES : (number + 1) * _NONCE_BYTES]
        moved.append((artefact_id, nonce + back.encrypt(nonce, key, entered + whose)))
    return moved


def joined(wrapped: Iterable[bytes]) -> bytes:
    """Many wrapped keys as one run of bytes. Raises SealBroken where one has not their length."""
    keys = list(wrapped)
    if any(len(key) != _WRAPPED_BYTES for key in keys):
        raise SealBroken
    return b"".join(keys)


def apart(run: bytes) -> list[bytes]:
    """The wrapped keys of `joined` again."""
    return [run[at : at + _WRAPPED_BYTES] for at in range(0, len(run), _WRAPPED_BYTES)]


def seal(key: bytes, artefact_id: str, position: int, plain: bytes) -> bytes:
    """A chunk sealed under its artefact's key (28 bytes longer than `plain`)."""
    return _encrypt(key, plain, _chunk_binding(artefact_id, position))


def unseal(key: bytes, artefact_id: str, position: int, sealed: bytes) -> bytes:
    """The chunk. Raises SealBroken when it was altered or moved."""
    return _decrypt(key, sealed, _chunk_binding(artefact_id, position))


def _wrap_binding(name: str, generation: int, artefact_id: str) -> bytes:
    return f"quietroom key|{name}|{generation}|{artefact_id}".encode()


def _chunk_binding(artefact_id: str, position: int) -> bytes:
    return f"quietroom chunk|{artefact_id}|{position}".encode()


def _encrypt(key: bytes, plain: bytes, binding: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, binding)


def _decrypt(key: bytes, sealed: bytes, binding: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], binding)
    except (InvalidTag, ValueError):
        raise SealBroken from None
