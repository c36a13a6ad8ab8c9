"""The pages where a clinician or an attacker found them wanting: what they ask, offer and refuse."""

import re
from dataclasses import replace
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from appliance.domain.encounter import Attention, EncounterKind, Modality
from appliance.domain.lifecycle import Stage
from appliance.domain.people import Account, AccountRole
from appliance.domain.tokens import COOKIE
from appliance.steps.keep_clients import add_client
from appliance.steps.mask import mask
from appliance.steps.moves import hold_up
from appliance.steps.prepare_encounter import open_encounter
from appliance.steps.read_record import view_encounter
from appliance.steps.sign_in import sign_in
from appliance.steps.sign_note import sign
from tests.api_caller import add_account
from tests.boxes import DANA, PASSWORD, Setting
from tests.fakes import NOON
from tests.flow import confirm_header, draft_now, sign_now, transcribe_now, upload, view
from tests.page_visitor import Marks, Visitor, drafted, visitor_to

TAKE_BACK = "Take consent back"
OVERRIDE = "Marcus\u202e yraC"
TIMES = {
    "session_day": "2026-11-23",
    "start_time": "12:00",
    "stop_time": "12:50",
    "times_confirmed": "yes",
}


def supervised(setting: Setting) -> tuple[Account, Setting]:
    """A supervisor, and the setting with an intern in the clinician's place."""
    sam = add_account(setting.box, "sam", AccountRole.SUPERVISOR)
    ines = add_account(setting.box, "ines", supervisor_id=sam.id)
    client = add_client(setting.box, ines, DANA)
    kind = EncounterKind.INDIVIDUAL
    encounter = open_encounter(
        setting.box, ines, client.id, kind, NOON, modality=Modality.IN_PERSON
    )
    return sam, Setting(box=setting.box, clinician=ines, client=client, encounter=encounter)


def visitor_as(visitor: Visitor, setting: Setting, user_name: str) -> Visitor:
    _account, token = sign_in(setting.box, user_name, PASSWORD)
    client = visitor.client.application.test_client()
    client.set_cookie(COOKIE, token, domain="box.test", secure=True)
    return Visitor(client, token)


@pytest.mark.parametrize("reached", ["transcribed", "masked", "drafted"])
def test_consent_to_a_recording_can_be_taken_back_on_the_page_until_the_note_is_signed(
    setting, visitor, page, reached
):
    upload(setting)
    transcribe_now(setting)
    if reached == "masked":
        mask(setting.box, setting.now_at())
    if reached == "drafted":
        draft_now(setting)
    else:
        with setting.box.database.write() as records:
            hold_up(records, setting.now_at(), Attention.STEP_FAILING)
    html = visitor.page(page)
    assert TAKE_BACK in html
    assert "Someone else takes part" not in html
    found = re.search(rf"{page}/consents/([\w-]+)", html)
    visitor.post(f"{page}/consents/{found[1]}", state="withdrawn")
    assert setting.now_at().stage is Stage.OPEN


def test_what_was_typed_has_no_consent_to_take_back(setting, visitor, page):
    drafted(setting)
    assert TAKE_BACK not in visitor.page(page)


def test_a_note_is_sent_back_with_a_reason_that_its_clinician_reads(setting, visitor):
    _sam, interns = supervised(setting)
    upload(interns)
    transcribe_now(interns)
    draft_now(interns)
    confirm_header(interns)
    sign(interns.box, interns.clinician, interns.encounter.id, interns.now_at().revision)
    ines, sam = (visitor_as(visitor, interns, name) for name in ("ines", "sam"))
    page = f"/encounters/{interns.encounter.id}"
    assert TAKE_BACK in ines.page(page)
    assert TAKE_BACK not in sam.page(page)
    assert "Read and co-sign" in sam.page("/")
    refused = sam.post(f"{page}/decline", reason=" ")
    assert refused.status_code == 422
    assert 'id="problem-reason"' in refused.text
    assert interns.now_at().stage is Stage.AWAITING_COSIGNATURE
    assert sam.post(f"{page}/decline", reason="Name the <homework>.").status_code == 303
    html = ines.page(page)
    assert "Name the &lt;homework&gt;." in html
    assert interns.now_at().stage is Stage.DRAFTED


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1999-12-31", "2200-01-01"])
def test_a_day_beyond_the_boxs_own_is_said_and_today_is_shown(visitor, day):
    answer = visitor.get(f"/?day={day}")
    assert answer.status_code == 422
    assert "The box keeps days from 2000 to 2199" in answer.text


