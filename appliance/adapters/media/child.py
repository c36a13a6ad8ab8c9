"""The ffmpeg program as a child with limits, which is read as it decodes and killed when it must be."""

import os
import resource
import selectors
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import IO

from appliance.domain.errors import NotARecording, WrongStage
from appliance.domain.recording import MIB

MEMORY_BYTES = 1024 * MIB
PROCESSOR_SECONDS = 600
LOOK_SECONDS = 0.1
_READ_BYTES = 256 * 1024
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
            heard_at_seconds = time.monotonic()
            while both.get_map():
                if cancelled():
                    raise WrongStage(details={"stage": "stopped"})
                if time.monotonic() - heard_at_seconds > self._silent_limit_seconds:
                    raise NotARecording
                for key, _ in both.select(LOOK_SECONDS):
                    if not (part := os.read(key.fd, _READ_BYTES)):
                        both.unregister(key.fileobj)
                    elif key.fileobj is sound:
                        yield part
                    elif self._report.tell() < _REPORT_LIMIT_BYTES:
                        self._report.write(part)
                    # Not the time that the listener took: the child was waiting for it.
                    heard_at_seconds = time.monotonic()


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


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # asked for in Popen
    return stream
