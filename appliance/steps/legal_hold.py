"""Legal hold: while one stands, nothing of the client is destroyed; lifting it resumes at once."""

from appliance.domain.audit import Action
from appliance.domain.hold import HoldReason, LegalHold
from appliance.domain.people import Account
from appliance.domain.retention import Rule
from appliance.steps.access import note, own_client
from appliance.steps.box import Box
from appliance.steps.moves import doom_artefacts, want_sweep
from appliance.steps.records import Records


def place_hold(box: Box, actor: Account, client_id: str, reason: HoldReason) -> None:
    """From now on nothing of this client is destroyed. A reason that holds already is left alone.

    Raises Absent for anyone else's client.
    """
    now = box.clock.now()
    with box.database.write() as records:
        own_client(records, actor, client_id)
        if reason in {hold.reason for hold in records.holds.on_client(client_id)}:
            return
        hold = LegalHold(client_id=client_id, reason=reason, placed_by=actor.id, placed_at=now)
        records.holds.add(hold)
        facts: dict[str, str | int] = {"reason": reason.value}
        note(records, Action.HOLD_PLACED, now, actor=actor, client_id=client_id, facts=facts)


def lift_hold(box: Box, actor: Account, client_id: str, reason: HoldReason) -> int:
    """End one hold; with the last one, what it kept is doomed now and a sweep is asked for.

    Returns how many artefacts were doomed. Raises Absent.
    """
    now = box.clock.now()
    with box.database.write() as records:
        own_client(records, actor, client_id)
        if not records.holds.lift(client_id, reason, actor.id, now):
            return 0
        facts: dict[str, str | int] = {"reason": reason.value}
        note(records, Action.HOLD_LIFTED, now, actor=actor, client_id=client_id, facts=facts)
        want_sweep(records, now)
        return 0 if records.holds.on_client(client_id) else _resume(records, client_id, actor, box)


def _resume(records: Records, client_id: str, actor: Account, box: Box) -> int:
    count = 0
    now = box.clock.now()
    for artefact in records.artefacts.held(client_id):
        rule = artefact.doom_rule or Rule.DEADLINE
        encounter = records.encounters.get(artefact.encounter_id) if artefact.encounter_id else None
        count += doom_artefacts(records, [artefact], rule, now, actor=actor, encounter=encounter)
    return count
