"""Asks this machine's meter, and says so plainly when it does not answer.

The standard library's HTTP client, because httpx leaves the Unix socket of a failed connection open
for the garbage collector to find.
"""

import json
import socket
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from appliance.adapters.telemetry.meter_wire import reading_from_json
from appliance.adapters.telemetry.row_wire import row_from_json
from appliance.domain.energy import MeterReading, NotMeasured
from appliance.domain.metering.errors import MeterUnavailable, SweepUnusable
from appliance.domain.metering.rows import NumberedRow

METER_SILENT = NotMeasured(reason="the energy meter is not answering")
_TIMEOUT_SECONDS = 3.0
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

    def rows_after(self, sequence: int) -> tuple[str, tuple[NumberedRow, ...]] | None:
        """The meter's id and the ledger rows that wait; None where it does not answer."""
        try:
            said = json.loads(self._get(f"/rows/{sequence}"))
            return str(said["meter_id"]), tuple(map(row_from_json, said["rows"]))
        except (OSError, HTTPException, KeyError, TypeError, ValueError):
            return None

    def rows_taken(self, sequence: int) -> None:
        """The ledger has them; a meter that does not hear it sends them again."""
        with suppress(OSError, HTTPException):
            self._get(f"/rows/{sequence}/taken", method="POST")

    def sweep(self, what: str) -> dict[str, Any]:
        """Calibration: begin, run or end. Raises SweepUnusable, MeterUnavailable."""
        try:
            said = json.loads(self._get(f"/sweep/{what}", method="POST"))
        except (OSError, ValueError):
            raise MeterUnavailable from None
        except HTTPException as error:
            raise (SweepUnusable if error.args == (422,) else MeterUnavailable) from None
        return dict(said)

    def _get(self, path: str, method: str = "GET") -> bytes:
        connection = _UnixConnection(self._socket)
        try:
            connection.request(method, path)
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
