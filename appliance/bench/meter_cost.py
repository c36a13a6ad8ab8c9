"""What the meter itself costs: processor time of its own work at 100 ms, for four GPUs under load.

The driver's own calls are not in it: they take a GPU. The program as a whole, with a driver that
plays a script, is timed in the tests.
"""

import json
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appliance.adapters.telemetry.energy_metrics import BookCollector
from appliance.adapters.telemetry.meter_wire import reading_to_metrics
from appliance.adapters.telemetry.spool import Spool
from appliance.adapters.telemetry.step_socket import event_from
from appliance.domain.energy import CounterSample, Measured, NotMeasured
from appliance.domain.metering.book import EnergyBook

GPUS = tuple(f"GPU-{n}" for n in range(4))
IN_FLIGHT_A_GPU = 2
TICK_SECONDS = 0.1
SPAN_TICKS = 80


@dataclass(frozen=True, kw_only=True)
class MeterCost:
    """Share of one core at 100 ms, memory that the work added, and time of one scrape."""

    core_share: float
    added_bytes: int
    metrics_seconds: float


def cost_of_the_meter(simulated_seconds: float) -> MeterCost:
    """Four GPUs, two requests at once on each, every one telling how far it is ten times a second."""
    ticks = int(simulated_seconds / TICK_SECONDS)
    with tempfile.TemporaryDirectory() as folder:
        spool = Spool(Path(folder))
        book = EnergyBook(emit=spool.add, idle_milliwatts=dict.fromkeys(GPUS, 90_000.0))
        told = [_datagrams(tick, 1000 + tick * TICK_SECONDS) for tick in range(ticks)]
        before_bytes, started = _resident_bytes(), time.process_time()
        for tick in range(ticks):
            now = 1000 + tick * TICK_SECONDS
            for datagram in told[tick]:
                book.take_event(event_from(json.loads(datagram)), now, datetime.now(UTC))
            book.look(_samples(tick), now, datetime.now(UTC))
        spent = time.process_time() - started
        added = _resident_bytes() - before_bytes
        scrape = _time_of_a_scrape(book)
        spool.close()
    return MeterCost(
        core_share=spent / (ticks * TICK_SECONDS),
        added_bytes=max(0, added),
        metrics_seconds=scrape,
    )


def _samples(tick: int) -> tuple[CounterSample, ...]:
    return tuple(
        CounterSample(
            uuid=gpu,
            name="a GPU",
            counter=Measured(millijoules=tick * 25_000),
            power_milliwatts=250_000,
        )
        for gpu in GPUS
    )


def _datagrams(tick: int, now: float) -> list[bytes]:
    told = []
    for number, gpu in enumerate(GPUS * IN_FLIGHT_A_GPU):
        at = (tick + number * 5) % SPAN_TICKS
        part = "begin" if at == 0 else "end" if at == SPAN_TICKS - 1 else "progress"
        span = f"{number:08x}{(tick + number * 5) // SPAN_TICKS:08x}"
        told.append(
            json.dumps(
                {
                    "request": span,
                    "span": span,
                    "part": part,
                    "kind": "note",
                    "model": "a model",
                    "gpus": [gpu],
                    "at": now - 0.01,
                    "decode_tokens": at * 8,
                    "context_tokens": at * 8 * 6000,
                }
            ).encode()
        )
    return told


def _time_of_a_scrape(book: EnergyBook) -> float:
    nothing = NotMeasured(reason="the book alone is timed")
    started = time.perf_counter()
    reading_to_metrics(nothing, BookCollector(book, 0, 0))
    return time.perf_counter() - started


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096
