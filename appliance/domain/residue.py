"""What a hunt for residue looks for and reports: places, bytes and finds, never the text (P5)."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Which way into the box a piece of the canary took."""

    TYPED = "typed"
    """Words that were typed."""
    SPOKEN = "spoken"
    """Words that were said, or what was heard of them."""
    SOUND = "sound"
    """The sound itself."""


class Form(StrEnum):
    """How a piece of the canary was written down where it was found."""

    UTF8 = "UTF-8"
    """As it is, in any case of letters."""
    UTF16 = "UTF-16"
    """Two bytes a letter, either order."""
    JSON = "JSON"
    """With JSON's escapes."""
    PERCENT = "percent"
    """As in an address or a form."""
    BASE64 = "base64"
    """At any of its three offsets, lines broken or not."""
    HEX = "hex"
    """Two digits a byte, as databases print bytes."""
    PCM16 = "PCM16"
    """Samples of 16 bits."""
    FLOAT32 = "float32"
    """The same samples as engines take them."""
    FILE = "file"
    """The bytes of the recording that was sent."""


class Outcome(StrEnum):
    """What a hunt comes to."""

    CLEAN = "clean"
    """Every place was looked at, and nothing was found."""
    INCOMPLETE = "incomplete"
    """Nothing was found, and some place could not be looked at."""
    FOUND = "found"
    """The canary was found."""


@dataclass(frozen=True, kw_only=True)
class Find:
    """Where a piece of the canary was found. `path` never holds its text.

    `packing`: what had to be unpacked on the way, from outside in; empty for plain bytes.
    `in_name`: the text is in a file's name, and `path` is the folder that it is in.
    """

    path: str
    source: Source
    form: Form
    packing: tuple[str, ...] = ()
    in_name: bool = False


@dataclass(frozen=True, kw_only=True)
class LookedAt:
    """One place: how many files and bytes were read, what was found, and what could not be read.

    `is_there` is False where this machine has no such place; then nothing else is said.
    `unread`: path and reason of what could not be read: never taken for clean.
    """

    place: str
    is_there: bool
    files: int = 0
    size_bytes: int = 0
    finds: tuple[Find, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class HuntReport:
    """All places of one hunt."""

    places: tuple[LookedAt, ...]

    @property
    def finds(self) -> tuple[tuple[str, Find], ...]:
        return tuple((place.place, find) for place in self.places for find in place.finds)

    @property
    def unread(self) -> tuple[tuple[str, str, str], ...]:
        """Place, path and reason of everything that was not looked at."""
        return tuple((place.place, *each) for place in self.places for each in place.unread)

    @property
    def size_bytes(self) -> int:
        return sum(place.size_bytes for place in self.places)

    @property
    def outcome(self) -> Outcome:
        if self.finds:
            return Outcome.FOUND
        # A hunt that has read nothing has shown nothing.
        return Outcome.INCOMPLETE if self.unread or not self.size_bytes else Outcome.CLEAN
