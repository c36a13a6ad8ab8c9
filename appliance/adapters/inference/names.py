"""The large local model of `serving` as one more finder of names, joined to the masker's own.

Where it is configured it must answer: text that it has not seen is not masked, and waits.
"""

from bisect import bisect_right
from collections.abc import Iterator

from appliance.adapters.inference.client import ServingClient
from appliance.domain.errors import ServingUnavailable
from appliance.domain.masking.finder import Found, NameLists, Rank
from appliance.domain.masking.normalise import SEPARATOR
from appliance.domain.masking.proper_names import public_positions
from appliance.domain.masking.spoken import ORDINALS, is_number
from appliance.domain.masking.vocabulary import CALENDAR, FUNCTION_WORDS
from appliance.domain.masking.words import Words
from serving.wire import IDENTIFY_MAX_CHARACTERS, IdentifierKind, Span

_STEMS: dict[IdentifierKind, str] = {
    "person": "PERSON",
    "place": "CITY",
    "organization": "ORGANIZATION",
    "address": "ADDRESS",
    "date": "DATE",
    "phone": "PHONE",
    "number": "ID",
    "contact": "EMAIL",
    "other": "OTHER",
}
_MOST_LINES = 10_000
_OVERLAP = 400
"""Characters of a line's piece that the next one holds too: more than any name or address has."""


class LargeNameModel:
    """A `NameFinder` that asks serving. `name` is the manifest that must be loaded there."""

    def __init__(self, serving: ServingClient, name: str, lists: NameLists) -> None:
        self._serving = serving
        self._name = name
        self._lists = lists

    def find(self, words: Words, known: frozenset[str]) -> Iterator[Found]:
        """What the model finds, save public and calendar words. Raises ServingUnavailable."""
        left_alone = public_positions(words, self._lists)
        ends = [word.end for word in words.items]
        for start, end, kind in self._spans(words.text):
            touched = _touched(words, bisect_right(ends, start), end)
            if touched and not _tells(words, [at for at in touched if at not in left_alone], kind):
                continue
            whole = [words.items[at] for at in touched]  # half a name is a leak
            yield Found(
                start=min([start, *(word.start for word in whole)]),
                end=max([end, *(word.end for word in whole)]),
                stem=_STEMS[kind],
                rank=Rank.LEARNED,
            )

    def _spans(self, text: str) -> Iterator[tuple[int, int, IdentifierKind]]:
        for batch in _batches(text):
            found = self._ask(tuple(line for _, line in batch))
            for (offset, line), spans in zip(batch, found, strict=True):
                for span in spans:
                    if not span.start < span.end <= len(line):
                        raise ServingUnavailable(details={"reason": "not_understood"})
                    yield offset + span.start, offset + span.end, span.kind

    def _ask(self, texts: tuple[str, ...]) -> tuple[tuple[Span, ...], ...]:
        reply = self._serving.find_identifiers(texts)
        if reply.engine.name != self._name:
            raise ServingUnavailable(details={"reason": "another_model"})
        if len(reply.found) != len(texts):
            raise ServingUnavailable(details={"reason": "not_understood"})
        return reply.found


def _batches(text: str) -> Iterator[list[tuple[int, str]]]:
    """Lines with their offsets, as many as one request may hold; a longer line in pieces."""
    batch: list[tuple[int, str]] = []
    size = 0
    for offset, line in _lines(text):
        if size + len(line) > IDENTIFY_MAX_CHARACTERS or len(batch) == _MOST_LINES:
            yield batch
            batch, size = [], 0
        batch.append((offset, line))
        size += len(line)
    if batch:
        yield batch


def _lines(text: str) -> Iterator[tuple[int, str]]:
    offset = 0
    for line in text.split(SEPARATOR):
        for start, end in _pieces(line):
            if line[start:end].strip():
                yield offset + start, line[start:end]
        offset += len(line) + len(SEPARATOR)


def _pieces(line: str) -> Iterator[tuple[int, int]]:
    """Cut at spaces, each piece beginning within the one before, so that no name is cut in two."""
    start = 0
    while True:
        end = start + IDENTIFY_MAX_CHARACTERS
        if end >= len(line):
            yield start, len(line)
            return
        end = max(line.rfind(" ", start + 1, end), end - _OVERLAP)
        yield start, end
        start = max(line.rfind(" ", start + 1, end - _OVERLAP // 2), end - _OVERLAP)


def _touched(words: Words, first: int, end: int) -> list[int]:
    """Positions of words from `first` on that begin before `end`."""
    last = first
    while last < len(words.items) and words.items[last].start < end:
        last += 1
    return list(range(first, last))


def _tells(words: Words, positions: list[int], kind: IdentifierKind) -> bool:
    """False for months, weekdays and function words alone, and for a date without any number."""
    keys = [words.key(at) for at in positions]
    telling = [key for key in keys if key not in CALENDAR and key not in FUNCTION_WORDS]
    if kind == "date":
        return any(key[0].isdecimal() or is_number(key) or key in ORDINALS for key in telling)
    return bool(telling)
