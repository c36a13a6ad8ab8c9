"""What the steps need of the outside world; each port's adapter stands under `appliance.adapters`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from appliance.domain.artefact import Artefact
from appliance.domain.audit import AuditEvent, Link
from appliance.domain.consent import Consent
from appliance.domain.destruction import Certificate
from appliance.domain.encounter import Encounter, EncounterKind
from appliance.domain.lifecycle import Stage
from appliance.domain.masking.known import KnownRecord
from appliance.domain.masking.masked import MaskedLine, MaskedText, MaskMap
from appliance.domain.note import NoteFormat
from appliance.domain.people import Account, Practice
from appliance.domain.preferences import ChosenPreferences, Preferences
from appliance.domain.recording import DecodedSound, HeardWindow
from appliance.domain.retention import ArtefactKind, Rule
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

    def sign(self, body: bytes) -> bytes: ...

    def close(self) -> None:
        """Let go of every connection; the next asking opens one."""


# The database -------------------------------------------------------------------------------------


class Encounters(Protocol):
    """Encounters, their consents, and the queue that their stage column is."""

    def add(self, encounter: Encounter) -> None: ...

    def get(self, encounter_id: str) -> Encounter:
        """Raises Absent."""

    def save(self, encounter: Encounter) -> Encounter:
        """Writes every field; the revision rises. Raises EditedElsewhere on a stale revision."""

    def show_progress(self, encounter_id: str, done_share: float) -> None: ...

    def of_clinician(
        self, clinician_id: str, start: datetime, end: datetime
    ) -> tuple[Encounter, ...]: ...

    def of_client(self, client_id: str) -> tuple[Encounter, ...]: ...

    def awaiting_cosignature_of(self, supervisor_id: str) -> tuple[Encounter, ...]: ...

    def unfinished_of(self, clinician_id: str) -> tuple[Encounter, ...]: ...

    def consents(self, encounter_id: str) -> Mapping[str, Consent]: ...

    def add_consent(self, encounter_id: str, consent: Consent) -> None: ...

    def lease(self, stages: Sequence[Stage], owner: str, now: datetime) -> Encounter | None: ...

    def renew_lease(self, encounter_id: str, stage: Stage, owner: str, now: datetime) -> bool:
        """False when the lease was lost to another worker or the stage has moved on."""

    def release(
        self,
        encounter_id: str,
        owner: str,
        *,
        not_before_at: datetime | None = None,
        is_failing: bool = False,
    ) -> None: ...

    def count_by_stage(self) -> Mapping[str, int]: ...

    def add_step_run(
        self,
        encounter_id: str,
        step: str,
        started_at: datetime,
        seconds: float,
        outcome: str,
        energy_millijoules: int | None,
    ) -> None:
        """`energy_millijoules`: what the whole GPU used meanwhile; None: not measured."""

    def energy_millijoules(self, encounter_id: str) -> int | None:
        """All its steps together; None where one of them was not measured."""

    def count_failures(self) -> Mapping[str, int]:
        """Steps that did not end well, by code."""

    def step_runs(self, encounter_id: str) -> tuple[tuple[str, float, str], ...]:
        """(step, seconds, outcome), oldest first."""


class Artefacts(Protocol):
    """Sealed things: rows, wrapped keys and chunks."""

    def generation(self) -> int:
        """The live root's generation, locked until the transaction ends."""

    def set_generation(self, generation: int, now: datetime) -> None: ...

    def keyring(self) -> str:
        """The public key of the keyring that this record belongs to; empty before the first."""

    def set_keyring(self, keyring: str) -> None: ...

    def turned_at(self) -> datetime: ...

    def add(self, artefact: Artefact, key: WrappedKey) -> None: ...

    def get(self, artefact_id: str) -> Artefact: ...

    def save(self, artefact: Artefact) -> None: ...

    def key(self, artefact_id: str) -> WrappedKey:
        """Raises KeyGone when it is doomed or deleted."""

    def key_as_of_now(self, artefact_id: str) -> WrappedKey:
        """The same as committed by now, past this transaction's snapshot. Raises KeyGone."""

    def add_chunk(self, artefact_id: str, position: int, sealed: bytes) -> None: ...

    def chunks(self, artefact_id: str) -> Iterator[tuple[int, bytes]]: ...

    def living(
        self,
        *,
        encounter_id: str | None = None,
        client_id: str | None = None,
        kinds: Iterable[ArtefactKind] | None = None,
    ) -> tuple[Artefact, ...]:
        """Neither doomed nor destroyed, oldest first."""

    def of_encounter(self, encounter_id: str) -> tuple[Artefact, ...]: ...

    def due(self, now: datetime) -> tuple[Artefact, ...]:
        """Living artefacts whose deadline is not after `now`."""

    def idle_uploads(self, last_piece_before: datetime) -> tuple[Artefact, ...]: ...

    def doom(self, artefact_ids: Iterable[str], rule: Rule, now: datetime) -> int: ...

    def is_any_doomed(self) -> bool:
        """True when something waits for a turn of the root."""

    def surviving_live_keys(self) -> tuple[tuple[str, bytes], ...]:
        """(artefact id, wrapped key) of all that hangs from the live root and is not doomed."""

    def replace_keys(self, generation: int, keys: Iterable[tuple[str, bytes]]) -> None: ...

    def delete_doomed_keys(self, generation_gone: int) -> int:
        """Delete them and note that the turn under way ends their generation.

        A copy of each stays as a witness, to be tried once its root is gone.
        """

    def witness(self, artefact_id: str) -> WrappedKey | None: ...

    def delete_witness(self, artefact_id: str) -> None: ...

    def unproved(self) -> tuple[Artefact, ...]:
        """Key deleted, no certificate yet."""

    def delete_chunks(self, artefact_id: str) -> None: ...


