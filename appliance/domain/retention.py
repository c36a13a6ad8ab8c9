"""How long each artefact may exist: the table of promises as data (P3, P4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from appliance.domain.errors import Misconfigured


class ArtefactKind(StrEnum):
    """What is sealed, each under a key of its own."""

    RECORDING = "recording"
    """Uploaded sound."""
    TRANSCRIPT = "transcript"
    """What was said, or the summary typed; names in it."""
    MASKED_TEXT = "masked_text"
    """The same with placeholders."""
    MASK_MAP = "mask_map"
    """Which placeholder stands for whom."""
    DRAFT = "draft"
    """One revision of a note draft, names restored."""
    PENDING_NOTE = "pending_note"
    """Signed by the clinician, not yet co-signed."""
    COPIED_NOTE = "copied_note"
    """A note whose practice keeps its chart in another system."""
    SHEET = "sheet"
    """Header, participants and the clinician's observations."""
    CLIENT_RECORD = "client_record"
    """What the box knows of a client."""
    SIGNED_NOTE = "signed_note"
    """The signed note and its addenda."""

    @property
    def is_record(self) -> bool:
        """True for the practice's record, whose keys hang from the long-lived root."""
        return self in _RECORD

    @property
    def is_source(self) -> bool:
        """True for what a note is made from, which goes when the note is signed."""
        return self in SOURCES


_RECORD = frozenset({ArtefactKind.CLIENT_RECORD, ArtefactKind.SIGNED_NOTE})
SOURCES = frozenset(
    {
        ArtefactKind.RECORDING,
        ArtefactKind.TRANSCRIPT,
        ArtefactKind.MASKED_TEXT,
        ArtefactKind.MASK_MAP,
    }
)
BEFORE_SIGNING = SOURCES | {ArtefactKind.DRAFT, ArtefactKind.PENDING_NOTE}
"""All that is destroyed when a note is signed or its recording's consent is withdrawn."""


class Rule(StrEnum):
    """Why something was destroyed; stands on its certificate."""

    WORDS_STORED = "words stored"
    """A recording goes as soon as its transcript exists."""
    NOTE_SIGNED = "note signed"
    """What a note was made from goes when it is signed."""
    COPIED_ELSEWHERE = "copied to the practice's record system"
    """Takes the place of signing where the chart is kept elsewhere."""
    DEADLINE = "deadline reached"
    """The longest time it may exist is over."""
    CONSENT_WITHDRAWN = "consent withdrawn"
    """A participant took consent back."""
    DISCARDED = "discarded by the clinician"
    """The clinician threw the words away."""
    REPLACED = "replaced by a newer revision"
    """An older revision of a draft or of filled-in fields."""
    NO_SPEECH = "no speech found"
    """Nothing was said in the recording."""
    NOT_READABLE = "recording could not be used"
    """The clinician was told that the recording failed, and had time to try again."""
    ABANDONED = "upload abandoned"
    """A recording that was never finished."""


TRANSCRIPT_DAYS_MAX = 7
DRAFT_DAYS = 30
UPLOAD_IDLE_HOURS = 24
FAILED_RECORDING_HOURS = 72


@dataclass(frozen=True, kw_only=True)
class RetentionSchedule:
    """Deadlines written when an artefact is born. A practice may choose shorter, never longer."""

    transcript_days: int = TRANSCRIPT_DAYS_MAX
    copied_note_days: int = 30

    def __post_init__(self) -> None:
        if not 1 <= self.transcript_days <= TRANSCRIPT_DAYS_MAX:
            raise Misconfigured(details={"reason": "transcripts are kept 1 to 7 days"})
        if self.copied_note_days < 1:
            raise Misconfigured(details={"reason": "copied notes are kept at least 1 day"})

    def due_at(
        self, kind: ArtefactKind, made_at: datetime, *, first_word_at: datetime | None = None
    ) -> datetime | None:
        """When the artefact must be gone at the latest; None: no time limit of its own.

        Everything made from the words counts from the first stored word, so that masking a text
        again does not lengthen its life. A finished recording has no deadline before its words are
        safe (P6); an unfinished one has `abandoned_at`.
        """
        if kind is ArtefactKind.DRAFT:
            return made_at + timedelta(days=DRAFT_DAYS)
        if kind.is_source and kind is not ArtefactKind.RECORDING:
            return (first_word_at or made_at) + timedelta(days=self.transcript_days)
        return None

    def abandoned_at(self, last_piece_at: datetime) -> datetime:
        return last_piece_at + timedelta(hours=UPLOAD_IDLE_HOURS)

    def failed_recording_due_at(self, clinician_told_at: datetime) -> datetime:
        return clinician_told_at + timedelta(hours=FAILED_RECORDING_HOURS)

    def copied_note_due_at(self, copied_at: datetime) -> datetime:
        return copied_at + timedelta(days=self.copied_note_days)
