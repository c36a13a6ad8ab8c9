"""Deadlines → doom: the sweep that runs before the box serves anyone, and every minute after."""

from collections import defaultdict
from datetime import datetime

from appliance.domain.artefact import Artefact
from appliance.domain.encounter import Attention
from appliance.domain.lifecycle import Event, Stage
from appliance.domain.retention import ArtefactKind, Rule
from appliance.steps.box import Box
from appliance.steps.moves import doom_artefacts, move, schedule
from appliance.steps.ports import Records

HEARTBEAT = "sweep"


def apply_retention(box: Box) -> int:
    """Doom everything due, and unfinished uploads that went quiet. Returns how many artefacts.

    The heartbeat is written in the same transaction: a sweep that failed is not a sweep.
    """
    now = box.clock.now()
    with box.database.write() as records:
        due = [*records.artefacts.due(now), *_abandoned(records, now)]
        by_encounter: dict[str, list[Artefact]] = defaultdict(list)
        for artefact in due:
            by_encounter[artefact.encounter_id or ""].append(artefact)
        for encounter_id, group in by_encounter.items():
            _expire(records, encounter_id, group, now)
        records.heartbeats.beat(HEARTBEAT, now)
    return len(due)


def _abandoned(records: Records, now: datetime) -> tuple[Artefact, ...]:
    idle = schedule(records).abandoned_at(now) - now
    return records.artefacts.idle_uploads(now - idle)


def _expire(records: Records, encounter_id: str, group: list[Artefact], now: datetime) -> None:
    if not encounter_id:
        for artefact in group:
            doom_artefacts(records, [artefact], artefact.due_rule or Rule.DEADLINE, now)
        return
    encounter = records.encounters.get(encounter_id)
    for artefact in group:
        unfinished = artefact.kind is ArtefactKind.RECORDING and not artefact.is_finished
        rule = Rule.ABANDONED if unfinished else artefact.due_rule or Rule.DEADLINE
        doom_artefacts(records, [artefact], rule, now, encounter=encounter)
    kinds = {artefact.kind for artefact in group}
    if encounter.stage is Stage.RECEIVING and ArtefactKind.RECORDING in kinds:
        move(
            records,
            encounter,
            Event.RECORDING_ABANDONED,
            origin=None,
            attention=Attention.UPLOAD_ABANDONED,
        )
    elif ArtefactKind.TRANSCRIPT in kinds:
        had_draft = encounter.stage in (Stage.DRAFTED, Stage.AWAITING_COSIGNATURE)
        move(
            records,
            encounter,
            Event.SOURCES_EXPIRED,
            sources_destroyed_at=now,
            attention=Attention.SOURCES_DESTROYED if had_draft else Attention.WORDS_EXPIRED,
        )
