"""What the shipped name model sees of a word: its lists, letters, case and neighbours, as bucket numbers."""

from collections.abc import Iterator
from zlib import crc32

from appliance.domain.masking.context import is_medical
from appliance.domain.masking.finder import NameLists
from appliance.domain.masking.vocabulary import (
    CALENDAR,
    ENDINGS,
    FUNCTION_WORDS,
    HONORIFICS,
    PLACE_CUES,
    ROLE_OF_KIN,
    STREETS,
)
from appliance.domain.masking.vocabulary import UNITS as DOOR_WORDS
from appliance.domain.masking.words import Word, Words

BUCKETS = 1 << 18
_EDGE = "^"
_GAP_KINDS = {" ": "_", "-": "-", ", ": ",", ". ": "."}


def bucket(feature: str) -> int:
    """The row of the weights a feature stands for (CRC-32, so the same on every machine)."""
    return crc32(feature.encode()) % BUCKETS


class NameFeatures:
    """Turns words into rows of bucket numbers; what depends on one word alone is worked out once."""

    def __init__(self, lists: NameLists, hidden: frozenset[str] = frozenset()) -> None:
        self._lists = lists
        self._hidden = hidden
        self._kinds: dict[str, str] = {_EDGE: _EDGE}
        self._own: dict[str, tuple[int, ...]] = {}
        self._beside: dict[tuple[int, str], tuple[int, int]] = {}
        self._pairs: dict[str, int] = {}

    def rows(self, words: Words) -> Iterator[list[int]]:
        """For each word, the buckets of everything but the tag of the word before."""
        items = words.items
        keys = [_EDGE, _EDGE, *(word.key for word in items), _EDGE, _EDGE]
        kinds = [self.kind(key) for key in keys]
        cases = [_case(word) for word in items]
        gaps = [*(_gap(word) for word in items), _EDGE]
        for at in range(len(items)):
            yield self._row(keys[at : at + 5], kinds[at : at + 5], cases, gaps, at)

    def _row(
        self, keys: list[str], kinds: list[str], cases: list[str], gaps: list[str], at: int
    ) -> list[int]:
        two, one, here, after, later = keys
        kind_two, kind_one, kind, kind_after, kind_later = kinds
        case = cases[at]
        before = cases[at - 1] if at else _EDGE
        follows = cases[at + 1] if at + 1 < len(cases) else _EDGE
        pairs = (
            f"a|{kind_one}|{kind}",
            f"b|{kind}|{kind_after}",
            f"c|{kind_one}|{kind}|{kind_after}",
            f"d|{one}|{kind}",
            f"e|{after}|{kind}",
            f"f|{two}|{one}|{kind}",
            f"g|{after}|{later}|{kind}",
            f"h|{one}|{after}|{case}",
            f"i|{case}|{kind}",
            f"j|{before}|{case}|{follows}|{kind}",
            f"k|{gaps[at]}|{gaps[at + 1]}|{kind}",
            f"l|{kind_two}|{kind_one}|{kind}",
            f"m|{kind}|{kind_after}|{kind_later}",
        )
        return [
            *self._of(here),
            *self._near(-2, two, kind_two),
            *self._near(-1, one, kind_one),
            *self._near(1, after, kind_after),
            *self._near(2, later, kind_later),
            *map(self._pair, pairs),
        ]

    def kind(self, key: str) -> str:
        """What lists say of a word, one letter each; "?" for what none knows."""
        known = self._kinds.get(key)
        if known is None:
            known = self._kinds[key] = "".join(self._letters(key)) or "?"
        return known

    def _letters(self, key: str) -> Iterator[str]:
        lists = self._lists
        if key.isdecimal():
            yield f"#{min(len(key), 6)}"
            return
        if len(key) == 1:
            yield "1"
        for letter, closed in _CLOSED:
            if key in closed:
                yield letter
        if key in self._hidden:
            return
        if lists.is_everyday(key):
            yield "e"
        elif key in lists.rarer_words:
            yield "r"
        for letter, names in self._names():
            if key in names:
                yield letter
        if is_medical(key):
            yield "m"

    def _names(self) -> tuple[tuple[str, frozenset[str]], ...]:
        lists = self._lists
        return (
            ("f", lists.first_names),
            ("s", lists.surnames),
            ("c", lists.cities),
            ("p", lists.proper_words),
            ("P", lists.public),
            ("g", lists.regions),
            ("n", lists.mostly_names),
        )

    def _of(self, key: str) -> tuple[int, ...]:
        known = self._own.get(key)
        if known is None:
            kind = self.kind(key)
            texts = (
                f"0|{key}",
                f"1|{kind}",
                f"2|{key[-3:]}|{kind}",
                f"3|{key[-2:]}",
                f"4|{key[:3]}",
                f"5|{min(len(key), 9)}|{kind}",
                f"6|{key[-4:]}",
            )
            known = self._own[key] = tuple(map(bucket, texts))
        return known

    def _near(self, offset: int, key: str, kind: str) -> tuple[int, int]:
        known = self._beside.get((offset, key))
        if known is None:
            known = (bucket(f"7|{offset}|{key}"), bucket(f"8|{offset}|{kind}"))
            self._beside[offset, key] = known
        return known

    def _pair(self, text: str) -> int:
        known = self._pairs.get(text)
        if known is None:
            known = self._pairs[text] = bucket(text)
        return known

    def after_tag(self, tag: str, key: str) -> tuple[int, int, int]:
        """The buckets that depend on the tag of the word before."""
        kind = self.kind(key)
        return bucket(f"t|{tag}"), bucket(f"u|{tag}|{kind}"), bucket(f"v|{tag}|{key}")


_CLOSED = (
    ("F", FUNCTION_WORDS),
    ("k", frozenset(ROLE_OF_KIN)),
    ("h", HONORIFICS),
    ("d", CALENDAR),
    ("t", STREETS),
    ("u", DOOR_WORDS),
    ("i", frozenset(ENDINGS)),
    ("a", PLACE_CUES),
)


def _case(word: Word) -> str:
    if not word.is_cased:
        return "u"
    if len(word.text) > 1 and word.text.isupper():
        return "A"
    if word.is_capital:
        return "S" if word.starts_sentence else "C"
    return "l"


def _gap(word: Word) -> str:
    return _GAP_KINDS.get(word.gap, "*" if word.starts_sentence else "+")
