"""From consent to words: what is refused, what is kept, and what a clinician can do next."""

from dataclasses import replace

import pytest

from appliance.domain.audit import Action
from appliance.domain.consent import ConsentState
from appliance.domain.encounter import Attention, Participant, ParticipantRole
from appliance.domain.errors import (
    Absent,
    AlreadyHasWords,
    ConsentMissing,
    Destroyed,
    MoreThanAnnounced,
    NotARecording,
    PieceOutOfOrder,
    RecordingEmpty,
    RecordingTooLarge,
    ServingUnavailable,
    WrongStage,
)
from appliance.domain.lifecycle import Stage
from appliance.domain.recording import CHUNK_BYTES, RECORDING_LIMIT_BYTES
from appliance.domain.retention import ArtefactKind
from appliance.steps import artefacts, edit_draft, receive_recording
from appliance.steps.apply_retention import apply_retention
from appliance.steps.mask import mask
from appliance.steps.prepare_encounter import fill_sheet, note_consent
from appliance.steps.transcribe import transcribe
from appliance.steps.withdraw_consent import withdraw_consent
from tests.boxes import Setting
from tests.flow import (
    begin,
    consent,
    draft_now,
    send,
    sign_now,
    summarise,
    transcribe_now,
    turn,
    upload,
    view,
)

pytestmark = pytest.mark.both_databases


def test_no_byte_is_taken_before_consent(setting: Setting) -> None:
    with pytest.raises(ConsentMissing):
        begin(setting)
    with pytest.raises(Absent):
        send(setting, setting.encounter.id, 0)
    assert [a for a in view(setting).artefacts if a.kind is ArtefactKind.RECORDING] == []


def test_one_participant_without_consent_keeps_recording_shut_and_typing_open(
    setting: Setting,
) -> None:
    consent(setting)
    people = view(setting).sheet.participants
    marcus = Participant(id="p2", name="Marcus", role=ParticipantRole.PARTNER)
    fill_sheet(setting.box, setting.clinician, setting.encounter.id, participants=(*people, marcus))
    added = view(setting).sheet.participants[-1]
    note_consent(
        setting.box, setting.clinician, setting.encounter.id, added.id, ConsentState.REFUSED
    )
    with pytest.raises(ConsentMissing):
        begin(setting)
    summarise(setting)


def test_consent_does_not_pass_to_somebody_who_takes_a_participants_place(
    setting: Setting,
) -> None:
    consent(setting)
    (dana,) = view(setting).sheet.participants
    somebody_else = replace(dana, name="Robin")
    fill_sheet(setting.box, setting.clinician, setting.encounter.id, participants=(somebody_else,))
    with pytest.raises(ConsentMissing):
        begin(setting)


def test_an_id_that_was_removed_brings_no_consent_back(setting: Setting) -> None:
    consent(setting)
    (dana,) = view(setting).sheet.participants
    box, actor, encounter = setting.box, setting.clinician, setting.encounter.id
    fill_sheet(box, actor, encounter, participants=())
    fill_sheet(box, actor, encounter, participants=(replace(dana, name="Robin"),))
    with pytest.raises(ConsentMissing):
        begin(setting)
    fill_sheet(box, actor, encounter, participants=())
    fill_sheet(box, actor, encounter, participants=(dana,))
    with pytest.raises(ConsentMissing):
        begin(setting)


def test_refusing_after_agreeing_is_taking_it_back(setting: Setting) -> None:
    upload(setting)
    (dana,) = view(setting).sheet.participants
    note_consent(
        setting.box, setting.clinician, setting.encounter.id, dana.id, ConsentState.REFUSED
    )
    assert setting.now_at().stage is Stage.OPEN
    assert turn(setting) == 1
    assert view(setting).certificates[0].rule.value == "consent withdrawn"


def test_nobody_is_taken_off_the_list_beside_what_was_recorded(setting: Setting) -> None:
    upload(setting)
    transcribe_now(setting)
    with pytest.raises(WrongStage):
        fill_sheet(setting.box, setting.clinician, setting.encounter.id, participants=())


def test_words_of_a_withdrawn_recording_do_not_come_back_with_the_next_one(
    setting: Setting,
) -> None:
    upload(setting, b"the first recording")
    first = setting.now_at()
    (dana,) = view(setting).sheet.participants

    class Interrupted(type(setting.box.recogniser)):  # type: ignore[misc]
        def hear(self, window: bytes) -> object:
            withdraw_consent(setting.box, setting.clinician, setting.encounter.id, dana.id)
            upload(setting, b"the second recording")
            return super().hear(window)

    box = setting.with_box(recogniser=Interrupted()).box
    with pytest.raises(WrongStage):
        transcribe(box, first, progress=lambda share: None, cancelled=lambda: False)
    assert view(setting).transcript is None
    (second,) = (
        a for a in view(setting).artefacts if a.kind is ArtefactKind.RECORDING and a.state is None
    )
    with setting.box.database.read() as records:
        kept = artefacts.read_bytes(records, setting.box.vault, second)
    assert kept == b"the second recording", "it was not destroyed unheard"


