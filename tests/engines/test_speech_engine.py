"""The NeMo engine's real path: saved by NeMo, brought onto the shelf, verified, restored, and heard.

The model is a tiny Parakeet-TDT that knows the demo's sentences (tests/engines/tiny_speech.py); NeMo
and torch live in an environment of their own, which the tests reach through its interpreter.
"""

import json
import os
import subprocess
import threading
import time

import numpy as np
import pytest

from appliance.adapters.inference import ServingClient
from appliance.adapters.media import FfmpegDecoder
from appliance.domain.errors import ServingUnavailable
from models.shelf import Shelf
from serving.wire import Engine, Transcription
from tests.deployment.cache import REPOSITORY, engines, tiny_speech

NAME = "parakeet-tdt-0.6b-v2"
FILE = f"{NAME}.nemo"
DEMO = REPOSITORY / "appliance" / "demo"
ASK = REPOSITORY / "tests" / "engines" / "ask_speech.py"
SECRET = "t" * 40
WRONG_AT_MOST = 0.3
"""Of the words: a few minutes' training, not the same to the last bit on every processor."""
pytestmark = [pytest.mark.needs_engines, pytest.mark.slow, pytest.mark.timeout(240)]


def environment(**more):
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY),
        "HOME": "/nowhere",
        "CUDA_VISIBLE_DEVICES": "",
        **more,
    }


