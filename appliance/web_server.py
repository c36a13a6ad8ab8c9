"""`quietroom web`: Flask under gunicorn; pages, JSON API, health and metrics. No GPU, no root key."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from appliance.adapters.machine.disk import disk_space_of
from appliance.adapters.paper import as_pdf
from appliance.adapters.telemetry.log import event
from appliance.adapters.telemetry.meter_client import MeterClient
from appliance.adapters.telemetry.metrics import Metrics
from appliance.domain.energy import NotMeasured
from appliance.domain.errors import Misconfigured, QuietroomError
from appliance.domain.lifecycle import WORK
from appliance.domain.metering.carbon import (
    EnergyChoices,
    location_intensity,
    market_intensity,
)
from appliance.gunicorn_config import options
from appliance.settings import Settings
from appliance.steps.apply_retention import HEARTBEAT as SWEPT
from appliance.steps.box import Box
from appliance.steps.read_canary import last_canary
from appliance.steps.records import Records
from appliance.web.pages import create_pages, render_error_page
from appliance.wiring import build_box, meter_client, serving_client
from appliance.wsgi import WebParts, create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MEASURED_LINE = "measured; a session's own share is here some seconds after its work"


def run_web(settings: Settings) -> None:
    """Serve until SIGTERM: HTTPS, or behind a proxy. Raises Misconfigured without a certificate."""
    _Server(settings, _chosen(settings)).run()


def _chosen(settings: Settings) -> dict[str, Any]:
    if settings.web_socket is not None:
        # Who may knock there is up to the socket's folder, or to the unit that hands it over.
        plain = {"certfile": None, "keyfile": None, "umask": 0o007}
        return options(f"unix:{settings.web_socket}", "", "") | plain
    if settings.tls_certificate is None or settings.tls_private_key is None:
        reason = "set QUIETROOM_TLS_CERTIFICATE and QUIETROOM_TLS_PRIVATE_KEY"
        raise Misconfigured(details={"reason": reason})
    bind = f"{_bracketed(settings.web_host)}:{settings.web_port}"
    return options(bind, str(settings.tls_certificate), str(settings.tls_private_key))


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn without a configuration file; the application is made in the worker process."""

    def __init__(self, settings: Settings, chosen: Mapping[str, Any]) -> None:
        self._settings = settings
        self._chosen = chosen
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._chosen.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        app = create_app(*build_web(self._settings))
        return app if self._settings.web_socket is None else BehindProxy(app)


class BehindProxy:
    """Who asks, as the proxy in front of the socket says; it replaces what callers wrote there.

    Only for the socket: nobody but the proxy reaches it.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = environ.pop("HTTP_X_REAL_IP", "")
        environ["wsgi.url_scheme"] = "https"
        return self._application(environ, start_response)


def build_web(settings: Settings) -> tuple[Box, WebParts]:
    """The box and everything else that the application is lent."""
    box = build_box(settings)
    metrics = Metrics()
    reports = Reports(settings, box, metrics)
    state = settings.state_directory

    def free_disk_bytes() -> int:
        return disk_space_of(state).free_bytes

    pages = create_pages(
        box,
        energy_line=reports.energy_line,
        free_disk_bytes=free_disk_bytes,
        print_pdf=as_pdf,
    )
    return box, WebParts(
        readiness=reports.readiness,
        metrics_text=reports.metrics_text,
        request_answered=metrics.request_answered,
        energy_line=reports.energy_line,
        free_disk_bytes=free_disk_bytes,
        free_disk_minimum_bytes=settings.free_disk_minimum_bytes,
        ca_certificate=_own_authority(settings),
        pages=pages,
        render_error_page=render_error_page,
        metrics_allowed=settings.metrics_allowed,
        log=event,
    )


class Reports:
    """What the box says about itself to administrators and their tools."""

    def __init__(self, settings: Settings, box: Box, metrics: Metrics) -> None:
        self._box = box
        self._metrics = metrics
        self._meter: MeterClient = meter_client(settings)
        self._serving = serving_client(settings)
        self._identifiers = settings.identifiers_model

    def readiness(self) -> dict[str, object]:
        """Whether database, keyring and serving answer, and the age of the last sweep."""
        return {
            "database": self._answers("database"),
            "keyring": self._answers("keyring"),
            "serving": self._answers("serving"),
            "sweep_age_seconds": self._sweep_age_seconds(),
        }

    def metrics_text(self) -> bytes:
        """This program's, the database's and the meter's, in Prometheus' text format."""
        self._metrics.set_sweep_age_seconds(self._sweep_age_seconds())
        try:
            with self._box.database.read() as records:
                self._take_totals(records)
            self._take_canary()
        except QuietroomError as error:
            event("metrics_incomplete", code=error.code)
        return self._metrics.render() + self._meter.metrics_text().encode()

    def energy_line(self) -> str:
        reading = self._meter.reading()
        if isinstance(reading, NotMeasured):
            return f"not measured: {reading.reason}"
        return MEASURED_LINE

    def _take_canary(self) -> None:
        result = last_canary(self._box)
        if result is not None:
            now, whole_at = datetime.now(UTC), result.hunted_through_at
            self._metrics.set_canary(
                result.told_outcome(now),
                (now - result.at).total_seconds(),
                result.millijoules,
                (now - whole_at).total_seconds() if whole_at else None,
            )

    def _take_totals(self, records: Records) -> None:
        stages = records.encounters.count_by_stage()
        destroyed = records.certificates.count_by_kind()
        self._metrics.set_encounters_by_stage(stages)
        self._metrics.set_queue_length(sum(stages.get(stage, 0) for stage in WORK))
        self._metrics.take_over_totals(
            destroyed_by_kind=destroyed,
            certificates=sum(destroyed.values()),
            failures_by_code=records.encounters.count_failures(),
        )
        choices = EnergyChoices(**records.energy.choices())
        market = market_intensity(choices)
        carbon = {"location": location_intensity(choices).grams}
        self._metrics.set_carbon(carbon | ({"market": market.grams} if market else {}))

    def _answers(self, part: str) -> bool:
        try:
            match part:
                case "database":
                    with self._box.database.read() as records:
                        records.heartbeats.last(SWEPT)
                case "keyring":
                    self._box.vault.status()
                case _:
                    health = self._serving.health()
                    wanted, loaded = self._identifiers, health.identifiers
                    is_there = wanted is None or (loaded is not None and loaded.name == wanted)
                    return is_there and None not in (health.speech, health.notes)
        except QuietroomError:
            return False
        return True

    def _sweep_age_seconds(self) -> float | None:
        try:
            with self._box.database.read() as records:
                swept_at = records.heartbeats.last(SWEPT)
        except QuietroomError:
            return None
        return (datetime.now(UTC) - swept_at).total_seconds() if swept_at else None


def _own_authority(settings: Settings) -> bytes | None:
    path: Path = settings.tls_directory / "authority.crt"
    return path.read_bytes() if path.is_file() else None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
