"""Placeholders in a model's draft become names again, and nothing else does."""

import pytest

from appliance.domain.masking.masked import MaskMap
from appliance.domain.masking.restore import restore

MAP = MaskMap(
    canonical={
        "[CLIENT]": "Dana Kowalczyk",
        "[PARTNER_1]": "Rafael",
        "[PERSON_1]": "Ines",
        "[PERSON_12]": "James",
    },
    occurrences=(),
)
TERMS = {"CLIENT": "the client", "[CLINICIAN]": "the therapist"}


@pytest.mark.parametrize(
    ("draft", "text"),
    [
        ("With [PARTNER_1].", "With Rafael."),
        ("With Partner_1's mother.", "With Rafael's mother."),
        ("With [partner 1].", "With Rafael."),
        ("With [[PARTNER_01]].", "With Rafael."),
        ("With PARTNER_1s.", "With Rafaels."),
        ("With [PERSON_12]s.", "With Jameses."),
        ("With **[PARTNER_1]**.", "With **Rafael**."),
        ("With PARTNER 1.", "With Rafael."),
        ("With _PARTNER_1_.", "With _Rafael_."),
        ("With [Partner-1].", "With Rafael."),
        ("[PERSON_1] and [PERSON_12].", "Ines and James."),
        ("[CLIENT] wept. Then [CLIENT] left.", "The client wept. Then the client left."),
        ("The [CLIENT] and [CLINICIAN] spoke.", "The client and the therapist spoke."),
        ("- [CLIENT] slept\n- [CLIENT]'s plan", "- The client slept\n- The client's plan"),
        ("A partner 1 of 2, [sic], step 1.", "A partner 1 of 2, [sic], step 1."),
    ],
)
def test_placeholders_restore_as_models_write_them(draft, text):
    restored = restore(draft, MAP, TERMS)
    assert restored.text == text
    assert restored.unknown == ()


@pytest.mark.parametrize(
    "token", ["[PERSON_2]", "[FRIEND_1]", "Person_123", "[CITY]", "[PARTNER_11]"]
)
def test_an_unknown_placeholder_stays_and_is_reported(token):
    restored = restore(f"Saw {token} there, and [PERSON_1].", MAP, TERMS)
    assert restored.text == f"Saw {token} there, and Ines."
    assert restored.unknown == (token,)


def test_what_was_restored_is_not_read_again():
    tricky = MaskMap(canonical={"[TEXT_1]": "[PERSON_1]", "[PERSON_1]": "Ines"}, occurrences=())
    assert restore("He typed [TEXT_1].", tricky, {}).text == "He typed [PERSON_1]."


def test_without_a_chosen_term_the_client_s_own_name_serves():
    assert restore("[CLIENT] spoke.", MAP, {}).text == "Dana Kowalczyk spoke."
