"""The rest of a written address: town, state, post code and country, by comma or on lines of their own."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from appliance.domain.masking.finder import Found, NameLists, Rank
from appliance.domain.masking.normalise import SEPARATOR, plain_key
from appliance.domain.masking.origins import countries
from appliance.domain.masking.vocabulary import CALENDAR

MOST_PIECES = 6
_WORD: Final = r"[^\W\d_a-zß-ÿ][^\s,:;?!\"(.]{0,30}(?:\.(?=\w)[^\s,:;?!\"(.]{1,10}){0,3}"
_CAPITAL: Final = rf"(?:\d{{1,4}}|(?:St|Ste|Mt|Ft|Apt|Pt)\.|{_WORD})"
_JOIN: Final = (
    r"(?:[ -](?:(?:d[aeiu]s?|del|la|le|les|of|am|an|der|nad|sur|upon|und|y)[ -]){0,2}| \()"
)
_PIECE = re.compile(
    r"[ \t]*(?P<cut>[,\n][ \t,\n]{0,8}|(?=[ \t]\d))"
    rf"(?P<text>(?:{_CAPITAL}(?:{_JOIN}{_CAPITAL}){{0,4}}\)?|[a-z]{{1,3}}|\d{{3,10}}(?:-\d{{3,4}})?))"
    r"(?P<code>[ \t]\d{3,10}(?:-\d{3,4})?)?(?=[\s,.;!?)]|$)"
)
_CODE = re.compile(r"\d{3,10}(?:-\d{3,4})?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_STATE = re.compile(r"[A-Z]{2,3}")
_STREETS = frozenset({"ADDRESS"})


def find_address_blocks(text: str, found: Iterable[Found], lists: NameLists) -> Iterator[Found]:
    """What continues each street address, as far as its last town, state, country or post code.

    Read piece by piece; prose ends it, since each piece begins with a capital or a figure.
    """
    places = lists.cities | countries(lists)
    for end in sorted({item.end for item in found if item.stem in _STREETS}):
        yield from _after(text, end, places)


def _after(text: str, end: int, places: frozenset[str]) -> Iterator[Found]:
    start = last = 0
    at = end + (text[end : end + 1] == ".")
    for _ in range(MOST_PIECES):
        piece = _PIECE.match(text, at)
        if piece is None or SEPARATOR in piece[0] or _is_date(piece["text"]):
            break
        start = start or piece.start("text")
        at = piece.end()
        last = at if _anchors(piece, places) else last
    if last:
        yield Found(start=start, end=last, stem="ADDRESS", rank=Rank.PATTERN)


def _anchors(piece: re.Match[str], places: frozenset[str]) -> bool:
    """True for what an address ends with: a state in capitals, a post code, a country, a known town."""
    text = piece["text"].strip(" .)")
    words = plain_key(re.sub(r"\(.*", "", text)).split()
    code = piece["code"] or (words[-1] if words else "")
    if _CODE.fullmatch(code.strip()) and not _YEAR.fullmatch(code.strip()):
        return True
    return bool(_STATE.fullmatch(text)) or " ".join(words) in places


def _is_date(text: str) -> bool:
    return plain_key(text).split()[0].strip(".") in CALENDAR
