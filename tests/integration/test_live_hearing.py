"""A session recorded as it happens: what is heard while it goes on, and what goes."""

from array import array
from datetime import timedelta

import pytest

from appliance.domain.capture import (
    CaptureOver,
    Hearing,
)
from appliance.domain.encounter import Attention
from appliance.domain.errors import (
    ConsentMissing,
    SealBroken,
    ServingUnavailable,
)
from appliance.domain.hold import HoldReason
from appliance.domain.lifecycle import Stage
from appliance.domain.retention import Rule
from appliance.domain.segment import SEGMENT_LIMIT_SAMPLES
from appliance.steps import hear_live, receive_recording
from appliance.steps.apply_retention import apply_retention
from appliance.steps.legal_hold import place_hold
from appliance.steps.withdraw_consent import withdraw_consent
from tests.boxes import Setting
from tests.fakes import FakeRecogniser
from tests.flow import consent, draft_now, sign_now, turn, view
from tests.live_flow import RATE, begin, hear_all, living, segments, send, send_seconds, stop

pytestmark = pytest.mark.both_databases


@pytest.fixture
def begun(setting: Setting) -> Setting:
    consent(setting)
    begin(setting)
    return setting


# Segments and words -------------------------------------------------------------------------------


def test_sound_is_sealed_in_segments_of_at_most_30_s_each_with_its_own_key(
    begun: Setting,
) -> None:
    send_seconds(begun, 0, 70)
    found = living(begun)
    assert [segment.is_finished for segment in found] == [True, True, False]
    assert all(segment.size_bytes <= SEGMENT_LIMIT_SAMPLES * 2 for segment in found)
    assert sum(segment.size_bytes for segment in found) == 70 * RATE * 2
    with begun.box.database.read() as records:
        keys = {begun.box.vault.open_key(records.artefacts.key(one.id)) for one in found}
    assert len(keys) == 3


def test_each_segment_goes_when_its_words_are_stored_while_the_session_goes_on(
    begun: Setting,
) -> None:
    send_seconds(begun, 0, 65)
    assert hear_live.waiting(begun.box) == (begun.encounter.id,)
    assert hear_all(begun) == 2
    (left,) = living(begun)
    assert not left.is_finished
    assert [one.doom_rule for one in segments(begun) if one.state] == [Rule.WORDS_STORED] * 2
    assert begun.now_at().stage is Stage.RECEIVING
    assert len(view(begun).transcript.utterances) == 2
    assert hear_live.waiting(begun.box) == ()
    assert turn(begun) == 2


def test_after_the_stop_one_window_is_left_and_then_the_words_go_on(begun: Setting) -> None:
    send_seconds(begun, 0, 65)
    hear_all(begun)
    stop(begun, 65)
    assert begun.now_at().stage is Stage.RECORDED
    assert len(living(begun)) == 1
    assert hear_all(begun) == 1
    assert begun.now_at().stage is Stage.TRANSCRIBED
    said = view(begun).transcript.utterances
    assert [one.id for one in said] == ["u1", "u2", "u3"]
    assert [one.start_seconds for one in said] == sorted(one.start_seconds for one in said)
    assert living(begun) == []
    draft_now(begun)
    sign_now(begun)
    assert turn(begun) > 3
    with begun.box.database.read() as records:
        assert records.captures.get(begun.encounter.id) is None


def test_the_first_stored_word_starts_the_seven_days_and_later_ones_lengthen_nothing(
    begun: Setting,
) -> None:
    send_seconds(begun, 0, 30)
    hear_all(begun)
    first_at = begun.now_at().first_word_at
    due_at = view(begun).words_due_at
    assert due_at == first_at + timedelta(days=7)
    send_seconds(begun, 30, 40)
    hear_all(begun)
    assert (begun.now_at().first_word_at, view(begun).words_due_at) == (first_at, due_at)


