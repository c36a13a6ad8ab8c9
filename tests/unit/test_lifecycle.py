"""The flow's table: what can follow what."""

import pytest

from appliance.domain.errors import WrongStage
from appliance.domain.lifecycle import STAGE_WORDS, TRANSITIONS, WORK, Event, Stage, after


def test_every_stage_is_reached_and_has_words_for_people() -> None:
    assert {Stage.OPEN, *TRANSITIONS.values()} == set(Stage)
    assert set(STAGE_WORDS) == set(Stage)


def test_every_event_is_in_the_table() -> None:
    assert {event for _, event in TRANSITIONS} == set(Event)


@pytest.mark.parametrize("last", [Stage.SIGNED, Stage.CLOSED])
def test_nothing_follows_a_signature_or_the_end_of_a_client(last: Stage) -> None:
    assert not [stage for stage, _ in TRANSITIONS if stage is last]


def test_all_that_is_not_signed_can_be_destroyed_with_its_client() -> None:
    ended = {s for (s, e) in TRANSITIONS if e is Event.CLIENT_DESTROYED}
    assert ended == set(Stage) - {Stage.SIGNED, Stage.CLOSED}


def test_every_stage_before_the_signature_can_still_reach_it() -> None:
    reach = {Stage.SIGNED, Stage.CLOSED}
    while True:
        grown = reach | {start for (start, _), end in TRANSITIONS.items() if end in reach}
        if grown == reach:
            break
        reach = grown
    assert reach == set(Stage)


def test_words_go_through_masking_before_a_writer_drafts() -> None:
    before_draft = {s for (s, e), _ in TRANSITIONS.items() if e is Event.DRAFT_WRITTEN}
    before_masked = {s for (s, _), end in TRANSITIONS.items() if end is Stage.MASKED}
    assert before_draft == {Stage.MASKED}
    assert before_masked == {Stage.TRANSCRIBED}


@pytest.mark.parametrize("stage", sorted(Stage))
def test_an_event_out_of_place_is_refused_in_words(stage: Stage) -> None:
    for event in Event:
        if (stage, event) not in TRANSITIONS:
            with pytest.raises(WrongStage) as caught:
                after(stage, event)
            assert STAGE_WORDS[stage] in caught.value.message


def test_the_worker_waits_for_three_stages() -> None:
    assert WORK == (Stage.RECORDED, Stage.TRANSCRIBED, Stage.MASKED)
