"""What NeMo's decoder says, as the wire's phrases: words with times inside the window."""

from collections.abc import Iterable, Sequence
from typing import Any

from serving.wire import Phrase, Word

PAUSE_SECONDS = 0.45
"""A longer silence between two words ends a phrase."""
_ENDS_A_SENTENCE = (".", "?", "!")
_SENTENCE_PAUSE_SECONDS = 0.2


def words_of(hypothesis: Any, frame_seconds: float, audio_seconds: float) -> tuple[Word, ...]:
    """The words of one NeMo hypothesis; `frame_seconds` is what one step of its encoder spans.

    Confidences are left out where their number is not that of the words.
    """
    timed = hypothesis.timestamp["word"] if isinstance(hypothesis.timestamp, dict) else ()
    said = [entry for entry in timed if str(entry["word"]).strip()]
    confidences = _confidences(hypothesis.word_confidence, len(said))
    return tuple(
        _word(entry, confidence, frame_seconds, audio_seconds)
        for entry, confidence in zip(said, confidences, strict=True)
    )


def _confidences(given: Any, count: int) -> Sequence[float | None]:
    if given is None or len(given) != count:
        return [None] * count
    return [min(1.0, max(0.0, float(one))) for one in given]


def _word(entry: Any, confidence: float | None, frame_seconds: float, audio_seconds: float) -> Word:
    start = min(float(entry["start_offset"]) * frame_seconds, audio_seconds)
    end = min(max(float(entry["end_offset"]) * frame_seconds, start), audio_seconds)
    return Word(
        text=str(entry["word"]).strip(),
        start_seconds=round(start, 3),
        end_seconds=round(end, 3),
        confidence=confidence,
    )


def phrases_of(words: Iterable[Word]) -> tuple[Phrase, ...]:
    """Cut where somebody paused; after a sentence's end a shorter pause is enough."""
    phrases: list[list[Word]] = []
    for word in words:
        if phrases and not _is_cut(phrases[-1][-1], word):
            phrases[-1].append(word)
        else:
            phrases.append([word])
    return tuple(Phrase(words=tuple(phrase)) for phrase in phrases)


def _is_cut(before: Word, after: Word) -> bool:
    pause = after.start_seconds - before.end_seconds
    if before.text.endswith(_ENDS_A_SENTENCE):
        return pause >= _SENTENCE_PAUSE_SECONDS
    return pause >= PAUSE_SECONDS
