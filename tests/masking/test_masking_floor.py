"""How much the masker finds on our own therapy talk: figures that were measured, and may not fall."""

import json
from pathlib import Path

import pytest

from appliance.domain.masking.evaluation import Manner, evaluate

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "therapy_talk.jsonl").read_text().splitlines()
]
TYPED, SPEECH, MISSPELLED = Manner(), Manner(as_speech=True), Manner(with_misspellings=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("half", "manner", "recall", "precision", "documents"),
    [
        ("untouched", TYPED, 0.982, 0.93, 0.90),
        ("untouched", SPEECH, 0.95, 0.91, 0.74),
        ("untouched", MISSPELLED, 0.97, 0.93, 0.85),
        ("tuning", TYPED, 0.995, 0.965, 0.98),
        ("tuning", SPEECH, 0.99, 0.97, 0.94),
    ],
)
def test_what_masking_finds_does_not_fall(masker, half, manner, recall, precision, documents):
    figures = evaluate([row for row in ROWS if row["split"] == half], masker, manner)
    assert figures["token_recall"] >= recall
    assert figures["precision"] >= precision
    assert figures["document_recall"] >= documents
