"""What the gate found in each line, while one encounter is masked again and again."""

import re
from collections.abc import Iterable, Iterator

from appliance.domain.masking.detectors import PlainLine, Suspects, make_plain

Hits = tuple[tuple[int, int, str], ...]


class Seen:
    """What was found in each line of one encounter, while it is masked again and again.

    A line is searched anew when a word in it has become a name since; nothing outlives the masking
    of the one text.
    """

    def __init__(self) -> None:
        self._names: frozenset[str] = frozenset()
        self._words: frozenset[str] = frozenset()
        self._suspects: Suspects | None = None
        self._by_text: dict[str, tuple[PlainLine, Hits]] = {}

    def names(self, more: Iterable[str]) -> tuple[str, ...]:
        """What the masker has found of names, in this masking or in one before of the same text."""
        self._names |= frozenset(more)
        return tuple(sorted(self._names))

    def of(self, suspects: Suspects) -> dict[str, tuple[PlainLine, Hits]]:
        """The lines seen with these suspects: plain, and start, end and kind of what was found."""
        words = frozenset(word for name in suspects.seen for word in _words(make_plain(name).text))
        if self._suspects is None or self._suspects.known != suspects.known:
            self._by_text = {}
        fresh = words - self._words
        self._suspects, self._words = suspects, words
        if fresh:
            self._by_text = {
                text: looked_at
                for text, looked_at in self._by_text.items()
                if not _may_hold(looked_at[0].text, fresh)
            }
        return self._by_text


def _words(plain: str) -> Iterator[str]:
    for match in _LETTERS.finditer(plain):
        yield match[0]
        yield match[0].removesuffix("s")


def _may_hold(plain: str, words: frozenset[str]) -> bool:
    """True if one of the words stands in the line, whole, or perhaps spelled out."""
    return not words.isdisjoint(_words(plain)) or bool(_SPELLED.search(plain))


_LETTERS = re.compile(r"[^\W\d_]+")
_SPELLED = re.compile(r"(?<!\w)\w[\s.,\-_/·*]{1,3}\w(?!\w)")
