"""`quietroom verify residue`: hunts for a canary's text and sound in everything the box writes to.

The text comes by standard input, never by the command line, which every user of a machine may read.
"""

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from appliance.adapters.media import FfmpegDecoder
from appliance.adapters.residue.hand_back import leave_report, read_report
from appliance.adapters.residue.hunt import hunt
from appliance.adapters.residue.order import read_order
from appliance.adapters.residue.patterns import Canary, patterns_of
from appliance.adapters.residue.places import Where, places_of
from appliance.adapters.residue.programs import box_processes
from appliance.domain.canary import CanaryResult
from appliance.domain.errors import Misconfigured
from appliance.domain.residue import Find, HuntReport, LookedAt, Outcome
from appliance.settings import Settings

EXIT = {Outcome.CLEAN: 0, Outcome.FOUND: 1, Outcome.INCOMPLETE: 2}
_FINAL = (Outcome.CLEAN, Outcome.FOUND)
_SQLITE = "sqlite:///"
_VERDICT = {
    Outcome.CLEAN: "Nothing of the canary was found, and every place was looked at.",
    Outcome.INCOMPLETE: "Nothing of the canary was found where it was looked for. What is marked "
    "'not looked at' is not shown to be clean: run it as root, as the box's administrator.",
    Outcome.FOUND: "The canary was found: something of a session outlives its destruction. "
    "Keep this report, and tell whoever looks after the box now.",
}


def run_verify_residue(
    settings: Settings,
    *,
    as_json_text: bool,
    from_stdin: bool,
    recording: Path | None = None,
    postgres_directory: Path | None = None,
    devices: Sequence[Path] = (),
) -> int:
    """Hunt, and print what was looked at. 0: clean, 1: found, 2: not everything was looked at."""
    made_at_seconds = 0.0
    if from_stdin or recording is not None:
        texts = tuple(line.strip() for line in sys.stdin if line.strip()) if from_stdin else ()
        canary = given_canary(texts, recording)
    else:
        canary, made_at = newest_canary(settings)
        made_at_seconds = made_at.timestamp()
    where = replace(
        where_of(settings, postgres_directory=postgres_directory, devices=tuple(devices)),
        made_at_seconds=made_at_seconds,
    )
    report = hunt(places_of(where), patterns_of(canary))
    print(as_json(report) if as_json_text else as_text(report))
    return EXIT[report.outcome]


def newest_canary(settings: Settings) -> tuple[Canary, datetime]:
    """The worker's newest canary, and when it was made. Raises Misconfigured where there is none."""
    found = read_order(settings.canary_order)
    if found is None:
        reason = "no canary has flown yet (the worker sends one a day); give a text with --stdin"
        raise Misconfigured(details={"reason": reason})
    return found


def run_hand_back(settings: Settings) -> int:
    """Hunt for the newest canary unless that is done, and hand the result to the worker.

    0: clean, or nothing to hunt for yet; 1: found; 2: not everything was looked at, to be tried
    again. Raises Misconfigured where it is not root, or was not told where to leave the result.
    """
    directory = settings.hunt_directory
    if directory is None:
        raise Misconfigured(details={"reason": "set QUIETROOM_HUNT_DIRECTORY for --hand-back"})
    if os.geteuid() != 0:
        raise Misconfigured(
            details={"reason": "--hand-back is for root: only root looks everywhere"}
        )
    found = read_order(settings.canary_order)
    if found is None:
        print("There is no canary to hunt for yet.")
        return 0
    canary, made_at = found
    before = read_report(directory)
    if before is not None and before.made_at == made_at and before.outcome in _FINAL:
        print(f"The canary of {made_at:%Y-%m-%d %H:%M} UTC was hunted already: {before.outcome}.")
        return EXIT[before.outcome]
    where = replace(where_of(settings), made_at_seconds=made_at.timestamp())
    report = hunt(places_of(where), patterns_of(canary))
    leave_report(directory, _result_of(report, made_at))
    print(as_text(report))
    return EXIT[report.outcome]


def _result_of(report: HuntReport, made_at: datetime) -> CanaryResult:
    now = datetime.now(UTC)
    return CanaryResult(
        at=now,
        outcome=report.outcome,
        places=sum(place.is_there for place in report.places),
        size_bytes=report.size_bytes,
        finds=len(report.finds),
        unread=len(report.unread),
        made_at=made_at,
        is_by_root=True,
        whole_at=now if report.outcome in _FINAL else None,
    )


def given_canary(texts: tuple[str, ...], recording: Path | None) -> Canary:
    """Raises Misconfigured when the recording cannot be read, NotARecording when it is none."""
    if recording is None:
        return Canary(typed=texts)
    try:
        media = recording.read_bytes()
    except OSError:
        raise Misconfigured(details={"reason": "the recording cannot be read"}) from None
    pcm = FfmpegDecoder().decode(media, lambda: False).pcm
    return Canary(typed=texts, pcm=pcm, media=media)


def where_of(
    settings: Settings,
    *,
    postgres_directory: Path | None = None,
    devices: tuple[Path, ...] = (),
) -> Where:
    """What this machine's settings say the box uses, and the programs that run now."""
    url = settings.database
    return Where(
        state_directory=settings.state_directory,
        keyring_directory=settings.keyring,
        sqlite=Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None,
        postgres_directory=postgres_directory,
        temporary=(Path(tempfile.gettempdir()),),
        processes=box_processes(Path("/proc")),
        devices=devices,
    )


# The report ---------------------------------------------------------------------------------------


def as_json(report: HuntReport) -> str:
    """`{"outcome", "bytes", "places": [{"place", "files", "bytes", "finds", "not_looked_at"}]}`."""
    whole = {
        "outcome": report.outcome,
        "bytes": report.size_bytes,
        "places": [_place_as_json(place) for place in report.places],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)


def _place_as_json(place: LookedAt) -> dict[str, object]:
    if not place.is_there:
        return {"place": place.place, "is_there": False}
    return {
        "place": place.place,
        "is_there": True,
        "files": place.files,
        "bytes": place.size_bytes,
        "finds": [vars(find) for find in place.finds],
        "not_looked_at": [{"path": path, "reason": reason} for path, reason in place.unread],
    }


def as_text(report: HuntReport) -> str:
    """A line for each place, below it what was found or could not be looked at, then the verdict."""
    lines = [line for place in report.places for line in _lines(place)]
    return "\n".join([*lines, "", _VERDICT[report.outcome]])


def _lines(place: LookedAt) -> list[str]:
    if not place.is_there:
        return [f"      {place.place}: not on this machine"]
    mark = "FOUND" if place.finds else "part " if place.unread else "clean"
    read = f"{place.files} files, {place.size_bytes:,} bytes read"
    return [
        f"{mark} {place.place}: {read}",
        *(f"        found {_said(find)}" for find in place.finds),
        *(f"        not looked at: {path} ({reason})" for path, reason in place.unread),
    ]


def _said(find: Find) -> str:
    form = ", in ".join((find.form.value, *reversed(find.packing)))
    where = "in a file's name below" if find.in_name else "in"
    return f"{find.source.value} as {form} {where} {find.path}"
