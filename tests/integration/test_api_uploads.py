"""A recording's file by the tus 1.0 protocol, over HTTP: every rule of the protocol and every refusal."""

import base64
import hashlib
import io
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from flask import Flask

from appliance.domain.lifecycle import Stage
from appliance.domain.recording import CHECKED_LIMIT_BYTES, MIB, RECORDING_LIMIT_BYTES
from appliance.domain.tokens import COOKIE, csrf_for
from appliance.steps.apply_retention import apply_retention
from appliance.steps.transcribe import transcribe
from tests.api_caller import PIECE_TYPE, TUS, Caller, check_problem, make_app, sign_in_as
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


@pytest.fixture
def person(ask: Caller, at: str) -> str:
    """The one participant, who agreed to be recorded."""
    found: str = ask("GET", at).json["sheet"]["participants"][0]["id"]
    ask("POST", f"{at}/consents", json={"participant_id": found, "state": "given"})
    return found


def sha256(piece: bytes) -> str:
    return f"sha256 {base64.b64encode(hashlib.sha256(piece).digest()).decode()}"


def offset(ask: Caller, path: str) -> int:
    answer = ask("HEAD", path, headers=TUS)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return int(answer.headers["Upload-Offset"])


class Broken:
    """A body that ends in a broken connection, as the web server tells it."""

    def __init__(self, arrives: bytes) -> None:
        self._left = io.BytesIO(arrives)

    def read(self, size: int = -1) -> bytes:
        found = self._left.read(size)
        if not found:
            raise TimeoutError
        return found


