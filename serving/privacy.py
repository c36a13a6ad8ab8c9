"""What a program in memory may leave behind: core dumps, and segments of shared memory.

A crash must not write sound or words to a disk, no other process of the same user may read them out
of memory, and what an engine left in /dev/shm when it was killed goes.
"""

import ctypes
import os
import resource
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - only looked through
_PR_SET_DUMPABLE = 4
_OURS = ("psm_*", "sem.mp-*", "sem.loky-*", "torch_*", "nccl-*", "cuda.shm.*", "vllm*")
"""What Python's multiprocessing, torch, NCCL and vLLM make there."""
Loaded = TypeVar("Loaded")


def forbid_core_dumps() -> None:
    """For this process and all that it starts; nothing can lift it again (setrlimit(2))."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def hide_memory() -> None:
    """No core dump and no debugger for this process (prctl(2), PR_SET_DUMPABLE); not inherited by
    programs that it starts."""
    forbid_core_dumps()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def load_hidden(load: Callable[[], Loaded]) -> Loaded:
    """Load an engine in a replica whose memory nobody reads."""
    hide_memory()
    return load()


def sweep_shared_memory(folder: Path = SHARED_MEMORY, proc: Path = Path("/proc")) -> int:
    """Delete this user's segments that no process it can look into has open or mapped; how many.

    Processes that hide their memory are the box's own, and share none.
    """
    mine = [
        path
        for name in _OURS
        for path in folder.glob(name)
        if (status := path.lstat()).st_uid == os.geteuid() and stat.S_ISREG(status.st_mode)
    ]
    used = _in_use(proc, str(folder)) if mine else set()
    gone = [path for path in mine if str(path) not in used]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _in_use(proc: Path, folder: str) -> set[str]:
    """Paths in `folder` that this user's processes hold."""
    used: set[str] = set()
    for process in proc.glob("[0-9]*"):
        try:
            if process.stat().st_uid != os.geteuid():
                continue
            lines = (process / "maps").read_text().splitlines()
            used |= {line[line.index(folder) :] for line in lines if folder in line}
            used |= {str(link.readlink()) for link in (process / "fd").iterdir()}
        except OSError:  # it has just ended, or it hides
            continue
    return used
