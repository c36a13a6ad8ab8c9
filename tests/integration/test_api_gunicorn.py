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

from appliance.adapters.machine.process import family_of
from appliance.adapters.tls.authority import TlsFiles, ensure_certificates
from appliance.api.uploads import READ_BYTES
from appliance.gunicorn_config import CONNECTIONS_PER_ADDRESS, THREADS, options, place_of
from tests.boxes import PASSWORD

STALLED_SECONDS = 1
DUE_SECONDS = 2
ELSEWHERE = "127.0.0.2"
PROGRAM = """
import atexit
import sys
from pathlib import Path
from gunicorn.app.base import BaseApplication
from appliance import gunicorn_config
from tests.api_caller import make_app
from tests.boxes import make_box, make_setting

gunicorn_config.STALLED_SECONDS = int(sys.argv[5])
gunicorn_config.HEADER_SECONDS = gunicorn_config.BODY_SECONDS = int(sys.argv[6])

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

    def silent(self, address: str = "127.0.0.1") -> socket.socket:
        """A connection that says nothing."""
        at = ("127.0.0.1", self.port)
        return socket.create_connection(at, timeout=10, source_address=(address, 0))

    def is_alive(self, timeout_seconds: float = 20) -> bool:
        at = {"timeout": timeout_seconds, "context": self.context}
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, **at)
        with contextlib.closing(connection):
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200

    def ask(self, method: str, path: str, body: object = None, token: str = "") -> tuple[int, dict]:
        connection = self.connect()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        data = json.dumps(body) if body is not None else None
        connection.request(method, f"/api/v1{path}", data, headers)
        answer = connection.getresponse()
        found = answer.read()
        connection.close()
        return answer.status, json.loads(found or b"{}")

    def begin_upload(self, at: str, length_bytes: int, token: str) -> str:
        """The upload's address, where its pieces go."""
        connection = self.connect()
        headers = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
        headers["Upload-Length"] = str(length_bytes)
        connection.request("POST", f"/api/v1{at}/uploads", None, headers)
        answer = connection.getresponse()
        assert answer.status == 201
        connection.close()
        return answer.headers["Location"]

    def sign_in(self) -> str:
        return self.ask("POST", "/sign-in", {"user_name": "amara", "password": PASSWORD})[1][
            "token"
        ]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serving_in(folder: Path) -> Iterator[tuple[Served, subprocess.Popen[bytes]]]:
    """A server that answers, and its master process, which is stopped afterwards."""
    tls = ensure_certificates(folder / "tls", ["localhost"], ["127.0.0.1"], datetime.now(UTC))
    port = free_port()
    address = f"127.0.0.1:{port}"
    limits = (STALLED_SECONDS, DUE_SECONDS)
    arguments = [folder / "state", address, tls.certificate, tls.private_key, *limits]
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=log,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )
        try:
            assert child.stdout is not None
            encounter_id = child.stdout.readline().decode().strip()
            made = Served(port, tls, folder / "log", encounter_id)
            _wait_until_it_answers(made)
            yield made, child
        finally:
            child.send_signal(signal.SIGTERM)
            child.communicate(timeout=10)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving_in(tmp_path_factory.mktemp("served")) as (made, _):
        yield made


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


def test_a_client_that_falls_asleep_loses_its_connection_and_nothing_that_arrived(
    served: Served,
) -> None:
    token = served.sign_in()
    at = f"/encounters/{served.encounter_id}"
    person = served.ask("GET", at, token=token)[1]["sheet"]["participants"][0]["id"]
    given = {"participant_id": person, "state": "given"}
    served.ask("POST", f"{at}/consents", given, token)
    path = served.begin_upload(at, 200_000, token)
    head = (
        f"PATCH {path} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/offset+octet-stream\r\n"
        "Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Length: 200000\r\n\r\n"
    )
    for sent in (head.encode() + bytes(100_000), head[:40].encode()):
        with served.raw() as connection:
            connection.sendall(sent)
            started_seconds = time.monotonic()
            answered = b""
            with contextlib.suppress(ConnectionResetError):
                while more := connection.recv(4096):
                    answered += more
            assert STALLED_SECONDS * 0.5 < time.monotonic() - started_seconds < 15
            assert not answered.startswith(b"HTTP/1.1 2")
    status, received = served.ask("GET", path.removeprefix("/api/v1"), token=token)
    assert (status, received["received_bytes"]) == (200, READ_BYTES)


