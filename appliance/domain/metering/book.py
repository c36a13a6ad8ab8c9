"""The meter's book: every GPU's attribution, its totals since the start, and rows for the ledger."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from appliance.domain.energy import CounterSample, Measured
from appliance.domain.metering.attribution import Attribution, SettledSpan
from appliance.domain.metering.coefficients import (
    UNCALIBRATED,
    CoefficientKey,
    Coefficients,
    Flight,
)
from appliance.domain.metering.rows import HOST, Mode, PeriodRow, RequestRow
from appliance.domain.metering.ticks import CounterWatch
from appliance.domain.metering.totals import (
    GpuTotals,
    NoteSizes,
    SpanEnergy,
    flight_of,
    grown,
    hour_of,
    moment_of,
    new_period,
    unmeasured_row,
)
from appliance.domain.metering.work import Part, RequestKind, StepEvent

PERIOD_SECONDS = 60.0
REMEMBERED_SPANS = 4096
_FLIGHTS_OF_A_SWEEP = 100_000


@dataclass(kw_only=True)
class _Gpu:
    name: str
    driver: str
    mode: Mode
    attribution: Attribution
    watch: CounterWatch = field(default_factory=CounterWatch)
    totals: GpuTotals = field(default_factory=GpuTotals)
    period: PeriodRow | None = None
    seen_gap_seconds: float = 0.0
    seen_resets: int = 0
    given_out: int = 0


class EnergyBook:
    """Not safe for two threads: the meter locks. Moments are UTC, seconds the monotonic clock's."""

    def __init__(
        self,
        *,
        coefficients: Mapping[CoefficientKey, Coefficients] | None = None,
        idle_milliwatts: Mapping[str, float] | None = None,
        refresh_seconds: Mapping[str, float] | None = None,
        emit: Callable[[RequestRow | PeriodRow], None],
    ) -> None:
        self.coefficients = dict(coefficients or {})
        self.refresh_seconds = dict(refresh_seconds or {})
        self._idle = dict(idle_milliwatts or {})
        self._emit = emit
        self._gpus: dict[str, _Gpu] = {}
        self._spans: OrderedDict[str, dict[str, SpanEnergy | None]] = OrderedDict()
        self._flights: list[Flight] = []
        self._host: PeriodRow | None = None
        self.host_millijoules = 0
        self.host_mode: Mode | None = None
        self.audio_milliseconds: dict[str, int] = {}
        self.notes: dict[str, NoteSizes] = {}
        self.request_counts: dict[tuple[str, str], int] = {}

    # Events ---------------------------------------------------------------------------------------

    def take_event(self, event: StepEvent, now_seconds: float, now_at: datetime) -> None:
        """One event of an engine; a span on a GPU that is not read here is not measured."""
        pending = self._spans.setdefault(event.span_id, dict.fromkeys(event.gpus))
        self._forget_old_spans()
        known = [gpu for gpu in event.gpus if gpu in self._gpus]
        for gpu in known:
            self._gpus[gpu].attribution.take_event(event)
        if known or event.part is not Part.END or HOST in pending:
            return
        pending[HOST] = SpanEnergy(millijoules=None, is_whole=False, is_calibrated=False)
        for gpu in event.gpus:
            pending[gpu] = pending[HOST]
        self._emit(unmeasured_row(event, moment_of(event.at_seconds, now_seconds, now_at)))

    def span(self, span_id: str) -> SpanEnergy | None:
        """A span's energy over all its GPUs; None as long as it is not settled, or unknown."""
        parts = self._spans.get(span_id)
        if not parts or None in parts.values():
            return None
        settled = [part for part in parts.values() if part is not None]
        measured = [part.millijoules for part in settled if part.millijoules is not None]
        return SpanEnergy(
            millijoules=sum(measured) if len(measured) == len(settled) else None,
            is_whole=all(part.is_whole for part in settled),
            is_calibrated=all(part.is_calibrated for part in settled),
        )

    # Looks ----------------------------------------------------------------------------------------

    def look(self, samples: Iterable[CounterSample], now_seconds: float, now_at: datetime) -> None:
        """One look at all GPUs, taken at `now_seconds`; then all that can be settled is."""
        for sample in samples:
            self._look_at(sample, now_seconds, now_at)
        self.settle(now_seconds, now_at)

    def look_at_host(self, millijoules: int, mode: Mode, seconds: float, now_at: datetime) -> None:
        """What the machine around the GPUs used in the last `seconds`."""
        self.host_mode = mode
        self.host_millijoules += millijoules
        row = self._host or new_period(HOST, mode, now_at - timedelta(seconds=seconds))
        self._host = grown(row, now_at, counter=millijoules, covered_seconds=seconds)
        self._host = self._emit_if_due(self._host, now_at)

    def settle(self, now_seconds: float, now_at: datetime) -> None:
        for uuid, gpu in self._gpus.items():
            for settled in gpu.attribution.settle(now_seconds):
                totals, tick = gpu.totals, settled.tick
                totals.counter += tick.millijoules
                totals.idle += settled.idle_millijoules
                totals.unattributed += settled.unattributed_millijoules
                gpu.given_out += settled.requests_millijoules
                self._count_period(
                    uuid,
                    gpu,
                    moment_of(tick.begin_seconds, now_seconds, now_at),
                    moment_of(tick.end_seconds, now_seconds, now_at),
                    counter=tick.millijoules,
                    requests=settled.requests_millijoules,
                    idle=settled.idle_millijoules,
                    unattributed=settled.unattributed_millijoules,
                    covered_seconds=tick.end_seconds - tick.begin_seconds,
                )
                error = tick.millijoules - settled.requests_millijoules
                error -= settled.idle_millijoules + settled.unattributed_millijoules
                totals.error += abs(error)
            for span in gpu.attribution.take_finished():
                self._finish(uuid, gpu, span, now_seconds, now_at)

    def close(self, now_seconds: float, now_at: datetime) -> None:
        """The meter stops: settle all, give out every row that is begun."""
        for uuid, gpu in self._gpus.items():
            self.settle(float("inf"), now_at)
            for span in gpu.attribution.take_all():
                self._finish(uuid, gpu, span, now_seconds, now_at)
            if gpu.period is not None:
                self._emit(gpu.period)
                gpu.period = None
        if self._host is not None:
            self._emit(self._host)
            self._host = None

    # For others to see ----------------------------------------------------------------------------

    def totals(self) -> Mapping[str, GpuTotals]:
        return {uuid: gpu.totals for uuid, gpu in self._gpus.items()}

    def errors(self) -> Mapping[str, int]:
        """By GPU, in millijoules, by how much its counter differs from requests (settled and in
        flight), idle and unattributed together. It must be 0."""
        return {
            uuid: gpu.totals.error
            + abs(
                gpu.totals.counter
                - gpu.totals.attributed
                - gpu.given_out
                - gpu.totals.idle
                - gpu.totals.unattributed
            )
            for uuid, gpu in self._gpus.items()
        }

    def modes(self) -> Mapping[str, Mode]:
        return {uuid: gpu.mode for uuid, gpu in self._gpus.items()}

    def resets(self) -> Mapping[str, int]:
        return {uuid: gpu.watch.resets for uuid, gpu in self._gpus.items()}

    def drift(self) -> Mapping[str, float]:
        return {uuid: gpu.attribution.drift.ratio for uuid, gpu in self._gpus.items()}

    def late_events(self) -> int:
        return sum(gpu.attribution.late_events for gpu in self._gpus.values())

    def idle_milliwatts(self) -> Mapping[str, float]:
        """By GPU, as far as a quiet gap was long enough; kept over a restart of the meter."""
        for uuid, gpu in self._gpus.items():
            if (milliwatts := gpu.attribution.quiet.milliwatts) is not None:
                self._idle[uuid] = milliwatts
        return self._idle

    def above_idle_millijoules(self, uuid: str) -> int:
        """Of one GPU since the start: all that was not rest."""
        totals = self._gpus[uuid].totals
        return totals.counter - totals.idle

    def take_flights(self) -> tuple[Flight, ...]:
        """Spans settled since the last call, for a sweep; `model` is a `CoefficientKey`'s parts."""
        flights, self._flights = tuple(self._flights), []
        return flights

    def key_of(self, uuid: str, flight_model: str) -> CoefficientKey:
        model, quantisation, engine = flight_model.split("\n")
        gpu = self._gpus[uuid]
        return CoefficientKey(
            model=model, quantisation=quantisation, gpu=gpu.name, driver=gpu.driver, engine=engine
        )

    # Within ---------------------------------------------------------------------------------------

    def _look_at(self, sample: CounterSample, now_seconds: float, now_at: datetime) -> None:
        gpu = self._gpus.get(sample.uuid)
        if gpu is None:
            if not isinstance(sample.counter, Measured):
                return
            gpu = self._gpus[sample.uuid] = self._new_gpu(sample)
        gpu.mode = Mode.POWER if sample.is_integrated else Mode.COUNTER
        tick = gpu.watch.look(sample, now_seconds)
        if tick is not None:
            gpu.attribution.take_tick(tick)
            if sample.power_milliwatts is not None:
                seconds = tick.end_seconds - tick.begin_seconds
                gpu.totals.integrated_power += sample.power_milliwatts * seconds
            return
        gpu.attribution.cut(now_seconds)
        gap = gpu.watch.gap_seconds - gpu.seen_gap_seconds
        lost = gpu.watch.resets - gpu.seen_resets
        gpu.seen_gap_seconds, gpu.seen_resets = gpu.watch.gap_seconds, gpu.watch.resets
        if gap or lost:
            began_at = now_at - timedelta(seconds=gap)
            self._count_period(sample.uuid, gpu, began_at, now_at, gap_seconds=gap, resets=lost)

    def _new_gpu(self, sample: CounterSample) -> _Gpu:
        def cost(event: StepEvent) -> Coefficients:
            key = CoefficientKey(
                model=event.model,
                quantisation=event.quantisation,
                gpu=sample.name,
                driver=sample.driver,
                engine=event.engine,
            )
            return self.coefficients.get(key, UNCALIBRATED)

        attribution = Attribution(
            cost,
            refresh_seconds=self.refresh_seconds.get(sample.uuid, 0.1),
            idle_milliwatts=self._idle.get(sample.uuid),
        )
        return _Gpu(
            name=sample.name, driver=sample.driver, mode=Mode.COUNTER, attribution=attribution
        )

    def _count_period(
        self, uuid: str, gpu: _Gpu, began_at: datetime, ended_at: datetime, **by: float
    ) -> None:
        row = gpu.period
        if row is not None and hour_of(row.began_at) != hour_of(ended_at):
            self._emit(row)
            row = None
        row = row or new_period(uuid, gpu.mode, began_at)
        gpu.period = self._emit_if_due(grown(row, ended_at, **by), ended_at)

    def _emit_if_due(self, row: PeriodRow, now_at: datetime) -> PeriodRow | None:
        is_due = (now_at - row.began_at).total_seconds() >= PERIOD_SECONDS
        if is_due or hour_of(row.began_at) != hour_of(now_at):
            self._emit(row)
            return None
        return row

    def _finish(
        self, uuid: str, gpu: _Gpu, span: SettledSpan, now_seconds: float, now_at: datetime
    ) -> None:
        event, stage = span.event, span.event.kind.value
        gpu.given_out -= span.millijoules
        key = (event.model, stage)
        gpu.totals.requests[key] = gpu.totals.requests.get(key, 0) + span.millijoules
        self.request_counts[key] = self.request_counts.get(key, 0) + 1
        audio = self.audio_milliseconds.get(event.model, 0)
        if span.work.audio_milliseconds:
            self.audio_milliseconds[event.model] = audio + span.work.audio_milliseconds
        if len(self._flights) < _FLIGHTS_OF_A_SWEEP:
            self._flights.append(flight_of(span, uuid))
        self._spans.setdefault(event.span_id, dict.fromkeys(event.gpus))[uuid] = SpanEnergy(
            millijoules=span.millijoules,
            is_whole=span.is_whole,
            is_calibrated=span.is_calibrated,
        )
        self._count_note(event)
        self._emit(
            RequestRow(
                request_id=event.request_id,
                kind=event.kind,
                model=event.model,
                gpu=uuid,
                began_at=moment_of(span.begin_seconds, now_seconds, now_at),
                seconds=span.end_seconds - span.begin_seconds,
                millijoules=span.millijoules,
                work=span.work,
                is_whole=span.is_whole,
                is_calibrated=span.is_calibrated,
            )
        )

    def _count_note(self, event: StepEvent) -> None:
        """Once all its GPUs are settled."""
        whole = self.span(event.span_id)
        if event.kind is RequestKind.NOTE and whole and whole.millijoules is not None:
            self.notes.setdefault(event.model, NoteSizes()).add(whole.millijoules)

    def _forget_old_spans(self) -> None:
        while len(self._spans) > REMEMBERED_SPANS:
            self._spans.popitem(last=False)
