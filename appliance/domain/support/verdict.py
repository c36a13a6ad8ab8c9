"""What the support check answers about one statement, and why, in a reader's words."""

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """Whether the cited words bear a statement out."""

    SUPPORTED = "supported"
    """Every part of it was found in them, and nothing contradicts it."""
    UNSUPPORTED = "unsupported"
    """Something in it differs from them, or was not in them."""
    UNCHECKED = "unchecked"
    """The check cannot tell; a person has to."""


class Flaw(StrEnum):
    """The kind of difference. The same words label the sets that the check is measured on."""

    NEGATION = "negation"
    SPEAKER = "speaker"
    NUMBER = "number"
    TIME = "time"
    UNSAID = "plausible_unsaid"
    INTENSITY = "intensity"
    CAUSE = "cause"
    HEDGE = "hedge"
    ENTITY = "entity"
    SCOPE = "scope"


IN_WORDS = {
    Flaw.NEGATION: "says yes where the words say no, or no where they say yes",
    Flaw.SPEAKER: "somebody else said it or did it",
    Flaw.NUMBER: "a number differs or was not said",
    Flaw.TIME: "happened, or is to happen, at another time",
    Flaw.UNSAID: "says something that was not said",
    Flaw.INTENSITY: "stronger than what was said",
    Flaw.CAUSE: "gives a reason that was not given",
    Flaw.HEDGE: "surer, or less sure, than what was said",
    Flaw.ENTITY: "about another person or thing",
    Flaw.SCOPE: "covers more, or less, than what was said",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A cited line: who said it ("client", "mother", "typed", or a field's name) and the words."""

    speaker: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The answer; `flaw` says what differs where the answer is UNSUPPORTED."""

    answer: Answer
    flaw: Flaw | None = None

    @property
    def reason(self) -> str:
        """For the reader; empty where the answer is SUPPORTED."""
        if self.answer is Answer.UNCHECKED:
            return "the box could not check this against the words"
        return IN_WORDS[self.flaw] if self.flaw is not None else ""
