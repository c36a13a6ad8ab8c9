"""The keyring's socket: checks who is asking, then answers one small set of questions."""

import logging
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.adapters.vault import wrapping
from appliance.adapters.vault.framing import receive, send, to_bytes, to_text
from appliance.adapters.vault.keyring_store import (
    GenerationGone,
    KeyringInUse,
    KeyringStore,
    RootStillHere,
)
from appliance.domain.errors import KeyringReadOnly, QuietroomError

_log = logging.getLogger("quietroom.keyring")
_PEER = struct.Struct("3i")
Answer = dict[str, Any]
RENEW_EVERY_SECONDS = 20


class KeyringServer(socketserver.ThreadingUnixStreamServer):
    """Serves `store` on a Unix socket.

    `sealers` (user ids) may wrap and open keys; `turners` may also turn the root and have
    certificates signed; `administrators` may export and import the record root under a passphrase,
    and make and open keys. Anyone else's connection is closed without an answer.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(
        self,
        path: Path,
        store: KeyringStore,
        *,
        sealers: frozenset[int],
        turners: frozenset[int],
        administrators: frozenset[int] = frozenset(),
    ) -> None:
        self.store = store
        self.sealers = sealers | turners | administrators
        self.administrators = administrators
        self.turners = turners
        self.lock = threading.Lock()
        self._renewed_at_seconds = float("-inf")
        self._renewing: threading.Thread | None = None
        path.unlink(missing_ok=True)
        super().__init__(str(path), _Conversation)
        path.chmod(0o660)

    def service_actions(self) -> None:
        """Called in every round of serving: every 20 s, whether the hourly root has had its hour."""
        if time.monotonic() - self._renewed_at_seconds < RENEW_EVERY_SECONDS:
            return
        self._renewed_at_seconds = time.monotonic()
        if self._renewing is None or not self._renewing.is_alive():
            self._renewing = threading.Thread(target=self._renew, daemon=True)
            self._renewing.start()

    def _renew(self) -> None:
        """In a thread of its own: a TPM that is slow keeps nobody waiting."""
        try:
            if self.store.renew(self.lock):
                _log.info("hourly_root_turned")
        except QuietroomError as error:
            _log.warning("hourly_root_not_turned code=%s", error.code)
        except OSError:
            _log.warning("hourly_root_not_turned code=%s", KeyringReadOnly.code)


class _Conversation(socketserver.BaseRequestHandler):
    server: KeyringServer

    def handle(self) -> None:
        user = _peer_user(self.request)
        if user not in self.server.sealers:
            _log.warning("keyring_peer_refused user=%d", user)
            return
        try:
            while (message := receive(self.request)) is not None:
                send(self.request, self._answer(message, user))
        except (OSError, ValueError, RecursionError):  # the last: brackets without an end
            return

    def _answer(self, message: dict[str, Any], user: int) -> Answer:
        operation = str(message.pop("op", ""))
        allowed = _FOR_TURNERS | _FOR_SEALERS if user in self.server.turners else _FOR_SEALERS
        if user in self.server.administrators:
            allowed = allowed | _FOR_ADMINISTRATORS
        if operation not in allowed:
            return {"error": "not_allowed"}
        try:
            with self.server.lock:
                return allowed[operation](self.server.store, message)
        except tuple(_CODES) as error:
            return {"error": next(_CODES[kind] for kind in type(error).__mro__ if kind in _CODES)}
        except QuietroomError as error:
            return {"error": error.code}


_CODES: dict[type[Exception], str] = {
    GenerationGone: "generation_gone",
    RootStillHere: "root_still_here",
    KeyringInUse: "keyring_in_use",
    OSError: KeyringReadOnly.code,
    KeyError: "bad_request",
    OverflowError: "bad_request",
    struct.error: "bad_request",
    TypeError: "bad_request",
    ValueError: "bad_request",
}


def _peer_user(connection: socket.socket) -> int:
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    return int(_PEER.unpack(raw)[1])


def _status(store: KeyringStore, _message: Answer) -> Answer:
    return {
        "generations": list(store.generations),
        "provider": store.provider,
        "provider_limit": store.provider_limit,
        "kept": [vars(kept) for kept in store.kept],
        "is_late": store.is_late,
        "public_key": to_text(store.public_key),
        "chain_head": store.chain_head,
        "earlier_public_keys": [to_text(key) for key in store.earlier_public_keys],
    }


def _new_key(store: KeyringStore, message: Answer) -> Answer:
    key, wrapped = store.wrap_new(message["root"], message["generation"], message["artefact"])
    return {"key": to_text(key), "wrapped": to_text(wrapped)}


def _open_key(store: KeyringStore, message: Answer) -> Answer:
    wrapped = to_bytes(message["wrapped"])
    key = store.unwrap(message["root"], message["generation"], message["artefact"], wrapped)
    return {"key": to_text(key)}


def _begin_turn(store: KeyringStore, message: Answer) -> Answer:
    return {"generation": store.begin_turn(message["generation"])}


def _rewrap(store: KeyringStore, message: Answer) -> Answer:
    wrapped = wrapping.apart(to_bytes(message["wrapped"]))
    keys = list(zip(message["ids"], wrapped, strict=True))
    moved = store.rewrap(message["old"], message["new"], keys)
    return {"wrapped": to_text(wrapping.joined(key for _, key in moved))}


def _complete_turn(store: KeyringStore, message: Answer) -> Answer:
    store.complete_turn(message["generation"])
    return {"generations": list(store.generations)}


def _undo_turn(store: KeyringStore, message: Answer) -> Answer:
    store.undo_turn(message["generation"])
    return {"generations": list(store.generations)}


def _certify(store: KeyringStore, message: Answer) -> Answer:
    return {"signature": to_text(store.certify(to_bytes(message["body"])))}


def _sign_statement(store: KeyringStore, message: Answer) -> Answer:
    return {"signature": to_text(store.sign_statement(to_bytes(message["body"])))}


def _remember_head(store: KeyringStore, message: Answer) -> Answer:
    store.remember_head(int(message["position"]), str(message["hash"]))
    return {}


def _export_record(store: KeyringStore, message: Answer) -> Answer:
    return {"sealed": to_text(store.export_record(str(message["passphrase"])))}


def _import_record(store: KeyringStore, message: Answer) -> Answer:
    sealed, passphrase = to_bytes(message["sealed"]), str(message["passphrase"])
    store.import_record(sealed, passphrase, int(message["generation"]))
    return _status(store, message)


_Handler = Callable[[KeyringStore, Answer], Answer]
_FOR_SEALERS: dict[str, _Handler] = {
    "status": _status,
    "new_key": _new_key,
    "open_key": _open_key,
}
_FOR_TURNERS: dict[str, _Handler] = {
    "begin_turn": _begin_turn,
    "rewrap": _rewrap,
    "complete_turn": _complete_turn,
    "undo_turn": _undo_turn,
    "certify": _certify,
    "sign_statement": _sign_statement,
    "remember_head": _remember_head,
}
_FOR_ADMINISTRATORS: dict[str, _Handler] = {
    "export_record": _export_record,
    "import_record": _import_record,
    "complete_turn": _complete_turn,
}
