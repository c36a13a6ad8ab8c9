"""The flow that `bench crash` kills: a recording to its certificates, and words that run out.

It goes on from wherever the record says it is, as the box does after a power cut. What the record
acknowledged is noted in a journal, which the trial holds against the record afterwards. Speech and
drafts are given beforehand: the engines keep nothing, so nothing of theirs can be lost.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from appliance.bench.trial import let_pass
from appliance.domain.consent import ConsentState
from appliance.domain.encounter import Encounter, EncounterKind, Modality
from appliance.domain.lifecycle import WORK, Stage
from appliance.domain.masking.masked import MaskedText
from appliance.domain.note import NoteFormat
from appliance.domain.people import Account
from appliance.domain.preferences import ChosenPreferences
from appliance.domain.recording import DecodedSound, HeardPhrase, HeardWindow
from appliance.domain.retention import ArtefactKind
from appliance.domain.written import WrittenDraft, WrittenStatement
from appliance.steps import artefacts, receive_recording
from appliance.steps.apply_retention import apply_retention
from appliance.steps.box import Box
from appliance.steps.destroy import destroy_doomed, link_chain, settle
from appliance.steps.draft_note import draft_note
from appliance.steps.mask import mask
from appliance.steps.prepare_encounter import fill_sheet, note_consent, open_encounter
from appliance.steps.sign_note import sign
from appliance.steps.sources import sheet_of
from appliance.steps.take_summary import take_summary
from appliance.steps.transcribe import transcribe
from appliance.steps.watch_clock import accept_time

PIECE_BYTES = 3_000
PIECES = 3
LEASE_RUNS_OUT_SECONDS = 31
WORDS_RUN_OUT_SECONDS = 8 * 86_400
TURN_MAY_COME_SECONDS = 11
SAID = "I slept badly, and I talked with my sister about the move."
TYPED = "Client reports poor sleep. Talked about the move. Plan: sleep diary."


def sound_of(number: int) -> bytes:
    """The recording of run `number`: the same bytes whenever it is asked for."""
    return (b"%08d" % number) * (PIECE_BYTES * PIECES // 8)


class GivenSound:
    """A second of silence, whatever the recording was."""

    seconds = 1.0
    declared_seconds = None

    def __enter__(self) -> "GivenSound":
        return self

    def __exit__(self, *_exception: object) -> None:
        """Nothing is open."""

    def windows(self, cancelled: Callable[[], bool]) -> Iterator[tuple[float, bytes]]:
        yield 0.0, bytes(32_000)


class GivenEngines:
    """Decodes, hears and writes what was given beforehand."""

    def decode(self, media: bytes, cancelled: Callable[[], bool]) -> DecodedSound:
        return DecodedSound(pcm=bytes(32_000), declared_seconds=None)

    def open(self, media: Iterable[bytes]) -> "GivenSound":
        for _piece in media:
            """All of it must be readable."""
        return GivenSound()

    def hear(self, window: bytes) -> HeardWindow:
        phrase = HeardPhrase(text=SAID, start_seconds=0.0, end_seconds=0.9)
        return HeardWindow(phrases=(phrase,), engine="given", is_demo_engine=True, speech_seconds=1)

    def write(
        self,
        masked: MaskedText,
        kind: EncounterKind,
        note_format: NoteFormat,
        preferences: ChosenPreferences,
    ) -> WrittenDraft:
        said = tuple(
            WrittenStatement(text=line.text, sources=(line.id,), is_supported=True)
            for line in masked.utterances
        )
        keys = [section.key for section in note_format.sections]
        return WrittenDraft(
            sections=tuple((key, said if key == keys[0] else ()) for key in keys),
            engine="given",
            is_built_in=False,
            prefill_tokens=1,
            decode_tokens=1,
        )


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of the flow: number, whose, and where what was acknowledged is noted."""

    number: int
    box: Box
    clinician: Account
    client_id: str
    journal: Path
    move_clock: Callable[[float], None]

    def note(self, what: str, encounter_id: str, value: int = 0) -> None:
        """Append one line; in the kernel's hands when this returns, whoever is killed then."""
        line = json.dumps([self.number, what, encounter_id, value]) + "\n"
        descriptor = os.open(self.journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(descriptor, line.encode())
        os.close(descriptor)

    def noted(self, what: str) -> str | None:
        """The encounter of this run's last line of that kind."""
        lines = journal_lines(self.journal)
        found = [name for number, kind, name, _ in lines if (number, kind) == (self.number, what)]
        return found[-1] if found else None


def journal_lines(journal: Path) -> list[tuple[int, str, str, int]]:
    if not journal.exists():
        return []
    return [tuple(json.loads(line)) for line in journal.read_text().splitlines()]


def go_on(run: Run) -> None:
    """Start as the worker does, then go on from where the record is, to the last certificate."""
    run.move_clock(LEASE_RUNS_OUT_SECONDS)
    _sweep(run)
    _type_words(run)
    encounter_id = run.noted("opened") or _open(run, "opened")
    while (encounter := _at(run, encounter_id)).stage is not Stage.SIGNED:
        _advance(run, encounter)
    _destroy(run)
    if run.noted("aged") is None:
        let_pass(run.box, run.move_clock, WORDS_RUN_OUT_SECONDS)
        run.note("aged", encounter_id)
    _sweep(run)
    _destroy(run)


def _sweep(run: Run) -> None:
    """The clock leaps in a trial, so its time is accepted, as an administrator would."""
    settle(run.box)
    apply_retention(run.box)
    if accept_time(run.box, None):
        apply_retention(run.box)
    with run.box.database.read() as records:
        run.note("overdue", "", len(records.artefacts.due(run.box.clock.now())))


def _type_words(run: Run) -> None:
    """Words that nobody drafts: their seven days run out."""
    encounter_id = run.noted("words") or _open(run, "words")
    if run.noted("typed") is None:
        if _at(run, encounter_id).stage is Stage.OPEN:
            take_summary(run.box, run.clinician, encounter_id, TYPED)
        run.note("typed", encounter_id)


def _open(run: Run, what: str) -> str:
    kind, at = EncounterKind.INDIVIDUAL, run.box.clock.now()
    opened = open_encounter(
        run.box, run.clinician, run.client_id, kind, at, modality=Modality.IN_PERSON
    )
    run.note(what, opened.id)
    return opened.id


def _at(run: Run, encounter_id: str) -> Encounter:
    with run.box.database.read() as records:
        return records.encounters.get(encounter_id)


def _advance(run: Run, encounter: Encounter) -> None:
    match encounter.stage:
        case Stage.OPEN:
            _consent(run, encounter)
            size = len(sound_of(run.number))
            receive_recording.begin(run.box, run.clinician, encounter.id, length_bytes=size)
        case Stage.RECEIVING:
            _send(run, encounter)
        case Stage.DRAFTED:
            _sign(run, encounter)
        case _:
            _work(run)


def _consent(run: Run, encounter: Encounter) -> None:
    with run.box.database.read() as records:
        participants = sheet_of(records, run.box, encounter).participants
        given = records.encounters.consents(encounter.id)
    for person in participants:
        if person.id not in given:
            note_consent(run.box, run.clinician, encounter.id, person.id, ConsentState.GIVEN)


def _send(run: Run, encounter: Encounter) -> None:
    """From the byte that the box says it has; acknowledged is what it then answers."""
    media = sound_of(run.number)
    with run.box.database.read() as records:
        arriving = artefacts.require(records, ArtefactKind.RECORDING, encounter_id=encounter.id)
    held = arriving.size_bytes
    while held < len(media):
        piece = media[held : held + PIECE_BYTES]
        taken = receive_recording.take(
            run.box, run.clinician, encounter.id, arriving.id, held, piece
        )
        held = taken.held_bytes
        run.note("acknowledged", encounter.id, held)
    run.note("finished", encounter.id, len(media))


def _work(run: Run) -> None:
    """One step of the queue's next encounter, under a lease, as the worker takes it."""
    owner = f"crash-{os.getpid()}"
    with run.box.database.write() as records:
        taken = records.encounters.lease(WORK, owner, run.box.clock.now())
    if taken is None:
        run.move_clock(LEASE_RUNS_OUT_SECONDS)
        return
    match taken.stage:
        case Stage.RECORDED:
            transcribe(run.box, taken, progress=lambda _: None, cancelled=lambda: False)
        case Stage.TRANSCRIBED:
            mask(run.box, taken)
        case _:
            draft_note(run.box, taken)
    with run.box.database.write() as records:
        records.encounters.release(taken.id, owner)


def _sign(run: Run, encounter: Encounter) -> None:
    with run.box.database.read() as records:
        header = sheet_of(records, run.box, encounter).header
    if not header.times_confirmed_by:
        confirmed = replace(
            header,
            stopped_at=(header.started_at or run.box.clock.now()) + timedelta(minutes=50),
            times_confirmed_by=run.clinician.line,
        )
        fill_sheet(run.box, run.clinician, encounter.id, header=confirmed)
    sign(run.box, run.clinician, encounter.id, _at(run, encounter.id).revision)


def _destroy(run: Run) -> None:
    run.move_clock(TURN_MAY_COME_SECONDS)
    destroy_doomed(run.box)
    while link_chain(run.box):
        pass
