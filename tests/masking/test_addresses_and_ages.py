"""What stands around an address, a stay and an age goes too; what only looks alike stays."""

import pytest

from appliance.domain.masking.known import KnownName, KnownRecord


@pytest.mark.parametrize(
    "left",
    [
        "Send it to 27 Tamarack Lane\nApt. 4\nUmberford\n, QX\n Norway 40127",
        "She lives at 8 Tamarack Ave., New Orleans, LA 70112",
        "The clinic is at 12 rue de la Fontaine",
        "We met at 44 avenue du Parc",
        "It is Kossuth Lajos utca 14",
    ],
)
def test_an_address_goes_with_its_town_state_post_code_and_country(mask, left):
    masked = mask(left)
    for word in (
        "Umberford",
        "QX",
        "Norway",
        "40127",
        "Orleans",
        "70112",
        "Fontaine",
        "Parc",
        "Lajos",
    ):
        assert word not in masked


def test_prose_after_an_address_stays(mask):
    assert mask("He moved to 27 Tamarack Lane, and then the rain came.").endswith(
        ", and then the rain came."
    )


@pytest.mark.parametrize(
    "text",
    ["she died at ninety-six", "He lived to a hundred and two.", "My aunt is pushing ninety-nine."],
)
def test_a_great_age_is_heard_by_its_verb(mask, text):
    assert "[AGE_1]" in mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "june second two thousand nine",
        "born seven fourteen eighty-nine",
        "the fifteenth of may nineteen ninety",
        "it was November eleventh, two thousand and one",
    ],
)
def test_a_day_goes_with_the_year_that_is_said_after_it(mask, text):
    masked = mask(text)
    assert masked.endswith("[DATE_1]")
    assert "teenth" not in masked


@pytest.mark.parametrize("when", ["last week", "last Friday", "last December"])
def test_the_time_of_a_stay_at_a_named_hospital_goes(mask, when):
    assert when not in mask(f"She was seen at Harborview Clinic {when}.")
    assert mask(f"I slept well {when}.") == f"I slept well {when}."


def test_kin_before_a_name_of_the_record_stays(mask):
    record = KnownRecord(names=(KnownName(text="Auntie Nkechi", role="PERSON"),))
    assert mask("my auntie said that Nkechi will come", known=record) == (
        "my auntie said that [PERSON_1] will come"
    )


@pytest.mark.parametrize("name", ["Jan Novak", "April Okafor"])
def test_a_month_before_a_surname_is_a_first_name(mask, name):
    assert mask(f"Follow up with {name} soon.") == "Follow up with [PERSON_1] soon."


def test_the_second_of_three_surnames_is_one_too(mask):
    assert "Page" not in mask("We were three: Okafor, Page and Novak.")


def test_a_country_somebody_went_to_goes_and_one_in_the_news_stays(mask):
    assert "Norway" not in mask("Norway was good to visit.")
    assert "Norway" in mask("She read about Norway again.")
