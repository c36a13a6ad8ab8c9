"""Who may ask for what: each route without sign-in, as another clinician, as an administrator."""

import re

import pytest
from flask import Flask

from appliance.domain.people import AccountRole
from appliance.domain.tokens import COOKIE, csrf_for
from tests.api_caller import PIECE_TYPE, Caller, add_account, each_route, make_app, sign_in_as
from tests.boxes import PASSWORD, Setting
from tests.fakes import NOON

OPEN_TO_ALL = {"/api/v1/sign-in", "/api/v1/openapi.json"}
EVERYONES = {"sign-out", "me", "preferences", "formats", "methods", "energy", "certificates"} | {
    "room-check"  # it judges levels, and knows of nobody
}
LIVE_TOKEN = "window-one-window-one"
LIVE_HEADERS = {"X-Capture-Token": LIVE_TOKEN, "X-Sample-Offset": "0"}
BODIES = {
    ("POST", "clients"): {"name": "Robin Vale"},
    ("PUT", "clients/<>"): {"name": "Robin Vale"},
    ("POST", "encounters"): {
        "client_id": "00000000-0000-4000-8000-000000000000",
        "kind": "individual",
        "scheduled_at": NOON.isoformat(),
    },
    ("POST", "encounters/<>/decline-cosignature"): {"reason": "Name the homework."},
    ("PUT", "encounters/<>/sheet"): {"observations": {"affect": "calm"}},
    ("POST", "encounters/<>/consents"): {
        "participant_id": "00000000-0000-4000-8000-000000000000",
        "state": "given",
    },
    ("PUT", "encounters/<>/preferences"): {},
    ("POST", "encounters/<>/summary"): {"text": "It was a calm hour."},
    ("POST", "encounters/<>/recording/finish"): {"size_bytes": 1},
    ("POST", "encounters/<>/draft"): {},
    ("PUT", "encounters/<>/draft"): {"revision": 0, "texts": {"plan": "Rest."}},
    ("POST", "encounters/<>/sign"): {"revision": 0},
    ("POST", "encounters/<>/addenda"): {"text": "More."},
    ("PUT", "preferences"): {},
    ("POST", "encounters/<>/findings"): {
        "decisions": [{"finding_id": "0" * 16, "decision": "mask"}]
    },
    ("POST", "encounters/<>/live"): {"token": LIVE_TOKEN},
    ("POST", "encounters/<>/live/stop"): {"token": LIVE_TOKEN, "size_samples": 1},
    ("POST", "room-check"): {"talk_db": 0, "noise_db": 0, "peak_db": 0, "clipped_share": 0},
    ("POST", "clients/<>/safe-words/forget"): {"phrase": "harbor street"},
    ("POST", "clients/<>/holds"): {"reason": "litigation"},
    ("POST", "clients/<>/destroy"): {"confirm": True},
}


@pytest.fixture
def app(setting: Setting) -> Flask:
    add_account(setting.box, "noa")
    add_account(setting.box, "ada", AccountRole.ADMINISTRATOR)
    add_account(setting.box, "sam", AccountRole.SUPERVISOR)
    return make_app(setting.box)


def routes(app: Flask) -> list[tuple[str, str]]:
    return each_route(app, lambda r: r.startswith("/api/v1/") and r not in OPEN_TO_ALL)


def attempt(ask: Caller, method: str, rule: str, setting: Setting) -> tuple[int, str]:
    """Ask with a body that is in order, about the setting's own client and encounter."""
    sheet_id = "00000000-0000-4000-8000-000000000000"
    path = rule.removeprefix("/api/v1/")
    named = (method, re.sub(r"<[^>]+>", "<>", path))
    path = path.replace("<uuid:client_id>", setting.client.id)
    path = path.replace("<uuid:encounter_id>", setting.encounter.id)
    path = path.replace("<uuid:participant_id>", sheet_id)
    path = path.replace("<reason>", "litigation")
    more: dict = {"json": BODIES[named]} if named in BODIES else {}
    if method == "PATCH":
        more = {
            "data": b"x",
            "content_type": PIECE_TYPE,
            "headers": {"Upload-Offset": "0"} | LIVE_HEADERS,
        }
    if (method, rule) == ("GET", "/api/v1/encounters/<uuid:encounter_id>/live"):
        more = {"headers": LIVE_HEADERS}
    if rule == "/api/v1/encounters" and method == "GET":
        path += "?unfinished=1"
    if rule == "/api/v1/certificates":
        path += "?month=2026-11-01"
    answer = ask(method, f"/{path}", **more)
    return answer.status_code, answer.text


def test_every_route_asks_for_sign_in_first(app: Flask, setting: Setting) -> None:
    stranger = Caller(app, "not-a-token")
    asked = routes(app)
    assert len(asked) > 30
    for method, rule in asked:
        assert attempt(stranger, method, rule, setting)[0] == 401, (method, rule)


