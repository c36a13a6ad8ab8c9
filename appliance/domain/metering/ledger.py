"""What the record's ledger says: of one encounter, of a month, of an hour; and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from appliance.domain.energy import Energy, Measured, NotMeasured
from appliance.domain.metering.rows import Mode

CALIBRATED_TOLERANCE_PERCENT = 10
"""What 95 of 100 requests stay within, of the true Shapley share on a simulated machine that is not
affine (`quietroom bench energy`); a bar that the bench fails over."""

NO_REQUEST = NotMeasured(reason="nothing was asked of a GPU for this")
NO_GPU_ENGINE = NotMeasured(reason="no GPU counter saw this work")
CUT_BY_A_GAP = NotMeasured(reason="the GPU's counter had a gap meanwhile")


@dataclass(frozen=True, kw_only=True)
class EncounterEnergy:
    """One encounter's requests together. Counts of rows; millijoules of those that were measured."""

    millijoules: int = 0
    measured_rows: int = 0
    unmeasured_rows: int = 0
    cut_rows: int = 0
    is_calibrated: bool = True

    @property
    def energy(self) -> Energy:
        """Measured where every request that used a GPU was, whole; else why not."""
        if self.measured_rows == 0:
            return NO_GPU_ENGINE if self.unmeasured_rows else NO_REQUEST
        if self.cut_rows:
            return CUT_BY_A_GAP
        return Measured(millijoules=self.millijoules)


@dataclass(frozen=True, kw_only=True)
class ModelUse:
    """One model's requests of one kind in a stretch of time."""

    model: str
    kind: str
    requests: int
    millijoules: int
    audio_milliseconds: int
    prefill_tokens: int
    decode_tokens: int


@dataclass(frozen=True, kw_only=True)
class HourUse:
    """One hour of one GPU, or of the host."""

    hour_at: datetime
    gpu: str
    mode: Mode
    counter_millijoules: int
    requests_millijoules: int
    idle_millijoules: int
    unattributed_millijoules: int
    covered_seconds: float
    gap_seconds: float
    resets: int


@dataclass(frozen=True, kw_only=True)
class EnergySummary:
    """A stretch of time, e.g. a month to date. Millijoules; `host` None: not measured.

    `covered_seconds` and `gap_seconds` are summed over GPUs. `by_clinician` is by account id.
    """

    active: int = 0
    idle: int = 0
    unattributed: int = 0
    host: int | None = None
    host_mode: Mode | None = None
    covered_seconds: float = 0.0
    gap_seconds: float = 0.0
    resets: int = 0
    has_power_mode: bool = False
    unmeasured_requests: int = 0
    cut_requests: int = 0
    uncalibrated_requests: int = 0
    models: tuple[ModelUse, ...] = ()
    by_clinician: Mapping[str, int] = field(default_factory=dict)
    gpus: int = 0

    @property
    def gpu(self) -> int:
        return self.active + self.idle + self.unattributed

    @property
    def is_measured(self) -> bool:
        return self.covered_seconds > 0

    @property
    def coverage_share(self) -> float | None:
        """Of the time that the meter ran; None where it did not."""
        seen = self.covered_seconds + self.gap_seconds
        return self.covered_seconds / seen if seen else None

    @property
    def notes(self) -> int:
        return sum(use.requests for use in self.models if use.kind == "note")

    @property
    def joules_a_note(self) -> float | None:
        """Of the note model alone; None before the first measured note."""
        spent = sum(use.millijoules for use in self.models if use.kind == "note")
        return spent / 1000 / self.notes if self.notes else None

    @property
    def joules_a_minute_of_audio(self) -> float | None:
        spent = sum(use.millijoules for use in self.models if use.kind == "speech")
        minutes = sum(use.audio_milliseconds for use in self.models) / 60_000
        return spent / 1000 / minutes if minutes else None

    @property
    def idle_watts(self) -> float | None:
        """Rest of all GPUs together, on average while the meter ran."""
        if not self.covered_seconds or not self.gpus:
            return None
        return self.idle / 1000 / (self.covered_seconds / self.gpus)


def summarise(
    hours: tuple[HourUse, ...],
    models: tuple[ModelUse, ...],
    *,
    unmeasured_requests: int = 0,
    cut_requests: int = 0,
    uncalibrated_requests: int = 0,
    by_clinician: Mapping[str, int] | None = None,
) -> EnergySummary:
    """Hours and requests of a stretch as one summary; the host is a line of its own."""
    gpus = [hour for hour in hours if hour.mode in (Mode.COUNTER, Mode.POWER)]
    host = [hour for hour in hours if hour.mode in (Mode.RAPL, Mode.DECLARED)]
    return EnergySummary(
        active=sum(hour.requests_millijoules for hour in gpus),
        idle=sum(hour.idle_millijoules for hour in gpus),
        unattributed=sum(hour.unattributed_millijoules for hour in gpus),
        host=sum(hour.counter_millijoules for hour in host) if host else None,
        host_mode=host[-1].mode if host else None,
        covered_seconds=sum(hour.covered_seconds for hour in gpus),
        gap_seconds=sum(hour.gap_seconds for hour in gpus),
        resets=sum(hour.resets for hour in gpus),
        has_power_mode=any(hour.mode is Mode.POWER for hour in gpus),
        unmeasured_requests=unmeasured_requests,
        cut_requests=cut_requests,
        uncalibrated_requests=uncalibrated_requests,
        models=models,
        by_clinician=dict(by_clinician or {}),
        gpus=len({hour.gpu for hour in gpus}),
    )


def explanation(used: EncounterEnergy) -> str:
    """What the line does and does not say, in a clinician's words."""
    if not isinstance(used.energy, Measured):
        return "No counter measured this session's energy, so no number is shown."
    return (
        "This session's own share of the GPU's work. What the GPU draws at rest, and the computer "
        "around it, are not in it: the energy page shows them on lines of their own."
    )


def encounter_line(used: EncounterEnergy) -> str:
    """One line for a person: "0.53 Wh, measured and shared by rule, ±10%", or why there is none."""
    energy = used.energy
    if isinstance(energy, NotMeasured):
        return f"not measured: {energy.reason}"
    watt_hours = energy.millijoules / 3_600_000
    amount = f"{watt_hours:.2f} Wh" if watt_hours >= 0.01 else "less than 0.01 Wh"
    if used.is_calibrated:
        return f"{amount}, measured and shared by rule, ±{CALIBRATED_TOLERANCE_PERCENT}%"
    return f"{amount}, measured; shared by time alone, for this GPU was not calibrated"
