"""Note draft → signed note: text, author and time frozen, and everything it was made from doomed."""

import hashlib
from dataclasses import replace
from datetime import datetime

from appliance.domain.audit import Action
from appliance.domain.encounter import Attention, Encounter, Sheet
from appliance.domain.errors import (
    EditedElsewhere,
    FieldsMissing,
    StatementUnresolved,
    TextEmpty,
    UnknownPlaceholders,
    WrongStage,
)
from appliance.domain.lifecycle import STAGE_WORDS, Event, Stage
from appliance.domain.note import Addendum, NoteDraft, SignedNote
from appliance.domain.note_text import note_text
from appliance.domain.people import Account, AccountRole, RecordKept
from appliance.domain.retention import BEFORE_SIGNING, ArtefactKind, Rule
from appliance.domain.sealed import KeptNote
from appliance.domain.sentences import readable
from appliance.steps import artefacts
from appliance.steps.access import note, own_encounter, supervised_encounter
from appliance.steps.box import Box
from appliance.steps.moves import doom, move, schedule
from appliance.steps.readiness import readiness
from appliance.steps.record_keeping import write_deadline
from appliance.steps.records import Records
from appliance.steps.sources import sheet_of

ADDENDUM_LIMIT_CHARACTERS = 20_000
REASON_LIMIT_CHARACTERS = 500


def sign(box: Box, actor: Account, encounter_id: str, revision: int) -> Encounter:
    """Sign the newest draft; where a co-signature is needed, pass it to the supervisor.

    Raises FieldsMissing, UnknownPlaceholders, StatementUnresolved, TextEmpty, EditedElsewhere,
    WrongStage.
    """
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        draft = _signable(records, box, encounter, revision)
        header = sheet_of(records, box, encounter).header
        observations = sheet_of(records, box, encounter).observations
        text = note_text(encounter.kind, draft, header, observations, box.zone)
        signed = _frozen(encounter, draft.format_key, text, actor, now)
        practice = records.people.practice()
        if practice.record_kept is RecordKept.ELSEWHERE or actor.role is AccountRole.BOX:
            return _copied(records, box, encounter, signed, actor, now)
        if actor.needs_cosignature:
            unsigned = artefacts.require(records, ArtefactKind.DRAFT, encounter_id=encounter_id)
            artefacts.keep(
                records,
                box.vault,
                ArtefactKind.PENDING_NOTE,
                KeptNote(note=signed),
                now=now,
                encounter_id=encounter_id,
                client_id=encounter.client_id,
                due_at=unsigned.due_at,
            )
            _remember_reason(records, box, encounter, "")
            note(records, Action.COSIGNATURE_ASKED, now, actor=actor, encounter=encounter)
            return move(records, encounter, Event.COSIGNATURE_ASKED)
        return _signed(records, box, encounter, signed, actor, now, Action.NOTE_SIGNED)


def cosign(box: Box, actor: Account, encounter_id: str) -> Encounter:
    """The supervisor signs too; only now is the note signed. Raises Absent, WrongStage."""
    now = box.clock.now()
    with box.database.write() as records:
        encounter = supervised_encounter(records, actor, encounter_id)
        pending = artefacts.require(records, ArtefactKind.PENDING_NOTE, encounter_id=encounter_id)
        kept = artefacts.read(records, box.vault, pending, KeptNote)
        signed = replace(kept.note, cosigner_line=actor.line, cosigned_at=now)
        return _signed(records, box, encounter, signed, actor, now, Action.NOTE_COSIGNED)


def decline_cosignature(box: Box, actor: Account, encounter_id: str, reason: str) -> Encounter:
    """The supervisor sends the note back, and says why. Raises TextEmpty, TextTooLong."""
    tidy = readable(reason, REASON_LIMIT_CHARACTERS)
    now = box.clock.now()
    with box.database.write() as records:
        encounter = supervised_encounter(records, actor, encounter_id)
        _remember_reason(records, box, encounter, tidy)
        doom(records, encounter, [ArtefactKind.PENDING_NOTE], Rule.REPLACED, now, actor=actor)
        note(records, Action.COSIGNATURE_DECLINED, now, actor=actor, encounter=encounter)
        return move(
            records,
            encounter,
            Event.COSIGNATURE_DECLINED,
            attention=Attention.COSIGNATURE_DECLINED,
        )


