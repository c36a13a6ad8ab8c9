"""What still stands between a draft and a signature: one list for the page and for signing."""

from dataclasses import dataclass

from appliance.domain.encounter import Encounter, Header, missing_fields
from appliance.domain.note import NoteDraft, Support
from appliance.domain.note_text import is_prompt_text
from appliance.steps.records import Records


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """What still stands between a draft and a signature; it can be signed where nothing hinders.

    `unchecked_count` hinders nothing: how many sentences the box could not check for their reader.
    """

    missing: tuple[str, ...] = ()
    unknown_placeholders: tuple[str, ...] = ()
    unsupported_count: int = 0
    unchecked_count: int = 0
    is_empty: bool = False

    @property
    def hinders(self) -> bool:
        """True while something is still needed before signing."""
        return bool(
            self.missing or self.unknown_placeholders or self.unsupported_count or self.is_empty
        )


def readiness(
    draft: NoteDraft, header: Header, encounter: Encounter, records: Records
) -> Readiness:
    """The plain list for the page; `sign_note` refuses by the same one."""
    profile = records.people.practice().requirement_profile
    statements = [s for section in draft.sections for s in section.statements]
    return Readiness(
        missing=missing_fields(encounter.kind, header, profile),
        unknown_placeholders=draft.unknown_placeholders,
        unsupported_count=sum(s.support is Support.UNSUPPORTED for s in statements),
        unchecked_count=sum(s.support is Support.UNCHECKED for s in statements),
        is_empty=all(not s.text.strip() or is_prompt_text(s.text) for s in statements),
    )
