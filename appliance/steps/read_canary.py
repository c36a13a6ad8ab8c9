"""What became of the box's newest canary, as the audit chain has it."""

from appliance.domain.audit import Action
from appliance.domain.canary import CanaryResult, result_from
from appliance.steps.box import Box
from appliance.steps.records import Database


def last_canary(box: Box) -> CanaryResult | None:
    """The newest canary's result; None where none has flown yet."""
    return canary_of(box.database)


def canary_of(database: Database) -> CanaryResult | None:
    """The same, where there is no more of a box than its database."""
    with database.read() as records:
        found = records.audit.last(Action.CANARY_HUNTED)
    return result_from(found.at, dict(found.facts or {})) if found else None
