"""Findings as a person reads them, and as a program does."""

import json

import pytest

from appliance.adapters.machine.finding import Finding, Verdict
from appliance.adapters.machine.report import PROMISES, as_json, as_text, worst

SWAP = Finding(
    key="swap",
    promise="P5",
    verdict=Verdict.FAIL,
    says="Swap is on: words and keys from memory can be left on the disk, and nothing destroys them.",
    mend="Switch it off (swapoff -a, and take it out of /etc/fstab), or use zram instead.",
)
CLOCK = Finding(key="clock", promise="P4", verdict=Verdict.WARN, says="Loose.", mend="Set it.")
ENERGY = Finding(key="energy", promise="P8", verdict=Verdict.OK, says="Measured.")
LATE = Finding(key="later", promise="P10", verdict=Verdict.OK, says="Fine.")


def test_findings_stand_under_their_promise_in_its_order():
    text = as_text([LATE, ENERGY, SWAP, CLOCK])
    headings = [line for line in text.splitlines() if line.startswith("P")]
    assert headings == [f"{code}  {PROMISES[code]}" for code in ("P4", "P5", "P8", "P10")]


def test_what_is_wrong_stands_out_and_says_how_to_mend_it():
    text = as_text([SWAP, CLOCK, ENERGY])
    assert "\n  FAIL  Swap is on" in text
    assert "        To mend: Switch it off" in text
    assert text.endswith("To mend: 1. To look at: 1.\n")
    assert max(map(len, text.splitlines())) <= 96


def test_nothing_wrong_is_said_in_one_sentence():
    assert "Nothing on this machine stands in the way" in as_text([ENERGY])


def test_json_has_each_finding_and_the_worst_of_each_promise():
    body = json.loads(as_json([SWAP, CLOCK, ENERGY]))
    assert body["verdict"] == "fail"
    assert body["promises"] == {"P4": "warn", "P5": "fail", "P8": "ok"}
    assert body["findings"][0] == {
        "key": "swap",
        "promise": "P5",
        "verdict": "fail",
        "says": SWAP.says,
        "mend": SWAP.mend,
    }


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ([], Verdict.OK),
        ([ENERGY], Verdict.OK),
        ([ENERGY, CLOCK], Verdict.WARN),
        ([CLOCK, SWAP], Verdict.FAIL),
    ],
)
def test_the_worst_finding_decides(findings, verdict):
    assert worst(findings) is verdict
