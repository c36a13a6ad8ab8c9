"""Sound in windows of at most 30 s, cut in the quietest moment near each window's end."""

from collections.abc import Iterable, Iterator

import numpy as np

from appliance.domain.recording import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, WINDOW_SECONDS

QUIET_MILLISECONDS = 100
SEARCHED_SECONDS = 5
WINDOW_BYTES = WINDOW_SECONDS * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE
_STEP_SAMPLES = SAMPLE_RATE_HZ // 100
_QUIET_STEPS = QUIET_MILLISECONDS // 10


def cut_windows(parts: Iterable[bytes]) -> Iterator[tuple[float, bytes]]:
    """(start in seconds, PCM16) of windows that together are all of `parts`, in order.

    `parts` are whole samples; no more than a window and a part of them are held at once.
    """
    waiting, start_bytes = bytearray(), 0
    for part in parts:
        waiting += part
        while len(waiting) > WINDOW_BYTES:
            cut = _end_of_window(waiting)
            yield _seconds(start_bytes), bytes(waiting[:cut])
            del waiting[:cut]
            start_bytes += cut
    if waiting:
        yield _seconds(start_bytes), bytes(waiting)


def _end_of_window(waiting: bytearray) -> int:
    """Bytes to the middle of the quietest stretch in the window's last seconds."""
    earliest = (WINDOW_SECONDS - SEARCHED_SECONDS) * SAMPLE_RATE_HZ
    samples = np.frombuffer(bytes(waiting[:WINDOW_BYTES]), dtype="<i2")
    searched = samples[earliest:].astype(np.float64).reshape(-1, _STEP_SAMPLES)
    energies = (searched**2).sum(axis=1)
    summed = np.convolve(energies, np.ones(_QUIET_STEPS), "valid")
    middle = (int(summed.argmin()) + _QUIET_STEPS // 2) * _STEP_SAMPLES
    return (earliest + middle) * BYTES_PER_SAMPLE


def _seconds(size_bytes: int) -> float:
    return size_bytes / (SAMPLE_RATE_HZ * BYTES_PER_SAMPLE)
