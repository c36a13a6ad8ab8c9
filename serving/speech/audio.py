"""Sound as it comes over the wire: checked, measured in seconds, and as numbers in [-1, 1]."""

import numpy as np
import numpy.typing as npt

from serving.speech.engine import SoundUnusable
from serving.wire import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, WINDOW_MAX_BYTES

Samples = npt.NDArray[np.float32]


def check(sound: bytes) -> None:
    """Raises SoundUnusable for no sound, half a sample, or more than one window."""
    if not sound or len(sound) % BYTES_PER_SAMPLE or len(sound) > WINDOW_MAX_BYTES:
        raise SoundUnusable


def as_samples(sound: bytes) -> Samples:
    """PCM16 little endian as float32 in [-1, 1]."""
    return np.frombuffer(sound, dtype="<i2").astype(np.float32) / 32768.0


def refuse_odd_samples(samples: Samples) -> None:
    """Raises SoundUnusable for anything but one channel of numbers in [-1, 1]; NaN passes models silently."""
    is_sound = samples.ndim == 1 and samples.dtype == np.float32 and len(samples) > 0
    if not is_sound or not bool((np.abs(samples) <= 1.0).all()):
        raise SoundUnusable


def cut(sound: bytes, start_seconds: float, end_seconds: float) -> bytes:
    """The whole samples between two moments."""
    start, end = (round(at * SAMPLE_RATE_HZ) for at in (start_seconds, end_seconds))
    return sound[start * BYTES_PER_SAMPLE : end * BYTES_PER_SAMPLE]


def seconds(sound: bytes) -> float:
    """How long it plays."""
    return len(sound) / (BYTES_PER_SAMPLE * SAMPLE_RATE_HZ)
