"""Speech recognition that got stuck is noticed; people who repeat themselves are not."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.loops import looping
from appliance.domain.transcript import Utterance

TALK = Path(__file__).parents[1] / "masking"


def said(*texts: str) -> tuple[Utterance, ...]:
    return tuple(
        Utterance(id=f"u{number}", speaker="unknown", text=text)
        for number, text in enumerate(texts, start=1)
    )


@pytest.mark.parametrize(
    "text",
    [
        "thank you " * 6,
        "Thank you. thank you, THANK YOU! " * 2,
        "so " * 8,
        "we all went to the lake " * 3,
        "and then I felt " * 4,
        "it was a calm hour. and i do not know what to say about it " * 3,
    ],
)
def test_one_phrase_over_and_over_is_a_loop(text: str) -> None:
    assert looping(said("Good morning.", text, "How was your week?")) == {"u2"}


def test_a_loop_may_run_through_many_utterances_and_ends_with_it() -> None:
    lines = said("I was tired.", *["I don't know what to do."] * 3, "We talked about sleep.")
    assert looping(lines) == {"u2", "u3", "u4"}


@pytest.mark.parametrize(
    "text",
    [
        "No, no, no, no.",
        "It was very, very, very, very hard.",
        "I know, I know, I know.",
        "Bye. Bye bye. Bye bye bye.",
        "I said stop it, stop it, stop it, stop it, and he did not.",
        "We went to the lake. We went to the lake again.",
        "",
        "... -- ...",
    ],
)
def test_people_repeat_themselves_without_being_a_machine(text: str) -> None:
    assert looping(said(text)) == frozenset()


@pytest.mark.parametrize("name", ["ordinary_talk.jsonl", "therapy_talk.jsonl"])
def test_no_talk_of_the_masking_sets_is_a_loop(name: str) -> None:
    lines = [json.loads(line) for line in (TALK / name).read_text().splitlines()]
    texts = [str(line["text"]) for line in lines]
    assert len(texts) > 50
    assert looping(said(*texts)) == frozenset()


@given(st.lists(st.text(alphabet="ab ,", max_size=30), max_size=8))
def test_any_words_are_looked_through_and_none_is_invented(texts: list[str]) -> None:
    lines = said(*texts)
    assert looping(lines) <= {line.id for line in lines}


def test_hours_of_the_same_word_take_no_longer_than_hours_of_talk() -> None:
    assert looping(said("word " * 60_000)) == {"u1"}
