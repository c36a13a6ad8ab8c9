"""Windows of several requests heard together: those of like length, the oldest never left behind.

A batch is padded to its longest window, so a short one beside a long one would cost as much as the
long one: windows go together only where none is shorter than half the longest. Hints belong to one
client, so windows with different hints never share a batch.
"""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from serving.speech.engine import NoLongerWanted, SpeechEngine, Window
from serving.step_events import Span
from serving.wire import Transcription

GATHER_SECONDS = 0.004
"""How long a lone window waits for company: far less than hearing it takes."""
_LIKE = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class _Waiting:
    window: Window
    span: Span | None
    answer: "asyncio.Future[Transcription]"

    @property
    def length(self) -> int:
        return len(self.window.sound)


class Gathering:
    """Hands an engine one batch at a time; use it from one event loop."""

    def __init__(self, engine: SpeechEngine, gather_seconds: float = GATHER_SECONDS) -> None:
        self._engine = engine
        self._gather_seconds = gather_seconds
        self._waiting: list[_Waiting] = []
        self._run: asyncio.Task[None] | None = None

    async def hear(self, window: Window, span: Span | None = None) -> Transcription:
        """What was said in `window`; whoever stops waiting takes it out of the queue, or the engine.

        `span` begins when the engine begins with it: waiting for others costs no energy.
        Raises what the engine raises.
        """
        answer = asyncio.get_running_loop().create_future()
        mine = _Waiting(window=window, span=span, answer=answer)
        self._waiting.append(mine)
        if self._run is None or self._run.done():
            self._run = asyncio.create_task(self._hear_all())
        try:
            return await mine.answer
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)

    async def _hear_all(self) -> None:
        limit = self._engine.windows_at_once
        while self._waiting:
            if len(self._waiting) < limit:
                await asyncio.sleep(self._gather_seconds)
            if batch := self._take(limit):
                with ExitStack() as spans:
                    for one in batch:
                        if one.span:
                            spans.enter_context(one.span)
                    await self._hear_together(batch)

    def _take(self, limit: int) -> list[_Waiting]:
        """The oldest and those most like it, from short to long."""
        if not self._waiting:
            return []
        oldest = self._waiting[0]
        alike = [
            other
            for other in self._waiting
            if other.window.hints == oldest.window.hints
            and min(other.length, oldest.length) >= _LIKE * max(other.length, oldest.length)
        ]
        alike.sort(key=lambda other: abs(other.length - oldest.length))
        batch: list[_Waiting] = []
        for other in alike:
            lengths = [other.length, *(one.length for one in batch)]
            if len(batch) < limit and min(lengths) >= _LIKE * max(lengths):
                batch.append(other)
        self._waiting = [other for other in self._waiting if other not in batch]
        return sorted(batch, key=lambda other: other.length)

    async def _hear_together(self, batch: Sequence[_Waiting]) -> None:
        """Where a batch fails, each window is tried alone: one must not spoil the others."""
        try:
            heard = await asyncio.to_thread(
                self._engine.hear, [one.window for one in batch], lambda: _is_wanted(batch)
            )
        except NoLongerWanted:
            return
        except Exception as error:  # noqa: BLE001 - it is handed to whoever waits
            if len(batch) == 1:
                _fail(batch[0], error)
                return
            for one in batch:
                if _is_wanted([one]):
                    await self._hear_together([one])
            return
        for one, transcription in zip(batch, heard, strict=True):
            if one.span:
                one.span.done(audio_milliseconds=round(transcription.audio_seconds * 1000))
            if not one.answer.done():
                one.answer.set_result(transcription)


def _is_wanted(batch: Sequence[_Waiting]) -> bool:
    return any(not one.answer.cancelled() for one in batch)


def _fail(one: _Waiting, error: Exception) -> None:
    if not one.answer.done():
        one.answer.set_exception(error)
