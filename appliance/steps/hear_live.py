"""Live segment → words, while the session goes on: hear it, store its words, doom its key (P3)."""

from array import array
from dataclasses import replace
from datetime import datetime, timedelta

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action
from appliance.domain.capture import IDLE, Capture, in_order, speaker_of
from appliance.domain.consent import require_consent
from appliance.domain.encounter import Attention, Encounter, ParticipantRole
from appliance.domain.errors import SealBroken
from appliance.domain.lifecycle import Event, Stage
from appliance.domain.recording import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, HeardWindow
from appliance.domain.retention import UNFINISHED, ArtefactKind, Rule
from appliance.domain.transcript import Origin, Transcript, Utterance
from appliance.steps import artefacts
from appliance.steps.access import note
from appliance.steps.box import Box
from appliance.steps.moves import doom_artefacts, hold_up, move, schedule
from appliance.steps.records import Records
from appliance.steps.sources import sheet_of

LONGEST_WAIT_SECONDS = 15
TOLD_AFTER_ATTEMPTS = 3


def waiting(box: Box) -> tuple[str, ...]:
    """Encounters with live sound to be heard now, the furthest behind first."""
    now = box.clock.now()
    with box.database.read() as records:
        return records.captures.to_hear(
            now, idle_before=now - IDLE, forgotten_before=now - UNFINISHED.longest
        )


def hear_next(box: Box, encounter_id: str) -> bool:
    """The oldest segment that is whole, or the end of the recording where none is left.

    False where there is nothing to do. Words and doom are one transaction: a crash before it leaves
    the segment to be heard again, one after it nothing. Raises Unavailable to be tried again.
    """
    with box.database.read() as records:
        segment = _next_segment(records, encounter_id)
    if segment is not None and not segment.is_finished:
        segment = _close_idle(box, encounter_id)
    if segment is None:
        return _end_if_over(box, encounter_id)
    with box.database.read() as records:
        capture = records.captures.get(encounter_id)
        if capture is None:
            return False
        start_samples, pcm = _sound(records, box, segment, capture.channels)
    heard = [box.recogniser.hear(one) for one in _split(pcm, capture.channels)]
    return _store(box, encounter_id, segment, start_samples, heard)


def put_off(box: Box, encounter_id: str) -> int:
    """Speech recognition did not answer: try again later; how often it has failed by now.

    While the session goes on its own page says so; after the stop the clinician is told.
    """
    now = box.clock.now()
    with box.database.write() as records:
        capture = records.captures.get(encounter_id)
        if capture is None:
            return 0
        attempts = capture.attempts + 1
        later = now + timedelta(seconds=min(2**attempts, LONGEST_WAIT_SECONDS))
        records.captures.save(replace(capture, attempts=attempts, not_before_at=later))
        encounter = records.encounters.get(encounter_id)
        if encounter.stage is Stage.RECORDED and attempts >= TOLD_AFTER_ATTEMPTS:
            hold_up(records, encounter, Attention.STEP_FAILING)
    return attempts


def _next_segment(records: Records, encounter_id: str) -> Artefact | None:
    living = records.artefacts.living(encounter_id=encounter_id, kinds=[ArtefactKind.SEGMENT])
    return living[0] if living else None


def _close_idle(box: Box, encounter_id: str) -> Artefact | None:
    """Nothing came for a while: what is there need not lie here any longer."""
    now = box.clock.now()
    with box.database.write() as records:
        segment = _next_segment(records, encounter_id)
        if segment is None or segment.is_finished:
            return segment
        if now - segment.last_piece_at < IDLE:
            return None
        closed = replace(segment, is_finished=True)
        records.artefacts.save(closed)
    return closed


def _sound(records: Records, box: Box, segment: Artefact, channels: int) -> tuple[int, bytes]:
    """The sample it begins at, and its PCM. Raises KeyGone; SealBroken where something is missing."""
    key = artefacts.open_key(records, box.vault, segment)
    chunks = list(records.artefacts.chunks(segment.id))
    if not chunks or len(chunks) != segment.chunk_count:
        raise SealBroken(encounter_id=segment.encounter_id)
    pcm = bytearray()
    start_samples = chunks[0][0]
    for position, sealed in chunks:
        if position != start_samples + len(pcm) // (BYTES_PER_SAMPLE * channels):
            raise SealBroken(encounter_id=segment.encounter_id)
        pcm += box.vault.unseal(key, segment.id, position, sealed)
    return start_samples, bytes(pcm)


def _split(pcm: bytes, channels: int) -> list[bytes]:
    """Each channel by itself."""
    if channels == 1:
        return [pcm]
    samples = array("h", pcm)
    return [samples[channel::channels].tobytes() for channel in range(channels)]


