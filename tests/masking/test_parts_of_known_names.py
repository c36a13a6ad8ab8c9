"""Known people and places by a part, a letter, or their handle; speech without punctuation or capitals."""

import pytest

from appliance.domain.masking.known import KnownName, KnownRecord

RECORD = KnownRecord(
    names=tuple(
        KnownName(text=text, role=role)
        for text, role in (
            ("Halcyon Ridge Fabricators", "EMPLOYER"),
            ("Copper 7 Stables", "EMPLOYER"),
            ("Thimble Lodge", "PLACE"),
            ("Boulder", "CITY"),
            ("J", "FRIEND"),
            ("K.B.", "COLLEAGUE"),
            ("Hutch", "CLIENT"),
            ("Mike Sorensen", "SIBLING"),
            ("Memaw Vesta", "RELATIVE"),
            ("tuva_m31", "USERNAME"),
            ("file 48-K-2207", "CASE"),
        )
    )
)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("i start at halcyon ridge on monday", "i start at [EMPLOYER_1] on monday"),
        ("she rides at the copper seven now", "she rides at the [EMPLOYER_1] now"),
        ("we grew up in boulder the two of us", "we grew up in [CITY_1] the two of us"),
        ("all of boulder came to the funeral", "all of [CITY_1] came to the funeral"),
        ("I told J not to come. J's mad.", "I told [FRIEND_1] not to come. [FRIEND_1]'s mad."),
        ("then k b drove me home again", "then [COLLEAGUE_1] drove me home again"),
        ("hi im hutch and im sober today", "hi im [CLIENT] and im sober today"),
        ("im not moving mikes boots", "im not moving [SIBLING_1] boots"),
        ("i went by to see Memaw Vesta today", "i went by to see [RELATIVE_1] today"),
        ("look up tuva underscore m thirty one", "look up [USERNAME_1]"),
        ("it is four eight k two two oh seven", "it is [CASE_1]"),
    ],
)
def test_a_known_name_is_heard_by_as_much_of_it_as_is_said(mask, text, masked):
    assert mask(text, known=RECORD) == masked


@pytest.mark.parametrize(
    "text",
    [
        "The boulder rolled and we sat on it, all of us.",
        "he keeps rabbits in a hutch behind the shed",
        "My grade was a J or whatever, no, an A.",
        "the lodge was closed and the stables too",
        "we went to the school and the church and the hospital",
    ],
)
def test_words_that_a_known_name_shares_with_ordinary_talk_stay(mask, text):
    known = KnownRecord(names=tuple(n for n in RECORD.names if n.text != "J"))
    assert mask(text, known=known) == text


@pytest.mark.parametrize(
    "text",
    [
        "Faith, I suppose. Grace, they call it. Joy, what's that?",
        "Hope left the building years ago. Dawn breaks and I cry.",
        "In May it rained. May, June, all gone. Will that be all?",
        "faith keeps me going and joy comes and goes",
    ],
)
def test_a_virtue_that_begins_a_sentence_is_no_name_even_if_the_record_has_it(mask, text):
    words = ("Hope", "Will", "May", "Mark", "Grace", "Joy", "Faith", "Dawn")
    names = tuple(KnownName(text=f"{word} Okafor", role="FRIEND") for word in words)
    assert mask(text, known=KnownRecord(names=names)) == text


def test_who_speaks_is_no_initial_where_a_transcript_lost_its_punctuation(mask):
    known = KnownRecord(names=(KnownName(text="Tzipporah", role="FRIEND"),))
    text = "i rang her twice  t and tzipporah  c tzipporah was asleep by then"
    assert mask(text, known=known) == (
        "i rang her twice  t and [FRIEND_1]  c [FRIEND_1] was asleep by then"
    )
