"""The keyring's socket: who may ask, and what an answer says when something is wrong."""

import os
import socket
import threading
from pathlib import Path

import pytest

from appliance.adapters.vault.client import VaultClient
from appliance.adapters.vault.framing import receive, send
from appliance.adapters.vault.keyring_server import KeyringServer
from appliance.adapters.vault.keyring_store import KeyringStore
from appliance.domain.errors import KeyringUnavailable, NotYours, RootMoved
from appliance.domain.vault import KeyGone, Root
from tests.boxes import keyring_at

ME, SOMEBODY_ELSE = os.getuid(), 54321


def serve(directory: Path, sealers: set[int], turners: set[int]) -> KeyringServer:
    server = KeyringServer(
        directory / "k.sock",
        KeyringStore(directory / "keyring"),
        sealers=frozenset(sealers),
        turners=frozenset(turners),
    )
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


def test_a_user_who_is_not_named_gets_no_answer(tmp_path: Path) -> None:
    server = serve(tmp_path, {SOMEBODY_ELSE}, {SOMEBODY_ELSE})
    vault = VaultClient(tmp_path / "k.sock")
    with pytest.raises(KeyringUnavailable):
        vault.status()
    vault.close()
    server.shutdown()
    server.server_close()


def test_who_may_only_seal_cannot_turn_the_root(tmp_path: Path) -> None:
    server = serve(tmp_path, {ME}, {SOMEBODY_ELSE})
    vault = VaultClient(tmp_path / "k.sock")
    fresh = vault.new_key("a", Root.LIVE, 1)
    assert vault.open_key(fresh.wrapped) == fresh.key
    for forbidden in (
        lambda: vault.begin_turn(1),
        lambda: vault.complete_turn(1),
        lambda: vault.undo_turn(1),
        lambda: vault.rewrap(1, 1, []),
        lambda: vault.certify(b"forged"),
    ):
        with pytest.raises(NotYours):
            forbidden()
    assert vault.status().generations == (1,)
    vault.close()
    server.shutdown()
    server.server_close()


def test_a_key_whose_root_is_gone_is_gone(tmp_path: Path) -> None:
    with keyring_at(tmp_path) as vault:
        fresh = vault.new_key("a", Root.LIVE, 1)
        vault.complete_turn(vault.begin_turn(1))
        with pytest.raises(KeyGone):
            vault.open_key(fresh.wrapped)
        with pytest.raises(RootMoved):
            vault.new_key("b", Root.LIVE, 1)


def test_a_restarted_keyring_is_found_again(tmp_path: Path) -> None:
    server = serve(tmp_path, {ME}, {ME})
    vault = VaultClient(tmp_path / "k.sock")
    assert vault.status().generations == (1,)
    server.shutdown()
    server.server_close()
    vault.close()
    again = serve(tmp_path, {ME}, {ME})
    assert vault.status().generations == (1,)
    vault.close()
    again.shutdown()
    again.server_close()


def test_rubbish_on_the_socket_harms_nobody(tmp_path: Path) -> None:
    server = serve(tmp_path, {ME}, {ME})
    for rubbish in (b"\xff\xff\xff\xff", b"\x00\x00\x00\x02[]", b"\x00\x00\x00\x05hello"):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(tmp_path / "k.sock"))
            connection.sendall(rubbish)
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(100) == b""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(tmp_path / "k.sock"))
        send(connection, {"op": "open_key", "root": "live"})
        assert receive(connection) == {"error": "bad_request"}
        send(connection, {"op": "no such thing"})
        assert receive(connection) == {"error": "not_allowed"}
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "position", [b"Infinity", b"NaN", b"340282366920938463463374607431768211456"]
)
def test_numbers_that_no_machine_holds_are_a_bad_request(tmp_path: Path, position: bytes) -> None:
    server = serve(tmp_path, {ME}, {ME})
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(tmp_path / "k.sock"))
        asked = b'{"op": "remember_head", "hash": "x", "position": ' + position + b"}"
        connection.sendall(len(asked).to_bytes(4, "big") + asked)
        assert receive(connection) == {"error": "bad_request"}
    server.shutdown()
    server.server_close()


def test_brackets_without_an_end_end_the_conversation_and_nothing_else(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server = serve(tmp_path, {ME}, {ME})
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(tmp_path / "k.sock"))
        asked = b"[" * 200_000
        connection.sendall(len(asked).to_bytes(4, "big") + asked)
        assert receive(connection) is None
    server.shutdown()
    server.server_close()
    assert "Traceback" not in capfd.readouterr().err
