"""Deadlines as data: never longer than promised."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.errors import Misconfigured
from appliance.domain.retention import BEFORE_SIGNING, ArtefactKind, RetentionSchedule

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FROM_WORDS = (ArtefactKind.TRANSCRIPT, ArtefactKind.MASKED_TEXT, ArtefactKind.MASK_MAP)


@given(days=st.integers(1, 7), later=st.timedeltas(timedelta(0), timedelta(days=7)))
def test_nothing_made_of_the_words_outlives_seven_days_from_the_first(
    days: int, later: timedelta
) -> None:
    schedule = RetentionSchedule(transcript_days=days)
    for kind in FROM_WORDS:
        due_at = schedule.due_at(kind, NOW + later, first_word_at=NOW)
        assert due_at is not None
        assert due_at <= NOW + timedelta(days=7)


@pytest.mark.parametrize("days", [0, 8, -1, 365])
def test_a_practice_cannot_keep_transcripts_longer(days: int) -> None:
    with pytest.raises(Misconfigured):
        RetentionSchedule(transcript_days=days)


def test_a_finished_recording_has_no_deadline_before_its_words_are_safe() -> None:
    assert RetentionSchedule().due_at(ArtefactKind.RECORDING, NOW) is None


def test_an_unsigned_draft_stays_thirty_days() -> None:
    assert RetentionSchedule().due_at(ArtefactKind.DRAFT, NOW) == NOW + timedelta(days=30)


def test_the_record_itself_has_no_deadline_here() -> None:
    schedule = RetentionSchedule()
    for kind in (ArtefactKind.SIGNED_NOTE, ArtefactKind.CLIENT_RECORD, ArtefactKind.SHEET):
        assert schedule.due_at(kind, NOW) is None
        assert kind not in BEFORE_SIGNING


def test_only_signed_notes_and_clients_hang_from_the_lasting_root() -> None:
    lasting = {kind for kind in ArtefactKind if kind.is_record}
    assert lasting == {ArtefactKind.SIGNED_NOTE, ArtefactKind.CLIENT_RECORD}
