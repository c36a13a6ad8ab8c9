"""What the gate looks with: written apart from the masker, so that one mistake is not made twice.

A detector reads a line that is plain (lower case, no accents, no invisible characters) with every
placeholder of the box blanked out, and yields stretches of it by what kind of identifier they are.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from appliance.domain.masking.known import KnownName, Sort
from appliance.domain.masking.near_names import NearNames

BLANK, PERSON_BLANK, PLACE_BLANK = "\ufffc", "\ue000", "\ue001"
BLANK_MARKS: Final = frozenset((BLANK, PERSON_BLANK, PLACE_BLANK))
BLANKS: Final = f"[{BLANK}{PERSON_BLANK}{PLACE_BLANK}]"
"""What a placeholder is blanked out with: a person's, a place's or institution's, any other."""
_JOIN = r"[\s.,\-_/·*]{1,3}"
_WORD = re.compile(r"[^\W\d_]+")
_TITLES = frozenset(
    ["mr", "mrs", "ms", "mx", "dr", "prof", "jr", "ii", "iii", "iv", "the", "and", "of"]
)
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_NOT_A_NAME = re.compile(
    r"(?:\b(?:in|since|last|next|this|until|by|of|early|late|through|from|mid)|\d)\s$"
)
_NAME_BEFORE = re.compile(r"\b(?:mr|mrs|ms|miss|mx|dr|named|name is|name's)\.?\s$")
_RUNNING_TEXT = re.compile(r"[a-z,]['\"]?\s['\"]?$")
LEAST_DIGITS = 4
LEAST_LETTERS, MOST_LETTERS = 2, 40


@dataclass(frozen=True, kw_only=True)
class PlainLine:
    """A line made plain; `offsets[i]` is where its character i stood, the last entry its end."""

    text: str
    as_written: str
    offsets: tuple[int, ...] | range

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the line as written."""
        return self.offsets[start], max(self.offsets[end], self.offsets[start] + 1)


def make_plain(text: str) -> PlainLine:
    """Lower case, accents and invisible characters gone, compatibility forms resolved."""
    if text.isascii():
        return PlainLine(text=text.lower(), as_written=text, offsets=range(len(text) + 1))
    plain: list[str] = []
    offsets: list[int] = []
    for at, character in enumerate(text):
        for piece in unicodedata.normalize("NFKD", character).casefold():
            if unicodedata.category(piece) not in ("Mn", "Cf", "Cc") or piece in "\n\t":
                plain.append("'" if piece in "’ʼ" else "-" if piece in "‐‑‒–—" else piece)
                offsets.append(at)
    return PlainLine(text="".join(plain), as_written=text, offsets=(*offsets, len(text)))


@dataclass(frozen=True, kw_only=True)
class Suspects:
    """What may not be in the payload: the record, and what the masker has found so far."""

    known: tuple[KnownName, ...]
    seen: tuple[str, ...] = ()
    everyday: frozenset[str] = frozenset()


class Detector(Protocol):
    """Looks for one kind of identifier."""

    @property
    def kind(self) -> str:
        """What a clinician is told was found, e.g. "phone"; never the text itself."""

    def find(
        self, lines: Iterable[PlainLine], suspects: Suspects
    ) -> Iterator[tuple[int, int, int]]:
        """Line number, and start and end in its plain text, of each hit."""


@dataclass(frozen=True, kw_only=True)
class PatternDetector:
    """One regular expression on plain text; only lines that contain `needs` are searched."""

    kind: str
    pattern: re.Pattern[str]
    needs: str = ""

    def find(
        self, lines: Iterable[PlainLine], suspects: Suspects
    ) -> Iterator[tuple[int, int, int]]:
        for number, line in enumerate(lines):
            if self.needs not in line.text:
                continue
            for match in self.pattern.finditer(line.text):
                yield number, match.start(), match.end()


@dataclass(frozen=True, kw_only=True)
class NameDetector:
    """Each word of a known person's name, in any case, with possessive or plural, or spelled out."""

    kind: str = "name"

    def find(
        self, lines: Iterable[PlainLine], suspects: Suspects
    ) -> Iterator[tuple[int, int, int]]:
        names = _name_words(suspects)
        if not names:
            return
        sought = frozenset(names)
        near = NearNames(_name_words(Suspects(known=suspects.known)), suspects.everyday)
        phrases = _phrases(suspects)
        longer = [name for name in names if len(name) > 2]
        for number, line in enumerate(lines):
            for match in whole_words(line.text, sought):
                is_name = is_used_as_name(line, match) or _touches_placeholder(line, match)
                if is_name or not _is_ordinary(line, match, suspects):
                    yield number, match.start(), match.end()
            for start, end in near.find(line.text):
                yield number, start, end
            for match in phrases.finditer(line.text) if phrases else ():
                yield number, match.start(), match.end()
            for start, end in _spelled(line.text, longer):
                yield number, start, end