def start(*arguments, **more):
    return subprocess.Popen(
        [str(engines() / "bin" / "python"), *map(str, arguments)],
        env=environment(**more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    Shelf(folder).bring_in(NAME, tiny_speech())
    return folder


@pytest.fixture(scope="module")
def turns():
    return [
        turn["text"] for turn in json.loads((DEMO / "sample_dialogue.json").read_text())["turns"]
    ]


@pytest.fixture(scope="module")
def windows():
    with FfmpegDecoder().open([(DEMO / "sample.ogg").read_bytes()]) as media:
        return [window for _, window in media.windows(lambda: False)]


class Asked:
    """The engine on the other side of a pipe; windows go through files."""

    def __init__(self, process, folder):
        self._process, self._folder = process, folder
        self.label = Engine.model_validate_json(self._line())

    def _line(self):
        while line := self._process.stdout.readline():
            if line[0] in '{["':
                return line
        raise AssertionError(self._process.stderr.read())

    def hear(self, *sounds, **more):
        files = []
        for number, sound in enumerate(sounds):
            files.append(str(self._folder / f"{number}.pcm"))
            (self._folder / f"{number}.pcm").write_bytes(sound)
        self._process.stdin.write(json.dumps({"files": files, **more}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._line())
        return answer if isinstance(answer, str) else [*map(Transcription.model_validate, answer)]


@pytest.fixture(scope="module")
def asked(shelf, tmp_path_factory):
    with start(ASK, NAME, shelf) as process:
        yield Asked(process, tmp_path_factory.mktemp("windows"))
        process.stdin.close()
        process.wait(30)


def said(transcription):
    return " ".join(word.text for phrase in transcription.phrases for word in phrase.words)


def part(windows, first_seconds, last_seconds):
    return windows[0][round(first_seconds * 32_000) : round(last_seconds * 32_000)]


def wrong_share(heard, spoken):
    """Word error rate: words to change, add or leave out, by words spoken."""
    heard, spoken = heard.split(), spoken.split()
    costs = list(range(len(spoken) + 1))
    for row, word in enumerate(heard, start=1):
        before, costs[0] = costs[0], row
        for column, other in enumerate(spoken, start=1):
            least = min(before + (word != other), costs[column] + 1, costs[column - 1] + 1)
            before, costs[column] = costs[column], least
    return costs[-1] / len(spoken)


def test_the_demo_s_recording_is_heard_in_its_words(asked, windows, turns):
    heard = " ".join(map(said, asked.hear(*windows)))
    assert wrong_share(heard, " ".join(turns)) <= WRONG_AT_MOST


@pytest.fixture(scope="module")
def short(windows):
    """What made you feel anxious?"""
    return part(windows, 7.7, 10.3)


@pytest.fixture(scope="module")
def heard_short(asked, short):
    heard = said(asked.hear(short)[0])
    assert wrong_share(heard, "What made you feel anxious?") <= 0.4
    return heard


def test_windows_heard_together_say_what_each_says_alone(asked, windows, short):
    middle = part(windows, 3.7, 7.7)
    together = asked.hear(short, middle, windows[1])
    alone = [asked.hear(window)[0] for window in (short, middle, windows[1])]
    assert [*map(said, together)] == [*map(said, alone)]
    assert all(map(said, together))


def test_words_have_times_and_confidences_inside_the_window(asked, windows):
    [heard] = asked.hear(windows[0])
    words = [word for phrase in heard.phrases for word in phrase.words]
    moments = [moment for word in words for moment in (word.start_seconds, word.end_seconds)]
    assert moments == sorted(moments)
    assert 0 <= moments[0] < moments[-1] <= heard.audio_seconds
    assert all(0 <= word.confidence <= 1 for word in words)
    assert len(heard.phrases) >= 5, "a pause ends a phrase"


def test_a_word_in_a_short_window_is_where_it_sounds(asked, windows):
    """NeMo pads short sound on both sides; the words must not move with that."""
    [heard] = asked.hear(part(windows, 7.9, 8.7))
    assert heard.audio_seconds == pytest.approx(0.8)
    for phrase in heard.phrases:
        assert all(word.end_seconds <= 0.8 for word in phrase.words)


@pytest.mark.parametrize("kind", ["silence", "noise", "tone"])
def test_no_words_are_made_up_where_nobody_speaks(asked, kind):
    seconds = np.arange(5 * 16_000) / 16_000
    sound = {
        "silence": 0 * seconds,
        "noise": np.random.default_rng(7).normal(0, 3000, len(seconds)),
        "tone": 9000 * np.sin(2 * np.pi * 440 * seconds),
    }[kind]
    [heard] = asked.hear(np.clip(sound, -32768, 32767).astype("<i2").tobytes())
    assert heard.phrases == ()
    assert heard.speech_seconds == 0


def test_clipped_sound_is_heard_as_far_as_it_goes_and_harms_nothing(
    asked, windows, short, heard_short
):
    loud = np.frombuffer(windows[1], "<i2").astype(np.int32) * 40
    [heard] = asked.hear(np.clip(loud, -32768, 32767).astype("<i2").tobytes())
    assert heard.speech_seconds > 0
    assert said(asked.hear(short)[0]) == heard_short


@pytest.mark.parametrize("sound", [b"", b"\0", bytes(30 * 32_000 + 2)])
def test_what_is_not_a_window_of_samples_is_refused(asked, sound):
    assert asked.hear(sound) == "SoundUnusable"


def test_what_nobody_waits_for_is_left_off_and_the_next_window_is_heard(
    asked, windows, short, heard_short
):
    assert asked.hear(windows[0], wanted=False) == "NoLongerWanted"
    assert said(asked.hear(short)[0]) == heard_short


def test_windows_that_memory_does_not_hold_together_are_heard_in_smaller_batches(
    asked, windows, short
):
    parts = [short, part(windows, 3.7, 7.7), windows[1], windows[0]]
    plain = [said(asked.hear(one)[0]) for one in parts]
    assert [*map(said, asked.hear(*parts, holds=1))] == plain


def test_a_window_that_memory_does_not_hold_alone_is_said_and_the_next_is_heard(asked, windows):
    assert asked.hear(windows[0], holds=0) == "OutOfMemory"
    assert asked.hear(windows[0])[0].phrases


def test_words_to_listen_for_are_taken_and_change_no_other_window(asked, windows, turns):
    assert asked.label.takes_hints
    plain = [*map(said, asked.hear(*windows))]
    hinted = asked.hear(*windows, hints=["Harbor Freight", "Asheville", "sertraline"])
    assert wrong_share(" ".join(map(said, hinted)), " ".join(turns)) <= WRONG_AT_MOST
    assert [*map(said, asked.hear(*windows))] == plain


def test_an_altered_weight_is_not_loaded(shelf, tmp_path):
    Shelf(tmp_path).bring_in(NAME, tiny_speech())
    file = tmp_path / NAME / FILE
    file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    with start(ASK, NAME, tmp_path) as process:
        answered, why = process.communicate(timeout=200)
    assert process.returncode != 0
    assert '"name"' not in answered
    assert f"{FILE} is not the file its manifest names" in why


# Through Ray Serve -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def program(shelf, tmp_path_factory):
    """`python -m serving` in the engines' environment; the client is the appliance's own."""
    folder = tmp_path_factory.mktemp("serving")
    folder.chmod(0o700)
    secret = folder / "secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    socket = folder / "run" / "serving.sock"
    settings = {
        "QUIETROOM_SERVING_SOCKET": socket,
        "QUIETROOM_SERVING_SECRET_FILE": secret,
        "QUIETROOM_SERVING_MODELS_DIRECTORY": shelf,
    }
    process = start("-m", "serving", **{name: str(value) for name, value in settings.items()})
    client = ServingClient(socket, SECRET)
    try:
        wait_until_it_hears(process, client)
        yield client
    finally:
        client.close()
        process.terminate()
        process.communicate(timeout=60)


def wait_until_it_hears(process, client):
    limit = time.monotonic() + 180
    while time.monotonic() < limit:
        assert process.poll() is None, process.stderr.read()
        try:
            if client.health().speech:
                return
        except ServingUnavailable:
            pass
        time.sleep(0.3)
    raise AssertionError("serving does not hear")


def test_the_model_on_the_shelf_is_chosen_by_itself_and_named(program):
    speech = program.health().speech
    assert (speech.name, speech.is_demo, speech.takes_hints) == (NAME, False, True)


def test_sixteen_streams_at_once_through_serving_hear_every_word(program, windows, turns):
    heard = {}

    def stream(number):
        answers = [program.hear(window, ("Asheville",) * (number % 2)) for window in windows]
        heard[number] = " ".join(phrase.text for answer in answers for phrase in answer.phrases)

    threads = [threading.Thread(target=stream, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == list(range(16)), "one got no answer"
    assert max(wrong_share(one, " ".join(turns)) for one in heard.values()) <= WRONG_AT_MOST
