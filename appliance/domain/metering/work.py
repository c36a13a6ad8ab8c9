"""What a request did on a GPU, as its engine tells: counts and times, never content."""

from dataclasses import dataclass
from enum import StrEnum


class RequestKind(StrEnum):
    """What a request was for."""

    NOTE = "note"
    """A draft by the note model."""
    SPEECH = "speech"
    """Words from sound."""
    IDENTIFIERS = "identifiers"
    """Names and numbers in a text, before masking."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """Counts since a span began; they only grow.

    `prefill_tokens`: computed, not taken from a cache. `context_tokens`: tokens of context read,
    summed over the decode steps. `audio_milliseconds`: of sound heard.
    """

    prefill_tokens: int = 0
    decode_tokens: int = 0
    context_tokens: int = 0
    audio_milliseconds: int = 0

    def since(self, earlier: "Work") -> "Work":
        """What was done after `earlier`; a count that went down counts as nothing."""
        return Work(
            prefill_tokens=max(0, self.prefill_tokens - earlier.prefill_tokens),
            decode_tokens=max(0, self.decode_tokens - earlier.decode_tokens),
            context_tokens=max(0, self.context_tokens - earlier.context_tokens),
            audio_milliseconds=max(0, self.audio_milliseconds - earlier.audio_milliseconds),
        )

    def plus(self, other: "Work") -> "Work":
        return Work(
            prefill_tokens=self.prefill_tokens + other.prefill_tokens,
            decode_tokens=self.decode_tokens + other.decode_tokens,
            context_tokens=self.context_tokens + other.context_tokens,
            audio_milliseconds=self.audio_milliseconds + other.audio_milliseconds,
        )


NO_WORK = Work()


class Part(StrEnum):
    """Where in a span an event stands."""

    BEGIN = "begin"
    PROGRESS = "progress"
    END = "end"


@dataclass(frozen=True, kw_only=True, slots=True)
class StepEvent:
    """One thing an engine told: at `at_seconds` of the machine's monotonic clock, `work` was done.

    A span is one stretch of one request on the GPUs `gpus` (UUIDs); a request may have many spans.
    `request_id` is random and says nothing of a client. `model` names model and quantisation,
    `engine` the engine's version. Counts are totals since the span began, so that an event that
    comes twice changes nothing and one that is lost is made good by the next.
    """

    request_id: str
    span_id: str
    part: Part
    kind: RequestKind
    model: str
    gpus: tuple[str, ...]
    at_seconds: float
    work: Work = NO_WORK
    quantisation: str = ""
    engine: str = ""
