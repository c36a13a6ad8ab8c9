"""Asks this machine's meter what a request used, for the answer that goes back to the caller."""

import asyncio
import json
from pathlib import Path
from typing import Any

from serving.wire import Usage

WITHIN_SECONDS = 0.5
"""The meter itself answers within 300 ms; the rest is for a machine under load."""
NOT_SETTLED = Usage(energy_joules=None, energy_measured=False)


class MeterDoor:
    """The meter's Unix socket; `path` None: nobody measures here. Never raises."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    async def usage(self, span_id: str, *, waits: bool = True) -> Usage:
        """What a span used on GPUs, if that is settled within 300 ms; else where to ask later.

        `waits` False: the caller does not care for it now, and is kept waiting for nothing.
        """
        later = f"/energy/{span_id}"
        if self._path is None:
            return NOT_SETTLED
        if not waits:
            return NOT_SETTLED.model_copy(update={"ask_later": later})
        try:
            said = await asyncio.wait_for(self._ask(f"/spans/{span_id}"), WITHIN_SECONDS)
        except (OSError, ValueError, TimeoutError, EOFError):
            return NOT_SETTLED.model_copy(update={"ask_later": later})
        if not said.get("is_settled"):
            return NOT_SETTLED.model_copy(update={"ask_later": later})
        millijoules = said.get("millijoules")
        if millijoules is None:
            return NOT_SETTLED
        return Usage(
            energy_joules=int(millijoules) / 1000,
            energy_measured=bool(said["is_whole"]),
            energy_calibrated=bool(said["is_calibrated"]),
        )

    async def _ask(self, path: str) -> dict[str, Any]:
        reader, writer = await asyncio.open_unix_connection(self._path)
        try:
            writer.write(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            await writer.drain()
            answer = await reader.read(65_536)
        finally:
            writer.close()
        body = json.loads(answer.split(b"\r\n\r\n", 1)[1])
        if not isinstance(body, dict):
            raise ValueError("not an answer")
        return body
