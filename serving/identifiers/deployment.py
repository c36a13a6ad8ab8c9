"""The Ray Serve deployment for finding identifiers: one engine a replica, one request at a time.

Nothing that an exception could say leaves a method: Ray writes exception text to its logs and hands
it to the caller, so failures are returned as a `Problem`, a code and nothing else.
"""

import asyncio
from collections.abc import Callable

from serving.identifiers.engine import IdentifierEngine
from serving.step_events import StepReporter, request_id_from
from serving.wire import Engine, IdentifyReply, IdentifyRequest, Problem

CHARACTERS_A_TOKEN = 4


class IdentifiersDeployment:
    """`load` makes the engine in the replica's own process; engines are not thread-safe."""

    def __init__(self, load: Callable[[], IdentifierEngine]) -> None:
        self._engine = load()
        self._reporter = StepReporter("identifiers", self._engine, self._engine.label)
        self._one_at_a_time = asyncio.Lock()

    async def label(self) -> Engine:
        """Which engine this is."""
        return self._engine.label

    async def find(
        self, request: IdentifyRequest, request_id: str | None = None, span_id: str | None = None
    ) -> IdentifyReply | Problem:
        """The identifiers of each text, or `unavailable`: never a part of them."""
        async with self._one_at_a_time:
            with self._reporter.begin(request_id_from(request_id), span_id) as span:
                # A token classifier reads words in pieces of some four characters.
                span.done(prefill_tokens=sum(map(len, request.texts)) // CHARACTERS_A_TOKEN)
                return await asyncio.to_thread(self._find, request)

    def _find(self, request: IdentifyRequest) -> IdentifyReply | Problem:
        try:
            found = self._engine.find(request.texts)
            return IdentifyReply(engine=self._engine.label, found=found)
        except Exception:  # noqa: BLE001 - whatever it says stays here
            return Problem(code="unavailable")
