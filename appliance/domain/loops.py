"""Where speech recognition got stuck: one phrase over and over, which nobody said so often.

The words stay as they were heard, and a person is told. People repeat themselves too ("no, no, no"),
so a short phrase must come back more often than a long one before it counts.
"""

from collections.abc import Iterator, Sequence

from appliance.domain.transcript import Utterance

LONGEST_PHRASE_WORDS = 20
_OFTEN_ENOUGH = ((1, 8), (2, 6), (5, 4))
"""(words at most, times at least) of a phrase; a longer one counts from three times on."""
_OTHERWISE = 3
_EDGES = ".,;:!?…\"'“”‘’()-–—"


def looping(utterances: Sequence[Utterance]) -> frozenset[str]:
    """Ids of the utterances that one phrase, repeated without a pause for anything else, runs through.

    Case and punctuation do not count. A loop may run through many utterances.
    """
    words = [
        (utterance.id, bare)
        for utterance in utterances
        for word in utterance.text.split()
        if (bare := word.strip(_EDGES).casefold())
    ]
    found: set[str] = set()
    for phrase_words in range(1, LONGEST_PHRASE_WORDS + 1):
        for start, end in _runs([word for _, word in words], phrase_words):
            found.update(utterance_id for utterance_id, _ in words[start:end])
    return frozenset(found)


def _runs(words: Sequence[str], phrase_words: int) -> Iterator[tuple[int, int]]:
    """[start, end) of each stretch that is one phrase of this length, often enough."""
    needed = _often_enough(phrase_words) * phrase_words
    start = 0
    for place in range(phrase_words, len(words) + 1):
        goes_on = place < len(words) and words[place] == words[place - phrase_words]
        if goes_on:
            continue
        if place - start >= needed:
            yield start, place
        start = place - phrase_words + 1


def _often_enough(phrase_words: int) -> int:
    return next((times for most, times in _OFTEN_ENOUGH if phrase_words <= most), _OTHERWISE)
