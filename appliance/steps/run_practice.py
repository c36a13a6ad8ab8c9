"""The practice's own settings: where the chart is kept, what signing needs, how long words live."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from appliance.domain.audit import Action
from appliance.domain.encounter import RequirementProfile
from appliance.domain.people import Account, Practice, RecordKept
from appliance.domain.retention import ArtefactKind, RetentionSchedule
from appliance.steps.access import note
from appliance.steps.box import Box
from appliance.steps.moves import want_sweep
from appliance.steps.record_keeping import RULE_CHANGED


def choose_practice(
    box: Box, changes: Mapping[str, str | int], *, actor: Account | None = None
) -> Practice:
    """The practice with these fields changed; no changes: as it is.

    A shorter time holds for words stored from now on, other years for all signed notes, which the
    next sweep gives their dates; no years (0) mean that they are kept. Raises
    Misconfigured for days and years out of range.
    """
    now = box.clock.now()
    with box.database.write() as records:
        practice = records.people.practice()
        if changes:
            practice = replace(practice, **_typed(changes))
            RetentionSchedule(
                transcript_days=practice.transcript_days,
                draft_days=practice.draft_days,
                copied_note_days=practice.copied_note_days,
                record_years=practice.record_years,
            )
            if practice.record_years != records.people.practice().record_years:
                records.heartbeats.beat(RULE_CHANGED, now)
                want_sweep(records, now)
            records.people.save_practice(practice, records.people.practice_preferences())
            facts: dict[str, str | int] = {"fields": ",".join(sorted(changes))}
            note(records, Action.PRACTICE_CHANGED, now, actor=actor, facts=facts)
    return practice


def view_record_rule(box: Box) -> tuple[int | None, datetime | None]:
    """The years that signed notes are kept, and when the first of them goes at the earliest."""
    with box.database.read() as records:
        practice = records.people.practice()
        return practice.record_years, records.artefacts.soonest_due(ArtefactKind.SIGNED_NOTE)


def _typed(changes: Mapping[str, str | int]) -> dict[str, Any]:
    kinds: dict[str, Any] = {"record_kept": RecordKept, "requirement_profile": RequirementProfile}
    typed = {name: kinds.get(name, type(value))(value) for name, value in changes.items()}
    if "record_years" in typed:
        typed["record_years"] = typed["record_years"] or None
    return typed
