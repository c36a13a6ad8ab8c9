"""Identifiers as they are said aloud: numbers, dates, ages, addresses, e-mail, user names, spelled names."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from appliance.domain.masking.finder import Found, Rank
from appliance.domain.masking.spoken import NumberRun, is_number, number_runs
from appliance.domain.masking.spoken_ages import is_old_age
from appliance.domain.masking.spoken_dates import find_dates, is_numeric_date
from appliance.domain.masking.vocabulary import (
    FUNCTION_WORDS,
    ID_CUES,
    PROVIDERS,
    STREETS,
    TOP_LEVELS,
    UNITS,
    listed,
)
from appliance.domain.masking.words import Word, Words

PHONE_LENGTHS = frozenset({7, 10, 11, 12})
CUE_REACH_WORDS = 6
ZIP_DIGITS = 5
LEAST_ID_DIGITS = 4
_NO_STREET = FUNCTION_WORDS | listed(
    "minute minutes hour hours mile miles day days way block blocks lane week weeks year "
    "years month months times percent people kids car cars dollar dollars bucks second "
    "seconds foot feet night nights"
)
_SPELLED = re.compile(
    r"(?:(?<=  )[a-z] )?(?<![\w'])(?P<id>[A-Za-z]"
    r"(?:(?:(?:, ?|\. ?| )[A-Za-z](?![\w'])){2,}|(?:-[A-Za-z](?![\w'])){3,}))"
)
_NO_SPELLING = listed(
    "ptsd adhd mri cbt dbt ocd dsm emdr aspca fbi cia usa dmv dna rna hiv add phd atm irs abc abcd"
)
_STEM_OF_CUE = {"mrn": "MRN", "ssn": "SSN", "fax": "FAX", "zip": "ZIP"}
_POST_CUES = frozenset({"zip", "postcode", "zipcode", "postal"})
_TAIL: Final = r"(?:\s(?:slash|forward slash)\s\w{1,40}){0,6}"
_DOTS: Final = r"(?:\s(?:dot|period|underscore|dash|hyphen|minus|plus)\s\w{1,40})"
_SAID_DIGIT: Final = r"\d|zero|oh|one|two|three|four|five|six|seven|eight|nine"
_SAID_NUMBER: Final = (
    rf"(?:{_SAID_DIGIT}|\d{{2,6}}|ten|eleven|twelve|\w{{3,6}}teen|twenty|thirty|forty|fifty|sixty|seventy"
    "|eighty|ninety)"
)
_PARTS: Final = (
    rf"(?:\s(?:underscore|dot|dash)\s\w{{1,40}}){{0,4}}(?:(?:\s|-){_SAID_NUMBER}\b){{0,6}}"
)
_LETTERS: Final = r"(?<!\s\s)\b(?:[b-hj-z][,.]?\s){0,8}"
_NO_PART: Final = r"(?!(?:it'?s|is|at|the|my|on|under|to|your|i'?m|an|and|no)\b)"
_TLD: Final = "|".join((*sorted(TOP_LEVELS), "e d u", "o r g", "c o m", "n e t", "co dot uk"))
_PROVIDER: Final = "|".join(sorted(PROVIDERS - {"me", "live"}))

_WIDE: Final = (
    "com|org|net|edu|gov|se|be|de|fr|nl|es|it|ch|dk|fi|pl|cz|hu|pt|ie|au|ca|uk|us|io|info|example"
)
_W: Final = r"\w{1,40}"  # every repetition is bounded, so that no text takes quadratic time
_MAIL_UNMARKED: Final = (
    r"\b(?:e ?mail|mail|contact|contact info)(?:\s(?:is|address|her|him|me|to|at|its|info)){0,3}"
    rf"\s(?P<id>{_W}(?:\s{_W}){{0,4}}\s(?:com|org|net|edu|de|se|fr))\b"
)
_POSTCODE_ALOUD: Final = (
    rf"\b[a-z][\s,]{{1,2}}(?:{_SAID_DIGIT})[\s,]{{1,2}}[a-z][\s,]{{1,2}}(?:{_SAID_DIGIT})"
    rf"[\s,]{{1,2}}[a-z][\s,]{{1,2}}(?:{_SAID_DIGIT})\b"
)
_SAINT_ALOUD: Final = (
    r"\b(?:at|to|from|in|near)\s(?P<id>(?:st|saint)\s[a-z]{3,12}s"
    r"(?:\s(?:medical center|hospital|hosp|health|clinic))?)\b"
)
_RECORD_ALOUD: Final = (
    r"\b(?:mrn|med rec|record number|insurance(?: plan)?(?: id)?|member id)\s(?:mrn\s)?"
    r"(?P<id>(?:[a-z]{2,5}\s)?[a-z]{0,2}\d[\d ]{2,14}\d"
    r"(?:\s(?!(?:for|and|who|in|on|at|to|is|was|with|has|he|she|the|her|his|w|no|so|but|or|of|by|as)\b)[a-z]{2,3}\b)?)"
)
_DOOR_ALOUD: Final = (
    rf"\b(?:apartment|apt|unit|flat)\s(?:number\s)?(?:{_SAID_DIGIT}|ten|eleven|twelve)"
    rf"(?:\s(?:{_SAID_DIGIT}))?(?:\s[b-hj-z]\b)?"
)
_ALOUD: Final = tuple(
    (stem, re.compile(pattern, re.IGNORECASE))
    for stem, pattern in (
        (
            "EMAIL",
            rf"{_LETTERS}{_W}{_DOTS}{{0,5}},?\s(?:at|@)\s{_W}(?:\sdot\s{_W}){{0,3}}?\sdot\s(?:{_TLD})\b",
        ),
        ("EMAIL", rf"\b(?:{_W}\s){{1,2}}(?:{_PROVIDER})\s(?:dot\s)?com\b"),
        ("EMAIL", rf"\b{_W}\.{_W}(?:\.{_W}){{0,3}}\sat\s(?:{_PROVIDER})\b"),
        ("URL", rf"\b(?:www\sdot\s)?{_W}(?:\sdot\s{_W}){{0,3}}\sdot\s(?:{_TLD})\b{_TAIL}"),
        (
            "URL",
            rf"\b(?:https?|www)\s{_W}(?:\s(?:slash|dot)\s{_W}|\s(?:com|org|net|example)){{1,6}}",
        ),
        ("USERNAME", rf"{_LETTERS}{_NO_PART}{_W}{_PARTS}\sunderscore\s{_W}{_PARTS}"),
        (
            "USERNAME",
            rf"\bunderscore[,.]?\s(?:[a-z][,.]?\s){{0,8}}{_W}(?:[,.]?\sunderscore[,.]?\s{_W})?{_PARTS}",
        ),
        ("EMAIL", _MAIL_UNMARKED),
        ("EMAIL", rf"\b(?P<id>(?!(?:is|at|the|my|to|your|dot|visit|on)\b){_W}\s{_W}\scom)\b"),
        (
            "URL",
            rf"\b(?:https?\s)?(?:www\s)?{_W}(?<=\w\w\w\w)\s(?:com|org|net)(?:\s{_W})?(?=\s*$)",
        ),
        ("URL", rf"\b(?:https?\swww|https?|www)\s{_W}(?:\s(?:{_WIDE}))?\b"),
        ("HOSPITAL", _SAINT_ALOUD),
        ("ID", _RECORD_ALOUD),
        ("ZIP", _POSTCODE_ALOUD),
        ("ADDRESS", _DOOR_ALOUD),
        ("USERNAME", rf"\b{_W}\sdot\s{_W}\sdot\s{_W}"),
    )
)


def spoken_patterns(words: Words) -> Iterator[Found]:
    """All hits of what is said rather than written; finds digits too, where words give them meaning."""
    for stem, pattern in _ALOUD:
        group = "id" if "id" in pattern.groupindex else 0
        for match in pattern.finditer(words.text):
            start, end = match.span(group)
            rank = Rank.PATTERN if stem == "ADDRESS" else Rank.CHECKED
            yield Found(start=start, end=end, stem=stem, rank=rank)
    yield from _spelled(words.text)
    yield from find_dates(words)
    for run in number_runs(words):
        yield from _number(words, run)


def _found(start: int, end: int, stem: str) -> Found:
    return Found(start=start, end=end, stem=stem, rank=Rank.PATTERN)


def _spelled(text: str) -> Iterator[Found]:
    for match in _SPELLED.finditer(text):
        letters = re.sub(r"[^A-Za-z]", "", match["id"]).lower()
        is_stutter = sum(letters.count(letter) for letter in "ai") >= len(letters) - 1
        if letters not in _NO_SPELLING and not is_stutter and len(set(letters)) > 1:
            yield _found(*match.span("id"), "PERSON")


def _is_counting(run: NumberRun) -> bool:
    """True in "five four three two one" and "one, two, three, four": nobody's number."""
    values = [int(chunk) for chunk in run.chunks if len(chunk) <= 2]
    steps = {after - before for before, after in pairwise(values)}
    return len(values) == len(run.chunks) and steps in ({1}, {-1})


