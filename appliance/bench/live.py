"""`quietroom bench live`: live sessions through the real programs, and what is left of their sound.

Sound is replayed faster than real time. The box's own clock is not: a turn of the root every 10 s is
30 s of a session replayed three times as fast, so the figures for sound at rest are an upper bound.
"""

import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from appliance.adapters.media import FfmpegDecoder
from appliance.bench.flow import print_figures, sound
from appliance.bench.live_session import (
    LiveSession,
    SoundWatch,
    open_session,
    processor_seconds,
)
from appliance.demo.running import RunningBox, running_box

SHORT_MINUTES, LONG_MINUTES = 5.0, 60.0
STACK = ("web", "worker", "keyring")
KILLED = ("web", "worker", "serving")
TOGETHER_SECONDS = 180

Kill = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Replay:
    """One session that was replayed. `stack_seconds`: of processor time of web, worker and keyring."""

    seconds: int
    stop_seconds: float
    most_at_rest_seconds: float
    samples: int
    most_behind_seconds: float
    stack_seconds: float
    words: int


def bench_live(*, as_json: bool, minutes: float | None, speed: float, sessions: int | None) -> int:
    """Two lengths of one session, or many sessions at once with kills."""
    pcm = FfmpegDecoder().decode(sound(None), lambda: False).pcm
    with running_box() as box:
        box.sign_in()
        if sessions is not None:
            figures = together(box, pcm, sessions, TOGETHER_SECONDS, speed, killer(box))
        else:
            figures = lengths(box, pcm, SHORT_MINUTES, minutes or LONG_MINUTES, speed)
    print_figures(figures, as_json=as_json)
    return 0


def lengths(
    box: RunningBox, pcm: bytes, short_minutes: float, long_minutes: float, speed: float
) -> dict[str, Any]:
    """The same sound for a short and for a long session, one after the other."""
    short = replay(box, pcm, short_minutes, speed)
    long = replay(box, pcm, long_minutes, speed)
    hours = long.seconds / 3600
    return {
        "speed": speed,
        "short_minutes": round(short.seconds / 60, 2),
        "long_minutes": round(long.seconds / 60, 2),
        "stop_seconds_short": round(short.stop_seconds, 2),
        "stop_seconds_long": round(long.stop_seconds, 2),
        "stop_ratio_60_to_5": round(long.stop_seconds / short.stop_seconds, 3),
        "max_audio_at_rest_seconds": round(
            max(short.most_at_rest_seconds, long.most_at_rest_seconds), 1
        ),
        "samples": short.samples + long.samples,
        "most_behind_seconds": round(max(short.most_behind_seconds, long.most_behind_seconds), 2),
        "stack_cpu_seconds_an_hour": round(long.stack_seconds / hours, 1),
        "words": short.words + long.words,
    }


def replay(box: RunningBox, pcm: bytes, minutes: float, speed: float) -> Replay:
    with closing(open_session(box, 0)) as session:
        return _replayed(box, session, pcm, minutes, speed)


def _replayed(
    box: RunningBox, session: LiveSession, pcm: bytes, minutes: float, speed: float
) -> Replay:
    used = processor_seconds(box, STACK)
    with SoundWatch(box, [session.encounter_id], speed) as watch:
        session.begin()
        session.play(pcm, round(minutes * 60), speed)
        session.fill_up(pcm, speed)
        stop_seconds = session.stop()
    return Replay(
        seconds=session.sent_seconds,
        stop_seconds=stop_seconds,
        most_at_rest_seconds=watch.most_seconds,
        samples=watch.samples,
        most_behind_seconds=session.most_behind_seconds,
        stack_seconds=processor_seconds(box, STACK) - used,
        words=len(session.words()),
    )


def together(
    box: RunningBox, pcm: bytes, sessions: int, seconds: int, speed: float, kill: Kill
) -> dict[str, Any]:
    """One session undisturbed, then many at once while each program is killed in turn."""
    with closing(open_session(box, 0)) as control:
        _whole(control, pcm, seconds, speed)
        wanted = control.words()
    many = [open_session(box, number) for number in range(1, sessions + 1)]
    stops: list[float] = []
    length = seconds / speed
    with SoundWatch(box, [one.encounter_id for one in many], speed) as watch, kills(kill, length):
        _all_at_once(many, lambda one: stops.append(_whole(one, pcm, seconds, speed)))
    lost = [_missing(wanted, one.words()) for one in many]
    for one in many:
        one.close()
    return {
        "sessions": sessions,
        "seconds_each": seconds,
        "speed": speed,
        "killed": list(KILLED),
        "control_words": len(wanted),
        "words_lost": sum(count for count, _ in lost),
        "words_too_many": sum(count for _, count in lost),
        "sessions_with_a_loss": sum(count > 0 for count, _ in lost),
        "sessions_ended": len(stops),
        "stop_seconds_median": round(statistics.median(stops), 2) if stops else None,
        "stop_seconds_most": round(max(stops), 2) if stops else None,
        "most_behind_seconds": round(max(one.most_behind_seconds for one in many), 2),
        "max_audio_at_rest_seconds": round(watch.most_seconds, 1),
    }


def killer(box: RunningBox) -> Kill:
    """kill -9 of one of the box's programs; whoever watches over it starts it again."""

    def kill(name: str) -> None:
        child = box.programs.children[name].process
        if child is not None:
            child.kill()

    return kill


@contextmanager
def kills(kill: Kill, seconds: float) -> Iterator[None]:
    """Each program once, spread over so many seconds."""
    over = threading.Event()

    def run() -> None:
        for name in KILLED:
            if over.wait(seconds / (len(KILLED) + 1)):
                return
            kill(name)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _whole(session: LiveSession, pcm: bytes, seconds: int, speed: float) -> float:
    session.begin()
    session.play(pcm, seconds, speed)
    return session.stop()


def _all_at_once(many: list[LiveSession], work: Callable[[LiveSession], None]) -> None:
    threads = [threading.Thread(target=work, args=(one,)) for one in many]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    for thread in threads:
        thread.join()


def _missing(wanted: list[str], heard: list[str]) -> tuple[int, int]:
    """How many words are missing, and how many are there that should not be."""
    want, have = Counter(wanted), Counter(heard)
    return (want - have).total(), (have - want).total()
