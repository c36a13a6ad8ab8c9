"""What became of the box's newest canary, as the audit chain has it."""

from appliance.domain.audit import Action, AuditEvent
from appliance.domain.canary import CanaryResult, result_from, standing_of
from appliance.steps.box import Box
from appliance.steps.records import Database


def last_canary(box: Box) -> CanaryResult | None:
    """The newest canary's result; None where none has flown yet."""
    return canary_of(box.database)


def canary_of(database: Database) -> CanaryResult | None:
    """The same, where there is no more of a box than its database."""
    with database.read() as records:
        flown = records.audit.last(Action.CANARY_HUNTED)
        hunted = records.audit.last(Action.RESIDUE_HUNTED)
    return standing_of(_result(flown), _result(hunted))


def last_flight(box: Box) -> CanaryResult | None:
    """What the worker itself came to with the newest canary."""
    with box.database.read() as records:
        return _result(records.audit.last(Action.CANARY_HUNTED))


def last_whole_hunt(box: Box) -> CanaryResult | None:
    """What root's newest hunt came to."""
    with box.database.read() as records:
        return _result(records.audit.last(Action.RESIDUE_HUNTED))


def _result(found: AuditEvent | None) -> CanaryResult | None:
    return result_from(found.at, dict(found.facts or {})) if found else None
