"""What decoding a long Opus recording costs, beside PyAV doing nothing else."""

import subprocess
import tempfile
import time
from pathlib import Path

from appliance.adapters.machine.process import resident_mib
from appliance.adapters.media import FfmpegDecoder
from appliance.bench.flow import PeakWatch, sound

ROUNDS = 3
_BARE = """
import sys, time, av
started = time.perf_counter()
with av.open(sys.argv[1]) as media:
    resample = av.AudioResampler(format="s16", layout="mono", rate=16000).resample
    seconds = sum(out.samples for frame in media.decode(audio=0) for out in resample(frame)) / 16000
print(time.perf_counter() - started, seconds)
"""


def decoding_figures(minutes: float, python: Path) -> dict[str, float | str | None]:
    """`decode_ratio` is None where `python` has no PyAV to compare with."""
    media = sound(minutes)
    ours, bare, extra = [], [], []
    for _ in range(ROUNDS):
        before_mib = resident_mib()
        with PeakWatch() as watch:
            started = time.perf_counter()
            decoded_seconds = _decode(media)
            ours.append(time.perf_counter() - started)
        extra.append(watch.peak_mib - before_mib)
        bare.append(_bare_seconds(media, python))
    least = [seconds for seconds in bare if seconds is not None]
    return {
        "decoded_minutes": round(decoded_seconds / 60, 2),
        "decode_seconds": round(min(ours), 3),
        "bare_decode_seconds": round(min(least), 3) if least else None,
        "decode_ratio": round(min(ours) / min(least), 3) if least else None,
        "decode_extra_mib": round(max(extra), 1),
    }


def _decode(media: bytes) -> float:
    """Through to the last window, as the worker does."""
    decoder = FfmpegDecoder()
    decoded = decoder.decode(media, lambda: False)
    return sum(len(window) for _, window in decoder.windows(decoded)) / 32_000


def _bare_seconds(media: bytes, python: Path) -> float | None:
    with tempfile.NamedTemporaryFile(suffix=".ogg") as file:
        file.write(media)
        file.flush()
        ran = subprocess.run(
            (str(python), "-c", _BARE, file.name), capture_output=True, text=True, check=False
        )
    return float(ran.stdout.split()[0]) if ran.returncode == 0 else None
