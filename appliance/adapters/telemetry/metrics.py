"""What `/metrics` shows of the flow: counts, ages and seconds, on a registry of our own.

Label values are route templates, stages, kinds and codes, never anything that a person typed.
"""

import math
import re
import threading
from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

_LABEL = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_ROUTE = re.compile(r"/[A-Za-z0-9_.:/<>{}-]{0,127}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_STAGE_SECONDS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)


class Tally(Collector):
    """A counter that can be counted here or taken over from the record, whichever is further.

    The worker destroys and the web process answers `/metrics`: what was destroyed stands in the
    database, and its totals are taken from there.
    """

    def __init__(self, name: str, documentation: str, label: str | None) -> None:
        self._name = name
        self._documentation = documentation
        self._labels = [label] if label else []
        self._totals: dict[str, int] = {} if label else {"": 0}
        self._lock = threading.Lock()

    def add(self, label_value: str, count: int) -> None:
        with self._lock:
            self._totals[label_value] = self._totals.get(label_value, 0) + count

    def take_over(self, totals: Mapping[str, int]) -> None:
        with self._lock:
            for label_value, total in totals.items():
                self._totals[label_value] = max(total, self._totals.get(label_value, 0))

    def collect(self) -> Iterator[Metric]:
        family = CounterMetricFamily(self._name, self._documentation, labels=self._labels)
        with self._lock:
            totals = sorted(self._totals.items())
        for label_value, total in totals:
            family.add_metric([label_value] if self._labels else [], total)
        yield family


class Metrics:
    """The metrics of one program; make one in its entry point and hand it on."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "quietroom_requests",
            "Requests answered.",
            ["route", "method", "status"],
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "quietroom_request_seconds",
            "Time to answer a request.",
            ["route", "method"],
            buckets=_REQUEST_SECONDS,
            registry=self._registry,
        )
        self._stage_seconds = Histogram(
            "quietroom_stage_seconds",
            "Time one step of the flow took.",
            ["stage"],
            buckets=_STAGE_SECONDS,
            registry=self._registry,
        )
        self._encounters = self._gauge(
            "quietroom_encounters", "Encounters now in each stage.", ["stage"]
        )
        self._queue_length = self._gauge(
            "quietroom_queue_length", "Encounters that wait for the worker.", []
        )
        self._sweep_age_seconds = self._gauge(
            "quietroom_sweep_age_seconds", "Time since the last finished sweep; +Inf before it.", []
        )
        self._sweep_age_seconds.set(math.inf)
        self._canary = self._gauge(
            "quietroom_canary_outcome", "1 for what the newest canary came to.", ["outcome"]
        )
        self._canary_age_seconds = self._gauge(
            "quietroom_canary_age_seconds", "Time since the newest canary; +Inf before it.", []
        )
        self._canary_age_seconds.set(math.inf)
        self._hunt_age_seconds = self._gauge(
            "quietroom_residue_hunt_age_seconds",
            "Time since a hunt last looked everywhere for a canary; +Inf before it.",
            [],
        )
        self._hunt_age_seconds.set(math.inf)
        self._canary_millijoules = self._gauge(
            "quietroom_canary_millijoules",
            "What the GPU used for the newest canary: the box's own use. Absent: not measured.",
            ["whose"],
        )
        self._carbon = self._gauge(
            "quietroom_carbon_intensity_grams_per_joule",
            "CO2e of the energy used here: location is the grid's, market the contract's.",
            ["scope"],
        )
        self._destroyed = self._tally(
            "quietroom_destroyed_artefacts", "Artefacts destroyed.", "kind"
        )
        self._certificates = self._tally("quietroom_certificates", "Certificates written.", None)
        self._failures = self._tally("quietroom_worker_failures", "Steps that failed.", "code")

    def request_answered(
        self, route_template: str | None, method: str, status: int, seconds: float
    ) -> None:
        """`route_template` is the rule with its variables, e.g. "/encounters/<id>"; None: no rule."""
        route = _checked(route_template, _ROUTE) if route_template is not None else "unmatched"
        verb = method if method in _METHODS else "other"
        self._requests.labels(route, verb, str(int(status))).inc()
        self._request_seconds.labels(route, verb).observe(seconds)

    def stage_finished(self, stage: str, seconds: float) -> None:
        self._stage_seconds.labels(_checked(stage)).observe(seconds)

    def set_encounters_by_stage(self, counts: Mapping[str, int]) -> None:
        """All stages at once; a stage that is not named has none."""
        self._encounters.clear()
        for stage, count in counts.items():
            self._encounters.labels(_checked(stage)).set(count)

    def set_queue_length(self, length: int) -> None:
        self._queue_length.set(length)

    def set_sweep_age_seconds(self, age_seconds: float | None) -> None:
        """Time since the last finished sweep; None before the first, shown as endless."""
        self._sweep_age_seconds.set(math.inf if age_seconds is None else age_seconds)

    def set_canary(
        self,
        outcome: str,
        age_seconds: float,
        millijoules: int | None,
        hunt_age_seconds: float | None = None,
    ) -> None:
        """`outcome`: clean, incomplete, found, overdue or not_finished.

        `millijoules`: None is not measured, and not shown. `hunt_age_seconds`: since a hunt looked
        everywhere; None before the first, shown as endless.
        """
        self._canary.clear()
        self._canary.labels(_checked(outcome)).set(1)
        self._canary_age_seconds.set(age_seconds)
        self._hunt_age_seconds.set(math.inf if hunt_age_seconds is None else hunt_age_seconds)
        self._canary_millijoules.clear()
        if millijoules is not None:
            self._canary_millijoules.labels("the_box").set(millijoules)

    def set_carbon(self, grams_a_kilowatt_hour: Mapping[str, float]) -> None:
        """By scope: location, and market where the practice gave a figure."""
        self._carbon.clear()
        for scope, grams in grams_a_kilowatt_hour.items():
            self._carbon.labels(_checked(scope)).set(grams / 3_600_000)

    def artefact_destroyed(self, kind: str, count: int = 1) -> None:
        self._destroyed.add(_checked(kind), count)

    def certificate_written(self, count: int = 1) -> None:
        self._certificates.add("", count)

    def worker_failed(self, code: str) -> None:
        """`code` is the error's stable code, never its text."""
        self._failures.add(_checked(code), 1)

    def take_over_totals(
        self,
        *,
        destroyed_by_kind: Mapping[str, int],
        certificates: int,
        failures_by_code: Mapping[str, int],
    ) -> None:
        """Totals as the database has them; a total never goes down."""
        self._destroyed.take_over(_checked_keys(destroyed_by_kind))
        self._certificates.take_over({"": certificates})
        self._failures.take_over(_checked_keys(failures_by_code))

    def render(self) -> bytes:
        """Everything in Prometheus' text format, version 0.0.4."""
        return generate_latest(self._registry)

    def _gauge(self, name: str, documentation: str, labels: list[str]) -> Gauge:
        return Gauge(name, documentation, labels, registry=self._registry)

    def _tally(self, name: str, documentation: str, label: str | None) -> Tally:
        tally = Tally(name, documentation, label)
        self._registry.register(tally)
        return tally


def _checked(value: str, pattern: re.Pattern[str] = _LABEL) -> str:
    return value if pattern.fullmatch(value) else "withheld"


def _checked_keys(totals: Mapping[str, int]) -> dict[str, int]:
    checked: dict[str, int] = {}
    for key, total in totals.items():
        checked[_checked(key)] = checked.get(_checked(key), 0) + total
    return checked