@pytest.mark.parametrize("day", ["2000-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_have_their_pages(visitor, day):
    assert visitor.get(f"/?day={day}").status_code == 200


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_session_on_a_day_beyond_the_boxs_own_is_refused_on_the_form(setting, visitor, page, day):
    form = {"client_id": setting.client.id, "kind": "individual", "time": "12:00"}
    answer = visitor.post("/encounters", day=day, **form)
    assert answer.status_code == 422
    assert "the day must be from 2000 to 2199" in answer.text
    drafted(setting)
    revision = str(setting.now_at().revision)
    answer = visitor.post(f"{page}/draft", revision=revision, **TIMES | {"session_day": day})
    assert answer.status_code == 422


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "", "٣", "1234567890"])
def test_a_revision_that_no_page_has_is_answered_as_another_windows(setting, visitor, page, number):
    drafted(setting)
    assert visitor.post(f"{page}/sign", revision=number).status_code == 422
    answer = visitor.post(f"{page}/draft", revision=number, **{"section-plan": "New."})
    assert answer.status_code == 422
    assert visitor.get(f"/certificates/{number or 0}").status_code == 404


def test_a_participants_name_that_reads_otherwise_than_it_is_gets_refused_at_its_field(
    setting, visitor, page
):
    answer = visitor.post(
        f"{page}/participants", participant_name=OVERRIDE, participant_role="partner"
    )
    assert answer.status_code == 422
    fields = {f.get("name"): f for _, f in Marks(answer.text).tags}
    assert fields["participant_name"]["aria-invalid"] == "true"
    assert 'id="problem-participant_name"' in answer.text
    people = view_encounter(setting.box, setting.clinician, setting.encounter.id)
    assert len(people.sheet.participants) == 1


@pytest.mark.parametrize(
    "form",
    [
        {"name": OVERRIDE},
        {"name": "Ilse\x07 Brandt"},
        {"name": "Ilse", "nicknames": OVERRIDE},
        {"name": "Ilse", "relation_name": OVERRIDE, "relation_role": "partner"},
        {"name": "Ilse", "plan_goals": "Sleep\x00"},
        {"name": "Ilse", "client_term": OVERRIDE},
    ],
)
def test_a_clients_record_takes_no_text_that_cannot_be_read(visitor, form):
    answer = visitor.post("/clients", **form)
    assert answer.status_code == 422
    assert "characters that are not text" in answer.text
    assert "Ilse" not in visitor.page("/clients")


@pytest.mark.parametrize(
    "name", ["diagnosis", "client_name", "clinician_line", "observed_risk", "plan_goal"]
)
def test_a_field_of_the_note_takes_no_text_that_cannot_be_read(setting, visitor, page, name):
    drafted(setting)
    revision = str(setting.now_at().revision)
    answer = visitor.post(f"{page}/draft", revision=revision, **{name: OVERRIDE})
    assert answer.status_code == 422
    assert f'id="problem-{name}"' in answer.text
    assert str(setting.now_at().revision) == revision


def test_one_form_saves_the_sheet_and_the_sections_and_leads_on_to_signing(setting, visitor, page):
    drafted(setting)
    sections = {"section-plan": "Sleep diary.", "observed_affect": "Calm."}
    revision = str(setting.now_at().revision)
    answer = visitor.post(f"{page}/draft", revision=revision, then="sign", **TIMES, **sections)
    assert answer.location == f"{page}/sign"
    review = visitor.page(answer.location)
    assert "Sleep diary." in review
    assert "Calm." in review
    shown = re.search(r'name="revision" value="(\d+)"', review)[1]
    assert visitor.post(f"{page}/sign", revision=shown).status_code == 303
    assert setting.now_at().stage is Stage.SIGNED


def test_details_changed_after_the_review_are_reviewed_before_they_are_signed(
    setting, visitor, page
):
    drafted(setting)
    visitor.post(f"{page}/draft", revision=str(setting.now_at().revision), **TIMES)
    shown = re.search(r'name="revision" value="(\d+)"', visitor.page(f"{page}/sign"))[1]
    visitor.post(f"{page}/draft", revision=shown, diagnosis="F41.1")
    answer = visitor.post(f"{page}/sign", revision=shown)
    assert answer.status_code == 422
    assert "changed in another window" in answer.text
    assert setting.now_at().stage is Stage.DRAFTED


