"""Deadlines → doom: the sweep that runs before the box serves anyone, and every minute after."""

from collections import defaultdict
from datetime import datetime

from appliance.domain.artefact import Artefact
from appliance.domain.clock import may_destroy
from appliance.domain.encounter import Attention, Encounter
from appliance.domain.lifecycle import Event, Stage, has_arrow
from appliance.domain.retention import BEFORE_SIGNING, ArtefactKind, Rule
from appliance.steps.box import Box
from appliance.steps.moves import doom, doom_artefacts, move
from appliance.steps.record_keeping import end_record, write_all_deadlines
from appliance.steps.records import Records
from appliance.steps.watch_clock import watch_clock

HEARTBEAT = "sweep"


def apply_retention(box: Box) -> int:
    """Doom everything due that no legal hold protects. Returns how many artefacts.

    While the clock is in doubt, only words go: see `domain.clock`.

    The heartbeat is written in the same transaction: a sweep that failed is not a sweep.
    """
    with box.database.write() as records:
        now = box.clock.now()
        clock = watch_clock(records, now)
        write_all_deadlines(records, box, now)
        due = [
            artefact
            for artefact in records.artefacts.due(now)
            if may_destroy(artefact.kind, is_in_doubt=clock.is_in_doubt)
        ]
        ending = {a.client_id for a in due if a.kind.is_record and a.client_id}
        count = sum(end_record(records, box, client_id, now) for client_id in sorted(ending))
        due = [artefact for artefact in due if not artefact.kind.is_record]
        by_encounter: dict[str, list[Artefact]] = defaultdict(list)
        for artefact in due:
            by_encounter[artefact.encounter_id or ""].append(artefact)
        for encounter_id, group in by_encounter.items():
            encounter = records.encounters.get(encounter_id) if encounter_id else None
            for rule in {artefact.due_rule for artefact in group}:
                same = [artefact for artefact in group if artefact.due_rule is rule]
                doom_artefacts(records, same, rule or Rule.DEADLINE, now, encounter=encounter)
            if encounter is not None:
                _follow(records, encounter, {artefact.kind for artefact in group}, now)
        records.heartbeats.beat(HEARTBEAT, now)
    return count + len(due)


def _follow(records: Records, encounter: Encounter, gone: set[ArtefactKind], now: datetime) -> None:
    """Move the encounter to where it stands without what has just gone."""
    is_unsigned = encounter.stage in (Stage.DRAFTED, Stage.AWAITING_COSIGNATURE)
    if encounter.stage is Stage.RECEIVING and ArtefactKind.RECORDING in gone:
        attention = Attention.UPLOAD_ABANDONED
        move(records, encounter, Event.RECORDING_ABANDONED, origin=None, attention=attention)
    elif is_unsigned and gone & {ArtefactKind.DRAFT, ArtefactKind.PENDING_NOTE}:
        _end_draft(records, encounter, now)
    elif ArtefactKind.TRANSCRIPT in gone and has_arrow(encounter.stage, Event.SOURCES_EXPIRED):
        attention = Attention.SOURCES_DESTROYED if is_unsigned else Attention.WORDS_EXPIRED
        move(
            records,
            encounter,
            Event.SOURCES_EXPIRED,
            sources_destroyed_at=now,
            attention=attention,
        )
        _keep_last_draft(records, encounter, now)


def _end_draft(records: Records, encounter: Encounter, now: datetime) -> None:
    """Nobody signed in time: whatever was left of the note goes, and typing is open again."""
    doom(records, encounter, BEFORE_SIGNING, Rule.DEADLINE, now)
    move(
        records,
        encounter,
        Event.DRAFT_EXPIRED,
        origin=None,
        first_word_at=None,
        sources_destroyed_at=now,
        attention=Attention.DRAFT_EXPIRED,
    )


def _keep_last_draft(records: Records, encounter: Encounter, now: datetime) -> None:
    """Of an unsigned note, the last revision stays on when what it was made from is gone."""
    drafts = records.artefacts.living(encounter_id=encounter.id, kinds=[ArtefactKind.DRAFT])
    doom_artefacts(records, drafts[:-1], Rule.REPLACED, now, encounter=encounter)
