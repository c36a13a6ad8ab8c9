"""The practice's own settings: where the chart is kept, what signing needs, how long words live."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from appliance.domain.audit import Action
from appliance.domain.encounter import RequirementProfile
from appliance.domain.people import Account, Practice, RecordKept
from appliance.domain.retention import RetentionSchedule
from appliance.steps.access import note
from appliance.steps.box import Box


def choose_practice(
    box: Box, changes: Mapping[str, str | int], *, actor: Account | None = None
) -> Practice:
    """The practice with these fields changed; no changes: as it is.

    A shorter time holds for words stored from now on. Raises Misconfigured for days out of range.
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
            )
            records.people.save_practice(practice, records.people.practice_preferences())
            facts: dict[str, str | int] = {"fields": ",".join(sorted(changes))}
            note(records, Action.PRACTICE_CHANGED, now, actor=actor, facts=facts)
    return practice


def _typed(changes: Mapping[str, str | int]) -> dict[str, Any]:
    kinds: dict[str, Any] = {"record_kept": RecordKept, "requirement_profile": RequirementProfile}
    return {name: kinds.get(name, type(value))(value) for name, value in changes.items()}
