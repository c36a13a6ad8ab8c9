"""A network, processes and shared memory of serving's own, so that Ray has no port on the host.

Linux namespaces: the network has loopback only, `/dev/shm` is a private tmpfs (Ray's files and
sound in flight lie there and nowhere else), and every process dies with the first one inside.
Without privileges a user namespace gives the right to make the others; Ubuntu's AppArmor rule and
most containers forbid that.
"""

import ctypes
import fcntl
import os
import socket
import struct
from collections.abc import Callable
from pathlib import Path

from serving.errors import IsolationImpossible
from serving.lifetime import Watch, fork

PRIVATE_SHM_BYTES = 1024 * 1024 * 1024
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - what is mounted there is private

_CLONE_NEWNS = 0x00020000
_CLONE_NEWIPC = 0x08000000
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWPID = 0x20000000
_CLONE_NEWNET = 0x40000000
_OURS = _CLONE_NEWNS | _CLONE_NEWIPC | _CLONE_NEWPID | _CLONE_NEWNET
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 0x2, 0x4, 0x8, 0x4000, 0x40000
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1
_IFREQ = "16sH22x"


def why_impossible() -> str | None:
    """Try it out in a child; None where isolation works, else the reason in a few words."""
    reading, writing = os.pipe()
    child = fork(lambda: _try_out(writing))
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        reason = pipe.read().decode()
    failed = os.waitpid(child, 0)[1] != 0
    return reason or ("the trial failed" if failed else None)


def start_inside(inside: Callable[[], int]) -> int:
    """Run `inside` in namespaces of its own; returns the pid of the first process there.

    Killing that process kills everything inside. Its exit status is what `inside` returned.
    The calling process gives up its own network: it must have one thread, and no use for a network.
    Raises IsolationImpossible.
    """
    _leave_namespaces()
    return fork(lambda: _be_first(inside))


def _be_first(inside: Callable[[], int]) -> int:
    _furnish()
    return Watch(fork(inside)).until_it_ends()


def _try_out(writing: int) -> int:
    try:
        _leave_namespaces()
    except IsolationImpossible as reason:
        os.write(writing, str(reason).encode())
        return 1
    return os.waitstatus_to_exitcode(os.waitpid(fork(lambda: _try_furnishing(writing)), 0)[1])


def _try_furnishing(writing: int) -> int:
    try:
        _furnish()
    except IsolationImpossible as reason:
        os.write(writing, str(reason).encode())
        return 1
    return 0


def _leave_namespaces() -> None:
    """Unshare mounts, network, IPC and (for children) processes; as root directly where allowed."""
    if os.geteuid() == 0 and _libc().unshare(_OURS) == 0:
        return
    user, group = os.geteuid(), os.getegid()
    if _libc().unshare(_OURS | _CLONE_NEWUSER) != 0:
        raise _impossible("namespaces are not allowed here")
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    except OSError:
        raise IsolationImpossible("user namespaces are restricted here") from None


def _furnish() -> None:
    """Give the new namespaces a private /dev/shm, a /proc of their own and a loopback that is up."""
    guarded = _MS_NOSUID | _MS_NODEV
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE, None)
    _mount("tmpfs", SHARED_MEMORY, "tmpfs", guarded, f"size={PRIVATE_SHM_BYTES},mode=0700")
    _mount("proc", "/proc", "proc", guarded | _MS_NOEXEC, None)
    try:
        _raise_loopback()
    except OSError:
        raise IsolationImpossible("loopback could not be brought up") from None


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        asked = struct.pack(_IFREQ, b"lo", 0)
        _, flags = struct.unpack(_IFREQ, fcntl.ioctl(control, _SIOCGIFFLAGS, asked))
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack(_IFREQ, b"lo", flags | _IFF_UP))


def _mount(source: str | None, at: str, kind: str | None, flags: int, options: str | None) -> None:
    as_bytes = [None if text is None else text.encode() for text in (source, at, kind, options)]
    source_, at_, kind_, options_ = as_bytes
    if _libc().mount(source_, at_, kind_, ctypes.c_ulong(flags), options_) != 0:
        raise _impossible(f"mounting {at} is not allowed")


def _impossible(what: str) -> IsolationImpossible:
    return IsolationImpossible(f"{what} ({os.strerror(ctypes.get_errno())})")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
