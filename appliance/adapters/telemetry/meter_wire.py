"""What the meter answers, and how it is read back: JSON for programs, Prometheus text for graphs."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from appliance.adapters.telemetry.energy_metrics import gpu_label
from appliance.domain.energy import (
    Energy,
    EnergyReading,
    GpuEnergy,
    Measured,
    MeterReading,
    NotMeasured,
)

JSON_TYPE = "application/json"
TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_GPU_LABELS = ["gpu"]


def reading_to_json(reading: MeterReading) -> dict[str, Any]:
    """`{"not_measured": reason}`, or the reading with each GPU's joules as whole millijoules."""
    if isinstance(reading, NotMeasured):
        return {"not_measured": reading.reason}
    return {
        "meter_id": reading.meter_id,
        "taken_at": reading.taken_at.isoformat(),
        "gpus": [_gpu_to_json(gpu) for gpu in reading.gpus],
    }


def reading_from_json(body: Mapping[str, Any]) -> MeterReading:
    """The other way round. Raises KeyError, TypeError or ValueError where the shape is another."""
    if "not_measured" in body:
        return NotMeasured(reason=str(body["not_measured"]))
    return EnergyReading(
        meter_id=str(body["meter_id"]),
        taken_at=datetime.fromisoformat(body["taken_at"]),
        gpus=tuple(_gpu_from_json(gpu) for gpu in body["gpus"]),
    )


def _gpu_to_json(gpu: GpuEnergy) -> dict[str, Any]:
    return {
        "uuid": gpu.uuid,
        "name": gpu.name,
        **_energy_to_json(gpu.energy),
        "power_milliwatts": gpu.power_milliwatts,
        "gaps": gpu.gaps,
        "gap_seconds": gpu.gap_seconds,
        "scope": gpu.scope,
    }


def _energy_to_json(energy: Energy) -> dict[str, Any]:
    if isinstance(energy, NotMeasured):
        return {"not_measured": energy.reason}
    return {"millijoules": energy.millijoules}


def _gpu_from_json(body: Mapping[str, Any]) -> GpuEnergy:
    power = body["power_milliwatts"]
    return GpuEnergy(
        uuid=str(body["uuid"]),
        name=str(body["name"]),
        energy=(
            NotMeasured(reason=str(body["not_measured"]))
            if "not_measured" in body
            else Measured(millijoules=int(body["millijoules"]))
        ),
        power_milliwatts=None if power is None else int(power),
        gaps=int(body["gaps"]),
        gap_seconds=float(body["gap_seconds"]),
        scope=str(body["scope"]),
    )


class _GpuCollector(Collector):
    """One reading as metric families. What is not measured has no sample, rather than one of 0."""

    def __init__(self, reading: MeterReading) -> None:
        self._gpus = reading.gpus if isinstance(reading, EnergyReading) else ()

    def collect(self) -> Iterator[Metric]:
        yield self._energy()
        yield self._power()
        yield self._measured()
        yield from self._gaps()

    def _energy(self) -> Metric:
        family = CounterMetricFamily(
            "quietroom_gpu_energy_joules",
            "Energy each GPU used since the meter's start, gaps left out.",
            labels=_GPU_LABELS,
        )
        for gpu in self._gpus:
            if isinstance(gpu.energy, Measured):
                family.add_metric([gpu_label(gpu.uuid)], gpu.energy.millijoules / 1000)
        return family

    def _power(self) -> Metric:
        family = GaugeMetricFamily(
            "quietroom_gpu_power_watts",
            "Power now, as the driver averages it over about a second.",
            labels=_GPU_LABELS,
        )
        for gpu in self._gpus:
            if gpu.power_milliwatts is not None:
                family.add_metric([gpu_label(gpu.uuid)], gpu.power_milliwatts / 1000)
        return family

    def _measured(self) -> Metric:
        family = GaugeMetricFamily(
            "quietroom_gpu_measured",
            "1: the energy is measured now, 0: it is not; scope: gpu, module, mig, vgpu or none.",
            labels=[*_GPU_LABELS, "scope"],
        )
        for gpu in self._gpus:
            is_measured = isinstance(gpu.energy, Measured)
            family.add_metric([gpu_label(gpu.uuid), gpu.scope], float(is_measured))
        if not self._gpus:
            family.add_metric(["", "none"], 0)
        return family

    def _gaps(self) -> Iterator[Metric]:
        count = CounterMetricFamily(
            "quietroom_gpu_gaps",
            "Stretches without a usable counter: failed reads and counters that were set back.",
            labels=_GPU_LABELS,
        )
        seconds = CounterMetricFamily(
            "quietroom_gpu_gap_seconds", "Time that the gaps cover.", labels=_GPU_LABELS
        )
        for gpu in self._gpus:
            count.add_metric([gpu_label(gpu.uuid)], gpu.gaps)
            seconds.add_metric([gpu_label(gpu.uuid)], gpu.gap_seconds)
        yield count
        yield seconds


def reading_to_metrics(reading: MeterReading, *others: Collector) -> bytes:
    """The reading in Prometheus' text format, version 0.0.4; energy in joules, power in watts."""
    registry = CollectorRegistry()
    for collector in (_GpuCollector(reading), *others):
        registry.register(collector)
    return generate_latest(registry)
