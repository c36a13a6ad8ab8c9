"""The box's own trial of its promise: a synthetic client's sessions, made daily, destroyed, hunted.

The worker hunts first. On an installed box it is confined, and root's hunt looks where it may not;
the canary counts as clean only when both have found nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from appliance.domain.residue import Outcome

CANARY_ACCOUNT_ID = "00000000-0000-4000-8000-00000000ca4a"
"""The box's own account, whom nobody can sign in as."""
APART = timedelta(hours=24)
LATE_AFTER = timedelta(hours=36)
"""Without a new result for so long, the trial itself is broken."""
HUNT_LATE_AFTER = timedelta(hours=26)
"""Without a hunt through the whole box for so long, root's hunt is broken."""
_NONE = ""


@dataclass(frozen=True, kw_only=True)
class CanaryResult:
    """What became of one canary. `outcome` is None where it did not get as far as the hunt.

    `size_bytes` were read in `places`; `finds` and `unread` are counts. `millijoules`: what the
    whole GPU used during its steps, which is the box's own use and no client's; None: not measured.
    `made_at` tells one canary from another. `root_follows`: a hunt by root is to complete it;
    `is_by_root`: it has. `whole_at`: when a hunt last looked everywhere; None: never yet.
    """

    at: datetime
    outcome: Outcome | None
    places: int = 0
    size_bytes: int = 0
    finds: int = 0
    unread: int = 0
    millijoules: int | None = None
    made_at: datetime | None = None
    root_follows: bool = False
    is_by_root: bool = False
    whole_at: datetime | None = None

    def is_late(self, now: datetime) -> bool:
        return now - self.at > LATE_AFTER

    def is_overdue(self, now: datetime) -> bool:
        """Root's hunt is expected, and has not looked everywhere for more than 26 hours."""
        since = self.whole_at or self.made_at or self.at
        return (self.root_follows or self.is_by_root) and now - since > HUNT_LATE_AFTER

    def is_in_doubt(self, now: datetime) -> bool:
        """Nothing was found, and yet it is not shown that nothing is left."""
        if self.is_late(now) or self.is_overdue(now):
            return True
        waits_for_root = self.root_follows and self.whole_at is not None
        is_open = self.outcome is Outcome.INCOMPLETE and not waits_for_root
        return self.outcome is None or is_open

    def told_outcome(self, now: datetime) -> str:
        """For metrics: what is too old to be believed is "overdue", never "clean"."""
        if self.outcome is None:
            return "not_finished"
        is_old = self.is_late(now) or self.is_overdue(now)
        return "overdue" if is_old and self.outcome is not Outcome.FOUND else self.outcome.value

    @property
    def hunted_through_at(self) -> datetime | None:
        """When the whole box was last hunted through, by whomever."""
        is_whole = self.outcome in (Outcome.CLEAN, Outcome.FOUND)
        return self.whole_at or (self.at if is_whole else None)


def standing_of(flown: CanaryResult | None, hunted: CanaryResult | None) -> CanaryResult | None:
    """What holds now: the worker's newest result, completed by root's hunt for the same canary.

    A find is not undone by a hunt that saw less, or later: it stands until a new canary is clean.
    """
    if flown is None or hunted is None:
        return flown
    is_same = hunted.made_at == flown.made_at and flown.outcome is not Outcome.FOUND
    still_found = hunted.outcome is Outcome.FOUND and flown.outcome is not Outcome.CLEAN
    if is_same or still_found:
        return replace(hunted, millijoules=flown.millijoules)
    return replace(flown, whole_at=hunted.whole_at)


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
        "made_at": result.made_at.isoformat() if result.made_at else _NONE,
        "hunter": "root" if result.is_by_root else "worker",
        "root_follows": int(result.root_follows),
        "whole_at": result.whole_at.isoformat() if result.whole_at else _NONE,
    }


def result_from(at: datetime, facts: dict[str, str | int]) -> CanaryResult:
    """Back from an audit event's facts. Raises KeyError or ValueError where they are no result."""
    said, energy = facts["outcome"], facts["millijoules_of_the_box"]
    return CanaryResult(
        at=at,
        outcome=None if said == "not finished" else Outcome(str(said)),
        places=int(facts["places"]),
        size_bytes=int(facts["bytes"]),
        finds=int(facts["finds"]),
        unread=int(facts["unread"]),
        millijoules=energy if isinstance(energy, int) else None,
        made_at=_moment(facts.get("made_at", _NONE)),
        root_follows=bool(facts.get("root_follows", 0)),
        is_by_root=facts.get("hunter") == "root",
        whole_at=_moment(facts.get("whole_at", _NONE)),
    )


def _moment(said: str | int) -> datetime | None:
    return datetime.fromisoformat(str(said)) if said else None


# In words -----------------------------------------------------------------------------------------


def sentence_of(result: CanaryResult | None, now: datetime) -> str:
    """For an administrator, in a few sentences."""
    if result is None:
        return "The box has not tried yet whether it leaves anything of a session behind."
    return " ".join((_what_became(result), *_what_is_late(result, now)))


def _what_became(result: CanaryResult) -> str:
    is_whole = result.is_by_root and result.outcome is not Outcome.INCOMPLETE
    day = _day(result.whole_at if is_whole and result.whole_at else result.at)
    match result.outcome:
        case Outcome.FOUND:
            return (
                f"Something of a destroyed session was found on {day}, in {result.finds} places. "
                "Run quietroom verify residue as root, and tell whoever looks after the box now."
            )
        case Outcome.CLEAN:
            return f"Nothing of the box's own trial session was left on {day}."
        case Outcome.INCOMPLETE:
            return f"Nothing of the box's own trial session was found on {day}; {_rest(result)}"
        case None:
            return f"The box's own trial session of {day} did not get to its end."


def _rest(result: CanaryResult) -> str:
    """Where an incomplete hunt has not looked, and who will."""
    if result.is_by_root:
        return (
            f"{result.unread} files and programs could not be looked into even by root "
            "(journalctl -u quietroom-residue names them)."
        )
    if not result.root_follows:
        return (
            f"{result.unread} files and programs could not be looked into by the worker. "
            "The hunt as root (quietroom verify residue) looks there too."
        )
    before = (
        f"It last came to its end on {_day(result.whole_at)}, and found nothing."
        if result.whole_at
        else "It has not come to its end yet."
    )
    return f"root's hunt looks where the worker may not, within the hour. {before}"


def _what_is_late(result: CanaryResult, now: datetime) -> tuple[str, ...]:
    late = "It should be tried every day, and was not: look at the worker's log."
    overdue = (
        "No hunt has looked everywhere for more than 26 hours: look at systemctl list-timers "
        "quietroom-residue.timer and journalctl -u quietroom-residue."
    )
    return (
        *((late,) if result.is_late(now) else ()),
        *((overdue,) if result.is_overdue(now) else ()),
    )


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
