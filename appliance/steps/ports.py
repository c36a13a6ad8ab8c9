"""What the steps need of the outside world; each port's adapter stands under `appliance.adapters`."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

from appliance.domain.encounter import EncounterKind
from appliance.domain.masking.known import KnownRecord
from appliance.domain.masking.masked import MaskedLine, MaskedText, MaskMap
from appliance.domain.note import NoteFormat
from appliance.domain.preferences import ChosenPreferences
from appliance.domain.recording import DecodedSound, HeardWindow
from appliance.domain.transcript import Origin
from appliance.domain.vault import FreshKey, KeyringStatus, Root, WrappedKey
from appliance.domain.written import WrittenDraft


class Clock(Protocol):
    """The time, in UTC."""

    def now(self) -> datetime: ...


# The vault ----------------------------------------------------------------------------------------


class Vault(Protocol):
    """Keys by way of the keyring, and the sealing of chunks. Raises KeyringUnavailable."""

    def status(self) -> KeyringStatus: ...

    def new_key(self, artefact_id: str, root: Root, generation: int) -> FreshKey:
        """Raises RootMoved."""

    def open_key(self, wrapped: WrappedKey) -> bytes:
        """Raises KeyGone, SealBroken."""

    def seal(self, key: bytes, artefact_id: str, position: int, plain: bytes) -> bytes: ...

    def unseal(self, key: bytes, artefact_id: str, position: int, sealed: bytes) -> bytes:
        """Raises SealBroken."""

    def begin_turn(self, generation: int) -> int: ...

    def rewrap(
        self, old: int, new: int, keys: list[tuple[str, bytes]]
    ) -> list[tuple[str, bytes]]: ...

    def complete_turn(self, generation: int) -> tuple[int, ...]:
        """Overwrite the roots before `generation`. Raises KeyGone when there is a newer one."""

    def undo_turn(self, generation: int) -> tuple[int, ...]:
        """Overwrite every other root; only inside a write transaction that read `generation`."""

    def remember_head(self, position: int, link_hash: str) -> None:
        """Keep the audit chain's head beside the root; a position before the one kept is ignored."""

    def certify(self, body: bytes) -> bytes:
        """Sign a certificate's body. Raises StillReadable while the root it calls gone exists."""

    def is_signed(self, body: bytes, signature: bytes, public_key: bytes) -> bool:
        """Whether a signature (Ed25519) is by the keyring of this public key; asks nobody."""


# Engines ------------------------------------------------------------------------------------------


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
