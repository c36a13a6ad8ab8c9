"""Every name that was found anywhere is masked everywhere in the encounter."""

from collections.abc import Iterable, Iterator

from appliance.domain.masking.context import has_name_context
from appliance.domain.masking.finder import Found, NameLists, Rank
from appliance.domain.masking.vocabulary import (
    CALENDAR,
    FUNCTION_WORDS,
    GENERIC_ENDINGS,
    HONORIFICS,
    ROLE_OF_KIN,
    listed,
)
from appliance.domain.masking.words import Words

SPREADING = listed(
    "PERSON PARTNER CHILD PARENT SIBLING RELATIVE FRIEND COLLEAGUE PET GUARDIAN "
    "INTERPRETER CITY PLACE SCHOOL HOSPITAL CHURCH ORGANIZATION"
)
LEAST_LETTERS = 3


def spread(words: Words, found: Iterable[Found], lists: NameLists) -> Iterator[Found]:
    """Further mentions of the words of found names; everyday words only where they are used as a name."""
    by_start = {word.start: at for at, word in enumerate(words.items)}
    stems: dict[str, str] = {}
    for item in found:
        if item.stem in SPREADING and item.rank != Rank.RECORD:
            for key in _keys(words, item, by_start):
                if _is_telling(key, lists):
                    stems.setdefault(key, item.stem)
    for key, stem in stems.items():
        for at in (*words.by_key.get(key, ()), *words.by_key.get(key + "s", ())):
            if not lists.is_everyday(words.key(at)) or has_name_context(words, at):
                word = words.items[at]
                yield Found(start=word.start, end=word.end, stem=stem, rank=Rank.GUESSED)


def _keys(words: Words, item: Found, by_start: dict[int, int]) -> Iterator[str]:
    at = by_start.get(item.start)
    while at is not None and at < len(words.items) and words.items[at].end <= item.end:
        yield words.key(at)
        at += 1


def _is_telling(key: str, lists: NameLists) -> bool:
    if len(key) < LEAST_LETTERS or not key.isalpha() or key in lists.public:
        return False
    closed = key in FUNCTION_WORDS or key in GENERIC_ENDINGS or key in CALENDAR
    if closed or key in HONORIFICS or key in ROLE_OF_KIN:
        return False
    return not lists.is_everyday(key) or key in lists.first_names
