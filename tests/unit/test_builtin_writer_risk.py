"""The built-in writer on a typed assessment of risk: all of it told, together, at every verbosity."""

import pytest

from tests.typed_drafts import draft, texts

VERBOSITIES = ("concise", "intermediate", "detailed")
ASSESSED = (
    'Pt endorsed passive SI ("I want to sleep for good") on 3 days.',
    "Denies intent, means, or plan.",
    "No prior attempts.",
    "No access to lethal means.",
    "Protective factors: daughter, choir.",
    "Took a photo of the card.",
    "Risk assessed as low.",
    "Does not meet criteria for hospitalization.",
)
OTHER = tuple(f"Talked of the {n} at home." for n in ("roof", "cat", "rent", "fence", "stairs"))


@pytest.mark.parametrize("verbosity", VERBOSITIES)
@pytest.mark.parametrize("sentence", ASSESSED)
def test_no_sentence_of_a_risk_assessment_is_ever_left_out(sentence, verbosity):
    source = f"u{ASSESSED.index(sentence) + len(OTHER) + 1}"
    reply = draft(*OTHER, *ASSESSED, verbosity=verbosity)
    assert source in {
        i for section in reply.sections for s in section.statements for i in s.sources
    }


@pytest.mark.parametrize("verbosity", VERBOSITIES)
def test_risk_stands_together_in_the_order_typed_and_before_the_rest(verbosity):
    said = texts(draft("Sleep poor.", *ASSESSED, *OTHER, verbosity=verbosity), "subjective")
    assert said[1:5] == [
        "Client denied intent, means, or plan.",
        "No prior attempts.",
        "No access to lethal means.",
        "Protective factors: daughter, choir.",
    ]
    assert "photo of the card" in said[5]
    assert "Sleep" in " ".join(said[6:])


def test_what_follows_risk_is_risk_only_until_it_turns_to_something_else():
    said = texts(draft("Slept badly.", "Denies SI.", "No bruises.", "No appetite."), "subjective")
    assert said == [
        "Client denied SI.",
        "No bruises.",
        "Client slept badly.",
        "No appetite.",
    ]


@pytest.mark.parametrize("verbosity", VERBOSITIES)
def test_parts_of_one_sentence_that_tells_of_risk_stay_together(verbosity):
    said = texts(
        draft(*OTHER, "She hits her own arm when upset; no marks seen.", verbosity=verbosity)
    )
    assert said[0].endswith("arm when upset; no marks seen.")


@pytest.mark.parametrize(
    "kept",
    [
        "Denies alcohol use",
        "Not taking lithium",
        "No homework set",
        "THC daily",
        "Neg AH/VH",
        "Zoloft 50 -> 100mg",
        "Arrived 12 min late",
        "ROI signed",
        "PHQ9=17",
        "Slept 4 hours",
    ],
)
def test_negations_doses_substances_scores_and_releases_are_told_in_a_concise_note(kept):
    reply = draft(*OTHER, *OTHER[::-1], f"{kept}.", verbosity="concise")
    rests_on = {i for section in reply.sections for s in section.statements for i in s.sources}
    assert f"u{len(OTHER) * 2 + 1}" in rests_on


def test_an_intermediate_note_leaves_out_nothing_and_glues_no_strangers_together():
    reply = draft(*OTHER, *ASSESSED, *OTHER[::-1], verbosity="intermediate")
    rests_on = {i for section in reply.sections for s in section.statements for i in s.sources}
    assert len(rests_on) == len(ASSESSED) + 2 * len(OTHER)
    assert not any(";" in text for text in texts(reply))
