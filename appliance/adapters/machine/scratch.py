"""A program's temporary folder: in memory, its own, and gone with it.

Uploads' parts, a decoder's scratch and whatever a library writes without being asked go to
`TMPDIR`: on a disk they would outlive the destruction of what they were made from.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

from appliance.adapters.machine.disk import mount_kind

IN_MEMORY = frozenset({"tmpfs", "ramfs"})
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own inside, mode 0700
_FOLDER = "quietroom-scratch-"
_MOUNTS = Path("/proc/self/mountinfo")


def keep_scratch_in_memory(shared: Path = SHARED_MEMORY, mounts: Path = _MOUNTS) -> Path | None:
    """Point this program's TMPDIR at memory; the folder, or None where there is no memory for it.

    A temporary folder that lies in memory already, as the service files give one, is kept.
    """
    now = Path(tempfile.gettempdir())
    if mount_kind(now, mounts) in IN_MEMORY:
        return now
    if mount_kind(shared, mounts) not in IN_MEMORY or not os.access(shared, os.W_OK):
        return None
    _sweep(shared)
    folder = Path(tempfile.mkdtemp(prefix=_FOLDER, dir=shared))
    _lock(folder)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    atexit.register(_delete_own, folder, os.getpid())
    return folder


def _delete_own(folder: Path, made_by: int) -> None:
    """Not when a process that was forked off ends: the others go on using it."""
    if os.getpid() == made_by:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(shared: Path) -> None:
    """Delete folders of this user whose program has died without tidying up."""
    for path in shared.glob(f"{_FOLDER}*"):
        descriptor = _lock(path) if path.lstat().st_uid == os.geteuid() else None
        if descriptor is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(descriptor)


def _lock(folder: Path) -> int | None:
    """A lock on `folder` for as long as this process lives; None where a living one has it.

    What this process starts does not inherit it.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def is_in_memory(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether what is written to `folder` stays off every disk, as long as nothing swaps."""
    return mount_kind(folder, mounts) in IN_MEMORY
