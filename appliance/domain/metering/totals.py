"""What the meter's book adds up, and the small makers of its rows."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from appliance.domain.metering.attribution import SettledSpan
from appliance.domain.metering.coefficients import Flight
from appliance.domain.metering.rows import HOST, Mode, PeriodRow, RequestRow
from appliance.domain.metering.work import StepEvent

NOTE_JOULES = (30, 100, 300, 600, 1_000, 1_500, 2_000, 3_000, 6_000, 20_000)


@dataclass(kw_only=True)
class GpuTotals:
    """One GPU since the meter's start, in millijoules. `error` is what did not add up: it must be 0."""

    counter: int = 0
    idle: int = 0
    unattributed: int = 0
    error: int = 0
    requests: dict[tuple[str, str], int] = field(default_factory=dict)
    """By model and stage (the kind of request)."""
    integrated_power: float = 0.0
    """What the driver's power readings add up to over the same ticks, for comparison."""

    @property
    def attributed(self) -> int:
        return sum(self.requests.values())

    @property
    def ratio(self) -> float | None:
        """The counter to the power added up; None as long as there is too little of either."""
        return self.counter / self.integrated_power if self.integrated_power > 1000 else None


@dataclass(frozen=True, kw_only=True)
class SpanEnergy:
    """A settled span over all its GPUs. `millijoules` None: not measured."""

    millijoules: int | None
    is_whole: bool
    is_calibrated: bool


@dataclass(kw_only=True)
class NoteSizes:
    """How many notes took at most so many joules, and all together; for a histogram."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(NOTE_JOULES) + 1))
    millijoules: int = 0

    def add(self, millijoules: int) -> None:
        at = next((i for i, up in enumerate(NOTE_JOULES) if millijoules <= up * 1000), -1)
        self.counts[at] += 1
        self.millijoules += millijoules


def flight_of(span: SettledSpan, gpu: str) -> Flight:
    event = span.event
    return Flight(
        model=f"{event.model}\n{event.quantisation}\n{event.engine}",
        begin_seconds=span.begin_seconds,
        end_seconds=span.end_seconds,
        work=span.work,
        gpu=gpu,
    )


def unmeasured_row(event: StepEvent, at: datetime) -> RequestRow:
    return RequestRow(
        request_id=event.request_id,
        kind=event.kind,
        model=event.model,
        gpu=HOST,
        began_at=at,
        seconds=0.0,
        millijoules=None,
        work=event.work,
        is_whole=False,
        is_calibrated=False,
    )


def moment_of(seconds: float, now_seconds: float, now_at: datetime) -> datetime:
    """A moment of the monotonic clock as UTC, by what both clocks say now."""
    ago = min(max(now_seconds - seconds, 0.0), 86_400.0)
    return now_at - timedelta(seconds=ago)


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def new_period(gpu: str, mode: Mode, began_at: datetime) -> PeriodRow:
    return PeriodRow(
        gpu=gpu, mode=mode, began_at=began_at, ended_at=began_at, counter_millijoules=0
    )


def grown(row: PeriodRow, ended_at: datetime, **by: float) -> PeriodRow:
    return PeriodRow(
        gpu=row.gpu,
        mode=row.mode,
        began_at=row.began_at,
        ended_at=ended_at,
        counter_millijoules=row.counter_millijoules + int(by.get("counter", 0)),
        requests_millijoules=row.requests_millijoules + int(by.get("requests", 0)),
        idle_millijoules=row.idle_millijoules + int(by.get("idle", 0)),
        unattributed_millijoules=row.unattributed_millijoules + int(by.get("unattributed", 0)),
        covered_seconds=row.covered_seconds + by.get("covered_seconds", 0.0),
        gap_seconds=row.gap_seconds + by.get("gap_seconds", 0.0),
        resets=row.resets + int(by.get("resets", 0)),
    )
