"""Holds, inventory, certificates and the destruction of everything, over the API."""

import pytest
from flask import Flask

from tests.api_caller import Caller, check_problem, make_app, sign_in_as
from tests.boxes import Setting
from tests.flow import draft_now, sign_now, summarise, turn


@pytest.fixture
def app(setting: Setting) -> Flask:
    return make_app(setting.box)


@pytest.fixture
def ask(app: Flask, setting: Setting) -> Caller:
    return sign_in_as(app, setting.box, "amara")


@pytest.fixture
def client(setting: Setting) -> str:
    return f"/clients/{setting.client.id}"


def test_a_hold_is_placed_seen_everywhere_and_lifted(
    ask: Caller, client: str, setting: Setting
) -> None:
    summarise(setting)
    draft_now(setting)
    placed = ask("POST", f"{client}/holds", json={"reason": "board_complaint"})
    assert [hold["reason"] for hold in placed.json["holds"]] == ["board_complaint"]
    view = ask("GET", f"/encounters/{setting.encounter.id}").json
    assert view["holds"] == placed.json["holds"]
    (line,) = ask("GET", "/encounters?unfinished=1").json["encounters"]
    assert line["is_on_hold"] is True
    check_problem(ask("POST", f"{client}/destroy", json={"confirm": True}), 409, "under_legal_hold")
    lifted = ask("DELETE", f"{client}/holds/board_complaint")
    assert lifted.json["holds"] == []


def test_a_reason_that_is_none_is_refused(ask: Caller, client: str) -> None:
    check_problem(ask("POST", f"{client}/holds", json={"reason": "x"}), 422, "fields_invalid")
    assert ask("DELETE", f"{client}/holds/x").status_code in (404, 422)


def test_the_inventory_says_what_goes_with_the_client(
    ask: Caller, client: str, setting: Setting
) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    turn(setting)
    found = ask("GET", f"{client}/inventory").json
    assert {e["kind"]: e["goes_with_client"] for e in found["existing"]} == {
        "client_record": False,
        "sheet": True,
        "signed_note": False,
    }
    assert (found["gone"], found["certified"]) == (4, 4)


def test_destroying_everything_needs_to_be_meant(
    ask: Caller, client: str, setting: Setting
) -> None:
    for body in ({}, {"confirm": False}):
        check_problem(ask("POST", f"{client}/destroy", json=body), 422, "fields_invalid")
    left = ask("POST", f"{client}/destroy", json={"confirm": True}).json
    assert (left["existing"], left["gone"], left["certified"]) == ([], 2, 0)
    turn(setting)
    assert ask("GET", f"{client}/inventory").json["certified"] == 2
    certificates = ask("GET", f"{client}/certificates").json["certificates"]
    assert {c["artefact_kind"] for c in certificates} == {"sheet", "client_record"}
    assert {c["rule"] for c in certificates} == {"everything of this client destroyed"}


def test_certificates_of_a_month_are_chained(ask: Caller, setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    turn(setting)
    found = ask("GET", "/certificates?month=2026-11-01").json["certificates"]
    assert [c["number"] for c in found] == [1, 2, 3, 4]
    assert len({c["previous_hash"] for c in found}) == 4
    assert ask("GET", "/certificates?month=2026-12-01").json["certificates"] == []
    for month in ("2026-11-23", "x", "1999-12-01"):
        check_problem(ask("GET", f"/certificates?month={month}"), 422, "fields_invalid")
