"""What the keyring holds: the live root's generations, the record root, the signing key.

The keyring does not know the database. Callers name the generation that the database says is
current; the keyring has one generation, or two while a turn is under way.
"""

import json
import secrets
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from appliance.adapters.vault import recovery, wrapping
from appliance.adapters.vault.root_provider import LIMITS
from appliance.adapters.vault.root_slots import FIRST_GENERATION, Providers, RootSlots, file_only
from appliance.adapters.vault.signatures import (
    STATEMENT_MARK,
    certified_generation,
    certified_provider,
    require_statement,
)
from appliance.adapters.vault.slots import SECRET_BYTES, SlotFile, newest
from appliance.domain.vault import RootKept, TpmUnavailable

LIVE = "live"
RECORD = "record"
RECORD_GENERATION = 1
MADE = "made"
"""A file that says that this keyring has been made whole once."""


EARLIER = "earlier-public-keys"


class GenerationGone(Exception):
    """The root of that generation no longer exists: what it wrapped cannot be opened by anyone."""


class RootStillHere(Exception):
    """The root that a certificate calls gone can still be used: nothing is certified."""


class KeyringInUse(Exception):
    """Something was already destroyed, sealed or signed with this keyring: it takes over nothing."""


class KeyringStore:
    """Roots and keys in `directory` (mode 0700), made on first use, as the chosen provider seals them.

    Raises RootLost where some were made before and are not there: a new root in the place of a lost
    one would hide the loss. Raises Misconfigured and TpmUnavailable where the provider is missing.
    """

    def __init__(self, directory: Path, providers: Providers | None = None) -> None:
        self._directory = directory
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._slots = RootSlots(
            directory, providers or file_only(directory), was_made=(directory / MADE).exists()
        )
        self._live = self._slots.live.read()
        if not self._live:
            self._add_live(FIRST_GENERATION)
        self._record = _lasting_secret(self._slots.record)
        self._signer = Ed25519PrivateKey.from_private_bytes(
            _lasting_secret(self._slots.signing_key)
        )
        self._head = SlotFile(directory / "chain-head", 2)
        (directory / MADE).touch(mode=0o600)

    @property
    def generations(self) -> tuple[int, ...]:
        """Generations of the live root that exist in memory or on the device, oldest first."""
        on_device = {written.generation for written in self._slots.live.written()}
        return tuple(sorted(self._live.keys() | on_device))

    @property
    def provider(self) -> str:
        """The name of what keeps the root: file, tpm or credential."""
        return self._slots.provider

    @property
    def provider_limit(self) -> str:
        return LIMITS[self.provider]

    @property
    def kept(self) -> tuple[RootKept, ...]:
        """Which provider kept which generations, the weakest first."""
        return self._slots.kept()

    @property
    def is_late(self) -> bool:
        """Whether the TPM's hourly root should be gone by now and is not."""
        return self._slots.is_late

    def renew(self, lock: AbstractContextManager[object] | None = None) -> bool:
        """With a TPM: turn the hourly root if it is time. True where it turned.

        `lock` is held while the slots change, not while the TPM is waited for.
        """
        return self._slots.renew(lock or nullcontext())

    @property
    def public_key(self) -> bytes:
        """The certificate-signing key's public half (32 bytes, Ed25519)."""
        return self._signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def wrap_new(self, name: str, generation: int, artefact_id: str) -> tuple[bytes, bytes]:
        """A fresh artefact key and the same wrapped. Raises GenerationGone."""
        key = secrets.token_bytes(wrapping.KEY_BYTES)
        root = self._root(name, generation)
        return key, wrapping.wrap(root, name, generation, artefact_id, key)

    def unwrap(self, name: str, generation: int, artefact_id: str, wrapped: bytes) -> bytes:
        """An artefact's key. Raises GenerationGone, SealBroken."""
        return wrapping.unwrap(self._root(name, generation), name, generation, artefact_id, wrapped)

    def begin_turn(self, generation: int) -> int:
        """Make the root that follows `generation`, and return its number.

        A newer root left by a turn that never committed is overwritten first.
        """
        self.undo_turn(generation)
        self._add_live(generation + 1)
        return generation + 1

    def rewrap(self, old: int, new: int, keys: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        """Survivors' keys (artefact id, wrapped) moved from root `old` to root `new`."""
        old_root, new_root = self._root(LIVE, old), self._root(LIVE, new)
        return wrapping.rewrap(old_root, new_root, LIVE, (old, new), keys)

    def complete_turn(self, generation: int) -> None:
        """Overwrite every live root older than `generation`, which must be the newest.

        Raises GenerationGone when there is a newer one: then another turn is under way, and what
        it has wrapped already must not lose its root.
        """
        if generation != newest(self._live):
            raise GenerationGone
        self._keep_only(generation)

    def undo_turn(self, generation: int) -> None:
        """Overwrite every live root but `generation`, which the database says is current.

        To be called inside a write transaction of the database only: nothing may be turning.
        """
        self._keep_only(generation)

    def _keep_only(self, generation: int) -> None:
        root = self._root(LIVE, generation)
        self._slots.live.destroy_all_but(generation)
        self._live = {generation: root}

    @property
    def chain_head(self) -> tuple[int, str] | None:
        """Position and hash (hex) of the audit chain's head as it was last told."""
        held = self._head.read()
        return (newest(held), held[newest(held)].hex()) if held else None

    def remember_head(self, position: int, link_hash: str) -> None:
        """Keep the chain's head; one from before the one that is kept is ignored."""
        if position > newest(self._head.read()):
            self._head.advance(position, bytes.fromhex(link_hash))

    def certify(self, body: bytes) -> bytes:
        """Ed25519 signature of a certificate's body (64 bytes), and of nothing else.

        Raises RootStillHere as long as the root that the certificate calls gone exists, ValueError
        when the body is not a certificate's or names another keeper, TpmUnavailable while the
        hourly root is late.
        """
        gone = certified_generation(body)
        is_there = gone in self.generations
        if gone is not None and (is_there or not 0 < gone < newest(self._live)):
            raise RootStillHere
        keeper = self.provider if gone is None else self._keeper_of(gone)
        if certified_provider(body) not in (None, keeper):
            raise ValueError("not the keeper of that root")
        if self.is_late:
            raise TpmUnavailable
        return self._signer.sign(body)

    def sign_statement(self, body: bytes) -> bytes:
        """Ed25519 signature of an energy statement's body under its own mark (64 bytes).

        Raises ValueError for anything else.
        """
        require_statement(body)
        return self._signer.sign(STATEMENT_MARK + body)

    @property
    def earlier_public_keys(self) -> tuple[bytes, ...]:
        """Of keyrings whose record was restored into this one; they sign nothing any more."""
        path = self._directory / EARLIER
        return tuple(map(bytes.fromhex, path.read_text().split())) if path.exists() else ()

    def export_record(self, passphrase: str) -> bytes:
        """The record root sealed under a recovery passphrase, with what its certificates are checked
        by. The signing key stays."""
        keys = [key.hex() for key in (*self.earlier_public_keys, self.public_key)]
        said = {"record": self._record.hex(), "public_keys": keys}
        return recovery.seal(passphrase, json.dumps(said).encode(), RECORD)

    def import_record(self, sealed: bytes, passphrase: str, generation: int) -> None:
        """Take over the record root of a lost box, and begin a live root `generation`.

        Only a keyring that has done nothing yet: raises KeyringInUse for any other, and
        BackupUnreadable.
        """
        said = json.loads(recovery.unseal(passphrase, sealed, RECORD))
        if self.chain_head is not None or newest(self._live) != 1:
            raise KeyringInUse
        self._slots.record.destroy_all_but(0)
        self._slots.record.write(RECORD_GENERATION, bytes.fromhex(said["record"]))
        self._record = bytes.fromhex(said["record"])
        (self._directory / EARLIER).write_text("\n".join(said["public_keys"]) + "\n")
        if generation > 1:
            self._add_live(generation)

    def _keeper_of(self, generation: int) -> str:
        """The weakest provider that ever kept that root."""
        ranges = ((kept.provider, kept.oldest, kept.newest or generation) for kept in self.kept)
        return next(name for name, oldest, last in ranges if oldest <= generation <= last)

    def _root(self, name: str, generation: int) -> bytes:
        if name == RECORD:
            return self._record
        try:
            return self._live[generation]
        except KeyError:
            raise GenerationGone from None

    def _add_live(self, generation: int) -> None:
        secret = secrets.token_bytes(SECRET_BYTES)
        self._slots.live.write(generation, secret)
        self._live[generation] = secret


def _lasting_secret(slots: SlotFile) -> bytes:
    found = slots.read()
    if not found:
        slots.write(RECORD_GENERATION, secrets.token_bytes(SECRET_BYTES))
        found = slots.read()
    return found[newest(found)]
