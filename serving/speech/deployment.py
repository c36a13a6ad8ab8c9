"""The Ray Serve deployment for hearing: one engine a replica, one window at a time.

Nothing that an exception could say leaves a method: Ray writes exception text to its logs and hands
it to the caller, so failures are returned as a `Problem`, a code and nothing else.
"""

import asyncio
from collections.abc import Callable

from serving.speech.engine import SoundUnusable, SpeechEngine
from serving.wire import Engine, Problem, Transcription


class SpeechDeployment:
    """`load` makes the engine in the replica's own process; engines are not thread-safe."""

    def __init__(self, load: Callable[[], SpeechEngine]) -> None:
        self._engine = load()
        self._one_at_a_time = asyncio.Lock()

    async def label(self) -> Engine:
        """Which engine this is."""
        return self._engine.label

    async def transcribe(self, sound: bytes) -> Transcription | Problem:
        """What was heard in one window; `unusable` or `unavailable` where nothing could be."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._transcribe, sound)

    def _transcribe(self, sound: bytes) -> Transcription | Problem:
        try:
            return self._engine.transcribe(sound)
        except SoundUnusable:
            return Problem(code="unusable")
        except Exception:  # noqa: BLE001 - whatever it says stays here
            return Problem(code="unavailable")
