"""One encounter from words to certificates, over HTTP, on a real database and keyring."""

import base64
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask

from appliance.domain.consent import ConsentState
from appliance.domain.formats import FORMATS
from appliance.domain.note import Support
from appliance.domain.people import AccountRole
from appliance.domain.written import WrittenStatement
from appliance.steps.destroy import destroy_doomed, link_chain
from appliance.steps.draft_note import draft_note
from appliance.steps.mask import mask
from tests.api_caller import Caller, add_account, make_app, sign_in_as
from tests.boxes import DANA, Setting, make_setting
from tests.fakes import NOON

SUMMARY = "Dana reports poor sleep. Marcus is supportive. Plan: sleep diary."
HEADER = {
    "client_name": "Dana Whitfield",
    "clinician_line": "Amara Reyes, LCSW",
    "started_at": NOON.isoformat(),
    "stopped_at": (NOON + timedelta(minutes=50)).isoformat(),
    "times_confirmed": True,
    "modality": "video",
}


@pytest.fixture
def app(setting: Setting) -> Flask:
    return make_app(setting.box)


@pytest.fixture
def ask(app: Flask, setting: Setting) -> Caller:
    return sign_in_as(app, setting.box, "amara")


@pytest.fixture
def at(setting: Setting) -> str:
    return f"/encounters/{setting.encounter.id}"


def draft_now(setting: Setting) -> None:
    mask(setting.box, setting.now_at())
    draft_note(setting.box, setting.now_at())


def consent(ask: Caller, at: str) -> str:
    person = ask("GET", at).json["sheet"]["participants"][0]["id"]
    given = ask("POST", f"{at}/consents", json={"participant_id": person, "state": "given"})
    assert given.json["consents"][person]["state"] == ConsentState.GIVEN
    return person


def signed(ask: Caller, at: str, setting: Setting) -> None:
    assert ask("POST", f"{at}/summary", json={"text": SUMMARY}).status_code == 200
    draft_now(setting)
    filled = ask("PUT", f"{at}/sheet", json={"header": HEADER})
    answer = ask("POST", f"{at}/sign", json={"revision": filled.json["state"]["revision"]})
    assert answer.json["stage"] == "signed"


def test_a_summary_becomes_a_signed_note_with_certificates_that_can_be_checked(
    ask: Caller, at: str, setting: Setting
) -> None:
    ask("PUT", f"{at}/sheet", json={"observations": {"affect": "Calm, then tearful."}})
    typed = ask("POST", f"{at}/summary", json={"text": SUMMARY})
    assert (typed.status_code, typed.json["stage_words"]) == (200, "having names masked")
    draft_now(setting)
    seen = ask("GET", f"{at}/masked").json
    assert "Marcus" not in str(seen["utterances"])
    assert "Marcus" in seen["placeholders"].values()
    view = ask("GET", at).json
    first = view["draft"]["sections"][0]["statements"][0]
    assert first == {
        "text": first["text"],
        "sources": ["u1"],
        "support": Support.SUPPORTED,
        "doubt": "",
    }
    assert "your confirmation of start and stop" in view["readiness"]["missing"]
    assert ("o1", "Calm, then tearful.") in {(s["id"], s["text"]) for s in view["other_sources"]}
    early = ask("POST", f"{at}/sign", json={"revision": view["state"]["revision"]})
    assert (early.status_code, early.json["code"]) == (422, "fields_missing")
    filled = ask("PUT", f"{at}/sheet", json={"header": HEADER}).json
    stale = ask("POST", f"{at}/sign", json={"revision": view["state"]["revision"]})
    assert (stale.status_code, stale.json["code"]) == (409, "edited_elsewhere")
    done = ask("POST", f"{at}/sign", json={"revision": filled["state"]["revision"]})
    assert done.json["stage"] == "signed"
    waiting = {a["state_words"] for a in ask("GET", at).json["artefacts"]}
    assert waiting == {"kept", "out of reach, key goes within a minute"}
    link_chain(setting.box)
    setting.box.clock.move(seconds=11)
    destroy_doomed(setting.box)
    proofs = ask("GET", f"/certificates/{setting.encounter.id}").json
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(proofs["public_key"]))
    assert {c["artefact_kind"] for c in proofs["certificates"]} >= {"transcript", "draft"}
    for one in proofs["certificates"]:
        key.verify(base64.b64decode(one["signature"]), one["signed_text"].encode())
    after = ask("GET", at).json
    assert after["transcript"] is None
    assert after["draft"] is None
    assert "Marcus is supportive" in after["note"]["text"]