def test_details_typed_in_an_older_window_replace_nothing_unasked(setting, visitor, page):
    drafted(setting)
    old = str(setting.now_at().revision)
    visitor.post(f"{page}/draft", revision=old, diagnosis="F41.1")
    answer = visitor.post(f"{page}/draft", revision=old, diagnosis="F32.0")
    assert answer.status_code == 422
    assert 'value="F32.0"' in answer.text
    assert view_encounter(
        setting.box, setting.clinician, setting.encounter.id
    ).sheet.header.diagnosis == ("F41.1")


@pytest.mark.parametrize("kind", [EncounterKind.NO_SHOW, EncounterKind.LATE_CANCELLATION])
def test_a_client_who_did_not_come_gets_a_short_note_with_day_and_time(
    setting, visitor, page, kind
):
    assert "The client did not come" in visitor.page(page)
    visitor.post(f"{page}/kind", kind=kind.value)
    assert "Write the note" in visitor.page(page)
    visitor.post(f"{page}/by-hand")
    names = {f.get("name") for _, f in Marks(visitor.page(page)).tags}
    assert {"session_day", "start_time"} <= names
    assert not names & {"stop_time", "times_confirmed", "modality", "service_code", "observed_risk"}
    revision = str(setting.now_at().revision)
    form = {
        "session_day": "2026-11-23",
        "start_time": "12:00",
        "section-narrative": "Did not come.",
    }
    answer = visitor.post(f"{page}/draft", revision=revision, then="sign", **form)
    assert visitor.get(answer.location).status_code == 200


def test_only_an_absence_can_be_made_of_a_session(setting, visitor, page):
    assert visitor.post(f"{page}/kind", kind="group").status_code == 422
    assert setting.now_at().kind is EncounterKind.INDIVIDUAL


def test_observations_are_folded_away_until_there_are_any(setting, visitor, page):
    drafted(setting)
    folded = re.compile(r'data-part="What you observed yourself">')
    assert folded.search(visitor.page(page))
    visitor.post(f"{page}/draft", revision=str(setting.now_at().revision), observed_affect="Calm.")
    assert not folded.search(visitor.page(page))


def test_writing_by_hand_keeps_what_was_typed(setting, visitor, page):
    typed = "Dana slept badly.\r\nMarcus called."
    answer = visitor.post(f"{page}/by-hand", summary=typed, observed_affect="Calm.")
    assert answer.status_code == 303
    text = visitor.page(page)
    assert "Dana slept badly." in text
    assert "Marcus called." in text
    assert "Calm." in text


def test_a_summary_too_long_for_a_note_stays_on_the_page(setting, visitor, page):
    answer = visitor.post(f"{page}/by-hand", summary="x" * 60_000)
    assert answer.status_code == 422
    assert "x" * 60_000 in answer.text


@pytest.mark.parametrize(
    ("kind", "warns"), [("couple", True), ("family", True), ("group", True), ("individual", False)]
)
def test_a_recording_of_several_warns_that_another_can_be_quoted(
    setting, visitor, page, kind, warns
):
    with setting.box.database.write() as records:
        encounter = records.encounters.get(setting.encounter.id)
        records.encounters.save(replace(encounter, kind=EncounterKind(kind)))
    upload(setting)
    transcribe_now(setting)
    draft_now(setting)
    assert ("what somebody else said" in visitor.page(page)) is warns
    confirm_header(setting)
    assert ("what somebody else said" in visitor.page(f"{page}/sign")) is warns


def test_a_typed_summary_of_a_couple_warns_of_no_voices(setting, visitor, page):
    with setting.box.database.write() as records:
        encounter = records.encounters.get(setting.encounter.id)
        records.encounters.save(replace(encounter, kind=EncounterKind.COUPLE))
    drafted(setting)
    assert "what somebody else said" not in visitor.page(page)


def test_a_signed_note_tells_times_in_the_practices_zone_and_keeps_them_wherever_it_is_read(
    setting: Setting, page: str
) -> None:
    at_home = setting.with_box(zone=ZoneInfo("America/New_York"))
    drafted(at_home)
    confirm_header(at_home)
    reviewed = unescape(visitor_to(at_home).page(f"{page}/sign"))
    sign_now(at_home)
    text = view(at_home).kept.note.text
    assert "Start time: 2026-11-23 07:00 EST (UTC-05:00)\n" in text
    assert "Stop time: 2026-11-23 07:50 EST (UTC-05:00)\n" in text
    assert text.strip() in reviewed
    elsewhere = setting.with_box(zone=ZoneInfo("Asia/Tokyo"))
    printed = unescape(visitor_to(elsewhere).page(f"{page}/note"))
    assert text.strip() in printed
    assert "Monday 23 November 2026, 21:00 JST" in printed
