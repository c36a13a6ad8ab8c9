"""The practice's years for signed notes: counted late, shown early, and a hold comes first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.domain.destruction import LASTING_LIMIT
from appliance.domain.errors import Destroyed, Misconfigured
from appliance.domain.hold import HoldReason
from appliance.domain.people import ClientRecord
from appliance.domain.retention import NOTICE, ArtefactKind, Rule
from appliance.steps.apply_retention import apply_retention
from appliance.steps.destroy import link_chain
from appliance.steps.destroy_client import take_inventory
from appliance.steps.keep_clients import change_client
from appliance.steps.legal_hold import lift_hold, place_hold
from appliance.steps.prepare_encounter import open_encounter
from appliance.steps.run_practice import choose_practice
from appliance.steps.sign_note import add_addendum
from appliance.steps.verify_destruction import verify_destruction
from appliance.steps.watch_clock import accept_time, watch_clock
from tests.boxes import DANA, Setting
from tests.fakes import NOON
from tests.flow import draft_now, sign_now, summarise, turn, view

pytestmark = pytest.mark.both_databases
SEVEN_YEARS_ON = NOON.replace(year=2033)


@pytest.fixture
def signed(setting: Setting) -> Setting:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    turn(setting)
    apply_retention(setting.box)
    return setting


def choose_years(setting: Setting, years: int) -> None:
    choose_practice(setting.box, {"record_years": years})
    apply_retention(setting.box)


def pass_until(setting: Setting, moment: datetime) -> int:
    """An administrator accepts the time after each leap, as on a box that was switched off."""
    setting.box.clock.at = moment
    count = apply_retention(setting.box)
    accept_time(setting.box, None)
    return count + apply_retention(setting.box)


def due(setting: Setting) -> datetime | None:
    """The date of the signed note, which is that of the client's record too."""
    found = take_inventory(setting.box, setting.clinician, setting.client.id).existing
    (at,) = {e.artefact.due_at for e in found if e.artefact.kind.is_record}
    return at


def born(setting: Setting, birth_date: str) -> None:
    record = ClientRecord(name=DANA.name, birth_date=birth_date)
    change_client(setting.box, setting.clinician, setting.client.id, record)


def test_a_practice_that_chose_no_years_keeps_its_signed_notes(signed: Setting) -> None:
    assert pass_until(signed, NOON.replace(year=2126)) == 0
    assert due(signed) is None
    found = take_inventory(signed.box, signed.clinician, signed.client.id).existing
    (note,) = [e for e in found if e.artefact.kind is ArtefactKind.SIGNED_NOTE]
    assert "names no years" in note.kept_until


def test_when_the_years_are_over_the_whole_record_goes_with_certificates(signed: Setting) -> None:
    add_addendum(signed.box, signed.clinician, signed.encounter.id, "He called on Tuesday.")
    choose_years(signed, 7)
    assert due(signed) == SEVEN_YEARS_ON
    assert pass_until(signed, SEVEN_YEARS_ON - timedelta(seconds=1)) == 0
    assert pass_until(signed, SEVEN_YEARS_ON) == 3
    assert turn(signed) == 3
    assert view(signed).kept is None
    with pytest.raises(Destroyed):
        add_addendum(signed.box, signed.clinician, signed.encounter.id, "Too late.")
    with signed.box.database.read() as records:
        written = records.certificates.of_client(signed.client.id)
    gone = {c.artefact_kind: c for c in written if c.rule is Rule.RECORD_KEPT}
    lasting = {ArtefactKind.SIGNED_NOTE, ArtefactKind.CLIENT_RECORD}
    assert gone.keys() == lasting | {ArtefactKind.SHEET}
    assert {gone[kind].provider_limit for kind in lasting} == {LASTING_LIMIT}
    assert gone[ArtefactKind.SIGNED_NOTE].due_at == SEVEN_YEARS_ON
    while link_chain(signed.box):
        pass
    assert verify_destruction(signed.box).holds


def test_of_who_was_a_minor_the_years_count_from_the_age_of_majority(signed: Setting) -> None:
    choose_years(signed, 3)
    born(signed, "2012-02-29")
    assert due(signed) == datetime(2033, 3, 2, tzinfo=UTC)


def test_without_a_birth_date_nobody_knows_who_was_a_minor_and_all_is_kept(
    signed: Setting,
) -> None:
    choose_years(signed, 7)
    born(signed, "")
    assert due(signed) is None
    assert pass_until(signed, NOON.replace(year=2126)) == 0


def test_nothing_goes_within_thirty_days_of_the_choice(signed: Setting) -> None:
    later = NOON.replace(year=2046)
    assert pass_until(signed, later) == 0
    choose_years(signed, 7)
    assert due(signed) == later + NOTICE
    assert view(signed).kept is not None
    assert pass_until(signed, later + NOTICE - timedelta(seconds=1)) == 0
    assert pass_until(signed, later + NOTICE) == 3


def test_a_later_session_keeps_the_record_longer(signed: Setting) -> None:
    choose_years(signed, 7)
    later = NOON + timedelta(days=400)
    open_encounter(signed.box, signed.clinician, signed.client.id, signed.encounter.kind, later)
    assert due(signed) == later.replace(year=later.year + 7)


def test_a_date_that_was_written_too_early_destroys_nothing(signed: Setting) -> None:
    choose_years(signed, 7)
    with signed.box.database.write() as records:
        practice = replace(records.people.practice(), record_years=10)
        records.people.save_practice(practice, records.people.practice_preferences())
    assert pass_until(signed, SEVEN_YEARS_ON) == 0
    assert due(signed) == NOON.replace(year=2036)


def test_a_legal_hold_comes_before_the_years(signed: Setting) -> None:
    choose_years(signed, 7)
    place_hold(signed.box, signed.clinician, signed.client.id, HoldReason.LITIGATION)
    assert pass_until(signed, SEVEN_YEARS_ON + timedelta(days=1)) == 0
    assert view(signed).kept is not None
    lift_hold(signed.box, signed.clinician, signed.client.id, HoldReason.LITIGATION)
    assert apply_retention(signed.box) == 3


def test_a_clock_in_doubt_destroys_no_signed_note_and_one_set_back_hastens_none(
    signed: Setting,
) -> None:
    choose_years(signed, 7)
    signed.box.clock.at = SEVEN_YEARS_ON + timedelta(days=1)
    assert apply_retention(signed.box) == 0
    signed.box.clock.at = NOON + timedelta(days=1)
    with signed.box.database.write() as records:
        watch_clock(records, signed.box.clock.now())
    assert due(signed) == SEVEN_YEARS_ON


def test_a_practice_may_choose_again_to_keep_all(signed: Setting) -> None:
    choose_years(signed, 7)
    choose_years(signed, 0)
    assert due(signed) is None


@pytest.mark.parametrize("years", [-1, 101])
def test_years_out_of_range_are_refused(setting: Setting, years: int) -> None:
    with pytest.raises(Misconfigured):
        choose_practice(setting.box, {"record_years": years})
