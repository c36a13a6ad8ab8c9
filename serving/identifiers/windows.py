"""Long texts in windows that a model can hold, overlapping, so that no name is cut in two."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of one text in tokens, [first, last), whose tags count only within [from_, to)."""

    first: int
    last: int
    from_: int
    to: int


def cut(tokens: int, longest: int, overlap: int) -> Iterator[Piece]:
    """Windows of at most `longest` tokens; where two overlap, each is believed up to the middle.

    So every token is judged once, with at least `overlap` / 2 tokens of surroundings on each side
    that the text has.
    """
    if not 0 <= overlap < longest:
        raise ValueError("the overlap must be shorter than a window")
    first = 0
    while True:
        last = min(first + longest, tokens)
        yield Piece(
            first=first,
            last=last,
            from_=first + overlap // 2 if first else 0,
            to=tokens if last == tokens else last - (overlap - overlap // 2),
        )
        if last == tokens:
            return
        first = last - overlap


@dataclass(frozen=True, kw_only=True)
class Tagged:
    """One token: its characters, and what the model takes it for (None: no identifier)."""

    start: int
    end: int
    kind: str | None
    score: float


def joined(tokens: Iterable[Tagged], text: str) -> Iterator[Tagged]:
    """Neighbouring tokens of one kind as one stretch, and always whole words: half a name is a leak."""
    open_: Tagged | None = None
    for token in tokens:
        if token.kind is None or token.end <= token.start:
            continue
        start, end = _whole_word(text, token.start, token.end)
        if open_ is not None and open_.kind == token.kind and _is_near(text, open_.end, start):
            open_ = Tagged(
                start=open_.start,
                end=max(open_.end, end),
                kind=token.kind,
                score=min(open_.score, token.score),
            )
            continue
        if open_ is not None:
            yield open_
        open_ = Tagged(start=start, end=end, kind=token.kind, score=token.score)
    if open_ is not None:
        yield open_


def _is_near(text: str, end: int, start: int) -> bool:
    return start <= end or (start - end <= 2 and not text[end:start].strip(" -.'@/"))


def _whole_word(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end
