"""How long each artefact may exist: the table of promises as data (P3, P4)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from appliance.domain.errors import Misconfigured


class ArtefactKind(StrEnum):
    """What is sealed, each under a key of its own."""

    RECORDING = "recording"
    """Uploaded sound."""
    SEGMENT = "segment"
    """At most 30 s of live sound, so that each goes as soon as its own words are stored."""
    TRANSCRIPT = "transcript"
    """What was said, or the summary typed; names in it."""
    MASKED_TEXT = "masked_text"
    """The same with placeholders."""
    MASK_MAP = "mask_map"
    """Which placeholder stands for whom."""
    GATE_FINDINGS = "gate_findings"
    """What the gate still found, and which words the clinician said must go."""
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
        return self in RECORD

    @property
    def is_source(self) -> bool:
        """True for what a note is made from, which goes when the note is signed."""
        return self in SOURCES


RECORD = frozenset({ArtefactKind.CLIENT_RECORD, ArtefactKind.SIGNED_NOTE})
SOUND = frozenset({ArtefactKind.RECORDING, ArtefactKind.SEGMENT})
"""What was heard in the room. Finished, it has no deadline before its words are safe (P6)."""
SOURCES = SOUND | frozenset(
    {
        ArtefactKind.TRANSCRIPT,
        ArtefactKind.MASKED_TEXT,
        ArtefactKind.MASK_MAP,
        ArtefactKind.GATE_FINDINGS,
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
    RECORD_KEPT = "kept for the practice's years"
    """The practice's record-keeping rule for signed notes has come to its end."""
    CLIENT_DESTROYED = "everything of this client destroyed"
    """The clinician or the administrator had all of a client destroyed that no rule keeps."""


RULE_WORDS: dict[Rule, str] = {
    Rule.WORDS_STORED: "A recording is destroyed as soon as its words are stored.",
    Rule.NOTE_SIGNED: "What a note was made from is destroyed when the note is signed; where a "
    "co-signature is required, when it is co-signed.",
    Rule.COPIED_ELSEWHERE: "Where the chart is kept in another system, copying the note there takes "
    "the place of signing, and the copy leaves the box after the practice's days.",
    Rule.DEADLINE: "Nothing is kept beyond its longest time: words 7 days, an unsigned draft 30.",
    Rule.CONSENT_WITHDRAWN: "When a participant takes consent back, the recording and all that was "
    "made from it is destroyed.",
    Rule.DISCARDED: "The clinician may throw words away until the note is signed.",
    Rule.REPLACED: "What a newer revision or recording replaces is destroyed.",
    Rule.NO_SPEECH: "A recording without speech is destroyed 24 hours after its last piece.",
    Rule.NOT_READABLE: "A recording that cannot be used is destroyed 72 hours after the clinician "
    "was told.",
    Rule.ABANDONED: "A recording that never arrives in full is destroyed 24 hours after its last "
    "piece.",
    Rule.RECORD_KEPT: "Signed notes, and the record that names whose they are, are kept for the years "
    "that the practice chose: after the client's last session, and for who was a minor then after "
    "the age of majority.",
    Rule.CLIENT_DESTROYED: "Everything of a client is destroyed on request, save what a hold or the "
    "record-keeping rule for signed notes keeps.",
}
"""Each rule as a sentence, as it stands on a certificate."""

MAJORITY_YEARS = 18
NOTICE = timedelta(days=30)
"""Between the writing of a deadline for signed notes and its coming there is at least this long."""
TRANSCRIPT_DAYS_MAX = 7
DRAFT_DAYS_MAX = 30
RECORD_YEARS_MAX = 100


class Start(StrEnum):
    """What a limit counts from."""

    FIRST_WORD = "the first stored word"
    """Or the making of it, where nothing was said or typed before."""
    LAST_PIECE = "the last piece that arrived"
    CLINICIAN_TOLD = "the clinician was told"
    COPIED = "it was copied to the practice's record system"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """The longest that something may exist: `longest` after `counted_from`, then `rule`."""

    longest: timedelta
    counted_from: Start
    rule: Rule = Rule.DEADLINE


_WORDS = Limit(longest=timedelta(days=TRANSCRIPT_DAYS_MAX), counted_from=Start.FIRST_WORD)
_DRAFT = Limit(longest=timedelta(days=DRAFT_DAYS_MAX), counted_from=Start.FIRST_WORD)

LIMITS: dict[ArtefactKind, Limit] = {
    ArtefactKind.TRANSCRIPT: _WORDS,
    ArtefactKind.MASKED_TEXT: _WORDS,
    ArtefactKind.MASK_MAP: _WORDS,
    ArtefactKind.GATE_FINDINGS: _WORDS,
    ArtefactKind.DRAFT: _DRAFT,
    ArtefactKind.PENDING_NOTE: _DRAFT,
}
"""What lives at most so long after the first word; a practice may choose shorter, never longer."""

UNFINISHED = Limit(longest=timedelta(hours=24), counted_from=Start.LAST_PIECE, rule=Rule.ABANDONED)
SILENT = Limit(longest=timedelta(hours=24), counted_from=Start.LAST_PIECE, rule=Rule.NO_SPEECH)
FAILED = Limit(
    longest=timedelta(hours=72), counted_from=Start.CLINICIAN_TOLD, rule=Rule.NOT_READABLE
)
"""What became of sound that never turned into words: unfinished, silent, or not to be used."""

