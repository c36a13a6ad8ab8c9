"""The vault as steps see it: keys by way of the keyring's socket, chunks sealed in this process."""

import socket
import threading
from pathlib import Path
from typing import Any

from appliance.adapters.vault import wrapping
from appliance.adapters.vault.framing import receive, send, to_bytes, to_text
from appliance.adapters.vault.signatures import STATEMENT_MARK, is_signed
from appliance.domain.errors import (
    BackupUnreadable,
    KeyringReadOnly,
    KeyringUnavailable,
    NotEmpty,
    NotYours,
    QuietroomError,
    RootMoved,
    SealBroken,
    StillReadable,
)
from appliance.domain.vault import (
    FreshKey,
    KeyGone,
    KeyringStatus,
    Root,
    RootKept,
    TpmUnavailable,
    WrappedKey,
)

TIMEOUT_SECONDS = 20
_ONCE = frozenset({"begin_turn", "rewrap", "complete_turn", "undo_turn", "import_record"})
"""Never asked again by itself: the first asking may still be under way."""


class VaultClient:
    """Talks to the keyring over one connection a thread; reconnects once when it was restarted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._open: set[socket.socket] = set()

    def close(self) -> None:
        """Hang up in every thread."""
        for connection in tuple(self._open):
            connection.close()
        self._open.clear()

    def status(self) -> KeyringStatus:
        return _status_from(self._ask("status"))

    def export_record(self, passphrase: str) -> bytes:
        """The record root sealed under a recovery passphrase. Raises NotYours for other users."""
        return to_bytes(self._ask("export_record", passphrase=passphrase)["sealed"])

    def import_record(self, sealed: bytes, passphrase: str, generation: int) -> KeyringStatus:
        """Take over a lost box's record root. Raises NotYours, NotEmpty, BackupUnreadable."""
        answer = self._ask(
            "import_record", sealed=to_text(sealed), passphrase=passphrase, generation=generation
        )
        return _status_from(answer)

    def new_key(self, artefact_id: str, root: Root, generation: int) -> FreshKey:
        """Raises RootMoved when the root turned meanwhile."""
        try:
            answer = self._ask(
                "new_key", root=root.value, generation=generation, artefact=artefact_id
            )
        except KeyGone:
            raise RootMoved from None
        wrapped = WrappedKey(
            artefact_id=artefact_id,
            root=root,
            generation=generation,
            wrapped=to_bytes(answer["wrapped"]),
        )
        return FreshKey(key=to_bytes(answer["key"]), wrapped=wrapped)

    def open_key(self, wrapped: WrappedKey) -> bytes:
        """Raises KeyGone when its root is no more."""
        answer = self._ask(
            "open_key",
            root=wrapped.root.value,
            generation=wrapped.generation,
            artefact=wrapped.artefact_id,
            wrapped=to_text(wrapped.wrapped),
        )
        return to_bytes(answer["key"])

    def seal(self, key: bytes, artefact_id: str, position: int, plain: bytes) -> bytes:
        return wrapping.seal(key, artefact_id, position, plain)

    def unseal(self, key: bytes, artefact_id: str, position: int, sealed: bytes) -> bytes:
        return wrapping.unseal(key, artefact_id, position, sealed)

    def begin_turn(self, generation: int) -> int:
        return int(self._ask("begin_turn", generation=generation)["generation"])

    def rewrap(self, old: int, new: int, keys: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        ids = [artefact_id for artefact_id, _ in keys]
        sent = to_text(wrapping.joined(wrapped for _, wrapped in keys))
        answer = self._ask("rewrap", old=old, new=new, ids=ids, wrapped=sent)
        return list(zip(ids, wrapping.apart(to_bytes(answer["wrapped"])), strict=True))

    def complete_turn(self, generation: int) -> tuple[int, ...]:
        return tuple(self._ask("complete_turn", generation=generation)["generations"])

    def undo_turn(self, generation: int) -> tuple[int, ...]:
        return tuple(self._ask("undo_turn", generation=generation)["generations"])

    def remember_head(self, position: int, link_hash: str) -> None:
        self._ask("remember_head", position=position, hash=link_hash)

    def certify(self, body: bytes) -> bytes:
        """Raises StillReadable as long as the root that the body calls gone exists."""
        return to_bytes(self._ask("certify", body=to_text(body))["signature"])

    def sign_statement(self, body: bytes) -> bytes:
        """Of an energy statement, and of nothing else. Raises NotYours for who may not."""
        return to_bytes(self._ask("sign_statement", body=to_text(body))["signature"])

    def is_statement_signed(self, body: bytes, signature: bytes, public_key: bytes) -> bool:
        return is_signed(STATEMENT_MARK + body, signature, public_key)

    def is_signed(self, body: bytes, signature: bytes, public_key: bytes) -> bool:
        return is_signed(body, signature, public_key)

    def _ask(self, operation: str, **fields: Any) -> dict[str, Any]:
        message = {"op": operation, **fields}
        try:
            answer = self._converse(message)
        except (OSError, EOFError):
            self._hang_up()
            if operation in _ONCE:
                raise KeyringUnavailable from None
            try:
                answer = self._converse(message)
            except (OSError, EOFError):
                self._hang_up()
                raise KeyringUnavailable from None
        return _checked(answer)

    def _converse(self, message: dict[str, Any]) -> dict[str, Any]:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
        send(connection, message)
        answer = receive(connection)
        if answer is None:
            raise EOFError
        return answer

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(TIMEOUT_SECONDS)
        try:
            connection.connect(str(self._path))
        except OSError:
            connection.close()
            raise
        self._open.add(connection)
        return connection

    def _hang_up(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._open.discard(connection)
            self._local.connection = None


def _status_from(answer: dict[str, Any]) -> KeyringStatus:
    return KeyringStatus(
        generations=tuple(answer["generations"]),
        provider=answer["provider"],
        provider_limit=answer["provider_limit"],
        public_key=to_bytes(answer["public_key"]),
        chain_head=tuple(answer["chain_head"]) if answer["chain_head"] else None,
        earlier_public_keys=tuple(map(to_bytes, answer["earlier_public_keys"])),
        kept=tuple(RootKept(**kept) for kept in answer["kept"]),
        is_late=answer["is_late"],
    )


_ERRORS: dict[str, type[QuietroomError]] = {
    "generation_gone": KeyGone,
    "seal_broken": SealBroken,
    "root_still_here": StillReadable,
    "keyring_read_only": KeyringReadOnly,
    "keyring_in_use": NotEmpty,
    "backup_unreadable": BackupUnreadable,
    "tpm_unavailable": TpmUnavailable,
    "not_allowed": NotYours,
}


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    code = answer.get("error")
    if code is None:
        return answer
    raise _ERRORS.get(code, KeyringUnavailable)
