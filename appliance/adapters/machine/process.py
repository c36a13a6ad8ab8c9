"""Small asks of the kernel about this process."""

import ctypes
import gc
import os
import resource
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4


def hide_memory() -> None:
    """No core dump of this process or of what it starts, and no debugger that reads its memory.

    (setrlimit(2), RLIMIT_CORE; prctl(2), PR_SET_DUMPABLE.) Only root looks in afterwards.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def die_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to end this process, by this signal, when the one that started it is gone."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)


def keep_loaded() -> None:
    """What is loaded by now stays for good: the collector need not look through it again.

    Its full rounds would come in the midst of a turn of the root, which makes many small things
    while every writer waits, and take as long as the turn itself.
    """
    gc.collect()
    gc.freeze()


def resident_mib(proc: Path = Path("/proc")) -> float:
    """Resident memory of this process and all its descendants, in MiB; shared pages count once each.

    Proportional set size where the kernel tells it, so that Ray's shared pages are not counted for
    every process that maps them.
    """
    family = family_of(os.getpid(), proc)
    return sum(_proportional_kib(proc / str(pid)) for pid in family) / 1024


def family_of(root: int, proc: Path = Path("/proc")) -> set[int]:
    """A process and all its descendants, by their ids."""
    parents: dict[int, int] = {}
    for entry in proc.iterdir():
        if entry.name.isdigit():
            try:
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(after_name[1])
    family = {root}
    while True:
        grown = family | {pid for pid, parent in parents.items() if parent in family}
        if grown == family:
            return family
        family = grown


def _proportional_kib(process: Path) -> int:
    for name, field in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            for line in (process / name).read_text().splitlines():
                if line.startswith(field):
                    return int(line.split()[1])
        except OSError:
            continue
    return 0
