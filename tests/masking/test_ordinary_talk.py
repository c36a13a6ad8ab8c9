"""Ordinary therapy talk without any identifier: nearly nothing of it may be masked.

`ordinary_talk.jsonl` was written by hand before it was seen what the masker takes of it. Rows are those
of `therapy_talk.jsonl` without spans; some have a record whose names are everyday words. Rules may be
tuned on "tuning"; what is masked of "untouched" is never read, only counted
(by kind and finder too: the rules for counting aloud and stammering were made after such a count).
"""

import json
import re
from pathlib import Path

import pytest

from appliance.domain.masking.evaluation import Manner, evaluate
from appliance.domain.masking.known import KnownName, KnownRecord

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "ordinary_talk.jsonl").read_text().splitlines()
]
MOST_FALSE_PER_1000 = 2
WORD_NAMES = ("hope", "will", "may", "mark", "grace", "joy", "faith", "dawn")


def test_the_set_is_large_has_no_identifier_and_half_of_it_is_kept_untouched():
    halves = [row["split"] for row in ROWS]
    assert len(ROWS) >= 60
    assert abs(halves.count("tuning") - halves.count("untouched")) <= 2
    assert set(halves) == {"tuning", "untouched"}
    assert not any(row["spans"] for row in ROWS)
    assert len({row["text"] for row in ROWS}) == len(ROWS)


def test_every_word_that_is_also_a_name_is_said_as_a_word():
    said = " ".join(row["text"].lower() for row in ROWS)
    assert set(WORD_NAMES) <= set(re.findall(r"\w+", said))


@pytest.mark.parametrize("half", ["tuning", "untouched"])
@pytest.mark.parametrize("as_speech", [False, True], ids=["typed", "speech"])
def test_at_most_two_words_in_a_thousand_are_masked_without_need(masker, half, as_speech):
    rows = [row for row in ROWS if row["split"] == half]
    figures = evaluate(rows, masker, Manner(as_speech=as_speech))
    assert figures["false_positives_per_1000"] <= MOST_FALSE_PER_1000


@pytest.mark.parametrize(
    "text",
    [
        "i hope it will pass and i may call if it does not",
        "May was hard. Mark the days, she says, and I do.",
        "there was grace in it and a bit of joy",
        "i lost my faith somewhere before dawn",
        "By dawn I had no hope left, and I will say so.",
        "P1: You will say anything. P2: I may.",
        "five four three two one and then i could breathe",
        "I, I, I wanted to order the soup.",
        "Pain went from 7/10 to 4/10. Fourth of July was loud.",
        "ten mins late, copay paid, subscale scores up",
    ],
)
def test_everyday_words_stay_even_where_a_client_is_called_so(mask, text):
    names = tuple(KnownName(text=word.title(), role="PERSON") for word in WORD_NAMES)
    assert mask(text, known=KnownRecord(names=names)) == text
