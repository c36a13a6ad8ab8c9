"""The pages about what exists of a client: holds at every deadline, and destroying everything."""

import re

import pytest

from appliance.domain.lifecycle import Stage
from appliance.domain.people import AccountRole
from appliance.steps.apply_retention import apply_retention
from appliance.steps.run_practice import choose_practice
from tests.boxes import Setting
from tests.flow import draft_now, sign_now, summarise, turn
from tests.page_visitor import Marks, Visitor


@pytest.fixture
def client_page(setting: Setting) -> str:
    return f"/clients/{setting.client.id}"


def test_the_inventory_names_each_thing_its_rule_and_its_date(
    setting: Setting, visitor: Visitor, client_page: str
) -> None:
    summarise(setting)
    draft_now(setting)
    text = visitor.page(f"{client_page}/inventory")
    for part in (
        "Transcript or typed summary",
        "Masked text",
        "List of masked names",
        "Draft",
        "Session details",
        "Client&#39;s record",
        "7 days after the first word at the latest",
        "30 November 2026",
        "This box, under the lasting root",
    ):
        assert part in text
    assert Marks(text).fields_without_label() == []


def test_one_press_places_a_hold_and_every_deadline_says_so(
    setting: Setting, visitor: Visitor, client_page: str, page: str
) -> None:
    summarise(setting)
    draft_now(setting)
    assert "Words are destroyed" in visitor.page(page)
    placed = visitor.post(f"{client_page}/holds", reason="payer_audit")
    assert placed.status_code == 303
    for path in (f"{client_page}/inventory", page, "/?day=2026-11-23"):
        text = visitor.page(path)
        assert "egal hold" in text, path
        assert "Words are destroyed" not in text, path
    assert "Until the legal hold is lifted" in visitor.page(f"{client_page}/inventory")
    visitor.post(f"{client_page}/holds/lift", reason="payer_audit")
    assert "Words are destroyed" in visitor.page(page)


def test_a_hold_for_no_known_reason_is_refused_on_the_page(
    visitor: Visitor, client_page: str
) -> None:
    answer = visitor.post(f"{client_page}/holds", reason="because")
    assert answer.status_code == 422
    assert "reason for the hold" in answer.text


def test_throwing_words_away_under_a_hold_is_refused_in_words(
    setting: Setting, visitor: Visitor, client_page: str, page: str
) -> None:
    summarise(setting)
    visitor.post(f"{client_page}/holds", reason="litigation")
    answer = visitor.post(f"{page}/discard")
    assert answer.status_code == 422
    assert "A legal hold keeps this" in answer.text


def test_destroying_everything_asks_first_and_says_what_stays(
    setting: Setting, visitor: Visitor, client_page: str
) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    asked = visitor.page(f"{client_page}/destroy")
    going, staying = asked.split("Kept by your practice")
    assert "Session details" in going
    assert "Signed note" in staying
    assert "Client&#39;s record" in staying
    unticked = visitor.post(f"{client_page}/destroy")
    assert unticked.status_code == 422
    assert "Tick the box first" in unticked.text
    assert visitor.post(f"{client_page}/destroy", confirm="yes").status_code == 303
    left = visitor.page(f"{client_page}/inventory")
    assert "Session details" not in left
    assert "Signed note" in left


def test_pages_of_a_destroyed_client_still_answer_and_name_nobody(
    setting: Setting, visitor: Visitor, client_page: str, page: str
) -> None:
    summarise(setting)
    draft_now(setting)
    assert "Whitfield" in visitor.page(f"{client_page}/inventory")
    visitor.post(f"{client_page}/destroy", confirm="yes")
    turn(setting)
    assert setting.now_at().stage is Stage.CLOSED
    for path in (page, f"{client_page}/inventory", "/?day=2026-11-23", "/clients"):
        assert "Whitfield" not in visitor.page(path), path
    text = visitor.page(f"{client_page}/inventory")
    assert "Nothing that could be read" in text
    assert "6 things destroyed or on the way, 6 with a certificate" in text
    assert "could still bring it back, and the certificate says so" in text
    assert visitor.get(client_page).status_code == 404


def test_a_client_under_a_hold_cannot_be_destroyed(
    setting: Setting, visitor: Visitor, client_page: str
) -> None:
    visitor.post(f"{client_page}/holds", reason="litigation")
    assert "Lift the hold first" in visitor.page(f"{client_page}/destroy")
    refused = visitor.post(f"{client_page}/destroy", confirm="yes")
    assert refused.status_code == 422
    assert "A legal hold keeps this" in refused.text


def test_the_day_reminds_of_words_that_are_destroyed_soon(
    setting: Setting, visitor: Visitor
) -> None:
    summarise(setting)
    draft_now(setting)
    assert "Sign soon" not in visitor.page("/")
    setting.box.clock.move(days=3)
    apply_retention(setting.box)
    from appliance.domain.tokens import COOKIE
    from appliance.steps.sign_in import sign_in
    from tests.boxes import PASSWORD

    _account, token = sign_in(setting.box, "amara", PASSWORD)
    visitor.client.set_cookie(COOKIE, token, domain="box.test", secure=True)
    text = visitor.page("/")
    assert "Sign soon" in text
    assert "words are destroyed in 4 days" in text


def test_an_administrator_is_asked_for_the_time_and_accepts_it(
    setting: Setting, visitor: Visitor
) -> None:
    from tests.unit.test_pages_certificates import as_other

    apply_retention(setting.box)
    setting.box.clock.move(days=3)
    apply_retention(setting.box)
    ada = as_other(setting, visitor, "ada", AccountRole.ADMINISTRATOR)
    asked = ada.page("/")
    assert "jumped forward: before, it was Monday 23 November 2026" in asked
    assert ada.post("/accept-time").status_code == 303
    assert "jumped forward" not in ada.page("/")
    noa = as_other(setting, visitor, "noa", AccountRole.CLINICIAN)
    assert noa.post("/accept-time").status_code == 404


def test_what_a_hold_set_aside_opens_from_the_inventory_alone(
    setting: Setting, visitor: Visitor, client_page: str, page: str
) -> None:
    summarise(setting)
    draft_now(setting)
    visitor.post(f"{client_page}/holds", reason="records_request")
    sign_now(setting)
    assert "What it rests on" not in visitor.page(page)
    text = visitor.page(f"{client_page}/inventory")
    assert "Set aside: note signed" in text
    address = re.search(r'href="(/clients/[^"]+/held/[^"]+)"', text)[1]
    opened = visitor.page(address)
    assert "set aside by a legal hold" in opened
    assert "Dana" in opened
    assert visitor.get(f"{client_page}/held/nothing").status_code == 404


def test_the_years_of_signed_notes_stand_on_the_clients_and_the_administrators_page(
    setting: Setting, visitor: Visitor, client_page: str, page: str
) -> None:
    from tests.unit.test_pages_certificates import as_other

    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    administrator = as_other(setting, visitor, "sam", AccountRole.ADMINISTRATOR)
    assert "no rule destroys a signed note" in administrator.page("/")
    assert "names no years" in visitor.page(f"{client_page}/inventory")
    choose_practice(setting.box, {"record_years": 7})
    apply_retention(setting.box)
    assert "7 years after a client's last session" in administrator.page("/")
    for text in (
        administrator.page("/"),
        visitor.page(f"{client_page}/inventory"),
        visitor.page(page),
    ):
        assert re.search(r"23 November 2033, \d\d:\d\d(</strong>)? at the earliest", text)
