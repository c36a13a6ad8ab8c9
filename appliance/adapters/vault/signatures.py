"""Ed25519 (RFC 8032) on certificates: which root a body calls gone, and whether a signature holds."""

import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_CERTIFIES = frozenset({"artefact_id", "number", "previous_hash", "root_generation_gone"})


def certified_generation(body: bytes) -> int:
    """The root generation that a certificate's body names. Raises ValueError for any other body."""
    stated = json.loads(body)
    if not isinstance(stated, dict) or not stated.keys() >= _CERTIFIES:
        raise ValueError("not a certificate")
    generation = stated["root_generation_gone"]
    if not isinstance(generation, int) or isinstance(generation, bool):
        raise ValueError("not a generation")
    return generation


def certified_provider(body: bytes) -> str | None:
    """Who kept that root, by the certificate's body; None where it does not say."""
    named: str | None = json.loads(body).get("root_provider")
    return named


def is_signed(body: bytes, signature: bytes, public_key: bytes) -> bool:
    """True when `signature` (64 bytes) over `body` is by the key of `public_key` (32 bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, body)
    except (InvalidSignature, ValueError):
        return False
    return True
