"""The Ray Serve deployment for hearing: one engine a replica, one batch of windows at a time.

Nothing that an exception could say leaves a method: Ray writes exception text to its logs and hands
it to the caller, so failures are returned as a `Problem`, a code and nothing else.
"""

from collections.abc import Callable

from serving.speech.audio import check
from serving.speech.engine import (
    EngineBroken,
    OutOfMemory,
    SoundUnusable,
    SpeechEngine,
    Window,
)
from serving.speech.gathering import Gathering
from serving.step_events import StepReporter, request_id_from
from serving.wire import Engine, Problem, Transcription, Trouble


class ReplicaUnfit(Exception):
    """Ray Serve replaces a replica whose health check raises."""


class SpeechDeployment:
    """`load` makes the engine in the replica's own process; engines are not thread-safe."""

    def __init__(self, load: Callable[[], SpeechEngine]) -> None:
        self._engine = load()
        self._reporter = StepReporter("speech", self._engine, self._engine.label)
        self._gathering = Gathering(self._engine)
        self._trouble: Trouble | None = None

    async def label(self) -> Engine | Trouble:
        """Which engine this is; or what keeps it from hearing, until it has heard a window again."""
        return self._trouble or self._engine.label

    def check_health(self) -> None:
        """Raises ReplicaUnfit once only a new process can help."""
        if self._trouble == "broken":
            raise ReplicaUnfit

    async def transcribe(
        self,
        sound: bytes,
        hints: tuple[str, ...] = (),
        request_id: str | None = None,
        span_id: str | None = None,
    ) -> Transcription | Problem:
        """What was heard in one window; `unusable` or `unavailable` where nothing could be."""
        span = self._reporter.begin(request_id_from(request_id), span_id)
        try:
            check(sound)
            window = Window(sound=sound, hints=self._useful(hints))
            heard = await self._gathering.hear(window, span)
        except SoundUnusable:
            return Problem(code="unusable")
        except OutOfMemory:
            self._trouble = "out_of_memory"
        except EngineBroken:
            self._trouble = "broken"
        except Exception:  # noqa: BLE001 - whatever it says stays here
            return Problem(code="unavailable")
        else:
            self._trouble = None
            return heard
        return Problem(code="unavailable")

    def _useful(self, hints: tuple[str, ...]) -> tuple[str, ...]:
        """None where the engine lets them be: windows with other hints are heard apart."""
        return hints if self._engine.label.takes_hints else ()
