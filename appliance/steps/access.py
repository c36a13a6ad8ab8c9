"""Who may touch which encounter and client, and the audit line that goes with it (P11)."""

from datetime import datetime

from appliance.domain.audit import Action, AuditEvent
from appliance.domain.encounter import Encounter
from appliance.domain.errors import Absent, NotYours
from appliance.domain.people import Account, AccountRole
from appliance.steps.records import Records


def own_encounter(records: Records, actor: Account, encounter_id: str) -> Encounter:
    """The actor's own encounter. Raises Absent for anyone else's: its existence is not told."""
    encounter = records.encounters.get(encounter_id)
    if not actor.may_treat or encounter.clinician_id != actor.id:
        raise Absent
    return encounter


def readable_encounter(records: Records, actor: Account, encounter_id: str) -> Encounter:
    """One's own encounter, or one of a clinician whom the actor supervises. Raises Absent."""
    encounter = records.encounters.get(encounter_id)
    if actor.may_treat and encounter.clinician_id == actor.id:
        return encounter
    return supervised_encounter(records, actor, encounter_id)


def supervised_encounter(records: Records, actor: Account, encounter_id: str) -> Encounter:
    """An encounter of a clinician whom the actor supervises. Raises Absent."""
    encounter = records.encounters.get(encounter_id)
    clinician = records.people.account(encounter.clinician_id)
    if actor.role is not AccountRole.SUPERVISOR or clinician.supervisor_id != actor.id:
        raise Absent
    return encounter


def own_client(records: Records, actor: Account, client_id: str) -> str:
    """The client's id. Raises Absent for anyone else's client."""
    if not actor.may_treat or records.people.clinician_of(client_id) != actor.id:
        raise Absent
    return client_id


def require_administrator(actor: Account) -> None:
    """Raises NotYours."""
    if actor.role is not AccountRole.ADMINISTRATOR:
        raise NotYours


def require_clinician(actor: Account) -> None:
    """Raises NotYours."""
    if not actor.may_treat:
        raise NotYours


def note(
    records: Records,
    action: Action,
    now: datetime,
    *,
    actor: Account | None = None,
    encounter: Encounter | None = None,
    client_id: str | None = None,
    facts: dict[str, str | int] | None = None,
) -> None:
    """Append one audit event in the transaction of what it tells."""
    records.audit.add(
        AuditEvent(
            action=action,
            at=now,
            account_id=actor.id if actor else None,
            encounter_id=encounter.id if encounter else None,
            client_id=encounter.client_id if encounter else client_id,
            facts=facts,
        )
    )
