"""What the steps need of the outside world; each port's adapter stands under `appliance.adapters`."""

from datetime import datetime
from typing import Protocol

from appliance.domain.vault import FreshKey, KeyringStatus, Root, WrappedKey


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

    def sign_statement(self, body: bytes) -> bytes:
        """Sign an energy statement's body, under a mark of its own."""

    def is_statement_signed(self, body: bytes, signature: bytes, public_key: bytes) -> bool: ...

    def is_signed(self, body: bytes, signature: bytes, public_key: bytes) -> bool:
        """Whether a signature (Ed25519) is by the keyring of this public key; asks nobody."""

    def close(self) -> None:
        """Let go of every connection; the next asking opens one."""
