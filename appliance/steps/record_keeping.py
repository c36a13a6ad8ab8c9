"""The practice's record-keeping rule: until when a client's signed notes are kept, and their end.

The deadline is written to signed notes and to the record that names whose they are; it counts for
all of a client together. It is written anew with whatever could move it, and reckoned once more
before anything goes: what was written can only be too early, never the reason for a destruction.
"""

from dataclasses import replace
from datetime import date, datetime

from appliance.domain.encounter import Encounter
from appliance.domain.errors import Absent, SealBroken
from appliance.domain.lifecycle import Event, has_arrow
from appliance.domain.people import ClientRecord
from appliance.domain.retention import RECORD, SOUND, ArtefactKind, Rule
from appliance.steps import artefacts
from appliance.steps.box import Box
from appliance.steps.moves import doom_artefacts, move, schedule
from appliance.steps.records import Records

RULE_CHANGED = "record_rule_changed"
"""A heartbeat: the practice chose anew, and the next sweep writes every deadline."""


def write_all_deadlines(records: Records, box: Box, now: datetime) -> None:
    """After the practice chose anew, for every client; none is nearer than the days of notice."""
    if records.heartbeats.last(RULE_CHANGED) is None:
        return
    records.heartbeats.forget(RULE_CHANGED)
    signed = records.artefacts.living(kinds=[ArtefactKind.SIGNED_NOTE])
    for client_id in {artefact.client_id for artefact in signed if artefact.client_id}:
        write_deadline(records, box, client_id, now)


def write_deadline(records: Records, box: Box, client_id: str, now: datetime) -> None:
    """Write down until when this client's signed notes are kept; without any, nothing."""
    living = records.artefacts.living(client_id=client_id, kinds=RECORD)
    has_signed = any(artefact.kind is ArtefactKind.SIGNED_NOTE for artefact in living)
    ends_at = _ends_at(records, box, client_id) if has_signed else None
    due_at = schedule(records).with_notice(ends_at, now) if ends_at else None
    rule = Rule.RECORD_KEPT if due_at else None
    for artefact in living:
        if (artefact.due_at, artefact.due_rule) != (due_at, rule):
            records.artefacts.save(replace(artefact, due_at=due_at, due_rule=rule))


def end_record(records: Records, box: Box, client_id: str, now: datetime) -> int:
    """Doom everything of a client whose years are over. Returns how many artefacts.

    Where they are not, reckoned from the record as it is, or where sound is left that has no words
    yet, nothing goes and the deadline is written anew.
    """
    living = records.artefacts.living(client_id=client_id)
    ends_at = _ends_at(records, box, client_id)
    if ends_at is None or ends_at > now or any(a.kind in SOUND for a in living):
        write_deadline(records, box, client_id, now)
        return 0
    count = doom_artefacts(records, living, Rule.RECORD_KEPT, now)
    for encounter in records.encounters.of_client(client_id):
        if has_arrow(encounter.stage, Event.CLIENT_DESTROYED):
            move(records, encounter, Event.CLIENT_DESTROYED, sources_destroyed_at=now)
    return count


def _ends_at(records: Records, box: Box, client_id: str) -> datetime | None:
    last_at = max(map(_happened_at, records.encounters.of_client(client_id)), default=None)
    if last_at is None:
        return None
    return schedule(records).record_ends_at(last_at, _birth_date(records, box, client_id))


def _happened_at(encounter: Encounter) -> datetime:
    return max(encounter.scheduled_at, encounter.made_at, encounter.signed_at or encounter.made_at)


def _birth_date(records: Records, box: Box, client_id: str) -> date | None:
    """None where it is not on record or cannot be read: then nobody knows who was a minor."""
    found = artefacts.newest(records, ArtefactKind.CLIENT_RECORD, client_id=client_id)
    if found is None:
        return None
    try:
        record = artefacts.read(records, box.vault, found, ClientRecord)
        return date.fromisoformat(record.birth_date)
    except (Absent, SealBroken, ValueError):
        return None
