"""Consent → recording: pieces of at most 1 MiB, each sealed and durable before it is acknowledged."""

import uuid
from dataclasses import replace
from datetime import datetime

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action
from appliance.domain.consent import require_consent
from appliance.domain.encounter import Encounter, Sheet
from appliance.domain.errors import (
    AlreadyHasWords,
    PieceOutOfOrder,
    PieceTooLarge,
    RecordingEmpty,
    RecordingTooLarge,
    WrongStage,
)
from appliance.domain.lifecycle import STAGE_WORDS, Event, Stage
from appliance.domain.people import Account
from appliance.domain.recording import (
    MIB,
    PIECE_LIMIT_BYTES,
    RECORDING_LIMIT_BYTES,
    RECORDING_LIMIT_SECONDS,
)
from appliance.domain.retention import SOURCES, UNFINISHED, ArtefactKind, Rule
from appliance.domain.transcript import Origin
from appliance.steps import artefacts
from appliance.steps.access import note, own_encounter
from appliance.steps.box import Box
from appliance.steps.moves import doom, move, require_unheld, schedule
from appliance.steps.records import Records


def begin(box: Box, actor: Account, encounter_id: str) -> Encounter:
    """Open an encounter for pieces. Raises ConsentMissing, AlreadyHasWords, WrongStage."""
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        if encounter.stage is not Stage.OPEN or encounter.kind.needs_no_words:
            raise AlreadyHasWords(encounter_id=encounter_id)
        _require_consent(records, box, encounter_id)
        # A recording that could not be used makes way for the next one.
        doom(records, encounter, [ArtefactKind.RECORDING], Rule.REPLACED, now, actor=actor)
        recording = Artefact(
            id=str(uuid.uuid4()),
            kind=ArtefactKind.RECORDING,
            encounter_id=encounter_id,
            client_id=encounter.client_id,
            made_at=now,
            last_piece_at=now,
            is_finished=False,
            due_at=schedule(records).abandoned_at(now),
            due_rule=UNFINISHED.rule,
        )
        artefacts.add_empty(records, box.vault, recording)
        note(records, Action.RECORDING_BEGUN, now, actor=actor, encounter=encounter)
        return move(
            records,
            encounter,
            Event.RECORDING_BEGUN,
            origin=Origin.SPEECH,
            accepts_shortfall=False,
        )


def may_take_piece(box: Box, actor: Account, encounter_id: str, size_bytes: int) -> int:
    """Checked before a body is read. Returns the byte at which the next piece must begin."""
    if size_bytes > PIECE_LIMIT_BYTES:
        raise PieceTooLarge(encounter_id=encounter_id)
    with box.database.read() as records:
        _encounter, recording = _receiving(records, box, actor, encounter_id)
        return recording.size_bytes


def take_piece(box: Box, actor: Account, encounter_id: str, offset_bytes: int, piece: bytes) -> int:
    """Seal one piece; it is durable when this returns the bytes held so far.

    A piece that was already taken, sent again after a lost answer, is refused with the place to
    go on at. Raises PieceOutOfOrder, PieceTooLarge, RecordingTooLarge, ConsentMissing, WrongStage.
    """
    if len(piece) > PIECE_LIMIT_BYTES:
        raise PieceTooLarge(encounter_id=encounter_id)
    now = box.clock.now()
    with box.database.write() as records:
        _encounter, recording = _receiving(records, box, actor, encounter_id)
        if offset_bytes != recording.size_bytes or not piece:
            raise PieceOutOfOrder(
                encounter_id=encounter_id,
                details={"expected_offset_bytes": recording.size_bytes},
            )
        if recording.size_bytes + len(piece) > RECORDING_LIMIT_BYTES:
            raise _too_large(encounter_id)
        grown = _append(records, box, recording, piece, now)
    return grown.size_bytes


