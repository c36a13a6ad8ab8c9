"""The name model that ships: only the file its manifest names is used; it needs no capitals."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.adapters import identifiers
from appliance.adapters.identifiers import load_name_model
from appliance.adapters.identifiers.invented_text import Inventor
from appliance.domain.audit import Action, AuditEvent
from appliance.domain.errors import Misconfigured, NameModelMissing
from appliance.domain.masking.masked import MaskMap
from appliance.domain.masking.words import read_words
from appliance.domain.transcript import Origin
from appliance.masking_tools import summary_of
from models import shelf
from tests.masking.conftest import lines_of


def tagged(text):
    words = read_words(text)
    tags = load_name_model().tags(words)
    return [word.text for word, tag in zip(words.items, tags, strict=True) if tag != "O"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("then oyelaran told me to leave", ["oyelaran"]),
        ("i was with tzipporah the whole time", ["tzipporah"]),
        ("we will be late and i may go", []),
        ("i hope it works by the grace of god", []),
    ],
)
def test_names_are_heard_without_capitals_and_everyday_words_are_not_names(text, names):
    assert tagged(text) == names


def test_a_model_file_that_was_altered_stops_the_start(tmp_path, monkeypatch):
    folder = tmp_path / "quietroom-names" / "names"
    folder.mkdir(parents=True)
    (folder / "name_model.bin").write_bytes(b"another file")
    monkeypatch.setattr(identifiers, "Shelf", lambda: shelf.Shelf(tmp_path))
    identifiers.load_name_model.cache_clear()
    try:
        with pytest.raises(Misconfigured):
            identifiers.build_masker()
    finally:
        identifiers.load_name_model.cache_clear()
        shutil.rmtree(tmp_path)


def test_nothing_goes_out_while_a_configured_name_model_is_not_loaded(gate, no_record):
    waiting = replace(gate, missing_models=lambda: ("stanford-deidentifier-base",))
    empty = MaskMap(canonical={}, occurrences=())
    with pytest.raises(NameModelMissing) as caught:
        waiting.admit(Origin.TYPED, lines_of("Fine."), (), (), no_record, empty)
    assert caught.value.details["models"] == ("stanford-deidentifier-base",)
    gate.admit(Origin.TYPED, lines_of("Fine."), (), (), no_record, empty)


def test_the_text_to_learn_from_is_the_same_at_every_drawing():
    one, other = Inventor(7), Inventor(7)
    assert [one.excerpt() for _ in range(5)] == [other.excerpt() for _ in range(5)]


def test_marks_stand_on_what_was_filled_in():
    inventor = Inventor(3)
    for _ in range(50):
        excerpt = inventor.excerpt()
        for mark in excerpt.marks:
            assert excerpt.text[mark["start"] : mark["end"]].strip()


def test_a_report_counts_and_never_tells_values():
    at = datetime(2026, 5, 4, tzinfo=UTC)
    events = [
        AuditEvent(action=Action.NAMES_MASKED, at=at, account_id=None, facts={"placeholders": 7}),
        AuditEvent(
            action=Action.GATE_BLOCKED, at=at, account_id=None, facts={"kinds": "name,date"}
        ),
        AuditEvent(action=Action.SIGNED_IN, at=at, account_id="a1"),
        *(
            AuditEvent(action=Action.FINDINGS_DECIDED, at=at, account_id="a1", facts=facts)
            for facts in ({"masked": 2, "safe": 1, "left": 1}, {"masked": 0, "safe": 3, "left": 0})
        ),
        AuditEvent(
            action=Action.STEP_FAILED,
            at=at,
            account_id=None,
            facts={"step": "draft_note", "code": "payload_blocked"},
        ),
    ]
    figures = summary_of(events)
    assert figures["sessions_masked"] == 1
    assert figures["placeholders"] == 7
    assert figures["blocked_kinds"] == {"date": 1, "name": 1}
    assert figures["blocked_at_sending"] == 1
    assert (figures["decided_to_mask"], figures["decided_to_be_safe"]) == (2, 4)
