"""Reading what is on record, for pages and the API; every reading leaves an audit line (P11)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action
from appliance.domain.capture import Capture
from appliance.domain.consent import Consent
from appliance.domain.destruction import Certificate
from appliance.domain.encounter import Encounter, Sheet
from appliance.domain.hold import LegalHold
from appliance.domain.lifecycle import Stage
from appliance.domain.masking.masked import MaskedLine, MaskMap
from appliance.domain.masking.restore import unmask
from appliance.domain.note import NoteDraft
from appliance.domain.people import Account, RecordKept
from appliance.domain.preferences import ChosenPreferences, Preferences
from appliance.domain.retention import ArtefactKind, Reminder, reminder
from appliance.domain.sealed import KeptNote, StoredMaskedText
from appliance.domain.transcript import Transcript
from appliance.steps import artefacts
from appliance.steps.access import note, readable_encounter, require_clinician
from appliance.steps.box import Box
from appliance.steps.readiness import Readiness, readiness
from appliance.steps.records import Records
from appliance.steps.sources import chosen_preferences, client_record_or_gone

Document = TypeVar("Document")
Find = Callable[[Records], tuple[Encounter, ...]]


@dataclass(frozen=True, kw_only=True)
class EncounterLine:
    """One encounter in a list. `is_on_hold`: a legal hold pauses every deadline of its client."""

    encounter: Encounter
    client_name: str
    words_due_at: datetime | None
    reminder: Reminder | None
    is_on_hold: bool


@dataclass(frozen=True, kw_only=True)
class EncounterView:
    """Everything one encounter's page shows; what is gone is None.

    `transcript` and the newest `draft` are there until they are destroyed; `kept` is the signed
    note; `words_due_at` is when the words must be gone, `draft_due_at` when an unsigned draft must;
    `energy_millijoules` is what the whole GPU used while its steps ran, None: not measured.
    `capture`: of a recording that goes on as the session does.
    `other_sources` are the clinician's observations and the record facts as they stood when the
    names were masked, which the draft's statements may rest on besides the transcript.
    """

    encounter: Encounter
    client_name: str
    sheet: Sheet
    consents: Mapping[str, Consent]
    chosen: ChosenPreferences
    transcript: Transcript | None
    draft: NoteDraft | None
    kept: KeptNote | None
    ready: Readiness | None
    artefacts: tuple[Artefact, ...]
    certificates: tuple[Certificate, ...]
    step_runs: tuple[tuple[str, float, str], ...]
    words_due_at: datetime | None
    draft_due_at: datetime | None
    received_bytes: int
    capture: Capture | None
    has_failed_recording: bool
    sent_back_reason: str | None
    energy_millijoules: int | None
    record_kept: RecordKept
    other_sources: tuple[MaskedLine, ...]
    holds: tuple[LegalHold, ...]


def list_day(box: Box, actor: Account, start: datetime, end: datetime) -> tuple[EncounterLine, ...]:
    """The actor's encounters scheduled in [start, end), oldest first."""
    return _list(box, actor, lambda records: records.encounters.of_clinician(actor.id, start, end))


def list_unfinished(box: Box, actor: Account) -> tuple[EncounterLine, ...]:
    """The actor's encounters that are not signed, oldest first."""
    return _list(box, actor, lambda records: records.encounters.unfinished_of(actor.id))


def list_to_cosign(box: Box, actor: Account) -> tuple[EncounterLine, ...]:
    """What waits for the actor's co-signature."""
    return _list(box, actor, lambda records: records.encounters.awaiting_cosignature_of(actor.id))


def view_encounter(box: Box, actor: Account, encounter_id: str) -> EncounterView:
    """Raises Absent for an encounter that is not the actor's to see."""
    now = box.clock.now()
    with box.database.write() as records:
        encounter = readable_encounter(records, actor, encounter_id)
        note(records, Action.ENCOUNTER_READ, now, actor=actor, encounter=encounter)
        return _view(records, box, encounter)


def view_progress(box: Box, actor: Account, encounter_id: str) -> Encounter:
    """Where an encounter is, for polling: reads no content and leaves no audit line."""
    with box.database.read() as records:
        return readable_encounter(records, actor, encounter_id)


def view_preferences(box: Box, actor: Account) -> tuple[Preferences, Preferences]:
    """The practice's choices and the actor's own."""
    with box.database.read() as records:
        return (
            records.people.practice_preferences(),
            records.people.account_preferences(actor.id),
        )


