"""From looks at a counter to ticks: what it rose by between two good reads, and nothing else."""

from dataclasses import dataclass, field

from appliance.domain.energy import CounterSample, Measured

LONGEST_TICK_SECONDS = 5.0
"""Reads further apart than this leave a gap: nobody knows how the energy was spread over it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """What one GPU's counter rose by between two good reads, on the monotonic clock."""

    begin_seconds: float
    end_seconds: float
    millijoules: int


@dataclass
class CounterWatch:
    """One GPU's counter between looks. `resets`: times that it went back or its GPU was lost.

    A failed read, a counter set back and a pause of more than 5 s are gaps: what was used meanwhile
    is in no tick and is never made up. `unseen_millijoules`: what the counter rose by over pauses.
    """

    resets: int = 0
    gap_seconds: float = 0.0
    unseen_millijoules: int = 0
    _at_seconds: float | None = field(default=None)
    _millijoules: int | None = field(default=None)
    _has_been_read: bool = False

    def look(self, sample: CounterSample, at_seconds: float) -> Tick | None:
        """The tick that ends here; None at the first look and where there is a gap."""
        now = sample.counter.millijoules if isinstance(sample.counter, Measured) else None
        was, since = self._millijoules, self._at_seconds
        self._millijoules, self._at_seconds = now, at_seconds
        if since is None or was is None or now is None:
            self._note_gap(since, at_seconds, is_lost=was is not None)
            self._has_been_read = self._has_been_read or now is not None
            return None
        if now < was or at_seconds <= since:
            self._note_gap(since, at_seconds, is_lost=now < was)
            return None
        if at_seconds - since > LONGEST_TICK_SECONDS:
            self._note_gap(since, at_seconds, is_lost=False)
            self.unseen_millijoules += now - was
            return None
        return Tick(begin_seconds=since, end_seconds=at_seconds, millijoules=now - was)

    def _note_gap(self, since: float | None, at_seconds: float, *, is_lost: bool) -> None:
        if since is None or not self._has_been_read:
            return
        self.resets += int(is_lost)
        self.gap_seconds += max(0.0, at_seconds - since)
