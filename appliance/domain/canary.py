"""The box's own trial of its promise: a synthetic client's sessions, made daily, destroyed, hunted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.domain.residue import Outcome

CANARY_ACCOUNT_ID = "00000000-0000-4000-8000-00000000ca4a"
"""The box's own account, whom nobody can sign in as."""
APART = timedelta(hours=24)
LATE_AFTER = timedelta(hours=36)
"""Without a new result for so long, the trial itself is broken."""


@dataclass(frozen=True, kw_only=True)
class CanaryResult:
    """What became of one canary. `outcome` is None where it did not get as far as the hunt.

    `size_bytes` were read in `places`; `finds` and `unread` are counts. `millijoules`: what the
    whole GPU used during its steps, which is the box's own use and no client's; None: not measured.
    """

    at: datetime
    outcome: Outcome | None
    places: int = 0
    size_bytes: int = 0
    finds: int = 0
    unread: int = 0
    millijoules: int | None = None

    def is_late(self, now: datetime) -> bool:
        return now - self.at > LATE_AFTER


def facts_of(result: CanaryResult) -> dict[str, str | int]:
    """The result as an audit event tells it."""
    energy = result.millijoules if result.millijoules is not None else "not measured"
    return {
        "outcome": result.outcome.value if result.outcome else "not finished",
        "places": result.places,
        "bytes": result.size_bytes,
        "finds": result.finds,
        "unread": result.unread,
        "millijoules_of_the_box": energy,
    }


def result_from(at: datetime, facts: dict[str, str | int]) -> CanaryResult:
    """Back from an audit event's facts."""
    said, energy = facts["outcome"], facts["millijoules_of_the_box"]
    return CanaryResult(
        at=at,
        outcome=None if said == "not finished" else Outcome(str(said)),
        places=int(facts["places"]),
        size_bytes=int(facts["bytes"]),
        finds=int(facts["finds"]),
        unread=int(facts["unread"]),
        millijoules=energy if isinstance(energy, int) else None,
    )


def sentence_of(result: CanaryResult | None, now: datetime) -> str:
    """For an administrator, in one or two sentences."""
    if result is None:
        return "The box has not tried yet whether it leaves anything of a session behind."
    day = f"{result.at:%Y-%m-%d %H:%M} UTC"
    match result.outcome:
        case Outcome.FOUND:
            said = (
                f"Something of a destroyed session was found on {day}, in {result.finds} places. "
                "Run quietroom verify residue as root, and tell whoever looks after the box now."
            )
        case Outcome.CLEAN:
            said = f"Nothing of the box's own trial session was left on {day}."
        case Outcome.INCOMPLETE:
            said = (
                f"Nothing of the box's own trial session was found on {day}; "
                f"{result.unread} files and programs could not be looked into by the worker. "
                "The hunt as root (quietroom verify residue) looks there too."
            )
        case None:
            said = f"The box's own trial session of {day} did not get to its end."
    late = " It should be tried every day, and was not: look at the worker's log."
    return said + (late if result.is_late(now) else "")
