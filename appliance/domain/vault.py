"""What the steps know of keys: an artefact's own key, wrapped by a root of some generation."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.errors import Absent, RootLost, Unavailable


class Root(StrEnum):
    """Which root an artefact's key hangs from."""

    LIVE = "live"
    """Turned at every destruction."""
    RECORD = "record"
    """Long-lived, for signed notes, clients' records and filled-in sheets."""


class KeyGone(Absent):
    """This was destroyed: no key that opens it exists any more."""

    code = "destroyed"


class TpmUnavailable(Unavailable):
    """The TPM does not answer, so the keyring cannot open its root or cannot turn it on time,
    and no certificate is written meanwhile (P5). It is tried again by itself; nothing is lost.
    """

    code = "tpm_unavailable"


class TpmRootLost(RootLost):
    """The TPM does not have the root that the keyring was sealed under: it was cleared or
    exchanged, or this keyring belongs to another machine or was put back from an old copy,
    which would undo what was destroyed (P5). Unsigned words and drafts cannot be opened (P6),
    and the box starts nothing. Put back this box's TPM and keyring directory; where one of them
    is lost, restore the newest backup into an empty state directory with a new keyring.
    """

    code = "tpm_root_lost"


class CredentialForeign(RootLost):
    """The systemd credential is not the one that the keyring was sealed under: it was made
    anew, or this keyring belongs to another machine. Unsigned words and drafts cannot be opened
    (P6), and the box starts nothing. Put back the credential and the keyring directory of this
    box; where one of them is lost, restore the newest backup into an empty state directory with
    a new keyring.
    """

    code = "credential_foreign"


@dataclass(frozen=True, kw_only=True)
class RootKept:
    """Which provider kept the live roots from generation `oldest` to `newest` (None: up to now)."""

    oldest: int
    newest: int | None
    provider: str
    limit: str


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
    `kept`: who kept which roots, the weakest proof first. `is_late`: an hourly root is not gone
    that should be, so that nothing is certified.
    """

    generations: tuple[int, ...]
    provider: str
    provider_limit: str
    public_key: bytes
    chain_head: tuple[int, str] | None = None
    earlier_public_keys: tuple[bytes, ...] = ()
    kept: tuple[RootKept, ...] = ()
    is_late: bool = False

    def keeper_of(self, generation: int) -> tuple[str, str]:
        """Provider and limit that a certificate names: the weakest that ever kept that root."""
        for kept in self.kept:
            if kept.oldest <= generation and (kept.newest is None or generation <= kept.newest):
                return kept.provider, kept.limit
        return self.provider, self.provider_limit
