"""Before the words: opening an encounter, filling in its sheet, and noting consents."""

import uuid
from dataclasses import replace
from datetime import datetime

from appliance.domain.audit import Action
from appliance.domain.consent import Consent, ConsentState
from appliance.domain.encounter import (
    Encounter,
    EncounterKind,
    Header,
    Modality,
    Observations,
    Participant,
    ParticipantRole,
    Sheet,
)
from appliance.domain.errors import FieldsInvalid, WrongStage
from appliance.domain.lifecycle import STAGE_WORDS, Stage
from appliance.domain.people import Account, ClientRecord
from appliance.domain.preferences import Preferences
from appliance.domain.retention import ArtefactKind
from appliance.domain.transcript import Origin
from appliance.steps import artefacts
from appliance.steps.access import note, own_client, own_encounter
from appliance.steps.box import Box
from appliance.steps.moves import take_back
from appliance.steps.record_keeping import write_deadline
from appliance.steps.records import Records


def open_encounter(
    box: Box,
    actor: Account,
    client_id: str,
    kind: EncounterKind,
    scheduled_at: datetime,
    *,
    modality: Modality | None = None,
) -> Encounter:
    """A new encounter whose sheet holds what the client's record already knows."""
    now = box.clock.now()
    with box.database.write() as records:
        own_client(records, actor, client_id)
        encounter = Encounter(
            id=str(uuid.uuid4()),
            client_id=client_id,
            clinician_id=actor.id,
            kind=kind,
            stage=Stage.OPEN,
            made_at=now,
            scheduled_at=scheduled_at,
        )
        records.encounters.add(encounter)
        record = _client_record(records, box, client_id)
        sheet = _first_sheet(record, actor, kind, scheduled_at, modality)
        artefacts.keep(
            records,
            box.vault,
            ArtefactKind.SHEET,
            sheet,
            now=now,
            encounter_id=encounter.id,
            client_id=client_id,
        )
        write_deadline(records, box, client_id, now)
        note(records, Action.ENCOUNTER_CREATED, now, actor=actor, encounter=encounter)
    return encounter


def renew_sheet(records: Records, box: Box, encounter: Encounter) -> None:
    """A sheet as the encounter had when it was opened, where the one it had was not restored.

    Its participants are new ones: no consent of before is theirs.
    """
    record = _client_record(records, box, encounter.client_id)
    clinician = records.people.account(encounter.clinician_id)
    sheet = _first_sheet(record, clinician, encounter.kind, encounter.scheduled_at, None)
    artefacts.keep(
        records,
        box.vault,
        ArtefactKind.SHEET,
        sheet,
        now=box.clock.now(),
        encounter_id=encounter.id,
    )


def fill_sheet(
    box: Box,
    actor: Account,
    encounter_id: str,
    *,
    header: Header | None = None,
    observations: Observations | None = None,
    participants: tuple[Participant, ...] | None = None,
) -> Sheet:
    """Change what a person fills in, until the note is signed. Raises WrongStage, FieldsInvalid."""
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        if encounter.stage in (Stage.SIGNED, Stage.AWAITING_COSIGNATURE):
            raise WrongStage(details={"stage": STAGE_WORDS[encounter.stage]})
        artefact = artefacts.require(records, ArtefactKind.SHEET, encounter_id=encounter_id)
        sheet = artefacts.read(records, box.vault, artefact, Sheet)
        if participants is not None and participants != sheet.participants:
            _refuse_beside_a_recording(records, encounter)
            participants = _renumbered(sheet.participants, participants)
        changed = replace(
            sheet,
            header=_checked(header) if header is not None else sheet.header,
            observations=observations if observations is not None else sheet.observations,
            participants=participants if participants is not None else sheet.participants,
        )
        artefacts.rewrite(records, box.vault, artefact, changed)
        records.encounters.save(encounter)  # what was reviewed before is no longer the newest
        note(records, Action.SHEET_CHANGED, now, actor=actor, encounter=encounter)
    return changed


