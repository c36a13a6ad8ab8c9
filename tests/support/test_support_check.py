"""What the support check holds of a statement, one rule at a time."""

import pytest

from appliance.domain.support.judge import judge
from appliance.domain.support.verdict import IN_WORDS, Answer, Flaw, Line


def verdict(statement, *lines, **terms):
    return judge(statement, [line(text) for text in lines], **terms)


def line(text):
    speaker, _, words = text.partition(": ")
    return Line(speaker=speaker, text=words)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("Client walked the dog on Monday.", "client: I walked the dog on Monday."),
        ("Client telephoned the landlord twice.", "client: I rang my landlord twice."),
        ("Client denied having slept.", "client: I haven't slept."),
        ("Client discontinued the tablets.", "client: I stopped the tablets."),
        ("Client's sister lent client the money.", "client: My sister lent me the money."),
        ("Client was slightly annoyed.", "client: I was a bit cross."),
        (
            "Client plans to visit the mosque on Friday.",
            "client: I'm going to visit the mosque Friday.",
        ),
    ],
)
def test_a_plain_paraphrase_is_supported(statement, said):
    assert verdict(statement, said).answer is Answer.SUPPORTED


@pytest.mark.parametrize(
    ("statement", "said", "flaw"),
    [
        ("Client rang the landlord.", "client: I didn't ring the landlord.", Flaw.NEGATION),
        ("Client has not opened the letter.", "client: I opened the letter.", Flaw.NEGATION),
        (
            "Client rang the landlord three times.",
            "client: I rang the landlord twice.",
            Flaw.NUMBER,
        ),
        ("Client lent sister the car.", "client: My sister lent me the car.", Flaw.SPEAKER),
        ("Client's uncle lent the car.", "client: My aunt lent me the car.", Flaw.ENTITY),
        ("Client visited the mosque.", "client: I'll visit the mosque.", Flaw.TIME),
        ("Client drinks at the club.", "client: I used to drink at the club.", Flaw.TIME),
        ("Client rang on Friday.", "client: I rang on Tuesday.", Flaw.TIME),
        (
            "Client is furious with the boss.",
            "client: I'm a bit cross with my boss.",
            Flaw.INTENSITY,
        ),
        ("Client is jealous of the sister.", "client: Maybe I'm jealous of my sister.", Flaw.HEDGE),
        ("Client is certain about the job.", "client: I'm not sure about the job.", Flaw.HEDGE),
        ("Client left both groups.", "client: I left the Monday group.", Flaw.SCOPE),
        ("Client always shouts.", "client: I shout sometimes.", Flaw.SCOPE),
        (
            "Client left early because of a quarrel.",
            "client: I left early. I was tired.",
            Flaw.CAUSE,
        ),
        ("Client is ashamed of the debt.", "client: I told him about the bill.", Flaw.UNSAID),
    ],
)
def test_a_difference_is_flagged_with_its_kind(statement, said, flaw):
    found = verdict(statement, said)
    assert (found.answer, found.flaw) == (Answer.UNSUPPORTED, flaw)


def test_what_the_tables_do_not_know_is_unchecked_and_never_supported():
    found = verdict("Client reports a zephyr.", "client: I had a good week.")
    assert found.answer is Answer.UNCHECKED
    assert found.reason == "the box could not check this against the words"


def test_a_no_takes_back_what_was_asked():
    asked = ("clinician: Did you ring the helpline?", "client: No.")
    assert verdict("Client rang the helpline.", *asked).flaw is Flaw.NEGATION


def test_who_speaks_is_who_says_it():
    talk = ("mother: He shouts at his brother.", "client: I'm tired.")
    assert verdict("Client said that he shouts at his brother.", *talk).flaw is Flaw.SPEAKER


def test_a_quote_under_its_speakers_name_is_supported():
    said = 'Therapist asked "Any thoughts of dying?", client answered: "No, never."'
    talk = ("clinician: Okay. Any thoughts of dying?", "client: No, never.")
    assert verdict(said, *talk, clinician_term="therapist").answer is Answer.SUPPORTED


def test_a_quote_under_anothers_name_is_not_supported():
    found = verdict('Clinician said: "I never hit him."', "client: I never hit him.")
    assert found.answer is not Answer.SUPPORTED


def test_a_quote_that_was_cut_into_is_not_supported():
    found = verdict('Client said: "I hit him."', "client: I never once hit him.")
    assert found.answer is not Answer.SUPPORTED


def test_a_clinicians_own_line_is_supported_when_only_its_short_forms_are_opened():
    found = verdict(
        "Client argued with [PARTNER_1] on Friday.", "typed: Pt argued w/ [PARTNER_1] on Fri."
    )
    assert found.answer is Answer.SUPPORTED


def test_an_observation_is_supported_by_itself():
    found = verdict(
        "Affect: Calm (therapist's observation).", "affect: Calm.", clinician_term="therapist"
    )
    assert found.answer is Answer.SUPPORTED


def test_the_clinicians_words_for_the_two_are_understood():
    found = verdict(
        "Service user rang the bank.", "client: I rang the bank.", client_term="service user"
    )
    assert found.answer is Answer.SUPPORTED


@pytest.mark.parametrize(
    "statement", ["", "   ", "…", "!!!", "[PERSON_1]", "a" * 5_000, "no " * 500]
)
def test_odd_statements_end_in_an_answer(statement):
    assert verdict(statement, "client: I rang my landlord.").answer is not Answer.SUPPORTED


def test_without_a_cited_line_nothing_is_supported():
    assert judge("Client rang.", []).answer is Answer.UNCHECKED


def test_every_kind_of_flaw_has_words_for_a_reader():
    assert set(IN_WORDS) == set(Flaw)
