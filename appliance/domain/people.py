"""The practice, its accounts, and its clients."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.encounter import RequirementProfile
from appliance.domain.preferences import Preferences


class RecordKept(StrEnum):
    """Where the practice keeps its chart."""

    HERE = "here"
    """Notes are signed and kept on this box."""
    ELSEWHERE = "elsewhere"
    """Notes are copied to another record system; the text then leaves the box after some days."""


class AccountRole(StrEnum):
    """What an account may do."""

    CLINICIAN = "clinician"
    """Writes and signs notes of their own clients."""
    SUPERVISOR = "supervisor"
    """A clinician who also co-signs for others."""
    ADMINISTRATOR = "administrator"
    """Runs the box; sees no client's content."""
    BOX = "box"
    """The box itself, which treats its own canary; nobody can sign in as it."""


@dataclass(frozen=True, kw_only=True)
class Practice:
    """The practice's own settings. Transcripts and unsigned drafts may be kept shorter
    than 7 and 30 days, never longer. `record_years`: how long signed notes are kept after the last
    encounter; None: until the practice chooses."""

    name: str
    record_kept: RecordKept = RecordKept.HERE
    requirement_profile: RequirementProfile = RequirementProfile.MINIMAL
    transcript_days: int = 7
    draft_days: int = 30
    copied_note_days: int = 30
    record_years: int | None = None


@dataclass(frozen=True, kw_only=True)
class Account:
    """Someone who can sign in."""

    id: str
    user_name: str
    display_name: str
    credentials: str
    role: AccountRole
    supervisor_id: str | None = None

    @property
    def line(self) -> str:
        """Name and credentials as they stand on a note."""
        return ", ".join(part for part in (self.display_name, self.credentials) if part)

    @property
    def needs_cosignature(self) -> bool:
        return self.supervisor_id is not None

    @property
    def may_treat(self) -> bool:
        return self.role is not AccountRole.ADMINISTRATOR


class RelationRole(StrEnum):
    """Who someone is to the client; also the stem of their placeholder."""

    PARTNER = "partner"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    RELATIVE = "relative"
    FRIEND = "friend"
    GUARDIAN = "guardian"
    COLLEAGUE = "colleague"
    PET = "pet"
    EMPLOYER = "employer"
    SCHOOL = "school"
    CITY = "city"
    PLACE = "place"
    OTHER = "person"


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A person or place in a client's life that a note model must not learn."""

    name: str
    role: RelationRole


@dataclass(frozen=True, kw_only=True)
class ClientRecord:
    """What the box knows of a client; sealed as a whole.

    `safe_words`: phrases that the clinician said identify nobody, when the gate asked.
    """

    name: str
    birth_date: str = ""
    nicknames: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    phone: str = ""
    email: str = ""
    address: str = ""
    diagnosis: str = ""
    plan_goals: tuple[str, ...] = ()
    preferences: Preferences = Preferences()
    safe_words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Client:
    """A client of one clinician."""

    id: str
    clinician_id: str
    record: ClientRecord
