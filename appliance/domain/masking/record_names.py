"""Finds everybody and everything that the client's record names, however it is said or spelled."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from appliance.domain.masking.context import (
    has_name_context,
    is_addressed,
    is_said_of,
    is_speaker_letter,
    is_unknown,
    opens_as_name,
    says_who,
    stands_alone,
)
from appliance.domain.masking.finder import Found, NameLists, Rank, Similarity
from appliance.domain.masking.known import SINGLE_STEMS, KnownName, KnownRecord, Sort
from appliance.domain.masking.normalise import plain_key
from appliance.domain.masking.record_handles import find_handles, handles_of
from appliance.domain.masking.record_places import find_places, phrases_of
from appliance.domain.masking.spoken import is_number, number_runs
from appliance.domain.masking.vocabulary import (
    FUNCTION_WORDS,
    HONORIFICS,
    MONTH_WORDS,
    ROLE_OF_KIN,
    listed,
)
from appliance.domain.masking.words import Word, Words

_PIECE = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[a-z]+")
_SUFFIXES = listed("jr ii iii iv esq phd md lcsw lmft lpc psyd np rn")
_KIN = frozenset(ROLE_OF_KIN) | listed("aunty mom mum mama dad papa teta sitti jiddo")
"""What somebody is to the client, before a name in the record; it identifies nobody."""
_PLAIN_KIN = listed(
    "aunt auntie aunty uncle cousin grandma grandpa grandmother grandfather mom mum mama dad papa "
    "abuela abuelo brother sister mother father"
)
"""Those of them that are not masked right before the name either."""
LEAST_DIGITS = 4
LEAST_FUZZY_LETTERS = 4
MOST_CODE_LETTERS = 3


@dataclass(frozen=True, kw_only=True)
class RecordIndex:
    """The record, ready to be looked up by word; entities are indices into `names`."""

    names: tuple[KnownName, ...]
    parts: Mapping[str, frozenset[int]]
    nicknames: Mapping[str, frozenset[int]]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], int], ...]]
    digits: tuple[tuple[str, int], ...]
    initials: Mapping[str, int]
    letters: Mapping[str, int]
    """Whoever goes by a letter alone, or by two: "J", "TJ"."""
    handles: tuple[tuple[str, int], ...]
    kin: Mapping[str, frozenset[str]]
    """By a name, what the record calls its owner before it: "Sitti", "Granny"."""
    called: frozenset[str]
    """What people are called to their face: given names and nicknames, no family names."""


def index_record(known: KnownRecord, lists: NameLists) -> RecordIndex:
    """Everything each entity of the record may be called."""
    parts: dict[str, set[int]] = {}
    nicknames: dict[str, set[int]] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    digits: list[tuple[str, int]] = []
    kin: dict[str, set[str]] = {}
    initials: dict[str, int] = {}
    letters: dict[str, int] = {}
    called: set[str] = set()
    entities = _entities(known.names)
    for at, name in enumerate(known.names):
        keys = [
            plain_key(piece)
            for piece in _PIECE.findall(name.text.replace("'", "").replace("’", ""))
        ]
        if name.sort is Sort.PERSON:
            _add_person(keys, entities[at], lists, parts, nicknames, initials)
            if len(keys) > 1 and keys[0] in _KIN - _PLAIN_KIN:
                kin.setdefault(keys[1], set()).add(keys[0])
            called.update(key for key in keys[:1] if key not in HONORIFICS | _KIN)
            if all(len(key) == 1 and key.isalpha() for key in keys) and 0 < len(keys) < 4:
                letters.setdefault("".join(keys), entities[at])
        elif name.sort is Sort.PLACE:
            for phrase in phrases_of(name.text, lists):
                phrases.setdefault(phrase[0], []).append((phrase, at))
        figures = "".join(c for c in name.text if c.isdecimal())
        if len(figures) >= LEAST_DIGITS and name.sort is not Sort.PERSON:
            digits.append((figures, at))
            pieces = re.split(r"[A-Za-z]", name.text)
            longest = max(("".join(filter(str.isdecimal, piece)) for piece in pieces), key=len)
            if LEAST_DIGITS <= len(longest) < len(figures):
                digits.append((longest, at))
    return RecordIndex(
        names=known.names,
        parts={key: frozenset(who) for key, who in parts.items()},
        nicknames={key: frozenset(who) for key, who in nicknames.items() if key not in parts},
        phrases={key: tuple(found) for key, found in phrases.items()},
        digits=tuple(digits),
        initials=initials,
        letters=letters,
        handles=handles_of(known.names),
        kin={key: frozenset(words) for key, words in kin.items()},
        called=frozenset(called),
    )


def _entities(names: tuple[KnownName, ...]) -> list[int]:
    """Which earlier name each one belongs to: a client's names are one entity, and so is a repeated name."""
    first: dict[tuple[str, str], int] = {}
    entities = []
    for at, name in enumerate(names):
        same = "" if name.stem in SINGLE_STEMS else plain_key(name.text)
        entities.append(first.setdefault((name.stem, same), at))
    return entities