class Unread:
    """A body that must not be read."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


def send_stream(
    ask: Caller, path: str, body: Broken | Unread, size: int, kind: str = PIECE_TYPE, **more: str
):
    named = {name.replace("_", "-"): value for name, value in more.items()}
    return ask(
        "PATCH",
        path,
        content_type=kind,
        headers=TUS | {"Upload-Offset": "0"} | named,
        environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": str(size)},
    )


def test_a_recording_arrives_in_pieces_and_goes_on_where_it_stopped(
    ask: Caller, at: str, person: str, setting: Setting
) -> None:
    path = ask.begun(at, MIB + 10)
    first = ask.piece(path, 0, b"a" * MIB)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(MIB))
    again = ask.piece(path, 0, b"a" * MIB)
    assert (again.status_code, again.json["expected_offset_bytes"]) == (409, MIB)
    assert offset(ask, path) == MIB
    view = ask("GET", at).json
    assert path.endswith(view["upload_id"]), "who lost the address finds it"
    last = ask.piece(path, MIB, b"b" * 10)
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(MIB + 10))
    assert setting.now_at().stage is Stage.RECORDED
    transcribe(setting.box, setting.now_at(), progress=lambda _: None, cancelled=lambda: False)
    view = ask("GET", at).json
    assert view["is_demo_engine"]
    assert view["transcript"]["utterances"][0]["start_seconds"] == 0
    recordings = [a for a in view["artefacts"] if a["kind"] == "recording"]
    assert [a["doom_rule"] for a in recordings] == ["words stored"]
    assert offset(ask, path) == MIB + 10, "a sender whose last answer was lost does not begin again"


def test_one_request_may_bring_the_whole_file(
    ask: Caller, at: str, person: str, setting: Setting
) -> None:
    sound = bytes(range(256)) * (3 * MIB // 256) + b"end"
    path = ask.begun(at, len(sound))
    assert ask.piece(path, 0, sound).headers["Upload-Offset"] == str(len(sound))
    assert setting.now_at().stage is Stage.RECORDED


def test_what_arrived_of_a_piece_before_the_connection_broke_is_kept(
    ask: Caller, at: str, person: str
) -> None:
    path = ask.begun(at, 3 * MIB)
    answer = send_stream(ask, path, Broken(b"x" * (MIB + 70_000)), 2 * MIB)
    check_problem(answer, 400, "body_cut_short")
    assert answer.json["expected_offset_bytes"] == offset(ask, path) == MIB + 70_000
    assert ask.piece(path, MIB + 70_000, b"y").status_code == 204


def test_a_piece_with_a_checksum_is_kept_whole_or_not_at_all(
    ask: Caller, at: str, person: str
) -> None:
    path = ask.begun(at, 100)
    cut = send_stream(ask, path, Broken(b"sound"), 10, Upload_Checksum=sha256(b"sound more"))
    check_problem(cut, 400, "body_cut_short")
    wrong = ask.piece(path, 0, b"sound", Upload_Checksum=sha256(b"Sound"))
    check_problem(wrong, 460, "checksum_mismatch")
    assert offset(ask, path) == 0
    assert ask.piece(path, 0, b"sound", Upload_Checksum=sha256(b"sound")).status_code == 204
    sha1 = base64.b64encode(hashlib.sha1(b" more", usedforsecurity=False).digest()).decode()
    assert ask.piece(path, 5, b" more", Upload_Checksum=f"sha1 {sha1}").status_code == 204
    assert offset(ask, path) == 10


@pytest.mark.parametrize("said", ["md5 AAAA", "sha1", "sha1 not base64!", f"{SECRET} AAAA", " "])
def test_a_checksum_that_cannot_be_checked_is_refused(
    ask: Caller, at: str, person: str, said: str
) -> None:
    path = ask.begun(at, 100)
    check_problem(ask.piece(path, 0, b"sound", Upload_Checksum=said), 400, "checksum_unknown")
    assert offset(ask, path) == 0


def test_a_huge_piece_with_a_checksum_is_refused_unread(ask: Caller, at: str, person: str) -> None:
    path = ask.begun(at, 2 * CHECKED_LIMIT_BYTES)
    size = CHECKED_LIMIT_BYTES + 1
    answer = send_stream(ask, path, Unread(), size, Upload_Checksum=sha256(b"x"))
    check_problem(answer, 413, "piece_too_large")
    assert "16 MiB" in answer.json["title"]


def test_no_piece_is_read_before_stage_consent_place_and_size_are_right(
    ask: Caller, at: str, person: str
) -> None:
    path = ask.begun(at, 100)

    def send(size: int, offset: str = "0", kind: str = PIECE_TYPE, **more: str):
        return send_stream(ask, path, Unread(), size, kind, Upload_Offset=offset, **more)

    check_problem(send(101), 413, "more_than_announced")
    check_problem(send(RECORDING_LIMIT_BYTES + 1), 413, "recording_too_large")
    check_problem(send(10, kind="application/octet-stream"), 415, "wrong_media_type")
    check_problem(send(10, offset="5"), 409, "piece_out_of_order")
    check_problem(send(10, offset="-1"), 422, "fields_invalid")
    check_problem(send(10, offset=SECRET), 422, "fields_invalid")
    check_problem(send(10, Tus_Resumable="0.2.2"), 412, "other_protocol")
    ask("POST", f"{at}/consents", json={"participant_id": person, "state": "refused"})
    check_problem(send(10), 410, "destroyed")
    check_problem(ask.begin(at, 100), 409, "consent_missing")


def test_no_upload_begins_without_everyones_consent(ask: Caller, at: str) -> None:
    check_problem(ask.begin(at, 100), 409, "consent_missing")
    assert ask("GET", at).json["upload_id"] is None


def test_withdrawn_consent_ends_an_upload_between_two_pieces(
    ask: Caller, at: str, person: str
) -> None:
    path = ask.begun(at, 100)
    ask.piece(path, 0, b"sound")
    assert ask("POST", f"{at}/consents/{person}/withdraw").json["stage"] == "open"
    check_problem(ask.piece(path, 5, b"more sound"), 410, "destroyed")
    states = {a["kind"]: a["doom_rule"] for a in ask("GET", at).json["artefacts"]}
    assert states["recording"] == "consent withdrawn"


def test_an_unfinished_recording_can_be_given_up(ask: Caller, at: str, person: str) -> None:
    path = ask.begun(at, 100)
    ask.piece(path, 0, b"sound")
    assert ask("DELETE", path, headers=TUS).status_code == 204
    assert ask("HEAD", path, headers=TUS).status_code == 410
    check_problem(ask("DELETE", path, headers=TUS), 410, "destroyed")
    assert ask.begun(at, 100) != path


def test_a_zero_length_piece_changes_nothing_and_a_zero_length_recording_is_refused(
    ask: Caller, at: str, person: str
) -> None:
    check_problem(ask.begin(at, 0), 422, "recording_empty")
    path = ask.begun(at, 100)
    assert send_stream(ask, path, Unread(), 0).headers["Upload-Offset"] == "0"
    checked = send_stream(ask, path, Unread(), 0, Upload_Checksum=sha256(b""))
    assert checked.headers["Upload-Offset"] == "0"
    assert ask("PATCH", path, headers=TUS | {"Upload-Offset": "0"}).status_code == 415


def test_a_piece_after_the_last_is_refused(ask: Caller, at: str, person: str) -> None:
    path = ask.begun(at, 5)
    ask.piece(path, 0, b"sound")
    check_problem(ask.piece(path, 5, b"more"), 409, "wrong_stage")
    check_problem(ask("DELETE", path, headers=TUS), 409, "wrong_stage")


def test_a_length_that_is_missing_wrong_or_too_large_is_refused(
    ask: Caller, at: str, person: str
) -> None:
    check_problem(ask.begin(at, RECORDING_LIMIT_BYTES + 1), 413, "recording_too_large")
    for length in ("-1", "1.5", SECRET, ""):
        check_problem(ask.begin(at, 1, Upload_Length=length), 422, "fields_invalid")
    check_problem(ask("POST", f"{at}/uploads", headers=TUS), 422, "fields_invalid")


def test_of_metadata_only_the_declared_length_is_kept(
    ask: Caller, at: str, person: str, setting: Setting
) -> None:
    def b64(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    for wrong in (
        "declared_seconds",
        f"declared_seconds {b64('nan')}",
        "a !",
        "declared_seconds é",
    ):
        check_problem(ask.begin(at, 9, Upload_Metadata=wrong), 422, "fields_invalid")
    said = f"filename {b64(SECRET)},declared_seconds {b64('12.5')},is_confidential"
    path = ask.begin(at, 9, Upload_Metadata=said).headers["Location"].removeprefix("/api/v1")
    assert setting.now_at().declared_seconds == 12.5
    kept = ask("HEAD", path, headers=TUS).headers["Upload-Metadata"]
    assert kept == f"declared_seconds {b64('12.5')}"


def test_the_box_says_what_it_speaks_and_when_an_upload_expires(
    app: Flask, ask: Caller, at: str, person: str, setting: Setting
) -> None:
    told = ask("OPTIONS", f"{at}/uploads")
    assert (told.status_code, told.headers["Tus-Version"]) == (204, "1.0.0")
    assert set(told.headers["Tus-Extension"].split(",")) == {
        "creation",
        "checksum",
        "termination",
        "expiration",
    }
    assert told.headers["Tus-Max-Size"] == str(RECORDING_LIMIT_BYTES)
    assert "sha1" in told.headers["Tus-Checksum-Algorithm"].split(",")
    assert Caller(app, "nobody")("OPTIONS", f"{at}/uploads").status_code == 401
    old = ask("POST", f"{at}/uploads", headers={"Tus-Resumable": "0.2.2"})
    check_problem(old, 412, "other_protocol")
    assert old.headers["Tus-Version"] == "1.0.0"
    path = ask.begun(at, 100)
    piece = ask.piece(path, 0, b"sound")
    assert piece.headers["Tus-Resumable"] == "1.0.0"
    until = parsedate_to_datetime(piece.headers["Upload-Expires"])
    assert until - setting.box.clock.now() == timedelta(days=1)
    for _ in range(2):  # more at once would be a clock that jumped
        setting.box.clock.move(hours=13)
        apply_retention(setting.box)
    later = sign_in_as(app, setting.box, "amara")
    assert later("HEAD", path, headers=TUS).status_code == 410


def test_a_client_that_cannot_send_patch_says_so_in_a_header(
    ask: Caller, at: str, person: str
) -> None:
    path = ask.begun(at, 100)
    headers = TUS | {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0"}
    sent = ask("POST", path, headers=headers, data=b"sound", content_type=PIECE_TYPE)
    assert (sent.status_code, sent.headers["Upload-Offset"]) == (204, "5")
    elsewhere = ask("POST", at, headers={"X-HTTP-Method-Override": "DELETE"})
    assert elsewhere.status_code == 405


def test_a_page_with_its_cookie_needs_the_csrf_header_too(
    app: Flask, ask: Caller, at: str, person: str
) -> None:
    browser = app.test_client()
    browser.set_cookie(COOKIE, ask.token)
    headers = TUS | {"Upload-Length": "5"}
    refused = browser.post(f"/api/v1{at}/uploads", headers=headers)
    check_problem(refused, 403, "csrf_missing")
    headers |= {"X-Quietroom-CSRF": csrf_for(ask.token)}
    assert browser.post(f"/api/v1{at}/uploads", headers=headers).status_code == 201
