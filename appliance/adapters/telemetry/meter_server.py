"""Answers for the meter on a Unix socket, which only its group may come to.

| path | answer |
|---|---|
| GET /reading | the counters now, JSON |
| GET /metrics | for Prometheus |
| GET /spans/<span id> | a span's energy, within 300 ms or not settled |
| GET /rows/<sequence> | ledger rows numbered higher |
| POST /rows/<sequence>/taken | the ledger has all up to there |
| POST /sweep/begin, /sweep/run, /sweep/end | a calibration: begin, one run is over, fit and keep |
"""

import errno
import json
import os
import socket
import stat
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from typing import Any, Protocol

from appliance.adapters.telemetry.meter_wire import (
    JSON_TYPE,
    TEXT_TYPE,
    reading_to_json,
    reading_to_metrics,
)
from appliance.domain.energy import MeterReading
from appliance.domain.errors import Misconfigured, QuietroomError, Unavailable

SOCKET_MODE = 0o660
_CLIENT_TIMEOUT_SECONDS = 2.0
_ANSWER_AT_ONCE = 0.2


class Ledger(Protocol):
    """What the meter keeps besides its readings."""

    def metrics(self) -> bytes: ...

    def span(self, span_id: str) -> dict[str, Any]: ...

    def rows_after(self, sequence: int) -> dict[str, Any]: ...

    def rows_taken(self, sequence: int) -> dict[str, Any]: ...

    def sweep(self, what: str) -> dict[str, Any]:
        """Raises Unusable where a sweep cannot be begun or ended."""


class MeterServer(ThreadingMixIn, UnixStreamServer):
    """Serves until `shutdown`; the socket is there, with mode 0660, once this is made.

    `fresh_reading` looks at the counters now, and raises Unavailable where they hang;
    `latest_reading` gives the last look. Raises Misconfigured where another meter has the socket.
    """

    daemon_threads = True
    request_queue_size = 64
    """A full queue on a Unix socket turns callers away at once; 5, the default, was too short."""

    def __init__(
        self,
        path: Path,
        *,
        fresh_reading: Callable[[], MeterReading],
        latest_reading: Callable[[], MeterReading],
        ledger: Ledger | None = None,
    ) -> None:
        self.ledger = ledger
        self.fresh_reading = fresh_reading
        self.latest_reading = latest_reading
        _clear_the_way(path)
        before = os.umask(0o777 & ~SOCKET_MODE)
        try:
            super().__init__(str(path), _Answer)
        except OSError:
            raise Misconfigured(details={"reason": "the meter's socket cannot be made"}) from None
        finally:
            os.umask(before)

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that went away is no event; anything else has been answered already."""


class _Answer(BaseHTTPRequestHandler):
    server: MeterServer
    timeout = _CLIENT_TIMEOUT_SECONDS

    def do_GET(self) -> None:
        self._answer(self._read)

    def do_POST(self) -> None:
        self._answer(self._change)

    def _answer(self, way: Callable[[list[str]], tuple[str, bytes] | None]) -> None:
        try:
            found = way(self.path.strip("/").split("/"))
            if found is None:
                self._send(404, JSON_TYPE, b'{"code": "absent"}')
            else:
                self._send(200, *found)
        except Unavailable as error:
            self._send(503, JSON_TYPE, json.dumps({"code": error.code}).encode())
        except QuietroomError as error:
            self._send(422, JSON_TYPE, json.dumps({"code": error.code}).encode())

    def _read(self, path: list[str]) -> tuple[str, bytes] | None:
        server, ledger = self.server, self.server.ledger
        match path:
            case ["reading"]:
                return _json(reading_to_json(server.fresh_reading()))
            case ["metrics"] if ledger is not None:
                return TEXT_TYPE, ledger.metrics()
            case ["metrics"]:
                return TEXT_TYPE, reading_to_metrics(server.latest_reading())
            case ["spans", span_id] if ledger is not None:
                return _json(ledger.span(span_id))
            case ["rows", sequence] if ledger is not None and sequence.isdecimal():
                return _json(ledger.rows_after(int(sequence)))
        return None

    def _change(self, path: list[str]) -> tuple[str, bytes] | None:
        ledger = self.server.ledger
        match path:
            case ["rows", sequence, "taken"] if ledger is not None and sequence.isdecimal():
                return _json(ledger.rows_taken(int(sequence)))
            case ["sweep", ("begin" | "run" | "end") as what] if ledger is not None:
                return _json(ledger.sweep(what))
        return None

    def _send(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing: requests to the meter are not events."""


def _json(body: dict[str, Any]) -> tuple[str, bytes]:
    return JSON_TYPE, json.dumps(body).encode()


def _clear_the_way(path: Path) -> None:
    """Removes the socket a killed meter left; what is in use or is no socket stays."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise Misconfigured(details={"reason": "the meter's socket path is taken by a file"})
    if _answers(path):
        raise Misconfigured(details={"reason": "another meter is running on this machine"})
    path.unlink(missing_ok=True)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_ANSWER_AT_ONCE)
        result = probe.connect_ex(str(path))
    return result not in (errno.ECONNREFUSED, errno.ENOENT)
