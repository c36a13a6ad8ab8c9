"""The web application: the gate before everything, then pages, API, health and metrics."""

import ipaddress
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from flask import Blueprint, Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from appliance.api.application import Application
from appliance.api.current import ApiParts
from appliance.api.document import add_api, create_application
from appliance.api.gate import SWEEP_FRESH_SECONDS, SweepGate
from appliance.api.headers import protect
from appliance.api.problems import problem, status_of, with_advice
from appliance.api.refusals import NotFromHere, Unexpected, refusal_of
from appliance.domain.errors import Absent, Misconfigured, QuietroomError, Unavailable
from appliance.domain.recording import MIB
from appliance.steps.box import Box

FORM_LIMIT_BYTES = MIB
REPORTING = frozenset({"/healthz", "/metrics", "/readyz"})
_FOR_PROGRAMS = ("/api/", "/healthz", "/metrics", "/readyz", "/ca.pem")
SWEEP_AGE = "sweep_age_seconds"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Log(Protocol):
    """Writes a fixed event name and identifiers; never objects, never text."""

    def __call__(self, name: str, /, **identifiers: object) -> None: ...


def log_nothing(name: str, /, **identifiers: object) -> None:
    """Where nobody reads a log."""


@dataclass(frozen=True, kw_only=True)
class WebParts:
    """What the wiring lends to the application.

    `readiness` names what the box needs to keep its promises: truth values, and `sweep_age_seconds`
    (None before the first sweep). `request_answered` takes the route's template (None: no such
    route), method, status and seconds. `metrics_allowed` are addresses and networks besides this
    machine's own.
    """

    readiness: Callable[[], Mapping[str, object]]
    metrics_text: Callable[[], bytes]
    request_answered: Callable[[str | None, str, int, float], None]
    energy_line: Callable[[], str]
    free_disk_bytes: Callable[[], int]
    free_disk_minimum_bytes: int = 1024 * MIB
    ca_certificate: bytes | None = None
    pages: Blueprint | None = None
    render_error_page: Callable[[int, str], str] | None = None
    metrics_allowed: tuple[str, ...] = ()
    log: Log = log_nothing


def create_app(box: Box, parts: WebParts) -> Flask:
    """The application of one web process, which answers 503 until a sweep newer than this call.

    Raises Misconfigured when `metrics_allowed` holds something else than addresses and networks.
    """
    app = create_application(__name__)
    app.config.update(
        MAX_CONTENT_LENGTH=FORM_LIMIT_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_LIMIT_BYTES,
        MAX_FORM_PARTS=500,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    gate = SweepGate(box)
    _watch(app, gate, parts)
    _add_reports(app, gate, parts)
    api_parts = ApiParts(
        box=box,
        free_disk_bytes=parts.free_disk_bytes,
        free_disk_minimum_bytes=parts.free_disk_minimum_bytes,
        energy_line=parts.energy_line,
    )
    add_api(app, api_parts)
    if parts.pages is not None:
        app.register_blueprint(parts.pages)
    _catch(app, parts)
    return app


def _watch(app: Flask, gate: SweepGate, parts: WebParts) -> None:
    """Number and time each request, and let none past the gate before its time."""

    def arrive() -> None:
        g.request_id = secrets.token_hex(8)
        g.started_seconds = time.perf_counter()
        is_asset = (request.endpoint or "").endswith(".static")  # no client's content in there
        if request.path not in REPORTING and not is_asset:
            gate.check()

    def leave(answer: Response) -> Response:
        seconds = time.perf_counter() - g.started_seconds
        route = request.url_rule.rule if request.url_rule else None
        parts.request_answered(route, request.method, answer.status_code, seconds)
        is_static = (request.endpoint or "").endswith(".static")
        return protect(answer, g.request_id, is_static=is_static)

    app.before_request(arrive)
    app.after_request(leave)


def _add_reports(app: Flask, gate: SweepGate, parts: WebParts) -> None:
    """`/healthz` (alive), `/readyz` (can it keep its promises), `/metrics`, `/ca.pem`."""

    def healthz() -> Response:
        return Response("alive\n", mimetype="text/plain")

    def readyz() -> Response:
        checks = {"swept": gate.is_open(), **parts.readiness()}
        is_ready = all(_holds(name, value) for name, value in checks.items())
        body = app.json.dumps({"ready": is_ready, "checks": checks})
        return Response(body, status=200 if is_ready else 503, mimetype="application/json")

    allowed = _networks(parts.metrics_allowed)

    def metrics() -> Response:
        if not _may_read_metrics(request.remote_addr, allowed):
            raise NotFromHere
        return Response(parts.metrics_text(), content_type="text/plain; version=0.0.4")

    def ca_certificate() -> Response:
        if parts.ca_certificate is None:
            raise Absent
        headers = {"Content-Disposition": 'attachment; filename="quietroom-ca.pem"'}
        kind = "application/x-x509-ca-cert"
        return Response(parts.ca_certificate, mimetype=kind, headers=headers)

    for path, view in (
        ("/healthz", healthz),
        ("/readyz", readyz),
        ("/metrics", metrics),
        ("/ca.pem", ca_certificate),
    ):
        app.add_url_rule(path, view.__name__, view, methods=["GET"])


def _holds(name: str, value: object) -> bool:
    if name == SWEEP_AGE:
        return isinstance(value, int | float) and value < SWEEP_FRESH_SECONDS
    return bool(value)


def _networks(allowed: tuple[str, ...]) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(one, strict=False) for one in allowed)
    except ValueError:
        reason = "metrics_allowed must hold addresses or networks"
        raise Misconfigured(details={"reason": reason}) from None


def _may_read_metrics(address: str | None, allowed: tuple[Network, ...]) -> bool:
    try:
        asking = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(asking, "ipv4_mapped", None) or asking
    return mapped.is_loopback or any(mapped in network for network in allowed)


def _catch(app: Application, parts: WebParts) -> None:
    """Every error becomes one clear sentence: a problem for programs, a page for people."""

    def answer(error: QuietroomError) -> Response:
        status = status_of(error)
        if request.path.startswith(_FOR_PROGRAMS) or parts.render_error_page is None:
            return problem(error)
        return with_advice(Response(parts.render_error_page(status, error.message), status), error)

    def known(error: QuietroomError) -> Response:
        if isinstance(error, Unavailable) or status_of(error) == 500:
            report(error)
        return answer(error)

    def refused_by_flask(error: HTTPException) -> Response:
        if error.code is not None and error.code < 400:
            return Response(status=error.code, headers=error.get_headers(request.environ))
        refused = answer(refusal_of(error, request.max_content_length or FORM_LIMIT_BYTES))
        if allowed := getattr(error, "valid_methods", None):
            refused.headers["Allow"] = ", ".join(sorted(allowed))
        return refused

    def unexpected(error: Exception) -> Response:
        report(error)
        return answer(Unexpected())

    def report(error: Exception) -> None:
        """The type's name, the view's, and the request's number; nothing that was sent or read."""
        parts.log(
            "request_failed",
            error=type(error).__name__,
            view=request.endpoint or "none",
            request=g.get("request_id", "none"),
        )

    app.register_error_handler(QuietroomError, known)
    app.register_error_handler(HTTPException, refused_by_flask)
    app.register_error_handler(Exception, unexpected)
