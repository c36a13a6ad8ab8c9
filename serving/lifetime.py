"""Who outlives whom: nothing that serving started is left behind, whichever process dies first."""

import ctypes
import os
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_LOOK_EVERY_SECONDS = 0.2
_ASK_EVERY_SECONDS = 1.0
STOP_PATIENCE_SECONDS = 20.0
STOP_SIGNAL = signal.SIGUSR1
"""What asks our own processes to stop: Ray puts a handler of its own in SIGTERM's place."""


def fork(inside: Callable[[], int], *, dies_with_parent: bool = True) -> int:
    """Start `inside` in a child that the kernel kills when this process dies; returns its pid.

    What `inside` returns is the child's exit status. The calling process must have one thread.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(reading)  # `writing` stays open for as long as this process lives
        return pid
    status = 1
    try:
        os.close(writing)
        for number in (signal.SIGTERM, signal.SIGINT, STOP_SIGNAL):
            signal.signal(number, signal.SIG_DFL)
        if dies_with_parent:
            _die_with_parent(reading)
        status = inside()
    finally:
        os._exit(status)


def _die_with_parent(lifeline: int) -> None:
    """Tie this process to its parent, and leave at once if the parent was quicker to die."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if select.select([lifeline], [], [], 0)[0]:
        os._exit(1)
    os.close(lifeline)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Watch:
    """Waits for one child while reaping every other, and passes a request to stop on to it."""

    def __init__(self, pid: int, *, stop_with_parent: bool = False) -> None:
        self._pid = pid
        self._parent_pid = os.getppid() if stop_with_parent else None
        self._stop_by_seconds: float | None = None
        self._asked_seconds = 0.0

    def until_it_ends(self) -> int:
        """The child's exit status (128 + signal where a signal ended it)."""
        for number in (signal.SIGTERM, signal.SIGINT, STOP_SIGNAL):
            signal.signal(number, lambda *_: self._be_asked_to_stop())
        while (status := self._reap()) is None:
            self._look_after()
            time.sleep(_LOOK_EVERY_SECONDS)
        return status

    def _be_asked_to_stop(self) -> None:
        if self._stop_by_seconds is None:
            self._stop_by_seconds = time.monotonic() + STOP_PATIENCE_SECONDS

    def _look_after(self) -> None:
        if self._parent_pid is not None and os.getppid() != self._parent_pid:
            self._be_asked_to_stop()
        if self._stop_by_seconds is None:
            return
        now = time.monotonic()
        if now > self._stop_by_seconds:
            os.kill(self._pid, signal.SIGKILL)
        elif now - self._asked_seconds > _ASK_EVERY_SECONDS:  # it may not have listened yet
            self._asked_seconds = now
            os.kill(self._pid, STOP_SIGNAL)

    def _reap(self) -> int | None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return 1
            if pid == self._pid:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
            if pid == 0:
                return None


def start_guarded(inside: Callable[[], int]) -> int:
    """Run `inside` under a guard that outlives this process for as long as it takes to clean up.

    Whichever of the two is killed, the other stops `inside` and kills whatever it started.
    Returns the guard's pid; its exit status is that of `inside`.
    """
    adopt_orphans()
    return fork(lambda: _guard(inside), dies_with_parent=False)


def _guard(inside: Callable[[], int]) -> int:
    adopt_orphans()
    status = Watch(fork(inside), stop_with_parent=True).until_it_ends()
    kill_descendants()
    return status


def kill_descendants() -> None:
    """Kill and reap every child this process has, adopted ones included, until none is left."""
    while children := _children():
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in children:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _children() -> list[int]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return [int(pid) for pid in listed.split()]
