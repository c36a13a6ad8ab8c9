"""The meter's desk for the ledger: engines' events in, looks at counters in, settled rows out."""

import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from appliance.adapters.telemetry.energy_metrics import BookCollector
from appliance.adapters.telemetry.log import event
from appliance.adapters.telemetry.meter_wire import reading_to_metrics
from appliance.adapters.telemetry.row_wire import row_to_json
from appliance.adapters.telemetry.spool import Spool
from appliance.adapters.telemetry.step_socket import StepSocket
from appliance.domain.energy import CounterSample, Measured, MeterReading, NotMeasured
from appliance.domain.metering.book import EnergyBook
from appliance.domain.metering.coefficients import CoefficientKey, Observation, fit
from appliance.domain.metering.errors import SweepUnusable
from appliance.domain.metering.rows import Mode

ANSWER_WITHIN_SECONDS = 0.3
KEEP_EVERY_SECONDS = 60.0
HOST_EVERY_SECONDS = 1.0
REFRESH_WATCHED_SECONDS = 1.0
SETTLED_AFTER_SECONDS = 1.0
_POLL_SECONDS = 0.02
Samples = tuple[CounterSample, ...]


@dataclass(frozen=True, kw_only=True)
class LedgerPlaces:
    """Where the meter hears of requests and keeps what the record has not taken yet.

    `senders`: users (ids) whose programs may tell what they do. `refresh_seconds`: by GPU, how
    often its counter was seen to move on.
    """

    events: Path
    spool: Path
    senders: frozenset[int]


