"""The gate's own look for names that nobody has told it of, by its own list and its own signs.

It shares neither code nor list with the masker: a dictionary's capitalised words, capitals inside a
sentence, and the words that announce a name, a town or an institution.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from appliance.domain.masking.detectors import BLANK, PlainLine, Suspects

_ANNOUNCED = re.compile(
    r"\b(?:named|(?:my|her|his) name is|goes by|call me|mr|mrs|ms|dr)\.?\s(?P<id>[a-z]{3,30})\b"
    r"|\b(?:my|her|his|our) (?:husband|wife|son|daughter|brother|sister|boyfriend|girlfriend|cousin|aunt"
    r"|uncle|friend|dog|cat|boss|partner|roommate)[ ,]{1,2}(?P<kin>[a-z]{3,30})\b"
)
_CAPITAL = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,30}(?![A-Za-z])")
_PLACE = re.compile(
    r"\b(?:at|to|from|for) (?:the )?(?P<id>[a-z']{3,30} "
    r"(?:elementary|academy|bakery|pharmacy|hospital|motors|diner|"
    r"university|college|logistics|foods|farms|salon|bank))\b"
)
_HOUSE = re.compile(
    r"(?<![\w.$])(?:\d{1,5}|[a-z]{3,9}[ -][a-z]{3,9}|[a-z]{3,9}) [a-z]{3,20}(?: [a-z]{3,20})? "
    r"(?:street|avenue|boulevard|lane|court|road|ave|blvd)\b"
)
_OLD = re.compile(
    r"\b(?:i'm|im|is|he's|hes|she's|shes|was|turned|aged?) (?:a |one )?(?:9\d|1[01]\d|ninety(?:[ -]\w{3,5})?"
    r"|hundred(?: and \w{3,6})?)\b(?![ -]?(?:percent|%|minutes|days|dollars|degrees|"
    r"meetings|miles|pounds|times))"
)


@dataclass(frozen=True, kw_only=True)
class StrayNameDetector:
    """Words of `names` (lower case) anywhere, and capitals within a sentence that no dictionary has."""

    names: frozenset[str] = frozenset()
    harmless: frozenset[str] = frozenset()
    kind: str = "stray_name"

    def find(
        self, lines: Iterable[PlainLine], suspects: Suspects
    ) -> Iterator[tuple[int, int, int]]:
        for number, line in enumerate(lines):
            for match in _WORDS.finditer(line.text):
                if match[0] in self.names:
                    yield number, match.start(), match.end()
            yield from self._announced(number, line, suspects)
            yield from self._capitals(number, line, suspects)

    def _announced(
        self, number: int, line: PlainLine, suspects: Suspects
    ) -> Iterator[tuple[int, int, int]]:
        for match in _ANNOUNCED.finditer(line.text):
            group = "id" if match["id"] else "kin"
            if self._is_strange(match[group], suspects):
                yield number, *match.span(group)

    def _capitals(
        self, number: int, line: PlainLine, suspects: Suspects
    ) -> Iterator[tuple[int, int, int]]:
        written = "".join(line.as_written[at : at + 1] for at in line.offsets[:-1])
        for match in _CAPITAL.finditer(written):
            if self._is_strange(match[0].lower(), suspects):
                yield number, match.start(), match.end()

    def _is_strange(self, word: str, suspects: Suspects) -> bool:
        if word in self.harmless or word in suspects.everyday:
            return False
        return not (word.endswith("s") and word[:-1] in suspects.everyday | self.harmless)


_WORDS = re.compile(rf"(?<![\w{BLANK}'])[a-z]{{3,30}}(?![\w{BLANK}])")


_SAID = r"(?:\d|zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_CODES = (
    re.compile(rf"(?<!\w){_SAID}(?:[ ,-]{{1,2}}{_SAID}){{4,}}(?!\w)"),
    re.compile(rf"(?<!\w)[a-z] [a-z]? ?(?:\w{{3,8}}teen|{_SAID}),? {_SAID} [a-z] [a-z]\b"),
    re.compile(rf"(?<!\w)[a-z],? {_SAID},? [a-z],? {_SAID}"),
    re.compile(r"\b\w{1,40} (?:underscore|dot) \w|\b[^\W_]{1,40}_\w|(?<![\w@])@\w{3,40}"),
    re.compile(r"\b(?:apartment|apt|unit) (?:\d|one|two|three|four|five|six|seven|eight|nine)"),
    re.compile(r"(?<!\w)\d{5}(?!\w)|\b[a-z]{2,5}[- ]?\d{5,}\b"),
    re.compile(r"\b(?:on|since|born) \d{1,2}[ /.-]\d{1,2}\b"),
    re.compile(r"(?<![\w'])[a-z](?:,? [a-z](?![\w'])){3,}"),
)


@dataclass(frozen=True, kw_only=True)
class StrayPlaceDetector:
    """Institutions and addresses by the words that end them, and ages over 89, whoever they are of."""

    kind: str = "stray_place"

    def find(
        self, lines: Iterable[PlainLine], suspects: Suspects
    ) -> Iterator[tuple[int, int, int]]:
        for number, line in enumerate(lines):
            for pattern in (_PLACE, _HOUSE, _OLD, *_CODES):
                for match in pattern.finditer(line.text):
                    yield number, match.start(), match.end()