class People(Protocol):
    """The practice, its accounts, sign-ins and clients."""

    def practice(self) -> Practice: ...

    def save_practice(self, practice: Practice, preferences: Preferences) -> None: ...

    def practice_preferences(self) -> Preferences: ...

    def add_account(self, account: Account, password_hash: str) -> None: ...

    def account(self, account_id: str) -> Account: ...

    def account_named(self, user_name: str) -> tuple[Account, str] | None:
        """The account and its password hash; None for unknown or disabled ones."""

    def accounts(self) -> tuple[Account, ...]: ...

    def account_preferences(self, account_id: str) -> Preferences: ...

    def save_account_preferences(self, account_id: str, preferences: Preferences) -> None: ...

    def set_password_hash(self, account_id: str, password_hash: str) -> None: ...

    def count_sign_in_try(self, name_sha256: str, now: datetime) -> datetime | None:
        """None: counted. Else too many were, and there are no more until then. Any name counts."""

    def forget_sign_in_tries(self, name_sha256: str) -> None: ...

    def add_sign_in(self, token_sha256: str, account_id: str, now: datetime) -> None: ...

    def signed_in(self, token_sha256: str, now: datetime) -> Account | None: ...

    def see_sign_in(self, token_sha256: str, now: datetime) -> None: ...

    def end_sign_in(self, token_sha256: str) -> None: ...

    def add_client(self, client_id: str, clinician_id: str, now: datetime) -> None: ...

    def clinician_of(self, client_id: str) -> str:
        """Raises Absent."""

    def clients_of(self, clinician_id: str) -> tuple[str, ...]: ...


class Audit(Protocol):
    """Append-only events and their chain."""

    def add(self, event: AuditEvent) -> None: ...

    def unlinked(self, limit: int) -> tuple[tuple[int, AuditEvent], ...]: ...

    def head(self) -> tuple[int, str]:
        """Position and hash of the last link; (0, GENESIS) for an empty chain."""

    def hash_at(self, position: int) -> str | None: ...

    def link(self, event_id: int, position: int, link_hash: str) -> None: ...

    def links(self) -> Iterator[Link]: ...


class Certificates(Protocol):
    """Certificates of destruction, numbered without gaps."""

    def next_number(self) -> int: ...

    def add(self, certificate: Certificate) -> None: ...

    def of_encounter(self, encounter_id: str) -> tuple[Certificate, ...]: ...

    def all(self) -> Iterator[Certificate]: ...

    def count_by_kind(self) -> Mapping[str, int]: ...


class Heartbeats(Protocol):
    """When something last happened: the sweep, above all."""

    def beat(self, name: str, now: datetime) -> None: ...

    def last(self, name: str) -> datetime | None: ...


class Records(Protocol):
    """One transaction's view of the database."""

    @property
    def encounters(self) -> Encounters: ...
    @property
    def artefacts(self) -> Artefacts: ...
    @property
    def people(self) -> People: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def certificates(self) -> Certificates: ...
    @property
    def heartbeats(self) -> Heartbeats: ...


class Database(Protocol):
    """Transactions: whole or not at all."""

    def write(self) -> AbstractContextManager[Records]: ...

    def read(self) -> AbstractContextManager[Records]: ...

    def close(self) -> None:
        """Let go of every connection; the next transaction opens one."""


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
