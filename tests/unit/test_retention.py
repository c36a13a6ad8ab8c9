"""Deadlines as data: never longer than promised."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.errors import Misconfigured
from appliance.domain.retention import (
    BEFORE_SIGNING,
    KEPT_UNTIL,
    LIMITS,
    ArtefactKind,
    RetentionSchedule,
    reminder,
)

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


@pytest.mark.parametrize(
    ("days_old", "expected"),
    [(0, None), (2.9, None), (3, "first"), (4.9, "first"), (5, "second"), (6, "last"), (9, "last")],
)
def test_reminders_come_on_days_three_five_and_six(days_old: float, expected: str | None) -> None:
    due_at = NOW + timedelta(days=7)
    assert reminder(NOW, due_at, NOW + timedelta(days=days_old)) == expected


@given(days=st.integers(1, 7))
def test_no_reminder_comes_with_the_words_themselves(days: int) -> None:
    assert reminder(NOW, NOW + timedelta(days=days), NOW) is None


@pytest.mark.parametrize(("days", "urgent_days"), [(7, 3), (5, 1), (4, 2), (3, 1), (2, 1), (1, 0)])
def test_what_is_not_drafted_is_urgent_from_the_first_reminder(days: int, urgent_days: int) -> None:
    schedule = RetentionSchedule(transcript_days=days)
    assert schedule.urgent_after == timedelta(days=urgent_days)


def test_every_kind_says_in_words_until_when_it_is_kept() -> None:
    assert set(KEPT_UNTIL) == set(ArtefactKind)


@pytest.mark.parametrize("kind", list(LIMITS))
def test_a_limit_is_never_longer_than_thirty_days(kind: ArtefactKind) -> None:
    assert LIMITS[kind].longest <= timedelta(days=30)


def test_a_live_segment_is_a_source_without_a_deadline_before_its_words() -> None:
    assert ArtefactKind.SEGMENT in BEFORE_SIGNING
    assert RetentionSchedule().due_at(ArtefactKind.SEGMENT, NOW) is None


@pytest.mark.parametrize(
    ("last", "born", "expected"),
    [
        ("2026-11-23", "1988-03-14", "2033-11-23"),
        ("2024-02-29", "1988-03-14", "2031-03-01"),
        ("2026-11-23", "2008-11-24", "2033-11-25"),
        ("2026-11-23", "2015-06-30", "2040-07-01"),
        ("2026-11-23", "2012-02-29", "2037-03-02"),
    ],
)
def test_the_years_of_a_record_count_from_the_last_session_or_the_age_of_majority(
    last: str, born: str, expected: str
) -> None:
    last_at = datetime.fromisoformat(f"{last}T00:00+00:00")
    ends_at = RetentionSchedule(record_years=7).record_ends_at(last_at, date.fromisoformat(born))
    assert ends_at == datetime.fromisoformat(f"{expected}T00:00+00:00")
    assert RetentionSchedule().record_ends_at(last_at, date.fromisoformat(born)) is None
    assert RetentionSchedule(record_years=7).record_ends_at(last_at, None) is None
