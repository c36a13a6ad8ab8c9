"""`quietroom verify residue`: hunts for a canary's text and sound in everything the box writes to.

The text comes by standard input, never by the command line, which every user of a machine may read.
"""

import json
import secrets
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from appliance.adapters.media import FfmpegDecoder
from appliance.adapters.residue.hunt import hunt
from appliance.adapters.residue.patterns import Canary, patterns_of
from appliance.adapters.residue.places import Where, places_of
from appliance.adapters.residue.programs import box_processes
from appliance.domain.errors import Misconfigured
from appliance.domain.residue import Find, HuntReport, LookedAt, Outcome
from appliance.settings import Settings

EXIT = {Outcome.CLEAN: 0, Outcome.FOUND: 1, Outcome.INCOMPLETE: 2}
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
        canary, made_at_seconds = read_order(settings)
    where = replace(
        where_of(settings, postgres_directory=postgres_directory, devices=tuple(devices)),
        made_at_seconds=made_at_seconds,
    )
    report = hunt(places_of(where), patterns_of(canary))
    print(as_json(report) if as_json_text else as_text(report))
    return EXIT[report.outcome]


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


# The last canary ----------------------------------------------------------------------------------
# The worker leaves it for root's hunt, under a pad of random bytes: the hunt must not find its order.

_ORDER_SOUND_BYTES = 400_000


def write_order(settings: Settings, canary: Canary, made_at: datetime) -> None:
    """Leave the newest canary for `quietroom verify residue`, in the place of the one before."""
    said = {
        "made_at": made_at.timestamp(),
        "typed": canary.typed,
        "spoken": canary.spoken,
        "pcm": canary.pcm[:_ORDER_SOUND_BYTES].hex(),
    }
    plain = json.dumps(said).encode()
    pad = secrets.token_bytes(len(plain))
    path = _order_path(settings)
    path.unlink(missing_ok=True)
    path.write_bytes(pad + _xored(plain, pad))


def read_order(settings: Settings) -> tuple[Canary, float]:
    """The newest canary, and when it was made. Raises Misconfigured where there was none yet."""
    try:
        whole = _order_path(settings).read_bytes()
    except OSError:
        reason = "no canary has flown yet (the worker sends one a day); give a text with --stdin"
        raise Misconfigured(details={"reason": reason}) from None
    half = len(whole) // 2
    said = json.loads(_xored(whole[half:], whole[:half]))
    canary = Canary(
        typed=tuple(said["typed"]), spoken=tuple(said["spoken"]), pcm=bytes.fromhex(said["pcm"])
    )
    return canary, float(said["made_at"])


def _order_path(settings: Settings) -> Path:
    return settings.state_directory / "canary-order"


def _xored(data: bytes, pad: bytes) -> bytes:
    mixed = int.from_bytes(data, "big") ^ int.from_bytes(pad, "big")
    return mixed.to_bytes(len(data), "big")


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
