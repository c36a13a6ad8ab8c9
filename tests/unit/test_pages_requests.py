"""The pages over HTTP without a browser: who may ask, what is refused, and that nothing typed is lost."""

import re

import pytest
from flask import Flask

from appliance.domain.consent import ConsentState
from appliance.domain.lifecycle import Stage
from appliance.domain.people import Practice, RecordKept
from appliance.domain.preferences import Preferences
from appliance.domain.tokens import COOKIE
from appliance.steps.destroy import destroy_doomed, link_chain
from appliance.steps.edit_draft import begin_by_hand
from appliance.steps.prepare_encounter import note_consent
from appliance.steps.sign_in import sign_in
from appliance.steps.take_summary import take_summary
from appliance.web.pages import SECURITY_HEADERS, create_pages
from tests.boxes import PASSWORD, Setting
from tests.fakes import WrittenStatement
from tests.page_visitor import (
    BASE,
    Visitor,
    drafted,
)


def test_without_a_sign_in_every_page_leads_to_the_sign_in_page(setting, visitor, page):
    visitor.client.delete_cookie(COOKIE, domain="box.test")
    answer = visitor.get(page)
    assert answer.status_code == 303
    assert answer.location == f"/sign-in?next={page}"
    assert visitor.get("/csrf").status_code == 303


def test_signing_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use(setting, visitor):
    visitor.client.delete_cookie(COOKIE, domain="box.test")
    form = {"user_name": "amara", "password": PASSWORD, "next": "//evil.example/"}
    answer = visitor.client.post("/sign-in", base_url=BASE, data=form)
    assert answer.location == "/"
    cookie = answer.headers["Set-Cookie"]
    for part in (f"{COOKIE}=", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "elsewhere",
    [
        "/\t///evil.example",
        "/\t////evil.example",
        "///evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\r\nX-Injected: yes",
        "/\n///evil.example",
        "/" + "a" * 100_000,
    ],
    ids=lambda address: repr(address[:24]),
)
def test_signing_in_leads_nowhere_else_however_the_address_is_spelt(visitor, elsewhere):
    form = {"user_name": "amara", "password": PASSWORD, "next": elsewhere}
    answer = visitor.client.post("/sign-in", base_url=BASE, data=form)
    assert (answer.status_code, answer.location) == (303, "/")


def test_signing_in_leads_back_to_the_page_that_was_asked_for(visitor, page):
    for path in ("/", page, "/certificates?month=2026-11&as=pdf"):
        form = {"user_name": "amara", "password": PASSWORD, "next": path}
        assert visitor.client.post("/sign-in", base_url=BASE, data=form).location == path


def test_a_wrong_password_is_said_on_the_form_and_the_name_stays(visitor):
    form = {"user_name": "amara", "password": "not the right one"}
    answer = visitor.client.post("/sign-in", base_url=BASE, data=form)
    assert answer.status_code == 422
    assert "do not go together" in answer.text
    assert 'value="amara"' in answer.text
    assert "not the right one" not in answer.text


def test_a_change_without_the_csrf_value_is_refused_and_changes_nothing(setting, visitor, page):
    answer = visitor.client.post(f"{page}/summary", base_url=BASE, data={"summary": "Words."})
    assert answer.status_code == 403
    assert answer.headers["X-Quietroom-Code"] == "stale_page"
    assert setting.now_at().stage is Stage.OPEN


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_a_change_asked_for_by_another_site_is_refused(setting, visitor, page, headers):
    answer = visitor.client.post(
        f"{page}/by-hand", base_url=BASE, data={"csrf": visitor.csrf}, headers=headers
    )
    assert answer.status_code == 403
    assert setting.now_at().stage is Stage.OPEN


def test_a_browser_without_fetch_metadata_is_let_in_from_our_own_page(setting, visitor, page):
    answer = visitor.client.post(
        f"{page}/by-hand", base_url=BASE, data={"csrf": visitor.csrf}, headers={"Origin": BASE}
    )
    assert answer.status_code == 303


def test_every_answer_is_kept_out_of_caches_and_under_the_content_policy(visitor, page):
    answer = visitor.get(page)
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert policy == SECURITY_HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_an_empty_summary_is_answered_where_it_was_typed(visitor, page):
    answer = visitor.post(f"{page}/summary", summary="  ", format_key="birp")
    assert answer.status_code == 422
    assert "There is no text" in answer.text
    assert 'value="birp" selected' in answer.text


def test_a_refused_summary_is_shown_again_word_for_word(setting, visitor, page):
    answer = visitor.post(f"{page}/summary", summary="Slept <badly> & often.\x07", way="typing")
    assert answer.status_code == 422
    assert "Slept &lt;badly&gt; &amp; often." in answer.text
    assert setting.now_at().stage is Stage.OPEN


def test_what_is_written_beside_the_summary_is_saved_with_it(setting, visitor, page):
    answer = visitor.post(
        f"{page}/summary", summary="Dana slept badly.", format_key="dap", observed_affect="Calm"
    )
    assert answer.status_code == 303
    assert setting.now_at().stage is Stage.TRANSCRIBED
    assert setting.now_at().preferences.format_key == "dap"


def test_recording_is_closed_on_the_page_until_everyone_agreed(setting, visitor, page):
    assert "data-file" not in visitor.page(page)
    found = re.search(rf"{page}/consents/([\w-]+)", visitor.page(page))
    visitor.post(f"{page}/consents/{found[1]}", state="given")
    assert "data-file" in visitor.page(page)
    visitor.post(f"{page}/participants", participant_name="Marcus", participant_role="partner")
    assert "data-file" not in visitor.page(page)


