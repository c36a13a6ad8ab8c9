"""Fixtures of the deployment tests: the cache that must be there, and the one machine's story."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment import cache
from tests.deployment.clinic import Clinic
from tests.deployment.machine import Machine
from tests.deployment.story import Story, make_bundle, tell, write_inventory

SECONDS = pytest.StashKey[dict[str, float]]()
PREPARE = "run python3 tests/deployment/prepare.py as root, with a network"


def need(path: Path, what: str) -> Path:
    """Skip, saying what to do, where something is not in the cache."""
    if not path.exists():
        pytest.skip(f"{what} is not in the cache: {PREPARE}.")
    return path


@pytest.fixture(scope="session")
def tools() -> Path:
    """The folder with ansible-playbook, ansible-lint, yamllint and kubernetes-validate."""
    return need(cache.tools(), "Ansible") / "bin"


@pytest.fixture(scope="session")
def helm() -> Path:
    return need(cache.helm(), "helm") / "helm"


@pytest.fixture(scope="session")
def story(tools: Path, request: pytest.FixtureRequest) -> Iterator[Story]:
    """A booted Debian, made into the box and used; its story is told once."""
    need(cache.tree(), "Debian")
    need(cache.wheels(), "the wheels")
    folder = Path(tempfile.mkdtemp(prefix="quietroom-bundle-"))
    clinic = Clinic()
    machine = Machine(clinic, cache.tree())
    try:
        clinic.open()
        machine.start()
        bundle, sha256 = make_bundle(folder)
        inventory = write_inventory(machine.scratch / "inventory", machine, bundle, sha256)
        told = Story(clinic=clinic, machine=machine, bundle=bundle, inventory=inventory)
        request.config.stash[SECONDS] = told.seconds
        tell(told)
        yield told
    finally:
        machine.stop()
        clinic.close()
        shutil.rmtree(folder, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How long each part of the machine's story took."""
    seconds = terminalreporter.config.stash.get(SECONDS, {})
    if seconds:
        told = ", ".join(f"{name} {value:.0f} s" for name, value in seconds.items())
        terminalreporter.write_line(f"A bare Debian to the box: {told}")
