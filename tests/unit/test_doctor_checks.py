"""Each check, on a machine built of files."""

import ctypes
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from appliance.adapters.machine.checks import CHECKS, run_checks
from appliance.adapters.machine.clock import (
    _Timex,
    check_clock,
    kernel_clock_is_synchronised,
)
from appliance.adapters.machine.disk import (
    check_disk_space,
    check_file_system,
    check_permissions,
    disk_space_of,
)
from appliance.adapters.machine.finding import DiskSpace, Verdict
from appliance.adapters.machine.memory import check_core_dumps, check_memory_size, check_swap
from tests.machines import GIB, LIMITS, SWAPS, Machine


def test_a_machine_in_order_keeps_every_promise_but_unmeasured_energy(machine):
    findings = run_checks(machine.inputs)
    assert len(findings) == len(CHECKS)
    assert [f.key for f in findings if f.verdict is not Verdict.OK] == ["energy"]


def test_a_machine_that_shows_nothing_of_itself_is_doubted_and_not_passed(tmp_path):
    bare = Machine(tmp_path)
    doubted = {f.key: f.verdict for f in run_checks(bare.inputs)}
    for key in ("core_dumps", "memory_size", "file_system", "isolation", "energy"):
        assert doubted[key] is not Verdict.OK, key


def test_everything_that_is_not_in_order_says_how_to_mend_it(tmp_path):
    for finding in run_checks(Machine(tmp_path).inputs):
        assert finding.says.endswith(".")
        assert finding.mend or finding.verdict is Verdict.OK


# Memory -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("device", "files", "verdict"),
    [
        ("/dev/sda2", {}, Verdict.FAIL),
        ("/swap.img", {}, Verdict.FAIL),
        ("/dev/zram0", {}, Verdict.OK),
        ("/dev/zram0", {"sys/block/zram0/backing_dev": "none\n"}, Verdict.OK),
        ("/dev/zram0", {"sys/block/zram0/backing_dev": "/dev/sda3\n"}, Verdict.FAIL),
        ("/dev/dm-7", {"sys/block/dm-7/dm/uuid": "CRYPT-PLAIN-swap\n"}, Verdict.WARN),
        ("/dev/dm-7", {"sys/block/dm-7/dm/uuid": "LVM-abc\n"}, Verdict.FAIL),
    ],
)
def test_swap_on_a_disk_breaks_the_promise_and_in_memory_does_not(machine, device, files, verdict):
    machine.write("proc/swaps", f"{SWAPS}{device}  partition  1000  0  -2\n")
    for path, text in files.items():
        machine.write(path, text)
    assert check_swap(machine.inputs).verdict is verdict


def test_one_encrypted_swap_does_not_excuse_another_in_the_clear(machine):
    lines = "/dev/dm-7 partition 1 0 -2\n/dev/sda2 partition 1 0 -3\n"
    machine.write("proc/swaps", SWAPS + lines)
    machine.write("sys/block/dm-7/dm/uuid", "CRYPT-PLAIN-swap")
    assert check_swap(machine.inputs).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("pattern", "limit", "verdict"),
    [
        ("core", "0", Verdict.OK),
        ("core", "unlimited", Verdict.FAIL),
        ("|/usr/lib/systemd/systemd-coredump %P %u", "0", Verdict.OK),
        ("|/usr/lib/systemd/systemd-coredump %P %u", "unlimited", Verdict.FAIL),
        ("|/opt/vendor/collect %P", "0", Verdict.FAIL),
        ("|/bin/false", "unlimited", Verdict.OK),
        ("|", "0", Verdict.OK),
    ],
)
def test_core_dumps_are_off_only_where_the_handler_obeys(machine, pattern, limit, verdict):
    machine.write("proc/sys/kernel/core_pattern", pattern)
    machine.write("proc/self/limits", LIMITS.format(limit))
    assert check_core_dumps(machine.inputs).verdict is verdict


@pytest.mark.parametrize(
    ("gib", "verdict"), [(3, Verdict.FAIL), (6, Verdict.WARN), (16, Verdict.OK)]
)
def test_too_little_memory_is_said_with_its_size(machine, gib, verdict):
    machine.write("proc/meminfo", f"MemTotal:       {gib * GIB // 1024} kB\nMemFree: 1 kB\n")
    finding = check_memory_size(machine.inputs)
    assert finding.verdict is verdict
    assert f"{gib}.0 GiB" in finding.says


# Clock --------------------------------------------------------------------------------------------


def test_a_clock_that_nothing_keeps_right_is_doubted(machine):
    loose = replace(machine.inputs, clock_is_synchronised=lambda: False)
    assert check_clock(loose).verdict is Verdict.WARN
    assert check_clock(replace(loose, clock_is_synchronised=lambda: None)).verdict is Verdict.WARN
    machine.write("run/systemd/timesync/synchronized")
    assert check_clock(loose).verdict is Verdict.OK


