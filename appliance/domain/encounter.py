"""One clinical contact: its kind, the header payers ask for, and the clinician's own observations."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from appliance.domain.lifecycle import Stage
from appliance.domain.preferences import Preferences
from appliance.domain.transcript import Origin


class EncounterKind(StrEnum):
    """What sort of contact it was."""

    INDIVIDUAL = "individual"
    """One client."""
    COUPLE = "couple"
    """Two partners, one of them the client of record."""
    FAMILY = "family"
    """Members of a family."""
    GROUP = "group"
    """Several clients; each gets a note that names no other."""
    INTAKE = "intake"
    """The first contact, with assessment."""
    CRISIS = "crisis"
    """An unplanned contact because of risk."""
    COLLATERAL = "collateral"
    """A contact about the client with someone else."""
    NO_SHOW = "no_show"
    """The client did not come."""
    LATE_CANCELLATION = "late_cancellation"
    """The client cancelled too late."""
    DISCHARGE = "discharge"
    """The last contact, with what was reached."""

    @property
    def needs_no_words(self) -> bool:
        """True where a note is written directly, without transcript or model."""
        return self in _WITHOUT_WORDS

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").replace("no show", "no-show").capitalize()


_WITHOUT_WORDS = frozenset(
    {EncounterKind.NO_SHOW, EncounterKind.LATE_CANCELLATION, EncounterKind.COLLATERAL}
)


class Modality(StrEnum):
    """How clinician and client met."""

    IN_PERSON = "in_person"
    """In one room."""
    VIDEO = "video"
    """Over telehealth with video."""
    AUDIO_ONLY = "audio_only"
    """By telephone."""

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class ParticipantRole(StrEnum):
    """Who took part, besides the clinician."""

    CLIENT = "client"
    PARTNER = "partner"
    PARENT = "parent"
    CHILD = "child"
    GUARDIAN = "guardian"
    INTERPRETER = "interpreter"
    MEMBER = "member"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Participant:
    """Someone in the room or on the call whose consent a recording needs."""

    id: str
    name: str
    role: ParticipantRole


@dataclass(frozen=True, kw_only=True)
class Header:
    """What stands above a note. Empty text means "not filled in"; nothing is preselected."""

    client_name: str = ""
    client_birth_date: str = ""
    clinician_line: str = ""
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    times_confirmed_by: str = ""
    modality: Modality | None = None
    place_of_service: str = ""
    client_location: str = ""
    service_code: str = ""
    diagnosis: str = ""
    plan_goal: str = ""


@dataclass(frozen=True, kw_only=True)
class Observations:
    """What the clinician saw; fills Objective and mental status. Nothing preselected."""

    appearance: str = ""
    affect: str = ""
    orientation: str = ""
    risk: str = ""
    other: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything about an encounter that a person filled in; sealed as one artefact.

    `sent_back_reason`: why the supervisor did not co-sign; empty once it is signed again.
    """

    header: Header = Header()
    observations: Observations = Observations()
    participants: tuple[Participant, ...] = ()
    sent_back_reason: str = ""


class RequirementProfile(StrEnum):
    """Which header fields a practice needs before a note can be signed."""

    MINIMAL = "minimal"
    """Client, clinician and confirmed times."""
    INSURANCE = "insurance"
    """Everything a US payer's audit asks for."""


_ALWAYS = ("client_name", "clinician_line", "started_at")
_MET = ("stopped_at", "times_confirmed_by", "modality")
_PAYER = ("client_birth_date", "place_of_service", "client_location", "service_code", "diagnosis")

FIELD_LABELS: dict[str, str] = {
    "client_name": "client's name",
    "client_birth_date": "client's birth date",
    "clinician_line": "clinician and credentials",
    "started_at": "start time",
    "stopped_at": "stop time",
    "times_confirmed_by": "your confirmation of start and stop",
    "modality": "modality",
    "place_of_service": "place of service",
    "client_location": "client's location",
    "service_code": "service code",
    "diagnosis": "diagnosis",
    "plan_goal": "plan goal",
}


def missing_fields(
    kind: EncounterKind, header: Header, profile: RequirementProfile
) -> tuple[str, ...]:
    """Labels of the header fields that signing still needs, in the order of the page."""
    needed: tuple[str, ...] = _ALWAYS
    if kind not in (EncounterKind.NO_SHOW, EncounterKind.LATE_CANCELLATION):
        needed += _MET
        if profile is RequirementProfile.INSURANCE:
            needed += _PAYER
    return tuple(
        label
        for name, label in FIELD_LABELS.items()
        if name in needed and not getattr(header, name)
    )


class Attention(StrEnum):
    """Why an encounter needs a person."""

    NO_SPEECH_FOUND = "no_speech_found"
    """Nothing was said in the recording."""
    NO_MATERIAL = "no_material"
    """There were words, but nothing that a note could be made of."""
    NOT_A_RECORDING = "not_a_recording"
    """The file could not be read as sound."""
    RECORDING_EMPTY = "recording_empty"
    """The file held no sound."""
    RECORDING_TOO_LARGE = "recording_too_large"
    """The sound is longer than the box takes."""
    RECORDING_CUT_SHORT = "recording_cut_short"
    """The file declared more sound than it held."""
    GATE_BLOCKED = "gate_blocked"
    """An identifier was still in the text."""
    PAYLOAD_BLOCKED = "payload_blocked"
    """An identifier was in what goes out around the text: there is nothing in the words to decide."""
    UPLOAD_ABANDONED = "upload_abandoned"
    """The recording never arrived in full."""
    WORDS_EXPIRED = "words_expired"
    """The seven days were over before there was a draft."""
    SOURCES_DESTROYED = "sources_destroyed"
    """The seven days are over; the draft stays, what it was made from is gone."""
    DRAFT_EXPIRED = "draft_expired"
    """Thirty days went by and nobody signed: the draft is gone too."""
    COSIGNATURE_DECLINED = "cosignature_declined"
    """The supervisor sent the note back."""
    STEP_FAILING = "step_failing"
    """A step has failed several times; it is still being tried."""


@dataclass(frozen=True, kw_only=True)
class Encounter:
    """One encounter as it stands in the database; what people filled in is its sealed `Sheet`.

    `preferences` are the choices made for this encounter alone. `done_share` is progress of the
    step under way, 0 to 1. `revision` rises with every change.
    """

    id: str
    client_id: str
    clinician_id: str
    kind: EncounterKind
    stage: Stage
    made_at: datetime
    scheduled_at: datetime
    origin: Origin | None = None
    declared_seconds: float | None = None
    accepts_shortfall: bool = False
    preferences: Preferences = field(default_factory=Preferences)
    engine: str | None = None
    is_demo_engine: bool = False
    first_word_at: datetime | None = None
    sources_destroyed_at: datetime | None = None
    signed_at: datetime | None = None
    copied_at: datetime | None = None
    attention: Attention | None = None
    done_share: float | None = None
    attempts: int = 0
    not_before_at: datetime | None = None
    revision: int = 0
