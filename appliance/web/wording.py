"""What an encounter's state is called on the pages, what comes next, and what to do about trouble."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


@dataclass(frozen=True, kw_only=True)
class AttentionWords:
    """What happened, what to do, and the buttons for it, the best one first."""

    title: str
    advice: str
    remedies: tuple[Remedy, ...] = ()


_RECORDING_KEPT = "It is kept for three days in case you want to try again, then destroyed."

ATTENTION_WORDS: dict[Attention, AttentionWords] = {
    Attention.NO_SPEECH_FOUND: AttentionWords(
        title="No speech was found in the recording",
        advice="Nothing was made up from silence. Type a summary, or upload another recording. "
        "The silent one is destroyed.",
    ),
    Attention.NO_MATERIAL: AttentionWords(
        title="There is too little here to write a note from",
        advice="Start over with a longer summary, or write the note by hand.",
        remedies=(Remedy.BY_HAND, Remedy.AGAIN, Remedy.DISCARD),
    ),
    Attention.NOT_A_RECORDING: AttentionWords(
        title="The file could not be read as a recording",
        advice="Choose the original file again (wav, mp3, m4a, mp4, ogg, webm or flac), "
        "or type a summary.",
    ),
    Attention.RECORDING_EMPTY: AttentionWords(
        title="The recording held no sound",
        advice="Choose the file again; if it plays on your computer, tell your administrator. "
        "Or type a summary.",
    ),
    Attention.RECORDING_TOO_LARGE: AttentionWords(
        title="The recording is longer than the box takes",
        advice="Split it into parts under four hours, or type a summary.",
    ),
    Attention.RECORDING_CUT_SHORT: AttentionWords(
        title="The recording stops early",
        advice=f"The file says it is longer than the sound in it. {_RECORDING_KEPT} "
        "Upload the original again, or use what is there.",
        remedies=(Remedy.RETRY,),
    ),
    Attention.GATE_BLOCKED: AttentionWords(
        title="A name or number was still in the text, so the note writer was not given it",
        advice="Add the name to the client's record and try again, or write the note by hand.",
        remedies=(Remedy.AGAIN, Remedy.BY_HAND, Remedy.DISCARD),
    ),
    Attention.UPLOAD_ABANDONED: AttentionWords(
        title="The recording never arrived in full",
        advice="What had arrived is destroyed. Upload it again, or type a summary.",
    ),
    Attention.WORDS_EXPIRED: AttentionWords(
        title="The words were destroyed before there was a draft",
        advice="Their time was over, and they are gone as promised. Type a summary from memory, "
        "or write the note by hand.",
        remedies=(Remedy.BY_HAND,),
    ),
    Attention.SOURCES_DESTROYED: AttentionWords(
        title="What this draft was made from is destroyed",
        advice="Its time was over. The draft stays for you to finish and sign; it can no longer "
        "show what its sentences rest on.",
    ),
    Attention.COSIGNATURE_DECLINED: AttentionWords(
        title="Your supervisor sent the note back",
        advice="Change the note, then sign it again.",
    ),
    Attention.STEP_FAILING: AttentionWords(
        title="This is taking several tries",
        advice="The box keeps trying by itself and nothing is lost. You can also write the note "
        "by hand; if it stays like this, tell your administrator.",
        remedies=(Remedy.DISCARD,),
    ),
}

REMEDY_LABELS: dict[Remedy, str] = {
    Remedy.RETRY: "Use what is there",
    Remedy.AGAIN: "Try again",
    Remedy.BY_HAND: "Write the note by hand",
    Remedy.DISCARD: "Destroy the words and start over",
}

_STAGE_CHIPS: dict[Stage, Chip] = {
    Stage.OPEN: Chip(
        tone=Tone.YOURS, label="Needs words", next_step="Type a summary or upload the recording"
    ),
    Stage.RECEIVING: Chip(
        tone=Tone.YOURS, label="Recording arriving", next_step="Let the upload finish"
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
