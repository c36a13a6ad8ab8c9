"""The Ray Serve deployment for hearing: one engine a replica, one window at a time.

Nothing that an exception could say leaves a method: Ray writes exception text to its logs and hands
it to the caller, so failures are returned as a `Problem`, a code and nothing else.
"""

import asyncio
from collections.abc import Callable

from serving.speech.engine import SoundUnusable, SpeechEngine
from serving.step_events import StepReporter, request_id_from
from serving.wire import Engine, Problem, Transcription


class SpeechDeployment:
    """`load` makes the engine in the replica's own process; engines are not thread-safe."""

    def __init__(self, load: Callable[[], SpeechEngine]) -> None:
        self._engine = load()
        self._reporter = StepReporter("speech", self._engine, self._engine.label)
        self._one_at_a_time = asyncio.Lock()

    async def label(self) -> Engine:
        """Which engine this is."""
        return self._engine.label

    async def transcribe(
        self, sound: bytes, request_id: str | None = None, span_id: str | None = None
    ) -> Transcription | Problem:
        """What was heard in one window; `unusable` or `unavailable` where nothing could be."""
        async with self._one_at_a_time:
            with self._reporter.begin(request_id_from(request_id), span_id) as span:
                heard = await asyncio.to_thread(self._transcribe, sound)
                if isinstance(heard, Transcription):
                    span.done(audio_milliseconds=round(heard.audio_seconds * 1000))
                return heard

    def _transcribe(self, sound: bytes) -> Transcription | Problem:
        try:
            return self._engine.transcribe(sound)
        except SoundUnusable:
            return Problem(code="unusable")
        except Exception:  # noqa: BLE001 - whatever it says stays here
            return Problem(code="unavailable")
