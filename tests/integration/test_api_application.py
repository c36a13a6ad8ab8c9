"""The application around the API: the gate, the headers, health, readiness and metrics."""

import pytest
from flask import Blueprint

from appliance.api.headers import CONTENT_SECURITY_POLICY
from appliance.domain.errors import DatabaseUnavailable, Misconfigured
from appliance.steps.apply_retention import apply_retention
from appliance.steps.box import Box
from appliance.wsgi import create_app
from tests.api_caller import Heard, make_app, make_parts


def last_wanted(box: Box):
    with box.database.read() as records:
        return records.heartbeats.last("sweep_wanted")


def test_nobody_is_answered_before_a_sweep_that_began_after_the_start(box: Box) -> None:
    apply_retention(box)
    box.clock.move(seconds=1)
    client = create_app(box, make_parts()).test_client()
    for path in ("/", "/api/v1/me", "/api/v1/openapi.json", "/ca.pem", "/nothing"):
        answer = client.get(path)
        assert (answer.status_code, answer.json["code"]) == (503, "not_ready")
        assert int(answer.headers["Retry-After"]) > 0
    assert last_wanted(box) == box.clock.now()
    apply_retention(box)
    assert client.get("/api/v1/openapi.json").status_code == 200


def test_a_sweep_that_grows_old_shuts_the_gate_again(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.api.gate.REMEMBERED_SECONDS", 0.0)
    client = make_app(box).test_client()
    assert client.get("/api/v1/openapi.json").status_code == 200
    box.clock.move(seconds=179)
    assert client.get("/api/v1/openapi.json").status_code == 200
    box.clock.move(seconds=1)
    assert client.get("/api/v1/openapi.json").status_code == 503


def test_a_sweep_from_the_future_opens_nothing(box: Box) -> None:
    client = create_app(box, make_parts()).test_client()
    box.clock.move(hours=2)
    apply_retention(box)
    box.clock.move(hours=-1)
    assert client.get("/api/v1/openapi.json").status_code == 503


def test_an_open_gate_is_remembered_for_seconds_not_longer(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [100.0]
    monkeypatch.setattr("appliance.api.gate.time.monotonic", lambda: seconds[0])
    client = make_app(box).test_client()
    assert client.get("/api/v1/openapi.json").status_code == 200
    box.clock.move(hours=1)
    seconds[0] += 4.9
    assert client.get("/api/v1/openapi.json").status_code == 200
    seconds[0] += 0.2
    assert client.get("/api/v1/openapi.json").status_code == 503


def test_health_metrics_and_readiness_are_told_behind_a_shut_gate(box: Box) -> None:
    client = create_app(box, make_parts()).test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/metrics").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["swept"] is False
    assert answer.json["ready"] is False


@pytest.mark.parametrize(
    ("checks", "status"),
    [
        ({"database": True, "sweep_age_seconds": 12.0}, 200),
        ({"database": True, "sweep_age_seconds": 0}, 200),
        ({"database": False, "sweep_age_seconds": 12.0}, 503),
        ({"database": True, "sweep_age_seconds": None}, 503),
        ({"database": True, "sweep_age_seconds": 180.0}, 503),
    ],
)
def test_the_box_is_ready_when_every_check_holds(box: Box, checks: dict, status: int) -> None:
    answer = make_app(box, readiness=lambda: checks).test_client().get("/readyz")
    assert answer.status_code == status
    assert answer.json["checks"] == {"swept": True, **checks}


def test_alive_does_not_need_a_database(box: Box) -> None:
    class NoDatabase:
        def read(self) -> None:
            raise DatabaseUnavailable

        write = read

    import dataclasses

    broken = dataclasses.replace(box, database=NoDatabase())
    client = create_app(broken, make_parts()).test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json["checks"]["swept"] is False
    answer = client.get("/api/v1/me")
    assert (answer.status_code, answer.json["code"]) == (503, "database_unavailable")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("127.0.0.1", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("192.168.4.7", 200),
        ("::ffff:192.168.4.7", 200),
        ("10.1.2.3", 200),
        ("192.168.4.8", 403),
        ("", 403),
    ],
)
def test_metrics_are_told_to_the_box_and_to_allowed_addresses(
    box: Box, address: str, status: int
) -> None:
    app = make_app(box, metrics_allowed=("192.168.4.7", "10.1.0.0/16"))
    headers = {"X-Forwarded-For": "127.0.0.1"}
    answer = app.test_client().get(
        "/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address}
    )
    assert answer.status_code == status


def test_an_address_that_is_none_stops_the_start(box: Box) -> None:
    with pytest.raises(Misconfigured):
        create_app(box, make_parts(metrics_allowed=("everyone",)))


def test_every_answer_carries_the_headers_that_protect_it(box: Box) -> None:
    client = make_app(box).test_client()
    for path in ("/healthz", "/readyz", "/metrics", "/api/v1/me", "/nothing", "/api/v1/nothing"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert headers["Cache-Control"] == "no-store", path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Strict-Transport-Security"].startswith("max-age=")
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "microphone=(self)" in headers["Permissions-Policy"]


def test_requests_are_counted_by_route_template_and_never_by_path(box: Box) -> None:
    heard = Heard()
    client = make_app(box, request_answered=lambda *a: heard.answered.append(a)).test_client()
    client.get("/api/v1/encounters/3f0c3b7e-6a57-4a51-8d0c-0d8f3c1b2a10")
    client.get("/a-name-somebody-typed")
    assert [(a[0], a[1], a[2]) for a in heard.answered] == [
        ("/api/v1/encounters/<uuid:encounter_id>", "GET", 401),
        (None, "GET", 404),
    ]
    assert all(0 <= a[3] < 5 for a in heard.answered)


def test_request_numbers_are_random(box: Box) -> None:
    client = make_app(box).test_client()
    numbers = {client.get("/healthz").headers["X-Request-Id"] for _ in range(20)}
    assert len(numbers) == 20


def test_the_certificate_authority_can_be_fetched_before_signing_in(box: Box) -> None:
    answer = make_app(box, ca_certificate=b"-----BEGIN").test_client().get("/ca.pem")
    assert answer.data == b"-----BEGIN"
    assert answer.mimetype == "application/x-x509-ca-cert"
    assert make_app(box).test_client().get("/ca.pem").status_code == 404


def test_people_get_a_page_and_programs_a_problem(box: Box) -> None:
    pages = Blueprint("pages", __name__)

    def fall_over() -> str:
        raise RuntimeError("zebra-secret")

    pages.add_url_rule("/fall", view_func=fall_over)
    app = make_app(
        box, pages=pages, render_error_page=lambda status, said: f"<h1>{status}</h1><p>{said}</p>"
    )
    client = app.test_client()
    lost, fallen = client.get("/nothing"), client.get("/fall")
    assert (lost.status_code, lost.mimetype) == (404, "text/html")
    assert "There is nothing here" in lost.text
    assert fallen.status_code == 500
    assert "zebra-secret" not in fallen.text
    assert client.get("/api/v1/nothing").mimetype == "application/problem+json"
