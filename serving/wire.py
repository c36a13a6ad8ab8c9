"""The shapes on the wire between the appliance and serving: the one file that both sides import.

HTTP on Ray Serve's ingress, a shared secret in `Authorization: Bearer …` on every request.

| path | body | answer |
|---|---|---|
| POST /speech/transcribe | one window of sound, 16 kHz mono PCM16 little endian, at most 30 s | `Transcription` |
| POST /notes/draft | `DraftRequest` | `DraftReply` |
| POST /identifiers/find | `IdentifyRequest` | `IdentifyReply` |
| GET /health | - | `Health` |
| GET /energy/{span} | - | `Usage`, for a request whose energy was not settled when it was answered |

`X-Request-Id` may carry a random id (16 to 32 hexadecimal digits) under which energy is booked.
`X-Energy: later` answers at once, without waiting up to 300 ms for the energy to settle.

A window may come with words to listen for (the practice's and the client's vocabulary) in the header
`HINTS_HEADER`, as `written_hints` writes them.

Errors are `Problem` with HTTP 4xx or 5xx: a code, never text from a request.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SAMPLE_RATE_HZ = 16_000
BYTES_PER_SAMPLE = 2
WINDOW_MAX_SECONDS = 30
WINDOW_MAX_BYTES = WINDOW_MAX_SECONDS * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE
IDENTIFY_MAX_CHARACTERS = 200_000
"""Of one request's texts together: some three hours of talk."""
REQUEST_ID_HEADER = "X-Request-Id"
HINTS_HEADER = "X-Hints"
HINTS_AT_MOST = 100
HINT_MAX_CHARACTERS = 60
HINTS_MAX_BYTES = 8192
"""Of the header's value: more than that no HTTP server need take."""
ENERGY_HEADER = "X-Energy"
ENERGY_LATER = "later"


class Message(BaseModel):
    """Frozen, closed, and silent about its values when a field is wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Engine(Message):
    """Which engine answered, as it is shown to people.

    `takes_hints`: it listens for the words that came with a window; others let them be.
    """

    name: str
    version: str
    is_demo: bool = False
    takes_hints: bool = False


class Word(Message):
    """One recognised word; times in seconds from the start of the window; confidence in [0, 1] or None."""

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float | None = None


class Phrase(Message):
    """Words spoken without a pause between them."""

    words: tuple[Word, ...]


class Usage(Message):
    """What a request used on GPUs: its share by rule of what their counters showed.

    `energy_joules` null: not measured, or not settled within 300 ms; then `ask_later` is where it
    can be asked. `energy_measured` is false where a part of it fell into a gap. `energy_calibrated`
    is false where time in flight was shared alike for want of a calibration.
    """

    energy_joules: float | None
    energy_measured: bool
    energy_calibrated: bool = False
    ask_later: str | None = None


class Transcription(Message):
    """What was heard in one window. No phrases means no speech was found in it."""

    engine: Engine
    phrases: tuple[Phrase, ...]
    audio_seconds: float
    speech_seconds: float
    usage: Usage | None = None


Role = Literal["reported", "observed", "intervention", "response", "assessment", "plan"]
Verbosity = Literal["concise", "intermediate", "detailed"]
Support = Literal["supported", "unsupported", "withheld"]


class SectionSpec(Message):
    """One section of a note format: what it may hold, in order of importance.

    `only_observed`: nothing may stand here that was not stated or observed; without material the
    writer leaves the section empty and the reader sees "not discussed".
    """

    key: str
    title: str
    holds: tuple[Role, ...]
    only_observed: bool = False
    guidance: str = ""


class Source(Message):
    """Something a statement may rest on: an utterance (u…), an observation (o…), a record fact (r…).

    `speaker` of an utterance: clinician, client, partner, parent, child, member, unknown, or
    "typed" for a sentence of a typed summary. For observations and facts it names the field.
    """

    id: str
    speaker: str
    text: str


class Pronouns(Message):
    """E.g. she, her, her, hers, herself."""

    subject: str
    object: str
    possessive_adjective: str
    possessive: str
    reflexive: str


class Style(Message):
    """What the clinician chose. `pronouns` None: repeat the client term instead of any pronoun.

    `word_budget`: words of the whole draft at most; talk of risk is told beyond it.
    """

    clinician_term: str = "therapist"
    client_term: str = "client"
    pronouns: Pronouns | None = None
    verbosity: Verbosity = "intermediate"
    methods: tuple[str, ...] = ()
    word_budget: int | None = Field(default=None, ge=1)


class DraftRequest(Message):
    """Masked text only: it passed the gate. `origin` says whether the utterances were spoken or typed."""

    format_key: str
    sections: tuple[SectionSpec, ...] = Field(min_length=1)
    encounter_kind: str
    origin: Literal["typed", "speech"]
    utterances: tuple[Source, ...]
    observations: tuple[Source, ...] = ()
    record_facts: tuple[Source, ...] = ()
    style: Style = Style()


class Statement(Message):
    """One sentence of a draft and the ids of what it rests on."""

    text: str
    sources: tuple[str, ...]
    support: Support = "supported"


class DraftedSection(Message):
    """No statements: the section had no material ("not discussed")."""

    key: str
    statements: tuple[Statement, ...]


class DraftReply(Message):
    """A whole draft. Token counts are of the engine's own tokens (words for the built-in writer)."""

    engine: Engine
    sections: tuple[DraftedSection, ...]
    prefill_tokens: int
    decode_tokens: int
    usage: Usage | None = None


