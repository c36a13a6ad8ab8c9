"""The real meter over a driver that draws what a test says, with an engine that tells it of requests."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from appliance.adapters.telemetry.meter_client import METER_SILENT, MeterClient
from serving.step_events import StepReporter
from serving.wire import Engine

FAKE_SOURCE = Path(__file__).parent / "gpu" / "fake_nvml.c"
IDLE_MILLIWATTS, BUSY_MILLIWATTS = 50_000, 250_000
RUN = (
    "import os, sys; from pathlib import Path; from appliance.meter import LedgerPlaces, run_meter; "
    "at = Path(sys.argv[1]); run_meter(at / 'm.sock', 0.1, LedgerPlaces(events=at / 's.sock', "
    "spool=at / 'spool', senders=frozenset({int(sys.argv[2])})), 40.0)"
)


@pytest.fixture(scope="session")
def live_nvml(tmp_path_factory):
    library = tmp_path_factory.mktemp("nvml") / "libnvidia-ml.so.1"
    soname = f"-Wl,-soname,{library.name}"
    command = ["gcc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", soname]
    subprocess.run([*command, "-o", library, FAKE_SOURCE], check=True, timeout=60)
    return library


class FakeGpuEngine:
    gpus = ("GPU-a",)
    quantisation = "fp8"


class LedgerMeter:
    def __init__(self, folder, library, sender=None):
        self.folder, self.library = folder, library
        self.sender = os.getuid() if sender is None else sender
        self.power = folder / "power"
        (folder / "script").write_text("live GPU-a H100\n")
        self.client = MeterClient(folder / "m.sock")
        label = Engine(name="a note model", version="9")
        self.notes = StepReporter("note", FakeGpuEngine(), label, folder / "s.sock")
        self.draw(IDLE_MILLIWATTS)
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, self.folder, str(self.sender)],
            env=os.environ
            | {
                "FAKE_NVML_SCRIPT": str(self.folder / "script"),
                "FAKE_NVML_POWER": str(self.power),
                "LD_PRELOAD": str(self.library),
            },
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 30
        while self.client.reading() == METER_SILENT:
            assert time.monotonic() < until
            assert self.process.poll() is None
            time.sleep(0.05)

    def draw(self, milliwatts):
        """Written aside and moved in, for the driver reads it at any moment."""
        fresh = self.power.with_suffix(".new")
        fresh.write_text(str(milliwatts))
        fresh.replace(self.power)

    def rest_until_known(self):
        until = time.monotonic() + 40
        while not (self.folder / "spool").exists() or not self.knows_rest():
            assert time.monotonic() < until
            time.sleep(0.2)

    def knows_rest(self):
        return self.metric("quietroom_energy_idle_joules_total") > 50 * 3.2

    def metric(self, name):
        lines = [
            line for line in self.client.metrics_text().splitlines() if line.startswith(f"{name}{{")
        ]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def work(self, request_id, seconds=1.0, tokens=80):
        self.draw(BUSY_MILLIWATTS)
        with self.notes.begin(request_id) as span:
            time.sleep(seconds)
            span.done(prefill_tokens=900, decode_tokens=tokens)
        self.draw(IDLE_MILLIWATTS)
        return span.id

    def settled(self, span_id):
        until = time.monotonic() + 20
        while not (found := self.span(span_id))["is_settled"]:
            assert time.monotonic() < until
        return found

    def span(self, span_id):
        return json.loads(self.client._get(f"/spans/{span_id}"))

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(20)


@pytest.fixture
def ledger_meter(tmp_path, live_nvml):
    running = LedgerMeter(tmp_path, live_nvml)
    yield running
    running.notes.close()
    if running.process.poll() is None:
        running.stop()
