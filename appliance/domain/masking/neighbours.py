"""What stands right beside a town or an address and narrows it down: state, country, post code."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from appliance.domain.masking.finder import Found, NameLists, Rank
from appliance.domain.masking.normalise import plain_key
from appliance.domain.masking.spread import SPREADING
from appliance.domain.masking.vocabulary import MONTH_WORDS

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
_MONTHS: Final = "|".join(sorted(word for word in MONTH_WORDS if len(word) > 3))
_WHEN: Final = (
    rf"(?:last|this|next)\s(?:week|month|(?:mon|tues|wednes|thurs|fri|satur|sun)day|{_MONTHS})\b"
)
_STAY = re.compile(rf"\s(?P<when>{_WHEN})", re.IGNORECASE)
_SEEN = re.compile(
    r"\b(?:seen|admitted|treated|evaluated|hospitali[sz]ed|discharged)\s"
    rf"(?P<when>{_WHEN})\s(?:at|in|from|to)\s(?:the\s)?$",
    re.IGNORECASE,
)
_HOSPITAL = re.compile(
    r"(?:hospital|clinic|medical|health|infirmary|hospice)(?: (?:center|centre|system))?$",
    re.IGNORECASE,
)
_IN = re.compile(r"\sin\s$")
_THREE = re.compile(
    r"\b(?P<one>[A-Z][\w'-]{1,30}), (?P<two>[A-Z][\w'-]{1,30}),? and (?P<three>[A-Z][\w'-]{1,30})"
)
_PLACES = frozenset({"CITY", "ADDRESS", "ZIP", "HOSPITAL", "ORGANIZATION"})
_STREETS = frozenset({"ADDRESS", "PERSON"})
_SPOKEN_STATE = re.compile(
    r"\s(a[klrz]|c[at]|d[ce]|fl|ga|ia|i[dl]|k[sy]|m[adinost]|n[cdehjmvy]|ok|pa|ri|s[cd]|t[nx]|ut|v[at]|w[aivy])"
    r"(?=\s*$|\s(?:on|in|and|who|for|with|at|zip|\d{5}\b))"
)


def find_neighbours(text: str, found: Iterable[Found], lists: NameLists) -> Iterator[Found]:
    """Regions after a found place, and the post code after those."""
    items = list(found)
    yield from _between(text, items)
    for item in items:
        yield from _around(text, item)
        yield from _stay(text, item)
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


def _between(text: str, found: list[Found]) -> Iterator[Found]:
    """The second of three names of which the first and the third were found: "Berg, Page and Lund"."""
    starts = {item.start: item.stem for item in found if item.stem in SPREADING}
    for match in _THREE.finditer(text):
        stem = starts.get(match.start("one"))
        if stem and match.start("three") in starts:
            start, end = match.span("two")
            yield Found(start=start, end=end, stem=stem, rank=Rank.GUESSED)


def _stay(text: str, item: Found) -> Iterator[Found]:
    """When somebody was at a hospital that is named: "at Mercy Hospital last week" dates a stay."""
    if item.stem not in _PLACES:
        return
    seen = _SEEN.search(text, max(0, item.start - 40), item.start)
    if seen is not None:
        yield Found(start=seen.start("when"), end=seen.end("when"), stem="DATE", rank=Rank.GUESSED)
    stay = _STAY.match(text, item.end)
    if stay is None:
        return
    before = _IN.search(text, max(0, item.start - 4), item.start)
    ends = (item.end, before.start() if before is not None else item.end)
    if any(_HOSPITAL.search(text[max(0, end - 40) : end]) for end in ends):
        yield Found(start=stay.start() + 1, end=stay.end(), stem="DATE", rank=Rank.GUESSED)


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