def test_a_refused_consent_says_that_typing_stays_open(visitor, page):
    found = re.search(rf"{page}/consents/([\w-]+)", visitor.page(page))
    visitor.post(f"{page}/consents/{found[1]}", state="refused")
    assert "Typing and dictation stay open" in visitor.page(page)


def test_a_full_disk_closes_recording_and_says_that_typing_works(setting, page):
    app = Flask("test", static_folder=None)
    app.register_blueprint(
        create_pages(
            setting.box,
            energy_line=lambda: "",
            free_disk_bytes=lambda: 1000,
            print_pdf=lambda _: b"",
        )
    )
    client = app.test_client()
    account, token = sign_in(setting.box, "amara", PASSWORD)
    client.set_cookie(COOKIE, token, domain="box.test", secure=True)
    visitor = Visitor(client, token)
    found = re.search(rf"{page}/consents/([\w-]+)", visitor.page(page))
    note_consent(setting.box, account, setting.encounter.id, found[1], ConsentState.GIVEN)
    html = visitor.page(page)
    assert "data-file" not in html
    assert "typing still works" in html


def test_progress_asks_for_the_page_again_when_the_work_is_done(setting, visitor, page):
    take_summary(setting.box, setting.clinician, setting.encounter.id, "Dana slept badly.")
    assert "Masking names" in visitor.page(f"{page}/progress?stage=transcribed")
    begin_by_hand(setting.box, setting.clinician, setting.encounter.id)
    answer = visitor.get(f"{page}/progress?stage=transcribed")
    assert answer.headers["HX-Refresh"] == "true"


def test_each_statement_shows_what_it_rests_on(setting, visitor, page):
    drafted(setting)
    html = visitor.page(page)
    assert 'data-sources="u1"' in html
    assert "1 source" in html
    assert 'id="source-u1"' in html
    assert "not measured: no GPU here" in html


def test_a_sentence_that_rests_on_nothing_is_marked_until_it_is_confirmed(setting, visitor, page):
    invented = WrittenStatement(text="Mood was low.", sources=(), is_supported=False)
    drafted(setting, extra=(invented,))
    assert "rests on nothing" in visitor.page(page)
    revision = str(setting.now_at().revision)
    visitor.post(f"{page}/draft", revision=revision, confirm="Mood was low.")
    assert "rests on nothing" not in visitor.page(page)


def test_edits_made_in_two_windows_lose_neither_text(setting, visitor, page):
    drafted(setting)
    old = str(setting.now_at().revision)
    visitor.post(f"{page}/draft", revision=old, **{"section-subjective": "First window."})
    answer = visitor.post(f"{page}/draft", revision=old, **{"section-subjective": "Second window."})
    assert answer.status_code == 422
    assert "changed in another window" in answer.text
    assert "First window." in answer.text
    assert "Second window." in answer.text


def test_signing_is_refused_with_a_list_that_leads_to_each_field(setting, visitor, page):
    drafted(setting)
    revision = str(setting.now_at().revision)
    answer = visitor.post(f"{page}/draft", revision=revision, then="sign")
    review = visitor.get(answer.location)
    assert review.status_code == 422
    assert 'href="#field-stop_time"' in review.text
    assert 'href="#field-times_confirmed"' in review.text
    assert 'id="field-stop_time"' in review.text


def test_the_text_is_shown_before_it_is_signed_and_receipts_come_after(setting, visitor, page):
    drafted(setting)
    sign_it(setting, visitor, page)
    assert setting.now_at().stage is Stage.SIGNED
    assert "Out of reach" in visitor.page(page)
    setting.box.clock.move(seconds=11)
    link_chain(setting.box)
    assert destroy_doomed(setting.box) > 0
    html = visitor.page(page)
    number = re.search(r"certificates/(\d+)", html)[1]
    assert "can no longer be read" in visitor.page(f"/certificates/{number}")
    assert "measured" not in visitor.page(f"{page}/note")


def sign_it(setting: Setting, visitor: Visitor, page: str) -> str:
    """Fill in what is missing, look at the text, sign. Returns the page that was looked at."""
    visitor.post(
        f"{page}/draft",
        revision=str(setting.now_at().revision),
        session_day="2026-11-23",
        start_time="12:00",
        stop_time="12:50",
        times_confirmed="yes",
    )
    review = visitor.page(f"{page}/sign")
    assert "SUBJECTIVE" in review
    answer = visitor.post(f"{page}/sign", revision=str(setting.now_at().revision))
    assert answer.status_code == 303, answer.text
    return review


def test_where_the_chart_is_elsewhere_copying_takes_the_place_of_signing(setting, visitor, page):
    practice = Practice(name="Laurel Street", record_kept=RecordKept.ELSEWHERE)
    with setting.box.database.write() as records:
        records.people.save_practice(practice, Preferences())
    drafted(setting)
    assert "Copied to our record system" in sign_it(setting, visitor, page)
    assert setting.now_at().copied_at is not None


def test_an_addendum_is_added_and_the_note_stays(setting, visitor, page):
    drafted(setting)
    sign_it(setting, visitor, page)
    visitor.post(f"{page}/addenda", addendum="Called back on Tuesday.")
    html = visitor.page(page)
    assert "Called back on Tuesday." in html
    assert visitor.post(f"{page}/addenda", addendum=" ").status_code == 422


def test_destroyed_masked_text_is_answered_as_gone(setting, visitor, page):
    drafted(setting)
    assert "[PARTNER_1]" in visitor.page(f"{page}/masked")
    sign_it(setting, visitor, page)
    answer = visitor.get(f"{page}/masked")
    assert answer.status_code == 410
    assert "as it should be" in answer.text


def test_another_clinicians_session_is_not_there(setting, visitor):
    assert visitor.get("/encounters/none-such").status_code == 404
