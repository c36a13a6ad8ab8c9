"""The gate's own small name model: one score a word, learnt from other lines than the masker's."""

import json
import re
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from appliance.adapters.identifiers.gate_lexicon import Lexicon
from appliance.adapters.identifiers.gate_traits import (
    BLANKED,
    BUCKETS,
    PERSON,
    PLACE,
    Token,
    Traits,
    read_tokens,
)
from appliance.domain.masking.detectors import PlainLine, Suspects, make_plain
from appliance.domain.masking.known import Sort

_STEPS = 120
_NEVER = float("inf")
LEAST_SCORE = {
    "capital": {"N": 0.0, "T": 0.0, "A": 2.6, "?": 2.3, "W": 3.5, "P": 3.5, "D": 4.0},
    "start": {"N": 0.0, "T": 0.0, "A": 2.0, "?": 3.2, "W": 2.4, "P": 3.5, "D": 4.0},
    "small": {"N": 2.0, "T": 2.0, "A": 4.0, "?": 7.0, "W": _NEVER, "P": _NEVER, "D": _NEVER},
    "uncased": {"N": 0.0, "T": 0.0, "A": 2.8, "?": 2.5, "W": 2.0, "P": 3.5, "D": 4.0},
}
"""How sure the model must be, by case and by what the lists say of the word (`Traits.sort`)."""
LEAST_OF_KNOWN = {"capital": -3.0, "start": 0.5, "uncased": -0.7}
"""Enough for a word that the record, or the masker, has as a name."""
LEAST_BESIDE_A_NAME = {"?": 2.8, "A": 0.0, "1": float("-inf")}
"""Enough for an unknown word, a word with a capital or an initial that touches a placeholder."""
LEAST_LETTERS = 4
"""An unknown word that is shorter is an abbreviation more often than a name."""


class GateNames:
    """The `Detector` of names, towns and institutions that nobody has told the gate of."""

    kind = "stray_name"

    def __init__(self, weights: Sequence[float], lexicon: Lexicon) -> None:
        self._weights = weights
        self._traits = Traits(lexicon)
        self._phrases = lexicon.phrases

    def find(
        self, lines: Iterable[PlainLine], suspects: Suspects
    ) -> Iterator[tuple[int, int, int]]:
        """Line number and stretch of each word that the model takes for a name."""
        known = known_words(suspects)
        for number, line in enumerate(lines):
            for token, score, least in self.scores(line, known):
                if score > least:
                    yield number, token.start, token.end

    def scores(
        self, line: PlainLine, known: frozenset[str] = frozenset()
    ) -> Iterator[tuple[Token, float, float]]:
        """Each word that may be a name, its log-odds, and how high they must be."""
        written = _written(line)
        tokens = read_tokens(line.text, written)
        is_cased = any(character.isupper() for character in written)
        for at, token in enumerate(tokens):
            if not self._traits.is_candidate(tokens, at, is_cased=is_cased, known=known):
                continue
            if not self._is_famous(tokens, at):
                is_known = token.key in known
                row = self._traits.row(tokens, at, is_cased=is_cased, is_known=is_known)
                score = sum(map(self._weights.__getitem__, row)) + self._weights[BUCKETS]
                yield token, score, self._least(tokens, at, written, known, is_cased=is_cased)

    def _least(
        self,
        tokens: Sequence[Token],
        at: int,
        written: str,
        known: frozenset[str],
        *,
        is_cased: bool,
    ) -> float:
        token = tokens[at]
        sort, case = self._traits.sort(token.key), _case(token, is_cased=is_cased)
        is_upper = is_cased and written[token.start : token.end].isupper()
        if sort == "1":
            return LEAST_BESIDE_A_NAME["1"] if _touches_blank(tokens, at) else _NEVER
        if _is_eponym(tokens, at):
            return _NEVER
        is_upper = is_upper or written[token.start + 1 : token.start + 2].isupper()
        is_title = is_upper or (case != "uncased" and _is_title(tokens, at))
        if (sort in "WAPD" and is_title and token.key not in known) or _is_month(tokens, at):
            return _NEVER
        if sort == "?" and (len(token.key) < LEAST_LETTERS or is_upper):
            case = "small"
        least = LEAST_SCORE[case].get(sort, _NEVER)
        if token.key in known and case != "small":
            is_somebody = case == "uncased" and _does_or_is_addressed(tokens, at)
            least_known = LEAST_OF_KNOWN[case] + self._traits.is_usual(token.key)
            return min(least, least_known - 2 * is_somebody)
        is_beside = len(token.key) >= LEAST_LETTERS and _touches_blank(tokens, at)
        if sort in "?A" and is_beside and (sort == "?" or case == "capital"):
            return min(least, LEAST_BESIDE_A_NAME[sort])
        return least

    def _is_famous(self, tokens: Sequence[Token], at: int) -> bool:
        """True for a word of "Johnny Cash" and the like."""
        pairs = (" ".join(token.key for token in tokens[i : i + 2]) for i in (max(at - 1, 0), at))
        return any(pair in self._phrases for pair in pairs)


def known_words(suspects: Suspects) -> frozenset[str]:
    """Words of names that the record has or the masker found, even where they are ordinary words."""
    texts = [*(name.text for name in suspects.known if name.sort is Sort.PERSON), *suspects.seen]
    words = (word for text in texts for word in _LETTERS.findall(make_plain(text).text))
    return frozenset(word for word in words if len(word) > 2) - _TOO_COMMON


