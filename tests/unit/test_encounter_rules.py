"""Consent, header fields, preferences: the record's small rules."""

from datetime import UTC, datetime, timedelta

import pytest

from appliance.domain.consent import Consent, ConsentState, require_consent
from appliance.domain.encounter import (
    EncounterKind,
    Header,
    Modality,
    Participant,
    ParticipantRole,
    RequirementProfile,
    missing_fields,
)
from appliance.domain.errors import ConsentMissing
from appliance.domain.preferences import Preferences, PronounChoice, Verbosity, choose

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DANA = Participant(id="p1", name="Dana", role=ParticipantRole.CLIENT)
MARCUS = Participant(id="p2", name="Marcus", role=ParticipantRole.PARTNER)


def consents(*states: tuple[str, ConsentState]) -> dict[str, Consent]:
    return {
        who: Consent(participant_id=who, state=state, noted_by="a", noted_at=AT)
        for who, state in states
    }


def test_everybody_listed_must_have_agreed() -> None:
    require_consent([DANA], consents(("p1", ConsentState.GIVEN)))
    with pytest.raises(ConsentMissing) as caught:
        require_consent([DANA, MARCUS], consents(("p1", ConsentState.GIVEN)))
    assert "the partner" in caught.value.message
    assert "Marcus" not in caught.value.message


@pytest.mark.parametrize("state", [ConsentState.REFUSED, ConsentState.WITHDRAWN])
def test_refused_and_withdrawn_are_not_given(state: ConsentState) -> None:
    with pytest.raises(ConsentMissing):
        require_consent([DANA], consents(("p1", state)))


def test_an_empty_list_of_participants_is_no_consent() -> None:
    with pytest.raises(ConsentMissing):
        require_consent([], {})


FULL = Header(
    client_name="Dana Whitfield",
    clinician_line="Amara Reyes, LCSW",
    started_at=AT,
    stopped_at=AT + timedelta(minutes=50),
    times_confirmed_by="Amara Reyes, LCSW",
    modality=Modality.VIDEO,
)


def test_a_minimal_practice_needs_names_and_confirmed_times() -> None:
    kind, profile = EncounterKind.INDIVIDUAL, RequirementProfile.MINIMAL
    assert missing_fields(kind, FULL, profile) == ()
    assert missing_fields(kind, Header(), profile) == (
        "client's name",
        "clinician and credentials",
        "start time",
        "stop time",
        "your confirmation of start and stop",
        "modality",
    )


def test_a_payers_profile_needs_more_and_a_no_show_less() -> None:
    assert "service code" in missing_fields(
        EncounterKind.INDIVIDUAL, FULL, RequirementProfile.INSURANCE
    )
    header = Header(client_name="D", clinician_line="A", started_at=AT)
    for kind in (EncounterKind.NO_SHOW, EncounterKind.LATE_CANCELLATION):
        assert missing_fields(kind, header, RequirementProfile.INSURANCE) == ()


def test_the_nearest_choice_wins_and_what_nobody_chose_stays() -> None:
    chosen = choose(
        (
            Preferences(verbosity=Verbosity.CONCISE, client_term="patient"),
            Preferences(client_term="Pt"),
            Preferences(pronouns=PronounChoice.NONE),
            Preferences(methods=()),
        )
    )
    assert (chosen.verbosity, chosen.client_term) == (Verbosity.CONCISE, "Pt")
    assert (chosen.pronouns, chosen.methods) == (PronounChoice.NONE, ())
    assert chosen.format_key == "soap"
