"""What the canary types and says: words that no language has, and sound that is this day's alone."""

import io
import secrets
import wave
from array import array
from importlib.resources import files

from appliance.domain.transcript import Transcript
from appliance.steps.engine_ports import AudioDecoder

SAMPLE_RATE_HZ = 16_000
NOISE = 6
PHRASE_WORDS = 4
PHRASE_CHARACTERS = 16
_SPEAKS = ("bdfgklmnprstv", "aeiou")


def invented_word() -> str:
    """Twelve letters that no language has together: 18 bits each six times is chance enough."""
    return "".join(secrets.choice(letters) for _ in range(6) for letters in _SPEAKS)


def noisy_recording(decoder: AudioDecoder) -> tuple[bytes, bytes]:
    """The shipped sample with a whisper of noise beneath it: a WAV, and its samples as PCM16.

    The noise makes the samples this day's alone; what is said is always the same.
    """
    sample = files("appliance.demo").joinpath("sample.ogg").read_bytes()
    samples = array("h", decoder.decode(sample, lambda: False).pcm)
    noise = secrets.token_bytes(len(samples))
    noisy = array("h", (_bounded(s + n % NOISE) for s, n in zip(samples, noise, strict=True)))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE_HZ)
        sound.writeframes(noisy.tobytes())
    return file.getvalue(), noisy.tobytes()


def _bounded(sample: int) -> int:
    return max(-32768, min(32767, sample))


def heard_phrases(transcript: Transcript | None) -> tuple[str, ...]:
    """Some phrases of the transcript, long enough to stand nowhere by chance."""
    if transcript is None:
        return ()
    words = " ".join(utterance.text for utterance in transcript.utterances).split()
    every = max(1, len(words) // 8)
    phrases = (" ".join(words[n : n + PHRASE_WORDS]) for n in range(0, len(words), every))
    return tuple(phrase for phrase in phrases if len(phrase) >= PHRASE_CHARACTERS)
