"""Consent → recording: a file in pieces, each sealed and durable before it is acknowledged."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action
from appliance.domain.consent import require_consent
from appliance.domain.destruction import DestructionState
from appliance.domain.encounter import Encounter, Sheet
from appliance.domain.errors import (
    Absent,
    AlreadyHasWords,
    Destroyed,
    MoreThanAnnounced,
    PieceOutOfOrder,
    RecordingEmpty,
    RecordingTooLarge,
    WrongStage,
)
from appliance.domain.lifecycle import STAGE_WORDS, Event, Stage
from appliance.domain.people import Account
from appliance.domain.recording import (
    CHUNK_BYTES,
    MIB,
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


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A recording on its way: `held_bytes` of `length_bytes` are durable.

    `until` is when it is destroyed unless more of it arrives; None once it is whole.
    """

    id: str
    encounter: Encounter
    length_bytes: int
    held_bytes: int
    until: datetime | None

    @property
    def is_whole(self) -> bool:
        return self.held_bytes == self.length_bytes


def begin(
    box: Box,
    actor: Account,
    encounter_id: str,
    *,
    length_bytes: int,
    declared_seconds: float | None = None,
) -> Upload:
    """Open an encounter for a recording of so many bytes; `declared_seconds`: what a player says.

    Raises ConsentMissing, AlreadyHasWords, RecordingEmpty, RecordingTooLarge.
    """
    if length_bytes == 0:
        raise RecordingEmpty(encounter_id=encounter_id)
    if length_bytes > RECORDING_LIMIT_BYTES:
        raise _too_large(encounter_id)
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
            announced_bytes=length_bytes,
            due_at=schedule(records).abandoned_at(now),
            due_rule=UNFINISHED.rule,
        )
        artefacts.add_empty(records, box.vault, recording)
        note(records, Action.RECORDING_BEGUN, now, actor=actor, encounter=encounter)
        moved = move(
            records,
            encounter,
            Event.RECORDING_BEGUN,
            origin=Origin.SPEECH,
            accepts_shortfall=False,
            declared_seconds=declared_seconds,
        )
    return _upload(moved, recording)


def read_upload(box: Box, actor: Account, encounter_id: str, upload_id: str) -> Upload:
    """How much of it has arrived, also when it is whole already. Raises Absent, Destroyed."""
    with box.database.read() as records:
        encounter = own_encounter(records, actor, encounter_id)
        recording = _of_encounter(records, encounter_id, upload_id)
        # Whose last answer was lost asks when the words may be stored and the sound gone.
        if not recording.is_finished or recording.doom_rule is not Rule.WORDS_STORED:
            _require_there(recording)
        return _upload(encounter, recording)


def may_take(
    box: Box, actor: Account, encounter_id: str, upload_id: str, offset_bytes: int, size_bytes: int
) -> Upload:
    """Checked before a body is read.

    Raises PieceOutOfOrder, MoreThanAnnounced, ConsentMissing, WrongStage, Destroyed, Absent.
    """
    with box.database.read() as records:
        encounter, recording = _receiving(records, box, actor, encounter_id, upload_id)
        _require_place(recording, offset_bytes, size_bytes)
        return _upload(encounter, recording)


def take(
    box: Box, actor: Account, encounter_id: str, upload_id: str, offset_bytes: int, sound: bytes
) -> Upload:
    """Seal what came, all of it or nothing; it is durable when this returns. The last bytes queue
    the whole for transcription, in the same transaction.

    What was already taken, sent again after a lost answer, is refused with the place to go on at.
    Raises PieceOutOfOrder, MoreThanAnnounced, ConsentMissing, WrongStage, Destroyed, Absent.
    """
    now = box.clock.now()
    with box.database.write() as records:
        encounter, recording = _receiving(records, box, actor, encounter_id, upload_id)
        _require_place(recording, offset_bytes, len(sound))
        grown = _append(records, box, recording, sound, now)
        if grown.size_bytes == grown.announced_bytes:
            grown = replace(grown, is_finished=True, due_at=None, due_rule=None)
            encounter = _finish(records, encounter, grown, now, actor)
        records.artefacts.save(grown)
    return _upload(encounter, grown)


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


