"""Clients' records: added, read and changed by their own clinician; sealed as a whole."""

import uuid
from dataclasses import replace

from appliance.domain.audit import Action
from appliance.domain.people import Account, Client, ClientRecord
from appliance.domain.retention import ArtefactKind
from appliance.domain.sentences import readable
from appliance.steps import artefacts
from appliance.steps.access import note, own_client, require_clinician
from appliance.steps.box import Box
from appliance.steps.record_keeping import write_deadline

NAME_LIMIT_CHARACTERS = 200


def add_client(box: Box, actor: Account, record: ClientRecord) -> Client:
    """Raises NotYours, TextEmpty for a client without a name."""
    require_clinician(actor)
    readable(record.name, NAME_LIMIT_CHARACTERS)
    now = box.clock.now()
    client = Client(id=str(uuid.uuid4()), clinician_id=actor.id, record=record)
    with box.database.write() as records:
        records.people.add_client(client.id, actor.id, now)
        artefacts.keep(
            records, box.vault, ArtefactKind.CLIENT_RECORD, record, now=now, client_id=client.id
        )
        note(records, Action.CLIENT_CREATED, now, actor=actor, client_id=client.id)
    return client


def change_client(box: Box, actor: Account, client_id: str, record: ClientRecord) -> Client:
    """Replace a client's record, save the words that were marked as no identifier.

    Raises Absent, TextEmpty.
    """
    readable(record.name, NAME_LIMIT_CHARACTERS)
    now = box.clock.now()
    with box.database.write() as records:
        own_client(records, actor, client_id)
        artefact = artefacts.require(records, ArtefactKind.CLIENT_RECORD, client_id=client_id)
        before = artefacts.read(records, box.vault, artefact, ClientRecord)
        changed = replace(record, safe_words=before.safe_words)
        artefacts.rewrite(records, box.vault, artefact, changed)
        write_deadline(records, box, client_id, now)
        note(records, Action.CLIENT_CHANGED, now, actor=actor, client_id=client_id)
    return Client(id=client_id, clinician_id=actor.id, record=changed)


def forget_safe_words(box: Box, actor: Account, client_id: str, phrase: str) -> Client:
    """Take back that a phrase identifies nobody: the gate looks at it again. Raises Absent."""
    now = box.clock.now()
    with box.database.write() as records:
        own_client(records, actor, client_id)
        artefact = artefacts.require(records, ArtefactKind.CLIENT_RECORD, client_id=client_id)
        before = artefacts.read(records, box.vault, artefact, ClientRecord)
        left = tuple(kept for kept in before.safe_words if kept != phrase)
        changed = replace(before, safe_words=left)
        artefacts.rewrite(records, box.vault, artefact, changed)
        facts: dict[str, str | int] = {"safe_words_forgotten": len(before.safe_words) - len(left)}
        note(records, Action.CLIENT_CHANGED, now, actor=actor, client_id=client_id, facts=facts)
    return Client(id=client_id, clinician_id=actor.id, record=changed)


def read_client(box: Box, actor: Account, client_id: str) -> Client:
    """Raises Absent."""
    now = box.clock.now()
    with box.database.write() as records:
        own_client(records, actor, client_id)
        artefact = artefacts.require(records, ArtefactKind.CLIENT_RECORD, client_id=client_id)
        record = artefacts.read(records, box.vault, artefact, ClientRecord)
        note(records, Action.CLIENT_READ, now, actor=actor, client_id=client_id)
    return Client(id=client_id, clinician_id=actor.id, record=record)


def list_clients(box: Box, actor: Account) -> tuple[Client, ...]:
    """The actor's own clients whose record is here, by name; one audit line for the list."""
    require_clinician(actor)
    now = box.clock.now()
    with box.database.write() as records:
        living = [
            (client_id, artefacts.newest(records, ArtefactKind.CLIENT_RECORD, client_id=client_id))
            for client_id in records.people.clients_of(actor.id)
        ]
        clients = [
            Client(
                id=client_id,
                clinician_id=actor.id,
                record=artefacts.read(records, box.vault, artefact, ClientRecord),
            )
            for client_id, artefact in living
            if artefact is not None
        ]
        note(records, Action.CLIENT_READ, now, actor=actor, facts={"count": len(clients)})
    return tuple(sorted(clients, key=lambda client: client.record.name.casefold()))
