"""What the masker is given from outside (lists, similarity, further patterns), and what finders return."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from appliance.domain.masking.words import Words

LEAST_BRITISH_LETTERS = 5


class Rank(IntEnum):
    """Who wins where two findings overlap; the lower number does."""

    ASKED = 0
    """The gate, or a clinician, said that this must go."""
    LITERAL = 1
    """The text itself looks like a placeholder."""
    CHECKED = 2
    """A pattern with a check digit or an unmistakable form."""
    RECORD = 3
    """Named in the client's record."""
    PATTERN = 4
    """A pattern in its context."""
    LISTED = 5
    """On a list of names or places, in a context that fits."""
    GUESSED = 6
    """No everyday word, and nothing better is known."""
    LEARNED = 7
    """The name model takes it for a name."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """One identifier, at [start, end) of the folded text; `stem` becomes its placeholder's role.

    `who` names a person or place of the record (an index into it) where one is meant.
    """

    start: int
    end: int
    stem: str
    rank: Rank
    who: int | None = None


@dataclass(frozen=True, kw_only=True)
class NameLists:
    """Words by what they usually are: all lower case, without accents; phrases joined by one space.

    `words` are everyday dictionary words, `rarer_words` less common ones, `proper_words` those that
    dictionaries write with a capital, `mostly_names` the everyday words that in talk are names.
    `public` are drugs, methods, brands, peoples, regions and famous people: no identifiers;
    `institutions` are hospitals and universities that everybody knows by name.
    `regions` among them are those that narrow a town or an address down.
    """

    first_names: frozenset[str]
    surnames: frozenset[str]
    words: frozenset[str]
    rarer_words: frozenset[str]
    proper_words: frozenset[str]
    mostly_names: frozenset[str]
    cities: frozenset[str]
    institutions: frozenset[str]
    public: frozenset[str]
    regions: frozenset[str]
    nicknames: Mapping[str, frozenset[str]]

    def is_everyday(self, key: str) -> bool:
        """True for a word of ordinary talk, even if somebody may be called so."""
        if key in self.mostly_names or _singular(key) in self.mostly_names:
            return False
        if key in self.words or _singular(key) in self.words:
            return True
        if key.endswith("in") and key + "g" in self.words and key not in self.first_names:
            return True
        return any(spelling in self.words for spelling in _american(key))

    def is_known_word(self, key: str) -> bool:
        """True for any dictionary word, common or rare, that is nobody's usual first name."""
        if self.is_everyday(key):
            return True
        return key in self.rarer_words and key not in self.first_names

    def is_name(self, key: str) -> bool:
        return key in self.first_names or key in self.surnames


def _singular(key: str) -> str:
    return key[:-1] if key.endswith("s") and len(key) > 4 else key


_BRITISH = (
    ("is", "iz"),
    ("ys", "yz"),
    ("our", "or"),
    ("ll", "l"),
    ("tre", "ter"),
    ("oe", "e"),
    ("ae", "e"),
)


def _american(key: str) -> Iterator[str]:
    """Spellings of the dictionary's country for a word spelled as in Britain."""
    if len(key) > LEAST_BRITISH_LETTERS:
        yield from (key.replace(there, here) for there, here in _BRITISH if there in key)


class Similarity(Protocol):
    """Tells a misspelling or mishearing from another name."""

    def is_close(self, heard: str, known: str) -> bool:
        """True if `heard` is probably `known`, by spelling and by sound; both lower case."""

    def is_homophone(self, heard: str, known: str) -> bool:
        """True if both sound the same, so that even a usual name may be the known one."""


class PatternFinder(Protocol):
    """Finds identifiers that a pattern describes."""

    def find(self, text: str) -> Iterable[Found]:
        """Findings in `text`, in any order; they may overlap."""


class NameFinder(Protocol):
    """Finds names by what it has learned, where no record and no list can tell."""

    def find(self, words: Words, known: frozenset[str]) -> Iterable[Found]:
        """Findings in the words of a whole encounter; `known` are words of names in the record."""
