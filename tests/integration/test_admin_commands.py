"""`quietroom admin` about one client: what exists, without a name, and destroying it when meant."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from appliance import admin
from appliance.domain.errors import Absent, UnderLegalHold
from appliance.domain.hold import HoldReason
from appliance.settings import Settings
from appliance.steps.box import Box
from appliance.steps.legal_hold import place_hold
from tests.boxes import Setting
from tests.flow import draft_now, sign_now, summarise


@pytest.fixture
def settings(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> Settings:
    @contextmanager
    def this_box(_settings: Settings) -> Iterator[Box]:
        yield setting.box

    monkeypatch.setattr(admin, "box_for_a_while", this_box)
    return Settings()


def test_the_inventory_is_printed_without_a_name(
    setting: Setting, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    summarise(setting)
    draft_now(setting)
    assert admin.show_inventory(settings, setting.client.id) == 0
    printed = capsys.readouterr().out
    assert "transcript, session of 2026-11-23 12:00 UTC" in printed
    assert "2026-11-30 12:00 UTC" in printed
    assert "sealed: 6." in printed
    assert "Whitfield" not in printed


def test_destroying_a_client_first_says_what_would_go(
    setting: Setting, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    assert admin.destroy_all_of(settings, setting.client.id, is_confirmed=False) == 1
    assert "Nothing is destroyed yet" in capsys.readouterr().out
    with setting.box.database.read() as records:
        assert len(records.artefacts.living()) == 3
    assert admin.destroy_all_of(settings, setting.client.id, is_confirmed=True) == 0
    printed = capsys.readouterr().out
    assert "destroyed within a minute: 1." in printed
    assert "kept by the practice's record-keeping rule: signed note" in printed


def test_a_hold_and_an_unknown_client_stop_the_command(
    setting: Setting, settings: Settings
) -> None:
    place_hold(setting.box, setting.clinician, setting.client.id, HoldReason.LITIGATION)
    with pytest.raises(UnderLegalHold):
        admin.destroy_all_of(settings, setting.client.id, is_confirmed=True)
    with pytest.raises(Absent):
        admin.show_inventory(settings, "nobody")


def test_the_years_of_signed_notes_are_chosen_shown_and_taken_back(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    admin.set_practice(settings, {"record_years": None})
    assert "until the practice chooses a number of years" in capsys.readouterr().out
    admin.set_practice(settings, {"record_years": 7})
    printed = capsys.readouterr().out
    assert "7 years after the client's last session, for who was a minor then after" in printed
    assert "No signed note goes within 30 days of now" in printed
    admin.set_practice(settings, {"record_years": 0})
    assert "until the practice chooses a number of years" in capsys.readouterr().out