class IdentifyRequest(Message):
    """Unmasked lines: what is found in them is what masking hides. Never kept, never logged."""

    texts: tuple[str, ...] = Field(min_length=1, max_length=50_000)


IdentifierKind = Literal[
    "person", "place", "organization", "address", "date", "phone", "number", "contact", "other"
]


class Span(Message):
    """One identifier at [start, end) of its text, in characters; score in [0, 1]."""

    start: int = Field(ge=0)
    end: int
    kind: IdentifierKind
    score: float = Field(ge=0, le=1)


class IdentifyReply(Message):
    """For each text of the request, in its order, what was found."""

    engine: Engine
    found: tuple[tuple[Span, ...], ...]
    usage: Usage | None = None


Trouble = Literal["out_of_memory", "broken"]


class Health(Message):
    """Which engines answer; None where a job has none, or one that cannot work.

    `speech_trouble`: why speech is None although its engine is there, until it has heard a window
    again: the GPU's memory ran out with a single window, or the GPU itself failed.
    """

    speech: Engine | None
    notes: Engine | None
    identifiers: Engine | None = None
    speech_trouble: Trouble | None = None


class Problem(Message):
    """A code only; the appliance turns it into a sentence."""

    code: Literal["unauthorised", "unusable", "too_large", "unavailable", "no_material"]


def written_hints(hints: Sequence[str]) -> str:
    """The header's value: base64 of a JSON list. What is too much for one request is left off its end."""
    kept = [hint for hint in hints if 0 < len(hint) <= HINT_MAX_CHARACTERS][:HINTS_AT_MOST]
    while len(written := base64.b64encode(json.dumps(kept).encode())) > HINTS_MAX_BYTES:
        kept.pop()
    return written.decode()


def read_hints(written: str | None) -> tuple[str, ...]:
    """What `written_hints` wrote, in its order; none without a header. Raises ValueError for anything else."""
    if written is None:
        return ()
    if len(written) > HINTS_MAX_BYTES:
        raise ValueError("too many hints")
    try:
        listed = json.loads(base64.b64decode(written, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise ValueError("hints that cannot be read") from None
    if not isinstance(listed, list) or len(listed) > HINTS_AT_MOST:
        raise ValueError("hints that are no list")
    if any(
        not isinstance(hint, str) or not 0 < len(hint) <= HINT_MAX_CHARACTERS for hint in listed
    ):
        raise ValueError("a hint that is no short text")
    return tuple(listed)
