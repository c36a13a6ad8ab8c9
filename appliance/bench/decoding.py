"""`quietroom bench decoding`: an hour of Opus through the box's decoder, beside bare PyAV in the same run.

Each decoding runs in a process of its own, by turns, and the best of a few counts: what else the
machine does is then the same for both. PyAV is only measured against: extra `compare`.
"""

import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from appliance.adapters.machine.process import resident_mib
from appliance.adapters.media import FfmpegDecoder
from appliance.bench.flow import PeakWatch, print_figures, sound
from appliance.domain.errors import Misconfigured
from appliance.domain.recording import MIB, SAMPLE_RATE_HZ

ROUNDS = 3
MINUTES = 60.0


@dataclass(frozen=True, kw_only=True)
class Decoding:
    """One decoding: seconds on the clock, of processors, of sound; memory above idle, the file in it."""

    wall_seconds: float
    processor_seconds: float
    sound_seconds: float
    extra_mib: float


def bench_decoding(*, as_json: bool, minutes: float | None) -> int:
    """Print the figures. Raises Misconfigured without PyAV."""
    print_figures(measure_decoding(minutes or MINUTES), as_json=as_json)
    return 0


def measure_decoding(
    minutes: float = MINUTES, rounds: int = ROUNDS, media: bytes | None = None
) -> dict[str, Any]:
    """`decode_ratio` (wall seconds, ours by PyAV's), `decode_extra_mib`, and what they come from.

    `media`: an Opus file of that many minutes, where the caller has one already.
    Raises Misconfigured without PyAV.
    """
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "long.ogg"
        path.write_bytes(media or sound(minutes))
        ours, bare = [], []
        for _ in range(rounds):
            ours.append(_alone(decode_as_the_box_does, path))
            bare.append(_alone(decode_with_pyav, path))
    best, best_bare = (min(runs, key=lambda run: run.wall_seconds) for runs in (ours, bare))
    least, least_bare = (min(run.processor_seconds for run in runs) for runs in (ours, bare))
    return {
        "decode_ratio": round(best.wall_seconds / best_bare.wall_seconds, 3),
        "decode_processor_ratio": round(least / least_bare, 3),
        "decode_extra_mib": round(max(run.extra_mib for run in ours), 1),
        "minutes": minutes,
        "rounds": rounds,
        "box": asdict(best),
        "pyav": asdict(best_bare),
    }


def decode_as_the_box_does(path: Path) -> Decoding:
    """The file comes in pieces of 1 MiB, as it lies in the record, and is heard window by window."""

    def decode() -> float:
        with path.open("rb") as file, FfmpegDecoder().open(_pieces(file.fileno())) as media:
            for _start, _window in media.windows(lambda: False):
                pass
            return media.seconds

    # The file in memory belongs to no process's own pages: a memfd that is not mapped.
    return _measured(decode, path.stat().st_size / MIB)


def decode_with_pyav(path: Path) -> Decoding:
    """The same file to the same sound, by the library alone. Raises Misconfigured without it."""
    try:
        import av
    except ModuleNotFoundError:
        raise Misconfigured(details={"reason": "PyAV is not installed (extra compare)"}) from None

    def decode() -> float:
        samples = 0
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
            for decoded in container.decode(audio=0):
                samples += sum(part.samples for part in resampler.resample(decoded))
            samples += sum(part.samples for part in resampler.resample(None))
        return float(samples / SAMPLE_RATE_HZ)

    return _measured(decode, 0.0)


def _measured(decode: Callable[[], float], file_mib: float) -> Decoding:
    """Twice: for its time undisturbed, and for its memory watched."""
    idle_mib, used = resident_mib(), _processor_seconds()
    began = time.monotonic()
    decoded_seconds = decode()
    wall_seconds, processor_seconds = time.monotonic() - began, _processor_seconds() - used
    with PeakWatch() as watch:
        decode()
    return Decoding(
        wall_seconds=round(wall_seconds, 3),
        processor_seconds=round(processor_seconds, 3),
        sound_seconds=round(decoded_seconds, 2),
        extra_mib=round(watch.peak_mib - idle_mib + file_mib, 1),
    )


def _processor_seconds() -> float:
    """Of this process and of the children that it has waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def _alone(work: Callable[[Path], Decoding], path: Path) -> Decoding:
    """In a fresh process: nothing that an earlier one kept counts."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(work, path).result()


def _pieces(descriptor: int) -> Iterator[bytes]:
    while piece := os.read(descriptor, MIB):
        yield piece
