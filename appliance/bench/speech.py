"""`quietroom bench speech`: what the whole of serving costs beside its engine, and what decoding costs.

Both are measured in one run, in turns, on windows of the demo's recording; ratios are of medians.
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from appliance.adapters.inference import ServingClient
from appliance.adapters.media import FfmpegDecoder
from appliance.bench.decoding import decoding_figures
from appliance.bench.flow import print_figures
from appliance.bench.serving_alone import Alone, Bare, Measured, bare_engine, serving_alone

BYTES_A_SECOND = 32_000
IDLE_SECONDS = 10.0
STREAMS = (1, 16)
Figures = dict[str, float | str | None]


def bench_speech(
    *, as_json: bool, measured: Measured, window_seconds: float, rounds: int, minutes: float
) -> int:
    """Print the figures. Raises ServingUnavailable where serving or the bare engine does not start."""
    figures: Figures = {"model": measured.model, "window_seconds": window_seconds}
    with tempfile.TemporaryDirectory(prefix="quietroom-bench-") as directory:
        windows = _windows(Path(directory), window_seconds)
        figures |= _serving_figures(measured, windows, window_seconds, rounds)
    figures |= decoding_figures(minutes, measured.python)
    print_figures(figures, as_json=as_json)
    return 0


def _windows(directory: Path, window_seconds: float) -> list[Path]:
    """16 windows of the demo's recording, going round in it, as files of PCM16."""
    media = files("appliance.demo").joinpath("sample.ogg").read_bytes()
    pcm = FfmpegDecoder().decode(media, lambda: False).pcm
    length = round(window_seconds * BYTES_A_SECOND / 2) * 2
    made = []
    for number in range(max(STREAMS)):
        first = number * length % len(pcm)
        file = directory / f"{number}.pcm"
        file.write_bytes((pcm[first:] + pcm * (length // len(pcm) + 1))[:length])
        made.append(file)
    return made


def _serving_figures(
    measured: Measured, windows: Sequence[Path], window_seconds: float, rounds: int
) -> Figures:
    figures: Figures = {}
    with serving_alone(measured) as alone, bare_engine(measured) as bare:
        idle_share = _idle_share(alone)
        for streams in STREAMS:
            chosen = windows[: max(4, streams)]
            audio_seconds = len(chosen) * window_seconds
            whole, alone_cpu, bare_seconds, bare_cpu = _in_turns(
                alone, bare, chosen, streams, rounds
            )
            stack = statistics.median(
                max(0.0, others - idle_share * seconds)
                for (seconds, _, others) in zip(whole, *zip(*alone_cpu, strict=True), strict=True)
            )
            engine = statistics.median(engine for engine, _ in alone_cpu)
            figures |= {
                f"throughput_ratio_{streams}": _rounded(
                    statistics.median(bare_seconds) / statistics.median(whole)
                ),
                f"serving_audio_seconds_a_second_{streams}": _rounded(
                    audio_seconds / statistics.median(whole)
                ),
                f"bare_audio_seconds_a_second_{streams}": _rounded(
                    audio_seconds / statistics.median(bare_seconds)
                ),
                f"engine_cpu_ratio_{streams}": _rounded(statistics.median(bare_cpu) / engine),
                f"stack_cpu_seconds_an_hour_{streams}": _rounded(stack * 3600 / audio_seconds),
            }
        figures["idle_cpu_share_of_serving"] = _rounded(idle_share)
    return figures


def _idle_share(alone: Alone) -> float:
    """What Ray uses while nobody asks anything, in processors."""
    before = alone.cpu_seconds()[1]
    time.sleep(IDLE_SECONDS)
    return (alone.cpu_seconds()[1] - before) / IDLE_SECONDS


def _in_turns(
    alone: Alone, bare: Bare, windows: Sequence[Path], streams: int, rounds: int
) -> tuple[list[float], list[tuple[float, float]], list[float], list[float]]:
    """Seconds and (engine, others) CPU of serving; seconds and CPU of the bare engine; a round each."""
    sounds = [file.read_bytes() for file in windows]
    _through_serving(alone, sounds[:streams], streams)  # the first of each is not counted
    bare.hear(windows[:streams], streams)
    whole, cpu, bare_seconds, bare_cpu = [], [], [], []
    for _ in range(rounds):
        before = alone.cpu_seconds()
        whole.append(_through_serving(alone, sounds, streams))
        after = alone.cpu_seconds()
        cpu.append((after[0] - before[0], after[1] - before[1]))
        seconds, used = bare.hear(windows, streams)
        bare_seconds.append(seconds)
        bare_cpu.append(used)
    return whole, cpu, bare_seconds, bare_cpu


def _through_serving(alone: Alone, sounds: Sequence[bytes], streams: int) -> float:
    """Seconds until every window is heard, `streams` of them asking at once."""
    clients = [alone.another_client() for _ in range(streams)]
    failures: list[Exception] = []

    def stream(client: ServingClient, mine: Sequence[bytes]) -> None:
        try:
            for sound in mine:
                client.hear(sound)
        except Exception as error:  # noqa: BLE001 - told below, from the thread that asked
            failures.append(error)

    threads = [
        threading.Thread(target=stream, args=(client, sounds[number::streams]))
        for number, client in enumerate(clients)
    ]
    seconds = _timed(lambda: _run_all(threads))
    for client in clients:
        client.close()
    if failures:
        raise failures[0]
    return seconds


def _run_all(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _rounded(value: float) -> float:
    return round(value, 3)