def test_words_discarded_while_they_are_masked_do_not_come_back(setting: Setting) -> None:
    summarise(setting, "The first summary is thrown away.")
    old = setting.now_at()
    real = setting.box.masker

    class Interrupted:
        def mask_and_admit(self, *given: object) -> object:
            edit_draft.discard_words(setting.box, setting.clinician, setting.encounter.id)
            summarise(setting, "The second summary stays.")
            return real.mask_and_admit(*given)

    with pytest.raises(WrongStage):
        mask(setting.with_box(masker=Interrupted()).box, old)
    living = [a.kind for a in view(setting).artefacts if a.state is None]
    assert ArtefactKind.MASKED_TEXT not in living
    draft_now(setting)
    assert "second" in str(view(setting).draft)


def test_nobody_joins_behind_the_back_of_a_recording(setting: Setting) -> None:
    consent(setting)
    begin(setting)
    with pytest.raises(WrongStage):
        fill_sheet(setting.box, setting.clinician, setting.encounter.id, participants=())


def test_pieces_go_on_where_they_were_and_never_twice(setting: Setting) -> None:
    consent(setting)
    arriving = begin(setting, 20)
    assert send(setting, arriving, 0) == 10
    with pytest.raises(PieceOutOfOrder) as caught:
        send(setting, arriving, 0)
    assert caught.value.details["expected_offset_bytes"] == 10
    with pytest.raises(PieceOutOfOrder):
        send(setting, arriving, 25)
    assert setting.now_at().stage is Stage.RECEIVING
    assert send(setting, arriving, 10) == 20
    assert setting.now_at().stage is Stage.RECORDED
    with pytest.raises(WrongStage):
        send(setting, arriving, 20)


def test_more_than_was_announced_is_refused_and_what_came_stays(setting: Setting) -> None:
    consent(setting)
    arriving = begin(setting, 15)
    send(setting, arriving, 0)
    with pytest.raises(MoreThanAnnounced) as caught:
        send(setting, arriving, 10)
    assert "15 bytes" in caught.value.message
    assert send(setting, arriving, 10, b"x" * 5) == 15


def test_an_empty_and_an_endless_recording_are_refused_before_their_first_byte(
    setting: Setting,
) -> None:
    consent(setting)
    with pytest.raises(RecordingEmpty):
        begin(setting, 0)
    with pytest.raises(RecordingTooLarge):
        begin(setting, RECORDING_LIMIT_BYTES + 1)
    assert setting.now_at().stage is Stage.OPEN


