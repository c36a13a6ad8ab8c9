"""The meter's book for Prometheus: base units, and no label but gpu, model, stage and scope.

Nothing here names a request, a session or a person; tests hold every family to that.
"""

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from appliance.domain.metering.book import EnergyBook
from appliance.domain.metering.totals import NOTE_JOULES


def gpu_label(uuid: str) -> str:
    """The first part of a GPU's UUID, as long as nvidia-smi's short form: enough to tell them apart."""
    return "-".join(uuid.split("-")[:2])


class BookCollector(Collector):
    """One look into the book; the caller holds the meter's lock meanwhile."""

    def __init__(self, book: EnergyBook, waiting_rows: int, refused_events: int) -> None:
        self._book = book
        self._waiting_rows = waiting_rows
        self._refused_events = refused_events

    def collect(self) -> Iterator[Metric]:
        yield self._attributed()
        yield from self._rest()
        yield from self._counters()
        yield from self._per_model()
        yield self._note_sizes()
        yield from self._health()

    def _attributed(self) -> Metric:
        family = CounterMetricFamily(
            "quietroom_energy_attributed_joules",
            "Energy of requests, each with its share by the affine Shapley rule.",
            labels=["gpu", "model", "stage"],
        )
        for uuid, totals in self._book.totals().items():
            for (model, stage), millijoules in totals.requests.items():
                family.add_metric([gpu_label(uuid), model, stage], millijoules / 1000)
        return family

    def _rest(self) -> Iterator[Metric]:
        idle = CounterMetricFamily(
            "quietroom_energy_idle_joules",
            "Energy at rest, by the power measured in quiet gaps with models loaded.",
            labels=["gpu"],
        )
        unattributed = CounterMetricFamily(
            "quietroom_energy_unattributed_joules",
            "Energy that neither rest nor a request explains.",
            labels=["gpu"],
        )
        for uuid, totals in self._book.totals().items():
            idle.add_metric([gpu_label(uuid)], totals.idle / 1000)
            unattributed.add_metric([gpu_label(uuid)], totals.unattributed / 1000)
        yield idle
        yield unattributed
        host = CounterMetricFamily(
            "quietroom_host_energy_joules",
            "Energy of the machine around the GPUs: rapl is counted, declared is a constant.",
            labels=["scope"],
        )
        if self._book.host_mode is not None:
            host.add_metric([self._book.host_mode.value], self._book.host_millijoules / 1000)
        yield host

    def _counters(self) -> Iterator[Metric]:
        error = GaugeMetricFamily(
            "quietroom_energy_conservation_error_joules",
            "Counter less requests, idle and unattributed. It must be 0.",
            labels=["gpu"],
        )
        resets = CounterMetricFamily(
            "quietroom_gpu_counter_resets",
            "Times that the counter went back or could no longer be read.",
            labels=["gpu"],
        )
        refresh = GaugeMetricFamily(
            "quietroom_gpu_counter_refresh_seconds",
            "How often the counter moves on, measured at the meter's start.",
            labels=["gpu"],
        )
        ratio = GaugeMetricFamily(
            "quietroom_gpu_counter_power_ratio",
            "Counted energy to power readings added up; near 1.",
            labels=["gpu"],
        )
        mode = GaugeMetricFamily(
            "quietroom_gpu_energy_mode",
            "1 for how energy is known: counter, or power where there is no counter.",
            labels=["gpu", "scope"],
        )
        drift = GaugeMetricFamily(
            "quietroom_energy_cost_drift_ratio",
            "Measured cost of requests to what the calibration expects; 1 as calibrated.",
            labels=["gpu"],
        )
        for uuid, totals in self._book.totals().items():
            gpu = gpu_label(uuid)
            error.add_metric([gpu], self._book.errors()[uuid] / 1000)
            resets.add_metric([gpu], self._book.resets()[uuid])
            mode.add_metric([gpu, self._book.modes()[uuid].value], 1)
            drift.add_metric([gpu], self._book.drift()[uuid])
            if uuid in self._book.refresh_seconds:
                refresh.add_metric([gpu], self._book.refresh_seconds[uuid])
            if totals.ratio is not None:
                ratio.add_metric([gpu], totals.ratio)
        yield from (error, resets, refresh, ratio, mode, drift)

    def _per_model(self) -> Iterator[Metric]:
        audio = CounterMetricFamily(
            "quietroom_audio_seconds", "Sound heard by measured requests.", labels=["model"]
        )
        for model, milliseconds in self._book.audio_milliseconds.items():
            audio.add_metric([model], milliseconds / 1000)
        notes = CounterMetricFamily(
            "quietroom_notes", "Notes drafted by measured requests.", labels=["model"]
        )
        for model, sizes in self._book.notes.items():
            notes.add_metric([model], sum(sizes.counts))
        yield from (audio, notes)

    def _note_sizes(self) -> Metric:
        family = HistogramMetricFamily(
            "quietroom_note_energy_joules", "Energy of one note's draft.", labels=["model"]
        )
        edges = [*(str(float(joules)) for joules in NOTE_JOULES), "+Inf"]
        for model, sizes in self._book.notes.items():
            buckets = list(zip(edges, map(float, accumulate(sizes.counts)), strict=True))
            family.add_metric([model], buckets, sizes.millijoules / 1000)
        return family

    def _health(self) -> Iterator[Metric]:
        late = CounterMetricFamily(
            "quietroom_energy_late_events",
            "Events of engines that came after their time was settled.",
        )
        late.add_metric([], self._book.late_events())
        refused = CounterMetricFamily(
            "quietroom_energy_refused_events", "Datagrams that were no event, or not an engine's."
        )
        refused.add_metric([], self._refused_events)
        waiting = GaugeMetricFamily(
            "quietroom_energy_waiting_rows", "Ledger rows that the record has not taken yet."
        )
        waiting.add_metric([], self._waiting_rows)
        yield from (late, refused, waiting)
