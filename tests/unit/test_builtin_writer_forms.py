"""The built-in writer on typed summaries: joining, order, labels, and what it refuses."""

import pytest

from serving.notes.engine import NothingToWrite
from serving.wire import SectionSpec, Source
from tests.typed_drafts import SUMMARY, draft, texts


def test_two_short_things_the_client_did_are_joined_but_never_over_a_negation():
    joined = texts(draft("Slept 5 hrs.", "Ate three meals daily.", verbosity="intermediate"))
    assert joined == ["Client slept 5 hours and ate three meals daily."]
    apart = texts(draft("Did not sleep well.", "Ate three meals daily.", verbosity="intermediate"))
    assert apart == ["Client did not sleep well.", "Client ate three meals daily."]


@pytest.mark.parametrize("verbosity", ["concise", "intermediate"])
def test_and_never_makes_the_clients_act_somebody_elses(verbosity):
    said = draft("Told me wife moved out.", "Rated mood 2.", verbosity=verbosity)
    assert "and rated" not in " ".join(texts(said))


def test_how_the_encounter_took_place_is_told_in_detail_only():
    sentences = ("Pt seen by video.", "Reports low mood and poor sleep.")
    assert "Client was seen by video." in texts(draft(*sentences), "objective")
    assert texts(draft(*sentences, verbosity="intermediate"), "objective") == []


def test_a_narrative_keeps_the_order_of_the_summary_and_ends_with_the_plan():
    whole = (
        SectionSpec(key="narrative", title="Narrative", holds=("reported", "intervention", "plan")),
    )
    said = texts(
        draft(
            "Taught box breathing.",
            "Plan: breathe daily.",
            "Reports poor sleep this week.",
            "Denies SI.",
            sections=whole,
        )
    )
    assert said == [
        "Client denied SI.",
        "Therapist taught box breathing.",
        "Client reported poor sleep this week.",
        "Plan: breathe daily.",
    ]


@pytest.mark.parametrize(
    ("sentence", "key"),
    [
        ("Cried in the car park.", "subjective"),
        ("Cried when naming the dog.", "objective"),
        ("Used grounding twice, helped.", "subjective"),
        ("Belief 90% -> 55%.", "assessment"),
        ("Made a safety plan, knives locked.", "objective"),
        ("Impact statement next time.", "plan"),
        ("Telehealth, 45 min.", "objective"),
        ("Family session with [PARENT_1] and [PARENT_2].", "objective"),
        ("Presents with panic attacks since June.", "subjective"),
        ("Provisional dx panic disorder.", "assessment"),
        ("Wife stopped giving reassurance.", "subjective"),
        ("Both report feeling closer.", "subjective"),
    ],
)
def test_what_was_seen_done_told_and_planned_are_kept_apart(sentence, key):
    reply = draft("Slept badly all week.", sentence)
    [where] = [s.key for s in reply.sections for x in s.statements if "u2" in x.sources]
    assert where == key


def test_labels_in_lower_case_after_an_abbreviation_are_found():
    reply = draft("s: tired. a: better than last mo. p: walk daily.")
    assert texts(reply, "plan") == ["Walk daily."]


def test_the_name_of_a_skill_is_no_first_person():
    assert "Practised I-statements." in texts(draft("Practised I-statements.", "Slept badly."))


def test_where_someone_lives_is_not_put_in_the_past():
    assert "Client lives alone." in texts(draft("Lives alone.", "Slept badly all week."))


def test_observations_alone_are_enough_to_draft_from():
    seen = (Source(id="o1", speaker="appearance", text="well groomed"),)
    assert texts(draft(observations=seen)) == [
        "Appearance: well groomed (therapist's observation)."
    ]


def test_a_later_part_goes_on_about_the_same_client():
    said = texts(draft('Reports chest pain; "like a belt"; will call the surgery.', "Slept badly."))
    assert 'Client said "like a belt".' in said
    assert "Client will call the surgery." in said


def test_what_is_still_to_come_stays_in_the_present():
    said = texts(draft("Funeral is Thursday and she is dreading it.", "Slept badly all week."))
    assert said[0].startswith("Funeral is Thursday and client was dreading it")


def test_the_clinicians_work_is_told_of_both_or_of_the_clinician():
    reply = draft("We explored the fear of flying.", "Taught box breathing.", "Slept badly.")
    assert texts(reply, "objective") == [
        "Therapist and client explored the fear of flying.",
        "Therapist taught box breathing.",
    ]


def test_labelled_sections_are_taken_at_their_word():
    reply = draft(
        "S: Work is loud.", "O: Hands shaking.", "A: Burnout likely.", "P: Rest.", "Walk."
    )
    assert texts(reply, "subjective") == ["Work was loud."]
    assert texts(reply, "objective") == ["Hands shaking."]
    assert texts(reply, "assessment") == ["Burnout likely."]
    assert texts(reply, "plan") == ["Rest.", "Walk."]


def test_a_custom_format_without_a_place_for_risk_still_tells_it():
    only_plan = (SectionSpec(key="next", title="Next", holds=("plan",)),)
    said = texts(
        draft("Client reported suicidal thoughts.", "Plan: call daily.", sections=only_plan)
    )
    assert said[0].endswith("Client reported suicidal thoughts.")


def test_a_narrative_names_its_plan_as_a_plan():
    whole = (SectionSpec(key="narrative", title="Narrative", holds=("reported", "plan")),)
    said = texts(draft("Reports poor sleep this week.", "Plan: text before bed.", sections=whole))
    assert said[-1] == "Plan: text before bed."


@pytest.mark.parametrize("sentences", [(), ("",), ("ok",), ("Pt seen.",), ("...",)])
def test_nothing_or_next_to_nothing_is_refused(sentences):
    with pytest.raises(NothingToWrite):
        draft(*sentences)


def test_the_same_request_gives_the_same_draft():
    assert draft(*SUMMARY) == draft(*SUMMARY)


def test_the_reply_says_that_the_built_in_writer_made_it_and_counts_words():
    reply = draft(*SUMMARY)
    assert reply.engine.name == "built-in writer"
    assert not reply.engine.is_demo
    assert reply.decode_tokens > 30
    assert reply.prefill_tokens > 60
