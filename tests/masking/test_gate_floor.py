"""How much the gate stops, on our own therapy talk: figures that were measured, and may not fall."""

import json
from pathlib import Path

import pytest

from appliance.domain.masking.evaluation import Manner
from appliance.domain.masking.gate_evaluation import evaluate_gate

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "therapy_talk.jsonl").read_text().splitlines()
]
LEAST_BLOCKED = {"typed": 0.88, "speech": 0.89}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("manner", sorted(LEAST_BLOCKED))
def test_with_each_finder_off_in_turn_the_gate_stops_what_leaks(masker, gate, manner):
    figures = evaluate_gate(ROWS, masker, gate, Manner(as_speech=manner == "speech"))
    assert figures["leaking"] >= 60
    assert figures["leaking_blocked_share"] >= LEAST_BLOCKED[manner]
    assert (
        sum(figures["missed_by_kind"].values()) >= figures["leaking"] - figures["leaking_blocked"]
    )
    assert figures["clean_refused_share"] <= 0.01