def _number(words: Words, run: NumberRun) -> Iterator[Found]:
    first = _letters_before(words, run)
    start = words.items[first].start
    cue = _cue(words, first)
    size = len(run.digits)
    if cue in _POST_CUES and size >= LEAST_ID_DIGITS:
        yield _found(start, run.end, "ZIP")
    elif cue and size >= LEAST_ID_DIGITS - (first < run.first):
        yield _found(start, run.end, _STEM_OF_CUE.get(cue, "ID"))
    elif first < run.first and size >= LEAST_ID_DIGITS:
        yield _found(start, run.end, "ID")
    elif words.key(run.first - 1) == "box" and words.items[run.first].follows:
        yield _found(words.items[run.first - 1].start, run.end, "ADDRESS")
    elif _is_counting(run):
        return
    elif size in PHONE_LENGTHS and (run.is_spoken or len(run.chunks) > 1):
        yield _found(run.start, run.end, "PHONE")
    elif size == ZIP_DIGITS and run.is_digits:
        yield _found(run.start, run.end, "ZIP")
    elif first < run.first and size >= 2:
        yield from _code(words, first, run)
    elif size >= min(PHONE_LENGTHS) or (
        run.is_digits and run.is_spoken and size >= LEAST_ID_DIGITS
    ):
        yield _found(run.start, run.end, "ID")
    yield from _address(words, run)
    if is_numeric_date(words, run):
        yield _found(run.start, run.end, "DATE")
    if is_old_age(words, run):
        article = words.word(run.first - 1)
        is_hundred = article is not None and article.key == "a" and article.follows
        start = article.start if article is not None and is_hundred else run.start
        yield _found(start, run.end, "AGE")


