"""`quietroom meter`: looks at each GPU every 100 ms, hears the engines, and shares out the joules."""

import os
import pwd
import secrets
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from appliance.adapters.gpu.nvml import NvmlCounters
from appliance.adapters.machine.host_energy import HostEnergy, HostUse
from appliance.adapters.telemetry.ledger_desk import LedgerDesk, LedgerPlaces, measure_refresh
from appliance.adapters.telemetry.log import event
from appliance.adapters.telemetry.meter_server import MeterServer
from appliance.domain.energy import (
    CounterSample,
    EnergyReading,
    GpuAccount,
    MeterReading,
    NotMeasured,
    account_for,
)
from appliance.domain.errors import Misconfigured, Unavailable
from appliance.domain.metering.rows import Mode
from appliance.settings import Settings

_LONGEST_WAIT_SECONDS = 0.5
_GONE = NotMeasured(reason="this GPU is no longer there")


class Meter:
    """Keeps the accounts of all GPUs; safe to call from many threads.

    `read` gives one sample for each GPU, or says why there is none; only one call runs at a time.
    """

    def __init__(
        self,
        read: Callable[[], tuple[CounterSample, ...] | NotMeasured],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._monotonic = monotonic
        self._id = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._accounts: dict[str, GpuAccount] = {}
        self._looked_at_seconds = monotonic()
        self._latest: MeterReading = NotMeasured(reason="the energy meter has just started")
        self.last_look: tuple[tuple[CounterSample, ...], float] = ((), 0.0)
        """A sample for each GPU that is or was there, and when (monotonic)."""

    def fresh_reading(self) -> MeterReading:
        """Looks at the counters now. Raises Unavailable where an earlier look hangs in the driver."""
        if not self._lock.acquire(timeout=_LONGEST_WAIT_SECONDS):
            raise Unavailable
        try:
            return self._look()
        finally:
            self._lock.release()

    def latest_reading(self) -> MeterReading:
        """The last look, without waiting for another."""
        return self._latest

    def _look(self) -> MeterReading:
        samples = self._read()
        now_seconds = self._monotonic()
        elapsed_seconds = now_seconds - self._looked_at_seconds
        self._looked_at_seconds = now_seconds
        self._forget_the_never_read()
        completed = self._completed(samples)
        self.last_look = (completed, now_seconds)
        for sample in completed:
            self._accounts[sample.uuid] = self._account(sample, elapsed_seconds)
        if isinstance(samples, NotMeasured) and not self._accounts:
            self._latest = samples
        else:
            self._latest = self._reading()
        return self._latest

    def _completed(
        self, samples: tuple[CounterSample, ...] | NotMeasured
    ) -> tuple[CounterSample, ...]:
        """The samples, and one that says why for each GPU that had a counter and has no sample."""
        reason = samples if isinstance(samples, NotMeasured) else _GONE
        found = () if isinstance(samples, NotMeasured) else samples
        missing = self._accounts.keys() - {sample.uuid for sample in found}
        return found + tuple(
            CounterSample(uuid=uuid, name=self._accounts[uuid].last.name, counter=reason)
            for uuid in sorted(missing)
        )

    def _forget_the_never_read(self) -> None:
        """Drops GPUs that never gave a counter: each look shows them again if they are there."""
        self._accounts = {u: kept for u, kept in self._accounts.items() if kept.was_ever_read}

    def _account(self, sample: CounterSample, elapsed_seconds: float) -> GpuAccount:
        before = self._accounts.get(sample.uuid)
        return account_for(before, sample, elapsed_seconds) if before else GpuAccount(last=sample)

    def _reading(self) -> EnergyReading:
        return EnergyReading(
            meter_id=self._id,
            taken_at=datetime.now(UTC),
            gpus=tuple(account.shown() for account in self._accounts.values()),
        )


def run_meter_of(settings: Settings) -> None:
    """The box's meter, as its settings say. Raises Misconfigured for a user that does not exist."""
    run_meter(
        settings.meter_door,
        settings.meter_interval_seconds,
        LedgerPlaces(
            events=settings.meter_events_door,
            spool=settings.meter_spool,
            senders=frozenset({os.getuid(), *map(_user_id, settings.meter_senders)}),
        ),
        settings.host_watts,
    )


def _user_id(name: str) -> int:
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        reason = f"a user who may tell the meter does not exist: {name}"
        raise Misconfigured(details={"reason": reason}) from None


def run_meter(
    socket: Path,
    interval_seconds: float = 0.1,
    ledger: LedgerPlaces | None = None,
    host_watts: float | None = None,
) -> None:
    """Looks every `interval_seconds` and answers on `socket` until SIGTERM or SIGINT.

    Without `ledger` it only reads counters. `host_watts`: what the administrator declares for the
    machine around the GPUs, where no processor counter can be read. Raises Misconfigured where
    another meter has the socket. Call it in the main thread.
    """
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    counters = NvmlCounters()
    meter = Meter(counters.read)
    socket.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    desk = None if ledger is None else _desk(ledger, meter, counters, HostEnergy(host_watts))
    with MeterServer(
        socket,
        fresh_reading=meter.fresh_reading,
        latest_reading=meter.latest_reading,
        ledger=desk,
    ) as server:
        event("meter_started", gpus=_measured_gpus(meter.fresh_reading()))
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        look = meter.fresh_reading if desk is None else desk.look
        try:
            if desk is not None:
                desk.listen(stopped)
            _read_until(stopped, look, interval_seconds)
        finally:
            server.shutdown()
            socket.unlink(missing_ok=True)
            if desk is not None:
                desk.close()
            counters.close()
            event("meter_stopped")


def _desk(
    ledger: LedgerPlaces, meter: Meter, counters: NvmlCounters, host: HostEnergy
) -> LedgerDesk:
    def look() -> tuple[tuple[CounterSample, ...], float]:
        meter.fresh_reading()
        return meter.last_look

    def host_look() -> tuple[int, Mode, float] | None:
        used = host.look()
        return (used.millijoules, used.mode, used.seconds) if isinstance(used, HostUse) else None

    return LedgerDesk(
        ledger,
        look=look,
        latest_reading=meter.latest_reading,
        host_look=host_look,
        refresh_seconds=measure_refresh(counters.read),
    )


def _read_until(
    stopped: threading.Event, look: Callable[[], object], interval_seconds: float
) -> None:
    due_at_seconds = time.monotonic()
    while not stopped.is_set():
        due_at_seconds = max(due_at_seconds + interval_seconds, time.monotonic())
        if stopped.wait(due_at_seconds - time.monotonic()):
            return
        try:
            look()
        except Unavailable:
            event("meter_read_hangs")


def _measured_gpus(reading: MeterReading) -> int:
    gpus = reading.gpus if isinstance(reading, EnergyReading) else ()
    return sum(1 for gpu in gpus if not isinstance(gpu.energy, NotMeasured))