def _add_person(
    keys: list[str],
    who: int,
    lists: NameLists,
    parts: dict[str, set[int]],
    nicknames: dict[str, set[int]],
    initials: dict[str, int],
) -> None:
    if len(keys) > 1 and keys[0] in _KIN:
        keys = keys[1:]
    named = [key for key in keys if key not in HONORIFICS | _SUFFIXES and not key.isdecimal()]
    for key in named:
        if len(key) > 1:
            parts.setdefault(key, set()).add(who)
    for left, right in {*pairwise(named), (named[0], named[-1])} if len(named) > 1 else ():
        parts.setdefault(left + right, set()).add(who)
    for key in named[:1]:
        for nickname in lists.nicknames.get(key, ()):
            nicknames.setdefault(nickname, set()).add(who)
    if len(named) > 1:
        initials.setdefault("".join(key[0] for key in named), who)
        initials.setdefault(named[0][0] + named[-1][0], who)


def find_recorded(
    words: Words, index: RecordIndex, lists: NameLists, similarity: Similarity
) -> Iterator[Found]:
    """Every mention of the record's people, places and numbers in the encounter."""
    yield from _people(words, index, lists, similarity)
    yield from find_places(words, index.names, index.phrases, lists)
    yield from find_handles(words, index.names, index.handles)
    yield from _numbers(words, index)
    yield from _initials(words, index)
    yield from _letters(words, index)


def _people(
    words: Words, index: RecordIndex, lists: NameLists, similarity: Similarity
) -> Iterator[Found]:
    misheard: dict[str, frozenset[int]] = {}
    owners = [
        _owners(words, at, index, lists, similarity, misheard) for at in range(len(words.items))
    ]
    _admit_neighbours(words, index, owners)
    at = 0
    while at < len(owners):
        if not owners[at]:
            at += 1
            continue
        last = at + 1
        while (
            last < len(owners)
            and (owners[last] or _is_middle(words, owners, last))
            and words.items[last].gap in _INNER
        ):
            last += 1
        title = index.kin.get(words.key(at), ())
        first = at - (words.items[at].joins and words.key(at - 1) in title)
        yield _person(words, first, last, owners[at:last])
        at = last


_INNER = frozenset({" ", "-", ". "})


def _is_middle(words: Words, owners: list[frozenset[int]], at: int) -> bool:
    word = words.items[at]
    is_initial = len(word.text) == 1 and (word.is_capital or not word.is_cased)
    is_initial = is_initial and not is_speaker_letter(words, at)
    return is_initial and at + 1 < len(owners) and bool(owners[at + 1])


def _person(words: Words, first: int, last: int, owners: list[frozenset[int]]) -> Found:
    sets = [who for who in owners if who]
    shared = frozenset.intersection(*sets) or sets[0]
    who = next(iter(shared)) if len(shared) == 1 else None
    end = words.items[last - 1].end
    return Found(start=words.items[first].start, end=end, stem="PERSON", rank=Rank.RECORD, who=who)


def _owners(
    words: Words,
    at: int,
    index: RecordIndex,
    lists: NameLists,
    similarity: Similarity,
    misheard: dict[str, frozenset[int]],
) -> frozenset[int]:
    """Whose name the word is; empty if it is nobody's, or an everyday word used as one."""
    word = words.items[at]
    key = word.key
    who = index.parts.get(key) or index.nicknames.get(key)
    if not who and key.endswith("s") and len(key) > 3:
        key = key[:-1]
        who = index.parts.get(key)
    if who:
        is_sure = not (lists.is_everyday(word.key) or key in FUNCTION_WORDS | MONTH_WORDS)
        is_meant = (is_sure and _fits_case(word)) or has_name_context(words, at)
        is_meant = is_meant or says_who(words, at) or stands_alone(words, at)
        is_meant = is_meant or (key in index.called and is_said_of(words, at))
        is_meant = is_meant or (index.parts.get(word.key) == who and opens_as_name(words, at))
        return who if is_meant or is_addressed(words, at) else frozenset()
    return _misheard(word, index, lists, similarity, misheard)


def _fits_case(word: Word) -> bool:
    return len(word.key) > 2 or word.is_capital or not word.is_cased


def _misheard(
    word: Word,
    index: RecordIndex,
    lists: NameLists,
    similarity: Similarity,
    known: dict[str, frozenset[int]],
) -> frozenset[int]:
    key = word.key
    if key not in known:
        may_be = len(key) >= LEAST_FUZZY_LETTERS and key.isalpha() and is_unknown(lists, key)
        alike = similarity.is_homophone if key in lists.first_names else similarity.is_close
        parts = [part for part in index.parts if may_be and len(part) >= LEAST_FUZZY_LETTERS]
        close = [part for part in parts if alike(key, part)]
        known[key] = frozenset().union(*(index.parts[part] for part in close[:1]))
    return known[key]


