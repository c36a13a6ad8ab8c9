"""Text folded for finding: no invisible characters, no look-alikes, plain quotes; offsets lead back."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from appliance.domain.masking.masked import MaskedLine

SEPARATOR: Final = "\ue000"
"""Stands between two lines of an encounter: no letter, no space, and never in folded text itself."""

_PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "«": '"', "»": '"'}
    | {"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", SEPARATOR: "\ufffd"}
)
_LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТУХаеорсухіјѕԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTYXaeopcyxijsdqwABEZHIKMNOPTYXo"
)
_FOREIGN_WORD = re.compile(r"\w*[Ͱ-ӿԀ-ԯ]\w*")
_ASCII_LETTER = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A stretch of one original line."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Folded:
    """All lines of an encounter as one text for finding; `starts` are the lines' offsets in it."""

    text: str
    starts: tuple[int, ...]
    offsets: tuple[tuple[int, ...] | None, ...]

    def original(self, start: int, end: int) -> Place:
        """The line and offsets that [start, end) of the folded text came from."""
        line = bisect_right(self.starts, start) - 1
        first, last = start - self.starts[line], end - self.starts[line]
        offsets = self.offsets[line]
        if offsets is None:
            return Place(line=line, start=first, end=last)
        while last < len(offsets) - 1 and offsets[last] == offsets[last - 1]:
            last += 1
        return Place(line=line, start=offsets[first], end=offsets[last])

    def folded(self, line: int, start: int, end: int) -> tuple[int, int]:
        """Where [start, end) of an original line stands in the folded text; the way back."""
        base, offsets = self.starts[line], self.offsets[line]
        if offsets is None:
            return base + start, base + end
        first = max(bisect_right(offsets, start) - 1, 0)
        last = next((i for i, at in enumerate(offsets) if at >= end), len(offsets) - 1)
        return base + first, base + last


def fold(lines: Iterable[MaskedLine]) -> Folded:
    """Fold all lines into one text, a separator between each two."""
    pieces: list[str] = []
    starts: list[int] = []
    offsets: list[tuple[int, ...] | None] = []
    at = 0
    for line in lines:
        text, back = fold_text(line.text)
        pieces.append(text)
        starts.append(at)
        offsets.append(back)
        at += len(text) + 1
    return Folded(text=SEPARATOR.join(pieces), starts=tuple(starts), offsets=tuple(offsets))


def fold_text(text: str) -> tuple[str, tuple[int, ...] | None]:
    """Folded text, and for each of its characters (and its end) the original offset; None if equal."""
    if text.isascii():
        return text.replace("`", "'"), None
    folded: list[str] = []
    back: list[int] = []
    for at, character in enumerate(text):
        _fold_character(character, at, folded, back)
    plain = "".join(folded).translate(_PLAIN)
    return _FOREIGN_WORD.sub(_without_look_alikes, plain), (*back, len(text))


def _fold_character(character: str, at: int, folded: list[str], back: list[int]) -> None:
    category = unicodedata.category(character)
    if category == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return
    if category == "Mn" and folded:
        joined = unicodedata.normalize("NFC", folded[-1] + character)
        if len(joined) == 1:
            folded[-1] = joined
        return
    if character < "\u2000":
        pieces = character
    else:
        pieces = unicodedata.normalize("NFKC", character)
        pieces = pieces if len(pieces) <= 4 else character
    folded.extend(pieces)
    back.extend([at] * len(pieces))


def _without_look_alikes(match: re.Match[str]) -> str:
    word = match[0]
    return word.translate(_LOOK_ALIKES) if _ASCII_LETTER.search(word) else word


def plain_key(word: str) -> str:
    """Lower case without accents: what lists and comparisons use."""
    if word.isascii():
        return word.lower()
    bare = unicodedata.normalize("NFKD", word.casefold().translate(_SPECIAL))
    return "".join(c for c in bare if not unicodedata.combining(c))


_SPECIAL = str.maketrans({"ð": "d", "þ": "th", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae"})
