"""Misspells every name of a labelled text once, as hasty typing and speech recognition do."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

_WORD = re.compile(r"[^\W\d_]{4,}")
_SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("c", "k"), ("k", "c"), ("ee", "i"), ("ie", "y"),
    ("ei", "ie"), ("ou", "u"), ("z", "s"),
    ("w", "v"), ("y", "i"), ("i", "y"), ("e", "a"), ("a", "e"), ("o", "u"), ("u", "o"),
)  # fmt: skip


def misspelled(text: str, spans: Sequence[Mapping[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """The text with one change in one word of each name, the first letter kept; always the same change."""
    pieces: list[str] = []
    moved: list[dict[str, Any]] = []
    at = size = 0
    for span in sorted(spans, key=lambda span: int(span["start"])):
        before = text[at : span["start"]]
        at = span["end"]
        old = text[span["start"] : at]
        new = _misspell(old) if span["label"] in ("NAME", "PERSON") else old
        pieces += [before, new]
        size += len(before)
        moved.append({**span, "start": size, "end": size + len(new)})
        size += len(new)
    return "".join([*pieces, text[at:]]), moved


def _misspell(name: str) -> str:
    words = list(_WORD.finditer(name))
    if not words:
        return name
    chance = crc32(name.encode())
    word = words[chance % len(words)]
    return name[: word.start()] + _changed(word[0], chance // 7) + name[word.end() :]


def _changed(word: str, chance: int) -> str:
    at = 1 + chance // 4 % (len(word) - 2)
    ways = (
        lambda: word[:at] + word[at + 1 :],
        lambda: word[:at] + word[at] + word[at:],
        lambda: word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        lambda: _by_sound(word, chance),
    )
    changed = ways[chance % 4]()
    return changed if changed != word else word + "e"


def _by_sound(word: str, chance: int) -> str:
    fits = [pair for pair in _SOUNDS if pair[0] in word[1:].lower()]
    if not fits:
        return word
    heard, spelled = fits[chance // 11 % len(fits)]
    at = word.lower().index(heard, 1)
    return word[:at] + spelled + word[at + len(heard) :]
