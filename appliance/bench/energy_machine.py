"""A simulated GPU and its engines, for judging the energy rule: not affine, and never in a product path.

What is simulated, so that the rule is judged by a machine that does not obey it: power saturates
with load, requests slow one another down, a prefill holds up everybody's decoding, power is noisy,
rest drifts, and the counter is refreshed seldom and shows the past. What is known here and nowhere
else is the truth: each request's Shapley value of the power of exactly this machine, by trying
every subset of those in flight.
"""

import heapq
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

NOTES, SPEECH = "notes", "speech"
STALLED_SHARE = 0.3
"""Of its power above rest, what a request that only waits for the others goes on drawing."""


@dataclass(frozen=True, kw_only=True)
class GpuTraits:
    """One simulated GPU. Watts, seconds; `saturates_watts`: how soft the ceiling of power is."""

    idle_watts: float
    ramp_watts: float
    notes_watts: float
    speech_watts: float
    saturates_watts: float
    refresh_seconds: float
    lag_seconds: float
    noise_share: float
    slowing_share: float


def traits_for(chance: random.Random) -> GpuTraits:
    """A GPU like those of a small practice or a large one."""
    return GpuTraits(
        idle_watts=chance.uniform(35, 130),
        ramp_watts=chance.uniform(20, 50),
        notes_watts=chance.uniform(70, 140),
        speech_watts=chance.uniform(40, 80),
        saturates_watts=chance.uniform(550, 900),
        refresh_seconds=chance.uniform(0.02, 0.1),
        lag_seconds=chance.uniform(0.0, 0.03),
        noise_share=0.03,
        slowing_share=chance.uniform(0.03, 0.08),
    )


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One stretch of a request: `seconds` at full speed, drawing `watts`; what it does meanwhile."""

    seconds: float
    watts: float
    prefill_tokens: int = 0
    decode_tokens: int = 0
    context_tokens: int = 0
    audio_milliseconds: int = 0
    is_prefill: bool = False


@dataclass(kw_only=True)
class Job:
    """One request as the machine sees it. `true_millijoules` is what the simulation is for."""

    number: int
    engine: str
    arrives_seconds: float
    phases: list[Phase]
    at_phase: int = 0
    left_seconds: float = 0.0
    true_millijoules: float = 0.0

    @property
    def phase(self) -> Phase:
        return self.phases[self.at_phase]


def a_note(chance: random.Random, number: int, arrives_seconds: float, size: float = 1.0) -> Job:
    """A draft: thousands of tokens of a session read, hundreds written, half a second a stretch."""
    prompt = int(chance.uniform(2_500, 12_000) * size)
    computed = int(prompt * chance.uniform(0.6, 1.0))
    left = int(chance.uniform(250, 900) * size)
    phases = [
        Phase(
            seconds=computed / 9_000,
            watts=260.0,
            prefill_tokens=computed,
            is_prefill=True,
        )
    ]
    context = prompt
    while left > 0:
        tokens = min(40, left)
        phases.append(
            Phase(
                seconds=tokens / 80,
                watts=22 + context / 700,
                decode_tokens=tokens,
                context_tokens=tokens * context,
            )
        )
        left, context = left - tokens, context + tokens
    return Job(number=number, engine=NOTES, arrives_seconds=arrives_seconds, phases=phases)


def a_recording(
    chance: random.Random, number: int, arrives_seconds: float, size: float = 1.0
) -> Job:
    """A session's sound: windows of half a minute, one after the other."""
    windows = max(4, int(chance.uniform(40, 120) * size))
    phases = [
        Phase(seconds=0.09, watts=chance.uniform(150, 190), audio_milliseconds=30_000)
        for _ in range(windows)
    ]
    return Job(number=number, engine=SPEECH, arrives_seconds=arrives_seconds, phases=phases)


def _drawn_share(speed: float) -> float:
    """What a request draws of its full power when others slow it down: less, but not in proportion."""
    return STALLED_SHARE + (1 - STALLED_SHARE) * speed


@dataclass(frozen=True, slots=True)
class Moment:
    """What the machine did from `begin` to `end`: watts above rest, and each job's true part."""

    begin_seconds: float
    end_seconds: float
    watts: float
    parts: tuple[tuple[int, float], ...]


