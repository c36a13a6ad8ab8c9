"""`python -m serving` for real: Ray Serve behind its door, closed to the host, gone without a trace."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from appliance.adapters.inference import ServingClient
from appliance.adapters.media import FfmpegDecoder
from appliance.domain.errors import ServingUnavailable

ROOT = Path(__file__).parents[2]
START_LIMIT_SECONDS = 90
SECRET = "t" * 40
pytestmark = [pytest.mark.serving, pytest.mark.slow, pytest.mark.timeout(240)]


class Program:
    """One run of the program in a folder of its own."""

    def __init__(self, folder, **settings):
        folder.mkdir(mode=0o700)
        secret = folder / "secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        self.socket = folder / "run" / "serving.sock"
        self.said = folder / "said"
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "QUIETROOM_SERVING_SOCKET": str(self.socket),
            "QUIETROOM_SERVING_SECRET_FILE": str(secret),
            **{f"QUIETROOM_SERVING_{name}": value for name, value in settings.items()},
        }
        self.client = ServingClient(self.socket, SECRET)

    def start(self, *before):
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                (*before, sys.executable, "-m", "serving"),
                cwd=ROOT,
                env=self._environment,
                stdout=said,
                stderr=said,
            )
        return self

    def wait_until_healthy(self):
        limit = time.monotonic() + START_LIMIT_SECONDS
        while time.monotonic() < limit:
            assert self.process.poll() is None, self.said.read_text()
            try:
                health = self.client.health()
                if health.speech and health.notes:
                    return self
            except ServingUnavailable:
                time.sleep(0.3)
        raise AssertionError(self.said.read_text())

    def wait_until_ray_runs(self):
        """Its processes, once Ray's own daemons and their helpers are among them."""
        limit = time.monotonic() + START_LIMIT_SECONDS
        while time.monotonic() < limit:
            assert self.process.poll() is None, self.said.read_text()
            family = self.family()
            if any("ray::" in _read(Path(f"/proc/{pid}/cmdline")) for pid in family):
                return family
            time.sleep(0.2)
        raise AssertionError(self.said.read_text())

    def family(self):
        """Every process that descends from the program."""
        parents = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and (stat := _read(entry / "stat")):
                parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(30)
        self.client.close()
        return status


def _read(path):
    try:
        return path.read_text()
    except OSError:
        return ""


def alive(pids):
    """Those of `pids` that still run (what is dead and unreaped does not)."""
    return {
        pid
        for pid in pids
        if (stat := _read(Path(f"/proc/{pid}/stat"))) and stat.rpartition(")")[2].split()[0] != "Z"
    }


def gone_within(pids, seconds):
    limit = time.monotonic() + seconds
    while (left := alive(pids)) and time.monotonic() < limit:
        time.sleep(0.1)
    return not left


