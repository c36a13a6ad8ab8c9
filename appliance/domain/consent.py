"""Consent to record: every listed participant's, before the first byte (promise P9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.encounter import Participant
from appliance.domain.errors import ConsentMissing


class ConsentState(StrEnum):
    """What a participant said about being recorded."""

    GIVEN = "given"
    """Agreed to be recorded in this encounter."""
    REFUSED = "refused"
    """Did not agree; typing and dictation stay open."""
    WITHDRAWN = "withdrawn"
    """Agreed and later took it back."""


@dataclass(frozen=True, kw_only=True)
class Consent:
    """One participant's answer, who wrote it down, and when."""

    participant_id: str
    state: ConsentState
    noted_by: str
    noted_at: datetime


def require_consent(
    participants: Iterable[Participant],
    consents: Mapping[str, Consent],
    *,
    encounter_id: str | None = None,
) -> None:
    """Raise ConsentMissing unless every listed participant, and at least one, has given consent.

    The error names roles, not people.
    """
    listed = tuple(participants)
    missing = tuple(
        participant.role.value for participant in listed if not _has_given(consents, participant.id)
    )
    if missing or not listed:
        raise ConsentMissing(
            encounter_id=encounter_id,
            details={"missing": tuple(f"the {role}" for role in missing) or ("anyone",)},
        )


def _has_given(consents: Mapping[str, Consent], participant_id: str) -> bool:
    consent = consents.get(participant_id)
    return consent is not None and consent.state is ConsentState.GIVEN
