"""Windows of several requests are heard together, fairly, and not at all once nobody waits."""

import asyncio
import threading

import pytest

from serving.speech.deployment import ReplicaUnfit, SpeechDeployment
from serving.speech.engine import EngineBroken, NoLongerWanted, OutOfMemory, SoundUnusable, Window
from serving.speech.gathering import Gathering
from serving.step_events import Span
from serving.wire import Engine, Problem, Transcription

LABEL = Engine(name="test speech", version="1", takes_hints=True)
PATIENCE_SECONDS = 20


class Hearing:
    """Says how long each window was; waits for `gate`, and leaves off when nobody wants it."""

    label = LABEL
    windows_at_once = 4

    def __init__(self, fails_on=(), failure=SoundUnusable):
        self.gate = threading.Event()
        self.gate.set()
        self.started = threading.Event()
        self.left_off = threading.Event()
        self.batches = []
        self.fails_on, self.failure = fails_on, failure

    def hear(self, windows, is_wanted):
        self.batches.append([(len(window.sound), window.hints) for window in windows])
        self.started.set()
        while not self.gate.wait(0.01):
            if not is_wanted():
                self.left_off.set()
                raise NoLongerWanted
        if any(len(window.sound) in self.fails_on for window in windows):
            raise self.failure
        return tuple(
            Transcription(engine=LABEL, phrases=(), audio_seconds=len(w.sound), speech_seconds=0)
            for w in windows
        )


def window(length, *hints):
    return Window(sound=bytes(length), hints=hints)


def lengths(batches):
    return [[length for length, _ in batch] for batch in batches]


async def heard(engine, windows):
    """Their answers, all asked for while the engine is busy with one window of 1."""
    gathering = Gathering(engine)
    engine.gate.clear()
    first = asyncio.create_task(gathering.hear(window(1)))
    await asyncio.to_thread(engine.started.wait, PATIENCE_SECONDS)
    asked = [asyncio.create_task(gathering.hear(one)) for one in windows]
    await asyncio.sleep(0)
    engine.gate.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    await first
    return answers


def test_each_gets_its_own_answer_and_like_lengths_go_together_from_short_to_long():
    engine = Hearing()
    answers = asyncio.run(heard(engine, [window(n) for n in (90, 10, 100, 12, 60)]))
    assert [answer.audio_seconds for answer in answers] == [90, 10, 100, 12, 60]
    assert lengths(engine.batches) == [[1], [60, 90, 100], [10, 12]]


def test_a_batch_is_never_larger_than_the_engine_takes():
    engine = Hearing()
    asyncio.run(heard(engine, [window(10) for _ in range(10)]))
    assert [len(batch) for batch in engine.batches] == [1, 4, 4, 2]


def test_the_oldest_window_is_heard_next_however_many_others_fit_together_better():
    engine = Hearing()
    asyncio.run(heard(engine, [window(300), *[window(10) for _ in range(8)]]))
    assert lengths(engine.batches)[1] == [300]


def test_windows_with_other_hints_are_heard_apart():
    engine = Hearing()
    windows = [window(10, "sertraline"), window(10), window(10, "sertraline")]
    asyncio.run(heard(engine, windows))
    hints = [{given for _, given in batch} for batch in engine.batches[1:]]
    assert hints == [{("sertraline",)}, {()}]


def test_one_window_that_fails_does_not_spoil_the_others():
    answers = asyncio.run(heard(Hearing(fails_on={11}), [window(n) for n in (10, 11, 12)]))
    assert isinstance(answers[1], SoundUnusable)
    assert [answers[0].audio_seconds, answers[2].audio_seconds] == [10, 12]


def test_who_stops_waiting_while_it_is_heard_frees_the_engine():
    async def story():
        engine = Hearing()
        engine.gate.clear()
        gathering = Gathering(engine)
        asked = asyncio.create_task(gathering.hear(window(10)))
        await asyncio.to_thread(engine.started.wait, PATIENCE_SECONDS)
        asked.cancel()
        left_off = await asyncio.to_thread(engine.left_off.wait, PATIENCE_SECONDS)
        engine.gate.set()
        return left_off, await gathering.hear(window(20))

    left_off, answer = asyncio.run(story())
    assert left_off
    assert answer.audio_seconds == 20