def is_closed(connection: socket.socket) -> bool:
    """Whether the other side has closed it by now."""
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_silent_connections_keep_nobody_else_waiting(served: Served) -> None:
    places = ("127.0.0.3", "127.0.0.4", "127.0.0.5")
    with contextlib.ExitStack() as held:
        silent = [
            held.enter_context(served.silent(place))
            for place in places
            for _ in range(CONNECTIONS_PER_ADDRESS)
        ]
        assert len(silent) > THREADS
        assert served.is_alive(timeout_seconds=3)


def test_one_address_has_a_bounded_number_of_connections_and_gets_them_back(
    served: Served,
) -> None:
    with contextlib.ExitStack() as held:
        many = [held.enter_context(served.silent(ELSEWHERE)) for _ in range(100)]
        refused = many[CONNECTIONS_PER_ADDRESS:]
        for one in refused:
            with contextlib.suppress(ConnectionResetError):
                assert one.recv(1) == b""
        assert served.is_alive()
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with served.silent(ELSEWHERE) as again:
            time.sleep(0.1)
            if not is_closed(again):
                return
    raise AssertionError("no connection came back")


def test_a_silent_connection_is_closed_after_a_while(served: Served) -> None:
    with served.silent(ELSEWHERE) as silent:
        assert silent.recv(1) == b""


def _drip(connection: ssl.SSLSocket) -> None:
    for _ in range(100):
        time.sleep(0.1)
        connection.sendall(b"x")


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /healthz HTTP/1.1\r\nX-Slow: ",
        b"POST /api/v1/sign-in HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n",
    ],
    ids=["header", "body"],
)
def test_a_client_that_sends_a_byte_now_and_then_loses_its_connection(
    served: Served, begun: bytes
) -> None:
    with served.raw() as dripping:
        dripping.sendall(begun)
        with pytest.raises((ssl.SSLError, ConnectionError)):
            _drip(dripping)


def test_addresses_of_one_device_are_counted_together() -> None:
    assert place_of("fd00:1:2:3::1") == place_of("fd00:1:2:3:ffff::9%eth0")
    assert place_of("fd00:1:2:3::1") != place_of("fd00:1:2:4::1")
    assert place_of("::ffff:192.0.2.1") == place_of("192.0.2.1") != place_of("192.0.2.2")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"zebra-secret\r\n\r\n", 400),
        (b"GET / zebra-secret\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nzebra-secret value\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nzebra(secret: zebra-secret\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: zebra-secret\r\n\r\n", 501),
        (b"GET /" + b"zebra-secret" * 400 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"zebra-secret" * 1000 + b"\r\n\r\n", 431),
    ],
)
def test_what_is_no_request_is_refused_without_repeating_it(
    served: Served, sent: bytes, status: int
) -> None:
    with served.raw() as connection:
        connection.sendall(sent)
        answered = b""
        with contextlib.suppress(ConnectionResetError):
            while more := connection.recv(4096):
                answered += more
    assert answered.startswith(b"HTTP/1.1 %d " % status)
    assert b"zebra" not in answered
    assert b"Content-Security-Policy: default-src 'none'" in answered
    assert b"Server: quietroom\r\n" in answered


def test_an_address_with_too_many_slashes_is_no_redirect(served: Served) -> None:
    connection = served.connect()
    for path in ("/assets//x", "/api//v1/me", "/healthz/"):
        connection.request("GET", path, headers={"Host": "elsewhere.example"})
        answer = connection.getresponse()
        assert answer.headers["Location"] is None
        assert answer.status in {200, 404}
        assert b"elsewhere" not in answer.read()
    connection.close()


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
    assert (config.settings["workers"].get(), config.settings["threads"].get()) == (1, 64)
    assert config.settings["accesslog"].get() is None


def test_a_master_that_is_killed_takes_its_worker_along_and_frees_the_port(tmp_path: Path) -> None:
    with serving_in(tmp_path) as (made, master):
        [worker] = family_of(master.pid) - {master.pid}
        held = made.raw()  # a connection under way does not keep it either
        os.kill(worker, signal.SIGSTOP)  # it cannot notice by itself
        master.kill()
        master.wait(timeout=10)
        until = time.monotonic() + 10
        while Path(f"/proc/{worker}").exists() and time.monotonic() < until:
            time.sleep(0.02)
        is_gone = not Path(f"/proc/{worker}").exists()
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
        assert is_gone
        with socket.socket() as next_one:
            next_one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            next_one.bind(("127.0.0.1", made.port))
            next_one.listen()
        held.close()
