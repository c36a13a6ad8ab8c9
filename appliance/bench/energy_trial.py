"""One trial of the energy rule: a simulated machine told to the real attribution, faults and all."""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from appliance.bench.energy_machine import Gpu, GpuTraits, Job, Meterable, Moment, Phase
from appliance.domain.energy import CounterSample, Measured, NotMeasured
from appliance.domain.metering.attribution import Attribution, SettledSpan, SettledTick
from appliance.domain.metering.coefficients import UNCALIBRATED, Coefficients, Flight
from appliance.domain.metering.ticks import CounterWatch
from appliance.domain.metering.work import NO_WORK, Part, RequestKind, StepEvent, Work

TICK_SECONDS = 0.1
QUIET_FIRST_SECONDS = 8.0
_KINDS = {"notes": RequestKind.NOTE, "speech": RequestKind.SPEECH}


@dataclass(frozen=True, kw_only=True)
class Faults:
    """How often, for each tick or event. All 0: nothing goes wrong but late wake-ups."""

    late_tick: float = 0.02
    failed_read: float = 0.0
    reload: float = 0.0
    restart: float = 0.0
    clock_step: float = 0.0
    lost_event: float = 0.0
    repeated_event: float = 0.0
    late_event: float = 0.0


ALL_FAULTS = Faults(
    late_tick=0.03,
    failed_read=0.003,
    reload=0.0003,
    restart=0.0002,
    clock_step=0.0005,
    lost_event=0.01,
    repeated_event=0.05,
    late_event=0.02,
)


@dataclass
class Tallied:
    """What came out of it. Millijoules; `error` is everything by which anything failed to add up."""

    ticks: int = 0
    gaps: int = 0
    error: int = 0
    counted: int = 0
    requests: int = 0
    idle: int = 0
    unattributed: int = 0
    busy: int = 0
    busy_unattributed: int = 0
    busy_idle: int = 0
    spans: dict[int, int] = field(default_factory=dict)
    whole: set[int] = field(default_factory=set)
    flights: list[Flight] = field(default_factory=list)

    def take(self, settled: SettledTick) -> None:
        parts = (
            settled.requests_millijoules,
            settled.idle_millijoules,
            settled.unattributed_millijoules,
        )
        self.error += abs(settled.tick.millijoules - sum(parts)) + sum(-min(0, p) for p in parts)
        self.requests, self.idle = self.requests + parts[0], self.idle + parts[1]
        self.unattributed += parts[2]
        if settled.is_busy:
            self.busy += settled.tick.millijoules
            self.busy_unattributed += parts[2]
            self.busy_idle += parts[1]


