"""`quietroom energy`: a month's statement, the calibration of the meter, and what only the practice knows."""

import concurrent.futures
import hashlib
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date, datetime
from datetime import time as day_time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from appliance.adapters.inference import ServingClient
from appliance.adapters.paper import as_pdf
from appliance.domain.errors import FieldsInvalid, Misconfigured, QuietroomError
from appliance.domain.metering.carbon import Retirement
from appliance.settings import Settings
from appliance.steps.keep_energy import (
    choose_energy,
    make_statement,
    note_retirement,
    verify_statement,
)
from appliance.wiring import box_for_a_while, meter_client, serving_client

SWEEP_RUNS = 24
CALM_SECONDS = 2.0
LONGEST_FILE_BYTES = 50_000_000
SECOND_OF_SILENCE = bytes(32_000)


def write_statement(settings: Settings, month: str, folder: Path) -> int:
    """Two files in `folder`, each with its signature as its last line. Raises FieldsInvalid."""
    start, end = _bounds_of(month)
    with box_for_a_while(settings) as box:
        made = make_statement(
            box, month, start, end, print_pdf=as_pdf, version=version("quietroom")
        )
    for kind, data in (("pdf", made.pdf), ("csv", made.csv)):
        path = folder / f"energy-{month}-{made.kept.number}.{kind}"
        _write_new(path, data)
        print(path)
    return 0


def check_statement(settings: Settings, path: Path) -> int:
    """Raises StatementUnusable for a file that was changed, cut short, or is not of this box."""
    try:
        data = path.read_bytes()[:LONGEST_FILE_BYTES]
    except OSError:
        raise _cannot("read", path) from None
    with box_for_a_while(settings) as box:
        stated = verify_statement(box, data)
    print(f"It holds: statement {stated['number']} of this box, for {stated['month']}, as signed.")
    return 0


def show_choices(settings: Settings, changes: Mapping[str, Any]) -> int:
    """Change what only the practice knows about its energy, and print all of it."""
    with box_for_a_while(settings) as box:
        chosen = choose_energy(box, {k: v for k, v in changes.items() if v is not None})
    for name, value in vars(chosen).items():
        said = "(not given)" if value in (None, "") else value
        print(f"{name.replace('_', ' '):20} {said}")
    return 0


def add_offset(settings: Settings, said: Mapping[str, Any], certificate: Path) -> int:
    """Note a retirement; the file stays with the practice, its SHA-256 goes into the ledger."""
    try:
        sha256 = hashlib.sha256(certificate.read_bytes()).hexdigest()
    except OSError:
        raise _cannot("read", certificate) from None
    if not 0 < int(said["kilograms"]) < 10**12:
        raise FieldsInvalid(details={"fields": ["--kilograms"]})
    with box_for_a_while(settings) as box:
        note_retirement(
            box,
            Retirement(noted_at=box.clock.now(), certificate_sha256=sha256, **said),
        )
    print("Noted. It stands beside the figures and reduces none of them.")
    return 0


# Calibration --------------------------------------------------------------------------------------


def calibrate(settings: Settings) -> int:
    """A sweep of invented requests through serving, while nothing else should run on the GPU.

    Raises SweepUnusable without a GPU that is measured and rested, MeterUnavailable,
    ServingUnavailable.
    """
    meter, serving = meter_client(settings), serving_client(settings)
    try:
        gpus = meter.sweep("begin")["gpus"]
        print(f"{gpus} GPU(s). Some minutes; let nobody use the box meanwhile.", flush=True)
        for run in range(SWEEP_RUNS):
            _one_run(serving, run)
            time.sleep(CALM_SECONDS)
            meter.sweep("run")
            print(".", end="", flush=True)
        print()
        found = meter.sweep("end")["costs"]
    finally:
        serving.close()
    for each in found:
        cost = each["cost"]
        print(
            f"{each['of']['model']} on {each['of']['gpu']}: {cost['fixed_milliwatts'] / 1000:.0f} W "
            f"while at work, {cost['prefill_millijoules']:.1f} mJ a token read, "
            f"{cost['decode_millijoules']:.0f} mJ a token written, "
            f"{cost['audio_millijoules']:.0f} mJ a second of sound"
        )
    return 0


def _one_run(serving: ServingClient, run: int) -> None:
    """Notes alone, sound alone, and both; few and many, short and long."""
    notes, windows = ((1 + run % 8, 0), (0, 4 * (1 + run % 3)), (1 + run % 5, 4))[run % 3]
    size = (1, 4, 12)[run // 3 % 3]
    work: list[Callable[[], object]] = [lambda: serving.draft_invented(size)] * notes
    work += [lambda: serving.hear(SECOND_OF_SILENCE * min(30, 10 * size))] * windows
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, len(work))) as threads:
        for done in [threads.submit(each) for each in work]:
            try:
                done.result()
            except QuietroomError as error:
                print(f"\none request failed: {error.message}", file=sys.stderr)


def _bounds_of(month: str) -> tuple[datetime, datetime]:
    """First moments of the month and of the next, by the machine's zone. Raises FieldsInvalid."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise FieldsInvalid(details={"fields": ["--month"]}) from None
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    midnight = day_time.min
    start, end = (datetime.combine(day, midnight).astimezone() for day in (first, following))
    return start, end


def _write_new(path: Path, data: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(data)
    except OSError:
        raise _cannot("written; it may be there already", path) from None


def _cannot(do: str, path: Path) -> Misconfigured:
    return Misconfigured(details={"reason": f"this file cannot be {do}: {path}"})
