"""What was said or typed, as utterances that a draft can point to."""

from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """Where the words came from."""

    TYPED = "typed"
    """The clinician typed or dictated a summary."""
    SPEECH = "speech"
    """The box transcribed a recording."""


UNSURE_BELOW = 0.5
"""Confidence of a word, 0 to 1, below which a reader is told that the engine was not sure of it."""

UNKNOWN_SPEAKER = "unknown"
"""Where the box cannot tell who spoke."""


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """One stretch of talk, or one sentence of a typed summary.

    `speaker` is a role ("clinician", "client", "partner", …), "unknown" where the box cannot tell,
    or "typed". Times are seconds from the start of the recording; None for typed text. `unsure` are
    places of words (0 is the first, as blanks part them) that speech recognition was not sure of.
    """

    id: str
    speaker: str
    text: str
    start_seconds: float | None = None
    end_seconds: float | None = None
    unsure: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """The words of one encounter, before masking: identifiers are still in them.

    `engine` names what heard them ("typed" for a typed summary); `is_demo_engine` is shown
    wherever the words are.
    """

    origin: Origin
    utterances: tuple[Utterance, ...]
    engine: str
    is_demo_engine: bool = False

    @property
    def has_words(self) -> bool:
        return any(utterance.text.strip() for utterance in self.utterances)
