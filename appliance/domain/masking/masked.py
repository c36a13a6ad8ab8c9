"""Masked text: the only thing the note model is given, and only the masker and its gate make it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

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


class PayloadCheck(Protocol):
    """The gate's last look, at the very bytes that are about to be sent."""

    def __call__(self, payload: bytes, fixed: frozenset[str]) -> None:
        """Search every string of a JSON payload but those of the product's own (`fixed`).

        Raises GateBlocked, GateBroken.
        """


@dataclass(frozen=True, kw_only=True)
class MaskedText:
    """Everything about an encounter that may go to the note model; it has passed the gate.

    Whoever sends it shows `check` the bytes first, with all that was put around the text.
    """

    origin: Origin
    utterances: tuple[MaskedLine, ...]
    observations: tuple[MaskedLine, ...] = ()
    record_facts: tuple[MaskedLine, ...] = ()
    passed: object
    check: PayloadCheck = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.passed is not _GATE:
            raise TypeError("MaskedText is made by the gate only")

    def lines(self) -> tuple[MaskedLine, ...]:
        return (*self.utterances, *self.observations, *self.record_facts)