def test_what_lies_in_a_pause_is_heard_and_goes_and_the_recording_can_go_on(
    begun: Setting,
) -> None:
    send_seconds(begun, 0, 5)
    assert hear_live.waiting(begun.box) == ()
    assert not hear_live.hear_next(begun.box, begun.encounter.id)
    begun.box.clock.move(seconds=61)
    assert hear_live.waiting(begun.box) == (begun.encounter.id,)
    assert hear_all(begun) == 1
    assert living(begun) == []
    send_seconds(begun, 5, 2)
    stop(begun, 7)
    hear_all(begun)
    said = view(begun).transcript.utterances
    assert [one.start_seconds for one in said] == [0.0, 5.0]


def test_a_recording_left_alone_for_a_day_goes_on_with_what_was_heard(begun: Setting) -> None:
    send_seconds(begun, 0, 5)
    begun.box.clock.move(hours=23)
    hear_all(begun)
    assert begun.now_at().stage is Stage.RECEIVING
    begun.box.clock.move(hours=2)
    assert hear_live.waiting(begun.box) == (begun.encounter.id,)
    hear_all(begun)
    assert begun.now_at().stage is Stage.TRANSCRIBED


def test_silence_makes_no_words_and_leaves_the_session_usable(begun: Setting) -> None:
    begun.box.recogniser.phrases = ()
    send_seconds(begun, 0, 3, bytes(2 * RATE))
    stop(begun, 3)
    hear_all(begun)
    now = begun.now_at()
    assert (now.stage, now.attention) == (Stage.OPEN, Attention.NO_SPEECH_FOUND)
    assert living(begun) == []
    assert begin(begun).capture.received_samples == 0


def test_captions_come_with_the_answers_only_where_they_are_asked_for(begun: Setting) -> None:
    send_seconds(begun, 0, 30)
    hear_all(begun)
    assert send(begun, 30 * RATE).words == ()
    (said,) = send(begun, 31 * RATE, captions_from=0).words
    assert (said.id, said.text) == ("u1", "I talked to Marcus about the move.")
    assert send(begun, 32 * RATE, captions_from=1).words == ()


def test_two_channels_are_heard_apart_and_their_words_carry_the_role_by_wiring(
    setting: Setting,
) -> None:
    consent(setting)
    begin(setting, channels=2)
    left, right = array("h", [1000]) * RATE, array("h", [-2000]) * RATE
    both = array("h", (value for pair in zip(left, right, strict=True) for value in pair))
    send(setting, 0, both.tobytes(), channels=2)
    stop(setting, 1)
    heard: list[bytes] = []

    class Both(FakeRecogniser):
        def hear(self, window: bytes):
            heard.append(window)
            self.phrases = ("How was it?",) if len(heard) == 1 else ("Fine.", "I slept.")
            return super().hear(window)

    hear_all(setting.with_box(recogniser=Both()))
    assert heard == [left.tobytes(), right.tobytes()]
    said = view(setting).transcript.utterances
    assert [(one.id, one.speaker, one.text) for one in said] == [
        ("u1", "clinician", "How was it?"),
        ("u2", "client", "Fine."),
        ("u3", "client", "I slept."),
    ]


# What goes wrong ----------------------------------------------------------------------------------


def test_sound_waits_sealed_while_speech_recognition_is_away_and_none_is_lost(
    begun: Setting,
) -> None:
    send_seconds(begun, 0, 30)
    begun.box.recogniser.error = ServingUnavailable()
    with pytest.raises(ServingUnavailable):
        hear_live.hear_next(begun.box, begun.encounter.id)
    assert hear_live.put_off(begun.box, begun.encounter.id) == 1
    assert hear_live.waiting(begun.box) == ()
    assert send(begun, 30 * RATE).capture.hearing is Hearing.WAITING
    begun.box.clock.move(days=2)
    assert apply_retention(begun.box) == 0
    assert len(living(begun)) == 2
    begun.box.recogniser.error = None
    assert hear_all(begun) == 3
    assert len(view(begun).transcript.utterances) == 2


