"""An engine for tests that hears words told by tones, in the place of serving, at its door.

Each word is one tone between silences, so that what was played can be told from what was heard word
by word, in no time and without a model. It drafts nothing. `python -m tests.tone_engine DOOR SECRET`.
"""

import hmac
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer

import numpy as np

from serving.wire import (
    SAMPLE_RATE_HZ,
    Engine,
    Health,
    Message,
    Phrase,
    Problem,
    Transcription,
    Word,
)

WORDS = (
    *("amber", "basil", "cedar", "delta", "ember", "fable", "grain", "honey"),
    *("ivory", "jolly", "koala", "lemon", "maple", "north", "olive", "pearl"),
)
LOWEST_HZ, STEP_HZ = 400, 100
TONE_SECONDS, GAP_SECONDS = 0.3, 0.25
_FRAME = SAMPLE_RATE_HZ // 100
ENGINE = Engine(name="Tones", version="1", is_demo=True)


def play(words: list[str], amplitude: float = 9000) -> bytes:
    """PCM16 at 16 kHz of these words, each followed by silence."""
    times = np.arange(round(TONE_SECONDS * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    gap = np.zeros(round(GAP_SECONDS * SAMPLE_RATE_HZ))
    parts = []
    for word in words:
        frequency = LOWEST_HZ + STEP_HZ * WORDS.index(word)
        parts += [amplitude * np.sin(2 * np.pi * frequency * times), gap]
    return np.concatenate(parts).astype("<i2").tobytes()


def hear(sound: bytes) -> tuple[Word, ...]:
    """The words in it; a tone cut in two is heard twice."""
    samples = np.frombuffer(sound, dtype="<i2").astype(np.float64)
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    is_loud = np.concatenate([[False], np.abs(frames).mean(axis=1) > 500, [False]])
    edges = np.flatnonzero(is_loud[1:] != is_loud[:-1])
    return tuple(
        _word(samples, int(start), int(end))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    )


def _word(samples: np.ndarray, start: int, end: int) -> Word:
    tone = samples[start * _FRAME : end * _FRAME]
    spectrum = np.abs(np.fft.rfft(tone, SAMPLE_RATE_HZ))
    nearest = round((int(spectrum.argmax()) - LOWEST_HZ) / STEP_HZ)
    text = WORDS[nearest] if 0 <= nearest < len(WORDS) else "unknown"
    return Word(text=text, start_seconds=start / 100, end_seconds=end / 100)


def transcribe(sound: bytes) -> Transcription:
    words = hear(sound)
    return Transcription(
        engine=ENGINE,
        phrases=(Phrase(words=words),) if words else (),
        audio_seconds=len(sound) / 2 / SAMPLE_RATE_HZ,
        speech_seconds=TONE_SECONDS * len(words),
    )


class Door(ThreadingMixIn, UnixStreamServer):
    """Serving's Unix socket."""

    daemon_threads = True
    request_queue_size = 64
    secret = b""


class Answers(BaseHTTPRequestHandler):
    """The paths of `serving.wire` that a live session needs."""

    server: Door

    def do_GET(self) -> None:
        self._say(Health(speech=ENGINE, notes=ENGINE))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_sound = self.path == "/speech/transcribe"
        self._say(transcribe(body) if is_sound else Problem(code="no_material"))

    def _say(self, message: Message) -> None:
        given = self.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, b"Bearer " + self.server.secret):
            message = Problem(code="unauthorised")
        body = message.model_dump_json().encode()
        self.send_response(422 if isinstance(message, Problem) else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "local"

    def log_message(self, *_said: object) -> None:
        """Nothing of a request is written down."""


def main(door: Path, secret: Path) -> None:
    door.unlink(missing_ok=True)
    with Door(str(door), Answers) as server:
        server.secret = secret.read_bytes().strip()
        server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
