"""What the gate's model sees of a word: letters in threes, its own lists, the words around it."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from zlib import crc32

from appliance.adapters.identifiers.gate_lexicon import COMMON, FREQUENT, Lexicon
from appliance.domain.masking.detectors import (
    BLANK_MARKS,
    BLANKS,
    MOST_LETTERS,
    PERSON_BLANK,
    PLACE_BLANK,
)

BUCKETS = 1 << 17
USUAL = 5_500
"""Rank of a word in the list of ordinary words, the commonest first, up to which it is usual in talk."""
_TOKEN = re.compile(rf"{BLANKS}+|[^\W_]+(?:'[^\W_]+)?")
_STOP = frozenset('.!?:;\n"()[]|')
_CLITICS = frozenset(("s", "d", "ll", "re", "ve", "m"))
_ENDINGS = (
    "ing",
    "ed",
    "er",
    "ers",
    "ly",
    "ness",
    "y",
    "ish",
    "in",
    "able",
    "less",
    "ful",
    "ization",
    "like",
)
_PREFIXES = frozenset(
    "anti auto bio co counter cyber ex hyper hypo inter micro mis multi neuro non over "
    "post pre psycho re self semi sub super tele un under"
)
BLANKED, PERSON, PLACE, EDGE = "\u00a7", "\u00a7p", "\u00a7l", "^"
_BLANK_KEYS = {PERSON_BLANK: PERSON, PLACE_BLANK: PLACE}
_HINTS_BEFORE = frozenset(
    "and with me my her his our named call called calls ask told tell hi hey okay thanks "
    "from in at husband wife son daughter brother sister friend boyfriend girlfriend "
    "cousin aunt uncle dog cat dr mr mrs ms coach pastor when if then because but so was "
    "is that hows wheres whos"
)
_HINTS_AFTER = frozenset(
    "says said goes asked told thinks wants knows called calls texted left came took went "
    "got is was isnt wasnt has had doesnt didnt and looked looks reads moved died used "
    "would cried yelled hit acts lives works drinks started never always just keeps kept"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a plain line; `gap` is "." after a stop, "," after a comma, else " "."""

    start: int
    end: int
    key: str
    gap: str
    is_capital: bool
    is_owner: bool


def read_tokens(text: str, as_written: str) -> list[Token]:
    """The words of a line made plain, `as_written` the same characters before; blanks become one word."""
    tokens: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        word = match[0]
        gap = "." if not tokens or _STOP.intersection(text[end : match.start()]) else " "
        if gap == " " and "," in text[end : match.start()]:
            gap = ","
        end = match.end()
        base, mark, clitic = word.partition("'")
        is_cut = clitic in _CLITICS and bool(mark)
        key = (
            _blank_key(word)
            if word[0] in BLANK_MARKS
            else base
            if is_cut or not mark
            else base + clitic
        )
        stop = match.start() + len(base) if is_cut else end
        capital = as_written[match.start() : match.start() + 1].isupper()
        tokens.append(Token(match.start(), stop, key, gap, capital, is_cut and clitic == "s"))
    return tokens


def _blank_key(word: str) -> str:
    return _BLANK_KEYS.get(word[0], BLANKED)


