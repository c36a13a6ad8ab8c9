"""What the steps need of the engines: decoding, hearing, masking, drafting, and passwords."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from appliance.domain.encounter import EncounterKind
from appliance.domain.masking.gate import BlockedSpan
from appliance.domain.masking.known import KnownRecord
from appliance.domain.masking.mask import MaskCandidate
from appliance.domain.masking.masked import MaskedLine, MaskedText, MaskMap
from appliance.domain.note import NoteFormat
from appliance.domain.preferences import ChosenPreferences
from appliance.domain.recording import DecodedSound, HeardWindow
from appliance.domain.transcript import Origin
from appliance.domain.written import WrittenDraft


class AudioDecoder(Protocol):
    """Turns a media file held in memory into 16 kHz mono PCM16, in a child process that can be killed."""

    def open(self, media: Iterable[bytes]) -> AbstractContextManager["SoundBeingDecoded"]:
        """Take in the file, in pieces; what is wrong with it is raised when its sound is read."""

    def decode(self, media: bytes, cancelled: Callable[[], bool]) -> DecodedSound:
        """All of a short recording at once. Raises NotARecording, RecordingEmpty, RecordingTooLarge."""


class SoundBeingDecoded(Protocol):
    """A recording that is heard while it is decoded; an hour of sound is never held at once."""

    @property
    def seconds(self) -> float:
        """Decoded so far."""

    @property
    def declared_seconds(self) -> float | None:
        """What the container declares; None before the first window, or where it declares nothing."""

    def windows(self, cancelled: Callable[[], bool]) -> Iterator[tuple[float, bytes]]:
        """Start in seconds and PCM of windows of at most 30 s, cut where it is quietest.

        Raises NotARecording, RecordingEmpty, RecordingTooLarge; WrongStage when it is cancelled.
        """


class SpeechRecogniser(Protocol):
    """Hears one window of sound."""

    def hear(self, window: bytes) -> HeardWindow:
        """Raises ServingUnavailable; the same window may be sent again."""


class IdentifierMasker(Protocol):
    """Masks every line of an encounter at once, and lets nothing through that its gate stops."""

    def mask_and_admit(
        self,
        origin: Origin,
        utterances: tuple[MaskedLine, ...],
        observations: tuple[MaskedLine, ...],
        record_facts: tuple[MaskedLine, ...],
        known: KnownRecord,
    ) -> tuple[MaskedText, MaskMap]:
        """Raises GateBlocked, GateBroken."""

    def readmit(
        self,
        origin: Origin,
        utterances: tuple[MaskedLine, ...],
        observations: tuple[MaskedLine, ...],
        record_facts: tuple[MaskedLine, ...],
        known: KnownRecord,
        mask_map: MaskMap,
    ) -> MaskedText:
        """Send stored masked text through the gate again, just before it goes out."""

    def try_out(
        self, origin: Origin, lines: tuple[MaskedLine, ...], known: KnownRecord
    ) -> tuple[MaskCandidate, tuple[BlockedSpan, ...]]:
        """Mask as `mask_and_admit` would and let nothing out: for its clinician to look at.

        Returns the masked lines with their map, and what the gate still finds in them.
        """

    def left_in(
        self, lines: tuple[MaskedLine, ...], known: KnownRecord, mask_map: MaskMap
    ) -> tuple[BlockedSpan, ...]:
        """What the gate finds in masked lines; offsets are theirs."""


class NoteWriter(Protocol):
    """Writes a draft from masked text, and only from that."""

    def write(
        self,
        masked: MaskedText,
        kind: EncounterKind,
        note_format: NoteFormat,
        preferences: ChosenPreferences,
    ) -> WrittenDraft:
        """Raises ServingUnavailable, NoMaterial."""


class Passwords(Protocol):
    """Hashes and checks passwords (argon2id)."""

    def hash(self, password: str) -> str: ...

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Takes as long for None (unknown account) as for a real hash."""
