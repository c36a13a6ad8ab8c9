"""What a speech engine does, whichever it is."""

from typing import Protocol

from serving.wire import Engine, Transcription


class SoundUnusable(Exception):
    """The sound is not whole 16-bit samples, or there is none, or more than one window of it."""


class SpeechEngine(Protocol):
    """Hears one window of sound. An engine need not be safe to use from two threads at once."""

    @property
    def label(self) -> Engine:
        """Who it is, as shown to people."""

    def transcribe(self, sound: bytes) -> Transcription:
        """Words in `sound`: 16 kHz mono PCM16 little endian, at most 30 s. Raises SoundUnusable."""
