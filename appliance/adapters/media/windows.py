"""Long sound in windows of at most 30 s, cut in the quietest moment near each window's end."""

from collections.abc import Iterator

import numpy as np

from appliance.domain.recording import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, WINDOW_SECONDS

QUIET_MILLISECONDS = 100
SEARCHED_SECONDS = 5
_STEP_SAMPLES = SAMPLE_RATE_HZ // 100
_QUIET_STEPS = QUIET_MILLISECONDS // 10


def cut_windows(pcm: bytes) -> Iterator[tuple[float, bytes]]:
    """(start in seconds, PCM16) of windows that together are all of `pcm`, in order."""
    samples = np.frombuffer(pcm, dtype="<i2")
    start = 0
    while start < len(samples):
        end = _end_of_window(samples, start)
        first, last = start * BYTES_PER_SAMPLE, end * BYTES_PER_SAMPLE
        yield start / SAMPLE_RATE_HZ, pcm[first:last]
        start = end


def _end_of_window(samples: np.ndarray, start: int) -> int:
    latest = start + WINDOW_SECONDS * SAMPLE_RATE_HZ
    if latest >= len(samples):
        return len(samples)
    earliest = latest - SEARCHED_SECONDS * SAMPLE_RATE_HZ
    searched = samples[earliest:latest].astype(np.float64).reshape(-1, _STEP_SAMPLES)
    energies = (searched**2).sum(axis=1)
    summed = np.convolve(energies, np.ones(_QUIET_STEPS), "valid")
    middle = (int(summed.argmin()) + _QUIET_STEPS // 2) * _STEP_SAMPLES
    return earliest + middle