def listeners_of_this_host():
    """Inodes and ports of everything that listens in this network namespace."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            if state == "0A":
                found.add((table, local))
    return found


def shared_memory():
    """What is there, save what a PostgreSQL server of this run keeps there."""
    here = Path("/dev/shm").iterdir()
    return {path for path in here if not path.name.startswith(("sem.mp", "PostgreSQL."))}


@pytest.fixture(scope="module")
def isolated(tmp_path_factory):
    if reason := trial():
        pytest.skip(f"no isolation here: {reason}")
    before = listeners_of_this_host(), shared_memory()
    program = Program(tmp_path_factory.mktemp("i") / "serving", ISOLATION="required").start()
    program.before = before
    program.wait_until_healthy()
    yield program
    assert program.end() == 0


def trial():
    """Asked in a process of its own: the trial forks, and pytest may have threads."""
    code = "from serving.isolation import why_impossible as w; print(w() or '', end='')"
    asked = subprocess.run(
        (sys.executable, "-c", code), cwd=ROOT, capture_output=True, text=True, check=True
    )
    return asked.stdout


def test_the_sample_is_heard_through_the_door(isolated):
    decoder = FfmpegDecoder()
    sample = ROOT / "appliance" / "demo" / "sample.ogg"
    sound = decoder.decode(sample.read_bytes(), lambda: False)
    heard = isolated.client.hear(sound.pcm[: 4 * 32000])
    assert [phrase.text for phrase in heard.phrases] == ["good morning dana how was your week"]
    assert heard.is_demo_engine


def test_silence_is_heard_as_no_speech(isolated):
    assert isolated.client.hear(bytes(10 * 32000)).phrases == ()


def test_without_the_secret_nothing_is_answered(isolated):
    with pytest.raises(ServingUnavailable):
        ServingClient(isolated.socket, "x" * 40).health()


def test_isolated_serving_has_no_port_on_the_host(isolated):
    listeners, _ = isolated.before
    assert listeners_of_this_host() <= listeners
    inside = max(isolated.family() - {isolated.process.pid})
    assert "0A" in {
        line.split()[3] for line in _read(Path(f"/proc/{inside}/net/tcp")).splitlines()[1:]
    }


def test_isolated_serving_has_no_way_out(isolated):
    inside = max(isolated.family() - {isolated.process.pid})
    devices = _read(Path(f"/proc/{inside}/net/dev")).splitlines()[2:]
    assert [line.split(":")[0].strip() for line in devices] == ["lo"]


def test_isolated_serving_leaves_nothing_in_the_host_s_shared_memory(isolated):
    _, before = isolated.before
    assert shared_memory() <= before


def test_a_second_serving_at_the_same_door_is_refused(isolated):
    second = subprocess.run(
        (sys.executable, "-m", "serving"),
        cwd=ROOT,
        env=isolated._environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 78
    assert "already running" in second.stderr


def test_killed_isolated_serving_is_gone_and_its_door_can_be_hung_again(tmp_path):
    if reason := trial():
        pytest.skip(f"no isolation here: {reason}")
    program = Program(tmp_path / "serving", ISOLATION="required").start()
    family = program.wait_until_ray_runs()
    before = shared_memory()
    os.kill(program.process.pid, signal.SIGKILL)
    assert gone_within(family, 5), "processes are left"
    assert shared_memory() <= before
    with pytest.raises(ServingUnavailable):
        program.client.health()
    program.process.wait()
    program.start().wait_until_ray_runs()
    assert program.end() == 0


@pytest.mark.parametrize("how", ["terminated", "killed", "orphaned"])
def test_plain_serving_leaves_neither_process_nor_file_behind(tmp_path, how):
    before = shared_memory()
    program = Program(tmp_path / "serving", ISOLATION="off")
    program.start(*(("sh", "-c", '"$@"; :', "sh") if how == "orphaned" else ()))
    family = program.wait_until_ray_runs()
    program.process.send_signal(signal.SIGTERM if how == "terminated" else signal.SIGKILL)
    assert gone_within(family, 25), "processes are left"
    program.end()
    assert shared_memory() <= before


def test_a_start_that_is_not_allowed_says_why_and_names_no_value(tmp_path):
    program = Program(tmp_path / "serving", NONSENSE="hunter2").start()
    assert program.process.wait(30) == 78
    assert "QUIETROOM_SERVING_NONSENSE" in program.said.read_text()
    assert "hunter2" not in program.said.read_text()
    program.end()


WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
"""Root that may not make namespaces, as in most containers."""


@pytest.mark.needs_root
@pytest.mark.needs_program("setpriv")
def test_required_isolation_that_cannot_be_had_stops_the_start(tmp_path):
    program = Program(tmp_path / "serving", ISOLATION="required").start(*WITHOUT_RIGHTS)
    assert program.process.wait(30) == 78
    assert "isolation is required and cannot be had" in program.said.read_text()
    program.end()


@pytest.mark.needs_root
@pytest.mark.needs_program("setpriv")
def test_isolation_that_cannot_be_had_is_said_once_and_the_door_still_works(tmp_path):
    program = Program(tmp_path / "serving").start(*WITHOUT_RIGHTS).wait_until_healthy()
    assert program.client.hear(bytes(32000)).phrases == ()
    assert program.said.read_text().count("starting without isolation") == 1
    assert program.end() == 0
