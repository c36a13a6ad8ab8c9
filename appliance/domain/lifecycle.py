"""The flow as a table: where an encounter can be, and what moves it on.

The stage column of the database is the queue: stages in `WORK` wait for the worker.
"""

from enum import StrEnum

from appliance.domain.errors import WrongStage


class Stage(StrEnum):
    """Where an encounter is."""

    OPEN = "open"
    """Waiting for words: a summary, a recording, or a note written by hand."""
    RECEIVING = "receiving"
    """A recording is arriving."""
    RECORDED = "recorded"
    """A finished recording waits for its words."""
    TRANSCRIBED = "transcribed"
    """Its words are stored, with names in them."""
    MASKED = "masked"
    """Names are masked; it waits for the note writer."""
    DRAFTED = "drafted"
    """A draft waits for the clinician."""
    AWAITING_COSIGNATURE = "awaiting_cosignature"
    """Signed by the clinician, waiting for the supervisor."""
    SIGNED = "signed"
    """Signed, or copied to the practice's own record system. Everything it was made from goes."""
    CLOSED = "closed"
    """Never signed; everything of it was destroyed with everything of its client."""


STAGE_WORDS: dict[Stage, str] = {
    Stage.OPEN: "waiting for words",
    Stage.RECEIVING: "receiving a recording",
    Stage.RECORDED: "being transcribed",
    Stage.TRANSCRIBED: "having names masked",
    Stage.MASKED: "being drafted",
    Stage.DRAFTED: "ready to review",
    Stage.AWAITING_COSIGNATURE: "waiting for co-signature",
    Stage.SIGNED: "signed",
    Stage.CLOSED: "destroyed with everything of its client",
}


class Event(StrEnum):
    """What happens to an encounter."""

    RECORDING_BEGUN = "recording_begun"
    RECORDING_FINISHED = "recording_finished"
    RECORDING_ABANDONED = "recording_abandoned"
    RECORDING_FAILED = "recording_failed"
    RECORDING_RETRIED = "recording_retried"
    SUMMARY_TYPED = "summary_typed"
    WORDS_STORED = "words_stored"
    WORDS_DISCARDED = "words_discarded"
    NAMES_MASKED = "names_masked"
    FINDINGS_DECIDED = "findings_decided"
    DRAFT_WRITTEN = "draft_written"
    NOTE_BEGUN_BY_HAND = "note_begun_by_hand"
    REDRAFT_ASKED = "redraft_asked"
    NOTE_SIGNED = "note_signed"
    COSIGNATURE_ASKED = "cosignature_asked"
    COSIGNATURE_DECLINED = "cosignature_declined"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    SOURCES_EXPIRED = "sources_expired"
    DRAFT_EXPIRED = "draft_expired"
    CLIENT_DESTROYED = "client_destroyed"