KEPT_UNTIL: dict[ArtefactKind, str] = {
    ArtefactKind.RECORDING: "its words are stored; what never arrives in full or holds no speech, "
    "24 hours; what cannot be used, 72 hours after you were told",
    ArtefactKind.SEGMENT: "its words are stored",
    ArtefactKind.TRANSCRIPT: "the note is signed, and 7 days after the first word at the latest",
    ArtefactKind.MASKED_TEXT: "the note is signed, and 7 days after the first word at the latest",
    ArtefactKind.MASK_MAP: "the note is signed, and 7 days after the first word at the latest",
    ArtefactKind.GATE_FINDINGS: "the note is signed, and 7 days after the first word at the latest",
    ArtefactKind.DRAFT: "the note is signed, and 30 days after the first word at the latest",
    ArtefactKind.PENDING_NOTE: "it is co-signed, and 30 days after the first word at the latest",
    ArtefactKind.COPIED_NOTE: "the practice's days after copying are over",
    ArtefactKind.SHEET: "everything of the client is destroyed, or the copied note leaves the box",
    ArtefactKind.CLIENT_RECORD: "everything of the client is destroyed and no signed note is left",
    ArtefactKind.SIGNED_NOTE: "the practice's own record-keeping rule says otherwise: it names no "
    "years, or the client's birth date is not on record",
}
"""The table of promises in words, for people: each is kept until …"""

RECORD_KEPT_UNTIL = (
    "the practice's years are over: after the client's last session, and for who was a minor then "
    "after the age of majority"
)
"""The same for what the record-keeping rule has given a date."""


class Reminder(StrEnum):
    """How near the end of an unsigned encounter's words is (days 3, 5 and 6 of 7)."""

    FIRST = "first"
    """Four days are left."""
    SECOND = "second"
    """Two days are left."""
    LAST = "last"
    """One day is left."""


REMINDERS: tuple[tuple[Reminder, timedelta], ...] = (
    (Reminder.LAST, timedelta(days=1)),
    (Reminder.SECOND, timedelta(days=2)),
    (Reminder.FIRST, timedelta(days=4)),
)


def reminder(first_word_at: datetime, due_at: datetime, now: datetime) -> Reminder | None:
    """The nearest reminder that has come; None before the first.

    Where a practice keeps words for fewer days, a reminder that would come at once is left out.
    """
    for kind, left in REMINDERS:
        if due_at - now <= left < due_at - first_word_at:
            return kind
    return None


@dataclass(frozen=True, kw_only=True)
class RetentionSchedule:
    """Deadlines written when an artefact is born. A practice may choose shorter, never longer."""

    transcript_days: int = TRANSCRIPT_DAYS_MAX
    draft_days: int = DRAFT_DAYS_MAX
    copied_note_days: int = 30
    record_years: int | None = None
    """Signed notes: None: kept until the practice chooses."""

    def __post_init__(self) -> None:
        if not 1 <= self.transcript_days <= TRANSCRIPT_DAYS_MAX:
            raise Misconfigured(details={"reason": "transcripts are kept 1 to 7 days"})
        if not 1 <= self.draft_days <= DRAFT_DAYS_MAX:
            raise Misconfigured(details={"reason": "unsigned drafts are kept 1 to 30 days"})
        if self.draft_days < self.transcript_days:
            reason = "an unsigned draft is kept at least as long as the words it is made from"
            raise Misconfigured(details={"reason": reason})
        if self.copied_note_days < 1:
            raise Misconfigured(details={"reason": "copied notes are kept at least 1 day"})
        if self.record_years is not None and not 1 <= self.record_years <= RECORD_YEARS_MAX:
            raise Misconfigured(details={"reason": "signed notes are kept 1 to 100 years"})

    def due_at(
        self, kind: ArtefactKind, made_at: datetime, *, first_word_at: datetime | None = None
    ) -> datetime | None:
        """When the artefact must be gone at the latest; None: no time limit of its own.

        Everything made from the words counts from the first stored word, so that masking a text
        again or editing a draft does not lengthen its life. A finished recording has no deadline
        before its words are safe (P6); an unfinished one has `abandoned_at`.
        """
        limit = LIMITS.get(kind)
        if limit is None:
            return None
        chosen_days = self.draft_days if limit is _DRAFT else self.transcript_days
        chosen = min(limit.longest, timedelta(days=chosen_days))
        return (first_word_at or made_at) + chosen

    @property
    def urgent_after(self) -> timedelta:
        """Words this old that are not drafted yet are drafted first: a reminder has come."""
        life = timedelta(days=self.transcript_days)
        return min((life - left for _, left in REMINDERS if left < life), default=timedelta(0))

    def abandoned_at(self, last_piece_at: datetime) -> datetime:
        return last_piece_at + UNFINISHED.longest

    def silent_recording_due_at(self, last_piece_at: datetime) -> datetime:
        return last_piece_at + SILENT.longest

    def failed_recording_due_at(self, clinician_told_at: datetime) -> datetime:
        return clinician_told_at + FAILED.longest

    def copied_note_due_at(self, copied_at: datetime) -> datetime:
        return copied_at + timedelta(days=self.copied_note_days)

    def record_ends_at(self, last_at: datetime, birth_date: date | None) -> datetime | None:
        """When a client's signed notes may go: years after the last encounter, or for who was a
        minor then, after the age of majority, which is taken to be 18. None: they are kept, as the
        practice chose no years or nobody knows who was a minor.
        """
        if self.record_years is None or birth_date is None:
            return None
        of_age = datetime.combine(_years_after(birth_date, MAJORITY_YEARS), time.min, UTC)
        counted_from = max(last_at, of_age + timedelta(days=1))
        ends_on = _years_after(counted_from.date(), self.record_years)
        return datetime.combine(ends_on, counted_from.timetz())

    def with_notice(self, ends_at: datetime, now: datetime) -> datetime:
        """The deadline as it is written at `now`: never without notice."""
        return max(ends_at, now + NOTICE)


def _years_after(day: date, years: int) -> date:
    """The same day of a later year; 1 March for 29 February, so that no year is cut short."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
