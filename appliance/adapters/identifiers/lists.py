"""Reads the shipped word and name lists, and the nicknames of the `nicknames` package."""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from appliance.domain.masking.finder import NameLists
from appliance.domain.masking.normalise import plain_key

_FOLDER = resources.files("models") / "names"


@cache
def load() -> NameLists:
    """All lists, in well under half a second; later calls return the same object."""
    words = _lines("words.txt")
    return NameLists(
        first_names=_lines("first_names.txt")
        | _given_names(nicknames())
        | _tokens("word_names.txt")
        | _tokens("training/given_names.txt"),
        surnames=_lines("surnames.txt") | _tokens("training/family_names.txt"),
        words=words | _tokens("everyday_speech.txt"),
        rarer_words=_lines("rarer_words.txt"),
        proper_words=_lines("proper_words.txt"),
        mostly_names=_tokens("mostly_names.txt"),
        cities=_lines("cities.txt") | {"new york", "nyc"},
        public=(_phrases("public.txt") | _phrases("clinical.txt") | _lines("regions.txt"))
        - _phrases("institutions.txt")
        - {"new york"},
        institutions=_phrases("institutions.txt"),
        regions=_lines("regions.txt"),
        nicknames=nicknames(),
    )


@cache
def nicknames() -> Mapping[str, frozenset[str]]:
    """What each name is shortened to and what it is short for, both ways."""
    pairs: dict[str, set[str]] = {}
    table = (resources.files("nicknames") / "names.csv").read_text("utf-8")
    for row in csv.DictReader(table.splitlines()):
        pairs.setdefault(row["name1"], set()).add(row["name2"])
        pairs.setdefault(row["name2"], set()).add(row["name1"])
    return {name: frozenset(others) for name, others in pairs.items()}


def _given_names(table: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset(name for name in table if len(name) > 2 and name not in _lines("words.txt"))


@cache
def _lines(name: str) -> frozenset[str]:
    return _keys((_FOLDER / name).read_text("utf-8").splitlines())


def _tokens(name: str) -> frozenset[str]:
    rows = (_FOLDER / name).read_text("utf-8").splitlines()
    return _keys(word for row in rows if not row.startswith("#") for word in row.split())


def _phrases(name: str) -> frozenset[str]:
    rows = (_FOLDER / name).read_text("utf-8").splitlines()
    return _keys(
        phrase.strip() for row in rows if not row.startswith("#") for phrase in row.split(",")
    )


def _keys(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(_key(entry) for entry in entries if entry)


def _key(entry: str) -> str:
    """As words are compared: without accents, apostrophes and clitics; one space for anything else."""
    if entry.isascii() and entry.isalpha():
        return entry
    plain = plain_key(entry).replace("'s", "'").replace("'", "").replace(".", " ").replace("-", " ")
    return " ".join(plain.split())
