"""The large name model's real path: saved, brought onto the shelf, verified, loaded, joined to the masker.

The model is a tiny BERT that the test makes; torch and transformers live in an environment of their
own, which the masker reaches through its interpreter as it reaches serving over its socket.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from appliance.adapters.identifiers import build_masker
from appliance.adapters.identifiers.lists import load as load_lists
from appliance.adapters.inference import LargeNameModel
from appliance.domain.masking.known import KnownRecord
from appliance.domain.masking.masked import MaskedLine
from appliance.domain.transcript import Origin
from models.shelf import Shelf
from serving.wire import Engine, IdentifyReply, Span
from tests.deployment.cache import REPOSITORY, engines

NAME = "stanford-deidentifier-base"
SCRIPT = Path(__file__).with_name("tiny_identifiers.py")
pytestmark = [pytest.mark.needs_engines, pytest.mark.slow, pytest.mark.timeout(240)]


def start(*arguments: object) -> "subprocess.Popen[str]":
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "HOME": "/nowhere"}
    return subprocess.Popen(
        [str(engines() / "bin" / "python"), str(SCRIPT), *map(str, arguments)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    with start("make", folder / "made") as making:
        _, said = making.communicate(timeout=200)
    assert making.returncode == 0, said
    Shelf(folder).bring_in(NAME, folder / "made")
    return folder


class Asked:
    """What `ServingClient.find_identifiers` is, with the engine on the other side of a pipe."""

    def __init__(self, process):
        self._process = process
        self.label = Engine.model_validate_json(process.stdout.readline())

    def find_identifiers(self, texts):
        self._process.stdin.write(json.dumps(texts) + "\n")
        self._process.stdin.flush()
        found = json.loads(self._process.stdout.readline())
        spans = tuple(tuple(map(Span.model_validate, line)) for line in found)
        return IdentifyReply(engine=self.label, found=spans)


@pytest.fixture(scope="module")
def asked(shelf):
    with start("serve", NAME, shelf) as process:
        yield Asked(process)
        process.stdin.close()
        process.wait(30)


def found(asked, text):
    [spans] = asked.find_identifiers((text,)).found
    return [(text[span.start : span.end], span.kind) for span in spans]


def test_the_tiny_model_finds_the_names_it_knows_as_whole_words(asked):
    text = "we talked about work and then Mirelle Oyelaran came to Larkhaven clinic"
    assert set(found(asked, text)) >= {
        ("Mirelle Oyelaran", "person"),
        ("Larkhaven", "organization"),
    }


def test_a_text_longer_than_the_model_holds_is_read_to_its_end(asked):
    filler = "my week was long and the evenings were hard " * 60
    text = f"{filler}she was at stonemere clinic when quillimor called"
    assert {word for word, _ in found(asked, text)} >= {"stonemere", "quillimor"}


def test_several_texts_are_answered_in_their_order(asked):
    texts = ("i spoke with tesparo about sleep", "", "my week was long")
    first, second, third = asked.find_identifiers(texts).found
    assert [texts[0][span.start : span.end] for span in first] == ["tesparo"]
    assert (second, third) == ((), ())


def test_what_only_the_large_model_knows_is_masked_with_it_and_not_without(asked):
    line = MaskedLine(id="u1", speaker="client", text="i spoke with tesparo about sleep")
    alone = build_masker()
    joined = build_masker(LargeNameModel(asked, NAME, load_lists()))
    masked = joined.mask((line,), KnownRecord(), Origin.SPEECH).lines[0].text
    assert "tesparo" not in masked
    both = {f.start for f in joined.find(*_folded(line))}
    assert {f.start for f in alone.find(*_folded(line))} <= both, "joined by union"


def _folded(line):
    from appliance.domain.masking.normalise import fold

    return fold((line,)), KnownRecord()


def test_an_altered_weight_is_not_loaded(shelf, tmp_path):
    Shelf(tmp_path).bring_in(NAME, shelf / "made")
    weights = tmp_path / NAME / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x00\x01")
    with start("serve", NAME, tmp_path) as process:
        said, why = process.communicate(timeout=200)
    assert process.returncode != 0
    assert said == ""
    assert "model.safetensors is not the file its manifest names" in why
