"""The slots sealed under a systemd credential: a copy of the keyring alone is of no use.

systemd hands the credential over in memory ($CREDENTIALS_DIRECTORY), decrypted with a key of this
machine, of its TPM or both (systemd-creds(1), LoadCredentialEncrypted=). It does not turn:
destruction rests on overwriting the slots, as with the plain file.
"""

import contextlib
import hashlib
from pathlib import Path

from appliance.adapters.vault.root_provider import CREDENTIAL
from appliance.adapters.vault.sealing import Sealing, UnderKey
from appliance.domain.errors import Misconfigured, RootLost
from appliance.domain.vault import CredentialForeign

NAME = "quietroom-root-seal"
LEAST_BYTES = 32


class CredentialProvider:
    """`directory` is where systemd put the unit's credentials; None where it gave none."""

    name = CREDENTIAL

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    def openings(self) -> tuple[Sealing, ...]:
        """Raises Misconfigured where the credential is missing or too short."""
        return (self._sealing(),)

    def begin(self, _generation: int) -> Sealing:
        return self._sealing()

    def renewed(self, _generation: int) -> Sealing | None:
        return None

    def settle(self, sealing: Sealing) -> None:
        """There is no other."""

    def let_go(self) -> None:
        """It belongs to the machine; whoever made it deletes it."""

    def is_late(self, _generation: int) -> bool:
        return False

    def lost(self) -> RootLost:
        return CredentialForeign()

    def _sealing(self) -> Sealing:
        secret = self._secret()
        named = hashlib.sha256(b"quietroom root seal, number\0" + secret).digest()
        return UnderKey(
            provider=CREDENTIAL,
            number=int.from_bytes(named[:8], "big"),
            key=hashlib.sha256(b"quietroom root seal, key\0" + secret).digest(),
        )

    def _secret(self) -> bytes:
        secret = b""
        if self._directory is not None:
            with contextlib.suppress(OSError):
                secret = (self._directory / NAME).read_bytes()
        if len(secret) >= LEAST_BYTES:
            return secret
        reason = (
            f"the root's slots are sealed with the systemd credential {NAME}, and the keyring was "
            f"not given one of {LEAST_BYTES} bytes or more (LoadCredentialEncrypted={NAME}:FILE)"
        )
        raise Misconfigured(details={"reason": reason})
