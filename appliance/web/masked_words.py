"""Masked words as a clinician reads them: each placeholder by its kind, and what masking does not do."""

import re
from collections import Counter
from dataclasses import dataclass

from appliance.domain.masking.gate import BlockedSpan
from appliance.domain.masking.masked import MaskedLine, MaskMap
from appliance.domain.masking.vocabulary import listed
from appliance.steps.show_masking import MaskingView

NOTHING_KNOWN = "No known identifier is left in it."
MEASURED = (
    "Measured on invented therapy talk that was never read while the rules were made: with the "
    "client's record filled in, masking found 98.4 of 100 words that identify somebody, and left "
    "none in 92 of 100 excerpts; without the record, 91.0 of 100 words and 65 of 100 excerpts."
)
"""The first typed rows of README's table, with and without the record."""
STORY = "A story can identify somebody without any name in it."
LIMIT = (
    "Masking gives the note writer less than it could have; it is not de-identification under "
    "HIPAA. Everything here stays protected health information."
)

_PEOPLE = listed(
    "CLIENT CLINICIAN PARTNER CHILD PARENT GUARDIAN INTERPRETER MEMBER SIBLING RELATIVE FRIEND PERSON "
    "SURNAME COLLEAGUE PET NAME"
)
_PLACES = listed("CITY PLACE ADDRESS EMPLOYER SCHOOL HOSPITAL CHURCH ORGANIZATION")
_TIMES = listed("DATE AGE")
_ANYTHING = listed("OTHER TEXT")
FOUND = "found"
KIND_TITLES: dict[str, str] = {
    "person": "people",
    "place": "places and institutions",
    "time": "dates and ages",
    "number": "numbers, e-mail and the like",
    "other": "anything else",
}


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of masked text; `kind` is that of a placeholder, "found" for what the check still
    finds, and empty for the words between."""

    text: str
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class ShownLine:
    id: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What one placeholder stands for, and how often it does."""

    token: str
    kind: str
    value: str
    count: int


def shown_lines(lines: tuple[MaskedLine, ...], view: MaskingView) -> tuple[ShownLine, ...]:
    """Each line in pieces."""
    found: dict[str, list[BlockedSpan]] = {}
    for span in view.left:
        found.setdefault(span.line_id, []).append(span)
    return tuple(
        ShownLine(id=line.id, pieces=_pieces(line.text, view.names, found.get(line.id, [])))
        for line in lines
    )


def standings(view: MaskingView) -> tuple[Standing, ...]:
    """What every placeholder stands for, people first."""
    counts = Counter(o.placeholder for o in view.names.occurrences)
    order = [*KIND_TITLES]
    rows = [
        Standing(token=token, kind=kind_of(token), value=value, count=counts[token])
        for token, value in view.names.canonical.items()
    ]
    return tuple(sorted(rows, key=lambda row: order.index(row.kind)))


def kind_of(token: str) -> str:
    """Which of `KIND_TITLES` a placeholder belongs to."""
    stem = token.strip("[]").partition("_")[0]
    for kind, stems in (
        ("person", _PEOPLE),
        ("place", _PLACES),
        ("time", _TIMES),
        ("other", _ANYTHING),
    ):
        if stem in stems:
            return kind
    return "number"


def _pieces(text: str, names: MaskMap, found: list[BlockedSpan]) -> tuple[Piece, ...]:
    marks = [(span.start, span.end, FOUND) for span in found]
    if names.canonical:
        tokens = "|".join(re.escape(token) for token in names.canonical)
        marks += [(*m.span(), kind_of(m[0])) for m in re.finditer(tokens, text)]
    pieces: list[Piece] = []
    at = 0
    for start, end, kind in sorted(marks):
        if start >= at:
            pieces += [Piece(text=text[at:start]), Piece(text=text[start:end], kind=kind)]
            at = end
    return tuple(piece for piece in (*pieces, Piece(text=text[at:])) if piece.text)
