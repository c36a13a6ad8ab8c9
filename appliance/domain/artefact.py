"""One sealed thing: what it is, whose, until when, and how far its destruction has come."""

from dataclasses import dataclass
from datetime import datetime

from appliance.domain.destruction import DestructionState
from appliance.domain.retention import ArtefactKind, Rule
from appliance.domain.vault import WrappedKey


@dataclass(frozen=True, kw_only=True)
class Artefact:
    """Sealed under a key of its own, in `chunk_count` chunks of `size_bytes` before sealing.

    `announced_bytes` is how large a recording that is sent in pieces will be; None for all else.
    `key_deleted_generation` is the live root's generation that a turn destroyed after the key was
    deleted; None before that turn. `held_at`: a legal hold keeps it out of reach, where `doom_rule`
    would have had it destroyed.
    """

    id: str
    kind: ArtefactKind
    encounter_id: str | None
    client_id: str | None
    made_at: datetime
    last_piece_at: datetime
    size_bytes: int = 0
    chunk_count: int = 0
    is_finished: bool = True
    announced_bytes: int | None = None
    due_at: datetime | None = None
    due_rule: Rule | None = None
    held_at: datetime | None = None
    doomed_at: datetime | None = None
    doom_rule: Rule | None = None
    key_deleted_generation: int | None = None
    destroyed_at: datetime | None = None

    @property
    def state(self) -> DestructionState | None:
        """How far its destruction has come; None while it lives."""
        if self.destroyed_at is not None:
            return DestructionState.PROVED
        if self.key_deleted_generation is not None:
            return DestructionState.KEY_DELETED
        if self.doomed_at is not None:
            return DestructionState.DOOMED
        return DestructionState.HELD if self.held_at is not None else None


@dataclass(frozen=True, kw_only=True)
class DoomedKey:
    """A key about to be deleted, kept in memory over the turn to prove that it opens nothing."""

    artefact_id: str
    wrapped: WrappedKey