def _phrases(suspects: Suspects) -> re.Pattern[str] | None:
    """Known names of several words, such as "Uncle Boy" and "Jun-jun", whatever their words mean."""
    runs = {
        tuple(_WORD.findall(make_plain(name.text).text))
        for name in suspects.known
        if name.sort is Sort.PERSON
    }
    sought = sorted(rf"{_JOIN}".join(run) for run in runs if len(run) > 1)
    return re.compile(rf"(?<!\w)(?:{'|'.join(sought)})(?!\w)") if sought else None


_NO_REST = frozenset(
    [
        "will",
        "may",
        "hope",
        "can",
        "mark",
        "bill",
        "be",
        "do",
        "see",
        "let",
        "drew",
        "uncle",
        "aunt",
        "auntie",
        "aunty",
        "mama",
        "papa",
        "father",
        "mother",
        "pastor",
        "coach",
        "deacon",
        "captain",
        "abuela",
        "abuelo",
        "senora",
        "senor",
        "officer",
        "doctor",
        "miss",
        "sister",
        "brother",
    ]
)
"""Verbs, and what somebody is called by: beside a placeholder they are no rest of a name."""


def _touches_placeholder(line: PlainLine, match: re.Match[str]) -> bool:
    """True for the rest of a known name of which the masker left a part: "granny [RELATIVE_1]"."""
    before = line.text[max(0, match.start() - 2) : match.start()]
    after = line.text[match.end() : match.end() + 2]
    is_before, is_after = before[:1] in BLANK_MARKS, after[1:] in BLANK_MARKS
    is_beside = (is_before and before[1:] == " ") or (is_after and after[:1] == " ")
    return match[0] not in _NO_REST and is_beside


_LETTERS_APART = re.compile(rf"(?<!\w)[^\W_](?:{_JOIN}[^\W_])+(?!\w)")
_LETTER = re.compile(r"[^\W_]")


