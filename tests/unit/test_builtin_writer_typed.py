"""The built-in writer on typed summaries: closed rewrites, sections, style and evidence."""

import re

import pytest

from serving.wire import Source
from tests.typed_drafts import SHE, SUMMARY, THEY, draft, texts


def test_present_tense_and_short_forms_become_past_and_full_words():
    said = texts(
        draft("Pt c/o headaches b/c of the heat.", "Denies SI/HI.", "Reports she isn't eating.")
    )
    assert "Client reported headaches because of the heat." in said
    assert "Client denied SI/HI." in said
    assert "Client reported client was not eating." in said


@pytest.mark.parametrize(
    "kept",
    ["PHQ-9 17, item 9 = 0", "3-4", "from 6", "SI/HI", '"like pulling teeth"', "[PARTNER_1]", "x3"],
)
def test_numbers_scales_quotes_and_placeholders_survive_exactly(kept):
    assert kept in " ".join(texts(draft(*SUMMARY)))


def test_a_range_is_not_taken_apart():
    assert "Client slept 3 - 4 hours." in texts(draft("Sleeps 3 - 4 hrs.", "Feels worn out."))


def test_words_inside_quotes_are_never_rewritten():
    said = texts(draft('Pt says "I feel w/o hope, it is b/c of him".', "Sleep poor all week."))
    assert any('"I feel w/o hope, it is b/c of him"' in text for text in said)


def test_plans_stay_in_the_future():
    plan = texts(draft("Client will call the clinic on Monday.", "Mood low all week."), "plan")
    assert plan == ["Client will call the clinic on Monday."]


def test_first_person_that_no_rule_fits_is_quoted_as_the_clinicians_summary():
    said = texts(draft("Bus strike, so my notes on the family are thin today.", "Slept badly."))
    assert 'Therapist\'s summary: "Bus strike, so my notes on the family are thin today."' in said


def test_a_clinicians_first_person_becomes_the_clinician_term():
    said = texts(draft("I offered a shorter exercise.", "Slept badly all week."), None)
    assert "Therapist offered a shorter exercise." in said
    said = texts(draft("I offered a shorter exercise.", "Slept badly.", clinician_term="counselor"))
    assert "Counselor offered a shorter exercise." in said


def test_each_statement_goes_to_the_section_that_holds_its_role():
    reply = draft(*SUMMARY)
    assert "Affect flat, little eye contact." in texts(reply, "objective")
    assert any("thought record" in text for text in texts(reply, "objective"))
    assert any("PHQ-9 17" in text for text in texts(reply, "assessment"))
    assert any("housing office" in text for text in texts(reply, "plan"))
    assert not any("housing office" in text for text in texts(reply, "subjective"))


def test_a_section_without_material_stays_empty():
    reply = draft("Client reported poor sleep and low mood.")
    assert texts(reply, "plan") == texts(reply, "objective") == texts(reply, "assessment") == []


def test_every_statement_names_the_sentence_it_came_from():
    reply = draft(*SUMMARY)
    sources = {s.text: s.sources for section in reply.sections for s in section.statements}
    assert sources["Client denied SI/HI."] == ("u2",)
    assert sources["Call housing office."] == ("u14",)


def test_talk_of_risk_comes_first_at_every_verbosity():
    for verbosity in ("concise", "intermediate", "detailed"):
        reply = draft(*SUMMARY[2:], "Denies self-harm since May.", verbosity=verbosity)
        assert texts(reply, "subjective")[0] == "Client denied self-harm since May."


def test_verbosity_changes_how_much_is_told():
    lengths = {
        verbosity: sum(len(t.split()) for t in texts(draft(*SUMMARY, verbosity=verbosity)))
        for verbosity in ("concise", "intermediate", "detailed")
    }
    counts = {v: len(texts(draft(*SUMMARY, verbosity=v))) for v in lengths}
    assert lengths["concise"] < 0.8 * lengths["intermediate"]
    assert lengths["intermediate"] < lengths["detailed"]
    assert counts["concise"] < counts["intermediate"] < counts["detailed"]


@pytest.mark.parametrize("term", ["client", "patient", "[CLIENT]", "Pt"])
def test_the_chosen_client_term_replaces_every_short_form(term):
    said = " ".join(
        texts(draft("Ct reports panic at work.", "I told ct to rest.", client_term=term))
    )
    assert f"{term[0].upper()}{term[1:]} reported panic at work." in said
    assert f"Therapist told {term} to rest." in said