def test_what_was_destroyed_is_answered_with_gone(ask: Caller, at: str, setting: Setting) -> None:
    signed(ask, at, setting)
    for method, path, body in (
        ("GET", f"{at}/masked", None),
        ("POST", f"{at}/draft", {"verbosity": "concise"}),
    ):
        answer = ask(method, path, json=body) if body else ask(method, path)
        assert (answer.status_code, answer.json["code"]) == (410, "destroyed")


def test_a_signed_note_only_grows_by_addenda(ask: Caller, at: str, setting: Setting) -> None:
    signed(ask, at, setting)
    before = ask("GET", at).json["note"]
    added = ask("POST", f"{at}/addenda", json={"text": "The date of the intake was 3 May."})
    assert added.status_code == 201
    assert added.json["note"] == before
    late = ask("PUT", f"{at}/sheet", json={"header": HEADER})
    assert (late.status_code, late.json["code"]) == (409, "wrong_stage")


def test_a_second_upload_or_summary_for_one_encounter_is_refused(ask: Caller, at: str) -> None:
    consent(ask, at)
    ask("POST", f"{at}/summary", json={"text": SUMMARY})
    for answer in (
        ask("POST", f"{at}/summary", json={"text": SUMMARY}),
        ask.begin(at, 5),
    ):
        assert (answer.status_code, answer.json["code"]) == (409, "already_has_words")


def test_a_full_disk_takes_no_recording_but_typing_works(setting: Setting, at: str) -> None:
    app = make_app(setting.box, free_disk_bytes=lambda: 10)
    ask = sign_in_as(app, setting.box, "amara")
    consent(ask, at)
    refused = ask.begin(at, 5)
    assert (refused.status_code, refused.json["code"]) == (503, "disk_full")
    assert int(refused.headers["Retry-After"]) > 0
    assert ask("POST", f"{at}/summary", json={"text": SUMMARY}).status_code == 200


def test_edits_keep_the_sources_of_what_was_not_changed(
    ask: Caller, at: str, setting: Setting
) -> None:
    ask("POST", f"{at}/summary", json={"text": SUMMARY})
    draft_now(setting)
    view = ask("GET", at).json
    section = view["draft"]["sections"][0]
    kept = section["statements"][0]["text"]
    edit = {
        "revision": view["state"]["revision"],
        "texts": {section["key"]: f"{kept}\nShe slept four hours."},
    }
    saved = ask("PUT", f"{at}/draft", json=edit)
    assert saved.json["revision"] > edit["revision"]
    statements = ask("GET", at).json["draft"]["sections"][0]["statements"]
    assert [s["support"] for s in statements] == ["supported", "clinician"]
    stale = ask("PUT", f"{at}/draft", json=edit)
    assert (stale.status_code, stale.json["code"]) == (409, "edited_elsewhere")


def test_a_placeholder_that_nobody_knows_blocks_signing(
    ask: Caller, at: str, setting: Setting
) -> None:
    setting.box.writer.extra = (
        WrittenStatement(text="[PARTNER_9] came too.", sources=("u1",), is_supported=True),
    )
    ask("POST", f"{at}/summary", json={"text": SUMMARY})
    draft_now(setting)
    ask("PUT", f"{at}/sheet", json={"header": HEADER})
    refused = ask("POST", f"{at}/sign", json={"revision": setting.now_at().revision})
    assert (refused.status_code, refused.json["code"]) == (422, "unknown_placeholders")


def test_words_can_be_thrown_away_and_typed_anew(ask: Caller, at: str) -> None:
    ask("POST", f"{at}/summary", json={"text": SUMMARY})
    assert ask("DELETE", f"{at}/words").json["stage"] == "open"
    assert ask("POST", f"{at}/summary", json={"text": SUMMARY}).status_code == 200


def test_a_draft_is_written_again_in_another_format(ask: Caller, at: str, setting: Setting) -> None:
    ask("POST", f"{at}/summary", json={"text": SUMMARY})
    draft_now(setting)
    asked = ask("POST", f"{at}/draft", json={"format_key": "birp", "methods": ["CBT"]})
    assert asked.json["stage"] == "transcribed"
    draft_now(setting)
    view = ask("GET", at).json
    assert view["draft"]["format_key"] == "birp"
    assert view["chosen"]["methods"] == ["CBT"]


