"""What a media file is by its first bytes; a file name or a declared type is never believed."""

from enum import StrEnum
from mmap import mmap


class Demuxer(StrEnum):
    """The ffmpeg demuxers that may be used, each forced by name: no playlist, no script."""

    WAV = "wav"
    """RIFF/WAVE and its 64-bit form."""
    MP3 = "mp3"
    """MPEG audio, with or without an ID3 tag."""
    MOV = "mov"
    """ISO base media: m4a and mp4."""
    OGG = "ogg"
    """Opus, Vorbis or FLAC in Ogg."""
    MATROSKA = "matroska"
    """webm and its parent format."""
    FLAC = "flac"
    """FLAC without a container."""


_SYNC_MASK, _SYNC = 0xFFE0, 0xFFE0
_LAYER_MASK, _LAYER_RESERVED = 0x0006, 0x0000
_LENGTH_UNKNOWN = 0xFFFF_FF00


def recognise(media: bytes) -> Demuxer | None:
    """The demuxer for `media`, or None when it is none of the accepted formats."""
    if media[:4] in (b"RIFF", b"RF64") and media[8:12] == b"WAVE":
        return Demuxer.WAV
    if media[4:8] == b"ftyp":
        return Demuxer.MOV
    for magic, demuxer in (
        (b"OggS", Demuxer.OGG),
        (b"fLaC", Demuxer.FLAC),
        (b"\x1aE\xdf\xa3", Demuxer.MATROSKA),
        (b"ID3", Demuxer.MP3),
    ):
        if media.startswith(magic):
            return demuxer
    return Demuxer.MP3 if _starts_with_mpeg_frame(media) else None


def wav_declared_seconds(media: bytes | mmap) -> float | None:
    """The duration in a RIFF/WAVE header, which ffmpeg corrects to what is there; None if unstated.

    Programs that write while they record leave 0 or the largest number as the length.
    """
    at, bytes_per_second = 12, 0
    while at + 8 <= len(media):
        name, size = media[at : at + 4], int.from_bytes(media[at + 4 : at + 8], "little")
        if name == b"fmt ":
            bytes_per_second = int.from_bytes(media[at + 16 : at + 20], "little")
        elif name == b"data":
            is_stated = bytes_per_second > 0 and 0 < size < _LENGTH_UNKNOWN
            return size / bytes_per_second if is_stated else None
        at += 8 + size + size % 2
    return None


def _starts_with_mpeg_frame(media: bytes) -> bool:
    """An MPEG audio frame header (ISO/IEC 11172-3, 2.4.1.3): the sync bits and a real layer."""
    head = int.from_bytes(media[:2], "big") if len(media) >= 4 else 0
    return head & _SYNC_MASK == _SYNC and head & _LAYER_MASK != _LAYER_RESERVED