def note_consent(
    box: Box, actor: Account, encounter_id: str, participant_id: str, state: ConsentState
) -> None:
    """Write down that a participant agreed or refused.

    Whoever had agreed and now refuses, or takes it back, is withdrawing: what was recorded goes.
    Raises FieldsInvalid, WrongStage once the note is signed.
    """
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        if encounter.stage is Stage.SIGNED:
            raise WrongStage(details={"stage": STAGE_WORDS[encounter.stage]})
        before = records.encounters.consents(encounter_id).get(participant_id)
        if state is not ConsentState.GIVEN and before and before.state is ConsentState.GIVEN:
            take_back(records, encounter, participant_id, actor, now)
            return
        if participant_id not in {person.id for person in _people(records, box, encounter_id)}:
            raise FieldsInvalid(details={"fields": ("participant",)})
        consent = Consent(
            participant_id=participant_id, state=state, noted_by=actor.id, noted_at=now
        )
        records.encounters.add_consent(encounter_id, consent)
        facts: dict[str, str | int] = {"participant": participant_id, "state": state.value}
        note(records, Action.CONSENT_NOTED, now, actor=actor, encounter=encounter, facts=facts)


def change_kind(box: Box, actor: Account, encounter_id: str, kind: EncounterKind) -> Encounter:
    """The client did not come, or it was another kind of contact. Raises WrongStage with words."""
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        if encounter.stage is not Stage.OPEN:
            raise WrongStage(details={"stage": STAGE_WORDS[encounter.stage]})
        note(records, Action.SHEET_CHANGED, now, actor=actor, encounter=encounter)
        return records.encounters.save(replace(encounter, kind=kind))


def choose_for_encounter(
    box: Box, actor: Account, encounter_id: str, preferences: Preferences
) -> Encounter:
    """How this one note is to be written."""
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        if encounter.stage in (Stage.SIGNED, Stage.AWAITING_COSIGNATURE):
            raise WrongStage(details={"stage": STAGE_WORDS[encounter.stage]})
        saved = records.encounters.save(replace(encounter, preferences=preferences))
        note(records, Action.PREFERENCES_CHANGED, now, actor=actor, encounter=encounter)
    return saved


def _client_record(records: Records, box: Box, client_id: str) -> ClientRecord:
    artefact = artefacts.require(records, ArtefactKind.CLIENT_RECORD, client_id=client_id)
    return artefacts.read(records, box.vault, artefact, ClientRecord)


def _first_sheet(
    record: ClientRecord,
    clinician: Account,
    kind: EncounterKind,
    scheduled_at: datetime,
    modality: Modality | None,
) -> Sheet:
    client = Participant(id=str(uuid.uuid4()), name=record.name, role=ParticipantRole.CLIENT)
    header = Header(
        client_name=record.name,
        client_birth_date=record.birth_date,
        clinician_line=clinician.line,
        started_at=scheduled_at,
        modality=modality,
        diagnosis=record.diagnosis,
        plan_goal=record.plan_goals[0] if record.plan_goals else "",
    )
    return Sheet(header=header, participants=() if kind.needs_no_words else (client,))


def _checked(header: Header) -> Header:
    if header.started_at and header.stopped_at and header.stopped_at <= header.started_at:
        raise FieldsInvalid(details={"fields": ("stop time must be after start time",)})
    return header


def _renumbered(
    before: tuple[Participant, ...], after: tuple[Participant, ...]
) -> tuple[Participant, ...]:
    """Whoever was not there under this id, name and role is another person without consent on file."""
    known = frozenset((person.id, person.name, person.role) for person in before)
    return tuple(
        person
        if (person.id, person.name, person.role) in known
        else replace(person, id=str(uuid.uuid4()))
        for person in after
    )


def _people(records: Records, box: Box, encounter_id: str) -> tuple[Participant, ...]:
    artefact = artefacts.require(records, ArtefactKind.SHEET, encounter_id=encounter_id)
    return artefacts.read(records, box.vault, artefact, Sheet).participants


def _refuse_beside_a_recording(records: Records, encounter: Encounter) -> None:
    """Nobody joins or leaves behind a recording's back, nor behind what was made from it."""
    from_speech = encounter.origin is Origin.SPEECH and encounter.stage is not Stage.OPEN
    kept = records.artefacts.living(encounter_id=encounter.id, kinds=[ArtefactKind.RECORDING])
    if from_speech or kept:
        raise WrongStage(details={"stage": STAGE_WORDS[encounter.stage]})
