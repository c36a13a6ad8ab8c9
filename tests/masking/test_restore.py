"""Placeholders in a model's draft become names again, and nothing else does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain.masking.masked import MaskMap
from appliance.domain.masking.pipeline import mask_and_admit
from appliance.domain.masking.restore import pieces, restore, still_unknown, unmask
from appliance.domain.transcript import Origin
from tests.masking.conftest import lines_of

MAP = MaskMap(
    canonical={
        "[CLIENT]": "Dana Kowalczyk",
        "[PARTNER_1]": "Rafael",
        "[PERSON_1]": "Ines",
        "[PERSON_12]": "James",
    },
    occurrences=(),
)
TERMS = {"CLIENT": "the client", "[CLINICIAN]": "the therapist"}


@pytest.mark.parametrize(
    ("draft", "text"),
    [
        ("With [PARTNER_1].", "With Rafael."),
        ("With Partner_1's mother.", "With Rafael's mother."),
        ("With [partner 1].", "With Rafael."),
        ("With [[PARTNER_01]].", "With Rafael."),
        ("With PARTNER_1s.", "With Rafaels."),
        ("With [PERSON_12]s.", "With Jameses."),
        ("With **[PARTNER_1]**.", "With **Rafael**."),
        ("With PARTNER 1.", "With Rafael."),
        ("With _PARTNER_1_.", "With _Rafael_."),
        ("With [Partner-1].", "With Rafael."),
        ("[PERSON_1] and [PERSON_12].", "Ines and James."),
        ("[CLIENT] wept. Then [CLIENT] left.", "The client wept. Then the client left."),
        ("The [CLIENT] and [CLINICIAN] spoke.", "The client and the therapist spoke."),
        ("- [CLIENT] slept\n- [CLIENT]'s plan", "- The client slept\n- The client's plan"),
        ("A partner 1 of 2, [sic], step 1.", "A partner 1 of 2, [sic], step 1."),
        ("With **[PARTNER_1]**'s mother.", "With **Rafael**'s mother."),
        ("With ***PARTNER_1***, *[PARTNER_1]*.", "With ***Rafael***, *Rafael*."),
        ("With __[PARTNER_1]__ and _[PARTNER_1]_.", "With __Rafael__ and _Rafael_."),
        ("With `[PARTNER_1]` and `PARTNER_1`.", "With `Rafael` and `Rafael`."),
        ("With [PARTNER_001] and PARTNER_01.", "With Rafael and Rafael."),
        ("With partner_1 and [partner_1].", "With Rafael and Rafael."),
        ("With PARTNER-1, partner-1 and [PARTNER-1].", "With Rafael, Rafael and Rafael."),
        ("With PARTNER1 and Partner1 and [PARTNER1].", "With Rafael and Rafael and Rafael."),
        ("[PARTNER_1]'s, PARTNER_1’s car.", "Rafael's, Rafael’s car."),
        ("[PARTNER_1's] and [PARTNER_1’s] car.", "Rafael's and Rafael’s car."),
        ("[PARTNER_1s] and [PERSON_12]s' car.", "Rafaels and Jameses' car."),
        ("[PARTNER_1, PARTNER_1], ([PARTNER_1]).", "Rafael, Rafael, (Rafael)."),
        ("With [PARTNER_1 and PARTNER_1] too.", "With Rafael and Rafael too."),
        ("[ PARTNER_1 ], [PARTNER__1], [PARTNER #1].", "Rafael, Rafael, Rafael."),
        ("He met [PARTNER_1.] Then", "He met Rafael. Then"),
        (r"[PARTNER\_1], PARTNER\_1, \[PARTNER\_1\].", "Rafael, Rafael, Rafael."),
        ("&#91;PARTNER_1&#93; and [PARTNER&#95;1].", "Rafael and Rafael."),
        ("[PARTNER_1]&#39;s and PARTNER_1&rsquo;s.", "Rafael's and Rafael's."),
        ("&lt;PARTNER_1&gt;", "&lt;Rafael&gt;"),
        ("[PERSON_1]/[PERSON_12], PERSON_12/PERSON_1.", "Ines/James, James/Ines."),
        ("PHQ-9 was 12, GAD-7 was 9, COVID-19, B12.", "PHQ-9 was 12, GAD-7 was 9, COVID-19, B12."),
        ("CLIENT's and CLIENTs.", "The client's and the clients."),
    ],
)
def test_placeholders_restore_as_models_write_them(draft, text):
    restored = restore(draft, MAP, TERMS)
    assert restored.text == text
    assert restored.unknown == ()


@pytest.mark.parametrize(
    "token",
    [
        *("[PERSON_2]", "[FRIEND_1]", "Person_123", "[CITY]", "[PARTNER_11]", "PERSON_2"),
        *("PERSON 2", "PERSON-2", "PERSON2", "[person 2]", r"PERSON\_2", "[PERSON&#95;2]"),
        *("[PERSON_2's]", "[Name]", "[CLIENT NAME]", "[PERSON_A]", "[INSERT DATE]", "[CLIENT_2]"),
    ],
)
def test_an_unknown_placeholder_stays_and_is_reported(token):
    restored = restore(f"Saw {token} there, and [PERSON_1].", MAP, TERMS)
    assert restored.text == f"Saw {token} there, and Ines."
    assert restored.unknown == (token,)


def test_what_was_restored_is_not_read_again():
    tricky = MaskMap(canonical={"[TEXT_1]": "[PERSON_1]", "[PERSON_1]": "Ines"}, occurrences=())
    assert restore("He typed [TEXT_1].", tricky, {}).text == "He typed [PERSON_1]."


def test_without_a_chosen_term_the_client_s_own_name_serves():
    assert restore("[CLIENT] spoke.", MAP, {}).text == "Dana Kowalczyk spoke."


@pytest.mark.parametrize(
    "token", ["PERSON1X", "[SIC]", "[REDACTED]", "AGE2x", "a person-1b", "id_"]
)
def test_what_only_resembles_a_placeholder_blocks_nothing(token):
    restored = restore(f"Saw {token} there.", MAP, TERMS)
    assert (restored.text, restored.unknown) == (f"Saw {token} there.", ())


def test_unknown_placeholders_are_told_in_the_order_in_which_they_stand_each_once():
    text = "[CLIENT NAME] met [PERSON_2], then Person_3, then [PERSON_2]."
    assert restore(text, MAP, TERMS).unknown == ("[CLIENT NAME]", "[PERSON_2]", "Person_3")


def test_an_unknown_placeholder_can_be_shown_where_it_stands():
    shown = pieces("Person_23 met Person_2, [PERSON_2].", ("Person_2", "[PERSON_2]"))
    assert [text for text, is_unknown in shown if is_unknown] == ["Person_2", "[PERSON_2]"]
    assert "".join(text for text, _ in shown) == "Person_23 met Person_2, [PERSON_2]."
    assert pieces("Nothing.", ()) == (("Nothing.", False),)


def test_an_unknown_placeholder_is_not_edited_away_by_spelling_it_otherwise():
    unknown = ("[PERSON_2]", "[CLIENT NAME]")
    assert still_unknown("Saw Person_2 there.", unknown) == ("[PERSON_2]",)
    assert still_unknown("Saw [CLIENT NAME].", unknown) == ("[CLIENT NAME]",)
    assert still_unknown("Saw PERSON_20 and a friend.", unknown) == ()


SPELLINGS = (
    *("[{s}_{n}]", "[[{s}_{n}]]", "{s}_{n}", "[{s} {n}]", "[{s}-{n}]", "[{s}{n}]", "{s}-{n}"),
    *("**[{s}_{n}]**", "_{s}_{n}_", "`{s}_{n}`", "[{s}_0{n}]", r"{s}\_{n}", "&#91;{s}_{n}&#93;"),
)


@settings(max_examples=150, deadline=None)
@given(
    placeholder=st.sampled_from(["PARTNER_1", "PERSON_1", "PERSON_12"]),
    spelling=st.sampled_from(SPELLINGS),
    case=st.sampled_from([str.upper, str.lower, str.title]),
    before=st.sampled_from(["", "With ", "(", '"', "- "]),
    after=st.sampled_from(["", ".", ", then", "'s", "’s", ")", "; and", "?"]),
)
def test_however_a_model_spells_a_placeholder_it_comes_back(
    placeholder, spelling, case, before, after
):
    stem, number = placeholder.split("_")
    token = spelling.format(s=case(stem), n=number)
    restored = restore(before + token + after, MAP, TERMS)
    bare = token if token[0] in "*`" or token.startswith("_") else ""
    value = MAP.canonical[f"[{placeholder}]"]
    edge = bare[: len(bare) - len(bare.lstrip("*_`"))]
    assert restored.text == before + edge + value + edge + after
    assert restored.unknown == ()


WORDS = st.sampled_from(
    [
        "Dana",
        "marcus",
        "from",
        "Asheville",
        "on March 3rd",
        "[PERSON_1]",
        "PERSON-1",
        "I",
        "felt",
        "415 555 0199",
        "kim@example.org",
        "’s",
        "my",
        "cousin",
        "Fairuza",
        "\n",
        "é",
        "named",
        ".",
    ]
)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.lists(WORDS, max_size=9).map(" ".join), min_size=1, max_size=3))
def test_unmasking_what_the_gate_let_through_gives_back_the_original_exactly(
    masker, gate, record, texts
):
    lines = lines_of(*texts)
    masked, mask_map = mask_and_admit(
        masker, gate, origin=Origin.TYPED, utterances=lines, known=record
    )
    assert unmask(masked.utterances, mask_map) == lines
