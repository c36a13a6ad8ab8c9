"""The keyring's three slot files under one provider's seal, and their way from one seal to the next.

First every secret is copied under the new seal, in blocks beside the old ones; only then are the old
ones overwritten, and only then does the provider forget the old seal. Killed anywhere in between,
the next start finds every secret and goes on.
"""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from appliance.adapters.vault.credential_provider import CredentialProvider
from appliance.adapters.vault.root_provider import (
    LIMITS,
    WEAKEST_FIRST,
    FileProvider,
    RootProvider,
)
from appliance.adapters.vault.sealing import FILE, Sealing
from appliance.adapters.vault.slots import SlotFile
from appliance.adapters.vault.tpm import DEVICE, Tpm
from appliance.adapters.vault.tpm_provider import TpmProvider
from appliance.domain.errors import Misconfigured, RootLost
from appliance.domain.vault import RootKept, TpmUnavailable

COUNTS = {"live-root": 2, "record-root": 1, "signing-key": 1}
FIRST_GENERATION = 1
MOVES = "moves"
"""A file with a line for each move to another provider: oldest and newest generation, from whom."""


@dataclass(frozen=True, kw_only=True)
class Providers:
    """The one that is chosen, and all that may have sealed what is there."""

    chosen: RootProvider
    by_name: Mapping[str, RootProvider]

    def named(self, name: str) -> RootProvider:
        if name not in self.by_name:
            reason = "the keyring's slots were sealed by a newer version of the box"
            raise Misconfigured(details={"reason": reason})
        return self.by_name[name]


def providers_for(
    directory: Path,
    chosen: str,
    *,
    tpm: Path,
    credentials: Path | None,
    now_seconds: Callable[[], float],
) -> Providers:
    """`tpm` is its device; `credentials` the folder of the unit's systemd credentials."""
    every: tuple[RootProvider, ...] = (
        FileProvider(),
        CredentialProvider(credentials),
        TpmProvider(directory, Tpm(tpm), now_seconds),
    )
    by_name = {provider.name: provider for provider in every}
    return Providers(chosen=by_name[chosen], by_name=by_name)


class RootSlots:
    """Opens what is in `directory`, and moves it under the chosen provider's seal.

    Raises RootLost where something that `was_made` is not there or cannot be opened by anything
    that this machine has; Misconfigured and TpmUnavailable where a provider is missing.
    """

    def __init__(self, directory: Path, providers: Providers, *, was_made: bool) -> None:
        if was_made and not all((directory / name).exists() for name in COUNTS):
            raise RootLost
        self._directory = directory
        self._providers = providers
        self._files = {name: SlotFile(directory / name, count) for name, count in COUNTS.items()}
        openings = self._openings()
        self._require_openable(openings)
        if was_made and not all(file.opened(openings) for file in self._files.values()):
            raise RootLost
        generations = self.live.opened(openings)
        self._note_move(generations)
        self._sealing = providers.chosen.begin(_oldest(generations))
        self._reseal(openings, self._sealing)
        providers.chosen.settle(self._sealing)
        self._leave_others()

    @property
    def live(self) -> SlotFile:
        return self._files["live-root"]

    @property
    def record(self) -> SlotFile:
        return self._files["record-root"]

    @property
    def signing_key(self) -> SlotFile:
        return self._files["signing-key"]

    @property
    def provider(self) -> str:
        return self._providers.chosen.name

    @property
    def is_late(self) -> bool:
        return self._providers.chosen.is_late(_oldest(self.live.read()))

    def renew(self, lock: AbstractContextManager[object]) -> bool:
        """Move to a new seal where the provider says that it is time. True where it was.

        `lock` keeps others from the slots; it is not held while the TPM is waited for.
        """
        provider = self._providers.chosen
        with lock:
            generation = _oldest(self.live.read())
        target = provider.renewed(generation)
        if target is None:
            return False
        openings = (*provider.openings(), self._sealing)
        with lock:
            self._reseal(openings, target)
        provider.settle(target)
        return True

    def kept(self) -> tuple[RootKept, ...]:
        """Who kept which live roots, the weakest first."""
        kept, oldest = [], 1
        for low, high, provider in self._moves():
            kept.append(
                RootKept(oldest=oldest, newest=high, provider=provider, limit=LIMITS[provider])
            )
            oldest = low
        now = self.provider
        kept.append(RootKept(oldest=oldest, newest=None, provider=now, limit=LIMITS[now]))
        return tuple(sorted(kept, key=lambda each: WEAKEST_FIRST.index(each.provider)))

    def _reseal(self, openings: tuple[Sealing, ...], target: Sealing) -> None:
        for file in self._files.values():
            file.copy_under(target, openings)
        for file in self._files.values():
            file.use(target)
        self._sealing = target
        for file in self._files.values():
            file.destroy_foreign()

    def _leave_others(self) -> None:
        try:
            for provider in self._providers.by_name.values():
                if provider is not self._providers.chosen:
                    provider.let_go()
        except (Misconfigured, TpmUnavailable):
            reason = (
                "the keyring was moved away from the TPM, and what the TPM still holds of it could "
                "not be overwritten; run quietroom keyring --move where the TPM can be used"
            )
            raise Misconfigured(details={"reason": reason}) from None

    def _openings(self) -> tuple[Sealing, ...]:
        names = {written.provider for file in self._files.values() for written in file.written()}
        return tuple(
            sealing for name in sorted(names) for sealing in self._providers.named(name).openings()
        )

    def _require_openable(self, openings: tuple[Sealing, ...]) -> None:
        for file in self._files.values():
            opened = file.opened(openings)
            for written in file.written():
                if written.generation not in opened:
                    raise self._providers.named(written.provider).lost()

    def _note_move(self, generations: Mapping[int, bytes]) -> None:
        """Before the move: a certificate must not claim more than the weakest keeper of a root."""
        for name in sorted({written.provider for written in self.live.written()}):
            move = (min(generations), max(generations), name)
            if name != self.provider and move not in self._moves():
                lines = [f"{low} {high} {who}\n" for low, high, who in (*self._moves(), move)]
                _replace(self._directory / MOVES, "".join(lines))

    def _moves(self) -> list[tuple[int, int, str]]:
        path = self._directory / MOVES
        lines = path.read_text().splitlines() if path.exists() else []
        parts = (line.split() for line in lines)
        return [(int(low), int(high), name) for low, high, name in parts]


def _oldest(generations: Mapping[int, bytes]) -> int:
    """A root that goes while a newer one is there already was in the seal too."""
    return min(generations, default=FIRST_GENERATION)


def _replace(path: Path, text: str) -> None:
    """Whole or not at all after a crash. For what is no secret only: the old file's blocks stay."""
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def file_only(directory: Path) -> Providers:
    """What a keyring has that was given no choice: slots in the open."""
    return providers_for(directory, FILE, tpm=DEVICE, credentials=None, now_seconds=time.time)
