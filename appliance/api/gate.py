"""Nobody is answered before the sweep: what is due is out of reach before the first request."""

import time
from datetime import datetime, timedelta

from appliance.domain.errors import NotReady, QuietroomError
from appliance.steps.apply_retention import HEARTBEAT
from appliance.steps.box import Box
from appliance.steps.moves import want_sweep

SWEEP_FRESH_SECONDS = 180
CLOCK_TOLERANCE_SECONDS = 60
REMEMBERED_SECONDS = 5.0
WANTED_APART_SECONDS = 1.0


class SweepGate:
    """Open while the database holds a sweep newer than this process and less than 3 minutes old."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._started_at = box.clock.now()
        self._open_until_seconds = 0.0
        self._asked_seconds = float("-inf")

    def check(self) -> None:
        """Raises NotReady, and then asks the worker for a sweep; Unavailable without a database."""
        if time.monotonic() < self._open_until_seconds:
            return
        now = self._box.clock.now()
        with self._box.database.read() as records:
            swept_at = records.heartbeats.last(HEARTBEAT)
        if not self._is_fresh(swept_at, now):
            self._ask_for_sweep(now)
            raise NotReady
        self._open_until_seconds = time.monotonic() + REMEMBERED_SECONDS

    def is_open(self) -> bool:
        """The same as a claim; False also where the database does not answer."""
        try:
            self.check()
        except QuietroomError:
            return False
        return True

    def _is_fresh(self, swept_at: datetime | None, now: datetime) -> bool:
        if swept_at is None or swept_at < self._started_at:
            return False
        # A sweep from the future is a clock that was set back: it says nothing about now.
        age = now - swept_at
        return (
            timedelta(seconds=-CLOCK_TOLERANCE_SECONDS)
            <= age
            < timedelta(seconds=SWEEP_FRESH_SECONDS)
        )

    def _ask_for_sweep(self, now: datetime) -> None:
        """At most once a second, however many are waiting."""
        if time.monotonic() - self._asked_seconds < WANTED_APART_SECONDS:
            return
        self._asked_seconds = time.monotonic()
        with self._box.database.write() as records:
            want_sweep(records, now)
