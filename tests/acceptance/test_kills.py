"""kill -9 anywhere: each encounter reaches its draft after the restart, and nothing happens twice."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPException
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from appliance.adapters.machine.process import family_of
from appliance.demo.practice import CLINICIAN
from appliance.demo.running import RunningBox, running_box
from appliance.demo.show import SUMMARY

pytestmark = [pytest.mark.serving, pytest.mark.slow, pytest.mark.timeout(300)]

PATIENCE_SECONDS = 120


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBox]:
    with running_box(tmp_path_factory.mktemp("box")) as started:
        started.sign_in()
        yield started


def new_encounter(box: RunningBox) -> str:
    client = box.visitor.ask("GET", "/clients")["clients"][0]["id"]
    body = {"client_id": client, "kind": "individual", "scheduled_at": "2026-11-23T10:00:00Z"}
    encounter: str = box.visitor.ask("POST", "/encounters", body)["id"]
    return encounter


def upload_sample(box: RunningBox, encounter: str) -> None:
    for person in box.visitor.ask("GET", f"/encounters/{encounter}")["sheet"]["participants"]:
        body = {"participant_id": person["id"], "state": "given"}
        box.visitor.ask("POST", f"/encounters/{encounter}/consents", body)
    box.visitor.upload(encounter, files("appliance.demo").joinpath("sample.ogg").read_bytes())


def until(claim: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError, HTTPException):  # web is being started again
            if found := claim():
                return found
        time.sleep(0.05)
    raise AssertionError(f"never {what}")


def pid_of(box: RunningBox, program: str) -> int:
    process = box.programs.children[program].process
    assert process is not None
    return process.pid


def kill(box: RunningBox, program: str) -> None:
    """kill -9, then wait until another one has been started."""
    pid = pid_of(box, program)
    os.kill(pid, signal.SIGKILL)
    until(
        lambda: box.programs.children[program].process is not None and pid_of(box, program) != pid,
        f"started {program} again",
    )


def progress(box: RunningBox, encounter: str) -> dict[str, Any]:
    answer: dict[str, Any] = box.visitor.ask("GET", f"/encounters/{encounter}/progress")
    return answer


def drafted_once(box: RunningBox, encounter: str) -> dict[str, Any]:
    """Waits for the draft; asserts that each thing was made once."""
    until(lambda: progress(box, encounter)["stage"] == "drafted", "drafted")
    view: dict[str, Any] = box.visitor.ask("GET", f"/encounters/{encounter}")
    made = Counter(artefact["kind"] for artefact in view["artefacts"])
    assert (made["transcript"], made["draft"]) == (1, 1)
    done = Counter(run["step"] for run in view["steps"] if run["outcome"] == "done")
    assert set(done.values()) == {1}
    ids = [utterance["id"] for utterance in view["transcript"]["utterances"]]
    assert len(ids) == len(set(ids))
    return view


def test_the_worker_killed_while_it_transcribes(box: RunningBox) -> None:
    encounter = new_encounter(box)
    upload_sample(box, encounter)
    until(lambda: progress(box, encounter)["done_share"], "transcribing")
    kill(box, "worker")
    view = drafted_once(box, encounter)
    assert "homework" in str(view["transcript"])
    until(
        lambda: (
            [
                c["artefact_kind"]
                for c in box.visitor.ask("GET", f"/encounters/{encounter}")["certificates"]
            ]
            == ["recording"]
        ),
        "certified once",
    )


def test_the_worker_killed_while_a_draft_is_written(box: RunningBox) -> None:
    encounter = new_encounter(box)
    held = list(family_of(pid_of(box, "serving")))
    for pid in held:
        os.kill(pid, signal.SIGSTOP)  # the draft is asked for, and its answer does not come
    try:
        box.visitor.ask("POST", f"/encounters/{encounter}/summary", {"text": SUMMARY})
        until(lambda: progress(box, encounter)["stage"] == "masked", "masked")
        until(lambda: progress(box, encounter)["attempts"] == 1, "being drafted")
        kill(box, "worker")
    finally:
        for pid in held:
            os.kill(pid, signal.SIGCONT)
    drafted_once(box, encounter)


def test_serving_killed_while_it_hears(box: RunningBox) -> None:
    encounter = new_encounter(box)
    upload_sample(box, encounter)
    until(lambda: progress(box, encounter)["stage"] == "recorded", "recorded")
    before = family_of(pid_of(box, "serving"))
    kill(box, "serving")
    view = drafted_once(box, encounter)
    assert "homework" in str(view["transcript"])
    left = [pid for pid in before if Path(f"/proc/{pid}").exists()]
    assert left == [], "no process of the killed serving is left"


def test_web_killed_between_two_pieces_of_an_upload(box: RunningBox) -> None:
    encounter = new_encounter(box)
    for person in box.visitor.ask("GET", f"/encounters/{encounter}")["sheet"]["participants"]:
        body = {"participant_id": person["id"], "state": "given"}
        box.visitor.ask("POST", f"/encounters/{encounter}/consents", body)
    media = files("appliance.demo").joinpath("sample.ogg").read_bytes()
    path = box.visitor.begin_upload(encounter, len(media))
    box.visitor.send_piece(path, 0, media[:50_000])
    kill(box, "web")
    box.visitor.close()
    box.visitor.wait_until_ready()
    box.sign_in(CLINICIAN)
    received = box.visitor.ask("GET", path)["received_bytes"]
    assert received == 50_000, "what was acknowledged is there"
    box.visitor.send_piece(path, received, media[received:])
    drafted_once(box, encounter)


def test_the_keyring_killed_is_found_again(box: RunningBox) -> None:
    encounter = new_encounter(box)
    kill(box, "keyring")
    until(lambda: _is_ready(box), "ready")
    box.visitor.ask("POST", f"/encounters/{encounter}/summary", {"text": SUMMARY})
    drafted_once(box, encounter)


def _is_ready(box: RunningBox) -> bool:
    try:
        box.visitor.wait_until_ready(patience_seconds=1)
    except TimeoutError:
        return False
    return True
