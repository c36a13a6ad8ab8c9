"""The gate's look for misspelled names of the record: by the letters two words have left when one is dropped.

Written apart from the masker's, which compares spellings and sounds (Garbe's symmetric deletion, 2012).
"""

import re
from collections.abc import Iterable, Iterator

LEAST_LETTERS = 5
MOST_LETTERS = 40
LEAST_START, LEAST_END = 3, 4
"""Letters of a name that people shorten it to: "Guri" for Gurinder, "Beth" for Elizabeth."""
_RUN = re.compile(r"[^\W\d_]+")


class NearNames:
    """Finds words one letter away from a name: dropped, added, changed, or two swapped."""

    def __init__(
        self, names: Iterable[str], everyday: frozenset[str], *, with_short: bool = True
    ) -> None:
        self._everyday = everyday
        self._judged: dict[str, bool] = {}
        self._names = frozenset(name for name in names if len(name) >= LEAST_LETTERS)
        short = (part for name in self._names for part in _shortened(name))
        self._short = frozenset(short) if with_short else frozenset()
        self._shapes = frozenset(shape for name in self._names for shape in _shapes(name))

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Stretches of `text` (plain) that are no everyday words and near to a name."""
        if not self._names:
            return
        for match in _RUN.finditer(text):
            if LEAST_START <= match.end() - match.start() <= MOST_LETTERS:
                word = match[0]
                if word not in self._judged:
                    self._judged[word] = self._is_near(word)
                if self._judged[word]:
                    yield match.span()

    def _is_near(self, word: str) -> bool:
        if word in self._everyday or word in self._names:
            return False
        singular = word.removesuffix("s")
        if singular in self._everyday or singular in self._names:
            return False
        if word in self._short or singular in self._short:
            return True
        if len(word) + 1 < LEAST_LETTERS:
            return False
        return any(shape in self._shapes and shape[:1] == word[:1] for shape in _shapes(word))


def _shapes(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters but the first."""
    yield word
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]


def _shortened(name: str) -> Iterator[str]:
    """What is left of a name without two or more letters of its end or start, and forms in "-ie" and "-y"."""
    for size in range(LEAST_START, len(name) - 1):
        yield name[:size]
        yield name[:size] + "ie"
        yield name[:size] + "y"
    for size in range(LEAST_END, len(name) - 1):
        yield name[-size:]
