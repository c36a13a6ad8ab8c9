"""The built-in writer on transcripts: attribution, questions with answers, plans and refusals."""

import pytest

from serving.notes.builtin.writer import BuiltInWriter
from serving.notes.engine import NothingToWrite
from serving.wire import DraftReply, DraftRequest, SectionSpec, Source, Style

BIRP = (
    SectionSpec(key="behavior", title="Behavior", holds=("reported", "observed")),
    SectionSpec(key="intervention", title="Intervention", holds=("intervention",)),
    SectionSpec(key="response", title="Response", holds=("response", "assessment")),
    SectionSpec(key="plan", title="Plan", holds=("plan",), only_observed=True),
)
TALK = """
clinician: Come on in, have a seat. Was parking okay?
client: Yeah, all good.
clinician: How has the week been since the flat flooded?
client: I slept about four hours most nights and I keep checking the ceiling.
clinician: Mm-hm.
clinician: And any drinking?
client: None.
clinician: So the ceiling gets checked, and sleep goes.
client: Yes.
clinician: We set you the worry time at six. How did it go?
client: I managed three evenings. My brother laughed at the kitchen timer.
clinician: Have you had any thoughts of ending your life?
client: No, nothing like that.
clinician: Could you keep the worry time going, once a day, this week?
client: Okay, at six, with the timer.
clinician: And could we say you stop checking altogether before next time?
client: No, I don't want to promise that yet.
clinician: Same time next Tuesday?
client: Tuesday works.
"""


def spoken(talk: str) -> tuple[Source, ...]:
    lines = [line.partition(": ") for line in talk.strip().splitlines()]
    return tuple(
        Source(id=f"u{n}", speaker=who, text=text) for n, (who, _, text) in enumerate(lines, 1)
    )


def draft(talk: str, kind: str = "individual", **style) -> DraftReply:
    return BuiltInWriter().draft(
        DraftRequest(
            format_key="birp",
            sections=BIRP,
            encounter_kind=kind,
            origin="speech",
            utterances=spoken(talk),
            style=Style(**style),
        )
    )


def told(reply: DraftReply, key: str | None = None) -> str:
    return "\n".join(
        s.text
        for section in reply.sections
        for s in section.statements
        if key in (None, section.key)
    )


def sources(reply: DraftReply, key: str) -> set[str]:
    return {i for x in reply.sections if x.key == key for s in x.statements for i in s.sources}


def test_what_the_client_said_is_quoted_and_attributed():
    assert 'said: "I slept about four hours most nights' in told(draft(TALK), "behavior")


def test_first_person_speech_is_never_turned_into_third_person():
    said = told(draft(TALK, verbosity="detailed"))
    assert "slept about four hours" in said
    assert "Client slept" not in said


def test_small_talk_and_listening_sounds_are_left_out():
    said = told(draft(TALK, verbosity="detailed"))
    assert "parking" not in said
    assert "Mm-hm" not in said


def test_a_short_answer_is_told_with_the_question_it_answers():
    reply = draft(TALK)
    assert 'Asked "And any drinking?", client answered: "None."' in told(reply, "behavior")
    assert {"u6", "u7"} <= sources(reply, "behavior")


def test_a_denial_of_risk_is_told_with_its_question_and_comes_first():
    for verbosity in ("concise", "intermediate", "detailed"):
        first = draft(TALK, verbosity=verbosity).sections[0].statements[0]
        assert first.text == (
            'Asked about risk "Have you had any thoughts of ending your life?", '
            'client answered: "No, nothing like that."'
        )
        assert first.sources == ("u12", "u13")


def test_a_follow_up_on_risk_stays_with_the_risk():
    talk = TALK.replace(
        "client: No, nothing like that.",
        "client: Sometimes I think so.\nclinician: Any plan?\nclient: No.",
    )
    behavior = draft(talk, verbosity="concise").sections[0].statements
    assert behavior[1].text == 'Asked about risk "Any plan?", client answered: "No."'


def test_what_was_agreed_is_the_plan_and_what_was_refused_is_not():
    reply = draft(TALK)
    assert 'Client answered: "Okay, at six, with the timer."' in told(reply, "plan")
    assert "altogether" not in told(reply, "plan")
    assert "I don't want to promise that yet" in told(reply, "response")


def test_a_question_told_with_its_answer_is_not_told_again_in_the_same_section():
    whole = SectionSpec(key="n", title="N", holds=("reported", "intervention", "response", "plan"))
    request = DraftRequest(
        format_key="n",
        sections=(whole,),
        encounter_kind="individual",
        origin="speech",
        utterances=spoken(TALK),
        style=Style(verbosity="detailed"),
    )
    assert told(BuiltInWriter().draft(request)).count("since the flat flooded") == 1


def test_homework_review_is_an_intervention():
    assert "Therapist reviewed homework:" in told(draft(TALK), "intervention")


def test_a_chosen_method_is_named_where_its_words_were_said():
    assert "(CBT: worry time)" in told(draft(TALK, methods=("CBT", "EMDR")))
    assert "EMDR" not in told(draft(TALK, methods=("CBT", "EMDR")))


def test_the_clinicians_chosen_terms_are_used():
    said = told(draft(TALK, clinician_term="counselor", client_term="patient"))
    assert "patient answered" in said
    assert "Counselor" in said
    assert "herapist" not in said
    assert "lient" not in said


