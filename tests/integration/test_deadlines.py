"""Deadlines are written when a thing is born, and nothing that is done later makes them longer."""

from datetime import datetime, timedelta

import pytest

from appliance.domain.encounter import Attention
from appliance.domain.errors import Misconfigured
from appliance.domain.lifecycle import WORK, Stage
from appliance.domain.retention import ArtefactKind
from appliance.steps.apply_retention import apply_retention
from appliance.steps.edit_draft import begin_by_hand, save_edits
from appliance.steps.prepare_encounter import open_encounter
from appliance.steps.run_practice import choose_practice
from appliance.steps.sign_note import sign
from tests.boxes import Setting
from tests.fakes import NOON
from tests.flow import (
    begin,
    confirm_header,
    consent,
    draft_now,
    send,
    sign_now,
    summarise,
    turn,
    view,
)


def due(setting: Setting, kind: ArtefactKind) -> list[datetime | None]:
    return [a.due_at for a in view(setting).artefacts if a.kind is kind and a.state is None]


def edit(setting: Setting, text: str) -> None:
    revision = setting.now_at().revision
    texts = {"subjective": text}
    save_edits(setting.box, setting.clinician, setting.encounter.id, revision, texts)


def test_editing_does_not_lengthen_the_life_of_a_draft(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    setting.box.clock.move(days=5)
    edit(setting, "Slept better.")
    assert set(due(setting, ArtefactKind.DRAFT)) == {NOON + timedelta(days=30)}


def test_nor_does_writing_by_hand_begin_anew_with_each_change(setting: Setting) -> None:
    begin_by_hand(setting.box, setting.clinician, setting.encounter.id)
    setting.box.clock.move(days=20)
    edit(setting, "Slept better.")
    assert set(due(setting, ArtefactKind.DRAFT)) == {NOON + timedelta(days=30)}


def test_a_note_that_waits_for_its_cosignature_keeps_the_drafts_deadline(setting: Setting) -> None:
    from dataclasses import replace

    summarise(setting)
    draft_now(setting)
    setting.box.clock.move(days=6)
    confirm_header(setting)
    pupil = replace(setting.clinician, supervisor_id="someone")
    sign(setting.box, pupil, setting.encounter.id, setting.now_at().revision)
    assert view(setting).transcript is not None, "not signed before it is co-signed"
    assert due(setting, ArtefactKind.PENDING_NOTE) == [NOON + timedelta(days=30)]
    setting.box.clock.move(days=24)
    apply_retention(setting.box)
    assert setting.now_at().stage is Stage.OPEN
    assert setting.now_at().attention is Attention.DRAFT_EXPIRED


def test_on_the_seventh_day_the_last_draft_stays_and_older_ones_go(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    edit(setting, "Slept better.")
    edit(setting, "Slept well.")
    setting.box.clock.move(days=7)
    apply_retention(setting.box)
    assert turn(setting) == 5
    seen = view(setting)
    assert seen.draft is not None
    assert "Slept well." in str(seen.draft)
    assert seen.encounter.attention is Attention.SOURCES_DESTROYED
    sign_now(setting)


def test_on_the_thirtieth_day_an_unsigned_draft_goes_and_typing_is_open_again(
    setting: Setting,
) -> None:
    summarise(setting)
    draft_now(setting)
    setting.box.clock.move(days=30)
    apply_retention(setting.box)
    assert view(setting).draft is None
    assert setting.now_at().stage is Stage.OPEN
    assert setting.now_at().attention is Attention.DRAFT_EXPIRED
    turn(setting)
    assert {a.state for a in view(setting).artefacts if a.kind is ArtefactKind.DRAFT} == {"proved"}
    summarise(setting)


def test_a_practice_may_keep_drafts_shorter_but_not_shorter_than_their_words(
    setting: Setting,
) -> None:
    choose_practice(setting.box, {"transcript_days": 2, "draft_days": 10})
    summarise(setting)
    draft_now(setting)
    assert due(setting, ArtefactKind.TRANSCRIPT) == [NOON + timedelta(days=2)]
    assert due(setting, ArtefactKind.DRAFT) == [NOON + timedelta(days=10)]
    for days in (1, 31):
        with pytest.raises(Misconfigured):
            choose_practice(setting.box, {"draft_days": days})


def test_a_recording_has_its_deadline_from_the_first_piece_until_it_is_finished(
    setting: Setting,
) -> None:
    consent(setting)
    arriving = begin(setting, 20)
    assert due(setting, ArtefactKind.RECORDING) == [NOON + timedelta(hours=24)]
    setting.box.clock.move(hours=20)
    send(setting, arriving, 0)
    assert due(setting, ArtefactKind.RECORDING) == [NOON + timedelta(hours=44)]
    send(setting, arriving, 10)
    assert due(setting, ArtefactKind.RECORDING) == [None]


def test_waiting_in_the_queue_is_not_a_failure(setting: Setting) -> None:
    summarise(setting)
    setting.box.clock.move(days=6)
    apply_retention(setting.box)
    waiting = setting.now_at()
    assert (waiting.stage, waiting.attention, waiting.attempts) == (Stage.TRANSCRIBED, None, 0)


def test_words_near_their_deadline_are_drafted_before_all_others(setting: Setting) -> None:
    box, who = setting.box, setting.clinician
    summarise(setting)
    with box.database.write() as records:
        for _ in range(3):  # tried before, without luck
            records.encounters.lease(WORK, "a", box.clock.now())
            records.encounters.release(setting.encounter.id, "a")
    box.clock.move(days=3, hours=1)
    later = open_encounter(box, who, setting.client.id, setting.encounter.kind, NOON)
    from appliance.steps.take_summary import take_summary

    take_summary(box, who, later.id, "Slept badly.")
    with box.database.write() as records:
        now = box.clock.now()
        urgent = now - timedelta(days=3)
        first = records.encounters.lease(WORK, "b", now, urgent_before_at=urgent)
        assert first is not None
        assert first.id == setting.encounter.id
        records.encounters.release(first.id, "b")
        usual = records.encounters.lease(WORK, "b", now)
        assert usual is not None
        assert usual.id == later.id, "without the reminder, what was never tried goes first"


def test_a_copied_note_leaves_with_all_that_was_filled_in_beside_it(setting: Setting) -> None:
    choose_practice(setting.box, {"record_kept": "elsewhere", "copied_note_days": 4})
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    setting.box.clock.move(days=4)
    apply_retention(setting.box)
    seen = view(setting)
    assert seen.kept is None
    assert seen.sheet.header.diagnosis == seen.sheet.header.client_name == ""
    assert seen.encounter.stage is Stage.SIGNED
