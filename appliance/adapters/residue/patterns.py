"""The bytes that give a canary away, in every form that a program may write it down in."""

import base64
import json
import math
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from appliance.domain.errors import Misconfigured
from appliance.domain.residue import Form, Source

SHORTEST_CHARACTERS = 8
"""Fewer would be found where nobody left them."""
PIECE_BYTES = 48
PIECES_OF_SOUND = 12
_SAMPLE_BYTES = 2
_LOUDEST = 32768.0


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """Bytes to look for. `is_folded`: in lower case, to be looked for in lower-case bytes."""

    needle: bytes
    source: Source
    form: Form
    is_folded: bool = False


@dataclass(frozen=True, kw_only=True)
class Canary:
    """What to hunt for: texts of 8 characters or more, sound as PCM16, and files as they were sent."""

    typed: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()
    pcm: bytes = b""
    media: bytes = b""


def patterns_of(canary: Canary) -> tuple[Pattern, ...]:
    """Every form of every piece, each needle once. Raises Misconfigured where there is too little."""
    found: list[Pattern] = []
    for source, texts in ((Source.TYPED, canary.typed), (Source.SPOKEN, canary.spoken)):
        for text in texts:
            found += _of_text(text, source)
    found += [_sound(piece, Form.PCM16) for piece in _pieces(canary.pcm, _SAMPLE_BYTES)]
    found += [
        _sound(_as_float(piece), Form.FLOAT32) for piece in _pieces(canary.pcm, _SAMPLE_BYTES)
    ]
    found += [_sound(piece, Form.FILE) for piece in _pieces(canary.media, 1)]
    if not found:
        raise Misconfigured(details={"reason": "there is no canary to hunt for"})
    return tuple({(each.needle, each.is_folded): each for each in reversed(found)}.values())


def _of_text(text: str, source: Source) -> Iterator[Pattern]:
    if len(text) < SHORTEST_CHARACTERS:
        reason = f"a canary's text has {SHORTEST_CHARACTERS} characters or more"
        raise Misconfigured(details={"reason": reason})
    cases = tuple(dict.fromkeys((text, text.lower(), text.upper(), text.capitalize())))
    for form, needles in (
        (Form.UTF8, [each.encode() for each in cases]),
        (Form.UTF16, [_utf16(each, order) for each in cases for order in ("le", "be")]),
        (Form.JSON, [json.dumps(each)[1:-1].encode() for each in cases]),
        (Form.PERCENT, [way(each).encode() for each in cases for way in (quote, quote_plus)]),
        (Form.HEX, [each.encode().hex().encode() for each in cases]),
    ):
        for needle in dict.fromkeys(each.lower() for each in needles):
            yield Pattern(needle=needle, source=source, form=form, is_folded=True)
    for needle in dict.fromkeys(_base64(cases)):
        yield Pattern(needle=needle, source=source, form=Form.BASE64)


def _utf16(text: str, order: str) -> bytes:
    """Without zero bytes at the ends, which are the same letter's in one order only."""
    return text.encode(f"utf-16-{order}").strip(b"\0")


def _base64(texts: Iterable[str]) -> Iterator[bytes]:
    """The characters that depend on the text alone, at each of the three offsets (RFC 4648)."""
    for raw in (text.encode() for text in texts):
        for offset in range(3):
            whole = bytes(offset) + raw
            inner = slice(math.ceil(offset * 8 / 6), len(whole) * 8 // 6)
            yield base64.b64encode(whole)[inner]
            yield base64.urlsafe_b64encode(whole)[inner]


def _pieces(data: bytes, step: int) -> Sequence[bytes]:
    """Pieces spread over the data that say something: not silence, nor one byte again and again."""
    apart = max(PIECE_BYTES, len(data) // PIECES_OF_SOUND // step * step)
    pieces = (data[start : start + PIECE_BYTES] for start in range(0, len(data), apart))
    return [piece for piece in pieces if len(piece) == PIECE_BYTES and len(set(piece)) >= 12]


def _as_float(piece: bytes) -> bytes:
    count = len(piece) // _SAMPLE_BYTES
    samples = struct.unpack(f"<{count}h", piece)
    return struct.pack(f"<{count}f", *(sample / _LOUDEST for sample in samples))


def _sound(needle: bytes, form: Form) -> Pattern:
    return Pattern(needle=needle, source=Source.SOUND, form=form)
