"""Where in a window somebody speaks: silero VAD, by its 16 kHz ONNX file and without torch.

The package's own rule (its `get_speech_timestamps`), in short: speech starts where the probability
reaches a threshold and ends where it stays below a lower one for a while; stretches too short for a
word are dropped, the others get a margin.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from serving.speech.audio import Samples
from serving.wire import SAMPLE_RATE_HZ

FRAME_SAMPLES = 512
CONTEXT_SAMPLES = 64
FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE_HZ
START_PROBABILITY = 0.5
END_PROBABILITY = 0.35
PAUSE_SECONDS = 0.35
SHORTEST_SECONDS = 0.25
MARGIN_SECONDS = 0.15
_STATE_SHAPE = (1, 1, 128)


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Speech from one moment to another, in seconds from the start of the window."""

    start_seconds: float
    end_seconds: float

    @property
    def seconds(self) -> float:
        return self.end_seconds - self.start_seconds


class VoiceActivity:
    """Silero VAD over whole windows; one call does not remember another."""

    def __init__(self, onnx_file: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(onnx_file), options, providers=["CPUExecutionProvider"]
        )

    def probabilities(self, samples: Samples) -> list[float]:
        """One probability of speech for each started frame of 512 samples (32 ms)."""
        count = -(-len(samples) // FRAME_SAMPLES)
        padded = np.zeros(CONTEXT_SAMPLES + count * FRAME_SAMPLES, dtype=np.float32)
        padded[CONTEXT_SAMPLES : CONTEXT_SAMPLES + len(samples)] = samples
        framed = np.lib.stride_tricks.sliding_window_view(padded, CONTEXT_SAMPLES + FRAME_SAMPLES)
        rest = np.zeros(_STATE_SHAPE, dtype=np.float32)
        inputs = {"input": np.ascontiguousarray(framed[::FRAME_SAMPLES]), "h": rest, "c": rest}
        found = self._session.run(["speech_probs"], inputs)[0]
        return [float(probability) for probability in found]

    def stretches(self, samples: Samples) -> tuple[Stretch, ...]:
        """Where somebody speaks, in order, never overlapping, each inside the window."""
        found = _spoken(self.probabilities(samples))
        return _with_margins(found, len(samples) / SAMPLE_RATE_HZ)


def _spoken(probabilities: list[float]) -> list[Stretch]:
    found: list[Stretch] = []
    start: int | None = None
    last = 0
    for frame, probability in enumerate([*probabilities, *[0.0] * _frames(PAUSE_SECONDS)]):
        if start is None and probability >= START_PROBABILITY:
            start = last = frame
        elif start is not None and probability >= END_PROBABILITY:
            last = frame
        elif start is not None and frame - last >= _frames(PAUSE_SECONDS):
            if (last + 1 - start) * FRAME_SECONDS >= SHORTEST_SECONDS:
                found.append(
                    Stretch(
                        start_seconds=start * FRAME_SECONDS, end_seconds=(last + 1) * FRAME_SECONDS
                    )
                )
            start = None
    return found


def _frames(seconds: float) -> int:
    return round(seconds / FRAME_SECONDS)


def _with_margins(found: list[Stretch], window_seconds: float) -> tuple[Stretch, ...]:
    """A margin on both sides; half the pause where two margins would meet."""
    widened = []
    for index, stretch in enumerate(found):
        before = found[index - 1].end_seconds if index else -2 * MARGIN_SECONDS
        after = found[index + 1].start_seconds if index + 1 < len(found) else float("inf")
        start = max(
            0.0, stretch.start_seconds - MARGIN_SECONDS, (before + stretch.start_seconds) / 2
        )
        end = min(
            window_seconds, stretch.end_seconds + MARGIN_SECONDS, (stretch.end_seconds + after) / 2
        )
        widened.append(Stretch(start_seconds=start, end_seconds=end))
    return tuple(widened)
