"""A program leaves nothing of its memory behind: no dump, no scratch on a disk, no stray segment."""

import fcntl
import mmap
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.adapters.machine.finding import Verdict
from appliance.adapters.machine.memory import check_scratch
from appliance.adapters.machine.scratch import keep_scratch_in_memory
from serving.privacy import sweep_shared_memory


def run(program):
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.mark.parametrize("side", ["appliance.adapters.machine.process", "serving.privacy"])
def test_a_program_that_hides_its_memory_cannot_be_dumped_nor_what_it_starts(side):
    said = run(
        f"from {side} import hide_memory; hide_memory()\n"
        "import ctypes, resource, subprocess, sys\n"
        "print(ctypes.CDLL(None).prctl(3), *resource.getrlimit(resource.RLIMIT_CORE), flush=True)\n"
        "subprocess.run([sys.executable, '-c', "
        "'import resource; print(*resource.getrlimit(resource.RLIMIT_CORE))'])"
    )
    assert said == ["0", "0", "0", "0", "0"]


@pytest.mark.parametrize("name", ["web", "worker", "keyring", "meter"])
def test_every_program_hides_before_it_does_anything_else(name, monkeypatch):
    from appliance import cli

    done = []
    monkeypatch.setattr("appliance.adapters.machine.process.hide_memory", lambda: done.append(1))
    monkeypatch.setattr(
        "appliance.adapters.machine.scratch.keep_scratch_in_memory", lambda: done.append(2)
    )

    def refuse(_chosen):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "settings_of", refuse)
    assert cli.main([name]) == 130
    assert done == [1, 2]


@pytest.fixture
def mounts(tmp_path):
    """Two folders, and a table that says which of them lies in memory."""
    (tmp_path / "shm").mkdir()
    (tmp_path / "disk").mkdir()
    table = tmp_path / "mountinfo"

    def write(**kinds):
        lines = ["1 0 8:1 / / rw - ext4 /dev/sda1 rw"]
        lines += [f"2 1 0:9 / {tmp_path / at} rw - {kind} x rw" for at, kind in kinds.items()]
        table.write_text("\n".join(lines) + "\n")
        return table

    return write


@pytest.fixture
def on_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "disk"))
    monkeypatch.setattr(tempfile, "tempdir", None)


def test_scratch_moves_from_the_disk_into_a_private_folder_in_memory(mounts, on_disk, tmp_path):
    folder = keep_scratch_in_memory(tmp_path / "shm", mounts(shm="tmpfs"))
    assert folder.parent == tmp_path / "shm"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert os.environ["TMPDIR"] == str(folder)
    with tempfile.NamedTemporaryFile() as file:
        assert Path(file.name).parent == folder


def test_scratch_that_is_in_memory_already_stays_where_it_is(mounts, on_disk, tmp_path):
    table = mounts(disk="tmpfs", shm="tmpfs")
    assert keep_scratch_in_memory(tmp_path / "shm", table) == tmp_path / "disk"
    assert list((tmp_path / "shm").iterdir()) == []


def test_without_memory_to_write_to_nothing_is_moved_and_it_is_told(mounts, on_disk, tmp_path):
    assert keep_scratch_in_memory(tmp_path / "shm", mounts(shm="ext4")) is None
    assert os.environ["TMPDIR"] == str(tmp_path / "disk")


def test_scratch_of_a_killed_program_goes_and_that_of_a_living_one_stays(mounts, on_disk, tmp_path):
    dead, living = (tmp_path / "shm" / f"quietroom-scratch-{name}" for name in ("dead", "living"))
    dead.mkdir()
    (dead / "part").write_text("half an upload")
    living.mkdir()
    held = os.open(living, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        keep_scratch_in_memory(tmp_path / "shm", mounts(shm="tmpfs"))
        assert not dead.exists()
        assert living.exists()
    finally:
        os.close(held)


def test_scratch_is_gone_when_its_program_ends():
    [folder] = run(
        "import tempfile; from pathlib import Path\n"
        "import appliance.adapters.machine.scratch as scratch\n"
        "scratch.mount_kind = lambda folder, mounts: 'tmpfs' if 'shm' in str(folder) else 'ext4'\n"
        "shared = Path(tempfile.mkdtemp(suffix='shm')); tempfile.tempdir = None\n"
        "import os; os.environ['TMPDIR'] = '/'\n"
        "folder = scratch.keep_scratch_in_memory(shared)\n"
        "(folder / 'part').write_text('x')\n"
        "pid = os.fork()\n"
        "if not pid: raise SystemExit  # a child of the same program that ends\n"
        "os.waitpid(pid, 0); assert folder.exists(); print(folder)"
    )
    assert not Path(folder).exists()
    Path(folder).parent.rmdir()


@pytest.mark.parametrize(
    ("temporary", "verdict"), [("shm", Verdict.OK), ("tmp", Verdict.FAIL), (None, Verdict.FAIL)]
)
def test_the_doctor_fails_where_temporary_files_go_to_a_disk(machine, temporary, verdict):
    folders = (machine.root / temporary,) if temporary else ()
    assert check_scratch(replace(machine.inputs, temporary=folders)).verdict is verdict


def test_a_segment_that_nobody_uses_is_swept(tmp_path):
    (tmp_path / "psm_4711").write_bytes(b"token ids")
    (tmp_path / "sem.mp-abc").write_bytes(b"-")
    (tmp_path / "somebody-elses").write_bytes(b"-")
    assert sweep_shared_memory(tmp_path) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["somebody-elses"]


@pytest.mark.parametrize("how", ["open", "mapped"])
def test_a_segment_in_use_stays(tmp_path, how):
    path = tmp_path / "psm_1"
    path.write_bytes(bytes(4096))
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 4096):
        if how == "mapped":
            file.close()
        assert sweep_shared_memory(tmp_path) == 0
    assert path.exists()
