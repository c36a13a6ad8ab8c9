"""The gate's look for institutions, towns and addresses of the record: whole, in part, and misspelled."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from appliance.domain.masking.detectors import (
    BLANKS,
    PlainLine,
    Suspects,
    is_used_as_name,
    make_plain,
    whole_words,
)
from appliance.domain.masking.known import Sort
from appliance.domain.masking.near_names import NearNames


@dataclass(frozen=True, kw_only=True)
class PlaceDetector:
    """Known institutions, towns, addresses, e-mail and user names: their words in order."""

    kind: str = "place"

    def find(
        self, lines: Iterable[PlainLine], suspects: Suspects
    ) -> Iterator[tuple[int, int, int]]:
        places = [name.text for name in suspects.known if name.sort is Sort.PLACE]
        keys = {
            tuple(re.findall(r"[^\W_]+", make_plain(text).text.replace("'", ""))) for text in places
        }
        keys.discard(())
        if not keys:
            return
        whole = re.compile("|".join(_words_in_order(words) for words in sorted(keys)))
        parts = re.compile("|".join(sorted(_parts(keys))) or r"(?!)")
        telling = _telling(keys, suspects.everyday)
        near = NearNames(telling, suspects.everyday, with_short=False)
        for number, line in enumerate(lines):
            for match in whole.finditer(line.text):
                if match[0] not in suspects.everyday or is_used_as_name(line, match):
                    yield number, match.start(), match.end()
            for match in (*parts.finditer(line.text), *whole_words(line.text, telling)):
                yield number, match.start(), match.end()
            for start, end in near.find(line.text):
                yield number, start, end


_OF_ANY_PLACE = frozenset(
    [
        "high",
        "school",
        "middle",
        "elementary",
        "academy",
        "college",
        "university",
        "community",
        "medical",
        "center",
        "health",
        "care",
        "hospital",
        "clinic",
        "home",
        "church",
        "state",
        "public",
        "library",
        "bank",
        "club",
        "house",
        "city",
        "county",
        "street",
        "road",
        "avenue",
        "lane",
        "court",
        "drive",
        "north",
        "south",
        "east",
        "west",
        "and",
        "the",
        "for",
        "family",
        "services",
        "service",
        "group",
        "department",
        "office",
        "fire",
        "police",
        "station",
        "old",
    ]
)


def _telling(keys: set[tuple[str, ...]], everyday: frozenset[str]) -> frozenset[str]:
    """Words that only this place's name has."""
    words = {word for key in keys if len(key) > 1 for word in key if len(word) > 3}
    return frozenset(word for word in words if word.isalpha() and word not in everyday)


def _parts(keys: set[tuple[str, ...]]) -> Iterator[str]:
    """Two words of a place's name that follow each other, and any one of them beside a placeholder."""
    for key in keys:
        for one, two in pairwise(key):
            if len(key) > 2 and not {one, two} <= _OF_ANY_PLACE:
                yield rf"(?<![^\W_]){re.escape(one)}[\s\-]{re.escape(two)}(?![^\W_])"
        for word in key if len(key) > 1 else ():
            if word not in _NO_PARTS:
                yield rf"(?<={BLANKS} ){word}(?![^\W_])|(?<![^\W_]){word}(?= {BLANKS})"


_NO_PARTS = frozenset(
    [
        "works",
        "with",
        "from",
        "home",
        "that",
        "this",
        "of",
        "the",
        "and",
        "at",
        "in",
        "on",
        "to",
        "for",
        "is",
        "it",
        "or",
        "by",
        "so",
        "as",
        "up",
        "no",
        "me",
        "my",
        "we",
        "he",
        "i",
        "a",
        "s",
        "t",
        "c",
        "dr",
        "mr",
        "mrs",
        "ms",
        "gp",
        "mrn",
        "ssn",
        "dob",
        "id",
        "number",
        "phone",
        "cell",
        "license",
        "policy",
        "badge",
        "voucher",
        "account",
    ]
)


def _words_in_order(words: tuple[str, ...]) -> str:
    between = r"'?(?:[\s.,\-_@/']{1,3}|\s(?:dot|underscore|dash|at|slash)\s)"
    return rf"(?<![^\W_]){between.join(re.escape(word) for word in words)}(?![^\W_])"
