"""Finds user names, e-mail and web addresses of the record however they are said: "rell underscore v two"."""

from collections.abc import Iterator

from appliance.domain.masking.finder import Found, Rank
from appliance.domain.masking.known import KnownName, Sort
from appliance.domain.masking.spoken import TEENS, TENS, UNITS
from appliance.domain.masking.vocabulary import listed
from appliance.domain.masking.words import Words

LEAST_SIGNS = 5
MOST_WORDS = 24
_SIGNS = listed("underscore dot dash hyphen slash at")
_MARKS = frozenset("._@-/")


def handles_of(names: tuple[KnownName, ...]) -> tuple[tuple[str, int], ...]:
    """The letters and figures of each name that is no word, and which it is: ("rellv22", 3)."""
    return tuple(_handles(names))


def _handles(names: tuple[KnownName, ...]) -> Iterator[tuple[str, int]]:
    for at, name in enumerate(names):
        text = name.text.strip().lower()
        is_handle = not _MARKS.isdisjoint(text) or any(c.isdecimal() for c in text)
        if (
            name.sort is Sort.PERSON
            or " " in text
            or not is_handle
            or not any(map(str.isalpha, text))
        ):
            continue
        for part in {text, text.partition("@")[0]}:
            signs = "".join(filter(str.isalnum, part))
            if len(signs) >= LEAST_SIGNS:
                yield signs, at


def find_handles(
    words: Words, names: tuple[KnownName, ...], handles: tuple[tuple[str, int], ...]
) -> Iterator[Found]:
    """Each stretch of words that says a handle, its signs and figures spoken or written."""
    for signs, who in handles:
        for at, word in enumerate(words.items):
            if signs.startswith(_heard(words, at)[0] or "-"):
                last = _end(words, at, signs)
                if last:
                    start, end = word.start, words.items[last - 1].end
                    yield Found(
                        start=start, end=end, stem=names[who].stem, rank=Rank.RECORD, who=who
                    )


def _end(words: Words, at: int, signs: str) -> int:
    """The word after the last one that the handle takes from `at`; 0 where it is not said there."""
    said, limit = "", min(at + MOST_WORDS, len(words.items))
    while at < limit:
        heard, used = _heard(words, at)
        is_sign = words.key(at) in _SIGNS and not signs.startswith(said + heard)
        said += "" if is_sign else heard
        at += used
        if said == signs:
            return at
        if not signs.startswith(said):
            return 0
    return 0


def _heard(words: Words, at: int) -> tuple[str, int]:
    """What the word at `at` adds, figures for spoken numbers, and how many words that takes."""
    key, after = words.key(at), words.key(at + 1)
    if key in TENS:
        is_more = UNITS.get(after, 0) > 0 and after not in ("o", "oh")
        return (str(TENS[key] + UNITS[after]), 2) if is_more else (str(TENS[key]), 1)
    value = UNITS.get(key, TEENS.get(key)) if key != "o" else None
    return (key if value is None else str(value), 1)
