"""Tells this machine's meter what an engine does: counts and times, never a word of content.

One datagram an event, to a Unix socket; nobody waits for an answer, and a meter that is not there
costs a request nothing. An engine that computes on GPUs names them (their UUIDs) in an attribute
`gpus`; one that has none works on the processor, and its requests are told as not measured.
"""

import json
import os
import re
import secrets
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal

from serving.wire import Engine

EVENTS_SOCKET = "QUIETROOM_SERVING_METER_EVENTS_SOCKET"
REQUEST_ID = re.compile(r"[0-9a-f]{16,32}")
Kind = Literal["note", "speech", "identifiers"]
_UNSAID = re.compile(r"[^A-Za-z0-9 _.:/+()@-]")


def fresh_id() -> str:
    """Random, so that it says nothing of whose words they were."""
    return secrets.token_hex(16)


def request_id_from(header: str | None) -> str:
    """The caller's, where it is a random one of the right shape; else a new one."""
    return header if header is not None and REQUEST_ID.fullmatch(header) else fresh_id()


class StepReporter:
    """Of one engine in one replica. `path` None: nobody measures here."""

    def __init__(self, kind: Kind, engine: object, label: Engine, path: Path | None = None) -> None:
        self._kind = kind
        self._gpus: tuple[str, ...] = tuple(getattr(engine, "gpus", ()))
        self._quantisation = str(getattr(engine, "quantisation", ""))
        self._model = _UNSAID.sub("_", label.name)[:100]
        self._engine = _UNSAID.sub("_", label.version)[:100]
        told = path or (Path(os.environ[EVENTS_SOCKET]) if EVENTS_SOCKET in os.environ else None)
        self._path = None if told is None else str(told)
        self._socket: socket.socket | None = None

    def begin(self, request_id: str, span_id: str | None = None) -> "Span":
        """A request's work begins now: for vLLM when it is first scheduled, not when it arrives."""
        return Span(self, request_id, span_id or fresh_id())

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def send(self, request_id: str, span_id: str, part: str, **counts: int) -> None:
        """Never raises and never waits."""
        if self._path is None:
            return
        said = {
            "request": request_id,
            "span": span_id,
            "part": part,
            "kind": self._kind,
            "model": self._model,
            "quantisation": self._quantisation,
            "engine": self._engine,
            "gpus": list(self._gpus),
            "at": time.monotonic(),
            **{name: int(count) for name, count in counts.items()},
        }
        if self._socket is None:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._socket.setblocking(False)
        with suppress(OSError):
            self._socket.sendto(json.dumps(said).encode(), self._path)


class Span:
    """One stretch of one request: `with reporter.begin(id) as span: … span.done(decode_tokens=5)`.

    Counts are totals since the beginning. A span that fails ends with what was told last.
    """

    def __init__(self, reporter: StepReporter, request_id: str, span_id: str) -> None:
        self._reporter = reporter
        self._request_id = request_id
        self._counts: dict[str, int] = {}
        self.id = span_id

    def __enter__(self) -> "Span":
        self._reporter.send(self._request_id, self.id, "begin")
        return self

    def progress(self, **counts: int) -> None:
        """So far; ten times a second is often enough, and lets others' requests settle in time."""
        self._counts = counts
        self._reporter.send(self._request_id, self.id, "progress", **counts)

    def done(self, **counts: int) -> None:
        """What it came to; told when the span ends."""
        self._counts = counts

    def __exit__(self, *_exception: object) -> None:
        self._reporter.send(self._request_id, self.id, "end", **self._counts)
