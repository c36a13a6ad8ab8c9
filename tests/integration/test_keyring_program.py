"""`quietroom keyring` as a program of its own: what it starts, what it says, and moves of the root."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.adapters.vault.client import VaultClient
from appliance.adapters.vault.root_provider import LIMITS
from appliance.adapters.vault.slots import SlotFile
from tests.tpms import SoftTpm

PROGRAM = (sys.executable, "-m", "appliance.cli", "keyring")
NOT_CONFIGURED = 78


def told(state: Path, provider: str, **more: object) -> dict[str, str]:
    names = {"state_directory": state, "keyring_provider": provider, **more}
    return dict(os.environ) | {f"QUIETROOM_{k.upper()}": str(v) for k, v in names.items()}


def run(environment: dict[str, str], *line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*PROGRAM, *line), env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def running(environment: dict[str, str], *before: str) -> Iterator[VaultClient]:
    """A keyring that answers; `before` is put in front of its command line."""
    door = Path(environment["QUIETROOM_STATE_DIRECTORY"]) / "run" / "keyring.sock"
    process = subprocess.Popen((*before, *PROGRAM), env=environment, stderr=subprocess.PIPE)
    client = VaultClient(door)
    try:
        while not door.exists():
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.02)
        yield client
    finally:
        client.close()
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "s").mkdir()
    return tmp_path / "s"


@pytest.mark.needs_program("swtpm")
@pytest.mark.needs_program("tpm2_getcap")
@pytest.mark.needs_program("strace")
def test_with_a_tpm_it_starts_no_program_and_writes_no_root_to_any_file(
    state: Path, soft_tpm: SoftTpm, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    environment = told(state, "tpm", keyring_tpm=soft_tpm.socket)
    strace = (
        "strace",
        "-D",
        "-f",
        "-o",
        str(trace),
        "-s",
        "4200",
        "-xx",
        "-e",
        "execve,write,pwrite64",
    )
    with running(environment, *strace) as vault:
        vault.complete_turn(vault.begin_turn(1))
        assert vault.status().provider == "tpm"
    while "+++ exited" not in trace.read_text():
        time.sleep(0.02)
    lines = trace.read_text().splitlines()
    assert sum("execve(" in line for line in lines) == 1
    (key,) = {key for key in hourly_keys(state, soft_tpm) if any(key)}
    as_traced = "".join(f"\\x{byte:02x}" for byte in key)
    assert not [line for line in lines if as_traced in line]
    written = "".join(lines)
    assert "\\x51\\x52\\x53\\x4c\\x4f\\x54\\x30\\x32" in written, "sealed slots are seen"
    everything = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
    assert key not in everything


def hourly_keys(state: Path, soft_tpm: SoftTpm) -> list[bytes]:
    """What the TPM's two indices hold, read by tpm2-tools with the keyring's own authorisation."""
    from hashlib import sha256

    (own,) = SlotFile(state / "keyring" / "tpm-access", 1).read().values()
    authorisation = sha256(b"quietroom tpm, authorisation\0" + own).hexdigest()
    found = []
    for index in soft_tpm.indices():
        access = ("-C", hex(index), "-P", f"hex:{authorisation}")
        try:
            found.append(soft_tpm.tool("tpm2_nvread", hex(index), *access).stdout[32:64])
        except subprocess.CalledProcessError:
            continue  # the second index was never written yet
    return found


@pytest.mark.needs_program("swtpm")
@pytest.mark.needs_program("tpm2_getcap")
def test_the_root_moves_to_the_tpm_and_back_with_one_command_each(
    state: Path, soft_tpm: SoftTpm
) -> None:
    of_file = told(state, "file", keyring_tpm=soft_tpm.socket)
    of_tpm = told(state, "tpm", keyring_tpm=soft_tpm.socket)
    with running(of_file) as vault:
        public_key = vault.status().public_key
    for environment, provider in ((of_tpm, "tpm"), (of_file, "file")):
        moved = run(environment, "--move")
        assert moved.returncode == 0, moved.stderr
        assert LIMITS[provider] in moved.stdout
        with running(environment) as vault:
            status = vault.status()
        assert (status.provider, status.public_key) == (provider, public_key)
        assert status.keeper_of(1) == ("file", LIMITS["file"])


def test_a_keyring_that_runs_is_not_moved_under_its_hands(state: Path) -> None:
    with running(told(state, "file")):
        moved = run(told(state, "file"), "--move")
    assert moved.returncode == NOT_CONFIGURED
    assert "stop it first" in moved.stderr


@pytest.mark.parametrize(
    ("provider", "said"), [("tpm", "TPM 2.0"), ("credential", "quietroom-root-seal")]
)
def test_a_provider_that_is_not_there_stops_the_start_with_one_sentence(
    state: Path, provider: str, said: str
) -> None:
    refused = run(told(state, provider, keyring_tpm=state / "none"))
    assert refused.returncode == NOT_CONFIGURED
    assert said in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert not any((state / "keyring" / "live-root").read_bytes())


def test_a_provider_that_nobody_knows_is_refused(state: Path) -> None:
    refused = run(told(state, "yubikey"))
    assert refused.returncode == NOT_CONFIGURED
    assert "QUIETROOM_KEYRING_PROVIDER" in refused.stderr


def test_a_credential_of_another_machine_is_told_as_a_lost_root(
    state: Path, tmp_path: Path
) -> None:
    credential = tmp_path / "quietroom-root-seal"
    environment = told(state, "credential") | {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    credential.write_bytes(b"\x01" * 32)
    assert run(environment, "--move").returncode == 0
    credential.write_bytes(b"\x02" * 32)
    refused = run(environment)
    assert refused.returncode == NOT_CONFIGURED
    assert "credential" in refused.stderr
    credential.write_bytes(b"short")
    assert "32 bytes" in run(environment).stderr