class LedgerDesk:
    """`look` reads the counters and gives the samples with the moment of the monotonic clock.

    `host_look` gives (millijoules, mode, seconds) of the machine since it was last asked, or None.
    """

    def __init__(
        self,
        places: LedgerPlaces,
        *,
        look: Callable[[], tuple[Samples, float]],
        latest_reading: Callable[[], MeterReading],
        host_look: Callable[[], tuple[int, Mode, float] | None],
        refresh_seconds: dict[str, float],
    ) -> None:
        self._look_at_gpus = look
        self._latest_reading = latest_reading
        self._host_look = host_look
        self._lock = threading.Lock()
        self._spool = Spool(places.spool)
        self._socket = StepSocket(places.events, places.senders)
        self._book = EnergyBook(
            coefficients=self._spool.coefficients(),
            idle_milliwatts=self._spool.idle_milliwatts(),
            refresh_seconds=refresh_seconds,
            emit=self._spool.add,
        )
        self._listening: threading.Thread | None = None
        self._host_due_seconds = 0.0
        self._keep_due_seconds = 0.0
        self._sweep: dict[str, tuple[list[Observation], int]] | None = None

    def listen(self, stopped: threading.Event) -> None:
        """Hear the engines until `stopped`, in a thread."""
        self._listening = threading.Thread(target=self._hear, args=(stopped,), daemon=True)
        self._listening.start()

    def look(self) -> None:
        """One look at everything. Raises Unavailable where a read hangs in the driver."""
        samples, at_seconds = self._look_at_gpus()
        now_at = datetime.now(UTC)
        with self._lock:
            self._book.look(samples, at_seconds, now_at)
        if at_seconds >= self._host_due_seconds:
            self._host_due_seconds = at_seconds + HOST_EVERY_SECONDS
            self._look_at_host(now_at)
        if at_seconds >= self._keep_due_seconds:
            self._keep_due_seconds = at_seconds + KEEP_EVERY_SECONDS
            self._spool.keep_idle(dict(self._book.idle_milliwatts()))

    def close(self) -> None:
        if self._listening is not None:
            self._listening.join(timeout=2)
        self._socket.close()
        with self._lock:
            self._book.close(time.monotonic(), datetime.now(UTC))
            self._spool.keep_idle(dict(self._book.idle_milliwatts()))
        self._spool.close()

    # What is asked over the socket ------------------------------------------------------------------

    def metrics(self) -> bytes:
        with self._lock:
            book = BookCollector(self._book, self._spool.waiting_count, self._socket.refused)
            return reading_to_metrics(self._latest_reading(), book)

    def span(self, span_id: str) -> dict[str, Any]:
        """Waits at most 300 ms for it to be settled; `{"is_settled": false}` after that."""
        until = time.monotonic() + ANSWER_WITHIN_SECONDS
        while True:
            with self._lock:
                found = self._book.span(span_id)
            if found is not None:
                return {"is_settled": True, **vars(found)}
            if time.monotonic() >= until:
                return {"is_settled": False}
            time.sleep(_POLL_SECONDS)

    def rows_after(self, sequence: int) -> dict[str, Any]:
        rows = [row_to_json(row) for row in self._spool.after(sequence)]
        return {"meter_id": self._spool.meter_id, "rows": rows}

    def rows_taken(self, sequence: int) -> dict[str, Any]:
        self._spool.acknowledge(sequence)
        return {"waiting": self._spool.waiting_count}

    def sweep(self, what: str) -> dict[str, Any]:
        """Calibration. Raises SweepUnusable without a GPU that is measured, or with too few runs."""
        match what:
            case "begin":
                return self._begin_sweep()
            case "run":
                return self._note_run()
        return self._end_sweep()

    # Within -----------------------------------------------------------------------------------------

    def _hear(self, stopped: threading.Event) -> None:
        while not stopped.is_set():
            told = self._socket.receive()
            if told is not None:
                with self._lock:
                    self._book.take_event(told, time.monotonic(), datetime.now(UTC))

    def _look_at_host(self, now_at: datetime) -> None:
        used = self._host_look()
        if used is not None:
            with self._lock:
                self._book.look_at_host(*used, now_at)

    def _begin_sweep(self) -> dict[str, Any]:
        with self._lock:
            rested = self._book.idle_milliwatts()
            gpus = [uuid for uuid in self._book.totals() if uuid in rested]
            if not gpus:
                raise SweepUnusable
            self._book.take_flights()
            self._sweep = {uuid: ([], self._book.above_idle_millijoules(uuid)) for uuid in gpus}
        return {"gpus": len(gpus)}

    def _note_run(self) -> dict[str, Any]:
        """What was settled since the last call is one run; on several GPUs each counts it alike."""
        time.sleep(SETTLED_AFTER_SECONDS)
        with self._lock:
            if self._sweep is None:
                raise SweepUnusable
            flights = self._book.take_flights()
            for uuid, (seen, before) in list(self._sweep.items()):
                now = self._book.above_idle_millijoules(uuid)
                own = tuple(flight for flight in flights if flight.gpu == uuid)
                seen.append(Observation(flights=own, millijoules=float(now - before)))
                self._sweep[uuid] = (seen, now)
        return {"flights": len(flights)}

    def _end_sweep(self) -> dict[str, Any]:
        with self._lock:
            if self._sweep is None:
                raise SweepUnusable
            swept, self._sweep = self._sweep, None
            found: dict[CoefficientKey, Any] = {}
            for uuid, (seen, _) in swept.items():
                try:
                    costs = fit([each for each in seen if each.flights])
                except ValueError:
                    continue
                found |= {self._book.key_of(uuid, model): cost for model, cost in costs.items()}
            if not found:
                raise SweepUnusable
            self._book.coefficients |= found
            self._spool.keep_coefficients(self._book.coefficients)
        event("meter_calibrated", costs=len(found))
        return {"costs": [{"of": vars(key), "cost": vars(cost)} for key, cost in found.items()]}


def measure_refresh(
    read: Callable[[], Samples | NotMeasured],
    *,
    watched_seconds: float = REFRESH_WATCHED_SECONDS,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, float]:
    """By GPU, how often its counter moves on, in seconds: the middle of what was seen in a second.

    A counter that did not move at least three times is left out.
    """
    moved: dict[str, list[float]] = {}
    last: dict[str, int] = {}
    until = monotonic() + watched_seconds
    while monotonic() < until:
        samples = read()
        if isinstance(samples, NotMeasured):
            return {}
        now = monotonic()
        for sample in samples:
            if not isinstance(sample.counter, Measured) or sample.is_integrated:
                continue
            was = last.get(sample.uuid)
            last[sample.uuid] = sample.counter.millijoules
            if was is not None and sample.counter.millijoules != was:
                moved.setdefault(sample.uuid, []).append(now)
        sleep(0.002)
    return {
        uuid: statistics.median(after - before for before, after in pairwise(times))
        for uuid, times in moved.items()
        if len(times) >= 3
    }
