"""What may be sent to the API: closed shapes with bounds, turned into the record's own types."""

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from flask_openapi3.models import RawModel
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from appliance.api.admission import PIECE_MEDIA_TYPE
from appliance.api.problems import FIELD_NAMES
from appliance.domain.consent import ConsentState
from appliance.domain.encounter import (
    EncounterKind,
    Header,
    Modality,
    Observations,
    Participant,
    ParticipantRole,
)
from appliance.domain.formats import FORMATS
from appliance.domain.hold import HoldReason
from appliance.domain.people import Account, ClientRecord, Relation, RelationRole
from appliance.domain.preferences import (
    FEWEST_WORDS,
    METHODS,
    MOST_WORDS,
    Layout,
    Preferences,
    PronounChoice,
    Verbosity,
)
from appliance.domain.sentences import SUMMARY_LIMIT_CHARACTERS
from appliance.steps.edit_draft import SECTION_LIMIT_CHARACTERS
from appliance.steps.sign_note import ADDENDUM_LIMIT_CHARACTERS, REASON_LIMIT_CHARACTERS

# No control characters; in a text, line ends and tabs are allowed.
_LINE = r"^[^\x00-\x1f\x7f]*$"
_TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_DAY = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
"""Of what happens at the practice."""
FIRST_BIRTH_DAY = date(1880, 1, 1)

Line = Annotated[str, StringConstraints(max_length=200, pattern=_LINE)]
Text = Annotated[str, StringConstraints(max_length=5000, pattern=_TEXT)]


def _birth_day(text: str) -> str:
    if text and not FIRST_BIRTH_DAY <= date.fromisoformat(text) <= LAST_DAY:
        raise ValueError("out of bounds")
    return text


def _in_bounds(moment: datetime) -> datetime:
    """In UTC. The bounds come first: not every moment that can be written can be moved to UTC."""
    if not FIRST_DAY.year <= moment.year <= LAST_DAY.year:
        raise ValueError("out of bounds")
    moved = moment.astimezone(UTC)
    if not FIRST_DAY <= moved.date() <= LAST_DAY:
        raise ValueError("out of bounds")
    return moved


BirthDay = Annotated[str, StringConstraints(pattern=_DAY), AfterValidator(_birth_day)]
HappensAt = Annotated[AwareDatetime, AfterValidator(_in_bounds)]
Term = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=_LINE)]
SectionText = Annotated[str, StringConstraints(max_length=SECTION_LIMIT_CHARACTERS)]

SECTION_KEYS = tuple(dict.fromkeys(s.key for one in FORMATS.values() for s in one.sections))


def _one_of(keys: Iterable[str]) -> Callable[[str], str]:
    known = frozenset(keys)

    def check(key: str) -> str:
        if key not in known:
            raise ValueError("not one of the keys")
        return key

    return check


FormatKey = Annotated[
    str, AfterValidator(_one_of(FORMATS)), WithJsonSchema({"type": "string", "enum": [*FORMATS]})
]
MethodKey = Annotated[
    str, AfterValidator(_one_of(METHODS)), WithJsonSchema({"type": "string", "enum": [*METHODS]})
]
SectionKey = Annotated[str, AfterValidator(_one_of(SECTION_KEYS))]


