"""What a speech engine does, whichever it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from serving.wire import Engine, Transcription


class SoundUnusable(Exception):
    """The sound is not whole 16-bit samples, or there is none, or more than one window of it."""


class NoLongerWanted(Exception):
    """Nobody waits for what was being heard, so the engine left off."""


class OutOfMemory(Exception):
    """The GPU's memory does not hold a single window beside the model."""


class EngineBroken(Exception):
    """The GPU or the process is in a state that only a new process mends."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """`sound`: 16 kHz mono PCM16 little endian, at most 30 s. `hints`: words to listen for."""

    sound: bytes
    hints: tuple[str, ...] = ()


class SpeechEngine(Protocol):
    """Hears windows of sound. An engine need not be safe to use from two threads at once."""

    @property
    def label(self) -> Engine:
        """Who it is, as shown to people."""

    @property
    def windows_at_once(self) -> int:
        """How many windows it is given together at the most."""

    def hear(
        self, windows: Sequence[Window], is_wanted: Callable[[], bool]
    ) -> tuple[Transcription, ...]:
        """Words in each window, in order; all come with the same hints.

        It asks `is_wanted` as it goes, more than once a second where it can, and leaves off when
        that says no. Raises SoundUnusable, NoLongerWanted, OutOfMemory, EngineBroken.
        """
