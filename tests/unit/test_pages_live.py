"""What the pages show of a session that is recorded here."""

import dataclasses

import pytest

from appliance.domain.encounter import Modality
from appliance.steps.prepare_encounter import fill_sheet
from tests.boxes import Setting
from tests.flow import consent, turn, view
from tests.live_flow import begin, hear_all, send_seconds, stop
from tests.page_visitor import Marks, Visitor


def test_recording_stays_closed_until_everyone_has_agreed(
    visitor: Visitor, page: str, setting: Setting
) -> None:
    assert "data-start" not in visitor.page(page)
    consent(setting)
    shown = visitor.page(page)
    assert "data-start" in shown
    assert Marks(shown).fields_without_label() == []


@pytest.mark.parametrize(("modality", "chosen"), [("video", "call"), ("in_person", "room")])
def test_a_video_session_offers_the_call_first(
    visitor: Visitor, page: str, setting: Setting, modality: str, chosen: str
) -> None:
    consent(setting)
    header = dataclasses.replace(view(setting).sheet.header, modality=Modality(modality))
    fill_sheet(setting.box, setting.clinician, setting.encounter.id, header=header)
    fields = [given for tag, given in Marks(visitor.page(page)).tags if tag == "input"]
    checked = [f["value"] for f in fields if f.get("name") == "live_from" and "checked" in f]
    assert checked == [chosen]


def test_a_reload_shows_what_is_safe_and_how_to_go_on_or_give_up(
    visitor: Visitor, page: str, setting: Setting
) -> None:
    consent(setting)
    begin(setting)
    send_seconds(setting, 0, 5)
    shown = visitor.page(page)
    assert "This session is being recorded" in shown
    assert "0:05 is safe on the box" in shown
    assert "data-resume" in shown
    assert "part of the way here" not in shown
    given_up = visitor.post(f"{page}/recording/abandon")
    assert given_up.status_code == 303
    assert "data-start" in visitor.page(page)


def test_the_many_parts_of_a_live_recording_are_one_receipt(
    visitor: Visitor, page: str, setting: Setting
) -> None:
    consent(setting)
    begin(setting)
    send_seconds(setting, 0, 65)
    hear_all(setting)
    assert "until its words are stored" in visitor.page(page)
    stop(setting, 65)
    hear_all(setting)
    assert visitor.page(page).count("Live recording, in parts: 3") == 1
    assert turn(setting) == 3
    shown = visitor.page(page)
    assert "Live recording, in parts: 3" in shown
    assert "Destroyed, each with a certificate" in shown
