"""The application under gunicorn as it really runs: TLS, limits, slow clients, and an empty log."""

import contextlib
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.adapters.tls.authority import TlsFiles, ensure_certificates
from appliance.gunicorn_config import options
from tests.boxes import PASSWORD

STALLED_SECONDS = 1
PROGRAM = """
import atexit
import sys
from pathlib import Path
from gunicorn.app.base import BaseApplication
from appliance import gunicorn_config
from tests.api_caller import make_app
from tests.boxes import make_box, make_setting

gunicorn_config.STALLED_SECONDS = int(sys.argv[5])

class Server(BaseApplication):
    def load_config(self):
        for name, value in gunicorn_config.options(sys.argv[2], sys.argv[3], sys.argv[4]).items():
            self.cfg.set(name, value)

    def load(self):
        self.held = make_box(Path(sys.argv[1]))
        box = self.held.__enter__()
        atexit.register(self.held.__exit__, None, None, None)
        print(make_setting(box).encounter.id, flush=True)

        def fall_over():
            raise RuntimeError("zebra-secret")

        return make_app(box, energy_line=fall_over)

Server().run()
"""


class Served:
    """A running server, and connections to it that trust the box's own authority."""

    def __init__(self, port: int, tls: TlsFiles, log: Path, encounter_id: str) -> None:
        self.port, self.tls, self.log, self.encounter_id = port, tls, log, encounter_id
        self.context = ssl.create_default_context(cafile=str(tls.ca_certificate))

    def connect(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=self.context)

    def raw(self) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        return self.context.wrap_socket(plain, server_hostname="127.0.0.1")

    def ask(self, method: str, path: str, body: object = None, token: str = "") -> tuple[int, dict]:
        connection = self.connect()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        data = json.dumps(body) if body is not None else None
        connection.request(method, f"/api/v1{path}", data, headers)
        answer = connection.getresponse()
        found = answer.read()
        connection.close()
        return answer.status, json.loads(found or b"{}")

    def sign_in(self) -> str:
        return self.ask("POST", "/sign-in", {"user_name": "amara", "password": PASSWORD})[1][
            "token"
        ]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    tls = ensure_certificates(folder / "tls", ["localhost"], ["127.0.0.1"], datetime.now(UTC))
    port = free_port()
    arguments = [folder / "state", f"127.0.0.1:{port}", tls.certificate, tls.private_key]
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *map(str, arguments), str(STALLED_SECONDS)],
            stdout=subprocess.PIPE,
            stderr=log,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )
        try:
            assert child.stdout is not None
            encounter_id = child.stdout.readline().decode().strip()
            made = Served(port, tls, folder / "log", encounter_id)
            _wait_until_it_answers(made)
            yield made
        finally:
            child.send_signal(signal.SIGTERM)
            child.communicate(timeout=10)


def _wait_until_it_answers(made: Served) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            if made.ask("GET", "/openapi.json")[0] == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(made.log.read_text())


def test_it_serves_over_tls_and_does_not_say_what_it_is(served: Served) -> None:
    connection = served.connect()
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"alive\n")
    assert answer.headers["Server"] == "quietroom"
    assert answer.headers["Cache-Control"] == "no-store"
    connection.close()


def test_tls_older_than_1_2_is_refused(served: Served) -> None:
    old = ssl.create_default_context(cafile=str(served.tls.ca_certificate))
    # OpenSSL's own security level would stop the client first.
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    plain = socket.create_connection(("127.0.0.1", served.port), timeout=20)
    with pytest.raises(ssl.SSLError):
        old.wrap_socket(plain, server_hostname="127.0.0.1")
    plain.close()


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(served: Served) -> None:
    token = served.sign_in()
    request = (
        f"POST /api/v1/encounters/{served.encounter_id}/summary HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        "Content-Length: 2000000\r\n\r\n"
    )
    with served.raw() as connection:
        connection.sendall(request.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_a_client_that_falls_asleep_loses_its_connection_and_its_piece(served: Served) -> None:
    token = served.sign_in()
    at = f"/encounters/{served.encounter_id}"
    person = served.ask("GET", at, token=token)[1]["sheet"]["participants"][0]["id"]
    given = {"participant_id": person, "state": "given"}
    served.ask("POST", f"{at}/consents", given, token)
    served.ask("POST", f"{at}/recording", token=token)
    head = (
        f"PATCH /api/v1{at}/recording HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/offset+octet-stream\r\n"
        "Upload-Offset: 0\r\nContent-Length: 1000\r\n\r\n"
    )
    for sent in (head.encode() + b"half a piece", head[:40].encode()):
        with served.raw() as connection:
            connection.sendall(sent)
            started_seconds = time.monotonic()
            answered = b""
            with contextlib.suppress(ConnectionResetError):
                while more := connection.recv(4096):
                    answered += more
            assert STALLED_SECONDS * 0.5 < time.monotonic() - started_seconds < 15
            assert not answered.startswith(b"HTTP/1.1 2")
    status, received = served.ask("GET", f"{at}/recording", token=token)
    assert (status, received) == (200, {"received_bytes": 0})


def test_the_log_holds_nothing_of_what_was_asked_or_went_wrong(served: Served) -> None:
    token = served.sign_in()
    assert served.ask("GET", "/energy", token=token)[0] == 500
    served.ask("GET", f"/encounters/{served.encounter_id}", token=token)
    with served.raw() as connection:
        connection.sendall(b"zebra-secret\r\n\r\n")
        connection.recv(1000)
    log = served.log.read_text()
    for said in ("zebra-secret", served.encounter_id, "127.0.0.1", "/api/", "Traceback"):
        assert said not in log


def test_the_settings_are_ones_that_gunicorn_knows() -> None:
    from gunicorn.config import Config

    config = Config()
    for name, value in options("127.0.0.1:1", "cert", "key").items():
        config.set(name, value)
    assert (config.settings["workers"].get(), config.settings["threads"].get()) == (1, 16)
    assert config.settings["accesslog"].get() is None
