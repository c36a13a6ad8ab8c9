"""A clock that jumps: what it may destroy before an administrator has accepted the new time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from appliance.domain.retention import SOUND, SOURCES, ArtefactKind

JUMP = timedelta(days=1)
"""A clock this much later than at the last sweep may be wrong, or the box was switched off."""
TOLERANCE = timedelta(seconds=1)
"""Clocks that are kept right by small steps are not set back."""

DESTROYED_IN_DOUBT = SOURCES - SOUND
"""Words go as due whatever the clock's right to say so (P4). What has no words yet is kept (P6),
and so is the work that exists nowhere else: drafts, notes that wait, copies."""


class Reading(StrEnum):
    """What a clock's reading means beside the one before it."""

    STEADY = "steady"
    """It goes on as it should."""
    JUMPED = "jumped"
    """More than a day later than at the last sweep."""
    SET_BACK = "set_back"
    """Earlier than at the last sweep."""


@dataclass(frozen=True, kw_only=True)
class ClockMarks:
    """What the box remembers of its clock.

    `seen_at`: its last reading. `trusted_at`: the last one that nobody has reason to doubt.
    `doubted_at`: the first reading after the newest jump, until an administrator accepts the time.
    """

    seen_at: datetime
    trusted_at: datetime
    doubted_at: datetime | None = None

    @property
    def is_in_doubt(self) -> bool:
        return self.doubted_at is not None

    @property
    def least_at(self) -> datetime:
        """What time it was at the last reading at least: jumps do not count, what passed since does."""
        if self.doubted_at is None:
            return self.seen_at
        return self.trusted_at + max(timedelta(0), self.seen_at - self.doubted_at)


def read_clock(marks: ClockMarks, now: datetime) -> Reading:
    """What `now` means beside the last reading."""
    if now < marks.seen_at - TOLERANCE:
        return Reading.SET_BACK
    return Reading.JUMPED if now - marks.seen_at > JUMP else Reading.STEADY


def next_marks(marks: ClockMarks, now: datetime) -> ClockMarks:
    """The marks after this reading. A clock that came back to where it was is no longer in doubt."""
    reading = read_clock(marks, now)
    if reading is Reading.STEADY and marks.is_in_doubt:
        return replace(marks, seen_at=now)
    if reading is Reading.JUMPED or (marks.is_in_doubt and now - marks.least_at > JUMP):
        return ClockMarks(seen_at=now, trusted_at=marks.least_at, doubted_at=now)
    return ClockMarks(seen_at=now, trusted_at=now)


def moved_earlier_by(marks: ClockMarks, made_at: datetime, now: datetime) -> timedelta:
    """By how much deadlines written at `made_at` come sooner after the clock was set back to `now`.

    What was written by a trusted clock is measured against the time that it was at least; what was
    written after a jump, which is more than a day, against the last reading. No deadline moves
    later by it, and none written before a jump moves when the clock comes back to where it was.
    """
    last = marks.least_at if made_at <= marks.trusted_at + JUMP else marks.seen_at
    return max(timedelta(0), last - now)


def may_destroy(kind: ArtefactKind, *, is_in_doubt: bool) -> bool:
    """Whether a deadline of this kind counts now."""
    return not is_in_doubt or kind in DESTROYED_IN_DOUBT
