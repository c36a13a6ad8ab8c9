"""The box's own view of its clock: a jump is noticed, a step back moves no deadline later."""

from dataclasses import replace
from datetime import datetime, timedelta

from appliance.domain.audit import Action
from appliance.domain.clock import (
    ClockMarks,
    Reading,
    moved_earlier_by,
    next_marks,
    read_clock,
)
from appliance.domain.people import Account
from appliance.steps.access import note, require_administrator
from appliance.steps.box import Box
from appliance.steps.moves import want_sweep
from appliance.steps.records import Records

SEEN, TRUSTED, DOUBTED = "clock_seen", "clock_trusted", "clock_doubted"


def watch_clock(records: Records, now: datetime) -> ClockMarks:
    """Compare `now` with the last sweep's, in the sweep's own transaction; returns the new marks."""
    marks = _marks(records, now)
    reading = read_clock(marks, now)
    if reading is Reading.SET_BACK:
        _move_deadlines(records, marks, now)
    if reading is not Reading.STEADY:
        action = Action.CLOCK_SET_BACK if reading is Reading.SET_BACK else Action.CLOCK_JUMPED
        seconds = int((now - marks.seen_at).total_seconds())
        note(records, action, now, facts={"seconds": seconds})
    marks = next_marks(marks, now)
    _keep(records, marks)
    return marks


def clock_marks(box: Box) -> ClockMarks:
    """What the box remembers of its clock."""
    with box.database.read() as records:
        return _marks(records, box.clock.now())


def accept_time(box: Box, actor: Account | None) -> bool:
    """The clock is right: every deadline counts again. False when it was not in doubt.

    `actor` None: the box's own command line. Raises NotYours for anyone but an administrator.
    """
    if actor is not None:
        require_administrator(actor)
    with box.database.write() as records:
        now = box.clock.now()
        marks = _marks(records, now)
        if not marks.is_in_doubt:
            return False
        _keep(records, ClockMarks(seen_at=now, trusted_at=now))
        note(records, Action.TIME_ACCEPTED, now, actor=actor)
        want_sweep(records, now)
    return True


def _marks(records: Records, now: datetime) -> ClockMarks:
    last = records.heartbeats.last
    seen_at = last(SEEN) or now
    return ClockMarks(
        seen_at=seen_at, trusted_at=last(TRUSTED) or seen_at, doubted_at=last(DOUBTED)
    )


def _keep(records: Records, marks: ClockMarks) -> None:
    records.heartbeats.beat(SEEN, marks.seen_at)
    records.heartbeats.beat(TRUSTED, marks.trusted_at)
    if marks.doubted_at is None:
        records.heartbeats.forget(DOUBTED)
    else:
        records.heartbeats.beat(DOUBTED, marks.doubted_at)


def _move_deadlines(records: Records, marks: ClockMarks, now: datetime) -> None:
    """As much sooner as the clock was set back, so that no more time passes than was promised.

    Signed notes are kept for years at the least: their dates do not come sooner.
    """
    for artefact in records.artefacts.with_deadline():
        if artefact.kind.is_record:
            continue
        earlier = moved_earlier_by(marks, artefact.made_at, now)
        if earlier > timedelta(0) and artefact.due_at is not None:
            records.artefacts.save(replace(artefact, due_at=artefact.due_at - earlier))
    for encounter in records.encounters.with_words():
        first_word_at = encounter.first_word_at or now
        earlier = moved_earlier_by(marks, first_word_at, now)
        if earlier > timedelta(0):
            moved = replace(encounter, first_word_at=first_word_at - earlier)
            records.encounters.save(moved)
