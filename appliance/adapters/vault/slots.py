"""The root key's place on disk: fixed slots that are overwritten in place and synchronised.

Writing a new file and renaming it would leave the old root on the device. A slot is one 4 KiB
block of a file that does not grow, but once: copies under another seal need room beside the first.
(Reardon, Basin, Capkun, "SoK: Secure Data Deletion", 2013, on overwriting in place.)
"""

import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from appliance.adapters.vault.sealing import (
    IN_THE_OPEN,
    SECRET_BYTES,
    SLOT_BYTES,
    Sealing,
    Written,
    parse,
)
from appliance.domain.errors import Misconfigured

__all__ = ["SECRET_BYTES", "SLOT_BYTES", "SlotFile", "newest"]
_EMPTY = bytes(SLOT_BYTES)


class SlotFile:
    """A file of slots for `count` secrets. Each holds one (generation, 32-byte secret) or nothing."""

    def __init__(self, path: Path, count: int, sealing: Sealing = IN_THE_OPEN) -> None:
        self._path = path
        self._count = count
        self._sealing = sealing
        if not path.exists():
            _create(path, count)

    def read(self) -> dict[int, bytes]:
        """Secrets by generation. A slot torn by a crash while it was written reads as empty."""
        return self.opened((self._sealing,))

    def opened(self, sealings: Iterable[Sealing]) -> dict[int, bytes]:
        """Secrets by generation, of every block that one of `sealings` opens."""
        written = self.written()
        return {
            each.generation: secret
            for sealing in sealings
            for each in written
            if (secret := sealing.open(self._path.name, each)) is not None
        }

    def written(self) -> tuple[Written, ...]:
        """Every whole block, whether it can be opened or not."""
        return tuple(filter(None, map(parse, self._blocks())))

    def write(self, generation: int, secret: bytes) -> None:
        """Put a secret into a free slot; durable when this returns. Misconfigured if none is free."""
        if len(self.read()) >= self._count:
            raise Misconfigured(details={"reason": "the keyring has no free slot"})
        self._add(self._sealing, generation, secret)

    def advance(self, generation: int, secret: bytes) -> None:
        """Put it in the place of the older one of two; whole or not at all after a crash."""
        held = [parse(block) for block in self._blocks()]
        ages = [found.generation if found else 0 for found in held]
        block = self._sealing.close(self._path.name, generation, secret)
        self._overwrite(ages.index(min(ages)), block)

    def destroy_all_but(self, keep: int) -> None:
        """Overwrite every slot that does not hold generation `keep`: random bytes, then zeros.

        Torn slots are overwritten too, for they may hold half a secret.
        """
        for index, block in enumerate(self._blocks()):
            found = parse(block)
            is_kept = found is not None and found.generation == keep and self._opens(found)
            if not is_kept and (index < self._count or block != _EMPTY):
                self._destroy(index)

    # From one seal to another: copy, then use, then destroy_foreign -------------------------------

    def copy_under(self, target: Sealing, sealings: Iterable[Sealing]) -> None:
        """Put what one of `sealings` opens into a block under `target` as well; durable."""
        there = self.opened((target,))
        for generation, secret in self.opened(sealings).items():
            if generation not in there:
                self._add(target, generation, secret)

    def use(self, sealing: Sealing) -> None:
        """Read and write under this one from now on."""
        self._sealing = sealing

    def destroy_foreign(self) -> None:
        """Overwrite every block that the present sealing does not open, torn ones among them."""
        for index, block in enumerate(self._blocks()):
            found = parse(block)
            if block != _EMPTY and not (found and self._opens(found)):
                self._destroy(index)

    def _opens(self, found: Written) -> bool:
        return self._sealing.open(self._path.name, found) is not None

    def _add(self, sealing: Sealing, generation: int, secret: bytes) -> None:
        free = [index for index, block in enumerate(self._blocks()) if parse(block) is None]
        index = free[0] if free else len(self._blocks())
        self._overwrite(index, sealing.close(self._path.name, generation, secret))

    def _destroy(self, index: int) -> None:
        self._overwrite(index, secrets.token_bytes(SLOT_BYTES))
        self._overwrite(index, _EMPTY)

    def _blocks(self) -> list[bytes]:
        """As many as there are, and never fewer than `count`; short ones where the file is short."""
        with self._path.open("rb") as file:
            whole = file.read()
        count = max(self._count, -(-len(whole) // SLOT_BYTES))
        return [whole[at * SLOT_BYTES : (at + 1) * SLOT_BYTES] for at in range(count)]

    def _overwrite(self, index: int, block: bytes) -> None:
        descriptor = os.open(self._path, os.O_WRONLY)
        try:
            os.pwrite(descriptor, block, index * SLOT_BYTES)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _create(path: Path, count: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, bytes(SLOT_BYTES * count))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def newest(roots: Mapping[int, bytes]) -> int:
    """The highest generation present, 0 where there is none."""
    return max(roots, default=0)