def finish(
    box: Box,
    actor: Account,
    encounter_id: str,
    *,
    size_bytes: int,
    declared_seconds: float | None = None,
) -> Encounter:
    """All pieces are here: queue for transcription. Raises RecordingEmpty, PieceOutOfOrder."""
    now = box.clock.now()
    with box.database.write() as records:
        encounter, recording = _receiving(records, box, actor, encounter_id)
        if recording.size_bytes == 0:
            raise RecordingEmpty(encounter_id=encounter_id)
        if recording.size_bytes != size_bytes:
            raise PieceOutOfOrder(
                encounter_id=encounter_id,
                details={"expected_offset_bytes": recording.size_bytes},
            )
        records.artefacts.save(
            replace(recording, is_finished=True, last_piece_at=now, due_at=None, due_rule=None)
        )
        facts: dict[str, str | int] = {"bytes": size_bytes}
        note(records, Action.RECORDING_FINISHED, now, actor=actor, encounter=encounter, facts=facts)
        return move(records, encounter, Event.RECORDING_FINISHED, declared_seconds=declared_seconds)


def retry(box: Box, actor: Account, encounter_id: str) -> Encounter:
    """Transcribe again a recording that failed and is still kept; a shortfall is then accepted."""
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        recording = artefacts.require(records, ArtefactKind.RECORDING, encounter_id=encounter_id)
        _require_consent(records, box, encounter_id)
        records.artefacts.save(replace(recording, due_at=None, due_rule=None))
        note(records, Action.RECORDING_FINISHED, now, actor=actor, encounter=encounter)
        return move(
            records,
            encounter,
            Event.RECORDING_RETRIED,
            origin=Origin.SPEECH,
            accepts_shortfall=True,
        )


def abandon(box: Box, actor: Account, encounter_id: str) -> Encounter:
    """The clinician gives up an unfinished recording: it is destroyed now, and what was heard of it.

    Raises UnderLegalHold.
    """
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        require_unheld(records, encounter.client_id)
        moved = move(records, encounter, Event.RECORDING_ABANDONED, origin=None, first_word_at=None)
        doom(records, encounter, SOURCES, Rule.DISCARDED, now, actor=actor)
        note(records, Action.WORDS_DISCARDED, now, actor=actor, encounter=encounter)
    return moved


def _append(
    records: Records, box: Box, recording: Artefact, piece: bytes, now: datetime
) -> Artefact:
    key = artefacts.open_key(records, box.vault, recording)
    position = recording.chunk_count
    sealed = box.vault.seal(key, recording.id, position, piece)
    records.artefacts.add_chunk(recording.id, position, sealed)
    grown = replace(
        recording,
        chunk_count=position + 1,
        size_bytes=recording.size_bytes + len(piece),
        last_piece_at=now,
        due_at=schedule(records).abandoned_at(now),
    )
    records.artefacts.save(grown)
    return grown


def _receiving(
    records: Records, box: Box, actor: Account, encounter_id: str
) -> tuple[Encounter, Artefact]:
    encounter = own_encounter(records, actor, encounter_id)
    if encounter.stage is not Stage.RECEIVING:
        raise WrongStage(encounter_id=encounter_id, details={"stage": STAGE_WORDS[encounter.stage]})
    _require_consent(records, box, encounter_id)
    return encounter, artefacts.require(records, ArtefactKind.RECORDING, encounter_id=encounter_id)


def _require_consent(records: Records, box: Box, encounter_id: str) -> None:
    artefact = artefacts.require(records, ArtefactKind.SHEET, encounter_id=encounter_id)
    sheet = artefacts.read(records, box.vault, artefact, Sheet)
    require_consent(
        sheet.participants, records.encounters.consents(encounter_id), encounter_id=encounter_id
    )


def _too_large(encounter_id: str) -> RecordingTooLarge:
    return RecordingTooLarge(
        encounter_id=encounter_id,
        details={
            "limit_mib": RECORDING_LIMIT_BYTES // MIB,
            "limit_minutes": RECORDING_LIMIT_SECONDS // 60,
        },
    )
