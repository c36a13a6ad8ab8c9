"""The gate's own word lists, from other sources than the masker's: `models/gate/README.md` has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

_FOLDER = resources.files("models") / "gate"
COMMON, FREQUENT = 1_500, 12_000
"""Ranks above which a word is among the most common, and still a usual one."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """What the gate knows of words, all in lower case; `ranks` has ordinary words, the commonest first."""

    given: frozenset[str]
    family: frozenset[str]
    towns: frozenset[str]
    ranks: Mapping[str, int]
    proper: frozenset[str]
    talk: frozenset[str]
    phrases: frozenset[str]
    usual_names: frozenset[str]

    @property
    def everyday(self) -> frozenset[str]:
        """Ordinary words, but for those that in talk are names nearly always (John, Rick)."""
        return (frozenset(self.ranks) | self.talk) - self.usual_names

    def is_known(self, word: str) -> bool:
        """True for a word of any list; what is left was never seen, as most rare names."""
        names = word in self.given or word in self.family or word in self.towns
        return names or word in self.ranks or word in self.proper


@cache
def load_lexicon() -> Lexicon:
    """All lists; later calls return the same object."""
    return Lexicon(
        given=frozenset(_lines("given_names.txt")),
        family=frozenset(_lines("family_names.txt")),
        towns=frozenset(_lines("towns.txt")),
        ranks={word: rank for rank, word in enumerate(_lines("words.txt"))},
        proper=frozenset(_lines("proper_words.txt")),
        talk=frozenset(_own("talk_words.txt"))
        | frozenset(_own("closed_words.txt"))
        | frozenset(_own("public_words.txt")),
        usual_names=frozenset(_own("usual_names.txt")),
        phrases=frozenset(_lines("public_phrases.txt")[1:]),
    )


def _lines(name: str) -> list[str]:
    return (_FOLDER / name).read_text("utf-8").split("\n")[:-1]


def _own(name: str) -> list[str]:
    rows = (_FOLDER / name).read_text("utf-8").splitlines()
    return [word for row in rows if not row.startswith("#") for word in row.split()]