class Trial:
    """One GPU, its jobs, and an `Attribution` that hears of them as it would in a box."""

    def __init__(
        self,
        traits: GpuTraits,
        jobs: list[Job],
        chance: random.Random,
        *,
        coefficients: dict[str, Coefficients] | None = None,
        faults: Faults | None = None,
        knows_truth: bool = True,
    ) -> None:
        self.jobs = {job.number: job for job in jobs}
        self.tallied = Tallied()
        self._gpu = Gpu(traits, knows_truth=knows_truth)
        self._counter = Meterable(traits, chance)
        self._chance = chance
        self._faults = faults or Faults()
        self._coefficients = coefficients or {}
        self._refresh = traits.refresh_seconds
        self._attribution = self._begin(None)
        self._watch = CounterWatch()
        self._waiting: list[tuple[float, int, StepEvent]] = []
        self._done: dict[int, Work] = {}
        self._told = 0
        self._lifted = 0
        self._ahead = 0.0
        self._last: int | None = None
        self._given_out = 0

    def run(self) -> Tallied:
        """All jobs from start to end, and some rest after the last."""
        due = TICK_SECONDS
        for moment, ended in self._moments():
            while due <= moment.end_seconds:
                self._counter.pass_by(_up_to(moment, due), self.jobs)
                self._tick(due)
                due += TICK_SECONDS
                if self._chance.random() < self._faults.late_tick:
                    due += min(self._chance.expovariate(1 / 0.15), 1.5)
            self._counter.pass_by(moment, self.jobs)
            for job, phase in ended:
                self._tell(job, phase, moment.end_seconds)
        self._finish()
        return self.tallied

    def _moments(self) -> Iterator[tuple[Moment, list[tuple[Job, Phase | None]]]]:
        end = 0.0
        for moment, ended in self._gpu.run(list(self.jobs.values())):
            end = moment.end_seconds
            yield moment, ended
        yield Moment(end, end + 5.0, 0.0, ()), []

    def _begin(self, idle_milliwatts: float | None) -> Attribution:
        return Attribution(
            lambda event: self._coefficients.get(event.model, UNCALIBRATED),
            refresh_seconds=self._refresh,
            idle_milliwatts=idle_milliwatts,
        )

    def _tell(self, job: Job, phase: Phase | None, at: float) -> None:
        done = self._done.get(job.number, NO_WORK)
        part = Part.BEGIN
        if phase is not None:
            done = done.plus(_work_of(phase))
            self._done[job.number] = done
            part = Part.END if job.at_phase == len(job.phases) else Part.PROGRESS
        event = StepEvent(
            request_id=str(job.number),
            span_id=str(job.number),
            part=part,
            kind=_KINDS[job.engine],
            model=job.engine,
            gpus=("gpu",),
            at_seconds=at + self._ahead,
            work=done,
        )
        self._send(event, at)

    def _send(self, event: StepEvent, at: float) -> None:
        copies = 1
        if self._chance.random() < self._faults.lost_event:
            copies = 0
        elif self._chance.random() < self._faults.repeated_event:
            copies = 2
        for _ in range(copies):
            delay = self._chance.uniform(0.0005, 0.01)
            if self._chance.random() < self._faults.late_event:
                delay = self._chance.uniform(0.1, 3.0)
            self._told += 1
            heapq.heappush(self._waiting, (at + delay, self._told, event))

    def _tick(self, at: float) -> None:
        tallied, faults, chance = self.tallied, self._faults, self._chance
        if chance.random() < faults.reload:
            self._lifted = self._counter.shown_at(at)
        if chance.random() < faults.clock_step:
            self._ahead += chance.uniform(0.05, 2.0)
        if chance.random() < faults.restart:
            self._restart()
        shown: int | None = self._counter.shown_at(at) - self._lifted
        if chance.random() < faults.failed_read:
            shown = None
        while self._waiting and self._waiting[0][0] <= at:
            self._attribution.take_event(heapq.heappop(self._waiting)[2])
        counter = NotMeasured(reason="failed") if shown is None else Measured(millijoules=shown)
        sample = CounterSample(uuid="gpu", name="a GPU", counter=counter)
        tick = self._watch.look(sample, at + self._ahead)
        tallied.ticks += 1
        if tick is None:
            tallied.gaps += 1
            self._attribution.cut(at + self._ahead)
        else:
            self._attribution.take_tick(tick)
            tallied.counted += (
                shown - self._last if shown is not None and self._last is not None else 0
            )
        self._last = shown
        self._settle(at + self._ahead)

    def _settle(self, now: float) -> None:
        for settled in self._attribution.settle(now):
            self.tallied.take(settled)
        for span in self._attribution.take_finished():
            self._take_span(span)

    def _take_span(self, span: SettledSpan) -> None:
        number = int(span.event.request_id)
        self.tallied.spans[number] = self.tallied.spans.get(number, 0) + span.millijoules
        self._given_out += span.millijoules
        if span.is_whole:
            self.tallied.whole.add(number)
        self.tallied.flights.append(
            Flight(
                model=span.event.model,
                begin_seconds=span.begin_seconds,
                end_seconds=span.end_seconds,
                work=span.work,
            )
        )

    def _restart(self) -> None:
        """Killed: what was not settled is settled as far as known, and the next begins anew."""
        self._drain()
        self._attribution = self._begin(self._attribution.quiet.milliwatts)
        self._watch = CounterWatch()
        self._last = None

    def _drain(self) -> None:
        for settled in self._attribution.settle(float("inf")):
            self.tallied.take(settled)
        for span in self._attribution.take_all():
            self._take_span(span)

    def _finish(self) -> None:
        self._drain()
        tallied = self.tallied
        settled = tallied.requests + tallied.idle + tallied.unattributed
        tallied.error += abs(tallied.counted - settled) + abs(tallied.requests - self._given_out)


def _up_to(moment: Moment, end: float) -> Moment:
    return replace(moment, end_seconds=end)


def _work_of(phase: Phase) -> Work:
    return Work(
        prefill_tokens=phase.prefill_tokens,
        decode_tokens=phase.decode_tokens,
        context_tokens=phase.context_tokens,
        audio_milliseconds=phase.audio_milliseconds,
    )
