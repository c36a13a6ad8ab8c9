"""Decoding with ffmpeg: the file on a memfd, the sound through a pipe, nothing else within reach.

The child sees one descriptor and no other protocol than that, one demuxer named by us, decoders from
a short list, and limits on memory and processor time. It is read while it decodes, so that an hour
of sound is never held at once.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from mmap import PROT_READ, mmap

import imageio_ffmpeg

from appliance.adapters.media.child import Child
from appliance.adapters.media.container import Demuxer, recognise, wav_declared_seconds
from appliance.adapters.media.samples import as_pcm16
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
SILENT_LIMIT_SECONDS = 60.0
"""For the child to produce its next bit of sound; a damaged file may make it search for ever."""
HEAD_BYTES = 4096
_DURATION = re.compile(rb"^  Duration: (\d+):(\d\d):(\d\d\.\d+)", re.MULTILINE)


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
        silent_limit_seconds: float = SILENT_LIMIT_SECONDS,
    ) -> None:
        self._program = ffmpeg_program()
        self._limit_bytes = limit_bytes
        self._limit_seconds = limit_seconds
        self._silent_limit_seconds = silent_limit_seconds

    def open(self, media: Iterable[bytes]) -> "FfmpegSound":
        """Take in a media file, in pieces; it is looked at when its sound is asked for."""
        descriptor = os.memfd_create("recording")
        size_bytes = 0
        try:
            for piece in media:
                size_bytes += len(piece)
                if size_bytes <= self._limit_bytes:
                    _write(descriptor, piece)
        except BaseException:
            os.close(descriptor)
            raise
        return FfmpegSound(
            self._program,
            descriptor,
            size_bytes,
            limits=(self._limit_bytes, self._limit_seconds),
            silent_limit_seconds=self._silent_limit_seconds,
        )

    def decode(self, media: bytes, cancelled: Callable[[], bool]) -> DecodedSound:
        """All of a short recording at once. Raises what `FfmpegSound.pcm` raises."""
        with self.open([media]) as sound:
            pcm = b"".join(sound.pcm(cancelled))
            return DecodedSound(pcm=pcm, declared_seconds=sound.declared_seconds)


class FfmpegSound:
    """Implements the port `SoundBeingDecoded`: one media file in memory, decoded once."""

    def __init__(
        self,
        program: str,
        descriptor: int,
        size_bytes: int,
        *,
        limits: tuple[int, int],
        silent_limit_seconds: float,
    ) -> None:
        self._program = program
        self._descriptor = descriptor
        self._size_bytes = size_bytes
        self._limit_bytes, self._limit_seconds = limits
        self._silent_limit_seconds = silent_limit_seconds
        self._decoded_bytes = 0
        self._declared_seconds: float | None = None
        self._child: Child | None = None

    def __enter__(self) -> "FfmpegSound":
        return self

    def __exit__(self, *_exception: object) -> None:
        # Whoever stopped listening may still hold the half-read sound.
        if self._child is not None:
            self._child.stop()
        os.close(self._descriptor)

    @property
    def seconds(self) -> float:
        """Decoded so far."""
        return self._decoded_bytes / (SAMPLE_RATE_HZ * BYTES_PER_SAMPLE)

    @property
    def declared_seconds(self) -> float | None:
        """The duration that the container declares, once there is sound; None: it does not."""
        return self._declared_seconds

    def windows(self, cancelled: Callable[[], bool]) -> Iterator[tuple[float, bytes]]:
        """Start in seconds and PCM of windows of at most 30 s, cut where it is quietest.

        Raises what `pcm` raises.
        """
        return cut_windows(self.pcm(cancelled))

    def pcm(self, cancelled: Callable[[], bool]) -> Iterator[bytes]:
        """16 kHz mono PCM16 as it is decoded.

        Sound that breaks off is given as far as it goes: compare the durations.
        Raises NotARecording, RecordingEmpty, RecordingTooLarge; WrongStage when it is cancelled.
        """
        demuxer = self._demuxer()
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        command = _command(self._program, demuxer, self._descriptor)
        limit_bytes = self._limit_seconds * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE
        with Child(command, self._descriptor, self._silent_limit_seconds) as child:
            self._child = child
            for part in as_pcm16(child.output(cancelled)):
                if not self._decoded_bytes:
                    self._declared_seconds = self._declared(demuxer, child.report)
                self._decoded_bytes += len(part)
                if self._decoded_bytes > limit_bytes:
                    raise self._too_large()
                yield part
            if not self._decoded_bytes:
                raise RecordingEmpty if child.went_well() else NotARecording
            self._declared_seconds = self._declared(demuxer, child.report)

    def _demuxer(self) -> Demuxer:
        if not self._size_bytes:
            raise RecordingEmpty
        if self._size_bytes > self._limit_bytes:
            raise self._too_large()
        demuxer = recognise(os.pread(self._descriptor, HEAD_BYTES, 0))
        if demuxer is None:
            raise NotARecording
        return demuxer

    def _declared(self, demuxer: Demuxer, report: bytes) -> float | None:
        if demuxer is Demuxer.WAV:
            with closing(mmap(self._descriptor, 0, prot=PROT_READ)) as media:
                stated = wav_declared_seconds(media)
            if stated is not None:
                return stated
        return declared_seconds(report)

    def _too_large(self) -> RecordingTooLarge:
        return RecordingTooLarge(
            details={
                "limit_mib": self._limit_bytes // MIB,
                "limit_minutes": self._limit_seconds // 60,
            }
        )


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
        *("-ac", "1", "-ar", str(SAMPLE_RATE_HZ), "-c:a", "pcm_f32le", "-f", "f32le"),
        # Written when a buffer is full, not with each packet of 20 ms: half the work for both sides.
        *("-flush_packets", "0", "pipe:1"),
    )


def _write(descriptor: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(descriptor, view) :]
