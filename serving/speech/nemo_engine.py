"""NeMo's speech models: Parakeet-TDT first, any `ASRModel` by its manifest; on the GPU or the CPU.

Sound goes in as arrays, never as paths. A window of at most 30 s is heard whole: longer audio comes
as windows cut in pauses, so that attention never grows with the session.
"""

import gc
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
from nemo.collections.asr.parts.context_biasing.biasing_multi_model import (
    BiasingRequestItemConfig,
)
from nemo.collections.asr.parts.context_biasing.boosting_graph_batched import (
    BoostingTreeModelConfig,
)
from nemo.collections.asr.parts.utils.rnnt_utils import Hypothesis

from models.manifest import Manifest, read_manifest
from models.shelf import Shelf
from serving.speech.audio import Samples, as_samples, check, refuse_odd_samples, seconds
from serving.speech.engine import EngineBroken, NoLongerWanted, OutOfMemory, Window
from serving.speech.heard_words import phrases_of, words_of
from serving.speech.nemo_restore import can_listen_for_words, restore
from serving.speech.voice_activity import VoiceActivity
from serving.wire import SAMPLE_RATE_HZ, Engine, Transcription

VOICE_MODEL = "silero-vad"
QUIETEST_LEVEL = 0.0005
"""Root mean square below which a window is silence (-66 dB of full scale): not even looked at."""
SHORTEST_SAMPLES = SAMPLE_RATE_HZ
"""NeMo pads what is shorter on both sides, which would shift its words: padded here, at the end."""
WINDOWS_AT_ONCE = {"cuda": 16, "cpu": 4}
GOOD_BATCHES_BEFORE_MORE = 50
HINT_WEIGHT = 1.0
_CPU_OUT_OF_MEMORY = "can't allocate memory"


class _Listening(Hypothesis):  # type: ignore[misc] # NeMo ships no types
    """A hypothesis that favours words; NeMo 3.0 loses its pieces' durations when it fills one in."""

    def merge_(self, other: Any) -> Any:
        super().merge_(other)
        self.token_duration = other.token_duration
        return self


