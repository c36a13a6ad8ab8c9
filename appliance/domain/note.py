"""Note formats, drafts whose statements say what they rest on, and signed notes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.preferences import Layout

ROLES = ("reported", "observed", "intervention", "response", "assessment", "plan")
"""What a section may hold."""


class Support(StrEnum):
    """Whether a statement rests on something."""

    SUPPORTED = "supported"
    """Its sources exist and support it."""
    UNSUPPORTED = "unsupported"
    """It rests on nothing, or differs from its sources; the clinician must decide before signing."""
    UNCHECKED = "unchecked"
    """Its sources exist, and the box could not tell whether they support it; shown as such."""
    CLINICIAN = "clinician"
    """The clinician wrote or confirmed it while editing."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section of a format.

    `holds` lists the roles of what may stand here, most important first: reported, observed,
    intervention, response, assessment, plan. `only_observed`: never filled by assumption.
    `guidance`: what a writer should put here, in a sentence.
    """

    key: str
    title: str
    holds: tuple[str, ...]
    only_observed: bool = False
    guidance: str = ""


@dataclass(frozen=True, kw_only=True)
class NoteFormat:
    """A note's sections in order."""

    key: str
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One sentence and the ids of the utterances, observations or record facts it rests on.

    `doubt`: in a reader's words, why it is unsupported or unchecked; empty otherwise.
    """

    text: str
    sources: tuple[str, ...] = ()
    support: Support = Support.SUPPORTED
    doubt: str = ""


@dataclass(frozen=True, kw_only=True)
class DraftSection:
    """A section of a draft; no statements means "not discussed"."""

    key: str
    title: str
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NoteDraft:
    """A draft with names restored, waiting for the clinician.

    `unknown_placeholders`: placeholders the restoring could not resolve; they block signing.
    """

    format_key: str
    sections: tuple[DraftSection, ...]
    made_by: str
    is_built_in: bool
    unknown_placeholders: tuple[str, ...] = ()
    layout: Layout = Layout.LINES


@dataclass(frozen=True, kw_only=True)
class SignedNote:
    """The practice's record: text frozen with author, time and SHA-256 of the text (hex)."""

    encounter_id: str
    format_key: str
    text: str
    author_id: str
    author_line: str
    signed_at: datetime
    content_sha256: str
    cosigner_line: str | None = None
    cosigned_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Addendum:
    """Text added to a signed note later; the note itself never changes."""

    text: str
    author_line: str
    added_at: datetime
