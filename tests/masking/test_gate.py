"""The gate refuses what the masker missed, says no value, and proves at each request that it works."""

import pytest

from appliance.domain.errors import GateBlocked, GateBroken
from appliance.domain.masking.detectors import PATTERN_DETECTORS, NameDetector
from appliance.domain.masking.gate import CANARIES, Canary, Gate
from appliance.domain.masking.known import KnownName, KnownRecord
from appliance.domain.masking.masked import MaskedLine, MaskedText, MaskMap
from appliance.domain.masking.pipeline import mask_and_admit
from appliance.domain.masking.restore import unmask
from appliance.domain.masking.searched import Seen
from appliance.domain.transcript import Origin
from tests.masking.conftest import lines_of

EMPTY = MaskMap(canonical={}, occurrences=())

LEAKS = [
    ("we saw RAJESH there", "name"),
    ("we saw rajesh's car", "name"),
    ("we saw venkataramans", "name"),
    ("it is r, a, j, e, s, h", "name"),
    ("and then Hope cried", "name"),
    ("my name is hope", "name"),
    ("at ORCHARD  hill, elementary", "place"),
    ("it is four one five, five five five, oh one nine nine", "number"),
    ("it is 4155550199", "number"),
    ("write kim@example.org", "email"),
    ("on www.example.org", "web_address"),
    ("ring (212) 555-0142", "phone"),
    ("it is 219-09-9999", "social_security_number"),
    ("it is 12345678", "long_number"),
    ("seven one oh four four nine two", "long_number"),
    ("on March 3rd", "date"),
    ("on the ninth of february", "date"),
    ("on 4/12/2023", "date"),
]


def admit(gate, text, known, mask_map=EMPTY):
    return gate.admit(Origin.TYPED, lines_of(text), (), (), known, mask_map)


@pytest.mark.parametrize(("text", "kind"), LEAKS)
def test_an_identifier_that_is_left_is_refused_by_kind_and_never_by_value(gate, record, text, kind):
    with pytest.raises(GateBlocked) as refusal:
        admit(gate, text, record)
    assert kind in refusal.value.details["kinds"]
    assert text not in str(refusal.value.details) + refusal.value.message


@pytest.mark.parametrize(
    "text",
    [
        "I hope so, and hope is what counts.",
        "[CLIENT] told [CLINICIAN] that [PARTNER_1] came on [DATE_1] at 10:30.",
        "Scored 14, then 12, in 2021; took 50 mg for 30 days.",
        "an orchard on a hill, an elementary mistake",
        "It began last May. Since May it is better.",
    ],
)
def test_clean_text_passes(gate, record, text):
    mask_map = MaskMap(
        canonical=dict.fromkeys(["[CLIENT]", "[CLINICIAN]", "[PARTNER_1]", "[DATE_1]"], "x"),
        occurrences=(),
    )
    assert isinstance(admit(gate, text, record, mask_map), MaskedText)


def test_observations_and_record_facts_are_searched_too(gate, record):
    leak = (MaskedLine(id="o1", speaker="appearance", text="Rajesh looked tired."),)
    for observations, facts in ((leak, ()), ((), leak)):
        with pytest.raises(GateBlocked):
            gate.admit(Origin.TYPED, (), observations, facts, record, EMPTY)


def test_a_name_the_masker_found_may_stand_nowhere_else(gate, masker, no_record):
    candidate = masker.mask(lines_of("My cousin Fairuza rang."), no_record, Origin.TYPED)
    with pytest.raises(GateBlocked):
        admit(gate, "and fairuza again", no_record, candidate.mask_map)


@pytest.mark.parametrize("missing", sorted({canary.kind for canary in CANARIES}))
def test_a_gate_that_misses_its_canary_lets_nothing_through(gate, no_record, missing):
    blind = tuple(d for d in gate.detectors if d.kind != missing)
    with pytest.raises(GateBroken):
        admit(Gate(everyday=gate.everyday, detectors=blind), "All is well.", no_record)


def test_a_detector_without_a_canary_is_a_broken_gate(gate, no_record):
    few = Gate(everyday=gate.everyday, canaries=(Canary(kind="phone", text="(555) 010-4477"),))
    with pytest.raises(GateBroken):
        admit(few, "All is well.", no_record)


def test_blocked_spans_say_where_to_look(gate, record):
    lines = lines_of("Fine.", "Then Rajesh came.")
    [span] = gate.blocked_spans(lines, record, EMPTY)
    assert (span.line_id, lines[1].text[span.start : span.end], span.kind) == (
        "u1",
        "Rajesh",
        "name",
    )


