"""Live sessions on a really running box, in short: words by tones, so that each can be told."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from appliance.bench import live
from appliance.bench.live_session import LiveSession, SoundWatch, open_session
from appliance.demo.running import RunningBox, running_box
from tests import tone_engine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
WITHOUT_SERVING = ("keyring", "worker", "meter", "web")
READY_PATIENCE_SECONDS = 240
SPEED = 4.0


class ToneServing:
    """The tests' engine at serving's door, in a process that can be killed."""

    def __init__(self, box: RunningBox) -> None:
        self._command = [sys.executable, "-m", "tests.tone_engine"]
        self._command += [str(box.settings.serving_door), str(box.settings.serving_secret)]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command)

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()


@contextmanager
def tone_box(state) -> Iterator[tuple[RunningBox, ToneServing]]:
    with running_box(state, wait_until_ready=False, programs=WITHOUT_SERVING) as box:
        serving = ToneServing(box)
        try:
            box.visitor.wait_until_ready(READY_PATIENCE_SECONDS)
            box.sign_in()
            yield box, serving
        finally:
            serving.kill()


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[tuple[RunningBox, ToneServing]]:
    with tone_box(tmp_path_factory.mktemp("state")) as started:
        yield started


def told(seconds: int, seed: int = 7) -> tuple[list[str], bytes]:
    """Words that fill so many seconds, and their sound in whole seconds."""
    chosen = random.Random(seed)
    each = tone_engine.TONE_SECONDS + tone_engine.GAP_SECONDS
    words = [chosen.choice(tone_engine.WORDS) for _ in range(int(seconds / each))]
    sound = tone_engine.play(words)
    return words, sound.ljust(seconds * live_second(), b"\0")


def live_second() -> int:
    return 2 * tone_engine.SAMPLE_RATE_HZ


def test_the_tones_are_heard_as_they_were_told() -> None:
    words, sound = told(29)
    assert [word.text for word in tone_engine.hear(sound)] == words


def test_every_word_of_a_live_session_is_there_and_most_of_its_sound_is_gone_before_the_stop(
    running: tuple[RunningBox, ToneServing],
) -> None:
    box, _serving = running
    words, sound = told(100)
    with closing(open_session(box, 1)) as session:
        with SoundWatch(box, [session.encounter_id], SPEED) as watch:
            session.begin()
            session.play(sound, 100, SPEED)
            assert session.stop() > 0
        assert session.words() == words
    assert watch.samples > 50
    assert 0 < watch.most_seconds < 100


def test_sessions_at_once_lose_no_word_while_web_worker_and_serving_are_killed(
    running: tuple[RunningBox, ToneServing],
) -> None:
    box, serving = running
    words, sound = told(60)
    kill_program = live.killer(box)

    def kill(name: str) -> None:
        if name != "serving":
            kill_program(name)
            return
        serving.kill()
        time.sleep(2)
        serving.start()

    found = live.together(box, sound, sessions=6, seconds=60, speed=SPEED, kill=kill)
    assert found["control_words"] == len(words)
    assert (found["words_lost"], found["words_too_many"]) == (0, 0)
    assert found["sessions_ended"] == 6


def test_the_trial_tells_of_a_word_that_was_lost(
    running: tuple[RunningBox, ToneServing], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a session of which a second never arrived is not called whole."""
    box, _serving = running
    _words, sound = told(10)
    whole = LiveSession.play

    def without_a_second(session: LiveSession, pcm: bytes, seconds: int, speed: float) -> None:
        is_control = session.visitor._connection.source_address == ("127.0.1.1", 0)
        silent = pcm[: 4 * live_second()] + bytes(live_second()) + pcm[5 * live_second() :]
        whole(session, pcm if is_control else silent, seconds, speed)

    monkeypatch.setattr(LiveSession, "play", without_a_second)
    found = live.together(box, sound, sessions=1, seconds=10, speed=SPEED, kill=lambda name: None)
    assert found["words_lost"] > 0


def test_two_lengths_are_measured_with_the_promised_keys(
    running: tuple[RunningBox, ToneServing],
) -> None:
    box, _serving = running
    _words, sound = told(60)
    figures = live.lengths(box, sound, 0.2, 0.5, speed=6.0)
    assert figures["stop_ratio_60_to_5"] > 0
    assert figures["max_audio_at_rest_seconds"] > 0
    assert figures["stack_cpu_seconds_an_hour"] > 0
