"""The ffmpeg program as a child with limits, which is read as it decodes and killed when it must be."""

import contextlib
import fcntl
import os
import resource
import selectors
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import IO

from appliance.domain.errors import NotARecording, WrongStage
from appliance.domain.recording import MIB

MEMORY_BYTES = 1024 * MIB
PROCESSOR_SECONDS = 600
LOOK_SECONDS = 0.1
SILENT_PROCESSOR_SECONDS = 5.0
"""Of work without any output: a damaged header can ask for a filter that takes minutes to make."""
_READ_BYTES = 256 * 1024
_PIPE_BYTES = 1024 * 1024
_REPORT_LIMIT_BYTES = 64 * 1024


class Child:
    """One run of a program that sees one descriptor; leaving the block kills it.

    What it writes to standard error can hold a file's tags: `report` is its beginning, to be searched
    and thrown away. It waits where its sound is not taken, so a slow listener costs no memory.
    """

    def __init__(
        self, command: Sequence[str], descriptor: int, silent_limit_seconds: float
    ) -> None:
        self._silent_limit_seconds = silent_limit_seconds
        self._report = BytesIO()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(descriptor,),
            env={},
            cwd="/",
        )
        _limit(self._process.pid)
        _widen(_pipe(self._process.stdout))

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Kill it, if it is still there, and let go of its pipes; a second time does nothing."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            _pipe(pipe).close()

    @property
    def report(self) -> bytes:
        return self._report.getvalue()

    def went_well(self) -> bool:
        """Whether it ended by itself without complaint; to be asked after all was read."""
        return self._process.wait() == 0

    def output(self, cancelled: Callable[[], bool]) -> Iterator[bytes]:
        """What it writes, as it comes, looking up ten times a second.

        Raises WrongStage when it is cancelled, and NotARecording when it says nothing for too long.
        """
        with selectors.DefaultSelector() as both:
            sound = _pipe(self._process.stdout)
            both.register(sound, selectors.EVENT_READ)
            both.register(_pipe(self._process.stderr), selectors.EVENT_READ)
            patience = _Patience(self._process.pid, self._silent_limit_seconds)
            while both.get_map():
                if cancelled():
                    raise WrongStage(details={"stage": "stopped"})
                patience.check()
                for key, _ in both.select(LOOK_SECONDS):
                    if not (part := os.read(key.fd, _READ_BYTES)):
                        both.unregister(key.fileobj)
                    elif key.fileobj is sound:
                        yield part
                    elif self._report.tell() < _REPORT_LIMIT_BYTES:
                        self._report.write(part)
                    # Not the time that the listener took: the child was waiting for it.
                    patience.begin_again()


class _Patience:
    """How long a child may say nothing: by the clock, and by what it works meanwhile."""

    def __init__(self, pid: int, limit_seconds: float) -> None:
        self._stat = Path(f"/proc/{pid}/stat")
        self._limit_seconds = limit_seconds
        self.begin_again()

    def begin_again(self) -> None:
        self._since_seconds = time.monotonic()
        self._worked_seconds: float | None = None

    def check(self) -> None:
        """Raises NotARecording when it is over."""
        silent_seconds = time.monotonic() - self._since_seconds
        if silent_seconds > self._limit_seconds:
            raise NotARecording
        if silent_seconds < 1.0:
            return
        worked_seconds = self._processor_seconds()
        if self._worked_seconds is None:
            self._worked_seconds = worked_seconds
        elif worked_seconds - self._worked_seconds > SILENT_PROCESSOR_SECONDS:
            raise NotARecording

    def _processor_seconds(self) -> float:
        """Of all its threads (proc(5): fields 14 and 15, in clock ticks)."""
        after_name = self._stat.read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def _limit(pid: int) -> None:
    """Memory and processor time of the child; set from here, as no Python runs after its fork."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        try:
            resource.prlimit(pid, what, (most, most))
        except ProcessLookupError:
            return


def _widen(pipe: IO[bytes]) -> None:
    """A pipe of this size instead of 64 KiB: fewer turns of taking. As it was where the kernel says no."""
    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # asked for in Popen
    return stream
