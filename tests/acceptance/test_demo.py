"""`quietroom demo` as a newcomer runs it: every stage printed, and no word of it left behind."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.bench.postgresql import private_server

pytestmark = [pytest.mark.serving, pytest.mark.slow, pytest.mark.timeout(240)]

SAID_OR_TYPED = (
    "harbor freight",
    "whitfield",
    "marcus",
    "brightwater",
    "tomas",
    "activity schedule",
    "breathing exercise",
)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What the demo printed, and the state it left."""
    state = tmp_path_factory.mktemp("demo")
    return run_demo(state), state


def run_demo(state: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "appliance.cli", "demo", "--state", str(state)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_the_demo_shows_every_stage(shown: tuple[str, Path]) -> None:
    printed, _ = shown
    for part in (
        "Consent to record is not on file for the client",
        "What was heard (PocketSphinx 5.1.1, demo engine)",
        "What the note writer saw",
        "The draft, each sentence with what it rests on (by the built-in writer",
        "Still missing: stop time",
        "The signed note",
        "certificate 1: recording, words stored",
        "root",
        "Energy: not measured",
        "Seconds a stage",
    ):
        assert part in printed


def test_the_demos_words_are_heard_and_its_names_masked_and_restored(
    shown: tuple[str, Path],
) -> None:
    printed, _ = shown
    heard, seen = re.findall(
        r"What was heard(.*?)What the note writer saw(.*?)kept back", printed, re.DOTALL
    )[0]
    assert "my husband marcus says so" in heard
    assert "[PARTNER_1]" in seen
    assert not [name for name in ("marcus", "Marcus", "Dana", "Asheville") if name in seen]
    signed = printed.split("The signed note")[1].partition("Signed by")[0]
    assert "Marcus" in signed
    assert "[PARTNER_1]" not in signed


def test_each_destroyed_thing_has_its_certificate(shown: tuple[str, Path]) -> None:
    printed, _ = shown
    assert certificate_numbers(printed) == list(range(1, 10))


def test_no_word_is_in_any_file_or_log_of_the_box(shown: tuple[str, Path]) -> None:
    _, state = shown
    files = [path for path in _files(state) if path.name != "demo-passwords.json"]
    assert {"record.sqlite", "programs.log", "live-root"} <= {path.name for path in files}
    for path in files:
        data = path.read_bytes().lower()
        assert [word for word in SAID_OR_TYPED if word.encode() in data] == [], path.name


@pytest.mark.needs_postgresql
def test_on_postgresql_the_demo_ends_with_the_same_certificates_and_leaves_no_word(
    tmp_path: Path,
) -> None:
    with private_server() as server:
        printed = run_demo(tmp_path, QUIETROOM_DATABASE_URL=server.url())
        server.stop()
        assert certificate_numbers(printed) == list(range(1, 10))
        assert not list(tmp_path.rglob("record.sqlite*"))
        written = {path: path.read_bytes().lower() for path in _files(server.directory)}
    assert any(b"root_turned" in data for data in written.values())
    found = {
        path for path, data in written.items() for word in SAID_OR_TYPED if word.encode() in data
    }
    assert found == set()


def certificate_numbers(printed: str) -> list[int]:
    return [int(number) for number in re.findall(r"certificate (\d+): ", printed)]


def _files(directory: Path) -> Iterator[Path]:
    return (path for path in directory.rglob("*") if path.is_file())
