"""Encounters, consents, step timings, and the queue with its leases."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, case, func, insert, or_, select, update

from appliance.adapters.database.mapping import consent_from, encounter_from, encounter_values
from appliance.adapters.database.tables import (
    accounts,
    captures,
    consents,
    encounters,
    step_runs,
)
from appliance.domain.consent import Consent
from appliance.domain.encounter import Attention, Encounter
from appliance.domain.errors import Absent, EditedElsewhere
from appliance.domain.lifecycle import Stage
from appliance.domain.people import AccountRole

LEASE_SECONDS = 30
_NEVER = datetime.min.replace(tzinfo=UTC)


class EncounterRows:
    """The `Encounters` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, encounter: Encounter) -> None:
        self._connection.execute(insert(encounters).values(encounter_values(encounter)))

    def get(self, encounter_id: str) -> Encounter:
        found = self._many(select(encounters).where(encounters.c.id == encounter_id))
        if not found:
            raise Absent
        return found[0]

    def save(self, encounter: Encounter) -> Encounter:
        # Whoever works on the stage that is left has lost its lease, whatever comes next.
        has_moved = encounters.c.stage != encounter.stage
        values = encounter_values(encounter) | {
            "revision": encounter.revision + 1,
            "lease_owner": case((has_moved, None), else_=encounters.c.lease_owner),
            "lease_until": case((has_moved, None), else_=encounters.c.lease_until),
        }
        changed = self._connection.execute(
            update(encounters)
            .where(encounters.c.id == encounter.id, encounters.c.revision == encounter.revision)
            .values(values)
        )
        if changed.rowcount != 1:
            raise EditedElsewhere(encounter_id=encounter.id)
        return self.get(encounter.id)

    def show_progress(self, encounter_id: str, done_share: float) -> None:
        self._set(encounter_id, done_share=done_share)

    def of_clinician(
        self, clinician_id: str, start: datetime, end: datetime
    ) -> tuple[Encounter, ...]:
        return self._many(
            select(encounters)
            .where(
                encounters.c.clinician_id == clinician_id,
                encounters.c.scheduled_at >= start,
                encounters.c.scheduled_at < end,
            )
            .order_by(encounters.c.scheduled_at)
        )

    def of_client(self, client_id: str) -> tuple[Encounter, ...]:
        return self._many(
            select(encounters)
            .where(encounters.c.client_id == client_id)
            .order_by(encounters.c.scheduled_at.desc())
        )

    def awaiting_cosignature_of(self, supervisor_id: str) -> tuple[Encounter, ...]:
        return self._many(
            select(encounters)
            .join(accounts, accounts.c.id == encounters.c.clinician_id)
            .where(
                encounters.c.stage == Stage.AWAITING_COSIGNATURE,
                accounts.c.supervisor_id == supervisor_id,
            )
            .order_by(encounters.c.scheduled_at)
        )

    def in_stage(self, stage: Stage) -> tuple[Encounter, ...]:
        return self._many(select(encounters).where(encounters.c.stage == stage))

    def unfinished_of(self, clinician_id: str) -> tuple[Encounter, ...]:
        return self._many(
            select(encounters)
            .where(
                encounters.c.clinician_id == clinician_id,
                encounters.c.stage.not_in((Stage.SIGNED, Stage.CLOSED)),
            )
            .order_by(encounters.c.scheduled_at)
        )

    def with_words(self) -> tuple[Encounter, ...]:
        return self._many(
            select(encounters).where(
                encounters.c.stage.not_in((Stage.SIGNED, Stage.CLOSED)),
                encounters.c.first_word_at.is_not(None),
            )
        )

    def consents(self, encounter_id: str) -> Mapping[str, Consent]:
        rows = self._connection.execute(
            select(consents).where(consents.c.encounter_id == encounter_id).order_by(consents.c.id)
        ).mappings()
        return {consent.participant_id: consent for consent in map(consent_from, rows)}

    def add_consent(self, encounter_id: str, consent: Consent) -> None:
        self._connection.execute(
            insert(consents).values(
                encounter_id=encounter_id,
                participant_id=consent.participant_id,
                state=consent.state,
                noted_by=consent.noted_by,
                noted_at=consent.noted_at,
            )
        )

    def lease(
        self,
        stages: Sequence[Stage],
        owner: str,
        now: datetime,
        *,
        urgent_before_at: datetime | None = None,
    ) -> Encounter | None:
        """Take the longest-waiting encounter in one of `stages` that no living worker holds."""
        is_urgent = encounters.c.first_word_at <= (urgent_before_at or _NEVER)
        free = or_(encounters.c.lease_until.is_(None), encounters.c.lease_until <= now)
        untroubled = or_(
            encounters.c.attention.is_(None), encounters.c.attention == Attention.STEP_FAILING
        )
        ready = or_(encounters.c.not_before_at.is_(None), encounters.c.not_before_at <= now)
        # What was recorded live has its own listeners: no upload keeps its last words waiting.
        is_upload = encounters.c.id.not_in(select(captures.c.encounter_id))
        found = self._connection.execute(
            select(encounters.c.id)
            .where(encounters.c.stage.in_(stages), free, ready, untroubled, is_upload)
            .order_by(
                case((is_urgent, 0), else_=1),
                encounters.c.attempts,
                encounters.c.first_word_at.nulls_last(),
                encounters.c.made_at,
            )
            .limit(1)
            .with_for_update(skip_locked=True)
        ).scalar()
        if found is None:
            return None
        self._set(
            found,
            lease_owner=owner,
            lease_until=now + timedelta(seconds=LEASE_SECONDS),
            attempts=encounters.c.attempts + 1,
        )
        return self.get(found)

    def renew_lease(self, encounter_id: str, stage: Stage, owner: str, now: datetime) -> bool:
        changed = self._connection.execute(
            update(encounters)
            .where(
                encounters.c.id == encounter_id,
                encounters.c.stage == stage,
                encounters.c.lease_owner == owner,
            )
            .values(lease_until=now + timedelta(seconds=LEASE_SECONDS))
        )
        return changed.rowcount == 1

    def release(
        self,
        encounter_id: str,
        owner: str,
        *,
        not_before_at: datetime | None = None,
        is_failing: bool = False,
    ) -> None:
        failing = {"attention": Attention.STEP_FAILING} if is_failing else {}
        later = {"not_before_at": not_before_at} if not_before_at else {}
        self._connection.execute(
            update(encounters)
            .where(encounters.c.id == encounter_id, encounters.c.lease_owner == owner)
            .values(lease_owner=None, lease_until=None, **failing, **later)
        )

    def count_by_stage(self) -> Mapping[str, int]:
        rows = self._connection.execute(
            select(encounters.c.stage, func.count())
            .join(accounts, accounts.c.id == encounters.c.clinician_id)
            .where(accounts.c.role != AccountRole.BOX)
            .group_by(encounters.c.stage)
        )
        return dict(map(tuple, rows))

    def add_step_run(
        self,
        encounter_id: str,
        step: str,
        started_at: datetime,
        seconds: float,
        outcome: str,
        energy_millijoules: int | None,
    ) -> None:
        self._connection.execute(
            insert(step_runs).values(
                encounter_id=encounter_id,
                step=step,
                started_at=started_at,
                seconds=seconds,
                outcome=outcome,
                energy_millijoules=energy_millijoules,
            )
        )

    def energy_millijoules(self, encounter_id: str) -> int | None:
        parts = self._connection.execute(
            select(step_runs.c.energy_millijoules).where(step_runs.c.encounter_id == encounter_id)
        ).scalars()
        measured = [*parts]
        return None if not measured or None in measured else sum(filter(None, measured))

    def count_failures(self) -> Mapping[str, int]:
        rows = self._connection.execute(
            select(step_runs.c.outcome, func.count())
            .where(step_runs.c.outcome.not_in(("done", "moved_on", "stopped")))
            .group_by(step_runs.c.outcome)
        )
        return dict(map(tuple, rows))

    def step_runs(self, encounter_id: str) -> tuple[tuple[str, float, str], ...]:
        rows = self._connection.execute(
            select(step_runs.c.step, step_runs.c.seconds, step_runs.c.outcome)
            .where(step_runs.c.encounter_id == encounter_id)
            .order_by(step_runs.c.id)
        )
        return tuple((row.step, row.seconds, row.outcome) for row in rows)

    def _set(self, encounter_id: str, **values: Any) -> None:
        self._connection.execute(
            update(encounters).where(encounters.c.id == encounter_id).values(**values)
        )

    def _many(self, query: Select[Any]) -> tuple[Encounter, ...]:
        rows = self._connection.execute(query).mappings()
        return tuple(map(encounter_from, rows))