def _letters_before(words: Words, run: NumberRun) -> int:
    """The first of the single letters said right before a number: "H T seven seven two"."""
    at = run.first
    while at > 0 and words.items[at].follows and _is_letter(words.items[at - 1]):
        at -= 1
    return at if run.first - at > 1 else run.first


def _is_letter(word: Word) -> bool:
    is_speaker = word.starts_sentence and not word.is_cased
    is_letter = len(word.text) == 1 and word.key.isalpha() and word.key not in "ai"
    return is_letter and not word.clitic and not is_speaker


def _code(words: Words, first: int, run: NumberRun) -> Iterator[Found]:
    """Letters, a number and more letters or digits, e.g. a British postcode said aloud."""
    at = run.last
    while (word := words.word(at)) and word.follows and (_is_letter(word) or is_number(word.key)):
        at += 1
    letters = run.first - first
    if at > run.last or (letters >= 2 and len(run.digits) >= LEAST_ID_DIGITS):
        yield _found(words.items[first].start, words.items[at - 1].end, "ID")


def _cue(words: Words, first: int) -> str:
    """The nearest word before `first` that announces an identifying number, within reach."""
    for at in range(first - 1, max(first - 1 - CUE_REACH_WORDS, -1), -1):
        key = words.key(at)
        if key == "id" and at < first - 1 and not words.items[at].text.isupper():
            return ""
        if key in ID_CUES and key not in ("no", "plan", "group", "number", "card", "chart", "case"):
            return key
        if key == "number" and at == first - 1:
            return key
        if key == "number" and words.key(at + 1) in ("is", "its", "s"):
            return key
        word = words.items[at + 1]
        if "." in word.gap or "?" in word.gap or "\n" in word.gap:
            return ""
    return ""


def _address(words: Words, run: NumberRun) -> Iterator[Found]:
    """A number, one to four words that are no function words, and a kind of street."""
    at = run.last
    while at < run.last + 5 and (word := words.word(at)) and word.follows and "," not in word.gap:
        is_title = word.key == "dr" and not word.is_cased and words.key(at + 1).isalpha()
        is_end = word.key in STREETS and at > run.last and not is_title
        if is_end and not (word.key in ("way", "drive") and not word.is_capital and word.is_cased):
            yield _found(run.start, _unit_end(words, at), "ADDRESS")
            return
        if word.key in _NO_STREET or (
            word.is_cased and not word.is_capital and not is_number(word.key)
        ):
            return
        at += 1


def _unit_end(words: Words, at: int) -> int:
    """Where "…, unit six" ends if it follows word `at`; else the end of that word."""
    follower, number = words.word(at + 1), words.word(at + 2)
    if follower and number and follower.follows and follower.key in UNITS and number.follows:
        return number.end
    return words.items[at].end
