"""What bad input gets: one clear sentence, the right status, nothing kept, nothing echoed."""

import io

import pytest
from flask import Flask, request

from appliance.domain.encounter import Encounter
from appliance.domain.errors import StillReadable
from appliance.domain.recording import MIB
from tests.api_caller import PIECE_TYPE, Caller, Heard, check_problem, make_app, sign_in_as
from tests.boxes import Setting

SECRET = "zebra-secret"


@pytest.fixture
def app(setting: Setting) -> Flask:
    return make_app(setting.box)


@pytest.fixture
def ask(app: Flask, setting: Setting) -> Caller:
    return sign_in_as(app, setting.box, "amara")


@pytest.fixture
def at(setting: Setting) -> str:
    return f"/encounters/{setting.encounter.id}"


def unchanged(setting: Setting) -> bool:
    now: Encounter = setting.now_at()
    return now == setting.encounter


class Unread(io.RawIOBase):
    """A body that must not be read."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")

    readinto = read


def send_unread(ask: Caller, method: str, path: str, size_bytes: int, kind: str, **headers: str):
    return ask(
        method,
        path,
        content_type=kind,
        headers=headers,
        environ_overrides={"wsgi.input": Unread(), "CONTENT_LENGTH": str(size_bytes)},
    )


def test_a_summary_of_two_megabytes_is_refused_by_its_length_alone(
    ask: Caller, at: str, setting: Setting
) -> None:
    answer = send_unread(ask, "POST", f"{at}/summary", 2 * MIB, "application/json")
    check_problem(answer, 413, "text_too_long")
    assert "50000 characters" in answer.json["title"]
    assert unchanged(setting)


def test_no_body_is_read_before_the_sign_in(app: Flask, at: str) -> None:
    stranger = Caller(app, "nobody")
    assert send_unread(stranger, "POST", f"{at}/summary", 10, "application/json").status_code == 401
    upload = f"{at}/uploads/00000000-0000-4000-8000-000000000000"
    assert send_unread(stranger, "PATCH", upload, 10, PIECE_TYPE).status_code == 401


def test_a_body_of_unknown_length_is_refused(ask: Caller, at: str) -> None:
    answer = ask(
        "POST",
        f"{at}/summary",
        input_stream=io.BytesIO(b"{}"),
        content_type="application/json",
        headers={"Transfer-Encoding": "chunked"},
    )
    check_problem(answer, 411, "length_needed")


def test_what_nobody_expected_is_told_by_its_type_alone(setting: Setting, at: str) -> None:
    heard = Heard()

    def break_down() -> str:
        raise RuntimeError(SECRET)

    def break_a_promise() -> str:
        raise StillReadable

    for broken, code, kind in (
        (break_down, "unexpected", "RuntimeError"),
        (break_a_promise, "still_readable", "StillReadable"),
    ):
        app = make_app(setting.box, energy_line=broken, log=heard.log)
        answer = sign_in_as(app, setting.box, "amara")("GET", "/energy")
        check_problem(answer, 500, code)
        name, facts = heard.events.pop()
        assert (name, facts["error"]) == ("request_failed", kind)
        assert facts["request"] == answer.headers["X-Request-Id"]
        assert SECRET not in str(facts)
        assert setting.encounter.id not in str(facts)


def test_nothing_is_written_to_standard_error_or_a_logger(
    setting: Setting, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def break_down() -> str:
        raise RuntimeError(SECRET)

    app = make_app(setting.box, energy_line=break_down)
    ask = sign_in_as(app, setting.box, "amara")
    ask("GET", "/energy")
    ask("POST", f"/encounters/{setting.encounter.id}/summary", json={"text": 17, SECRET: 1})
    out, err = capfd.readouterr()
    assert (out, err, caplog.text) == ("", "", "")


def form_with_file(size_bytes: int) -> tuple[bytes, str]:
    head = b'--edge\r\nContent-Disposition: form-data; name="f"; filename="a.wav"\r\n\r\n'
    return head + b"s" * size_bytes + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"


def test_no_body_ever_becomes_a_file(
    setting: Setting, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Werkzeug spools form parts over 500 kB to a temporary file unless it is told not to."""

    def refuse(*args: object, **named: object) -> None:
        raise AssertionError("a temporary file was opened")

    app = make_app(setting.box)
    kept: list[object] = []

    def take_form() -> str:
        kept.append(request.files["f"].stream)
        return str(len(request.files["f"].read()))

    app.add_url_rule("/form", view_func=take_form, methods=["POST"])
    data, kind = form_with_file(900_000)
    for name in ("SpooledTemporaryFile", "TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(f"tempfile.{name}", refuse)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    answer = app.test_client().post("/form", data=data, content_type=kind)
    assert answer.text == "900000"
    assert isinstance(kept[0], io.BytesIO)
    too_large, kind = form_with_file(MIB)
    refused = app.test_client().post("/form", data=too_large, content_type=kind)
    assert refused.status_code == 413
    ask = sign_in_as(app, setting.box, "amara")
    text = "a" * 40_000
    assert ask("POST", f"{at}/summary", json={"text": text}).status_code == 200
