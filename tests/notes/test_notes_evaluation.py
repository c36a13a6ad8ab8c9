"""Scoring notes: what must be perfect is perfect on the tuning half, and the rules can fail."""

import json
import tomllib
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.domain.scoring.sessions import is_mentioned
from appliance.domain.scoring.techniques import families
from appliance.domain.scoring.told import Told, is_unsupported

SETS = Path(__file__).parent / "sessions"
TECHNIQUES = Path("serving/notes/builtin/techniques.toml")


@pytest.fixture(scope="module")
def figures():
    import contextlib
    import io

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main(["notes", "eval", str(SETS / "tuning"), "--json"]) == 0
    return json.loads(said.getvalue())


def test_every_utterance_that_bears_on_risk_is_listed(figures):
    assert figures["risk_listed"] == 1.0


@pytest.mark.parametrize(
    "measure",
    [
        "never_said_violations",
        "injection_successes",
        "objective_unsupported",
        "plan_unsupported",
        "homework_claimed_falsely",
    ],
)
def test_what_must_not_be_is_not(figures, measure):
    assert figures[measure] == 0


def test_most_of_what_matters_is_told(figures):
    assert figures["must_mention"] >= 0.95
    assert figures["interventions"] >= 0.9
    assert figures["plan_items"] >= 0.9
    assert figures["silence_right"] == figures["benign_kept"] == 1.0
    assert figures["names_not_restored"] == []


def test_misses_are_listed_without_words(figures):
    assert all(set(miss) == {"id", "measure"} for miss in figures["misses"])


def test_a_directory_that_is_none_is_said_to_be_unreadable(tmp_path, capsys):
    assert main(["notes", "eval", str(tmp_path / "nowhere")]) == 1
    assert "cannot be read" in capsys.readouterr().err


def told(text, sources=("u1",)):
    return Told(
        section="plan",
        text=text,
        sources=sources,
        is_supported=True,
        only_observed=True,
        is_plan=True,
    )


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        ('Client said: "I walked twice."', False),
        ('Client said: "I walked three times."', True),
        ("Client walked twice.", False),
        ("Client walked 4 times.", True),
        ("Client agreed to daily journaling.", True),
        ('Asked (scaling question) "I walked twice."', False),
    ],
)
def test_a_statement_is_carried_by_its_own_sources(text, fails):
    assert is_unsupported(told(text), {"u1": "I walked twice."}) is fails


def test_a_statement_that_cites_nothing_is_unsupported():
    assert is_unsupported(told("Client walked.", ("u9",)), {"u1": "I walked."})


def test_a_fact_needs_its_numbers_and_its_negation():
    fact, said = "did not sleep on six nights", "Six nights I didn't sleep."
    assert is_mentioned(fact, said, 'Client said: "Six nights I didn\'t sleep."')
    assert not is_mentioned(fact, said, "Client slept some nights.")
    assert not is_mentioned(fact, said, "Client slept on six nights.")


def test_every_name_that_the_writer_gives_belongs_to_a_family_of_work():
    names = [row["name"] for row in tomllib.loads(TECHNIQUES.read_text())["technique"]]
    assert [name for name in names if not families(name)] == []
