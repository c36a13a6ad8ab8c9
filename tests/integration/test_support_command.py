"""`quietroom notes support-eval`, as it is typed."""

import json

import pytest

from appliance.cli import main

PAIR = {
    "id": "x1",
    "source": ["client: I rang the landlord twice."],
    "statement": "Client rang the landlord twice.",
    "supported": True,
    "flaw": None,
}


def test_the_figures_are_printed_as_json(tmp_path, capsys):
    wrong = PAIR | {"id": "x2", "statement": "Client rang the landlord three times."}
    wrong |= {"supported": False, "flaw": "number"}
    file = tmp_path / "pairs.jsonl"
    file.write_text(f"{json.dumps(PAIR)}\n{json.dumps(wrong)}\n")
    assert main(["notes", "support-eval", str(file), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["supported_kept"], figures["unsupported_caught"], figures["unchecked"]) == (
        1,
        1,
        0,
    )
    assert figures["by_flaw"]["number"]["caught"] == 1


@pytest.mark.parametrize(
    "text", ["no json", '{"a": 1}', '["x"]', '{"statement": 1, "supported": true}']
)
def test_a_file_that_holds_no_pairs_is_refused_in_a_sentence(text, tmp_path, capsys):
    file = tmp_path / "pairs.jsonl"
    file.write_text(text)
    assert main(["notes", "support-eval", str(file)]) == 1
    assert "pairs.jsonl cannot be read" in capsys.readouterr().err
