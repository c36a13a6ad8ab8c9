"""Words of a folded text, with what their surroundings say: case, sentence start, what stands between."""

import re
from dataclasses import dataclass
from functools import cached_property

from appliance.domain.masking.normalise import SEPARATOR, plain_key
from appliance.domain.masking.vocabulary import HONORIFICS

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CLITIC = re.compile(r"'(?:s|ll|d|ve|re|m)$", re.IGNORECASE)
_SENTENCE_END = frozenset('.!?:;\n\r…"([{•*|' + SEPARATOR)
CASED_SHARE = 1 / 40
LEAST_WORDS = 4


@dataclass(slots=True, kw_only=True)
class Word:
    """A word without clitic: `Dana's` ends before the apostrophe. `gap` is what stands before it."""

    start: int
    end: int
    text: str
    key: str
    gap: str
    clitic: str
    starts_sentence: bool
    is_capital: bool
    is_cased: bool = True

    @property
    def joins(self) -> bool:
        """True if nothing but a space or a hyphen stands between this word and the one before."""
        return self.gap in _JOINTS

    @property
    def follows(self) -> bool:
        """True if only spaces, a comma or a quote stand between this word and the one before."""
        return not _SENTENCE_END.intersection(self.gap) and len(self.gap) <= 3


_JOINTS = frozenset({" ", "-", "  ", " - "})
_BREAK = "  "
"""What is left of a line's end where a transcript has lost its punctuation."""


@dataclass(frozen=True)
class Words:
    """All words of a folded text in order."""

    text: str
    items: tuple[Word, ...]

    def key(self, at: int) -> str:
        return self.items[at].key if 0 <= at < len(self.items) else ""

    def word(self, at: int) -> Word | None:
        return self.items[at] if 0 <= at < len(self.items) else None

    @cached_property
    def by_key(self) -> dict[str, list[int]]:
        """Positions of each key."""
        positions: dict[str, list[int]] = {}
        for at, word in enumerate(self.items):
            positions.setdefault(word.key, []).append(at)
        return positions


def read_words(text: str) -> Words:
    """Split folded text into words and mark those of lines that are written without capitals."""
    items: list[Word] = []
    for match in _WORD.finditer(text):
        items.append(_word(match, text, items[-1] if items else None))
    _mark_case(items)
    return Words(text, tuple(items))


def _word(match: re.Match[str], text: str, before: Word | None) -> Word:
    raw = match[0]
    clitic = _CLITIC.search(raw)
    bare = raw[: clitic.start()] if clitic else raw
    gap = text[before.end + len(before.clitic) : match.start()] if before else SEPARATOR
    return Word(
        start=match.start(),
        end=match.start() + len(bare),
        text=bare,
        key=plain_key(bare).replace("'", ""),
        gap=gap,
        clitic=clitic[0] if clitic else "",
        starts_sentence=_starts_sentence(gap, before),
        is_capital=bare[0].isupper(),
    )


def _starts_sentence(gap: str, before: Word | None) -> bool:
    if before is None:
        return True
    if gap.startswith("."):
        is_short = before.key in HONORIFICS or (len(before.text) == 1 and before.is_capital)
        if is_short and gap.strip(" .") == "":
            return False
    return bool(_SENTENCE_END.intersection(gap))


def _mark_case(items: list[Word]) -> None:
    """A line of at least four words without capitals is uncased; short lines go with the encounter."""
    whole = _is_cased(items)
    line: list[Word] = []
    for word in items:
        if SEPARATOR in word.gap or "\n" in word.gap:
            _mark_line(line, whole)
            line = []
        line.append(word)
    _mark_line(line, whole)


def _mark_line(line: list[Word], whole: bool) -> None:
    cased = _is_cased(line) if len(line) >= LEAST_WORDS else whole
    for word in line:
        word.is_cased = cased
        if not cased and word.gap == _BREAK:
            word.starts_sentence = True


def _is_cased(words: list[Word]) -> bool:
    capitals = sum(1 for word in words if word.is_capital and word.key != "i")
    return bool(words) and capitals >= len(words) * CASED_SHARE
