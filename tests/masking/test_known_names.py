"""The client's record: everybody and everything in it is masked, however it is written or said."""

import pytest

from appliance.domain.masking.known import KnownName, KnownRecord


def known(*pairs):
    return KnownRecord(names=tuple(KnownName(text=text, role=role) for text, role in pairs))


def test_client_and_clinician_have_no_index_and_others_have(mask, record):
    text = mask("Hope Delgado told Susan that Rajesh took Oskar home.", known=record)
    assert text == "[CLIENT] told [CLINICIAN] that [PARTNER_1] took [CHILD_1] home."


@pytest.mark.parametrize(
    "text",
    [
        "I saw Rajesh's car.",
        "I saw RAJESH there.",
        "i saw rajesh there today",
        "i saw rajeshs car there today",
        "I saw Venkataraman there.",
        "I saw Rajish there.",
        "I saw R.V. there.",
        "I saw Ra\u200bjesh there.",
        "I saw Rаjesh there.",  # a Cyrillic a
        "I saw Rajeshvenkataraman there.",
    ],
)
def test_a_known_person_is_found_in_any_form(mask, record, text):
    assert "[PARTNER_1]" in mask(text, known=record)


def test_nicknames_work_both_ways(mask):
    short_for = known(("Elizabeth Brandt", "CLIENT"))
    long_for = known(("Liz Brandt", "CLIENT"))
    assert mask("They call her Liz at work.", known=short_for) == "They call her [CLIENT] at work."
    assert mask("They call her Elizabeth at work.", known=long_for) == (
        "They call her [CLIENT] at work."
    )


def test_a_client_called_hope_may_hope(mask, record):
    spoken = "i hope it works and i really hope so and hope says hi"
    assert mask("I hope it works. Hope is what I need.", known=record).count("[CLIENT]") == 0
    assert mask("And then Hope cried.", known=record) == "And then [CLIENT] cried."
    assert mask(spoken, known=record) == "i hope it works and i really hope so and [CLIENT] says hi"


def test_a_month_is_not_the_client_called_may(mask):
    record = known(("May Lindqvist", "CLIENT"))
    assert mask("It began in May. You may go. But then May cried.", known=record) == (
        "It began in May. You may go. But then [CLIENT] cried."
    )


def test_a_first_name_that_two_people_share_is_nobody_s_in_particular(mask):
    family = known(("Arthur Osei", "CLIENT"), ("Arthur Osei Junior", "CHILD"))
    text = mask("They said Arthur fell.", known=family)
    assert "Arthur" not in text
    assert "[CLIENT]" not in text
    assert "[CHILD_1]" not in text


def test_the_school_is_found_with_and_without_what_kind_it_is(mask, record):
    text = mask("She teaches at Orchard Hill. orchard hill elementary is small.", known=record)
    assert text == "She teaches at [SCHOOL_1]. [SCHOOL_1] is small."


@pytest.mark.parametrize(
    "said",
    [
        "415-555-0199",
        "(415) 555 0199",
        "415.555.0199",
        "four one five five five five oh one nine nine",
        "four one five, triple five, oh one double nine",
    ],
)
def test_known_digits_are_found_in_any_grouping_and_aloud(mask, record, said):
    assert mask(f"Call me at {said} please", known=record) == "Call me at [PHONE_1] please"


def test_a_misspelling_is_never_matched_onto_an_everyday_word(mask):
    assert mask("we walked past the stove", known=known(("Stone Ames", "CLIENT"))) == (
        "we walked past the stove"
    )


@pytest.mark.parametrize("other", ["Minh", "Lina", "Linda"])
def test_another_name_that_is_spelled_alike_is_not_the_client(mask, other):
    text = mask(f"Then {other} called.", known=known(("Linh Tran", "CLIENT")))
    assert other not in text
    assert "[CLIENT]" not in text


def test_one_person_keeps_one_placeholder_throughout(mask, record):
    text = mask("Rajesh left.", "then rajesh came back with venkataraman senior", known=record)
    assert text.startswith("[PARTNER_1] left. | then [PARTNER_1] came back with [PARTNER_1]")
