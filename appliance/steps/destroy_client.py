"""What exists about a client, and the destruction of all of it that no hold and no rule keeps."""

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action
from appliance.domain.destruction import DestructionState
from appliance.domain.encounter import Encounter
from appliance.domain.inventory import Existing, Inventory
from appliance.domain.lifecycle import Event, has_arrow
from appliance.domain.people import Account
from appliance.domain.retention import Rule
from appliance.steps.access import note, own_client
from appliance.steps.box import Box
from appliance.steps.moves import doom_artefacts, move, require_unheld
from appliance.steps.records import Records
from appliance.steps.sources import client_record_or_gone


def take_inventory(box: Box, actor: Account | None, client_id: str) -> Inventory:
    """Everything of one client. `actor` None: the box's own command line, which reads no name.

    Raises Absent for anyone else's client.
    """
    now = box.clock.now()
    with box.database.write() as records:
        _require_client(records, actor, client_id)
        note(records, Action.INVENTORY_READ, now, actor=actor, client_id=client_id)
        return _inventory(records, box, actor, client_id)


def destroy_client(box: Box, actor: Account | None, client_id: str) -> Inventory:
    """Doom everything of a client but signed notes and the record that names whose they are.

    Encounters that were not signed are closed. Returns what is left. Raises UnderLegalHold while
    any hold stands, Absent.
    """
    now = box.clock.now()
    with box.database.write() as records:
        _require_client(records, actor, client_id)
        require_unheld(records, client_id)
        before = _inventory(records, box, actor, client_id)
        going = [existing.artefact for existing in before.to_destroy]
        facts: dict[str, str | int] = {"artefacts": len(going), "kept": len(before.kept_by_rule)}
        note(records, Action.CLIENT_DESTROYED, now, actor=actor, client_id=client_id, facts=facts)
        doom_artefacts(records, going, Rule.CLIENT_DESTROYED, now, actor=actor)
        for encounter in before.encounters:
            if has_arrow(encounter.stage, Event.CLIENT_DESTROYED):
                move(records, encounter, Event.CLIENT_DESTROYED, sources_destroyed_at=now)
        return _inventory(records, box, actor, client_id)


def _require_client(records: Records, actor: Account | None, client_id: str) -> None:
    if actor is None:
        records.people.clinician_of(client_id)
    else:
        own_client(records, actor, client_id)


def _inventory(records: Records, box: Box, actor: Account | None, client_id: str) -> Inventory:
    found = records.artefacts.of_client(client_id)
    encounters = records.encounters.of_client(client_id)
    by_id = {encounter.id: encounter for encounter in encounters}
    gone = [artefact for artefact in found if not _exists(artefact)]
    return Inventory(
        client_id=client_id,
        client_name=client_record_or_gone(records, box, client_id).name if actor else "",
        holds=records.holds.on_client(client_id),
        existing=tuple(_existing(artefact, by_id) for artefact in found if _exists(artefact)),
        encounters=encounters,
        gone_count=len(gone),
        certificate_count=sum(a.state is DestructionState.PROVED for a in gone),
        of_record_count=sum(a.kind.is_record for a in gone),
    )


def _exists(artefact: Artefact) -> bool:
    return artefact.state in (None, DestructionState.HELD)


def _existing(artefact: Artefact, encounters: dict[str, Encounter]) -> Existing:
    return Existing(artefact=artefact, encounter=encounters.get(artefact.encounter_id or ""))