def test_pronouns_stand_in_for_a_repeated_client_term_only_where_chosen():
    sentences = ("Reports panic at work.", "Denies SI.", "Feels worn out.", "Wants to sleep more.")
    assert any(t.startswith("She ") for t in texts(draft(*sentences, pronouns=SHE)))
    without = texts(draft(*sentences))
    assert not re.search(r"\b(?:she|her|he|his|they|their)\b", " ".join(without), re.IGNORECASE)
    assert all(t.startswith("Client ") for t in without)


def test_a_pronoun_that_may_mean_someone_else_is_left_as_typed():
    said = texts(draft("Sister visited on Sunday.", "She drinks heavily.", client_term="patient"))
    assert "She drinks heavily." in said


def test_a_chosen_method_is_named_only_where_the_words_use_its_terms():
    said = " ".join(
        texts(draft("Reviewed thought record.", "Slept badly.", methods=("CBT", "EMDR")))
    )
    assert "thought record (CBT)" in said
    assert "EMDR" not in said
    assert "CBT" not in " ".join(
        texts(draft("Talked about work.", "Slept badly.", methods=("CBT",)))
    )


def test_work_that_was_not_done_is_not_credited_to_a_method():
    said = " ".join(
        texts(draft("No time for the body scan today.", "Slept badly.", methods=("EMDR",)))
    )
    assert "body scan" in said
    assert "(EMDR)" not in said


def test_medication_that_the_client_started_is_not_said_of_the_clinician():
    said = texts(draft("Started sertraline 50mg on 3/12, no side effects.", "Slept better."))
    assert "Client started sertraline 50mg on 3/12, no side effects." in said


def test_observations_stand_verbatim_with_their_field_and_whose_they_are():
    seen = (Source(id="o1", speaker="affect", text="tearful at times"),)
    reply = draft("Reports poor sleep this week.", observations=seen)
    statement = reply.sections[1].statements[0]
    assert statement.text == "Affect: tearful at times (therapist's observation)."
    assert statement.sources == ("o1",)


def test_record_facts_stand_in_the_assessment_as_from_the_record():
    facts = (Source(id="r1", speaker="diagnosis", text="F41.1"),)
    reply = draft("Reports poor sleep this week.", facts=facts)
    assert texts(reply, "assessment") == ["From the record: diagnosis F41.1."]
    assert "F41.1" not in " ".join(texts(reply, "subjective"))


def test_a_concise_note_has_the_diagnosis_of_the_record_and_no_other_fact():
    facts = (
        Source(id="r1", speaker="diagnosis", text="F43.21"),
        Source(id="r2", speaker="plan_goal", text="Sleep six hours"),
    )
    said = ["Reports poor sleep this week."]
    assert texts(draft(*said, facts=facts, verbosity="concise"), "assessment") == [
        "From the record: diagnosis F43.21."
    ]
    assert texts(draft(*said, facts=facts, verbosity="intermediate"), "assessment") == [
        "From the record: diagnosis F43.21.",
        "From the record: plan goal: Sleep six hours.",
    ]


def test_work_without_a_subject_is_the_clinicians_unless_both_may_have_done_it():
    reply = draft("Reviewed the fear ladder.", "Practised box breathing.", "Slept badly all week.")
    assert texts(reply, "objective") == [
        "Therapist reviewed the fear ladder.",
        "Practised box breathing.",
    ]


def test_the_clients_placeholder_takes_the_chosen_term_and_pronoun():
    said = texts(draft("[CLIENT] reports panic at work.", "[CLIENT] wants to sleep.", pronouns=SHE))
    assert said == ["Client reported panic at work.", "She wanted to sleep."]


def test_no_pronoun_follows_a_placeholder_for_somebody_else():
    said = texts(
        draft("Went for a walk with [PARTNER_1].", "Missed one shift.", pronouns=SHE), "subjective"
    )
    assert said == ["Client went for a walk with [PARTNER_1].", "Client missed one shift."]


@pytest.mark.parametrize("pronouns", [None, THEY])
def test_where_a_summary_tells_of_her_and_him_neither_is_taken_for_the_client(pronouns):
    said = texts(
        draft("Husband died in May.", "Read a letter she wrote to him.", pronouns=pronouns)
    )
    assert any("a letter she wrote to him" in text for text in said)


def test_a_call_that_either_may_have_made_is_not_said_to_be_the_clients():
    assert "Called back within 5 min." in texts(draft("Slept badly.", "Called back within 5 min."))