def add_addendum(box: Box, actor: Account, encounter_id: str, text: str) -> KeptNote:
    """Add to a signed note, which itself never changes. Raises TextEmpty, Absent, Destroyed."""
    tidy = readable(text, ADDENDUM_LIMIT_CHARACTERS)
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        artefact = artefacts.require(records, ArtefactKind.SIGNED_NOTE, encounter_id=encounter_id)
        kept = artefacts.read(records, box.vault, artefact, KeptNote)
        addendum = Addendum(text=tidy, author_line=actor.line, added_at=now)
        grown = replace(kept, addenda=(*kept.addenda, addendum))
        artefacts.rewrite(records, box.vault, artefact, grown)
        write_deadline(records, box, encounter.client_id, now)
        note(records, Action.ADDENDUM_ADDED, now, actor=actor, encounter=encounter)
    return grown


def _remember_reason(records: Records, box: Box, encounter: Encounter, reason: str) -> None:
    artefact = artefacts.require(records, ArtefactKind.SHEET, encounter_id=encounter.id)
    sheet = artefacts.read(records, box.vault, artefact, Sheet)
    if sheet.sent_back_reason != reason:
        artefacts.rewrite(records, box.vault, artefact, replace(sheet, sent_back_reason=reason))


def _signable(records: Records, box: Box, encounter: Encounter, revision: int) -> NoteDraft:
    if encounter.stage is not Stage.DRAFTED:
        raise WrongStage(encounter_id=encounter.id, details={"stage": STAGE_WORDS[encounter.stage]})
    if encounter.revision != revision:
        raise EditedElsewhere(encounter_id=encounter.id)
    artefact = artefacts.require(records, ArtefactKind.DRAFT, encounter_id=encounter.id)
    draft = artefacts.read(records, box.vault, artefact, NoteDraft)
    ready = readiness(draft, sheet_of(records, box, encounter).header, encounter, records)
    if ready.missing:
        raise FieldsMissing(encounter_id=encounter.id, details={"missing": ready.missing})
    if ready.unknown_placeholders:
        raise UnknownPlaceholders(
            encounter_id=encounter.id, details={"placeholders": ready.unknown_placeholders}
        )
    if ready.unsupported_count:
        raise StatementUnresolved(
            encounter_id=encounter.id, details={"count": ready.unsupported_count}
        )
    if ready.is_empty:
        raise TextEmpty(encounter_id=encounter.id)
    return draft


def _frozen(
    encounter: Encounter, format_key: str, text: str, author: Account, now: datetime
) -> SignedNote:
    """Whatever zone the box stands in later, the text is what it was."""
    return SignedNote(
        encounter_id=encounter.id,
        format_key=format_key,
        text=text,
        author_id=author.id,
        author_line=author.line,
        signed_at=now,
        content_sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _signed(
    records: Records,
    box: Box,
    encounter: Encounter,
    signed: SignedNote,
    actor: Account,
    now: datetime,
    action: Action,
) -> Encounter:
    artefacts.keep(
        records,
        box.vault,
        ArtefactKind.SIGNED_NOTE,
        KeptNote(note=signed),
        now=now,
        encounter_id=encounter.id,
        client_id=encounter.client_id,
    )
    doom(records, encounter, BEFORE_SIGNING, Rule.NOTE_SIGNED, now, actor=actor)
    note(records, action, now, actor=actor, encounter=encounter)
    moved = move(records, encounter, Event.NOTE_SIGNED, signed_at=now, sources_destroyed_at=now)
    write_deadline(records, box, encounter.client_id, now)
    return moved


def _copied(
    records: Records,
    box: Box,
    encounter: Encounter,
    signed: SignedNote,
    actor: Account,
    now: datetime,
) -> Encounter:
    """The chart is elsewhere: the copy here lives some days, with its sheet; the sources go now."""
    due_at = schedule(records).copied_note_due_at(now)
    sheet = artefacts.require(records, ArtefactKind.SHEET, encounter_id=encounter.id)
    records.artefacts.save(replace(sheet, due_at=due_at, due_rule=Rule.COPIED_ELSEWHERE))
    artefacts.keep(
        records,
        box.vault,
        ArtefactKind.COPIED_NOTE,
        KeptNote(note=signed),
        now=now,
        encounter_id=encounter.id,
        client_id=encounter.client_id,
        due_at=due_at,
    )
    doom(records, encounter, BEFORE_SIGNING, Rule.COPIED_ELSEWHERE, now, actor=actor)
    note(records, Action.NOTE_COPIED, now, actor=actor, encounter=encounter)
    return move(
        records,
        encounter,
        Event.NOTE_SIGNED,
        signed_at=now,
        copied_at=now,
        sources_destroyed_at=now,
    )
