"""The clock moves on while the box is off: what is due is destroyed before anyone is answered."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from appliance.demo.running import RunningBox, running_box
from appliance.demo.show import SUMMARY
from appliance.demo.visitor import Turned

pytestmark = [
    pytest.mark.serving,
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.needs_program("faketime"),
]

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
A_WEEK_LATER = {
    "LD_PRELOAD": str(LIBRARY),
    "FAKETIME": "+7d",
    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    "FAKETIME_DONT_RESET": "1",
}
WITHOUT_SERVING = ("keyring", "worker", "web")


def first_answer(box: RunningBox, encounter: str) -> tuple[dict[str, Any], list[int]]:
    """The first answer that is no refusal, and the statuses of the refusals before it."""
    refused: list[int] = []
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            if not box.visitor.is_signed_in:
                box.sign_in()
            return box.visitor.ask("GET", f"/encounters/{encounter}"), refused
        except Turned as turned:
            refused.append(turned.status)
        except OSError:
            box.visitor.close()
        time.sleep(0.05)
    raise AssertionError(f"never answered; {refused[-5:]}")


def library_lets_python_sleep() -> bool:
    """Some kernels and builds of libfaketime refuse clock_nanosleep(2) with EINVAL, whatever runs."""
    asked = subprocess.run(
        (sys.executable, "-c", "import time; time.sleep(0.01)"),
        env=os.environ | A_WEEK_LATER,
        capture_output=True,
        check=False,
    )
    return asked.returncode == 0


def test_seven_days_on_the_transcript_is_gone_before_the_first_answer(tmp_path: Path) -> None:
    if not library_lets_python_sleep():
        pytest.xfail("libfaketime does not let Python sleep on this machine")
    with running_box(tmp_path) as box:
        box.sign_in()
        encounter = box.encounter_of("Tomas Rivera-Lund")
        box.visitor.ask("POST", f"/encounters/{encounter}/summary", {"text": SUMMARY})
        box.visitor.wait_for(encounter, "drafted")
        before = box.visitor.ask("GET", f"/encounters/{encounter}")
        assert before["transcript"] is not None
    with running_box(
        tmp_path, wait_until_ready=False, programs=WITHOUT_SERVING, environment=A_WEEK_LATER
    ) as box:
        view, refused = first_answer(box, encounter)
        assert set(refused) <= {503}
        assert view["transcript"] is None, "destroyed before anybody was answered"
        assert view["draft"] is not None
        assert view["state"]["attention"]["code"] == "sources_destroyed"
        certificates = box.visitor.wait_for_certificates(encounter, 3)
        assert {c["rule"] for c in certificates} == {"deadline reached"}
        assert all(c["destroyed_at"] > c["due_at"] for c in certificates)
