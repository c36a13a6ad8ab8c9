"""A recording: what may be sent, what was heard in it, and when it is too short or too silent."""

from dataclasses import dataclass
from enum import StrEnum

MIB = 1024 * 1024
CHUNK_BYTES = MIB
"""Sealed and stored at once; a request may bring many of them."""
CHECKED_LIMIT_BYTES = 16 * MIB
"""Of a piece with a checksum: it is kept as a whole or not at all, so it is held in memory first."""
RECORDING_LIMIT_BYTES = 1024 * MIB
RECORDING_LIMIT_SECONDS = 4 * 3600
SAMPLE_RATE_HZ = 16_000
BYTES_PER_SAMPLE = 2
WINDOW_SECONDS = 30
SHORTFALL_TOLERANCE_SECONDS = 2.0
SHORTFALL_TOLERANCE_SHARE = 0.02


class Container(StrEnum):
    """The file formats that are accepted."""

    WAV = "wav"
    MP3 = "mp3"
    M4A = "m4a"
    MP4 = "mp4"
    OGG = "ogg"
    WEBM = "webm"
    FLAC = "flac"


@dataclass(frozen=True, kw_only=True)
class DecodedSound:
    """16 kHz mono PCM16 little endian, and the duration the container declared (None: it did not)."""

    pcm: bytes
    declared_seconds: float | None

    @property
    def seconds(self) -> float:
        return len(self.pcm) / (SAMPLE_RATE_HZ * BYTES_PER_SAMPLE)


@dataclass(frozen=True, kw_only=True)
class HeardPhrase:
    """Words between two pauses; times in seconds from the start of the window.

    `unsure` are places of words in `text`, as blanks part them, that the engine was not sure of.
    """

    text: str
    start_seconds: float
    end_seconds: float
    unsure: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HeardWindow:
    """What speech recognition heard in one window of at most 30 s; no phrases means no speech."""

    phrases: tuple[HeardPhrase, ...]
    engine: str
    is_demo_engine: bool
    speech_seconds: float
