"""What was destroyed, why, and how far that is proved (promise P5)."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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
    DestructionState.HELD: "out of reach, kept by a legal hold",
    DestructionState.DOOMED: "out of reach, key goes within a minute",
    DestructionState.KEY_DELETED: "key deleted, not proved",
    DestructionState.PROVED: "destroyed",
}


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """States that one artefact can no longer be read; never what was in it.

    `root_generation_gone`: the root that wrapped its key and was overwritten. `root_provider` and
    `provider_limit` say what the proof rests on. `chain_head` is the audit chain's head when it was
    written; `signature` is Ed25519 over `certificate_body`, base64, made by the keyring.
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
    signature: str = ""


def certificate_body(certificate: Certificate) -> bytes:
    """The bytes that are signed: every field but the signature, canonical JSON."""
    fields = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in vars(certificate).items()
        if name != "signature"
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
