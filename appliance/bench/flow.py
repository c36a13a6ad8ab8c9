"""`quietroom bench flow`: figures that an administrator can take too.

Each prints JSON with `--json`. Nothing here asserts: it measures, on this machine, now.
"""

import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from appliance.adapters.machine.process import resident_mib
from appliance.adapters.media.ffmpeg import ffmpeg_program
from appliance.demo.running import running_box
from appliance.demo.show import SUMMARY
from appliance.demo.visitor import Visitor

SAMPLING_SECONDS = 0.5
PATIENCE_SECONDS = 4 * 3600


@dataclass(frozen=True, kw_only=True)
class StageFigure:
    """Seconds of one stage, and the most memory that all programs of the box held together."""

    name: str
    seconds: float
    peak_mib: float


class PeakWatch:
    """Samples the resident memory of this process and all below it while a stage runs."""

    def __init__(self) -> None:
        self.peak_mib = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakWatch":
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.peak_mib = max(self.peak_mib, resident_mib())
            if self._over.wait(SAMPLING_SECONDS):
                return


def bench_flow(*, as_json: bool, minutes: float | None) -> int:
    """Seconds and peak memory of each stage of the flow, for the sample or a longer recording."""
    started = time.monotonic()
    figures: list[StageFigure] = []
    with PeakWatch() as watch, running_box() as box:
        time.sleep(2 * SAMPLING_SECONDS)
        figures.append(
            StageFigure(
                name="start",
                seconds=round(box.started_seconds, 3),
                peak_mib=round(watch.peak_mib, 1),
            )
        )
        box.sign_in()
        figures += _recorded(box.visitor, box.encounter_of("Dana Whitfield"), sound(minutes))
        figures += _typed(box.visitor, box.encounter_of("Tomas Rivera-Lund"))
    total = time.monotonic() - started
    print_figures(
        {"stages": [asdict(figure) for figure in figures], "total_seconds": round(total, 2)},
        as_json=as_json,
    )
    return 0


def sound(minutes: float | None) -> bytes:
    """The sample recording, or it over and over in one Opus file of this many minutes."""
    sample = files("appliance.demo").joinpath("sample.ogg").read_bytes()
    if minutes is None:
        return sample
    with tempfile.TemporaryDirectory() as directory:
        source, target = Path(directory) / "sample.ogg", Path(directory) / "long.ogg"
        source.write_bytes(sample)
        command = [ffmpeg_program(), "-nostdin", "-v", "error", "-stream_loop", "-1"]
        command += ["-i", str(source), "-t", str(minutes * 60), "-c:a", "libopus", "-b:a", "24k"]
        subprocess.run([*command, str(target)], check=True, capture_output=True)
        return target.read_bytes()


def _recorded(visitor: Visitor, encounter_id: str, media: bytes) -> list[StageFigure]:
    view = visitor.ask("GET", f"/encounters/{encounter_id}")
    for person in view["sheet"]["participants"]:
        body = {"participant_id": person["id"], "state": "given"}
        visitor.ask("POST", f"/encounters/{encounter_id}/consents", body)
    figures = [_timed("receive", lambda: visitor.upload(encounter_id, media))]
    with PeakWatch() as watch:
        visitor.wait_for(encounter_id, "drafted", PATIENCE_SECONDS)
    figures += _steps(visitor, encounter_id, watch.peak_mib)
    return [*figures, *_signed(visitor, encounter_id)]


def _typed(visitor: Visitor, encounter_id: str) -> list[StageFigure]:
    path = f"/encounters/{encounter_id}/summary"
    figures = [_timed("take_summary", lambda: visitor.ask("POST", path, {"text": SUMMARY}))]
    with PeakWatch() as watch:
        visitor.wait_for(encounter_id, "drafted")
    return [*figures, *_steps(visitor, encounter_id, watch.peak_mib)]


def _steps(visitor: Visitor, encounter_id: str, peak_mib: float) -> list[StageFigure]:
    """The worker's own seconds a step; the peak is that of all its steps together."""
    runs = visitor.ask("GET", f"/encounters/{encounter_id}")["steps"]
    return [
        StageFigure(name=run["step"], seconds=round(run["seconds"], 3), peak_mib=round(peak_mib, 1))
        for run in runs
    ]


def _signed(visitor: Visitor, encounter_id: str) -> list[StageFigure]:
    view = visitor.ask("GET", f"/encounters/{encounter_id}")
    header = view["sheet"]["header"] | {"times_confirmed": True}
    del header["times_confirmed_by"]
    header["stopped_at"] = header["started_at"].replace(":00:00", ":50:00", 1)
    view = visitor.ask("PUT", f"/encounters/{encounter_id}/sheet", {"header": header})
    path, body = f"/encounters/{encounter_id}/sign", {"revision": view["state"]["revision"]}
    return [
        _timed("sign", lambda: visitor.ask("POST", path, body)),
        _timed("destroy", lambda: visitor.wait_for_certificates(encounter_id, 5)),
    ]


def _timed(name: str, work: Callable[[], Any]) -> StageFigure:
    started = time.monotonic()
    with PeakWatch() as watch:
        work()
    seconds = time.monotonic() - started
    return StageFigure(name=name, seconds=round(seconds, 3), peak_mib=round(watch.peak_mib, 1))


def print_figures(figures: dict[str, Any], *, as_json: bool) -> None:
    """As JSON, or line by line."""
    if as_json:
        print(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for row in value:
                print("  ".join(f"{item}" for item in row.values()))
        else:
            print(f"{name}: {value}")