class Gpu:
    """Runs jobs as they come. `moments` is its history, `marks` what its engines would tell."""

    def __init__(self, traits: GpuTraits, *, knows_truth: bool = True) -> None:
        self.traits = traits
        self._knows_truth = knows_truth
        self._power = lru_cache(maxsize=200_000)(self._power_of)
        self._parts = lru_cache(maxsize=100_000)(self._shapley)

    def run(self, jobs: list[Job]) -> Iterator[tuple[Moment, list[tuple[Job, Phase | None]]]]:
        """Stretches of constant load, each with the phases that ended with it (None: a job began)."""
        waiting = [(job.arrives_seconds, job.number, job) for job in jobs]
        heapq.heapify(waiting)
        flying: list[Job] = []
        now = 0.0
        while waiting or flying:
            speed = self._speed(flying)
            ends = [now + job.left_seconds / speed[job.phase.is_prefill] for job in flying]
            next_end = min(ends, default=math.inf)
            then = min(next_end, waiting[0][0] if waiting else math.inf)
            moment = self._moment(now, then, flying)
            told: list[tuple[Job, Phase | None]] = []
            for job in flying:
                job.left_seconds -= (then - now) * speed[job.phase.is_prefill]
            told += self._end_phases(flying)
            now = then
            while waiting and waiting[0][0] <= now:
                job = heapq.heappop(waiting)[2]
                job.left_seconds = job.phase.seconds
                flying.append(job)
                told.append((job, None))
            yield moment, told

    def _end_phases(self, flying: list[Job]) -> Iterator[tuple[Job, Phase | None]]:
        for job in list(flying):
            if job.left_seconds > 1e-9:
                continue
            yield job, job.phase
            job.at_phase += 1
            if job.at_phase == len(job.phases):
                flying.remove(job)
            else:
                job.left_seconds = job.phase.seconds

    def _speed(self, flying: list[Job]) -> dict[bool, float]:
        """By whether it is a prefill: contention slows all, and a prefill holds up decoding."""
        all_alike = 1 / (1 + self.traits.slowing_share * max(0, len(flying) - 1))
        held_up = 0.55 if any(job.phase.is_prefill for job in flying) else 1.0
        return {True: all_alike, False: all_alike * held_up}

    def _moment(self, begin: float, end: float, flying: list[Job]) -> Moment:
        speed = self._speed(flying)
        drawn = [
            (job.engine, job.phase.watts * _drawn_share(speed[job.phase.is_prefill]))
            for job in flying
        ]
        loads = tuple(sorted(drawn))
        watts = self._power(loads)
        if not self._knows_truth or not flying:
            return Moment(begin, end, watts, ())
        by_load = dict(zip(loads, self._parts(loads), strict=True))
        parts = tuple((job.number, by_load[load]) for job, load in zip(flying, drawn, strict=True))
        return Moment(begin, end, watts, parts)

    def _power_of(self, loads: tuple[tuple[str, float], ...]) -> float:
        """Watts above rest: a soft ceiling over all that is asked for. Not affine."""
        if not loads:
            return 0.0
        engines = {engine for engine, _ in loads}
        asked = self.traits.ramp_watts + sum(watts for _, watts in loads)
        asked += self.traits.notes_watts if NOTES in engines else 0.0
        asked += self.traits.speech_watts if SPEECH in engines else 0.0
        ceiling = self.traits.saturates_watts
        return ceiling * (1 - math.exp(-asked / ceiling))

    def _shapley(self, loads: tuple[tuple[str, float], ...]) -> tuple[float, ...]:
        """Each one's Shapley value of the power above rest: every subset is tried."""
        count = len(loads)
        value = [0.0] * (1 << count)
        for mask in range(1, 1 << count):
            value[mask] = self._power_of(tuple(loads[i] for i in range(count) if mask >> i & 1))
        weight = [
            math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
            for size in range(count)
        ]
        parts = [0.0] * count
        for mask in range(1 << count):
            size = mask.bit_count()
            for i in range(count):
                if not mask >> i & 1:
                    parts[i] += weight[size] * (value[mask | 1 << i] - value[mask])
        return tuple(parts)


@dataclass
class Meterable:
    """The energy that a GPU really used, as its counter would come to show it: refreshed in steps."""

    traits: GpuTraits
    chance: random.Random
    _seconds: float = 0.0
    _millijoules: float = 0.0
    _noise: float = 1.0
    _drift: float = 1.0
    _steps: list[tuple[float, int]] = field(default_factory=list)

    def pass_by(self, moment: Moment, jobs: dict[int, Job]) -> None:
        """Count a moment, refresh by refresh; noise falls on power and on the truth alike."""
        while self._seconds < moment.end_seconds - 1e-12:
            refresh = self.traits.refresh_seconds
            edge = (math.floor(self._seconds / refresh + 1e-9) + 1) * refresh
            until = min(edge, moment.end_seconds)
            span = until - self._seconds
            rest = self.traits.idle_watts * self._drift
            self._millijoules += (rest + moment.watts * self._noise) * span * 1000
            for number, watts in moment.parts:
                jobs[number].true_millijoules += watts * self._noise * span * 1000
            self._seconds = until
            if until == edge:
                self._refresh(edge)

    def _refresh(self, at: float) -> None:
        self._steps.append((at + self.traits.lag_seconds, int(self._millijoules)))
        fresh = self.chance.gauss(0, self.traits.noise_share)
        self._noise = 1 + 0.8 * (self._noise - 1) + 0.6 * fresh
        self._drift = 1 + 0.999 * (self._drift - 1) + self.chance.gauss(0, 0.0005)

    def shown_at(self, seconds: float) -> int:
        """What the counter shows; asked in order of time."""
        steps = self._steps
        while len(steps) > 1 and steps[1][0] <= seconds:
            steps.pop(0)
        return steps[0][1] if steps and steps[0][0] <= seconds else 0
