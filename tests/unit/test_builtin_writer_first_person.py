"""The built-in writer on the clinician's own first person, and on whose plan a "will" is."""

import pytest

from tests.typed_drafts import draft, texts


def placed(sentence: str) -> tuple[str, str]:
    """Section and words of one sentence, typed after another."""
    reply = draft("Slept badly all week.", sentence)
    [found] = [(s.key, x.text) for s in reply.sections for x in s.statements if "u2" in x.sources]
    return found


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            "I'd like her to see a dietitian.",
            "Therapist would like client to see a dietitian.",
        ),
        ("I think the move is too soon.", "Therapist thought the move was too soon."),
        ("I wonder if I spoke too much.", "Therapist wondered if therapist spoke too much."),
        ("I've asked her to ring on Friday.", "Therapist asked client to ring on Friday."),
        (
            "I told her I'm away 3/2 to 3/9.",
            "Therapist told client that therapist is away 3/2 to 3/9.",
        ),
        ("I gave her the handout.", "Therapist gave client the handout."),
        ("When I asked about school he cried.", "When therapist asked about school client cried."),
        ("She doesn't now.", "Client does not now."),
    ],
)
def test_first_person_that_the_table_knows_is_told_in_plain_english(typed, told):
    assert placed(typed)[1] == told


@pytest.mark.parametrize(
    "sentence",
    [
        "I keen over the sums at length.",
        "She says I hate mornings.",
        "She said my job is too loud.",
    ],
)
def test_first_person_that_the_table_does_not_know_is_quoted(sentence):
    assert placed(sentence)[1].startswith("Therapist's summary: \"")


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (
            "I'm going to consult my supervisor.",
            "Therapist plans to consult therapist's supervisor.",
        ),
        ("I'm planning to call the school.", "Therapist plans to call the school."),
        ("My plan is to ask about it.", "Therapist's plan is to ask about it."),
        ("Next week I'll bring the map.", "Next week therapist will bring the map."),
        ("We'll practise saying no.", "Therapist and client will practise saying no."),
        ("We meet again on Monday at 9.", "Therapist and client meet again on Monday at 9."),
        ("Increase sessions to 2x a week.", "Increase sessions to 2x a week."),
        ("Check-in call Tuesday 9am.", "Check-in call Tuesday 9am."),
        ("For next week she will keep the diary.", "For next week client will keep the diary."),
        ("Clinician will call the pharmacy.", "Therapist will call the pharmacy."),
    ],
)
def test_what_client_or_clinician_mean_to_do_is_a_plan(sentence, told):
    assert placed(sentence) == ("plan", told)


@pytest.mark.parametrize(
    "sentence",
    [
        "Client is worried that [PARTNER_1] will leave.",
        "Hopeful that things will improve.",
        "[PARTNER_1] will not come to sessions.",
        "Reports stress due to moving house.",
    ],
)
def test_a_will_of_somebody_else_is_told_and_no_plan(sentence):
    assert placed(sentence)[0] == "subjective"


def test_a_worry_about_what_will_be_is_told_in_the_past():
    told = placed("Client is worried that [PARTNER_1] will leave.")[1]
    assert told == "Client was worried that [PARTNER_1] will leave."


@pytest.mark.parametrize(
    ("sentence", "key"),
    [
        ("Therapist taught a breathing exercise for the next session.", "objective"),
        ("Clinician normalised the grief.", "objective"),
        ("Does not meet criteria for hospitalization.", "assessment"),
        ("Took PHQ9=17.", "objective"),
        ("Client reported PHQ9 of 17.", "subjective"),
    ],
)
def test_work_assessment_and_scores_stand_in_their_own_sections(sentence, key):
    assert placed(sentence)[0] == key


def test_what_is_only_wished_for_others_is_no_statement_of_fact():
    assert "would like" in " ".join(texts(draft("I'd like him to rest.", "Slept badly all week.")))
