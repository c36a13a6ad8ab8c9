"""Every detector proven: a leak is planted in each place that the hunt looks at, and is found there."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from appliance.adapters.residue.hunt import hunt
from appliance.adapters.residue.patterns import Canary, patterns_of
from appliance.adapters.residue.places import Where, places_of
from appliance.adapters.residue.programs import box_processes
from appliance.domain.residue import Form, HuntReport, LookedAt, Outcome
from appliance.residue import as_json, as_text

TEXT = "Ostrevan palimdor seven"
PATTERNS = patterns_of(Canary(typed=(TEXT,)))
LEAK = f"... {TEXT} ...".encode()

FILES = {
    "state directory": [
        "state/programs.log",
        "state/run/draft.tmp",
        "state/secrets/x",
        "state/deep/er/y",
    ],
    "database, its log and journal": [
        "state/record.sqlite",
        "state/record.sqlite-wal",
        "state/record.sqlite-shm",
        "state/record.sqlite-journal",
    ],
    "PostgreSQL's data directory": [
        "pg/base/1/1259",
        "pg/pg_wal/000000010000000000000001",
        "pg/base/pgsql_tmp/1",
    ],
    "keyring": ["state/keyring/live-root"],
    "Ray's session, spilled objects": [
        "dev/shm/quietroom-serving-x1/ray/session_1/logs/worker.err",
        "dev/shm/quietroom-serving-x1/ray/session_1/ray_spilled_objects/o",
        "tmp/ray/session_2/sockets/log",
    ],
    "shared memory": ["dev/shm/psm_4711", "dev/shm/quietroom-programs-1/f"],
    "temporary files": ["tmp/upload-0001", "var/tmp/tmpabc/part", "scratch/nemo/tmp"],
    "proxy's bodies and logs": [
        "var/lib/nginx/body/0000000001",
        "var/lib/nginx/proxy/1/00/1",
        "var/cache/nginx/x",
    ],
    "logs and output of programs": [
        "var/log/nginx/error.log",
        "var/log/syslog",
        "var/log/prometheus/a",
    ],
    "journal": ["var/log/journal/1/system.journal", "run/log/journal/1/system.journal"],
    "Prometheus": ["var/lib/prometheus/metrics2/wal/00000001"],
    "core dumps": ["var/lib/systemd/coredump/core.web.1", "var/crash/_usr_bin.crash", "cores/c.1"],
    "swap": ["swapfile"],
}
PLANTED = [(place, path) for place, paths in FILES.items() for path in paths]


@pytest.fixture
def machine(tmp_path: Path) -> Where:
    """A machine with every place, nothing of the canary in any, and no program running."""
    for _, path in PLANTED:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"nothing to see")
    proc = tmp_path / "proc"
    (proc / "sys/kernel").mkdir(parents=True)
    (proc / "sys/kernel/core_pattern").write_text("/cores/c.%p\n")
    (proc / "swaps").write_text(f"Filename Type\n{tmp_path / 'swapfile'} file 1 0 -2\n")
    (proc / "41").mkdir()
    (proc / "41/cmdline").write_bytes(b"python\0-m\0program\0")
    (proc / "self/ns").mkdir(parents=True)
    (proc / "self/ns/mnt").symlink_to(Path("/proc/self/ns/mnt").readlink())
    return Where(
        state_directory=tmp_path / "state",
        keyring_directory=tmp_path / "state/keyring",
        sqlite=tmp_path / "state/record.sqlite",
        postgres_directory=tmp_path / "pg",
        temporary=(tmp_path / "scratch",),
        root=tmp_path,
        proc=proc,
    )


@pytest.fixture(autouse=True)
def journalctl(monkeypatch):
    """The machine's journals are no real ones: what reads them out finds nothing and ends well."""
    monkeypatch.setattr("shutil.which", lambda name: "/bin/true")


def hunted(machine: Where) -> HuntReport:
    return hunt(places_of(machine), PATTERNS)


def finds(report: HuntReport) -> dict[str, list[str]]:
    return {
        place.place: [find.path for find in place.finds] for place in report.places if place.finds
    }


def test_a_machine_without_a_leak_is_clean_and_every_place_was_read(machine):
    report = hunted(machine)
    assert report.outcome is Outcome.CLEAN
    assert [place.place for place in report.places if not place.is_there] == [
        "object store and other open files without a name"
    ]
    read = {place.place for place in report.places if place.size_bytes}
    assert read == set(FILES) | {"command lines"}


@pytest.mark.parametrize(("place", "path"), PLANTED)
def test_a_leak_is_found_in_the_place_where_it_was_planted(machine, place, path):
    (machine.root / path).write_bytes(LEAK)
    assert finds(hunted(machine)) == {place: [str(machine.root / path)]}


def test_logs_and_temporary_files_from_before_the_canary_are_not_read(machine):
    old, new = machine.root / "var/log/syslog", machine.root / "tmp/upload-0001"
    old.write_bytes(LEAK)
    made_at_seconds = old.stat().st_ctime + 0.001
    while new.stat().st_ctime < made_at_seconds:
        new.write_bytes(LEAK)
    where = Where(**{**vars(machine), "made_at_seconds": made_at_seconds})
    assert finds(hunted(where)) == {"temporary files": [str(new)]}


