"""`quietroom bench fuzz`: damaged and hostile media files through the box's own decoder.

Real files of every accepted format are made on the spot and damaged in many ways; input number n of a
seed is always the same, so a find can be looked at again. What counts: this process lives on, no
input hangs, and nothing but sound or one of the refusals comes out.
"""

import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.adapters.media import FfmpegDecoder
from appliance.adapters.media.ffmpeg import ffmpeg_program
from appliance.bench.damage import damaged
from appliance.bench.flow import print_figures
from appliance.domain.errors import NotARecording, RecordingEmpty, RecordingTooLarge

INPUTS = 20_000
HANGS_AFTER_SECONDS = 60.0
"""The decoder's own limit is as long; a working one ends a file of a second in far less."""
AT_ONCE = 8
FOUND_SHOWN = 20
TONE = ("-f", "lavfi", "-i", "aevalsrc='0.5*sin(440*2*PI*t)+0.1*random(0)':d=0.6:s=16000")
FORMATS: dict[str, tuple[str, ...]] = {
    "pcm16.wav": (),
    "float.wav": ("-c:a", "pcm_f32le"),
    "wide.wav": ("-c:a", "pcm_s24le", "-ac", "8", "-ar", "96000"),
    "alaw.wav": ("-c:a", "pcm_alaw", "-ar", "8000"),
    "speech.mp3": ("-b:a", "32k"),
    "aac.m4a": ("-c:a", "aac"),
    "alac.m4a": ("-c:a", "alac"),
    "video.mp4": ("-f", "lavfi", "-i", "testsrc=duration=0.6:size=64x48", "-c:a", "aac"),
    "fragmented.mp4": ("-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"),
    "opus.ogg": ("-c:a", "libopus"),
    "vorbis.ogg": ("-c:a", "libvorbis"),
    "opus.webm": ("-c:a", "libopus"),
    "vorbis.webm": ("-c:a", "libvorbis"),
    "tone.flac": (),
    "wide.flac": ("-ac", "8", "-ar", "96000"),
}


@dataclass(kw_only=True)
class Tally:
    """What came of the inputs. `unexpected` are input numbers and names of errors."""

    outcomes: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    hung: list[int] = field(default_factory=list)
    slowest_seconds: float = 0.0

    def note(self, number: int, outcome: str, seconds: float) -> None:
        self.outcomes[outcome] += 1
        self.slowest_seconds = max(self.slowest_seconds, seconds)
        if seconds >= HANGS_AFTER_SECONDS:
            self.hung.append(number)


def bench_fuzz(*, as_json: bool, inputs: int | None, seed: int = 1) -> int:
    """Print the figures; 1 where anything but sound and refusals came out, or an input hung."""
    figures = fuzz(inputs or INPUTS, seed=seed)
    print_figures(figures, as_json=as_json)
    return 0 if figures["is_clean"] else 1


def fuzz(inputs: int, *, seed: int = 1, at_once: int = AT_ONCE) -> dict[str, Any]:
    """Decode this many damaged files. `is_clean`: no unexpected error, no hang, nothing left open."""
    files = sound_files()
    decoder, tally = FfmpegDecoder(), Tally()
    began, open_before = time.monotonic(), _open_descriptors()
    with ThreadPoolExecutor(at_once) as threads:

        def one(number: int) -> None:
            _decode(decoder, tally, number, input_of(files, seed, number))

        list(threads.map(one, range(inputs)))
    left_open = _open_descriptors() - open_before
    return {
        "inputs": inputs,
        "formats": len(files),
        "seed": seed,
        "is_clean": not (tally.unexpected or tally.hung or left_open > 0),
        "decoded": tally.outcomes["sound"],
        "refused": {name: n for name, n in sorted(tally.outcomes.items()) if name != "sound"},
        "unexpected": tally.unexpected[:FOUND_SHOWN],
        "hung": tally.hung[:FOUND_SHOWN],
        "slowest_seconds": round(tally.slowest_seconds, 2),
        "descriptors_left_open": left_open,
        "seconds": round(time.monotonic() - began, 1),
    }


def sound_files() -> tuple[bytes, ...]:
    """Half a second of sound in each container and codec that the box takes."""
    with tempfile.TemporaryDirectory() as directory:
        return tuple(_made(Path(directory) / name, options) for name, options in FORMATS.items())


def input_of(files: Sequence[bytes], seed: int, number: int) -> bytes:
    """The damaged file of this number: each format in its turn, each time damaged otherwise."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311 - to be the same again
    return damaged(files[number % len(files)], chance.choice(files), chance)


def _made(path: Path, options: Sequence[str]) -> bytes:
    command = (ffmpeg_program(), "-nostdin", "-v", "error", *TONE, *options, str(path))
    subprocess.run(command, check=True, capture_output=True)
    return path.read_bytes()


def _decode(decoder: FfmpegDecoder, tally: Tally, number: int, media: bytes) -> None:
    began = time.monotonic()
    outcome = "sound"
    try:
        with decoder.open(_pieces(media)) as sound:
            for _start, _window in sound.windows(lambda: False):
                pass
    except (NotARecording, RecordingEmpty, RecordingTooLarge) as refusal:
        outcome = refusal.code
    except Exception as error:  # noqa: BLE001 - that none comes is what is measured
        outcome = "unexpected"
        tally.unexpected.append(f"{number}: {type(error).__name__}")
    tally.note(number, outcome, time.monotonic() - began)


def _pieces(media: bytes) -> Iterator[bytes]:
    """As it would come out of the record: in chunks."""
    half = len(media) // 2
    yield from (media[:half], media[half:])


def _open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