def save_preferences(box: Box, actor: Account, preferences: Preferences) -> None:
    """The actor's own choices, for all their notes."""
    require_clinician(actor)
    now = box.clock.now()
    with box.database.write() as records:
        records.people.save_account_preferences(actor.id, preferences)
        note(records, Action.PREFERENCES_CHANGED, now, actor=actor)


def _view(records: Records, box: Box, encounter: Encounter) -> EncounterView:
    living = records.artefacts.living(encounter_id=encounter.id)
    sheet = _read_newest(records, box, living, ArtefactKind.SHEET, Sheet) or Sheet()
    record = client_record_or_gone(records, box, encounter.client_id)
    draft = _read_newest(records, box, living, ArtefactKind.DRAFT, NoteDraft)
    return EncounterView(
        encounter=encounter,
        client_name=record.name,
        sheet=sheet,
        consents=records.encounters.consents(encounter.id),
        chosen=chosen_preferences(records, record, encounter),
        transcript=_read_newest(records, box, living, ArtefactKind.TRANSCRIPT, Transcript),
        draft=draft,
        kept=_kept_note(records, box, living),
        ready=readiness(draft, sheet.header, encounter, records) if draft else None,
        artefacts=records.artefacts.of_encounter(encounter.id),
        certificates=records.certificates.of_encounter(encounter.id),
        step_runs=records.encounters.step_runs(encounter.id),
        words_due_at=_due_at(living, ArtefactKind.TRANSCRIPT),
        draft_due_at=_due_at(living, ArtefactKind.DRAFT),
        received_bytes=sum(a.size_bytes for a in living if a.kind is ArtefactKind.RECORDING),
        capture=records.captures.get(encounter.id),
        sent_back_reason=sheet.sent_back_reason or None,
        has_failed_recording=encounter.stage is Stage.OPEN
        and any(a.kind is ArtefactKind.RECORDING for a in living),
        energy_millijoules=records.encounters.energy_millijoules(encounter.id),
        record_kept=records.people.practice().record_kept,
        other_sources=_other_sources(records, box, living),
        holds=records.holds.on_client(encounter.client_id),
    )


def _read_newest(
    records: Records,
    box: Box,
    living: tuple[Artefact, ...],
    kind: ArtefactKind,
    document: type[Document],
) -> Document | None:
    found = [artefact for artefact in living if artefact.kind is kind]
    return artefacts.read(records, box.vault, found[-1], document) if found else None


def _kept_note(records: Records, box: Box, living: tuple[Artefact, ...]) -> KeptNote | None:
    for kind in (ArtefactKind.SIGNED_NOTE, ArtefactKind.COPIED_NOTE, ArtefactKind.PENDING_NOTE):
        kept = _read_newest(records, box, living, kind, KeptNote)
        if kept is not None:
            return kept
    return None


def _other_sources(
    records: Records, box: Box, living: tuple[Artefact, ...]
) -> tuple[MaskedLine, ...]:
    stored = _read_newest(records, box, living, ArtefactKind.MASKED_TEXT, StoredMaskedText)
    names = _read_newest(records, box, living, ArtefactKind.MASK_MAP, MaskMap)
    if stored is None or names is None:
        return ()
    return unmask((*stored.observations, *stored.record_facts), names)


def _due_at(living: tuple[Artefact, ...], kind: ArtefactKind) -> datetime | None:
    due = [a.due_at for a in living if a.kind is kind and a.due_at]
    return min(due, default=None)


def _list(box: Box, actor: Account, find: Find) -> tuple[EncounterLine, ...]:
    require_clinician(actor)
    now = box.clock.now()
    with box.database.write() as records:
        found = find(records)
        due = records.artefacts.words_due_at([encounter.id for encounter in found])
        lines = tuple(_line(records, box, e, due.get(e.id), now) for e in found)
        note(records, Action.ENCOUNTER_READ, now, actor=actor, facts={"count": len(lines)})
    return lines


def _line(
    records: Records, box: Box, encounter: Encounter, due_at: datetime | None, now: datetime
) -> EncounterLine:
    is_on_hold = bool(records.holds.on_client(encounter.client_id))
    first_at = encounter.first_word_at
    return EncounterLine(
        encounter=encounter,
        client_name=client_record_or_gone(records, box, encounter.client_id).name,
        words_due_at=due_at,
        reminder=reminder(first_at, due_at, now)
        if first_at and due_at and not is_on_hold
        else None,
        is_on_hold=is_on_hold,
    )
