"""The scoring follows its own rules, so that figures compare."""

import pytest

from appliance.domain.masking.evaluation import Manner, evaluate, speech_like, wilson
from appliance.domain.masking.gate_evaluation import evaluate_gate
from appliance.domain.masking.misspelling import misspelled


def row(text, *spans, **more):
    marked = [
        {"start": text.index(value), "end": text.index(value) + len(value), "label": label}
        for value, label in spans
    ]
    return {"text": text, "spans": marked, **more}


def test_all_found_and_nothing_else_scores_one(masker):
    rows = [row("I met Tamika Osei there.", ("Tamika Osei", "NAME"))]
    figures = evaluate(rows, masker, Manner())
    assert figures["token_recall"] == figures["precision"] == figures["document_recall"] == 1
    assert figures["false_positives_per_1000"] == 0
    assert figures["per_type"]["NAME"]["entities"] == 1


def test_a_half_found_entity_counts_by_token_only(masker):
    rows = [row("I met Tamika the sparrow there.", ("Tamika the sparrow", "NAME"))]
    figures = evaluate(rows, masker, Manner())
    assert figures["token_recall"] == 0.5
    assert figures["entity_recall"] == 0
    assert figures["document_recall"] == 0


def test_what_the_rules_leave_out_counts_neither_way(masker):
    rows = [row("Dr. said 1998 on Monday.", ("1998", "DATE"), ("Dr", "TITLE"), ("Monday", "DATE"))]
    figures = evaluate(rows, masker, Manner())
    assert figures["identifying_tokens"] == 0
    assert figures["token_recall"] is None


def test_the_record_of_a_row_is_used_only_when_asked(masker):
    record = {"names": ["Stone Ames"], "facts": ["Early Riser"]}
    rows = [row("we were with the early riser crowd again", ("early riser", "ORG"), record=record)]
    with_it = evaluate(rows, masker, Manner())
    without = evaluate(rows, masker, Manner(with_record=False))
    assert (with_it["token_recall"], without["token_recall"]) == (1, 0)


def test_speech_has_no_case_and_no_punctuation_and_its_spans_move_along():
    text, spans = speech_like("Hi, Dana's e-mail!", [{"start": 4, "end": 8, "label": "NAME"}])
    assert text == "hi danas e mail "
    assert text[spans[0]["start"] : spans[0]["end"]] == "dana"


def test_a_share_comes_with_its_interval():
    assert wilson(0, 0) is None
    low, high = wilson(90, 100)
    assert low == pytest.approx(0.8256, abs=1e-3)
    assert high == pytest.approx(0.9448, abs=1e-3)


def test_a_misspelled_name_differs_in_one_word_and_keeps_its_first_letter():
    text, spans = misspelled("I rang Tamika Osei.", [{"start": 7, "end": 18, "label": "NAME"}])
    name = text[spans[0]["start"] : spans[0]["end"]]
    assert name != "Tamika Osei"
    assert name[0] == "T"
    assert text == f"I rang {name}."


def test_only_names_are_misspelled():
    spans = [{"start": 3, "end": 9, "label": "LOCATION"}]
    assert misspelled("In Fresno.", spans) == ("In Fresno.", spans)


def test_the_gate_stops_what_a_masker_without_its_record_lets_through(masker, gate):
    record = {"names": ["Stone Ames"], "facts": ["Early Riser"]}
    rows = [row("we were with the early riser crowd again", ("early riser", "ORG"), record=record)]
    figures = evaluate_gate(rows, masker, gate, Manner())
    assert figures["per_finder"]["record"] == {"leaking": 1, "blocked": 1, "missed_by_kind": {}}
    assert figures["clean_refused"] == 0
