"""Where live sound is cut."""

import math
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain.segment import (
    CUT_FROM_SAMPLES,
    FRAME_SAMPLES,
    SEGMENT_LIMIT_SAMPLES,
    where_to_cut,
)

RATE = 16_000
LOUD = 5000.0


def tone(seconds: float, amplitude: float = 8000) -> array:
    count = round(seconds * RATE)
    return array("h", (round(amplitude * math.sin(n / 4)) for n in range(count)))


def test_nothing_is_cut_before_20_seconds() -> None:
    assert where_to_cut(bytes(2 * RATE), 1, 18 * RATE, LOUD).at_samples is None


def test_a_pause_after_20_seconds_is_where_the_segment_ends() -> None:
    piece = tone(0.4) + array("h", bytes(2 * RATE * 3 // 10)) + tone(0.3)
    cut = where_to_cut(piece.tobytes(), 1, 21 * RATE, LOUD).at_samples
    assert 0.4 * RATE < cut < 0.7 * RATE


def test_talk_without_a_pause_goes_on_until_29_seconds() -> None:
    assert where_to_cut(tone(1).tobytes(), 1, 21 * RATE, LOUD).at_samples is None
    assert where_to_cut(tone(1).tobytes(), 1, 29 * RATE, LOUD).at_samples is not None


def test_a_less_quiet_pause_will_do_the_longer_the_segment_gets() -> None:
    """A noise machine: there is no silence, only talk that is louder."""
    piece = (tone(0.4) + tone(0.3, 2500) + tone(0.3)).tobytes()
    assert where_to_cut(piece, 1, 20 * RATE, LOUD).at_samples is None
    assert where_to_cut(piece, 1, 27 * RATE, LOUD).at_samples is not None


def test_with_two_channels_a_pause_is_one_of_both() -> None:
    silent, loud = array("h", bytes(2 * RATE)), tone(1)
    pairs = (value for pair in zip(silent, loud, strict=True) for value in pair)
    assert where_to_cut(array("h", pairs).tobytes(), 2, 21 * RATE, LOUD).at_samples is None


def test_a_full_scale_and_an_odd_ended_piece_are_measured() -> None:
    piece = array("h", [-32768] * (RATE + 7)).tobytes()
    assert where_to_cut(piece, 1, 0, 0.0).loudness == 32768


@given(
    held=st.integers(0, SEGMENT_LIMIT_SAMPLES - 1),
    count=st.integers(1, 10 * RATE),
    channels=st.sampled_from([1, 2]),
    amplitude=st.sampled_from([0, 100, 20_000]),
)
@settings(max_examples=60, deadline=None)
@pytest.mark.timeout(120)
def test_no_segment_is_ever_longer_than_30_seconds(
    held: int, count: int, channels: int, amplitude: int
) -> None:
    pcm = array("h", [amplitude]) * (count * channels)
    cut = where_to_cut(pcm.tobytes(), channels, held, LOUD).at_samples
    if cut is None:
        assert held + count <= SEGMENT_LIMIT_SAMPLES
    else:
        assert 0 <= cut <= count
        assert held + cut <= SEGMENT_LIMIT_SAMPLES
        assert held + cut >= CUT_FROM_SAMPLES - 20 * FRAME_SAMPLES
