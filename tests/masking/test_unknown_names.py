"""People and places that no record knows: by lists, capitals and cues; and what must stay."""

import pytest

KEPT = [
    "I hope she will mark it with grace and joy; faith is what I have, at dawn, in summer.",
    "We may go. Will you? Mark my words. Bill the insurer. The rose is red.",
    "i hope you will and i may mark it at dawn with joy and grace and faith in the summer",
    "Started Zoloft 50 mg, tapering Klonopin; lamotrigine at 200.",
    "started zoloft fifty milligrams and tapering klonopin and taking lamotrigine at night",
    "Used Gottman's model and a Beck inventory; history of Wilson's disease.",
    "In March, on Tuesday, since last summer, in 2019, about three years ago.",
    "My mom and dad and my husband and the kids went to grandma's.",
    "They are Nigerian, from Texas, and speak Spanish; she watched Oprah on Netflix.",
    "my mom said we should talk to the school and the hospital about the medical bills",
    "He went to high school, then to law school, and now teaches at a community college.",
    "Scored 14 on the PHQ 9 and 12 of 21 on the GAD 7 at 10:30 with 3 of 4 goals met.",
    "Normalised the behaviour, analysed the programme; she travelled, counselled and apologised.",
    "gonna be honest i kinda freaked out and uh yeah it was um a lot you know",
]


@pytest.mark.parametrize("text", KEPT)
def test_ordinary_talk_is_left_alone(mask, text):
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("I talked with Tamika about it.", "Tamika"),
        ("Then Ayodele Bankole, my boss, walked in.", "Ayodele Bankole"),
        ("My name is Joy.", "Joy"),
        ("Poppy says no to everything.", "Poppy"),
        ("We saw Dr. Grace there.", "Grace"),
        ("i talked with tamika about it yesterday", "tamika"),
        ("my husband thaddeus left us in the spring", "thaddeus"),
        ("we moved here from albuquerque last year", "albuquerque"),
        ("We moved here from Chattanooga.", "Chattanooga"),
        ("I work at Redfern Bakery now.", "Redfern Bakery"),
        ("she goes to maple grove elementary and loves it", "maple grove elementary"),
        ("They took him to St. Olaf's Hospital.", "Olaf"),
        ("Grace and I went home.", "Grace"),
        ("Everyone calls me Spud there.", "Spud"),
        ("My cat, Biscuit, got sick.", "Biscuit"),
    ],
)
def test_names_without_a_record_are_found(mask, text, gone):
    assert gone not in mask(text)


def test_the_role_is_read_from_the_words_before_the_name(mask):
    assert mask("My husband Dmitri and my daughter Anoushka came.") == (
        "My husband [PARTNER_1] and my daughter [CHILD_1] came."
    )


def test_a_name_found_once_is_masked_everywhere(mask):
    text = mask("My cousin Fairuza rang.", "and then fairuza hung up", "FAIRUZA again.")
    assert "airuza" not in text.lower()
    assert text.count("[RELATIVE_1]") == 3


def test_a_first_name_alone_is_the_person_whose_full_name_was_said(mask):
    assert mask("We met Leocadia Brunswick.", "Then Leocadia left.") == (
        "We met [PERSON_1]. | Then [PERSON_1] left."
    )