def _store(
    box: Box,
    encounter_id: str,
    segment: Artefact,
    start_samples: int,
    heard: list[HeardWindow],
) -> bool:
    now = box.clock.now()
    with box.database.write() as records:
        capture = records.captures.get(encounter_id)
        current = _next_segment(records, encounter_id)
        if capture is None or current is None or current.id != segment.id:
            return False  # withdrawn, given up, or heard by another worker meanwhile
        encounter = records.encounters.get(encounter_id)
        people = sheet_of(records, box, encounter).participants
        given = records.encounters.consents(encounter_id)
        require_consent(people, given, encounter_id=encounter_id)
        is_alone = [person.role for person in people] == [ParticipantRole.CLIENT]
        said = _utterances(heard, start_samples, capture.utterance_count, is_alone=is_alone)
        encounter = _keep_words(records, box, encounter, said, heard[-1], now)
        doom_artefacts(records, [segment], Rule.WORDS_STORED, now, encounter=encounter)
        samples = segment.size_bytes // (BYTES_PER_SAMPLE * capture.channels)
        capture = replace(
            capture,
            heard_samples=capture.heard_samples + samples,
            utterance_count=capture.utterance_count + len(said),
            attempts=0,
            not_before_at=None,
        )
        records.captures.save(capture)
        if capture.is_stopped and _next_segment(records, encounter_id) is None:
            _end(records, encounter, capture, now)
    return True


def _utterances(
    heard: list[HeardWindow], start_samples: int, count: int, *, is_alone: bool
) -> tuple[Utterance, ...]:
    start_seconds = start_samples / SAMPLE_RATE_HZ
    found = [
        Utterance(
            id="",
            speaker=speaker_of(channel, len(heard), is_client_alone=is_alone),
            text=phrase.text,
            start_seconds=round(start_seconds + phrase.start_seconds, 2),
            end_seconds=round(start_seconds + phrase.end_seconds, 2),
        )
        for channel, window in enumerate(heard)
        for phrase in window.phrases
        if phrase.text.strip()
    ]
    return tuple(
        replace(said, id=f"u{count + number}") for number, said in enumerate(in_order(found), 1)
    )


def _keep_words(
    records: Records,
    box: Box,
    encounter: Encounter,
    said: tuple[Utterance, ...],
    heard: HeardWindow,
    now: datetime,
) -> Encounter:
    """Add to the transcript. The first word that is stored starts its days."""
    if not said:
        return encounter
    kept = artefacts.newest(records, ArtefactKind.TRANSCRIPT, encounter_id=encounter.id)
    before = artefacts.read(records, box.vault, kept, Transcript).utterances if kept else ()
    transcript = Transcript(
        origin=Origin.SPEECH,
        utterances=before + said,
        engine=heard.engine,
        is_demo_engine=heard.is_demo_engine,
    )
    if kept is not None:
        artefacts.rewrite(records, box.vault, kept, transcript)
        return encounter
    first_at = encounter.first_word_at or now
    artefacts.keep(
        records,
        box.vault,
        ArtefactKind.TRANSCRIPT,
        transcript,
        now=now,
        encounter_id=encounter.id,
        client_id=encounter.client_id,
        due_at=schedule(records).due_at(ArtefactKind.TRANSCRIPT, now, first_word_at=first_at),
    )
    changed = replace(
        encounter,
        first_word_at=first_at,
        engine=heard.engine,
        is_demo_engine=heard.is_demo_engine,
        sources_destroyed_at=None,
    )
    return records.encounters.save(changed)


def _end_if_over(box: Box, encounter_id: str) -> bool:
    """Stopped, or left alone for a day: then it is as if it had been stopped."""
    now = box.clock.now()
    with box.database.write() as records:
        capture = records.captures.get(encounter_id)
        if capture is None or _next_segment(records, encounter_id) is not None:
            return False
        is_forgotten = now >= schedule(records).abandoned_at(capture.last_piece_at)
        if not capture.is_stopped and not is_forgotten:
            return False
        _end(records, records.encounters.get(encounter_id), capture, now)
    return True


def _end(records: Records, encounter: Encounter, capture: Capture, now: datetime) -> None:
    """Its last word is stored, and all of its sound is doomed."""
    if encounter.stage is Stage.RECEIVING:
        note(records, Action.RECORDING_FINISHED, now, encounter=encounter)
        encounter = move(records, encounter, Event.RECORDING_FINISHED)
    kept = artefacts.newest(records, ArtefactKind.TRANSCRIPT, encounter_id=encounter.id)
    if kept is None:
        attention = Attention.NO_SPEECH_FOUND
        move(records, encounter, Event.RECORDING_FAILED, attention=attention, origin=None)
        return
    facts: dict[str, str | int] = {"utterances": capture.utterance_count}
    note(records, Action.WORDS_STORED, now, encounter=encounter, facts=facts)
    move(records, encounter, Event.WORDS_STORED)
