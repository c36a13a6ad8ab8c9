"""What the GPU used: measured in millijoules, or not measured with the reason; never a guess.

A GPU's counter only ever says "so much since the driver was loaded". This file turns two looks at it
into energy, and turns whatever cannot be trusted (a counter set back, a failed read) into a gap.
"""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Energy that a counter showed, in whole millijoules."""

    millijoules: int


@dataclass(frozen=True, kw_only=True)
class NotMeasured:
    """No counter showed this energy. `reason` is for people and starts in lower case."""

    reason: str


Energy = Measured | NotMeasured


@dataclass(frozen=True, kw_only=True)
class CounterSample:
    """One look at one GPU: its counter since the driver was loaded, and its power where it says so.

    `power_milliwatts` is the driver's own average over about a second, None where it gives none.
    `is_integrated`: there is no counter, and power readings were added up instead. `scope`: what it
    counts: "gpu" the whole GPU, "module" a GPU that shares a module with a processor, "mig" or
    "vgpu" a part of one, which has no counter of its own.
    """

    uuid: str
    name: str
    counter: Energy
    power_milliwatts: int | None = None
    is_integrated: bool = False
    scope: str = "gpu"
    driver: str = ""


@dataclass(frozen=True, kw_only=True)
class GpuEnergy:
    """One GPU as the meter shows it: energy since the meter's start, or why there is none now."""

    uuid: str
    name: str
    energy: Energy
    power_milliwatts: int | None
    gaps: int
    gap_seconds: float
    scope: str = "gpu"


@dataclass(frozen=True, kw_only=True)
class EnergyReading:
    """All GPUs of one machine at one moment; readings compare only within one run of one meter."""

    meter_id: str
    taken_at: datetime
    gpus: tuple[GpuEnergy, ...]


MeterReading = EnergyReading | NotMeasured


@dataclass(frozen=True, kw_only=True)
class GpuAccount:
    """What the meter keeps of one GPU between two looks.

    `millijoules` sums only the stretches whose two ends were both read and in order.
    `counter_millijoules` is None while the counter cannot be read: the next stretch is then a gap.
    """

    last: CounterSample
    millijoules: int = 0
    gaps: int = 0
    gap_seconds: float = 0.0

    @property
    def counter_millijoules(self) -> int | None:
        return self.last.counter.millijoules if isinstance(self.last.counter, Measured) else None

    @property
    def was_ever_read(self) -> bool:
        return self.counter_millijoules is not None or self.gaps > 0

    def shown(self) -> GpuEnergy:
        counter = self.last.counter
        return GpuEnergy(
            uuid=self.last.uuid,
            name=self.last.name,
            energy=counter
            if isinstance(counter, NotMeasured)
            else Measured(millijoules=self.millijoules),
            power_milliwatts=self.last.power_milliwatts,
            gaps=self.gaps,
            gap_seconds=self.gap_seconds,
            scope=self.last.scope,
        )


def account_for(before: GpuAccount, sample: CounterSample, elapsed_seconds: float) -> GpuAccount:
    """The account after one more look, `elapsed_seconds` after the last.

    A stretch counts when both its ends were read and the counter did not go down. Any other stretch
    is a gap and adds no energy: a failed read opens one gap, however many reads fail in a row; a
    counter that was set back is one gap of its own. A GPU that was never read yet has no gaps.
    """
    was = before.counter_millijoules
    now = sample.counter.millijoules if isinstance(sample.counter, Measured) else None
    if was is not None and now is not None and now >= was:
        return replace(before, last=sample, millijoules=before.millijoules + now - was)
    if not before.was_ever_read:
        return replace(before, last=sample)
    return replace(
        before,
        last=sample,
        gaps=before.gaps + (1 if was is not None else 0),
        gap_seconds=before.gap_seconds + elapsed_seconds,
    )


def energy_between(before: MeterReading, after: MeterReading) -> Energy:
    """What all GPUs of the machine used between two readings of one meter.

    Not measured where anything was missing in between: a gap, a GPU without a counter, a meter that
    was started anew. A difference of nothing is not measured either, because a GPU that is switched
    on always draws power: its counter had just not moved on yet.
    """
    if isinstance(before, NotMeasured):
        return before
    if isinstance(after, NotMeasured):
        return after
    if before.meter_id != after.meter_id:
        return NotMeasured(reason="the energy meter was started anew meanwhile")
    earlier = {gpu.uuid: gpu for gpu in before.gpus}
    if earlier.keys() != {gpu.uuid for gpu in after.gpus}:
        return NotMeasured(reason="the machine's GPUs changed meanwhile")
    return _sum_of([_used(earlier[gpu.uuid], gpu) for gpu in after.gpus])


def _used(before: GpuEnergy, after: GpuEnergy) -> Energy:
    if isinstance(before.energy, NotMeasured):
        return before.energy
    if isinstance(after.energy, NotMeasured):
        return after.energy
    if before.gaps != after.gaps:
        return NotMeasured(reason="the GPU's counter had a gap meanwhile")
    return Measured(millijoules=after.energy.millijoules - before.energy.millijoules)


def _sum_of(parts: list[Energy]) -> Energy:
    missing = [part for part in parts if isinstance(part, NotMeasured)]
    if missing:
        return missing[0]
    total = sum(part.millijoules for part in parts if isinstance(part, Measured))
    if total == 0:
        return NotMeasured(reason="too short for the GPU's counter")
    return Measured(millijoules=total)
