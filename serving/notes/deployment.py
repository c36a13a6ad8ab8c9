"""The Ray Serve deployment for drafting, over whichever engine writes.

Nothing that an exception could say leaves a method: Ray writes exception text to its logs and hands
it to the caller, so failures are returned as a `Problem`, a code and nothing else.
"""

import asyncio
from collections.abc import Callable

from serving.notes.engine import NotesEngine, NothingToWrite
from serving.step_events import StepReporter, request_id_from
from serving.wire import DraftReply, DraftRequest, Engine, Problem


class NotesDeployment:
    """`load` makes the engine in the replica's own process."""

    def __init__(self, load: Callable[[], NotesEngine]) -> None:
        self._engine = load()
        self._reporter = StepReporter("note", self._engine, self._engine.label)

    async def label(self) -> Engine:
        """Which engine this is."""
        return self._engine.label

    async def draft(
        self, request: DraftRequest, request_id: str | None = None, span_id: str | None = None
    ) -> DraftReply | Problem:
        """A draft; `no_material` where there are no words to write from, else `unavailable`."""
        with self._reporter.begin(request_id_from(request_id), span_id) as span:
            reply = await asyncio.to_thread(self._draft, request)
            if isinstance(reply, DraftReply):
                span.done(prefill_tokens=reply.prefill_tokens, decode_tokens=reply.decode_tokens)
            return reply

    def _draft(self, request: DraftRequest) -> DraftReply | Problem:
        lines = (*request.utterances, *request.observations, *request.record_facts)
        if not any(line.text.strip() for line in lines):
            return Problem(code="no_material")
        try:
            return self._engine.draft(request)
        except NothingToWrite:
            return Problem(code="no_material")
        except Exception:  # noqa: BLE001 - whatever it says stays here
            return Problem(code="unavailable")