def test_a_large_piece_is_sealed_in_chunks_and_is_whole_again(setting: Setting) -> None:
    consent(setting)
    sound = bytes(range(256)) * (2 * CHUNK_BYTES // 256) + b"the rest"
    send(setting, begin(setting, len(sound)), 0, sound)
    with setting.box.database.read() as records:
        kept = artefacts.require(records, ArtefactKind.RECORDING, encounter_id=setting.encounter.id)
        assert kept.chunk_count == 3
        assert artefacts.read_bytes(records, setting.box.vault, kept) == sound


def test_an_upload_belongs_to_its_own_encounter_and_ends_with_it(setting: Setting) -> None:
    consent(setting)
    first = begin(setting)
    box, who, at = setting.box, setting.clinician, setting.encounter.id
    receive_recording.abandon(box, who, at, first)
    second = begin(setting)
    with pytest.raises(Destroyed):
        send(setting, first, 0)
    with pytest.raises(Destroyed):
        receive_recording.abandon(box, who, at, first)
    assert send(setting, second, 0) == 10
    (sheet,) = (a for a in view(setting).artefacts if a.kind is ArtefactKind.SHEET)
    with pytest.raises(Absent):
        send(setting, sheet.id, 0)


def test_a_sender_whose_last_answer_was_lost_learns_that_all_arrived(setting: Setting) -> None:
    consent(setting)
    arriving = begin(setting, 10)
    send(setting, arriving, 0)
    box, who, at = setting.box, setting.clinician, setting.encounter.id
    assert receive_recording.read_upload(box, who, at, arriving).is_whole
    transcribe_now(setting)
    assert turn(setting) == 1
    assert receive_recording.read_upload(box, who, at, arriving).is_whole


def test_a_second_upload_for_the_same_encounter_is_refused(setting: Setting) -> None:
    upload(setting)
    with pytest.raises(AlreadyHasWords):
        begin(setting)
    with pytest.raises(AlreadyHasWords):
        summarise(setting)


def test_withdrawn_consent_stops_the_upload_and_destroys_it(setting: Setting) -> None:
    consent(setting)
    arriving = begin(setting)
    send(setting, arriving, 0)
    (client,) = view(setting).sheet.participants
    withdraw_consent(setting.box, setting.clinician, setting.encounter.id, client.id)
    with pytest.raises(Destroyed):
        send(setting, arriving, 10)
    assert setting.now_at().stage is Stage.OPEN
    assert turn(setting) == 1
    assert view(setting).certificates[0].rule.value == "consent withdrawn"
    with pytest.raises(ConsentMissing):
        begin(setting)


def test_consent_withdrawn_while_it_is_transcribed_stores_no_words(setting: Setting) -> None:
    upload(setting)
    recorded = setting.now_at()
    (client,) = view(setting).sheet.participants

    class Withdrawing(type(setting.box.recogniser)):  # type: ignore[misc]
        def hear(self, window: bytes) -> object:
            withdraw_consent(setting.box, setting.clinician, setting.encounter.id, client.id)
            return super().hear(window)

    box = setting.with_box(recogniser=Withdrawing()).box
    with pytest.raises(WrongStage):
        transcribe(box, recorded, progress=lambda share: None, cancelled=lambda: False)
    assert view(setting).transcript is None
    assert setting.now_at().stage is Stage.OPEN


def test_withdrawn_consent_after_a_draft_takes_draft_and_words(setting: Setting) -> None:
    upload(setting)
    transcribe_now(setting)
    draft_now(setting)
    (client,) = view(setting).sheet.participants
    withdraw_consent(setting.box, setting.clinician, setting.encounter.id, client.id)
    seen = view(setting)
    assert (seen.transcript, seen.draft) == (None, None)
    assert turn(setting) == 5


def test_silence_is_told_and_never_drafted(setting: Setting) -> None:
    upload(setting)
    setting.box.recogniser.phrases = ()
    transcribe_now(setting)
    seen = view(setting)
    assert seen.encounter.stage is Stage.OPEN
    assert seen.encounter.attention is Attention.NO_SPEECH_FOUND
    assert (seen.transcript, seen.draft) == (None, None)
    setting.box.clock.move(hours=25)
    assert apply_retention(setting.box) == 1
    assert turn(setting) == 1


def test_a_file_that_is_no_recording_leaves_the_encounter_usable(setting: Setting) -> None:
    upload(setting)
    setting.box.decoder.error = NotARecording()
    transcribe_now(setting)
    assert setting.now_at().attention is Attention.NOT_A_RECORDING
    setting.box.clock.move(hours=73)
    assert apply_retention(setting.box) == 1
    summarise(setting)


def test_a_recording_cut_short_is_told_and_used_only_if_the_clinician_says_so(
    setting: Setting,
) -> None:
    upload(setting)
    setting.box.decoder.declared_seconds = 100.0
    transcribe_now(setting)
    assert setting.now_at().attention is Attention.RECORDING_CUT_SHORT
    assert view(setting).has_failed_recording
    receive_recording.retry(setting.box, setting.clinician, setting.encounter.id)
    transcribe_now(setting)
    assert setting.now_at().stage is Stage.TRANSCRIBED


def test_serving_that_does_not_answer_loses_nothing(setting: Setting) -> None:
    upload(setting)
    setting.box.recogniser.error = ServingUnavailable()
    with pytest.raises(ServingUnavailable):
        transcribe_now(setting)
    assert setting.now_at().stage is Stage.RECORDED
    setting.box.recogniser.error = None
    transcribe_now(setting)
    assert setting.now_at().stage is Stage.TRANSCRIBED


def test_transcribing_twice_stores_words_once(setting: Setting) -> None:
    upload(setting)
    recorded = setting.now_at()
    transcribe_now(setting)
    with pytest.raises((WrongStage, Destroyed)):
        transcribe(setting.box, recorded, progress=lambda s: None, cancelled=lambda: False)
    transcripts = [a for a in view(setting).artefacts if a.kind is ArtefactKind.TRANSCRIPT]
    assert len(transcripts) == 1


def test_what_was_done_is_on_the_audit_record_without_a_word_of_content(setting: Setting) -> None:
    upload(setting)
    transcribe_now(setting)
    draft_now(setting)
    sign_now(setting)
    with setting.box.database.read() as records:
        events = [event for _, event in records.audit.unlinked(1000)]
    actions = {event.action for event in events}
    assert actions >= {
        Action.CONSENT_NOTED,
        Action.RECORDING_FINISHED,
        Action.WORDS_STORED,
        Action.NAMES_MASKED,
        Action.DRAFT_WRITTEN,
        Action.ENCOUNTER_READ,
        Action.NOTE_SIGNED,
        Action.DOOMED,
    }
    assert "Marcus" not in str(events)
    assert "Dana" not in str(events)