TRANSITIONS: dict[tuple[Stage, Event], Stage] = {
    (Stage.OPEN, Event.RECORDING_BEGUN): Stage.RECEIVING,
    (Stage.OPEN, Event.SUMMARY_TYPED): Stage.TRANSCRIBED,
    (Stage.OPEN, Event.NOTE_BEGUN_BY_HAND): Stage.DRAFTED,
    (Stage.RECEIVING, Event.RECORDING_FINISHED): Stage.RECORDED,
    (Stage.RECEIVING, Event.RECORDING_ABANDONED): Stage.OPEN,
    (Stage.RECORDED, Event.WORDS_STORED): Stage.TRANSCRIBED,
    # No speech in it, or no sound that can be read: the encounter stays usable.
    (Stage.RECORDED, Event.RECORDING_FAILED): Stage.OPEN,
    (Stage.OPEN, Event.RECORDING_RETRIED): Stage.RECORDED,
    (Stage.TRANSCRIBED, Event.NAMES_MASKED): Stage.MASKED,
    (Stage.MASKED, Event.DRAFT_WRITTEN): Stage.DRAFTED,
    # The clinician has decided about all that the gate had found: mask again.
    (Stage.TRANSCRIBED, Event.FINDINGS_DECIDED): Stage.TRANSCRIBED,
    (Stage.MASKED, Event.FINDINGS_DECIDED): Stage.TRANSCRIBED,
    # The gate stopped it, or there was nothing to draft from: the clinician writes.
    (Stage.TRANSCRIBED, Event.NOTE_BEGUN_BY_HAND): Stage.DRAFTED,
    (Stage.MASKED, Event.NOTE_BEGUN_BY_HAND): Stage.DRAFTED,
    (Stage.DRAFTED, Event.REDRAFT_ASKED): Stage.TRANSCRIBED,
    (Stage.DRAFTED, Event.COSIGNATURE_ASKED): Stage.AWAITING_COSIGNATURE,
    (Stage.DRAFTED, Event.NOTE_SIGNED): Stage.SIGNED,
    (Stage.AWAITING_COSIGNATURE, Event.NOTE_SIGNED): Stage.SIGNED,
    (Stage.AWAITING_COSIGNATURE, Event.COSIGNATURE_DECLINED): Stage.DRAFTED,
    # Words can be discarded until the note is signed.
    (Stage.RECORDED, Event.WORDS_DISCARDED): Stage.OPEN,
    (Stage.TRANSCRIBED, Event.WORDS_DISCARDED): Stage.OPEN,
    (Stage.MASKED, Event.WORDS_DISCARDED): Stage.OPEN,
    (Stage.DRAFTED, Event.WORDS_DISCARDED): Stage.OPEN,
    # Withdrawn consent takes a recording and all that came of it; typing stays open.
    (Stage.RECEIVING, Event.CONSENT_WITHDRAWN): Stage.OPEN,
    (Stage.RECORDED, Event.CONSENT_WITHDRAWN): Stage.OPEN,
    (Stage.TRANSCRIBED, Event.CONSENT_WITHDRAWN): Stage.OPEN,
    (Stage.MASKED, Event.CONSENT_WITHDRAWN): Stage.OPEN,
    (Stage.DRAFTED, Event.CONSENT_WITHDRAWN): Stage.OPEN,
    (Stage.AWAITING_COSIGNATURE, Event.CONSENT_WITHDRAWN): Stage.OPEN,
    # The seven days are over: a draft stays, words without a draft do not.
    (Stage.TRANSCRIBED, Event.SOURCES_EXPIRED): Stage.OPEN,
    (Stage.MASKED, Event.SOURCES_EXPIRED): Stage.OPEN,
    (Stage.DRAFTED, Event.SOURCES_EXPIRED): Stage.DRAFTED,
    (Stage.AWAITING_COSIGNATURE, Event.SOURCES_EXPIRED): Stage.AWAITING_COSIGNATURE,
    # So are the thirty days of a draft that nobody signed or co-signed.
    (Stage.DRAFTED, Event.DRAFT_EXPIRED): Stage.OPEN,
    (Stage.AWAITING_COSIGNATURE, Event.DRAFT_EXPIRED): Stage.OPEN,
    # Everything of the client goes; what is signed stays as it is.
    (Stage.OPEN, Event.CLIENT_DESTROYED): Stage.CLOSED,
    (Stage.RECEIVING, Event.CLIENT_DESTROYED): Stage.CLOSED,
    (Stage.RECORDED, Event.CLIENT_DESTROYED): Stage.CLOSED,
    (Stage.TRANSCRIBED, Event.CLIENT_DESTROYED): Stage.CLOSED,
    (Stage.MASKED, Event.CLIENT_DESTROYED): Stage.CLOSED,
    (Stage.DRAFTED, Event.CLIENT_DESTROYED): Stage.CLOSED,
    (Stage.AWAITING_COSIGNATURE, Event.CLIENT_DESTROYED): Stage.CLOSED,
}

WORK: tuple[Stage, ...] = (Stage.RECORDED, Stage.TRANSCRIBED, Stage.MASKED)
"""The stages that the worker moves on, in the order of the flow."""


def has_arrow(stage: Stage, event: Event) -> bool:
    """True where `event` can happen at this stage."""
    return (stage, event) in TRANSITIONS


def after(stage: Stage, event: Event, *, encounter_id: str | None = None) -> Stage:
    """The stage that `event` leads to. Raises WrongStage where the table has no such arrow."""
    try:
        return TRANSITIONS[stage, event]
    except KeyError:
        raise WrongStage(encounter_id=encounter_id, details={"stage": STAGE_WORDS[stage]}) from None
