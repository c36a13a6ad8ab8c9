"""Samples as a decoder gives them, as PCM16: whatever is no number is silence, and nothing wraps."""

from collections.abc import Iterable, Iterator

import numpy as np

FLOAT_BYTES = 4
FULL_SCALE = 32_768.0


def as_pcm16(parts: Iterable[bytes]) -> Iterator[bytes]:
    """32-bit floats little endian in parts of any length, as PCM16 little endian.

    A float file may hold NaN and infinities, and damage can make a decoder produce them: they become
    0. Values beyond [-1, 1] become full scale. Half a sample at the end is dropped.
    """
    rest = b""
    for part in parts:
        whole = rest + part
        usable = len(whole) // FLOAT_BYTES * FLOAT_BYTES
        rest = whole[usable:]
        if usable:
            yield _converted(np.frombuffer(whole, dtype="<f4", count=usable // FLOAT_BYTES))


def _converted(samples: np.ndarray) -> bytes:
    if not np.isfinite(samples).all():
        samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
    with np.errstate(over="ignore"):  # a huge float becomes infinite here, and full scale below
        scaled = samples * np.float32(FULL_SCALE)
    np.rint(scaled, out=scaled)
    np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1, out=scaled)
    return bytes(scaled.astype("<i2").tobytes())
