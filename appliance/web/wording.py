"""What an encounter's state is called on the pages, what comes next, and what to do about trouble."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.attention import ATTENTION_WORDS
from appliance.domain.encounter import Attention, Encounter
from appliance.domain.lifecycle import Stage


class Tone(StrEnum):
    """How loudly a chip speaks; each also differs by its words, never by colour alone."""

    PLAIN = "plain"
    """Nothing to do yet."""
    YOURS = "yours"
    """It waits for the clinician."""
    WORKING = "working"
    """The box is at work."""
    DONE = "done"
    """Signed."""
    ALERT = "alert"
    """It needs a person."""


@dataclass(frozen=True, kw_only=True)
class Chip:
    """State and next step of one encounter, in words."""

    tone: Tone
    label: str
    next_step: str


class Remedy(StrEnum):
    """A button that answers an attention."""

    RETRY = "retry"
    """Transcribe the same recording again, and use what is there."""
    AGAIN = "again"
    """Mask and draft the same words again."""
    BY_HAND = "by_hand"
    """Write the note by hand."""
    DISCARD = "discard"
    """Throw the words away and start over."""


REMEDIES: dict[Attention, tuple[Remedy, ...]] = {
    Attention.NO_MATERIAL: (Remedy.BY_HAND, Remedy.AGAIN, Remedy.DISCARD),
    Attention.RECORDING_CUT_SHORT: (Remedy.RETRY,),
    Attention.GATE_BLOCKED: (Remedy.AGAIN, Remedy.BY_HAND, Remedy.DISCARD),
    Attention.PAYLOAD_BLOCKED: (Remedy.AGAIN, Remedy.BY_HAND, Remedy.DISCARD),
    Attention.WORDS_EXPIRED: (Remedy.BY_HAND,),
    Attention.DRAFT_EXPIRED: (Remedy.BY_HAND,),
    Attention.STEP_FAILING: (Remedy.DISCARD,),
}
"""The buttons that answer an attention, the best one first."""

REMEDY_LABELS: dict[Remedy, str] = {
    Remedy.RETRY: "Use what is there",
    Remedy.AGAIN: "Try again",
    Remedy.BY_HAND: "Write the note by hand",
    Remedy.DISCARD: "Destroy the words and start over",
}

FOUND_AS: dict[str, str] = {
    "name": "a name that the box knows",
    "place": "a place that the box knows",
    "number": "a number that the box knows",
    "stray_name": "looks like a name",
    "announced_name": "stands where a name is announced",
    "stray_place": "looks like a place, an address, a code or a high age",
    "leftover": "looks like the rest of something that was masked",
    "long_number": "a long number",
    "email": "an e-mail address",
    "web_address": "a web address",
    "phone": "a telephone number",
    "social_security_number": "a social security number",
    "date": "a date",
}
"""What the check took something for, by the kind of its detector."""

_STAGE_CHIPS: dict[Stage, Chip] = {
    Stage.OPEN: Chip(
        tone=Tone.YOURS, label="Needs words", next_step="Record it, upload it, or type a summary"
    ),
    Stage.RECEIVING: Chip(
        tone=Tone.YOURS, label="Recording", next_step="Go on with the recording, or stop it"
    ),
    Stage.RECORDED: Chip(
        tone=Tone.WORKING, label="Transcribing", next_step="Nothing to do: the words are coming"
    ),
    Stage.TRANSCRIBED: Chip(
        tone=Tone.WORKING, label="Masking names", next_step="Nothing to do: the draft is coming"
    ),
    Stage.MASKED: Chip(
        tone=Tone.WORKING, label="Drafting", next_step="Nothing to do: the draft is coming"
    ),
    Stage.DRAFTED: Chip(
        tone=Tone.YOURS, label="Draft to review", next_step="Read the draft, then sign"
    ),
    Stage.AWAITING_COSIGNATURE: Chip(
        tone=Tone.PLAIN, label="Waiting for co-signature", next_step="Your supervisor signs next"
    ),
    Stage.SIGNED: Chip(
        tone=Tone.DONE, label="Signed", next_step="Done: what it was made from is destroyed"
    ),
    Stage.CLOSED: Chip(
        tone=Tone.DONE, label="Destroyed", next_step="Destroyed with everything of this client"
    ),
}


def chip_of(encounter: Encounter, now: datetime) -> Chip:
    """State and next step; what needs a person goes before everything else."""
    if encounter.attention is not None:
        words = ATTENTION_WORDS[encounter.attention]
        return Chip(tone=Tone.ALERT, label="Needs you", next_step=words.title)
    if encounter.stage is Stage.OPEN:
        return _open_chip(encounter, now)
    if encounter.stage is Stage.SIGNED and encounter.copied_at is not None:
        return Chip(
            tone=Tone.DONE,
            label="Copied",
            next_step="Done: in your record system; what it was made from is destroyed",
        )
    return _STAGE_CHIPS[encounter.stage]


def _open_chip(encounter: Encounter, now: datetime) -> Chip:
    if encounter.kind.needs_no_words:
        return Chip(tone=Tone.YOURS, label="Needs a note", next_step="Write a short note")
    if encounter.scheduled_at > now:
        return Chip(tone=Tone.PLAIN, label="Planned", next_step="Ask for consent before recording")
    return _STAGE_CHIPS[Stage.OPEN]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What the box is doing now. `share` is 0 to 1; None where it cannot say."""

    doing: str
    detail: str
    share: float | None


_DOING: dict[Stage, tuple[str, str]] = {
    Stage.RECORDED: (
        "Turning the recording into words",
        "The recording is destroyed as soon as its words are stored.",
    ),
    Stage.TRANSCRIBED: ("Masking names", "The note writer never sees who this is about."),
    Stage.MASKED: ("Writing the draft", "Each sentence will show what it rests on."),
}


def progress_of(encounter: Encounter) -> Progress | None:
    """None where nothing is under way."""
    if encounter.stage not in _DOING:
        return None
    doing, detail = _DOING[encounter.stage]
    return Progress(doing=doing, detail=detail, share=encounter.done_share)
