"""What the steps need of the outside world; each port's adapter stands under `appliance.adapters`."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

from appliance.domain.masking.masked import MaskedText
from appliance.domain.note import NoteFormat
from appliance.domain.preferences import ChosenPreferences
from appliance.domain.recording import DecodedSound, HeardWindow
from appliance.domain.written import WrittenDraft


class Clock(Protocol):
    """The time, in UTC."""

    def now(self) -> datetime: ...


class AudioDecoder(Protocol):
    """Turns a media file held in memory into 16 kHz mono PCM16, in a child process that can be killed."""

    def decode(self, media: bytes, cancelled: Callable[[], bool]) -> DecodedSound:
        """Raises NotARecording, RecordingEmpty, RecordingTooLarge."""

    def windows(self, sound: DecodedSound) -> Iterator[tuple[float, bytes]]:
        """Start in seconds and PCM of windows of at most 30 s, cut where it is quietest."""


class SpeechRecogniser(Protocol):
    """Hears one window of sound."""

    def hear(self, window: bytes) -> HeardWindow:
        """Raises ServingUnavailable; the same window may be sent again."""


class NoteWriter(Protocol):
    """Writes a draft from masked text, and only from that."""

    def write(
        self, masked: MaskedText, note_format: NoteFormat, preferences: ChosenPreferences
    ) -> WrittenDraft:
        """Raises ServingUnavailable."""
