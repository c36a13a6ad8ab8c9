"""A legal hold comes before every rule, and lifting it resumes at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.domain.destruction import DestructionState
from appliance.domain.encounter import EncounterKind, Modality
from appliance.domain.errors import Absent, UnderLegalHold
from appliance.domain.hold import HoldReason
from appliance.domain.lifecycle import Stage
from appliance.domain.people import Account, AccountRole
from appliance.domain.retention import ArtefactKind
from appliance.steps.apply_retention import apply_retention
from appliance.steps.edit_draft import discard_words
from appliance.steps.keep_clients import add_client
from appliance.steps.legal_hold import lift_hold, place_hold, read_held
from appliance.steps.moves import SWEEP_WANTED
from appliance.steps.prepare_encounter import open_encounter
from appliance.steps.read_record import list_unfinished
from appliance.steps.receive_recording import abandon
from appliance.steps.withdraw_consent import withdraw_consent
from tests.api_caller import add_account
from tests.boxes import DANA, Setting
from tests.fakes import NOON
from tests.flow import (
    begin,
    consent,
    draft_now,
    send,
    sign_now,
    summarise,
    transcribe_now,
    turn,
    upload,
    view,
)

WORDS = {ArtefactKind.TRANSCRIPT, ArtefactKind.MASKED_TEXT, ArtefactKind.MASK_MAP}


def hold(setting: Setting, reason: HoldReason = HoldReason.LITIGATION) -> None:
    place_hold(setting.box, setting.clinician, setting.client.id, reason)


def another_client(setting: Setting) -> Setting:
    """Of the same clinician, with an encounter."""
    client = add_client(setting.box, setting.clinician, replace(DANA, name="Ines Okafor"))
    kind = EncounterKind.INDIVIDUAL
    encounter = open_encounter(
        setting.box, setting.clinician, client.id, kind, NOON, modality=Modality.IN_PERSON
    )
    return replace(setting, client=client, encounter=encounter)


def lift(setting: Setting, reason: HoldReason = HoldReason.LITIGATION) -> int:
    return lift_hold(setting.box, setting.clinician, setting.client.id, reason)


def states(setting: Setting) -> dict[ArtefactKind, DestructionState | None]:
    return {a.kind: a.state for a in view(setting).artefacts}


def actions(setting: Setting) -> list[str]:
    with setting.box.database.read() as records:
        return [event.action.value for _, event in records.audit.unlinked(500)]


def test_under_a_hold_the_seventh_day_destroys_nothing(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    hold(setting)
    setting.box.clock.move(days=400)
    assert apply_retention(setting.box) == 0
    seen = view(setting)
    assert seen.transcript is not None
    assert [h.reason for h in seen.holds] == [HoldReason.LITIGATION]


def test_lifting_resumes_at_once_with_what_is_due(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    hold(setting)
    setting.box.clock.move(days=8)
    apply_retention(setting.box)
    lift(setting)
    with setting.box.database.read() as records:
        assert records.heartbeats.last(SWEEP_WANTED) == setting.box.clock.now()
    assert apply_retention(setting.box) == 3
    assert turn(setting) == 3
    assert view(setting).transcript is None


def test_signing_under_a_hold_puts_the_sources_out_of_reach_and_keeps_them(
    setting: Setting,
) -> None:
    summarise(setting)
    draft_now(setting)
    hold(setting)
    sign_now(setting)
    assert turn(setting) == 0
    assert view(setting).transcript is None
    assert {states(setting)[kind] for kind in WORDS} == {DestructionState.HELD}
    assert lift(setting) == 4
    assert turn(setting) == 4
    assert {c.rule.value for c in view(setting).certificates} == {"note signed"}


def test_a_held_key_outlives_a_turn_of_the_root(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    hold(setting)
    sign_now(setting)
    with setting.box.database.read() as records:
        held = records.artefacts.held(setting.client.id)
    # Another client's destruction turns the root: what is held is wrapped anew and not lost.
    other = another_client(setting)
    summarise(other)
    draft_now(other)
    sign_now(other)
    assert turn(other) > 0
    assert lift(setting) == len(held) == 4


def test_withdrawing_consent_under_a_hold_stops_capture_and_seals_at_once(
    setting: Setting,
) -> None:
    consent(setting)
    arriving = begin(setting)
    send(setting, arriving, 0, b"sound")
    hold(setting)
    person = view(setting).sheet.participants[0]
    withdraw_consent(setting.box, setting.clinician, setting.encounter.id, person.id)
    with pytest.raises(Absent):
        send(setting, arriving, 5, b"more")
    assert states(setting)[ArtefactKind.RECORDING] is DestructionState.HELD
    assert view(setting).received_bytes == 0
    assert turn(setting) == 0
    assert lift(setting) == 1
    assert turn(setting) == 1
    assert {c.rule.value for c in view(setting).certificates} == {"consent withdrawn"}


def test_the_words_of_a_recording_are_stored_under_a_hold_and_the_sound_is_kept(
    setting: Setting,
) -> None:
    upload(setting)
    hold(setting)
    transcribe_now(setting)
    assert setting.now_at().stage is Stage.TRANSCRIBED
    assert states(setting)[ArtefactKind.RECORDING] is DestructionState.HELD
    assert lift(setting) == 1


def test_nobody_can_throw_away_what_a_hold_keeps(setting: Setting) -> None:
    summarise(setting)
    hold(setting)
    with pytest.raises(UnderLegalHold):
        discard_words(setting.box, setting.clinician, setting.encounter.id)
    assert setting.now_at().stage is Stage.TRANSCRIBED


def test_an_unfinished_recording_cannot_be_given_up_under_a_hold(setting: Setting) -> None:
    consent(setting)
    begin(setting)
    hold(setting)
    with pytest.raises(UnderLegalHold):
        abandon(setting.box, setting.clinician, setting.encounter.id)
    setting.box.clock.move(days=3)
    assert apply_retention(setting.box) == 0


def test_a_client_is_released_when_the_last_of_several_holds_is_lifted(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    hold(setting)
    hold(setting, HoldReason.PAYER_AUDIT)
    sign_now(setting)
    assert lift(setting) == 0
    assert turn(setting) == 0
    assert lift(setting, HoldReason.PAYER_AUDIT) == 4


def test_placing_and_lifting_are_audited_once_each(setting: Setting) -> None:
    hold(setting)
    hold(setting)
    lift(setting)
    lift(setting)
    assert [a for a in actions(setting) if a.startswith("hold_")] == ["hold_placed", "hold_lifted"]


def test_only_the_clients_own_clinician_can_place_or_lift(setting: Setting) -> None:
    for name, role in (("noa", AccountRole.CLINICIAN), ("ada", AccountRole.ADMINISTRATOR)):
        other = add_account(setting.box, name, role)
        with pytest.raises(Absent):
            place_hold(setting.box, other, setting.client.id, HoldReason.LITIGATION)
        with pytest.raises(Absent):
            lift_hold(setting.box, other, setting.client.id, HoldReason.LITIGATION)


def test_a_hold_is_told_instead_of_a_reminder_in_every_list(setting: Setting) -> None:
    summarise(setting)
    setting.box.clock.move(days=6)
    (line,) = list_unfinished(setting.box, setting.clinician)
    assert line.reminder == "last"
    assert line.words_due_at == setting.now_at().first_word_at + timedelta(days=7)
    hold(setting)
    (line,) = list_unfinished(setting.box, setting.clinician)
    assert (line.reminder, line.is_on_hold) == (None, True)


def held_ids(setting: Setting) -> dict[ArtefactKind, str]:
    with setting.box.database.read() as records:
        return {a.kind: a.id for a in records.artefacts.held(setting.client.id)}


def read(setting: Setting, kind: ArtefactKind, actor: Account | None = None) -> str:
    who = actor or setting.clinician
    held = read_held(setting.box, who, setting.client.id, held_ids(setting)[kind])
    return "\n".join(held.lines)


def test_what_signing_set_aside_can_be_opened_for_whom_the_hold_is(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    hold(setting)
    sign_now(setting)
    assert "Marcus is supportive." in read(setting, ArtefactKind.TRANSCRIPT)
    assert "Marcus is supportive." in read(setting, ArtefactKind.DRAFT)
    assert actions(setting).count("held_read") == 2
    with pytest.raises(Absent):
        read(setting, ArtefactKind.MASK_MAP)
    with pytest.raises(Absent):
        read(setting, ArtefactKind.TRANSCRIPT, add_account(setting.box, "noa"))


def test_what_consent_was_withdrawn_from_is_opened_for_nobody(setting: Setting) -> None:
    upload(setting)
    transcribe_now(setting)
    draft_now(setting)
    hold(setting)
    person = view(setting).sheet.participants[0]
    withdraw_consent(setting.box, setting.clinician, setting.encounter.id, person.id)
    assert {ArtefactKind.TRANSCRIPT, ArtefactKind.DRAFT} <= held_ids(setting).keys()
    for kind in (ArtefactKind.TRANSCRIPT, ArtefactKind.DRAFT):
        with pytest.raises(Absent):
            read(setting, kind)


def test_a_lifted_hold_leaves_nothing_to_open(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    hold(setting)
    sign_now(setting)
    transcript = held_ids(setting)[ArtefactKind.TRANSCRIPT]
    lift(setting)
    with pytest.raises(Absent):
        read_held(setting.box, setting.clinician, setting.client.id, transcript)