class NemoEngine:
    """One model: use it from one thread at a time."""

    def __init__(
        self, *, model: Any, voice: VoiceActivity, manifest: Manifest, at_once: int | None = None
    ) -> None:
        self._model = model
        self._voice = voice
        self._takes_hints = can_listen_for_words(model)
        self._label = Engine(
            name=manifest.name, version=manifest.version, takes_hints=self._takes_hints
        )
        self._at_once = at_once or WINDOWS_AT_ONCE[model.device.type]
        self._fits = self._at_once
        self._good_batches = 0
        stride = float(model.cfg.preprocessor.window_stride)
        self._frame_seconds = stride * int(model.encoder.subsampling_factor)
        self._is_wanted: Callable[[], bool] = lambda: True
        for layer in model.encoder.layers:
            for part in (layer, *layer.children()):
                part.register_forward_pre_hook(self._leave_off_if_unwanted)

    @property
    def label(self) -> Engine:
        return self._label

    @property
    def windows_at_once(self) -> int:
        return self._at_once

    def hear(
        self, windows: Sequence[Window], is_wanted: Callable[[], bool]
    ) -> tuple[Transcription, ...]:
        """Together as many as memory holds; none of those in which nobody speaks. Raises as the port."""
        samples = [_checked(window.sound) for window in windows]
        spoken = [self._speech_seconds(one) for one in samples]
        heard: dict[int, Any] = {}
        waiting = [number for number, found in enumerate(spoken) if found]
        self._is_wanted = is_wanted
        while waiting:
            if not is_wanted():
                raise NoLongerWanted
            batch = waiting[: self._fits]
            said = self._try([samples[n] for n in batch], windows[0].hints)
            if said is None:
                self._fits = max(1, len(batch) // 2)
                continue
            heard.update(zip(batch, said, strict=True))
            waiting = waiting[len(batch) :]
        return tuple(
            self._transcription(window, heard.get(number), spoken[number])
            for number, window in enumerate(windows)
        )

    def _speech_seconds(self, samples: Samples) -> float:
        if float((samples**2).mean()) < QUIETEST_LEVEL**2:
            return 0.0
        return sum(stretch.seconds for stretch in self._voice.stretches(samples))

    def _try(self, batch: Sequence[Samples], hints: tuple[str, ...]) -> list[Any] | None:
        """None where memory ran out and fewer may fit. Raises OutOfMemory, EngineBroken."""
        try:
            said = self._said(batch, hints)
        except (RuntimeError, MemoryError) as error:
            if not _is_out_of_memory(error):
                _give_up(error)
        else:
            self._remember_good(len(batch))
            return said
        # Outside the handler: the exception's frames no longer hold what would not fit.
        gc.collect()
        torch.cuda.empty_cache()
        if len(batch) == 1:
            raise OutOfMemory
        return None

    def _remember_good(self, count: int) -> None:
        """After a while of full batches, one window more is tried again."""
        self._good_batches = self._good_batches + 1 if count == self._fits else 0
        if self._good_batches >= GOOD_BATCHES_BEFORE_MORE and self._fits < self._at_once:
            self._fits, self._good_batches = self._fits + 1, 0

    def _said(self, batch: Sequence[Samples], hints: tuple[str, ...]) -> list[Any]:
        listening = {"partial_hypothesis": self._hinted(hints, len(batch))} if hints else {}
        return list(
            self._model.transcribe(
                [_long_enough(one) for one in batch],
                batch_size=len(batch),
                return_hypotheses=True,
                num_workers=0,
                verbose=False,
                **listening,
            )
        )

    def _hinted(self, hints: tuple[str, ...], count: int) -> list[Any] | None:
        if not self._takes_hints:
            return None
        tree = BoostingTreeModelConfig(key_phrases_list=list(hints))
        listening = BiasingRequestItemConfig(
            boosting_model_cfg=tree, boosting_model_alpha=HINT_WEIGHT
        )
        return [
            _Listening(y_sequence=None, timestamp=None, score=0.0, biasing_cfg=listening)
            for _ in range(count)
        ]

    def _transcription(
        self, window: Window, hypothesis: Any | None, speech_seconds: float
    ) -> Transcription:
        length = seconds(window.sound)
        words = () if hypothesis is None else words_of(hypothesis, self._frame_seconds, length)
        return Transcription(
            engine=self._label,
            phrases=phrases_of(words),
            audio_seconds=length,
            speech_seconds=speech_seconds,
        )

    def _leave_off_if_unwanted(self, *_: Any) -> None:
        if not self._is_wanted():
            raise NoLongerWanted


def _checked(sound: bytes) -> Samples:
    check(sound)
    samples = as_samples(sound)
    refuse_odd_samples(samples)
    return samples


def _long_enough(samples: Samples) -> Samples:
    return np.pad(samples, (0, max(0, SHORTEST_SAMPLES - len(samples))))


def _is_out_of_memory(error: Exception) -> bool:
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or (
        _CPU_OUT_OF_MEMORY in str(error)
    )


def _give_up(error: Exception) -> NoReturn:
    """A fault of the GPU stays in its process for good; anything else may be this window's own."""
    if isinstance(error, torch.AcceleratorError) or "CUDA error" in str(error):
        raise EngineBroken from None
    raise error


def load(
    name: str, models_directory: Path | None, at_once: int | None = None, replicas: int = 1
) -> NemoEngine:
    """The engine of the manifest `name`.

    Raises CannotStart, ModelUnknown, ModelMissing, ModelAltered.
    """
    use_all_cores(replicas)
    model, manifest = restore(name, models_directory)
    onnx_file = Shelf(models_directory).take(VOICE_MODEL) / read_manifest(VOICE_MODEL).files[0].path
    return NemoEngine(
        model=model, voice=VoiceActivity(onnx_file), manifest=manifest, at_once=at_once
    )


def use_all_cores(replicas: int = 1) -> None:
    """Ray gives a replica one thread, whatever the machine has."""
    torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) // replicas))
