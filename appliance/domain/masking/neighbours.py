"""What stands right beside a town or an address and narrows it down: state, country, post code."""

import re
from collections.abc import Iterable, Iterator

from appliance.domain.masking.finder import Found, NameLists, Rank
from appliance.domain.masking.normalise import plain_key

_REGION_WORDS = 3
_CORNER = re.compile(r"\bcorner of\s(?:the\s)?$", re.IGNORECASE)
_HOUSE = re.compile(
    r"\s(?:u\.?\s|út(?:ja)?\s|utca\s)?\d{1,5}[A-Za-z]?\b(?=\s*(?:$|\n|[,?!]|\.(?:\s|$)"
    r"|(?:apt|suite|unit|ste|st|street|and)\b))",
    re.IGNORECASE,
)
_AFTER = re.compile(r",?\s{1,12}((?:[^\W\d_]+)(?:[ .]{1,2}[^\W\d_]+){0,2})")
_CODE = re.compile(r"(?:,?\s{1,3}|\s\(\w+\)\s)(\d{4,6}(?:-\d{4})?)\b")
_STATE = re.compile(
    r",?\s{1,3}((?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]"
    r"|T[NX]|UT|V[AT]|W[AIVY])|[A-Z]{2}(?=\s+\d{4,5}\b))\b"
)
_PLACES = frozenset({"CITY", "ADDRESS", "ZIP", "HOSPITAL", "ORGANIZATION"})
_STREETS = frozenset({"ADDRESS", "PERSON"})
_SPOKEN_STATE = re.compile(
    r"\s(a[klrz]|c[at]|d[ce]|fl|ga|ia|i[dl]|k[sy]|m[adinost]|n[cdehjmvy]|ok|pa|ri|s[cd]|t[nx]|ut|v[at]|w[aivy])"
    r"(?=\s*$|\s(?:on|in|and|who|for|with|at|zip|\d{5}\b))"
)


def find_neighbours(text: str, found: Iterable[Found], lists: NameLists) -> Iterator[Found]:
    """Regions after a found place, and the post code after those."""
    for item in found:
        yield from _around(text, item)
        if item.stem not in _PLACES:
            continue
        end = item.end
        region = _region(text, end, lists)
        if region is not None:
            yield Found(start=region[0], end=region[1], stem="PLACE", rank=Rank.GUESSED)
            end = region[1]
        code = _CODE.match(text, end)
        if code is not None and (region is not None or item.stem == "CITY"):
            yield Found(start=code.start(1), end=code.end(1), stem="ZIP", rank=Rank.PATTERN)


def _around(text: str, item: Found) -> Iterator[Found]:
    """The corner that a street makes, and the number of a house behind a street's name."""
    corner = _CORNER.search(text, max(0, item.start - 20), item.start)
    if corner is not None and item.stem in _STREETS:
        yield Found(start=corner.start(), end=corner.start() + 6, stem="ADDRESS", rank=Rank.GUESSED)
    house = _HOUSE.match(text, item.end) if item.stem in _STREETS else None
    if house is not None and item.rank == Rank.GUESSED:
        yield Found(start=house.start() + 1, end=house.end(), stem="ADDRESS", rank=Rank.GUESSED)


def _region(text: str, end: int, lists: NameLists) -> tuple[int, int] | None:
    state = _STATE.match(text, end) or _SPOKEN_STATE.match(text, end)
    if state is not None:
        return state.span(1)
    after = _AFTER.match(text, end)
    if after is None:
        return None
    words = plain_key(after[1]).replace(".", " ").split()
    for size in range(min(len(words), _REGION_WORDS), 0, -1):
        if " ".join(words[:size]) in lists.regions:
            return after.start(1), _word_end(after, size)
    return None


def _word_end(after: re.Match[str], size: int) -> int:
    ends = [match.end() for match in re.finditer(r"[^\W\d_]+", after[1])]
    return after.start(1) + ends[size - 1]
