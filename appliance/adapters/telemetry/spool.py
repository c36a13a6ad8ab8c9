"""Rows that the ledger has not taken yet: a file beside the meter, so that a database may be away.

A row is a line; it is written before anybody is told of it. What a power cut takes of the last
seconds is missing in the ledger, and never counted twice.
"""

import json
import os
import secrets
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from appliance.adapters.telemetry.row_wire import row_from_json, row_to_json
from appliance.domain.errors import Misconfigured
from appliance.domain.metering.coefficients import CoefficientKey, Coefficients
from appliance.domain.metering.rows import NumberedRow, PeriodRow, RequestRow

AT_ONCE = 500
MOST_WAITING = 200_000
"""Some weeks without a database; then the oldest rows go, and the loss is told."""


class Spool:
    """The rows of one meter. `meter_id` is random, and stays with the folder."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            reason = "the meter's folder for rows that wait cannot be made"
            raise Misconfigured(details={"reason": reason}) from None
        self._folder = folder
        self._lock = threading.Lock()
        self._waiting: list[NumberedRow] = []
        self.lost_rows = 0
        head = _read_json(folder / "meter.json")
        self.meter_id = str(head.get("meter_id") or secrets.token_hex(8))
        self._sequence = int(head.get("through", 0))
        self._load()
        self._write_head()
        self._file: TextIO = self._rows.open("a")

    @property
    def _rows(self) -> Path:
        return self._folder / "rows.jsonl"

    def add(self, row: RequestRow | PeriodRow) -> None:
        with self._lock:
            self._sequence += 1
            numbered = NumberedRow(sequence=self._sequence, row=row)
            self._waiting.append(numbered)
            with suppress(OSError):  # a full disk: the row goes on waiting in memory
                self._file.write(json.dumps(row_to_json(numbered)) + "\n")
                self._file.flush()
            if len(self._waiting) > MOST_WAITING:
                self._waiting.pop(0)
                self.lost_rows += 1

    def after(self, sequence: int) -> list[NumberedRow]:
        """The oldest that wait, of those numbered higher."""
        with self._lock:
            return [row for row in self._waiting if row.sequence > sequence][:AT_ONCE]

    def acknowledge(self, through: int) -> None:
        """The ledger has these: they need not wait any longer."""
        with self._lock:
            self._waiting = [row for row in self._waiting if row.sequence > through]
            if self._waiting and len(self._waiting) > AT_ONCE:
                return  # the file is written anew when little is left
            self._file.close()
            lines = "".join(json.dumps(row_to_json(row)) + "\n" for row in self._waiting)
            _replace(self._rows, lines)
            self._write_head()
            self._file = self._rows.open("a")

    @property
    def waiting_count(self) -> int:
        return len(self._waiting)

    def close(self) -> None:
        with self._lock:
            self._write_head()
            self._file.close()

    # What the meter knows, kept over a restart -----------------------------------------------------

    def idle_milliwatts(self) -> dict[str, float]:
        said = _read_json(self._folder / "idle.json")
        return {str(gpu): float(value) for gpu, value in said.items()}

    def keep_idle(self, milliwatts: dict[str, float]) -> None:
        with suppress(OSError):
            _replace(self._folder / "idle.json", json.dumps(milliwatts))

    def coefficients(self) -> dict[CoefficientKey, Coefficients]:
        said = _read_json(self._folder / "coefficients.json").get("costs", [])
        return {CoefficientKey(**each["of"]): Coefficients(**each["cost"]) for each in said}

    def keep_coefficients(self, costs: dict[CoefficientKey, Coefficients]) -> None:
        said = [{"of": vars(key), "cost": vars(cost)} for key, cost in costs.items()]
        _replace(self._folder / "coefficients.json", json.dumps({"costs": said}, indent=1))

    def _load(self) -> None:
        with suppress(FileNotFoundError):
            for line in self._rows.read_text().splitlines():
                try:
                    row = row_from_json(json.loads(line))
                except (KeyError, TypeError, ValueError):
                    continue  # a line that a power cut broke off
                self._waiting.append(row)
                self._sequence = max(self._sequence, row.sequence)

    def _write_head(self) -> None:
        _replace(
            self._folder / "meter.json",
            json.dumps({"meter_id": self.meter_id, "through": self._sequence}),
        )


def _replace(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    with fresh.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
