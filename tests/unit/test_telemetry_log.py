"""A log line holds a fixed name and identifiers; whatever might be text is withheld."""

import json
from datetime import datetime

import pytest

from appliance.adapters.telemetry.log import event


def _line(capsys):
    return json.loads(capsys.readouterr().err)


def test_an_event_is_one_line_of_json_with_its_name_and_moment(capsys):
    event("draft_made", encounter_id="e-41", seconds=2.5, pieces=3, is_first=True)
    line = _line(capsys)
    assert datetime.fromisoformat(line.pop("at")).utcoffset().total_seconds() == 0
    assert line == {
        "event": "draft_made",
        "encounter_id": "e-41",
        "seconds": 2.5,
        "pieces": 3,
        "is_first": True,
    }


@pytest.mark.parametrize(
    "value",
    [
        "she said that she slept badly",
        "line\nbreak",
        "e-41\n",
        "x" * 65,
        "",
        "Zoë",
        ValueError("she said"),
        {"name": "x"},
        ["x"],
        b"x",
        None,
        float("nan"),
    ],
)
def test_what_is_no_identifier_is_withheld(capsys, value):
    event("step_failed", detail=value)
    assert _line(capsys)["detail"] == "withheld"


def test_no_argument_can_replace_the_events_name_or_moment(capsys):
    event("draft_made", event="other", at="never")
    line = _line(capsys)
    assert line["event"] == "draft_made"
    assert line["at"] != "never"


def test_text_given_as_the_name_is_withheld_too(capsys):
    event("she said that she slept badly")
    assert _line(capsys)["event"] == "withheld"
