"""Where a program can be killed on purpose: before and after each thing that leaves a trace.

A `Tripwire` counts them and ends its own process at one of them with SIGKILL, as a power cut or
the kernel would. Without a place to end at it only counts.
"""

import base64
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from appliance.adapters.database.database import SqlDatabase, SqlRecords
from appliance.adapters.vault.client import VaultClient
from appliance.adapters.vault.keyring_store import KeyringStore
from appliance.domain.vault import FreshKey, Root

Answer = TypeVar("Answer")


class Tripwire:
    """Ends this process at boundary number `at`; the first is 1. `told_to`: a file for the count."""

    def __init__(self, at: int | None, told_to: Path | None = None) -> None:
        self._at = at
        self._told_to = told_to
        self._passed = 0
        self._lock = threading.Lock()

    def step(self) -> None:
        with self._lock:
            self._passed += 1
            if self._passed == self._at:
                os.kill(os.getpid(), signal.SIGKILL)
            if self._told_to is not None:
                self._told_to.write_text(str(self._passed))


class TrippedDatabase(SqlDatabase):
    """Boundaries: before a write transaction, before its commit, and after it."""

    def __init__(self, url: str, trip: Tripwire) -> None:
        super().__init__(url)
        self._trip = trip

    @contextmanager
    def write(self) -> Iterator[SqlRecords]:
        self._trip.step()
        with super().write() as records:
            yield records
            self._trip.step()
        self._trip.step()


class TrippedVault(VaultClient):
    """Boundaries: before and after each asking that changes something, in the keyring or by its answer.

    Every wrapped key that the keyring gives out is written to `given_to` before it is used.
    """

    def __init__(self, path: Path, trip: Tripwire, given_to: Path) -> None:
        super().__init__(path)
        self._trip = trip
        self._given_to = given_to

    def new_key(self, artefact_id: str, root: Root, generation: int) -> FreshKey:
        fresh = super().new_key(artefact_id, root, generation)
        self._tell(root.value, generation, [(artefact_id, fresh.wrapped.wrapped)])
        return fresh

    def rewrap(self, old: int, new: int, keys: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        moved = self._between(super().rewrap, old, new, keys)
        self._tell(Root.LIVE.value, new, moved)
        return moved

    def begin_turn(self, generation: int) -> int:
        return self._between(super().begin_turn, generation)

    def complete_turn(self, generation: int) -> tuple[int, ...]:
        return self._between(super().complete_turn, generation)

    def undo_turn(self, generation: int) -> tuple[int, ...]:
        return self._between(super().undo_turn, generation)

    def certify(self, body: bytes) -> bytes:
        return self._between(super().certify, body)

    def remember_head(self, position: int, link_hash: str) -> None:
        self._between(super().remember_head, position, link_hash)

    def _between(self, work: Callable[..., Answer], *arguments: Any) -> Answer:
        self._trip.step()
        answer = work(*arguments)
        self._trip.step()
        return answer

    def _tell(self, root: str, generation: int, keys: list[tuple[str, bytes]]) -> None:
        lines = [
            json.dumps([name, root, generation, base64.b64encode(wrapped).decode()])
            for name, wrapped in keys
        ]
        with self._given_to.open("a") as file:
            file.write("".join(f"{line}\n" for line in lines))


class TrippedStore(KeyringStore):
    """Boundaries in the keyring: before and after each change of what it holds."""

    def __init__(self, directory: Path, trip: Tripwire) -> None:
        super().__init__(directory)
        self._trip = trip

    def begin_turn(self, generation: int) -> int:
        self._trip.step()
        made = super().begin_turn(generation)
        self._trip.step()
        return made

    def complete_turn(self, generation: int) -> None:
        self._trip.step()
        super().complete_turn(generation)
        self._trip.step()

    def undo_turn(self, generation: int) -> None:
        self._trip.step()
        super().undo_turn(generation)
        self._trip.step()

    def remember_head(self, position: int, link_hash: str) -> None:
        self._trip.step()
        super().remember_head(position, link_hash)
        self._trip.step()
