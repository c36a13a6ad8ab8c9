"""Decoding with ffmpeg: the file on a memfd, the sound through a pipe, nothing else within reach.

The child sees one descriptor and no other protocol than that, one demuxer named by us, decoders from
a short list, limits on memory and processor time, and a wall clock. What it writes to standard error
can hold a file's tags, so it is searched for one line and thrown away.
"""

import os
import re
import resource
import selectors
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO

import imageio_ffmpeg

from appliance.adapters.media.container import Demuxer, recognise, wav_declared_seconds
from appliance.adapters.media.windows import cut_windows
from appliance.domain.errors import NotARecording, RecordingEmpty, RecordingTooLarge
from appliance.domain.recording import (
    BYTES_PER_SAMPLE,
    MIB,
    RECORDING_LIMIT_BYTES,
    RECORDING_LIMIT_SECONDS,
    SAMPLE_RATE_HZ,
    DecodedSound,
)

DECODERS = (
    "aac,alac,flac,mp3,mp3float,opus,libopus,vorbis,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_u8,pcm_f32le,pcm_alaw,pcm_mulaw"
)
CHILD_MEMORY_BYTES = 2048 * MIB
WALL_LIMIT_SECONDS = 600.0
CANCEL_LOOK_SECONDS = 0.1
_CHUNK_BYTES = 256 * 1024
_REPORT_LIMIT_BYTES = 64 * 1024
_DURATION = re.compile(rb"^  Duration: (\d+):(\d\d):(\d\d\.\d+)", re.MULTILINE)


class DecodingCancelled(Exception):
    """The caller no longer wants the sound; the child is dead and nothing was kept."""


def ffmpeg_program() -> str:
    """Where the ffmpeg program is that came with imageio-ffmpeg."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


class FfmpegDecoder:
    """Implements the port `AudioDecoder`."""

    def __init__(
        self,
        *,
        limit_bytes: int = RECORDING_LIMIT_BYTES,
        limit_seconds: int = RECORDING_LIMIT_SECONDS,
        wall_limit_seconds: float = WALL_LIMIT_SECONDS,
    ) -> None:
        self._program = ffmpeg_program()
        self._limit_bytes = limit_bytes
        self._limit_seconds = limit_seconds
        self._wall_limit_seconds = wall_limit_seconds

    def decode(self, media: bytes, cancelled: Callable[[], bool]) -> DecodedSound:
        """`media` as 16 kHz mono PCM16, and the duration it declares.

        Sound that breaks off is returned as far as it goes: compare the durations.
        Raises NotARecording, RecordingEmpty, RecordingTooLarge, DecodingCancelled.
        """
        if not media:
            raise RecordingEmpty
        if len(media) > self._limit_bytes:
            raise self._too_large()
        if (demuxer := recognise(media)) is None:
            raise NotARecording
        with _in_memory(media) as descriptor:
            outcome = self._run(demuxer, descriptor, cancelled)
        if not outcome.pcm:
            raise RecordingEmpty if outcome.went_well else NotARecording
        declared = declared_seconds(outcome.report)
        if demuxer is Demuxer.WAV:
            declared = wav_declared_seconds(media) or declared
        return DecodedSound(pcm=outcome.pcm, declared_seconds=declared)

    def windows(self, sound: DecodedSound) -> Iterator[tuple[float, bytes]]:
        """Start in seconds and PCM of windows of at most 30 s, cut where it is quietest."""
        return cut_windows(sound.pcm)

    def _run(self, demuxer: Demuxer, descriptor: int, cancelled: Callable[[], bool]) -> "_Outcome":
        child = subprocess.Popen(
            _command(self._program, demuxer, descriptor),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(descriptor,),
            env={},
            cwd="/",
        )
        try:
            _limit(child.pid, self._wall_limit_seconds)
            limit_bytes = self._limit_seconds * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE
            reading = _Reading(child, limit_bytes, cancelled, self._wall_limit_seconds)
            if not reading.finishes():
                raise self._too_large()
            return _Outcome(pcm=reading.pcm, report=reading.report, went_well=child.wait() == 0)
        finally:
            child.kill()
            child.communicate()

    def _too_large(self) -> RecordingTooLarge:
        return RecordingTooLarge(
            details={
                "limit_mib": self._limit_bytes // MIB,
                "limit_minutes": self._limit_seconds // 60,
            }
        )


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    pcm: bytes
    report: bytes
    went_well: bool


class _Reading:
    """Takes in what the child says, looking up ten times a second."""

    def __init__(
        self,
        child: "subprocess.Popen[bytes]",
        limit_bytes: int,
        cancelled: Callable[[], bool],
        wall_limit_seconds: float,
    ) -> None:
        self._child = child
        self._limit_bytes = limit_bytes
        self._cancelled = cancelled
        self._until_seconds = time.monotonic() + wall_limit_seconds
        self._sound = BytesIO()
        self._report = BytesIO()

    @property
    def pcm(self) -> bytes:
        whole = self._sound.tell() // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE
        self._sound.truncate(whole)
        return self._sound.getvalue()

    @property
    def report(self) -> bytes:
        return self._report.getvalue()

    def finishes(self) -> bool:
        """Read to the end; False if there was more sound than allowed.

        Raises DecodingCancelled, and NotARecording when the wall clock ran out.
        """
        with selectors.DefaultSelector() as both:
            both.register(_pipe(self._child.stdout), selectors.EVENT_READ, self._sound)
            both.register(_pipe(self._child.stderr), selectors.EVENT_READ, self._report)
            while both.get_map():
                self._look_up()
                for key, _ in both.select(CANCEL_LOOK_SECONDS):
                    if not (chunk := os.read(key.fd, _CHUNK_BYTES)):
                        both.unregister(key.fileobj)
                    elif key.data is self._sound or self._report.tell() < _REPORT_LIMIT_BYTES:
                        key.data.write(chunk)
                if self._sound.tell() > self._limit_bytes:
                    return False
        return True

    def _look_up(self) -> None:
        if self._cancelled():
            raise DecodingCancelled
        if time.monotonic() > self._until_seconds:
            raise NotARecording


def declared_seconds(report: bytes) -> float | None:
    """The duration in ffmpeg's own line; tags are indented further and never match."""
    found = _DURATION.search(report)
    if found is None:
        return None
    hours, minutes, seconds = (float(part) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _command(program: str, demuxer: Demuxer, descriptor: int) -> Sequence[str]:
    return (
        *(program, "-nostdin", "-hide_banner", "-nostats", "-loglevel", "info"),
        *("-protocol_whitelist", "fd", "-format_whitelist", demuxer, "-codec_whitelist", DECODERS),
        *("-threads", "1", "-f", demuxer, "-fd", str(descriptor), "-i", "fd:"),
        *("-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1"),
        *("-ac", "1", "-ar", str(SAMPLE_RATE_HZ), "-c:a", "pcm_s16le", "-f", "s16le", "pipe:1"),
    )


def _limit(pid: int, processor_seconds: float) -> None:
    """Memory and processor time of the child; set from here, as no Python runs after its fork."""
    seconds = int(processor_seconds) + 1
    for what, most in (
        (resource.RLIMIT_AS, CHILD_MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        try:
            resource.prlimit(pid, what, (most, most))
        except ProcessLookupError:
            return


@contextmanager
def _in_memory(media: bytes) -> Iterator[int]:
    descriptor = os.memfd_create("recording")
    try:
        view = memoryview(media)
        while view:
            view = view[os.write(descriptor, view) :]
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # asked for in Popen
    return stream
