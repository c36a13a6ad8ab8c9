"""What the steps know of keys: an artefact's own key, wrapped by a root of some generation."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.errors import Absent


class Root(StrEnum):
    """Which root an artefact's key hangs from."""

    LIVE = "live"
    """Turned at every destruction."""
    RECORD = "record"
    """Long-lived, for signed notes, clients' records and filled-in sheets."""


class KeyGone(Absent):
    """This was destroyed: no key that opens it exists any more."""

    code = "destroyed"


@dataclass(frozen=True, kw_only=True)
class WrappedKey:
    """An artefact's key sealed under generation `generation` of `root`."""

    artefact_id: str
    root: Root
    generation: int
    wrapped: bytes


@dataclass(frozen=True, kw_only=True)
class FreshKey:
    """A new key (32 bytes) and the same wrapped."""

    key: bytes
    wrapped: WrappedKey


@dataclass(frozen=True, kw_only=True)
class KeyringStatus:
    """What the keyring says of itself: which live roots exist, and what they rest on.

    `chain_head`: position and hash of the audit chain as the keyring last heard of it; None before.
    `earlier_public_keys`: of the keyrings whose record was restored into this one.
    """

    generations: tuple[int, ...]
    provider: str
    provider_limit: str
    public_key: bytes
    chain_head: tuple[int, str] | None = None
    earlier_public_keys: tuple[bytes, ...] = ()
