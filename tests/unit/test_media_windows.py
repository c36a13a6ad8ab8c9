"""Long sound is cut into windows that lose nothing and end where it is quiet."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.adapters.media.windows import cut_windows
from appliance.domain.recording import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, WINDOW_SECONDS

WINDOW_BYTES = WINDOW_SECONDS * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE


def noise(seconds):
    return np.random.default_rng(3).normal(0, 4000, int(seconds * SAMPLE_RATE_HZ)).astype("<i2")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100 * SAMPLE_RATE_HZ))
def test_windows_are_the_whole_sound_in_order_and_none_is_too_long(samples):
    pcm = noise(100)[:samples].tobytes()
    windows = list(cut_windows([pcm]))
    assert b"".join(window for _, window in windows) == pcm
    assert all(0 < len(window) <= WINDOW_BYTES for _, window in windows)


def test_each_window_starts_where_the_last_one_ended():
    at = 0.0
    for start, window in cut_windows([noise(95).tobytes()]):
        assert start == pytest.approx(at)
        at += len(window) / (SAMPLE_RATE_HZ * BYTES_PER_SAMPLE)


def test_a_window_ends_in_the_pause():
    sound = noise(60)
    pause = slice(int(27.0 * SAMPLE_RATE_HZ), int(27.3 * SAMPLE_RATE_HZ))
    sound[pause] = 0
    _, (second, _), *_ = cut_windows([sound.tobytes()])
    assert 27.0 <= second <= 27.3


def test_no_sound_has_no_windows():
    assert list(cut_windows([b""])) == []
