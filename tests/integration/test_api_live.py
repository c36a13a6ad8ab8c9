"""Live sound over the API: what each request answers, and what a hostile one gets."""

import hashlib

import pytest
from flask import Flask

from appliance.steps import hear_live
from tests.api_caller import PIECE_TYPE, Caller, check_problem, make_app, sign_in_as
from tests.boxes import Setting
from tests.flow import consent

RATE = 16_000
SECOND = bytes(2 * RATE)
TOKEN, OTHER = "window-one-window-one", "window-two-window-two"


@pytest.fixture
def app(setting: Setting) -> Flask:
    return make_app(setting.box)


@pytest.fixture
def ask(app: Flask, setting: Setting) -> Caller:
    return sign_in_as(app, setting.box, "amara")


@pytest.fixture
def live(setting: Setting) -> str:
    return f"/encounters/{setting.encounter.id}/live"


def begin(ask: Caller, live: str, **more: object):
    return ask("POST", live, json={"token": TOKEN} | more)


def piece(ask: Caller, live: str, offset: object, sound: bytes = SECOND, **headers: str):
    given = {"X-Capture-Token": TOKEN, "X-Sample-Offset": str(offset)} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return ask("PATCH", live, headers=given, data=sound, content_type=PIECE_TYPE)


def test_a_session_goes_from_its_first_piece_to_its_stop(
    ask: Caller, live: str, setting: Setting
) -> None:
    consent(setting)
    begun = begin(ask, live)
    assert (begun.status_code, begun.json["received_samples"]) == (201, 0)
    for second in range(32):
        digest = hashlib.sha256(SECOND).hexdigest()
        taken = piece(ask, live, second * RATE, X_Sound_Sha256=digest)
        assert taken.status_code == 200, taken.text
    assert taken.json | {"waiting_seconds": 32.0, "hearing": "with_it"} == taken.json
    while hear_live.hear_next(setting.box, setting.encounter.id):
        pass
    taken = piece(ask, live, 32 * RATE, X_Captions_From="0")
    assert [word["id"] for word in taken.json["words"]] == ["u1"]
    assert taken.json["waiting_seconds"] < 15
    where = ask("GET", live, headers={"X-Capture-Token": OTHER})
    assert (where.json["received_samples"], where.json["is_yours"]) == (33 * RATE, False)
    body = {"token": TOKEN, "size_samples": 33 * RATE}
    stopped = ask("POST", f"{live}/stop", json=body)
    assert stopped.json["stage"] == "recorded"
    check_problem(piece(ask, live, 33 * RATE), 409, "capture_over")


def test_no_sound_is_taken_before_consent(ask: Caller, live: str) -> None:
    check_problem(begin(ask, live), 409, "consent_missing")
    check_problem(piece(ask, live, 0), 409, "capture_over")


def test_what_cannot_be_used_is_one_sentence_and_the_recording_goes_on(
    ask: Caller, live: str, setting: Setting
) -> None:
    consent(setting)
    begin(ask, live)
    for sent, status, code in (
        ((RATE,), 409, "sound_missing"),
        ((0, b""), 422, "piece_empty"),
        ((0, b"x"), 422, "piece_uneven"),
        ((0, bytes(700_000)), 413, "piece_too_large"),
        ((-1,), 422, "fields_invalid"),
        (("zebra-secret",), 422, "fields_invalid"),
        ((10**15,), 422, "fields_invalid"),
    ):
        check_problem(piece(ask, live, *sent), status, code)
    check_problem(piece(ask, live, 0, X_Sound_Sha256="0" * 64), 422, "piece_damaged")
    check_problem(piece(ask, live, 0, X_Channels="2"), 409, "channels_differ")
    check_problem(piece(ask, live, 0, X_Channels="9"), 422, "fields_invalid")
    check_problem(piece(ask, live, 0, X_Capture_Token=OTHER), 409, "capture_elsewhere")
    check_problem(begin(ask, live, token="zebra secret"), 422, "fields_invalid")
    check_problem(begin(ask, live, token=OTHER), 409, "capture_elsewhere")
    plain = ask("PATCH", live, data=SECOND, content_type="audio/wav")
    check_problem(plain, 415, "wrong_media_type")
    assert piece(ask, live, 0).json["received_samples"] == RATE


def test_another_clinician_cannot_tell_that_there_is_a_recording(
    app: Flask, live: str, setting: Setting, ask: Caller
) -> None:
    from tests.api_caller import add_account

    consent(setting)
    begin(ask, live)
    add_account(setting.box, "zoe")
    other = sign_in_as(app, setting.box, "zoe")
    check_problem(begin(other, live), 404, "absent")
    check_problem(piece(other, live, 0), 404, "absent")
    check_problem(other("GET", live, headers={"X-Capture-Token": TOKEN}), 404, "absent")


def test_a_full_disk_takes_no_live_sound(setting: Setting, live: str) -> None:
    consent(setting)
    app = make_app(setting.box, free_disk_bytes=lambda: 0)
    check_problem(begin(sign_in_as(app, setting.box, "amara"), live), 503, "disk_full")


def test_the_room_check_answers_with_one_sentence(ask: Caller) -> None:
    levels = {"talk_db": -25, "noise_db": -60, "peak_db": -9, "clipped_share": 0}
    found = ask("POST", "/room-check", json=levels).json
    assert (found["verdict"], found["is_good"]) == ("good", True)
    check_problem(
        ask("POST", "/room-check", json=levels | {"talk_db": None}), 422, "fields_invalid"
    )
