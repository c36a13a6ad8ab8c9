"""Who saw or did what: append-only events, linked into a chain of hashes (promise P11)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.errors import ChainBroken

GENESIS = "0" * 64


class Action(StrEnum):
    """What was done. Reads are recorded as well as writes."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    ACCOUNT_CREATED = "account_created"
    CLIENT_CREATED = "client_created"
    CLIENT_READ = "client_read"
    CLIENT_CHANGED = "client_changed"
    ENCOUNTER_CREATED = "encounter_created"
    ENCOUNTER_READ = "encounter_read"
    SHEET_CHANGED = "sheet_changed"
    CONSENT_NOTED = "consent_noted"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    RECORDING_BEGUN = "recording_begun"
    RECORDING_TAKEN_OVER = "recording_taken_over"
    RECORDING_FINISHED = "recording_finished"
    SUMMARY_TYPED = "summary_typed"
    WORDS_STORED = "words_stored"
    WORDS_DISCARDED = "words_discarded"
    TRANSCRIPT_READ = "transcript_read"
    NAMES_MASKED = "names_masked"
    MASKED_TEXT_READ = "masked_text_read"
    GATE_BLOCKED = "gate_blocked"
    FINDINGS_READ = "findings_read"
    FINDINGS_DECIDED = "findings_decided"
    DRAFT_WRITTEN = "draft_written"
    DRAFT_READ = "draft_read"
    DRAFT_EDITED = "draft_edited"
    REDRAFT_ASKED = "redraft_asked"
    NOTE_SIGNED = "note_signed"
    COSIGNATURE_ASKED = "cosignature_asked"
    COSIGNATURE_DECLINED = "cosignature_declined"
    NOTE_COSIGNED = "note_cosigned"
    NOTE_COPIED = "note_copied"
    NOTE_READ = "note_read"
    ADDENDUM_ADDED = "addendum_added"
    HOLD_PLACED = "hold_placed"
    HOLD_LIFTED = "hold_lifted"
    HELD_BACK = "held_back"
    HELD_READ = "held_read"
    INVENTORY_READ = "inventory_read"
    CLIENT_DESTROYED = "client_destroyed"
    CLOCK_JUMPED = "clock_jumped"
    CLOCK_SET_BACK = "clock_set_back"
    TIME_ACCEPTED = "time_accepted"
    DOOMED = "doomed"
    ROOT_TURNED = "root_turned"
    CERTIFICATE_WRITTEN = "certificate_written"
    CERTIFICATE_READ = "certificate_read"
    PRACTICE_CHANGED = "practice_changed"
    PREFERENCES_CHANGED = "preferences_changed"
    STEP_FAILED = "step_failed"
    CANARY_HUNTED = "canary_hunted"
    RESIDUE_HUNTED = "residue_hunted"
    BACKUP_MADE = "backup_made"
    BACKUP_RESTORED = "backup_restored"


@dataclass(frozen=True, kw_only=True)
class AuditEvent:
    """One row. `facts` are identifiers, counts and rule names; never text from the record."""

    action: Action
    at: datetime
    account_id: str | None
    encounter_id: str | None = None
    client_id: str | None = None
    facts: Mapping[str, str | int] | None = None


@dataclass(frozen=True, kw_only=True)
class Link:
    """An event's place in the chain."""

    position: int
    event: AuditEvent
    hash: str


def link_hash(previous_hash: str, position: int, event: AuditEvent) -> str:
    """SHA-256 (hex) over the previous hash, the position and the event in canonical JSON."""
    body = json.dumps(
        {
            "previous": previous_hash,
            "position": position,
            "action": event.action.value,
            "at": event.at.isoformat(),
            "account": event.account_id,
            "encounter": event.encounter_id,
            "client": event.client_id,
            "facts": dict(event.facts or {}),
        },
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(body.encode()).hexdigest()


def verify_chain(links: Iterable[Link], *, previous_hash: str = GENESIS, position: int = 0) -> str:
    """The head's hash. Raises ChainBroken at the first link that does not fit."""
    for link in links:
        position += 1
        expected = link_hash(previous_hash, position, link.event)
        if link.position != position or link.hash != expected:
            raise ChainBroken(details={"position": position})
        previous_hash = expected
    return previous_hash