def _spelled(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where a name stands letter by letter: "d, a, n, a"."""
    for run in _LETTERS_APART.finditer(text):
        letters = [letter.start() for letter in _LETTER.finditer(text, *run.span())]
        said = "".join(text[at] for at in letters)
        for name in names:
            at = said.find(name)
            if at >= 0:
                yield letters[at], letters[at + len(name) - 1] + 1


_RUN = re.compile(r"[^\W_]+")


def whole_words(text: str, names: frozenset[str]) -> Iterator[re.Match[str]]:
    """Each name that stands as a word of its own, with or without a possessive or plural s."""
    for run in _RUN.finditer(text):
        word = run[0]
        name = word if word in names else word.removesuffix("s")
        if name in names:
            match = re.compile(re.escape(name)).match(text, run.start())
            if match is not None:
                yield match


_MONTHS_AS_NAMES = frozenset({"april", "may", "june", "august"})


def _is_ordinary(line: PlainLine, match: re.Match[str], suspects: Suspects) -> bool:
    """True for a word of ordinary talk or a month, also where its plural is one ("genes" for Gene)."""
    word, after = match[0], line.text[match.end() : match.end() + 1]
    if word in suspects.everyday or word in _MONTHS_AS_NAMES:
        return True
    return after == "s" and word + "s" in suspects.everyday


def _name_words(suspects: Suspects) -> list[str]:
    texts = [name.text for name in suspects.known if name.sort is Sort.PERSON]
    words = {word for text in texts for word in _WORD.findall(make_plain(text).text)}
    seen = {
        word
        for text in suspects.seen
        for word in _WORD.findall(make_plain(text).text)
        if len(word) > 3
    }
    return sorted(
        word
        for word in (words | (seen - suspects.everyday)) - _TITLES
        if LEAST_LETTERS <= len(word) <= MOST_LETTERS
    )


def is_used_as_name(line: PlainLine, match: re.Match[str]) -> bool:
    """True for an everyday word that a capital within a sentence, or a title, makes a name."""
    before = line.text[max(0, match.start() - 14) : match.start()]
    if _NAME_BEFORE.search(before):
        return True
    start, _ = line.stretch(match.start(), match.end())
    is_capital = line.as_written[start : start + 1].isupper()
    return is_capital and bool(_RUNNING_TEXT.search(before)) and not _NOT_A_NAME.search(before)


_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENTHS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_DIGITS: Final = {word: str(n) for n, word in enumerate((*_UNITS, *_TEENS))} | {"oh": "0", "o": "0"}
_TENS: Final = {word: str(n) for n, word in enumerate(_TENTHS, start=2)}
_BLANKED = re.compile(BLANKS)
_ATOM = re.compile(r"\d+|[^\W\d_]+")
_SILENT = frozenset(["dash", "hyphen", "dot", "and", "area", "code", "extension"])


@dataclass(frozen=True, kw_only=True)
class NumberDetector:
    """The digits of known numbers, in any grouping, as figures or as words."""

    kind: str = "number"

    def find(
        self, lines: Iterable[PlainLine], suspects: Suspects
    ) -> Iterator[tuple[int, int, int]]:
        figures = ("".join(re.findall(r"\d", name.text)) for name in suspects.known)
        known = sorted({digits for digits in figures if len(digits) >= LEAST_DIGITS})
        if not known:
            return
        for number, line in enumerate(lines):
            for digits, offsets in digit_streams(line.text):
                for sought in known:
                    at = digits.find(sought)
                    if at >= 0:
                        yield number, offsets[at][0], offsets[at + len(sought) - 1][1]


def digit_streams(text: str) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Digits that follow each other without other words between, with the stretch each came from."""
    digits, offsets, end = "", list[tuple[int, int]](), 0
    after_tens = False
    for match in _ATOM.finditer(text):
        token = match[0]
        is_near = match.start() - end <= 4 and not _BLANKED.search(text, end, match.start())
        value = token if token.isdecimal() else _DIGITS.get(token, _TENS.get(token, ""))
        if digits and not ((value or token in _SILENT) and is_near):
            yield _finished(digits, offsets, after_tens)
            digits, offsets, after_tens = "", [], False
        if value:
            if after_tens and (len(value) > 1 or value == "0" or token in _TENS):
                digits, offsets = digits + "0", [*offsets, offsets[-1]]
            digits += value
            offsets += [match.span()] * len(value)
            after_tens = token in _TENS
        end = match.end()
    if digits:
        yield _finished(digits, offsets, after_tens)


def _finished(
    digits: str, offsets: list[tuple[int, int]], after_tens: bool
) -> tuple[str, list[tuple[int, int]]]:
    return (digits + "0", [*offsets, offsets[-1]]) if after_tens else (digits, offsets)


@dataclass(frozen=True, kw_only=True)
class LongNumberDetector:
    """Seven or more digits that stand together, spoken or written, whoever they belong to."""

    kind: str = "long_number"

    def find(
        self, lines: Iterable[PlainLine], suspects: Suspects
    ) -> Iterator[tuple[int, int, int]]:
        for number, line in enumerate(lines):
            for match in _WRITTEN_RUN.finditer(line.text):
                yield number, match.start(), match.end()
            for match in _SAID_RUN.finditer(line.text):
                yield number, match.start(), match.end()


_WRITTEN_RUN = re.compile(r"(?<![\w.$])\d(?:[ .()\-/]{0,2}\d){6,}(?!\w)")
_SAID = "|".join(sorted({"double", "triple", *_DIGITS} - {"o", *_TEENS}))
_SAID_RUN = re.compile(rf"\b(?:{_SAID})(?:[\s,\-]+(?:{_SAID}|o)){{6,}}\b")

_PROVIDERS = r"(?:gmail|yahoo|hotmail|outlook|icloud|aol)"
_DAY = (
    r"(?:(?:twenty|thirty)[ -]\w{3,7}(?:st|nd|rd|th)\b|\d{1,2}(?:st|nd|rd"
    r"|th)?\b(?!:)|\w{1,12}(?:th|first|second|third)\b|first\b|second\b|third\b)"
)
_KINDS = (
    ("email", r"[^\s@]{1,64}\s?@\s?[^\s@]{1,99}\.[a-z]{2,9}"),
    ("email", rf"\bat {_PROVIDERS} dot com\b"),
    ("web_address", r"\b(?:https?:|www\.)\S+|\b[\w-]{1,63}\.(?:com|org|net|edu)\b"),
    ("web_address", r"\bdot (?:com|org|net|edu)\b"),
    ("phone", r"(?<![\w.$])\(?\d{3}\)?[\s.\-]{1,2}\d{3}[\s.\-]\d{4}(?!\w)"),
    ("phone", r"(?<![\w.$-])\d{3}[.\-]\d{4}(?![\w-])"),
    ("social_security_number", r"(?<!\w)\d{3}[\s\-]\d{2}[\s\-]\d{4}(?!\w)"),
    ("date", rf"\b{_MONTH} (?:the )?{_DAY}"),
    ("date", rf"\b(?!fourth of july){_DAY} of {_MONTH}\b"),
    ("date", r"(?<![\w/.\-])\d{1,4}([/.\-])\d{1,2}\1\d{2,4}(?![\w/])"),
)
PATTERN_DETECTORS: Final = tuple(
    PatternDetector(kind=kind, pattern=re.compile(pattern), needs="@" if "@" in pattern else "")
    for kind, pattern in _KINDS
)