def test_what_the_gate_finds_is_masked_again(gate, masker, record, monkeypatch):
    monkeypatch.setattr(type(masker), "find", lambda self, folded, known: [])
    lines = lines_of("Then Rajesh rang 415 555 0199 and kim@example.org.", "Nothing here.")
    text, mask_map = mask_and_admit(
        masker, gate, origin=Origin.TYPED, utterances=lines, known=record
    )
    assert text.utterances[0].text == "Then [OTHER_1] rang [OTHER_2] and [OTHER_3]."
    assert unmask(text.utterances, mask_map) == lines


def test_after_two_re_maskings_the_clinician_is_asked(gate, masker, record, monkeypatch):
    calls = []
    original = type(masker).mask

    def deaf(self, lines, known, origin, must_go=()):
        calls.append(len(must_go))
        return original(self, lines, known, origin)

    monkeypatch.setattr(type(masker), "mask", deaf)
    monkeypatch.setattr(type(masker), "find", lambda self, folded, known: [])
    with pytest.raises(GateBlocked):
        mask_and_admit(
            masker, gate, origin=Origin.TYPED, utterances=lines_of("Rajesh."), known=record
        )
    assert len(calls) == 3


def test_the_parts_of_a_payload_come_back_in_their_places(gate, masker, record):
    text, _ = mask_and_admit(
        masker,
        gate,
        origin=Origin.SPEECH,
        utterances=lines_of("rajesh was late again and i was mad"),
        observations=(MaskedLine(id="o1", speaker="affect", text="Tearful about Oskar."),),
        record_facts=(MaskedLine(id="r1", speaker="diagnosis", text="F41.1"),),
        known=record,
    )
    assert text.origin is Origin.SPEECH
    assert text.utterances[0].text == "[PARTNER_1] was late again and i was mad"
    assert text.observations[0].text == "Tearful about [CHILD_1]."
    assert text.record_facts[0].text == "F41.1"


def test_every_kind_of_detector_has_its_canary():
    kinds = {detector.kind for detector in (NameDetector(), *PATTERN_DETECTORS)}
    assert kinds <= {canary.kind for canary in CANARIES}


LEFT = [
    ("seen by dr [PERSON_1] smith today", "smith"),
    ("she saw [PERSON_1] t on monday", "t"),
    ("we went to johns [PLACE_1] for the scan", "johns"),
    ("a family in [CITY_1], Texas", "Texas"),
    ("admitted at [HOSPITAL_1] medical center", "medical center"),
    ("write to [PERSON_1] at example com", "com"),
    ("we drove to new [CITY_1] that night", "new"),
]


@pytest.mark.parametrize(("text", "rest"), LEFT)
def test_the_rest_of_what_was_masked_in_part_is_refused(gate, no_record, text, rest):
    tokens = ("[PERSON_1]", "[PLACE_1]", "[CITY_1]", "[HOSPITAL_1]")
    mask_map = MaskMap(canonical=dict.fromkeys(tokens, "x"), occurrences=())
    spans = gate.blocked_spans(lines_of(text), no_record, mask_map)
    assert rest in [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    "text",
    [
        "our cousin uncle boy rang",
        "then jun jun cried",
        "the pine ridge bus came",
        "i said stone doesnt",
    ],
)
def test_everyday_words_that_the_record_has_as_names_are_refused_where_they_name(gate, text):
    names = ("Uncle Boy", "Jun-jun", "Stone")
    known = KnownRecord(
        names=(
            *(KnownName(text=name, role="PERSON") for name in names),
            KnownName(text="Pine Ridge Tire", role="EMPLOYER"),
        )
    )
    assert gate.blocked_spans(lines_of(text), known, EMPTY)


def test_lines_that_were_searched_before_are_told_as_when_searched_anew(gate, masker, record):
    lines = lines_of(
        "Then Fairuza rang, and Oskar came.",
        "and fairuza said kestrel was late",
        "he spelled it, k, e, s, t, r, e, l",
        "nothing here",
    )
    seen = Seen()
    first = masker.mask(lines, KnownRecord(), Origin.TYPED)
    second = masker.mask(lines, record, Origin.TYPED)
    for candidate in (first, second, first):
        again = gate.blocked_spans(candidate.lines, record, candidate.mask_map, seen)
        anew = gate.blocked_spans(candidate.lines, record, candidate.mask_map)
        assert set(anew) <= set(again)
    assert gate.blocked_spans(second.lines, record, second.mask_map, Seen()) == (
        gate.blocked_spans(second.lines, record, second.mask_map)
    )
