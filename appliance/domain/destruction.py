"""What was destroyed, why, and how far that is proved (promise P5)."""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from appliance.domain.audit import GENESIS
from appliance.domain.retention import ArtefactKind, Rule


class DestructionState(StrEnum):
    """How far the destruction of one artefact has come."""

    HELD = "held"
    """Out of reach; a legal hold keeps it from being destroyed."""
    DOOMED = "doomed"
    """Out of reach; its key goes at the next turn of the root."""
    KEY_DELETED = "key_deleted"
    """Its key is deleted and the old root overwritten, but no failed read has proved it yet."""
    PROVED = "proved"
    """A read failed after the turn; the certificate is written."""


STATE_WORDS: dict[DestructionState, str] = {
    DestructionState.HELD: "set aside by a legal hold",
    DestructionState.DOOMED: "out of reach, key goes within a minute",
    DestructionState.KEY_DELETED: "key deleted, not proved",
    DestructionState.PROVED: "destroyed",
}


NO_ROOT_GONE = 0
"""Stands on a certificate for what hung from the record's lasting root, which goes on."""
LASTING_LIMIT = (
    "its key hung from the lasting root, which goes on: a copy of the database or a backup made "
    "before this destruction can still bring it back"
)


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """States that one artefact can no longer be read; never what was in it.

    `root_generation_gone`: the root that wrapped its key and was overwritten, or `NO_ROOT_GONE` for
    what was of the practice's record. `root_provider` and `provider_limit` say what the proof rests
    on. `chain_head` is the audit chain's head when it was
    written, `previous_hash` the certificate before it, so that none can be taken out of the row;
    `signature` is Ed25519 over `certificate_body`, base64, made by the keyring.
    """

    number: int
    artefact_id: str
    artefact_kind: ArtefactKind
    encounter_id: str | None
    client_id: str | None
    rule: Rule
    made_at: datetime
    due_at: datetime | None
    doomed_at: datetime
    destroyed_at: datetime
    root_generation_gone: int
    root_provider: str
    provider_limit: str
    chain_head: str
    previous_hash: str = GENESIS
    signature: str = ""


def certificate_body(certificate: Certificate) -> bytes:
    """The bytes that are signed: every field but the signature, canonical JSON."""
    fields = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in vars(certificate).items()
        if name != "signature"
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def certificate_hash(certificate: Certificate | None) -> str:
    """SHA-256 (hex) over what is signed and the signature; GENESIS before the first."""
    if certificate is None:
        return GENESIS
    signed = certificate_body(certificate) + b"\n" + certificate.signature.encode()
    return hashlib.sha256(signed).hexdigest()


def as_export(certificates: Iterable[Certificate], public_key: bytes) -> dict[str, Any]:
    """Certificates as a JSON object that carries all that is needed to check them elsewhere."""
    return {
        "what_it_is": "Certificates of destruction of one Quietroom box. They say nothing of what "
        "was in what was destroyed.",
        "how_to_check": "signature (base64) is Ed25519 (RFC 8032) by public_key (base64, 32 bytes) "
        "over the UTF-8 bytes of signed_text; previous_hash in it is the SHA-256 of the previous "
        "certificate's signed_text, a line feed, and its signature.",
        "public_key": base64.b64encode(public_key).decode(),
        "certificates": [
            {
                "number": certificate.number,
                "signed_text": certificate_body(certificate).decode(),
                "signature": certificate.signature,
            }
            for certificate in certificates
        ],
    }
