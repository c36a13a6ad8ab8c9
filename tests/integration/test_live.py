"""A session recorded as it happens: what is taken, what is refused, what is heard and what goes."""

from dataclasses import replace
from hashlib import sha256

import pytest

from appliance.domain.capture import (
    CaptureElsewhere,
    CaptureOver,
    CaptureTooLong,
    ChannelsDiffer,
    LivePieceTooLarge,
    PieceDamaged,
    PieceSilent,
    PieceUneven,
    SoundMissing,
)
from appliance.domain.errors import (
    AlreadyHasWords,
    ConsentMissing,
    RecordingEmpty,
)
from appliance.domain.lifecycle import Stage
from appliance.steps import receive_live
from tests.boxes import Setting
from tests.flow import consent
from tests.live_flow import (
    OTHER,
    RATE,
    SECOND,
    TOKEN,
    begin,
    hear_all,
    living,
    segments,
    send,
    stop,
    talk,
)

pytestmark = pytest.mark.both_databases


@pytest.fixture
def begun(setting: Setting) -> Setting:
    consent(setting)
    begin(setting)
    return setting


# What is taken and what is refused ----------------------------------------------------------------


def test_no_live_sound_is_taken_before_consent(setting: Setting) -> None:
    with pytest.raises(ConsentMissing):
        begin(setting)
    with pytest.raises(CaptureOver):
        send(setting, 0)
    assert segments(setting) == []


def test_pieces_are_taken_in_order_and_each_answer_says_where_the_next_begins(
    begun: Setting,
) -> None:
    assert send(begun, 0).capture.received_samples == RATE
    assert send(begun, RATE, talk(0.5)).capture.received_samples == RATE * 3 // 2


def test_a_piece_that_comes_twice_is_taken_once_and_of_an_overlap_only_the_rest(
    begun: Setting,
) -> None:
    send(begun, 0)
    assert send(begun, 0).capture.received_samples == RATE
    assert send(begun, RATE // 2).capture.received_samples == RATE * 3 // 2
    (segment,) = living(begun)
    assert segment.size_bytes == 3 * RATE


def test_a_piece_after_a_gap_is_refused_with_the_place_to_go_on(begun: Setting) -> None:
    send(begun, 0)
    with pytest.raises(SoundMissing) as refused:
        send(begun, 3 * RATE)
    assert refused.value.details == {"expected_offset_samples": RATE}
    assert send(begun, RATE).capture.received_samples == 2 * RATE


@pytest.mark.parametrize(
    ("pcm", "more", "error"),
    [
        (b"", {}, PieceSilent),
        (b"x", {}, PieceUneven),
        (talk(11), {}, LivePieceTooLarge),
        (SECOND, {"sha256": "0" * 64}, PieceDamaged),
        (SECOND, {"channels": 2}, ChannelsDiffer),
        (SECOND, {"token": OTHER}, CaptureElsewhere),
    ],
)
def test_a_piece_that_cannot_be_used_is_refused_and_the_recording_goes_on(
    begun: Setting, pcm: bytes, more: dict, error: type[Exception]
) -> None:
    with pytest.raises(error):
        send(begun, 0, pcm, **more)
    digest = sha256(SECOND).hexdigest().upper()
    assert send(begun, 0, sha256=digest).capture.received_samples == RATE


def test_a_recording_longer_than_the_box_takes_is_ended_with_all_of_it_safe(
    begun: Setting,
) -> None:
    send(begun, 0)
    with begun.box.database.write() as records:
        capture = records.captures.get(begun.encounter.id)
        records.captures.save(replace(capture, received_samples=4 * 3600 * RATE))
    with pytest.raises(CaptureTooLong) as refused:
        send(begun, 4 * 3600 * RATE)
    assert "240 minutes" in refused.value.message
    stop(begun, 4 * 3600)


def test_nothing_is_taken_after_the_stop(begun: Setting) -> None:
    send(begun, 0)
    stop(begun, 1)
    for attempt in (lambda: send(begun, RATE), lambda: stop(begun, 1), lambda: begin(begun)):
        with pytest.raises(CaptureOver):
            attempt()
    hear_all(begun)
    with pytest.raises(AlreadyHasWords):
        begin(begun)


def test_a_stop_before_all_has_arrived_says_where_to_go_on(begun: Setting) -> None:
    with pytest.raises(RecordingEmpty):
        stop(begun, 0)
    send(begun, 0)
    with pytest.raises(SoundMissing):
        stop(begun, 2)
    assert begun.now_at().stage is Stage.RECEIVING


def test_a_second_window_is_refused_until_it_takes_over_and_then_the_first_is_told(
    begun: Setting,
) -> None:
    send(begun, 0)
    with pytest.raises(CaptureElsewhere):
        begin(begun, OTHER)
    assert begin(begun).capture.received_samples == RATE  # the same window may ask again
    with pytest.raises(ChannelsDiffer):
        begin(begun, OTHER, takes_over=True, channels=2)
    assert begin(begun, OTHER, takes_over=True).capture.received_samples == RATE
    with pytest.raises(CaptureElsewhere):
        send(begun, RATE)
    with pytest.raises(CaptureElsewhere):
        stop(begun, 1)
    assert send(begun, RATE, token=OTHER).capture.received_samples == 2 * RATE
    where = receive_live.where_to_go_on(begun.box, begun.clinician, begun.encounter.id, TOKEN)
    assert (where.is_yours, where.capture.received_samples) == (False, 2 * RATE)
