"""Moving an encounter along the table of `domain.lifecycle`, and dooming what must go with it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from appliance.domain.artefact import Artefact
from appliance.domain.audit import Action
from appliance.domain.encounter import Attention, Encounter
from appliance.domain.lifecycle import Event, after
from appliance.domain.people import Account
from appliance.domain.retention import ArtefactKind, RetentionSchedule, Rule
from appliance.steps.access import note
from appliance.steps.ports import Records


def move(records: Records, encounter: Encounter, event: Event, **changes: Any) -> Encounter:
    """Save the encounter at its next stage; what held it up is cleared unless `changes` says so."""
    fresh: dict[str, Any] = {
        "attention": None,
        "attempts": 0,
        "not_before_at": None,
        "done_share": None,
    }
    stage = after(encounter.stage, event, encounter_id=encounter.id)
    return records.encounters.save(replace(encounter, stage=stage, **fresh | changes))


def hold_up(records: Records, encounter: Encounter, attention: Attention) -> Encounter:
    """Leave the encounter at its stage until the clinician has done something about it."""
    return records.encounters.save(replace(encounter, attention=attention, done_share=None))


def doom(
    records: Records,
    encounter: Encounter,
    kinds: Iterable[ArtefactKind],
    rule: Rule,
    now: datetime,
    *,
    actor: Account | None = None,
) -> int:
    """Put every living artefact of these kinds out of reach; their keys go at the next turn."""
    living = records.artefacts.living(encounter_id=encounter.id, kinds=kinds)
    return doom_artefacts(records, living, rule, now, actor=actor, encounter=encounter)


def doom_artefacts(
    records: Records,
    artefacts: Iterable[Artefact],
    rule: Rule,
    now: datetime,
    *,
    actor: Account | None = None,
    encounter: Encounter | None = None,
) -> int:
    """Put these artefacts out of reach. Returns how many were not already."""
    count = 0
    for artefact in artefacts:
        count += records.artefacts.doom([artefact.id], rule, now)
        facts: dict[str, str | int] = {
            "artefact": artefact.id,
            "kind": artefact.kind.value,
            "rule": rule.value,
        }
        note(records, Action.DOOMED, now, actor=actor, encounter=encounter, facts=facts)
    return count


def schedule(records: Records) -> RetentionSchedule:
    """The practice's own deadlines."""
    practice = records.people.practice()
    return RetentionSchedule(
        transcript_days=practice.transcript_days, copied_note_days=practice.copied_note_days
    )