class Asked(BaseModel):
    """Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        FIELD_NAMES.update(field.alias or name for name, field in cls.model_fields.items())


# Where ---------------------------------------------------------------------------------------------


class ClientPath(Asked):
    client_id: UUID


class HoldPath(ClientPath):
    reason: HoldReason


class HoldBody(Asked):
    reason: HoldReason


class DestroyBody(Asked):
    """`confirm` must be true: what is destroyed cannot be brought back."""

    confirm: Literal[True]


class MonthAsked(Asked):
    """`month`: its first day, e.g. 2026-11-01."""

    month: date

    @field_validator("month")
    @classmethod
    def _is_first(cls, day: date) -> date:
        if day.day != 1 or not FIRST_DAY <= day <= LAST_DAY:
            raise ValueError("not the first day of a month")
        return day

    @property
    def following(self) -> date:
        return self.month.replace(
            year=self.month.year + self.month.month // 12, month=self.month.month % 12 + 1
        )


class EncounterPath(Asked):
    encounter_id: UUID

    @property
    def id(self) -> str:
        return str(self.encounter_id)


class ParticipantPath(EncounterPath):
    participant_id: UUID


class EncounterList(Asked):
    """Exactly one of the three."""

    day: date | None = Field(
        default=None,
        ge=FIRST_DAY,
        le=LAST_DAY,
        description="Scheduled on this day, by the box's own time zone.",
    )
    unfinished: bool | None = Field(default=None, description="1: not signed yet, on any day.")
    to_cosign: bool | None = Field(default=None, description="1: waiting for your co-signature.")

    @model_validator(mode="after")
    def _one_of_them(self) -> "EncounterList":
        if [self.day is not None, bool(self.unfinished), bool(self.to_cosign)].count(True) != 1:
            raise ValueError("exactly one of day, unfinished, to_cosign")
        return self


# People --------------------------------------------------------------------------------------------


class SignInBody(Asked):
    user_name: Line = Field(max_length=100)
    password: str = Field(max_length=200, json_schema_extra={"format": "password"})


class RelationBody(Asked):
    """A person or place in the client's life, so that the note model never learns it."""

    name: Line
    role: RelationRole


class PreferencesBody(Asked):
    """How notes are written; what is left out is as the level above says."""

    format_key: FormatKey | None = None
    clinician_term: Term | None = None
    client_term: Term | None = None
    pronouns: PronounChoice | None = None
    verbosity: Verbosity | None = None
    methods: tuple[MethodKey, ...] | None = Field(default=None, max_length=len(METHODS))
    layout: Layout | None = None
    words_at_most: int | None = Field(
        default=None,
        ge=FEWEST_WORDS,
        le=MOST_WORDS,
        description="Of a draft; risk is told beyond it.",
    )

    def as_preferences(self) -> Preferences:
        return Preferences(
            format_key=self.format_key,
            clinician_term=self.clinician_term,
            client_term=self.client_term,
            pronouns=self.pronouns,
            verbosity=self.verbosity,
            methods=self.methods,
            layout=self.layout,
            words_at_most=self.words_at_most,
        )


class ClientBody(Asked):
    """A client's whole record."""

    name: Line
    birth_date: BirthDay = Field(default="", description="YYYY-MM-DD, or empty.")
    nicknames: tuple[Line, ...] = Field(default=(), max_length=20)
    relations: tuple[RelationBody, ...] = Field(default=(), max_length=100)
    phone: Line = ""
    email: Line = ""
    address: Line = ""
    diagnosis: Line = ""
    plan_goals: tuple[Line, ...] = Field(default=(), max_length=20)
    preferences: PreferencesBody = PreferencesBody()

    def as_record(self) -> ClientRecord:
        relations = tuple(Relation(name=r.name, role=r.role) for r in self.relations)
        return ClientRecord(
            **self.model_dump(exclude={"relations", "preferences"}),
            relations=relations,
            preferences=self.preferences.as_preferences(),
        )


class SafeWordsBody(Asked):
    """As it stands in the record's `safe_words`."""

    phrase: Text = Field(min_length=1)


# An encounter --------------------------------------------------------------------------------------


class EncounterBody(Asked):
    """A new encounter. `scheduled_at` has an offset or is in UTC ("Z"), 2000 to 2199."""

    client_id: UUID
    kind: EncounterKind
    scheduled_at: HappensAt
    modality: Modality | None = None


