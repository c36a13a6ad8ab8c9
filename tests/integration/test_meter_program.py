"""The meter as a program of its own, over an NVML library that plays a script."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from appliance.adapters.telemetry.meter_client import METER_SILENT, MeterClient
from appliance.domain.energy import EnergyReading, Measured, NotMeasured, energy_between

FAKE_SOURCE = Path(__file__).parent.parent / "gpu" / "fake_nvml.c"
ONLY_WHEN_ASKED_SECONDS = 60.0
RUN = "import sys; from pathlib import Path; from appliance.meter import run_meter; "
RUN += "run_meter(Path(sys.argv[1]), float(sys.argv[2]))"

pytestmark = pytest.mark.needs_program("gcc")


@pytest.fixture(scope="session")
def fake_nvml(tmp_path_factory):
    library = tmp_path_factory.mktemp("nvml") / "libnvidia-ml.so.1"
    soname = f"-Wl,-soname,{library.name}"
    command = ["gcc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", soname]
    subprocess.run([*command, "-o", library, FAKE_SOURCE], check=True, timeout=60)
    return library


class RunningMeter:
    def __init__(self, folder, library, script, interval_seconds):
        self.socket = folder / "m.sock"
        self.script = folder / "script"
        self.inits = folder / "inits"
        self.script.write_text(script)
        environment = os.environ | {
            "FAKE_NVML_SCRIPT": str(self.script),
            "FAKE_NVML_LOG": str(self.inits),
        }
        if library:
            environment["LD_PRELOAD"] = str(library)
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, self.socket, str(interval_seconds)],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.client = MeterClient(self.socket)

    def wait(self):
        """Returns the first reading: the second look at the counters, after the one at the start."""
        until = time.monotonic() + 20
        while time.monotonic() < until and self.process.poll() is None:
            reading = self.client.reading()
            if reading != METER_SILENT:
                return reading
            time.sleep(0.02)
        raise AssertionError(self.process.stderr.read())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=10)
        return errors


@pytest.fixture
def start(tmp_path, fake_nvml):
    running = []

    def start(script="", *, library=fake_nvml, interval_seconds=ONLY_WHEN_ASKED_SECONDS):
        folder = tmp_path / str(len(running))
        folder.mkdir()
        running.append(RunningMeter(folder, library, script, interval_seconds))
        return running[-1]

    yield start
    for meter in running:
        if meter.process.poll() is None:
            meter.stop()
        meter.process.stderr.close()


def test_two_gpus_are_counted_in_joules_since_the_meters_start(start):
    meter = start("gpu GPU-a H100 0 0 5000 5000 6500\ngpu GPU-b L4 - 1 70 70 90\n")
    before = meter.wait()
    after = meter.client.reading()
    assert energy_between(before, after) == Measured(millijoules=1520)
    assert [(gpu.uuid, gpu.power_milliwatts) for gpu in after.gpus] == [
        ("GPU-a", 71500),
        ("GPU-b", None),
    ]
    text = meter.client.metrics_text()
    assert 'quietroom_gpu_energy_joules_total{gpu="GPU-a"} 1.5' in text
    assert 'quietroom_gpu_energy_joules_total{gpu="GPU-b"} 0.02' in text
    assert 'quietroom_gpu_measured{gpu="GPU-a",scope="gpu"} 1.0' in text
    assert "quietroom_meter_up 1.0" in text


def test_a_counter_that_is_set_back_and_a_failed_read_are_gaps(start):
    meter = start("gpu GPU-a H100 0 0 1000 1500 200 300 !10 900 950\n")
    first = meter.wait()
    assert first.gpus[0].energy == Measured(millijoules=500)
    set_back = meter.client.reading()
    assert (set_back.gpus[0].energy, set_back.gpus[0].gaps) == (Measured(millijoules=500), 1)
    assert meter.client.reading().gpus[0].energy == Measured(millijoules=600)
    failed = meter.client.reading().gpus[0]
    assert failed.energy == NotMeasured(reason="the GPU took too long to answer")
    assert meter.client.reading().gpus[0].energy == Measured(millijoules=600)
    last = meter.client.reading().gpus[0]
    assert (last.energy, last.gaps) == (Measured(millijoules=650), 2)
    assert last.gap_seconds > 0


@pytest.mark.parametrize(
    ("gpu", "word"),
    [
        ("GPU-a H100 1 0 10 20", "MIG"),
        ("GPU-a GRID 0 2 10 20", "vGPU"),
        ("GPU-a L40S 0 3 10 20", "vGPU"),
        ("GPU-a P4000 - 0", "no energy counter"),
        ("GPU-a H100 0 0 !4", "not allowed"),
        ("GPU-a H100 0 0 !999", "could not be read"),
    ],
)
def test_a_gpu_that_cannot_be_measured_says_why_and_has_no_joules(start, gpu, word):
    meter = start(f"gpu {gpu}\n")
    reading = meter.wait()
    assert word in reading.gpus[0].energy.reason
    text = meter.client.metrics_text()
    assert "quietroom_gpu_energy_joules_total{" not in text
    assert "quietroom_gpu_measured{" in text
    assert reading.gpus[0].gaps == 0


@pytest.mark.parametrize(
    ("script", "word"),
    [
        ("init 9\n", "no NVIDIA driver"),
        ("init 18\n", "has not been restarted"),
        ("init 4\n", "not allowed"),
        ("", "no NVIDIA GPU"),
    ],
)
def test_a_machine_that_cannot_be_measured_says_why(start, script, word):
    reading = start(script).wait()
    assert isinstance(reading, NotMeasured)
    assert word in reading.reason


def test_without_the_vendors_library_nothing_is_measured(start):
    meter = start(library=None)
    reading = meter.wait()
    if isinstance(reading, EnergyReading):
        pytest.skip("this machine has an NVIDIA driver")
    assert reading == NotMeasured(reason="no NVIDIA driver on this machine")


def test_one_dead_gpu_does_not_hide_the_other(start):
    meter = start("gpu !15 dead 0 0\ngpu GPU-b L4 0 0 10 30\n")
    reading = meter.wait()
    energies = {gpu.uuid: gpu.energy for gpu in reading.gpus}
    assert isinstance(energies["index-0"], NotMeasured)
    assert energies["GPU-b"] == Measured(millijoules=20)


def test_a_broken_driver_is_not_opened_again_at_every_look(start):
    meter = start("init 9\n", interval_seconds=0.05)
    meter.wait()
    time.sleep(0.5)
    assert meter.inits.read_text().splitlines() == ["init 9"]


def test_the_meter_looks_by_itself_at_its_interval(start):
    tokens = " ".join(str(n * 1000) for n in range(60))
    meter = start(f"gpu GPU-a H100 0 0 {tokens}\n", interval_seconds=0.05)
    meter.wait()
    time.sleep(0.5)
    assert meter.client.reading().gpus[0].energy.millijoules >= 5000


def test_the_socket_is_for_its_group_only_and_goes_with_the_meter(start):
    meter = start("init 9\n")
    meter.wait()
    assert stat.S_IMODE(meter.socket.stat().st_mode) == 0o660
    lines = [json.loads(line) for line in meter.stop().splitlines() if line.startswith("{")]
    assert [line["event"] for line in lines] == ["meter_started", "meter_stopped"]
    assert meter.process.returncode == 0
    assert not meter.socket.exists()


def test_a_killed_meters_socket_does_not_stop_the_next_and_a_running_one_does(start):
    meter = start("init 9\n")
    meter.wait()
    second = subprocess.run(
        [sys.executable, "-c", RUN, meter.socket, "1"],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert second.returncode != 0
    assert "Misconfigured" in second.stderr
    assert meter.client.reading() != METER_SILENT
    meter.process.kill()
    meter.process.wait(10)
    assert meter.socket.exists()
    again = subprocess.Popen([sys.executable, "-c", RUN, meter.socket, "1"], stderr=subprocess.PIPE)
    meter.process.stderr.close()
    meter.process = again
    assert meter.wait() != METER_SILENT


def test_many_who_ask_at_once_all_get_an_answer(start):
    meter = start("gpu GPU-a H100 0 0 1000\n")
    meter.wait()
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(meter.client.reading())) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len([answer for answer in answers if isinstance(answer, EnergyReading)]) == 16


def test_a_meter_that_is_not_there_is_an_answer_too(tmp_path):
    client = MeterClient(tmp_path / "absent.sock")
    assert client.reading() == METER_SILENT
    assert client.metrics_text().splitlines()[-1] == "quietroom_meter_up 0.0"
