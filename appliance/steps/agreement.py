"""Whether keyring and record belong together, and neither is older than the other knows."""

import base64

from appliance.domain.errors import RolledBack, RootLost
from appliance.domain.vault import KeyringStatus
from appliance.steps.records import Records


def name_of(status: KeyringStatus) -> str:
    """What a record knows its keyring by: the public key, base64."""
    return base64.b64encode(status.public_key).decode()


def require_agreement(records: Records, status: KeyringStatus) -> None:
    """Raises RootLost, RolledBack. `status` must have been asked for before `records` was opened.

    The record may be ahead of the chain's head that the keyring keeps, never behind it.
    """
    current = records.artefacts.generation()
    if current == 0:
        return
    if records.artefacts.keyring() not in ("", name_of(status)):
        raise RootLost
    if current not in status.generations:
        raise RolledBack if current < max(status.generations, default=0) else RootLost
    if status.chain_head is not None:
        position, link_hash = status.chain_head
        if records.audit.hash_at(position) != link_hash:
            raise RolledBack
