"""A clock that jumps or is set back: nothing lives longer, and no recording without words is lost."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.clock import ClockMarks, Reading, moved_earlier_by, next_marks, read_clock
from appliance.domain.errors import NotYours
from appliance.domain.lifecycle import Stage
from appliance.domain.people import AccountRole
from appliance.domain.retention import ArtefactKind
from appliance.steps.apply_retention import apply_retention
from appliance.steps.prepare_encounter import open_encounter
from appliance.steps.watch_clock import accept_time, clock_marks
from tests.api_caller import add_account
from tests.boxes import Setting
from tests.fakes import NOON
from tests.flow import begin, consent, draft_now, send, summarise, view

DAY = timedelta(days=1)


def living(setting: Setting) -> set[ArtefactKind]:
    return {a.kind for a in view(setting).artefacts if a.state is None}


def due(setting: Setting, kind: ArtefactKind) -> datetime | None:
    (found,) = [a.due_at for a in view(setting).artefacts if a.kind is kind and a.state is None]
    return found


def actions(setting: Setting) -> list[str]:
    with setting.box.database.read() as records:
        return [event.action.value for _, event in records.audit.unlinked(500)]


def sweep_for(setting: Setting, **by: float) -> None:
    """Let time pass as it does, with a sweep twice a day."""
    end = setting.box.clock.now() + timedelta(**by)
    while setting.box.clock.now() < end:
        setting.box.clock.at = min(end, setting.box.clock.now() + DAY / 2)
        apply_retention(setting.box)


def test_a_jump_destroys_words_as_due_and_keeps_what_has_none_yet(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    other = open_encounter(
        setting.box, setting.clinician, setting.client.id, setting.encounter.kind, NOON
    )
    recorded = Setting(
        box=setting.box, clinician=setting.clinician, client=setting.client, encounter=other
    )
    consent(recorded)
    send(recorded, begin(recorded), 0)
    apply_retention(setting.box)
    setting.box.clock.move(days=40)
    assert apply_retention(setting.box) == 3
    assert living(setting) == {ArtefactKind.SHEET, ArtefactKind.DRAFT}
    assert ArtefactKind.RECORDING in living(recorded)
    assert recorded.now_at().stage is Stage.RECEIVING
    assert clock_marks(setting.box).is_in_doubt
    assert actions(setting).count("clock_jumped") == 1


def test_an_administrator_accepts_the_time_and_every_deadline_counts_again(
    setting: Setting,
) -> None:
    summarise(setting)
    draft_now(setting)
    apply_retention(setting.box)
    setting.box.clock.move(days=40)
    apply_retention(setting.box)
    setting.box.clock.move(minutes=1)
    assert apply_retention(setting.box) == 0, "still in doubt"
    with pytest.raises(NotYours):
        accept_time(setting.box, setting.clinician)
    administrator = add_account(setting.box, "ada", AccountRole.ADMINISTRATOR)
    assert accept_time(setting.box, administrator)
    assert not accept_time(setting.box, None), "there is no doubt any more"
    assert apply_retention(setting.box) == 1
    assert living(setting) == {ArtefactKind.SHEET}
    assert actions(setting).count("time_accepted") == 1


def test_time_that_passes_as_it_should_needs_nobody(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    sweep_for(setting, days=31)
    assert not clock_marks(setting.box).is_in_doubt
    assert living(setting) == {ArtefactKind.SHEET}


def test_a_clock_set_back_moves_no_deadline_later(setting: Setting) -> None:
    summarise(setting)
    draft_now(setting)
    sweep_for(setting, days=2)
    setting.box.clock.move(days=-10)
    apply_retention(setting.box)
    left = timedelta(days=5)
    assert due(setting, ArtefactKind.TRANSCRIPT) == setting.box.clock.now() + left
    assert due(setting, ArtefactKind.DRAFT) == setting.box.clock.now() + timedelta(days=28)
    sweep_for(setting, days=5)
    assert view(setting).transcript is None
    assert actions(setting).count("clock_set_back") == 1


def test_what_is_masked_or_drafted_after_a_step_back_counts_from_the_words_too(
    setting: Setting,
) -> None:
    summarise(setting)
    sweep_for(setting, days=2)
    setting.box.clock.move(days=-10)
    apply_retention(setting.box)
    draft_now(setting)
    words_due_at = due(setting, ArtefactKind.TRANSCRIPT)
    assert due(setting, ArtefactKind.MASKED_TEXT) == words_due_at
    assert due(setting, ArtefactKind.DRAFT) == words_due_at + timedelta(days=23)


def test_a_jump_that_is_taken_back_ends_the_doubt_and_moves_no_deadline(setting: Setting) -> None:
    apply_retention(setting.box)
    begun_at = setting.box.clock.now()
    consent(setting)
    begin(setting)
    setting.box.clock.move(days=300)
    assert apply_retention(setting.box) == 0
    setting.box.clock.at = begun_at + timedelta(hours=1)
    apply_retention(setting.box)
    assert not clock_marks(setting.box).is_in_doubt
    assert due(setting, ArtefactKind.RECORDING) == begun_at + DAY


def test_what_was_typed_while_the_clock_was_wrong_goes_in_seven_true_days(
    setting: Setting,
) -> None:
    apply_retention(setting.box)
    setting.box.clock.move(days=300)
    apply_retention(setting.box)
    summarise(setting)
    setting.box.clock.move(days=-300)
    apply_retention(setting.box)
    assert due(setting, ArtefactKind.TRANSCRIPT) == setting.box.clock.now() + timedelta(days=7)


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["pass", "pass", "jump", "back"]), st.floats(0.01, 50)),
        max_size=12,
    ),
    written_after=st.integers(0, 6),
)
def test_the_true_time_that_is_left_never_grows_whatever_the_clock_does(
    steps: list[tuple[str, float]], written_after: int
) -> None:
    """Between sweeps time passes as it does; jumps and steps back take no true time at all."""
    now = NOON
    marks = ClockMarks(seen_at=now, trusted_at=now)
    made_at = due_at = None
    passed = timedelta(0)
    for number, (what, days) in enumerate(steps):
        if number == written_after:
            made_at, due_at, passed = now, now + timedelta(days=7), timedelta(0)
        step = timedelta(days=days % 0.9 if what == "pass" else days)
        now = now - step if what == "back" else now + step
        passed += step if what == "pass" else timedelta(0)
        if made_at is not None and due_at is not None:
            if read_clock(marks, now) is Reading.SET_BACK:
                due_at -= moved_earlier_by(marks, made_at, now)
            assert due_at - now <= timedelta(days=7) - passed + timedelta(seconds=len(steps))
        marks = next_marks(marks, now)
