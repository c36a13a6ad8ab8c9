"""Typed text: checked, then cut into sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.errors import TextEmpty, TextNotReadable, TextTooLong, Unusable
from appliance.domain.sentences import SUMMARY_LIMIT_CHARACTERS, typed_transcript


def sentences(text: str) -> list[str]:
    return [utterance.text for utterance in typed_transcript(text).utterances]


def test_sentences_end_where_a_reader_ends_them() -> None:
    text = (
        "Pt. met with Dr. Wu at 2.30. PHQ-9 was 14 (was 17)! Plan: walk;  call e.g. Ines.\n\nNext"
    )
    assert sentences(text) == [
        "Pt. met with Dr. Wu at 2.30.",
        "PHQ-9 was 14 (was 17)!",
        "Plan: walk;",
        "call e.g. Ines.",
        "Next",
    ]


@pytest.mark.parametrize("text", ["", "   ", "\n\n\t"])
def test_no_text_is_refused(text: str) -> None:
    with pytest.raises(TextEmpty):
        typed_transcript(text)


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "broken \ud83d surrogate"])
def test_characters_that_are_not_text_are_refused(text: str) -> None:
    with pytest.raises(TextNotReadable):
        typed_transcript(text)


def test_more_than_a_summary_is_refused() -> None:
    with pytest.raises(TextTooLong) as caught:
        typed_transcript("a" * (SUMMARY_LIMIT_CHARACTERS + 1))
    assert "50000 characters" in caught.value.message


@given(st.text(max_size=300))
def test_no_word_is_lost_between_sentences(text: str) -> None:
    try:
        found = sentences(text)
    except Unusable:
        return
    import unicodedata

    assert "".join("".join(found).split()) == "".join(unicodedata.normalize("NFC", text).split())
