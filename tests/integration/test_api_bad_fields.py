"""Bodies and fields that cannot be used: refused in one sentence, and nothing has changed."""

import json
from collections.abc import Iterator

import pytest

from tests.api_caller import Caller, check_problem, make_app, sign_in_as
from tests.boxes import Setting, make_box, make_setting

SECRET = "zebra-secret"


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    """One box for all: what is refused leaves it as it was."""
    with make_box(tmp_path_factory.mktemp("box")) as box:
        yield make_setting(box)


@pytest.fixture(scope="module")
def ask(setting: Setting) -> Caller:
    return sign_in_as(make_app(setting.box), setting.box, "amara")


@pytest.fixture
def at(setting: Setting) -> Iterator[str]:
    yield f"/encounters/{setting.encounter.id}"
    assert unchanged(setting)


def unchanged(setting: Setting) -> bool:
    return setting.now_at() == setting.encounter


BROKEN_JSON = {
    "cut off": b'{"text": "zebra-secret',
    "empty": b"",
    "latin-1": '{"text": "zebra-secret caf\xe9"}'.encode("latin-1"),
    "utf-16": '{"text": "zebra-secret"}'.encode("utf-16"),
    "with a byte order mark": b'\xef\xbb\xbf{"text": "zebra-secret"}',
    "a list": b'["zebra-secret"]',
    "a string with an object in it": json.dumps('{"text": "zebra-secret"}').encode(),
    "null": b"null",
    "a name twice": b'{"text": "a", "text": "zebra-secret"}',
    "not a number": b'{"text": NaN}',
    "a bottomless pit": b'{"text": ' + b"[" * 100_000,
    "a number without end": b'{"text": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("data", BROKEN_JSON.values(), ids=BROKEN_JSON.keys())
def test_broken_json_is_refused_in_one_sentence(
    ask: Caller, at: str, setting: Setting, data: bytes
) -> None:
    answer = ask("POST", f"{at}/summary", data=data, content_type="application/json")
    check_problem(answer, 400, "not_json")
    assert unchanged(setting)


UNREADABLE = {
    "nothing": ("", 422, "text_empty"),
    "only spaces": (" \n\t ", 422, "text_empty"),
    "a zero": (f"{SECRET}\x00", 422, "text_not_readable"),
    "half a character": (f"{SECRET} \ud800", 400, "not_json"),
    "more than fifty thousand": (SECRET * 5000, 413, "text_too_long"),
    "a number": (17, 422, "fields_invalid"),
}


@pytest.mark.parametrize(("text", "status", "code"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_text_that_is_none_is_refused(
    ask: Caller, at: str, setting: Setting, text: object, status: int, code: str
) -> None:
    check_problem(ask("POST", f"{at}/summary", json={"text": text}), status, code)
    assert unchanged(setting)


def test_a_form_is_not_json(ask: Caller, at: str) -> None:
    check_problem(ask("POST", f"{at}/summary", data={"text": SECRET}), 415, "wrong_media_type")


def test_a_body_where_none_belongs_is_refused(ask: Caller, at: str) -> None:
    check_problem(ask("POST", f"{at}/draft/by-hand", json={"text": SECRET}), 400, "no_body_here")


SHEETS = {
    "an unknown field": ({SECRET: 1}, "a field the box does not know"),
    "an unknown field inside": ({"header": {SECRET: 1}}, "header.a field the box does not know"),
    "a time without a zone": ({"header": {"started_at": "2026-11-23T12:00"}}, "header.started_at"),
    "a modality that is none": ({"header": {"modality": SECRET}}, "header.modality"),
    "a line with a control character": (
        {"header": {"diagnosis": f"{SECRET}\x07"}},
        "header.diagnosis",
    ),
    "a line without end": ({"header": {"diagnosis": SECRET * 50}}, "header.diagnosis"),
    "a participant without a name": (
        {"participants": [{"name": "", "role": "client"}]},
        "participants.0.name",
    ),
}


@pytest.mark.parametrize(("body", "field"), SHEETS.values(), ids=SHEETS.keys())
def test_wrong_fields_are_named_and_their_values_are_not(
    ask: Caller, at: str, body: dict, field: str
) -> None:
    answer = ask("PUT", f"{at}/sheet", json=body)
    check_problem(answer, 422, "fields_invalid")
    assert answer.json["fields"] == [field]


def test_a_section_that_no_format_has_is_refused(ask: Caller, at: str) -> None:
    answer = ask("PUT", f"{at}/draft", json={"revision": 1, "texts": {SECRET: "text"}})
    check_problem(answer, 422, "fields_invalid")
    assert answer.json["fields"] == ["texts.one of its entries.one of its entries"]


def test_a_stop_before_the_start_is_refused(ask: Caller, at: str, setting: Setting) -> None:
    header = {"started_at": "2026-11-23T12:00:00Z", "stopped_at": "2026-11-23T13:00:00+02:00"}
    check_problem(ask("PUT", f"{at}/sheet", json={"header": header}), 422, "fields_invalid")


@pytest.mark.parametrize(
    "query",
    ["", "?day=today", "?day=9999-12-31", "?unfinished=0", "?day=2026-11-23&unfinished=1", "?x=1"],
)
def test_a_list_is_asked_for_in_exactly_one_way(ask: Caller, query: str) -> None:
    check_problem(ask("GET", f"/encounters{query}"), 422, "fields_invalid")


@pytest.mark.parametrize("odd", ["1", "..%2f..%2fetc", "%00", "x" * 500, "';drop table"])
def test_an_id_that_is_none_finds_nothing(ask: Caller, odd: str) -> None:
    check_problem(ask("GET", f"/encounters/{odd}"), 404, "absent")


def test_addresses_and_methods_that_do_not_exist_are_problems_too(ask: Caller) -> None:
    check_problem(ask("GET", "/nothing"), 404, "absent")
    wrong = ask("DELETE", "/me")
    check_problem(wrong, 405, "wrong_method")
    assert "GET" in wrong.headers["Allow"]
    check_problem(ask("OPTIONS", "/me"), 405, "wrong_method")
