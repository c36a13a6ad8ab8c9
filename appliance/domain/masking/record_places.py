"""Finds the places and institutions of the client's record, by as much of their name as is said."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from appliance.domain.masking.context import WORDS_BEFORE_NAMES
from appliance.domain.masking.finder import Found, NameLists, Rank
from appliance.domain.masking.known import KnownName
from appliance.domain.masking.normalise import plain_key
from appliance.domain.masking.spoken import TEENS, TENS, UNITS
from appliance.domain.masking.vocabulary import (
    CALENDAR,
    FUNCTION_WORDS,
    GENERIC_ENDINGS,
    ID_CUES,
    STREETS,
    listed,
)
from appliance.domain.masking.words import Word, Words

Phrase = tuple[str, ...]
Phrases = Mapping[str, tuple[tuple[Phrase, int], ...]]
LEAST_TELLING_LETTERS = 4
_PIECE = re.compile(r"[^\W_]+")
_ALOUD = listed("underscore dot dash hyphen slash at")
_SAINTS = {"st": "saint", "mt": "mount", "ft": "fort"}
_AT = listed("at in from near outside around leaving visiting saw seen miss hate")
_OF = listed(
    "all whole half most rest out outside middle north south east west side town edge back"
)
_TO = listed(
    "went going go goes gone back moved moving drove drive driving came come got get return"
)
_NOBODYS = FUNCTION_WORDS | GENERIC_ENDINGS | STREETS | CALENDAR | {"retired", "sons", "son"}
_FIRST_OF_MANY = listed(
    "north south east west northern southern eastern western little grand great first second third "
    "saint santa mount point white black green upper lower central national american united royal "
    "university college church hospital school uncle sweet young family mount royal harbor river lakes"
)
_SAID: Final = {str(value): word for word, value in {**UNITS, **TEENS, **TENS}.items()}


def phrases_of(text: str, lists: NameLists) -> Iterator[Phrase]:
    """The words of a place or institution: whole, without its generic ending, its parts by comma, and
    as much of its beginning as still tells it apart."""
    for piece in {text, *text.split(",")}:
        keys = tuple(
            plain_key(k)
            for k in _PIECE.findall(piece.replace("'", "").replace("’", "").replace("_", " "))
        )
        while len(keys) > 1 and keys[0] in ID_CUES and any(map(str.isdecimal, keys[1:])):
            keys = keys[1:]
        if not keys or all(
            key in FUNCTION_WORDS or key in GENERIC_ENDINGS or key == "retired" for key in keys
        ):
            continue
        yield from _variants(keys)
        yield from _shorter(keys, lists)
        if keys[0] in _SAINTS:
            yield from _variants((_SAINTS[keys[0]], *keys[1:]))


def _variants(keys: Phrase) -> Iterator[Phrase]:
    yield keys
    short = keys
    while len(short) > 1 and short[-1] in GENERIC_ENDINGS:
        short = short[:-1]
    if short != keys and not short[0].isdecimal():
        yield short


def _shorter(keys: Phrase, lists: NameLists) -> Iterator[Phrase]:
    """ "Rafter 9" for "Rafter 9 Ranch", "Mill Race Road" for a house there, and a word only a name has."""
    if keys[0].isdecimal() and len(keys) > 2:
        yield keys[1:]
    for size in range(2, len(keys)):
        start = keys[:size]
        if start[-1] not in FUNCTION_WORDS and not keys[0].isdecimal() and _tells(start):
            yield start
    is_long = len(keys) > 1 and keys[0].isalpha() and len(keys[0]) > LEAST_TELLING_LETTERS
    if is_long and keys[0] not in _NOBODYS | _FIRST_OF_MANY:
        yield keys[:1]
    for key in keys if len(keys) > 1 else ():
        is_word = lists.is_everyday(key) or key in lists.rarer_words or key in lists.public
        if key.isalpha() and len(key) >= LEAST_TELLING_LETTERS and not is_word:
            yield (key,)


def _tells(keys: Phrase) -> bool:
    return sum(key not in _NOBODYS for key in keys) > 0 and keys[0] not in FUNCTION_WORDS


def find_places(
    words: Words, names: tuple[KnownName, ...], phrases: Phrases, lists: NameLists
) -> Iterator[Found]:
    """Each mention of a place of the record; `phrases` by their first word, with indices into `names`."""
    for first, those in phrases.items():
        for at in (i for key in _alike(first) for i in words.by_key.get(key, ())):
            for keys, who in those:
                last = _phrase_end(words, at, keys)
                if last is not None and _is_meant(words, at, keys, lists):
                    yield Found(
                        start=words.items[at].start,
                        end=_with_clitic(words.items[last], keys[-1]),
                        stem=names[who].stem,
                        rank=Rank.RECORD,
                        who=who,
                    )


def _alike(key: str) -> Iterator[str]:
    yield key
    yield key + "s"
    if key.endswith("s") and len(key) > LEAST_TELLING_LETTERS:
        yield key[:-1]


def _phrase_end(words: Words, at: int, keys: Phrase) -> int | None:
    """The last word of the phrase that begins at `at`; "underscore" and "dot" may stand between."""
    for key in keys[1:]:
        at += 1
        if words.key(at) in _ALOUD and words.key(at) != key:
            at += 1
        word = words.word(at)
        if (
            word is None
            or (not word.follows and word.gap not in (". ", ".", "_", "@"))
            or not _same(word.key, key)
        ):
            return None
    return at


def _with_clitic(word: Word, key: str) -> int:
    """The end of a word; with its 's where that belongs to the known name ("St. Anne's")."""
    return word.end + (len(word.clitic) if key == word.key + "s" else 0)


def _same(heard: str, key: str) -> bool:
    return heard == key or heard == key + "s" or heard + "s" == key or _SAID.get(key) == heard


def _is_meant(words: Words, at: int, keys: Phrase, lists: NameLists) -> bool:
    if len(keys) > 1 or not lists.is_everyday(keys[0]):
        return True
    word = words.items[at]
    if word.is_cased:
        return word.is_capital and not word.starts_sentence
    return _is_where(words, at) and keys[0] not in WORDS_BEFORE_NAMES | _NOBODYS


def _is_where(words: Words, at: int) -> bool:
    """True in "in boulder", "at sunrise", "back to paradise": an everyday word where a place is due."""
    before = words.key(at - 1) if words.items[at].follows else ""
    earlier = words.key(at - 2)
    return (
        before in _AT or (before == "to" and earlier in _TO) or (before == "of" and earlier in _OF)
    )
