"""Masked text: the only thing the note model is given, and only the masker and its gate make it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from appliance.domain.transcript import Origin

_GATE: Final = object()
"""Held by the gate; whoever makes a `MaskedText` without it is refused."""


@dataclass(frozen=True, kw_only=True)
class MaskedLine:
    """One utterance, observation or record fact with placeholders for identifiers."""

    id: str
    speaker: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """Where one identifier stood: offsets in the original text of line `line_id`, end exclusive."""

    line_id: str
    start: int
    end: int
    placeholder: str
    original: str


@dataclass(frozen=True, kw_only=True)
class MaskMap:
    """What each placeholder stands for (`canonical`), and every occurrence, for exact unmasking.

    It is as sensitive as the transcript, and is sealed and destroyed with it.
    """

    canonical: Mapping[str, str]
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, kw_only=True)
class MaskedText:
    """Everything about an encounter that may go to the note model; it has passed the gate."""

    origin: Origin
    utterances: tuple[MaskedLine, ...]
    observations: tuple[MaskedLine, ...] = ()
    record_facts: tuple[MaskedLine, ...] = ()
    passed: object

    def __post_init__(self) -> None:
        if self.passed is not _GATE:
            raise TypeError("MaskedText is made by the gate only")

    def lines(self) -> tuple[MaskedLine, ...]:
        return (*self.utterances, *self.observations, *self.record_facts)
