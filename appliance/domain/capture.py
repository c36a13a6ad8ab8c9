"""A session being recorded as it happens: pieces of sound in order, and who may send the next one."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from appliance.domain.errors import PieceTooLarge, RecordingTooLarge, Refused, Unusable
from appliance.domain.recording import BYTES_PER_SAMPLE, RECORDING_LIMIT_SECONDS, SAMPLE_RATE_HZ
from appliance.domain.transcript import UNKNOWN_SPEAKER, Utterance

CHANNELS_MAX = 2
LIVE_PIECE_SECONDS = 10
"""The longest piece. A browser sends about 1 s; one that was offline for a while sends more at once."""
CAPTURE_LIMIT_SAMPLES = RECORDING_LIMIT_SECONDS * SAMPLE_RATE_HZ
IDLE = timedelta(seconds=60)
"""When nothing comes for so long (a pause, a lid shut), what is there is heard and destroyed. Longer
than most networks and programs are away, so that a word in the middle of it is seldom cut."""
TOKEN_CHARACTERS = (16, 128)


class CaptureElsewhere(Refused):
    """This session is being recorded in another window. Nothing from this window is kept
    meanwhile; choose to go on here if you want to record here instead.
    """

    code = "capture_elsewhere"


class CaptureOver(Refused):
    """This recording was stopped, so nothing more of it is taken. Reload the page to see what
    became of it.
    """

    code = "capture_over"


class ChannelsDiffer(Refused):
    """This recording was begun with {channels} channel(s). Go on with the same microphones, or
    stop it here.
    """

    code = "channels_differ"


class SoundMissing(Unusable):
    """Something before this piece has not arrived. Go on at sample {expected_offset_samples}."""

    code = "sound_missing"


class PieceSilent(Unusable):
    """There was nothing in this piece, so nothing changed. Send the next one with sound in it."""

    code = "piece_empty"


class PieceUneven(Unusable):
    """This piece is not whole 16-bit samples of {channels} channel(s), so it was not kept. Send
    it again as it was recorded.
    """

    code = "piece_uneven"


class PieceDamaged(Unusable):
    """This piece did not arrive as it was sent, so it was not kept. Send it again."""

    code = "piece_damaged"


class LivePieceTooLarge(PieceTooLarge):
    """Live sound comes in pieces of at most {limit_seconds} seconds. Send it in smaller pieces."""

    code = "piece_too_large"


class CaptureTooLong(RecordingTooLarge):
    """A live recording can be {limit_minutes} minutes long, and this one is. All of it is safe:
    stop it here, and begin another session for what follows.
    """

    code = "recording_too_large"


class Hearing(StrEnum):
    """How far the words are behind the sound, for the person who records."""

    WITH_IT = "with_it"
    """Words come as the session goes on."""
    WAITING = "waiting"
    """Speech recognition does not answer: the sound is kept sealed until it does."""


@dataclass(frozen=True, kw_only=True)
class Capture:
    """One session's recording while it goes on; gone when its last words are stored.

    `token_sha256`: of the window that may send. Counts are in samples of one channel, from the start.
    `loudness`: how loud talk has been lately, mean absolute value of 16-bit samples.
    `attempts`: how often speech recognition has failed since it last answered.
    """

    encounter_id: str
    channels: int
    token_sha256: str
    began_at: datetime
    last_piece_at: datetime
    received_samples: int = 0
    heard_samples: int = 0
    utterance_count: int = 0
    loudness: float = 0.0
    is_stopped: bool = False
    attempts: int = 0
    not_before_at: datetime | None = None

    @property
    def hearing(self) -> Hearing:
        return Hearing.WAITING if self.attempts else Hearing.WITH_IT

    @property
    def waiting_samples(self) -> int:
        """Sound that is here and whose words are not stored yet."""
        return self.received_samples - self.heard_samples

    def is_held_by(self, token: str) -> bool:
        return self.token_sha256 == token_hash(token)


@dataclass(frozen=True, kw_only=True)
class SentPiece:
    """A piece as a window sent it: PCM16 little endian at 16 kHz, channels interleaved.

    `offset_samples`: of one channel, from the start of the recording. `sha256`: hexadecimal, of
    `pcm`, or None where the sender gave none.
    """

    token: str
    offset_samples: int
    channels: int
    pcm: bytes
    sha256: str | None = None


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def piece_limit_bytes(channels: int = CHANNELS_MAX) -> int:
    return LIVE_PIECE_SECONDS * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE * channels


def require_whole(piece: SentPiece, *, encounter_id: str | None = None) -> None:
    """Raises PieceSilent, PieceUneven, LivePieceTooLarge, PieceDamaged."""
    frame_bytes = BYTES_PER_SAMPLE * piece.channels
    if not piece.pcm:
        raise PieceSilent(encounter_id=encounter_id)
    if len(piece.pcm) > piece_limit_bytes(piece.channels):
        raise too_large()
    if len(piece.pcm) % frame_bytes:
        raise PieceUneven(encounter_id=encounter_id, details={"channels": piece.channels})
    if piece.sha256 and hashlib.sha256(piece.pcm).hexdigest() != piece.sha256.lower():
        raise PieceDamaged(encounter_id=encounter_id)


def what_is_new(piece: SentPiece, capture: Capture) -> bytes:
    """The part of a piece that is not held yet; empty for one that came twice.

    Raises SoundMissing where something before it has not arrived, CaptureTooLong.
    """
    frame_bytes = BYTES_PER_SAMPLE * piece.channels
    if piece.offset_samples > capture.received_samples:
        raise SoundMissing(
            encounter_id=capture.encounter_id,
            details={"expected_offset_samples": capture.received_samples},
        )
    end_samples = piece.offset_samples + len(piece.pcm) // frame_bytes
    if end_samples > CAPTURE_LIMIT_SAMPLES:
        raise CaptureTooLong(
            encounter_id=capture.encounter_id,
            details={"limit_minutes": RECORDING_LIMIT_SECONDS // 60},
        )
    return piece.pcm[(capture.received_samples - piece.offset_samples) * frame_bytes :]


def too_large() -> LivePieceTooLarge:
    return LivePieceTooLarge(details={"limit_seconds": LIVE_PIECE_SECONDS})


def speaker_of(channel: int, channels: int, *, is_client_alone: bool) -> str:
    """Whose voice a channel carries, by wiring: 0 is the clinician's microphone, 1 the call.

    With one channel, or several people on the call, the box cannot tell.
    """
    if channels == 1:
        return UNKNOWN_SPEAKER
    if channel == 0:
        return "clinician"
    return "client" if is_client_alone else UNKNOWN_SPEAKER


def in_order(utterances: list[Utterance]) -> list[Utterance]:
    """What was heard on both channels, by when it began."""
    return sorted(utterances, key=lambda said: said.start_seconds or 0.0)
