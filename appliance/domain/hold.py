"""A legal hold on a client: destruction waits, whatever the rules say, until it is lifted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HoldReason(StrEnum):
    """Why nothing of a client may be destroyed for now."""

    LITIGATION = "litigation"
    """A lawsuit is under way or to be expected."""
    RECORDS_REQUEST = "records_request"
    """The client or somebody with a right to it has asked for the record."""
    PAYER_AUDIT = "payer_audit"
    """An insurer is auditing what was billed."""
    BOARD_COMPLAINT = "board_complaint"
    """A complaint lies before a licensing board."""

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, kw_only=True)
class LegalHold:
    """One hold, by whom and since when; a client may be under several, each for its own reason.

    `lifted_at` None: it holds.
    """

    client_id: str
    reason: HoldReason
    placed_by: str
    placed_at: datetime
    lifted_by: str | None = None
    lifted_at: datetime | None = None
