"""Moments as a clinician reads them: in the box's own time zone, in words where words are clearer."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

HOUR_SECONDS = 3600


@dataclass(frozen=True, kw_only=True)
class LocalTime:
    """`zone` None is the machine's own zone: the box stands in the practice."""

    zone: tzinfo | None = None

    def of(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def at(self, day: date, clock: time) -> datetime:
        """The aware moment of a local day and clock time."""
        naive = datetime.combine(day, clock)
        return naive.replace(tzinfo=self.zone) if self.zone else naive.astimezone()

    def day_bounds(self, day: date) -> tuple[datetime, datetime]:
        """Start of the day and start of the next."""
        return self.at(day, time.min), self.at(day + timedelta(days=1), time.min)

    def start_of(self, day: date) -> datetime:
        return self.at(day, time.min)

    def exact(self, moment: datetime) -> str:
        """2026-11-23 09:30:05 EST, for proofs"""
        return f"{self.of(moment):%Y-%m-%d %H:%M:%S %Z}"

    def clock(self, moment: datetime | None) -> str:
        """09:30"""
        return self.of(moment).strftime("%H:%M") if moment else ""

    def iso_day(self, moment: datetime) -> str:
        """2026-11-23"""
        return self.of(moment).date().isoformat()

    def long(self, moment: datetime) -> str:
        """Monday 23 November 2026, 09:30"""
        return f"{long_day(self.of(moment).date())}, {self.clock(moment)}"

    def long_zoned(self, moment: datetime) -> str:
        """Monday 23 November 2026, 09:30 EST, for paper that leaves the box"""
        return f"{self.long(moment)} {self.of(moment):%Z}"

    def short(self, moment: datetime) -> str:
        """Mon 23 Nov, 09:30"""
        local = self.of(moment)
        return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def long_day(day: date) -> str:
    """Monday 23 November 2026"""
    return f"{day:%A} {day.day} {day:%B %Y}"


def until(moment: datetime, now: datetime) -> str:
    """How long until a deadline: "in 3 days", "in 5 hours", "within the hour", "now"."""
    seconds = (moment - now).total_seconds()
    if seconds <= 0:
        return "now"
    if seconds < HOUR_SECONDS:
        return "within the hour"
    hours = round(seconds / HOUR_SECONDS)
    if hours < 36:
        return f"in {hours} hour{'s' if hours != 1 else ''}"
    return f"in {round(hours / 24)} days"


def minutes_and_seconds(seconds: float) -> str:
    """Where something stands in a recording: 1:05"""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
