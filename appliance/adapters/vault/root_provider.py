"""Where the root's secrecy comes from: the port that each provider fills, and the plain file.

A provider hands out sealings: ways of closing what lies in the slots. The slots are moved from one
sealing to the next whole (`root_slots`), and the provider then forgets the one that is left.
"""

from typing import Protocol

from appliance.adapters.vault.sealing import FILE, IN_THE_OPEN, Sealing
from appliance.domain.errors import RootLost

TPM = "tpm"
CREDENTIAL = "credential"
WEAKEST_FIRST = (FILE, CREDENTIAL, TPM)
LIMITS = {
    FILE: "file: the storage device may retain old blocks",
    CREDENTIAL: "credential: the storage device may retain old blocks, which this machine's "
    "credential would still open, for it does not turn",
    TPM: "tpm: the storage device may retain old blocks; only the TPM's hourly root opens them, and "
    "it is overwritten within an hour of running",
}
"""What a certificate says of each provider (200 characters at most)."""


class RootProvider(Protocol):
    """`name` is what the setting says."""

    @property
    def name(self) -> str: ...

    def openings(self) -> tuple[Sealing, ...]:
        """All that open what this provider sealed, oldest first; changes nothing."""
        ...

    def begin(self, generation: int) -> Sealing:
        """The sealing to write under; made where there is none. `generation`: the oldest live root."""
        ...

    def renewed(self, generation: int) -> Sealing | None:
        """The sealing to move to now, where the present one has lived long enough."""
        ...

    def settle(self, sealing: Sealing) -> None:
        """Everything is under `sealing`: every other one is made unusable for good."""
        ...

    def let_go(self) -> None:
        """Everything is under another provider: nothing of this one's may stay usable."""
        ...

    def is_late(self, generation: int) -> bool:
        """Whether a sealing should have been forgotten by now that still opens what was destroyed."""
        ...

    def lost(self) -> RootLost:
        """What to say where slots were sealed by this provider and it cannot open them."""
        ...


class FileProvider:
    """Nothing but the slots, overwritten in place."""

    name = FILE

    def openings(self) -> tuple[Sealing, ...]:
        return (IN_THE_OPEN,)

    def begin(self, _generation: int) -> Sealing:
        return IN_THE_OPEN

    def renewed(self, _generation: int) -> Sealing | None:
        return None

    def settle(self, sealing: Sealing) -> None:
        """There is no other."""

    def let_go(self) -> None:
        """The slots were overwritten already."""

    def is_late(self, _generation: int) -> bool:
        return False

    def lost(self) -> RootLost:
        return RootLost()