def test_verbosity_changes_how_much_is_told():
    words = [
        len(told(draft(TALK, verbosity=v)).split()) for v in ("concise", "intermediate", "detailed")
    ]
    assert words[0] < words[1] < words[2]


def test_a_clinician_heard_alone_never_speaks_for_the_client():
    alone = "\n".join(line for line in TALK.splitlines() if line.startswith("clinician"))
    reply = draft(alone, verbosity="detailed")
    assert "Client" not in told(reply)
    assert "client answered" not in told(reply)
    assert reply.sections[0].statements == ()


CRISIS = """
clinician: Has it ever become physical, any pushing or hitting?
client: Once, in May.
clinician: Do you have thoughts of wanting to join him?
client: I wouldn't do anything.
clinician: Any plan?
client: I kept his tablets.
clinician: Have you ever tried before?
client: At nineteen.
clinician: What would you like from today?
client: To sleep through until the morning.
clinician: Would you be willing to give the tablets to your sister tonight?
client: Yes, she is downstairs.
"""


@pytest.mark.parametrize("verbosity", ["concise", "intermediate", "detailed"])
def test_every_question_about_risk_is_told_with_its_answer(verbosity):
    reply = draft(CRISIS, verbosity=verbosity)
    assert {f"u{n}" for n in range(1, 9)} <= sources(reply, "behavior")
    first = [s.sources for s in reply.sections[0].statements[:4]]
    assert first == [("u1", "u2"), ("u3", "u4"), ("u5", "u6"), ("u7", "u8")]


def test_a_plain_yes_to_a_plan_is_told_with_it():
    plan = told(draft(TALK.replace("Okay, at six, with the timer.", "Sure.")), "plan")
    assert 'this week?" Client answered: "Sure."' in plan


def test_a_number_asked_for_during_the_work_is_told_with_its_answer():
    talk = TALK + "clinician: What number is it now?\nclient: Four.\n"
    said = told(draft(talk, verbosity="concise"), "response")
    assert 'Explored "What number is it now?", client answered: "Four."' in said


def test_today_is_the_work_and_no_plan():
    talk = TALK + "clinician: Today we'll try the pacing exercise.\nclient: Seventy.\n"
    reply = draft(talk, verbosity="detailed")
    assert "pacing" not in told(reply, "plan")
    assert "pacing" in told(reply, "intervention")
    assert 'Seventy."' in told(reply, "response")


def test_an_answer_that_does_not_tell_of_whom_is_told_with_its_question():
    talk = "clinician: When did the panic start?\nclient: After the accident, two winters ago.\n"
    said = told(draft(talk, verbosity="concise"))
    assert 'Asked "When did the panic start?", client answered: "After the accident' in said


def test_what_is_confidential_was_explained():
    talk = TALK + "clinician: What you say here is confidential, with two exceptions.\n"
    assert "confidential" in told(draft(talk, verbosity="detailed"), "intervention")


UNKNOWN = """
unknown: hello can you hear me
unknown: so how was the week
unknown: i slept about for hours most nights and i've had a tight chest
unknown: mm hm
unknown: have you had any thoughts of ending your life
unknown: no nothing like that
unknown: that helps a bit i feel calmer
unknown: okay let's keep doing the breathing every evening and we'll meet next thursday
"""


def test_an_unknown_speaker_is_quoted_without_being_attributed():
    reply = draft(UNKNOWN, verbosity="detailed")
    said = told(reply)
    assert not any(who in said.lower() for who in ("client", "therapist"))
    assert '"I slept about for hours most nights and I\'ve had a tight chest."' in said
    assert "Thursday" in told(reply, "plan")


def test_an_unknown_speakers_question_about_risk_never_stands_without_the_answer():
    first = draft(UNKNOWN, verbosity="concise").sections[0].statements[0]
    assert first.sources == ("u5", "u6")
    assert first.text.endswith('"No nothing like that."')


def test_a_partner_is_named_as_the_partner():
    talk = TALK.replace("client: Yes.", "partner: I found bills and I felt completely lost.")
    assert 'Partner said: "I found bills' in told(draft(talk, kind="couple"))


def test_a_group_note_tells_nothing_that_another_member_said():
    talk = TALK + "member: My divorce came through on Friday and I cried for hours.\n"
    assert "divorce" not in told(draft(talk, kind="group", verbosity="detailed"))


@pytest.mark.parametrize(
    "talk",
    [
        "client: [inaudible]\nclinician: [noise]\nclient: [crosstalk] [inaudible]",
        "unknown: mm-hm\nunknown: yeah\nunknown: okay\nunknown: right",
        "clinician: Hello?\nclient: Hello, can you hear me?",
        "\n".join(["unknown: The wind took all of our best hats away."] * 9),
        "unknown: " + "and then we went back to the start " * 12,
        "unknown: Thank you for watching.\nunknown: Please subscribe.",
    ],
)
def test_silence_sounds_and_loops_are_refused(talk):
    with pytest.raises(NothingToWrite):
        draft(talk)


def test_a_loop_after_real_talk_does_not_cost_the_draft():
    assert "worry time" in told(draft(TALK + "unknown: The wind took our best hats.\n" * 40))


def test_a_phrase_that_the_recogniser_repeats_is_told_once():
    said = told(draft(TALK + "client: I keep checking the ceiling at night.\n" * 3))
    assert said.count("I keep checking the ceiling at night") <= 1
