"""The built-in writer on one-channel recordings: no speakers, no capitals, no marks."""

import pytest

from serving.notes.builtin.writer import BuiltInWriter
from serving.wire import DraftReply, DraftRequest, Role, SectionSpec, Source, Style

ROLES: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("subjective", ("reported",)),
    ("objective", ("observed", "intervention")),
    ("assessment", ("assessment", "response")),
    ("plan", ("plan",)),
)
SOAP = tuple(SectionSpec(key=key, title=key, holds=holds) for key, holds in ROLES)
WHOLE = (
    SectionSpec(key="narrative", title="Narrative", holds=tuple(r for _, h in ROLES for r in h)),
)
HEARD = """
good afternoon [CLIENT] how was your week
i was on edge every day and i could not eat
what set it off
my landlord at [CITY_2] wants the flat back and i was sure we would be homeless
let us look at the evidence for that thought
i always paid and my sister [SIBLING_1] says the same
what would be a more balanced view
i can ask for time i feel lighter when i say that
any thoughts of ending your life
no nothing like that
for homework please fill in the worry diary every night
i will do that after the news
"""


def draft(heard: str, sections=SOAP, **style) -> DraftReply:
    lines = heard.strip().splitlines()
    return BuiltInWriter().draft(
        DraftRequest(
            format_key="soap",
            sections=sections,
            encounter_kind="individual",
            origin="speech",
            utterances=tuple(
                Source(id=f"u{n}", speaker="unknown", text=text) for n, text in enumerate(lines, 1)
            ),
            style=Style(**{"verbosity": "detailed", **style}),
        )
    )


def told(reply: DraftReply, key: str | None = None) -> list[str]:
    return [
        s.text
        for section in reply.sections
        for s in section.statements
        if key in (None, section.key)
    ]


def test_what_was_reported_stands_in_the_order_said_with_risk_first():
    assert told(draft(HEARD), "subjective") == [
        'Asked about risk "Any thoughts of ending your life?", answered: "No nothing like that."',
        'Said in session: "I was on edge every day and I could not eat."',
        (
            'Explored "What set it off?", answered: "My landlord at [CITY_2] wants the flat back and I was '
            'sure we would be homeless."'
        ),
    ]


def test_what_someone_tells_of_every_day_is_no_plan():
    assert "on edge" not in " ".join(told(draft(HEARD), "plan"))
    plan = told(draft("work gets worse every week\ni cannot keep the shop going on my own"), "plan")
    assert plan == []


def test_homework_stands_in_the_plan_with_the_answer_to_it():
    assert told(draft(HEARD), "plan") == [
        (
            'Said in session: "For homework please fill in the worry diary every night." Answered: '
            '"I will do that after the news."'
        )
    ]


def test_homework_that_was_refused_is_no_plan():
    heard = HEARD.replace("i will do that after the news", "no i am not doing that")
    assert told(draft(heard), "plan") == []
    assert "not doing that" in " ".join(told(draft(heard), "assessment"))


def test_homework_taken_up_in_part_stays_a_plan_with_what_was_said():
    heard = HEARD.replace("i will do that after", "i can do three nights all seven is too much for")
    assert "too much" in " ".join(told(draft(heard), "plan"))


def test_the_work_is_told_unattributed_and_named_only_by_a_chosen_method():
    work = told(draft(HEARD, methods=("CBT",)), "objective")
    assert work == [
        (
            "Said in session (cognitive restructuring; CBT: examining the evidence): "
            '"Let us look at the evidence for that thought."'
        ),
        (
            "Asked in session (cognitive restructuring; CBT: balanced thinking): "
            '"What would be a more balanced view?"'
        ),
    ]
    assert "CBT" not in " ".join(told(draft(HEARD, methods=("EMDR",))))


def test_an_answer_to_the_work_is_a_response_told_with_its_own_question():
    response = told(draft(HEARD), "assessment")
    assert response[0].startswith(
        'After "Let us look at the evidence for that thought", said: "I al'
    )
    assert response[1].startswith(
        'Explored "What would be a more balanced view?", answered: "I can ask'
    )


@pytest.mark.parametrize("verbosity", ["concise", "intermediate", "detailed"])
def test_no_answer_is_told_with_another_ones_question(verbosity):
    pairs = {"u4": "u3", "u6": "u5", "u8": "u7", "u10": "u9"}
    for section in draft(HEARD, sections=WHOLE, verbosity=verbosity).sections:
        for statement in section.statements:
            asked = set(statement.sources) & set(pairs.values())
            answered = set(statement.sources) & set(pairs)
            if asked and answered:
                assert asked == {pairs[answer] for answer in answered}


def test_verbosity_changes_how_much_is_told():
    words = [
        len(" ".join(told(draft(HEARD, verbosity=v))).split())
        for v in ("concise", "intermediate", "detailed")
    ]
    assert words[0] < words[1] < words[2]


def test_a_question_that_runs_on_without_marks_is_found():
    heard = "i am glad you rang are you safe right now\nyes the door is locked and i am at my aunts"
    assert told(draft(heard)) == [
        (
            'Asked about risk "I am glad you rang are you safe right now?", '
            'answered: "Yes the door is locked and I am at my aunts."'
        )
    ]


@pytest.mark.parametrize(
    "telling",
    [
        "when i get home i drink until i fall asleep",
        "what he said at dinner made me cry all night",
        "had a terrible night with the baby again",
        "can't sleep and can't stop crying about it",
        "got the results from the scan on friday",
    ],
)
def test_a_statement_that_begins_like_a_question_is_none(telling):
    said = told(draft(telling + "\nand then i was sick all morning at work"))
    assert not any("?" in text for text in said)


def test_a_placeholder_does_not_hide_that_the_talk_has_no_capitals():
    said = " ".join(told(draft("i told [PARTNER_1] that i cannot go on friday and i cried")))
    assert said == 'Said in session: "I told [PARTNER_1] that I cannot go on Friday and I cried."'
