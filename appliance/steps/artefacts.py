"""Keeping and reading sealed things: what every step does with the vault and the database."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar

from appliance.domain import documents
from appliance.domain.artefact import Artefact
from appliance.domain.errors import Absent, Destroyed, SealBroken
from appliance.domain.retention import ArtefactKind, Rule
from appliance.domain.vault import FreshKey, KeyGone, Root
from appliance.steps.ports import Vault
from appliance.steps.records import Records

Document = TypeVar("Document")


def keep(
    records: Records,
    vault: Vault,
    kind: ArtefactKind,
    document: object,
    *,
    now: datetime,
    encounter_id: str | None = None,
    client_id: str | None = None,
    due_at: datetime | None = None,
) -> Artefact:
    """Seal a document under a new key of its own, as one chunk."""
    plain = documents.to_bytes(document)
    artefact = Artefact(
        id=str(uuid.uuid4()),
        kind=kind,
        encounter_id=encounter_id,
        client_id=client_id,
        made_at=now,
        last_piece_at=now,
        size_bytes=len(plain),
        chunk_count=1,
        due_at=due_at,
        due_rule=Rule.DEADLINE if due_at else None,
    )
    fresh = add_empty(records, vault, artefact)
    records.artefacts.add_chunk(artefact.id, 0, vault.seal(fresh.key, artefact.id, 0, plain))
    return artefact


def add_empty(records: Records, vault: Vault, artefact: Artefact) -> FreshKey:
    """Write an artefact's row with a new key under the root that is current in this transaction."""
    root = Root.RECORD if artefact.kind.is_record else Root.LIVE
    fresh = vault.new_key(artefact.id, root, records.artefacts.generation())
    records.artefacts.add(artefact, fresh.wrapped)
    return fresh


def open_key(records: Records, vault: Vault, artefact: Artefact) -> bytes:
    """The artefact's own key. Raises KeyGone when it is doomed or destroyed.

    A root that turned since this transaction's snapshot has left the snapshot's keys behind: then
    the key is asked for again as it is now.
    """
    wrapped = records.artefacts.key(artefact.id)
    try:
        return vault.open_key(wrapped)
    except KeyGone:
        return vault.open_key(records.artefacts.key_as_of_now(artefact.id))


def read_bytes(records: Records, vault: Vault, artefact: Artefact) -> bytes:
    """Everything in it. Raises KeyGone when it is doomed or destroyed, SealBroken when some is missing."""
    return read_chunks(records, vault, artefact, open_key(records, vault, artefact))


def read_chunks(records: Records, vault: Vault, artefact: Artefact, key: bytes) -> bytes:
    """Everything in it, by its opened key (32 bytes). Raises SealBroken."""
    return b"".join(_each_chunk(records, vault, artefact, key))


def each_chunk(records: Records, vault: Vault, artefact: Artefact) -> Iterator[bytes]:
    """Everything in it, one chunk after the other. Raises KeyGone, SealBroken."""
    return _each_chunk(records, vault, artefact, open_key(records, vault, artefact))


def _each_chunk(records: Records, vault: Vault, artefact: Artefact, key: bytes) -> Iterator[bytes]:
    count = 0
    for position, sealed in records.artefacts.chunks(artefact.id):
        yield vault.unseal(key, artefact.id, position, sealed)
        count += 1
    if count != artefact.chunk_count:
        raise SealBroken


def read(records: Records, vault: Vault, artefact: Artefact, kind: type[Document]) -> Document:
    """The document in it. Raises KeyGone, SealBroken."""
    return documents.from_bytes(kind, read_bytes(records, vault, artefact))


def rewrite(records: Records, vault: Vault, artefact: Artefact, document: object) -> None:
    """Put a new version in the place of the old, under the same key."""
    key = open_key(records, vault, artefact)
    sealed = vault.seal(key, artefact.id, 0, documents.to_bytes(document))
    records.artefacts.delete_chunks(artefact.id)
    records.artefacts.add_chunk(artefact.id, 0, sealed)


def newest(
    records: Records,
    kind: ArtefactKind,
    *,
    encounter_id: str | None = None,
    client_id: str | None = None,
) -> Artefact | None:
    """The newest living artefact of a kind."""
    living = records.artefacts.living(encounter_id=encounter_id, client_id=client_id, kinds=[kind])
    return living[-1] if living else None


def require(
    records: Records,
    kind: ArtefactKind,
    *,
    encounter_id: str | None = None,
    client_id: str | None = None,
) -> Artefact:
    """The newest living artefact of a kind. Raises Destroyed where there was one, else Absent."""
    found = newest(records, kind, encounter_id=encounter_id, client_id=client_id)
    if found is not None:
        return found
    if encounter_id and any(
        artefact.kind is kind for artefact in records.artefacts.of_encounter(encounter_id)
    ):
        raise Destroyed(encounter_id=encounter_id)
    raise Absent(encounter_id=encounter_id)


def is_gone(records: Records, vault: Vault, artefact: Artefact) -> bool:
    """Try to read it; True when that fails because no key exists."""
    try:
        read_bytes(records, vault, artefact)
    except KeyGone:
        return True
    return False