class Traits:
    """Turns tokens into bucket numbers; what depends on one word alone is worked out once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._sorts: dict[str, str] = {BLANKED: "B", PERSON: "Q", PLACE: "L", EDGE: "E"}
        self._own: dict[str, list[int]] = {}

    def sort(self, key: str) -> str:
        """One letter: N a name only, T a town only, A a word that is a name too, W, P, ? unknown."""
        known = self._sorts.get(key)
        if known is None:
            known = self._sorts[key] = self._sort(key)
        return known

    def _sort(self, key: str) -> str:  # noqa: PLR0911 - one line a sort
        lexicon = self._lexicon
        if not key.isalpha() or len(key) > MOST_LETTERS:
            return "#"
        if len(key) == 1:
            return "1"
        is_name = key in lexicon.given or key in lexicon.family
        if key in lexicon.usual_names:
            return "N"
        if key in lexicon.talk:
            return "C"
        if key in lexicon.ranks:
            return "A" if is_name and len(key) > 2 else "W"
        if is_name:
            return "N"
        if key in lexicon.towns:
            return "T"
        if key in lexicon.proper:
            return "P"
        if key.endswith("s") and len(key) > 3 and (stem := self.sort(key[:-1])) != "?":
            return {"A": "W", "T": "?"}.get(stem, stem)
        return "D" if self._is_derived(key) else "?"

    def is_common(self, key: str) -> bool:
        """True for the commonest words, such as "will"."""
        return self._lexicon.ranks.get(key, COMMON) < COMMON

    def is_usual(self, key: str) -> bool:
        """True for words that everybody uses every week, such as "dawn"."""
        return self._lexicon.ranks.get(key, USUAL) < USUAL

    def _is_derived(self, key: str) -> bool:
        """True for "traveling", "lightbulb", "hyperarousal": made of ordinary words."""
        ranks = self._lexicon.ranks
        for ending in _ENDINGS:
            stem = key.removesuffix(ending)
            if stem != key and len(stem) > 2 and (stem in ranks or stem + "e" in ranks):
                return True
        parts = ((key[:at], key[at:]) for at in range(2, len(key) - 3))
        return any(
            ranks.get(last, FREQUENT) < FREQUENT
            and (
                first in _PREFIXES
                or (len(first) > 3 and len(last) > 3 and ranks.get(first, FREQUENT) < FREQUENT)
            )
            for first, last in parts
        )

    def is_candidate(  # noqa: PLR0911 - one line a reason
        self,
        tokens: Sequence[Token],
        at: int,
        *,
        is_cased: bool,
        known: Set[str] = frozenset(),
    ) -> bool:
        """False for words that are nobody's name where they stand, so that they cost nothing."""
        token = tokens[at]
        sort = self.sort(token.key)
        if sort == "1":
            return is_cased and token.is_capital and token.key != "i"
        if sort in "BQL#C":
            return False
        if sort in "NTA?" or token.key in known:
            return True
        if sort == "W" and not token.is_capital and token.key not in self._lexicon.ranks:
            return False
        if is_cased and token.is_capital and token.gap != ".":
            return True
        if sort == "D":
            return False
        if sort == "P" or self._lexicon.ranks.get(token.key, 0) < COMMON:
            return False
        if is_cased and not token.is_capital:
            return False
        before = tokens[at - 1].key if at else EDGE
        after = tokens[at + 1].key if at + 1 < len(tokens) else EDGE
        return before in _HINTS_BEFORE or after in _HINTS_AFTER or token.is_owner

    def row(
        self, tokens: Sequence[Token], at: int, *, is_cased: bool, is_known: bool = False
    ) -> list[int]:
        """The buckets of the word at `at`; `is_known`: the record, or the masker, has it as a name."""
        here = tokens[at]
        keys = [tokens[i].key if 0 <= i < len(tokens) else EDGE for i in range(at - 2, at + 3)]
        gap = here.gap
        gap_after = tokens[at + 1].gap if at + 1 < len(tokens) else "."
        if gap == ".":
            keys[0] = keys[1] = EDGE
        elif tokens[at - 1].gap == ".":
            keys[0] = EDGE
        if gap_after == ".":
            keys[3] = keys[4] = EDGE
        elif at + 2 < len(tokens) and tokens[at + 2].gap == ".":
            keys[4] = EDGE
        case = "u" if not is_cased else ("S" if gap == "." else "C") if here.is_capital else "l"
        around = [*self._around(keys, f"{case}{gap}{gap_after}{'o' if here.is_owner else ''}")]
        if is_known:
            around += self._of_known(keys, case)
        return [*self._letters(here.key), *(crc32(t.encode()) % BUCKETS for t in around)]

    def _around(self, keys: Sequence[str], form: str) -> Iterator[str]:
        two, one, here, after, later = keys
        sort = self.sort(here)
        s_one, s_after = self.sort(one), self.sort(after)
        case = form[0]
        yield f"a{one}|{sort}{case}"
        yield f"b{after}|{sort}{case}"
        yield f"c{two}|{one}|{sort}"
        yield f"d{after}|{later}|{sort}"
        yield f"e{one}|{after}|{sort}"
        yield f"f{s_one}{sort}{s_after}{case}"
        yield f"g{form}|{sort}"
        yield f"h{one}"
        yield f"i{after}"
        yield f"j{two}|{sort}"
        yield f"k{later}|{sort}"
        yield f"l{one}|{here}"
        yield f"m{here}|{after}"
        yield f"n{form[1:]}|{s_one}{sort}{s_after}"
        yield f"o{case}|{here}"

    def _of_known(self, keys: Sequence[str], case: str) -> Iterator[str]:
        _, one, here, after, _ = keys
        depth = "0" if self.is_common(here) else "1"
        yield f"p{case}"
        yield f"q{case}{depth}"
        yield f"r{one}|{case}"
        yield f"s{after}|{case}"
        yield f"t{self.sort(one)}{self.sort(after)}{case}"

    def _letters(self, key: str) -> list[int]:
        known = self._own.get(key)
        if known is None:
            known = self._own[key] = [crc32(t.encode()) % BUCKETS for t in self._of(key)]
        return known

    def _of(self, key: str) -> Iterator[str]:
        lexicon = self._lexicon
        sort = self.sort(key)
        rank = lexicon.ranks.get(key, -1)
        depth = "-" if rank < 0 else "0" if rank < COMMON else "1" if rank < FREQUENT else "2"
        lists = "".join(
            letter
            for letter, names in (("g", lexicon.given), ("f", lexicon.family), ("t", lexicon.towns))
            if key in names
        )
        yield f"0{sort}"
        yield f"1{sort}{depth}{lists}"
        yield f"2{key}"
        yield f"3{min(len(key), 8)}{sort}"
        padded = f"^{key[:12]}$"
        for at in range(len(padded) - 2):
            yield f"4{padded[at : at + 3]}"