def test_a_clock_before_the_software_was_made_breaks_the_deadlines(machine):
    early = replace(machine.inputs, now=datetime(1970, 1, 2, tzinfo=UTC))
    assert check_clock(early).verdict is Verdict.FAIL


def test_the_kernels_status_is_read_where_the_kernel_writes_it():
    """Offsets of struct timex on 64-bit Linux, from adjtimex(2); the whole of it is 208 bytes."""
    assert (_Timex.offset.offset, _Timex.status.offset) == (8, 40)
    assert ctypes.sizeof(_Timex) >= 208


@pytest.mark.parametrize(("status", "answer"), [(0x2001, True), (0x2041, False), (None, None)])
def test_the_kernels_status_decides_whether_the_clock_is_kept_right(monkeypatch, status, answer):
    def adjtimex(timex):
        timex._obj.status = status or 0
        return -1 if status is None else 5

    libc = SimpleNamespace(adjtimex=adjtimex)
    monkeypatch.setattr("appliance.adapters.machine.clock.ctypes.CDLL", lambda name: libc)
    assert kernel_clock_is_synchronised() is answer


# Disk ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "options", "verdict"),
    [
        ("ext4", "rw", Verdict.OK),
        ("xfs", "rw", Verdict.OK),
        ("ext4", "rw,data=journal", Verdict.WARN),
        ("btrfs", "rw", Verdict.FAIL),
        ("zfs", "rw", Verdict.FAIL),
        ("nfs4", "rw", Verdict.FAIL),
        ("cifs", "rw", Verdict.FAIL),
        ("fuse.sshfs", "rw", Verdict.FAIL),
        ("tmpfs", "rw", Verdict.FAIL),
        ("overlay", "rw", Verdict.WARN),
        ("f2fs", "rw", Verdict.WARN),
        ("somethingnew", "rw", Verdict.WARN),
    ],
)
def test_only_a_local_disk_that_overwrites_in_place_keeps_the_promise(
    machine, kind, options, verdict
):
    machine.mount(kind, options)
    finding = check_file_system(machine.inputs)
    assert finding.verdict is verdict
    assert finding.promise == ("P6" if kind == "tmpfs" else "P5")


def test_the_nearest_mount_counts_and_a_later_one_covers_an_earlier(machine):
    machine.mount("btrfs", point=machine.root / "elsewhere")
    assert check_file_system(machine.inputs).verdict is Verdict.OK
    machine.mount("btrfs", point=machine.state)
    text = (machine.root / "proc/self/mountinfo").read_text()
    assert check_file_system(machine.inputs).verdict is Verdict.FAIL
    machine.write(
        "proc/self/mountinfo", text + f"24 23 8:2 / {machine.state} rw - ext4 /dev/y rw\n"
    )
    assert check_file_system(machine.inputs).verdict is Verdict.OK


def test_a_mount_point_with_blanks_and_accents_in_its_name_is_found(machine):
    folder = machine.root / "états de la boîte"
    folder.mkdir()
    machine.mount("btrfs", point=folder)
    inputs = replace(machine.inputs, state_directory=folder / "not" / "made yet")
    assert check_file_system(inputs).verdict is Verdict.FAIL


@pytest.mark.parametrize("path", ["dm/uuid", "slaves/dm-0/dm/uuid"])
def test_an_lvm_volume_is_doubted_also_below_encryption(machine, path):
    machine.write(f"sys/dev/block/253:0/{path}", "LVM-abc\n")
    finding = check_file_system(machine.inputs)
    assert finding.verdict is Verdict.WARN
    assert "snapshot" in finding.says


@pytest.mark.parametrize(
    ("mode", "verdict"),
    [
        (0o700, Verdict.OK),
        (0o750, Verdict.OK),
        (0o770, Verdict.WARN),
        (0o755, Verdict.FAIL),
        (0o701, Verdict.FAIL),
    ],
)
def test_a_state_directory_that_others_can_open_breaks_the_promise(machine, mode, verdict):
    machine.state.chmod(mode)
    assert check_permissions(machine.inputs).verdict is verdict


def test_a_state_directory_that_is_not_there_yet_is_in_order(machine):
    inputs = replace(machine.inputs, state_directory=machine.root / "later")
    assert check_permissions(inputs).verdict is Verdict.OK
    assert disk_space_of(machine.root / "later" / "still").free_bytes > 0


@pytest.mark.parametrize(
    ("gib", "verdict"), [(1, Verdict.FAIL), (5, Verdict.WARN), (50, Verdict.OK)]
)
def test_a_disk_that_fills_up_is_said_before_it_is_full(machine, gib, verdict):
    space = DiskSpace(total_bytes=100 * GIB, free_bytes=gib * GIB)
    finding = check_disk_space(replace(machine.inputs, disk_space=lambda folder: space))
    assert finding.verdict is verdict
    assert f"{gib}.0 GiB" in finding.says


def test_the_free_space_is_what_the_system_says(tmp_path):
    assert disk_space_of(tmp_path).total_bytes == shutil.disk_usage(tmp_path).total


# Copies -------------------------------------------------------------------------------------------