def test_after_the_stop_the_clinician_is_told_of_an_engine_that_stays_away(
    begun: Setting,
) -> None:
    send_seconds(begun, 0, 3)
    stop(begun, 3)
    for _ in range(hear_live.TOLD_AFTER_ATTEMPTS):
        assert begun.now_at().attention is None
        hear_live.put_off(begun.box, begun.encounter.id)
    assert begun.now_at().attention is Attention.STEP_FAILING
    hear_all(begun)
    now = begun.now_at()
    assert (now.stage, now.attention) == (Stage.TRANSCRIBED, None)


def test_consent_withdrawn_stops_the_recording_at_once_and_takes_what_was_heard(
    begun: Setting,
) -> None:
    send_seconds(begun, 0, 40)
    hear_all(begun)
    person = view(begun).sheet.participants[0]
    withdraw_consent(begun.box, begun.clinician, begun.encounter.id, person.id)
    with pytest.raises(CaptureOver):
        send(begun, 40 * RATE)
    assert not hear_live.hear_next(begun.box, begun.encounter.id)
    seen = view(begun)
    assert (seen.encounter.stage, seen.transcript) == (Stage.OPEN, None)
    assert living(begun) == []
    with pytest.raises(ConsentMissing):
        begin(begun)


def test_words_heard_while_consent_was_withdrawn_are_not_stored(begun: Setting) -> None:
    send_seconds(begun, 0, 30)
    person = view(begun).sheet.participants[0]

    class Withdrawn(FakeRecogniser):
        def hear(self, window: bytes):
            withdraw_consent(begun.box, begun.clinician, begun.encounter.id, person.id)
            return super().hear(window)

    assert not hear_live.hear_next(begun.with_box(recogniser=Withdrawn()).box, begun.encounter.id)
    assert view(begun).transcript is None


def test_two_workers_that_hear_the_same_segment_store_its_words_once(begun: Setting) -> None:
    send_seconds(begun, 0, 30)

    class Beside(FakeRecogniser):
        def hear(self, window: bytes):
            hear_live.hear_next(begun.box, begun.encounter.id)
            return super().hear(window)

    slower = begun.with_box(recogniser=Beside()).box
    assert not hear_live.hear_next(slower, begun.encounter.id)
    assert len(view(begun).transcript.utterances) == 1


def test_a_recording_given_up_is_destroyed_with_the_words_heard_so_far(begun: Setting) -> None:
    send_seconds(begun, 0, 40)
    hear_all(begun)
    receive_recording.abandon(begun.box, begun.clinician, begun.encounter.id)
    seen = view(begun)
    assert (seen.encounter.stage, seen.transcript, living(begun)) == (Stage.OPEN, None, [])
    with pytest.raises(CaptureOver):
        send(begun, 40 * RATE)


def test_under_a_legal_hold_heard_segments_are_set_aside_and_heard_once(begun: Setting) -> None:
    place_hold(begun.box, begun.clinician, begun.client.id, HoldReason.LITIGATION)
    send_seconds(begun, 0, 30)
    assert hear_all(begun) == 1
    (aside, _open) = segments(begun)
    assert (aside.held_at is not None, aside.doomed_at) == (True, None)


def test_a_segment_with_a_chunk_gone_or_moved_is_noticed(begun: Setting) -> None:
    send_seconds(begun, 0, 30)
    first = living(begun)[0]
    with begun.box.database.write() as records:
        chunks = list(records.artefacts.chunks(first.id))
        records.artefacts.delete_chunks(first.id)
        for (position, _), (_, sealed) in zip(chunks, reversed(chunks), strict=True):
            records.artefacts.add_chunk(first.id, position, sealed)
    with pytest.raises(SealBroken):
        hear_live.hear_next(begun.box, begun.encounter.id)
    assert view(begun).transcript is None


def test_a_root_that_turns_in_the_middle_of_a_segment_loses_nothing(begun: Setting) -> None:
    send_seconds(begun, 0, 25)
    hear_all(begun)
    send_seconds(begun, 25, 5)
    hear_all(begun)
    assert turn(begun) >= 1
    send_seconds(begun, 30, 3)
    stop(begun, 33)
    hear_all(begun)
    assert begun.now_at().stage is Stage.TRANSCRIBED
