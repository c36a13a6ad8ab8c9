"""The search for words of risk: recall first, neighbours too, and nothing inferred."""

import pytest

from appliance.domain.risk import RiskCue, cues_in, risk_lines
from appliance.domain.transcript import Utterance


def lines(*texts):
    said = tuple(
        Utterance(id=f"u{n}", speaker="unknown", text=t) for n, t in enumerate(texts, start=1)
    )
    return {line.id: line.cues for line in risk_lines(said)}


@pytest.mark.parametrize(
    "text",
    [
        "No, I don't want to die.",
        "Denied SI/HI.",
        "I stood past the yellow line.",
        "He held me against the fridge.",
        "I tipped the paracetamol in the sink.",
        "They'd be better off without me.",
        "I drove on Thursday and I shouldn't have.",
        "Is there a gun at the house?",
    ],
)
def test_words_of_risk_are_listed_denied_or_not(text):
    assert cues_in(text)


@pytest.mark.parametrize("text", ["Hi, come in.", "I slept six hours.", "The bus was late again."])
def test_ordinary_words_are_not_listed(text):
    assert cues_in(text) == ()


def test_a_question_and_an_answer_beside_it_are_listed_as_such():
    found = lines("Have you thought of suicide?", "No.", "Okay.")
    assert found["u2"] == (RiskCue.NEXT_TO,)


def test_talk_without_such_words_has_an_empty_list():
    assert lines("We went to the park.", "It rained.") == {}
