"""Runs in the engines' environment: the NeMo engine from a shelf, asked line by line.

NAME SHELF   a request a line in (JSON), an answer a line out: what was heard, or an error's name

{"files": windows as PCM16, "hints": words to listen for, "wanted": does somebody wait?,
"holds": how many windows memory holds at once (what more than that does to torch is imitated)}
"""

import json
import os
import sys
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": ""}

import torch

from serving.speech import nemo_engine
from serving.speech.engine import Window


class Small:
    """A model on a GPU that holds so many windows at once."""

    def __init__(self, model, holds):
        self._model, self._holds = model, holds
        self.asked = []

    def transcribe(self, samples, **more):
        self.asked.append(len(samples))
        if len(samples) > self._holds:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return self._model.transcribe(samples, **more)


def answer(engine, asked):
    windows = [
        Window(sound=Path(file).read_bytes(), hints=tuple(asked.get("hints", ())))
        for file in asked["files"]
    ]
    model = engine._model
    if "holds" in asked:
        engine._model = Small(model, asked["holds"])
    try:
        heard = engine.hear(windows, lambda: asked.get("wanted", True))
        return [one.model_dump() for one in heard]
    except Exception as error:  # noqa: BLE001 - the test reads its name
        return type(error).__name__
    finally:
        engine._model = model


def main():
    engine = nemo_engine.load(sys.argv[1], Path(sys.argv[2]))
    print(engine.label.model_dump_json(), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(engine, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