_BLANKS = frozenset([BLANKED, PERSON, PLACE])
_LETTERS = re.compile(r"[^\W\d_]+")
_TOO_COMMON = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "from",
        "mrs",
        "ms",
        "mr",
        "dr",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
        "hundred",
        "street",
        "avenue",
        "lane",
        "court",
        "road",
        "drive",
        "uncle",
        "aunt",
        "auntie",
        "pastor",
        "father",
        "mother",
        "mama",
        "papa",
    ]
)


_MONTHS = frozenset(["april", "may", "june", "july", "august"])
_BEFORE_MONTHS = frozenset(
    "in since last next this until till by of early late mid through from around before after"
)


_MEASURES = frozenset(
    "disease syndrome score scores sign reflex risk scale test criteria guidelines "
    "inventory index questionnaire palsy lymphoma sarcoma stage exam method therapy "
    "technique maneuver classification"
)


def _is_eponym(tokens: Sequence[Token], at: int) -> bool:
    """True in "Wilson's disease": a name that by now is a thing."""
    return at + 1 < len(tokens) and tokens[at + 1].gap == " " and tokens[at + 1].key in _MEASURES


def _is_title(tokens: Sequence[Token], at: int) -> bool:
    """True in "Major Depressive Disorder, Recurrent": among capitals, one more says nothing."""
    if at and not tokens[at - 1].key.isalpha() and tokens[at - 1].key not in _BLANKS:
        return True
    around = [t for t in tokens[max(at - 3, 0) : at + 4] if t.key.isalpha() and len(t.key) > 1]
    return len(around) > LEAST_TITLE and all(token.is_capital for token in around)


LEAST_TITLE = 2


def _is_month(tokens: Sequence[Token], at: int) -> bool:
    """True in "since last May"."""
    is_after = at > 0 and tokens[at].gap != "." and tokens[at - 1].key in _BEFORE_MONTHS
    return is_after and tokens[at].key in _MONTHS


_DOES = frozenset(
    [
        "doesnt",
        "didnt",
        "wont",
        "isnt",
        "wasnt",
        "hasnt",
        "couldnt",
        "wouldnt",
        "says",
        "said",
        "cried",
        "goes",
        "called",
        "calls",
        "asked",
        "asks",
        "texted",
        "thinks",
        "wants",
        "knows",
        "laughed",
        "left",
        "took",
        "told",
        "tells",
        "hates",
        "loves",
        "lied",
        "yelled",
        "moved",
        "died",
    ]
)
_ADDRESSED = frozenset(
    [
        "hows",
        "wheres",
        "whos",
        "congratulations",
        "thanks",
        "hey",
        "hi",
        "bye",
        "goodnight",
        "named",
        "told",
        "tell",
        "asked",
        "ask",
        "singing",
        "met",
        "married",
        "texted",
        "uncle",
        "auntie",
        "aunt",
        "cousin",
        "brother",
        "sister",
        "husband",
        "wife",
        "son",
        "daughter",
    ]
)
_NO_NAME_AFTER = frozenset(
    [
        "the",
        "a",
        "an",
        "my",
        "his",
        "her",
        "our",
        "your",
        "their",
        "this",
        "that",
        "these",
        "those",
        "no",
        "some",
        "any",
        "of",
        "more",
        "what",
        "such",
        "i",
        "you",
        "we",
        "they",
        "he",
        "she",
        "it",
        "and",
        "every",
    ]
)


def _does_or_is_addressed(tokens: Sequence[Token], at: int) -> bool:
    """True in "and dutch doesnt" and "hows wren": somebody who does something, or is spoken to."""
    before = tokens[at - 1].key if at else ""
    after = tokens[at + 1].key if at + 1 < len(tokens) else ""
    return before in _ADDRESSED or (after in _DOES and before not in _NO_NAME_AFTER - {"and"})


def _touches_blank(tokens: Sequence[Token], at: int) -> bool:
    before = at > 0 and tokens[at - 1].key in _BLANKS and tokens[at].gap == " "
    after = at + 1 < len(tokens) and tokens[at + 1].key in _BLANKS and tokens[at + 1].gap == " "
    return before or after


def _case(token: Token, *, is_cased: bool) -> str:
    if not is_cased:
        return "uncased"
    if not token.is_capital:
        return "small"
    return "start" if token.gap == "." else "capital"


def _written(line: PlainLine) -> str:
    """The line as written, one character for each of the plain one."""
    if len(line.as_written) == len(line.text):
        return line.as_written
    return "".join(line.as_written[at : at + 1] for at in line.offsets[:-1])


def write_gate_model(path: Path, weights: Sequence[float]) -> None:
    """One byte a weight and one scale; the last weight is the bias."""
    scale = max(map(abs, weights[:BUCKETS])) / _STEPS
    packed = array("b", (round(weight / scale) for weight in weights[:BUCKETS])).tobytes()
    header = json.dumps({"scale": scale, "bias": float(weights[BUCKETS])})
    path.write_bytes(zlib.compress(header.encode() + b"\n" + packed, 9))


def read_gate_model(path: Path) -> Sequence[float]:
    """The weights, with the bias last."""
    header, packed = zlib.decompress(path.read_bytes()).split(b"\n", 1)
    read = json.loads(header)
    scale = float(read["scale"])
    return array("f", [*(weight * scale for weight in array("b", packed)), float(read["bias"])])