def test_who_stops_waiting_in_the_queue_is_not_heard_at_all():
    async def story():
        engine = Hearing()
        engine.gate.clear()
        gathering = Gathering(engine)
        first = asyncio.create_task(gathering.hear(window(10)))
        await asyncio.to_thread(engine.started.wait, PATIENCE_SECONDS)
        second = asyncio.create_task(gathering.hear(window(77)))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        engine.gate.set()
        await first
        await gathering.hear(window(20))
        return lengths(engine.batches)

    assert asyncio.run(story()) == [[10], [20]]


def test_a_batch_goes_on_while_one_of_those_who_asked_still_waits():
    async def story():
        engine = Hearing()
        gathering = Gathering(engine, gather_seconds=0.2)
        engine.gate.clear()
        leaving, staying = (asyncio.create_task(gathering.hear(window(10))) for _ in range(2))
        await asyncio.to_thread(engine.started.wait, PATIENCE_SECONDS)
        leaving.cancel()
        await asyncio.sleep(0.05)
        engine.gate.set()
        return (await staying).audio_seconds, engine.left_off.is_set()

    assert asyncio.run(story()) == (10, False)


async def told(failure, then_works=False):
    """What the deployment answers and says of itself, before and after."""
    engine = Hearing(fails_on={10}, failure=failure)
    deployment = SpeechDeployment(lambda: engine)
    answers = [await deployment.transcribe(bytes(10)), await deployment.label()]
    if then_works:
        await deployment.transcribe(bytes(12))
        answers.append(await deployment.label())
    return deployment, answers


def test_memory_that_runs_out_is_unavailable_and_said_until_a_window_is_heard_again():
    _, answers = asyncio.run(told(OutOfMemory, then_works=True))
    assert answers == [Problem(code="unavailable"), "out_of_memory", LABEL]


def test_a_broken_gpu_is_said_and_has_its_replica_replaced():
    deployment, answers = asyncio.run(told(EngineBroken))
    assert answers == [Problem(code="unavailable"), "broken"]
    with pytest.raises(ReplicaUnfit):
        deployment.check_health()


def test_another_failure_is_one_window_s_own():
    deployment, answers = asyncio.run(told(RuntimeError))
    assert answers == [Problem(code="unavailable"), LABEL]
    deployment.check_health()


def test_what_is_no_sound_is_refused_before_it_joins_others():
    engine = Hearing()
    deployment = SpeechDeployment(lambda: engine)
    assert asyncio.run(deployment.transcribe(b"odd")) == Problem(code="unusable")
    assert engine.batches == []


class Told:
    """Keeps what the meter would be told."""

    def __init__(self):
        self.parts = []

    def send(self, request_id, span_id, part, **counts):
        self.parts.append((span_id, part, counts))


async def heard_measured(engine, windows, told):
    gathering = Gathering(engine, gather_seconds=0.05)
    asked = [
        gathering.hear(one, Span(told, "r" * 16, f"span {number}"))
        for number, one in enumerate(windows)
    ]
    return await asyncio.gather(*asked, return_exceptions=True)


def test_the_meter_is_told_of_a_window_once_even_if_its_batch_failed():
    told = Told()
    answers = asyncio.run(
        heard_measured(Hearing(fails_on=(9,)), [window(10), window(9), window(8)], told)
    )
    assert [type(one) for one in answers] == [Transcription, SoundUnusable, Transcription]
    spans = {f"span {number}" for number in range(3)}
    for part in ("begin", "end"):
        assert sorted(span for span, what, _ in told.parts if what == part) == sorted(spans)
    ended = {span: counts for span, what, counts in told.parts if what == "end"}
    assert ended["span 0"] == {"audio_milliseconds": 10_000}
    assert ended["span 1"] == {}
