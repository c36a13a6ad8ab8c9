"""The web application on a whole box, and someone who asks its API."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from appliance.domain.people import Account, AccountRole
from appliance.steps.apply_retention import apply_retention
from appliance.steps.box import Box
from appliance.steps.sign_in import create_account, sign_in
from appliance.wsgi import WebParts, create_app
from tests.boxes import PASSWORD

PIECE_TYPE = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class Heard:
    """What the application told its surroundings."""

    answered: list[tuple[str | None, str, int, float]] = field(default_factory=list)
    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def log(self, name: str, /, **identifiers: object) -> None:
        self.events.append((name, identifiers))


def make_parts(heard: Heard | None = None, **changes: Any) -> WebParts:
    heard = heard or Heard()
    parts = WebParts(
        readiness=lambda: {"database": True, "keyring": True, "sweep_age_seconds": 1.0},
        metrics_text=lambda: b"quietroom_requests_total 1\n",
        request_answered=lambda *answered: heard.answered.append(answered),
        energy_line=lambda: "not measured: no counter",
        free_disk_bytes=lambda: 1 << 40,
        log=heard.log,
    )
    return dataclasses.replace(parts, **changes)


def make_app(box: Box, **changes: Any) -> Flask:
    """An application that has been swept for."""
    app = create_app(box, make_parts(**changes))
    apply_retention(box)
    return app


def add_account(
    box: Box, user_name: str, role: AccountRole = AccountRole.CLINICIAN, **more: Any
) -> Account:
    return create_account(
        box,
        user_name=user_name,
        display_name=user_name.capitalize(),
        credentials="",
        role=role,
        password=PASSWORD,
        **more,
    )


@dataclass(frozen=True)
class Caller:
    """Asks under `/api/v1` as whoever is signed in."""

    app: Flask
    token: str

    def __call__(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        client = self.app.test_client(use_cookies=False)
        return client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def begin(self, at: str, length_bytes: int, **headers: str) -> TestResponse:
        """Open an encounter (its path) for a recording, by the tus protocol."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = TUS | {"Upload-Length": str(length_bytes)} | named
        return self("POST", f"{at}/uploads", headers=sent)

    def begun(self, at: str, length_bytes: int) -> str:
        """The same, for the path that the pieces go to."""
        answer = self.begin(at, length_bytes)
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"].removeprefix("/api/v1")

    def piece(self, path: str, offset_bytes: int, piece: bytes, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = TUS | {"Upload-Offset": str(offset_bytes)} | named
        return self("PATCH", path, headers=sent, data=piece, content_type=PIECE_TYPE)


def sign_in_as(app: Flask, box: Box, user_name: str) -> Caller:
    return Caller(app, sign_in(box, user_name, PASSWORD)[1])


def each_route(app: Flask, include: Callable[[str], bool]) -> list[tuple[str, str]]:
    """(method, rule) of every route whose rule is included."""
    return [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if include(rule.rule)
    ]


def check_problem(answer: TestResponse, status: int, code: str) -> None:
    """One sentence in the shape of RFC 9457, with nothing in it of what was sent."""
    assert answer.mimetype == "application/problem+json"
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text
    assert answer.json["type"] == f"urn:quietroom:problem:{code}"
    assert answer.json["status"] == status
    assert answer.json["title"].endswith(".")
    assert answer.json["instance"] == f"urn:quietroom:request:{answer.headers['X-Request-Id']}"
    assert "zebra-secret" not in answer.text