def abandon(box: Box, actor: Account, encounter_id: str, upload_id: str = "") -> Encounter:
    """The clinician gives up an unfinished recording (this one, where named): it is destroyed now.

    What was heard of it goes too. Raises UnderLegalHold, WrongStage, Destroyed, Absent.
    """
    now = box.clock.now()
    with box.database.write() as records:
        encounter = own_encounter(records, actor, encounter_id)
        if upload_id:
            _require_there(_of_encounter(records, encounter_id, upload_id))
        require_unheld(records, encounter.client_id)
        moved = move(records, encounter, Event.RECORDING_ABANDONED, origin=None, first_word_at=None)
        doom(records, encounter, SOURCES, Rule.DISCARDED, now, actor=actor)
        note(records, Action.WORDS_DISCARDED, now, actor=actor, encounter=encounter)
    return moved


def _append(
    records: Records, box: Box, recording: Artefact, sound: bytes, now: datetime
) -> Artefact:
    key = artefacts.open_key(records, box.vault, recording)
    position = recording.chunk_count
    for start in range(0, len(sound), CHUNK_BYTES):
        chunk = sound[start : start + CHUNK_BYTES]
        sealed = box.vault.seal(key, recording.id, position, chunk)
        records.artefacts.add_chunk(recording.id, position, sealed)
        position += 1
    return replace(
        recording,
        chunk_count=position,
        size_bytes=recording.size_bytes + len(sound),
        last_piece_at=now,
        due_at=schedule(records).abandoned_at(now),
    )


def _finish(
    records: Records, encounter: Encounter, recording: Artefact, now: datetime, actor: Account
) -> Encounter:
    facts: dict[str, str | int] = {"bytes": recording.size_bytes}
    note(records, Action.RECORDING_FINISHED, now, actor=actor, encounter=encounter, facts=facts)
    return move(records, encounter, Event.RECORDING_FINISHED)


def _receiving(
    records: Records, box: Box, actor: Account, encounter_id: str, upload_id: str
) -> tuple[Encounter, Artefact]:
    encounter = own_encounter(records, actor, encounter_id)
    recording = _of_encounter(records, encounter_id, upload_id)
    _require_there(recording)
    if encounter.stage is not Stage.RECEIVING or recording.is_finished:
        raise WrongStage(encounter_id=encounter_id, details={"stage": STAGE_WORDS[encounter.stage]})
    _require_consent(records, box, encounter_id)
    return encounter, recording


def _of_encounter(records: Records, encounter_id: str, upload_id: str) -> Artefact:
    found = records.artefacts.get(upload_id)
    if found.encounter_id != encounter_id or found.kind is not ArtefactKind.RECORDING:
        raise Absent
    return found


def _require_there(recording: Artefact) -> None:
    if recording.state is DestructionState.HELD:
        raise Absent(encounter_id=recording.encounter_id)
    if recording.state is not None:
        raise Destroyed(encounter_id=recording.encounter_id)


def _require_place(recording: Artefact, offset_bytes: int, size_bytes: int) -> None:
    if offset_bytes != recording.size_bytes:
        raise PieceOutOfOrder(
            encounter_id=recording.encounter_id,
            details={"expected_offset_bytes": recording.size_bytes},
        )
    announced = recording.announced_bytes or 0
    if recording.size_bytes + size_bytes > announced:
        raise MoreThanAnnounced(
            encounter_id=recording.encounter_id, details={"announced_bytes": announced}
        )


def _upload(encounter: Encounter, recording: Artefact) -> Upload:
    return Upload(
        id=recording.id,
        encounter=encounter,
        length_bytes=recording.announced_bytes or recording.size_bytes,
        held_bytes=recording.size_bytes,
        until=recording.due_at if not recording.is_finished else None,
    )


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