@pytest.mark.parametrize("name", ["noa", "ada", "sam"])
def test_nobody_else_finds_the_client_or_the_encounter(
    app: Flask, setting: Setting, name: str
) -> None:
    before = setting.now_at()
    other = sign_in_as(app, setting.box, name)
    for method, rule in routes(app):
        if "<" not in rule:
            continue
        status, text = attempt(other, method, rule, setting)
        assert status == 404, (method, rule, status)
        assert "Whitfield" not in text
    assert setting.now_at() == before


def test_an_administrator_sees_no_clients_and_no_encounters(app: Flask, setting: Setting) -> None:
    administrator = sign_in_as(app, setting.box, "ada")
    for method, rule in routes(app):
        if "<" in rule or rule.removeprefix("/api/v1/") in EVERYONES:
            continue
        status, text = attempt(administrator, method, rule, setting)
        assert status in (403, 404), (method, rule, status)
        assert "Whitfield" not in text


def test_the_owner_is_let_in_where_others_are_not(app: Flask, setting: Setting) -> None:
    """Without this, the tests above would pass on an API that refuses everyone."""
    owner = sign_in_as(app, setting.box, "amara")
    answered = {
        (method, rule): attempt(owner, method, rule, setting)[0]
        for method, rule in routes(app)
        if not rule.endswith("sign-out") and "cosign" not in rule
    }
    assert not {key: status for key, status in answered.items() if status in (401, 403)}
    missing = {key for key, status in answered.items() if status == 404}
    # There is no such client, no failed recording, no masked text and no signed note.
    assert {rule.rsplit("/", 1)[1] for _, rule in missing} <= {
        "encounters",
        "masked",
        "retry",
        "addenda",
    }


def test_a_client_cannot_be_taken_into_ones_own_encounter(app: Flask, setting: Setting) -> None:
    other = sign_in_as(app, setting.box, "noa")
    asked = {"client_id": setting.client.id, "kind": "individual"}
    answer = other("POST", "/encounters", json=asked | {"scheduled_at": NOON.isoformat()})
    assert answer.status_code == 404


def with_cookie(app: Flask, token: str):
    client = app.test_client()
    client.set_cookie(COOKIE, token, secure=True, httponly=True)
    return client


def test_a_change_asked_for_with_the_cookie_needs_the_pages_proof(
    app: Flask, setting: Setting
) -> None:
    token = sign_in_as(app, setting.box, "amara").token
    client = with_cookie(app, token)
    secure = {"base_url": "https://localhost"}
    path = f"/api/v1/encounters/{setting.encounter.id}/summary"
    body = {"text": "It was a calm hour."}
    assert client.get("/api/v1/me", **secure).status_code == 200
    for headers in ({}, {"X-Quietroom-CSRF": csrf_for("another token")}, {"X-Quietroom-CSRF": "é"}):
        forged = client.post(path, json=body, headers=headers, **secure)
        assert (forged.status_code, forged.json["code"]) == (403, "csrf_missing")
    right = {"X-Quietroom-CSRF": csrf_for(token)}
    assert client.post(path, json=body, headers=right, **secure).status_code == 200


def test_a_wrong_authorization_is_not_rescued_by_the_cookie(app: Flask, setting: Setting) -> None:
    client = with_cookie(app, sign_in_as(app, setting.box, "amara").token)
    for wrong in ("Bearer nonsense", "Basic YTpi", "Bearer", "Bearer " + "x" * 5000):
        answer = client.get(
            "/api/v1/me", headers={"Authorization": wrong}, base_url="https://localhost"
        )
        assert answer.status_code == 401
        assert "WWW-Authenticate" in answer.headers


def test_a_signed_out_token_opens_nothing(app: Flask, setting: Setting) -> None:
    ask = sign_in_as(app, setting.box, "amara")
    assert ask("POST", "/sign-out").status_code == 204
    assert ask("GET", "/me").status_code == 401


def test_a_wrong_password_is_told_without_saying_what_was_wrong(app: Flask) -> None:
    nobody = Caller(app, "")
    answers = [
        nobody("POST", "/sign-in", json={"user_name": name, "password": "wrong horse battery"})
        for name in ("amara", "nobody")
    ]
    assert {a.status_code for a in answers} == {401}
    assert len({a.json["title"] for a in answers}) == 1


def test_too_many_wrong_passwords_close_the_door_for_a_while(app: Flask) -> None:
    nobody = Caller(app, "")
    wrong = {"user_name": "amara", "password": "wrong horse battery"}
    while (answer := nobody("POST", "/sign-in", json=wrong)).status_code == 401:
        pass
    assert (answer.status_code, answer.json["code"]) == (429, "too_many_tries")
    assert int(answer.headers["Retry-After"]) >= 60
    right = {"user_name": "amara", "password": PASSWORD}
    assert nobody("POST", "/sign-in", json=right).status_code == 429


def test_polling_does_not_keep_a_sign_in_alive_but_working_does(
    app: Flask, setting: Setting
) -> None:
    polling, working = (sign_in_as(app, setting.box, "amara") for _ in range(2))
    for _ in range(3):
        setting.box.clock.move(minutes=25)
        make_app(setting.box)  # sweeps, so that the gate stays open
        polled = polling("GET", f"/encounters/{setting.encounter.id}/progress").status_code
        assert working("GET", "/me").status_code == 200
    assert polled == 401