def test_a_leak_on_a_command_line_is_found(machine):
    (machine.proc / "41/cmdline").write_bytes(b"flite\0-t\0" + TEXT.encode() + b"\0")
    assert list(finds(hunted(machine))) == ["command lines"]


def test_a_leak_on_a_raw_device_is_found(machine):
    device = machine.root / "disk.img"
    device.write_bytes(bytes(5_000_000) + LEAK)
    where = Where(**{**vars(machine), "devices": (device,)})
    assert finds(hunted(where)) == {"raw devices": [str(device)]}


def test_a_files_name_that_holds_the_text_is_found_and_not_repeated(machine):
    folder = machine.root / "tmp/uploads"
    (folder / TEXT).mkdir(parents=True)
    (folder / TEXT / "part").write_bytes(b"-")
    report = hunted(machine)
    assert finds(report) == {"temporary files": [str(folder)]}
    assert all(find.in_name for _, find in report.finds)
    assert TEXT not in as_text(report) + as_json(report)


def test_the_report_says_where_and_how_and_never_what(machine):
    (machine.root / "var/log/syslog").write_bytes(LEAK)
    report = hunted(machine)
    told = json.loads(as_json(report))
    [place] = [each for each in told["places"] if each.get("finds")]
    assert place["finds"][0]["path"].endswith("var/log/syslog")
    assert place["finds"][0]["form"] == Form.UTF8
    assert told["outcome"] == "found"
    assert TEXT.lower() not in (as_text(report) + as_json(report)).lower()


@pytest.mark.parametrize("error", [PermissionError(13, "no"), OSError(5, "Input/output error")])
@pytest.mark.parametrize("path", ["state/keyring/live-root", "swapfile", "tmp/upload-0001"])
def test_what_cannot_be_read_is_not_looked_at_and_never_clean(machine, monkeypatch, error, path):
    refused, opened = machine.root / path, Path.open

    def open_or_refuse(self, *arguments, **named):
        if self == refused:
            raise error
        return opened(self, *arguments, **named)

    monkeypatch.setattr(Path, "open", open_or_refuse)
    report = hunted(machine)
    assert report.outcome is Outcome.INCOMPLETE
    assert [name for _, name, _ in report.unread] == [str(refused)]
    assert f"not looked at: {refused}" in as_text(report)


def test_a_folder_that_cannot_be_listed_is_not_looked_at(machine, monkeypatch):
    shut, listed = machine.root / "state/keyring", Path.iterdir

    def list_or_refuse(self):
        if self == shut:
            raise PermissionError(13, "no")
        return listed(self)

    monkeypatch.setattr(Path, "iterdir", list_or_refuse)
    assert [name for _, name, _ in hunted(machine).unread] == [str(shut)]


def test_a_hunt_that_reads_nothing_has_shown_nothing():
    nothing = LookedAt(place="keyring", is_there=False)
    assert HuntReport(places=(nothing,)).outcome is Outcome.INCOMPLETE


def test_a_journal_that_cannot_be_read_out_is_not_looked_at(machine, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    report = hunted(machine)
    assert {place for place, _, _ in report.unread} == {"journal"}
    assert report.outcome is Outcome.INCOMPLETE


HOLDER = """
import os, sys, tempfile, time
os.chdir(sys.argv[1])
text = sys.stdin.readline().strip().encode()
kind = sys.argv[2]
if kind == "memfd":
    kept = os.memfd_create("recording"); os.write(kept, text)
elif kind == "deleted":
    kept = tempfile.TemporaryFile(dir=sys.argv[1]); kept.write(text); kept.flush()
elif kind == "output":
    sys.stderr.write(text.decode()); sys.stderr.flush()
else:
    open("core.77", "wb").write(text)
del text
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("memfd", "object store and other open files without a name"),
        ("deleted", "object store and other open files without a name"),
        ("output", "logs and output of programs"),
        ("core", "core dumps"),
    ],
)
def test_a_leak_that_only_a_running_program_holds_is_found(machine, kind, place):
    (machine.proc / "sys/kernel/core_pattern").write_text("core\n")
    # Outside the machine's folders, so that only the program leads there.
    with tempfile.TemporaryDirectory() as elsewhere, (Path(elsewhere) / "err").open("wb") as errors:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, elsewhere, kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        try:
            holder.stdin.write(TEXT.encode() + b"\n")
            holder.stdin.flush()
            assert holder.stdout.readline() == b"ready\n"
            process = Path(f"/proc/{holder.pid}")
            where = Where(**{**vars(machine), "processes": (process,)})
            assert list(finds(hunted(where))) == [place]
        finally:
            holder.kill()
            holder.communicate()


def test_a_program_is_the_boxs_by_its_command_and_by_its_parent():
    waits = "import subprocess; child = subprocess.Popen(['cat']); print(child.pid, flush=True)"
    parent = subprocess.Popen(
        [sys.executable, "-c", f"{waits}; child.wait()", "quietroom"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        child = parent.stdout.readline().decode().strip()
        found = {path.name for path in box_processes(Path("/proc"))}
        assert {str(parent.pid), child} <= found
        assert str(os.getpid()) not in found
    finally:
        parent.communicate()
