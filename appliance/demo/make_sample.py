"""Makes the demo's recording from its dialogue, with Debian's `flite` and the decoder's ffmpeg.

    python -m appliance.demo.make_sample

Two voices: `rms` speaks for the clinician, `awb` for the client (the two that the demo engine hears
best). The result is 16 kHz mono Opus in Ogg, at most 45 s, written beside this file.
"""

import json
import subprocess
import sys
import wave
from array import array
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from appliance.adapters.media.ffmpeg import ffmpeg_program

HERE = Path(__file__).parent
DIALOGUE = HERE / "sample_dialogue.json"
RECORDING = HERE / "sample.ogg"
SAMPLE_RATE_HZ = 16_000
BYTES_PER_SAMPLE = 2
LONGEST_SECONDS = 45.0
AUDIBLE_LEVEL = 150
MARGIN_SECONDS = 0.05


def make(dialogue: dict[str, Any]) -> bytes:
    """The dialogue as PCM16 at 16 kHz, a pause between turns."""
    pause = _silence(dialogue["pause_seconds"])
    return pause.join([_silence(0.3), *_spoken(dialogue), _silence(0.3)])


def _spoken(dialogue: dict[str, Any]) -> Iterator[bytes]:
    for turn in dialogue["turns"]:
        yield speak(turn.get("say", turn["text"]), dialogue["voices"][turn["speaker"]])


def speak(text: str, voice: str) -> bytes:
    """One turn by one of flite's voices, as PCM16 at 16 kHz."""
    said = subprocess.run(
        ("flite", "-voice", voice, "-t", text, "-o", "/dev/stdout"), capture_output=True, check=True
    )
    with wave.open(BytesIO(said.stdout)) as sound:
        if sound.getframerate() != SAMPLE_RATE_HZ or sound.getnchannels() != 1:
            raise ValueError("flite spoke at another rate than expected")
        return _trimmed(sound.readframes(sound.getnframes()))


def _trimmed(pcm: bytes) -> bytes:
    """Without the silence that flite puts before and after, but for a short margin."""
    samples = array("h", pcm)
    loud = [index for index, sample in enumerate(samples) if abs(sample) > AUDIBLE_LEVEL]
    margin = round(MARGIN_SECONDS * SAMPLE_RATE_HZ)
    return samples[max(0, loud[0] - margin) : loud[-1] + margin].tobytes()


def write(pcm: bytes, to: Path) -> None:
    """PCM16 at 16 kHz as Opus, with nothing in it that changes from one making to the next."""
    command = (
        *(ffmpeg_program(), "-y", "-loglevel", "error"),
        *("-f", "s16le", "-ar", str(SAMPLE_RATE_HZ), "-ac", "1", "-i", "pipe:0"),
        *("-bitexact", "-map_metadata", "-1", "-c:a", "libopus", "-b:a", "32k", str(to)),
    )
    subprocess.run(command, input=pcm, check=True)


def _silence(seconds: float) -> bytes:
    return bytes(round(seconds * SAMPLE_RATE_HZ) * BYTES_PER_SAMPLE)


def main() -> int:
    """Make the recording; 1 if it came out too long."""
    pcm = make(json.loads(DIALOGUE.read_text("utf-8")))
    seconds = len(pcm) / (SAMPLE_RATE_HZ * BYTES_PER_SAMPLE)
    if seconds > LONGEST_SECONDS:
        print(f"the dialogue takes {seconds:.1f} s; at most {LONGEST_SECONDS:.0f} s are allowed")
        return 1
    write(pcm, RECORDING)
    print(f"{RECORDING.name}: {seconds:.1f} s, {RECORDING.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
