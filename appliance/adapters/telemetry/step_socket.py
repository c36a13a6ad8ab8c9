"""Where engines tell the meter what they do: a Unix datagram socket that checks who sends.

One datagram is one event in JSON: a closed shape of counts and times, at most 2 KB. Whatever is
anything else is dropped and counted; nobody waits for an answer. `serving.step_events` writes them.
"""

import json
import os
import re
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from appliance.domain.errors import Misconfigured
from appliance.domain.metering.work import Part, RequestKind, StepEvent, Work

SOCKET_MODE = 0o660
MOST_BYTES = 2048
_PEER = struct.Struct("3i")
_ID = re.compile(r"[0-9a-f]{16,32}")
_NAME = re.compile(r"[A-Za-z0-9 _.:/+()@-]{0,100}")
_MOST_COUNT = 1 << 40
_FIELDS = {
    "request",
    "span",
    "part",
    "kind",
    "model",
    "quantisation",
    "engine",
    "gpus",
    "at",
    "prefill_tokens",
    "decode_tokens",
    "context_tokens",
    "audio_milliseconds",
}


class StepSocket:
    """Receives events from `senders` (user ids) only. Raises Misconfigured where it cannot be made."""

    def __init__(self, path: Path, senders: frozenset[int]) -> None:
        self._path = path
        self._senders = senders
        self.refused = 0
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        before = os.umask(0o777 & ~SOCKET_MODE)
        try:
            self._socket.bind(str(path))
        except OSError:
            self._socket.close()
            reason = "the socket for the engines' events cannot be made"
            raise Misconfigured(details={"reason": reason}) from None
        finally:
            os.umask(before)
        self._socket.settimeout(0.2)

    def receive(self) -> StepEvent | None:
        """The next event; None where none came for a while, or what came was none."""
        try:
            data, ancillary, flags, _ = self._socket.recvmsg(
                MOST_BYTES + 1, socket.CMSG_SPACE(_PEER.size)
            )
        except (TimeoutError, OSError):
            return None
        if _sender(ancillary) not in self._senders or flags & socket.MSG_TRUNC:
            self.refused += 1
            return None
        try:
            return event_from(json.loads(data))
        except (ValueError, RecursionError):
            self.refused += 1
            return None

    def close(self) -> None:
        self._socket.close()
        self._path.unlink(missing_ok=True)


def _sender(ancillary: list[tuple[int, int, bytes]]) -> int:
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            return int(_PEER.unpack(data[: _PEER.size])[1])
    return -1


def event_from(said: Any) -> StepEvent:
    """The event of a decoded datagram. Raises ValueError for any other shape."""
    if not isinstance(said, dict) or not said.keys() <= _FIELDS:
        raise ValueError("not an event")
    gpus = said.get("gpus", [])
    if not isinstance(gpus, list) or len(gpus) > 64:
        raise ValueError("not a list of GPUs")
    at = said.get("at")
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at < 1e12:
        raise ValueError("not a time")
    return StepEvent(
        request_id=_matching(said.get("request"), _ID),
        span_id=_matching(said.get("span"), _ID),
        part=Part(str(said.get("part"))),
        kind=RequestKind(str(said.get("kind"))),
        model=_matching(said.get("model"), _NAME),
        quantisation=_matching(said.get("quantisation", ""), _NAME),
        engine=_matching(said.get("engine", ""), _NAME),
        gpus=tuple(_matching(gpu, _NAME) for gpu in gpus),
        at_seconds=float(at),
        work=Work(
            prefill_tokens=_count(said, "prefill_tokens"),
            decode_tokens=_count(said, "decode_tokens"),
            context_tokens=_count(said, "context_tokens"),
            audio_milliseconds=_count(said, "audio_milliseconds"),
        ),
    )


def _matching(value: object, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError("not a name")
    return value


def _count(said: Mapping[str, Any], name: str) -> int:
    value = said.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _MOST_COUNT:
        raise ValueError("not a count")
    return value
