"""Asks this machine's meter, and says so plainly when it does not answer.

The standard library's HTTP client, because httpx leaves the Unix socket of a failed connection open
for the garbage collector to find.
"""

import json
import socket
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from appliance.adapters.telemetry.meter_wire import reading_from_json
from appliance.domain.energy import MeterReading, NotMeasured

METER_SILENT = NotMeasured(reason="the energy meter is not answering")
_TIMEOUT_SECONDS = 1.0
_UP = "# HELP quietroom_meter_up 1: the energy meter answers.\n# TYPE quietroom_meter_up gauge\n"


class MeterClient:
    """Never raises for a meter that is gone, slow or wrong: its absence is an answer too."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def reading(self) -> MeterReading:
        """The counters as they are now; NotMeasured with the reason where there are none."""
        try:
            return reading_from_json(json.loads(self._get("/reading")))
        except (OSError, HTTPException, KeyError, TypeError, ValueError):
            return METER_SILENT

    def metrics_text(self) -> str:
        """The meter's metrics in Prometheus' text format, with `quietroom_meter_up` 1 or 0."""
        try:
            return f"{self._get('/metrics').decode()}{_UP}quietroom_meter_up 1.0\n"
        except (OSError, HTTPException, ValueError):
            return f"{_UP}quietroom_meter_up 0.0\n"

    def _get(self, path: str) -> bytes:
        connection = _UnixConnection(self._socket)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise HTTPException(answer.status)
        return body


class _UnixConnection(HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("meter", timeout=_TIMEOUT_SECONDS)
        self._path = path

    def connect(self) -> None:
        """Raises OSError; the socket is then closed by whoever asked for the connection."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_TIMEOUT_SECONDS)
        self.sock.connect(str(self._path))
