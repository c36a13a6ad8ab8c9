"""Finds telephone numbers with Google's `phonenumbers`: international ones, and American and British ones."""

import re
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberMatcher

from appliance.domain.masking.finder import Found, Rank

REGIONS = ("US", "GB")
_MAY_BE = re.compile(r"(?<![\w])[+(]?\d[\d ().+/x-]{5,24}\d")
_GROUPED = re.compile(
    r"(?<![\w$.,-])(?:\(?\+?\d{1,4}\)?[ .-]){2,6}\d{2,4}(?:\s?(?:x|ext\.?)\s?\d+)?(?![\w%])"
)
LEAST_DIGITS = 7


class Phones:
    """Numbers that `phonenumbers` holds possible, and digits grouped as telephone numbers are."""

    def find(self, text: str) -> Iterator[Found]:
        """Findings in `text`; the library only sees stretches that have enough digits."""
        for stretch in _MAY_BE.finditer(text):
            for start, end in _numbers(stretch[0]):
                yield _found(stretch.start() + start, stretch.start() + end)
        for match in _GROUPED.finditer(text):
            if sum(c.isdecimal() for c in match[0]) >= LEAST_DIGITS:
                yield _found(*match.span())


def _numbers(stretch: str) -> Iterator[tuple[int, int]]:
    for region in REGIONS:
        for match in PhoneNumberMatcher(stretch, region, Leniency.POSSIBLE):
            if sum(c.isdecimal() for c in match.raw_string) >= LEAST_DIGITS:
                yield match.start, match.end


def _found(start: int, end: int) -> Found:
    return Found(start=start, end=end, stem="PHONE", rank=Rank.PATTERN)
