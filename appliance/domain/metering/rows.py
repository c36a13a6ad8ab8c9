"""What the meter hands to the ledger: rows without content and without any client's id."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.domain.metering.work import NO_WORK, RequestKind, Work

HOST = "host"
"""Stands for the machine around the GPUs where a row names a GPU."""


class Mode(StrEnum):
    """How the energy of a period became known."""

    COUNTER = "counter"
    """The GPU's own energy counter."""
    POWER = "power"
    """No counter: power readings added up over time, which misses what is between them."""
    RAPL = "rapl"
    """The processor's own counters; not the power supply, the disks or the fans."""
    DECLARED = "declared"
    """A constant that the administrator declared; nobody measured it."""


@dataclass(frozen=True, kw_only=True)
class RequestRow:
    """One span's share on one GPU. `request_id` is random; a request may have many rows.

    `millijoules` None: not measured (no GPU at work, or no counter of its own). `is_whole`: no part
    of it fell into a gap; otherwise it is at least that much.
    """

    request_id: str
    kind: RequestKind
    model: str
    gpu: str
    began_at: datetime
    seconds: float
    millijoules: int | None
    work: Work = NO_WORK
    is_whole: bool = True
    is_calibrated: bool = True


@dataclass(frozen=True, kw_only=True)
class PeriodRow:
    """What one GPU (or the host) used in a short time, within one hour; it adds up exactly.

    `covered_seconds`: of which the counter was read at both ends; `gap_seconds`: the others.
    """

    gpu: str
    mode: Mode
    began_at: datetime
    ended_at: datetime
    counter_millijoules: int
    requests_millijoules: int = 0
    idle_millijoules: int = 0
    unattributed_millijoules: int = 0
    covered_seconds: float = 0.0
    gap_seconds: float = 0.0
    resets: int = 0


@dataclass(frozen=True, kw_only=True)
class NumberedRow:
    """A row as the meter's spool holds it; numbers rise by one and are never given twice."""

    sequence: int
    row: RequestRow | PeriodRow
