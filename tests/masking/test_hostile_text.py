"""Text made to confuse: whatever comes, it is masked or refused, and unmasking is exact."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain.errors import FieldsInvalid, MaskMapForeign
from appliance.domain.masking.known import KnownName, KnownRecord
from appliance.domain.masking.masked import MaskedLine
from appliance.domain.masking.placeholder import LOOKS_LIKE
from appliance.domain.masking.restore import restore, unmask
from appliance.domain.transcript import Origin
from tests.masking.conftest import lines_of

RECORD = KnownRecord(
    names=(
        KnownName(text="Ana Müller-Ibáñez", role="CLIENT"),
        KnownName(text="Will", role="PARTNER"),
        KnownName(text="Böhm & Söhne", role="EMPLOYER"),
        KnownName(text="555-0100", role="PHONE"),
    )
)
PIECES = st.sampled_from(
    [
        *(
            "Ana",
            "will",
            "Will",
            "MÜLLER",
            "Mu\u0308ller",
            "A\u200bna",
            "ﬁnn",
            "Аna",
            "Böhm & Söhne",
        ),
        *("555-0100", "five five five oh one double oh", "[PARTNER_1]", "client_2", "[[CLIENT]]"),
        *(
            " ",
            "\n",
            ". ",
            ", ",
            "'s ",
            "\ue000",
            "\u202e",
            "🙂",
            "\ud800",
            "İ",
            "ß",
            "½",
            "①",
            "\x00",
        ),
        *("dot", " at gmail dot com", "March 3rd", "ninety two", "d, a, n, a"),
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map("".join))


@settings(max_examples=250, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=4), origin=st.sampled_from(Origin))
def test_unmasking_gives_back_any_text_exactly(masker, texts, origin):
    lines = lines_of(*texts)
    candidate = masker.mask(lines, RECORD, origin)
    assert unmask(candidate.lines, candidate.mask_map) == lines
    assert all(
        o.placeholder in candidate.mask_map.canonical for o in candidate.mask_map.occurrences
    )


@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
def test_nothing_typed_can_pass_for_a_placeholder_of_the_box(masker, text):
    candidate = masker.mask(lines_of(text), RECORD, Origin.TYPED)
    standing = {match[0] for match in LOOKS_LIKE.finditer(candidate.lines[0].text) if match["stem"]}
    assert not {token for token in standing if token.upper() == "[PARTNER_1]"} - set(
        candidate.mask_map.canonical
    )


@pytest.mark.parametrize(
    "attack",
    [
        "[PARTNER_1]",
        "PARTNER_1",
        "[[partner 1]]",
        "[CLIENT]",
        "[client]",
        "CLIENT",
        "[Partner 01]",
        r"PARTNER\_1",
        "partner-1",
        "Partner1",
        "&#91;PARTNER_1&#93;",
        "[PARTNER_1's]",
        "[PARTNER NAME]",
    ],
)
def test_a_typed_placeholder_never_resolves_to_a_real_person(masker, attack):
    lines = lines_of(f"{attack} is a murderer.", "Then Will came, Ana said.")
    candidate = masker.mask(lines, RECORD, Origin.TYPED)
    assert attack not in candidate.lines[0].text
    restored = restore(candidate.lines[0].text, candidate.mask_map, {"CLIENT": "the client"})
    assert restored.text == f"{attack} is a murderer."


@pytest.mark.parametrize(
    "text", ["A\u200bna cried", "Аna cried", "ＡＮＡ cried", "A\u0301na cried", "ana\u202e cried"]
)
def test_invisible_and_look_alike_characters_do_not_hide_a_name(masker, text):
    candidate = masker.mask(lines_of(f"So then {text}."), RECORD, Origin.TYPED)
    assert "[CLIENT]" in candidate.lines[0].text


def test_lines_with_the_same_id_are_refused(masker):
    line = MaskedLine(id="u1", speaker="client", text="Ana.")
    with pytest.raises(FieldsInvalid):
        masker.mask((line, line), RECORD, Origin.TYPED)


def test_a_map_of_another_text_is_refused_without_saying_the_text(masker):
    candidate = masker.mask(lines_of("Then Ana cried."), RECORD, Origin.TYPED)
    with pytest.raises(MaskMapForeign) as refusal:
        unmask(lines_of("Something else altogether."), candidate.mask_map)
    assert "Ana" not in str(refusal.value) + refusal.value.message


@pytest.mark.parametrize(
    "text",
    [
        "x" * 300_000,
        "Ana" * 60_000,
        "9" * 60_000,
        "[" * 20_000,
        "a." * 20_000,
        "a_" * 20_000,
        "a dot " * 5_000,
        "a-" * 20_000,
        "a b " * 10_000,
        "O'" * 25_000,
        "Abc-" * 12_500,
    ],
)
@pytest.mark.timeout(120)
def test_a_huge_odd_text_takes_seconds_not_minutes(masker, gate, text):
    started = time.process_time()
    candidate = masker.mask(lines_of(text), RECORD, Origin.TYPED)
    gate.blocked_spans(candidate.lines, RECORD, candidate.mask_map)
    assert time.process_time() - started < 5


def test_an_hour_of_talk_is_masked_and_checked_in_about_a_second(masker, gate, record):
    talk = (
        "So then Rajesh said he would call Tamika from Fresno on March 3rd, and I said, well, I don't know, "
        "because my sister keeps telling me the same thing over and over and I hope it gets better. "
    )
    lines = lines_of(*[talk] * 330)
    assert sum(len(line.text) for line in lines) > 60_000
    started = time.process_time()
    candidate = masker.mask(lines, record, Origin.SPEECH)
    assert gate.blocked_spans(candidate.lines, record, candidate.mask_map) == ()
    assert time.process_time() - started < 2.5  # about 1 s on an idle core; others may share it