class HeaderBody(Asked):
    """The whole header; empty means "not filled in".

    `times_confirmed`: the person who sends this confirms start and stop.
    """

    client_name: Line = ""
    client_birth_date: BirthDay = ""
    clinician_line: Line = ""
    started_at: HappensAt | None = None
    stopped_at: HappensAt | None = None
    times_confirmed: bool = False
    modality: Modality | None = None
    place_of_service: Line = ""
    client_location: Line = ""
    service_code: Line = ""
    diagnosis: Line = ""
    plan_goal: Line = ""

    def as_header(self, actor: Account) -> Header:
        return Header(
            **self.model_dump(exclude={"times_confirmed"}),
            times_confirmed_by=actor.line if self.times_confirmed else "",
        )


class ObservationsBody(Asked):
    """What the clinician saw; nothing is preselected."""

    appearance: Text = ""
    affect: Text = ""
    orientation: Text = ""
    risk: Text = ""
    other: Text = ""

    def as_observations(self) -> Observations:
        return Observations(**self.model_dump())


class ParticipantBody(Asked):
    """Someone whose consent a recording needs. Without `id` they are new."""

    id: UUID | None = None
    name: Line = Field(min_length=1)
    role: ParticipantRole

    def as_participant(self) -> Participant:
        return Participant(id=str(self.id or uuid.uuid4()), name=self.name, role=self.role)


class SheetBody(Asked):
    """What is given replaces that part as a whole; what is left out stays."""

    header: HeaderBody | None = None
    observations: ObservationsBody | None = None
    participants: tuple[ParticipantBody, ...] | None = Field(default=None, max_length=30)

    @model_validator(mode="after")
    def _each_once(self) -> "SheetBody":
        ids = [p.id for p in self.participants or () if p.id is not None]
        if len(set(ids)) != len(ids):
            raise ValueError("a participant stands twice")
        return self


class ConsentAnswer(StrEnum):
    """What a participant said. Taking consent back has an address of its own."""

    GIVEN = ConsentState.GIVEN.value
    REFUSED = ConsentState.REFUSED.value


class ConsentBody(Asked):
    participant_id: UUID
    state: ConsentAnswer


# Words ---------------------------------------------------------------------------------------------


class SummaryBody(Asked):
    """The step itself says what is wrong with a text, in its own words."""

    text: str = Field(json_schema_extra={"maxLength": SUMMARY_LIMIT_CHARACTERS})


class UploadPath(EncounterPath):
    upload_id: UUID


class BeginHeader(BaseModel):
    """The tus protocol's creation: how large the recording is. Of `Upload-Metadata` the box reads
    `declared_seconds` and keeps nothing else: a file's name can name a client.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    upload_length: int = Field(alias="Upload-Length", ge=0)
    upload_metadata: str = Field(default="", alias="Upload-Metadata")


class PieceHeader(BaseModel):
    """Where the piece begins, and a checksum over it, as in the tus protocol."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    upload_offset: int = Field(alias="Upload-Offset", ge=0)
    upload_checksum: str = Field(default="", alias="Upload-Checksum")


class PieceBody(RawModel):
    """Raw bytes."""

    mimetypes = [PIECE_MEDIA_TYPE]  # noqa: RUF012 - the library's own declaration


# The note ------------------------------------------------------------------------------------------


class DraftBody(Asked):
    """The clinician's text by section, one statement a line; `revision` is the one that was read."""

    revision: int = Field(ge=0)
    texts: dict[SectionKey, SectionText] = Field(min_length=1)


class SignBody(Asked):
    revision: int = Field(ge=0)


class DeclineBody(Asked):
    """Why the note is sent back; its author reads it."""

    reason: str = Field(json_schema_extra={"maxLength": REASON_LIMIT_CHARACTERS})


class AddendumBody(Asked):
    text: str = Field(json_schema_extra={"maxLength": ADDENDUM_LIMIT_CHARACTERS})


FIELD_NAMES.update({"Upload-Length", "Upload-Offset", *SECTION_KEYS})
