"""Keyrings with each provider of the root, a clock to move, and a child process to kill."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.adapters.vault.keyring_store import KeyringStore
from appliance.adapters.vault.root_slots import Providers, providers_for
from appliance.adapters.vault.slots import SLOT_BYTES, SlotFile
from appliance.adapters.vault.tpm import Tpm
from tests.tpms import SoftTpm

PROVIDERS = [
    "file",
    "credential",
    pytest.param(
        "tpm",
        marks=[
            pytest.mark.needs_program("swtpm"),
            pytest.mark.needs_program("tpm2_getcap"),
        ],
    ),
]
WITHOUT_TPM = Path("/nonexistent/tpm")
HOUR = 3600


@dataclass
class Place:
    """Where one keyring lies, and what its machine has."""

    directory: Path
    provider: str
    credentials: Path
    tpm: SoftTpm | None = None
    now_seconds: float = field(default=1_900_000_000.0)

    def providers(self, name: str | None = None) -> Providers:
        return providers_for(
            self.directory,
            name or self.provider,
            tpm=self.tpm.socket if self.tpm else WITHOUT_TPM,
            credentials=self.credentials,
            now_seconds=lambda: self.now_seconds,
        )

    def open(self, name: str | None = None) -> KeyringStore:
        return KeyringStore(self.directory, self.providers(name))

    def files(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.directory.iterdir())


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Of the provider that the test is parametrised with, the plain file where it names none."""
    name = getattr(request, "param", "file")
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "quietroom-root-seal").write_bytes(os.urandom(32))
    tpm = request.getfixturevalue("soft_tpm") if name == "tpm" else None
    return Place(directory=tmp_path / "keyring", provider=name, credentials=credentials, tpm=tpm)


def turn(store: KeyringStore, keys: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    (old,) = store.generations
    new = store.begin_turn(old)
    moved = store.rewrap(old, new, keys)
    store.complete_turn(new)
    return moved


def killed_at(step: int, torn_bytes: int, work: Callable[[], object]) -> bool:
    """Do it in a child that is killed (SIGKILL) at its `step`th write to slots or TPM.

    The first `torn_bytes` of a slot that it would have written are there. False where it had fewer
    writes than that and came to its end.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with dying_at(step, torn_bytes):
                work()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@contextmanager
def dying_at(step: int, torn_bytes: int) -> Iterator[None]:
    steps = iter(range(step))
    overwrite = SlotFile._overwrite

    def to_slot(slots: SlotFile, index: int, block: bytes) -> None:
        if next(steps, None) is None:
            with slots._path.open("r+b") as file:
                file.seek(index * SLOT_BYTES)
                file.write(block[:torn_bytes])
            os.kill(os.getpid(), signal.SIGKILL)
        overwrite(slots, index, block)

    def before(command: Callable[..., None]) -> Callable[..., None]:
        def counted(*arguments: object) -> None:
            if next(steps, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            command(*arguments)

        return counted

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SlotFile, "_overwrite", to_slot)
        for name in ("define", "undefine", "write"):
            patch.setattr(Tpm, name, before(getattr(Tpm, name)))
        yield
