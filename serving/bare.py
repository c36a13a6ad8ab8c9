"""`python -m serving.bare MODEL SHELF`: a speech model alone, for `quietroom bench speech` to compare with.

No Ray, no wire, no gathering, no look for speech: NeMo's own `transcribe` on arrays, or PocketSphinx
on whole windows. One line in: {"files": windows as PCM16, "together": how many at once}; one line
out: {"seconds", "cpu_seconds"} that it took.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from serving.speech.audio import as_samples

Hear = Callable[[Sequence[bytes]], object]
DEMO = "pocketsphinx"


def hear_with(model: str, shelf: Path) -> Hear:
    """What hears a batch. Raises what loading raises."""
    if model == DEMO:
        from serving.speech import pocketsphinx

        demo = pocketsphinx.load()
        return lambda batch: [demo.transcribe(sound) for sound in batch]
    from serving.speech.nemo_engine import use_all_cores
    from serving.speech.nemo_restore import restore

    use_all_cores()
    restored, _ = restore(model, shelf)
    return lambda batch: restored.transcribe(
        [as_samples(sound) for sound in batch],
        batch_size=len(batch),
        return_hypotheses=True,
        num_workers=0,
        verbose=False,
    )


def timed(hear: Hear, sounds: Sequence[bytes], together: int) -> dict[str, float]:
    """Seconds on the clock and of processors, batch after batch."""
    started, cpu = time.perf_counter(), time.process_time()
    for first in range(0, len(sounds), together):
        hear(sounds[first : first + together])
    return {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - cpu,
    }


def main() -> int:
    """Answer until standard input ends."""
    hear = hear_with(sys.argv[1], Path(sys.argv[2]))
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        sounds = [Path(file).read_bytes() for file in asked["files"]]
        print(json.dumps(timed(hear, sounds, asked["together"])), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