def _admit_neighbours(words: Words, index: RecordIndex, owners: list[frozenset[int]]) -> None:
    """An everyday word of a known name counts right beside another part of the same name."""
    for at, word in enumerate(words.items):
        who = index.parts.get(word.key)
        if not who or owners[at]:
            continue
        before = owners[at - 1] if at and word.joins else frozenset()
        after = (
            owners[at + 1] if at + 1 < len(owners) and words.items[at + 1].joins else frozenset()
        )
        follower = (
            index.parts.get(words.key(at + 1))
            if at + 1 < len(owners) and words.items[at + 1].joins
            else None
        )
        whole = (
            follower
            and who & follower
            and word.key != words.key(at + 1)
            and word.is_capital >= word.is_cased
        )
        if who & (before | after) or whole:
            owners[at] = who


def _numbers(words: Words, index: RecordIndex) -> Iterator[Found]:
    if not index.digits:
        return
    for run in number_runs(words):
        for digits, who in index.digits:
            if digits in run.digits or (len(run.digits) >= 7 and run.digits in digits):
                own = _letters_of(index.names[who].text)
                start = words.items[_code_start(words, run.first, own)].start
                end = max(run.end, words.items[_code_end(words, run.last, own) - 1].end)
                start -= words.text[start - 1 : start] == "(" and ")" in words.text[start:end]
                yield Found(
                    start=start, end=end, stem=index.names[who].stem, rank=Rank.RECORD, who=who
                )


def _letters_of(text: str) -> frozenset[str]:
    """The letters of a number's code: "A 209-555-871", "case 22-J-0418"; words beside it do not count."""
    pieces = [piece for piece in _LETTERS.findall(text.lower()) if len(piece) <= MOST_CODE_LETTERS]
    return frozenset("".join(pieces))


def _code_start(words: Words, at: int, own: frozenset[str]) -> int:
    """Where a code begins whose figures begin at `at`: with its letters, and figures before those."""
    while at and words.items[at].follows and _is_of_code(words.items[at - 1], own):
        at -= 1
    return at


def _code_end(words: Words, at: int, own: frozenset[str]) -> int:
    own = own - {"a", "i"}
    while at < len(words.items) and words.items[at].follows and words.key(at) in own:
        at += 1
    return at


def _is_of_code(word: Word, own: frozenset[str]) -> bool:
    is_own = word.key in own and not word.clitic
    return is_own or _is_code_letter(word) or (bool(own) and is_number(word.key))


def _is_code_letter(word: Word) -> bool:
    if len(word.text) == 1:
        is_speaker = word.starts_sentence and not word.is_cased
        return word.key.isalpha() and word.key not in "ai" and not (word.clitic or is_speaker)
    return len(word.text) == 2 and word.text.isupper()


def _initials(words: Words, index: RecordIndex) -> Iterator[Found]:
    """ "D.K." and "D. K.": initials with full stops, of somebody in the record."""
    for letters, who in index.initials.items():
        pattern = r"(?<![\w.])" + r"\.\s?".join(letters.upper()) + r"\.?(?!\w)"
        for match in re.finditer(pattern, words.text):
            yield Found(
                start=match.start(), end=match.end(), stem="PERSON", rank=Rank.RECORD, who=who
            )


def _letters(words: Words, index: RecordIndex) -> Iterator[Found]:
    """ "J said so", "t j drove": a person whom everybody calls by one letter or a few."""
    for letters, who in index.letters.items():
        first, size = letters[0], len(letters)
        for at in (*words.by_key.get(first, ()), *words.by_key.get(first + "s", ())):
            said = [words.key(i) for i in range(at, at + size)]
            if said[:-1] != [*letters[:-1]] or said[-1] not in (letters[-1], letters[-1] + "s"):
                continue
            last = words.items[at + size - 1]
            if all(_is_letter_name(words, i) for i in range(at, at + size)):
                start = words.items[at].start
                yield Found(start=start, end=last.end, stem="PERSON", rank=Rank.RECORD, who=who)


def _is_letter_name(words: Words, at: int) -> bool:
    """False for who speaks ("T:"), for "I" and "a" as words, and for a letter of something longer."""
    word, after = words.items[at], words.word(at + 1)
    ends = after is None or after.gap[:1] in '.,;!?"' or bool(word.clitic)
    if after is not None and after.gap.startswith(":"):
        return False
    if word.key in ("a", "i", "as", "is"):
        return word.is_cased and word.is_capital and ends and word.clitic not in ("'m", "'ve")
    if word.is_cased:
        return word.is_capital
    return not is_speaker_letter(words, at)
