"""The demo speech engine hears words where there are some, and nothing where there are none."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from appliance.adapters.media import FfmpegDecoder
from models.manifest import ModelUnknown, read_manifest
from models.shelf import ModelAltered, ModelMissing, Shelf
from serving.speech.engine import SoundUnusable
from serving.speech.pocketsphinx import load
from serving.wire import SAMPLE_RATE_HZ, WINDOW_MAX_BYTES

DEMO = Path(__file__).parents[2] / "appliance" / "demo"
SECONDS = np.arange(8 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
CHANCE = np.random.default_rng(7)


@pytest.fixture(scope="module")
def engine():
    return load()


@pytest.fixture(scope="module")
def first_window():
    decoder = FfmpegDecoder()
    with decoder.open([(DEMO / "sample.ogg").read_bytes()]) as sound:
        return next(sound.windows(lambda: False))[1]


def pcm(samples):
    return np.clip(samples, -32768, 32767).astype("<i2").tobytes()


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(0 * SECONDS, id="silence"),
        pytest.param(CHANCE.normal(0, 3, len(SECONDS)), id="near-silence"),
        pytest.param(CHANCE.normal(0, 300, len(SECONDS)), id="faint noise"),
        pytest.param(CHANCE.normal(0, 9000, len(SECONDS)), id="loud noise"),
        pytest.param(6000 * np.sin(2 * np.pi * 60 * SECONDS), id="mains hum"),
        pytest.param(9000 * np.sin(2 * np.pi * 440 * SECONDS), id="tone"),
        pytest.param(
            2000
            * sum(np.sin(2 * np.pi * f * SECONDS) for f in (220, 277, 330, 440, 554))
            * (1 + np.sin(2 * np.pi * 1.5 * SECONDS)),
            id="music",
        ),
        pytest.param(
            9000 * np.sin(2 * np.pi * 950 * SECONDS) * (np.sin(4 * np.pi * SECONDS) > 0), id="beeps"
        ),
        pytest.param((CHANCE.random(len(SECONDS)) < 0.0005) * 20000.0, id="clicks"),
    ],
)
def test_no_words_are_made_up_where_nobody_speaks(engine, sound):
    heard = engine.transcribe(pcm(sound))
    assert heard.phrases == ()
    assert heard.speech_seconds == 0
    assert heard.audio_seconds == pytest.approx(8)


@pytest.fixture(scope="module")
def heard_window(engine, first_window):
    return engine.transcribe(first_window)


def test_the_sample_is_heard_word_for_word(heard_window):
    phrases = heard_window.phrases
    turns = json.loads((DEMO / "sample_dialogue.json").read_text())["turns"]
    heard = [" ".join(word.text for word in phrase.words) for phrase in phrases]
    said = ["".join(c for c in turn["text"].lower() if c not in ".,?") for turn in turns]
    assert heard[:6] == said[:6]


def test_words_have_times_in_order_within_the_window(heard_window):
    heard = heard_window
    words = [word for phrase in heard.phrases for word in phrase.words]
    moments = [moment for word in words for moment in (word.start_seconds, word.end_seconds)]
    assert moments == sorted(moments)
    assert 0 <= moments[0] < moments[-1] <= heard.audio_seconds
    assert all(0 <= word.confidence <= 1 for word in words)


def test_a_window_is_heard_the_same_after_another_one(engine, first_window):
    one, other = first_window[4 * 32000 : 7 * 32000], first_window[11 * 32000 : 15 * 32000]
    once = engine.transcribe(one)
    assert engine.transcribe(other).phrases
    assert engine.transcribe(one) == once


@pytest.mark.parametrize("sound", [b"", b"\0", b"\0" * 3, b"\0" * (WINDOW_MAX_BYTES + 2)])
def test_what_is_not_a_window_of_samples_is_refused(engine, sound):
    with pytest.raises(SoundUnusable):
        engine.transcribe(sound)


def test_the_engine_is_labelled_as_a_demo(engine):
    assert engine.label.is_demo


def test_every_shipped_manifest_fits_what_is_installed():
    for file in (Path(__file__).parents[2] / "models" / "manifests").glob("*.toml"):
        if read_manifest(file.stem).package is None:
            continue  # comes from a medium, onto a shelf
        folder = Shelf().take(file.stem)
        assert all((folder / listed.path).is_file() for listed in read_manifest(file.stem).files)


@pytest.fixture
def shelf(tmp_path):
    """A shelf with a copy of one model."""
    original = Shelf().take("silero-vad")
    for file in read_manifest("silero-vad").files:
        copy = tmp_path / "silero-vad" / file.path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(original / file.path, copy)
    return tmp_path


def test_a_model_on_the_shelf_is_preferred_to_the_package_s(shelf):
    assert Shelf(shelf).take("silero-vad") == shelf / "silero-vad"


def test_an_altered_model_is_not_loaded(shelf):
    victim = shelf / "silero-vad" / read_manifest("silero-vad").files[0].path
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    with pytest.raises(ModelAltered, match="silero-vad"):
        load(shelf)


def test_a_missing_file_of_a_model_is_said(shelf):
    (shelf / "silero-vad" / read_manifest("silero-vad").files[0].path).unlink()
    with pytest.raises(ModelMissing, match="silero-vad"):
        load(shelf)


@pytest.mark.parametrize("name", ["whisper", "../manifests/silero-vad", ""])
def test_a_model_without_a_manifest_is_unknown(name):
    with pytest.raises(ModelUnknown):
        read_manifest(name)
