"""What became of everything an encounter was made from: kept, on its way out, or destroyed."""

from dataclasses import dataclass, replace
from datetime import datetime

from appliance.domain.artefact import Artefact
from appliance.domain.destruction import STATE_WORDS, DestructionState
from appliance.domain.retention import SOUND, ArtefactKind
from appliance.steps.read_record import EncounterView

KIND_WORDS: dict[ArtefactKind, str] = {
    ArtefactKind.RECORDING: "Recording",
    ArtefactKind.SEGMENT: "Part of a live recording",
    ArtefactKind.TRANSCRIPT: "Transcript or typed summary",
    ArtefactKind.MASKED_TEXT: "Masked text",
    ArtefactKind.MASK_MAP: "List of masked names",
    ArtefactKind.GATE_FINDINGS: "What the check found, and what you decided",
    ArtefactKind.DRAFT: "Draft",
    ArtefactKind.PENDING_NOTE: "Note before co-signature",
    ArtefactKind.COPIED_NOTE: "Copied note",
    ArtefactKind.SHEET: "Session details",
    ArtefactKind.CLIENT_RECORD: "Client's record",
    ArtefactKind.SIGNED_NOTE: "Signed note",
}


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """One thing: what it was, and how far its destruction is. `certificate_number` once proved.

    `is_held`: a legal hold keeps it out of reach instead of destroying it."""

    what: str
    rule: str
    state: str
    is_proved: bool
    is_held: bool
    doomed_at: datetime | None
    destroyed_at: datetime | None
    certificate_number: int | None


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One thing that is still here, and until when (None: the practice's record, whose date is the earliest
    where there is one; or sound, which stays until its words are stored)."""

    what: str
    due_at: datetime | None
    is_record: bool
    is_sound: bool


def receipts(view: EncounterView) -> tuple[Receipt, ...]:
    """One receipt for each thing doomed or destroyed, oldest first; live sound's many parts as one."""
    numbers = {c.artefact_id: c.number for c in view.certificates}
    gone = [artefact for artefact in view.artefacts if artefact.state is not None]
    parts = [artefact for artefact in gone if artefact.kind is ArtefactKind.SEGMENT]
    return _live(parts) + tuple(
        _receipt(artefact, numbers.get(artefact.id))
        for artefact in gone
        if artefact.kind is not ArtefactKind.SEGMENT
    )


def still_here(view: EncounterView) -> tuple[Kept, ...]:
    """What lives on, one line a kind, with its deadline."""
    living: dict[ArtefactKind, Kept] = {}
    for artefact in view.artefacts:
        if artefact.state is None:
            living[artefact.kind] = Kept(
                what=KIND_WORDS[artefact.kind],
                due_at=artefact.due_at,
                is_record=artefact.kind.is_record,
                is_sound=artefact.kind in SOUND,
            )
    return tuple(living.values())


def to_be_destroyed(view: EncounterView, kinds: frozenset[ArtefactKind]) -> tuple[str, ...]:
    """What a signature destroys, one line a kind with its count."""
    counts: dict[ArtefactKind, int] = {}
    for artefact in view.artefacts:
        if artefact.state is None and artefact.kind in kinds:
            counts[artefact.kind] = counts.get(artefact.kind, 0) + 1
    return tuple(
        KIND_WORDS[kind] + (f" ({count} versions)" if count > 1 else "")
        for kind, count in counts.items()
    )


def _live(parts: list[Artefact]) -> tuple[Receipt, ...]:
    """The parts of a live recording, together for each rule and how far their destruction is."""
    groups: dict[tuple[str, str], list[Artefact]] = {}
    for part in parts:
        groups.setdefault((str(part.doom_rule), str(part.state)), []).append(part)
    return tuple(_receipt_of_parts(group) for group in groups.values())


def _receipt_of_parts(group: list[Artefact]) -> Receipt:
    last = _receipt(group[-1], None)
    state = "Destroyed, each with a certificate" if last.is_proved else last.state
    return replace(last, what=f"Live recording, in parts: {len(group)}", state=state)


def _receipt(artefact: Artefact, number: int | None) -> Receipt:
    state = artefact.state or DestructionState.DOOMED
    words = STATE_WORDS[state]
    return Receipt(
        what=KIND_WORDS[artefact.kind],
        rule=artefact.doom_rule.value if artefact.doom_rule else "",
        state=words[:1].upper() + words[1:],
        is_held=state is DestructionState.HELD,
        is_proved=state is DestructionState.PROVED,
        doomed_at=artefact.doomed_at,
        destroyed_at=artefact.destroyed_at,
        certificate_number=number,
    )
