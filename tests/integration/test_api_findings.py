"""What the check found, over the API: shown to its clinician, decided, and bad input told clearly."""

import pytest
from flask import Flask

from appliance.domain.masking import pipeline
from appliance.steps.mask import mask
from appliance.steps.take_summary import take_summary
from tests.api_caller import Caller, add_account, check_problem, make_app, sign_in_as
from tests.boxes import Setting
from tests.integration.test_api_document import operations, shape

SECRET = "zebra-secret"


@pytest.fixture
def app(setting: Setting) -> Flask:
    return make_app(setting.box)


@pytest.fixture
def ask(app: Flask, setting: Setting) -> Caller:
    return sign_in_as(app, setting.box, "amara")


@pytest.fixture
def at(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> str:
    """The findings of a session that the gate has stopped."""
    monkeypatch.setattr(pipeline, "RE_MASKINGS", 0)
    story = "Dana slept badly. Port newark is loud. Marcus will wait on harbor street."
    take_summary(setting.box, setting.clinician, setting.encounter.id, story)
    mask(setting.box, setting.now_at())
    return f"/encounters/{setting.encounter.id}/findings"


def decisions(**by_id: str) -> dict[str, object]:
    return {"decisions": [{"finding_id": i.lstrip("_"), "decision": d} for i, d in by_id.items()]}


def test_findings_are_read_and_decided_and_the_work_goes_on(
    ask: Caller, at: str, app: Flask, setting: Setting
) -> None:
    document = app.test_client().get("/api/v1/openapi.json").json
    answer = ask("GET", at)
    shape(document, "/api/v1/encounters/{encounter_id}/findings").validate(answer.json)
    newark, bank = answer.json["findings"]
    assert (newark["text"], newark["kinds"]) == ("newark", ["stray_name"])
    assert newark["mentions"][0]["before"] == "Port "
    first = ask("POST", at, json=decisions(**{newark["id"]: "mask"})).json
    assert first["attention"]["code"] == "gate_blocked"
    last = ask("POST", at, json=decisions(**{bank["id"]: "safe"})).json
    assert (last["stage"], last["attention"]) == ("transcribed", None)
    assert ask("GET", at).json == {"findings": []}
    record = ask("GET", f"/clients/{setting.client.id}").json["record"]
    assert record["safe_words"] == ["harbor street"]
    forgotten = ask(
        "POST",
        f"/clients/{setting.client.id}/safe-words/forget",
        json={"phrase": "harbor street"},
    )
    assert forgotten.json["record"]["safe_words"] == []
    assert ("POST", "/api/v1/encounters/{encounter_id}/findings") in operations(document)


def test_what_is_held_back_can_be_read_with_what_the_check_still_finds(
    ask: Caller, at: str
) -> None:
    seen = ask("GET", at.replace("findings", "masked")).json
    assert seen["is_held_back"]
    line = next(u for u in seen["utterances"] if u["id"] == seen["left"][0]["line_id"])
    assert line["text"][seen["left"][0]["start"] : seen["left"][0]["end"]] == "newark"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"decisions": []},
        {"decisions": [{"finding_id": "0" * 16}]},
        {"decisions": [{"finding_id": SECRET, "decision": "mask"}]},
        {"decisions": [{"finding_id": "0" * 16, "decision": SECRET}]},
        {"decisions": [{"finding_id": "0" * 16, "decision": "mask"}] * 2},
        {"decisions": [{"finding_id": "0" * 16, "decision": "mask", "text": SECRET}]},
        {"decisions": SECRET},
    ],
)
def test_a_malformed_decision_is_refused_and_nothing_is_decided(
    ask: Caller, at: str, body: object
) -> None:
    check_problem(ask("POST", at, json=body), 422, "fields_invalid")
    assert len(ask("GET", at).json["findings"]) == 2


def test_what_is_not_among_the_findings_is_stale(ask: Caller, at: str) -> None:
    newark, bank = ask("GET", at).json["findings"]
    both = decisions(**{bank["id"]: "safe", "_" + "0" * 16: "mask"})
    check_problem(ask("POST", at, json=both), 409, "finding_stale")
    ask("POST", at, json=decisions(**{newark["id"]: "mask"}))
    check_problem(ask("POST", at, json=decisions(**{newark["id"]: "safe"})), 409, "finding_stale")
    assert [found["text"] for found in ask("GET", at).json["findings"]] == ["harbor street"]


def test_a_name_on_record_cannot_be_marked_safe(ask: Caller, at: str, setting: Setting) -> None:
    relations = [{"name": "Newark Fuel", "role": "employer"}]
    body = {"name": "Dana Whitfield", "relations": relations}
    assert ask("PUT", f"/clients/{setting.client.id}", json=body).status_code == 200
    newark, _bank = ask("GET", at).json["findings"]
    answer = ask("POST", at, json=decisions(**{newark["id"]: "safe"}))
    check_problem(answer, 409, "named_on_record")
    assert "newark" not in answer.text.lower()


def test_where_nothing_is_held_up_nothing_can_be_decided(ask: Caller, setting: Setting) -> None:
    path = f"/encounters/{setting.encounter.id}/findings"
    assert ask("GET", path).json == {"findings": []}
    answer = ask("POST", path, json=decisions(**{"_" + "0" * 16: "mask"}))
    check_problem(answer, 409, "wrong_stage")


def test_another_clinician_s_findings_are_not_there(
    app: Flask, at: str, ask: Caller, setting: Setting
) -> None:
    add_account(setting.box, "noor")
    stranger = sign_in_as(app, setting.box, "noor")
    [newark, _bank] = ask("GET", at).json["findings"]
    check_problem(stranger("GET", at), 404, "absent")
    body = decisions(**{newark["id"]: "mask"})
    check_problem(stranger("POST", at, json=body), 404, "absent")
    unknown = at.replace(setting.encounter.id, "0" * 8 + "-0000-4000-8000-" + "0" * 12)
    check_problem(ask("GET", unknown), 404, "absent")
    assert Caller(app, "nobody")("GET", at).status_code == 401
