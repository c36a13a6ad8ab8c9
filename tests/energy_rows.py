"""Ledger rows as a meter would send them, for tests of what is made of them."""

from datetime import UTC, datetime, timedelta

from appliance.domain.metering.rows import Mode, NumberedRow, PeriodRow, RequestRow
from appliance.domain.metering.work import RequestKind, Work
from tests.fakes import NOON

METER = "a" * 16
NOTE, HEARD = "b" * 32, "c" * 32


def request_row(request_id=NOTE, millijoules=1_908_000, kind=RequestKind.NOTE, **changes):
    values = {
        "request_id": request_id,
        "kind": kind,
        "model": "a note model" if kind is RequestKind.NOTE else "a speech model",
        "gpu": "GPU-a",
        "began_at": NOON,
        "seconds": 6.0,
        "millijoules": millijoules,
        "work": Work(prefill_tokens=4000, decode_tokens=500)
        if kind is RequestKind.NOTE
        else Work(audio_milliseconds=60_000),
    }
    return RequestRow(**values | changes)


def period_row(gpu="GPU-a", mode=Mode.COUNTER, at=NOON, **changes):
    values = {
        "gpu": gpu,
        "mode": mode,
        "began_at": at,
        "ended_at": at + timedelta(seconds=60),
        "counter_millijoules": 9_000_000,
        "requests_millijoules": 2_000_000,
        "idle_millijoules": 6_900_000,
        "unattributed_millijoules": 100_000,
        "covered_seconds": 59.0,
        "gap_seconds": 1.0,
        "resets": 1,
    }
    return PeriodRow(**values | changes)


def numbered(*rows, start=1):
    return [NumberedRow(sequence=start + n, row=row) for n, row in enumerate(rows)]


def fill(setting, *rows):
    """Take rows into a box's ledger, and book a step of its encounter under `NOTE` and `HEARD`."""
    with setting.box.database.write() as records:
        for step, request_id in (("draft_note", NOTE), ("transcribe", HEARD)):
            records.encounters.add_step_run(
                setting.encounter.id, step, datetime.now(UTC), 1.0, "done", None, request_id
            )
        records.energy.take(METER, numbered(*rows))


def usual(setting):
    fill(
        setting,
        request_row(),
        request_row(HEARD, 92_000, RequestKind.SPEECH),
        period_row(),
        period_row("host", Mode.DECLARED, counter_millijoules=2_400_000),
    )
