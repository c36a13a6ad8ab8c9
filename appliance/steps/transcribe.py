"""Recording → transcript: decode, hear window by window, store the words, doom the sound."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action
from appliance.domain.consent import require_consent
from appliance.domain.encounter import Attention, Encounter
from appliance.domain.errors import (
    NoSpeechFound,
    NotARecording,
    RecordingCutShort,
    RecordingEmpty,
    RecordingTooLarge,
    Unusable,
    WrongStage,
)
from appliance.domain.lifecycle import Event
from appliance.domain.recording import (
    SHORTFALL_TOLERANCE_SECONDS,
    SHORTFALL_TOLERANCE_SHARE,
    HeardWindow,
)
from appliance.domain.retention import FAILED, SILENT, ArtefactKind, Rule
from appliance.domain.transcript import UNKNOWN_SPEAKER, Origin, Transcript, Utterance
from appliance.steps import artefacts
from appliance.steps.access import note
from appliance.steps.box import Box
from appliance.steps.engine_ports import SoundBeingDecoded
from appliance.steps.moves import doom_artefacts, move, schedule, still_there
from appliance.steps.records import Records
from appliance.steps.sources import sheet_of

ATTENTIONS: Final[dict[str, Attention]] = {
    NoSpeechFound.code: Attention.NO_SPEECH_FOUND,
    NotARecording.code: Attention.NOT_A_RECORDING,
    RecordingEmpty.code: Attention.RECORDING_EMPTY,
    RecordingTooLarge.code: Attention.RECORDING_TOO_LARGE,
    RecordingCutShort.code: Attention.RECORDING_CUT_SHORT,
}


def transcribe(
    box: Box,
    encounter: Encounter,
    *,
    progress: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> Encounter:
    """One encounter's recording into words; repeatable until its transaction commits.

    `progress` takes the share done, 0 to 1. Raises Unavailable to be tried again; what can never
    be used leaves the encounter open with the reason for the clinician.
    """
    with box.database.read() as records:
        recording = artefacts.require(records, ArtefactKind.RECORDING, encounter_id=encounter.id)
        media = box.decoder.open(artefacts.each_chunk(records, box.vault, recording))
    try:
        with media as sound:
            transcript = _hear(box, encounter, sound, progress, cancelled)
    except Unusable as error:
        return _give_back(box, encounter, recording, error)
    return _store(box, encounter, recording, transcript)


def _declared_seconds(encounter: Encounter, sound: SoundBeingDecoded) -> float:
    return max(encounter.declared_seconds or 0.0, sound.declared_seconds or 0.0)


def _refuse_shortfall(encounter: Encounter, sound: SoundBeingDecoded) -> None:
    """Hold what was decoded against what the browser or the container declared."""
    declared = _declared_seconds(encounter, sound)
    if encounter.accepts_shortfall:
        return
    tolerance = max(SHORTFALL_TOLERANCE_SECONDS, SHORTFALL_TOLERANCE_SHARE * declared)
    if sound.seconds < declared - tolerance:
        raise RecordingCutShort(
            details={
                "declared_seconds": round(declared),
                "decoded_seconds": round(sound.seconds),
            }
        )


def _hear(
    box: Box,
    encounter: Encounter,
    sound: SoundBeingDecoded,
    progress: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> Transcript:
    utterances: list[Utterance] = []
    engine, is_demo = "", False
    for start_seconds, window in sound.windows(cancelled):
        if cancelled():
            raise WrongStage(encounter_id=encounter.id, details={"stage": "stopped"})
        heard = box.recogniser.hear(window)
        engine, is_demo = heard.engine, heard.is_demo_engine
        utterances += _utterances(heard, start_seconds, len(utterances))
        whole_seconds = max(_declared_seconds(encounter, sound), sound.seconds)
        progress(min(1.0, (start_seconds + len(window) / 32_000) / whole_seconds))
    _refuse_shortfall(encounter, sound)
    transcript = Transcript(
        origin=Origin.SPEECH,
        utterances=tuple(utterances),
        engine=engine,
        is_demo_engine=is_demo,
    )
    if not transcript.has_words:
        raise NoSpeechFound
    return transcript


def _utterances(heard: HeardWindow, start_seconds: float, count: int) -> list[Utterance]:
    return [
        Utterance(
            id=f"u{count + number}",
            speaker=UNKNOWN_SPEAKER,
            text=phrase.text,
            start_seconds=round(start_seconds + phrase.start_seconds, 2),
            end_seconds=round(start_seconds + phrase.end_seconds, 2),
            unsure=phrase.unsure,
        )
        for number, phrase in enumerate(heard.phrases, start=1)
        if phrase.text.strip()
    ]


def _store(
    box: Box, encounter: Encounter, recording: Artefact, transcript: Transcript
) -> Encounter:
    now = box.clock.now()
    with box.database.write() as records:
        current = still_there(records, encounter, recording)
        require_consent(
            sheet_of(records, box, current).participants,
            records.encounters.consents(current.id),
            encounter_id=current.id,
        )
        artefacts.keep(
            records,
            box.vault,
            ArtefactKind.TRANSCRIPT,
            transcript,
            now=now,
            encounter_id=encounter.id,
            client_id=encounter.client_id,
            due_at=schedule(records).due_at(ArtefactKind.TRANSCRIPT, now),
        )
        # In the same transaction: the words are safe, so the sound must go (P3).
        doom_artefacts(records, [recording], Rule.WORDS_STORED, now, encounter=current)
        facts: dict[str, str | int] = {"utterances": len(transcript.utterances)}
        note(records, Action.WORDS_STORED, now, encounter=current, facts=facts)
        return move(
            records,
            current,
            Event.WORDS_STORED,
            first_word_at=now,
            engine=transcript.engine,
            is_demo_engine=transcript.is_demo_engine,
            sources_destroyed_at=None,
        )


def _give_back(box: Box, encounter: Encounter, recording: Artefact, error: Unusable) -> Encounter:
    """Tell the clinician; the recording is kept a while, in case they want to try again."""
    now = box.clock.now()
    with box.database.write() as records:
        current = still_there(records, encounter, recording)
        due_at, rule = _failed_due_at(records, recording, error, now)
        kept = records.artefacts.get(recording.id)
        records.artefacts.save(replace(kept, due_at=due_at, due_rule=rule))
        facts: dict[str, str | int] = {"step": "transcribe", "code": error.code}
        note(records, Action.STEP_FAILED, now, encounter=current, facts=facts)
        attention = ATTENTIONS.get(error.code, Attention.NOT_A_RECORDING)
        return move(records, current, Event.RECORDING_FAILED, attention=attention, origin=None)


def _failed_due_at(
    records: Records, recording: Artefact, error: Unusable, now: datetime
) -> tuple[datetime, Rule]:
    if error.code == NoSpeechFound.code:
        return schedule(records).silent_recording_due_at(recording.last_piece_at), SILENT.rule
    return schedule(records).failed_recording_due_at(now), FAILED.rule
