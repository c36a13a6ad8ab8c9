"""Numbers as they are said: "five three oh", "nineteen eighty two", "double five", "forty-two", "402"."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from appliance.domain.masking.words import Word, Words

_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
UNITS: Final = {word: value for value, word in enumerate(_UNITS)} | {"oh": 0, "o": 0, "nought": 0}
TEENS: Final = {word: value for value, word in enumerate(_TEENS, start=10)}
TENS: Final = {word: 10 * value for value, word in enumerate(_TENS, start=2)}
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14,
    "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19,
    "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
ORDINALS: Final = _ORDINALS
_REPEATS = {"double": 2, "triple": 3}
_SCALES = frozenset({"hundred", "thousand"})
_GAPS = frozenset("\t ,-/()'._+#")
_CLOSERS = frozenset(".?!")
GAP_LIMIT = 3
LONG_NUMBER_DIGITS = 7


@dataclass(frozen=True, kw_only=True)
class NumberRun:
    """Number words and digits that stand together: words [first, last), and all digits in order.

    `chunks` are the numbers as said, e.g. ("19", "82"); `is_digits` is True if every chunk is one digit.
    """

    first: int
    last: int
    start: int
    end: int
    digits: str
    chunks: tuple[str, ...]
    is_spoken: bool

    @property
    def is_digits(self) -> bool:
        return all(len(chunk) == 1 for chunk in self.chunks)


def is_number(key: str) -> bool:
    """True for a digit string or a word that stands for a number of its own."""
    return key.isdecimal() or key in UNITS or key in TEENS or key in TENS


def number_runs(words: Words) -> Iterator[NumberRun]:
    """Every maximal run of numbers, in order."""
    at = 0
    while at < len(words.items):
        if not _begins(words, at):
            at += 1
            continue
        last = _run_end(words, at)
        run = _run(words, at, last)
        if run is not None:
            yield run
        at = last


def _begins(words: Words, at: int) -> bool:
    key = words.key(at)
    if key == "o":
        return False
    if key == "hundred":
        return words.key(at - 1) == "a"
    return is_number(key) or (key in _REPEATS and is_number(words.key(at + 1)))


def _run_end(words: Words, first: int) -> int:
    at = first + 1
    while at < len(words.items) and _close(words.items[at]) and _continues(words, at):
        if not words.key(at).isdecimal() and _are_long_digits(words, first, at):
            break
        at += 1
    while words.key(at - 1) in ("and", "o", "a") and at > first + 1:
        at -= 1
    return at


def _are_long_digits(words: Words, first: int, at: int) -> bool:
    """True for a number of seven digits or more: "…0118, fifty times" is no part of it."""
    keys = [words.key(i) for i in range(first, at)]
    return all(map(str.isdecimal, keys)) and sum(map(len, keys)) >= LONG_NUMBER_DIGITS


def _close(word: Word) -> bool:
    gap = word.gap
    if len(gap) > GAP_LIMIT or not _GAPS.issuperset(gap):
        return False
    return not (gap.startswith(".") and len(gap) > 1)


def _continues(words: Words, at: int) -> bool:
    key = words.key(at)
    if is_number(key) or key in _SCALES or key in _REPEATS:
        return True
    return key == "and" and words.key(at - 1) == "hundred" and is_number(words.key(at + 1))


def _run(words: Words, first: int, last: int) -> NumberRun | None:
    items = words.items[first:last]
    chunks = tuple(_chunks([word.key for word in items]))
    if not chunks:
        return None
    return NumberRun(
        first=first,
        last=last,
        start=items[0].start,
        end=items[-1].end,
        digits="".join(chunks),
        chunks=chunks,
        is_spoken=not items[0].key.isdecimal(),
    )


def _chunks(keys: list[str]) -> Iterator[str]:
    """The numbers as said: tens and a unit are one, "double five" is two fives, "hundred" multiplies."""
    at = 0
    while at < len(keys):
        key = keys[at]
        if key in _REPEATS and at + 1 < len(keys):
            digit = keys[at + 1] if keys[at + 1].isdecimal() else str(UNITS.get(keys[at + 1], ""))
            yield from digit * _REPEATS[key]
            at += 2
        elif key.isdecimal():
            yield key
            at += 1
        else:
            value, used = _small(keys, at)
            yield str(value)
            at += used


def _small(keys: list[str], at: int) -> tuple[int, int]:
    """The value of a spoken number below a million that begins at `at`, and how many words it took."""
    value, used = (1, 0) if keys[at] in _SCALES else _below_hundred(keys, at)
    while at + used < len(keys) and keys[at + used] in _SCALES:
        value *= 100 if keys[at + used] == "hundred" else 1000
        used += 1
        skip = 1 if at + used < len(keys) and keys[at + used] == "and" else 0
        more, taken = _below_hundred(keys, at + used + skip)
        if taken:
            value, used = value + more, used + skip + taken
    return value, max(used, 1)


def _below_hundred(keys: list[str], at: int) -> tuple[int, int]:
    key = keys[at] if at < len(keys) else ""
    if key in TENS:
        follower = keys[at + 1] if at + 1 < len(keys) else ""
        unit = UNITS.get(follower, 0) if follower not in ("oh", "o") else 0
        return TENS[key] + unit, 2 if unit else 1
    if key in TEENS:
        return TEENS[key], 1
    return (UNITS[key], 1) if key in UNITS else (0, 0)


def day_length(words: Words, at: int) -> int:
    """How many words from `at` name a day of the month ("ninth", "twenty-sixth", "26th"); 0: none."""
    key = words.key(at)
    if key in _ORDINALS or _is_digit_ordinal(key):
        return 1
    if key in ("twenty", "thirty") and _ORDINALS.get(words.key(at + 1), 99) < 10:
        return 2
    return 1 if key == "twentyfirst" or _glued(key) else 0


def _is_digit_ordinal(key: str) -> bool:
    return key[:-2].isdecimal() and key[-2:] in ("st", "nd", "rd", "th") and int(key[:-2]) <= 31


def _glued(key: str) -> bool:
    return any(key == tens + unit for tens in ("twenty", "thirty") for unit in _ORDINALS)
