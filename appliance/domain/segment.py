"""Where live sound is cut: into segments of at most 30 s, at a pause where there is one.

Each segment has a key of its own, so it should be short; each is heard by itself, so no word should
be cut in two. From 20 s on, the first pause ends it; the longer it gets, the less quiet a pause needs
to be, and at 29 s the quietest moment will do.
"""

from array import array
from dataclasses import dataclass

from appliance.domain.recording import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, WINDOW_SECONDS

SEGMENT_LIMIT_SAMPLES = WINDOW_SECONDS * SAMPLE_RATE_HZ
CUT_FROM_SAMPLES = 20 * SAMPLE_RATE_HZ
CUT_AT_LAST_SAMPLES = 29 * SAMPLE_RATE_HZ
FRAME_SAMPLES = SAMPLE_RATE_HZ // 50
PAUSE_FRAMES = 10
"""200 ms: longer than the closure of a stop consonant."""
SILENT_LEVEL = 30.0
"""Mean absolute sample below which nobody speaks (about -60 dB of full scale)."""
FIRST_SHARE, LAST_SHARE = 0.08, 0.5
"""How quiet a pause must be beside talk, at 20 s and at 29 s."""
LOUDNESS_KEPT = 0.97
_TALK_QUANTILE = 0.9
_PAUSE_SAMPLES = PAUSE_FRAMES * FRAME_SAMPLES
_EVERY = 3  # of a frame's values: enough for its level, and never one channel alone


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What becomes of a piece. `at_samples`: the segment ends there, None: it goes on."""

    at_samples: int | None
    loudness: float


def where_to_cut(pcm: bytes, channels: int, held_samples: int, loudness: float) -> Cut:
    """Whether the open segment, which holds `held_samples`, ends within this piece.

    `pcm`: PCM16 little endian, channels interleaved, at most 10 s; `loudness`: of the talk before.
    """
    levels = _levels(pcm, channels)
    louder = max(loudness * LOUDNESS_KEPT, _talk_level(levels))
    piece_samples = len(pcm) // (BYTES_PER_SAMPLE * channels)
    total = held_samples + piece_samples
    if total < CUT_FROM_SAMPLES:
        return Cut(at_samples=None, loudness=louder)
    latest = min(piece_samples, SEGMENT_LIMIT_SAMPLES - held_samples)
    earliest = max(0, min(CUT_FROM_SAMPLES - held_samples, latest - _PAUSE_SAMPLES))
    level, at = _quietest(levels, earliest, latest)
    if total > CUT_AT_LAST_SAMPLES or level <= _quiet_enough(total, louder):
        return Cut(at_samples=at, loudness=louder)
    return Cut(at_samples=None, loudness=louder)


def _quiet_enough(total_samples: int, loudness: float) -> float:
    done = (total_samples - CUT_FROM_SAMPLES) / (CUT_AT_LAST_SAMPLES - CUT_FROM_SAMPLES)
    share = FIRST_SHARE + (LAST_SHARE - FIRST_SHARE) * min(1.0, done)
    return max(SILENT_LEVEL, share * loudness)


def _levels(pcm: bytes, channels: int) -> list[float]:
    """The mean absolute value of each 20 ms, of all channels together."""
    samples = array("h", pcm)
    step = FRAME_SAMPLES * channels
    frames = (samples[at : at + step : _EVERY] for at in range(0, len(samples), step))
    return [sum(map(abs, frame)) / len(frame) for frame in frames]


def _talk_level(levels: list[float]) -> float:
    return sorted(levels)[int(_TALK_QUANTILE * (len(levels) - 1))] if levels else 0.0


def _quietest(levels: list[float], earliest: int, latest: int) -> tuple[float, int]:
    """The level and the middle, in samples, of the quietest stretch that ends by `latest`."""
    first, last = earliest // FRAME_SAMPLES, min(-(-latest // FRAME_SAMPLES), len(levels))
    width = min(PAUSE_FRAMES, last - first)
    best, at = float("inf"), first
    for start in range(first, last - width + 1):
        level = sum(levels[start : start + width]) / width
        if level < best:
            best, at = level, start
    middle = (at + (width + 1) // 2) * FRAME_SAMPLES
    return best, min(max(middle, earliest), latest)
