"""What a clinician decided about words: these must go, those are no identifier.

Decisions are by words, whatever their case and whatever stands between them, so that they hold when
masking is repeated. The gate honours "no identifier", but never for what the record names.
"""

import re
from collections.abc import Iterable, Iterator

from appliance.domain.masking.detectors import (
    NameDetector,
    NumberDetector,
    PlainLine,
    Suspects,
    make_plain,
)
from appliance.domain.masking.known import KnownRecord, Sort
from appliance.domain.masking.known_places import PlaceDetector
from appliance.domain.masking.mask import MustGo
from appliance.domain.masking.masked import MaskedLine
from appliance.domain.masking.vocabulary import FUNCTION_WORDS, GENERIC_ENDINGS, HONORIFICS

_WORD = re.compile(r"[^\W_]+")
_BETWEEN = r"[\W_]{1,3}"
_NOBODYS = FUNCTION_WORDS | GENERIC_ENDINGS | HONORIFICS
_OF_THE_RECORD = (NameDetector(), PlaceDetector(), NumberDetector())


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as decisions are compared: lower case, without accents."""
    return tuple(_WORD.findall(make_plain(text).text))


def stretches(line: PlainLine, phrases: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where a phrase stands in a line, by whole words; offsets are those of the line as written."""
    for words in {words_of(phrase) for phrase in phrases} - {()}:
        sought = _BETWEEN.join(re.escape(word) for word in words)
        for match in re.finditer(rf"(?<![^\W_]){sought}(?![^\W_])", line.text):
            yield line.stretch(match.start(), match.end())


def must_go(lines: Iterable[MaskedLine], phrases: tuple[str, ...]) -> tuple[MustGo, ...]:
    """Every place in the lines where a phrase stands that must go."""
    if not phrases:
        return ()
    return tuple(
        MustGo(line_id=line.id, start=start, end=end)
        for line in lines
        for start, end in stretches(make_plain(line.text), phrases)
    )


def safe_phrases(known: KnownRecord) -> tuple[str, ...]:
    """What was marked as no identifier, save what the record has come to name since."""
    return tuple(phrase for phrase in known.safe if not is_of_record(phrase, known))


def is_of_record(phrase: str, known: KnownRecord) -> bool:
    """True if any word or number of the phrase is one that the record names somebody or something by."""
    line = [make_plain(phrase)]
    suspects = Suspects(known=known.names)
    if any(next(detector.find(line, suspects), None) for detector in _OF_THE_RECORD):
        return True
    named = {
        word
        for name in known.names
        if name.sort is not Sort.NUMBER
        for word in words_of(name.text)
        if len(word) > 1 and not word.isdecimal()
    }
    return bool(named & set(words_of(phrase)) - _NOBODYS)
