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
    pytest.mark.needs_program("gcc"),
]

WEEK_SECONDS = 7 * 24 * 3600
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


@pytest.fixture
def a_week_later(tmp_path: Path) -> dict[str, str]:
    """An environment in which a program's wall clock, and nothing else, is a week ahead."""
    library = tmp_path / "later_clock.so"
    source = Path(__file__).with_name("later_clock.c")
    command = ["gcc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", str(library)]
    subprocess.run([*command, str(source)], check=True)
    return {"LD_PRELOAD": str(library), "LATER_SECONDS": str(WEEK_SECONDS)}


def test_the_clock_of_a_program_moves_and_its_sleep_does_not(a_week_later) -> None:
    said = subprocess.run(
        (sys.executable, "-c", "import time; time.sleep(0.01); print(time.time())"),
        env=os.environ | a_week_later,
        capture_output=True,
        check=True,
    )
    assert float(said.stdout) - time.time() == pytest.approx(WEEK_SECONDS, abs=60)


def test_seven_days_on_the_transcript_is_gone_before_the_first_answer(
    tmp_path: Path, a_week_later: dict[str, str]
) -> None:
    with running_box(tmp_path) as box:
        box.sign_in()
        encounter = box.encounter_of("Tomas Rivera-Lund")
        box.visitor.ask("POST", f"/encounters/{encounter}/summary", {"text": SUMMARY})
        box.visitor.wait_for(encounter, "drafted")
        before = box.visitor.ask("GET", f"/encounters/{encounter}")
        assert before["transcript"] is not None
    with running_box(
        tmp_path, wait_until_ready=False, programs=WITHOUT_SERVING, environment=a_week_later
    ) as box:
        view, refused = first_answer(box, encounter)
        assert set(refused) <= {503}
        assert view["transcript"] is None, "destroyed before anybody was answered"
        assert view["draft"] is not None
        assert view["state"]["attention"]["code"] == "sources_destroyed"
        certificates = box.visitor.wait_for_certificates(encounter, 3)
        assert {c["rule"] for c in certificates} == {"deadline reached"}
        assert all(c["destroyed_at"] > c["due_at"] for c in certificates)
