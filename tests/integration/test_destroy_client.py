"""Everything of one client: listed whole, and destroyed save what a hold or a rule keeps."""

import pytest

from appliance.domain.destruction import LASTING_LIMIT, NO_ROOT_GONE, DestructionState
from appliance.domain.errors import Absent, StillReadable, UnderLegalHold
from appliance.domain.hold import HoldReason
from appliance.domain.lifecycle import Stage
from appliance.domain.people import AccountRole, ClientRecord
from appliance.domain.retention import ArtefactKind
from appliance.steps import artefacts
from appliance.steps.destroy import link_chain
from appliance.steps.destroy_client import destroy_client, take_inventory
from appliance.steps.keep_clients import add_client, list_clients
from appliance.steps.legal_hold import place_hold
from appliance.steps.prepare_encounter import open_encounter
from appliance.steps.verify_destruction import verify_destruction
from tests.api_caller import add_account
from tests.boxes import Setting
from tests.fakes import NOON
from tests.flow import draft_now, sign_now, summarise, turn, upload, view


def destroy(setting: Setting):
    return destroy_client(setting.box, setting.clinician, setting.client.id)


def inventory(setting: Setting):
    return take_inventory(setting.box, setting.clinician, setting.client.id)


def kinds(existing) -> set[ArtefactKind]:
    return {e.artefact.kind for e in existing}


def test_the_inventory_misses_nothing_of_the_client(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    with setting.box.database.read() as records:
        living = records.artefacts.living()
    assert {e.artefact.id for e in inventory(setting).existing} == {a.id for a in living}
    assert len(living) == 6


def test_everything_goes_and_each_thing_gets_a_certificate(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    left = destroy(setting)
    assert left.existing == ()
    assert turn(setting) == 6
    rules = {c.rule.value for c in view(setting).certificates}
    assert rules == {"everything of this client destroyed"}
    assert setting.now_at().stage is Stage.CLOSED
    assert list_clients(setting.box, setting.clinician) == ()


@pytest.mark.both_databases
def test_the_clients_record_gets_a_certificate_that_says_what_could_bring_it_back(
    setting: Setting,
) -> None:
    destroy(setting)
    assert turn(setting) == 2, "the sheet and the record"
    with setting.box.database.read() as records:
        found = records.artefacts.of_client(setting.client.id)
        record = next(a for a in found if a.kind is ArtefactKind.CLIENT_RECORD)
        assert list(records.artefacts.chunks(record.id)) == []
        assert records.artefacts.witness(record.id) is None
        assert records.artefacts.remnants() == ()
        certificates = records.certificates.of_client(setting.client.id)
    assert record.state is DestructionState.PROVED
    said = {c.artefact_kind: (c.root_generation_gone, c.provider_limit) for c in certificates}
    assert said[ArtefactKind.CLIENT_RECORD] == (NO_ROOT_GONE, LASTING_LIMIT)
    assert said[ArtefactKind.SHEET][0] != NO_ROOT_GONE
    assert inventory(setting).of_record_count == 1
    while link_chain(setting.box):
        pass
    assert verify_destruction(setting.box).holds
    assert turn(setting) == 0


def test_a_clients_record_that_can_be_read_is_not_certified(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    destroy(setting)
    monkeypatch.setattr(artefacts, "is_gone", lambda *_: False)
    with pytest.raises(StillReadable):
        turn(setting)
    with setting.box.database.read() as records:
        assert records.certificates.last() is None


def test_signed_notes_stay_with_the_record_that_names_whose_they_are(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    second = open_encounter(
        setting.box, setting.clinician, setting.client.id, setting.encounter.kind, NOON
    )
    left = destroy(setting)
    assert kinds(left.existing) == {ArtefactKind.SIGNED_NOTE, ArtefactKind.CLIENT_RECORD}
    assert left.existing == left.kept_by_rule
    seen = view(setting)
    assert seen.kept is not None
    assert seen.encounter.stage is Stage.SIGNED
    with setting.box.database.read() as records:
        assert records.encounters.get(second.id).stage is Stage.CLOSED


def test_a_recording_that_waits_for_its_words_goes_too_and_is_not_worked_on(
    setting: Setting,
) -> None:
    upload(setting)
    destroy(setting)
    with setting.box.database.write() as records:
        assert records.encounters.lease([Stage.RECORDED], "a", NOON) is None


def test_another_clients_things_are_left_alone(setting: Setting) -> None:
    other = add_client(setting.box, setting.clinician, ClientRecord(name="Robin Vale"))
    open_encounter(setting.box, setting.clinician, other.id, setting.encounter.kind, NOON)
    destroy(setting)
    assert len(take_inventory(setting.box, setting.clinician, other.id).existing) == 2
    assert [c.record.name for c in list_clients(setting.box, setting.clinician)] == ["Robin Vale"]


def test_a_hold_keeps_everything(setting: Setting) -> None:
    summarise(setting)
    place_hold(setting.box, setting.clinician, setting.client.id, HoldReason.RECORDS_REQUEST)
    with pytest.raises(UnderLegalHold):
        destroy(setting)
    assert view(setting).transcript is not None
    assert setting.now_at().stage is Stage.TRANSCRIBED


def test_the_command_line_destroys_without_reading_a_name(setting: Setting) -> None:
    assert take_inventory(setting.box, None, setting.client.id).client_name == ""
    destroy_client(setting.box, None, setting.client.id)
    with setting.box.database.read() as records:
        events = [event for _, event in records.audit.unlinked(500)]
    (destroyed,) = [e for e in events if e.action.value == "client_destroyed"]
    assert destroyed.client_id == setting.client.id
    assert dict(destroyed.facts or {}) == {"artefacts": 2, "kept": 0}


@pytest.mark.parametrize("role", [AccountRole.CLINICIAN, AccountRole.ADMINISTRATOR])
def test_nobody_else_sees_or_destroys_it(setting: Setting, role: AccountRole) -> None:
    other = add_account(setting.box, "noa", role)
    with pytest.raises(Absent):
        take_inventory(setting.box, other, setting.client.id)
    with pytest.raises(Absent):
        destroy_client(setting.box, other, setting.client.id)
    with pytest.raises(Absent):
        take_inventory(setting.box, None, "00000000-0000-4000-8000-000000000000")
