"""What a clinician decided about words holds in the masker and in the gate, and no further."""

import dataclasses

import pytest

from appliance.domain.masking.decided import is_of_record
from appliance.domain.masking.findings import (
    Decision,
    Findings,
    after_decisions,
    find_mentions,
    to_decide,
)
from appliance.domain.masking.gate import BlockedSpan
from appliance.domain.masking.known import KnownRecord
from appliance.domain.masking.masked import MaskMap
from appliance.domain.masking.pipeline import mask_as_asked
from appliance.domain.transcript import Origin
from tests.masking.conftest import lines_of

EMPTY = MaskMap(canonical={}, occurrences=())
PLACE = "we met on harbor street"


def kinds_left(gate, text, known):
    return [span.kind for span in gate.blocked_spans(lines_of(text), known, EMPTY)]


@pytest.mark.parametrize("safe", ["harbor street", "Harbor Street", "met  on harbor street,"])
def test_the_gate_lets_through_what_the_clinician_says_identifies_nobody(gate, safe):
    assert kinds_left(gate, PLACE, KnownRecord()) == ["stray_place"]
    assert kinds_left(gate, PLACE, KnownRecord(safe=(safe,))) == []


@pytest.mark.parametrize("safe", ["street", "harbor stree", "harbor", "", "harbor streets"])
def test_what_reaches_beyond_the_safe_words_is_stopped_as_before(gate, safe):
    assert kinds_left(gate, PLACE, KnownRecord(safe=(safe,))) == ["stray_place"]


@pytest.mark.parametrize(
    ("safe", "text"),
    [
        ("Rajesh", "we saw rajesh there"),
        ("hope", "and then Hope cried"),
        ("r a j e s h", "it is r, a, j, e, s, h"),
        ("orchard hill elementary", "at ORCHARD hill, elementary"),
        ("415 555 0199", "it is 4155550199"),
        (
            "four one five five five five oh one nine nine",
            "four one five five five five oh one nine nine",
        ),
        ("Whitfield", "then whitfield spoke"),
    ],
)
def test_what_the_record_names_is_never_safe(gate, record, safe, text):
    assert is_of_record(safe, record)
    marked = dataclasses.replace(record, safe=(safe,))
    assert kinds_left(gate, text, marked) == kinds_left(gate, text, record) != []


@pytest.mark.parametrize("phrase", ["harbor street", "the corner shop", "Dr.", "hopeful", "12"])
def test_other_words_are_not_of_the_record(record, phrase):
    assert not is_of_record(phrase, record)


def test_safe_words_do_not_blind_the_gate_s_own_proof(gate):
    safe = ("on march the ninth", "a neighbour named qorvaleth came by")
    known = KnownRecord(safe=safe)
    assert gate.admit(Origin.TYPED, lines_of("All is well."), (), (), known, EMPTY)


def test_words_that_must_go_are_masked_wherever_they_stand_and_however_written(masker, gate):
    lines = lines_of("The LOON-narrows was cold.", "loon narrows, she said; a balloon rose.")
    known = KnownRecord(to_mask=("Loon Narrows",))
    masked = mask_as_asked(masker, gate, lines, known, Origin.TYPED)
    assert [line.text for line in masked.lines] == [
        "The [OTHER_1] was cold.",
        "[OTHER_2], she said; a balloon rose.",
    ]


def test_findings_that_overlap_are_shown_once_and_the_same_words_are_one_decision():
    lines = lines_of("Ring 555 0142 now.", "She rang 555-0142.")
    blocked = [
        BlockedSpan(line_id="u0", start=5, end=13, kind="phone"),
        BlockedSpan(line_id="u0", start=9, end=13, kind="number"),
        BlockedSpan(line_id="u1", start=9, end=17, kind="phone"),
    ]
    mentions = find_mentions(lines, blocked, EMPTY)
    assert [(m.before, m.text, m.after) for m in mentions] == [
        ("Ring ", "555 0142", " now."),
        ("She rang ", "555-0142", "."),
    ]
    [finding] = to_decide(Findings(mentions=mentions), "artefact")
    assert finding.kinds == ("number", "phone")
    assert len(finding.mentions) == 2
    after = after_decisions(Findings(mentions=mentions), {finding: Decision.MASK})
    assert after == Findings(mentions=(), to_mask=("555 0142",))
    assert to_decide(Findings(mentions=mentions), "another")[0].id != finding.id


def test_only_some_words_are_shown_around_a_finding():
    text = "word " * 50 + "newark" + " word" * 50
    at = text.index("newark")
    span = BlockedSpan(line_id="u0", start=at, end=at + 6, kind="stray_name")
    [mention] = find_mentions(lines_of(text), [span], EMPTY)
    assert mention.before.startswith("… word")
    assert mention.after.endswith("word …")
    assert len(mention.before) < 80 > len(mention.after)
