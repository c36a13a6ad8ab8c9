"""The database as the steps see it: one kind of rows a class, and transactions over all of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action, AuditEvent, Link
from appliance.domain.capture import Capture
from appliance.domain.consent import Consent
from appliance.domain.destruction import Certificate
from appliance.domain.encounter import Encounter
from appliance.domain.hold import HoldReason, LegalHold
from appliance.domain.lifecycle import Stage
from appliance.domain.people import Account, Practice
from appliance.domain.preferences import Preferences
from appliance.domain.retention import ArtefactKind, Rule
from appliance.domain.vault import WrappedKey


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

    def with_words(self) -> tuple[Encounter, ...]:
        """Unsigned ones that have words or had them."""

    def consents(self, encounter_id: str) -> Mapping[str, Consent]: ...

    def add_consent(self, encounter_id: str, consent: Consent) -> None: ...

    def lease(
        self,
        stages: Sequence[Stage],
        owner: str,
        now: datetime,
        *,
        urgent_before_at: datetime | None = None,
    ) -> Encounter | None:
        """The next one to work on; words stored before `urgent_before_at` go before all others."""

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

    def count_by_stage(self) -> Mapping[str, int]:
        """The practice's; the box's own canary is not counted."""

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
        """Within reach: not held, doomed or destroyed. Oldest first."""

    def of_encounter(self, encounter_id: str) -> tuple[Artefact, ...]: ...

    def due(self, now: datetime) -> tuple[Artefact, ...]:
        """Living artefacts whose deadline is not after `now` and whose client is under no hold."""

    def with_deadline(self) -> tuple[Artefact, ...]:
        """Every living artefact that has a deadline, held client or not."""

    def soonest_due(self, kind: ArtefactKind) -> datetime | None:
        """The nearest deadline of living artefacts of this kind that no legal hold pauses."""

    def words_due_at(self, encounter_ids: Iterable[str]) -> Mapping[str, datetime]:
        """By encounter, when its transcript must be gone; those without one are left out."""

    def of_client(self, client_id: str) -> tuple[Artefact, ...]:
        """Living, held and destroyed, oldest first."""

    def hold(self, artefact_ids: Iterable[str], rule: Rule, now: datetime) -> int:
        """Put out of reach without dooming; `rule` is what would have destroyed them."""

    def held(self, client_id: str) -> tuple[Artefact, ...]: ...

    def held_key(self, artefact_id: str) -> WrappedKey:
        """Of what only a hold keeps. Raises KeyGone when it is doomed, or within reach anyway."""

    def doom(self, artefact_ids: Iterable[str], rule: Rule, now: datetime) -> int: ...

    def is_any_doomed(self) -> bool:
        """True when something waits for a turn of the root."""

    def doomed_count(self) -> int:
        """How many wait for a turn of the root."""

    def surviving_live_keys(self) -> tuple[tuple[str, bytes], ...]:
        """(artefact id, wrapped key) of all that hangs from the live root and is not doomed."""

    def replace_keys(self, generation: int, keys: Iterable[tuple[str, bytes]]) -> None: ...

    def delete_doomed_keys(self, generation_gone: int) -> int:
        """Delete them and note that the turn under way ends their generation.

        A copy of each stays as a witness, to be tried once its root is gone.
        """

    def witness(self, artefact_id: str) -> WrappedKey | None: ...

    def delete_witness(self, artefact_id: str) -> None: ...

    def remnants(self) -> tuple[tuple[str, WrappedKey | None], ...]:
        """What is left of artefacts that are called destroyed: chunks (None) and wrapped keys."""

    def uncertified(self) -> tuple[str, ...]:
        """Artefacts called destroyed without a certificate."""

    def unproved(self) -> tuple[Artefact, ...]:
        """Key deleted, no certificate yet."""

    def delete_chunks(self, artefact_id: str) -> None: ...


class Captures(Protocol):
    """Recordings that go on as the session does, one an encounter, until their last words."""

    def add(self, capture: Capture) -> None: ...

    def get(self, encounter_id: str) -> Capture | None: ...

    def save(self, capture: Capture) -> None: ...

    def delete(self, encounter_id: str) -> None: ...

    def to_hear(
        self, now: datetime, *, idle_before: datetime, forgotten_before: datetime
    ) -> tuple[str, ...]:
        """Encounters with a finished segment, one that nothing came to since `idle_before`, or
        nothing left but to end it; the furthest behind first."""

    def sound_at_rest(self) -> tuple[tuple[Artefact, WrappedKey], ...]:
        """Every segment of which a wrapped key is anywhere in the database, doomed or not."""


class People(Protocol):
    """The practice, its accounts, sign-ins and clients."""

    def practice(self) -> Practice: ...

    def save_practice(self, practice: Practice, preferences: Preferences) -> None: ...

    def practice_preferences(self) -> Preferences: ...

    def add_account(self, account: Account, password_hash: str) -> None: ...

    def account(self, account_id: str) -> Account: ...

    def account_named(self, user_name: str) -> tuple[Account, str] | None:
        """The account and its password hash; None for unknown or disabled ones."""

    def accounts(self) -> tuple[Account, ...]:
        """Everybody's; not the box's own."""

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


class Holds(Protocol):
    """Legal holds on clients."""

    def add(self, hold: LegalHold) -> None: ...

    def lift(self, client_id: str, reason: HoldReason, account_id: str, now: datetime) -> int:
        """Returns how many holds ended."""

    def on_client(self, client_id: str) -> tuple[LegalHold, ...]:
        """Those that stand, oldest first."""


class Audit(Protocol):
    """Append-only events and their chain."""

    def add(self, event: AuditEvent) -> None: ...

    def unlinked(self, limit: int) -> tuple[tuple[int, AuditEvent], ...]: ...

    def head(self) -> tuple[int, str]:
        """Position and hash of the last link; (0, GENESIS) for an empty chain."""

    def hash_at(self, position: int) -> str | None: ...

    def link(self, event_id: int, position: int, link_hash: str) -> None: ...

    def links(self) -> Iterator[Link]: ...

    def last(self, action: Action) -> AuditEvent | None:
        """The newest event of this kind."""


class Certificates(Protocol):
    """Certificates of destruction, numbered without gaps."""

    def last(self) -> Certificate | None:
        """The one that the next is chained to."""

    def add(self, certificate: Certificate) -> None: ...

    def numbered(self, number: int) -> Certificate:
        """Raises Absent."""

    def of_encounter(self, encounter_id: str) -> tuple[Certificate, ...]: ...

    def of_client(self, client_id: str) -> tuple[Certificate, ...]: ...

    def between(
        self, start: datetime, end: datetime, *, clinician_id: str | None = None
    ) -> tuple[Certificate, ...]:
        """Of what was destroyed in [start, end); of one clinician's clients, or of all."""

    def all(self) -> Iterator[Certificate]: ...

    def count_by_kind(self) -> Mapping[str, int]: ...


class Heartbeats(Protocol):
    """When something last happened: the sweep, above all."""

    def beat(self, name: str, now: datetime) -> None: ...

    def forget(self, name: str) -> None: ...

    def last(self, name: str) -> datetime | None: ...


class Records(Protocol):
    """One transaction's view of the database."""

    @property
    def encounters(self) -> Encounters: ...
    @property
    def artefacts(self) -> Artefacts: ...
    @property
    def captures(self) -> Captures: ...
    @property
    def people(self) -> People: ...
    @property
    def holds(self) -> Holds: ...
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