def test_a_supervisor_reads_and_cosigns_and_only_then_the_note_is_signed(
    setting: Setting,
) -> None:
    supervisor = add_account(setting.box, "sam", AccountRole.SUPERVISOR)
    add_account(setting.box, "ines", supervisor_id=supervisor.id)
    app = make_app(setting.box)
    intern, sam = (sign_in_as(app, setting.box, name) for name in ("ines", "sam"))
    client = intern("POST", "/clients", json={"name": "Robin Vale"})
    opened = intern(
        "POST",
        "/encounters",
        json={"client_id": client.json["id"], "kind": "no_show", "scheduled_at": NOON.isoformat()},
    )
    at = opened.headers["Location"].removeprefix("/api/v1")
    assert intern("POST", f"{at}/draft/by-hand").json["stage"] == "drafted"
    view = intern("GET", at).json
    edit = {"revision": view["state"]["revision"], "texts": {"narrative": "Did not come."}}
    revision = intern("PUT", f"{at}/draft", json=edit).json["revision"]
    waiting = intern("POST", f"{at}/sign", json={"revision": revision})
    assert waiting.json["stage"] == "awaiting_cosignature"
    listed = sam("GET", "/encounters?to_cosign=1").json["encounters"]
    assert [line["state"]["id"] for line in listed] == [view["state"]["id"]]
    reason = {"reason": "Name the homework."}
    declined = sam("POST", f"{at}/decline-cosignature", json=reason)
    assert declined.json["attention"]["code"] == "cosignature_declined"
    assert intern("GET", at).json["sent_back_reason"] == "Name the homework."
    revision = intern("GET", f"{at}/progress").json["revision"]
    intern("POST", f"{at}/sign", json={"revision": revision})
    assert sam("POST", f"{at}/cosign").json["stage"] == "signed"
    view = intern("GET", at).json
    assert (view["note"]["cosigner_line"], view["sent_back_reason"]) == ("Sam", "")


def test_clients_are_added_read_and_changed_as_a_whole(ask: Caller) -> None:
    record = {
        "name": "Noor Haddad",
        "birth_date": "1990-01-31",
        "relations": [{"name": "Sami", "role": "partner"}],
        "preferences": {"pronouns": "she"},
    }
    added = ask("POST", "/clients", json=record)
    assert added.status_code == 201
    path = added.headers["Location"].removeprefix("/api/v1")
    assert ask("GET", path).json["record"]["preferences"]["pronouns"] == "she"
    changed = ask("PUT", path, json=record | {"name": "Noor Haddad-Lind", "relations": []})
    assert changed.json["record"]["relations"] == []
    names = [c["record"]["name"] for c in ask("GET", "/clients").json["clients"]]
    assert names == [DANA.name, "Noor Haddad-Lind"]


def test_a_day_lists_its_own_encounters_by_the_boxs_time(ask: Caller, setting: Setting) -> None:
    local = NOON.astimezone().date()
    today = ask("GET", f"/encounters?day={local}").json["encounters"]
    assert [line["client_name"] for line in today] == [DANA.name]
    tomorrow = local + timedelta(days=1)
    assert ask("GET", f"/encounters?day={tomorrow}").json["encounters"] == []
    assert len(ask("GET", "/encounters?unfinished=1").json["encounters"]) == 1


def test_preferences_are_kept_for_ones_own_notes(ask: Caller, at: str) -> None:
    chosen = {"client_term": "patient", "verbosity": "detailed", "methods": ["DBT"]}
    own = ask("PUT", "/preferences", json=chosen).json["own"]
    assert {name: own[name] for name in chosen} == chosen
    assert ask("GET", at).json["chosen"]["client_term"] == "patient"
    ask("PUT", f"{at}/preferences", json={"client_term": "guest"})
    assert ask("GET", at).json["chosen"]["client_term"] == "guest"


def test_what_there_is_to_choose_from_can_be_asked(ask: Caller) -> None:
    formats = [one["key"] for one in ask("GET", "/formats").json["formats"]]
    assert formats[:4] == ["soap", "dap", "birp", "narrative"]
    assert set(formats) == set(FORMATS)
    assert {"key": "MI", "title": "Motivational Interviewing"} in ask("GET", "/methods").json[
        "methods"
    ]
    assert ask("GET", "/energy").json == {"sentence": "not measured: no counter"}


def test_a_broken_keyring_is_said_and_not_dressed_up(setting: Setting, at: str) -> None:
    class NoVault:
        def __getattr__(self, name: str) -> object:
            from appliance.domain.errors import KeyringUnavailable

            raise KeyringUnavailable

    broken = setting.with_box(vault=NoVault())
    app = make_app(broken.box)
    answer = sign_in_as(app, broken.box, "amara")("GET", at)
    assert (answer.status_code, answer.json["code"]) == (503, "keyring_unavailable")


def test_two_boxes_in_one_process_do_not_mix(tmp_path, setting: Setting, at: str) -> None:
    from tests.boxes import make_box

    with make_box(tmp_path / "other") as other:
        make_setting(other)
        here, there = make_app(setting.box), make_app(other)
        assert sign_in_as(here, setting.box, "amara")("GET", at).status_code == 200
        assert sign_in_as(there, other, "amara")("GET", at).status_code == 404
