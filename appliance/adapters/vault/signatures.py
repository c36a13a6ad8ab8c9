"""Ed25519 (RFC 8032) on certificates: which root a body calls gone, and whether a signature holds."""

import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from appliance.domain.destruction import NO_ROOT_GONE
from appliance.domain.retention import RECORD

_CERTIFIES = frozenset({"artefact_id", "number", "previous_hash", "root_generation_gone"})
_RECORD = frozenset(kind.value for kind in RECORD)


def certified_generation(body: bytes) -> int | None:
    """The live root's generation that a certificate's body calls gone; None for one of the record,
    which says that its root goes on. Raises ValueError for any other body.
    """
    stated = json.loads(body)
    if not isinstance(stated, dict) or not stated.keys() >= _CERTIFIES:
        raise ValueError("not a certificate")
    generation = stated["root_generation_gone"]
    if not isinstance(generation, int) or isinstance(generation, bool):
        raise ValueError("not a generation")
    is_of_the_record = stated.get("artefact_kind") in _RECORD
    return None if is_of_the_record and generation == NO_ROOT_GONE else generation


def certified_provider(body: bytes) -> str | None:
    """Who kept that root, by the certificate's body; None where it does not say."""
    named: str | None = json.loads(body).get("root_provider")
    return named


STATEMENT_MARK = b"quietroom energy statement\n"
"""Stands before what is signed, so that no statement can ever pass for a certificate."""


def require_statement(body: bytes) -> None:
    """Raises ValueError for what is no energy statement's body."""
    stated = json.loads(body)
    if not isinstance(stated, dict) or stated.get("what") != "quietroom energy statement":
        raise ValueError("not a statement")


def is_signed(body: bytes, signature: bytes, public_key: bytes) -> bool:
    """True when `signature` (64 bytes) over `body` is by the key of `public_key` (32 bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, body)
    except (InvalidSignature, ValueError):
        return False
    return True
