"""Words compared for scoring: stems, numbers however they are written, and what a text has of a fact."""

import re
from collections.abc import Iterable

from appliance.domain.masking.spoken import TEENS, TENS, UNITS

_TOKEN = re.compile(r"\d+|[a-z]+(?:['’][a-z]+)*")
_NUMBERS = {word: n for word, n in (UNITS | TEENS | TENS).items() if word not in ("oh", "o")}
_ORDINALS = {"once": "1", "twice": "2", "first": "1", "second": "2", "third": "3"}
_EMPTY = frozenset(
    """
    a an the and or but so of to in on at by for with from into as is are was were be been being am do
    does did have has had having it its that this these those there here he she they him her them his
    their i you we me my your our us who which what when how why where not no nor than then also just
    very about after before during over under out up down off if while will would could can should may
    might must get gets got go goes going went said says say told reported client therapist clinician
    patient session note felt feels feel because through per still some any all both other each
    """.split()  # noqa: SIM905 - a list of words reads as words
)
_NEGATIONS = re.compile(
    r"\b(?:no|not|never|none|nor|without|den(?:y|ies|ied)|declin\w+|refus\w+|cannot)\b|n['’]t\b",
    re.IGNORECASE,
)
_SUFFIXES = (
    "ations",
    "ation",
    "ings",
    "ing",
    "edly",
    "ies",
    "ied",
    "ers",
    "ed",
    "es",
    "er",
    "ly",
    "s",
)
_SHORTEST_STEM = 3
_SHORTEST_PREFIX = 3


def tokens(text: str) -> list[str]:
    """Lower-case words and numbers in order; number words as digits, joined where they are one number."""
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.lower()).replace("-", " ")
    return _with_numbers(_TOKEN.findall(plain))


def _with_numbers(words: list[str]) -> list[str]:
    """ "six thousand one hundred" is 6100, "twenty five" 25; each part counts as well."""
    told: list[str] = []
    total = current = 0
    is_number = False
    for word in [*words, ""]:
        value = _NUMBERS.get(word)
        if value is not None:
            told.append(str(value))
            current, is_number = current + value, True
        elif word in ("hundred", "thousand") and is_number:
            total, current = (
                (total, current * 100) if word == "hundred" else (total + current * 1000, 0)
            )
        elif not (word == "and" and is_number):
            if is_number and str(total + current) != (told[-1] if told else ""):
                told.append(str(total + current))
            total = current = 0
            is_number = False
            if word:
                told.append(_ORDINALS.get(word, word))
    return told


def stem(word: str) -> str:
    """The word without its commonest endings."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            word = word[: -len(suffix)]
            break
    return word[:-1] if word.endswith("e") and len(word) > _SHORTEST_STEM else word


def content(text: str) -> list[str]:
    """Stems of the words that carry meaning, and numbers, each once, in order."""
    return list(dict.fromkeys(content_in_order(text)))


def content_in_order(text: str) -> list[str]:
    """As `content`, each word as often as it stands."""
    words = (re.sub(r"['’](?:s|d|ll|ve|re|m)$", "", word) for word in tokens(text))
    return [w if w.isdigit() else stem(w) for w in words if w.isdigit() or _tells(w)]


def _tells(word: str) -> bool:
    return word not in _EMPTY and len(word) > 1


def holds(word: str, there: Iterable[str]) -> bool:
    """The stem itself, or the same word cut short as clinicians do ("sat" for "Saturday")."""
    if word.isdigit():
        return word in there
    return any(word == other or _shortened(word, other) for other in there)


def _shortened(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    if short.isdigit() or short[0] != long[0]:
        return False
    return (len(short) >= _SHORTEST_PREFIX and long.startswith(short)) or _is_skeleton(short, long)


def _is_skeleton(short: str, long: str) -> bool:
    """ "tmrw" for "tomorrow": consonants of the longer word in their order, its first among them."""
    letters = iter(long)
    return not set(short) & set("aeiou") and all(letter in letters for letter in short)


def is_negated(text: str) -> bool:
    """True where an odd number of negations stands in the text."""
    return len(_NEGATIONS.findall(text)) % 2 == 1


def has_negation(text: str) -> bool:
    return _NEGATIONS.search(text) is not None


def share(part: int, whole: int) -> float | None:
    """To four places; None where there is nothing to share."""
    return round(part / whole, 4) if whole else None
