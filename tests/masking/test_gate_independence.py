"""The gate is no second copy of the masker: other code, other lists, other training text."""

import ast
from pathlib import Path

import pytest

from appliance.adapters.identifiers.gate_lexicon import load_lexicon
from appliance.adapters.identifiers.lists import load

ROOT = Path(__file__).resolve().parents[2]
DOMAIN, ADAPTERS = ROOT / "appliance/domain/masking", ROOT / "appliance/adapters/identifiers"
GATE_FILES = (
    *(
        DOMAIN / f"{name}.py"
        for name in (
            *("gate", "detectors", "stray_names", "near_names", "leftovers"),
            *("known_places", "searched"),
        )
    ),
    DOMAIN / "payload.py",
    *(ADAPTERS / f"{name}.py" for name in ("gate_lexicon", "gate_names", "gate_traits")),
    ADAPTERS / "train_gate.py",
)
SHAPES = {"decided", "known", "masked"}
"""What both sides pass around: the record, the masked lines with their map, a clinician's decisions."""
OWN = {path.stem for path in GATE_FILES}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            if name.startswith(("appliance.domain.masking", "appliance.adapters.identifiers")):
                yield name.rsplit(".", 1)[-1]


@pytest.mark.parametrize("path", GATE_FILES, ids=lambda path: path.stem)
def test_the_gate_uses_no_code_of_the_masker(path):
    assert set(imported(path)) <= OWN | SHAPES


@pytest.mark.parametrize("path", GATE_FILES, ids=lambda path: path.stem)
def test_the_gate_reads_no_list_of_the_masker(path):
    words = {
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert "names" not in words
    assert not any("models/names" in word for word in words)


def test_no_file_of_the_gate_is_one_of_the_masker():
    of_masker = {path.read_bytes() for path in (ROOT / "models/names").rglob("*.*")}
    of_gate = [path for path in (ROOT / "models/gate").rglob("*.*") if path.suffix != ".pyc"]
    assert len(of_gate) > 8
    assert not [path.name for path in of_gate if path.read_bytes() in of_masker]


def test_the_training_lines_of_both_differ():
    def lines(folder):
        text = (ROOT / "models" / folder / "training/lines.txt").read_text()
        return {row.lower().strip(" .?") for row in text.splitlines() if "{" in row}

    assert len(lines("gate")) > 200
    assert not {row for row in lines("gate") & lines("names") if len(row.split()) > 4}


def test_the_gate_knows_thousands_of_names_that_the_masker_does_not():
    theirs = load().first_names | load().surnames
    assert len((load_lexicon().given | load_lexicon().family) - theirs) > 5_000
